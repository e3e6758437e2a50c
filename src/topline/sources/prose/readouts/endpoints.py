"""What was measured: what people reached, an endpoint of the word list, a goal, or the words that name it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from topline.sources.mentions.mention import Mention
from topline.sources.page import Page
from topline.sources.prose.readouts.criteria import criterion_of
from topline.sources.prose.readouts.phrases import sound, trimmed

_GOAL = re.compile(
    r"\b(?P<name>(?:(?:primary|secondary|key|main|dual|co-?primary|ranked|efficacy|clinical|outcome|exploratory"
    r"|both|all|other|any|five|two|three|four|six|one|and|or|of|the|its|pre-?specified|functional|safety),? )*"
    r"(?:primary|secondary|key|main|co-?primary|efficacy|clinical|exploratory|outcome)(?: (?:efficacy|clinical"
    r"|outcome|secondary|study))*(?:,? and [a-z ]{3,30}?secondary)? "
    r"(?:end ?-?points?|goals?|objectives?|outcomes?|measures?|aims?))\b"
    r"(?P<rest>(?: that (?:was|were) (?:not )?(?:met|achieved|missed))?(?:,? ?(?:of|for|in|on|was|were|,"
    r"|, the|measuring|namely|:|\()(?: an?| the)? )?)",
    re.IGNORECASE,
)
_FAR = 250  # an endpoint named further away belongs to other words of a long sentence
_PRIMARY = re.compile(r"[Pp]rimary|main ")
_OF_WHAT = re.compile(
    r"(?!(?:superiority|non-?inferiority|both|any|either|the (?:study|trial))\b)[a-zA-Z][^.;:()\"]{4,150}"
)
_LABEL = re.compile(r"^[-•*–\s]*(?P<name>[A-Z0-9][^:.;|]{3,80}): ")
_COMPOSITE = re.compile(r"\b(?P<name>composite (?:end ?point )?of [^.;()]{8,140})")
_NAMED = (
    re.compile(
        r"\b(?:reduc(?:ed|es|ing)|lower(?:ed|s|ing)|improv(?:ed|es|ing)|increas(?:ed|es|ing)|slow(?:ed|s|ing)|cut"
        r"|decreas(?:ed|es|ing)|extend(?:ed|s|ing)|prolong(?:ed|s|ing)|delay(?:ed|s|ing)|raised) "
        r"(?!(?:by|in|at|with|to|from|benefit|improvement|superiority)\b)"
        r"(?P<name>(?:the (?:risk|annual rate|rate|number|median|composite"
        r"|annuali[sz]ed rate) of )?[A-Za-z][^.;:\d]{3,120})"
    ),
    re.compile(
        r"\b(?:rates? of|ratio of|reductions? in|changes? (?:from baseline )?in|improvements? in"
        r"|decreases? in|increases? in"
        r"|(?:impact|effects?|benefits?) on|reductions? (?:of|from baseline in)"
        r"|risk of|declines? in|differences? (?:in|on)|slowing of|resolution of|incidence of|levels of"
        r"|efficacy against|proportions? of (?:patients|participants|people|adults) (?:with|achieving|who)) "
        r"(?P<name>(?!(?:approximately|about|up|over|more|all|any|the (?:study|trial"
        r"|dose))\b)[A-Za-z][^.;:\d]{2,100})"
    ),
)
_PART = re.compile(r"[:;] |, (?:and |but |while )?| (?:and|but|while|whereas) ")
_SUBJECT = re.compile(
    r"(?P<name>[A-Za-z][^,;:]{2,110}?) (?:was|were|had|fell"
    r"|rose|improved|decreased|increased|declined|dropped|averaged|occurred|did|differed|stood|reached|ranged"
    r"|favou?red)\b[^;:]{0,80}$"
)
_CHANGE = re.compile(
    r" ?(?:[a-z]+ )?(?:(?:relative |risk |greater )?(?:reductions?|improvement|decrease|increase|slowing"
    r"|decline|change|efficacy"
    r"|less decline|lower (?:risk|rate)|fewer|less|gain|drop)(?: of| in| on| against)(?: the (?:risk|rate) of)?)"
    r" ?(?P<name>(?!(?:the|those|patients|people|participants|placebo|adults|a|both|each|either|all"
    r"|subjects|this|our|decline)\b)[A-Za-z][^.;:]{3,110})"
)
_CHANGED = re.compile(
    r"\b(?:reductions?|improvements?|decreases?|increases?|slowing|declines?) of (?:approximately |about "
    r"|up to |at least )?$"
)
_IN = re.compile(
    r" (?:in|of|on|against) (?P<name>(?!(?:the|those|patients|people|participants|a)\b)[A-Za-z][^.;:]{3,110})"
)
_MEAN = re.compile(
    r"\b(?:achieved|had|saw|experienced|showed|demonstrated|with|produced|delivered|and|the|an?|reported"
    r"|lost|gained) "
    r"(?P<name>(?:(?:an?|the) )?(?:(?:mean|median|average"
    r"|overall) )?(?!\w+ed\b)[a-zA-Z][\w -]{3,60}?) of (?:approximately |about |up to |just )?$"
)
_RATES = re.compile(
    r"\b(?P<name>(?:[A-Za-z][\w-]* ){0,4}(?:response rates?|responder rates?|survival(?: rate)?|remission(?: rate)?s?"
    r"|efficacy|weight loss|relapse rate|exacerbation rate|attack rate|bleeding rates?"
    r"|duration of response|time to [\w ]{3,30}?|quality of life|visual acuity|scores?|slope"
    r"|cure rate|clearance|freedom|mortality|progression|decline|control|response))\b"
)
_BE = re.compile(r"(?:was|were|did not differ|is|are|not|proved)\b")
_ACTS = re.compile(
    r" (?:reduced|improved|increased|lowered|cut|slowed|showed|met|achieved|demonstrated|that|who|which)\b"
)
_DECLINE = re.compile(r"\b(?:decline|progression|worsening) in (?P<name>[a-z][^.;:\d,]{5,90})")


def endpoint_of(
    page: Page,
    start: int,
    end: int,
    first: int,
    last: int,
    shares: bool = False,
    primary: str | None = None,
    arms: Sequence[tuple[int, int]] = (),
) -> str | None:
    """The endpoint of the numbers at ``first:last`` in the words ``start:end``; None where these name none.

    ``shares``: the numbers count people, so that what these reached is sought first. ``primary`` is the primary
    endpoint that an earlier sentence named, ``arms`` the spans of the names of arms.
    """
    text = page.folded.text
    known = page.within("endpoint", start, end)
    label = _LABEL.search(text[start : max(start, first)])
    if (
        label
        and not known
        and first - start - label.end() < 40
        and sound(label["name"], page, start + label.start("name"))
    ):
        return trimmed(label["name"])
    if shares:
        reached = criterion_of(page, start, end, first, last, arms)
        if reached:
            return reached
    change = _CHANGE.match(text, last, end)
    if change is None and _CHANGED.search(text[max(start, first - 45) : first]):
        change = _IN.match(text, last, end)
    if change and not shares:
        inside = page.within("endpoint", change.start("name"), change.end())
        name = trimmed(change["name"])
        if not inside and sound(name, page, change.start("name")):
            return name
    whole = _COMPOSITE.search(text, start, end)
    if whole:
        return trimmed(whole["name"])
    if known:
        return _nearest(text, start, known, first, last)
    return _goal(page, start, end, primary) or _told(page, start, end, first, last)


def endpoint_of_outcome(
    page: Page, start: int, end: int, first: int, last: int, primary: str | None = None
) -> str | None:
    """The endpoint whose outcome the words ``first:last`` of the sentence ``start:end`` tell."""
    text = page.folded.text
    known = page.within("endpoint", max(start, first - _FAR), min(end, last + _FAR))
    if known:
        return _nearest(text, start, known, first, last)
    goal = _goal(page, start, end, primary)
    if goal:
        return goal
    return _after(page, first, end) or _told(page, start, end, first, last)


def primary_of(page: Page, start: int, end: int) -> str | None:
    """The endpoint that a sentence says is the primary one."""
    text = page.folded.text
    if _PRIMARY.search(text, start, end) is None:
        return None
    goal = _GOAL.search(text, start, end)
    if goal is None or not re.search(r"primary|main", goal["name"], re.I) or re.search(r"second", goal["name"], re.I):
        return None
    near = page.within("endpoint", goal.end(), min(end, goal.end() + 160))
    return _timed(text, goal.end(), near[0]) if near else _what(page, goal, end)


def _goal(page: Page, start: int, end: int, primary: str | None) -> str | None:
    """``primary endpoint`` or the like, or what it is where the words say so."""
    goal = _GOAL.search(page.folded.text, start, end)
    if goal is None:
        return None
    what = _what(page, goal, end)
    if what:
        return what
    name = re.sub(r"^(?:(?:the|its|of|and|or|both|all|any|one)\b,? ?(?=\w))+", "", goal["name"], flags=re.IGNORECASE)
    if primary and re.search(r"primary|main", name) and not re.search(r"second|s$", name):
        return primary
    return name.lower() if name[1:].islower() or name.istitle() else name


def _what(page: Page, goal: re.Match[str], end: int) -> str | None:
    """What an endpoint is, after ``primary endpoint of`` or ``primary endpoint,``."""
    rest = goal["rest"].strip().lower()
    if not rest.startswith(("of", "for", "on", "measuring", ", the", ":", "(", "was", "were", "that")):
        return None
    match = _OF_WHAT.match(page.folded.text, goal.end("rest"), end)
    if match is None:
        return None
    name = trimmed(match.group())
    return name if sound(name, page, match.start()) else None


def _after(page: Page, first: int, end: int) -> str | None:
    """The words after ``an impact on``, ``a reduction in`` or ``improved``."""
    for pattern in _NAMED:
        for match in pattern.finditer(page.folded.text, first, end):
            name = trimmed(match["name"])
            if sound(name, page, match.start("name")):
                return name
    significant = re.compile(
        r"\bsignificant(?:ly)? (?:and clinically meaningful(?:ly)? )?(?P<name>(?!(?:and|in|on|for|difference|benefit"
        r"|improv\w+|reduc\w+|at|as|between|over|versus|clinical)\b)[^.;,]{4,90})"
    ).search(page.folded.text, first, end)
    if significant and sound(trimmed(significant["name"]), page, significant.start("name")):
        return trimmed(significant["name"])
    return None


def _told(page: Page, start: int, end: int, first: int, last: int) -> str | None:
    """The words that name what was measured, where no list knows it."""
    text = page.folded.text
    worse = _DECLINE.search(text, last, end)
    if worse and worse.start() - last < 25:
        return trimmed(worse["name"])
    mean = _MEAN.search(text[start:first])
    if mean and sound(trimmed(mean["name"]), page, start + mean.start("name")):
        return trimmed(mean["name"])
    before = text[start:first] + (" was" if _BE.match(text, first, end) else "")
    for part in [*reversed([m.end() for m in _PART.finditer(before)]), 0]:
        subject = _SUBJECT.match(before, part)
        if (
            subject
            and not _ACTS.search(subject["name"])
            and sound(trimmed(subject["name"]), page, start + subject.start("name"))
        ):
            return trimmed(subject["name"])
    found = []
    for pattern in (*_NAMED, _RATES):
        for match in pattern.finditer(text, start, end):
            name = trimmed(match["name"])
            if sound(name, page, match.start("name")):
                found.append((min(abs(match.start() - last), abs(first - match.end())), name))
        if found:
            return min(found)[1]
    return None


def _distance(mention: Mention, first: int, last: int) -> int:
    """How far a mention stands from the numbers; one that stands before them is nearer than one after."""
    if mention.end <= first:
        return first - mention.end
    return 2 * (mention.start - last) + 20 if mention.start >= last else 0


def _nearest(text: str, start: int, known: Sequence[Mention], first: int, last: int) -> str:
    """The nearest endpoint of the word list; of ``objective response rate (ORR)`` the words, which tell more."""
    nearest = min(known, key=lambda m: (_distance(m, first, last), m.start))
    for mention in known:
        if mention.name == nearest.name and 0 < nearest.start - mention.end <= 3:
            nearest = mention
    return _timed(text, start, nearest)


def _timed(text: str, start: int, mention: Mention) -> str:
    """``12-month OS`` for an endpoint with a time before it."""
    ahead = text[max(start, mention.start - 30) : mention.start]
    grade = re.match(r"[ -]?\d{1,3}\b(?![%.,\d]| ?(?:to|of|vs|and|v)\b)", text[mention.end : mention.end + 7])
    name = mention.name + (
        grade.group() if grade and not any(c.isdigit() for c in mention.name) and mention.name.isupper() else ""
    )
    time = re.search(
        r"(\d+[- ](?:month|year|week|day)|(?:[Mm]edian|confirmed|intracranial|complete|event-free|primary)) $", ahead
    )
    return f"{time.group(1).lower()} {name}" if time else name
