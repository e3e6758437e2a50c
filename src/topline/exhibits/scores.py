"""Ranking scores from 0 to 1, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.row_chart import ChartRow, Layout, axis_label_height, draw_axis, draw_frame, lay_out
from topline.exhibits.scales import Scale
from topline.exhibits.svg import SMALL, drawing, inked, line, tag, text
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import fixed, interval
from topline.exhibits.words import Words

PANEL = 320.0


@dataclass(frozen=True)
class ScoreRow:
    """A treatment's score (0 to 1) with its interval where there is one; ``predictive`` is that of a new trial."""

    label: str
    score: float
    lower: float | None = None
    upper: float | None = None
    predictive: float | None = None
    role: Role = "rival"


def score_chart(
    figure_id: str,
    title: Words,
    rows: Sequence[ScoreRow],
    *,
    score_name: str = "P-score",
    level: str = "95%",
    caption: Words = "",
) -> Figure:
    """A dot and its interval a treatment, best first, and a hollow diamond for its score in a new trial.

    Raises ``ArgumentError`` without rows, or when a score is not between 0 and 1.
    """
    for row in rows:
        for value in (row.score, row.lower, row.upper, row.predictive):
            if value is not None and not 0 <= value <= 1:
                raise ArgumentError(f"the score of {row.label!r} is not one", found=str(value), expected="0 to 1")
    rows = sorted(rows, key=lambda row: (-row.score, row.label))
    predicted = any(row.predictive is not None for row in rows)
    headers = (score_name, f"{level} interval", *(("In a new trial",) if predicted else ()))
    printed = [_printed(row, predicted) for row in rows]
    chart = [ChartRow(row.label, columns=p, role=row.role) for row, p in zip(rows, printed, strict=True)]
    layout = lay_out(chart, headers=headers, panels=(PANEL,))
    axis = Scale("natural", 0.0, 1.0, *layout.panels[0])
    label = f"{score_name}, 1 is certainly the best"
    body = draw_frame(layout, chart, headers=headers)
    body.append(draw_axis(axis, layout.bottom, label=label, grid_top=layout.top))
    body.append(line(axis(0.5), layout.top, axis(0.5), layout.bottom, dash="4 3", opacity=0.8))
    body += [_draw_row(row, axis, y) for row, y in zip(rows, layout.middles, strict=True)]
    height = layout.bottom + axis_label_height(label, PANEL) + 16
    body += _key(layout, height, predicted)
    listed = "; ".join(f"{row.label} {words[0]} ({words[1]})" for row, words in zip(rows[:6], printed, strict=False))
    described = f"{score_name} of {len(rows)} treatments with {level} intervals. {listed}."
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, layout.width, height + 8, title, described, body),
        Table(
            f"{figure_id}-table",
            title,
            (Column("Treatment", "left"), *(Column(header) for header in headers)),
            tuple(
                Row((row.label, *words), tone="programme" if row.role == "programme" else "")
                for row, words in zip(rows, printed, strict=True)
            ),
        ),
        caption,
    )


def _printed(row: ScoreRow, predicted: bool) -> tuple[str, ...]:
    limits = interval(row.lower, row.upper, 2) if row.lower is not None and row.upper is not None else "none"
    return (fixed(row.score, 2), limits, *((fixed(row.predictive, 2),) if predicted else ()))


def _draw_row(row: ScoreRow, axis: Scale, y: float) -> Markup:
    marks: list[Markup] = []
    if row.lower is not None and row.upper is not None:
        marks.append(line(axis(row.lower), y, axis(row.upper), y, width=2))
    marks.append(tag("circle", cx=axis(row.score), cy=y, r=5, fill="currentColor"))
    if row.predictive is not None:
        marks.append(_diamond(axis(row.predictive), y))
    return inked(row.role, *marks)


def _diamond(x: float, y: float) -> Markup:
    corners = f"M{x - 5:.1f} {y:.1f}L{x:.1f} {y - 5:.1f}L{x + 5:.1f} {y:.1f}L{x:.1f} {y + 5:.1f}Z"
    return tag("path", d=corners, class_="paper", fill="#fff", stroke="currentColor", stroke_width=1.6)


def _key(layout: Layout, y: float, predicted: bool) -> list[Markup]:
    words = "dashed: half of the rivals beaten"
    if predicted:
        words += " · ◇ in a new trial"
    return [text(2, y, words, size=SMALL, muted=True)] if layout.width else []
