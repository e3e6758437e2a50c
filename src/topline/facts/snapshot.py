"""What the world could know on a day: one cut of the store by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from topline.facts import schema
from topline.facts.hindsight import alias, seen_event, seen_fact, seen_source, withheld
from topline.facts.snapshot_caveats import Cut, caveats_of
from topline.facts.store import Store
from topline.records import (
    Arm,
    Assumption,
    DatedEvent,
    Fact,
    FactSnapshot,
    Party,
    Source,
    Trial,
    identify,
    made_by,
)

R = TypeVar("R", bound=msgspec.Struct)
_Rows = Sequence[sa.Row[Any]]


def snapshot(store: Store, *, as_of: dt.date, strict_dates: bool = False) -> FactSnapshot:
    """The facts, events and assumptions that could be known on ``as_of``.

    A date of a month or a year counts from its last day. ``strict_dates`` takes a fact from the day on which it was
    certainly known (``certain_from``), not from the day on which it may have been (``known_from``). A trial and an arm
    are in it from their first visible fact, a source when something visible cites it. Notes are empty, and so is what
    was taken from a source dated after ``as_of``, and its headline unless it is a copy of a registry or of data: they
    may speak of later things.
    """
    day = as_of.isoformat()
    question = store.question()
    with store.reading() as connection:
        cut = _read(connection, day, strict_dates)
    spec = {"as_of": day, "strict_dates": strict_dates}
    parts = (
        [f.id for f in cut.facts],
        [e.id for e in cut.events],
        [a.id for a in cut.assumptions],
        [[f.id, *f.also] for f in cut.facts if f.also],
    )
    return FactSnapshot(
        id=identify("snapshot", "snapshot/1", question.case, spec, *parts),
        made_from=tuple(i for ids in parts[:3] for i in ids if isinstance(i, str)),
        made_by=made_by(spec),
        caveats=caveats_of(cut, question),
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


def _read(connection: sa.Connection, day: str, strict: bool) -> Cut:
    facts_date = schema.facts.c.certain_day if strict else schema.facts.c.known_day
    visible = facts_date <= day
    hidden = _hidden_sources(connection, day)
    named = connection.execute(sa.select(schema.sources.c.source_id, schema.sources.c.publisher))
    publishers = {row.source_id: row.publisher for row in named}
    facts = tuple(seen_fact(f, hidden, day) for f in _facts(connection, visible, day))
    return Cut(
        day=day,
        strict=strict,
        facts=facts,
        uncertain=_ids(connection, visible, schema.facts.c.certain_day > day),
        dropped=_ids(connection, schema.facts.c.known_day <= day, ~visible),
        events=tuple(seen_event(e, hidden, publishers, day) for e in _events(connection, day)),
        assumptions=_assumptions(connection, day, hidden),
        trials=_trials(connection, visible, day, hidden),
        arms=_arms(connection, visible, hidden),
        sources=_sources(connection, visible, day),
        later_sources=frozenset(_shown(s, hidden) for s in _later_sources(connection, day)),
    )


def _ids(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> frozenset[str]:
    return frozenset(connection.scalars(sa.select(schema.facts.c.id).where(*conditions)))


def _facts(connection: sa.Connection, visible: sa.ColumnElement[bool], day: str) -> tuple[Fact, ...]:
    facts, arms, also = schema.facts, schema.arms, schema.fact_alternates
    rows = connection.execute(
        sa.select(facts, arms.c.treatment, arms.c.dose_regimen, arms.c.background)
        .join(arms, sa.and_(arms.c.trial == facts.c.trial, arms.c.arm == facts.c.arm))
        .where(visible)
        .order_by(facts.c.trial, facts.c.arm, facts.c.outcome, facts.c.week, facts.c.id)
    ).all()
    others: dict[str, list[str]] = {}
    for fact_id, source_id in connection.execute(
        sa.select(also.c.fact_id, also.c.source_id)
        .join(schema.sources, schema.sources.c.source_id == also.c.source_id)
        .where(schema.sources.c.last_day <= day)
        .order_by(also.c.fact_id, also.c.source_id)
    ):
        others.setdefault(fact_id, []).append(source_id)
    return tuple(_record(Fact, row, note="", also=tuple(others.get(row.id, ()))) for row in rows)


def _events(connection: sa.Connection, day: str) -> tuple[DatedEvent, ...]:
    events, parties = schema.events, schema.event_parties
    of: dict[str, list[Party]] = {}
    for row in connection.execute(sa.select(parties).order_by(parties.c.event, parties.c.position)):
        of.setdefault(row.event, []).append(Party(name=row.name, role=row.role))
    rows = connection.execute(
        sa.select(events).where(events.c.known_day <= day).order_by(events.c.known_day, events.c.event_id)
    )
    return tuple(_record(DatedEvent, row, parties=tuple(of.get(row.id, ()))) for row in rows)


def _assumptions(connection: sa.Connection, day: str, hidden: frozenset[str]) -> tuple[Assumption, ...]:
    table = schema.assumptions
    rows = connection.execute(sa.select(table).where(table.c.known_day <= day).order_by(table.c.assumption_id))
    return tuple(_record(Assumption, row, source_id=_shown(row.source_id, hidden)) for row in rows)


def _trials(
    connection: sa.Connection, visible: sa.ColumnElement[bool], day: str, hidden: frozenset[str]
) -> tuple[Trial, ...]:
    table = schema.trials
    rows = connection.execute(
        sa.select(table)
        .where(table.c.trial.in_(sa.select(schema.facts.c.trial).where(visible)))
        .order_by(table.c.trial)
    )
    last_year = int(day[:4])
    return tuple(
        _record(
            Trial,
            row,
            note="",
            year=row.year if row.year is not None and row.year <= last_year else None,
            source_id=_shown(row.source_id, hidden),
        )
        for row in rows
    )


def _arms(connection: sa.Connection, visible: sa.ColumnElement[bool], hidden: frozenset[str]) -> tuple[Arm, ...]:
    table, facts = schema.arms, schema.facts
    with_fact = sa.exists().where(visible, facts.c.trial == table.c.trial, facts.c.arm == table.c.arm)
    rows = connection.execute(sa.select(table).where(with_fact).order_by(table.c.trial, table.c.arm))
    return tuple(_record(Arm, row, note="", source_id=_shown(row.source_id, hidden)) for row in rows)


def _sources(connection: sa.Connection, visible: sa.ColumnElement[bool], day: str) -> tuple[Source, ...]:
    table = schema.sources
    rows = connection.execute(
        sa.select(table).where(table.c.source_id.in_(_cited(visible, day))).order_by(table.c.source_id)
    )
    return tuple(seen_source(_record(Source, row), row.last_day, day) for row in rows)


def _cited(visible: sa.ColumnElement[bool], day: str) -> sa.CompoundSelect[Any]:
    """The ids of the sources that anything visible cites."""
    facts, also, sources = schema.facts, schema.fact_alternates, schema.sources
    trials, arms, events, assumptions = schema.trials, schema.arms, schema.events, schema.assumptions
    alternates = (
        sa.select(also.c.source_id)
        .join(facts, facts.c.id == also.c.fact_id)
        .join(sources, sources.c.source_id == also.c.source_id)
        .where(visible, sources.c.last_day <= day)
    )
    return sa.union(
        sa.select(facts.c.source_id).where(visible),
        alternates,
        sa.select(trials.c.source_id).join(facts, facts.c.trial == trials.c.trial).where(visible),
        sa.select(arms.c.source_id)
        .join(facts, sa.and_(facts.c.trial == arms.c.trial, facts.c.arm == arms.c.arm))
        .where(visible),
        sa.select(events.c.source_id).where(events.c.known_day <= day),
        sa.select(assumptions.c.source_id).where(assumptions.c.known_day <= day),
    )


def _hidden_sources(connection: sa.Connection, day: str) -> frozenset[str]:
    """The ids of the sources whose headline, address and id a run of ``day`` must not show."""
    rows = connection.execute(sa.select(schema.sources).where(schema.sources.c.last_day > day))
    return frozenset(row.source_id for row in rows if withheld(_record(Source, row), row.last_day, day))


def _shown(source_id: str, hidden: frozenset[str]) -> str:
    return alias(source_id) if source_id in hidden else source_id


def _later_sources(connection: sa.Connection, day: str) -> frozenset[str]:
    table = schema.sources
    return frozenset(connection.scalars(sa.select(table.c.source_id).where(table.c.last_day > day)))


def _record(kind: type[R], row: sa.Row[Any], **other: Any) -> R:
    """A record from a row that has a column for each of its fields, but for those given apart."""
    columns = row._mapping
    return kind(**{name: columns[name] for name in kind.__struct_fields__ if name not in other}, **other)
