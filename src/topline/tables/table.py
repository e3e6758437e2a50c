"""The table that the stages read: canonical columns, checked values, and the place of each in the user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from topline.errors import DataError, Problem
from topline.tables.assemble import assemble, derive
from topline.tables.checks import find_problems
from topline.tables.contrasts import all_pairs, unlabelled
from topline.tables.entries import Entries
from topline.tables.extras import extra_columns
from topline.tables.frames import Kind
from topline.tables.layouts import RATES, Plan, choose_plan
from topline.tables.reading import RawTable, read_rows
from topline.tables.roles import canonical_role, check_mapping, match_columns, ready_to_paste

_ARM = ("study", "treatment", "events", "n", "mean", "sd", "se", "exposure", "time", "missing")
_MEASURES = ("OR", "RR", "RD", "IRR", "HR", "MD", "SMD")
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
    ``notes`` say in sentences what the format made of its rows, such as studies that a review left out.
    """

    layout: Literal["arm", "contrast"]
    columns: dict[str, list[Any]]
    rows: tuple[int, ...]
    file: str | None
    kind: Kind
    sources: tuple[Mapping[str, str], ...] = ()
    extras: Mapping[str, list[float | str | None]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

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
    data: Any,
    *,
    columns: Mapping[str, str] | None = None,
    measure: str | None = None,
    keep: Sequence[str] = (),
    sheet: str | None = None,
    outcome: str | None = None,
) -> Table:
    """Read arms or contrasts from a path, a frame, a list of dicts or a dict of columns.

    Columns are found by name, ignoring case, dots, underscores and spaces; ``columns`` (role to column, such as
    ``{"study": "studyn", "events1": "tpos"}``) settles what names leave open. ``measure`` (OR, RR, RD, IRR, MD, SMD,
    HR, ...) decides which columns an arm must have. ``keep`` names further columns to carry along as ``extras``.
    ``sheet`` names the sheet of a workbook; without it the first visible one with data is read. ``outcome`` names one
    of a review's, by number (``1.2``) or name.

    Wide tables come out as arms, those without treatments under ``group 1``, ``group 2`` and so on, or under
    ``experimental`` and ``control`` where the names of the columns say so (event.e, n.e, event.c, n.c). Differences
    against a baseline arm (the one arm of a study without an estimate) come out as contrasts of all pairs of the
    study. Arms without results stay, with None.

    Raises ``DataError`` for a table that can't be read or is ambiguous, and with every wrong value;
    ``UnknownNameError`` and ``ArgumentError`` for a ``columns`` or a ``sheet`` that can't be understood.
    """
    columns = {} if columns is None else columns
    check_mapping(columns)
    measure = measure.upper() if measure else None
    raw = read_rows(data, sheet=sheet, outcome=outcome)
    _check_measure(raw, measure)
    plan, entries = read_entries(raw, columns, measure)
    final = _in_final_form(entries, plan, raw.file)
    notes = () if raw.analysis is None else raw.analysis.notes
    return replace(_table(raw, plan, final), extras=extra_columns(raw, final.rows, keep), notes=notes)


def read_entries(
    raw: RawTable, columns: Mapping[str, str], measure: str | None, *, to_quote: bool = False
) -> tuple[Plan, Entries]:
    """The plan of a table and its checked entries as they stand in the rows.

    ``to_quote`` is for tables that are quoted, not analysed: of arms and contrasts of them the arms are taken, and a
    study may stand in several rows. Raises what :func:`read_table` raises.
    """
    try:
        found = match_columns(raw.header, {**raw.roles, **columns}, raw.file)
    except DataError as wrong:
        raise raw.explained(wrong) from None
    mapping = {canonical_role(role): column for role, column in columns.items()}
    plan = choose_plan(raw, found, mapping, measure, arms_first=to_quote)
    entries = derive(assemble(raw, plan), raw.file)
    is_rate = measure in RATES or (measure is None and "exposure" in plan.groups[0])
    problems = find_problems(entries, raw.file, events_of_n=not is_rate)
    if plan.form in ("wide", "unlabelled") and not to_quote:
        problems += _repeated_studies(entries, plan, raw)
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return plan, entries


def _check_measure(raw: RawTable, measure: str | None) -> None:
    """Refuse estimates of another measure than the one asked for; arms serve for several."""
    analysis = raw.analysis
    if analysis is None or analysis.outcome != "contrasts" or analysis.measure not in _MEASURES:
        return
    if measure is not None and measure not in ("GENERIC", analysis.measure):
        raise DataError(
            "the outcome's estimates are of another measure",
            file=raw.file,
            found=f"{analysis.measure}, and {measure} was asked for",
            expected="the measure of the estimates",
            repair=f'measure="{analysis.measure}" (command line: --measure {analysis.measure})',
        )


def _in_final_form(entries: Entries, plan: Plan, file: str | None) -> Entries:
    if plan.form == "baseline":
        return all_pairs(entries, file)
    if plan.form == "unlabelled":
        return unlabelled(entries)
    if plan.form == "wide" and "treatment" in plan.groups[0]:
        return _merged(entries)
    return entries


def _merged(entries: Entries) -> Entries:
    """Rows of one comparison each repeat the arms of a larger study: an arm that is the same in several is one arm."""
    first: dict[tuple[Any, ...], int] = {}
    return Entries.of(e for e in entries if first.setdefault(tuple(e.values.values()), e.row) == e.row)


def _repeated_studies(entries: Entries, plan: Plan, raw: RawTable) -> list[Problem]:
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


def _table(raw: RawTable, plan: Plan, entries: Entries) -> Table:
    layout: Literal["arm", "contrast"] = "arm" if plan.form in ("long", "wide") else "contrast"
    names = [name for name in (_ARM if layout == "arm" else _CONTRAST) if name in entries.values]
    columns = {name: entries.values[name] for name in names}
    return Table(layout, columns, tuple(entries.rows), raw.file, raw.kind, tuple(entries.columns))
