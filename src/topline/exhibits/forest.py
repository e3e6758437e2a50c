"""Forest plots: estimates with intervals on one axis, and their numbers on the same rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.row_chart import ChartRow, Layout, axis_label_height, draw_axis, draw_frame, lay_out
from topline.exhibits.scales import Kind, Scale, limits_for
from topline.exhibits.svg import SMALL, drawing, inked, line, number, tag, text, text_width
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import difference_interval, effect_with_interval, ratio_interval
from topline.exhibits.words import Words, plain

PANEL = 340.0
# How many rows the description of the drawing names; the table twin holds them all.
DESCRIBED = 6
Order = Literal["descending", "ascending", "given"]


@dataclass(frozen=True)
class ForestRow:
    """One line of a forest plot, on the natural scale (a ratio is a ratio, not its logarithm).

    ``weight`` sets the area of the square. ``direct`` says whether a trial compares the two head to head (None: not a
    question here). ``columns`` are the numbers at the right, one for each of the plot's columns. ``summary`` draws a
    diamond over the interval. ``heading`` makes the row a heading, and the order is kept within headings.
    """

    label: str
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    prediction_lower: float | None = None
    prediction_upper: float | None = None
    weight: float | None = None
    role: Role = "rival"
    direct: bool | None = None
    columns: tuple[Words, ...] = ()
    detail: str = ""
    summary: bool = False
    heading: bool = False


def forest(
    figure_id: str,
    title: Words,
    rows: Sequence[ForestRow],
    *,
    axis_label: str,
    columns: Sequence[str] = (),
    scale: Kind = "log",
    null: float | None = None,
    favours: tuple[str, str] | None = None,
    heterogeneity: Words = "",
    order: Order = "descending",
    limits: tuple[float, float] | None = None,
    caption: Words = "",
    row_word: str = "Treatment",
    level: str = "95%",
    key: str | None = None,
    described: str = "",
    twin: Table | None = None,
) -> Figure:
    """A forest plot.

    ``axis_label`` says what is compared with what ("odds ratio versus placebo"). ``null`` is the line of no effect
    (1 on a log axis, 0 on a natural one). ``favours`` names the left and the right side. ``heterogeneity`` is the line
    under the plot; a summary (diamond) without it is refused with ``ArgumentError``. Without ``columns`` the estimate
    and its interval are printed. ``level`` is the intervals' level in words. ``key`` says what the marks mean,
    ``described`` tells the figure in words and ``twin`` is its table, where those made from the rows don't serve.
    """
    if any(row.summary for row in rows) and not plain(heterogeneity):
        raise ArgumentError(
            "a summary is shown only with its heterogeneity",
            repair="give heterogeneity, such as 'tau 0.21; I² 43%; prediction interval 1.2 to 4.8'",
        )
    null = (1.0 if scale == "log" else 0.0) if null is None else null
    rows = [row if row.estimate is None or math.isfinite(row.estimate) else replace(row, estimate=None) for row in rows]
    if not columns:
        columns = (f"Estimate ({level} interval)",)
        rows = [row if row.heading else replace(row, columns=(_printed(row, scale),)) for row in rows]
    rows = _ordered(rows, order)
    chart = [ChartRow(r.label, r.detail, r.columns, r.role, r.heading) for r in rows]
    layout = lay_out(chart, headers=columns, panels=(PANEL,))
    low, high = limits or _limits(rows, scale, null)
    axis = Scale(scale, low, high, *layout.panels[0])
    body = draw_frame(layout, chart, headers=columns)
    notes = (_key(rows, level) if key is None else key, heterogeneity)
    foot, height = _draw_foot(layout, axis, axis_label, favours, null, notes)
    body += foot
    heaviest = max((row.weight or 0.0 for row in rows), default=0.0)
    body += [mark for row, y in zip(rows, layout.middles, strict=True) for mark in _draw_row(row, y, axis, heaviest)]
    described = described or _describe(rows, axis_label, scale, level)
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, layout.width, height, title, described, body),
        twin or _twin(figure_id, title, rows, columns, row_word, scale, heterogeneity, level),
        caption,
    )


def _printed(row: ForestRow, scale: Kind) -> str:
    if row.estimate is None:
        return "not estimable"
    return effect_with_interval(row.estimate, row.lower, row.upper, scale)


def _ordered(rows: Sequence[ForestRow], order: Order) -> list[ForestRow]:
    """The rows sorted by effect under each heading; summaries last, what can't be estimated after the rest."""
    if order == "given":
        return list(rows)
    sign = -1.0 if order == "descending" else 1.0
    groups: list[list[ForestRow]] = [[]]
    for row in rows:
        if row.heading:
            groups.append([])
        groups[-1].append(row)

    def key(row: ForestRow) -> tuple[bool, bool, bool, float]:
        return not row.heading, row.summary, row.estimate is None, sign * (row.estimate or 0.0)

    return [row for group in groups for row in sorted(group, key=key)]


