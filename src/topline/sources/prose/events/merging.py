"""One event told several times is one event."""

from __future__ import annotations

from collections.abc import Iterable

from topline.records import ReadEvent
from topline.sources.prose.events.finding import Found

_ONLY_DONE = {"filing accepted", "clinical hold lifted", "designation", "application withdrawn"}
"""What is no event before it has happened."""


def told_once(events: Iterable[tuple[ReadEvent, Found]]) -> list[ReadEvent]:
    """The events without their repetitions, in the order of the text: the plainest telling, in the body, the first.

    What a headline says is left out where the body tells an event of that type.
    """
    kept: list[tuple[ReadEvent, Found]] = []
    for event, found in sorted(events, key=lambda pair: _rank(pair[1])):
        if event.detail in _ONLY_DONE and event.status not in {"happened", "background"}:
            continue
        if not any(_same(event, found, other, first) for other, first in kept):
            kept.append((event, found))
    return sorted((event for event, _ in kept), key=lambda e: e.start or 0)


def _rank(found: Found) -> tuple[bool, bool, bool, int]:
    role = found.sentence.role
    return role == "headline", found.rule.weak, role != "body", found.sentence.index


def _same(event: ReadEvent, found: Found, other: ReadEvent, first: Found) -> bool:
    """Whether two statements tell one event: same type and drug, no trial, date or status that tells them apart."""
    if event.type != other.type:
        return False
    if found.sentence.role == "headline":
        return True
    if event.detail != other.detail:
        return False
    if event.type == "deal_terms" or event.detail == "commercial rights":
        return event.quote == other.quote
    if not _overlap(event.drug, other.drug, " + "):
        return False
    both_in_body = found.sentence.role == first.sentence.role == "body"
    if event.type in {"trial_stopped", "trial_started", "readout"}:
        if event.trial and other.trial and not _overlap(event.trial, other.trial, "; "):
            return False
        if event.type == "trial_stopped" and both_in_body and _of_other_parts(event, other):
            return False
    return not (both_in_body and event.date and other.date and event.date[:7] != other.date[:7])


def _of_other_parts(event: ReadEvent, other: ReadEvent) -> bool:
    """Whether a stop is of a further trial, one is of a trial and the other of a programme, or of two diseases."""
    if _trials(event) - _trials(other) or bool(event.trial) != bool(other.trial):
        return True
    return not event.trial and None not in {event.indication, other.indication} and event.indication != other.indication


def _trials(event: ReadEvent) -> set[str]:
    return set(event.trial.split("; ")) if event.trial else set()


def _overlap(first: str | None, second: str | None, mark: str) -> bool:
    if first is None or second is None:
        return first == second
    return bool(set(first.split(mark)) & set(second.split(mark)))
