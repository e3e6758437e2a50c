"""The word lists of the reader: one CSV file each; ``sources.csv`` says where each row comes from."""

from __future__ import annotations

import csv
import io
from functools import cache
from importlib import resources


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a word list, such as ``companies``."""
    text = resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def listed(cell: str) -> list[str]:
    """The entries of a cell that holds several, parted by semicolons."""
    return [part.strip() for part in cell.split(";") if part.strip()]
