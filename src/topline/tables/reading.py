"""Cells as they stand, from whatever the caller has: a path, a frame, a list of dicts, a dict of columns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from topline.errors import ArgumentError, DataError, Problem, near_names
from topline.tables.cells import SpoiledCell, is_blank, is_missing, looks_numeric
from topline.tables.frames import Kind, read_frame
from topline.tables.roles import roles_named
from topline.tables.text import decode, ragged, sniff, split
from topline.tables.workbook import read_workbook

_WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_REPEATED = "a column name is repeated"
_FOREIGN = {".parquet", ".feather", ".arrow", ".json", ".rds", ".rda", ".rdata", ".sav", ".dta", ".sas7bdat", ".pdf"}


@dataclass(frozen=True)
class RawTable:
    """Cells as they stand: ``rows[i]`` has one cell for each name of ``header`` and stands in row ``row_numbers[i]``.

    Row numbers count as a spreadsheet does (for data without a file, the header counts as row 1). ``file`` is the path,
    for a workbook with the sheet. In semicolon-separated text, ``decimal_comma`` allows "0,5" for one half.

    For a table whose columns turn out to be unknown, ``doubt`` is what speaks against its header, and ``advice`` names
    other sheets.
    """

    header: tuple[str, ...]
    rows: list[list[Any]]
    row_numbers: tuple[int, ...]
    kind: Kind
    file: str | None
    decimal_comma: bool = False
    doubt: Problem | None = None
    advice: str | None = None

    def explained(self, wrong: DataError) -> DataError:
        """An error about names of columns, with what else may be the cause of it."""
        return _explained(wrong, self.doubt, self.advice)

    def column(self, name: str) -> list[Any]:
        """The cells of one column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def read_rows(data: Any, *, sheet: str | None = None) -> RawTable:
    """Read a table without giving its columns a meaning.

    ``data`` is a path (CSV, TSV or other text delimited by comma, semicolon, tab or vertical bar; .xlsx, .xls, .ods), a
    pandas or polars frame, a list of dicts, or a dict of columns. ``sheet`` names the sheet of a workbook; without it
    the first visible one with data is read. Blank rows are left out.

    Raises ``DataError`` when it can't be read, and for repeated column names, rows of unequal length or no rows;
    ``UnknownNameError`` for a sheet that is not there, ``ArgumentError`` for a sheet of something that has none.
    """
    if sheet is not None and not isinstance(sheet, str):
        raise ArgumentError("sheet is the name of a sheet", found=repr(sheet), expected="text, such as 'Arms'")
    if isinstance(data, (str, os.PathLike)):
        return _read_path(os.fspath(data), sheet)
    if sheet is not None:
        raise ArgumentError("only a workbook has sheets", found=f"sheet={sheet!r} for a {type(data).__name__}")
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


def _read_path(name: str | bytes, sheet: str | None) -> RawTable:
    path = Path(os.fsdecode(name))
    file = str(path)
    suffix = path.suffix.lower()
    _check_path(path)
    if suffix in _FOREIGN:
        repair = "save it as CSV or .xlsx, or read it into a pandas or polars frame and give that"
        raise DataError("files of this kind are not read", file=file, found=f"a {suffix} file", repair=repair)
    if suffix in _WORKBOOKS:
        read = read_workbook(path, sheet)
        advice = _other_sheets(read.others) if sheet is None else None
        return _from_grid(read.rows, f"{file}, sheet {read.name!r}", decimal_comma=False, advice=advice)
    if sheet is not None:
        raise ArgumentError("only a workbook has sheets", found=f"sheet={sheet!r} for {path.name}")
    try:
        text = decode(path.read_bytes(), file, DataError)
    except OSError as wrong:
        raise DataError("the file can't be read", file=file, found=wrong.strerror or str(wrong)) from None
    _refuse_spaces(text, file)
    delimiter = sniff(text)
    return _from_grid(split(text, delimiter, file, DataError), file, decimal_comma=delimiter == ";")


