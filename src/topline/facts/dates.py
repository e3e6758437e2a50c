"""Dates as documents print them: a year, a month or a day.

A partial date counts from its last day: ``2016-06`` can be relied on from 2016-06-30, not before.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_YEAR_RANGE = re.compile(r"(\d{4})[/-](\d{4})")
_EVENT_PRECISION = {
    "day": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "quarter": re.compile(r"\d{4}-Q[1-4]"),
    "half": re.compile(r"\d{4}-H[12]"),
    "year": re.compile(r"\d{4}"),
    "": re.compile(r""),
}

PRECISIONS = tuple(_EVENT_PRECISION)


def last_day(text: str) -> dt.date:
    """The last day that ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` covers.

    Raises ``ValueError`` when the text is no such date, or names a day that the calendar lacks.
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return dt.date(year, 12, 31)
    if not 1 <= month <= 12:
        raise ValueError(f"{text!r}: there is no month {month}")
    return dt.date(year, month, calendar.monthrange(year, month)[1] if day is None else day)


def source_last_day(text: str) -> dt.date | None:
    """The last day of a document's date; None for ``n.d.`` (no date).

    Beside partial dates it takes a range of years, ``2021/2024`` or ``2021-2024``, as corrected papers carry.
    Raises ``ValueError`` for anything else.
    """
    if text == "n.d.":
        return None
    years = _YEAR_RANGE.fullmatch(text)
    if years is not None:
        if years[1] > years[2]:
            raise ValueError(f"{text!r} ends before it begins")
        return last_day(years[2])
    return last_day(text)


def fits_precision(text: str, precision: str) -> bool:
    """Whether an event's date is written as its precision says and stands in the calendar."""
    if not _EVENT_PRECISION[precision].fullmatch(text):
        return False
    if precision in {"day", "month", "year"}:
        try:
            last_day(text)
        except ValueError:
            return False
    return True
