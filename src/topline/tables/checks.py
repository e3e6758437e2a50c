"""What a value must be: every problem of the table, each at its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain

from topline.errors import Problem
from topline.tables.entries import NAMES, Entries, Entry

_POSITIVE = {
    "n": "a number of patients is not above 0",
    "sd": "a standard deviation is not above 0",
    "se": "a standard error is not above 0",
    "exposure": "an exposure is not above 0",
}


def find_problems(entries: Entries, file: str | None, *, events_of_n: bool) -> list[Problem]:
    """Every problem with the values; ``events_of_n`` says that each patient has one event at most."""
    checks: list[Callable[[Entry, str | None], Iterator[Problem]]] = [_names, _numbers]
    if events_of_n:
        checks.append(_events_of_n)
    problems = [p for entry in _suspects(entries) for check in checks for p in check(entry, file)]
    return list(dict.fromkeys([*problems, *_near_spellings(entries, file)]))


def _suspects(entries: Entries) -> list[Entry]:
    """The entries that a check may find wrong, by a quick look at each column: in a long table nearly all are right."""
    columns = entries.values
    suspect: set[int] = set()
    for role, column in columns.items():
        if role in NAMES:
            suspect.update(i for i, name in enumerate(column) if name is None)
        elif role in (*_POSITIVE, "events", "missing"):
            suspect.update(i for i, value in enumerate(column) if value is not None and (value <= 0 or value % 1))
    if "treatment1" in columns:
        pairs = enumerate(zip(columns["treatment1"], columns["treatment2"], strict=True))
        suspect.update(i for i, (first, second) in pairs if first == second)
    if "events" in columns and "n" in columns:
        counts = enumerate(zip(columns["events"], columns["n"], strict=True))
        suspect.update(i for i, (events, n) in counts if events is not None and n is not None and events > n)
    return [entries[i] for i in sorted(suspect)]


def _names(entry: Entry, file: str | None) -> Iterator[Problem]:
    for role in NAMES:
        if role in entry.values and entry.values[role] is None:
            what = "study" if role == "study" else "treatment"
            yield entry.problem(file, role, f"the {what} has no name", found="an empty cell", expected="text")
    pair = entry.values.get("treatment1"), entry.values.get("treatment2")
    if pair[0] is not None and pair[0] == pair[1]:
        message = "a treatment is compared with itself"
        yield entry.problem(file, "treatment2", message, found=pair[0], expected="two treatments")


def _numbers(entry: Entry, file: str | None) -> Iterator[Problem]:
    for role, message in _POSITIVE.items():
        value = entry.values.get(role)
        if value is not None and value <= 0:
            repair = "leave the cell empty if it is not known"
            yield entry.problem(file, role, message, found=f"{value:g}", expected="above 0", repair=repair)
    for role, whom in (("events", "with the event"), ("missing", "without an outcome")):
        count = entry.values.get(role)
        if count is None:
            continue
        if count < 0:
            yield entry.problem(file, role, "a count is negative", found=f"{count:g}", expected="0 or more")
        elif abs(count - round(count)) > 1e-9:
            repair = f"give the number of patients {whom}, not a percentage or a mean"
            message = "a count is not a whole number"
            yield entry.problem(file, role, message, found=f"{count:.10g}", expected="a whole number", repair=repair)


def _events_of_n(entry: Entry, file: str | None) -> Iterator[Problem]:
    events, n = entry.values.get("events"), entry.values.get("n")
    if events is not None and n is not None and n > 0 and events > n + 1e-9:
        repair = "check both numbers; if patients may have several events, give the exposure and ask for a rate (IRR)"
        found = f"{events:g} of {n:g}"
        expected = f"at most {n:g}"
        yield entry.problem(
            file, "events", "there are more events than patients", found=found, expected=expected, repair=repair
        )


def _near_spellings(entries: Entries, file: str | None) -> Iterator[Problem]:
    """Names that differ by capitals or spaces only: they would silently split a treatment or a study.

    The commonest spelling is taken for the right one, the first of those that are equally common.
    """
    for kind in ("study", "treatment"):
        roles = [role for role in NAMES if role.startswith(kind) and role in entries.values]
        count = Counter(chain.from_iterable(zip(*(entries.values[role] for role in roles), strict=True)))
        count.pop(None, None)
        spellings: dict[str, list[str]] = {}
        for name in count:
            spellings.setdefault("".join(name.casefold().split()), []).append(name)
        right = {
            name: max(names, key=lambda n: count[n]) for names in spellings.values() if len(names) > 1 for name in names
        }
        if not right:
            continue
        places: dict[str, list[tuple[Entry, str]]] = {}
        for i, names in enumerate(zip(*(entries.values[role] for role in roles), strict=True)):
            for role, name in zip(roles, names, strict=True):
                if name in right:
                    places.setdefault(name, []).append((entries[i], role))
        for name, found in places.items():
            if (known := right[name]) == name:
                continue
            rows = list(dict.fromkeys(entry.row for entry, _ in found))
            where = (
                f"row {rows[0]}"
                if len(rows) == 1
                else "rows " + ", ".join(map(str, rows[:6])) + ", …" * (len(rows) > 6)
            )
            entry, role = found[0]
            yield entry.problem(
                file,
                role,
                f"two names of a {kind} differ by capitals or spaces only",
                found=f"{name!r}, and {known!r} in row {places[known][0][0].row}",
                expected="one spelling for each",
                repair=f"write {known!r} in {where}, or give them different names",
            )
