"""The versions of a case's rows: their keys, their ids, and which of them stand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from topline.facts import schema
from topline.facts.case_toml import FILE
from topline.records import identify

Cells = Mapping[str, str]

TABLES: Mapping[str, sa.Table] = {
    FILE: schema.cases,
    "sources.csv": schema.sources,
    "trials.csv": schema.trials,
    "arms.csv": schema.arms,
    "outcomes.csv": schema.facts,
    "outcomes_alternates.csv": schema.fact_alternates,
    "events.csv": schema.events,
    "assumptions.csv": schema.assumptions,
}
"""The table of a store for each file of a case folder."""

KEYS: Mapping[str, tuple[str, ...]] = {
    FILE: ("case",),
    "sources.csv": ("source_id",),
    "trials.csv": ("trial",),
    "arms.csv": ("trial", "arm"),
    "outcomes.csv": ("trial", "arm", "outcome", "week"),
    "outcomes_alternates.csv": ("trial", "arm", "outcome", "week", "source_id"),
    "events.csv": ("event_id",),
    "assumptions.csv": ("assumption_id",),
}
"""The columns that tell the rows of a file apart."""


@dataclass(frozen=True)
class Version:
    """One version of a row of a case, as the store holds it; ``typed`` are the columns that serve the queries.

    ``recorded_at`` is None for a row of a folder that does not say when it was recorded.
    """

    file: str
    cells: Cells
    row: int
    recorded_at: str | None = None
    reviewer: str = ""
    supersedes: str | None = None
    supersedes_day: str | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Which row of the case it is a version of."""
        return key_of(self.file, self.cells)

    @property
    def entry(self) -> str:
        """Its id: a hash of what it says and of the version before it."""
        return identify("row", self.file, filled(self.cells), self.supersedes)


def key_of(file: str, cells: Cells) -> str:
    """The key of a row as a JSON list of text; a week counts as a number."""
    return json.dumps([_plain(name, cells.get(name, "")) for name in KEYS[file]], ensure_ascii=False)


def _plain(name: str, text: str) -> str:
    return str(int(text)) if name == "week" and text.isdecimal() and len(text) < 10 else text


def filled(cells: Cells) -> dict[str, str]:
    """The cells that hold something: an empty column more is no other row."""
    return {name: text for name, text in cells.items() if text}


def encode_cells(cells: Cells) -> str:
    """The cells as the store holds them, in the order of their columns."""
    return json.dumps(dict(cells), ensure_ascii=False, separators=(",", ":"))


def decode_cells(text: str) -> dict[str, str]:
    """The cells of ``encode_cells``."""
    cells: dict[str, str] = json.loads(text)
    return cells


@cache
def retracted(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a decision says that the version should not have been there."""
    of = schema.decisions
    return sa.exists().where(of.c.entry == table.c.entry, of.c.decision == "retracted")


@cache
def _newer(table: sa.Table) -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
    newer = table.alias("newer")
    return newer, newer.c.supersedes == table.c.entry


@cache
def current(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the version stands today: no other supersedes it, and no decision retracts it."""
    _, follows = _newer(table)
    return sa.and_(~sa.exists().where(follows), ~retracted(table))


def standing(table: sa.Table, day: str) -> sa.ColumnElement[bool]:
    """Whether the version stood on ``day``: nothing retracts it, and what supersedes it by then is itself retracted."""
    newer, follows = _newer(table)
    of = schema.decisions.alias("of_newer")
    taken_back = sa.exists().where(of.c.entry == newer.c.entry, of.c.decision == "retracted")
    return sa.and_(~sa.exists().where(follows, newer.c.supersedes_day <= day, ~taken_back), ~retracted(table))


def newest_of(connection: sa.Connection, table: sa.Table, visible: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """``visible``, less every version that a later visible one of its key has taken the place of.

    A version that mends a correction supersedes the correction alone: on a day before the correction it may be visible
    beside the version that was corrected, and only the later one of them counts.
    """
    doubled = sa.select(table.c.key).where(visible).group_by(table.c.key).having(sa.func.count() > 1)
    rows = connection.execute(
        sa.select(table.c.key, table.c.entry, table.c.supersedes, visible.label("seen")).where(table.c.key.in_(doubled))
    ).all()
    if not rows:
        return visible
    before = {row.entry: row.supersedes for row in rows}
    seen: dict[str, list[str]] = {}
    for row in rows:
        if row.seen:
            seen.setdefault(row.key, []).append(row.entry)
    last = {max(entries, key=lambda entry: depth(entry, before)) for entries in seen.values()}
    hidden = sorted(entry for entries in seen.values() for entry in entries if entry not in last)
    return sa.and_(visible, table.c.entry.not_in(hidden))


def depth(entry: str, before: Mapping[str, str | None]) -> int:
    """How many versions stand before one; ``before`` tells which version each supersedes."""
    deep, above = 0, before[entry]
    while above is not None:
        deep, above = deep + 1, before[above]
    return deep


@dataclass(frozen=True)
class Tip:
    """The newest version of a key, and whether it stands."""

    entry: str
    cells: dict[str, str]
    row: int
    stands: bool


def tips(connection: sa.Connection, file: str) -> dict[str, Tip]:
    """The newest version of every key of a file."""
    table = TABLES[file]
    _, follows = _newer(table)
    rows = connection.execute(
        sa.select(table.c.key, table.c.entry, table.c.cells, table.c.row, retracted(table).label("gone")).where(
            ~sa.exists().where(follows)
        )
    )
    return {row.key: Tip(row.entry, decode_cells(row.cells), row.row, not row.gone) for row in rows}
