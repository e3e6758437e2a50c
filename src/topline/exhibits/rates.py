"""Absolute outcomes: how many of 100 respond on each treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.row_chart import ChartRow, Layout, axis_label_height, draw_axis, draw_frame, lay_out
from topline.exhibits.scales import Scale
from topline.exhibits.svg import SMALL, drawing, inked, line, tag, text, text_width
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import of_100, of_100_interval
from topline.exhibits.words import Words

PANEL = 320.0


@dataclass(frozen=True)
class RateRow:
    """A treatment's rate (0 to 1) with its interval; ``columns`` are the numbers at the right."""

    label: str
    rate: float
    lower: float | None = None
    upper: float | None = None
    columns: tuple[Words, ...] = ()
    role: Role = "rival"
    detail: str = ""


def rate_chart(
    figure_id: str,
    title: Words,
    rows: Sequence[RateRow],
    *,
    axis_label: str,
    columns: Sequence[str] = (),
    baseline: tuple[str, float] | None = None,
    better: str = "higher",
    caption: Words = "",
) -> Figure:
    """A dot and an interval a treatment, best first (``better``: ``higher``, ``lower``, or ``given`` keeps the order).

    ``baseline`` (a label and a rate) draws the line to compare with. Without ``columns`` the rate of 100 is printed.
    Raises ``ArgumentError`` when a rate is not between 0 and 1.
    """
    for row in rows:
        for value in (row.rate, row.lower, row.upper):
            if value is not None and not 0 <= value <= 1:
                raise ArgumentError(
                    f"the rate of {row.label!r} is not a proportion", found=str(value), expected="0 to 1"
                )
    if better != "given":
        rows = sorted(rows, key=lambda row: row.rate, reverse=better == "higher")
    printed = [row.columns or _printed(row) for row in rows]
    columns = columns or ("of 100", "95% interval")
    chart = [ChartRow(r.label, r.detail, c, r.role) for r, c in zip(rows, printed, strict=True)]
    layout = lay_out(chart, headers=columns, panels=(PANEL,))
    axis = Scale("natural", 0.0, _ceiling(rows, baseline), *layout.panels[0])
    body = draw_frame(layout, chart, headers=columns)
    body.append(draw_axis(axis, layout.bottom, label=axis_label, grid_top=layout.top))
    if baseline:
        body += _draw_baseline(layout, axis, baseline)
    for row, middle in zip(rows, layout.middles, strict=True):
        body.append(_draw_row(row, axis, middle))
    height = layout.bottom + axis_label_height(axis_label, PANEL) + 22
    described = f"{axis_label}, with 95% intervals. " + "; ".join(f"{r.label} {of_100(r.rate)}" for r in rows) + "."
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, layout.width, height, title, described, body),
        Table(
            f"{figure_id}-table",
            title,
            (Column("Treatment", "left"), *(Column(header) for header in columns)),
            tuple(
                Row((r.label, *c), tone="programme" if r.role == "programme" else "")
                for r, c in zip(rows, printed, strict=True)
            ),
        ),
        caption,
    )


def _printed(row: RateRow) -> tuple[str, str]:
    limits = row.lower is not None and row.upper is not None
    return of_100(row.rate), of_100_interval(row.lower, row.upper) if limits else ""


def _ceiling(rows: Sequence[RateRow], baseline: tuple[str, float] | None) -> float:
    """The end of the axis, in patients of 100: the next ten above what is shown, or less for rare outcomes."""
    highest = 100 * max([*(r.upper if r.upper is not None else r.rate for r in rows), baseline[1] if baseline else 0.0])
    return next(float(top) for top in (1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100) if highest <= top)


def _draw_baseline(layout: Layout, axis: Scale, baseline: tuple[str, float]) -> list[Markup]:
    label, rate = baseline
    x = axis(100 * rate)
    words = f"{label} {of_100(rate)}"
    half = text_width(words, SMALL) / 2
    middle = min(max(x, axis.start + half), axis.end - half)
    return [
        line(x, layout.top, x, layout.bottom, dash="4 3", opacity=0.8),
        text(middle, layout.top - 7, words, size=SMALL, anchor="middle"),
    ]


def _draw_row(row: RateRow, axis: Scale, y: float) -> Markup:
    marks: list[Markup] = []
    if row.lower is not None and row.upper is not None:
        marks.append(line(axis(100 * row.lower), y, axis(100 * row.upper), y, width=2))
    marks.append(tag("circle", cx=axis(100 * row.rate), cy=y, r=5, fill="currentColor"))
    return inked(row.role, *marks)
