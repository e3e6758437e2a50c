"""The Hasse diagram of a partial order: the better above the worse, a line where nothing lies between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import Role
from topline.exhibits.svg import SIZE, drawing, inked, number, tag, text, text_width, wrap
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import fixed, listed
from topline.exhibits.words import Words

LABEL_WIDTH = 130.0
NARROW_LABEL = 80.0
WIDE = 900.0
LEADING = 15.0
PAD = 9.0
GAP = 22.0
BETWEEN_LEVELS = 46.0
SWEEPS = 8


@dataclass(frozen=True)
class HasseNode:
    """An element: ``level`` 0 is at the top, and lines lead to higher levels only. ``scores`` are one an outcome."""

    label: str
    level: int
    scores: tuple[float, ...] = ()
    role: Role = "rival"


@dataclass
class _Place:
    """A node, or the bend of a line that passes its level (``node`` is None): its middle and half its width."""

    node: HasseNode | None
    level: int
    half: float
    x: float = 0.0


def hasse_diagram(
    figure_id: str,
    title: Words,
    nodes: Sequence[HasseNode],
    covers: Sequence[tuple[str, str]],
    *,
    outcomes: Sequence[str] = (),
    caption: Words = "",
) -> Figure:
    """The diagram; ``covers`` are pairs of labels, upper and lower, with nothing between.

    Raises ``ArgumentError`` without nodes, when two have one label, or when a line does not lead down,
    ``UnknownNameError`` when a line names a label that is not there.
    """
    by_label = {node.label: node for node in nodes}
    if not nodes or len(by_label) != len(nodes):
        raise ArgumentError("a diagram needs nodes, each with a label of its own", found=", ".join(by_label) or "none")
    for upper, lower in covers:
        for name in (upper, lower):
            if name not in by_label:
                raise UnknownNameError.among("node", name, by_label)
        if by_label[upper].level >= by_label[lower].level:
            raise ArgumentError("a line of the diagram does not lead down", found=f"{upper} to {lower}")
    most = max(sum(other.level == node.level for other in nodes) for node in nodes)
    room = min(LABEL_WIDTH, max(NARROW_LABEL, WIDE / most - 2 * PAD - GAP))
    lines = {node.label: wrap(node.label, room, bold=node.role == "programme") for node in nodes}
    ranks, chains = _layers(nodes, covers, lines)
    _order(ranks, chains)
    width = _spread(ranks, chains)
    tops, bottoms = _heights(ranks, lines)
    body = [_draw_line(chain, tops, bottoms) for chain in chains]
    body += [_draw_node(p, p.node, lines, tops, bottoms) for rank in ranks for p in rank if p.node is not None]
    described = _described(nodes, covers)
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, width, bottoms[-1] + 8, title, described, body),
        _twin(figure_id, title, nodes, covers, outcomes),
        caption,
    )


def _layers(
    nodes: Sequence[HasseNode], covers: Sequence[tuple[str, str]], lines: dict[str, tuple[str, ...]]
) -> tuple[list[list[_Place]], list[list[_Place]]]:
    """The places of each level, and the chain of places that each line runs through from the top down.

    A line that passes a level gets a bend of its own there, so that it does not run through a node.
    """
    depth = max(node.level for node in nodes) + 1
    ranks: list[list[_Place]] = [[] for _ in range(depth)]
    placed: dict[str, _Place] = {}
    # the stronger to the left, whatever order the nodes came in
    for node in sorted(nodes, key=lambda n: (-sum(n.scores), n.label)):
        bold = node.role == "programme"
        half = max(text_width(part, SIZE, bold=bold) for part in lines[node.label]) / 2 + PAD
        placed[node.label] = _Place(node, node.level, half)
        ranks[node.level].append(placed[node.label])
    chains = []
    for upper, lower in sorted(covers):
        start, end = placed[upper], placed[lower]
        bends = [_Place(None, level, 1.0) for level in range(start.level + 1, end.level)]
        for bend in bends:
            ranks[bend.level].append(bend)
        chains.append([start, *bends, end])
    return ranks, chains


def _order(ranks: list[list[_Place]], chains: Sequence[Sequence[_Place]]) -> None:
    """Order each level by the mean position of its neighbours, down and up in turn (Sugiyama 1981): fewer crossings."""
    neighbours = _neighbours(chains)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for level in range(1, len(ranks)) if down else range(len(ranks) - 2, -1, -1):
            beside = level - 1 if down else level + 1
            position = {id(place): k for k, place in enumerate(ranks[beside])}
            now = {id(place): k for k, place in enumerate(ranks[level])}

            def key(place: _Place, position: dict[int, int] = position, now: dict[int, int] = now) -> float:
                found = [position[id(other)] for other in neighbours.get(id(place), ()) if id(other) in position]
                return sum(found) / len(found) if found else float(now[id(place)])

            ranks[level].sort(key=key)


def _neighbours(chains: Sequence[Sequence[_Place]]) -> dict[int, list[_Place]]:
    found: dict[int, list[_Place]] = {}
    for chain in chains:
        for upper, lower in pairwise(chain):
            found.setdefault(id(upper), []).append(lower)
            found.setdefault(id(lower), []).append(upper)
    return found


def _spread(ranks: Sequence[Sequence[_Place]], chains: Sequence[Sequence[_Place]]) -> float:
    """Give each place its middle: near its neighbours' mean, in order, none touching the next. Returns the width."""
    for rank in ranks:
        x = 0.0
        for place in rank:
            place.x = x + place.half
            x += 2 * place.half + GAP
        middle = (x - GAP) / 2
        for place in rank:
            place.x -= middle
    neighbours = _neighbours(chains)
    for _ in range(SWEEPS):
        for rank in ranks:
            wanted = [
                sum(other.x for other in found) / len(found) if (found := neighbours.get(id(place), [])) else place.x
                for place in rank
            ]
            _settle(rank, wanted)
    left = min(place.x - place.half for rank in ranks for place in rank) - 6
    for rank in ranks:
        for place in rank:
            place.x -= left
    return max(120.0, max(place.x + place.half for rank in ranks for place in rank) + 6)


