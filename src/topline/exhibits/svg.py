"""A small builder of SVG: escaped, lean, with presentation attributes only.

A strict Content Security Policy blocks ``style`` attributes and ``style`` elements, so there are none. Text keeps the
colour of the page around it (``currentColor``); a role's colour is set once on a group, as ``color``, with a class
that the page's style sheet may give another value on a dark background.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.palette import Role, colour_of
from topline.exhibits.words import Text, Words, numbers_in, parts, plain, safe
from topline.records import Number

SIZE = 13.0
SMALL = 11.5
MUTED = 0.74

_SPACES = re.compile(r"[ \t\n]+")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")

# Advance widths in thousandths of an em, after Helvetica's published metrics (Adobe Font Metrics, 1997).
_WIDTHS = {
    character: width
    for width, characters in {
        191: "'", 222: "ijl|", 278: " \u00a0!,./:;\\I[]ft", 333: "()-r`", 355: '"', 389: "*", 500: "cksvxyzJ",
        556: "abdeghnopqu0123456789$?_#L–", 584: "+<=>~−±", 611: "FTZ", 667: "ABEKPSVXY&", 722: "CDHNRUw", 778: "GOQ",
        833: "mM", 889: "%", 944: "W", 1000: "—…→←", 1015: "@",
    }.items()
    for character in characters
}  # fmt: skip
# Other systems' sans fonts run wider than Helvetica by up to this factor.
_SAFETY = 1.08


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown in ("-0", "") else shown


def tag(name: str, *children: Markup, **attributes: str | float | None) -> Markup:
    """One element. ``class_`` is class, ``_`` in a name is ``-``; an attribute that is None is left out."""
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{number(value) if isinstance(value, (int, float)) else safe(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return Markup(f"<{name}{shown}>{inside}</{name}>" if children else f"<{name}{shown}/>")


def view_box(width: float, height: float) -> str:
    """The value of ``viewBox`` for a drawing that starts at 0, 0."""
    return f"0 0 {number(width)} {number(height)}"


def drawing(
    figure_id: str, width: float, height: float, title: Words, description: str, children: Iterable[Markup]
) -> Markup:
    """The ``svg`` element: named by its title, described, and scaling with the width that it is given.

    Raises ``ArgumentError`` when ``figure_id`` can't be an id.
    """
    if not _ID.fullmatch(figure_id):
        raise ArgumentError("a figure's id starts with a letter and has no spaces", found=repr(figure_id))
    root = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{figure_id}-title {figure_id}-desc" '
    root += f'viewBox="{view_box(width, height)}" width="{number(width)}" height="{number(height)}" '
    root += f'class="{size_class(width)}" font-family="sans-serif" font-size="{number(SIZE)}" fill="currentColor">'
    names = f'<title id="{figure_id}-title">{safe(plain(title))}</title>'
    names += f'<desc id="{figure_id}-desc">{safe(description)}</desc>'
    return Markup(root + names + "".join(children) + "</svg>")


def size_class(width: float) -> str:
    """The class that tells the style sheet how narrow a drawing may become before its container scrolls."""
    return "small" if width <= 480 else "medium" if width <= 720 else "large" if width <= 1200 else "wide"


def text(
    x: float,
    y: float,
    words: Words,
    *,
    size: float = SIZE,
    anchor: str = "start",
    bold: bool = False,
    muted: bool = False,
    halo: bool = False,
) -> Markup:
    """Words at a place; ``y`` is the baseline. A traceable number carries its id in ``data-id``.

    ``halo`` draws the page's colour around the letters, so that they stay readable on a line.
    """
    found = numbers_in(words)
    whole = found[0] if len(found) == 1 and len(parts(words)) == 1 else None
    inside = safe(plain(words)) if whole or not found else Markup("").join(_span(part) for part in parts(words))
    return tag(
        "text",
        inside,
        x=x,
        y=y,
        font_size=None if size == SIZE else size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="bold" if bold else None,
        fill_opacity=MUTED if muted else None,
        data_id=whole.id if whole else None,
        class_="halo" if halo else None,
        stroke="#fff" if halo else None,
        stroke_width=3 if halo else None,
        paint_order="stroke" if halo else None,
    )


def _span(part: Text) -> Markup:
    return tag("tspan", safe(part.text), data_id=part.id) if isinstance(part, Number) else safe(plain(part))


def line(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    width: float = 1,
    opacity: float | None = None,
    dash: str | None = None,
) -> Markup:
    """A straight line in the current colour."""
    return tag(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="currentColor", stroke_width=None if width == 1 else width,
        stroke_opacity=opacity, stroke_dasharray=dash,
    )  # fmt: skip


def inked(role: Role, *children: Markup) -> Markup:
    """A group in the colour of a role."""
    return tag("g", *children, class_=f"ink-{role}", color=colour_of(role))


def text_width(words: Words, size: float = SIZE, *, bold: bool = False) -> float:
    """The width of a line of text, in pixels; on the wide side for most sans fonts."""
    thousandths = sum(_character_width(c) for c in plain(words))
    return thousandths / 1000 * size * _SAFETY * (1.06 if bold else 1.0)


def _character_width(character: str) -> int:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0
    return 1050 if unicodedata.east_asian_width(character) in "WF" else 700


def wrap(content: str, width: float, size: float = SIZE, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines no wider than ``width``, broken at spaces (not at no-break ones), or in a word too long."""
    lines: list[str] = []
    current = ""
    for word in _breakable(_SPACES.split(content.strip(" \t\n")), width, size, bold):
        longer = f"{current} {word}" if current else word
        if current and text_width(longer, size, bold=bold) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    return (*lines, current)


def _breakable(words: Iterable[str], width: float, size: float, bold: bool) -> Iterator[str]:
    for word in words:
        rest = word
        while text_width(rest, size, bold=bold) > width and len(rest) > 1:
            cut = next((n for n in range(len(rest) - 1, 1, -1) if text_width(rest[:n], size, bold=bold) <= width), 1)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, right and bottom in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether the two share more than an edge, or come nearer than ``gap``."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


def text_box(x: float, y: float, words: Words, *, size: float = SIZE, anchor: str = "start", bold: bool = False) -> Box:
    """The box of a line of text with its baseline at ``y``."""
    width = text_width(words, size, bold=bold)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    return Box(left, y - 0.78 * size, left + width, y + 0.22 * size)
