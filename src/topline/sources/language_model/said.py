"""A text as it is searched: folded, in lower case, on one line; its words, their beginnings and its numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from topline.sources.gate import numbers_in
from topline.sources.text.folding import fold

TOKEN = re.compile(r"[^\W_]+(?:\.\d+)?")
"""A word or a number."""

_LOST_BLANK = re.compile(r"(?<=[a-z])(?<!\bMc)(?<!\bMac)(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Said:
    """What a text says, for the question whether it says this."""

    text: str
    words: frozenset[str]
    beginnings: frozenset[str]
    numbers: frozenset[float]

    @classmethod
    def of(cls, text: str) -> Said:
        """The searchable form of a text as it is in the document."""
        folded = flat(text)
        words = frozenset(match.group() for match in TOKEN.finditer(folded))
        return cls(folded, words, frozenset(word[:5] for word in words), frozenset(numbers_in(folded)))

    def has(self, name: str) -> bool:
        """Whether the name stands there as whole words."""
        wanted = flat(name)
        if not wanted or wanted not in self.text:  # most often settles it, and fast
            return False
        return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", self.text) is not None

    def has_word(self, word: str) -> bool:
        """Whether the word stands there, in this or a kindred form (``weeks``, ``response`` for ``responders``)."""
        forms = {word, f"{word}s", word.removesuffix("s")}
        return bool(forms & self.words) or (len(word) >= 5 and word[:5] in self.beginnings)

    def has_words(self, text: str, but: frozenset[str] = frozenset()) -> bool:
        """Whether every word of 4 letters and more stands there, those of ``but`` aside."""
        return all(word in but or self.has_word(word) for word in _WORD.findall(flat(text)))

    def has_numbers(self, text: str) -> bool:
        """Whether every number that the text has in figures stands there."""
        return all(number in self.numbers for number in numbers_in(flat(text)))


@lru_cache(maxsize=2048)
def flat(text: str) -> str:
    """The text folded, in lower case, on one line, with the blanks that a copy lost (``saidMara``)."""
    return " ".join(_LOST_BLANK.sub(" ", fold(text).text).replace("—", "-").casefold().split())
