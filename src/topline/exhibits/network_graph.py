"""The network of evidence: treatments on a circle, joined where a trial compares them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits.figure import Figure
from topline.exhibits.palette import SHADES, Role
from topline.exhibits.svg import SIZE, SMALL, Box, drawing, inked, line, number, tag, text, text_box, wrap
from topline.exhibits.table import Column, Row, Table
from topline.exhibits.text import count, listed
from topline.exhibits.words import Text, Words, parts

LABEL_WIDTH = 170.0
LEADING = 15.0
# How many comparisons the description of the drawing names; the table twin holds them all.
DESCRIBED = 6
AWAY = 9.0
NodeSize = Literal["patients", "trials"]
EdgeWidth = Literal["trials", "precision"]


@dataclass(frozen=True)
class NetworkNode:
    """A treatment with its number of patients, printed as ``words`` if given, and of trials that hold it."""

    label: str
    patients: int | None = None
    role: Role = "rival"
    words: Words = ""
    trials: int | None = None


@dataclass(frozen=True)
class NetworkEdge:
    """Two treatments, by their labels, and how many trials compare them, printed as ``words`` if given.

    ``precision`` is the inverse variance of what these trials say of the two.
    """

    first: str
    second: str
    trials: int
    words: Words = ""
    precision: float | None = None

    @property
    def printed(self) -> Words:
        """The number of trials as it stands on the line."""
        return self.words or count(self.trials)


@dataclass(frozen=True)
class MultiArm:
    """Three treatments or more, by their labels, and how many trials compare all of them and no other one."""

    treatments: tuple[str, ...]
    trials: int
    words: Words = ""

    @property
    def printed(self) -> Words:
        """The number of trials in the table."""
        return self.words or count(self.trials)


@dataclass(frozen=True)
class _Place:
    """A node on the circle: its centre, its radius, and its label's lines from the baseline of the first one down."""

    x: float
    y: float
    radius: float
    lines: tuple[str, ...]
    label_x: float
    label_y: float
    anchor: str
    bold: bool

    def boxes(self) -> list[Box]:
        return [
            text_box(self.label_x, self.label_y + LEADING * k, part, anchor=self.anchor, bold=self.bold)
            for k, part in enumerate(self.lines)
        ]


def network_graph(
    figure_id: str,
    title: Words,
    nodes: Sequence[NetworkNode],
    edges: Sequence[NetworkEdge],
    *,
    multi_arm: Sequence[MultiArm] = (),
    size: NodeSize = "patients",
    width: EdgeWidth = "trials",
    caption: Words = "",
) -> Figure:
    """The network graph, in the order of the nodes, clockwise from the top.

    The area of a disc goes with ``size`` (discs are alike where no node says), the width of a line with ``width``. Each
    of ``multi_arm`` is an area behind the lines.

    Raises ``ArgumentError`` without nodes or when two have one label, when a multi-arm design has fewer than three
    treatments, or one without a precision that ``width`` needs; ``UnknownNameError`` when an edge or a design names a
    treatment that is not a node.
    """
    _check(nodes, edges, multi_arm, width)
    places, wide, high = _arrange(nodes, _radii_of(nodes, size))
    at = dict(zip((node.label for node in nodes), places, strict=True))
    counts, unplaced = _draw_counts(edges, at)
    body = [tag("g", *_draw_areas(multi_arm, at), class_="areas")] if multi_arm else []
    body += [tag("g", *_draw_edges(edges, at, width), class_="edges"), tag("g", *counts, class_="counts")]
    for node, place in zip(nodes, places, strict=True):
        body += _draw_node(node, place)
    described = _described(nodes, edges, multi_arm)
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, wide, high, title, described, body),
        _twin(figure_id, title, nodes, edges, multi_arm),
        caption or _how(nodes, multi_arm, size, width, unplaced),
    )


def _check(
    nodes: Sequence[NetworkNode], edges: Sequence[NetworkEdge], multi_arm: Sequence[MultiArm], width: EdgeWidth
) -> None:
    labels = [node.label for node in nodes]
    if not labels or len(set(labels)) != len(labels):
        raise ArgumentError("a network graph needs nodes, each with a label of its own", found=", ".join(labels))
    for names in (*((e.first, e.second) for e in edges), *(design.treatments for design in multi_arm)):
        for name in names:
            if name not in labels:
                raise UnknownNameError.among("treatment", name, labels)
    few = next((d for d in multi_arm if len(set(d.treatments)) < 3), None)
    if few:
        raise ArgumentError("a multi-arm design has three treatments or more", found=", ".join(few.treatments))
    vague = next((e for e in edges if width == "precision" and not (e.precision and e.precision > 0)), None)
    if vague:
        raise ArgumentError(
            f"the precision of {vague.first} and {vague.second} is not known", repair='ask for width="trials"'
        )


