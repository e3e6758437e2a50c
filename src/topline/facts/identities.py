"""What makes a candidate, a support and a decision the same as another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from topline.records import identify

SOURCE_COLUMNS: Mapping[str, frozenset[str]] = {
    "outcome": frozenset(
        {"source_id", "known_from", "known_from_basis", "certain_from", "status", "events_status", "note"}
    ),
    "event": frozenset({"event_id", "source_id", "known_from", "status"}),
    "trial": frozenset({"source_id", "note"}),
    "arm": frozenset({"source_id", "n_status", "note"}),
    "source": frozenset({"what_was_taken"}),
}
"""The columns that speak of the document and not of what it says: two documents that differ in them say the same."""

_PLACED_BY: Mapping[str, tuple[str, ...]] = {
    "outcome": ("trial", "arm", "outcome", "week"),
    "event": ("type", "programme", "event_date"),
    "trial": ("trial",),
    "arm": ("trial", "arm"),
    "source": ("source_id",),
}
_ONCE_A_DAY = {"approval", "deal_signed", "deal_terminated", "filing_submitted", "rejection", "rights_returned"}


def candidate_identity(candidate: str, kind: str, fields: Mapping[str, str]) -> str:
    """The same for two candidates that say the same of the same thing, whatever document each comes from.

    ``fields`` are the columns as text. A candidate that does not yet say what it speaks of (an outcome without its arm,
    say) is like no other. The words of an event count, unless it is of a kind that happens once a day.
    """
    if not all(fields.get(name, "").strip() for name in _PLACED_BY[kind]):
        return identify("says", candidate)
    left_out = SOURCE_COLUMNS[kind]
    if kind == "event" and fields["type"] in _ONCE_A_DAY and fields.get("date_precision") == "day":
        left_out = left_out | {"statement", "parties"}
    said = {name: _number(text.strip()) for name, text in fields.items() if text.strip() and name not in left_out}
    return identify("says", kind, said)


def _number(text: str) -> str:
    """A number without what a writer may add: ``20.0`` and ``+20`` are ``20``."""
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def support_id(row: Mapping[str, Any]) -> str:
    """The id of a support: a candidate, and a place in a document."""
    place = [row[name] for name in ("candidate", "document", "quote", "start", "end", "path")]
    return identify("support", *place)


def decision_id(row: Mapping[str, Any]) -> str:
    """The id of a decision: all that it says."""
    parts = [row[name] for name in ("candidate", "entry", "decision", "reviewer", "at", "reason", "mended")]
    return identify("decision", *parts)
