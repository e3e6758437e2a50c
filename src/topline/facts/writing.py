"""A case into the tables of a store."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import schema
from topline.facts.case_folder import CaseData
from topline.facts.dates import last_day, source_last_day
from topline.facts.store_file import writing
from topline.records import Source, to_json


def write_case(connection: sa.Connection, case: CaseData) -> None:
    """Insert every record of a case into empty tables."""
    for table, rows in _rows(case):
        if rows:
            connection.execute(table.insert(), rows)


def replace_case(url: str, case: CaseData) -> None:
    """Write the case into the store at ``url`` in one transaction, in place of an older reading of the same case.

    Raises ``StoreError`` when the store holds another case, or can't be written.
    """
    name = case.question.case
    with writing(url) as connection:
        there = connection.scalar(sa.select(schema.cases.c.case_name))
        if there not in {None, name}:
            repair = "choose another file: a store holds one case"
            expected = f"an empty store, or one of {name}"
            raise StoreError("the store holds another case", found=there, expected=expected, repair=repair)
        for table in reversed(schema.metadata.sorted_tables):
            connection.execute(table.delete())
        write_case(connection, case)


def _rows(case: CaseData) -> list[tuple[sa.Table, list[dict[str, Any]]]]:
    """The rows of each table, in an order in which every reference finds its row."""
    question = to_json(case.question, indent=None).decode()
    parties = [(e.id, i, p) for e in case.events for i, p in enumerate(e.parties)]
    return [
        (schema.cases, [{"case_name": case.question.case, "question": question}]),
        (schema.sources, [_columns(schema.sources, s, last_day=_source_day(s)) for s in case.sources]),
        (schema.trials, [_columns(schema.trials, t) for t in case.trials]),
        (schema.arms, [_columns(schema.arms, a) for a in case.arms]),
        (
            schema.facts,
            [
                _columns(schema.facts, f, known_day=_day(f.known_from), certain_day=_day(f.certain_from))
                for f in case.facts
            ],
        ),
        (schema.fact_alternates, [{"fact_id": f.id, "source_id": s} for f in case.facts for s in f.also]),
        (schema.events, [_columns(schema.events, e, known_day=_day(e.known_from)) for e in case.events]),
        (schema.event_parties, [{"event": e, "position": i, "name": p.name, "role": p.role} for e, i, p in parties]),
        (schema.assumptions, [_columns(schema.assumptions, a, known_day=_day(a.known_from)) for a in case.assumptions]),
    ]


def _columns(table: sa.Table, record: msgspec.Struct, **derived: str | None) -> dict[str, Any]:
    """The fields of a record that the table has columns for, and the columns derived from them."""
    fields = msgspec.structs.asdict(record)
    return {name: value for name, value in fields.items() if name in table.c} | derived


def _day(text: str) -> str:
    return last_day(text).isoformat()


def _source_day(source: Source) -> str | None:
    day = source_last_day(source.date)
    return None if day is None else day.isoformat()
