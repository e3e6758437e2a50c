"""The first schema of an evidence store."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, ForeignKeyConstraint, Integer, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables of revision 0001."""
    op.create_table(
        "topline_case",
        Column("case_name", Text, primary_key=True),
        Column("question", Text, nullable=False),
    )
    op.create_table(
        "sources",
        Column("source_id", Text, primary_key=True),
        Column("title", Text, nullable=False),
        Column("publisher", Text, nullable=False),
        Column("date", Text, nullable=False),
        Column("last_day", Text),
        Column("address", Text, nullable=False),
        Column("what_was_taken", Text, nullable=False),
    )
    _create_trials_and_arms()
    _create_facts()
    _create_events()
    op.create_table(
        "assumptions",
        Column("id", Text, primary_key=True),
        Column("assumption_id", Text, nullable=False),
        Column("quantity", Text, nullable=False),
        Column("definition", Text, nullable=False),
        Column("value", Float),
        Column("low", Float),
        Column("high", Float),
        Column("unit", Text, nullable=False),
        Column("known_from", Text, nullable=False),
        Column("known_day", Text, nullable=False),
        Column("source_id", Text, ForeignKey("sources.source_id"), nullable=False),
        Column("status", Text, nullable=False),
        Column("file", Text, nullable=False),
        Column("row", Integer, nullable=False),
    )
    op.create_index("assumptions_by_known_day", "assumptions", ["known_day"])


def _create_trials_and_arms() -> None:
    op.create_table(
        "trials",
        Column("trial", Text, primary_key=True),
        Column("nct_id", Text, nullable=False),
        Column("phase", Text, nullable=False),
        Column("year", Integer),
        Column("population", Text, nullable=False),
        Column("background", Text, nullable=False),
        Column("primary_week", Integer),
        Column("design", Text, nullable=False),
        Column("n_randomised", Integer),
        Column("source_id", Text, ForeignKey("sources.source_id"), nullable=False),
        Column("note", Text, nullable=False),
    )
    op.create_table(
        "arms",
        Column("trial", Text, ForeignKey("trials.trial"), primary_key=True),
        Column("arm", Text, primary_key=True),
        Column("treatment", Text, nullable=False),
        Column("dose_regimen", Text, nullable=False),
        Column("background", Text, nullable=False),
        Column("n_randomised", Integer),
        Column("n_status", Text, nullable=False),
        Column("mean_age", Float),
        Column("source_id", Text, ForeignKey("sources.source_id"), nullable=False),
        Column("note", Text, nullable=False),
    )


def _create_facts() -> None:
    op.create_table(
        "facts",
        Column("id", Text, primary_key=True),
        Column("trial", Text, nullable=False),
        Column("arm", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("week", Integer, nullable=False),
        Column("n", Integer),
        Column("events", Integer),
        Column("percent", Float),
        Column("status", Text, nullable=False),
        Column("events_status", Text, nullable=False),
        Column("source_id", Text, ForeignKey("sources.source_id"), nullable=False),
        Column("known_from", Text, nullable=False),
        Column("known_day", Text, nullable=False),
        Column("known_from_basis", Text, nullable=False),
        Column("certain_from", Text, nullable=False),
        Column("certain_day", Text, nullable=False),
        Column("locator", Text, nullable=False),
        Column("file", Text, nullable=False),
        Column("row", Integer, nullable=False),
        Column("note", Text, nullable=False),
        ForeignKeyConstraint(["trial", "arm"], ["arms.trial", "arms.arm"]),
    )
    op.create_index("facts_by_known_day", "facts", ["known_day"])
    op.create_table(
        "fact_alternates",
        Column("fact_id", Text, ForeignKey("facts.id"), primary_key=True),
        Column("source_id", Text, ForeignKey("sources.source_id"), primary_key=True),
    )


def _create_events() -> None:
    op.create_table(
        "events",
        Column("id", Text, primary_key=True),
        Column("event_id", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("programme", Text, nullable=False),
        Column("known_from", Text, nullable=False),
        Column("known_day", Text, nullable=False),
        Column("event_date", Text),
        Column("date_precision", Text, nullable=False),
        Column("statement", Text, nullable=False),
        Column("amount_musd", Float),
        Column("source_id", Text, ForeignKey("sources.source_id"), nullable=False),
        Column("status", Text, nullable=False),
        Column("file", Text, nullable=False),
        Column("row", Integer, nullable=False),
    )
    op.create_index("events_by_known_day", "events", ["known_day"])
    op.create_table(
        "event_parties",
        Column("event", Text, ForeignKey("events.id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        Column("role", Text, nullable=False),
    )
