"""Studies as bubbles over a covariate, with the line of a meta-regression and the band around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.plane import Plane, Point, band, curve, draw_plane, lay_plane
from topline.exhibits.scales import Kind, limits_for
from topline.exhibits.svg import drawing, inked, line, tag
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import fixed, significant
from topline.exhibits.words import Words, plain

LARGEST = 15.0


@dataclass(frozen=True)
class Bubble:
    """A study: its covariate ``x``, its effect ``y`` with limits, and the weight that its area goes with."""

    label: str
    x: float
    y: float
    lower: float
    upper: float
    weight: float


@dataclass(frozen=True)
class LinePoint:
    """A point of the fitted line with the limits of its band; effects on the axis's own scale."""

    x: float
    y: float
    lower: float
    upper: float


def bubble_chart(
    figure_id: str,
    title: Words,
    bubbles: Sequence[Bubble],
    fitted: Sequence[LinePoint],
    *,
    x_label: str,
    y_label: str,
    scale: Kind,
    caption: Words = "",
    level: str = "95%",
    at: str = "",
) -> Figure:
    """Bubbles, the fitted line and its band; ``scale`` is the kind of the vertical axis, whose null is marked.

    ``at`` names the values of other covariates that the line is drawn at, although the bubbles are of all studies; the
    description says so, and the caption unless one is given.

    Raises ``ArgumentError`` without bubbles, or without two points of a line.
    """
    if not bubbles or len(fitted) < 2:
        raise ArgumentError("a bubble plot needs studies, and a line", found=f"{len(bubbles)}, {len(fitted)} points")
    null = 1.0 if scale == "log" else 0.0
    triples = [(b.y, b.y, b.y) for b in bubbles] + [(p.y, p.lower, p.upper) for p in fitted]
    xs = [b.x for b in bubbles] + [p.x for p in fitted]
    air = 0.05 * (max(xs) - min(xs))
    plane = lay_plane(
        (min(xs) - air, max(xs) + air), limits_for(scale, triples, null=null), x_label=x_label, y_label=y_label,
        y_kind=scale,
    )  # fmt: skip
    body = draw_plane(plane)
    y = plane.up(null)
    body.append(line(plane.across.start, y, plane.across.end, y, opacity=0.6))
    body.append(inked("programme", *_fitted(plane, fitted)))
    heaviest = max(b.weight for b in bubbles)
    body.append(inked("rival", *(_circle(plane, b, heaviest) for b in sorted(bubbles, key=lambda b: -b.weight))))
    first, last = fitted[0], fitted[-1]
    described = (
        f"{plain(title)}. {len(bubbles)} studies; the fitted line{f' at {at}' if at else ''} goes from "
        f"{significant(first.y, 3)} at {significant(first.x, 3)} to {significant(last.y, 3)} at "
        f"{significant(last.x, 3)}."
    )
    apart = f" The line is drawn at {at}; the bubbles are of all studies." if at else ""
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, plane.width, plane.height, title, described, body),
        _twin(figure_id, title, bubbles, x_label, y_label, level),
        caption
        or f"The area of a bubble goes with the study's precision; the band is the {level} interval of the line."
        + apart,
    )


def _fitted(plane: Plane, points: Sequence[LinePoint]) -> list[Markup]:
    lower: list[Point] = [(p.x, p.lower) for p in points]
    upper: list[Point] = [(p.x, p.upper) for p in points]
    return [band(plane, lower, upper), curve(plane, [(p.x, p.y) for p in points])]


def _circle(plane: Plane, bubble: Bubble, heaviest: float) -> Markup:
    x, y = plane.place(bubble.x, bubble.y)
    radius = max(3.0, LARGEST * math.sqrt(bubble.weight / heaviest))
    return tag("circle", cx=x, cy=y, r=radius, fill="currentColor", fill_opacity=0.35, stroke="currentColor")


def _twin(figure_id: str, title: Words, bubbles: Sequence[Bubble], x_label: str, y_label: str, level: str) -> Table:
    ordered = sorted(bubbles, key=lambda b: (b.x, b.label))
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Study", "left"), Column(x_label), Column(y_label), Column(f"{level} interval"), Column("Weight")),
        tuple(
            Row(
                (
                    b.label,
                    significant(b.x, 4),
                    significant(b.y, 3),
                    f"{significant(b.lower, 3)} to {significant(b.upper, 3)}",
                    fixed(b.weight, 1),
                )
            )
            for b in ordered
        ),
        notes=("Weight: one over the study's variance and heterogeneity.",),
    )
