"""Timelines: readouts above the line, deals and the rest below, labels that never touch."""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.scales import Scale
from topline.exhibits.svg import SMALL, drawing, inked, line, tag, text, text_width, wrap
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import date, date_fields
from topline.exhibits.words import Words

WIDTH = 940.0
BAND = 20.0
LEADING = 13.5
LABEL_WIDTH = 150.0
FULL_LEVELS = 7
STRIP_LEVELS = 3
APART = 11.0
Kind = Literal["readout", "safety", "deal", "regulatory", "other"]


@dataclass(frozen=True)
class TimelineEvent:
    """Something dated (``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-Hn`` or ``YYYY-Qn``).

    ``label`` is a few words, ``statement`` the whole in the twin, where ``when`` words the date. Readouts and safety
    stand above the line, the rest below. ``planned`` draws it hollow. ``role`` is ``programme`` for the drug's own
    events. ``key`` events are labelled first on the compact strip. ``fact`` is the id that leads to the source.
    """

    date: str
    label: str
    kind: Kind = "readout"
    role: Role = "programme"
    planned: bool = False
    statement: Words = ""
    key: bool = True
    fact: str = ""
    when: Words = ""

    @property
    def above(self) -> bool:
        """Whether it stands above the line."""
        return self.kind in ("readout", "safety")


@dataclass(frozen=True)
class _Flag:
    """A label with its stem: where it starts, its lines, and its level (1 is next to the line; 0: no label)."""

    event: TimelineEvent
    x: float
    lines: tuple[str, ...]
    width: float
    level: int = 0


def timeline(
    figure_id: str,
    title: Words,
    events: Sequence[TimelineEvent],
    *,
    as_of: str | None = None,
    compact: bool = False,
    caption: Words = "",
) -> Figure:
    """The events on a line of years, with a list as its twin.

    ``compact`` is the strip of the first screen: one line a label, two levels, and what has no room stays a mark whose
    words are in the list. ``as_of`` marks that day. Raises ``ArgumentError`` without events, ``DateError`` for a date
    that is not one.
    """
    if not events:
        raise ArgumentError("a timeline needs at least one event")
    events = sorted(events, key=lambda event: moment(event.date))
    moments = [moment(event.date) for event in events] + ([moment(as_of)] if as_of else [])
    first, last = math.floor(min(moments)), math.floor(max(moments)) + 1
    wrapped = [_wrapped(event, compact) for event in events]
    beside = [*(part for lines in wrapped for part in lines), *([_as_of_words(as_of)] if as_of else [])]
    margin = max(text_width(words, SMALL, bold=True) for words in beside) + 14
    axis = Scale("natural", first, last, 8.0, WIDTH - margin)
    flags = [_flag(event, axis(moment(event.date)), lines) for event, lines in zip(events, wrapped, strict=True)]
    sides = [_dodged([flag for flag in flags if flag.event.above == above], axis) for above in (True, False)]
    upper, lower = (_strip_levels(side) if compact else _levels(side) for side in sides)
    rise, drop = _depth(upper), _depth(lower)
    top = rise + 6
    body = [_draw_band(axis, top, as_of)]
    body += _draw_side(upper, top, -1)
    body += _draw_side(lower, top + BAND, 1)
    unlabelled = sum(flag.level == 0 for flag in (*upper, *lower))
    described = f"Timeline of {len(events)} events from {date(events[0].date)} to {date(events[-1].date)}. "
    described += "; ".join(f"{date(event.date)}: {event.label}" for event in events) + "."
    note = caption or ("Some events are marks without words here; the table names them all." if unlabelled else "")
    height = top + BAND + drop + 6
    drawn = drawing(figure_id, WIDTH, height, title, described, body)
    return Figure(figure_id, title, described, drawn, _twin(figure_id, title, events), note)


def span(text_date: str) -> tuple[float, float]:
    """The beginning and the end of a date, in years: ``2024-H1`` is 2024.0 to 2024.5."""
    year, half, quarter, month, day = date_fields(text_date)
    if half:
        return year + (half - 1) / 2, year + half / 2
    if quarter:
        return year + (quarter - 1) / 4, year + quarter / 4
    if not month:
        return float(year), year + 1.0
    days = 366 if calendar.isleap(year) else 365
    before = sum(calendar.monthrange(year, m)[1] for m in range(1, month))
    if day:
        return year + (before + day - 1) / days, year + (before + day) / days
    return year + before / days, year + (before + calendar.monthrange(year, month)[1]) / days


