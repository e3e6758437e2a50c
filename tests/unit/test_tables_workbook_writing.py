"""What goes into a workbook comes out of it, read by another library, and nothing of it runs."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from topline.errors import ArgumentError, DataError
from topline.tables import CsvTable, workbook_bytes
from topline.tables.formula_cells import escape_formula

WRITTEN = ["10.0", "0.50", "-3", "007", "1e5", "12345678901234567890", "NCT02277743", "2026-01-30"]
HOSTILE = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-a", "http://127.0.0.1/x", "{=1}", "＝1"]
CELL = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=20),
    st.sampled_from(
        [*HOSTILE, "10.0", "0.50", "-3", "007", "1e5", "12345678901234567890", "NCT02277743", "2026-01-30"]
    ),
)


def table(*cells: str, name: str = "outcomes.csv") -> CsvTable:
    return CsvTable(name, ("text",), [{"text": cell} for cell in cells], list(range(2, len(cells) + 2)))


def column(data: bytes, sheet: str = "outcomes") -> list[object]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [row[0] for row in rows]


@given(st.lists(CELL.filter(bool), min_size=1, max_size=8))
def test_every_cell_comes_back(cells: list[str]) -> None:
    header, *back = column(workbook_bytes({"outcomes": table(*cells)}))
    assert header == "text"
    assert len(back) == len(cells)
    for cell, came in zip(cells, back, strict=True):
        if isinstance(came, str):
            assert came == escape_formula(cell)
        else:
            assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", cell)
            assert came == float(cell)


def test_a_number_keeps_the_decimals_that_were_written() -> None:
    data = workbook_bytes({"outcomes": table("10.0", "0.50", "7")})
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    assert column(data)[1:] == [10.0, 0.5, 7.0]
    assert 'formatCode="0.0"' in styles
    assert 'formatCode="0.00"' in styles


def test_no_cell_is_a_formula_or_a_link() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_bytes({"outcomes": table(*HOSTILE)}))) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        names = parts.namelist()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not [name for name in names if "_rels/sheet" in name]


def test_the_same_tables_give_the_same_bytes() -> None:
    assert workbook_bytes({"outcomes": table("a")}) == workbook_bytes({"outcomes": table("a")})


def test_a_cell_that_excel_cannot_hold_is_named_by_row_and_column() -> None:
    assert column(workbook_bytes({"outcomes": table("x" * 32_767)}))[1] == "x" * 32_767
    with pytest.raises(DataError, match="longer than a cell of Excel") as told:
        workbook_bytes({"outcomes": table("a", "\N{GRINNING FACE}" * 16_384)})
    (problem,) = told.value.problems
    assert (problem.file, problem.row, problem.column) == ("outcomes.csv", 3, "text")


def test_without_the_extra_the_repair_is_named(monkeypatch) -> None:
    monkeypatch.setattr("topline.tables.workbook_writing.find_spec", lambda name: None)
    with pytest.raises(ArgumentError, match=re.escape("topline[office]")):
        workbook_bytes({"outcomes": table("a")})
