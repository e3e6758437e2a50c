"""Columns beside those that have a role: covariates, carried along by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from topline.errors import DataError, near_names
from topline.tables.cells import CellError, has_decimal_comma, is_missing, read_name, read_number
from topline.tables.reading import RawTable


def extra_columns(raw: RawTable, rows: Sequence[int], keep: Sequence[str]) -> dict[str, list[float | str | None]]:
    """The columns ``keep``, one value for each spreadsheet row of ``rows``; a row may be asked for several times.

    A column is one of numbers if every filled cell is a number, else one of text. Missing cells are None.
    Raises ``DataError`` for a column that is not there, and for cells that are neither numbers nor text.
    """
    place = {number: index for index, number in enumerate(raw.row_numbers)}
    found: dict[str, list[float | str | None]] = {}
    for name in keep:
        if name not in raw.header:
            near = near_names(name, raw.header)
            raise DataError(
                f"there is no column {name!r}",
                file=raw.file,
                row=1,
                found="the columns " + ", ".join(raw.header),
                repair=f"did you mean {' or '.join(near)}?" if near else None,
            )
        values = _read(raw, name)
        found[name] = [values[place[row]] for row in rows]
    return found


def _read(raw: RawTable, name: str) -> list[float | str | None]:
    cells = raw.column(name)
    comma = raw.decimal_comma and any(has_decimal_comma(cell) for cell in cells)
    try:
        return [None if is_missing(cell) else read_number(cell, decimal_comma=comma) for cell in cells]
    except CellError:
        return [_read_text(raw, name, row, cell) for row, cell in zip(raw.row_numbers, cells, strict=True)]


def _read_text(raw: RawTable, name: str, row: int, cell: Any) -> str | None:
    try:
        return read_name(cell)
    except CellError as wrong:
        raise DataError(
            wrong.message,
            file=raw.file,
            row=row,
            column=name,
            found=repr(cell),
            expected="a number or text",
            repair=wrong.repair,
        ) from None
