"""Tables as an Excel workbook for people: a sheet each, numbers as numbers, and no cell that runs as a formula.

XlsxWriter is the extra ``office`` and is imported when a workbook is written, never before.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from topline.errors import ArgumentError, DataError
from topline.tables.formula_cells import escape_formula

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from topline.tables.case_csv import CsvTable

LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds (Microsoft, "Excel specifications and limits")."""
MOST_ROWS = 1_048_576
_MOST_DIGITS = 15
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.(?P<decimals>\d+))?", re.ASCII)
_WIDEST = 60
_LOOKED_AT = 200
# A workbook says when it was made; the same tables must give the same bytes.
_MADE = dt.datetime(2000, 1, 1)


def workbook_bytes(tables: Mapping[str, CsvTable]) -> bytes:
    """The workbook with a sheet for each table, under its name, the header frozen and with filters.

    A number that Excel holds exactly is a number with the decimals that it was written with; all else is text, with an
    apostrophe before what a spreadsheet would run. The same tables give the same bytes.

    Raises ``ArgumentError`` without the extra ``office``, and ``DataError`` for what Excel can't hold.
    """
    if find_spec("xlsxwriter") is None:
        raise ArgumentError(
            "an Excel workbook needs XlsxWriter, which is not installed",
            repair="pip install 'topline[office]'; or name a folder, which gets CSV",
        )
    from xlsxwriter.workbook import Workbook

    memory = io.BytesIO()
    workbook = Workbook(memory, {"in_memory": True})
    workbook.set_properties({"created": _MADE})
    formats = _Formats(workbook)
    for name, table in tables.items():
        _write_sheet(workbook.add_worksheet(name), table, formats)
    workbook.close()
    return memory.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self.header: Format = workbook.add_format({"bold": True, "bottom": 1})
        self.text: Format = workbook.add_format({"num_format": "@"})
        self._numbers: dict[int, Format] = {}

    def number(self, decimals: int) -> Format:
        if decimals not in self._numbers:
            pattern = f"0.{'0' * decimals}" if decimals else "0"
            self._numbers[decimals] = self._workbook.add_format({"num_format": pattern})
        return self._numbers[decimals]


def _write_sheet(sheet: Worksheet, table: CsvTable, formats: _Formats) -> None:
    if len(table.rows) >= MOST_ROWS:
        raise DataError(
            "the table has more rows than a sheet of Excel holds",
            file=table.file,
            found=f"{len(table.rows):,} rows",
            expected=f"at most {MOST_ROWS - 1:,}",
            repair="name a folder in place of a workbook: it gets CSV",
        )
    for j, name in enumerate(table.header):
        sheet.write_string(0, j, escape_formula(name), formats.header)
        for i, row in enumerate(table.rows, 1):
            _write_cell(sheet, (i, j), row[name], table.file, name, formats)
        widest = max([len(name) + 2, *(len(row[name]) for row in table.rows[:_LOOKED_AT])])
        sheet.set_column(j, j, min(widest + 1, _WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.rows), len(table.header) - 1)


def _write_cell(sheet: Worksheet, place: tuple[int, int], cell: str, file: str, column: str, formats: _Formats) -> None:
    number = _NUMBER.fullmatch(cell)
    if number is not None and sum(map(str.isdigit, cell)) <= _MOST_DIGITS:
        sheet.write_number(*place, float(cell), formats.number(len(number["decimals"] or "")))
        return
    text = escape_formula(cell)
    # Excel counts the units of UTF-16.
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CELL:
        raise DataError(
            "the text is longer than a cell of Excel holds",
            file=file,
            row=place[0] + 1,
            column=column,
            found=f"{len(text):,} characters",
            expected=f"at most {LONGEST_CELL:,}",
            repair="name a folder in place of a workbook: it gets CSV",
        )
    if text:
        sheet.write_string(*place, text, formats.text)
