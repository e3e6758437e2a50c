"""Cells as they stand, from whatever the caller has: a path, a frame, a list of dicts, a dict of columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from topline.errors import ArgumentError, DataError
from topline.tables.files import no_outcomes, read_path
from topline.tables.frames import read_frame
from topline.tables.raw import RawTable, table_of

__all__ = ["RawTable", "read_rows"]


def read_rows(data: Any, *, sheet: str | None = None, outcome: str | None = None) -> RawTable:
    """Read a table without giving its columns a meaning.

    ``data`` is a path (CSV, TSV or other text delimited by comma, semicolon, tab or vertical bar; .xlsx, .xls, .ods;
    .rm5 of RevMan 5, .gemtc), a pandas or polars frame, a list of dicts, or a dict of columns. ``sheet`` names the
    sheet of a workbook; without it the first visible one with data is read. ``outcome`` names one of a review's
    (:func:`topline.tables.analyses.choose_analysis`). Blank rows are left out.

    Raises ``DataError`` when it can't be read, and for repeated column names, rows of unequal length or no rows, and
    for a review of several outcomes of which none is named; ``UnknownNameError`` for a sheet or an outcome that is not
    there, ``ArgumentError`` for one of something that has none.
    """
    if outcome is not None and not isinstance(outcome, str):
        raise ArgumentError("outcome is the number or the name of an outcome", found=repr(outcome), expected="'1.2'")
    if sheet is not None and not isinstance(sheet, str):
        raise ArgumentError("sheet is the name of a sheet", found=repr(sheet), expected="text, such as 'Arms'")
    if isinstance(data, (str, os.PathLike)):
        return read_path(os.fspath(data), sheet, outcome)
    if sheet is not None:
        raise ArgumentError("only a workbook has sheets", found=f"sheet={sheet!r} for a {type(data).__name__}")
    if outcome is not None:
        raise no_outcomes(outcome, f"a {type(data).__name__}")
    if isinstance(data, Mapping):
        header, rows = _from_columns(data)
        return table_of(header, rows, range(2, len(rows) + 2), "records", None)
    if isinstance(data, Sequence) and not isinstance(data, (bytes, bytearray)):
        header, rows = _from_dicts(data)
        return table_of(header, rows, range(2, len(rows) + 2), "records", None)
    read = read_frame(data)
    if read is None:
        raise DataError(
            "this is not a table",
            found=f"a value of type {type(data).__name__}",
            expected="a path, a pandas or polars frame, a list of dicts, or a dict of columns",
        )
    header, rows, kind = read
    return table_of(header, rows, range(2, len(rows) + 2), kind, None)


def _from_columns(data: Mapping[Any, Any]) -> tuple[list[Any], list[list[Any]]]:
    columns = []
    for name, values in data.items():
        if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
            raise DataError(
                "a column is not a list", column=str(name), found=type(values).__name__, expected="a list of cells"
            )
        columns.append(values.tolist() if hasattr(values, "tolist") else list(values))
    lengths = {str(name): len(column) for name, column in zip(data, columns, strict=True)}
    if len(set(lengths.values())) > 1:
        found = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise DataError("the columns differ in length", found=found, expected="columns of one length")
    return list(data), [list(row) for row in zip(*columns, strict=True)]


def _from_dicts(data: Sequence[Any]) -> tuple[list[Any], list[list[Any]]]:
    for index, row in enumerate(data):
        if not isinstance(row, Mapping):
            raise DataError("a row is not a dict", row=index + 2, found=type(row).__name__, expected="a list of dicts")
    header = list(dict.fromkeys(name for row in data for name in row))
    return header, [[row.get(name) for name in header] for row in data]
