"""The frame of a chart with numbers on both axes: ticks below and at the left, and paths through points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.exhibits.row_chart import axis_label_height, draw_axis
from topline.exhibits.scales import Kind, Scale, tick_label
from topline.exhibits.svg import SMALL, line, number, tag, text, text_width

TOP = 26.0
Point = tuple[float, float]


@dataclass(frozen=True)
class Plane:
    """Two axes in pixels: ``across`` to the right, ``up`` from the bottom; the drawing is ``width`` by ``height``."""

    across: Scale
    up: Scale
    x_label: str
    y_label: str
    width: float
    height: float

    def place(self, x: float, y: float) -> Point:
        """Where a pair of values lies; values outside the axes at their edge."""
        return self.across(x), self.up(y)

    def holds(self, x: float, y: float) -> bool:
        """Whether both values are within the axes."""
        return self.across.low <= x <= self.across.high and self.up.low <= y <= self.up.high


def lay_plane(
    x_limits: tuple[float, float],
    y_limits: tuple[float, float],
    *,
    x_label: str,
    y_label: str,
    x_kind: Kind = "natural",
    y_kind: Kind = "natural",
    size: tuple[float, float] = (480.0, 280.0),
) -> Plane:
    """A plane whose inner part is ``size`` pixels wide and high. Raises ``ArgumentError`` for limits that are none."""
    ticks = Scale(y_kind, *y_limits, TOP + size[1], TOP)
    left = 12 + max(text_width(tick_label(value), SMALL) for value in ticks.ticks(8))
    across = Scale(x_kind, *x_limits, left, left + size[0])
    height = TOP + size[1] + axis_label_height(x_label, size[0]) + 14
    return Plane(across, ticks, x_label, y_label, left + size[0] + 14, height)


def draw_plane(plane: Plane) -> list[Markup]:
    """Both axes with their ticks and what they measure."""
    bottom, left, right = plane.up.start, plane.across.start, plane.across.end
    marks = [text(0, 14, plane.y_label, size=SMALL, muted=True), line(left, bottom, left, plane.up.end, opacity=0.6)]
    for value in plane.up.ticks(8):
        y = plane.up(value)
        marks.append(line(left, y, right, y, opacity=0.1))
        marks.append(line(left - 4, y, left, y, opacity=0.6))
        marks.append(text(left - 7, y + 4, tick_label(value), size=SMALL, anchor="end"))
    return [tag("g", *marks, class_="axis"), draw_axis(plane.across, bottom, label=plane.x_label, most=8)]


def curve(plane: Plane, points: Sequence[Point], *, width: float = 2.0, dash: str | None = None) -> Markup:
    """A line through points of values, in their order, where it lies within the axes."""
    pieces: list[list[Point]] = [[]]
    for x, y in points:
        if plane.holds(x, y):
            pieces[-1].append(plane.place(x, y))
        elif pieces[-1]:
            pieces.append([])
    return tag("path", d="".join(_path(p) for p in pieces if len(p) > 1), fill="none", stroke="currentColor",
               stroke_width=width, stroke_dasharray=dash)  # fmt: skip


def band(plane: Plane, lower: Sequence[Point], upper: Sequence[Point], *, opacity: float = 0.13) -> Markup:
    """The area between two lines, cut at the edges of the plane."""
    places = [plane.place(*point) for point in (*lower, *reversed(upper))]
    return tag("path", d=_path(places) + "z", fill="currentColor", fill_opacity=opacity)


def _path(places: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places)
