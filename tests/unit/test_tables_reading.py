"""Cells as they stand, from each kind of source."""

import datetime as dt
import gzip
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import polars as pl
import pytest

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.tables import read_rows, read_table

TEXT = "study,treatment,events,n\n01,placebo,3,10\n01,drug,5,10\n"


def write(folder: Path, text: str | bytes, name: str = "trials.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def write_xlsx(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A minimal workbook by hand (ECMA-376): inline strings for text, numbers for the rest, None for no cell."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def cell(row: int, column: int, value: object) -> str:
        place = f"{chr(ord('A') + column)}{row}"
        if value is None:
            return ""
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    with zipfile.ZipFile(path, "w") as book:
        numbered = list(enumerate(sheets, 1))
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{kinds}.worksheet+xml"/>'
            for i, _ in numbered
        )
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>{overrides}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="s{i}"/>' for i, name in numbered)
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{listed}</sheets></workbook>'
        )
        relations = "".join(
            f'<Relationship Id="s{i}" Type="{office}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i, _ in numbered
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        )
        for i, name in numbered:
            rows = "".join(
                f'<row r="{r}">' + "".join(cell(r, c, value) for c, value in enumerate(row)) + "</row>"
                for r, row in enumerate(sheets[name], 1)
            )
            book.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
            )
    return path


def test_csv_keeps_text_as_it_stands(tmp_path):
    raw = read_rows(write(tmp_path, TEXT))
    assert raw.header == ("study", "treatment", "events", "n")
    assert raw.rows == [["01", "placebo", "3", "10"], ["01", "drug", "5", "10"]]
    assert raw.row_numbers == (2, 3)
    assert raw.kind == "records"
    assert raw.file == str(tmp_path / "trials.csv")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiter_is_found(tmp_path, mark):
    raw = read_rows(write(tmp_path, TEXT.replace(",", mark)))
    assert raw.rows[1] == ["01", "drug", "5", "10"]


def test_byte_order_mark_windows_line_ends_and_quotes(tmp_path):
    raw = read_rows(write(tmp_path, b'\xef\xbb\xbfstudy,note\r\n"a ""b"", c","two\r\nlines"\r\n'))
    assert raw.header == ("study", "note")
    assert raw.rows == [['a "b", c', "two\r\nlines"]]


def test_blank_lines_count_as_spreadsheet_rows(tmp_path):
    raw = read_rows(write(tmp_path, "\nstudy,n\n\na,1\n,\nb,2\n"))
    assert raw.row_numbers == (4, 6)


def test_row_names_of_r_and_empty_trailing_columns_are_left_out(tmp_path):
    raw = read_rows(write(tmp_path, '"","study","n",\n"1","a",5,\n'))
    assert (raw.header, raw.rows) == (("study", "n"), [["a", "5"]])


def test_semicolons_allow_decimal_commas(tmp_path):
    text = "study;treatment;mean;sd;n\n1;A;-1,22;3,7;54\n1;C;-1,53;4,28;95\n"
    table = read_table(write(tmp_path, text))
    assert table.columns["mean"] == [-1.22, -1.53]
    assert table.columns["sd"] == [3.7, 4.28]
    pointed = read_table(write(tmp_path, text.replace(",", ".")))
    assert pointed.columns == table.columns


def test_points_beside_decimal_commas_are_refused(tmp_path):
    text = "study;treatment;mean;sd;n\n1;A;-1,22;3,7;1.054\n1;C;-1,53;4,28;95\n"
    with pytest.raises(DataError) as caught:
        read_table(write(tmp_path, text))
    problem = caught.value.problem
    assert (problem.row, problem.column, problem.found) == (2, "n", "'1.054'")
    assert "decimal commas" in problem.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"study,n\na,1\nb\xe9ta,2\n", ["not UTF-8", "0xe9", "line 3"]),
        ("study,n\na,1\n".encode("utf-16"), ["UTF-16"]),
        (b"PK\x03\x04rest", ["zip archive", ".xlsx"]),
        (b"study,n\na,1,2\nb\n", ["row 2", "3 cells", "row 3", "1 cell", "2 cells"]),
        (b'study,n\na,1\n"b,2\n', ["can't be split", "row 3", "quotation mark"]),
        (b"study,n,n\na,1,2\n", ["repeated", "'n'"]),
        (b"study,n\n", ["no rows", "study, n"]),
        (b"\n \n", ["empty"]),
        (b"", ["empty"]),
        (b",,\n1,2,3\n", ["no rows", "only a header: 1, 2, 3"]),
    ],
)
def test_bad_text_is_refused_with_its_place(tmp_path, data, words):
    path = write(tmp_path, data)
    with pytest.raises(DataError) as caught:
        read_rows(path)
    for word in [str(path), *words]:
        assert word in str(caught.value)


