"""Rankograms: a small chart for each treatment, with the probability of each rank or of that rank and better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.svg import SMALL, drawing, inked, line, number, tag, text, text_width, wrap
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import percent
from topline.exhibits.words import Words

PANEL = 150.0
HEIGHT = 84.0
GAP = 24.0
LEADING = 15.0
ACROSS = 4
TOPS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class RankogramPanel:
    """A treatment: ``probabilities[k]`` is that of rank k + 1 (1 is best); ``detail`` stands below its name."""

    label: str
    probabilities: tuple[float, ...]
    detail: str = ""
    role: Role = "rival"


def rankogram(
    figure_id: str,
    title: Words,
    panels: Sequence[RankogramPanel],
    *,
    cumulative: bool = False,
    caption: Words = "",
) -> Figure:
    """A panel a treatment in the order given, all on one scale; steps of the running sum where ``cumulative``.

    Raises ``ArgumentError`` without panels, or when the distributions differ in length or are none.
    """
    ranks = len(panels[0].probabilities) if panels else 0
    if not ranks or any(len(p.probabilities) != ranks or min(p.probabilities) < 0 for p in panels):
        raise ArgumentError(
            "a rankogram needs distributions of one length, with probabilities of 0 or more",
            found=f"lengths {sorted({len(p.probabilities) for p in panels})}",
        )
    shown = [_running_sum(p.probabilities) if cumulative else p.probabilities for p in panels]
    highest = max(max(values) for values in shown)
    top = next((t for t in TOPS if highest <= t + 1e-9), 1.0)
    across = min(ACROSS, len(panels))
    left = text_width(percent(top), SMALL) + 12
    heads = [_lines(panel) for panel in panels]
    body: list[Markup] = []
    y = 4.0
    for start in range(0, len(panels), across):
        row = range(start, min(start + across, len(panels)))
        head = max(LEADING * sum(map(len, heads[k])) for k in row) + 6
        for column, k in enumerate(row):
            x, base = left + column * (PANEL + GAP), y + head + HEIGHT
            body += _head(panels[k], heads[k], x, y + head)
            body.append(_frame(x, base, ranks, top, labelled=column == 0))
            body.append(inked(panels[k].role, _marks(shown[k], x, base, top, cumulative)))
        y += head + HEIGHT + 26
    width = left + across * (PANEL + GAP) - GAP + 4
    body.append(text(left, y + 8, "rank, 1 is best", size=SMALL, muted=True))
    what = "each rank or a better one" if cumulative else "each rank"
    likely = "; ".join(f"{p.label}: best with {_printed(p.probabilities[0])}" for p in panels[:6])
    described = f"Probability of {what} for {len(panels)} treatments, 1 is best. {likely}."
    if cumulative and not caption:
        caption = "Each step adds the probability of a rank. The mean of all steps but the last is the SUCRA."
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, width, y + 16, title, described, body),
        _twin(figure_id, title, panels, shown, cumulative),
        caption or f"The height of a bar is the probability of that rank; the axes end at {percent(top)}.",
    )


def _running_sum(probabilities: Sequence[float]) -> tuple[float, ...]:
    """The probability of each rank or a better one, without the noise of adding up."""
    return tuple(min(round(value, 12), 1.0) for value in accumulate(probabilities))


def _printed(probability: float, *, certain: bool = False) -> str:
    """As a percentage. What never, or always, came up in the draws is 0% or 100% only where it is ``certain``."""
    if probability <= 0:
        return "<0.1%"
    return percent(probability) if certain or probability < 1 else ">99.9%"


def _lines(panel: RankogramPanel) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of a panel's name and of its detail."""
    details = wrap(panel.detail, PANEL, SMALL) if panel.detail else ()
    return wrap(panel.label, PANEL, bold=panel.role == "programme"), details


def _head(
    panel: RankogramPanel, lines: tuple[tuple[str, ...], tuple[str, ...]], x: float, bottom: float
) -> list[Markup]:
    names, details = lines
    y = bottom - 7 - LEADING * (len(names) + len(details) - 1)
    bold = panel.role == "programme"
    out = [text(x, y + LEADING * k, part, bold=bold) for k, part in enumerate(names)]
    y += LEADING * len(names)
    return out + [text(x, y + LEADING * k, part, size=SMALL, muted=True) for k, part in enumerate(details)]


def _frame(x: float, base: float, ranks: int, top: float, *, labelled: bool) -> Markup:
    step = PANEL / ranks
    marks = [line(x, base, x + PANEL, base, opacity=0.6)]
    for share in (0.5, 1.0):
        y = base - share * HEIGHT
        marks.append(line(x, y, x + PANEL, y, opacity=0.13))
        if labelled:
            marks.append(text(x - 6, y + 4, percent(share * top), size=SMALL, anchor="end", muted=True))
    # as many labels as have room: every rank, every second, every fifth one and the first
    every = next(e for e in (1, 2, 5, 10, ranks) if e * step >= text_width(str(ranks), SMALL) + 5 or e == ranks)
    marks += [
        text(x + (rank - 0.5) * step, base + 14, str(rank), size=SMALL, anchor="middle", muted=True)
        for rank in range(1, ranks + 1)
        if rank == 1 or rank % every == 0
    ]
    return tag("g", *marks, class_="axis")


def _marks(values: Sequence[float], x: float, base: float, top: float, cumulative: bool) -> Markup:
    step = PANEL / len(values)
    heights = [HEIGHT * value / top for value in values]
    if cumulative:
        corners = "".join(f"V{number(base - h)}H{number(x + (k + 1) * step)}" for k, h in enumerate(heights))
        outline = f"M{number(x)} {number(base)}{corners}"
        area = tag("path", d=f"{outline}V{number(base)}Z", fill="currentColor", fill_opacity=0.25)
        return tag("g", area, tag("path", d=outline, fill="none", stroke="currentColor", stroke_width=1.6))
    bar = max(step - 3, 0.7 * step)
    bars = "".join(
        f"M{number(x + k * step + (step - bar) / 2)} {number(base)}V{number(base - h)}h{number(bar)}V{number(base)}Z"
        for k, h in enumerate(heights)
        if h >= 0.2
    )
    return tag("path", d=bars or f"M{number(x)} {number(base)}", fill="currentColor")


def _twin(
    figure_id: str,
    title: Words,
    panels: Sequence[RankogramPanel],
    shown: Sequence[Sequence[float]],
    cumulative: bool,
) -> Table:
    last = len(panels[0].probabilities)
    ranks = range(1, last + 1)
    head = [f"Rank {k} or better" if cumulative and k > 1 else f"Rank {k}" for k in ranks]
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Treatment", "left"), *(Column(h) for h in head)),
        tuple(
            Row(
                (p.label, *(_printed(v, certain=cumulative and k == last) for k, v in enumerate(values, 1))),
                tone="programme" if p.role == "programme" else "",
            )
            for p, values in zip(panels, shown, strict=True)
        ),
    )
