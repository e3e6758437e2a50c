"""Ranks as distributions: how probable each place is, a row of small bars for each treatment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.row_chart import ChartRow, Layout, draw_frame, lay_out
from topline.exhibits.svg import SMALL, drawing, inked, line, number, tag, text
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import fixed, percent
from topline.exhibits.words import Words, plain

BAR_HEIGHT = 18.0


@dataclass(frozen=True)
class RankRow:
    """``probabilities[k]`` is the probability of rank k + 1 (1 is best). Median and range are printed as given.

    ``mean``, ``first`` and ``last`` are the twin's words for the mean rank and for the probability of the best and the
    worst rank; what is not given is worked out from the probabilities.
    """

    label: str
    probabilities: tuple[float, ...]
    median: Words
    range: Words
    role: Role = "rival"
    mean: Words = ""
    first: Words = ""
    last: Words = ""

    @property
    def mean_rank(self) -> float:
        """The mean of the distribution."""
        return sum((k + 1) * p for k, p in enumerate(self.probabilities)) / sum(self.probabilities)


def rank_chart(figure_id: str, title: Words, rows: Sequence[RankRow], *, caption: Words = "") -> Figure:
    """One row of bars a treatment, sorted by mean rank, with the median rank and its 95% range as numbers.

    Raises ``ArgumentError`` when the distributions are of different lengths, are empty, or hold a negative number.
    """
    lengths = {len(row.probabilities) for row in rows}
    if len(lengths) != 1 or any(min(r.probabilities, default=-1) < 0 or sum(r.probabilities) <= 0 for r in rows):
        raise ArgumentError(
            "rank distributions need one length, and probabilities of 0 or more that do not all vanish",
            found=f"lengths {sorted(lengths)}",
        )
    ranks = lengths.pop()
    rows = sorted(rows, key=lambda row: row.mean_rank)
    headers = ("Median rank", "95% range")
    chart = [ChartRow(row.label, columns=(row.median, row.range), role=row.role) for row in rows]
    layout = lay_out(chart, headers=headers, panels=(min(max(ranks * 26.0, 220.0), 440.0),))
    tallest = max(max(row.probabilities) for row in rows)
    body = draw_frame(layout, chart, headers=headers)
    body.append(_axis(layout, ranks))
    for row, middle in zip(rows, layout.middles, strict=True):
        body.append(inked(row.role, _bars(row.probabilities, layout.panels[0], middle, tallest)))
    described = "Probability of each rank, 1 is best. " + "; ".join(
        f"{row.label}: median {plain(row.median)}, 95% range {plain(row.range)}" for row in rows
    )
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, layout.width, layout.bottom + 38, title, described, body),
        _twin(figure_id, title, rows),
        caption or f"The height of a bar is the probability of that rank; the tallest is {percent(tallest)}.",
    )


def _bars(probabilities: Sequence[float], panel: tuple[float, float], middle: float, tallest: float) -> Markup:
    """All bars of a row as one path: lean, and one thing to a screen reader."""
    start, end = panel
    step = (end - start) / len(probabilities)
    base = middle + BAR_HEIGHT / 2
    bar = max(step - 3, 1.5)
    path = "".join(
        f"M{number(start + k * step + (step - bar) / 2)} {number(base)}v{number(-BAR_HEIGHT * p / tallest)}"
        f"h{number(bar)}v{number(BAR_HEIGHT * p / tallest)}z"
        for k, p in enumerate(probabilities)
        if p / tallest >= 0.01
    )
    return tag("path", d=path, fill="currentColor")


def _axis(layout: Layout, ranks: int) -> Markup:
    start, end = layout.panels[0]
    step = (end - start) / ranks
    shown = [k for k in range(1, ranks + 1) if ranks <= 12 or k == 1 or k % 5 == 0]
    y = layout.bottom
    marks = [line(start, y, end, y, opacity=0.6)]
    marks += [text(start + (k - 0.5) * step, y + 15, str(k), size=SMALL, anchor="middle") for k in shown]
    marks.append(text(start, y + 30, "best", size=SMALL, muted=True))
    marks.append(text(end, y + 30, "worst", size=SMALL, anchor="end", muted=True))
    return tag("g", *marks, class_="axis")


def _twin(figure_id: str, title: Words, rows: Sequence[RankRow]) -> Table:
    headers = ("Median rank", "95% range", "Mean rank", "First", "Last")
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Treatment", "left"), *(Column(header) for header in headers)),
        tuple(
            Row(
                (
                    row.label,
                    row.median,
                    row.range,
                    row.mean or fixed(row.mean_rank, 1),
                    row.first or percent(_at(row, 0)),
                    row.last or percent(_at(row, -1)),
                ),
                tone="programme" if row.role == "programme" else "",
            )
            for row in rows
        ),
        notes=("First and last: the probability of the best and of the worst rank.",),
    )


def _at(row: RankRow, index: int) -> float:
    return min(row.probabilities[index] / sum(row.probabilities), 1.0)
