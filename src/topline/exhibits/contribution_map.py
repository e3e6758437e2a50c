"""Contributions as a heat map: which studies, or which direct comparisons, each network estimate rests on.

The form follows Salanti, Del Giovane, Chaimani, Caldwell and Higgins 2014, PLoS ONE 9:e99682 (the contribution plot).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.svg import SMALL, drawing, inked, line, number, tag, text, text_width, wrap
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import of_100, percent
from topline.exhibits.words import Words

LABEL_WIDTH = 230.0
HEADER_WIDTH = 200.0
CELL = 30.0
ROW = 24.0
LEADING = 15.0
# the darkest shade still lets the number on it be read
DARKEST = 0.5
SHADES = 8
# what is less prints as nothing: half a percent
LEAST = 0.005


@dataclass(frozen=True)
class ContributionRow:
    """A network estimate and the shares (0 to 1) of what it rests on, in the order of the columns."""

    label: str
    shares: tuple[float, ...]


def contribution_map(
    figure_id: str,
    title: Words,
    columns: Sequence[str],
    rows: Sequence[ContributionRow],
    *,
    kind: str = "studies",
    most: int = 40,
    caption: Words = "",
) -> Figure:
    """One row an estimate, one column a study or comparison (``kind``, in the plural), the largest on average first.

    Beyond ``most`` columns the smallest become one, ``n others``, which has no shade. Raises ``ArgumentError`` without
    rows or columns, and for shares that are no numbers from 0 to 1 or not one a column.
    """
    _check(columns, rows, most)
    names, cells = _sorted(columns, rows, most)
    single = [own[: most - 1] if len(columns) > most else own for own in cells]
    headers = [wrap(name, HEADER_WIDTH, SMALL) for name in names]
    labels = [wrap(row.label, LABEL_WIDTH) for row in rows]
    widths = [max(CELL, 14.0 * len(part) + 4) for part in headers]
    left = max(text_width(part) for label in labels for part in label) + 12
    top = max(text_width(part, SMALL) for header in headers for part in header) + 10
    edges = [left + sum(widths[:k]) for k in range(len(widths) + 1)]
    heights = [ROW + LEADING * (len(label) - 1) for label in labels]
    tops = [top + sum(heights[:k]) for k in range(len(heights) + 1)]
    body = [_headers(headers, edges, top), line(0, top, edges[-1], top, opacity=0.6)]
    body.append(_shades(single, edges, tops))
    body += [
        text(2, tops[k] + 16 + LEADING * i, part) for k, label in enumerate(labels) for i, part in enumerate(label)
    ]
    body.append(_numbers(cells, edges, tops))
    rules = "".join(f"M0 {number(y)}H{number(edges[-1])}" for y in tops[1:])
    body.append(tag("path", d=rules, stroke="currentColor", stroke_opacity=0.13))
    described = f"How much each of {len(columns)} {kind} contributes to each estimate. " + "; ".join(
        _largest(row, columns) for row in rows
    )
    how = (
        "Percent of the estimate of each row; a row adds to 100. Darker is more. What is under half a percent is left "
        "blank here, and stands in the table."
    )
    how += f" The last column adds up the {len(columns) - most + 1} smallest {kind}." if len(columns) > most else ""
    return Figure(
        figure_id,
        title,
        f"{described}.",
        drawing(figure_id, max(edges[-1] + 2, 200.0), tops[-1] + 2, title, f"{described}.", body),
        _twin(figure_id, title, names, rows, cells),
        caption or how,
    )


def _check(columns: Sequence[str], rows: Sequence[ContributionRow], most: int) -> None:
    if not rows or not columns or most < 1:
        found = f"{len(rows)} by {len(columns)}, at most {most}"
        raise ArgumentError("a contribution map needs rows and columns", found=found)
    for row in rows:
        if len(row.shares) != len(columns):
            raise ArgumentError(
                f"the row {row.label!r} has not one share a column",
                found=f"{len(row.shares)} shares",
                expected=f"{len(columns)}",
            )
        wrong = next((s for s in row.shares if not (math.isfinite(s) and -1e-9 <= s <= 1 + 1e-9)), None)
        if wrong is not None:
            raise ArgumentError(f"the row {row.label!r} holds what is no share", found=str(wrong), expected="0 to 1")


def _sorted(
    columns: Sequence[str], rows: Sequence[ContributionRow], most: int
) -> tuple[list[str], list[tuple[float, ...]]]:
    """The columns by their mean share, ties by name, with the cells of each row; the smallest as one."""
    total = [math.fsum(row.shares[k] for row in rows) for k in range(len(columns))]
    order = sorted(range(len(columns)), key=lambda k: (-round(total[k], 12), columns[k]))
    shown, rest = (order, []) if len(order) <= most else (order[: most - 1], order[most - 1 :])
    names = [columns[k] for k in shown] + ([f"{len(rest)} others"] if rest else [])
    cells = [
        (*(row.shares[k] for k in shown), *((math.fsum(row.shares[k] for k in rest),) if rest else ())) for row in rows
    ]
    return names, cells


def _headers(headers: Sequence[tuple[str, ...]], edges: Sequence[float], bottom: float) -> Markup:
    """The names of the columns, read from below; turned as one group, in which x runs upwards and y to the right."""
    names = []
    for k, lines in enumerate(headers):
        middle = (edges[k] + edges[k + 1]) / 2
        first = middle + 4 - 14 * (len(lines) - 1) / 2
        names += [text(-bottom + 6, first + 14 * i, part) for i, part in enumerate(lines)]
    return tag("g", *names, transform="rotate(-90)", font_size=SMALL)


def _shades(cells: Sequence[tuple[float, ...]], edges: Sequence[float], tops: Sequence[float]) -> Markup:
    """The cells as one path a shade."""
    highest = max((share for row in cells for share in row), default=0.0)
    paths = [""] * (SHADES + 1)
    for i, row in enumerate(cells):
        for k, share in enumerate(row):
            if share >= LEAST:
                x, y, width, height = edges[k], tops[i], edges[k + 1] - edges[k], tops[i + 1] - tops[i]
                shade = max(1, math.ceil(SHADES * share / highest - 1e-9))
                paths[shade] += f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"
    return inked(
        "programme",
        *(
            tag("path", d=path, fill="currentColor", fill_opacity=DARKEST * shade / SHADES)
            for shade, path in enumerate(paths)
            if path
        ),
    )


def _numbers(cells: Sequence[tuple[float, ...]], edges: Sequence[float], tops: Sequence[float]) -> Markup:
    words = [
        text((edges[k] + edges[k + 1]) / 2, (tops[i] + tops[i + 1]) / 2 + 4, of_100(share))
        for i, row in enumerate(cells)
        for k, share in enumerate(row)
        if share >= LEAST
    ]
    return tag("g", *words, text_anchor="middle", font_size=SMALL)


def _largest(row: ContributionRow, columns: Sequence[str]) -> str:
    best = sorted(range(len(columns)), key=lambda k: (-round(row.shares[k], 12), columns[k]))[:3]
    return f"{row.label}: " + ", ".join(f"{columns[k]} {percent(row.shares[k])}" for k in best if row.shares[k] > 0)


def _twin(
    figure_id: str,
    title: Words,
    names: Sequence[str],
    rows: Sequence[ContributionRow],
    cells: Sequence[tuple[float, ...]],
) -> Table:
    return Table(
        f"{figure_id}-table",
        title,
        (Column("Estimate", "left"), *(Column(name) for name in names)),
        tuple(
            Row((row.label, *(percent(s) if s > 0 else "" for s in own))) for row, own in zip(rows, cells, strict=True)
        ),
        notes=("Empty: no contribution.",),
    )
