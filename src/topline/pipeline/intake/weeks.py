"""The one week that a time frame names, or why there is none: nothing is guessed."""

from __future__ import annotations

import re

LONGEST = 1000
"""A longer text is no time frame."""

_NUMBERS = r"[0-9]+(?:\.[0-9]+)?(?:\s*(?:,|and|&|to|-|through|or|/)\s*(?:and\s+)?[0-9]+(?:\.[0-9]+)?)*"
_AFTER = re.compile(rf"\b(?:weeks?|wks?)\s*({_NUMBERS})(?!\s*(?:days?|months?|years?|hours?))|\bw([0-9]+)\b")
_BEFORE = re.compile(rf"(?<![\w.])({_NUMBERS})\s*-?\s*(?:weeks?|wks?)\b")
_DAYS = re.compile(r"(?<![\w.])([0-9]+)\s*-?\s*days?\b")
_OTHER = re.compile(r"\b(?:months?|years?|hours?|visits?)\b|\bdays?\s*[0-9]+|[0-9]\s*days?\b")
# What only says when counting starts, or how often something is done.
_START = re.compile(r"\b(?:from\s+)?(?:baseline|randomi[sz]ation|week\s*0|day\s*-?[01])\b(?![./][0-9])")
_NOISE = re.compile(
    r"\bevery\s+(?:[0-9]+|other|second|two|four)?\s*(?:weeks?|days?|months?)|\bq[0-9]+w\b"
    r"|(?:±|\+/-)\s*[0-9]+\s*(?:days?|weeks?)"
)
_VAGUE = re.compile(r"\b(?:approximately|approx|about|around|roughly)\b|~")
_LAST = re.compile(
    r"\b(?:after|following|post|since)[\s-]+(?:the\s+)?(?:last|final|end|stop|discontinu|withdraw|treatment)"
)
_MORE = re.compile(r"\bplus\b|\+|\bfollow")
_WHEN = re.compile(
    rf"\b(?:weeks?|wks?|visit|day|month)\s*{_NUMBERS}|{_NUMBERS}\s*-?\s*(?:weeks?|wks?|days?|months?)|\bw[0-9]+\b"
)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SMALL_WORDS = re.compile(r"(?:\W|\bat\b|\bto\b|\bup\b|\bthe\b|\bend\b|\bof\b)*")


def week_of(text: str | None) -> tuple[int | None, str]:
    """The week that ``text`` names, and no reason; or None and the reason why it names none.

    ``Week 16``, ``16 weeks``, ``Baseline to Week 16`` and ``112 days`` are week 16. Several weeks, another unit, or an
    approximate time are refused.
    """
    if not text or not text.strip():
        return None, "there is no time frame"
    if len(text) > LONGEST:
        return None, f"the time frame {_short(text)} is too long to be one"
    plain = re.sub(r"[‐-―−]", "-", text.lower().replace("\u00a0", " "))
    if _VAGUE.search(plain):
        return None, f"the time frame {_short(text)} is approximate"
    if _LAST.search(plain):
        return None, f"the time frame {_short(text)} counts from the end of treatment"
    rest = _START.sub(" ", _NOISE.sub(" ", plain))
    weeks = {float(n) for match in (*_AFTER.finditer(rest), *_BEFORE.finditer(rest)) for n in _numbers(match)}
    days = {float(match[1]) for match in _DAYS.finditer(rest)}
    weeks |= {day / 7 for day in days if day % 7 == 0}
    weeks -= {0.0}
    if len(weeks) > 1:
        listed = ", ".join(f"{week:g}" for week in sorted(weeks))
        return None, f"the time frame {_short(text)} names several weeks: {listed}"
    if not weeks:
        return None, f"the time frame {_short(text)} names no week"
    week = weeks.pop()
    others = _OTHER.search(_DAYS.sub(lambda m: " " if float(m[1]) % 7 == 0 else m[0], rest))
    # "Week 16 (Day 113)" says the same twice; "24 weeks (plus 30 days)" does not.
    if others is not None and ("(" not in rest or _MORE.search(rest)):
        return None, f"the time frame {_short(text)} names another time beside week {week:g}"
    if week != int(week) or week < 1:
        return None, f"the time frame {_short(text)} names no whole week"
    return int(week), ""


def only_a_week(text: str) -> bool:
    """Whether a class title says no more than when: ``Week 16``, ``At Week 16 (n=97, 98)``, ``Baseline``."""
    if len(text) > LONGEST:
        return False
    plain = re.sub(r"\([^)]*\)|\bn\s*=\s*[0-9]+", " ", text.lower())
    plain = _WHEN.sub(" ", _START.sub(" ", plain))
    return _SMALL_WORDS.fullmatch(plain) is not None


def says_when(text: str) -> bool:
    """Whether a class title says a time and no more: ``Baseline``, ``Month 3``, ``Week 4``."""
    plain = text[:LONGEST].lower()
    return only_a_week(text) and (_START.search(plain) is not None or _WHEN.search(plain) is not None)


def _numbers(match: re.Match[str]) -> list[str]:
    return _NUMBER.findall(next(group for group in match.groups() if group is not None))


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")
