"""Rows become versions that are never changed; documents, candidates, supports and decisions join them.

The rows of a store of revision 0001 become first versions. It did not keep ``case.toml``, which is written anew from
the question, nor the percents of second sources, for which the fact's own stands.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Float, ForeignKey, Integer, LargeBinary, Text

from topline.facts.append_only import statements
from topline.records import identify

revision = "0002"
down_revision = "0001"

_OLD = (
    "fact_alternates", "event_parties", "facts", "events", "assumptions", "arms", "trials", "sources", "topline_case",
)  # fmt: skip


def upgrade() -> None:
    """Read the old tables, make the new ones, and write the rows as first versions."""
    connection = op.get_bind()
    old = {name: _read(connection, name) for name in reversed(_OLD)}
    for name in _OLD:
        op.drop_table(name)
    _create_versions()
    _create_review()
    _fill(connection, old)
    for table in sa.inspect(connection).get_table_names():
        if table != "alembic_version":
            for statement in statements(table, connection.dialect.name):
                op.execute(sa.text(statement))


def _read(connection: sa.Connection, name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}")).mappings()]


def _required(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _versions(name: str, *columns: Column[Any]) -> None:
    op.create_table(
        name,
        Column("entry", Text, primary_key=True),
        *_required("key", "cells"),
        Column("row", Integer, nullable=False),
        *_required("recorded_at", "reviewer"),
        Column("supersedes", Text, ForeignKey(f"{name}.entry"), unique=True),
        Column("supersedes_day", Text),
        *columns,
    )
    op.create_index(f"{name}_by_key", name, ["key"])


def _create_versions() -> None:
    _versions("topline_case", *_required("case_name", "question"))
    _versions(
        "sources", *_required("source_id", "title", "publisher", "date"), Column("last_day", Text),
        *_required("address", "what_was_taken"),
    )  # fmt: skip
    _versions(
        "trials", *_required("trial", "nct_id", "phase"), Column("year", BigInteger),
        *_required("population", "background"), Column("primary_week", BigInteger), *_required("design"),
        Column("n_randomised", BigInteger), *_required("source_id", "note"),
    )  # fmt: skip
    _versions(
        "arms", *_required("trial", "arm", "treatment", "dose_regimen", "background"),
        Column("n_randomised", BigInteger), *_required("n_status"), Column("mean_age", Float),
        *_required("source_id", "note"),
    )  # fmt: skip
    _versions(
        "facts", *_required("id", "trial", "arm", "outcome"), Column("week", BigInteger, nullable=False),
        Column("n", BigInteger), Column("events", BigInteger), Column("percent", Float),
        *_required("status", "events_status", "source_id", "known_from", "known_day", "known_from_basis"),
        *_required("certain_from", "certain_day", "note"),
    )  # fmt: skip
    _versions(
        "fact_alternates", *_required("trial", "arm", "outcome"), Column("week", BigInteger, nullable=False),
        Column("percent", Float), *_required("source_id"),
    )  # fmt: skip
    _versions(
        "events", *_required("id", "event_id", "type", "programme", "known_from", "known_day"),
        Column("event_date", Text), *_required("date_precision", "parties", "statement"), Column("amount_musd", Float),
        *_required("source_id", "status"),
    )  # fmt: skip
    _versions(
        "assumptions", *_required("id", "assumption_id", "quantity", "definition"), Column("value", Float),
        Column("low", Float), Column("high", Float),
        *_required("unit", "known_from", "known_day", "source_id", "status"),
    )  # fmt: skip


def _create_review() -> None:
    op.create_table(
        "documents", Column("sha256", Text, primary_key=True), Column("bytes", LargeBinary),
        *_required("text", "text_sha256", "media_type"), Column("title", Text), Column("publisher", Text),
        Column("date", Text), Column("address", Text), *_required("retrieved_at"),
    )  # fmt: skip
    op.create_table(
        "candidates", Column("id", Text, primary_key=True), _position(),
        *_required("kind", "identity", "fields", "missing", "said", "proposed_by", "known_from", "recorded_at"),
    )  # fmt: skip
    op.create_index("candidates_by_identity", "candidates", ["identity"])
    op.create_table(
        "supports", Column("id", Text, primary_key=True),
        Column("candidate", Text, ForeignKey("candidates.id"), nullable=False), _position(),
        Column("document", Text, ForeignKey("documents.sha256"), nullable=False), Column("quote", Text),
        Column("start", BigInteger), Column("end", BigInteger), Column("path", Text),
        *_required("source_columns", "proposed_by", "known_from", "recorded_at"),
    )  # fmt: skip
    op.create_index("supports_by_candidate", "supports", ["candidate"])
    op.create_table(
        "decisions", Column("id", Text, primary_key=True), _position(),
        Column("candidate", Text, ForeignKey("candidates.id")), Column("entry", Text),
        *_required("decision", "reviewer", "at", "reason", "mended"),
    )  # fmt: skip
    op.create_index("decisions_by_candidate", "decisions", ["candidate"])
    op.create_index("decisions_by_entry", "decisions", ["entry"])


def _position() -> Column[int]:
    return Column("position", Integer, nullable=False, unique=True)


def _fill(connection: sa.Connection, old: dict[str, list[dict[str, Any]]]) -> None:
    facts = {row["id"]: row for row in old["facts"]}
    for n, row in enumerate(old["fact_alternates"], 2):
        fact = facts[row["fact_id"]]
        row |= {name: fact[name] for name in ("trial", "arm", "outcome", "week", "percent")} | {"row": n}
    parties: dict[str, list[dict[str, str]]] = {}
    for row in sorted(old["event_parties"], key=lambda row: (row["event"], row["position"])):
        parties.setdefault(row["event"], []).append({"name": row["name"], "role": row["role"]})
    for row in old["events"]:
        named = parties.get(row["id"], [])
        row["parties"] = json.dumps(named, ensure_ascii=False, separators=(",", ":"))
        row["written"] = {"parties": ";".join(f"{p['name']}:{p['role']}" for p in named)}
    for row in old["topline_case"]:
        row |= {"row": 1, "written": {"case": row["case_name"], "toml": _toml(json.loads(row["question"]))}}
    now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    inspector = sa.inspect(connection)
    for name, (file, columns, key) in _FILES.items():
        table = sa.table(name, *(sa.column(c["name"]) for c in inspector.get_columns(name)))
        rows = []
        for n, row in enumerate(old[name], 2):
            cells = {c: _text(row.get(c)) for c in columns} | row.pop("written", {})
            rows.append(
                {
                    **{c: v for c, v in row.items() if c in table.c},
                    "entry": identify("row", file, {c: v for c, v in cells.items() if v}, None),
                    "key": json.dumps([cells[c] for c in key], ensure_ascii=False),
                    "cells": json.dumps(cells, ensure_ascii=False, separators=(",", ":")),
                    "row": row.get("row", n),
                    "recorded_at": now,
                    "reviewer": "",
                }
            )
        if rows:
            connection.execute(table.insert(), rows)


_PLACE = ("trial", "arm", "outcome", "week")
_FILES: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "topline_case": ("case.toml", ("case", "toml"), ("case",)),
    "sources": (
        "sources.csv", ("source_id", "title", "publisher", "date", "address", "what_was_taken"), ("source_id",),
    ),
    "trials": (
        "trials.csv",
        (
            "trial", "nct_id", "phase", "year", "population", "background", "primary_week", "design", "n_randomised",
            "source_id", "note",
        ),
        ("trial",),
    ),
    "arms": (
        "arms.csv",
        (
            "trial", "arm", "treatment", "dose_regimen", "background", "n_randomised", "n_status", "mean_age",
            "source_id", "note",
        ),
        ("trial", "arm"),
    ),
    "facts": (
        "outcomes.csv",
        (
            *_PLACE, "n", "events", "percent", "status", "source_id", "events_status", "note", "known_from",
            "known_from_basis", "certain_from",
        ),
        _PLACE,
    ),
    "fact_alternates": ("outcomes_alternates.csv", (*_PLACE, "percent", "source_id"), (*_PLACE, "source_id")),
    "events": (
        "events.csv",
        (
            "event_id", "known_from", "event_date", "date_precision", "type", "programme", "parties", "statement",
            "amount_musd", "source_id", "status",
        ),
        ("event_id",),
    ),
    "assumptions": (
        "assumptions.csv",
        (
            "assumption_id", "quantity", "definition", "value", "low", "high", "unit", "known_from", "source_id",
            "status",
        ),
        ("assumption_id",),
    ),
}  # fmt: skip


def _text(value: Any) -> str:
    """A value as a cell: nothing for None, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def _toml(question: dict[str, Any]) -> str:
    """A question as ``case.toml``: plain keys first, then a table for each entry of a list of tables."""
    lines = ['schema = "case/1"']
    tables = {k: v for k, v in question.items() if isinstance(v, list) and v and isinstance(v[0], dict)}
    lines += [f"{k} = {_value(v)}" for k, v in question.items() if k not in tables and v not in (None, [], {})]
    for name, entries in tables.items():
        for entry in entries:
            lines += ["", f"[[{name}]]"]
            lines += [f"{k} = {_value(v)}" for k, v in entry.items() if v not in (None, [], {})]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, dict):
        inner = ", ".join(f"{_value(k)} = {_value(v)}" for k, v in value.items() if v not in (None, [], {}))
        return "{ " + inner + " }" if inner else "{}"
    return str(value)
