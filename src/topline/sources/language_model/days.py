"""Whether a date that a model proposes can be had from the document: named there, or near the document's own date."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-H([12])|-Q([1-4]))?")
_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_BY_DAY = (
    re.compile(rf"\b{_MONTH}\s*{_DAY}\b(?:,?\s*{_YEAR})?", re.I),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s*{_YEAR})?", re.I),
    re.compile(rf"\b{_YEAR}[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)\b"),
)
_BY_MONTH = (
    re.compile(rf"\b{_MONTH}(?:\s*,?\s*(?:of\s+)?{_YEAR})?", re.I),
    re.compile(rf"\b{_YEAR}-(?P<month>\d\d)\b"),
)
_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.]((?:19|20)\d\d)\b")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "final": 4}
_PERIOD = re.compile(
    r"\b(?:(?P<ordinal>first|second|third|fourth|final|1st|2nd|3rd|4th)[\s-](?P<word>quarter|half)"
    r"|(?P<letter>[qh])(?P<after>[1-4])|(?P<before>[1-4])(?P<last>[qh]))"
    r"(?:\s*,?\s*(?:of\s+)?(?:the\s+year\s+)?(?P<year>(?:19|20)\d\d|(?<=[qh])\d\d|'\d\d)\b)?",
    re.I,
)
_A_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

# How far from the document's date a date may lie that no words of the document name: "on Friday", "last month",
# "next quarter", "a year ago".
_NEAR = {"day": timedelta(days=31), "month": timedelta(days=62), "period": timedelta(days=190)}
_YEAR_APART = timedelta(days=366)


@dataclass(frozen=True)
class Named:
    """The dates that a text names; the year is None where the text leaves it out. A period is a quarter or a half."""

    days: frozenset[tuple[int | None, int, int]]
    months: frozenset[tuple[int | None, int]]
    periods: frozenset[tuple[int | None, str]]
    years: frozenset[int]


def is_derivable(proposed: str, text: str, printed: str | None) -> bool:
    """Whether the date (``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-Hn``, ``YYYY-Qn``) can come from the document.

    It does where the text (folded) names it, the year left to the document's date if need be, or where it lies near
    the date ``printed`` on the document. A date that does not exist, or of another form, never does.
    """
    span = span_of(proposed)
    if span is None:
        return False
    named = dates_named(text)
    own = span_of(printed) if printed else None
    apart = _apart(span, own) if own else None
    year, rest = int(proposed[:4]), proposed[5:]
    year_is_open = year in named.years or (apart is not None and apart <= _YEAR_APART)
    years = (year, None) if year_is_open else (year,)
    if not rest:
        return year_is_open
    if rest[0] in "HQ":
        said = any((y, rest) in named.periods for y in years)
        loosely = rest[0] == "H" and year in named.years  # "late 2025", "mid-2026"
        return said or loosely or (apart is not None and apart <= _NEAR["period"])
    month = int(rest[:2])
    if len(rest) == 2:
        said = any((y, month) in named.months for y in years)
        return said or (apart is not None and apart <= _NEAR["month"])
    said = any((y, month, int(rest[3:])) in named.days for y in years)
    return said or (apart is not None and apart <= _NEAR["day"])


def span_of(text: str) -> tuple[date, date] | None:
    """The first and the last day of a date or a period; None where the text is neither."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    year, month, day, half, quarter = (int(group) if group else 0 for group in match.groups())
    first, last = (month, month) if month else (1, 12)
    if half:
        first, last = 6 * half - 5, 6 * half
    if quarter:
        first, last = 3 * quarter - 2, 3 * quarter
    try:
        begin = date(year, first, day or 1)
        return begin, begin if day else date(year, last, calendar.monthrange(year, last)[1])
    except ValueError:
        return None


@lru_cache(maxsize=8)
def dates_named(text: str) -> Named:
    """The dates that a text names, in English and in figures."""
    days = {(y, m, d) for pattern in _BY_DAY for y, m, d in _days(pattern, text)}
    for one, two, year in (tuple(map(int, match.groups())) for match in _NUMERIC.finditer(text)):
        days |= {(year, one, two), (year, two, one)}
    months = {(_year(m), _month(m)) for pattern in _BY_MONTH for m in pattern.finditer(text)}
    return Named(
        frozenset(days),
        frozenset(months) | {(y, m) for y, m, _ in days},
        frozenset(_periods(text)),
        frozenset(int(match.group()) for match in _A_YEAR.finditer(text)),
    )


def _days(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int | None, int, int]]:
    for match in pattern.finditer(text):
        yield _year(match), _month(match), int(match["day"])


def _periods(text: str) -> Iterator[tuple[int | None, str]]:
    for match in _PERIOD.finditer(text):
        letter = (match["letter"] or match["last"] or match["word"])[0].upper()
        number = _ORDINALS[match["ordinal"].lower()] if match["ordinal"] else int(match["after"] or match["before"])
        figures = (match["year"] or "").strip("'")
        year = int(figures) + (2000 if len(figures) == 2 else 0) if figures else None
        yield year, f"{letter}{number}"


def _month(match: re.Match[str]) -> int:
    word = match["month"].lower()
    return int(word) if word.isdigit() else _MONTH_NAMES.index(word[:3]) + 1


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _apart(one: tuple[date, date], other: tuple[date, date]) -> timedelta:
    """The time between two spans; none where they overlap."""
    return max(one[0] - other[1], other[0] - one[1], timedelta(0))
