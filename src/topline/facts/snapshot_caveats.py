"""What the reader of a snapshot must know about the dates, counts and sources in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from topline.facts.dates import source_last_day
from topline.records import (
    Arm,
    Assumption,
    Caveat,
    Contradiction,
    DatedEvent,
    Fact,
    FactSnapshot,
    Question,
    Source,
    Trial,
)


@dataclass(frozen=True)
class Cut:
    """What could be known on a day, and the ids that its caveats speak of.

    ``uncertain`` are visible facts that became certain only later; ``dropped`` are the facts that strict dates leave
    out; ``later_sources`` are all sources dated after the day.
    """

    day: str
    strict: bool
    facts: tuple[Fact, ...]
    uncertain: frozenset[str]
    dropped: frozenset[str]
    events: tuple[DatedEvent, ...]
    assumptions: tuple[Assumption, ...]
    trials: tuple[Trial, ...]
    arms: tuple[Arm, ...]
    sources: tuple[Source, ...]
    later_sources: frozenset[str]


def caveats_of(cut: Cut, question: Question) -> tuple[Caveat, ...]:
    """The caveats of a cut, the gravest first. The codes are stable."""
    found = (
        _date_uncertain(cut, question),
        _reconstructed(cut),
        _derived(cut),
        _dropped(cut),
        _inferred(cut),
        _retrieved_later(cut),
        _undated(cut),
    )
    return tuple(caveat for caveat in found if caveat is not None)


def caveats_for(snapshot: FactSnapshot, question: Question, facts: Collection[str]) -> tuple[Caveat, ...]:
    """The caveats of a snapshot as far as they concern ``facts`` (ids), with counts of these facts only."""
    chosen = tuple(f for f in snapshot.facts if f.id in facts)
    cited = {f.source_id for f in chosen}
    last_days = {s.source_id: source_last_day(s.date) for s in snapshot.sources}
    narrow = Cut(
        day=snapshot.as_of,
        strict=snapshot.strict_dates,
        facts=chosen,
        uncertain=frozenset(f.id for f in chosen if f.certain_from > snapshot.as_of),
        dropped=frozenset(),
        events=(),
        assumptions=(),
        trials=(),
        arms=(),
        sources=tuple(s for s in snapshot.sources if s.source_id in cited),
        later_sources=frozenset(s for s, day in last_days.items() if day and day.isoformat() > snapshot.as_of),
    )
    dropped = tuple(c for c in snapshot.caveats if c.code == "dropped_by_strict_dates")
    review = (c for c in snapshot.caveats if c.code in {"contradiction", "unreviewed"} and set(c.facts) & set(facts))
    return (*review, *caveats_of(narrow, question), *dropped)


def contradicted(found: Iterable[Contradiction], cut: Cut, question: Question) -> Iterator[Caveat]:
    """A caveat for each outcome of the cut whose values contradict each other."""
    labels = {e.id: e.label for e in question.endpoints}
    ids = {f.id for f in cut.facts}
    publishers = {s.source_id: s.publisher or s.title for s in cut.sources}
    for one in found:
        told = [
            f"{v.value} from {publishers.get(v.source, v.source)}"
            + ("" if v.state == "accepted" else " (not reviewed)")
            for v in one.values
        ]
        place = f"{one.trial}, {one.arm}, {labels.get(one.outcome, one.outcome)} at week {one.week}"
        yield Caveat(
            code="contradiction",
            severity="serious",
            text=f"Values contradict each other for {place}: {_listed(told)}.",
            facts=tuple(v.id for v in one.values if v.id in ids),
        )


def not_reviewed(cut: Cut, unreviewed: Collection[str], left_out: int) -> Iterator[Caveat]:
    """A caveat for the facts and events of the cut that nobody has reviewed, and for what could not even be one."""
    facts = tuple(f.id for f in cut.facts if f.id in unreviewed)
    events = tuple(e.id for e in cut.events if e.id in unreviewed)
    if facts or events:
        what = [_facts(len(facts))] if facts else []
        what += [f"{len(events)} event{'s' if len(events) > 1 else ''}"] if events else []
        more = f" {left_out} further candidates make no valid row yet." if left_out else ""
        yield Caveat(
            code="unreviewed",
            severity="serious",
            text=f"{' and '.join(what)} as a reader proposed it: nobody has reviewed it.{more}",
            facts=(*facts, *events),
        )


def _facts(number: int) -> str:
    return "1 fact" if number == 1 else f"{number} facts"


def _listed(words: Iterable[str]) -> str:
    words = list(dict.fromkeys(words))
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _date_uncertain(cut: Cut, question: Question) -> Caveat | None:
    facts = [f for f in cut.facts if f.id in cut.uncertain]
    if not facts:
        return None
    by_trial: dict[str, list[Fact]] = {}
    for fact in facts:
        by_trial.setdefault(fact.trial, []).append(fact)
    labels = {e.id: e.label for e in question.endpoints}
    parts = [f"{trial} ({_read_at_weeks(of, labels)})" for trial, of in by_trial.items()]
    return Caveat(
        code="date_uncertain",
        severity="serious",
        text=f"{_facts(len(facts))} may not have been known on {cut.day}: the counts became certain only later. They "
        f"are of {'; '.join(parts)}. A run with strict dates leaves them out.",
        facts=tuple(f.id for f in facts),
    )


def _read_at_weeks(facts: list[Fact], labels: dict[str, str]) -> str:
    """For example ``week 16: EASI-75 and IGA 0/1; week 24: chills``."""
    by_week: dict[int, list[str]] = {}
    for fact in facts:
        by_week.setdefault(fact.week, []).append(labels.get(fact.outcome, fact.outcome))
    return "; ".join(f"week {week}: {_listed(by_week[week])}" for week in sorted(by_week))


def _dropped(cut: Cut) -> Caveat | None:
    if not cut.strict or not cut.dropped:
        return None
    return Caveat(
        code="dropped_by_strict_dates",
        severity="moderate",
        text=f"Strict dates leave out {_facts(len(cut.dropped))} that may have been known on {cut.day} "
        "but became certain only later.",
    )


def _inferred(cut: Cut) -> Caveat | None:
    facts = [f for f in cut.facts if f.known_from_basis.startswith("inferred")]
    if not facts:
        return None
    return Caveat(
        code="inferred_dates",
        severity="minor",
        text=f"The day on which {_facts(len(facts))} became known is inferred, as a rule from the time of publication.",
        facts=tuple(f.id for f in facts),
    )


def _reconstructed(cut: Cut) -> Caveat | None:
    facts = [f for f in cut.facts if f.events_status == "derived from percent"]
    if not facts:
        return None
    return Caveat(
        code="reconstructed_counts",
        text=f"The count of events in {_facts(len(facts))} is reconstructed from a published percentage, "
        "so it may be off by a patient.",
        facts=tuple(f.id for f in facts),
    )


def _derived(cut: Cut) -> Caveat | None:
    facts = [f for f in cut.facts if f.status == "derived"]
    if not facts:
        return None
    trials = _listed(f.trial for f in facts)
    return Caveat(
        code="derived_rows",
        text=f"{_facts(len(facts))} {'was' if len(facts) == 1 else 'were'} not read in a source, but "
        f"derived from other published numbers: {trials}.",
        facts=tuple(f.id for f in facts),
    )


def _retrieved_later(cut: Cut) -> Caveat | None:
    sources = {s.source_id for s in cut.sources} & cut.later_sources
    if not sources:
        return None
    what = "1 source was" if len(sources) == 1 else f"{len(sources)} sources were"
    return Caveat(
        code="source_retrieved_later",
        severity="minor",
        text=f"{what} retrieved after {cut.day}, or may have been: copies of registries, and documents that name no "
        "day. The facts in them carry the day on which they were first known, as far as that is known.",
        facts=tuple(f.id for f in cut.facts if f.source_id in sources),
    )


def _undated(cut: Cut) -> Caveat | None:
    sources = [s for s in cut.sources if s.date == "n.d."]
    if not sources:
        return None
    what = "1 source bears" if len(sources) == 1 else f"{len(sources)} sources bear"
    return Caveat(
        code="source_undated",
        severity="minor",
        text=f"{what} no date: {_listed(s.publisher or s.title for s in sources)}.",
        facts=tuple(f.id for f in cut.facts if f.source_id in {s.source_id for s in sources}),
    )
