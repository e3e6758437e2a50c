"""Candidates into a store: what a reader proposes waits there, with its quotations, for a reviewer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from topline.errors import DataError, UnknownNameError
from topline.facts import schema
from topline.facts.case_folder import REQUIRED_COLUMNS
from topline.facts.changing import changing
from topline.facts.identities import SOURCE_COLUMNS, candidate_identity, support_id
from topline.facts.review_files import Row
from topline.facts.second_sources import add_second_source
from topline.facts.vocabulary import CANDIDATE_KINDS
from topline.facts.writing import Stamp, add_rows, now
from topline.records import Candidate, Passage, StoredDocument

FILE_OF: Mapping[str, str] = {
    "outcome": "outcomes.csv",
    "event": "events.csv",
    "trial": "trials.csv",
    "arm": "arms.csv",
    "source": "sources.csv",
}
"""The file of a case that a candidate of each kind is a row of."""


def propose_into(
    case: str | Path, candidates: Sequence[Candidate], documents: Iterable[StoredDocument]
) -> dict[str, int]:
    """Add candidates, with the documents that they quote, to a case: a folder, or a store by its URL.

    ``documents`` hold every document that a passage names and the case does not have. All are written, or none.
    Proposing again changes nothing. What another document said before, and what nobody has decided differently, gets
    one more support; if it was accepted, the case's row gets one more source. Returns how many candidates were ``new``,
    ``supported`` by a further passage (of this document or another one), and ``known`` as they stand.

    Raises ``UnknownNameError`` for a kind, a column or a case that there is not, ``DataError`` for a quotation that
    does not stand in its document and a document that is not what its hash says, ``CaseError`` and ``StoreError`` as
    opening the case does, and ``StoreError`` for a shipped case, which can't be written.
    """
    with changing(case) as connection:
        return propose(connection, candidates, documents, at=now())


def propose(
    connection: sa.Connection, candidates: Sequence[Candidate], documents: Iterable[StoredDocument], *, at: str
) -> dict[str, int]:
    """The same on an open connection; ``at`` is when."""
    add_rows(connection, schema.documents, "sha256", [_document(document, at) for document in documents])
    table = schema.documents
    texts = {row.sha256: row.text for row in connection.execute(sa.select(table.c.sha256, table.c.text))}
    table = schema.candidates
    known = connection.execute(sa.select(table.c.id, table.c.identity).order_by(table.c.position)).all()
    ids, saying = {row.id for row in known}, {row.identity: row.id for row in reversed(known)}
    placed = set(connection.scalars(sa.select(schema.supports.c.id)))
    counts = dict.fromkeys(("new", "supported", "known"), 0)
    rows: list[Row] = []
    supports: list[Row] = []
    further: list[Row] = []
    for candidate in candidates:
        _check(candidate, texts)
        identity = candidate_identity(candidate.id, candidate.kind, candidate.fields)
        there = candidate.id if candidate.id in ids else saying.get(identity)
        mine = [_support(candidate, passage, there or candidate.id, at) for passage in candidate.passages]
        fresh = [row for row in mine if row["id"] not in placed]
        counts["new" if there is None else "supported" if fresh else "known"] += 1
        if there is None:
            rows.append(_row(candidate, identity, at))
            ids.add(candidate.id)
            saying.setdefault(identity, candidate.id)
        else:
            further += fresh[:1]
        supports += fresh
        placed |= {row["id"] for row in fresh}
    add_rows(connection, schema.candidates, "id", rows)
    add_rows(connection, schema.supports, "id", supports)
    for support in further:
        add_second_source(connection, support["candidate"], support, Stamp(at))
    return counts


def _document(document: StoredDocument, at: str) -> Row:
    info = document.info
    told = (info.title, info.publisher, info.date, info.address, info.media_type, document.retrieved_at)
    _writable(document.text + "".join(text or "" for text in told), f"document {info.sha256[:12]}")
    if hashlib.sha256(document.text.encode()).hexdigest() != info.text_sha256:
        raise DataError("the text is not what its hash says", found=info.text_sha256, expected="the hash of its text")
    if document.data is not None and hashlib.sha256(document.data).hexdigest() != info.sha256:
        raise DataError("the document is not what its hash says", found=info.sha256, expected="the hash of its bytes")
    return {
        "sha256": info.sha256,
        "bytes": document.data,
        "text": document.text,
        "text_sha256": info.text_sha256,
        "media_type": info.media_type,
        "title": info.title or None,
        "publisher": info.publisher or None,
        "date": info.date or None,
        "address": info.address or None,
        "retrieved_at": document.retrieved_at or at,
    }


def _writable(text: str, what: str) -> None:
    """Refuse what no database and no file of text takes."""
    if "\0" in text or (not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)):
        raise DataError(f"{what} holds a character that can't be stored", found="NUL, or half a surrogate pair")


def _check(candidate: Candidate, texts: Mapping[str, str]) -> None:
    if candidate.kind not in CANDIDATE_KINDS:
        raise UnknownNameError.among("kind of candidate", candidate.kind, CANDIDATE_KINDS)
    check_columns(candidate.kind, (*candidate.fields, *candidate.missing))
    texts_of = (candidate.id, candidate.proposed_by, candidate.known_from, *candidate.fields.values())
    _writable("".join(texts_of), f"candidate {candidate.id}")
    if not candidate.passages:
        raise DataError(
            "a candidate without a passage", found=candidate.id, expected="where in which document it stands"
        )
    for passage in candidate.passages:
        _writable(passage.path or "", f"a path of candidate {candidate.id}")
        if passage.document not in texts:
            raise DataError("a document that is not here", found=passage.document, expected="its bytes or its text")
        if passage.quote is None and passage.path is None:
            raise DataError("a passage without a place", found=candidate.id, expected="a quotation or a path")
        if passage.quote is not None and texts[passage.document][passage.start : passage.end] != passage.quote:
            expected = f"what the document has from {passage.start} to {passage.end}"
            raise DataError("the quotation does not stand at its place", found=repr(passage.quote), expected=expected)


def check_columns(kind: str, columns: Iterable[str]) -> None:
    """Refuse a column that the candidate's table has not, with the near names."""
    for name in columns:
        if name not in REQUIRED_COLUMNS[FILE_OF[kind]]:
            raise UnknownNameError.among(f"column of {FILE_OF[kind]}", name, REQUIRED_COLUMNS[FILE_OF[kind]])


def _row(candidate: Candidate, identity: str, at: str) -> Row:
    return {
        "id": candidate.id,
        "kind": candidate.kind,
        "identity": identity,
        "fields": _json(candidate.fields),
        "missing": json.dumps(list(candidate.missing), ensure_ascii=False),
        "said": msgspec.json.encode(candidate.said, order="deterministic").decode(),
        "proposed_by": candidate.proposed_by,
        "known_from": candidate.known_from,
        "recorded_at": at,
    }


def _support(candidate: Candidate, passage: Passage, under: str, at: str) -> Row:
    of_source = {k: v for k, v in candidate.fields.items() if k in SOURCE_COLUMNS[candidate.kind]}
    row: Row = {
        "candidate": under,
        "document": passage.document,
        "quote": passage.quote or None,
        "start": passage.start if passage.quote else None,
        "end": passage.end if passage.quote else None,
        "path": passage.path or None,
        "source_columns": _json(of_source),
        "proposed_by": candidate.proposed_by,
        "known_from": candidate.known_from,
        "recorded_at": at,
    }
    return {"id": support_id(row), **row}


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
