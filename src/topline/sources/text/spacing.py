"""Blanks that were lost before a document came here: ``saidPatrik``, ``October2, 2023``, ``Phase3bstudy``.

The places are only used to make the searched copy easier to read; the document's text stays as it is.
"""

from __future__ import annotations

import re

_LOST = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<=[a-z)]),(?P<here>)(?=[A-Z][a-z])",
        r"(?<=[A-Z]{3}),(?P<here>)(?=[A-Z][a-z])",
        r"\b(?:said|says|added|in|of|at|the|and|inthe|to|by|for|atthe|with)(?P<here>)(?=[A-Z][a-z]+)",
        r"\bin(?P<here>)(?=the[A-Z ])",
        r"(?<=[a-z])™(?P<here>)(?=[a-z])",
        r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)(?P<here>)(?=\d)",
        r"\b[Pp]hase(?P<here>)(?=[1-4IV])",
        r"\b[Pp]hase ?(?:[1-4][ab]?|I{1,3}V?[ab]?)(?P<here>)(?=(?:study|trial|clinical|program)\b)",
        r"(?<=\d)(?P<here>)(?=(?:The|In|This)\b)",
        r"(?<=[a-z])\.\d(?P<here>)(?=[A-Z][a-z])",
    )
)


def lost_blanks(text: str) -> list[int]:
    """The places in a folded text before which a blank has been lost."""
    return [match.start("here") for pattern in _LOST for match in pattern.finditer(text)]