def moment(text_date: str) -> float:
    """The middle of a date, in years."""
    start, end = span(text_date)
    return (start + end) / 2


def _wrapped(event: TimelineEvent, compact: bool) -> tuple[str, ...]:
    if compact:
        return (event.label,)
    return (date(event.date), *wrap(event.label, LABEL_WIDTH, SMALL))


def _flag(event: TimelineEvent, x: float, lines: tuple[str, ...]) -> _Flag:
    return _Flag(event, x, lines, max(text_width(part, SMALL, bold=True) for part in lines) + 12)


def _dodged(flags: Sequence[_Flag], axis: Scale) -> list[_Flag]:
    """The flags moved as little as shows every mark beside its neighbours, within the band."""
    gap = min(APART, (axis.end - axis.start) / max(len(flags), 1))
    places: list[float] = []
    for flag in flags:
        places.append(max(flag.x, places[-1] + gap) if places else flag.x)
    latest = axis.end
    for i in reversed(range(len(places))):
        places[i] = min(places[i], latest)
        latest = places[i] - gap
    return [replace(flag, x=x) for flag, x in zip(flags, places, strict=True)]


def _levels(flags: Sequence[_Flag], most: int = FULL_LEVELS) -> list[_Flag]:
    """A level for each label such that no two labels meet; where it can be had, none meets a stem either.

    Labels hang to the right of their stems like flags. From the right, each takes the free level where the fewest
    stems cross it; a stem that must cross passes behind the words. A new level opens beyond ``most`` only when none
    is free.
    """
    done: list[_Flag] = []
    for flag in reversed(flags):
        beside = [other for other in done if other.x < flag.x + flag.width]
        taken = {other.level for other in beside}
        free = [level for level in range(1, max(most, len(taken) + 1) + 1) if level not in taken]
        done.append(replace(flag, level=min(free, key=lambda level: (sum(o.level > level for o in beside), level))))
    return done[::-1]


def _strip_levels(flags: Sequence[_Flag]) -> list[_Flag]:
    """As :func:`_levels` with few levels: key events first, and a flag that has no room keeps level 0."""
    chosen: list[int] = []
    for i in sorted(range(len(flags)), key=lambda i: (not flags[i].event.key, flags[i].event.role != "programme", -i)):
        trial = sorted([*chosen, i])
        shown = _levels([flags[k] for k in trial], STRIP_LEVELS)
        if max(flag.level for flag in shown) <= STRIP_LEVELS and not _crossed(shown):
            chosen = trial
    placed = dict(zip(chosen, _levels([flags[k] for k in chosen], STRIP_LEVELS), strict=True))
    return [placed.get(i, flag) for i, flag in enumerate(flags)]


def _crossed(flags: Sequence[_Flag]) -> set[int]:
    """The places in ``flags`` of labels that a stem passes behind."""
    return {
        i
        for i, flag in enumerate(flags)
        if any(0 < flag.level < o.level and flag.x < o.x < flag.x + flag.width for o in flags)
    }


def _rows(flags: Sequence[_Flag]) -> list[float]:
    """How far from the line each level begins; ``[k]`` for level k + 1, and the end of the last one."""
    ends = [10.0]
    for level in range(1, max((flag.level for flag in flags), default=0) + 1):
        tallest = max((len(flag.lines) for flag in flags if flag.level == level), default=0)
        ends.append(ends[-1] + LEADING * tallest + 7)
    return ends


def _depth(flags: Sequence[_Flag]) -> float:
    return _rows(flags)[-1] if flags else 8.0


