"""Dates as news and releases write them, resolved to intervals: a day, a month, a quarter, a half, a year.

A day of the week is the last one up to the document's date; ``that same year`` refers to the date named before; a
month without a year is the nearest one, before the document's date or, where the words look ahead, after it. What can't
be told without a document date is left out.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from topline.sources.mentions.mention import Mention

_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower()[:3]: i for i, name in enumerate(calendar.month_name) if name} | {"sept": 9}
_MONTH = (
    r"(?P<month{0}>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_ORDINAL = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "final": 4,
    "last": 4,
}
_YEAR = r"(?:19|20)\d{2}"
_RELATIVE_YEAR = (
    r"(?P<{0}>(?:19|20)\d{{2}}|this year|next year|last year|that(?: same)? year|the year|the same year"
    r"|(?:the )?calendar year (?:19|20)\d{{2}})"
)

# Where a month or a weekday is named, its capital tells it from other words; the rest may begin a sentence.
_CAPITALS_TELL = {"day", "month_same", "month_year", "month_relative", "weekday", "month_day", "month"}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, 0 if name in _CAPITALS_TELL else re.IGNORECASE))
    for name, pattern in (
        ("iso", r"\b(?P<iso>(?:19|20)\d{2}-\d{2}-\d{2})\b"),
        ("day", (rf"\b{_MONTH.format('')} {{1,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:, {{0,2}}|"
rf" )(?P<year>{_YEAR})\b")),
        ("day", rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.format('')},? (?P<year>{_YEAR})\b"),
        ("half", rf"\b(?P<part>first|second|1st|2nd|latter) half of (?:the )?{_RELATIVE_YEAR.format('of')}"),
        ("half", rf"\b(?:H(?P<h>[12])|(?P<h2>[12])H)[ -]?(?P<of>{_YEAR}|\d{{2}}\b)"),
        ("quarter", (rf"\b(?P<part>first|second|third|fourth|final|last|1st|2nd|3rd|4th)[ -]quarter (?:of )?(?:the"
rf" )?{_RELATIVE_YEAR.format('of')}")),
        ("quarter", rf"\b(?:Q(?P<q>[1-4])|(?P<q2>[1-4])Q)[ -]?(?P<of>{_YEAR}|\d{{2}}\b)"),
        ("bare_quarter", r"\b(?P<part>first|second|third|fourth) quarter\b"),
        ("bare_half", r"\b(?P<part>first|second) half(?: of the year)?\b(?! of)"),
        ("season", r"\b(?:in|by|this|next|last) (?:the )?(?:spring|summer|autumn|fall|winter)\b"),
        ("this_quarter", r"\b(?P<which>this|the current|next|last|the previous) quarter\b"),
        ("month_same", rf"\b{_MONTH.format('')} (?:of )?(?:that|the) (?:same )?year\b"),
        ("month_year", rf"\b{_MONTH.format('')},? (?:of )?(?P<year>{_YEAR})\b"),
        ("month_relative", rf"\b{_MONTH.format('')} (?:of )?(?P<which>this|next|last) year\b"),
        ("about_year", (rf"\b(?:mid|early|late|the end of|the middle of|the start of|the beginning of|year-?end|end-)[-"
rf" ]?(?P<of>{_YEAR}|this year|next year)\b")),
        ("year_end", r"\b(?:by |at )?(?:the end of the year|the year'?s end|year-?end|yearend)\b"),
        ("relative_month", r"\b(?:earlier |later )?(?P<which>this|last|next|the past|that) month\b"),
        ("relative_week", r"\b(?:earlier |later )?(?P<which>this|last|next) week\b"),
        ("relative_year", r"\b(?:earlier |later )?(?P<which>this|last|next) year\b"),
        ("year_later", r"\ba year (?P<which>later|earlier)\b"),
        ("weekday", rf"\b(?P<which>(?i:last|next) )?(?P<weekday>{'|'.join(d.capitalize() for d in _DAYS)})(?! ?-)\b"),
        ("near_day", r"\b(?P<which>today|yesterday|tomorrow)\b"),
        ("month_day", rf"\b{_MONTH.format('')} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]|, ?\d|\w)"),
        ("month", (rf"\b(?i:in|since|of|by|from|last|late|early|this past|until|through|mid-?)"
rf" ?{_MONTH.format('')}(?![\w-]| \d)")),
        ("year", (rf"\b(?:in|since|by|during|of|for|until|through|from|late|early|fiscal|around) (?:fiscal |full-year "
rf"|calendar )?(?P<of>{_YEAR})\b(?! ?(?:patients|participants|people|subjects|adults|mg))")),
    )
)  # fmt: skip
_AHEAD = re.compile(
    r"\b(?:will|would|expects?|expected|plans?|planned|anticipat\w+|look(?:s|ing)? forward|intends?|target\w*|upcoming"
    r"|scheduled|slated|due|to be|aims?)\b[^.;]*$"
)


@dataclass(frozen=True)
class _Known:
    """What the words may refer to: the document's date and the date named last."""

    document: dt.date | None
    last: str | None


