"""Numbers with their units, as a sentence has them, and the numbers that are no measurements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from topline.sources.prose.readouts.statistics import NUMBER

UNITS = (
    r"percentage[- ]points?|%[- ]points?|%|percent(?:age)?\b|per cent\b"
    r"|points?\b|letters?\b|lines?\b(?= (?:of|in|on) )"
    r"|mg/dL|mmol/mol|mmol/L|[nµu]mol/L|g/dL|g/L|mg/L|mg/g|[µu]g/g|ng/mL|ng/dL|pg/mL|[µuμ]g/mL"
    r"|mEq/L|m?IU/[md]?L|[a-zA-Zµ]{1,5}/d?L|U/L"
    r"|mL/min(?:ute)?(?:/1\.73 ?m(?:2|²))?|mL/kg/min|cells/(?:mm3|[µu]L)|copies/mL|log10?\b(?: copies/mL| IU/mL)?"
    r"|mL\b|milliliters?\b|millilitres?\b|kg/m2|kg\b|kilograms?\b|pounds?\b|lbs?\b|grams?\b(?! of)"
    r"|mmHg|mm Hg|mm²|mm2\b|mm\b|cm\b|centimet(?:er|re)s?\b|met(?:er|re)s?\b|m\b(?![²/])"
    r"|liters?\b|litres?\b|L\b|microns?\b|[µuμ]m\b|centiloids?\b|ms\b|ppb\b|dB\b|-?fold\b"
    r"|per 1?,?\d?00 (?:patient|person|participant)[- ]years?"
    r"|days?\b|weeks?\b|months?\b|years?\b|hours?\b|minutes?\b|seconds?\b"
    r"|(?:(?:fewer|more|less) )?(?:[a-z]+ )?(?:events|relapses|attacks|exacerbations|seizures"
    r"|bleeds|episodes|cases|infections|headache days|migraine days|hospitali[sz]ations|crises"
    r"|spells|falls|lesions)\b"
)
_RATE = (
    r"(?P<rate> (?:per|a|each|every) (?:(?:patient|person|participant)[- ])?(?:\d+ (?:patient"
    r"|person)-?)?(?:years?|months?|weeks?|days?|night|hour|28 days|1,?000 [a-z-]+)\b|/(?:year|month"
    r"|week|day)\b)?"
)
_HEDGE = (
    r"(?:approximately|about|around|roughly|nearly|almost|some|over|under|more than|less than"
    r"|fewer than|up to|as much as|as many as|at least|just|only)"
)
_QUANTITY = re.compile(
    rf"(?<![\w$€£¥/.,])(?<![\w)]-)(?<!\d"
    rf" to )(?<!\$ )(?P<value>[-+]?(?:{NUMBER})(?!\d)(?:\s?%?\s?(?:-|—"
    rf"|to) ?[-+]?(?:{NUMBER})(?=\s?(?:{UNITS})))?)"
    rf"(?P<gap>[ -]?)(?P<unit>{UNITS})?{_RATE}(?![\w])"
)
_FRACTION = re.compile(
    r"\b(?P<value>(?:(?:more|less|fewer) than |over |nearly |almost |about |just over |just under "
    r"|approximately |around |roughly )?"
    r"(?:half|(?:a|one)[- ](?:third|quarter|fifth)|(?:two|three|four)[- ](?:thirds|quarters|fifths)"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|\d{1,3}) (?:in|out of) (?:two|three|four"
    r"|five|six|seven|eight|nine|ten|\d{1,3})))"
    r"(?= (?:of|the|patients|people|participants|adults|children|women|men|on|with|achieved|had"
    r"|reached|were|did|in|for|among)\b)",
    re.IGNORECASE,
)
_BY_A_PART = re.compile(
    r"\bby (?P<value>(?:(?:more|less) than |over |nearly |almost |about |approximately |around "
    r"|roughly |up to )?(?:half|(?:a|one)[- ](?:third|quarter|fifth)|(?:two|three"
    r"|four)[- ](?:thirds|quarters|fifths)))\b(?! or (?:more|less|better))"
)
_NONE = re.compile(
    r"\b(?P<value>(?:[Nn]one|[Nn]o one)(?= (?:of|on|in|with|reached|achieved|met|had|for)\b)"
    r"|[Nn]o(?= (?:placebo|control|sham|vehicle|comparator)(?:-treated|-group)? (?:patients?|participants?"
    r"|recipients?"
    r"|people|subjects?)\b))"
)
_NOT_REACHED = re.compile(r"\b[Mm]edian [^.;]{3,90}?\b(?P<value>not (?:yet )?(?:been )?(?:reached|estimable)|NR)\b")
_COUNTS = re.compile(
    rf"(?<![\w$.,/-])(?P<value>(?:\d{{1,5}}|\b(?i:one|two|three|four|five|six|seven|eight|nine|ten"
    rf"|eleven|twelve))(?: of (?:the )?| out of |/)(?:{NUMBER}))(?![\w.%/])"
)

_PEOPLE = (
    r"(?:patients?|people|persons?|participants?|subjects?|adults?|children|women|men|girls|boys"
    r"|infants?|adolescents?|volunteers|recipients|individuals|those|eyes|responders|respondents|cases"
    r"|vaccinees|lesions|customers|completers|comparators|counterparts|treated|evaluable|them)"
)
_SHARE = re.compile(
    rf"(?:\s?\(\d+ ?(?:of|/) ?\d+\))?,? (?:of|in) (?:(?!(?:in|to|at|by|from"
    rf"|with)\b)[\w'.,-]+ ){{0,6}}?(?:[\w-]+-)?{_PEOPLE}\b|(?: [\w-]+)? {_PEOPLE}\b"
)


_SPELLED = re.compile(
    r"\b(?P<value>(?:[Tt]wenty|[Tt]hirty|[Ff]orty|[Ff]ifty|[Ss]ixty|[Ss]eventy|[Ee]ighty"
    r"|[Nn]inety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|[Tt]en|[Ff]ifteen|[Ee]leven|[Tt]welve|[Ee]ighteen|[Ff]ive|[Ss]even) (?P<unit>percent|per cent)\b"
)
_IN_FIGURES = re.compile(r"(?: [\w-]+){0,4} ?[(,] ?(?:or )?\d+(?:\.\d+)? ?%")


_IN_WORDS = (("fraction", _FRACTION), ("part", _BY_A_PART), ("percent", _SPELLED), ("none", _NONE))


_COUNTED = re.compile(
    r"\b(?:patients|participants|people|subjects|children|adults) \($|\b(?:of|out of"
    r"|/) ?(?:the )?\d+(?: [\w-]+){0,3} ?[(\[,] ?$"
)


@dataclass(frozen=True)
class Quantity:
    """A number at ``start:end`` with a unit that ends at ``stop``. ``share``: it counts a share of people."""

    start: int
    end: int
    stop: int
    unit: str
    share: bool = False
    word: bool = False

    @property
    def percent(self) -> bool:
        """Whether the unit is percent."""
        return self.unit == "%"


def find_quantities(text: str, start: int, end: int, masked: Iterable[tuple[int, int]]) -> list[Quantity]:
    """The numbers of ``text[start:end]`` outside the masked spans, in order."""
    spans = sorted(masked)
    found: list[Quantity] = []

    def free(first: int, last: int) -> bool:
        return all(last <= a or b <= first for a, b in spans) and all(last <= q.start or q.stop <= first for q in found)

    for kind, pattern in _IN_WORDS:
        for match in pattern.finditer(text, start, end):
            if free(match.start(), match.end()) and not _IN_FIGURES.match(text, match.end(), end):
                unit, share = _word_unit(kind, match, text, end)
                found.append(Quantity(*match.span("value"), match.end(), unit, share, True))
    for match in _COUNTS.finditer(text, start, end):
        if _IN_FIGURES.match(text, match.end(), end) or re.search(
            r"\d ?%,? ?[(\[](?:n ?= ?)?$", text[max(start, match.start() - 12) : match.start()]
        ):
            spans.append(match.span())
        elif free(match.start(), match.end()) and re.match(
            rf" (?:[\w-]+ ){{0,3}}{_PEOPLE}\b", text[match.end() : match.end() + 60]
        ):
            value, whole = match["value"].split()[0].split("/")[0], re.search(r"[\d,]+$", match["value"])
            unit = f"of {whole.group()} patients" if whole else "patients"
            found.append(Quantity(match.start(), match.start() + len(value), match.end(), unit, True))
    found += [
        Quantity(*match.span("value"), match.end("value"), "months", False, True)
        for match in _NOT_REACHED.finditer(text, start, end)
        if free(*match.span("value"))
    ]
    for match in _measures(text, start, end):
        # The words of a unit may name the endpoint: only the number can lie in a mask.
        if not free(*match.span("value")):
            continue
        unit = (usual_unit(match["unit"] or "") + (match["rate"] or "")).strip()
        stop = match.end() if unit else match.end("value")
        share = unit == "%" and (
            _share(text, stop, end) or _COUNTED.search(text[max(start, match.start() - 60) : match.start()]) is not None
        )
        found.append(Quantity(*match.span("value"), stop, unit, share))
    return list(_with_none(text, sorted(found, key=lambda q: q.start)))


_RISE = re.compile(r"\bfrom (?:a (?:mean|median) of )?$")
_RANGED = re.compile(r"\brang\w+ from (?:a (?:mean|median) of )?$")


def _measures(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Numbers with their units; ``from 21% to 49%`` are two numbers and no range, unless something ranged so."""
    at = start
    while (match := _QUANTITY.search(text, at, end)) is not None:
        at = max(match.end(), at + 1)
        ahead = text[max(start, match.start() - 30) : match.start()]
        if " to " in match["value"] and _RISE.search(ahead) and not _RANGED.search(ahead):
            cut = match.start() + match["value"].index(" to ")
            first = _QUANTITY.search(text, match.start(), cut)
            if first is not None:
                yield first
            match = _QUANTITY.search(text, cut + 4, end) or match
            at = max(match.end(), at)
        yield match