def _refuse_spaces(text: str, file: str) -> None:
    """Refuse text whose cells stand apart by spaces, as write.table of R leaves them."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    words = first.replace('"', "").split()
    if not re.search(r"[,;\t|]", first) and len(words) > 2 and len(roles_named(words)) > 1:
        repair = "write it anew with commas (write.csv in R), or give pandas.read_csv(path, sep=r'\\s+')"
        raise DataError(
            "spaces stand between the cells",
            file=file,
            row=1,
            found=first[:80],
            expected="commas, semicolons, tabs or vertical bars",
            repair=repair,
        )


def _other_sheets(names: Sequence[str]) -> str | None:
    if not names:
        return None
    shown = ", ".join(map(repr, names[:8])) + (", …" if len(names) > 8 else "")
    return f"if the table is on another sheet ({shown}), name it, such as sheet={names[0]!r} (command line: --sheet)"


def _check_path(path: Path) -> None:
    if address := re.match(r"(https?|ftp|s3|gs|file):/+", str(path), re.IGNORECASE):
        raise DataError(
            "addresses are not fetched",
            found=f"{address[1]}://{str(path)[address.end() :]}"[:200],
            expected="the path of a CSV file or a workbook",
            repair="download the file, or give pandas.read_csv(address)",
        )
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


def _from_grid(grid: Sequence[list[Any]], file: str, *, decimal_comma: bool, advice: str | None = None) -> RawTable:
    """The table in a grid whose first filled row is the header; cells beyond its last name must be empty."""
    start = next((i for i, row in enumerate(grid) if not _is_blank_row(row)), None)
    if start is None:
        raise DataError("the file is empty", file=file, expected="a header and at least one row")
    header = list(grid[start])
    while header and is_blank(header[-1]) and all(len(r) < len(header) or is_blank(r[len(header) - 1]) for r in grid):
        header.pop()
    width = len(header)
    body = [_within(row, width) for row in grid[start + 1 :]]
    try:
        if problems := ragged([*grid[: start + 1], *body], start, width, file):
            raise DataError(problems[0].message, problems=problems)
        raw = _table(header, body, range(start + 2, len(grid) + 1), "records", file, decimal_comma)
    except DataError as wrong:
        twice = wrong.problem.message == _REPEATED  # as numbers are where names should be; other errors stand for data
        raise _explained(wrong, _doubt(grid[start : start + 11], start + 1, file, numbers=twice), advice) from None
    return replace(raw, doubt=_doubt(grid[start : start + 11], start + 1, file), advice=advice)


def _explained(wrong: DataError, doubt: Problem | None, advice: str | None) -> DataError:
    """The doubt in place of the problems, which come from it; the advice with the first."""
    first, *more = [doubt] if doubt else wrong.problems
    repair = "; ".join(filter(None, (first.repair, advice))) or None
    return DataError(first.message, problems=[replace(first, repair=repair), *more])


def _doubt(rows: Sequence[Sequence[Any]], number: int, file: str | None, *, numbers: bool = True) -> Problem | None:
    """What speaks against the first of the rows, in row ``number``, being the header; None if nothing does.

    A header further down, a comment, or numbers (unless they are no matter).
    """
    names = [cell for cell in rows[0] if not is_blank(cell)]
    roles = roles_named(names)
    shown = ", ".join(map(str, names))[:200]
    expected = "the names of the columns, such as study, treatment, events, n"
    for below, row in enumerate(rows[1:], 1):
        named = roles_named(row)
        if len(named) > max(len(roles), 1) and (len(named) > 2 or "study" in named):
            repair = f"row {number + below} looks like the header: delete the rows above it"
            return Problem("the first row is not the header", file, number, None, shown, expected, repair)
    if len(roles) > 1:
        return None
    if names and str(names[0]).startswith("#"):
        return Problem("the first line is a comment", file, number, None, shown, expected, "delete it")
    if numbers and any(looks_numeric(str(name)) and not is_missing(name) for name in names):
        repair = "add a row of names above it" if file else "name the columns"
        return Problem("there is no header row", file, number, None, shown, expected, repair)
    return None


def _within(row: list[Any], width: int) -> list[Any]:
    """The row without cells beyond the header if they hold nothing; a formula without a value there is no loss."""
    beyond = row[width:]
    return row[:width] if beyond and all(is_blank(c) or isinstance(c, SpoiledCell) for c in beyond) else row


def _is_blank_row(row: Sequence[Any]) -> bool:
    return all(is_blank(cell) for cell in row)


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
    if spoiled := next((name for name in header if isinstance(name, SpoiledCell)), None):
        raise DataError(
            spoiled.message, file=file, found=spoiled.found, expected="a column's name", repair=spoiled.repair
        )
    names = ["" if is_blank(name) else str(name).strip() for name in header]
    keep = [i for i, name in enumerate(names) if name]
    named = [names[i] for i in keep]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        found = "more than one column named " + ", ".join(repr(name) for name in twice)
        raise DataError(_REPEATED, file=file, column=twice[0], found=found, expected="each name once")
    filled = [(n, row) for n, row in zip(numbers, rows, strict=True) if not _is_blank_row(row)]
    if not named or not filled:
        found = "only a header: " + ", ".join(named) if named else "no named column"
        raise DataError("the table has no rows", file=file, found=found, expected="a header and at least one row")
    all_named = len(keep) == len(names)
    cells = [row if all_named else [row[i] for i in keep] for _, row in filled]
    doubt = None if file else _doubt([header], 1, file)
    return RawTable(tuple(named), cells, tuple(n for n, _ in filled), kind, file, decimal_comma, doubt)
