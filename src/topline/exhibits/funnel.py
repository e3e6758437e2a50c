"""Comparison-adjusted funnel plots: do small studies differ from large ones in one direction?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.row_chart import axis_label_height, draw_axis
from topline.exhibits.scales import Scale, linear_ticks, tick_label
from topline.exhibits.svg import SIZE, SMALL, drawing, inked, line, number, tag, text, text_width, wrap
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import decimals_for, fixed
from topline.exhibits.words import Words

WIDTH, HEIGHT = 460.0, 300.0
TOP = 26.0
LEGEND = 230.0
LEADING = 15.0
# Outlines around the origin beside the circle, each drawn full and hollow; where comparisons outnumber the marks, each
# has a number.
SHAPES = (
    ((-4.5, -4.5), (4.5, -4.5), (4.5, 4.5), (-4.5, 4.5)),
    ((0.0, -5.5), (5.2, 4.2), (-5.2, 4.2)),
    ((0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)),
    ((0.0, 5.5), (5.2, -4.2), (-5.2, -4.2)),
)


@dataclass(frozen=True)
class FunnelPoint:
    """A study's estimate of a comparison: ``comparison`` in words, ``difference`` from the direct estimate, ``se``."""

    study: str
    comparison: str
    estimate: float
    direct: float
    se: float

    @property
    def difference(self) -> float:
        """The estimate less the direct pooled estimate of its comparison."""
        return self.estimate - self.direct


def funnel(
    figure_id: str,
    title: Words,
    points: Sequence[FunnelPoint],
    *,
    x_label: str,
    half_width: float,
    level: str = "95%",
    note: Words = "",
    caption: Words = "",
) -> Figure:
    """Differences across, standard errors downwards (0 at the top), ``half_width`` standard errors either side dashed.

    Marks tell the comparisons apart by shape. ``note`` stands below the plot. Raises ``ArgumentError`` without a point.
    """
    if not points:
        raise ArgumentError("a funnel plot needs at least one study")
    names = sorted({p.comparison for p in points})
    most = max(p.se for p in points) * 1.05
    reach = 1.05 * max([half_width * most, *(abs(p.difference) for p in points)])
    left = 12 + max(text_width(tick_label(v), SMALL) for v in linear_ticks(0.0, most, 8))
    across = Scale("natural", -reach, reach, left, left + WIDTH)
    down = Scale("natural", 0.0, most, TOP, TOP + HEIGHT)
    body = _frame(across, down, x_label, half_width)
    spots = sorted(points, key=lambda p: (p.comparison, p.study))
    body.append(inked("programme", *(_mark(names, p.comparison, across(p.difference), down(p.se)) for p in spots)))
    legend, legend_height = _legend(names, across.end + 22)
    beside = min(LEGEND, 30 + max(text_width(name, SMALL) for name in names))
    height = max(down.end + axis_label_height(x_label, WIDTH) + 22, TOP + legend_height)
    body += [*legend, text(2, height, note, size=SMALL, muted=True)]
    outside = sum(abs(p.difference) > half_width * p.se for p in points)
    described = (
        f"Funnel plot of {len(points)} estimates of {len(names)} comparisons: each study's estimate less the direct "
        f"estimate of its comparison, against its standard error. {outside} lie outside the {level} lines."
    )
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, across.end + 22 + beside, height + 8, title, described, body),
        _twin(figure_id, title, spots),
        caption or f"Dashed: where {level} of the studies would lie if chance alone moved them.",
    )


def _frame(across: Scale, down: Scale, x_label: str, half_width: float) -> list[Markup]:
    """The axes, the line of no difference and the two limits."""
    marks = [
        text(0, 14, "Standard error", size=SMALL, muted=True),
        line(across.start, down.start, across.start, down.end, opacity=0.6),
    ]
    for value in linear_ticks(down.low, down.high, 8):
        y = down(value)
        marks.append(line(across.start, y, across.end, y, opacity=0.1))
        marks.append(line(across.start - 4, y, across.start, y, opacity=0.6))
        marks.append(text(across.start - 7, y + 4, tick_label(value), size=SMALL, anchor="end"))
    limits = [
        line(across(0), down(0), across(side * half_width * down.high), down.end, opacity=0.75, dash="5 4")
        for side in (-1, 1)
    ]
    axis = draw_axis(across, down.end, label=x_label, most=8)
    middle = line(across(0), down.start, across(0), down.end, opacity=0.75)
    return [tag("g", *marks, class_="axis"), axis, middle, *limits]


def _mark(names: Sequence[str], comparison: str, x: float, y: float) -> Markup:
    """The mark of a comparison: circle or shape, full or hollow; a number where shapes do not suffice."""
    index = names.index(comparison)
    kinds = 1 + len(SHAPES)
    if len(names) > 2 * kinds:
        return text(x, y + 4, str(index + 1), size=SMALL, anchor="middle")
    hollow = index >= kinds
    looks = {"fill": "none" if hollow else "currentColor", "stroke": "currentColor"}
    if index % kinds == 0:
        return tag("circle", cx=x, cy=y, r=4.8, fill_opacity=None if hollow else 0.75, **looks)
    outline = "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in SHAPES[index % kinds - 1])
    return tag("path", d=f"M{outline}z", fill_opacity=None if hollow else 0.75, **looks)


def _legend(names: Sequence[str], x: float) -> tuple[list[Markup], float]:
    """One line a comparison, wrapped, and the height of all."""
    out: list[Markup] = []
    y = TOP
    for name in names:
        lines = wrap(name, LEGEND - 22, SMALL)
        out.append(inked("programme", _mark(names, name, x + 7, y - 4)))
        out += [text(x + 22, y + LEADING * k, part, size=SMALL) for k, part in enumerate(lines)]
        y += LEADING * len(lines) + 4
    return out, y - TOP + SIZE


def _twin(figure_id: str, title: Words, points: Sequence[FunnelPoint]) -> Table:
    headers = ("Estimate", "Direct estimate", "Difference", "Standard error")
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Study", "left"), Column("Comparison", "left"), *(Column(header) for header in headers)),
        tuple(
            Row((p.study, p.comparison, *(fixed(x, decimals) for x in (p.estimate, p.direct, p.difference, p.se))))
            for p in points
            for decimals in [decimals_for(p.se, 3)]
        ),
    )