def _settle(rank: Sequence[_Place], wanted: Sequence[float]) -> None:
    """The middles nearest to the wanted ones (least squares) such that none touches the next: pool the violators."""
    offsets = [0.0]
    for before, after in pairwise(rank):
        offsets.append(offsets[-1] + before.half + after.half + GAP)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append((want - offset, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (value, size), (earlier, many) = blocks.pop(), blocks.pop()
            blocks.append(((earlier * many + value * size) / (many + size), many + size))
    levels = [value for value, size in blocks for _ in range(size)]
    for place, level, offset in zip(rank, levels, offsets, strict=True):
        place.x = level + offset


def _heights(ranks: Sequence[Sequence[_Place]], lines: dict[str, tuple[str, ...]]) -> tuple[list[float], list[float]]:
    """The top and the bottom of each level."""
    tops, bottoms, y = [], [], 8.0
    for rank in ranks:
        deepest = max((len(lines[place.node.label]) for place in rank if place.node is not None), default=1)
        tops.append(y)
        bottoms.append(y + LEADING * deepest + 2 * PAD - 4)
        y = bottoms[-1] + BETWEEN_LEVELS
    return tops, bottoms


def _draw_line(chain: Sequence[_Place], tops: Sequence[float], bottoms: Sequence[float]) -> Markup:
    first, last = chain[0], chain[-1]
    points = [(first.x, bottoms[first.level])]
    for bend in chain[1:-1]:
        points += [(bend.x, tops[bend.level]), (bend.x, bottoms[bend.level])]
    points.append((last.x, tops[last.level]))
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return tag("path", d=path, fill="none", stroke="currentColor", stroke_opacity=0.6, stroke_width=1.4)


def _draw_node(
    place: _Place,
    node: HasseNode,
    lines: dict[str, tuple[str, ...]],
    tops: Sequence[float],
    bottoms: Sequence[float],
) -> Markup:
    top, bottom = tops[place.level], bottoms[place.level]
    frame = tag(
        "rect", x=place.x - place.half, y=top, width=2 * place.half, height=bottom - top, rx=6, class_="paper",
        fill="#fff", stroke="currentColor", stroke_width=2.4 if node.role == "programme" else 1.2,
    )  # fmt: skip
    parts = lines[node.label]
    first = (top + bottom) / 2 - LEADING * (len(parts) - 1) / 2 + 0.36 * SIZE
    words = [
        text(place.x, first + LEADING * k, part, anchor="middle", bold=node.role == "programme")
        for k, part in enumerate(parts)
    ]
    return tag("g", inked(node.role, frame), *words)


def _described(nodes: Sequence[HasseNode], covers: Sequence[tuple[str, str]]) -> str:
    top = sorted(node.label for node in nodes if node.level == 0)
    depth = max(node.level for node in nodes) + 1
    return (
        f"Hasse diagram of {len(nodes)} treatments on {depth} levels, the better above, joined by {len(covers)} lines. "
        f"None is above {listed(top)}."
    )


def _twin(
    figure_id: str,
    title: Words,
    nodes: Sequence[HasseNode],
    covers: Sequence[tuple[str, str]],
    outcomes: Sequence[str],
) -> Table:
    rows = []
    for node in sorted(nodes, key=lambda n: (n.level, -sum(n.scores), n.label)):
        below = [lower for upper, lower in covers if upper == node.label]
        scores = [fixed(score, 2) for score in node.scores] if outcomes else []
        rows.append(
            Row(
                (node.label, str(node.level + 1), *scores, ", ".join(below) or "none"),
                tone="programme" if node.role == "programme" else "",
            )
        )
    columns = (
        Column("Treatment", "left"),
        Column("Level"),
        *(Column(f"P-score, {outcome}") for outcome in outcomes),
        Column("Next below", "left"),
    )
    return Table(f"{figure_id}-table", title, columns, tuple(rows))
