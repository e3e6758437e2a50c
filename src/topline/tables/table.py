"""The table that the stages read: canonical columns, checked values, and the place of each in the user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from topline.errors import DataError, Problem
from topline.tables.assemble import Entry, assemble, derive
from topline.tables.checks import find_problems
from topline.tables.contrasts import all_pairs, unlabelled
from topline.tables.extras import extra_columns
from topline.tables.frames import Kind
from topline.tables.layouts import RATES, Plan, choose_plan
from topline.tables.reading import RawTable, read_rows
from topline.tables.roles import canonical_role, match_columns, ready_to_paste

_ARM = ("study", "treatment", "events", "n", "mean", "sd", "se", "exposure", "time", "missing")
_CONTRAST = ("study", "treatment1", "treatment2", "estimate", "se")


@dataclass(frozen=True)
class Table:
    """An arm-level or contrast-level table under canonical names.

    ``columns`` holds those columns that the data have. ``arm``: study, treatment, then any of events, n, mean, sd, se,
    exposure, time, missing; one entry an arm. ``contrast``: study, treatment1, treatment2, estimate, se; one entry a
    contrast, estimate = treatment1 minus treatment2 (on the log scale for ratios), a study of more than two arms with
    one entry for each pair that the data give. Names are text, numbers floats, a missing value is None.

    ``rows[i]`` is the spreadsheet row of entry i (the header is row 1); several entries may share it.
    ``sources[i]`` maps canonical name to the user's column. ``kind`` says what frame came in. ``extras`` holds further
    columns that the caller asked for by name, one value an entry: numbers, or text where not every cell is a number.
    """

    layout: Literal["arm", "contrast"]
    columns: dict[str, list[Any]]
    rows: tuple[int, ...]
    file: str | None
    kind: Kind
    sources: tuple[Mapping[str, str], ...] = ()
    extras: Mapping[str, list[float | str | None]] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        """The number of entries."""
        return len(self.rows)

    def error(
        self,
        index: int,
        column: str,
        message: str,
        *,
        found: str | None = None,
        expected: str | None = None,
        repair: str | None = None,
    ) -> DataError:
        """A ``DataError`` about the value of canonical ``column`` in entry ``index``, under the user's column name."""
        name = self.sources[index].get(column, column) if self.sources else column
        return DataError(
            message,
            file=self.file,
            row=self.rows[index],
            column=name,
            found=found,
            expected=expected,
            repair=repair,
        )

    def place(self, index: int) -> str:
        """Entry ``index`` in words."""
        return f"row {self.rows[index]}"


def read_table(
    data: Any, *, columns: Mapping[str, str] | None = None, measure: str | None = None, keep: Sequence[str] = ()
) -> Table:
    """Read arms or contrasts from a path, a frame, a list of dicts or a dict of columns.

    Columns are found by name, ignoring case, dots, underscores and spaces; ``columns`` (role to column, such as
    ``{"study": "studyn", "events1": "tpos"}``) settles what names leave open. ``measure`` (OR, RR, RD, IRR, MD, SMD,
    HR, ...) decides which columns an arm must have. ``keep`` names further columns to carry along as ``extras``.

    Wide tables come out as arms, those without treatments under ``group 1``, ``group 2`` and so on. Differences
    against a baseline arm (the one arm of a study without an estimate) come out as contrasts of all pairs of the
    study. Arms without results stay, with None.

    Raises ``DataError`` for a table that can't be read or is ambiguous, and with every wrong value;
    ``UnknownNameError`` and ``ArgumentError`` for a ``columns`` that can't be understood.
    """
    mapping = {canonical_role(role): column for role, column in (columns or {}).items()}
    measure = measure.upper() if measure else None
    raw = read_rows(data)
    found = match_columns(raw.header, columns or {}, raw.file)
    plan = choose_plan(raw, found, mapping, measure)
    entries = derive(assemble(raw, plan), raw.file)
    is_rate = measure in RATES or (measure is None and "exposure" in plan.groups[0])
    problems = find_problems(entries, raw.file, events_of_n=not is_rate)
    if plan.form in ("wide", "unlabelled"):
        problems += _repeated_studies(entries, plan, raw)
    if problems:
        raise DataError(problems[0].message, problems=problems)
    final = _in_final_form(entries, plan, raw.file)
    return replace(_table(raw, plan, final), extras=extra_columns(raw, [entry.row for entry in final], keep))


def _in_final_form(entries: list[Entry], plan: Plan, file: str | None) -> list[Entry]:
    if plan.form == "baseline":
        return all_pairs(entries, file)
    if plan.form == "unlabelled":
        return unlabelled(entries)
    if plan.form == "wide" and "treatment" in plan.groups[0]:
        return _merged(entries)
    return entries


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    """Rows of one comparison each repeat the arms of a larger study: an arm that is the same in several is one arm."""
    first: dict[tuple[Any, ...], int] = {}
    return [entry for entry in entries if first.setdefault(tuple(entry.values.items()), entry.row) == entry.row]


def _repeated_studies(entries: Sequence[Entry], plan: Plan, raw: RawTable) -> list[Problem]:
    """A study in two rows of a table without treatments can't be told apart."""
    if "treatment" in plan.groups[0]:
        return []
    rows: dict[str, int] = {}
    problems = []
    unique = [name for name in raw.header if len({str(cell) for cell in raw.column(name)}) == len(raw.rows)]
    repair = (
        f"take a column that tells them apart, {ready_to_paste({'study': unique[0]})}"
        if unique
        else ("give each study a name of its own, or name the treatments (treatment1, treatment2)")
    )
    for entry in entries:
        study = entry.values["study"]
        if study is not None and rows.setdefault(study, entry.row) != entry.row:
            message = f"study {study!r} stands in two rows, and no column names treatments"
            found = f"rows {rows[study]} and {entry.row}"
            more = {"found": found, "expected": "one row a study", "repair": repair}
            problems.append(entry.problem(raw.file, "study", message, **more))
    return list(dict.fromkeys(problems))


def _table(raw: RawTable, plan: Plan, entries: Sequence[Entry]) -> Table:
    layout: Literal["arm", "contrast"] = "arm" if plan.form in ("long", "wide") else "contrast"
    names = [name for name in (_ARM if layout == "arm" else _CONTRAST) if any(name in e.values for e in entries)]
    return Table(
        layout,
        {name: [entry.values.get(name) for entry in entries] for name in names},
        tuple(entry.row for entry in entries),
        raw.file,
        raw.kind,
        tuple(entry.columns for entry in entries),
    )
