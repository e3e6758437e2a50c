"""What was measured: an endpoint of the word list, or the words around the number that name it."""

from __future__ import annotations

import re

from topline.sources.mentions.mention import Mention
from topline.sources.page import Page

_WORD = r"[A-Za-z][\w/()'.+-]*"
_NAMED = (
    re.compile(
        rf"\b(?:reduc(?:ed|es)|lower(?:ed|s)|improv(?:ed|es)|increas(?:ed|es)|slow(?:ed|s)|cut"
        rf"|decreas(?:ed|es)|extend(?:ed|s)|prolong(?:ed|s)|delay(?:ed|s)|raised) (?:the (?:risk"
        rf"|rate|annual rate|number|median|composite|annuali[sz]ed rate) of |mean |median "
        rf"|average )?(?P<name>(?:the )?(?!(?:by|in|at|with|to)\b){_WORD}(?: (?!(?:was|were|by|at"
        rf"|compared|versus|vs|from|with|for|after|over|on|to|among)\b){_WORD}){{0,7}})"
    ),
    re.compile(
        rf"\b(?:rates? of|reduction in|reductions in|change in|changes in|improvement in"
        rf"|improvements in|decrease in|increase in|risk of|decline in|difference in"
        rf"|efficacy against|slowing of|endpoint of|resolution of|incidence of"
        rf"|proportion of patients (?:with|achieving))"
        rf" (?P<name>(?:the |its )?{_WORD}(?: (?!(?:was|were|of \d|by|at|compared|versus|vs|from"
        rf"|with|in|than|for|after|over|on|and|to|among)\b){_WORD}){{0,6}})"
    ),
    re.compile(
        r"\b(?P<name>(?:[\w-]+ ){0,4}?(?:response rates?|survival(?: rate)?|remission(?: rate)?s?"
        r"|efficacy|weight loss|relapse rate|exacerbation rate|attack rate|bleeding rates?"
        r"|duration of response|time to [\w ]{3,30}?|quality of life|visual acuity|scores?|slope"
        r"|cure rate|clearance|freedom|mortality|progression|decline|control|response))\b"
    ),
)
_DID = re.compile(
    r"\b(?:patients|people|participants|those|adults|children|women|men|subjects|recipients|them"
    r"|individuals|of)\b[^,;()]{0,60}?\b(?P<name>(?:achieved|reached|hit|had|experienced|attained"
    r"|showed|met|maintained|completed|remained|were|became|responded|progressed|died|relapsed"
    r"|survived|gained|lost|saw|developed|reported)\b(?: [\w%/'+-]+){0,9})"
)
_LEADING = re.compile(
    r"^(?:the|an?|its|their|and|with|of|in|that|mean|showed|was|were|had|has|also|results?"
    r"|patients|participants|people|those|who|achieving|kg|greater|saw|\d\S*"
    r"|confirmed (?=median))\s+",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?P<name>(?:[A-Za-z][\w/()'+-]*)(?: (?:[\w/()'+-]+)){0,6}?) (?:was|were|had|fell|rose"
    r"|improved|decreased|increased|declined|dropped|averaged|occurred|did|differed|stood"
    r"|reached)\b"
)


def endpoint_of(page: Page, start: int, end: int, first: int, last: int) -> str | None:
    """The endpoint of the numbers at ``first:last`` in the sentence ``start:end``; None where the words name none."""
    text = page.folded.text
    known = page.within("endpoint", start, end)
    if known:
        nearest = min(known, key=lambda m: (_distance(m, first, last), m.start))
        return _timed(text, start, nearest)
    for pattern in _NAMED:
        matches = list(pattern.finditer(text, start, end))
        if matches:
            best = min(matches, key=lambda m: min(abs(m.start() - last), abs(first - m.end())))
            return _clean(best["name"])
    did = _DID.search(text, max(start, first - 10), end)
    if did:
        return _clean(did["name"])
    subject = _SUBJECT.search(text, start, end)
    return _clean(subject["name"]) if subject else None


def _distance(mention: Mention, first: int, last: int) -> int:
    """How far a mention stands from the numbers; one that stands before them is nearer than one after."""
    if mention.end <= first:
        return first - mention.end
    return 2 * (mention.start - last) + 20 if mention.start >= last else 0


def _timed(text: str, start: int, mention: Mention) -> str:
    """``12-month OS`` for an endpoint with a time before it."""
    ahead = text[max(start, mention.start - 30) : mention.start]
    grade = re.match(r"[ -]?\d{1,3}\b(?![%.,\d]| ?(?:to|of)\b)", text[mention.end : mention.end + 6])
    name = mention.name + (
        grade.group() if grade and not any(c.isdigit() for c in mention.name) and mention.name.isupper() else ""
    )
    time = re.search(
        r"(\d+[- ](?:month|year|week|day)|(?:median|confirmed|intracranial|complete|event-free|primary)) $", ahead
    )
    return f"{time.group(1)} {name}" if time else name


def _clean(name: str) -> str:
    before = ""
    while before != name:
        before, name = name, _LEADING.sub("", name).strip(" -,")
    return name[:90]
