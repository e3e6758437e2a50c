"""The tables of an evidence store, and the revision of them that this version reads.

Every table is append-only; ``append_only.py`` has the database itself refuse anything else. A row of a case's table is
a *version*: ``entry`` identifies it (a hash of its cells and of the version before it), ``key`` tells which row of the
case it is a version of, ``cells`` holds the row as it was written (a JSON object of text), and the typed columns beside
it serve the queries. ``supersedes`` is the version that this one takes the place of, and ``supersedes_day`` the day
from which it does: ``ALWAYS`` where the record was wrong, a later day where the world corrected itself on that day.
A version is current when no other supersedes it and no decision retracts it.

``*_day`` columns hold the last day that a partial date covers, as ISO text, which SQL compares as it stands.
A change here needs a revision in ``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, Table, Text

from topline.facts.append_only import refuse_changes

REVISIONS = ("0001", "0002")
"""The revisions of the schema, oldest first; the last one is the head."""

ALWAYS = "0001-01-01"
"""A day before every fact: a version that supersedes from then on leaves nothing to see of the one before."""

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _versions(name: str, *columns: Column[str] | Column[int] | Column[float]) -> Table:
    """A table of the case: what every version has, and the typed columns of its rows."""
    return Table(
        name, metadata,
        Column("entry", Text, primary_key=True),
        _text("key"), _text("cells"), Column("row", Integer, nullable=False),
        _text("recorded_at"), _text("reviewer"),
        Column("supersedes", Text, ForeignKey(f"{name}.entry"), unique=True), Column("supersedes_day", Text),
        *columns,
        Index(f"{name}_by_key", "key"),
    )  # fmt: skip


cases = _versions("topline_case", _text("case_name"), _text("question"))

sources = _versions(
    "sources",
    _text("source_id"), _text("title"), _text("publisher"), _text("date"), Column("last_day", Text), _text("address"),
    _text("what_was_taken"),
)  # fmt: skip

trials = _versions(
    "trials",
    _text("trial"), _text("nct_id"), _text("phase"), Column("year", BigInteger), _text("population"),
    _text("background"), Column("primary_week", BigInteger), _text("design"), Column("n_randomised", BigInteger),
    _text("source_id"), _text("note"),
)  # fmt: skip

arms = _versions(
    "arms",
    _text("trial"), _text("arm"), _text("treatment"), _text("dose_regimen"), _text("background"),
    Column("n_randomised", BigInteger), _text("n_status"), Column("mean_age", Float), _text("source_id"), _text("note"),
)  # fmt: skip

facts = _versions(
    "facts",
    _text("id"), _text("trial"), _text("arm"), _text("outcome"), Column("week", BigInteger, nullable=False),
    Column("n", BigInteger), Column("events", BigInteger), Column("percent", Float),
    _text("status"), _text("events_status"), _text("source_id"),
    _text("known_from"), _text("known_day"), _text("known_from_basis"), _text("certain_from"), _text("certain_day"),
    _text("note"),
)  # fmt: skip

fact_alternates = _versions(
    "fact_alternates",
    _text("trial"), _text("arm"), _text("outcome"), Column("week", BigInteger, nullable=False),
    Column("percent", Float), _text("source_id"),
)  # fmt: skip

events = _versions(
    "events",
    _text("id"), _text("event_id"), _text("type"), _text("programme"), _text("known_from"), _text("known_day"),
    Column("event_date", Text), _text("date_precision"), _text("parties"), _text("statement"),
    Column("amount_musd", Float), _text("source_id"), _text("status"),
)  # fmt: skip

assumptions = _versions(
    "assumptions",
    _text("id"), _text("assumption_id"), _text("quantity"), _text("definition"), Column("value", Float),
    Column("low", Float), Column("high", Float), _text("unit"), _text("known_from"), _text("known_day"),
    _text("source_id"), _text("status"),
)  # fmt: skip

documents = Table(
    "documents", metadata,
    Column("sha256", Text, primary_key=True),
    Column("bytes", LargeBinary), _text("text"), _text("text_sha256"), _text("media_type"), Column("title", Text),
    Column("publisher", Text), Column("date", Text), Column("address", Text), _text("retrieved_at"),
)  # fmt: skip

candidates = Table(
    "candidates", metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    _text("kind"), _text("identity"), _text("fields"), _text("missing"), _text("said"), _text("proposed_by"),
    _text("known_from"), _text("recorded_at"),
    Index("candidates_by_identity", "identity"),
)  # fmt: skip

supports = Table(
    "supports", metadata,
    Column("id", Text, primary_key=True),
    Column("candidate", Text, ForeignKey("candidates.id"), nullable=False),
    Column("position", Integer, nullable=False, unique=True),
    Column("document", Text, ForeignKey("documents.sha256"), nullable=False),
    Column("quote", Text), Column("start", BigInteger), Column("end", BigInteger), Column("path", Text),
    _text("source_columns"), _text("proposed_by"), _text("known_from"), _text("recorded_at"),
    Index("supports_by_candidate", "candidate"),
)  # fmt: skip

decisions = Table(
    "decisions", metadata,
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False, unique=True),
    Column("candidate", Text, ForeignKey("candidates.id")), Column("entry", Text),
    _text("decision"), _text("reviewer"), _text("at"), _text("reason"), _text("mended"),
    Index("decisions_by_candidate", "candidate"),
    Index("decisions_by_entry", "entry"),
)  # fmt: skip

refuse_changes(metadata)
