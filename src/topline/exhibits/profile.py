"""How well each amount of heterogeneity agrees with the data: the profile of the likelihood, cut at its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.plane import curve, draw_plane, lay_plane
from topline.exhibits.svg import SMALL, drawing, inked, line, tag, text
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import significant
from topline.exhibits.words import Words, plain

TABLE_ROWS = 24


@dataclass(frozen=True)
class ProfilePoint:
    """A value of tau2, and by how much the log likelihood there lies below its maximum (0 or less)."""

    tau2: float
    log_likelihood: float


def profile_chart(
    figure_id: str,
    title: Words,
    points: Sequence[ProfilePoint],
    *,
    estimate: float,
    limits: tuple[float, float],
    cut: float,
    level: str = "95%",
    caption: Words = "",
) -> Figure:
    """The profile over tau2 with the cut (below 0) that makes the interval, the estimate and the limits.

    Raises ``ArgumentError`` with fewer than two points.
    """
    if len(points) < 2:
        raise ArgumentError("a profile needs points", found=str(len(points)), expected="two or more")
    top = max(p.tau2 for p in points)
    plane = lay_plane(
        (0.0, top), (3 * cut, 0.0), x_label="heterogeneity, tau2",
        y_label="log likelihood below its maximum",
    )  # fmt: skip
    body = draw_plane(plane)
    body.append(inked("programme", curve(plane, [(p.tau2, p.log_likelihood) for p in points])))
    y = plane.up(cut)
    body.append(line(plane.across.start, y, plane.across.end, y, dash="4 3"))
    body.append(text(plane.across.end, y - 5, f"{level} interval", size=SMALL, anchor="end", halo=True))
    for limit in limits:
        if 0 < limit <= top:
            x = plane.across(limit)
            body.append(line(x, y, x, plane.up.start, dash="2 3"))
    x, zero = plane.place(estimate, 0.0)
    body.append(line(x, zero, x, plane.up.start, opacity=0.6))
    body.append(inked("programme", tag("circle", cx=x, cy=zero, r=4, fill="currentColor")))
    described = (
        f"{plain(title)}. The likelihood is highest at tau2 {significant(estimate, 3)}; the {level} interval goes from "
        f"{significant(limits[0], 3)} to {significant(limits[1], 3)}."
    )
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, plane.width, plane.height, title, described, body),
        Table(
            f"{figure_id}-table",
            title,
            (Column("tau2"), Column("Log likelihood below its maximum")),
            tuple(Row((significant(p.tau2, 3), significant(p.log_likelihood, 3))) for p in _thinned(points)),
        ),
        caption or f"Values of tau2 above the broken line make up the {level} interval.",
    )


def _thinned(points: Sequence[ProfilePoint]) -> Sequence[ProfilePoint]:
    """As many points, evenly taken, as a reader can take in."""
    return points[:: max(1, len(points) // TABLE_ROWS)]
