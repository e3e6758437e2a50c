"""events of a page."""

from __future__ import annotations

from topline.records import ReadEvent
from topline.sources.page import Page


def read_events(page: Page) -> list[ReadEvent]:
    """The events that a page states."""
    found: list[ReadEvent] = []
    return found