def test_missing_file_offers_near_names(tmp_path):
    write(tmp_path, TEXT)
    with pytest.raises(DataError, match=r"no such file(.|\n)*did you mean trials.csv"):
        read_rows(tmp_path / "trial.csv")
    with pytest.raises(DataError, match="there is no "):
        read_rows(tmp_path / "nowhere" / "trials.csv")
    with pytest.raises(DataError, match="no such file"):
        read_rows("study,n\n" * 2000)


def test_folder_and_foreign_files_are_refused(tmp_path):
    write(tmp_path, TEXT)
    with pytest.raises(DataError, match=r"folder(.|\n)*trials.csv"):
        read_rows(tmp_path)
    with pytest.raises(DataError, match=r"not read(.|\n)*\.parquet(.|\n)*frame"):
        read_rows(write(tmp_path, b"PAR1", "trials.parquet"))


def test_workbook_takes_the_first_sheet_with_data(tmp_path):
    rows = [["study", "treatment", "events", "n"], [1, "placebo", 3, 10], ["01", "drug", 5, 10.0], [1.5, "x", None, 9]]
    path = write_xlsx(tmp_path / "trials.xlsx", {"Notes": [], "Arms": rows, "Later": [["a"], [1]]})
    table = read_table(path)
    assert table.columns["study"] == ["1", "01", "1.5"]
    assert table.columns["events"] == [3.0, 5.0, None]
    assert table.file == f"{path}, sheet 'Arms'"
    assert table.rows == (2, 3, 4)


def test_workbook_rows_count_from_the_sheet_top(tmp_path):
    rows = [[], [], ["study", "treatment", "events", "n"], [], ["a", "x", 3, 10], ["a", "y", 30, 10]]
    with pytest.raises(DataError) as caught:
        read_table(write_xlsx(tmp_path / "t.xlsx", {"S": rows}))
    assert (caught.value.problem.row, caught.value.problem.column) == (6, "events")


def test_broken_and_empty_workbooks_are_refused(tmp_path):
    with pytest.raises(DataError, match="not a workbook"):
        read_rows(write(tmp_path, b"no zip at all", "trials.xlsx"))
    with pytest.raises(DataError, match=r"empty(.|\n)*One, Two"):
        read_rows(write_xlsx(tmp_path / "e.xlsx", {"One": [], "Two": []}))


def test_lists_dicts_and_frames_read_alike():
    rows = [{"study": "a", "n": 1.0}, {"study": "b", "n": None}, {"study": "c"}]
    columns = {"study": ["a", "b", "c"], "n": [1.0, None, None]}
    expected = [["a", 1.0], ["b", None], ["c", None]]
    for data, kind in [
        (rows, "records"),
        (columns, "records"),
        (pd.DataFrame(columns), "pandas"),
        (pl.DataFrame(columns), "polars"),
    ]:
        raw = read_rows(data)
        assert (raw.header, raw.rows, raw.kind, raw.file) == (("study", "n"), expected, kind, None)
        assert raw.row_numbers == (2, 3, 4)


def test_pandas_kinds_of_missing_and_names():
    data = pd.DataFrame(
        {
            "study": pd.Series([1, None], dtype="Int64"),
            "arm": pd.Categorical(["x", None]),
            "events": [1.0, float("nan")],
            3: [1, 2],
        }
    )
    assert read_rows(data).rows == [[1, "x", 1.0, 1], [None, None, None, 2]]
    assert read_rows(data).header == ("study", "arm", "events", "3")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pl.DataFrame({"a": [1]}).lazy(), "lazy"),
        (7, "not a table"),
        (b"bytes", "not a table"),
        ([("a", 1)], "not a dict"),
        ([], "no rows"),
        ({}, "no rows"),
        ({"a": [1, 2], "b": [1]}, "differ in length"),
        ({"a": "text"}, "not a list"),
        ({"a": 5}, "not a list"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "repeated"),
        (pd.DataFrame({"a": []}), "no rows"),
    ],
)
def test_other_data_are_refused(data, message):
    with pytest.raises(DataError, match=message):
        read_rows(data)


def test_spreadsheet_dates_in_names_are_explained():
    rows = [{"study": dt.date(2024, 3, 1), "treatment": "a", "events": 1, "n": 2}]
    with pytest.raises(DataError, match=r"a date stands(.|\n)*format the column as text"):
        read_table(rows)


def test_a_sheet_is_read_by_name(tmp_path):
    rows = [["study", "treatment", "events", "n"], ["a", "x", 3, 10]]
    sheets = {"Readme": [["Responders of all trials"]], "Arms": rows, "Older": [*rows, ["b", "y", 4, 10]], "None": []}
    path = write_xlsx(tmp_path / "trials.xlsx", sheets)
    assert read_table(path, sheet="Older").n_rows == 2
    assert read_rows(path, sheet="Arms").file == f"{path}, sheet 'Arms'"
    with pytest.raises(UnknownNameError, match=r"unknown sheet 'arms'(.|\n)*did you mean 'Arms'"):
        read_table(path, sheet="arms")
    with pytest.raises(DataError, match="the sheet is empty"):
        read_table(path, sheet="None")