def _described(nodes: Sequence[NetworkNode], edges: Sequence[NetworkEdge], multi_arm: Sequence[MultiArm]) -> str:
    trials = sum(edge.trials for edge in edges)
    listed = "; ".join(f"{e.first} and {e.second}: {e.trials}" for e in edges[:DESCRIBED])
    several = sum(design.trials for design in multi_arm)
    more = f" {several} of the trials have three arms or more." if several > 1 else ""
    more = " 1 of the trials has three arms or more." if several == 1 else more
    return (
        f"Network of {len(nodes)} treatments and {len(edges)} direct comparisons ({trials} trial comparisons). "
        + listed
        + ("; the rest is in the table." if len(edges) > DESCRIBED else ".")
        + more
    )


def _how(
    nodes: Sequence[NetworkNode], multi_arm: Sequence[MultiArm], size: NodeSize, width: EdgeWidth, unplaced: int
) -> str:
    """How to read the graph."""
    line = {
        "trials": "its trials, whose number stands on it",
        "precision": "its precision (the inverse variance); the number on it counts its trials",
    }[width]
    sized = any(_size_of(node, size) for node in nodes)
    disc = f"The area of a disc goes with its {size}, the width of a line with"
    how = f"{disc if sized else 'The width of a line goes with'} {line}."
    if multi_arm:
        how += " A shaded area is a trial, or several, of three arms or more; the table lists them."
    return how + (" Where a number had no room, the table has it." if unplaced else "")


def _size_of(node: NetworkNode, size: NodeSize) -> int:
    return (node.patients if size == "patients" else node.trials) or 0


def _radii_of(nodes: Sequence[NetworkNode], size: NodeSize) -> list[float]:
    """The radius of each disc as a share of the largest; 0 where no node says its size."""
    most = max((_size_of(node, size) for node in nodes), default=0)
    return [math.sqrt(_size_of(node, size) / most) if most else 0.0 for node in nodes]


