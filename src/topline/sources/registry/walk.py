"""Steps down a JSON record that never stumble: what is not there is nothing, what is odd becomes a caveat.

A registry record comes from outside, may be old or edited, and may lack or misuse any part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from topline.records import Caveat

MOST_CAVEATS = 200
"""A record that is wrong throughout is told of this often, and then once that there was more."""


class Walk:
    """Reads the parts of one record and keeps what was odd about them. A null counts as not there."""

    def __init__(self) -> None:
        self.caveats: list[Caveat] = []

    def note(self, code: str, text: str, severity: str = "moderate") -> None:
        """Write a caveat down, once."""
        caveat = Caveat(code=code, text=text, severity=severity)
        if len(self.caveats) == MOST_CAVEATS:
            self.caveats.append(Caveat(code="registry-odd", text="There are more oddities in this record than listed."))
        elif len(self.caveats) < MOST_CAVEATS and caveat not in self.caveats:
            self.caveats.append(caveat)

    def odd(self, path: str, found: Any, expected: str) -> None:
        """Write down that the part at ``path`` is not what the registry's format has there, and was left out."""
        shown = type(found).__name__ if isinstance(found, dict | list) else ascii(found)[:60]
        self.note("registry-odd", f"{path} was left out: it is {shown}, where {expected} belongs.")

    def table(self, parent: dict[str, Any], key: str, path: str) -> dict[str, Any]:
        """The object under ``key``; an empty one where there is none."""
        value = parent.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.odd(f"{path}.{key}", value, "an object")
            return {}
        return value

    def rows(self, parent: dict[str, Any], key: str, path: str) -> Iterator[tuple[dict[str, Any], str]]:
        """The objects of the list under ``key``, each with its path."""
        for value, place in self._items(parent, key, path):
            if isinstance(value, dict):
                yield value, place
            else:
                self.odd(place, value, "an object")

    def texts(self, parent: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
        """The texts of the list under ``key``."""
        found = (self._as_text(value, place) for value, place in self._items(parent, key, path))
        return tuple(text for text in found if text is not None)

    def text(self, parent: dict[str, Any], key: str, path: str) -> str | None:
        """The text or number under ``key`` as text; None where there is none, or nothing in it."""
        value = parent.get(key)
        return None if value is None else self._as_text(value, f"{path}.{key}")

    def _items(self, parent: dict[str, Any], key: str, path: str) -> Iterator[tuple[Any, str]]:
        value = parent.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.odd(f"{path}.{key}", value, "a list")
            return
        for i, item in enumerate(value):
            yield item, f"{path}.{key}[{i}]"

    def _as_text(self, value: Any, place: str) -> str | None:
        if isinstance(value, str):
            if not value.strip():
                return None
            # Half of a surrogate pair can stand in JSON, but in no file.
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.odd(place, value, "a text or a number")
        return None
