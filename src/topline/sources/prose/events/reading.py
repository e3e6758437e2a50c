"""The events of a page: what the rules find, each once, with its drug, date, status, parties and amounts."""

from __future__ import annotations

import re

from topline.records import ReadEvent
from topline.sources.mentions.mention import Mention
from topline.sources.mentions.money import find_amounts
from topline.sources.page import Page
from topline.sources.prose.events.dating import date_of, nearest
from topline.sources.prose.events.finding import Found, find_events
from topline.sources.prose.events.merging import told_once
from topline.sources.prose.events.naming import drug_in, drug_of
from topline.sources.prose.events.parties import parties_of
from topline.sources.prose.status import is_background, status_of

_REASON = re.compile(
    r"\b(?:due to|because of|based on|as a result of|citing|owing to|on the basis of|is"
    r" the result of|was driven by|driven by"
    r"|in order to|to (?:reduce|extend|conserve|focus|preserve|save)) (?P<reason>[^.;\"]{8,160})"
)
_TOLD_NEXT = re.compile(
    r"\b(?:[Tt]he|[Tt]his|[Ii]ts?) (?:termination|decision|move|discontinuation|halt"
    r"|letter|agency|action|news|cuts?|company|FDA)\b"
    r"[^.;]{0,60}?\b(?:is|was|were)? ?(?:the result of|based on|due to|driven by|cited"
    r"|cites|follow(?:s|ed)|stems from|reflects"
    r"|made after|because of) (?P<reason>[^.;\"]{8,160})"
)
_WITH_REASON = {"deal_terminated", "rights_returned", "trial_stopped", "rejection", "layoff"}
_ONLY_EXPECTED = {"results expected", "decision expected", "closing expected"}
"""What is in others' hands, or in the data's, however firmly it is planned."""
_SUPPORTING = re.compile(
    r"\b(?:application|NDA|BLA|MAA|approval|submission|filing|designation|decision)\b[^.;]{0,40}"
    r"\b(?:(?:is|was|were|are) (?:supported by|based on)|rests on|follows|includes)\b"
)
_IN_PASSING = re.compile(r"\b(?:whose|which)\b")
_NEWS_FOLLOWS = re.compile(r"\b(?:today announced|announced today|today reported)\b")
_NOT_DONE = {
    "rejection": "other",
    "approval": "other",
    "trial_started": "other",
    "filing_submitted": "filing_planned",
    "payment": "deal_terms",
}
"""What an event that is not done yet counts as: these types name what has been done."""


def read_events(page: Page) -> list[ReadEvent]:
    """The events that a page tells, each once, in the order of the text."""
    return told_once((_event(page, found), found) for found in find_events(page))


def _event(page: Page, found: Found) -> ReadEvent:
    sentence, rule = found.sentence, found.rule
    at = sentence.start + found.start
    quote, start, end = page.place(sentence.start, sentence.end)
    status, date = _status_and_date(page, found)
    type_, detail = rule.type, rule.detail
    if detail in _ONLY_EXPECTED and status == "planned":
        status = "expected"
    if type_ == "readout" and status in {"planned", "expected", "possible"}:
        type_, detail, status = "other", "results expected", "expected"
    if type_ in _NOT_DONE and status in {"planned", "expected", "possible"}:
        type_, detail = _NOT_DONE[type_], f"{type_.replace('_', ' ')}, {status}"
    phases = page.of("phase", sentence)
    indications = page.of("indication", sentence)
    targets = page.of("target", sentence)
    drug = drug_in(page, sentence, at) if rule.without_drug else drug_of(page, sentence, at)
    return ReadEvent(
        id="",
        quote=quote,
        start=start,
        end=end,
        type=type_,
        status=status,
        date=date,
        parties=parties_of(page, sentence, rule.type, at),
        drug=drug,
        target=targets[0].name if targets else (page.subject.target if drug == page.subject.drug else None),
        indication=indications[0].text if indications else (page.subject.indication if drug is not None else None),
        phase=nearest(phases, at).name if phases else None,
        trial="; ".join(dict.fromkeys(m.name for m in _trials(page, found))) or None,
        reason=_reason(page, found) if rule.type in _WITH_REASON else None,
        amounts=tuple(amount for _, _, amount in find_amounts(sentence.text)),
        detail=detail,
    )


def _status_and_date(page: Page, found: Found) -> tuple[str, str | None]:
    text, rule = found.sentence.text, found.rule
    status = rule.status
    if status != "background":
        status = status_of(text, found.start, found.end, rule.status)
    if rule.type == "readout" and status == "denied":
        status = "happened"  # an endpoint that was not met is a result as well
    if rule.type == "readout" and status == "happened" and _SUPPORTING.search(text[: found.end]):
        status = "background"  # results that an application rests on are not what is announced
    if status == "happened" and _IN_PASSING.search(text[: found.start]) and _NEWS_FOLLOWS.search(text[found.end :]):
        status = "background"  # "whose drug met its endpoint, today announced ..." is not what is announced
    date = date_of(page, found, status)
    if status == "happened" and is_background(text, found.start, found.end, date, page.document.info.date):
        status = "background"
    return status, date


def _trials(page: Page, found: Found) -> list[Mention]:
    """The trials named in the sentence; "this trial" of a result is the one named before."""
    trials = page.of("trial", found.sentence)
    if not trials and found.rule.type == "readout" and found.sentence.role == "body":
        last = page.before("trial", found.sentence.start)
        return [] if last is None else [last]
    return trials


def _reason(page: Page, found: Found) -> str | None:
    """The reason as stated, in the sentence or in one of the next two."""
    match = _REASON.search(found.sentence.text, max(0, found.end - 10))
    for sentence in page.sentences[found.sentence.index + 1 : found.sentence.index + 3]:
        match = match or _TOLD_NEXT.search(sentence.text)
    return match["reason"].strip(" ,") if match else None
