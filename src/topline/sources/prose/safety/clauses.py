"""A clause in which harms and drugs are marks, so that short patterns can say how the words around them stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from topline.records import ArmValue
from topline.sources.mentions.mention import Mention
from topline.sources.page import Page, Sentence
from topline.sources.prose.safety.harms import LONGEST, Harm

HARM = r"«e\d+»"
LISTED = rf"{HARM}(?: ?\([^()]{{0,90}}\))?"
JOINT = r"(?:(?: ?,)? (?:and|or|and/or|as well as|nor|followed by|plus) (?:of )?| ?, |/)"
HARMS = rf"{LISTED}(?:{JOINT}{LISTED}){{0,14}}"
"""A harm or a list of them, each with what stands in brackets behind it."""

_MARK = re.compile(r"«([ed])(\d+)»")
_CUT = re.compile(r"; (?!none\b|no )|(?:,|-|—) ?(?:while|whereas|but|although|though|however)\b")


@dataclass(frozen=True)
class Clause:
    """Part of a sentence: ``text`` with marks, at ``start:end`` of the folded text."""

    text: str
    start: int
    end: int
    harms: Sequence[Harm]
    drugs: Sequence[Mention]

    def named(self, match: re.Match[str], group: str | int = 0) -> list[Harm]:
        """The harms whose marks lie in a group of a match."""
        return self.of(match[group])

    def of(self, words: str | None, signs: bool = False) -> list[Harm]:
        """The harms whose marks lie in a piece of the text; vital signs and laboratory values only if asked for."""
        found = [self.harms[int(m[2])] for m in _MARK.finditer(words or "") if m[1] == "e"]
        return [harm for harm in found if signs or harm.sort != "sign"]

    def plain(self, words: str) -> str:
        """A piece of the text with names in place of the marks."""
        return _MARK.sub(lambda m: (self.harms if m[1] == "e" else self.drugs)[int(m[2])].text, words)


@dataclass(frozen=True)
class Said:
    """What is said of some harms of a clause. ``label`` takes the place of a harm's own name where it is given."""

    harms: tuple[Harm, ...]
    direction: str | None
    arms: tuple[ArmValue, ...] = ()
    label: str | None = None
    sure: bool = False


def clauses(page: Page, sentence: Sentence, harms: Sequence[Harm]) -> Iterator[Clause]:
    """The clauses of a sentence in order."""
    text = sentence.text[:LONGEST]
    cuts = [m.start() for m in _CUT.finditer(text) if text.count("(", 0, m.start()) <= text.count(")", 0, m.start())]
    edges = [0, *cuts, len(text)]
    drugs = page.of("drug", sentence)
    for first, last in pairwise(edges):
        start, end = sentence.start + first, sentence.start + last
        yield Clause(_marked(page.folded.text, start, end, harms, drugs), start, end, harms, drugs)


def _marked(text: str, start: int, end: int, harms: Sequence[Harm], drugs: Sequence[Mention]) -> str:
    marks = [(h.start, h.end, f"«e{i}»") for i, h in enumerate(harms) if start <= h.start and h.end <= end]
    taken = [(a, b) for a, b, _ in marks]
    for i, drug in enumerate(drugs):
        if start <= drug.start and drug.end <= end and all(drug.end <= a or b <= drug.start for a, b in taken):
            marks.append((drug.start, drug.end, f"«d{i}»"))
    pieces: list[str] = []
    at = start
    for first, last, mark in sorted(marks):
        pieces += [text[at:first], mark]
        at = last
    pieces.append(text[at:end])
    return "".join(pieces)