def _limits(rows: Sequence[ForestRow], scale: Kind, null: float) -> tuple[float, float]:
    triples = [
        (r.estimate, lo, hi)
        for r in rows
        if r.estimate is not None
        for lo, hi in ((r.lower, r.upper), (r.prediction_lower, r.prediction_upper))
        if lo is not None and hi is not None
    ]
    points = [(r.estimate, r.estimate, r.estimate) for r in rows if r.estimate is not None]
    return limits_for(scale, triples + points, null=null)


def _draw_row(row: ForestRow, y: float, axis: Scale, heaviest: float) -> list[Markup]:
    if row.heading:
        return []
    if row.estimate is None:
        return [text((axis.start + axis.end) / 2, y + 4, "not estimable", size=SMALL, anchor="middle", muted=True)]
    marks: list[Markup] = []
    if row.prediction_lower is not None and row.prediction_upper is not None:
        marks += _span(row.prediction_lower, row.prediction_upper, y, axis, width=1.0, opacity=0.75)
    if row.summary and row.lower is not None and row.upper is not None:
        left, middle, right = (axis(min(max(v, axis.low), axis.high)) for v in (row.lower, row.estimate, row.upper))
        marks.append(tag("path", d=_path((left, y), (middle, y - 7), (right, y), (middle, y + 7)), fill="currentColor"))
        return [inked(row.role, *marks, *_arrows(row.lower, row.upper, y, axis))]
    if row.lower is not None and row.upper is not None:
        marks += _span(row.lower, row.upper, y, axis, width=2.0)
    if axis.low <= row.estimate <= axis.high:
        side = _side(row, heaviest)
        x = axis(row.estimate) - side / 2
        hollow = row.direct is False
        marks.append(
            tag("rect", x=x, y=y - side / 2, width=side, height=side, class_="paper" if hollow else None,
                fill="#fff" if hollow else "currentColor", stroke="currentColor" if hollow else None,
                stroke_width=1.6 if hollow else None)
        )  # fmt: skip
    return [inked(row.role, *marks)]


def _side(row: ForestRow, heaviest: float) -> float:
    """The side of the square: its area goes with the weight, within what can be seen."""
    if row.weight is None or heaviest <= 0:
        return 9.0
    return max(5.0, 14.0 * math.sqrt(max(row.weight, 0.0) / heaviest))


def _span(
    lower: float, upper: float, y: float, axis: Scale, *, width: float, opacity: float | None = None
) -> list[Markup]:
    """A line from limit to limit, with an arrow head where it leaves the axis."""
    if upper < axis.low or lower > axis.high:
        left = right = axis.start if upper < axis.low else axis.end
    else:
        left, right = axis(lower), axis(upper)
    return [line(left, y, right, y, width=width, opacity=opacity), *_arrows(lower, upper, y, axis)]