def _arrange(nodes: Sequence[NetworkNode], shares: Sequence[float]) -> tuple[list[_Place], float, float]:
    """Discs on a circle and labels outside it; and the size of the drawing that holds them all."""
    n = len(nodes)
    lines = [wrap(node.label, LABEL_WIDTH, bold=node.role == "programme") for node in nodes]
    tallest = max(
        sum(LEADING * len(part) + 4 for part in lines[: (n + 1) // 2]),
        sum(LEADING * len(part) + 4 for part in lines[n // 2 :]),
    )
    circle = max(120.0, tallest / 2 * 0.95, 120.0 + 8 * (n - 14))
    apart = 2 * circle * math.sin(math.pi / max(n, 2))
    largest = min(22.0, 0.42 * apart)
    radii = [max(4.0, largest * share) if any(shares) else 7.0 for share in shares]
    angles = [-math.pi / 2 + (i + 0.5) * 2 * math.pi / n for i in range(n)]
    ring = circle + largest + AWAY
    tops = _label_tops(angles, lines, ring)
    places = []
    for node, angle, radius, part, label_y in zip(nodes, angles, radii, lines, tops, strict=True):
        x, anchor = _label_x(angle, label_y, part, ring, n)
        places.append(
            _Place(circle * math.cos(angle), circle * math.sin(angle), radius, part, x, label_y, anchor,
                   node.role == "programme")
        )  # fmt: skip
    return _shifted(places)


def _middle(angle: float, n: int) -> bool:
    """Whether a label may be centred above or below its node: at the very top or bottom, when there is room beside."""
    return n <= 8 and abs(math.cos(angle)) < 0.05


def _label_tops(angles: Sequence[float], lines: Sequence[tuple[str, ...]], ring: float) -> list[float]:
    """The baseline of each label's first line: beside its node, pushed apart from the labels on the same side."""
    n = len(angles)
    heights = [LEADING * len(part) for part in lines]
    tops = [0.0] * n
    for right in (True, False):
        side = [i for i in range(n) if (math.cos(angles[i]) > -1e-9) == right]
        side.sort(key=lambda i: math.sin(angles[i]))
        wanted = [
            ring * math.sin(angles[i])
            - heights[i] / 2
            + (math.copysign(heights[i] / 2, math.sin(angles[i])) if _middle(angles[i], n) else 0)
            for i in side
        ]
        for i, top in zip(side, _apart(wanted, [heights[i] + 4 for i in side]), strict=True):
            tops[i] = top + 0.8 * SIZE
    return tops


def _apart(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Tops nearest to the wanted ones (least squares) such that none overlaps the next: pool adjacent violators."""
    offsets = [sum(heights[:i]) for i in range(len(heights))]
    blocks: list[list[float]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        blocks.append([want - offset, 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, size = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + value * size) / (before[1] + size)
            before[1] += size
    levels = [value for value, size in blocks for _ in range(int(size))]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _label_x(angle: float, label_y: float, part: tuple[str, ...], ring: float, n: int) -> tuple[float, str]:
    """Where a label starts (right half) or ends (left half).

    All of it lies outside the ring, and no nearer to the middle than its node, so that no leader passes through it.
    """
    if _middle(angle, n):
        return 0.0, "middle"
    top, bottom = label_y - 0.8 * SIZE, label_y + LEADING * (len(part) - 1) + 0.25 * SIZE
    nearest = 0.0 if top < 0 < bottom else min(abs(top), abs(bottom))
    x = max(math.sqrt(max(ring**2 - nearest**2, 0.0)), ring * abs(math.cos(angle)), 10.0)
    return (x, "start") if math.cos(angle) > -1e-9 else (-x, "end")


def _shifted(places: Sequence[_Place]) -> tuple[list[_Place], float, float]:
    """The places moved so that nothing is cut off, with the width and height of the drawing."""
    boxes = [box for place in places for box in place.boxes()]
    boxes += [Box(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in places]
    left, top = min(box.left for box in boxes) - 6, min(box.top for box in boxes) - 6
    width, height = max(box.right for box in boxes) + 6 - left, max(box.bottom for box in boxes) + 6 - top
    moved = [
        _Place(p.x - left, p.y - top, p.radius, p.lines, p.label_x - left, p.label_y - top, p.anchor, p.bold)
        for p in places
    ]
    return moved, width, height


def _draw_areas(designs: Sequence[MultiArm], at: dict[str, _Place]) -> list[Markup]:
    """The polygon of each design, the largest behind, in light shades that let each other through.

    Corners in the order of the circle, so that the outline never crosses itself.
    """
    order = {name: i for i, name in enumerate(at)}
    out = []
    for k, design in enumerate(sorted(designs, key=lambda d: (-len(d.treatments), d.treatments))):
        corners = [at[name] for name in sorted(set(design.treatments), key=order.__getitem__)]
        points = " ".join(f"{number(p.x)},{number(p.y)}" for p in corners)
        out.append(tag("polygon", points=points, fill=SHADES[k % len(SHADES)], fill_opacity=0.22))
    return out


def _draw_edges(edges: Sequence[NetworkEdge], at: dict[str, _Place], width: EdgeWidth) -> list[Markup]:
    most = max((edge.trials for edge in edges), default=1)
    widest = min(8.0, 2.0 * max(most, 4) / 4)
    sizes = [float(e.trials) if width == "trials" else e.precision or 0.0 for e in edges]
    largest = max(sizes, default=1.0) or 1.0
    return [
        line(at[e.first].x, at[e.first].y, at[e.second].x, at[e.second].y,
             width=max(1.0, (widest if width == "trials" else 8.0) * size / largest), opacity=0.38)
        for e, size in zip(edges, sizes, strict=True)
    ]  # fmt: skip


def _draw_counts(edges: Sequence[NetworkEdge], at: dict[str, _Place]) -> tuple[list[Markup], int]:
    """The number of trials on each line, where it meets no other number, disc or line; and how many found no room.

    A first pass keeps clear of other lines too; a second only of numbers and discs.
    """
    degree = {name: sum(name in (e.first, e.second) for e in edges) for name in at}
    taken = [Box(p.x - p.radius, p.y - p.radius, p.x + p.radius, p.y + p.radius) for p in at.values()]
    segments = [(at[e.first], at[e.second]) for e in edges]
    out: list[Markup] = []
    unplaced = 0
    for i, edge in sorted(enumerate(edges), key=lambda pair: -pair[1].trials):
        hub, leaf = (
            (edge.first, edge.second) if degree[edge.first] >= degree[edge.second] else (edge.second, edge.first)
        )
        others = [segment for k, segment in enumerate(segments) if k != i]
        spot = _free_spot(at[hub], at[leaf], count(edge.trials), taken, others)
        spot = spot or _free_spot(at[hub], at[leaf], count(edge.trials), taken, [])
        if spot is None:
            unplaced += 1
            continue
        x, y, box = spot
        taken.append(box)
        out.append(text(x, y, edge.printed, size=SMALL, anchor="middle", halo=True))
    return out, unplaced


def _free_spot(
    hub: _Place, leaf: _Place, label: str, taken: Sequence[Box], others: Sequence[tuple[_Place, _Place]]
) -> tuple[float, float, Box] | None:
    for share in (0.6, 0.66, 0.54, 0.72, 0.48, 0.78, 0.42, 0.36, 0.84, 0.3):
        x, y = hub.x + share * (leaf.x - hub.x), hub.y + share * (leaf.y - hub.y) + 4
        box = text_box(x, y, label, size=SMALL, anchor="middle")
        if any(box.overlaps(other, 2.0) for other in taken):
            continue
        if not any(_crosses(box, a, b) for a, b in others):
            return x, y, box
    return None


def _crosses(box: Box, a: _Place, b: _Place) -> bool:
    """Whether the segment from a to b enters the box (Liang and Barsky's clipping)."""
    first, last = 0.0, 1.0
    for start, delta, low, high in ((a.x, b.x - a.x, box.left, box.right), (a.y, b.y - a.y, box.top, box.bottom)):
        if delta == 0:
            if not low < start < high:
                return False
            continue
        enter, leave = sorted(((low - start) / delta, (high - start) / delta))
        first, last = max(first, enter), min(last, leave)
    return first < last


def _draw_node(node: NetworkNode, place: _Place) -> list[Markup]:
    disc = tag(
        "circle", cx=place.x, cy=place.y, r=place.radius, fill="currentColor", stroke="#fff", class_="edge-paper"
    )
    out = [_leader(place), inked(node.role, disc)]
    for k, part in enumerate(place.lines):
        y = place.label_y + LEADING * k
        out.append(text(place.label_x, y, part, anchor=place.anchor, bold=place.bold))
    return out


def _leader(place: _Place) -> Markup:
    """A hair line from the disc to a label that had to move away from it."""
    if place.anchor == "middle":
        return Markup("")
    x = place.label_x + (-3 if place.anchor == "start" else 3)
    y = place.label_y - 0.3 * SIZE + LEADING * (len(place.lines) - 1) / 2
    distance = math.hypot(x - place.x, y - place.y)
    if distance < place.radius + 16:
        return Markup("")
    return line(
        place.x + (x - place.x) * (place.radius + 2) / distance,
        place.y + (y - place.y) * (place.radius + 2) / distance, x, y, width=0.7, opacity=0.5,
    )  # fmt: skip


def _twin(
    figure_id: str,
    title: Words,
    nodes: Sequence[NetworkNode],
    edges: Sequence[NetworkEdge],
    multi_arm: Sequence[MultiArm],
) -> Table:
    """A row a treatment: its patients, and with which of the others trials compare it; each comparison once."""

    def partners(label: str) -> Words:
        words: list[Text] = []
        for edge in edges:
            if edge.first == label:
                words += ["; " if words else "", f"{edge.second}: ", *parts(edge.printed)]
        if words:
            return tuple(words)
        return "as told above" if any(edge.second == label for edge in edges) else "nothing"

    rows = [
        Row((node.label, "–" if node.patients is None else node.words or count(node.patients), partners(node.label)))
        for node in nodes
    ]
    if multi_arm:
        rows.append(Row(("Trials of three arms or more, counted above in each of their comparisons",), heading=True))
        rows += [Row((listed(sorted(d.treatments)), "", (*parts(d.printed), _trials(d)))) for d in multi_arm]
    headers = (Column("Treatment", "left"), Column("Patients"), Column("Compared with, in how many trials", "left"))
    return Table(f"{figure_id}-table", title, headers, tuple(rows))


def _trials(design: MultiArm) -> str:
    return " trial" if design.trials == 1 else " trials"
