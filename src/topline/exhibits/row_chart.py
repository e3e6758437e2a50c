"""The common frame of charts with one row a treatment or an event: names left, panels, numbers right on their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.palette import Role
from topline.exhibits.scales import Scale, tick_label
from topline.exhibits.svg import SIZE, SMALL, inked, line, tag, text, text_width, wrap
from topline.exhibits.words import Words, plain

LABEL_WIDTH = 230.0
ROW = 24.0
LEADING = 15.0
GAP = 18.0


@dataclass(frozen=True)
class ChartRow:
    """What every row has: a name, a smaller line below it, the numbers at the right, and whose row it is.

    ``heading`` makes it a heading over the rows below.
    """

    label: str
    detail: str = ""
    columns: tuple[Words, ...] = ()
    role: Role = "rival"
    heading: bool = False


@dataclass(frozen=True)
class Layout:
    """Where things are, in pixels.

    ``middles`` are the rows' heights, ``panels`` the left and right end of each panel, ``columns`` the right ends of
    the columns of numbers; rows fill ``top`` to ``bottom``.
    """

    width: float
    top: float
    bottom: float
    middles: tuple[float, ...]
    heights: tuple[float, ...]
    panels: tuple[tuple[float, float], ...]
    columns: tuple[float, ...]
    column_widths: tuple[float, ...]


def lay_out(
    rows: Sequence[ChartRow], *, headers: Sequence[str], panels: Sequence[float], panel_titles: Sequence[str] = ()
) -> Layout:
    """Places for the rows, the panels (their widths in pixels) and the columns (one a header).

    Raises ``ArgumentError`` when there is no row, or when a row has not one entry a column.
    """
    if not any(not row.heading for row in rows):
        raise ArgumentError("a chart needs at least one row")
    for row in rows:
        if not row.heading and len(row.columns) != len(headers):
            raise ArgumentError(
                f"the row {row.label!r} has {len(row.columns)} numbers", expected=f"{len(headers)}, one a column"
            )
    names = max(_label_width(row) for row in rows) + GAP
    x = names
    ends = []
    for width in panels:
        ends.append((x, x + width))
        x += width + GAP
    widths = [_column_width(rows, i, header) for i, header in enumerate(headers)]
    rights = []
    for width in widths:
        x += width
        rights.append(x)
        x += GAP
    deepest = max([1, *(len(_header_lines(h, w)) for h, w in zip(headers, widths, strict=True))])
    deepest = max([deepest, *(len(wrap(t, w, SMALL)) for t, w in zip(panel_titles, panels, strict=False))])
    top = 6 + deepest * LEADING
    heights = tuple(_row_height(row) for row in rows)
    middles = tuple(top + sum(heights[:i]) + height / 2 for i, height in enumerate(heights))
    return Layout(
        x - GAP + 2, top, top + sum(heights), middles, heights, tuple(ends), tuple(rights), tuple(widths)
    )  # fmt: skip


def _label_width(row: ChartRow) -> float:
    bold = row.heading or row.role == "programme"
    label = max(text_width(line_, SIZE, bold=bold) for line_ in wrap(row.label, LABEL_WIDTH, bold=bold))
    return max(label, max(text_width(line_, SMALL) for line_ in wrap(row.detail, LABEL_WIDTH, SMALL)))


def _column_width(rows: Sequence[ChartRow], index: int, header: str) -> float:
    entries = (text_width(r.columns[index], bold=r.role == "programme") for r in rows if not r.heading)
    words = (text_width(word, SMALL) for word in _kept_together(header).split(" "))
    return max([42.0, *entries, *words])


def _header_lines(header: str, width: float) -> tuple[str, ...]:
    return wrap(_kept_together(header), width, SMALL)


def _kept_together(header: str) -> str:
    """The header with no-break spaces inside brackets, so that "(95% interval)" stays on one line."""
    return re.sub(r"\([^()]{1,20}\)", lambda found: found[0].replace(" ", "\u00a0"), header)


def _label_lines(row: ChartRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    bold = row.heading or row.role == "programme"
    details = wrap(row.detail, LABEL_WIDTH, SMALL) if row.detail else ()
    return wrap(row.label, LABEL_WIDTH, bold=bold), details


def _row_height(row: ChartRow) -> float:
    labels, details = _label_lines(row)
    return ROW + LEADING * (len(labels) - 1) + 14 * len(details) + (6 if row.heading else 0)


def draw_frame(
    layout: Layout, rows: Sequence[ChartRow], *, headers: Sequence[str], panel_titles: Sequence[str] = ()
) -> list[Markup]:
    """The band behind the programme's row, the rules, the names, the headers and the columns of numbers."""
    out: list[Markup] = []
    for title, (start, end) in zip(panel_titles, layout.panels, strict=False):
        lines = wrap(title, end - start, SMALL)
        first = layout.top - 7 - LEADING * (len(lines) - 1)
        out += [text(start, first + LEADING * k, part, size=SMALL, muted=True) for k, part in enumerate(lines)]
    for header, right, width in zip(headers, layout.columns, layout.column_widths, strict=True):
        lines = _header_lines(header, width)
        first = layout.top - 7 - LEADING * (len(lines) - 1)
        out += [
            text(right, first + LEADING * k, part, size=SMALL, anchor="end", muted=True) for k, part in enumerate(lines)
        ]
    out.append(line(0, layout.top, layout.width, layout.top, opacity=0.6))
    for row, middle, height in zip(rows, layout.middles, layout.heights, strict=True):
        out += _draw_row(layout, row, middle, height)
    bottoms = [middle + height / 2 for middle, height in zip(layout.middles, layout.heights, strict=True)]
    rules = "".join(f"M0 {bottom:g}H{layout.width:.0f}" for bottom in bottoms)
    out.append(tag("path", d=rules, stroke="currentColor", stroke_opacity=0.13))
    return out


