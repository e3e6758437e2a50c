"""The statistics of a sentence: p-values, confidence intervals, ratios, differences, numbers of patients."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
SIGNED = rf"[-+]?\s?(?:{NUMBER})"

_P = re.compile(
    r"(?<![\w.])(?:(?:one|two)-sided |nominal |adjusted )?[Pp][ -]?(?:values?)?(?:s? (?:was|were|of))?\s?"
    r"(?P<p>(?P<sign>=|<=|>=|<|>|≤|≥|less than|below)?\s?(?:0?\.\d+|0|1\.0+)(?:\s?[x×]\s?10\s?\^?-\d+)?)(?!\d)"
)
_NS = re.compile(r"(?<![\w.])[Pp] ?= ?(?:NS|n\.s\.)")
_CI = re.compile(
    r"(?:(?P<level>\d{2}(?:\.\d+)?)\s?(?:%|percent)[- ])?\s?(?:two-sided )?(?:confidence"
    r" intervals?|credible intervals?|C\.?I\.?|CrI)(?![A-Za-z])"
    r"(?:\s?[\[(](?:CI|CrI)[\])])?\s?(?:[:,=]|of|was|from|for the difference|is)?\s?[(\[]?\s?"
    rf"(?P<low>{SIGNED})\s?%?\s?(?:to|and|-|—|,|;)\s?(?P<high>{SIGNED})"
)
_LEVEL = re.compile(
    r"\d{2}(?:\.\d+)?\s?(?:%|percent)[- ]?(?:two-sided )?(?:confidence|credible|C\.?I\b|prediction interval)"
)
_RATIO = re.compile(
    r"(?P<measure>\b(?:(?i:hazard|odds|risk|rate|event rate|response|geometric mean"
    r"|win) (?i:ratio)|(?i:relative risk(?! reduction))|a?HR|a?OR|RR|IRR)\b)"
    r"(?:\s?[\[(][A-Za-z]{1,4}[\])])?[^\d.;%]{0,40}?\s?(?P<value>\d{1,2}\.\d+)(?![\d%])(?! ?(?:%|months|percent))"
)
_DIFFERENCE = re.compile(
    r"(?P<measure>\b(?i:(?:(?:mean|median|treatment|between-group|adjusted|absolute|risk|LS"
    r"|least squares|placebo-adjusted|placebo-corrected|estimated|net) ){0,3}difference))"
    r"(?: (?:in|versus|vs\.?|from|between|compared with|relative to|over|for) (?:\d+ ?mg"
    r"|[^,;:()\d]){2,60}?)?(?:,|:| was| of| =|=)?\s?(?P<value>[-+]?(?:NUMBER)(?!\d|[- ]?(?:weeks?"
    r"|months?|mg)\b))(?P<unit> ?(?:%|percent(?:age points?)?\b|points?\b|letters?\b"
    r"|[a-zA-Zµ]+/[^\s,;)]+(?: m²)?(?: per year)?|mL\b|kg\b|mmHg\b|days?\b|months?\b|met(?:er|re)s?\b))?".replace(
        "NUMBER", NUMBER
    )
)
_N = re.compile(r"\b[nN]\s?=\s?(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?:\s?/\s?\d+)?")


@dataclass(frozen=True)
class Statistic:
    """A statistic and its place: ``kind`` is ``p``, ``ci``, ``ratio``, ``difference``, ``n`` or ``level``."""

    kind: str
    start: int
    end: int
    parts: dict[str, tuple[int, int]]
    measure: str = ""


def find_statistics(text: str, start: int, end: int) -> list[Statistic]:
    """The statistics of ``text[start:end]`` in order; none overlaps another."""
    found: list[Statistic] = []
    for kind, pattern in (
        ("ci", _CI),
        ("p", _P),
        ("p", _NS),
        ("n", _N),
        ("ratio", _RATIO),
        ("difference", _DIFFERENCE),
        ("level", _LEVEL),
    ):
        for match in pattern.finditer(text, start, end):
            if any(match.start() < s.end and s.start < match.end() for s in found):
                continue
            parts = {
                name: _tight(text, *match.span(name))
                for name, value in match.groupdict().items()
                if value is not None and name not in {"measure", "sign"}
            }
            if kind == "p" and match.groupdict().get("sign") is None and not _says_value(match.group()):
                continue
            measure = (match.groupdict().get("measure") or "").strip()
            found.append(Statistic(kind, match.start(), match.end(), parts, measure))
    return sorted(found, key=lambda s: s.start)


def _says_value(words: str) -> bool:
    return re.search(r"values?|was|of", words) is not None


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
