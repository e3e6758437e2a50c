"""The errors for a table whose columns don't say clearly what they hold, each with a line that is ready to paste."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from topline.errors import DataError
from topline.tables.cells import looks_numeric
from topline.tables.reading import RawTable
from topline.tables.roles import Candidates, ready_to_paste


def incomplete(
    raw: RawTable,
    found: Mapping[str, Candidates],
    mapping: Mapping[str, str],
    layouts: Sequence[tuple[str, Sequence[str]]],
    limits: str | None,
    measure: str | None,
) -> DataError:
    """The table fills no form: what was recognised and what is missing.

    ``layouts`` describes those of the measure, the nearest first, each with the roles that it lacks; ``limits`` says
    how limits become a standard error, where there are any.
    """
    if raw.doubt and not mapping:
        return DataError(raw.doubt.message, problems=[raw.doubt])
    known = {column: role for role, candidates in found.items() for column in candidates.columns}
    seen = ", ".join(f"{column} as {known[column]}" for column in raw.header if column in known)
    free = [name for name in raw.header if name not in known]
    _, lacking = layouts[0]
    seen = f"recognised {seen}" if seen else "no column name that is known"
    advice = [text for text in (raw.advice, limits) if text]
    unnamed = [role for role in lacking if not limits or role not in ("estimate", "se")]
    if unnamed and not (raw.advice and not known):
        advice.append("name the columns, for example " + ready_to_paste({**mapping, **_guessed(unnamed, free)}))
    words = "; or ".join(text for text, _ in layouts)
    return DataError(
        f"no column was found for {', '.join(lacking)}" if lacking else "the columns do not fit together",
        file=raw.file,
        row=1,
        found=f"{seen}; not recognised {', '.join(free)}" if free else seen,
        expected=words if measure is None else f"for the measure {measure}, {words}",
        repair="; ".join(advice) or None,
    )


def _guessed(lacking: Sequence[str], free: Sequence[str]) -> dict[str, str]:
    """For each role the free column whose name looks like it, else an ellipsis."""
    guess: dict[str, str] = {}
    for role in lacking:
        left = [name for name in free if name not in guess.values()]
        guess[role] = next(iter(difflib.get_close_matches(role, left, n=1, cutoff=0.75)), "…")
    return guess


def ambiguous_columns(raw: RawTable, double: Mapping[str, Sequence[str]], mapping: Mapping[str, str]) -> DataError:
    """Two columns may play one role. The example takes a column of text where there is one: a label, not a code."""
    choice = {**mapping, **{role: _labels_first(raw, columns) for role, columns in double.items()}}
    return DataError(
        "more than one column could be the " + " and the ".join(double),
        file=raw.file,
        row=1,
        found="; ".join(f"{role}: {', '.join(columns)}" for role, columns in double.items()),
        expected="to be told which",
        repair="say which, for example " + ready_to_paste(choice),
    )


def _labels_first(raw: RawTable, columns: Sequence[str]) -> str:
    texts = [c for c in columns if any(isinstance(cell, str) and not looks_numeric(cell) for cell in raw.column(c))]
    return (texts or list(columns))[0]


def several_forms(raw: RawTable, ways: Mapping[str, Mapping[str, str]], mapping: Mapping[str, str]) -> DataError:
    """The table holds arms and contrasts at once; ``ways`` maps each reading to the columns that it alone uses."""
    settle = [(words, {**mapping, **_telling(own)}) for words, own in ways.items() if own]
    return DataError(
        "the table can be read in more than one way",
        file=raw.file,
        row=1,
        found="; ".join(f"{words}: {', '.join(own.values())}" for words, own in ways.items()),
        expected="to be told which",
        repair="; ".join(f"for {words}, {ready_to_paste(line)}" for words, line in settle),
    )


def _telling(own: Mapping[str, str]) -> dict[str, str]:
    """The column that tells most about a reading: its outcome."""
    role = min(own, key=lambda r: (not r.startswith(("events", "mean", "estimate")), r))
    return {role: own[role]}


def partial_group(raw: RawTable, found: Mapping[str, Candidates], number: int) -> DataError:
    """A group of a wide table has some of its columns only."""
    there = [c.columns[0] for role, c in found.items() if role.rstrip("0123456789") + str(number) == role]
    return DataError(
        f"group {number} has some of its columns only",
        file=raw.file,
        row=1,
        found=", ".join(there),
        expected="the same columns as groups 1 and 2",
        repair="add the missing columns, or leave out those of this group",
    )


def hidden_treatments(raw: RawTable, hints: Sequence[str]) -> DataError:
    """No treatment column is known, but some columns look like one."""
    guess = {"treatment1": hints[0], "treatment2": hints[1] if len(hints) > 1 else "…"}
    return DataError(
        "it is not clear which treatments the rows compare",
        file=raw.file,
        row=1,
        found="columns that may name treatments: " + ", ".join(hints),
        expected="treatment1 and treatment2, or no column that looks like a treatment",
        repair=f"name them, for example {ready_to_paste(guess)}; or leave these columns out",
    )


def time_as_treatment(raw: RawTable, column: str, mapping: Mapping[str, str]) -> DataError:
    """A column named t that holds fractions."""
    return DataError(
        f"the column {column!r} may name treatments or hold times",
        file=raw.file,
        row=1,
        column=column,
        found="numbers that are not whole",
        expected="the treatment of each arm",
        repair=f"if it names treatments, {ready_to_paste({**mapping, 'treatment': column})}; "
        f"else name the treatment column, {ready_to_paste({**mapping, 'treatment': '…'})}",
    )


def unclear_time(raw: RawTable, column: str, role: str, mapping: Mapping[str, str]) -> DataError:
    """A column named time beside n, for a rate."""
    return DataError(
        f"the column {column!r} may be person-time or follow-up per patient",
        file=raw.file,
        row=1,
        column=column,
        expected="the exposure of each arm in person-time",
        repair=f"if it is person-time, {ready_to_paste({**mapping, role: column})}; else multiply it by n first",
    )


def means_or_differences(raw: RawTable, column: str, mapping: Mapping[str, str]) -> DataError:
    """A column y that may hold means of arms or differences from a baseline arm."""
    rest = {role: name for role, name in mapping.items() if name != column}
    return DataError(
        f"the column {column!r} may hold means of arms or differences from a baseline arm",
        file=raw.file,
        row=1,
        column=column,
        found="one missing value in every study",
        expected="to be told which",
        repair=f"for differences, {ready_to_paste({**rest, 'estimate': column})}; "
        f"for means, {ready_to_paste({**rest, 'mean': column})}",
    )
