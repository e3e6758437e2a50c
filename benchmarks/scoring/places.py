"""Where a quote stands in a text, and how far two places overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from topline.records.reading import ReadFact

Span = tuple[int, int]

MARKS = {**dict.fromkeys(map(ord, "“”„«»″"), '"'), **dict.fromkeys(map(ord, "‘’‚′`´"), "'")}
MARKS |= dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


@dataclass(frozen=True)
class Text:
    """A text, its folded copy in lower case, and for each character of the copy where it came from."""

    raw: str
    folded: str
    origin: tuple[int, ...]

    def find(self, quote: str) -> tuple[Span, ...]:
        """Every place of a quote in the raw text."""
        wanted = fold(quote).folded.strip()
        if not wanted:
            return ()
        spans = []
        at = self.folded.find(wanted)
        while at >= 0:
            spans.append((self.origin[at], self.origin[at + len(wanted) - 1] + 1))
            at = self.folded.find(wanted, at + 1)
        return tuple(spans)

    def place(self, fact: ReadFact) -> tuple[Span, ...]:
        """Where a proposed fact stands: its offsets if they hold, otherwise wherever its quote is."""
        if holds(self.raw, fact):
            return ((fact.start or 0, fact.end or 0),)
        return self.find(fact.quote or "")


def fold(raw: str) -> Text:
    """A text with runs of blanks joined and marks straightened."""
    kept: list[str] = []
    origin: list[int] = []
    for i, sign in enumerate(raw):
        if sign.isspace() and kept and kept[-1] == " ":
            continue
        kept.append(" " if sign.isspace() else sign.translate(MARKS).lower()[:1])
        origin.append(i)
    return Text(raw, "".join(kept), tuple(origin))


def holds(raw: str, fact: ReadFact) -> bool:
    """Whether a fact's offsets cut its quote out of the text."""
    return fact.start is not None and fact.end is not None and raw[fact.start : fact.end] == fact.quote


def overlap(one: Sequence[Span], other: Sequence[Span]) -> float:
    """The largest shared part of two places, as a share of what both cover together."""
    best = 0.0
    for a, b in one:
        for c, d in other:
            shared = min(b, d) - max(a, c)
            if shared > 0:
                best = max(best, shared / (max(b, d) - min(a, c)))
    return best
