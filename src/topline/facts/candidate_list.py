"""Candidates as a reviewer sees them: each beside its quotations, with what was decided, and what contradicts what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from topline.errors import UnknownNameError
from topline.facts import schema
from topline.facts.contradictions import contradictions
from topline.facts.stored_case import question_of, stored_rows
from topline.records import CANDIDATE_STATES, CandidateList, CandidateRow, Decision, Passage, Support


def candidate_list(connection: sa.Connection, *, state: str | None = "proposed") -> CandidateList:
    """The candidates in a state (None: all), in the order in which they came, and the contradictions that are open.

    Raises ``UnknownNameError`` for a state that there is not.
    """
    if state is not None and state not in CANDIDATE_STATES:
        raise UnknownNameError.among("state", state, CANDIDATE_STATES)
    rows = stored_rows(connection)
    every = candidate_rows(connection)
    chosen = tuple(row for row in every if state in {None, row.state})
    question = question_of(rows)
    return CandidateList(
        case=question.case,
        n_candidates=len(chosen),
        candidates=chosen,
        contradictions=contradictions([cells for _, cells in rows["outcomes.csv"]], every, question),
    )


def candidate_rows(connection: sa.Connection, only: str | None = None) -> tuple[CandidateRow, ...]:
    """Every candidate, or only one, in the order in which they came."""
    table = schema.candidates
    query = sa.select(table).order_by(table.c.position)
    found = connection.execute(query if only is None else query.where(table.c.id == only)).all()
    supports = _supports(connection)
    decisions: dict[str, list[Decision]] = {}
    for row in connection.execute(sa.select(schema.decisions).order_by(schema.decisions.c.position)).mappings():
        decisions.setdefault(str(row["candidate"]), []).append(decision_of(row))
    return tuple(_candidate(row, supports.get(row.id, ()), decisions.get(row.id, ())) for row in found)


def supports_of(connection: sa.Connection, fact: str) -> tuple[Support, ...]:
    """The quotations behind a fact, by its id: those of the candidates that it was made of. None for a folder's own."""
    decisions, facts = schema.decisions, schema.facts
    made_of = connection.scalars(
        sa.select(decisions.c.candidate)
        .select_from(decisions)
        .join(facts, facts.c.entry == decisions.c.entry)
        .where(facts.c.id == fact, decisions.c.decision.in_(("accepted", "mended")))
        .order_by(decisions.c.position)
    )
    of = _supports(connection)
    return tuple(support for candidate in dict.fromkeys(made_of) for support in of.get(str(candidate), ()))


def decision_of(row: Mapping[Any, Any]) -> Decision:
    """A decision as the store holds it."""
    parts = {name: row[name] for name in Decision.__struct_fields__ if name != "mended"}
    return Decision(**parts, mended=json.loads(row["mended"] or "{}"))


def _candidate(row: Any, supports: Iterable[Support], decisions: Iterable[Decision]) -> CandidateRow:
    decided = tuple(decisions)
    last = decided[-1] if decided else None
    return CandidateRow(
        id=row.id,
        kind=row.kind,
        state="proposed" if last is None else last.decision,
        fields=json.loads(row.fields),
        missing=tuple(json.loads(row.missing)),
        proposed_by=row.proposed_by,
        known_from=row.known_from,
        recorded_at=row.recorded_at,
        supports=tuple(supports),
        decisions=decided,
        row=None if last is None else last.entry,
        said=json.loads(row.said),
    )


def _supports(connection: sa.Connection) -> dict[str, list[Support]]:
    of, documents = schema.supports, schema.documents
    rows = connection.execute(
        sa.select(of, documents.c.title, documents.c.publisher, documents.c.date)
        .select_from(of)
        .join(documents, documents.c.sha256 == of.c.document)
        .order_by(of.c.position)
    ).mappings()
    found: dict[str, list[Support]] = {}
    for row in rows:
        passage = Passage(**{name: row[name] for name in Passage.__struct_fields__})
        support = Support(
            passage=passage,
            source_columns=json.loads(row["source_columns"] or "{}"),
            proposed_by=row["proposed_by"],
            known_from=row["known_from"],
            recorded_at=row["recorded_at"],
            title=row["title"],
            publisher=row["publisher"],
            date=row["date"],
        )
        found.setdefault(row["candidate"], []).append(support)
    return found
