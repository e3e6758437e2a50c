"""What a dated run must not show: words that speak of a later day."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from topline.facts.locators import DATA_KINDS, source_kind
from topline.records import DatedEvent, Fact, Source, identify

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+")
_BRACKET = re.compile(r"\s*\([^()]*\)")
WITHHELD = "withheld: the document is of a later day than the run"


def without_later_clauses(text: str, day: str) -> str:
    """The text less every bracket and every clause (up to a semicolon) that names a day after ``day``.

    >>> without_later_clauses("at the lower end (quoted in an article of 2026-02-02)", "2024-12-31")
    'at the lower end'
    """
    if not _later(text, day):
        return text
    kept = _BRACKET.sub(lambda match: "" if _later(match.group(), day) else match.group(), text)
    return "; ".join(clause.strip() for clause in kept.split(";") if not _later(clause, day))


def _later(text: str, day: str) -> bool:
    return any(found > day for found in _DATE.findall(text))


def withheld(source: Source, last_day: str | None, day: str) -> bool:
    """Whether headline, address and id of a source may tell what came later.

    That is so for a document of a later day, unless it is a copy of a registry or of data, whose name says nothing.
    """
    return last_day is not None and last_day > day and source_kind(source) not in DATA_KINDS


def alias(source_id: str) -> str:
    """The id under which a withheld source stands in a dated run."""
    return identify("later", source_id)


def seen_source(source: Source, last_day: str | None, day: str) -> Source:
    """The source as a run of ``day`` may show it.

    What was taken from a later or undated document may speak of later things, so it is left out.
    """
    if withheld(source, last_day, day):
        return Source(
            source_id=alias(source.source_id),
            title=f"(headline {WITHHELD})",
            publisher=source.publisher,
            date=source.date,
            address=f"({WITHHELD})",
        )
    if last_day is not None and last_day <= day:
        return source
    return msgspec.structs.replace(source, what_was_taken="")


def seen_fact(fact: Fact, hidden: frozenset[str], day: str) -> Fact:
    """The fact without words of a later day; ``hidden`` are the ids of the withheld sources."""
    return msgspec.structs.replace(
        fact,
        known_from_basis=without_later_clauses(fact.known_from_basis, day),
        source_id=alias(fact.source_id) if fact.source_id in hidden else fact.source_id,
    )


def seen_event(event: DatedEvent, hidden: frozenset[str], publishers: Mapping[str, str], day: str) -> DatedEvent:
    """The event without words of a later day, and without a date of its own that had not come yet.

    The id of a source in its statement becomes the publisher's name: an id means nothing to a reader.
    """
    words = without_later_clauses(event.statement, day)
    ahead = event.date_precision == "day" and event.event_date is not None and event.event_date > day
    return msgspec.structs.replace(
        event,
        statement=_WORD.sub(lambda match: publishers.get(match.group(), match.group()), words),
        event_date=None if ahead else event.event_date,
        source_id=alias(event.source_id) if event.source_id in hidden else event.source_id,
    )
