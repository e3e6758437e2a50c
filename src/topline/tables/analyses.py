"""A document of many tables: the analyses of a review, and which of them is meant."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from topline.errors import DataError, UnknownNameError

Outcome = Literal["counts", "means", "contrasts"]

RATIOS = frozenset({"OR", "RR", "HR", "IRR", "ROM"})
COLUMNS: dict[Outcome, tuple[str, ...]] = {
    "counts": ("study", "treatment1", "events1", "n1", "treatment2", "events2", "n2"),
    "means": ("study", "treatment1", "mean1", "sd1", "n1", "treatment2", "mean2", "sd2", "n2"),
    "contrasts": ("study", "treatment1", "treatment2", "estimate", "se"),
}
"""The columns of an analysis by what its outcome is; group 1 is compared with group 2."""


@dataclass(frozen=True)
class AnalysisRow:
    """One study of an analysis: a cell for each of its columns, and the place in the file.

    ``place`` is a path in the XML, or a row of the file, whose ``number`` is given too. ``said`` holds the texts of
    what was measured under RevMan 5's names (``EVENTS_1``, ``TOTAL_1``, ...), as the file has them.
    """

    cells: tuple[str | None, ...]
    place: str
    said: Mapping[str, str]
    number: int | None = None
    subgroup: str | None = None
    subgroup_number: str | None = None


@dataclass(frozen=True)
class Analysis:
    """A table of a review: ``number`` is ``1.2`` for the second outcome of the first comparison.

    ``measure`` is the review's own (OR, RR, RD, MD, SMD, HR, ...) where it is known; contrasts are on its log scale
    where it is a ratio. ``columns`` are the names that the file gives to ``COLUMNS``. ``notes`` say in sentences
    what was done to the rows.
    """

    number: str
    name: str
    comparison: str
    outcome: Outcome
    measure: str | None
    columns: tuple[str, ...]
    rows: tuple[AnalysisRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_ratio(self) -> bool:
        """Whether the measure is a ratio, whose estimates are logarithms."""
        return self.measure in RATIOS

    @property
    def listed(self) -> str:
        """The analysis in a list: number, name, comparison, measure, number of rows."""
        more = ", ".join(filter(None, (self.comparison, self.measure, _counted(len(self.rows)))))
        return f"{self.number} {self.name} ({more})"


def choose_analysis(analyses: Sequence[Analysis], outcome: str | None, file: str) -> Analysis:
    """The analysis that ``outcome`` names, or the only one.

    ``outcome`` is a number (``1.2``; ``1.2.3`` for a subgroup; ``1.1,2.1`` for several) or a name. Several analyses,
    those that share a name included, become one table: comparisons of a network.

    Raises ``DataError`` with a list of what is there where ``outcome`` is None and there are several, where the chosen
    ones hold different kinds of outcome, or none has a row; ``UnknownNameError`` for one that is not there.
    """
    filled = [analysis for analysis in analyses if analysis.rows]
    if not filled:
        found = "no comparison" if not analyses else "no study in any of " + ", ".join(a.number for a in analyses)
        raise DataError("the review holds no data", file=file, found=found, expected="an outcome with a study")
    if outcome is None:
        if len(filled) > 1:
            raise _several(filled, file)
        return filled[0]
    wanted = outcome.strip()
    numbers = [part.strip() for part in wanted.split(",")]
    if all(re.fullmatch(r"\d+(\.\d+)*", number) for number in numbers):
        chosen = [found for number in numbers for found in _numbered(filled, number)]
    else:
        chosen = [a for a in filled if _folded(a.name) == _folded(wanted)] or [
            a for a in filled if _folded(wanted) in (_folded(a.comparison), _folded(f"{a.number} {a.name}"))
        ]
    if not chosen:
        known = [a.number for a in filled] if wanted[:1].isdigit() else [a.name for a in filled]
        raise UnknownNameError.among("outcome", wanted, known, repair=_repair(filled))
    return _joined(chosen, file)


def with_study_names(rows: Sequence[AnalysisRow]) -> tuple[tuple[AnalysisRow, ...], str | None]:
    """The rows with the subgroup in the name of a study that stands in several, and a sentence if there was one.

    RevMan pools such rows as if they were studies, and so does a table that names them apart.
    """
    names = [row.cells[0] for row in rows]
    twice = {name for name in names if name is not None and names.count(name) > 1}
    if not twice:
        return tuple(rows), None
    named = tuple(
        replace(row, cells=(f"{row.cells[0]} ({row.subgroup})", *row.cells[1:]))
        if row.cells[0] in twice and row.subgroup
        else row
        for row in rows
    )
    if named == tuple(rows):
        return named, None
    listed = ", ".join(sorted(twice))
    return named, f"These studies stand in several subgroups, each of which counts as a study of its own: {listed}."


def _numbered(analyses: Sequence[Analysis], number: str) -> list[Analysis]:
    exact = [a for a in analyses if a.number == number]
    if exact:
        return exact
    if number.count(".") == 0:
        return [a for a in analyses if a.number.partition(".")[0] == number]
    parent, _, last = number.rpartition(".")
    parts = []
    for a in analyses:
        rows = tuple(row for row in a.rows if a.number == parent and row.subgroup_number == last)
        if rows:
            parts.append(replace(a, number=number, rows=rows))
    return parts


def _joined(chosen: Sequence[Analysis], file: str) -> Analysis:
    first, *others = chosen
    if not others:
        return first
    different = [a for a in others if a.outcome != first.outcome or _differ(first, a)]
    if different:
        raise DataError(
            "the outcomes can't be one table",
            file=file,
            found="; ".join(f"{a.listed}: {a.outcome}" for a in chosen),
            expected="outcomes of one kind, and of contrasts one measure",
            repair=_repair(chosen),
        )
    rows = tuple(row for a in chosen for row in a.rows)
    notes = tuple(dict.fromkeys(note for a in chosen for note in a.notes))
    measures = {a.measure for a in chosen}
    return replace(
        first,
        number=", ".join(a.number for a in chosen),
        comparison="; ".join(dict.fromkeys(a.comparison for a in chosen)),
        measure=first.measure if len(measures) == 1 else None,
        rows=rows,
        notes=notes,
    )


def _differ(one: Analysis, other: Analysis) -> bool:
    return one.outcome == "contrasts" and one.measure != other.measure


def _several(analyses: Sequence[Analysis], file: str) -> DataError:
    shown = "; ".join(a.listed for a in analyses[:30]) + ("; …" if len(analyses) > 30 else "")
    return DataError(
        f"the review holds {len(analyses)} outcomes",
        file=file,
        found=shown,
        expected="to be told which",
        repair=_repair(analyses),
    )


def _repair(analyses: Sequence[Analysis]) -> str:
    number = analyses[0].number
    repair = f'name one, outcome="{number}" (command line: --outcome {number})'
    names = [a.name for a in analyses]
    shared = next((name for name in names if names.count(name) > 1), None)
    if shared is None:
        return repair
    return f"{repair}; outcome={shared!r} (--outcome {shlex.quote(shared)}) joins the comparisons of that name"


def _counted(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows} rows"


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
