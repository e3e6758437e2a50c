"""opinions of a page."""

from __future__ import annotations

from topline.records import OpinionStatement
from topline.sources.page import Page


def read_opinions(page: Page) -> list[OpinionStatement]:
    """The opinions that a page states."""
    found: list[OpinionStatement] = []
    return found
