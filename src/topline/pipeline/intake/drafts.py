"""What a mapping gives: candidates for a case's tables, and for each reading what became of it and by which rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from topline.records import Candidate, Caveat, Passage, ReadFact, identify

TABLES = {
    "trial": ("trial", "nct_id", "phase", "year", "population", "background", "primary_week", "design", "n_randomised",
              "source_id", "note"),
    "arm": ("trial", "arm", "treatment", "dose_regimen", "background", "n_randomised", "n_status", "mean_age",
            "source_id", "note"),
    "outcome": ("trial", "arm", "outcome", "week", "n", "events", "percent", "status", "source_id", "events_status",
                "note", "known_from", "known_from_basis", "certain_from"),
    "event": ("event_id", "known_from", "event_date", "date_precision", "type", "programme", "parties", "statement",
              "amount_musd", "source_id", "status"),
}  # fmt: skip
"""The columns of a candidate of each kind: those of the case's table."""


@dataclass(frozen=True)
class MappedRow:
    """What became of one reading: where it stands, what it says, and onto what it was mapped or why it was not.

    ``rule`` names the rule of ``case.toml`` (``mappings[3]``) or says what else decided; ``reason`` is empty where the
    reading was mapped. ``arm`` is the group as the document has it, ``mapped_arm`` the arm of the case.
    """

    fact: str
    place: str
    said: str
    arm: str = ""
    value: str = ""
    endpoint: str = ""
    mapped_arm: str = ""
    week: int | None = None
    rule: str = ""
    reason: str = ""
    candidate: str = ""


@dataclass(frozen=True)
class Mapping:
    """Candidates for a reviewer, the source row that they name, and the whole mapping to be shown.

    ``source`` has the columns of ``sources.csv``; ``caveats`` are the reading's and the mapping's.
    """

    candidates: tuple[Candidate, ...]
    shown: tuple[MappedRow, ...]
    source: dict[str, str]
    caveats: tuple[Caveat, ...] = ()


@dataclass
class Drafts:
    """Collects candidates and shown rows while a reading is mapped."""

    document: str
    source_id: str
    proposed_by: str
    known_from: str
    basis: str
    certain_from: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    shown: list[MappedRow] = field(default_factory=list)
    caveats: list[Caveat] = field(default_factory=list)

    def passage(self, fact: ReadFact, path: str | None = None) -> Passage:
        """The place of a fact in the document, or of one number of it."""
        return Passage(document=self.document, quote=fact.quote, start=fact.start, end=fact.end, path=path or fact.path)

    def add(
        self,
        kind: str,
        cells: dict[str, str | None],
        passages: tuple[Passage, ...],
        required: tuple[str, ...],
        said: ReadFact | None = None,
    ) -> str:
        """Propose a row and return its candidate's id; the ``required`` cells that are empty are its ``missing``."""
        filled: dict[str, str] = {name: cells.get(name) or "" for name in TABLES[kind]}
        if "source_id" in filled:
            filled["source_id"] = self.source_id
        if kind in {"outcome", "event"} and not filled["known_from"]:
            filled["known_from"] = self.known_from
        if kind == "outcome":
            filled |= {"known_from_basis": self.basis, "certain_from": self.certain_from or filled["known_from"]}
            required = (*required, "known_from_basis", "certain_from")
        if kind in {"outcome", "event"}:
            required = (*required, "known_from")
        candidate = Candidate(
            id=identify("candidate", kind, filled, passages),
            kind=kind,
            fields={name: text for name, text in filled.items() if text},
            passages=passages,
            proposed_by=self.proposed_by,
            known_from=filled.get("known_from") or self.known_from,
            missing=tuple(name for name in TABLES[kind] if name in required and not filled[name]),
            said=_plain(said),
        )
        if all(candidate.id != other.id for other in self.candidates):
            self.candidates.append(candidate)
        return candidate.id


def _plain(fact: ReadFact | None) -> dict[str, Any]:
    if fact is None:
        return {}
    plain = msgspec.to_builtins(fact)
    assert isinstance(plain, dict)
    return {key: value for key, value in plain.items() if value not in (None, [], {}, "", False)}


def place_of(fact: ReadFact, path: str | None = None) -> str:
    """Where a fact stands, for the eye: its path, or the start of its quote."""
    if path or fact.path:
        return path or fact.path or ""
    quote = fact.quote or ""
    return quote if len(quote) <= 80 else quote[:79] + "…"
