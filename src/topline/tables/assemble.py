"""From cells to entries: one for each arm or contrast, with names as text and numbers as floats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from topline.errors import DataError, Problem
from topline.tables.cells import CellError, has_decimal_comma, is_missing, read_name, read_number
from topline.tables.entries import NAMES, Entries, Entry
from topline.tables.layouts import Plan
from topline.tables.reading import RawTable
from topline.tables.roles import group_names


def assemble(raw: RawTable, plan: Plan) -> Entries:
    """The entries of the table in its order, the groups of a row one after the other.

    Raises ``DataError`` with every cell that can't be read.
    """
    numeric = {column for group in plan.groups for role, column in group.items() if role not in NAMES}
    comma = raw.decimal_comma and any(has_decimal_comma(cell) for c in numeric for cell in set(raw.column(c)))
    number = partial(read_number, decimal_comma=comma)
    names = group_names([[c for role, c in group.items() if role != "study"] for group in plan.groups])
    order = [(i, g) for i, row in enumerate(_present(raw, plan)) for g in row]
    read: list[dict[str, list[Any]]] = []
    problems: list[tuple[tuple[int, int], Problem]] = []
    for g, group in enumerate(plan.groups):
        read.append({})
        for role, column in group.items():
            cells = raw.column(column)
            read[g][role], wrong = _read(cells, read_name if role in NAMES else number)
            for i, error in wrong.items():
                entry = Entry({}, raw.row_numbers[i], group)
                problems.append(((i, g), _cell_problem(entry, role, cells[i], error, raw.file)))
        if plan.form == "wide" and "treatment" not in group:
            read[g]["treatment"] = [names[g]] * len(raw.rows)
    if problems:
        present = set(order)
        told = list(dict.fromkeys(p for at, p in sorted(problems, key=lambda known: known[0]) if at in present))
        raise DataError(told[0].message, problems=told)
    roles = dict.fromkeys(role for columns in read for role in columns)
    values = {role: [read[g][role][i] if role in read[g] else None for i, g in order] for role in roles}
    return Entries(values, [raw.row_numbers[i] for i, _ in order], [plan.groups[g] for _, g in order])


def _present(raw: RawTable, plan: Plan) -> Iterator[list[int]]:
    """The groups that each row has: the third and further ones stay empty in smaller studies."""
    further = range(2, len(plan.groups))
    cells = {g: [raw.column(c) for role, c in plan.groups[g].items() if role != "study"] for g in further}
    first = list(range(len(plan.groups[:2])))
    for i in range(len(raw.rows)):
        yield first + [g for g in further if not all(is_missing(column[i]) for column in cells[g])]


def _read(cells: Sequence[Any], read: Callable[[Any], Any]) -> tuple[list[Any], dict[int, CellError]]:
    """The values of a column, and why which cells can't be read; each text is read once."""
    known: dict[str, Any] = {}
    values: list[Any] = []
    wrong = {}
    for i, cell in enumerate(cells):
        if type(cell) is str and cell in known:
            values.append(known[cell])
            continue
        value = None
        try:
            value = read(cell)
        except CellError as error:
            wrong[i] = error
        else:
            if type(cell) is str:
                known[cell] = value
        values.append(value)
    return values, wrong


def _cell_problem(entry: Entry, role: str, cell: Any, wrong: CellError, file: str | None) -> Problem:
    more = {"found": repr(cell), "expected": wrong.expected, "repair": wrong.repair}
    return entry.problem(file, role, wrong.message, **more)


def derive(entries: Entries, file: str | None) -> Entries:
    """The entries with n from events and nonevents, and the standard error from the variance.

    Raises ``DataError`` where n is given too and differs, and for a negative count or variance.
    """
    if not entries.values.keys() & {"nonevents", "variance"}:
        return entries
    problems = [problem for entry in entries for problem in _derivation_problems(entry, file)]
    if problems:
        raise DataError(problems[0].message, problems=problems)
    values = {role: column for role, column in entries.values.items() if role not in ("nonevents", "variance")}
    if "nonevents" in entries.values:
        counts = zip(entries.values["events"], entries.values["nonevents"], strict=True)
        sums = [None if a is None or b is None else a + b for a, b in counts]
        given = values.get("n", [None] * len(sums))
        values["n"] = [total if n is None else n for n, total in zip(given, sums, strict=True)]
    if "variance" in entries.values:
        values["se"] = [None if v is None else math.sqrt(v) for v in entries.values["variance"]]
    return replace(entries, values=values)


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
