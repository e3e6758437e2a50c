"""The cells of one row, read strictly: each wrong cell becomes a problem with its place, and reading goes on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Collection, Iterator

from topline.errors import Problem, UnknownNameError
from topline.facts.dates import last_day
from topline.tables import CsvTable

_WHOLE = re.compile(r"[+-]?\d{1,15}")  # longer ones no database and no spreadsheet keeps
_LISTED_IN = {
    "source": "sources.csv",
    "trial": "trials.csv",
    "arm": "arms.csv",
    "outcome": "[[endpoints]] of case.toml",
    "programme": "[[programmes]] of case.toml",
}


class Cells:
    """One row of a case's table, with the list that its problems go to."""

    def __init__(self, file: str, row: int, values: dict[str, str], problems: list[Problem]) -> None:
        self.file = file
        self.row = row
        self._values = values
        self._problems = problems

    def wrong(self, message: str, column: str | None, *, found: str, expected: str, repair: str) -> None:
        """Write a problem down."""
        self._problems.append(Problem(message, self.file, self.row, column, found, expected, repair))

    def text(self, column: str) -> str:
        """The cell without the spaces around it; empty where the column is absent."""
        return self._values.get(column, "").strip()

    def name(self, column: str) -> str:
        """The cell, which must not be empty."""
        value = self.text(column)
        if not value:
            self.wrong("empty cell", column, found="nothing", expected="a name", repair=f"fill in {column}")
        return value

    def among(self, column: str, known: Collection[str] | None, kind: str) -> str:
        """The cell as a name of ``known``, where ``kind`` says what is named.

        None for ``known`` (the table of the names could not be read) checks nothing.
        """
        value = self.text(column)
        if known is not None and value not in known:
            self._unknown(column, known, kind, f"correct the cell, or add this {kind} to {_LISTED_IN[kind]}")
        return value

    def word(self, column: str, words: Collection[str], kind: str) -> str:
        """The cell as a word of a closed vocabulary, which holds the empty text where the cell may be empty."""
        value = self.text(column)
        if value not in words:
            repair = "write one of " + ", ".join(w or "nothing" for w in words)
            self._unknown(column, [w for w in words if w], kind, repair)
        return value

    def _unknown(self, column: str, known: Collection[str], kind: str, repair: str) -> None:
        problem = UnknownNameError.among(kind, self.text(column), known).problem
        self._problems.append(dataclasses.replace(problem, file=self.file, row=self.row, column=column, repair=repair))

    def whole(self, column: str, *, least: int = 0) -> int | None:
        """The cell as a whole number of at least ``least``; None where it is empty."""
        value = self.text(column)
        if not value:
            return None
        number = int(value) if _WHOLE.fullmatch(value) else None
        if number is None or number < least:
            expected = f"a whole number of {least} or more, or nothing"
            self.wrong(
                "not a count", column, found=repr(value), expected=expected, repair="write the count as published"
            )
            return None
        return number

    def number(self, column: str) -> float | None:
        """The cell as a finite number; None where it is empty."""
        value = self.text(column)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            repair = "write digits with a point for the decimals, without a unit or a thousands mark"
            self.wrong("not a number", column, found=repr(value), expected="a number such as 12.5", repair=repair)
            return None
        return number

    def date(self, column: str) -> str:
        """The cell as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; empty where it is wrong."""
        value = self.text(column)
        try:
            last_day(value)
        except ValueError as error:
            expected = "a date of the calendar as YYYY-MM-DD, or YYYY-MM or YYYY where no more is known"
            self.wrong(f"not a date ({error})", column, found=repr(value), expected=expected, repair="correct the date")
            return ""
        today = dt.date.today().isoformat()
        if value > today[: len(value)]:
            self.wrong(
                "a day that has not come yet",
                column,
                found=value,
                expected=f"a day up to today, {today}: nothing can be known from a later one",
                repair="correct the date",
            )
        return value


def rows_of(table: CsvTable | None, problems: list[Problem]) -> Iterator[Cells]:
    """The rows of a table in order; none for a table that could not be read."""
    if table is None:
        return
    for number, values in zip(table.row_numbers, table.rows, strict=True):
        yield Cells(table.file, number, values, problems)


def report_duplicate(
    cells: Cells,
    seen: dict[tuple[str, ...], int],
    key: tuple[str, ...],
    column: str,
    repair: str = "delete one of the two rows, or correct what tells them apart",
) -> None:
    """Write a problem down when an earlier row has the same key."""
    if key in seen:
        cells.wrong(
            f"the same as row {seen[key]}",
            column,
            found=", ".join(key),
            expected="one row for each",
            repair=repair,
        )
    seen.setdefault(key, cells.row)
