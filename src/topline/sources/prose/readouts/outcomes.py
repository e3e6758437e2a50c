"""Endpoints that were met, missed, or came out without significance, where no number says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GOAL = r"(?:end ?-?points?|goals?|objectives?|outcomes?|criteria|measures?|aims?|bar)"
_FILL = r"(?:[\w'/,()-]+ ){0,9}?"
_ENDPOINT = (
    rf"(?:(?:its|the|all|both|their|a|any|either|of|pre-?specified|predefined|dual|two|three|main|key"
    rf"|trial's|study's|one|co-) ?){{0,5}}{_FILL}(?:primary|secondary|main|key|coprimary|co-primary"
    rf"|efficacy|clinical|prespecified|pre-specified|dual|ranked)[\w,/ -]{{0,60}}?{_GOAL}"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (outcome, re.compile(pattern, re.IGNORECASE))
    for outcome, pattern in (
        (
            "futility",
            (
                r"\b(?:met|crossed|meet|reached|hit|satisfied)\b[^.;]{0,40}\bfutility\b"
                r"|\bstopped (?:early )?(?:for|due to|because of) futility|\b(?:for|due to|because of"
                r"|declared|on) futility\b|\b(?:was|were|is|be) futile\b|\bunlikely to (?:meet|achieve"
                r"|reach|show)\b"
            ),
        ),
        (
            "not met",
            (
                rf"\b(?:did not|didn't|failed to|fails to|does not|has not|not|unable to|fell short of"
                rf"|falls? short of|without) (?:statistically |significantly "
                rf"|successfully )?(?:meet(?:ing)?|achiev(?:e|ing)|reach|hit|satisfy"
                rf"|hitting)?\s?{_ENDPOINT}"
            ),
        ),
        ("not met", rf"\bmiss(?:ed|es|ing)\b {_FILL}{_GOAL}|\bmissed {_FILL}(?:mark|margin)|\bmissing the margin"),
        (
            "not met",
            (
                rf"\b{_GOAL}\b[^.;:]{{0,60}}?\b(?:was|were) (?:also )?(?:not (?:met|achieved"
                rf"|reached|hit|satisfied)|missed)\b(?! (?:statistic|signific))|\b{_GOAL} (?:that|which) (?:was"
                rf"|were) not met|\b(?:superiority|non-?inferiority) was not (?:shown|demonstrated|established|met)"
            ),
        ),
        (
            "not significant",
            (
                r"\b(?:did not|not|failed to|without|never|neither)\b[^.;]{0,30}(?:reach(?:ed|ing)?"
                r"|meet|met|achiev\w+|attain\w*|show)\b[^.;]{0,12}statistical(?:ly)? signific\w+"
                r"|\b(?:was|were|is|are|but|and) (?:also )?not (?:statistically "
                r"|nominally )?signific\w+|\bno (?:statistically )?signific\w+ (?:difference"
                r"|improvement|effect|benefit|reduction|change)"
                r"|\bnot (?:statistically )?significantly (?:different|better|higher|lower|greater)"
                r"|\bnot statistically (?:different"
                r"|signific\w+)|\bdid not differ (?:statistically |significantly )?"
                r"|\bnon-? ?(?:statistically )?signific\w+|\bnonsignific\w+"
                r"|\b(?:did not|didn't|failed to|failing to|not|without|never) (?:quite )?(?:reach\w*"
                r"|achiev\w*|attain\w*|meet|show)"
                r" (?:formal |nominal )?(?:statistical )?signific\w+|\b(?:short of|missed|missing|lack(?:ed"
                r"|ing)|lost) (?:formal )?(?:statistical )?signific\w+"
                r"|\bstatistical signific\w+ (?:was|were) not (?:reached|achieved|met|shown|attained)"
                r"|\b[Pp] ?= ?(?:NS|n\.s\.)"
                r"|\bnumerical(?:ly)? (?:greater|higher|lower|better|fewer|longer|improv\w+|reduc\w+|trend"
                r"|advantage|difference|decreas\w+)"
                r"|\bnot statistically signific|\b(?:showed|saw|found|was|were"
                r"|there was) no (?:clear )?(?:separation|difference)\b"
                r"|\bnumerical(?:ly)?\b[^.;]{0,80}\bbut\b[^.;]{0,30}\bnot\b"
            ),
        ),
        (
            "not met",
            (
                r"\b(?:did not|didn't|failed to|fails to) (?:statistically "
                r"|significantly )?(?:demonstrate|show|result in|improve|slow|reduce|lower|extend"
                r"|prolong|beat|outperform|delay|produce|lead to|separate from|help|prevent|provide"
                r"|differ|have)\b(?! (?:any )?(?:new|safety|unexpected))[^.;]{0,30}?(?:improve\w*"
                r"|differen\w+|benefit|reduction|impact|effect|superior\w*|decline|survival|efficacy"
                r"|progression|symptoms|scores?|placebo|signific\w+|events?|rates?|outcomes?|disease"
                r"|activity)"
            ),
        ),
        ("inferior", r"\b(?:was|were|proved|proven) inferior to\b"),
        (
            "met",
            (
                rf"\b(?:met|meets|achieved|achieves|achieving|hit|hits|hitting|reached|meeting"
                rf"|satisfied|succeeded (?:in|on)) {_ENDPOINT}"
            ),
        ),
        (
            "met",
            (
                rf"\b{_GOAL}\b[^.;:]{{0,80}}?\b(?:was|were|been) (?:also |both |all |successfully "
                rf"|each )?(?:met|achieved|reached|hit)\b"
            ),
        ),
        (
            "met",
            (
                r"\b(?:demonstrat|show|achiev|provid|produc|met|reach|result|deliver|led"
                r"|lead)\w*(?: (?:in|to|with))? (?:an? |the )?(?:\w+[, -]+){0,4}?(?:statistically"
                r"|highly) (?:significant|superior)|\bstatistically significant(?:ly)? (?:and"
                r" clinically meaningful(?:ly)? )?(?:improve|reduc|prolong|extend|slow|lower|great"
                r"|benefit|better|superior|increase|decrease|difference|higher|delay)"
            ),
        ),
        (
            "met",
            (
                r"\b(?:was|were|is) (?:statistically )?(?:non-?inferior|superior) to\b"
                r"|\b(?:demonstrated|showed|achieved|met|established"
                r"|confirmed) (?:statistical )?(?:non-?inferiority|superiority)\b"
                r"|\bstatistical significance over\b"
                r"|\b(?:superiority|non-?inferiority) was (?:also )?(?:shown|demonstrated|established|met"
                r"|confirmed)\b"
            ),
        ),
        (
            "met",
            (
                r"\bsignificantly (?:improved|reduced|prolonged|extended|slowed|lowered|delayed"
                r"|increased|outperformed|decreased|cut)\b"
            ),
        ),
    )
)
_UNSURE = re.compile(
    r"\b(?:if|whether|would|could|may|might|will|should|expected? to|hopes?|aims?|designed to"
    r"|unless|in the event|to be met|powered|potential(?:ly)?|likely to|intends?|plans? to|not yet"
    r"|prior to|had to|needed to|interim futility analysis|futility analysis (?:is|will|plan)"
    r"|passed|no evidence of|(?<!-)risk)\b",
    re.IGNORECASE,
)
_KNOWN_BEFORE = re.compile(r"\bwhose\b")
_NEWS = re.compile(r", (?:today )?(?:announced|reported|said)\b")
_PASSED = re.compile(
    r"\b(?:not|never|without|no) (?:[\w-]+ ){0,3}(?:futility|futile)"
    r"|\bfutility analysis\b(?![^.;]{0,60}(?:stop|met|recommend\w* (?:stop|discont|termin)))",
    re.IGNORECASE,
)


_HINT = re.compile(
    r"end ?-?point|goal|objective|outcome|criteria|measure|signific|numerical|futil|inferior|superior"
    r"|did not|didn't|does not|fail|miss|differ|unlikely",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Outcome:
    """How a trial came out, and where the words stand."""

    outcome: str
    start: int
    end: int


def find_outcomes(text: str, start: int, end: int) -> list[Outcome]:
    """The outcomes told in ``text[start:end]``, in order; a plan, a condition or a hope is none."""
    found: list[Outcome] = []
    if _HINT.search(text, start, end) is None:
        return found
    for outcome, pattern in _PATTERNS:
        for match in pattern.finditer(text, start, end):
            if any(match.start() < o.end and o.start < match.end() for o in found):
                continue
            ahead = text[max(start, match.start() - 60) : match.start()]
            clause = re.split(r"[,;:]| and | but ", ahead)[-1]
            if _UNSURE.search(clause) or _UNSURE.match(match.group()):
                continue
            if _KNOWN_BEFORE.search(clause) and _NEWS.search(text, match.end(), end):
                continue
            if outcome == "futility" and _PASSED.search(
                text, max(start, match.start() - 30), min(end, match.end() + 80)
            ):
                continue
            found.append(Outcome(outcome, match.start(), match.end()))
    return sorted(found, key=lambda o: o.start)
