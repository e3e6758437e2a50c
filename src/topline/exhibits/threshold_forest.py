"""Thresholds as a forest plot: each estimate with its interval, on the range in which the best treatment stays best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.row_chart import ChartRow, axis_label_height, draw_axis, draw_frame, lay_out
from topline.exhibits.scales import Kind, Scale, limits_for
from topline.exhibits.svg import SMALL, drawing, inked, line, number, tag, text
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import MISSING, decimals_allowed, effect_with_interval, fixed, ratio
from topline.exhibits.words import Words

PANEL = 340.0
BAND = 15.0
# How many rows the description of the drawing names; the table twin holds them all.
DESCRIBED = 4
DIGITS = 3
HEADERS = ("Best stays best down to", "Best stays best up to")


@dataclass(frozen=True)
class ThresholdRow:
    """An estimate with its interval, and where it would change the best treatment; all on the natural scale.

    ``below`` is the lower threshold with the treatment that takes over there, ``above`` the upper one; None where no
    move in that direction changes the best. ``within`` says that a threshold lies inside the interval.
    """

    label: str
    estimate: float
    lower: float
    upper: float
    below: tuple[float, str] | None
    above: tuple[float, str] | None
    within: bool


def threshold_forest(
    figure_id: str,
    title: Words,
    rows: Sequence[ThresholdRow],
    *,
    best: str,
    axis_label: str,
    scale: Kind = "log",
    caption: Words = "",
    level: str = "95%",
) -> Figure:
    """One row an estimate, in the order given. ``best`` is the treatment that is best now.

    Three significant digits, where a forest plot has two: a threshold may be close to its estimate.

    Raises ``ArgumentError`` without a row.
    """
    if not rows:
        raise ArgumentError("a plot of thresholds needs at least one estimate")
    headers = (f"Estimate ({level} interval)", *HEADERS)
    chart = [ChartRow(r.label, "threshold within its interval" if r.within else "", _columns(r, scale)) for r in rows]
    layout = lay_out(chart, headers=headers, panels=(PANEL,))
    null = 1.0 if scale == "log" else 0.0
    near = [edge[0] for r in rows if r.within for edge in (r.below, r.above) if edge and r.lower <= edge[0] <= r.upper]
    triples = [(r.estimate, r.lower, r.upper) for r in rows] + [(x, x, x) for x in near]
    axis = Scale(scale, *limits_for(scale, triples, null=null), *layout.panels[0])
    body = draw_frame(layout, chart, headers=headers)
    body.append(draw_axis(axis, layout.bottom, label=axis_label, grid_top=layout.top))
    if axis.low <= null <= axis.high:
        body.append(line(axis(null), layout.top, axis(null), layout.bottom, opacity=0.75))
    for row, y in zip(rows, layout.middles, strict=True):
        body += _draw(row, y, axis)
    height = layout.bottom + axis_label_height(axis_label, PANEL) + 18
    key = f"Band: as long as the estimate lies in it, {best} stays best. A bar ends it inside the {level} interval."
    body.append(text(2, height, key, size=SMALL, muted=True))
    described = _describe(rows, best, scale)
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, layout.width, height + 8, title, described, body),
        _twin(figure_id, title, rows, scale, level),
        caption,
    )


def _columns(row: ThresholdRow, scale: Kind) -> tuple[str, str, str]:
    numbers = (row.estimate, row.lower, row.upper)
    decimals = decimals_allowed(*numbers, DIGITS)

    def edge(threshold: tuple[float, str] | None) -> str:
        if threshold is None:
            return MISSING
        value, best = threshold
        return f"{ratio(value, DIGITS) if scale == 'log' else fixed(value, decimals)}: {best}"

    return effect_with_interval(*numbers, scale, DIGITS), edge(row.below), edge(row.above)


def _draw(row: ThresholdRow, y: float, axis: Scale) -> list[Markup]:
    """The band, a bar where a threshold cuts the interval, the interval and the estimate."""
    low = axis.low if row.below is None else row.below[0]
    high = axis.high if row.above is None else row.above[0]
    left, right = axis(low), axis(high)
    marks = [
        tag("rect", x=left, y=y - BAND / 2, width=max(right - left, 0.5), height=BAND, fill="currentColor",
            fill_opacity=0.16)
    ]  # fmt: skip
    body = [inked("programme", *marks)]
    for edge in (row.below, row.above):
        if edge is not None and row.lower <= edge[0] <= row.upper:
            x = axis(edge[0])
            body.append(inked("harm", line(x, y - BAND / 2 - 1, x, y + BAND / 2 + 1, width=3)))
    own = [line(axis(row.lower), y, axis(row.upper), y, width=2)]
    own += [_arrow(axis.start, y, -7.0)] if row.lower < axis.low else []
    own += [_arrow(axis.end, y, 7.0)] if row.upper > axis.high else []
    if axis.low <= row.estimate <= axis.high:
        own.append(tag("rect", x=axis(row.estimate) - 4, y=y - 4, width=8, height=8, fill="currentColor"))
    return [*body, inked("rival", *own)]


def _arrow(x: float, y: float, reach: float) -> Markup:
    points = f"M{number(x + reach)} {number(y)}L{number(x)} {number(y - 4)}L{number(x)} {number(y + 4)}z"
    return tag("path", d=points, fill="currentColor")


def _describe(rows: Sequence[ThresholdRow], best: str, scale: Kind) -> str:
    within = sum(row.within for row in rows)
    listed = "; ".join(
        f"{r.label} {shown}, {best} best down to {below} and up to {above}"
        for r in rows[:DESCRIBED]
        for shown, below, above in [_columns(r, scale)]
    )
    more = "; the rest is in the table" if len(rows) > DESCRIBED else ""
    return (
        f"Threshold forest of {len(rows)} estimates: how far each can move before {best} is no longer best. In "
        f"{within} of them a threshold lies within the interval. {listed}{more}."
    )


def _twin(figure_id: str, title: Words, rows: Sequence[ThresholdRow], scale: Kind, level: str) -> Table:
    headers = (f"Estimate ({level} interval)", *HEADERS, "Threshold within the interval")
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Estimate of", "left"), *(Column(header) for header in headers)),
        tuple(Row((row.label, *_columns(row, scale), "yes" if row.within else "no")) for row in rows),
        notes=("After the colon: the treatment that would then be best. – : no move in that direction changes it.",),
    )
