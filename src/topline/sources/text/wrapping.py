"""Lines that were broken at a width, as mail programs and PDF do, made whole in the folded copy of a text.

A sentence ends at a line feed, which is right for a page and wrong for a text of 72 columns: half a sentence gives half
a fact, or a wrong one. A break counts as one of width where the next line's first word would not have fitted.
"""

from __future__ import annotations

import itertools
import re

from topline.sources.text.folding import Folded

NARROWEST = 40
WIDEST = 200
FEWEST = 4
"""So many lines that break off amid a sentence, and a fifth of all, make a text one that was broken at a width."""
_NOT_PROSE = re.compile(r" \| |^\s*(?:[-–—•▪●○◦·‣*+]|\d{1,2}[.)])\s")
_ENDED = re.compile(r"[.!?:;][\"')\]]*$")
_HYPHENED = re.compile(r"[A-Za-z0-9]-$")

Line = tuple[int, int]


def unwrapped(folded: Folded) -> Folded:
    """The folded text with a blank for each line feed that only a width has put there.

    After a hyphen nothing is put: ``co-`` and ``primary`` are one word. Offsets point into the source as before.
    """
    breaks = width_breaks(folded)
    if not breaks:
        return folded
    text, starts, ends = list(folded.text), list(folded.starts), list(folded.ends)
    for place, hyphened in reversed(breaks):
        if hyphened:
            del text[place], starts[place], ends[place]
        else:
            text[place] = " "
    return Folded(folded.source, "".join(text), tuple(starts), tuple(ends))


def width_breaks(folded: Folded) -> list[tuple[int, bool]]:
    """The places of the line feeds that a width has put into a folded text, each with whether a hyphen is before it."""
    text = folded.text
    lines = [(found.start(), found.end()) for found in re.finditer(r"[^\n]+", text)]
    width = _width([end - start for start, end in lines])
    if width is None:
        return []
    pairs = [
        (above, below)
        for above, below in itertools.pairwise(lines)
        if _near(folded, above[1]) and _full(text, above, below, width)
    ]
    amid = sum(_amid(text[above[0] : above[1]], text[below[0] : below[1]]) for above, below in pairs)
    if amid < max(FEWEST, 0.2 * len(lines)):
        return []
    return [(above[1], _HYPHENED.search(text, above[0], above[1]) is not None) for above, below in pairs]


def _amid(upper: str, lower: str) -> bool:
    """Whether a line breaks off amid a sentence: no mark ends it, and the next one begins without a capital."""
    return _ENDED.search(upper) is None and not lower[:1].isupper()


def _width(lengths: list[int]) -> int | None:
    """The width at which the lines seem to be broken; None where some are longer than any such line."""
    if len(lengths) < FEWEST + 1 or max(lengths) > WIDEST:
        return None
    width = sorted(lengths)[int(0.9 * (len(lengths) - 1))]
    return width if width >= NARROWEST else None


def _near(folded: Folded, place: int) -> bool:
    """Whether the line feed at a place of the folded text is a single one in the source: no blank line."""
    gap = folded.source[folded.starts[place] : folded.ends[place]].replace("\r\n", "\n").replace("\r", "\n")
    return gap.count("\n") == 1


def _full(text: str, above: Line, below: Line, width: int) -> bool:
    """Whether the first word of the line below would not have fitted on the line above, both being prose."""
    upper, lower = text[above[0] : above[1]], text[below[0] : below[1]]
    if _NOT_PROSE.search(upper) or _NOT_PROSE.search(lower):
        return False
    return len(upper) + 1 + len(lower.split(" ", 1)[0]) > 0.85 * width
