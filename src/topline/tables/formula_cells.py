"""Text that a spreadsheet would run as a formula, and back: for every table that leaves the house.

A spreadsheet takes text that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and a tab or a carriage return
hides such a beginning (OWASP, "CSV Injection"). An apostrophe before it makes it text again. Numbers stay numbers.
"""

from __future__ import annotations

import re

# The second four are the full-width forms, which spreadsheets of East Asia take for the first four.
_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d+)*[.,]?|[.,]\d+)([eE][+-]?\d+)?%?", re.ASCII)


def escape_formula(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would run it; ``unescape_formula`` gives it back.

    A plain number (``-3.2``, ``+1e-5``, ``-5%``) stays as it is. Text that already has apostrophes before such a
    beginning gets one more, so that no two texts come out the same.
    """
    return f"'{text}" if _would_run(text) else text


def unescape_formula(text: str) -> str:
    """What ``escape_formula`` was given; text that it would not have written stays as it is."""
    return text[1:] if text.startswith("'") and _would_run(text) else text


def _would_run(text: str) -> bool:
    """Whether it begins as a formula does, be it behind spaces (which are dropped) or apostrophes."""
    core = text.lstrip("' ")
    return core.startswith(_STARTS) and _NUMBER.fullmatch(core.rstrip(" ")) is None
