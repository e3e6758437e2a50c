"""Who takes part in an event, in what role."""

from __future__ import annotations

import re
from collections import Counter

from topline.records import Party
from topline.sources.mentions.mention import Mention
from topline.sources.page import Page, Sentence

_ACTOR = {
    "deal_terminated": "terminating party",
    "rights_returned": "returns rights",
    "deal_signed": "party",
    "deal_terms": "party",
    "payment": "party",
    "readout": "sponsor",
    "publication": "sponsor",
    "trial_started": "sponsor",
    "trial_stopped": "sponsor",
    "safety_signal": "sponsor",
    "filing_planned": "applicant",
    "filing_submitted": "applicant",
    "approval": "applicant",
    "rejection": "applicant",
    "layoff": "company",
    "financing": "company",
    "forecast": "company",
}
_OTHER = {
    "deal_terminated": "partner",
    "rights_returned": "receives rights",
    "deal_signed": "party",
    "deal_terms": "party",
}
_TOGETHER = re.compile(r"\b(?:[Tt]he|[Bb]oth) (?:two )?(?:companies|partners)\b")
_WITH_REGULATOR = {"filing_planned", "filing_submitted", "approval", "rejection", "trial_stopped", "other"}


def parties_of(page: Page, sentence: Sentence, type_: str, at: int) -> tuple[Party, ...]:
    """The companies and agencies of an event told at a place of a sentence, the acting one first.

    A sentence without a company speaks of the last one named before it, or of the document's.
    """
    companies = _distinct(page.of("company", sentence))
    before = [c for c in companies if c.start < at]
    names = [c.name for c in (*before[:1], *companies)]
    names = list(dict.fromkeys(names))
    if not names and _TOGETHER.search(sentence.text):
        met = Counter(m.name for m in page.mentions["company"] if m.start < sentence.start)
        names = [name for name, _ in met.most_common(2)]
    if not names:
        last = page.before("company", sentence.start)
        name = last.name if last is not None else page.subject.company
        names = [name] if name is not None else []
    role, other = _ACTOR.get(type_, "company"), _OTHER.get(type_, "partner")
    parties = [Party(name=name, role=role if i == 0 else other) for i, name in enumerate(names[:4])]
    if type_ in _WITH_REGULATOR:
        parties += [Party(name=m.name, role="regulator") for m in _distinct(page.of("regulator", sentence))[:2]]
    return tuple(parties)


def _distinct(mentions: list[Mention]) -> list[Mention]:
    seen: dict[str, Mention] = {}
    for mention in mentions:
        seen.setdefault(mention.name, mention)
    return list(seen.values())
