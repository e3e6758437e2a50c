"""What a model's proposal must stand besides the gate: names, words, units, signs and dates of the document.

The gate sees to quotes and measured numbers. A model can still put a true quote under a wrong name, turn ``<`` into
``>``, months into percent, or repeat what a document says to its reader as if it were news.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from topline.records import ReadEvent, ReadFact, Readout
from topline.sources.language_model.days import is_derivable
from topline.sources.language_model.measures import arm_values, wrong_measure
from topline.sources.language_model.prompt import OUTCOMES
from topline.sources.language_model.said import TOKEN, Said, flat
from topline.sources.text.folding import fold

_ARM_WORDS = frozenset(
    ["active", "all", "arm", "both", "combined", "comparator", "control", "dose", "drug", "group", "high", "low",
     "overall", "patients", "placebo", "pooled", "total", "treated", "treatment", "untreated", "vehicle", "versus",
     "vs"]
)  # fmt: skip
"""Words of an arm's label that a document need not have."""

_OWN_WORDS = frozenset(
    ["adverse", "analyst", "company", "endpoint", "event", "events", "executive", "fewer", "findings", "higher",
     "investigator", "lower", "more", "none", "patients", "primary", "regulator", "safety", "secondary", "signal",
     "signals", "similar", "than", "treatment", "trial", "with"]
)  # fmt: skip
"""Words of a description that a document need not have."""

_NAMES = ("drug", "target", "trial", "who")
_TEXT = ("endpoint", "indication", "population", "event")
_DESCRIPTIONS = ("reason", "detail", "about", "direction")

_PARTS = re.compile(r"\s*(?:[();,/]|\band\b|&|\+)\s*")
_ROLE = re.compile(r"[A-Za-z][A-Za-z /,;-]{0,39}")
_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")
_PHASE = re.compile(r"\bphase[\s-]*(?P<which>(?:iv|i{1,3}|[1-4])[ab]?(?:\s*[/-]\s*(?:iv|i{1,3}|[1-4])[ab]?)?)(?!\w)")
_ROMAN = re.compile(r"iv|i{1,3}")
_TO_THE_READER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:instructions?|prompts?|schema)\b"
    r"|\b(?:ignore|disregard|forget) (?:all |everything |anything )?(?:of )?(?:the )?(?:above|previous|prior|earlier)\b"
    r"|\b(?:system|developer) (?:prompt|message)\b|\b(?:new|updated) instructions?\s*:"
    r"|\byou are (?:now )?(?:an?|the) (?:\w+ ){0,3}(?:assistant|language model|ai|bot)\b"
    r"|\b(?:as an|dear) (?:ai|assistant|language model|llm)\b"
    r"|^\s*(?:system|assistant|user|human)\s*:|\"?role\"?\s*:\s*\"?(?:system|assistant|user|tool)\b"
    r"|\"(?:events|readouts|safety|opinions|quote|tool_calls|arguments)\"\s*:"
    r"|<\|?/?(?:im_start|im_end|system|assistant|user|tool|document|instructions?|begin|end|start_of_turn)|\[/?inst\]",
    re.IGNORECASE | re.MULTILINE,
)
_AROUND = 240
"""Characters before and after a quote, within its line, in which a call to the reader spoils it."""


def revised(fact: ReadFact, place: tuple[int, int], source: str, document: Said, printed: str | None) -> ReadFact | str:
    """The fact without what only the model says of it, or the reason why it can't stand.

    Left out are: a bracket behind a name, a timepoint and a description that the document, or the quote, does not bear
    out. Whatever else it does not bear out costs the fact.

    ``place`` is where in ``source``, the document's text, its quote stands; ``printed`` is the document's date.
    """
    quote = Said.of(source[place[0] : place[1]])
    if len(TOKEN.findall(quote.text)) < 3:
        return "the quote is shorter than 3 words"
    if speaks_to_the_reader(source, place):
        return "the passage speaks to its reader, it reports nothing"
    fact = _without_own_words(fact, quote, document)
    reason = _wrong_name(fact, document) or _wrong_words(fact, document) or wrong_measure(fact, quote, document)
    if not reason and isinstance(fact, ReadEvent) and fact.date and not is_derivable(fact.date, document.text, printed):
        reason = f"the date {fact.date!r} can't be had from the document"
    return reason or fact