def _draw_row(layout: Layout, row: ChartRow, middle: float, height: float) -> list[Markup]:
    labels, details = _label_lines(row)
    bold = row.heading or row.role == "programme"
    out: list[Markup] = []
    if row.role == "programme" and not row.heading:
        band = tag("rect", x=0, y=middle - height / 2, width=layout.width, height=height, fill="currentColor",
                   fill_opacity=0.1)  # fmt: skip
        out.append(inked("programme", band))
    block = LEADING * (len(labels) - 1) + 14 * len(details)
    y = middle - block / 2 + 4.5 + (3 if row.heading else 0)
    for k, part in enumerate(labels):
        out.append(text(2, y + LEADING * k, part, bold=bold))
    for k, part in enumerate(details):
        out.append(text(2, y + LEADING * (len(labels) - 1) + 14 * (k + 1), part, size=SMALL, muted=True))
    # The group holds what its numbers share: it is most of a large drawing.
    numbers = [
        text(right, middle + 4.5, words)
        for words, right in zip(row.columns, layout.columns, strict=False)
        if plain(words)
    ]
    if numbers:
        out.append(tag("g", *numbers, text_anchor="end", font_weight="bold" if bold else None))
    return out


def draw_axis(scale: Scale, y: float, *, label: str = "", grid_top: float | None = None, most: int = 10) -> Markup:
    """A horizontal axis at height ``y`` with ticks and, below, what it measures; grid lines up to ``grid_top``."""
    ticks = _spaced(scale, most)
    marks = [line(scale.start, y, scale.end, y, opacity=0.6)]
    for value in ticks:
        x = scale(value)
        if grid_top is not None:
            marks.append(line(x, grid_top, x, y, opacity=0.1))
        marks.append(line(x, y, x, y + 4, opacity=0.6))
        marks.append(text(x, y + 17, tick_label(value), size=SMALL, anchor="middle"))
    if label:
        lines = wrap(label, scale.end - scale.start + 2 * GAP, SMALL)
        marks += [
            text((scale.start + scale.end) / 2, y + 33 + 14 * k, part, size=SMALL, anchor="middle", muted=True)
            for k, part in enumerate(lines)
        ]
    return tag("g", *marks, class_="axis")


def _spaced(scale: Scale, most: int) -> tuple[float, ...]:
    """Ticks whose labels don't touch; fewer when they are long."""
    ticks = scale.ticks(most)
    while most > 4 and any(
        scale(b) - scale(a) < (text_width(tick_label(a), SMALL) + text_width(tick_label(b), SMALL)) / 2 + 5
        for a, b in pairwise(ticks)
    ):
        most -= 1
        ticks = scale.ticks(most)
    return ticks


def axis_label_height(label: str, width: float) -> float:
    """How far an axis with this label reaches below its line."""
    return 22 + (14 * len(wrap(label, width + 2 * GAP, SMALL)) if label else 0)
