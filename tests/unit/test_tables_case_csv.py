"""The strict reader for case folders."""

from pathlib import Path

import pytest

from topline.errors import CaseError
from topline.tables import parse_csv, read_csv, write_csv


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "arms.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_rows_with_their_numbers(tmp_path):
    table = read_csv(write(tmp_path, '\ufefftrial,arm,note\n 01 ,"a, b",\n\nT2,c,x\n'), required=["trial", "arm"])
    assert table.file == "arms.csv"
    assert table.header == ("trial", "arm", "note")
    assert table.rows == [{"trial": "01", "arm": "a, b", "note": ""}, {"trial": "T2", "arm": "c", "note": "x"}]
    assert table.row_numbers == [2, 4]


def test_absent_optional_columns_are_empty_and_a_header_alone_is_a_table(tmp_path):
    path = write(tmp_path, "trial\nA\n")
    assert read_csv(path, required=["trial"], optional=["note"]).rows == [{"trial": "A", "note": ""}]
    assert read_csv(write(tmp_path, "trial\n"), required=["trial"]).rows == []


def test_every_missing_column_is_named_with_its_near_names(tmp_path):
    path = write(tmp_path, "trail,arm,week\nA,b,4\n")
    with pytest.raises(CaseError) as caught:
        read_csv(path, required=["trial", "arm", "outcome"])
    first, second = caught.value.problems
    assert (first.file, first.row, first.column) == ("arms.csv", 1, "trial")
    assert first.found == "the columns trail, arm, week"
    assert first.repair == "rename 'trail' to 'trial' if that is what it holds"
    assert second.column == "outcome"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("trial,arm,arm\nA,b,c\n", ["repeated", "2 columns named 'arm'"]),
        ("trial,arm,\nA,b,c\n", ["no name", "cell 3"]),
        ("trial,arm\nA\nB,c,d\n", ["row 2", "1 cell", "row 3", "3 cells", "2 cells"]),
        ("trial;arm\nA;b\n", ["missing", "separate the cells by commas"]),
        (b"trial,arm\nA,b\xe4\n", ["not UTF-8", "0xe4", "line 2"]),
        ("", ["empty", "trial, arm"]),
        ('trial,arm\nA,"b\n', ["can't be split", "row 2"]),
    ],
)
def test_what_is_refused(tmp_path, data, words):
    with pytest.raises(CaseError) as caught:
        read_csv(write(tmp_path, data), required=["trial", "arm"])
    for word in ["arms.csv", *words]:
        assert word in str(caught.value)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(CaseError, match=r"arms.csv: there is no such file"):
        read_csv(tmp_path / "arms.csv", required=["trial"])
    (tmp_path / "arms.csv").mkdir()
    with pytest.raises(CaseError, match=r"arms.csv: the file can't be read"):
        read_csv(tmp_path / "arms.csv", required=["trial"])


def test_what_is_written_is_read_again_to_the_letter():
    header = ["plain", "odd, one"]
    cells = [
        "",
        "a",
        " b ",
        "c,d",
        'e "f"',
        "g\nh",
        "i\r\nj",
        "=1+1",
        "'=1",
        "-3.2",
        "-x",
        "+1",
        "@a",
        "\tb",
        "\rc",
        "‘d’",
        "é",
    ]
    rows = [{"plain": one, "odd, one": "x" + other} for one in cells for other in cells]
    data = write_csv(header, rows)
    again = parse_csv(data, "t.csv", required=header, exact=True)
    assert again.rows == rows
    assert write_csv(again.header, again.rows) == data
    assert data.startswith(b'plain,"odd, one"\n,x\n,xa\n')
    assert b"\n'=1+1,x\n" in data
    assert b"\n-3.2,x\n" in data


def test_a_column_that_a_spreadsheet_would_run_is_written_as_text():
    header = ["trial", '=HYPERLINK("x")', "'@a"]
    rows = [{"trial": "A", header[1]: "1", header[2]: "=2"}]
    data = write_csv(header, rows)
    assert data == b'trial,"\'=HYPERLINK(""x"")",\'\'@a\nA,1,\'=2\n'
    again = parse_csv(data, "t.csv", required=["trial"])
    assert (list(again.header), again.rows) == (header, rows)


def test_a_missing_cell_is_written_as_an_empty_one():
    assert write_csv(["a", "b"], [{"b": "1"}]) == b"a,b\n,1\n"
