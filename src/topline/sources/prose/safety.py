"""safety of a page."""

from __future__ import annotations

from topline.records import SafetyStatement
from topline.sources.page import Page


def read_safety(page: Page) -> list[SafetyStatement]:
    """The safety that a page states."""
    found: list[SafetyStatement] = []
    return found
