"""A drawing read back as marks: shapes and labels with their looks settled, for renderers other than a browser.

The drawing is our own SVG (:mod:`topline.exhibits.svg`), so that there is one description of a figure and every
renderer shows the same marks. What the reader does not know, an element, an attribute or a value, it refuses by name:
nothing that a builder draws is left out in silence.

Source of the rules of inheritance, painting and path data: W3C, Scalable Vector Graphics (SVG) 2, 2018.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from topline.errors import ArgumentError
from topline.exhibits.paths import Commands, Matrix, circle, parse_path, parse_transform, placed, polygon, rectangle
from topline.exhibits.svg import SIZE

INK = "#000000"
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_NAMED = {"black": "#000000", "white": "#ffffff"}
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_SPACES = re.compile(r"[ \t\r\n]+")

# What passes from a group to what it holds; the value is that of the root.
INHERITED = {
    "color": INK,
    "fill": "black",
    "fill-opacity": "1",
    "fill-rule": "nonzero",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-opacity": "1",
    "stroke-dasharray": "none",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    "font-family": "sans-serif",
    "font-size": str(SIZE),
    "font-weight": "normal",
    "font-style": "normal",
    "text-anchor": "start",
    "paint-order": "normal",
}
# Values other than these would be drawn wrongly.
CHOICES = {
    "fill-rule": {"nonzero"},
    "stroke-linecap": {"butt", "round", "square"},
    "stroke-linejoin": {"miter", "round", "bevel"},
    "font-family": {"sans-serif"},
    "font-weight": {"normal", "bold", "400", "600", "700"},
    "font-style": {"normal", "italic"},
    "text-anchor": {"start", "middle", "end"},
    "paint-order": {"normal", "stroke"},
}
ELEMENTS = {
    "svg": {"viewBox", "width", "height"},
    "g": set(),
    "title": set(),
    "desc": set(),
    "line": {"x1", "y1", "x2", "y2"},
    "rect": {"x", "y", "width", "height", "rx"},
    "circle": {"cx", "cy", "r"},
    "path": {"d"},
    "polygon": {"points"},
    "text": {"x", "y"},
    "tspan": {"x", "y", "dy"},
}
# For the page around a drawing and for its reader; they change nothing on paper.
SILENT = {"id", "class", "role", "shape-rendering"}


@dataclass(frozen=True)
class Paint:
    """A colour (``#rrggbb``) and how much it covers (0 to 1)."""

    colour: str
    opacity: float


@dataclass(frozen=True)
class Shape:
    """An outline in the drawing's pixels, y downwards, with its paints; ``dash`` in pixels, empty for a whole line."""

    path: Commands
    fill: Paint | None
    stroke: Paint | None
    width: float
    dash: tuple[float, ...]
    cap: str
    join: str


@dataclass(frozen=True)
class Label:
    """A line of words: ``y`` is its baseline, ``angle`` turns it clockwise about (x, y) in degrees.

    ``halo`` is drawn ``halo_width`` pixels wide behind the letters.
    """

    x: float
    y: float
    words: str
    size: float
    anchor: str
    bold: bool
    italic: bool
    angle: float
    fill: Paint
    halo: Paint | None
    halo_width: float


@dataclass(frozen=True)
class Scene:
    """A drawing as its marks, the first one at the back; ``width`` and ``height`` in pixels."""

    width: float
    height: float
    marks: tuple[Shape | Label, ...]


@dataclass(frozen=True)
class _Looks:
    """What is in force at an element: inherited attributes, the opacity of the groups around it, and its place."""

    said: Mapping[str, str] = field(default_factory=lambda: dict(INHERITED))
    opacity: float = 1.0
    matrix: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def within(self, element: ET.Element) -> _Looks:
        """The looks of what stands inside ``element``, itself included."""
        own = {name: value for name, value in element.attrib.items() if name in INHERITED}
        if own.get("color") == "currentColor":
            del own["color"]
        for name in own.keys() & CHOICES.keys():
            if own[name] not in CHOICES[name]:
                raise _unknown(f'{name}="{own[name]}"')
        matrix = parse_transform(element.attrib["transform"], self.matrix) if "transform" in element.attrib else None
        opacity = self.opacity * _amount(element.attrib.get("opacity", "1"))
        return _Looks({**self.said, **own}, opacity, matrix or self.matrix)

    @property
    def scale(self) -> float:
        """How much longer a unit of the element is than a pixel of the drawing."""
        a, b, c, d, _, _ = self.matrix
        return math.sqrt(abs(a * d - b * c))

    def paint(self, what: str) -> Paint | None:
        """The paint of the ``fill`` or the ``stroke``; None where there is none."""
        value = self.said[what]
        if value == "none":
            return None
        if value == "currentColor":
            value = self.said["color"]
        value = _NAMED.get(value, value)
        if not _HEX.fullmatch(value):
            raise _unknown(f'{what}="{value}"')
        if len(value) == 4:
            value = "#" + "".join(2 * digit for digit in value[1:])
        return Paint(value.lower(), self.opacity * _amount(self.said[f"{what}-opacity"]))

    @property
    def dash(self) -> tuple[float, ...]:
        """The lengths of dashes and gaps; empty for a whole line."""
        value = self.said["stroke-dasharray"]
        lengths = () if value == "none" else tuple(_amount(v) * self.scale for v in re.split(r"[ ,]+", value.strip()))
        return lengths * 2 if len(lengths) % 2 else lengths


def read_scene(svg: str) -> Scene:
    """The marks of a drawing. Raises ``ArgumentError`` naming an element, attribute or value that is not known."""
    root = ET.fromstring(svg)
    if root.tag != f"{_NAMESPACE}svg" or "viewBox" not in root.attrib:
        raise ArgumentError("this is not a drawing", found=f"<{root.tag}>", expected="an svg element with a viewBox")
    left, top, width, height = (float(v) for v in root.attrib["viewBox"].split())
    start = _Looks(matrix=(1.0, 0.0, 0.0, 1.0, -left, -top))
    return Scene(width, height, tuple(_marks(root, start)))


def _unknown(what: str) -> ArgumentError:
    return ArgumentError(
        f"the drawing holds {what}, which can be shown in a browser only",
        repair="save the figure as .svg or .html",
    )


def _amount(value: str) -> float:
    """A number without a unit."""
    try:
        return float(value)
    except ValueError:
        raise _unknown(f'the length "{value}"') from None


def _marks(element: ET.Element, around: _Looks) -> Iterator[Shape | Label]:
    name = element.tag.removeprefix(_NAMESPACE)
    _check(name, element)
    looks = around.within(element)
    if name in ("svg", "g"):
        for child in element:
            yield from _marks(child, looks)
    elif name == "text":
        yield from _labels(element, looks)
    elif name not in ("title", "desc"):
        yield _shape(name, element, looks)


def _check(name: str, element: ET.Element) -> None:
    if name not in ELEMENTS:
        raise _unknown(f"<{name}>")
    for attribute in element.attrib:
        known = attribute in ELEMENTS[name] or attribute in INHERITED or attribute in SILENT
        if not known and attribute not in ("opacity", "transform") and not attribute.startswith(("data-", "aria-")):
            raise _unknown(f"{attribute} on <{name}>")


def _shape(name: str, element: ET.Element, looks: _Looks) -> Shape:
    def at(attribute: str) -> float:
        return _amount(element.attrib.get(attribute, "0"))

    if name == "line":
        path: Commands = (("M", (at("x1"), at("y1"))), ("L", (at("x2"), at("y2"))))
    elif name == "rect":
        path = rectangle(at("x"), at("y"), at("width"), at("height"), at("rx"))
    elif name == "circle":
        path = circle(at("cx"), at("cy"), at("r"))
    elif name == "path":
        path = parse_path(element.attrib["d"])
    else:
        path = polygon(element.attrib["points"])
    return Shape(
        path=placed(path, looks.matrix),
        fill=None if name == "line" else looks.paint("fill"),
        stroke=looks.paint("stroke"),
        width=_amount(looks.said["stroke-width"]) * looks.scale,
        dash=looks.dash,
        cap=looks.said["stroke-linecap"],
        join=looks.said["stroke-linejoin"],
    )


def _labels(element: ET.Element, looks: _Looks) -> Iterator[Label]:
    """The lines of a text: a ``tspan`` with a place of its own begins a line, any other one goes on with it."""
    x, y = (_amount(element.attrib.get(name, "0")) for name in ("x", "y"))
    line, here = element.text or "", looks
    for span in element:
        if span.tag != f"{_NAMESPACE}tspan":
            raise _unknown(f"{span.tag.removeprefix(_NAMESPACE)} in <text>")
        if len(span):
            raise _unknown("a tspan with elements of its own")
        _check("tspan", span)
        inside = looks.within(span)
        moves = bool(span.attrib.keys() & {"x", "y", "dy"})
        if not moves and inside != here:
            raise _unknown("a tspan that changes the looks of its line")
        if moves:
            yield from _label(line, x, y, here)
            x = _amount(span.attrib.get("x", str(x)))
            y = _amount(span.attrib.get("y", str(y))) + _amount(span.attrib.get("dy", "0"))
            line, here = "", inside
        line += (span.text or "") + (span.tail or "")
    yield from _label(line, x, y, here)


def _label(words: str, x: float, y: float, looks: _Looks) -> Iterator[Label]:
    words = _SPACES.sub(" ", words).strip(" ")
    if not words:
        return
    fill = looks.paint("fill")
    if fill is None:
        raise _unknown("a text without a fill")
    size = _amount(looks.said["font-size"])
    a, b, c, d, e, f = looks.matrix
    if abs(a - d) + abs(b + c) > 1e-9 * (abs(a) + abs(b)):
        raise _unknown("a slanted or mirrored text")
    halo = looks.paint("stroke")
    if halo and looks.said["paint-order"] != "stroke":
        raise _unknown("a text with an outline over its letters")
    yield Label(
        x=a * x + c * y + e,
        y=b * x + d * y + f,
        words=words,
        size=size * looks.scale,
        anchor=looks.said["text-anchor"],
        bold=looks.said["font-weight"] in ("bold", "600", "700"),
        italic=looks.said["font-style"] == "italic",
        angle=math.degrees(math.atan2(b, a)),
        fill=fill,
        halo=halo,
        halo_width=_amount(looks.said["stroke-width"]) * looks.scale,
    )
