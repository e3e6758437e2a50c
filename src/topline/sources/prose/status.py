"""How sure a statement is: happened, planned, expected, possible, denied or background.

The cues are those that stand in the same clause before the words that tell the event (negation, modality), and a few
after them ("is expected", "if approved"). After the idea of ConText (Harkema and others, J Biomed Inform 2009; 42:839).
"""

from __future__ import annotations

import datetime as dt
import re

_CLAUSE = re.compile(
    r"[;:]|\b(?:announc|report|disclos)\w+(?: today)?(?: that)?\b|,? (?:but|although|though|however"
    r"|whereas|which|who|while|after|following|before|because|since|given(?: that)?|as|that) |, and"
    r" (?:plans|intends|expects|will|has|have) "
)
_DENIED = re.compile(
    r"\b(?:did not|does not|do not|has not|have not|had not|is not|are not|was not|were not|will not"
    r"|would not|cannot|won't|didn't"
    r"|doesn't|hasn't|no longer|never|without|no (?:current )?(?:plans?|intentions?|intent|decision"
    r"|agreement|guarantee|assurance)"
    r"|not (?:yet|to|be|been|intend\w*|plan\w*|expect\w*|based)|denie[sd]|denying|rather than|instead of"
    r"|ruled out|declined to (?:comment|say)|no)\b",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(
    r"\b(?:could|(?-i:may)|might|possib\w+|potential(?:ly)?(?! (?:first|best)-in-)|if|unless|whether|consider(?:s|ing)?"
    r"|explor(?:e[sd]?|ing) (?:options|strategic)|in talks"
    r"|risks?(?: and uncertainties| that)?|uncertain\w*|speculat\w*|would|rumou?r\w*|reportedly|weighing"
    r"|eligible|eligibility|option to|can be"
    r"|(?:is|are|was|were) designed to|seeking to|hopes? to|chance|likelihood|likely to|unlikely)\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:plans? (?:to|for|on)|(?<!pre-)planned|planning to|intends?(?: to)?|intent(?:ion)? to|will(?! be able)|on"
    r" track (?:to|for)|aims? to|prepar\w+ (?:to|for|a|an|the)|set to"
    r"|agreed to|working towards?|expects? to|anticipates? (?:filing|submitting|making|initiating"
    r"|starting|to)|is to|are to|proceed(?:ing)? with"
    r"|look(?:s|ing)? forward to|poised to|scheduled to|commit\w* to|upcoming|slated"
    r"|targeting (?=[^,.;]{0,40}\b(?:submissions?|filing|launch|approval|readout|read-out|data|results"
    r"|completion|initiation|start|first|second|third|fourth|early|late|mid|Q\d|H\d|20\d\d)\b))\b",
    re.IGNORECASE,
)
_SAID_WOULD = re.compile(r"\b(?:said|says|added|announced|told)\b[^.;]{0,40}\bwould\b(?! (?:be|have|not))")
_EXPECTED = re.compile(
    r"\b(?:expected|anticipated|expects?|anticipates?|forecasts?|projects?|projected|estimates?|PDUFA"
    r"|target action date|goal date|decision date|due (?:by|in|on))\b"
)
_ASIDE = re.compile(r", (?:an?|the|our|which|who|whose|designed|targeting) [^,;]*(?=, )", re.IGNORECASE)
"""Words between commas about a name ("X, an antibody designed to block Y, met"): they tell nothing of the event."""
_AFTER = re.compile(
    r"^[^.;]{0,60}?\b(?:is|are|was) (?:now |currently |still )?(?P<word>expected|anticipated|planned"
    r"|scheduled|possible|unlikely|likely|under way to)\b"
)
_MAY_FOLLOW = re.compile(r"^[^.;]{0,50}\b(?:might|may|could) (?:follow|come|be|result|delay)\b")
_IF_APPROVED = re.compile(r"^[^.;]{0,40}\bif (?:approved|successful|confirmed)\b")
_BACKGROUND = re.compile(
    r"\b(?:had (?:previously |earlier |already )?\w+ed|previously|prior|earlier(?! this week| today)|last"
    r" year|years? ago|months? ago|first approved|already|historically|currently approved"
    r"|(?:is|are|was|were) (?:currently |also |already |first |now )?(?:the (?:first|only)[\w ,-]{0,40}"
    r" )?approved|since (?:19|20)\d\d|originally|formerly|in the past|has been approved)\b",
    re.IGNORECASE,
)
_OLD = dt.timedelta(days=31)


def status_of(sentence: str, start: int, end: int, default: str = "happened") -> str:
    """The status of what ``sentence[start:end]`` tells; ``default`` where no cue speaks."""
    clause_start = 0
    for match in _CLAUSE.finditer(sentence, 0, start):
        clause_start = match.end() if match.group().strip() != "that" else clause_start
    before, words, after = _ASIDE.sub("", sentence[clause_start:start]), sentence[start:end], sentence[end:]
    if _DENIED.search(before[-90:]):
        return "denied"
    if _SAID_WOULD.search(sentence[:end]) and "would" in sentence[max(0, start - 15) : end]:
        return "planned"
    if _POSSIBLE.search(before[-120:]) or _IF_APPROVED.search(after) or _MAY_FOLLOW.search(after):
        return "possible"
    if _PLANNED.search(before[-120:]) or _PLANNED.match(words):
        return "planned"
    if _EXPECTED.search(before[-120:]) or _EXPECTED.match(words):
        return "expected"
    later = _AFTER.search(after)
    if later is not None:
        return {"planned": "planned", "scheduled": "planned", "possible": "possible", "unlikely": "possible"}.get(
            later["word"], "expected"
        )
    return default


def is_background(sentence: str, start: int, end: int, date: str | None, document_date: str | None) -> bool:
    """Whether an event that happened is older news: by its date, or by the words around it."""
    if date is not None and document_date is not None and len(document_date) == 10:
        last = dt.date.fromisoformat(document_date) - _OLD
        if (
            date[:7] < last.isoformat()[:7]
            and "Q" not in date
            and "H" not in date
            and (len(date) > 4 or date < document_date[:4])
        ):
            return True
        if date[:7] == document_date[:7]:
            return False
    return _BACKGROUND.search(sentence[max(0, start - 60) : min(len(sentence), end + 20)]) is not None