def find_dates(text: str, document_date: str | None) -> list[Mention]:
    """The dates that a folded text names; ``name`` is a day, a month, ``YYYY-Qn``, ``YYYY-Hn`` or a year."""
    taken: list[tuple[int, int, str, re.Match[str]]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            at = bisect_left(taken, match.start(), key=lambda t: t[0])
            if (at < len(taken) and taken[at][0] < match.end()) or (at and taken[at - 1][1] > match.start()):
                continue
            taken.insert(at, (match.start(), match.end(), kind, match))
    document = _day(document_date)
    found: list[Mention] = []
    last: str | None = None
    for start, end, kind, match in taken:
        ahead = _AHEAD.search(text[max(0, start - 140) : start]) is not None
        name = _resolve(kind, match, _Known(document, last), ahead)
        if name is None:
            continue
        if kind not in {"near_day", "weekday"}:
            last = name
        found.append(Mention("date", start, end, match.group(), name))
    return found


def _day(date: str | None) -> dt.date | None:
    if date is None or len(date) < 7:
        return None if date is None or not date.isdigit() else dt.date(int(date), 12, 31)
    year, month = int(date[:4]), int(date[5:7])
    return dt.date(year, month, int(date[8:10]) if len(date) >= 10 else calendar.monthrange(year, month)[1])


def _words(match: re.Match[str]) -> dict[str, Any]:
    """The named parts of a match in small letters: a date may begin a sentence."""
    return {name: None if words is None else words.lower() for name, words in match.groupdict().items()}


def _resolve(kind: str, match: re.Match[str], known: _Known, ahead: bool) -> str | None:
    group = _words(match)
    if kind == "iso":
        return _valid(group["iso"])
    if kind == "day":
        return _valid(f"{group['year']}-{_month(match):02d}-{int(group['day']):02d}")
    if kind in {"half", "quarter"}:
        return _part_of_year(kind, group, known)
    if kind == "month_year":
        return f"{group['year']}-{_month(match):02d}"
    if kind == "month_same":
        year = _last_year(known)
        return None if year is None else f"{year}-{_month(match):02d}"
    if kind in {"about_year", "year"}:
        return _year_of(group["of"], known)
    if kind == "year_later":
        year = _last_year(known)
        return None if year is None else str(year + (1 if group["which"] == "later" else -1))
    return None if known.document is None else _near(kind, match, known.document, known.last, ahead)


def _near(kind: str, match: re.Match[str], today: dt.date, last: str | None, ahead: bool) -> str | None:
    """What is counted from the document's own date."""
    group = _words(match)
    which = (group.get("which") or "").strip()
    step = {"last": -1, "the previous": -1, "the past": -1, "next": 1}.get(which, 0)
    if kind == "near_day":
        return (today + dt.timedelta({"today": 0, "yesterday": -1, "tomorrow": 1}[which])).isoformat()
    if kind == "weekday":
        back = (today.weekday() - _DAYS[group["weekday"].lower()]) % 7
        if which == "next":
            return (today + dt.timedelta(7 - back)).isoformat()
        return (today - dt.timedelta(back or (7 if which == "last" else 0))).isoformat()
    if kind == "this_quarter":
        quarter = today.year * 4 + (today.month - 1) // 3 + step
        return f"{quarter // 4}-Q{quarter % 4 + 1}"
    if kind == "relative_month":
        if which == "that":
            return last[:7] if last and re.match(r"\d{4}-\d{2}", last) else None
        month = today.year * 12 + today.month - 1 + step
        return f"{month // 12}-{month % 12 + 1:02d}"
    if kind == "relative_week":
        return (today + dt.timedelta(7 * step - today.weekday() + 2)).isoformat()[:7]  # the month of its Wednesday
    if kind in {"relative_year", "year_end"}:
        return str(today.year + step)
    if kind == "month_relative":
        return f"{today.year + step}-{_month(match):02d}"
    if kind == "season":
        return str(today.year)
    if kind in {"bare_quarter", "bare_half"}:
        return _nearest_part(kind, _ORDINAL[group["part"]], today, ahead)
    month = _month(match)
    year = today.year
    if ahead and month < today.month:
        year += 1
    if not ahead and month > today.month:
        year -= 1
    if kind == "month_day":
        return _valid(f"{year}-{month:02d}-{int(group['day']):02d}")
    return f"{year}-{month:02d}"


def _nearest_part(kind: str, part: int, today: dt.date, ahead: bool) -> str:
    """A quarter or a half without a year: the one to come where the words look ahead, else the last one."""
    months = 3 if kind == "bare_quarter" else 6
    now = (today.month - 1) // months + 1
    year = today.year + (1 if ahead and part < now else -1 if not ahead and part > now else 0)
    return f"{year}-{'Q' if months == 3 else 'H'}{part}"


def _month(match: re.Match[str]) -> int:
    return _MONTHS[match["month"].lower().rstrip(".")]


def _part_of_year(kind: str, group: dict[str, str | None], known: _Known) -> str | None:
    year = _year_of(group["of"] or "", known)
    if year is None:
        return None
    if kind == "half":
        number = group.get("h") or group.get("h2") or {"first": 1, "1st": 1}.get(group.get("part") or "", 2)
        return f"{year}-H{number}"
    number = group.get("q") or group.get("q2") or _ORDINAL[group.get("part") or "first"]
    return f"{year}-Q{number}"


def _year_of(words: str, known: _Known) -> str | None:
    digits = re.search(r"\d{2,4}", words)
    if digits is not None:
        return digits.group() if len(digits.group()) == 4 else f"20{digits.group()}"
    if words in {"that year", "that same year", "the same year"}:
        year = _last_year(known)
        return None if year is None else str(year)
    if known.document is None:
        return None
    return str(known.document.year + {"next year": 1, "last year": -1}.get(words, 0))


def _last_year(known: _Known) -> int | None:
    return int(known.last[:4]) if known.last else known.document.year if known.document else None


def _valid(date: str) -> str | None:
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError:
        return None
