"""Safety as a whole: signals, tolerability, the profile, what a regulator said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUALITIES = (
    r"(?:(?:new|unexpected|additional|further|significant|novel|major|serious|notable|meaningful|emerging|emergent"
    r"|other"
    r"|unanticipated|clinically|relevant|important|concerning|material|treatment-related|drug-related|apparent"
    r"|clear)(?: or | and |, | ))"
)
_SIGNAL = (
    rf"(?P<event>{_QUALITIES}{{0,3}}(?:safety|tolerability|safety (?:and|or) tolerability|tolerability (?:and"
    rf"|or) safety)[- ]"
    r"(?:related )?(?:signals?|concerns?|issues?|findings?|risks?|problems?|red flags?|observations?))"
)
_NO_SIGNAL = re.compile(
    rf"\b(?:no|nor|zero|without|free of|absence of|lack of)(?: any| evidence of| sign of| observed)? {_SIGNAL}"
    rf"|\b(?:not|n't|did not|neither|never) (?:\w+ ){{0,3}}?(?:any |an? )?{_SIGNAL.replace('event', 'event2')}",
    re.IGNORECASE,
)
_A_SIGNAL = re.compile(
    (
        rf"{_SIGNAL} (?:(?:was|were|has been|have been) (?:\w+ )?(?:observed|identified|seen|detected|reported|noted"
        rf"|raised|found)|emerged|arose|surfaced)"
    ),
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:no|not|n't)\b(?: (?:raise|raised|identify|cite|cited|state|stated|express|expressed|note|noted|have"
    r"|report|mention|indicate)\w*)?(?: any)?"
    r"(?: \w+){0,2} (?:concerns?|issues?|deficienc(?:y|ies)|questions?) (?:\w+ ){0,2}?(?:about|regarding|related to"
    r"|relating to|with|on|over|concerning|around)"
    r" [^.;]{0,80}?\bsafety\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    (
        r"\b(?:not (?:\w+ )?(?:based|related|due|driven|prompted|made|caused|a result|linked|because)|unrelated)\b"
        r"|\bdecision (?:\w+ ){0,4}not\b"
    ),
    re.IGNORECASE,
)
_TOLERATED = re.compile(
    (
        r"(?<!to be )(?<!not )\b(?P<how>(?:safe and )?(?:generally |very |overall |also |remarkably "
        r"|reasonably )?(?P<well>well|poorly)[- ]tolerated|(?<=\bwas )safe(?! and|ly|r| to| for| or| in|-)"
        r"|(?<=\bwere )safe(?! and|ly|r| to| for| or| in|-))\b"
    ),
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:whether|designed to|aims? to|intended to|will be|would be|could be|can be|may be|might be|potentially|if"
    r"|hope|believe|expected to|goal)\b"
)
_SUBJECT = (
    r"(?P<event>(?<!evaluate the )(?<!assess the )(?<!evaluating the )(?<!efficacy and )(?:overall )?(?:safety"
    r"|tolerability|(?:adverse event|side[- ]effect)(?= profile))(?: and (?:tolerability|safety))?"
    r"(?:,? (?:profiles?|findings|results|data|outcomes|events|observations))?)"
)
_LIKE = (
    r"(?P<how>(?:consistent|in line|comparable|similar|aligned|in keeping|unchanged|favou?rable|acceptable"
    r"|manageable|reassuring"
    r"|encouraging|tolerable|as expected|clean|benign|good)\b(?: (?:with|to|across|between|among|as|from) (?:that "
    r"|those |the |what )?[^.;,]{0,60})?)"
)
_PROFILE = re.compile(
    rf"\b{_SUBJECT}\b[^.;]{{0,140}}?\b(?:was|were|is|are|remained|remains|appeared|proved|continued to be|has been"
    rf"|have been)"
    rf"(?: also| generally| largely| broadly| overall| highly| to be)* {_LIKE}",
    re.IGNORECASE,
)
_OPENING = re.compile(rf"\b{_SUBJECT} {_LIKE}", re.IGNORECASE)
_HAD_PROFILE = re.compile(
    r"\b(?:showed|shown|demonstrated|exhibited|had|displayed|maintained|with|has|appeared to have"
    r"|presented)\b(?: an?| the| its)? ?(?:\w+ ){0,2}?"
    r"(?P<how>favou?rable|acceptable|manageable|reassuring|encouraging|tolerable|clean|benign|good|consistent"
    r"|well-characterized|comparable|similar|safe and well[- ]tolerated)"
    r" (?:overall )?(?P<event>(?:(?:safety|tolerability|side[- ]effect)(?: and (?:tolerability|safety))? )?profile)\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:previous(?:ly)?|prior|earlier|known|established|historical|published|reported|other (?:studies|trials"
    r"|drugs)|past|existing|label)\b"
)
_PURPOSE = re.compile(
    r"\b(?:to (?:evaluate|assess|investigate|study|determine|examine|compare|confirm|characteri[sz]e|establish)"
    r"|evaluat(?:es?|ing)|assess(?:es|ing)|investigating|studying|comparing)\b[^.;]{0,60}$"
)


@dataclass(frozen=True)
class Overall:
    """What is said of safety as a whole at ``start:end`` of a sentence.

    ``sort``: ``signals``, ``tolerability`` or ``profile``.
    """

    event: str
    direction: str
    start: int
    end: int
    sort: str


def overall_statement(text: str) -> Overall | None:
    """What a sentence says of safety as a whole: the signals first, then tolerability, then the profile."""
    return _signals(text) or _tolerated(text) or _profile(text)


def _signals(text: str) -> Overall | None:
    none = _NO_SIGNAL.search(text)
    if none is not None and not _REASON.search(text[: none.end()]):
        return Overall(none["event"] or none["event2"], "none", none.start(), none.end(), "signals")
    asked = _ASKED.search(text)
    if asked is not None and not _REASON.search(text):
        return Overall("safety concerns", "none", asked.start(), asked.end(), "signals")
    some = _A_SIGNAL.search(text)
    if some is not None and none is None and not re.search(r"\b(?:no|not|if|any|whether)\b", text[: some.start()]):
        return Overall(some["event"], "reported", some.start(), some.end(), "signals")
    return None


def _tolerated(text: str) -> Overall | None:
    match = _TOLERATED.search(text)
    if match is None or _UNSURE.search(text[max(0, match.start() - 60) : match.start()]):
        return None
    return Overall("tolerability", match["how"].lower(), match.start(), match.end(), "tolerability")


def _profile(text: str) -> Overall | None:
    for pattern in (_PROFILE, _OPENING, _HAD_PROFILE):
        for match in pattern.finditer(text):
            if _PURPOSE.search(text[: match.start()]) or _UNSURE.search(text[max(0, match.start() - 40) : match.end()]):
                continue
            how = match["how"]
            if _EARLIER.search(text[match.start("how") : match.end() + 80]) and re.match(
                r"(?i)consistent|in line|comparable|similar|aligned", how
            ):
                how = "consistent with earlier data"
            return Overall(match["event"].strip().lower(), how.lower().strip(), match.start(), match.end(), "profile")
    return None