def _arrows(lower: float, upper: float, y: float, axis: Scale) -> list[Markup]:
    """An arrow head at each end of the axis that the interval leaves."""
    marks = []
    if lower < axis.low:
        x = axis.start
        marks.append(tag("path", d=_path((x - 7, y), (x, y - 4), (x, y + 4)), fill="currentColor"))
    if upper > axis.high:
        x = axis.end
        marks.append(tag("path", d=_path((x + 7, y), (x, y - 4), (x, y + 4)), fill="currentColor"))
    return marks


def _path(*points: tuple[float, float]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "z"


def _draw_foot(
    layout: Layout,
    axis: Scale,
    axis_label: str,
    favours: tuple[str, str] | None,
    null: float,
    notes: Sequence[Words],
) -> tuple[list[Markup], float]:
    """The axis with the line of no effect, the two sides, the key of marks and the heterogeneity; and the height."""
    y = layout.bottom
    out = [draw_axis(axis, y, label=axis_label, grid_top=layout.top)]
    if axis.low <= null <= axis.high:
        out.append(line(axis(null), layout.top, axis(null), y, opacity=0.75))
    y += axis_label_height(axis_label, axis.end - axis.start)
    if favours:
        left, right = f"← favours {favours[0]}", f"favours {favours[1]} →"
        together = text_width(left, SMALL) + text_width(right, SMALL) + 12 <= axis.end - axis.start
        y += 15
        out.append(text(axis.start, y, left, size=SMALL, anchor="start" if _fits(left, axis) else "middle"))
        y += 0 if together else 15
        out.append(text(axis.end, y, right, size=SMALL, anchor="end"))
    y += 8
    for note in notes:
        if plain(note):
            y += 16
            out.append(text(2, y, note, size=SMALL, muted=True))
    return out, y + 8


def _fits(words: str, axis: Scale) -> bool:
    return text_width(words, SMALL) <= axis.end - axis.start


def _key(rows: Sequence[ForestRow], level: str) -> str:
    shown = []
    if any(row.direct is False for row in rows):
        if any(row.direct for row in rows):
            shown.append("■ a trial compares the two")
        shown.append("□ indirect comparison only")
    if any(row.prediction_lower is not None for row in rows):
        shown.append(f"thin line: {level} prediction interval")
    return " · ".join(shown)


def _describe(rows: Sequence[ForestRow], axis_label: str, scale: Kind, level: str) -> str:
    shown = [row for row in rows if not row.heading]
    known = [row for row in shown if row.estimate is not None]
    listed = "; ".join(f"{row.label} {_printed(row, scale)}" for row in known[:DESCRIBED])
    more = "; the rest is in the table" if len(known) > DESCRIBED else ""
    return f"Forest plot of {len(shown)} rows, {axis_label}, with {level} intervals. {listed}{more}."


def _twin(
    figure_id: str,
    title: Words,
    rows: Sequence[ForestRow],
    columns: Sequence[str],
    row_word: str,
    scale: Kind,
    heterogeneity: Words,
    level: str,
) -> Table:
    # A column of the caller's may hold the prediction intervals already.
    named = any("prediction" in header for header in columns)
    predicted = not named and any(row.prediction_lower is not None for row in rows)
    mixed = any(row.direct is False for row in rows)
    headers = [*columns, *([f"{level} prediction interval"] if predicted else []), *(["Evidence"] if mixed else [])]

    def entries(row: ForestRow) -> tuple[Words, ...]:
        extra: list[Words] = []
        if predicted:
            limits = (row.prediction_lower, row.prediction_upper)
            extra.append(ratio_interval(*limits) if scale == "log" else difference_interval(*limits))
        if mixed:
            extra.append({True: "a trial compares the two", False: "indirect only", None: ""}[row.direct])
        return (f"{row.label}, {row.detail}" if row.detail else row.label, *row.columns, *extra)

    return Table(
        f"{figure_id}-table",
        title,
        (Column(row_word, "left"), *(Column(header) for header in headers)),
        tuple(
            Row((row.label,), heading=True) if row.heading
            else Row(entries(row), tone="programme" if row.role == "programme" else "")
            for row in rows
        ),
        notes=(heterogeneity,) if plain(heterogeneity) else (),
    )  # fmt: skip
