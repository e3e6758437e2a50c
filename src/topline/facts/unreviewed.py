"""A look at a case as it would stand if every candidate that waits were accepted."""

from __future__ import annotations

import sqlalchemy as sa

from topline.errors import ToplineError
from topline.facts import schema
from topline.facts.candidate_list import candidate_rows
from topline.facts.review import accept
from topline.facts.store import Store, memory_engine

_TABLES = (schema.facts, schema.events)
_FIRST = ("source", "trial", "arm", "outcome", "event")


def with_unreviewed(store: Store) -> tuple[Store, frozenset[str], int]:
    """A copy of the store in memory with the waiting candidates accepted, as far as they make valid rows.

    Returns it with the ids of the facts and events that came of them, and how many candidates make no valid row yet.
    """
    engine = memory_engine()
    with store.reading() as there, engine.begin() as connection:
        for table in schema.metadata.sorted_tables:
            rows = [dict(row) for row in there.execute(sa.select(table)).mappings()]
            if rows:
                connection.execute(table.insert(), _in_order(rows))
        reviewed = _entries(connection)
        left_out = _accept_all(connection)
        ids = _ids(connection, reviewed)
    return Store.of_memory(engine, store.name), ids, left_out


def _in_order(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Each version after the one that it supersedes."""
    if "supersedes" not in rows[0]:
        return rows
    placed: dict[object, dict[str, object]] = {}
    waiting = rows
    while waiting:
        ready = [row for row in waiting if row["supersedes"] is None or row["supersedes"] in placed]
        placed |= {row["entry"]: row for row in ready}
        waiting = [row for row in waiting if row["entry"] not in placed]
    return list(placed.values())


def _accept_all(connection: sa.Connection) -> int:
    """Accept what can be accepted; returns how many can't."""
    waiting = [row for row in candidate_rows(connection) if row.state == "proposed"]
    left_out = 0
    for row in sorted(waiting, key=lambda row: _FIRST.index(row.kind)):
        try:
            with connection.begin_nested():
                accept(connection, row.id, reviewer="", at="")
        except ToplineError:
            left_out += 1
    return left_out


def _entries(connection: sa.Connection) -> frozenset[str]:
    return frozenset(entry for table in _TABLES for entry in connection.scalars(sa.select(table.c.entry)))


def _ids(connection: sa.Connection, reviewed: frozenset[str]) -> frozenset[str]:
    """The ids of the facts and events whose versions were not there before."""
    found = (row for table in _TABLES for row in connection.execute(sa.select(table.c.id, table.c.entry)))
    return frozenset(row.id for row in found if row.entry not in reviewed)
