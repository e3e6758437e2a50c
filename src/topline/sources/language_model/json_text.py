"""JSON in and out of a model that may answer anything, and text of others made fit for a line of ours."""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST_LINE = 200
_ATTEMPTS = 50
_SHORTEST_SECRET = 8
_THOUGHTS = re.compile(r"^.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)


def encoded(value: Any) -> bytes:
    """The value as JSON in UTF-8, letters as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", errors="replace")


def loaded(text: str) -> Any:
    """The value of a JSON text; None where it is none, however it is broken (depth, huge numbers, NaN)."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def first_object(text: str, keys: frozenset[str]) -> dict[str, Any] | None:
    """The first JSON object in the text that has one of the keys: after the model's thoughts, within fences or prose.

    None where there is none among the first 50 places at which an object could begin.
    """
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    text = _THOUGHTS.sub("", text, count=1)
    place = -1
    for _ in range(_ATTEMPTS):
        place = text.find("{", place + 1)
        if place < 0:
            return None
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and keys & value.keys():
            return value
        place = end - 1
    return None


def without_key(key: str, value: Any, depth: int = 6) -> Any:
    """The same text or JSON value with the key taken out, should a service repeat it; None below ``depth`` levels.

    A key of fewer than 8 characters (``EMPTY``, which local services ask for) is no secret. A fact is 4 levels deep.
    """
    if depth == 0:
        return None
    if isinstance(value, str):
        return value.replace(key, "[key]") if len(key) >= _SHORTEST_SECRET else value
    if isinstance(value, list):
        return [without_key(key, item, depth - 1) for item in value]
    if isinstance(value, dict):
        return {without_key(key, name): without_key(key, item, depth - 1) for name, item in value.items()}
    return value


def as_line(text: str, longest: int = LONGEST_LINE) -> str:
    """The text on one line, without control characters, cut at ``longest`` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
