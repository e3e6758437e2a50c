"""Outcome rows as they are proposed: one for each arm, endpoint and week, or none where two measures disagree."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from topline.pipeline.intake.counts import Counts
from topline.pipeline.intake.drafts import Drafts, MappedRow
from topline.records import Passage, ReadFact, Readout, SafetyStatement

REQUIRED = ("trial", "arm", "outcome", "week", "status", "source_id")


@dataclass(frozen=True)
class OutcomeDraft:
    """A reading that was mapped, before it is known whether another says otherwise."""

    row: MappedRow
    trial: str
    counts: Counts
    passage: Passage
    fact: ReadFact


@dataclass
class OutcomeDrafts:
    """Collects the mapped readings of a document."""

    drafts: Drafts
    found: dict[tuple[str, str, str, int | None], list[OutcomeDraft]] = field(default_factory=dict)

    def add(self, draft: OutcomeDraft) -> None:
        """Keep a reading for its place in the case."""
        key = (draft.trial, draft.row.mapped_arm, draft.row.endpoint, draft.row.week)
        self.found.setdefault(key, []).append(draft)

    def propose(self) -> None:
        """Propose a row for each place: equal readings support one, different ones make a doubt that is shown."""
        for (trial, arm, endpoint, week), readings in self.found.items():
            told = {(r.counts.n, r.counts.events, r.counts.percent) for r in readings}
            known = bool(trial and arm and week is not None)  # else two readings may be of two places
            if len(told) > 1 and known:
                places = ", ".join(r.row.place for r in readings)
                reason = f"{len(readings)} readings of one arm, endpoint and week differ ({places}); narrow the rules"
                self.drafts.shown += [dataclasses.replace(r.row, reason=reason) for r in readings]
                continue
            if known and _apart(readings):
                places = ", ".join(r.row.place for r in readings)
                reason = f"{len(readings)} rows count patients apart, and nobody says how many are in both ({places})"
                self.drafts.shown += [dataclasses.replace(r.row, reason=reason) for r in readings]
                continue
            for group in [readings] if known else [[r] for r in readings]:
                self._propose(trial, arm, endpoint, week, group)

    def _propose(self, trial: str, arm: str, endpoint: str, week: int | None, group: list[OutcomeDraft]) -> None:
        counts = group[0].counts
        cells: dict[str, str | None] = {
            "trial": trial,
            "arm": arm,
            "outcome": endpoint,
            "week": None if week is None else str(week),
            "n": counts.n,
            "events": counts.events,
            "percent": counts.percent,
            "status": "verified",
            "events_status": counts.events_status,
            "note": counts.note,
        }
        required = (*REQUIRED, "n") if counts.events else REQUIRED
        passages = tuple(dict.fromkeys(r.passage for r in group))
        candidate = self.drafts.add("outcome", cells, passages, required, group[0].fact)
        self.drafts.shown += [dataclasses.replace(r.row, candidate=candidate) for r in group]


def _apart(readings: list[OutcomeDraft]) -> bool:
    """Whether the readings are rows of a table that a patient is counted in by term, or by reason for leaving."""
    rows = {r.fact.path for r in readings if r.fact.path is not None and _counted_by_row(r.fact)}
    return len(rows) > 1 and any(r.counts.events != "0" for r in readings)


def _counted_by_row(fact: ReadFact) -> bool:
    return isinstance(fact, SafetyStatement) or (isinstance(fact, Readout) and fact.rank is None and not fact.timepoint)
