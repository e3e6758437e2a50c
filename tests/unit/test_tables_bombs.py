"""Files made to harm whoever opens them: each is refused in words, in little time and memory."""

import io
import resource
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from topline.errors import DataError
from topline.tables import archives, files, read_table, sheet_size, xml_tree

ARMS = [["study", "treatment", "events", "n"], ["a", "x", 3, 10], ["a", "y", 5, 10]]
SHEET = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Arms")
        for i, row in enumerate(ARMS):
            sheet.write_row(i, 0, row)
    return out.getvalue()


def repacked(change: Callable[[bytes], bytes], *, more: dict[str, bytes] | None = None) -> bytes:
    """The workbook with its sheet changed, and further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            data = given.read(name)
            made.writestr(name, change(data) if name == SHEET else data)
        for name, data in (more or {}).items():
            made.writestr(name, data)
    return out.getvalue()


def refused(folder: Path, data: bytes, name: str = "trials.xlsx") -> DataError:
    path = folder / name
    path.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.monotonic()
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert time.monotonic() - start < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1 << 20  # KiB: under a gigabyte more
    return caught.value


def test_the_workbook_itself_is_read(tmp_path):
    path = tmp_path / "trials.xlsx"
    path.write_bytes(repacked(lambda sheet: sheet))
    assert read_table(path).columns["events"] == [3, 5]


def test_a_part_packed_a_thousand_times_is_refused(tmp_path):
    bomb = repacked(lambda sheet: sheet.replace(END, b" " * (100 << 20) + END))
    assert len(bomb) < 200_000
    problem = refused(tmp_path, bomb).problem
    assert "unpacks to more" in problem.message
    assert "packed" in str(problem.found)


def test_parts_that_are_large_together_are_refused_before_one_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 100_000)
    problem = refused(tmp_path, repacked(lambda sheet: sheet, more={"xl/media/a.bin": bytes(200_000)})).problem
    assert "at most 0 MB" in str(problem.expected)
    monkeypatch.setattr(archives, "LARGEST", 1 << 29)
    monkeypatch.setattr(archives, "LARGEST_PART", 100_000)
    assert "xl/media/a.bin" in str(
        refused(tmp_path, repacked(lambda sheet: sheet, more={"xl/media/a.bin": bytes(200_000)})).problem.found
    )
    monkeypatch.setattr(archives, "MOST_PARTS", 3)
    assert "parts" in str(refused(tmp_path, workbook()).problem.found)


@pytest.mark.parametrize("declared", [100, 0, 5_000])
def test_a_part_that_holds_more_than_it_declares_is_refused(tmp_path, declared):
    size = 60 << 20
    data = repacked(lambda sheet: sheet.replace(END, b" " * (size - len(sheet)) + END))
    assert data.count(struct.pack("<I", size)) == 2  # before the part and in the directory
    problem = refused(tmp_path, data.replace(struct.pack("<I", size), struct.pack("<I", declared))).problem
    assert f"declares {declared} bytes and holds more" in str(problem.found)


def test_parts_that_share_their_bytes_are_refused(tmp_path):
    """Many names for one kernel of packed bytes (D. Fifield, A better zip bomb, 2019)."""
    data = workbook()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first, second = sorted(archive.infolist(), key=lambda part: part.header_offset)[:2]
    directory = data.rindex(second.filename.encode())
    entry = data.rindex(b"PK\x01\x02", 0, directory)
    shared = data[: entry + 42] + struct.pack("<I", first.header_offset) + data[entry + 46 :]
    assert "overlap" in str(refused(tmp_path, shared).problem.found)


def test_an_archive_with_more_around_it_is_refused(tmp_path):
    for data in (b"x" + workbook(), workbook()[:-2] + b"\x03\x00abc"):
        assert zipfile.is_zipfile(io.BytesIO(data))
        assert "more than the archive" in str(refused(tmp_path, data).problem.found)


def test_an_archive_within_an_archive_is_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(16):
            archive.writestr(f"{i}.xlsx", bytes(10 << 20))
    path = tmp_path / "trials.xlsx"
    path.write_bytes(repacked(lambda sheet: sheet, more={"xl/embeddings/inner.zip": inner.getvalue()}))
    assert read_table(path).n_rows == 2
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.xlsx", inner.getvalue())
    assert "not a workbook" in refused(tmp_path, outer.getvalue()).problem.message


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="9"><c r="XFD9"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="9"><c r="XFD9"><v>1</v></c></row>',
        b"<row/>" * 1_040_000 + b"<row>" + b"<c/>" * 100 + b"<c><v>1</v></c></row>",
    ],
)
def test_a_cell_far_away_is_refused_before_its_rectangle_is_made(tmp_path, row):
    problem = refused(tmp_path, repacked(lambda sheet: sheet.replace(END, row + END))).problem
    assert problem.message == "a sheet reaches too far"
    assert "rows and" in str(problem.found)


def test_a_far_cell_is_found_in_a_part_of_any_name_and_in_utf_16(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    def change(sheet: bytes) -> bytes:
        text = sheet.replace(END, far + END).decode()
        return text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    assert refused(tmp_path, repacked(change)).problem.message == "a sheet reaches too far"


def opendocument(rows: str) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{names}:manifest:1.0"/>')
        book.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
            f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


CELL = '<table:table-cell {} office:value-type="string"><text:p>{}</text:p></table:table-cell>'
HEADER = "".join(CELL.format("", name) for name in ARMS[0])


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row table:number-rows-repeated="1048576">'
        + CELL.format('table:number-columns-repeated="16384"', "x")
        + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="99999999999999">' + CELL.format("", "x") + "</table:table-row>",
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/>' + CELL.format("", "x") + "</table:table-row>",
    ],
)
def test_repeated_cells_are_refused(tmp_path, rows):
    data = opendocument(f"<table:table-row>{HEADER}</table:table-row>{rows}")
    assert refused(tmp_path, data, "trials.ods").problem.message == "a sheet reaches too far"


def test_empty_cells_that_are_repeated_to_the_edge_are_no_harm(tmp_path):
    arms = "".join(
        "<table:table-row>" + "".join(CELL.format("", cell) for cell in row) + "</table:table-row>" for row in ARMS[1:]
    )
    edge = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = tmp_path / "trials.ods"
    path.write_bytes(opendocument(f"<table:table-row>{HEADER}</table:table-row>{arms}{edge}"))
    assert read_table(path).columns["events"] == [3, 5]


def records(*parts: tuple[int, bytes]) -> bytes:
    made = b""
    for kind, body in parts:
        identity = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        made += identity + bytes([len(body)]) + body
    return made


def test_a_far_cell_of_a_binary_workbook_is_refused(tmp_path):
    far = records(
        (145, b""), (0, struct.pack("<I13x", 1_048_575)), (5, struct.pack("<IId", 16_383, 0, 1.0)), (146, b"")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("xl/workbook.bin", b"")
        book.writestr("xl/worksheets/any.name", far)
    with pytest.raises(DataError, match="reaches too far"):
        sheet_size.check_sheet_sizes(out.getvalue(), "trials.xlsb")
    near = far.replace(struct.pack("<I", 1_048_575), struct.pack("<I", 9))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("xl/workbook.bin", b"")
        book.writestr("xl/worksheets/sheet1.bin", near)
    sheet_size.check_sheet_sizes(out.getvalue(), "trials.xlsb")


@pytest.mark.parametrize("cut", [10, 500, -30, -4])
def test_a_workbook_cut_short_is_refused(tmp_path, cut):
    assert "workbook" in refused(tmp_path, workbook()[:cut]).problem.message


def test_a_damaged_part_and_an_encrypted_one_are_refused(tmp_path):
    data = workbook()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = archive.getinfo(SHEET)
    start = part.header_offset + 30 + len(part.filename)
    refused(tmp_path, data[: start + 20] + b"\xff" * 40 + data[start + 60 :])
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    locked = data[: entry + 8] + b"\x01\x00" + data[entry + 10 :]
    assert "encrypted" in str(refused(tmp_path, locked).problem.found)


LAUGHS = '<!DOCTYPE network [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
)
REVIEW = "<COCHRANE_REVIEW><TITLE>{}</TITLE></COCHRANE_REVIEW>"


@pytest.mark.parametrize("name", ["bomb.rm5", "bomb.gemtc", "bomb.xml"])
def test_a_billion_laughs_are_refused(tmp_path, name):
    problem = refused(tmp_path, (LAUGHS + "]>" + REVIEW.format("&j;")).encode(), name).problem
    assert "document type" in problem.message


def test_an_entity_of_a_local_file_is_not_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a password")
    for kind in ("SYSTEM", 'PUBLIC "x"'):
        outside = f'<!DOCTYPE r [<!ENTITY x {kind} "file://{secret}">]>' + REVIEW.format("&x;")
        error = refused(tmp_path, outside.encode(), "review.rm5")
        assert "document type" in error.problem.message
        assert "a password" not in str(error)
    dtd = f'<!DOCTYPE r SYSTEM "file://{secret}">' + REVIEW.format("")
    assert "document type" in refused(tmp_path, dtd.encode(), "review.rm5").problem.message
    include = '<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="' + str(secret) + '" parse="text"/></r>'
    assert "a password" not in str(refused(tmp_path, include.encode(), "review.rm5"))


def test_depth_size_and_attributes_without_end_are_refused(tmp_path, monkeypatch):
    deep = b"<network>" * 300_000
    assert "nested too deep" in refused(tmp_path, deep, "deep.gemtc").problem.message
    many = b"<network " + b" ".join(b'a%d="1"' % i for i in range(200_000)) + b"/>"
    assert "no arms" in refused(tmp_path, many, "many.gemtc").problem.message
    monkeypatch.setattr(xml_tree, "LARGEST", 1000)
    assert "too large" in refused(tmp_path, b"<network>" + b" " * 2000 + b"</network>", "large.gemtc").problem.message


@pytest.mark.parametrize(
    ("data", "message", "found"),
    [
        (b"<network>\n<treatments>\xe9</treatments></network>", "not UTF-8", "byte 0xe9 on line 2"),
        (b'<?xml version="1.0" encoding="UTF-8"?><network>\xff</network>', "not UTF-8", "byte 0xff on line 1"),
        (b'<?xml version="1.0" encoding="klingon"?><network/>', "not XML|not known", "encoding"),
        ("<network>\n</netwark>".encode("utf-16"), "not XML", "on line 2"),
        (b"study,treatment\n", "not XML", "on line 1"),
    ],
)
def test_wrong_encodings_and_no_xml_are_named(tmp_path, data, message, found):
    error = refused(tmp_path, data, "network.gemtc")
    assert any(part in error.problem.message for part in message.split("|"))
    assert found in str(error.problem.found)


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_other_encodings_that_the_file_names_are_read(tmp_path, encoding):
    arms = (
        '<measurement treatment="A" responders="1" sample="9"/><measurement treatment="B" responders="2" sample="9"/>'
    )
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><network><treatments><treatment id="A">Grün</treatment>'
        f'<treatment id="B">Blau</treatment></treatments><studies><study id="é">{arms}</study></studies></network>'
    )
    path = tmp_path / "network.gemtc"
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert (table.columns["study"][0], table.columns["treatment"]) == ("é", ["Grün", "Blau"])


def test_damage_anywhere_gives_a_table_or_an_error_in_words(tmp_path):
    """Bytes of a small workbook in turn, those of its directory's end all; anything but a DataError fails the test."""
    data = workbook()
    path = tmp_path / "trials.xlsx"
    read = refused_ones = 0
    for place in [*range(0, len(data), 37), *range(len(data) - 120, len(data))]:
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            read += read_table(path).n_rows <= 2
        except DataError:
            refused_ones += 1
    assert read > 10
    assert refused_ones > 50


def test_a_text_larger_than_the_limit_is_refused_unread(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as handle:
        handle.write(b"study,treatment,events,n\n")
        handle.truncate(files.LARGEST + 1)  # sparse: takes no room on the disk
    start = time.monotonic()
    with pytest.raises(DataError, match="too large") as caught:
        read_table(path)
    assert time.monotonic() - start < 1
    assert caught.value.problem.found == "128 MB"


def test_ten_megabytes_of_text_are_read_in_bounded_memory(tmp_path):
    """A tenth of 100 MB, in a process of its own with a tenth of its memory and more for the interpreter."""
    path = tmp_path / "large.csv"
    with path.open("w") as handle:
        handle.write("study,treatment,events,n\n")
        handle.writelines(
            f"Study {i // 2},{('placebo', 'drug')[i % 2]},{i % 50},{100 + i % 7}\n" for i in range(400_000)
        )
    assert path.stat().st_size > 10_000_000
    code = (
        "import resource, sys\n"
        "from topline.tables import read_table\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "assert read_table(sys.argv[1]).n_rows == 400_000\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