def test_a_first_sheet_without_the_table_names_the_other_sheets(tmp_path):
    rows = [["study", "treatment", "events", "n"], ["a", "x", 3, 10]]
    for readme in ([["Responders"], ["of all trials"]], [["Responders"]], [["a", "a"], [1, 2]]):
        path = write_xlsx(tmp_path / "trials.xlsx", {"Readme": readme, "Arms": rows})
        with pytest.raises(DataError, match=r"another sheet \('Arms'\), name it, such as sheet='Arms'"):
            read_table(path)
    with pytest.raises(DataError) as caught:
        read_table(path, sheet="Readme")
    assert "another sheet" not in str(caught.value)


@pytest.mark.parametrize("sheet", [1, ["Arms"], b"Arms"])
def test_a_sheet_is_named_by_text(tmp_path, sheet):
    with pytest.raises(ArgumentError, match="sheet is the name of a sheet"):
        read_rows(write(tmp_path, TEXT), sheet=sheet)


def test_only_workbooks_have_sheets(tmp_path):
    for data in (write(tmp_path, TEXT), [{"study": "a"}], pd.DataFrame({"study": ["a"]})):
        with pytest.raises(ArgumentError, match="only a workbook has sheets"):
            read_rows(data, sheet="Arms")


@pytest.mark.parametrize("above", ["Responders\n", "Responders\n\nweek 16\n", "# made by hand, 2024\n", "Title,,,\n"])
def test_a_header_below_other_rows_is_pointed_out(tmp_path, above):
    for text in (above + TEXT, (above + TEXT).replace(",", ";")):
        number = above.count("\n") + 1
        path = write(tmp_path, text)
        for columns in (None, {"study": "study"}):
            with pytest.raises(DataError) as caught:
                read_table(path, columns=columns)
            assert len(caught.value.problems) == 1
            assert caught.value.problem.row == 1
            assert f"row {number} looks like the header: delete the rows above it" in caught.value.problem.repair


def test_a_title_above_the_header_of_a_sheet_is_pointed_out(tmp_path):
    rows = [["Responders"], [], ["study", "treatment", "events", "n"], ["a", "x", 3, 10]]
    with pytest.raises(DataError, match=r"row 3 looks like the header"):
        read_table(write_xlsx(tmp_path / "t.xlsx", {"S": rows}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# made by hand\ncentre,drug,cured,of\na,x,1,10\n", ["row 1: the first line is a comment", "delete it"]),
        ("a,placebo,3,10\na,drug,5,10\n", ["row 1: there is no header row", "a, placebo, 3, 10"]),
        ("a,placebo,10,10\na,drug,5,10\n", ["row 1: there is no header row"]),
        ("study treatment events n\na x 1 10\n", ["row 1: spaces stand between the cells", "write.csv"]),
        ('"study" "trt" "r" "n"\n"1" "a" "x" 1 10\n', ["row 1: spaces stand between the cells", "pandas.read_csv"]),
    ],
)
def test_text_of_another_make_is_refused_in_one_sentence(tmp_path, text, words):
    with pytest.raises(DataError) as caught:
        read_table(write(tmp_path, text))
    assert len(caught.value.problems) == 1
    for word in words:
        assert word in str(caught.value)


def test_a_column_called_number_sign_and_vertical_bars_are_read(tmp_path):
    text = "#|study|treatment|events|n\n1|a|x|1|10\n"
    assert read_table(write(tmp_path, text)).columns["events"] == [1.0]


def test_a_wrong_row_below_unknown_names_with_a_number_is_still_told(tmp_path):
    with pytest.raises(DataError, match="row 3: the row has not as many cells"):
        read_rows(write(tmp_path, "centre,drug,2024\na,x,1\na,y\n"))


def test_compressed_and_binary_files_are_named(tmp_path):
    with pytest.raises(DataError, match=r"compressed file \(gzip\), not text(.|\n)*unpack it"):
        read_rows(write(tmp_path, gzip.compress(TEXT.encode()), "trials.csv.gz"))
    with pytest.raises(DataError, match=r"old Excel workbook(.|\n)*\.xls"):
        read_rows(write(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "trials.csv"))


@pytest.mark.parametrize("address", ["https://example.com/x.csv", Path("https://example.com/x.csv"), "S3://a/x.csv"])
def test_addresses_are_not_fetched(address):
    with pytest.raises(
        DataError, match=r"addresses are not fetched\n  found:    \w+://(.|\n)*pandas.read_csv\(address\)"
    ):
        read_rows(address)


def test_frames_without_names_are_refused_and_can_be_mapped():
    data = pd.DataFrame([["a", "x", 1, 10], ["a", "y", 2, 10]])
    with pytest.raises(DataError, match=r"there is no header row(.|\n)*name the columns"):
        read_table(data)
    columns = {"study": "0", "treatment": "1", "events": "2", "n": "3"}
    assert read_table(data, columns=columns).columns["events"] == [1.0, 2.0]
