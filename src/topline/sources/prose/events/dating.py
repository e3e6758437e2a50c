"""When an event was or will be: the date named near it, or that of the news."""

from __future__ import annotations

import datetime as dt
import re

from topline.sources.mentions.mention import Mention
from topline.sources.page import Page, Sentence
from topline.sources.prose.events.finding import Found
from topline.sources.prose.status import is_background

_NO_DATE_OF_ITS_OWN = re.compile(r"\b(?:into|through|until|since|runway|before|than)(?: the)?(?: end of)? ?$")
_OTHER_CLAUSE = re.compile(r"\b(?:after|since|following|when|where|signed in|announced in|first)\b")
_FAR_BEFORE, _FAR_AFTER = 110, 110
_FIRST_WORDS = 12
_JUST_BEFORE = dt.timedelta(days=10)
_DECIDED = {"trial_stopped", "deal_terminated", "layoff", "rights_returned"}
"""What is decided on the day on which it is announced, though it is still to be done."""
_NEWS = {*_DECIDED, "deal_signed", "deal_terms", "rejection", "financing"}
"""What a document tells as its news wherever it stands in it."""


def date_of(page: Page, found: Found, status: str) -> str | None:
    """The date of an event: named near the words that tell it, else that of the news itself.

    What has happened has no date to come. The lead of a story may leave the day to the next sentences.
    """
    sentence = found.sentence
    known = page.document.info.date
    start, end = sentence.start + found.start, sentence.start + found.end
    near = [
        d
        for d in page.of("date", sentence)
        if start - d.end < _FAR_BEFORE and d.start - end < _FAR_AFTER
        and not _OTHER_CLAUSE.search(page.folded.text, min(end, d.start), d.start)
        and not _NO_DATE_OF_ITS_OWN.search(page.folded.text[sentence.start : d.start][-24:])
        and not (status == "happened" and known is not None and d.name[:7] > known[:7])
    ]  # fmt: skip
    if near:
        exact = [d for d in near if len(d.name) > 4]
        return nearest(exact or near, start).name
    if found.rule.status == "background":
        return None
    if status == "happened" and (opening := _opening_date(page, sentence)) is not None:
        return opening
    if status not in {"happened", "denied"}:
        return known if status == "planned" and found.rule.type in _DECIDED else None
    if sentence.index <= lead_end(page):
        return _day_told_after(page, sentence) or known
    if found.rule.type not in _NEWS or is_background(sentence.text, found.start, found.end, None, known):
        return None
    return _day_told_after(page, sentence) or known


def _opening_date(page: Page, sentence: Sentence) -> str | None:
    """The past date that a sentence begins with: "In February, X and Y signed" dates all that it tells as done."""
    known = page.document.info.date
    for date in page.of("date", sentence)[:1]:
        if date.start - sentence.start < _FIRST_WORDS and known is not None and date.name[:7] <= known[:7]:
            return date.name
    return None


def _day_told_after(page: Page, sentence: Sentence) -> str | None:
    """A day just before the document's own, named in the two sentences after the lead ("on Friday")."""
    known = page.document.info.date
    if known is None or len(known) < 10:
        return None
    day = dt.date.fromisoformat(known)
    for other in page.sentences[sentence.index + 1 : sentence.index + 3]:
        for date in page.of("date", other):
            if len(date.name) == 10 and dt.timedelta(0) < day - dt.date.fromisoformat(date.name) <= _JUST_BEFORE:
                return date.name
    return None


def lead_end(page: Page) -> int:
    """The index of the last sentence that counts as the lead: the first two of the body."""
    body = [s.index for s in page.sentences if s.role == "body"]
    return body[min(2, len(body) - 1)] if body else 0


def nearest(mentions: list[Mention], at: int) -> Mention:
    """The mention whose beginning is nearest to a place."""
    return min(mentions, key=lambda m: abs(m.start - at))
