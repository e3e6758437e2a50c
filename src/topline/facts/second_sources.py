"""The documents behind the rows of a case: a source for each, and a second source where a number is given again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from topline.facts import schema
from topline.facts.numbers_agree import same_number, value_of
from topline.facts.review_files import Row
from topline.facts.stored_case import Rows, add_row, checked_case, question_of, row_at, stored_rows
from topline.facts.versions import key_of
from topline.facts.writing import Stamp, write_rows

_PLACE = ("trial", "arm", "outcome", "week")


def document_row(connection: sa.Connection, sha256: str) -> Row:
    """A document without its bytes and its text."""
    table = schema.documents
    columns = [c for c in table.c if c.name not in {"bytes", "text"}]
    return dict(connection.execute(sa.select(*columns).where(table.c.sha256 == sha256)).mappings().one())


def ensure_source(rows: Rows, source_id: str, document: Mapping[str, Any]) -> str:
    """The id of the source row of a document, which is added where the case has none.

    Without an id, the row with the document's address serves; a new one is called after the document's hash.
    """
    sources = [cells for _, cells in rows["sources.csv"]]
    address = document["address"] or f"sha256:{document['sha256']}"
    if not source_id:
        same = [cells["source_id"] for cells in sources if cells["address"] == address]
        source_id = same[0] if same else f"doc_{document['sha256'][:12]}"
    if all(cells["source_id"] != source_id for cells in sources):
        add_row(
            rows,
            "sources.csv",
            {
                "source_id": source_id,
                "title": document["title"] or f"document {document['sha256'][:12]}",
                "publisher": document["publisher"] or "",
                "date": document["date"] or "n.d.",
                "address": address,
                "what_was_taken": "",
            },
        )
    return source_id


def add_alternate(rows: Rows, fact: Mapping[str, str], said: Mapping[str, str], source_id: str) -> bool:
    """Note that a source gives a fact's number too; False where it is there already, or is the fact's own source."""
    cells = {name: fact[name] for name in _PLACE} | {"source_id": source_id}
    value = value_of(said)
    if fact["source_id"] == source_id or value is None:
        return False
    if row_at(rows, "outcomes_alternates.csv", key_of("outcomes_alternates.csv", cells)) is not None:
        return False
    percent = said.get("percent") or f"{value:.1f}"
    ordered = {**{name: cells[name] for name in _PLACE}, "percent": percent, "source_id": source_id}
    add_row(rows, "outcomes_alternates.csv", ordered)
    return True


def add_second_source(connection: sa.Connection, candidate: str, support: Row, stamp: Stamp) -> None:
    """Give the row that was made of a candidate one more source, where a further document supports it.

    Only numbers have second sources in a case. Where the candidate waits, or was rejected, nothing happens.
    """
    told = connection.execute(
        sa.select(schema.candidates.c.fields, schema.decisions.c.decision, schema.decisions.c.entry)
        .select_from(schema.candidates)
        .join(schema.decisions, schema.decisions.c.candidate == schema.candidates.c.id)
        .where(schema.candidates.c.id == candidate, schema.candidates.c.kind == "outcome")
        .order_by(schema.decisions.c.position.desc())
    ).first()
    if told is None or told.decision == "rejected":
        return
    key = connection.scalar(sa.select(schema.facts.c.key).where(schema.facts.c.entry == told.entry))
    rows = stored_rows(connection)
    fact, fields = row_at(rows, "outcomes.csv", str(key)), json.loads(told.fields)
    if fact is None or not same_number(fact, fields, question_of(rows)):
        return
    columns = json.loads(support["source_columns"])
    source_id = ensure_source(rows, columns.get("source_id", ""), document_row(connection, support["document"]))
    if add_alternate(rows, fact, fields, source_id):
        case = checked_case(rows, [])
        if case is not None:
            write_rows(connection, case, stamp)
