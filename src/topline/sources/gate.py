"""The gate that every proposed fact passes, whoever proposed it: its quote in the document, its numbers in the quote.

A quote is looked for in the folded text and replaced by what the document has at that place, so that
``text[start:end] == quote`` holds to the character. Measured numbers (values, effects, intervals, p-values, sizes,
timepoints, amounts) must stand in the quote as figures or as words. Names, a phase and a date worked out from the
document's own date are no measurements: they are not looked for there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from topline.records import (
    EVENT_TYPES,
    READ_STATUSES,
    STANCES,
    OpinionStatement,
    ReadEvent,
    ReadFact,
    Readout,
    Rejected,
    SafetyStatement,
    identify,
)
from topline.sources.text.folding import Folded, find_quote, fold

F = TypeVar("F", bound=ReadFact)

_FIGURES = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\w.])\.\d+|\d+(?:\.\d+)?")
_WORD_NUMBERS = {
    "none": 0, "no": 0, "zero": 0, "one": 1, "a": 1, "an": 1, "single": 1, "two": 2, "both": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+")


def numbers_in(text: str) -> Iterator[float]:
    """The numbers that stand in a text as figures, without their signs."""
    for match in _FIGURES.finditer(text):
        yield abs(float(match.group().replace(",", "").replace("−", "-")))


def _spelled(text: str) -> set[float]:
    return {float(_WORD_NUMBERS[w]) for w in (m.group().lower() for m in _WORD.finditer(text)) if w in _WORD_NUMBERS}


def measured(fact: ReadFact) -> Iterator[str]:
    """The strings of a fact whose numbers must stand in its quote."""
    if isinstance(fact, Readout):
        for value in fact.values:
            yield from (text for text in (value.value, value.n) if text)
        yield from (v for k, v in fact.effect.items() if k in {"value", "lower", "upper"})
        yield from (text for text in (fact.p, fact.ci, fact.n, fact.timepoint) if text)
    elif isinstance(fact, SafetyStatement):
        for value in fact.arms:
            yield value.value
    elif isinstance(fact, ReadEvent):
        for amount in fact.amounts:
            yield amount.text


def _closed_words(fact: ReadFact) -> str | None:
    """What is wrong with the words that come from a closed list; None if nothing is."""
    if isinstance(fact, ReadEvent):
        if fact.type not in EVENT_TYPES:
            return f"{fact.type!r} is no event type"
        if fact.status not in READ_STATUSES:
            return f"{fact.status!r} is no status of an event"
    if isinstance(fact, OpinionStatement) and fact.stance not in STANCES:
        return f"{fact.stance!r} is no stance"
    return None


def missing_number(fact: ReadFact, quote: str) -> str | None:
    """The first string of the fact with a number that its quote lacks; None if all are there."""
    there = set(numbers_in(fold(quote).text)) | _spelled(quote)
    for text in measured(fact):
        if any(number not in there for number in numbers_in(fold(text).text)):
            return text
    return None


def admit(folded: Folded, facts: Iterable[F]) -> tuple[list[F], list[Rejected]]:
    """The facts that pass, each with its exact quote, offsets and id; and those that do not, with the reason.

    A fact that comes with offsets keeps its place if the quote stands there; otherwise the first place counts.
    Facts that are equal after that are one.
    """
    passed: dict[str, F] = {}
    refused: list[Rejected] = []
    for fact in facts:
        reason, placed = _check(folded, fact)
        if placed is None:
            refused.append(Rejected(quote=(fact.quote or "")[:300], reason=reason))
        else:
            passed.setdefault(placed.id, placed)
    return list(passed.values()), refused


def _check(folded: Folded, fact: F) -> tuple[str, F | None]:
    if not fact.quote or not fact.quote.strip():
        return "there is no quote", None
    wrong = _closed_words(fact)
    if wrong is not None:
        return wrong, None
    place = _place(folded, fact)
    if place is None:
        return "the quote does not stand in the document", None
    quote = folded.source[place[0] : place[1]]
    lacking = missing_number(fact, quote)
    if lacking is not None:
        return f"a number of {lacking!r} does not stand in the quote", None
    content = msgspec.structs.asdict(msgspec.structs.replace(fact, id="", quote=quote, start=place[0], end=place[1]))
    kind = type(fact).__name__
    return "", msgspec.structs.replace(
        fact, id=identify("read", kind, content), quote=quote, start=place[0], end=place[1]
    )


def _place(folded: Folded, fact: ReadFact) -> tuple[int, int] | None:
    assert fact.quote is not None
    if fact.start is not None and fact.end is not None and folded.source[fact.start : fact.end] == fact.quote:
        return fact.start, fact.end
    return find_quote(folded, fact.quote)
