"""Cells as they stand, from whatever the caller has: a path, a frame, a list of dicts, a dict of columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topline.errors import DataError, near_names
from topline.tables.cells import is_blank
from topline.tables.frames import Kind, read_frame
from topline.tables.text import decode, ragged, sniff, split
from topline.tables.workbook import read_workbook

_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_FOREIGN = {".parquet", ".feather", ".arrow", ".json", ".rds", ".rda", ".rdata", ".sav", ".dta", ".sas7bdat", ".pdf"}


@dataclass(frozen=True)
class RawTable:
    """Cells as they stand: ``rows[i]`` has one cell for each name of ``header`` and stands in row ``row_numbers[i]``.

    Row numbers count as a spreadsheet does (for data without a file, the header counts as row 1). ``file`` is the path,
    for a workbook with the sheet. In semicolon-separated text, ``decimal_comma`` allows "0,5" for one half.
    """

    header: tuple[str, ...]
    rows: list[list[Any]]
    row_numbers: tuple[int, ...]
    kind: Kind
    file: str | None
    decimal_comma: bool = False

    def column(self, name: str) -> list[Any]:
        """The cells of one column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def read_rows(data: Any) -> RawTable:
    """Read a table without giving its columns a meaning.

    ``data`` is a path (CSV, TSV or other text delimited by comma, semicolon or tab; .xlsx, .xls, .ods), a pandas or
    polars frame, a list of dicts, or a dict of columns. Blank rows are left out.
    Raises ``DataError`` when it can't be read, and for repeated column names, rows of unequal length or no rows.
    """
    if isinstance(data, (str, os.PathLike)):
        return _read_path(Path(os.fspath(data)))
    if isinstance(data, Mapping):
        header, rows = _from_columns(data)
        return _table(header, rows, range(2, len(rows) + 2), "records", None)
    if isinstance(data, Sequence) and not isinstance(data, (bytes, bytearray)):
        header, rows = _from_dicts(data)
        return _table(header, rows, range(2, len(rows) + 2), "records", None)
    read = read_frame(data)
    if read is None:
        raise DataError(
            "this is not a table",
            found=f"a value of type {type(data).__name__}",
            expected="a path, a pandas or polars frame, a list of dicts, or a dict of columns",
        )
    header, rows, kind = read
    return _table(header, rows, range(2, len(rows) + 2), kind, None)


def _read_path(path: Path) -> RawTable:
    file = str(path)
    suffix = path.suffix.lower()
    _check_path(path)
    if suffix in _FOREIGN:
        repair = "save it as CSV or .xlsx, or read it into a pandas or polars frame and give that"
        raise DataError("files of this kind are not read", file=file, found=f"a {suffix} file", repair=repair)
    if suffix in _WORKBOOKS:
        sheet, cells = read_workbook(path)
        return _from_grid(cells, f"{file}, sheet {sheet!r}", decimal_comma=False)
    try:
        text = decode(path.read_bytes(), file, DataError)
    except OSError as wrong:
        raise DataError("the file can't be read", file=file, found=wrong.strerror or str(wrong)) from None
    delimiter = sniff(text)
    return _from_grid(split(text, delimiter, file, DataError), file, decimal_comma=delimiter == ";")


def _check_path(path: Path) -> None:
    try:
        if path.is_dir():
            inside = sorted(p.name for p in path.iterdir() if p.suffix.lower() in _WORKBOOKS | {".csv", ".tsv"})[:6]
            repair = "name one of its files: " + ", ".join(inside) if inside else None
            raise DataError("this is a folder", file=str(path), found="a folder", expected="one file", repair=repair)
        if path.is_file():
            return
        beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
    except (OSError, ValueError):
        beside = []
    near = near_names(path.name, beside)
    shown = str(path) if len(str(path)) <= 200 else str(path)[:200] + "…"
    raise DataError(
        "there is no such file",
        file=shown,
        expected="did you mean " + " or ".join(near) + "?" if near else "the path of a CSV file or a workbook",
        repair=None if near or path.parent.exists() else f"check the folder: there is no {path.parent}",
    )


def _from_grid(grid: Sequence[Sequence[Any]], file: str, *, decimal_comma: bool) -> RawTable:
    """The table in a grid whose first filled row is the header; cells beyond its last name must be empty."""
    filled = [i for i, row in enumerate(grid) if not all(is_blank(cell) for cell in row)]
    if not filled:
        raise DataError("the file is empty", file=file, expected="a header and at least one row")
    start = filled[0]
    header = list(grid[start])
    while header and is_blank(header[-1]) and all(len(r) < len(header) or is_blank(r[len(header) - 1]) for r in grid):
        header.pop()
    width = len(header)
    body = {i: list(grid[i]) for i in filled[1:]}
    trimmed = {i: row[:width] if all(is_blank(cell) for cell in row[width:]) else row for i, row in body.items()}
    problems = ragged([trimmed.get(i, []) for i in range(len(grid))], start, width, file)
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return _table(header, list(trimmed.values()), [i + 1 for i in trimmed], "records", file, decimal_comma)


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


def _table(
    header: Sequence[Any],
    rows: list[list[Any]],
    numbers: Iterable[int],
    kind: Kind,
    file: str | None,
    decimal_comma: bool = False,
) -> RawTable:
    """The checked table: names are trimmed text, unnamed columns (row names of R) and blank rows are left out."""
    names = ["" if is_blank(name) else str(name).strip() for name in header]
    keep = [i for i, name in enumerate(names) if name]
    named = [names[i] for i in keep]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        found = "more than one column named " + ", ".join(repr(name) for name in twice)
        raise DataError("a column name is repeated", file=file, column=twice[0], found=found, expected="each name once")
    filled = [(n, row) for n, row in zip(numbers, rows, strict=True) if not all(is_blank(cell) for cell in row)]
    if not named or not filled:
        found = "only a header: " + ", ".join(named) if named else "no named column"
        raise DataError("the table has no rows", file=file, found=found, expected="a header and at least one row")
    cells = [[row[i] for i in keep] for _, row in filled]
    return RawTable(tuple(named), cells, tuple(n for n, _ in filled), kind, file, decimal_comma)
