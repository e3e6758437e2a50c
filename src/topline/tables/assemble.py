"""From cells to entries: one for each arm or contrast, with names as text and numbers as floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from topline.errors import DataError, Problem
from topline.tables.cells import CellError, has_decimal_comma, is_missing, read_name, read_number
from topline.tables.layouts import Plan
from topline.tables.reading import RawTable

NAMES = ("study", "treatment", "treatment1", "treatment2")
GROUP_NAME = "group {}"


@dataclass(frozen=True)
class Entry:
    """One arm or contrast: canonical values, the spreadsheet row, and the column that each value came from."""

    values: dict[str, Any]
    row: int
    columns: Mapping[str, str]

    def problem(self, file: str | None, column: str, message: str, **more: str | None) -> Problem:
        """A problem with one of the values, placed where the user sees it."""
        return Problem(message, file, self.row, self.columns.get(column, column), **more)


def assemble(raw: RawTable, plan: Plan) -> list[Entry]:
    """The entries of the table in its order; baseline forms come out as all pairs of each study.

    Raises ``DataError`` with every cell that can't be read.
    """
    places = {name: place for place, name in enumerate(raw.header)}
    numeric = {column for group in plan.groups for role, column in group.items() if role not in NAMES}
    comma = raw.decimal_comma and any(has_decimal_comma(row[places[c]]) for c in numeric for row in raw.rows)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for row, number in zip(raw.rows, raw.row_numbers, strict=True):
        for index, group in enumerate(plan.groups):
            cells = {role: row[places[column]] for role, column in group.items()}
            if index >= 2 and all(is_missing(cell) for role, cell in cells.items() if role != "study"):
                continue
            entry = Entry({}, number, group)
            for role, cell in cells.items():
                read = read_name if role in NAMES else (lambda c: read_number(c, decimal_comma=comma))
                _fill(entry, role, cell, read, raw.file, problems)
            if plan.form == "wide" and "treatment" not in group:
                entry.values["treatment"] = GROUP_NAME.format(index + 1)
            entries.append(entry)
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return entries


def _fill(
    entry: Entry, role: str, cell: Any, read: Callable[[Any], Any], file: str | None, problems: list[Problem]
) -> None:
    try:
        entry.values[role] = read(cell)
    except CellError as wrong:
        more = {"found": repr(cell), "expected": wrong.expected, "repair": wrong.repair}
        problems.append(entry.problem(file, role, wrong.message, **more))


def derive(entries: list[Entry], file: str | None) -> list[Entry]:
    """The entries with n from events and nonevents, and the standard error from the variance.

    Raises ``DataError`` where n is given too and differs, and for a negative count or variance.
    """
    if not any(role in entry.values for entry in entries for role in ("nonevents", "variance")):
        return entries
    problems = [problem for entry in entries for problem in _derivation_problems(entry, file)]
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return [replace(entry, values=_derived(entry.values)) for entry in entries]


def _derivation_problems(entry: Entry, file: str | None) -> Iterator[Problem]:
    values = entry.values
    events, rest, n = values.get("events"), values.get("nonevents"), values.get("n")
    if rest is not None and rest < 0:
        yield entry.problem(file, "nonevents", "a count is negative", found=f"{rest:g}", expected="0 or more")
    elif events is not None and rest is not None and n is not None and abs(events + rest - n) > 1e-9:
        found = f"{events:g} + {rest:g} = {events + rest:g}, and n = {n:g}"
        yield entry.problem(file, "n", "events and nonevents don't add up to n", found=found, expected="their sum")
    variance = values.get("variance")
    if variance is not None and variance <= 0:
        yield entry.problem(file, "variance", "a variance is not above 0", found=f"{variance:g}", expected="above 0")


def _derived(values: Mapping[str, Any]) -> dict[str, Any]:
    out = {role: value for role, value in values.items() if role not in ("nonevents", "variance")}
    if "nonevents" in values and out.get("n") is None:
        known = values.get("events") is not None and values["nonevents"] is not None
        out["n"] = values["events"] + values["nonevents"] if known else None
    if "variance" in values:
        out["se"] = None if values["variance"] is None else math.sqrt(values["variance"])
    return out
