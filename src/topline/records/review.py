"""What a review of proposed facts works on: documents, candidates with their quotations, decisions, contradictions."""

from __future__ import annotations

from typing import Any

import msgspec

from topline.records.reading import DocumentInfo, Passage

DECISIONS = ("accepted", "mended", "rejected", "retracted")
"""What can be decided: of a candidate the first three, of a row of the case the last."""

CANDIDATE_STATES = ("proposed", "accepted", "mended", "rejected")
"""Where a candidate stands: waiting, or as it was last decided."""


class StoredDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document as a store keeps it: by the hash of its bytes, with the text that quotations count in.

    ``data`` is None where only the text is kept. ``retrieved_at`` is a UTC time, ``YYYY-MM-DDTHH:MM:SSZ``, or empty.
    """

    info: DocumentInfo
    text: str
    data: bytes | None = None
    retrieved_at: str = ""


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """One place in one document that says what a candidate says.

    ``source_columns`` are the candidate's columns that speak of this document (``source_id``, ``known_from``, ...);
    ``title``, ``publisher`` and ``date`` are the document's.
    """

    passage: Passage
    source_columns: dict[str, str]
    proposed_by: str
    known_from: str
    recorded_at: str
    title: str | None = None
    publisher: str | None = None
    date: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What a reviewer decided of a candidate, or of a row of the case. Decisions are only added, never changed.

    ``entry`` is the version of the row that came of it, or that was retracted; ``mended`` the columns that the reviewer
    gave in place of the candidate's own.
    """

    id: str
    candidate: str | None
    entry: str | None
    decision: str
    reviewer: str
    at: str
    reason: str = ""
    mended: dict[str, str] = {}


class CandidateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate as ``topline facts list --candidates`` shows it.

    ``row`` is the version of the case's row that was made of it.
    """

    id: str
    kind: str
    state: str
    fields: dict[str, str]
    missing: tuple[str, ...]
    proposed_by: str
    known_from: str
    recorded_at: str
    supports: tuple[Support, ...]
    decisions: tuple[Decision, ...] = ()
    row: str | None = None
    said: dict[str, Any] = {}


class ContradictingValue(msgspec.Struct, frozen=True, kw_only=True):
    """One of the values that contradict each other; ``state`` is ``accepted`` or ``proposed``."""

    id: str
    value: str
    state: str
    source: str
    known_from: str
    quote: str | None = None


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Two or more values of one outcome of one arm at one week that differ by more than rounding."""

    id: str
    trial: str
    arm: str
    outcome: str
    week: int
    values: tuple[ContradictingValue, ...]


class CandidateList(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``topline facts list --candidates``."""

    schema: str = "candidates/1"
    case: str
    n_candidates: int
    candidates: tuple[CandidateRow, ...]
    contradictions: tuple[Contradiction, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of a verb that changes a store: what it did, to what, and who answers for it."""

    schema: str = "change/1"
    case: str
    done: str
    reviewer: str = ""
    candidate: CandidateRow | None = None
    rows: tuple[str, ...] = ()
    counts: dict[str, int] = {}
