"""Where a page tells events: the rules tried on each sentence, and what can't be an event left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from topline.sources.page import Page, Sentence
from topline.sources.prose.events.rules import SAFETY_SIGNAL, WITH_EVENT, Rule, rules
from topline.sources.prose.status import status_of

_BESIDE = {
    "closing expected",
    "decision expected",
    "results expected",
    "trial start planned",
    "launch planned",
    "meeting with the regulator",
}
"""What may be told in the same words as another event."""
_OF_A_DRUG = {"approval", "rejection", "filing_planned", "filing_submitted", "safety_signal", "publication", "forecast"}
"""Events that a document without any drug does not tell."""
_NOT_APPROVED = re.compile(
    r"\bno [\w ,-]{0,60}approved|\bFDA-approved|not (?:yet )?(?:been )?approved|approved by (?:its|the) board"
    r"|Board of Directors"
)
_PATIENT_STOPPED = re.compile(r"\bdiscontinu\w+\b[^.;]{0,30}\b(?:due to|because of) (?:an? )?(?:adverse|AE)")
_QUARTERLY = re.compile(r"\b(?:financial results|quarter(?:ly)? results|full[- ]year results|earnings)\b")
_RESULTS = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|endpoints?|clinical|safety data|patients|readout"
    r"|(?:mixed|positive|negative|topline|top-line|disappointing|interim|encouraging) (?:data|results))\b"
)
_OFFER = re.compile(
    r"\bnot (?:currently )?planning\b|\bpartner(?:ing)? talks\b|\bshall not constitute\b"
    r"|\boffer to (?:sell|buy)\b|\bsolicitation of (?:an )?offer"
)
_POINTER = re.compile(
    r"(?:CATCH UP|READ|READ MORE|MORE|RELATED|SEE ALSO|ALSO READ|WATCH|LISTEN|DON'T MISS"
    r"|FROM THE ARCHIVE)\b ?:"
)
_RATE = re.compile(r"\d ?%")
_SIGNAL = Rule("safety_signal", re.compile(""))
_SIGNALS: tuple[tuple[re.Pattern[str], str | None], ...] = (
    *((pattern, None) for pattern in SAFETY_SIGNAL),
    (WITH_EVENT, "adverse event"),
)


@dataclass(frozen=True)
class Found:
    """An event told at ``start:end`` of a sentence."""

    rule: Rule
    sentence: Sentence
    start: int
    end: int


def blotted(text: str) -> str:
    """A sentence without the full stops inside it, as long as before."""
    return text[:-1].replace(".", "·") + text[-1:]


def find_events(page: Page) -> Iterator[Found]:
    """The places of a page where a rule speaks. What a bank or a research house says is no event."""
    for sentence in page.sentences:
        if sentence.role != "boilerplate" and not sentence.text.endswith("?") and not _POINTER.match(sentence.text):
            yield from _in_sentence(page, sentence)
            signal = _safety_signal(page, sentence)
            if signal is not None:
                yield signal


def _in_sentence(page: Page, sentence: Sentence) -> Iterator[Found]:
    text = blotted(sentence.text)
    houses = page.of("broker", sentence)
    told_by = houses[0].start - sentence.start if houses else len(text)
    taken: set[str] = set()
    spans: list[tuple[int, int]] = []
    for rule in rules():
        if rule.type in taken and rule.type != "other":
            continue
        if rule.detail == "designation" and re.search(r"\bapproved\b", text):
            continue  # how the application had been reviewed
        if rule.type == "trial_stopped" and "other" in taken and re.search(r"\b(?:resum|lift)", text):
            continue
        if rule.type in {"trial_stopped", "deal_signed"} and "deal_terminated" in taken:
            continue
        match = rule.pattern.search(text)
        if match is None or match.start() > told_by or not _plausible(page, sentence, rule, text):
            continue
        if rule.type in {"other", "readout"} and rule.detail not in _BESIDE and _overlaps(match.span(), spans):
            continue
        taken.add(rule.type)
        spans.append(match.span())
        yield Found(rule, sentence, match.start(), match.end())


def _overlaps(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in spans)


def _plausible(page: Page, sentence: Sentence, rule: Rule, text: str) -> bool:
    """Whether a sentence can tell an event of the rule's type at all."""
    if _OFFER.search(text):
        return False
    if sentence.speech and rule.type not in {"other", "filing_planned"}:
        return False
    if rule.type in _OF_A_DRUG and page.subject.drug is None and not page.of("drug", sentence):
        return False
    if rule.type == "readout":
        names_trial = bool(page.of("trial", sentence) or page.of("phase", sentence))
        return not _QUARTERLY.search(text) and (names_trial or _RESULTS.search(text) is not None)
    if rule.type == "approval":
        return _NOT_APPROVED.search(text) is None
    return rule.type != "trial_stopped" or _PATIENT_STOPPED.search(text) is None


def _safety_signal(page: Page, sentence: Sentence) -> Found | None:
    if sentence.role == "headline" or (page.subject.drug is None and not page.of("drug", sentence)):
        return None
    text = blotted(sentence.text)
    for pattern, kind in _SIGNALS:
        match = pattern.search(text)
        if match is None:
            continue
        if kind is None and _RATE.search(sentence.text):
            continue  # a count among rates, not a case that stands for itself
        at = sentence.start + match.start()
        if kind is not None and not page.within(kind, at, sentence.start + match.end() + 60):
            continue
        if status_of(text, match.start(), match.end()) == "happened" and not re.search(
            r"\b[Nn]o\b", text[: match.start()]
        ):
            return Found(_SIGNAL, sentence, match.start(), match.end())
    return None
