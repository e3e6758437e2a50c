"""The net heat plot: which design disagrees with which, and how much each one weighs.

Source: Krahn, Binder and König 2013, BMC Med Res Methodol 13:35, with one row a design and the heat printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import BLUE, VERMILION
from topline.exhibits.svg import SMALL, drawing, number, tag, text, text_width, wrap
from topline.exhibits.table import Cell, Column, Row, Table
from topline.exhibits.text import fixed
from topline.exhibits.words import Words, safe

LABEL_WIDTH = 240.0
LEADING = 15.0
CELL = 44.0
# the side of a square for a weight of 1
SQUARE = 22.0
# heat from which a colour is full, and how much it then covers; text stays readable on it
FULL = 8.0
COVER = 0.7
# how many designs are shown: more make no picture
DRAWN = 20
# how many cells the description of the drawing names
DESCRIBED = 4

HOW = (
    "Row: the design in question. Column: the design that is detached, by its number. On the diagonal stands the row's "
    "own part of Q between designs. Off it stands by how much that part falls (+, orange) when the column's design "
    "gets effects of its own: the two disagree; or rises (−, blue): the column's design supported the row's. Full "
    f"colour from {FULL:.0f}; nothing is printed below 0.05. The area of a grey square is the weight of the column's "
    "design in the network's estimate for the row's treatments."
)


@dataclass(frozen=True)
class HeatDesign:
    """A row: ``heat[k]`` and ``hat[k]`` belong to column k, which is the design of row k.

    ``heat`` is in units of Q; ``hat`` is a weight from 0.
    """

    label: str
    heat: tuple[float, ...]
    hat: tuple[float, ...]


def net_heat_chart(figure_id: str, title: Words, rows: Sequence[HeatDesign], *, caption: Words = "") -> Figure:
    """The matrix of heat in the order of the rows; of more than 20 designs, the first 20, as the caption then says.

    Raises ``ArgumentError`` unless rows and columns are as many, and the heat finite and the weights from 0.
    """
    size = len(rows)
    wrong = not rows or any(len(row.heat) != size or len(row.hat) != size for row in rows)
    if wrong or any(not math.isfinite(x) for row in rows for x in (*row.heat, *row.hat)):
        raise ArgumentError(
            "a net heat plot needs as many columns as rows, and finite numbers",
            found="rows of " + ", ".join(f"{len(row.heat)} and {len(row.hat)}" for row in rows[:8]),
            expected=f"{size} cells a row",
        )
    if any(x < 0 for row in rows for x in row.hat):
        raise ArgumentError("the weight of a design is 0 or more", found=fixed(min(min(r.hat) for r in rows), 3))
    shown = [HeatDesign(row.label, row.heat[:DRAWN], row.hat[:DRAWN]) for row in rows[:DRAWN]]
    lines = [wrap(f"{k}  {row.label}", LABEL_WIDTH) for k, row in enumerate(shown, 1)]
    left = min(max(text_width(part) for label in lines for part in label), LABEL_WIDTH) + 12
    bounds = list(accumulate((max(CELL, LEADING * len(label) + 8) for label in lines), initial=28.0))
    body = _names(lines, left, bounds) + _matrix(shown, left, bounds)
    described = _described(shown)
    how = HOW if size == len(shown) else f"{HOW} Shown are the first {DRAWN} of {size} designs."
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, max(left + CELL * len(shown) + 2, 240), bounds[-1] + 4, title, described, body),
        _twin(figure_id, title, shown),
        caption or how,
    )


def _names(lines: Sequence[Sequence[str]], left: float, bounds: Sequence[float]) -> list[Markup]:
    """The numbers above the columns and the names beside the rows."""
    marks = [text(2, 20, "Design", size=SMALL, muted=True)]
    for k, label in enumerate(lines):
        marks.append(text(left + (k + 0.5) * CELL, 20, str(k + 1), size=SMALL, anchor="middle", muted=True))
        first = (bounds[k] + bounds[k + 1] - LEADING * (len(label) - 1)) / 2 + 4.5
        marks += [text(2, first + LEADING * i, part) for i, part in enumerate(label)]
    return marks


def _matrix(rows: Sequence[HeatDesign], left: float, bounds: Sequence[float]) -> list[Markup]:
    """The cells in layers, colours below: each layer is one mark where it can be, since cells grow with the square."""
    colours: list[Markup] = []
    numbers: list[Markup] = []
    squares = own = ""
    for k, row in enumerate(rows):
        top, bottom = bounds[k], bounds[k + 1]
        for j, (heat, hat) in enumerate(zip(row.heat, row.hat, strict=True)):
            x = left + j * CELL
            cover = COVER * min(abs(heat) / FULL, 1.0)
            if cover >= 0.01:
                place = {"x": x, "y": top, "width": CELL, "height": bottom - top}
                colours.append(tag("rect", **place, fill=VERMILION if heat > 0 else BLUE, fill_opacity=cover))
            # above the number; a flow that passes a design of several arms twice may weigh more than 1
            side = SQUARE * math.sqrt(min(hat, 1.0))
            if side >= 1:
                squares += _outline(x + (CELL - side) / 2, (top + bottom - LEADING - side) / 2, side, side)
            if j == k:
                own += _outline(x, top, CELL, bottom - top)
            if _is_printed(heat):
                shown = fixed(heat, 1, sign=j != k)
                bold = "bold" if j == k else None
                numbers.append(tag("text", safe(shown), x=x + CELL / 2, y=bottom - 4, font_weight=bold))
    right = left + CELL * len(rows)
    grid = "".join(f"M{number(left)} {number(y)}H{number(right)}" for y in bounds)
    grid += "".join(
        f"M{number(left + CELL * j)} {number(bounds[0])}V{number(bounds[-1])}" for j in range(len(rows) + 1)
    )
    return [
        tag("g", *colours),
        *([tag("path", d=squares, fill="currentColor", fill_opacity=0.4)] if squares else []),
        tag("path", d=grid, fill="none", stroke="currentColor", stroke_opacity=0.3),
        tag("path", d=own, fill="none", stroke="currentColor", stroke_width=2),
        tag("g", *numbers, font_size=SMALL, text_anchor="middle"),
    ]


def _outline(x: float, y: float, width: float, height: float) -> str:
    return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"


def _is_printed(heat: float) -> bool:
    return abs(heat) >= 0.05


def _described(rows: Sequence[HeatDesign]) -> str:
    """The designs with the largest parts of Q, and the largest heat between two designs, in words."""
    own = sorted(((row.heat[k], k) for k, row in enumerate(rows)), key=lambda entry: (-entry[0], entry[1]))
    pairs = [(row.heat[k], i, k) for i, row in enumerate(rows) for k in range(len(rows)) if k != i]
    pairs = sorted((entry for entry in pairs if _is_printed(entry[0])), key=lambda entry: (-abs(entry[0]), entry[1:]))
    words = f"Matrix of {len(rows)} designs. Own parts of Q between designs: "
    words += "; ".join(f"{rows[k].label} {fixed(heat, 1)}" for heat, k in own[:DESCRIBED]) + ". "
    moved = "; ".join(
        f"detaching {rows[k].label} {'takes' if heat > 0 else 'adds'} {fixed(abs(heat), 1)} "
        f"{'off' if heat > 0 else 'to'} {rows[i].label}"
        for heat, i, k in pairs[:DESCRIBED]
    )
    return words + (f"Largest changes: {moved}." if moved else "No design changes another.")


def _twin(figure_id: str, title: Words, rows: Sequence[HeatDesign]) -> Table:
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Design", "left"), *(Column(str(k)) for k in range(1, len(rows) + 1))),
        tuple(
            Row(
                (
                    f"{at}  {row.label}",
                    *(
                        Cell(fixed(heat, 2, sign=k + 1 != at), detail=fixed(hat, 2), strong=k + 1 == at)
                        for k, (heat, hat) in enumerate(zip(row.heat, row.hat, strict=True))
                    ),
                )
            )
            for at, row in enumerate(rows, 1)
        ),
        notes=("Heat, and in brackets the weight of the column's design in the row's network estimate.",),
    )
