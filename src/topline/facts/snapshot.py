"""What the world could know on a day: one cut of the store by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from topline.facts import schema
from topline.facts.candidate_list import candidate_rows
from topline.facts.contradictions import contradictions
from topline.facts.hindsight import alias, seen_event, seen_fact, seen_source, withheld
from topline.facts.locators import locate
from topline.facts.snapshot_caveats import Cut, caveats_of, contradicted, not_reviewed
from topline.facts.store import Store
from topline.facts.unreviewed import with_unreviewed
from topline.facts.versions import current, newest_of, standing
from topline.records import (
    Arm,
    Assumption,
    Contradiction,
    DatedEvent,
    Fact,
    FactSnapshot,
    Party,
    Question,
    Source,
    Trial,
    identify,
    made_by,
    worst_first,
)

R = TypeVar("R", bound=msgspec.Struct)
_Rows = Sequence[sa.Row[Any]]
_Visible = tuple[sa.ColumnElement[bool], sa.ColumnElement[bool], sa.ColumnElement[bool]]
"""Which facts, events and assumptions are in a cut."""


def snapshot(store: Store, *, as_of: dt.date, strict_dates: bool = False, unreviewed: bool = False) -> FactSnapshot:
    """The facts, events and assumptions that could be known on ``as_of``.

    A date of a month or a year counts from its last day. ``strict_dates`` takes a fact from the day on which it was
    certainly known (``certain_from``), not from the day on which it may have been (``known_from``). A trial and an arm
    are in it from their first visible fact, a source when something visible cites it. Notes are empty, and so is what
    was taken from a source dated after ``as_of``, and its headline unless it is a copy of a registry or of data: they
    may speak of later things. Candidates that wait for a review are not in it unless ``unreviewed``, with a caveat.

    The id is a hash of all that a brief could say of it: two snapshots with one id give one brief.
    """
    if unreviewed:
        copy, ids, left_out = with_unreviewed(store)
        with copy:
            return _snapshot(copy, as_of.isoformat(), strict_dates, (ids, left_out))
    return _snapshot(store, as_of.isoformat(), strict_dates, None)


def _snapshot(
    store: Store, day: str, strict_dates: bool, unreviewed: tuple[frozenset[str], int] | None
) -> FactSnapshot:
    question = store.question()
    with store.reading() as connection:
        cut = _read(connection, question, day, strict_dates)
        found = _contradictions(connection, cut, question)
    spec: dict[str, Any] = {"as_of": day, "strict_dates": strict_dates}
    caveats = worst_first([*contradicted(found, cut, question), *caveats_of(cut, question)])
    if unreviewed is not None:
        spec["unreviewed"] = True
        caveats = worst_first([*not_reviewed(cut, *unreviewed), *caveats])
    return FactSnapshot(
        id=identify("snapshot", "snapshot/1", spec, question, _content(cut), caveats),
        made_from=tuple(r.id for records in (cut.facts, cut.events, cut.assumptions) for r in records),
        made_by=made_by(spec),
        caveats=tuple(caveats),
        case=question.case,
        as_of=day,
        strict_dates=strict_dates,
        facts=cut.facts,
        events=cut.events,
        assumptions=cut.assumptions,
        trials=cut.trials,
        arms=cut.arms,
        sources=cut.sources,
    )


def _contradictions(connection: sa.Connection, cut: Cut, question: Question) -> tuple[Contradiction, ...]:
    """What the facts of the cut and the candidates known by its day say against each other."""
    candidates = candidate_rows(connection)
    if not candidates:
        return ()
    said = [
        {name: "" if value is None else str(value) for name, value in msgspec.structs.asdict(fact).items()}
        for fact in cut.facts
    ]
    return contradictions(said, candidates, question, day=cut.day)


def _content(cut: Cut) -> list[dict[str, Any]]:
    """All that a brief could say of the cut. Where the case folder holds a row is no part of it."""
    records = (*cut.facts, *cut.events, *cut.assumptions, *cut.trials, *cut.arms, *cut.sources)
    return [{k: v for k, v in msgspec.structs.asdict(r).items() if k not in {"file", "row"}} for r in records]


def _read(connection: sa.Connection, question: Question, day: str, strict: bool) -> Cut:
    facts_date = schema.facts.c.certain_day if strict else schema.facts.c.known_day
    stood = standing(schema.facts, day)
    visible = newest_of(connection, schema.facts, sa.and_(facts_date <= day, stood))
    events, assumptions = (_visible(connection, table, day) for table in (schema.events, schema.assumptions))
    hidden = _hidden_sources(connection, day)
    named = connection.execute(
        sa.select(schema.sources.c.source_id, schema.sources.c.publisher).where(current(schema.sources))
    )
    publishers = {row.source_id: row.publisher for row in named}
    facts = tuple(seen_fact(f, hidden, day) for f in _facts(connection, question, visible, day))
    return Cut(
        day=day,
        strict=strict,
        facts=facts,
        uncertain=_ids(connection, visible, schema.facts.c.certain_day > day),
        dropped=_ids(connection, stood, schema.facts.c.known_day <= day, ~(facts_date <= day)),
        events=tuple(seen_event(e, hidden, publishers, day) for e in _events(connection, events)),
        assumptions=_assumptions(connection, assumptions, hidden),
        trials=_trials(connection, visible, day, hidden),
        arms=_arms(connection, visible, hidden),
        sources=_sources(connection, (visible, events, assumptions), day),
        later_sources=frozenset(_shown(s, hidden) for s in _later_sources(connection, day)),
    )


def _visible(connection: sa.Connection, table: sa.Table, day: str) -> sa.ColumnElement[bool]:
    return newest_of(connection, table, sa.and_(table.c.known_day <= day, standing(table, day)))


def _ids(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> frozenset[str]:
    return frozenset(connection.scalars(sa.select(schema.facts.c.id).where(*conditions)))


def _facts(
    connection: sa.Connection, question: Question, visible: sa.ColumnElement[bool], day: str
) -> tuple[Fact, ...]:
    facts, arms = schema.facts, schema.arms
    rows = connection.execute(
        sa.select(facts, arms.c.treatment, arms.c.dose_regimen, arms.c.background)
        .select_from(facts)
        .join(arms, sa.and_(arms.c.trial == facts.c.trial, arms.c.arm == facts.c.arm, current(arms)))
        .where(visible)
    ).all()
    others = _alternates(connection, day)
    where = _locators(connection, question)
    found = [
        _record(
            Fact,
            row,
            file="outcomes.csv",
            note="",
            locator="",
            also=tuple(sorted(others.get((row.trial, row.arm, row.outcome, row.week), set()) - {row.source_id})),
        )
        for row in rows
    ]
    placed = [msgspec.structs.replace(f, locator=where(f)) for f in found]
    return tuple(sorted(placed, key=lambda f: (f.trial, f.arm, f.outcome, f.week, f.id)))


def _alternates(connection: sa.Connection, day: str) -> dict[tuple[str, str, str, int], set[str]]:
    """The sources that give the same number, for the trial, arm, outcome and week of a fact."""
    also, sources = schema.fact_alternates, schema.sources
    others: dict[tuple[str, str, str, int], set[str]] = {}
    for row in connection.execute(
        sa.select(also)
        .select_from(also)
        .join(sources, sa.and_(sources.c.source_id == also.c.source_id, current(sources)))
        .where(sources.c.last_day <= day, current(also))
    ):
        others.setdefault((row.trial, row.arm, row.outcome, row.week), set()).add(row.source_id)
    return others


def _locators(connection: sa.Connection, question: Question) -> Callable[[Fact], str]:
    """What tells where in its source a fact stands, from the trial, the endpoint and the source as they are now."""
    trials = {row.trial: _record(Trial, row) for row in _all(connection, schema.trials)}
    sources = {row.source_id: _record(Source, row) for row in _all(connection, schema.sources)}
    endpoints = {endpoint.id: endpoint for endpoint in question.endpoints}

    def where(fact: Fact) -> str:
        parts = trials.get(fact.trial), endpoints.get(fact.outcome), sources.get(fact.source_id)
        trial, endpoint, source = parts
        return locate(fact, trial, endpoint, source) if trial and endpoint and source else ""

    return where


def _all(connection: sa.Connection, table: sa.Table) -> _Rows:
    return connection.execute(sa.select(table).where(current(table))).all()


def _events(connection: sa.Connection, visible: sa.ColumnElement[bool]) -> tuple[DatedEvent, ...]:
    rows = connection.execute(sa.select(schema.events).where(visible)).all()
    return tuple(
        _record(DatedEvent, row, file="events.csv", parties=msgspec.json.decode(row.parties, type=tuple[Party, ...]))
        for row in sorted(rows, key=lambda row: (row.known_day, row.event_id))
    )


def _assumptions(
    connection: sa.Connection, visible: sa.ColumnElement[bool], hidden: frozenset[str]
) -> tuple[Assumption, ...]:
    rows = connection.execute(sa.select(schema.assumptions).where(visible)).all()
    return tuple(
        _record(Assumption, row, file="assumptions.csv", source_id=_shown(row.source_id, hidden))
        for row in sorted(rows, key=lambda row: row.assumption_id)
    )


def _trials(
    connection: sa.Connection, visible: sa.ColumnElement[bool], day: str, hidden: frozenset[str]
) -> tuple[Trial, ...]:
    table = schema.trials
    with_fact = table.c.trial.in_(sa.select(schema.facts.c.trial).where(visible))
    rows = connection.execute(sa.select(table).where(with_fact, current(table))).all()
    last_year = int(day[:4])
    return tuple(
        _record(
            Trial,
            row,
            note="",
            year=row.year if row.year is not None and row.year <= last_year else None,
            source_id=_shown(row.source_id, hidden),
        )
        for row in sorted(rows, key=lambda row: row.trial)
    )


def _arms(connection: sa.Connection, visible: sa.ColumnElement[bool], hidden: frozenset[str]) -> tuple[Arm, ...]:
    table, facts = schema.arms, schema.facts
    seen = {(row.trial, row.arm) for row in connection.execute(sa.select(facts.c.trial, facts.c.arm).where(visible))}
    rows = [row for row in _all(connection, table) if (row.trial, row.arm) in seen]
    return tuple(
        _record(Arm, row, note="", source_id=_shown(row.source_id, hidden))
        for row in sorted(rows, key=lambda row: (row.trial, row.arm))
    )


def _sources(connection: sa.Connection, visible: _Visible, day: str) -> tuple[Source, ...]:
    cited = set(connection.scalars(_cited(*visible, day)))
    rows = [row for row in _all(connection, schema.sources) if row.source_id in cited]
    return tuple(
        seen_source(_record(Source, row), row.last_day, day) for row in sorted(rows, key=lambda row: row.source_id)
    )


def _cited(
    visible: sa.ColumnElement[bool], of_events: sa.ColumnElement[bool], of_assumptions: sa.ColumnElement[bool], day: str
) -> sa.CompoundSelect[Any]:
    """The ids of the sources that anything visible cites."""
    facts, also, sources = schema.facts, schema.fact_alternates, schema.sources
    trials, arms, events, assumptions = schema.trials, schema.arms, schema.events, schema.assumptions
    alternates = (
        sa.select(also.c.source_id)
        .select_from(also)
        .join(
            facts,
            sa.and_(*(facts.c[name] == also.c[name] for name in ("trial", "arm", "outcome", "week"))),
        )
        .join(sources, sa.and_(sources.c.source_id == also.c.source_id, current(sources)))
        .where(visible, current(also), sources.c.last_day <= day)
    )
    return sa.union(
        sa.select(facts.c.source_id).where(visible),
        alternates,
        sa.select(trials.c.source_id)
        .select_from(trials)
        .join(facts, facts.c.trial == trials.c.trial)
        .where(visible, current(trials)),
        sa.select(arms.c.source_id)
        .select_from(arms)
        .join(facts, sa.and_(facts.c.trial == arms.c.trial, facts.c.arm == arms.c.arm))
        .where(visible, current(arms)),
        sa.select(events.c.source_id).where(of_events),
        sa.select(assumptions.c.source_id).where(of_assumptions),
    )


def _hidden_sources(connection: sa.Connection, day: str) -> frozenset[str]:
    """The ids of the sources whose headline, address and id a run of ``day`` must not show."""
    later = (row for row in _all(connection, schema.sources) if row.last_day is not None and row.last_day > day)
    return frozenset(row.source_id for row in later if withheld(_record(Source, row), row.last_day, day))


def _shown(source_id: str, hidden: frozenset[str]) -> str:
    return alias(source_id) if source_id in hidden else source_id


def _later_sources(connection: sa.Connection, day: str) -> frozenset[str]:
    table = schema.sources
    return frozenset(connection.scalars(sa.select(table.c.source_id).where(table.c.last_day > day, current(table))))


def _record(kind: type[R], row: sa.Row[Any], **other: Any) -> R:
    """A record from a row that has a column for each of its fields, but for those given apart."""
    columns = row._mapping
    return kind(**{name: columns[name] for name in kind.__struct_fields__ if name not in other}, **other)
