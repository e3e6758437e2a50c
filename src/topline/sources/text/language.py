"""Whether a text is in English, which the rules read, told roughly: by its script, and by its small words."""

from __future__ import annotations

import re
import unicodedata

_SMALL_WORD = re.compile(
    r"(?:the|of|and|to|in|with|for|was|were|is|are|that|on|by|as|at|from|has|have|an|or|this|its|be|which)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
FEWEST_WORDS = 40
"""A text of fewer words is taken for English if its script is: a table or a headline has few small words."""
FEWEST_SMALL = 0.06
"""The share of small words below which a text is in another language; in English prose it is a quarter or more."""
SAMPLE = 20_000


def in_english(text: str) -> bool:
    """Whether the beginning of a text seems to be English."""
    words = _WORD.findall(text[:SAMPLE])
    letters = "".join(words)
    if not letters:
        return True
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    if latin < 0.5 * len(letters):
        return False
    small = sum(_SMALL_WORD.fullmatch(word) is not None for word in words)
    return len(words) < FEWEST_WORDS or small >= FEWEST_SMALL * len(words)
