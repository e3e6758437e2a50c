"""A copy of a text that is easier to search, with the way back to every character of the original.

Folding joins runs of blanks, straightens quotation marks, resolves character references (``&#39;``) and ligatures, and
drops what has no width. It serves to find a place only: a quotation is cut from the text as it is.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_PIECE = re.compile(
    r"(?P<plain>(?:[A-Za-z0-9,.;:!?()\[\]%/+=<>$*|#@_-]| (?=\S))+)"
    r"|(?P<blank>\s+)|(?P<doubled>(?:&\#39;|'){2}|(?:&quot;|\"){2})"
    r"|(?P<reference>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)|(?P<other>.)",
    re.DOTALL,
)
_DOUBLE = dict.fromkeys(map(ord, "“”„‟«»″〝〞＂"), '"')
_SINGLE = dict.fromkeys(map(ord, "‘’‚‛′`´＇"), "'")
_DASH = dict.fromkeys(map(ord, "‐‑‒–−﹣－"), "-")
_MARKS = {**_DOUBLE, **_SINGLE, **_DASH}
_NO_WIDTH = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


@dataclass(frozen=True)
class Folded:
    """A folded text. ``starts[i]:ends[i]`` are the code points of ``source`` that character ``i`` came from."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source under ``text[start:end]``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def quote(self, start: int, end: int) -> str:
        """The source under ``text[start:end]``."""
        first, last = self.span(start, end)
        return self.source[first:last]

    def with_spaces(self, places: Callable[[str], list[int]]) -> Folded:
        """The same with a blank of no width put before each of the places that the function names."""
        found = sorted(set(places(self.text)))
        if not found:
            return self
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for place in found:
            text.append(self.text[last:place])
            starts.extend(self.starts[last:place])
            ends.extend(self.ends[last:place])
            text.append(" ")
            starts.append(self.starts[place])
            ends.append(self.starts[place])
            last = place
        text.append(self.text[last:])
        starts.extend(self.starts[last:])
        ends.extend(self.ends[last:])
        return Folded(self.source, "".join(text), tuple(starts), tuple(ends))


def fold(source: str) -> Folded:
    """The folded copy of a text: a run of blanks is one blank, or one line feed where it holds one."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _PIECE.finditer(source):
        if match.lastgroup == "plain":  # what stays as it is: most of a text
            text.append(match.group())
            starts.extend(range(match.start(), match.end()))
            ends.extend(range(match.start() + 1, match.end() + 1))
            continue
        for character in _folded(match, source):
            text.append(character)
            starts.append(match.start())
            ends.append(match.end())
    return Folded(source, "".join(text), tuple(starts), tuple(ends))


def _folded(match: re.Match[str], source: str) -> str:
    piece = match.group()
    if match.lastgroup == "blank":
        return "\n" if "\n" in piece or "\r" in piece else " "
    if match.lastgroup == "doubled":  # a mark doubled by a table's quoting
        return "'" if "'" in piece or "39" in piece else '"'
    if match.lastgroup == "reference":
        piece = html.unescape(piece)
        if piece == "\u00a0":
            return " "
    elif piece in _NO_WIDTH:
        return ""
    elif "\ufb00" <= piece <= "\ufb06" or "\uff01" <= piece <= "\uff5e":
        piece = unicodedata.normalize("NFKC", piece)
    elif (
        piece == "·"
        and source[match.start() - 1 : match.start()].isdigit()
        and source[match.end() : match.end() + 1].isdigit()
    ):
        return "."  # the decimal point of some journals
    return piece.translate(_MARKS)


def find_quote(folded: Folded, quote: str) -> tuple[int, int] | None:
    """Where a quotation stands in the source, as a span of code points; None where it does not.

    Blanks, quotation marks and dashes may differ; letters and digits may not.
    """
    wanted = _flat(fold(quote).text).strip()
    if not wanted:
        return None
    start = _flat(folded.text).find(wanted)
    return None if start < 0 else folded.span(start, start + len(wanted))


def _flat(text: str) -> str:
    """Without the differences that still stand between two folded texts; as long as it was."""
    return text.replace("\n", " ").replace("—", "-").replace("―", "-")
