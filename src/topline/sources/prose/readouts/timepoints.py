"""When a number was measured: ``week 16``, ``18 months``, ``52-week``, ``one year``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_COUNT = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a)"
_UNIT = r"(?:weeks?|months?|days?|years?|hours?)"
_TIME = (
    re.compile(
        r"\b(?P<time>(?:[Ww]eeks?|[Mm]onths?|[Dd]ays?|[Yy]ears?) \d+(?:(?:,| and| or| to|-) ?\d+)*)\b(?!\.\d|%)"
    ),
    re.compile(
        rf"\b(?:at|by|after|through|over|until|to|following|for|within|during|of)(?: (?:the|a|an"
        rf"|up to|approximately|about|least|first|median of|a median of"
        rf"|median follow-up of)){{0,3}} (?P<time>{_COUNT} {_UNIT})\b(?! of age| and older"
        rf"| or older| versus| vs| compared| in the| for (?:placebo|the)| with)"
    ),
    re.compile(
        rf"\b(?:at|by|after|through|over|until|following|for|during|of)(?: (?:the"
        rf"|an?))? (?P<time>{_COUNT}[- ](?:week|month|year|day))\b"
    ),
    re.compile(
        r"(?<![\w.])(?P<time>\d+-(?:week|month|year|day))\b(?! (?:history|old|open|trial|study"
        r"|extension|treatment period|randomi))"
    ),
)


def timepoint_of(
    text: str,
    start: int,
    end: int,
    first: int,
    last: int,
    taken: Sequence[tuple[int, int]],
    adjectives: bool = True,
) -> str | None:
    """The time nearest to the numbers at ``first:last`` in ``start:end``, as written; None where there is none.

    ``adjectives``: ``12-month`` counts as well, which belongs to the word after it alone.
    """
    found: list[tuple[int, int, str]] = []
    for rank, pattern in enumerate(_TIME if adjectives else _TIME[:2]):
        for match in pattern.finditer(text, start, end):
            a, b = match.span("time")
            if any(a < stop and begin < b for begin, stop in taken):
                continue
            distance = first - b if b <= first else max(0, a - last)
            found.append((distance + 15 * (rank == 3), a, match["time"]))
    return min(found)[2] if found else None