def _with_none(text: str, found: Iterable[Quantity]) -> Iterator[Quantity]:
    """``no placebo patient`` counts in the unit of the share before it."""
    before: Quantity | None = None
    for quantity in found:
        if before and before.unit == "%" and text[quantity.start : quantity.end] in {"no", "none"}:
            quantity = replace(quantity, unit="%")
        yield quantity
        before = quantity


def _word_unit(kind: str, match: re.Match[str], text: str, end: int) -> tuple[str, bool]:
    """The unit of a number in words, and whether it counts a share of people."""
    if kind == "percent":
        return "%", _share(text, match.end(), end)
    if kind == "part":
        return "reduction", False
    halves = kind == "fraction" and match.group().lower().endswith("half")
    return "of patients", not halves or _share(text, match.end(), end)


def usual_unit(unit: str) -> str:
    """A unit in the usual spelling: ``percent`` is ``%``."""
    plain = unit.strip().lower()
    if plain in {"%", "percent", "per cent", "percentage"}:
        return "%"
    if plain.startswith(("percentage", "%")):
        return "percentage points"
    if plain in {"point", "letter", "month", "day", "week", "year", "hour", "minute", "second"}:
        return plain + "s"
    return "fold" if plain.endswith("fold") else unit.strip()


def _share(text: str, stop: int, end: int) -> bool:
    return _SHARE.match(text, stop, end) is not None
