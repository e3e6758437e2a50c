"""Sentences as values: a template whose slots take words and traceable numbers."""

from __future__ import annotations

import re

from topline.exhibits.words import Text, Words, parts

_SLOT = re.compile(r"\{(\w+)\}")


def say(template: str, **slots: Words) -> tuple[Text, ...]:
    """The template with its ``{slots}`` filled: ``say("{k} trials of {drug}", k=number, drug="dupilumab")``.

    Raises ``KeyError`` for a slot without words: a sentence never prints a hole.
    """
    pieces: list[Text] = []
    end = 0
    for match in _SLOT.finditer(template):
        pieces.append(template[end : match.start()])
        pieces.extend(parts(slots[match.group(1)]))
        end = match.end()
    pieces.append(template[end:])
    return tuple(p for p in pieces if p != "")


def joined(items: list[Words], between: str = ", ", last: str = " and ") -> tuple[Text, ...]:
    """Several runs of words as one list in a sentence."""
    pieces: list[Text] = []
    for i, item in enumerate(items):
        if i:
            pieces.append(last if i == len(items) - 1 else between)
        pieces.extend(parts(item))
    return tuple(pieces)
