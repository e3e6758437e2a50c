"""Adverse events: the two rates as dots, and beside them the risk difference with its interval.

The form follows O. Amit, R. M. Heiberger and P. W. Lane, "Graphical approaches to the analysis of safety data from
clinical trials", Pharmaceutical Statistics 2008;7:20-35.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.row_chart import ChartRow, axis_label_height, draw_axis, draw_frame, lay_out
from topline.exhibits.scales import Scale, limits_for
from topline.exhibits.svg import SMALL, drawing, inked, line, tag, text, text_width
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import of_100, per_100_with_interval
from topline.exhibits.words import Words

RATE_PANEL = 210.0
DIFFERENCE_PANEL = 190.0
Signal = Literal["more", "fewer", "unclear"]
_MARKS: dict[Signal, str] = {"more": "▲ more", "fewer": "▼ fewer", "unclear": "unclear"}


@dataclass(frozen=True)
class HarmRow:
    """An adverse event: rates and their difference (drug minus reference) as proportions.

    ``rate_text`` and ``reference_text`` label the dots; ``columns`` are the numbers at the right before the signal;
    ``detail`` names the trial and the week.
    """

    label: str
    rate: float
    reference_rate: float
    difference: float
    lower: float
    upper: float
    signal: Signal = "unclear"
    rate_text: Words = ""
    reference_text: Words = ""
    columns: tuple[Words, ...] = ()
    detail: str = ""


def harm_chart(
    figure_id: str,
    title: Words,
    rows: Sequence[HarmRow],
    *,
    drug: str,
    reference: str,
    columns: Sequence[str] = (),
    caption: Words = "",
) -> Figure:
    """The dot plot of adverse events, largest risk difference first. Without ``columns`` the difference is printed."""
    rows = sorted(rows, key=lambda row: -row.difference)
    numbers = [row.columns or (_difference(row),) for row in rows]
    columns = (*(columns or ("Difference per 100 (95% interval)",)), f"On {drug}")
    chart = [
        ChartRow(row.label, row.detail, (*printed, _MARKS[row.signal]), "harm")
        for row, printed in zip(rows, numbers, strict=True)
    ]
    titles = (f"● {drug} ○ {reference}", f"{drug} minus {reference}")
    layout = lay_out(chart, headers=columns, panels=(RATE_PANEL, DIFFERENCE_PANEL), panel_titles=titles)
    most = 100 * max(max(row.rate, row.reference_rate) for row in rows)
    (start, end), right = layout.panels
    room = 14 + max(text_width(words, SMALL, bold=True) for row in rows for words in _rate_labels(row))
    rates = Scale("natural", 0.0, max(most, 1.0), start + room, end - room)
    low, high = limits_for(
        "natural", [(100 * r.difference, 100 * r.lower, 100 * r.upper) for r in rows], null=0.0, reach=1e9
    )
    differences = Scale("natural", low, high, *right)
    body = draw_frame(layout, chart, headers=columns, panel_titles=titles)
    body.append(draw_axis(rates, layout.bottom, label="of 100", grid_top=layout.top, most=5))
    body.append(draw_axis(differences, layout.bottom, label="difference per 100", grid_top=layout.top, most=5))
    body.append(line(differences(0), layout.top, differences(0), layout.bottom, opacity=0.75))
    for row, y in zip(rows, layout.middles, strict=True):
        body += _draw_rates(row, rates, y)
        body.append(_draw_difference(row, differences, y))
    described = f"Adverse events on {drug} and {reference}, of 100, and the difference with its 95% interval. "
    described += "; ".join(f"{r.label} {of_100(r.rate)} versus {of_100(r.reference_rate)}" for r in rows) + "."
    return Figure(
        figure_id,
        title,
        described,
        drawing(
            figure_id, layout.width, layout.bottom + axis_label_height("of 100", RATE_PANEL) + 4, title, described, body
        ),
        _twin(figure_id, title, rows, numbers, columns, drug, reference),
        caption or "▲ and ▼ mark differences whose 95% interval leaves out zero.",
    )


def _difference(row: HarmRow) -> str:
    return per_100_with_interval(row.difference, row.lower, row.upper)


def _rate_labels(row: HarmRow) -> tuple[Words, Words]:
    return row.rate_text or of_100(row.rate), row.reference_text or of_100(row.reference_rate)


def _draw_rates(row: HarmRow, axis: Scale, y: float) -> list[Markup]:
    """Two dots joined by a line, each labelled on its outer side."""
    drug, reference = axis(100 * row.rate), axis(100 * row.reference_rate)
    outward = 1 if drug >= reference else -1
    own, other = _rate_labels(row)
    return [
        line(drug, y, reference, y, opacity=0.4),
        tag("circle", cx=reference, cy=y, r=4.5, class_="paper", fill="#fff", stroke="currentColor", stroke_width=1.6),
        inked("harm", tag("circle", cx=drug, cy=y, r=5, fill="currentColor")),
        text(drug + outward * 9, y + 4, own, size=SMALL, anchor="start" if outward > 0 else "end", bold=True),
        text(reference - outward * 9, y + 4, other, size=SMALL, anchor="end" if outward > 0 else "start"),
    ]


def _draw_difference(row: HarmRow, axis: Scale, y: float) -> Markup:
    x = axis(100 * row.difference)
    if row.signal == "more":
        mark = tag("path", d=f"M{x - 6:.1f} {y + 4:.1f}h12l-6-10z", fill="currentColor")
    elif row.signal == "fewer":
        mark = tag("path", d=f"M{x - 6:.1f} {y - 4:.1f}h12l-6 10z", fill="currentColor")
    else:
        mark = tag("circle", cx=x, cy=y, r=4, fill="#fff", stroke="currentColor", stroke_width=1.6, class_="paper")
    role: Role = "harm" if row.signal == "more" else "rival"
    return inked(role, line(axis(100 * row.lower), y, axis(100 * row.upper), y, width=2), mark)


def _twin(
    figure_id: str,
    title: Words,
    rows: Sequence[HarmRow],
    numbers: Sequence[tuple[Words, ...]],
    columns: Sequence[str],
    drug: str,
    reference: str,
) -> Table:
    headers = (f"{drug}, of 100", f"{reference}, of 100", *columns)
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Adverse event", "left"), *(Column(header) for header in headers)),
        tuple(
            Row((
                f"{row.label}, {row.detail}" if row.detail else row.label,
                *_rate_labels(row),
                *printed,
                _MARKS[row.signal],
            ))
            for row, printed in zip(rows, numbers, strict=True)
        ),
    )  # fmt: skip
