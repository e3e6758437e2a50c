"""How many took part."""

from __future__ import annotations

import re

from topline.sources.prose.readouts.statistics import NUMBER

_HOW = r"(?:(?:more than|over|approximately|about|nearly|almost|around|a total of|some|up to) )?"
_WORDS = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen"
    r"|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six"
    r"|seven|eight|nine))?)"
)
_WHO = (
    r"(?:[\w'-]+,? ){0,7}?(?:patients?|participants|people|adults|subjects|adolescents|children"
    r"|infants|women|men|volunteers|individuals|adolescents|eyes|boys|girls)(?:\b|(?=(?:in|across|from|at"
    r"|who|with) ))"
)
_N = rf"(?P<n>{_HOW}(?:(?<![\w.$€]){NUMBER}|\b(?i:{_WORDS})))"
_ENROLLED = re.compile(
    rf"\b(?:enroll?ed|randomi[sz]ed|included|recruited|involv(?:ed|ing)|enroll?ing|comprised"
    rf"|treated|dosed|evaluated) (?:a total of )?{_N} (?!(?:trials?|studies|sites|countries|weeks"
    rf"|months|mg)\b){_WHO}"
)
_TOOK_PART = re.compile(rf"{_N} {_WHO} who (?:participated|took part|were (?:enrolled|randomi[sz]ed|treated))\b")
_TESTED = re.compile(
    rf"\b(?:trial|study)\b[^.;]{{0,50}}?\b(?:tested|evaluated|compared|assessed|studied|examined"
    rf"|investigated)\b[^.;]{{0,80}}?"
    rf"\b(?:in|among|across) {_N} {_WHO}"
)
_PASSIVE = re.compile(
    rf"{_N} {_WHO}[^.;]{{0,60}}?\b(?:were|was|have been|had been) (?:enroll?ed|randomi[sz]ed|recruited"
    rf"|treated|dosed)\b"
)
_SIZED = re.compile(r"(?<![\w.])(?P<n>\d{1,3}(?:,\d{3})+|\d+)-(?:patient|participant|subject|person)\b")
_AMONG = re.compile(
    rf"\b(?:trials?|study|studies|[A-Z][A-Z0-9-]{{3,}}|analysis|arm|cohort|of|mg|among|in"
    rf"|from)(?:,[^.;]{{0,80}}?,)? (?:in|of|with|among|involving|from) {_N} {_WHO}"
)
_BARE = re.compile(
    rf"\b(?:trials?|study|studies)\b[^.;]{{0,160}}?\b(?:in|of|with|among|involving"
    rf"|enrolling) (?P<n>\d[\d,]{{1,6}}) {_WHO}"
)
_IN = re.compile(
    rf"(?<!one )(?<!two )(?<!three )(?<!four )(?<!out )(?<!\d )\b(?:in|among|of"
    rf"|across) (?P<n>(?:\d{{1,3}}(?:,\d{{3}})+|\d{{2,5}}|{_WORDS})) (?!(?:trials?"
    rf"|studies|sites|countries|weeks|months|mg|of)\b){_WHO}"
)


def size_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of the number of patients that a sentence on a result names besides, or None."""
    for pattern in (_SIZED, _BARE, _AMONG, _IN):
        match = pattern.search(text, start, end)
        if match:
            return match.span("n")
    return None


def enrolled_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The span of a number of patients who were enrolled, included or randomised; None for plans."""
    words = text[start:end]
    for pattern, sign in ((_ENROLLED, " "), (_PASSIVE, "ed"), (_TESTED, "ed "), (_TOOK_PART, " who ")):
        match = pattern.search(text, start, end) if sign in words else None
        if match and " have been " in match.group() and not re.search(r"\b(?:trial|study)\b", words):
            continue
        if match and not re.search(
            r"\b(?:will|plans?|expects?|expected|aims?|intends?|to be|would|(?:is|are) (?:being|designed"
            r"|expected|enroll\w*|recruit\w*|to)|currently"
            r"|designed to|target\w*|could|up to|million|estimated)\b",
            text[max(start, match.start() - 45) : match.end()],
        ):
            return match.span("n")
    return None
