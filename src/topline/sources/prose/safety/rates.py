"""Rates of a harm by arm: ``1.9% of patients on A and 0.8% on placebo``, ``(61% vs. 9% with placebo)``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from topline.records import ArmValue
from topline.sources.prose.safety.clauses import Clause

RATE = (
    r"(?:(?<![\w.])(?:[<>≤≥~] ?)?\d{1,3}(?:\.\d+)? ?(?:%|percent|per cent)"
    r"|\b(?i:one|two|three|four|five|six|seven|eight|nine|ten) (?:percent|per cent))"
)
_RATE = re.compile(
    r"(?<![\w.])(?P<value>\d{1,3}(?:\.\d+)?) ?(?P<unit>%|percent\b|per cent\b|mmHg\b|msec\b|ms\b)(?!\s*(?:CI"
    r"|confidence))"
)
_PEOPLE = (
    r"(?:patients|people|participants|subjects|adults|individuals|children|women|men|recipients|those|vaccinees"
    r"|infants|adolescents)"
)
_WORDED = r"(?:(?!and\b|or\b|vs\b|versus\b|compared\b|who\b|the\b)[\w.,/+-]+ ){0,3}?"
_GROUP = rf"{_WORDED}(?:arms?|groups?|cohorts?|doses?|regimens?|titration|recipients|dosing)\b"
_CONTROL = (
    r"(?:matching )?(?:placebo|control|comparator|vehicle|sham|chemotherapy|standard of care|standard dosing"
    r"|observation|physician's choice|best supportive care|usual care)"
)
_DOSE = r"\d[\d,.]* ?(?:mg|mcg|µg|g|mL|IU)(?:/\w+)?"
_NAME = (
    rf"(?:(?:«d\d+»|(?:the )?{_CONTROL})(?: plus (?:«d\d+»|[a-z-]+))?(?: {_DOSE})?|(?:the )?{_DOSE}|(?:the )?{_GROUP})"
)
_AFTER = re.compile(
    rf" ?(?:of |in |for |among |with )?(?:the )?(?:{_PEOPLE} )?(?:\([^()]{{0,30}}\) )?"
    rf"(?:(?:who (?:were )?)?(?:on|in|with|for|of|by|receiving|received|treated with|taking|given|randomized to"
    rf"|randomised to|assigned to|among) )?"
    rf"(?:the )?(?:{_PEOPLE} (?:receiving|on|in|treated with|taking|given|who received) (?:the )?)?(?P<arm>{_NAME})"
)
_BEFORE = re.compile(rf"(?P<arm>{_NAME})(?:[- ]treated)?(?: {_PEOPLE})?(?: (?:arm|group))? ?[:(,]? ?\(?$")
_VERSUS = re.compile(r"(?:vs\.?|versus|compared (?:to|with)|against)\s+$")
_COMPARED = re.compile(rf"^(?:the )?{_CONTROL}")
_LIKE_FIRST = re.compile(
    r"\b(?:placebo|control|comparator|vehicle|sham|chemotherapy|standard|observation|choice|care)\b"
)


_ROW = re.compile(
    rf"(?P<rates>{RATE}(?:, {RATE})*,? and {RATE}) (?:of )?(?:(?:the )?{_PEOPLE} )?(?:on|in|with|for|receiving"
    rf"|treated with|taking|given) (?:the )?(?P<arms>[^.;()]{{3,140}})"
)
_ROW_PART = re.compile(r",? and |, ")


def arm_values(clause: Clause, words: str, drug: str | None, arms: Sequence[str] = ()) -> tuple[ArmValue, ...]:
    """The rates in a piece of a clause with their arms.

    ``arms`` are the names to give to rates without one, in order (those of the first item of a list); a single rate
    without a name is that of ``drug``, and a second one after ``vs`` that of the comparator.
    """
    row = _row(clause, words)
    found = [(row.get(m.start()) or _arm(clause, words, m), m) for m in _RATE.finditer(words)]
    named = [arm for arm, _ in found if arm is not None]
    arms = arms or (_pair(clause) if len(found) == 2 else [])
    values: list[ArmValue] = []
    for i, (arm, match) in enumerate(found):
        name = arm
        if name is None and len(arms) == len(found):
            name = arms[i]
        if name is None and drug is not None and drug not in named and (i == 0 or len(found) == 1):
            name = drug
        if name is None and i > 0 and _VERSUS.search(words[: match.start()]):
            name = _control(clause)
        if name is None or any(v.arm == name for v in values):
            continue
        unit = "%" if match["unit"].startswith(("%", "per")) else match["unit"]
        values.append(ArmValue(arm=name, value=match["value"], unit=unit))
    return tuple(values)


def _control(clause: Clause) -> str:
    """What a second rate without a name is of: the comparator that the clause names."""
    match = re.search(
        rf"\b(?:than|with|to|in|on|versus|vs\.?|or|and|against) (?:the )?(?P<arm>{_CONTROL})", clause.text
    )
    return match["arm"] if match is not None else "comparator"


def _pair(clause: Clause) -> list[str]:
    """The arms that a clause compares as ``between A and B``."""
    match = re.search(rf"\bbetween (?:the )?(?P<a>{_NAME}) and (?:the )?(?P<b>{_NAME})", clause.text)
    return [_shown(clause, match["a"]), _shown(clause, match["b"])] if match is not None else []


def _row(clause: Clause, words: str) -> dict[int, str]:
    """The arms of rates that are told in a row: ``5%, 9% and 16% of patients on placebo, 20 mg and 40 mg``."""
    match = _ROW.search(words)
    if match is None:
        return {}
    rates = list(_RATE.finditer(words, match.start("rates"), match.end("rates")))
    names = [re.sub(r"^(?:the )", "", n) for n in _ROW_PART.split(match["arms"])][: len(rates)]
    if len(names) < len(rates) or any(re.match(rf"{RATE}|by\b|in\b", n) for n in names):
        return {}
    names[-1] = re.split(r"\b(?:respectively|during|at|over|through|compared|versus|who)\b", names[-1])[0]
    return {rate.start(): _shown(clause, name.strip(" ,")) for rate, name in zip(rates, names, strict=True)}


def _arm(clause: Clause, words: str, rate: re.Match[str]) -> str | None:
    after = _AFTER.match(words, rate.end())
    if after is not None:
        return _shown(clause, after["arm"])
    before = _BEFORE.search(words[max(0, rate.start() - 90) : rate.start()])
    return _shown(clause, before["arm"]) if before is not None else None


def _shown(clause: Clause, arm: str) -> str:
    mark = re.search(r"«d(\d+)»", arm)
    name = re.sub(r"^the ", "", clause.plain(arm))
    if mark is not None:
        usual = clause.drugs[int(mark[1])].name
        name = re.sub(re.escape(clause.drugs[int(mark[1])].text), usual, name)
    return re.sub(r"[ -](?:treated )?(?:arms?|groups?|recipients|doses?|dosing regimen|regimen)$", "", name).strip(" ,")


def compared(arms: Sequence[ArmValue]) -> str | None:
    """Which way the first arm differs from the comparator: ``higher vs placebo``; None where nothing is compared."""
    if len(arms) < 2 or len({a.unit for a in arms}) > 1:
        return None
    controls = [a for a in arms if _LIKE_FIRST.search(a.arm)] or [arms[-1]]
    control = controls[0]
    others = [float(a.value) - float(control.value) for a in arms if a is not control]
    if all(d > 0 for d in others):
        return f"higher vs {control.arm}"
    if all(d < 0 for d in others):
        return f"lower vs {control.arm}"
    return "similar"
