"""Whether the measured strings of a proposal mean in its quote what the proposal says: words, units, signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from topline.records import ArmValue, ReadEvent, ReadFact, Readout, SafetyStatement
from topline.sources.gate import measured, numbers_in
from topline.sources.language_model.said import TOKEN, Said, flat

_COUNTED = frozenset(
    ["n", "count", "counts", "patients", "people", "participants", "subjects", "events", "cases", "of"]
)
"""Units that a document need not spell out: it counts."""

_PERCENT = re.compile(r"%|\bper ?cent", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?\s?")
_SIGNED = re.compile(
    r"(?P<below><=?|≤|less than|below|under|lower than|smaller than|at most)?"
    r"(?P<above>>=?|≥|greater than|above|more than|higher than|at least)?\s*=?\s*(?P<figure>\d*\.?\d+)"
)


def wrong_measure(fact: ReadFact, quote: Said, document: Said) -> str | None:
    """What is wrong with a value, a unit, a sign or a sum of the fact; None if nothing is."""
    for text in measured(fact):
        if not any(True for _ in numbers_in(flat(text))) and not quote.has(text):
            return f"{text!r} does not stand in the quote"
        if not quote.has_words(text):
            return f"the words of {text!r} do not stand in the quote"
    if isinstance(fact, ReadEvent):
        for amount in fact.amounts:
            if flat(amount.text) not in quote.text:
                return f"the sum {amount.text!r} does not stand in the quote"
            if amount.purpose and not document.has_numbers(amount.purpose):
                return f"a number of {amount.purpose!r} does not stand in the document"
    if isinstance(fact, Readout):
        wrong = _wrong_effect(fact, quote, document)
        if wrong:
            return wrong
    wrongs = (_wrong_unit(value.value, value.unit, quote, document) for value in arm_values(fact))
    return next((wrong for wrong in wrongs if wrong), None)


def arm_values(fact: ReadFact) -> tuple[ArmValue, ...]:
    """The numbers by arm that a fact has."""
    if isinstance(fact, Readout):
        return fact.values
    return fact.arms if isinstance(fact, SafetyStatement) else ()


def _wrong_effect(fact: Readout, quote: Said, document: Said) -> str | None:
    if fact.p and not set(_sides(flat(fact.p))) <= set(_sides(quote.text)):
        return f"the sign of p {fact.p!r} is not that of the quote"
    effect = fact.effect
    if not quote.has_numbers(effect.get("level", "")):
        return f"the level {effect['level']!r} does not stand in the quote"
    measure = effect.get("measure", "")
    if not document.has_words(measure) or not document.has_numbers(measure):
        return f"the measure {measure!r} is not in the words of the document"
    values = [effect[key] for key in ("value", "lower", "upper") if key in effect]
    wrongs = (_wrong_unit(value, effect.get("unit", ""), quote, document) for value in values)
    return next((wrong for wrong in wrongs if wrong), None)


def _wrong_unit(value: str, unit: str, quote: Said, document: Said) -> str | None:
    if _PERCENT.search(unit) or _PERCENT.search(value):
        if not _PERCENT.search(quote.text):
            return f"the quote gives no percentage for {value!r}"
    elif unit:
        numbers = set(numbers_in(flat(value)))
        percent = [
            _PERCENT.match(quote.text, match.end()) is not None
            for match in _FIGURE.finditer(quote.text)
            if float(match.group().replace(",", "")) in numbers
        ]
        if percent and all(percent):
            return f"{value!r} is a percentage in the quote, not {unit!r}"
    words = [match.group() for match in TOKEN.finditer(flat(_PERCENT.sub(" ", unit)))]
    if not all(word in _COUNTED or word == "age" or document.has_word(word) for word in words):
        return f"the unit {unit!r} is not in the words of the document"
    return None


def _sides(text: str) -> Iterator[tuple[str, float]]:
    """Each number of a text with the side on which it leaves what it bounds."""
    for match in _SIGNED.finditer(text):
        yield "below" if match["below"] else "above" if match["above"] else "equal", float(match["figure"])
