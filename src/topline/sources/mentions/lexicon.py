"""Many terms looked up at once in a text: by word, longest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from topline.sources.mentions.mention import Mention

_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?|[&+%≥≤<>=]")


class Lexicon:
    """Terms of one kind. A term in capitals is met in capitals only; any other however it is written.

    Words are compared without a possessive or a plural ``s``, so that ``headaches`` is ``headache``; what stands
    between them (blank, hyphen, slash) does not count.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}

    def add(self, term: str, name: str) -> None:
        """Take in a way of writing ``name``."""
        words = tuple(_key(w) for w in _WORD.findall(term))
        if not words:
            return
        exact = term.isupper() or (len(term) <= 5 and any(c.isupper() for c in term[1:]))
        entries = self._by_first.setdefault(words[0], [])
        entries.append((words, name, exact))
        entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> Iterator[Mention]:
        """The mentions in a text, longest first at each word."""
        found = [(m.start(), m.end(), _key(m.group())) for m in _WORD.finditer(text)]
        keys = [key for _, _, key in found]
        i = 0
        while i < len(found):
            step = 1
            for words, name, exact in self._by_first.get(keys[i], ()):
                if tuple(keys[i : i + len(words)]) != words:
                    continue
                start, end = found[i][0], found[i + len(words) - 1][1]
                if not _together(text, found[i : i + len(words)]):
                    continue
                if exact and not any(c.isupper() for c in text[start + 1 : end] or text[start:end]):
                    continue
                yield Mention(self.kind, start, end, text[start:end], name)
                step = len(words)
                break
            i += step


def _key(word: str) -> str:
    low = word.lower().replace("’", "'")
    if low.endswith("'s"):
        low = low[:-2]
    return low[:-1] if len(low) > 4 and low.endswith("s") and not low.endswith(("ss", "is", "us")) else low


def _together(text: str, words: list[tuple[int, int, str]]) -> bool:
    """Whether only blanks, hyphens, slashes and brackets stand between the words."""
    return all(
        later[0] - earlier[1] <= 3
        and not text[earlier[1] : later[0]].strip(" -/.,()\n®™'")
        and text[earlier[1] : later[0]] not in {", ", ". ", "; "}
        for earlier, later in pairwise(words)
    )
