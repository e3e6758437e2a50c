"""The header that a text file may have: lines ``key: value``, closed by a line ``---``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KEYS = ("address", "title", "date", "publisher", "source")
_LINE = re.compile(r"([A-Za-z][\w -]{0,30}?)[ \t]*:[ \t]*(.*)")
_CLOSED = re.compile(r"-{3,}")
_MOST = 40


@dataclass(frozen=True)
class Header:
    """What a header says, and the place at which the text after it begins (0 without a header)."""

    values: dict[str, str] = field(default_factory=dict)
    end: int = 0

    def get(self, key: str) -> str | None:
        """The value of a key, or None where it is absent or empty."""
        return self.values.get(key) or None


def read_header(text: str) -> Header:
    """The header of a text. A line that is no ``key: value`` before the line ``---`` means that there is none.

    A line ``---`` before the first key, as some tools write it, belongs to the header. At least one key must be one of
    ``KEYS``.
    """
    values: dict[str, str] = {}
    place = count = 0
    for line in text[:50_000].splitlines(keepends=True):
        place += len(line)
        content = line.strip()
        count += 1
        if count > _MOST:
            break
        if _CLOSED.fullmatch(content):
            if values:
                return Header(values, place) if any(key in values for key in KEYS) else Header()
            continue
        found = _LINE.fullmatch(content)
        if found is None:
            break
        values.setdefault(found[1].strip().lower(), found[2].strip().strip("\"'"))
    return Header()
