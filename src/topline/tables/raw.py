"""A table as its cells stand: a header, rows, and where each row is in the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from topline.errors import DataError, Problem
from topline.tables.analyses import COLUMNS, Analysis
from topline.tables.cells import SpoiledCell, is_blank, is_missing, looks_numeric
from topline.tables.frames import Kind
from topline.tables.roles import roles_named
from topline.tables.text import ragged

_REPEATED = "a column name is repeated"


@dataclass(frozen=True)
class RawTable:
    """Cells as they stand: ``rows[i]`` has one cell for each name of ``header`` and stands in row ``row_numbers[i]``.

    Row numbers count as a spreadsheet does (for data without a file, the header counts as row 1). ``file`` is the path,
    for a workbook with the sheet. In semicolon-separated text, ``decimal_comma`` allows "0,5" for one half.

    For a table whose columns turn out to be unknown, ``doubt`` is what speaks against its header, and ``advice`` names
    other sheets. ``analysis`` is what the table is of in a review of several; ``places`` are the rows' places in XML,
    ``title`` says what it is of where the file does, ``sheet`` is the sheet of a workbook.
    ``header_row`` is the header's row. ``roles`` maps role to column where the format itself says so.
    """

    header: tuple[str, ...]
    rows: list[list[Any]]
    row_numbers: tuple[int, ...]
    kind: Kind
    file: str | None
    decimal_comma: bool = False
    doubt: Problem | None = None
    advice: str | None = None
    analysis: Analysis | None = None
    places: tuple[str, ...] = ()
    title: str | None = None
    sheet: str | None = None
    header_row: int = 1
    roles: Mapping[str, str] = field(default_factory=dict)

    def explained(self, wrong: DataError) -> DataError:
        """An error about names of columns, with what else may be the cause of it."""
        return _explained(wrong, self.doubt, self.advice)

    def column(self, name: str) -> list[Any]:
        """The cells of one column."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def from_analysis(analysis: Analysis, file: str) -> RawTable:
    """The table of one analysis of a review; rows are counted from 2 where the file has no rows of its own."""
    numbers = tuple(row.number or i for i, row in enumerate(analysis.rows, 2))
    cells: list[list[Any]] = [list(row.cells) for row in analysis.rows]
    file = f"{file}, outcome {analysis.number}"
    roles = dict(zip(COLUMNS[analysis.outcome], analysis.columns, strict=True))
    return RawTable(analysis.columns, cells, numbers, "records", file, analysis=analysis, roles=roles)


def from_grid(grid: Sequence[list[Any]], file: str, *, decimal_comma: bool, advice: str | None = None) -> RawTable:
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
        raw = table_of(header, body, range(start + 2, len(grid) + 1), "records", file, decimal_comma)
    except DataError as wrong:
        twice = wrong.problem.message == _REPEATED  # as numbers are where names should be; other errors stand for data
        raise _explained(wrong, _doubt(grid[start : start + 11], start + 1, file, numbers=twice), advice) from None
    doubt = _doubt(grid[start : start + 11], start + 1, file)
    return replace(raw, doubt=doubt, advice=advice, header_row=start + 1)


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


def table_of(
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
