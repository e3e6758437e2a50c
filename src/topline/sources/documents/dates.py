"""The date that a document gives itself: in its header, its dateline, or on a line with little else near the top."""

from __future__ import annotations

import datetime as dt
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"""(?<![\w/.-])(?:
      (?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?
    | {_MONTH.format("month")}\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+(?P<year>(?:19|20)\d\d)
    | (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH.format("month2")}\.?,?[\s-]+(?P<year2>(?:19|20)\d\d)
    | (?P<day4>\d{{1,2}})\.(?P<month4>\d{{1,2}})\.(?P<year4>(?:19|20)\d\d)
    | (?P<year3>(?:19|20)\d\d)年\s*(?P<month3>\d{{1,2}})月\s*(?P<day3>\d{{1,2}})日
    )(?!\w|/\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_TOP = 3_000
_PARTLY = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")
# What closes a dateline: a dash, or the name of a wire in round brackets or between strokes.
_DATELINE_END = re.compile(
    r"\s*(?:\([^()\n]{2,60}\)|/[\w .&-]{2,40}/?/|//|\(?[A-Z][A-Z ]{3,30}\)?)?\s*(?:-{1,4}|–|—|―|:|/{1,2})\s*", re.ASCII
)
_PLACE_BEFORE = re.compile(r"(?:^|[\n*•.!?)”\"]|\s{2}|\s)\s*[A-Z][\w.'’()&/ ,\-]{1,100}[,(:]\s*$")
_FURNITURE = re.compile(
    r"\b(?:date|dated|published|publication|posted|updated|released|release|issued|first|last|modified|created|on|at|by"
    r"|mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:a\.?m\.?|p\.?m\.?|e[ds]?t|c[ds]?t|p[ds]?t|gmt|utc|cet|cest|bst|jst)\b"
    r"|\d{1,2}:\d\d(?::\d\d)?|[|·•:;,/()\[\]–—-]",
    re.IGNORECASE,
)
_BEFORE_STARS = re.compile(r"\s*(?:\*\s*){3,}")


def iso_date(text: str) -> str | None:
    """A date as ``YYYY-MM-DD`` (or ``YYYY-MM``, ``YYYY``, where the text gives no more); None where it holds none.

    A date such as 02/03/2026 may be read two ways and is None; one with full stops, 02.03.2026, begins with the day.
    """
    text = text.strip()
    if _PARTLY.fullmatch(text):
        return text
    found = _DATE.search(text)
    return _iso(found) if found else None


def own_date(text: str) -> str | None:
    """The date that the top of a text bears: of its dateline, else of the first line that holds little but a date."""
    top = text[:_TOP]
    found = [(match, value) for match in _DATE.finditer(top) if (value := _iso(match)) is not None]
    for match, value in found:
        if is_dateline(top, match.start(), match.end()):
            return value
    for match, value in found:
        line_start = max(top.rfind("\n", 0, match.start()), top.rfind("\r", 0, match.start())) + 1
        line_end = min(
            (i for i in (top.find("\n", match.end()), top.find("\r", match.end())) if i >= 0), default=len(top)
        )
        rest = top[line_start : match.start()] + " " + top[match.end() : line_end]
        if len(_FURNITURE.sub(" ", rest).split()) <= 6 and len(rest) < 120 and not re.search(r"[.!?]\s", rest):
            return value
        if _BEFORE_STARS.match(top, match.end()) and match.start() < 400:
            return value
    return None


def find_dates(text: str) -> list[tuple[int, int]]:
    """The spans of the dates in a text."""
    return [match.span() for match in _DATE.finditer(text) if _iso(match) is not None]


def is_dateline(text: str, start: int, end: int) -> bool:
    """Whether the date at ``start:end`` stands between a place and a dash, as at the beginning of a release."""
    return (
        _DATELINE_END.match(text, end) is not None
        and _PLACE_BEFORE.search(text[max(0, start - 130) : start]) is not None
    )


def _iso(match: re.Match[str]) -> str | None:
    part = match.groupdict()
    year = part["iso_year"] or part["year"] or part["year2"] or part["year3"] or part["year4"]
    month = part["iso_month"] or part["month3"] or part["month4"] or part["month"] or part["month2"]
    day = part["iso_day"] or part["day"] or part["day2"] or part["day3"] or part["day4"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return dt.date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
