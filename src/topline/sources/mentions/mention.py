"""A name found in a folded text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """``text[start:end]`` names something of a kind (``drug``, ``company``, ...) whose usual name is ``name``."""

    kind: str
    start: int
    end: int
    text: str
    name: str


def longest_first(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions without those that a longer one overlaps, in the order of the text; of two equal ones the first."""
    taken: list[Mention] = []  # in the order of the text, so that only the neighbours need be looked at
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        at = bisect_left(taken, mention.start, key=lambda m: m.start)
        if (at == 0 or taken[at - 1].end <= mention.start) and (at == len(taken) or mention.end <= taken[at].start):
            taken.insert(at, mention)
    return taken
