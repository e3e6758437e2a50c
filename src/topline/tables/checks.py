"""What a value must be: every problem of the table, each at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from topline.errors import Problem
from topline.tables.assemble import NAMES, Entry

_POSITIVE = {
    "n": "a number of patients is not above 0",
    "sd": "a standard deviation is not above 0",
    "se": "a standard error is not above 0",
    "exposure": "an exposure is not above 0",
}


def find_problems(entries: Sequence[Entry], file: str | None, *, events_of_n: bool) -> list[Problem]:
    """Every problem with the values; ``events_of_n`` says that each patient has one event at most."""
    checks: list[Callable[[Entry, str | None], Iterator[Problem]]] = [_names, _numbers]
    if events_of_n:
        checks.append(_events_of_n)
    problems = [problem for entry in entries for check in checks for problem in check(entry, file)]
    return list(dict.fromkeys([*problems, *_near_spellings(entries, file)]))


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


def _near_spellings(entries: Sequence[Entry], file: str | None) -> Iterator[Problem]:
    """Names that differ by capitals or spaces only: they would silently split a treatment or a study."""
    for kind in ("study", "treatment"):
        first: dict[str, tuple[str, int]] = {}
        told: set[str] = set()
        agreed: set[str] = set()
        roles = [role for role in NAMES if role.startswith(kind)]
        for entry in entries:
            for role in roles:
                name = entry.values.get(role)
                if name is None or name in agreed:
                    continue
                known, row = first.setdefault("".join(name.casefold().split()), (name, entry.row))
                if name == known:
                    agreed.add(name)
                elif name not in told:
                    told.add(name)
                    yield entry.problem(
                        file,
                        role,
                        f"two names of a {kind} differ by capitals or spaces only",
                        found=f"{name!r}, and {known!r} in row {row}",
                        expected="one spelling for each",
                        repair=f"write {known!r} in both places, or give them different names",
                    )
