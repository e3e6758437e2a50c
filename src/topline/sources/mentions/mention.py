"""A name found in a folded text."""

from __future__ import annotations

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
    taken: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in taken):
            taken.append(mention)
    return sorted(taken, key=lambda m: m.start)
