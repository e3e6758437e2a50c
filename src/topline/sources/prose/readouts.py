"""readouts of a page."""

from __future__ import annotations

from topline.records import Readout
from topline.sources.page import Page


def read_readouts(page: Page) -> list[Readout]:
    """The readouts that a page states."""
    found: list[Readout] = []
    return found