def speaks_to_the_reader(source: str, place: tuple[int, int]) -> bool:
    """Whether the quote, or its line near it, gives orders to whoever reads it, or mimics a chat or an answer."""
    start = max(source.rfind("\n", 0, place[0]) + 1, place[0] - _AROUND)
    stop = source.find("\n", place[1])
    stop = min(len(source) if stop < 0 else stop, place[1] + _AROUND)
    return _TO_THE_READER.search(fold(source[start:stop]).text) is not None


def _wrong_name(fact: ReadFact, document: Said) -> str | None:
    for field in _NAMES:
        name = getattr(fact, field, None)
        if name and not _is_named(name, document):
            return f"the {field} {name!r} is not named in the document"
    if isinstance(fact, ReadEvent):
        for party in fact.parties:
            if not _is_named(party.name, document):
                return f"the party {party.name!r} is not named in the document"
            if not _ROLE.fullmatch(party.role):
                return f"{party.role!r} is not a role"
    labels = [value.arm for value in arm_values(fact)]
    if isinstance(fact, Readout):
        labels += [label for label in (fact.comparator, fact.effect.get("versus")) if label]
    for label in labels:
        if not _is_named(label, document) and not _is_arm(label, document):
            return f"the arm {label!r} is not named in the document"
    return None


def _is_named(name: str, document: Said) -> bool:
    """Whether the name, or each of the names in it, stands in the document."""
    parts = [part for part in _PARTS.split(fold(name).text) if part]
    return document.has(name) or (len(parts) > 1 and all(map(document.has, parts)))


def _is_arm(label: str, document: Said) -> bool:
    """Whether each word of the label stands in the document or is one that arms are called by anywhere."""
    words = TOKEN.findall(flat(label))
    return bool(words) and all(word in _ARM_WORDS or word in document.words for word in words)


def _wrong_words(fact: ReadFact, document: Said) -> str | None:
    for field in _TEXT:
        text = getattr(fact, field, None) or ""
        if not document.has_numbers(text):
            return f"a number of the {field} {text!r} does not stand in the document"
        if not document.has_words(text, _OWN_WORDS):
            return f"the {field} {text!r} is not in the words of the document"
    phase = getattr(fact, "phase", None)
    if phase:
        named = _phases(phase if "phase" in phase.casefold() else f"phase {phase}")
        if not named or not named <= _phases(document.text):
            return f"the phase {phase!r} is not named in the document"
    if isinstance(fact, Readout) and fact.outcome and fact.outcome not in OUTCOMES:
        return f"{fact.outcome!r} is no outcome of a trial"
    return None


@lru_cache(maxsize=64)
def _phases(text: str) -> frozenset[str]:
    """The phases that a text names, in Arabic figures without blanks: ``2b/3``."""
    which = (re.sub(r"\s", "", match["which"]).replace("-", "/") for match in _PHASE.finditer(flat(text)))
    return frozenset(_ROMAN.sub(lambda m: "4" if m.group() == "iv" else str(len(m.group())), p) for p in which)


def _without_own_words(fact: ReadFact, quote: Said, document: Said) -> ReadFact:
    """The fact as far as the document says it, where a field less does not turn its meaning."""
    found: dict[str, str | None] = {}
    for field in _NAMES:
        name = getattr(fact, field, None)
        if name and not _is_named(name, document):
            found[field] = _BRACKET.sub("", name)  # "Mara Lund (investigator)"
    for field in _DESCRIPTIONS:
        text = getattr(fact, field, None)
        if text and not (document.has_words(text, _OWN_WORDS) and document.has_numbers(text)):
            found[field] = None
    if isinstance(fact, Readout) and fact.timepoint and not quote.has_numbers(fact.timepoint):
        found["timepoint"] = None
    return msgspec.structs.replace(fact, **found) if found else fact