def _draw_side(flags: Sequence[_Flag], edge: float, direction: int) -> list[Markup]:
    """Stems, then marks on the band's edge, then words; ``direction`` is −1 above the line."""
    rows, crossed = _rows(flags), _crossed(flags)
    stems, marks, words = [], [], []
    for i, flag in enumerate(flags):
        marks.append(inked("harm" if flag.event.kind == "safety" else flag.event.role, _mark(flag.event, flag.x, edge)))
        if flag.level == 0:
            continue
        near, tall = rows[flag.level - 1], LEADING * len(flag.lines)
        top = edge - near - tall if direction < 0 else edge + near
        stems.append(line(flag.x, edge, flag.x, top if direction < 0 else top + tall, opacity=0.4))
        words.append(_draw_words(flag, top, covers=i in crossed))
    return [*stems, *marks, *words]


def _draw_words(flag: _Flag, top: float, *, covers: bool) -> Markup:
    tall = LEADING * len(flag.lines)
    out = [
        text(flag.x + 5, top + LEADING * k + 10.5, part, size=SMALL, bold=k == 0, muted=k > 0)
        for k, part in enumerate(flag.lines)
    ]
    if covers:
        out.insert(0, tag("rect", x=flag.x + 2, y=top, width=flag.width - 6, height=tall, fill="#fff", class_="paper"))
    return tag("g", *out, data_id=flag.event.fact or None)


def _mark(event: TimelineEvent, x: float, y: float) -> Markup:
    """A circle for a readout, a triangle for safety, a square for a deal, a lozenge for the rest; hollow if planned."""
    shape: dict[str, str | float | None] = {
        "fill": "#fff" if event.planned else "currentColor",
        "class_": "paper" if event.planned else None,
        "stroke": "currentColor",
        "stroke_width": 1.6,
    }
    if event.kind == "readout":
        return tag("circle", cx=x, cy=y, r=5, **shape)
    if event.kind == "deal":
        return tag("rect", x=x - 4.5, y=y - 4.5, width=9, height=9, **shape)
    path = "m0-6 6 10h-12z" if event.kind == "safety" else "m0-6 6 6-6 6-6-6z"
    return tag("path", d=f"M{x:.1f} {y:.1f}{path}", **shape)


def _draw_band(axis: Scale, top: float, as_of: str | None) -> Markup:
    """The band of years between the two sides, with the day of the brief on it."""
    first, last = int(axis.low), int(axis.high)
    band = tag("rect", x=axis.start, y=top, width=axis.end - axis.start, height=BAND, fill="currentColor",
               fill_opacity=0.08)  # fmt: skip
    out = [band, line(axis.start, top, axis.end, top, opacity=0.5)]
    out.append(line(axis.start, top + BAND, axis.end, top + BAND, opacity=0.5))
    year = axis(first + 1) - axis(first)
    every = next((n for n in (1, 2, 5, 10, 20, 50) if n * year >= text_width("2020", SMALL) + 12), 100)
    for value in range(first, last + 1):
        if (value - first) % every == 0 or value == last:
            out.append(line(axis(value), top, axis(value), top + BAND, opacity=0.35))
        if (value - first) % every == 0 and axis(value) + every * year <= axis.end + every * year / 2:
            out.append(text(_clear(axis(value) + 5, as_of, axis), top + 14, str(value), size=SMALL, muted=True))
    if as_of:
        x = axis(moment(as_of))
        out.append(line(x, top, x, top + BAND, width=3))
        out.append(text(axis.end + 6, top + 14, _as_of_words(as_of), size=SMALL, bold=True))
    return tag("g", *out, class_="axis")


def _as_of_words(as_of: str) -> str:
    return f"▎as of {date(as_of)}"


def _clear(x: float, as_of: str | None, axis: Scale) -> float:
    """Where a year's words start so that the mark of the as-of day does not stand on them."""
    mark = axis(moment(as_of)) if as_of else -math.inf
    return mark + 5 if x - 4 < mark < x + text_width("2020", SMALL) + 3 else x


def _twin(figure_id: str, title: Words, events: Sequence[TimelineEvent]) -> Table:
    headers = (Column("Date", "left"), Column("What", "left"), Column("Kind", "left"))
    rows = (
        Row(
            (
                event.when or date(event.date),
                event.statement or event.label,
                event.kind + (", planned" if event.planned else ""),
            )
        )
        for event in events
    )
    return Table(f"{figure_id}-table", title, headers, tuple(rows))
