"""A long document in parts that overlap, cut where a paragraph ends."""

from __future__ import annotations

PART = 12_000
OVERLAP = 1_000
"""Characters of one part, and of two neighbours together: about 3,000 and 250 tokens of English."""

MOST_PARTS = 60

_BREAKS = ("\n\n", "\n", ". ", " ")


def parts_of(text: str, start: int, end: int, *, size: int = PART, overlap: int = OVERLAP) -> list[tuple[int, int]]:
    """Spans of ``text[start:end]`` in order, each of at most ``size`` characters, that leave nothing out.

    Neighbours share up to ``overlap`` characters (less than half of ``size``), from the beginning of a paragraph where
    one begins there. An empty or blank span gives no part.
    """
    found: list[tuple[int, int]] = []
    while start < end and text[start:end].strip():
        if end - start <= size:
            found.append((start, end))
            break
        stop = _break_after(text, start + size // 2, start + size)
        found.append((start, stop))
        start = max(_first_break(text, stop - overlap, stop), start + 1)
    return found


def halves(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """The two halves of a part, cut like a document."""
    start, end = span
    size = (end - start) * 2 // 3
    return parts_of(text, start, end, size=size, overlap=min(OVERLAP, size // 4))


def _break_after(text: str, low: int, high: int) -> int:
    """The end of the last paragraph between two places, else of a line, a sentence, a word; else the upper place."""
    for mark in _BREAKS:
        place = text.rfind(mark, low, high)
        if place >= 0:
            return place + len(mark)
    return high


def _first_break(text: str, low: int, high: int) -> int:
    """Where the first paragraph between two places begins, else a line, a sentence, a word; else the lower place."""
    for mark in _BREAKS:
        place = text.find(mark, low, high - 1)
        if 0 <= place < high - len(mark):
            return place + len(mark)
    return low
