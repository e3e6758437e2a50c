"""The tables of an evidence store, and the revision of them that this version reads.

``*_day`` columns hold the last day that a partial date covers, as ISO text, which SQL compares as it stands.
A change here needs a revision in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, ForeignKeyConstraint, Index, Integer, MetaData, Table, Text

REVISIONS = ("0001",)
"""The revisions of the schema, oldest first; the last one is the head."""

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _source() -> Column[str]:
    return Column("source_id", Text, ForeignKey("sources.source_id"), nullable=False)


cases = Table("topline_case", metadata, Column("case_name", Text, primary_key=True), _text("question"))

sources = Table(
    "sources", metadata,
    Column("source_id", Text, primary_key=True),
    _text("title"), _text("publisher"), _text("date"), Column("last_day", Text), _text("address"),
    _text("what_was_taken"),
)  # fmt: skip

trials = Table(
    "trials", metadata,
    Column("trial", Text, primary_key=True),
    _text("nct_id"), _text("phase"), Column("year", Integer), _text("population"), _text("background"),
    Column("primary_week", Integer), _text("design"), Column("n_randomised", Integer), _source(), _text("note"),
)  # fmt: skip

arms = Table(
    "arms", metadata,
    Column("trial", Text, ForeignKey("trials.trial"), primary_key=True),
    Column("arm", Text, primary_key=True),
    _text("treatment"), _text("dose_regimen"), _text("background"), Column("n_randomised", Integer),
    _text("n_status"), Column("mean_age", Float), _source(), _text("note"),
)  # fmt: skip

facts = Table(
    "facts", metadata,
    Column("id", Text, primary_key=True),
    _text("trial"), _text("arm"), _text("outcome"), Column("week", Integer, nullable=False),
    Column("n", Integer), Column("events", Integer), Column("percent", Float),
    _text("status"), _text("events_status"), _source(),
    _text("known_from"), _text("known_day"), _text("known_from_basis"), _text("certain_from"), _text("certain_day"),
    _text("locator"), _text("file"), Column("row", Integer, nullable=False), _text("note"),
    ForeignKeyConstraint(["trial", "arm"], ["arms.trial", "arms.arm"]),
    Index("facts_by_known_day", "known_day"),
)  # fmt: skip

fact_alternates = Table(
    "fact_alternates", metadata,
    Column("fact_id", Text, ForeignKey("facts.id"), primary_key=True),
    Column("source_id", Text, ForeignKey("sources.source_id"), primary_key=True),
)  # fmt: skip

events = Table(
    "events", metadata,
    Column("id", Text, primary_key=True),
    _text("event_id"), _text("type"), _text("programme"), _text("known_from"), _text("known_day"),
    Column("event_date", Text), _text("date_precision"), _text("statement"), Column("amount_musd", Float), _source(),
    _text("status"), _text("file"), Column("row", Integer, nullable=False),
    Index("events_by_known_day", "known_day"),
)  # fmt: skip

event_parties = Table(
    "event_parties", metadata,
    Column("event", Text, ForeignKey("events.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    _text("name"), _text("role"),
)  # fmt: skip

assumptions = Table(
    "assumptions", metadata,
    Column("id", Text, primary_key=True),
    _text("assumption_id"), _text("quantity"), _text("definition"), Column("value", Float), Column("low", Float),
    Column("high", Float), _text("unit"), _text("known_from"), _text("known_day"), _source(), _text("status"),
    _text("file"), Column("row", Integer, nullable=False),
    Index("assumptions_by_known_day", "known_day"),
)  # fmt: skip
