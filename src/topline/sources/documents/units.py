"""A text in the pieces that stand by themselves: its lines, or its paragraphs where lines are broken at a width."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n\u2028\u2029\f\v]+")
_BULLET = re.compile(r"\s*(?:[-–—•▪●○◦·‣*+]|\d{1,2}[.)])\s+(?=\S)")
_MARKUP = " \t\u00a0*_#>|"
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔](?:[\"”’'»)\]*_\s]|\d{1,2}(?:[,–-]\d{1,2})*|&(?:quot|#39);)*$")
_WIDE = 40


@dataclass(frozen=True)
class Unit:
    """A line or a paragraph: ``text`` is ``source[start:end]`` without blanks around it."""

    start: int
    end: int
    text: str

    @property
    def plain(self) -> str:
        """Without marks of emphasis around it, and without a colon behind."""
        return self.text.strip(_MARKUP).removesuffix(":").strip(_MARKUP)

    @property
    def words(self) -> int:
        """How many words it has, by blanks."""
        return len(self.text.split())

    @property
    def bullet(self) -> bool:
        """Whether it begins as an item of a list does."""
        return _BULLET.match(self.text) is not None

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does."""
        return _SENTENCE_END.search(self.text[-40:]) is not None

    @property
    def prose(self) -> bool:
        """Whether it reads as running text: long, or a whole sentence of some length."""
        if len(self.text) >= 240:
            return True
        long_enough = len(self.text) >= 60 or self.words >= 9 or (self.words < 3 and len(self.text) >= 25)
        return long_enough and self.ends_sentence


def units(text: str, start: int = 0, end: int | None = None) -> list[Unit]:
    """The pieces of ``text[start:end]`` in their order; their spans count in ``text``."""
    lines = [
        _trimmed(text, found.start(), found.end())
        for found in _LINE.finditer(text, start, len(text) if end is None else end)
        if found.group().strip()
    ]
    return _joined(text, lines) if _wrapped(text, lines) else lines


def _trimmed(text: str, start: int, end: int) -> Unit:
    line = text[start:end]
    inner = line.strip()
    first = start + len(line) - len(line.lstrip())
    return Unit(first, first + len(inner), inner)


def _near(text: str, above: Unit, below: Unit) -> bool:
    """Whether no blank line stands between two lines."""
    gap = text[above.end : below.start].replace("\r\n", "\n")
    return gap.count("\n") + gap.count("\r") == 1


def _wrapped(text: str, lines: list[Unit]) -> bool:
    """Whether many wide lines go on in the middle of a sentence on the next."""
    wide = broken = 0
    for above, below in itertools.pairwise(lines):
        if _WIDE <= len(above.text) <= 200:
            wide += 1
            broken += not above.ends_sentence and below.text[:1].islower() and _near(text, above, below)
    return wide >= 4 and broken > 0.3 * wide


def _joined(text: str, lines: list[Unit]) -> list[Unit]:
    """Paragraphs of lines broken at a width: one ends at a blank line, a list item, or a short line's full stop."""
    width = sorted(len(line.text) for line in lines)[int(0.9 * (len(lines) - 1))]
    paragraphs: list[list[Unit]] = []
    closed = True
    for i, line in enumerate(lines):
        above = lines[i - 1] if i else None
        heads = _heads(lines, i, width)
        goes_on = above is not None and not closed and not heads and not line.bullet and _near(text, above, line)
        if goes_on and above is not None and len(above.text) < 0.8 * width:
            goes_on = line.text[:1].islower()
        if goes_on:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        closed = heads
    return [Unit(p[0].start, p[-1].end, text[p[0].start : p[-1].end]) for p in paragraphs]


def _heads(lines: list[Unit], i: int, width: int) -> bool:
    """Whether a line is a heading without blank lines around it: short, no sentence, and between two of them."""
    line = lines[i]
    if len(line.text) > 0.7 * width or line.ends_sentence or not line.text[:1].isupper() or line.text[-1:] in ",;-":
        return False
    begins = i + 1 == len(lines) or not lines[i + 1].text[:1].islower()
    return begins and (i == 0 or lines[i - 1].ends_sentence)
