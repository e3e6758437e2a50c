"""Records as the rows of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from topline.tables import frame


def as_frame(rows: Sequence[msgspec.Struct], kind: str, empty: type[msgspec.Struct] | None = None) -> Any:
    """The records as a frame of ``kind``, a row each; without rows it has the columns of ``empty``."""
    columns = () if empty is None else [name for name in empty.__struct_fields__ if name != "probabilities"]
    return frame([flat(row) for row in rows], kind, columns)


def flat(row: msgspec.Struct) -> dict[str, Any]:
    """A record as one row: ``display`` and ``probabilities`` become columns of their own."""
    columns = {name: getattr(row, name) for name in row.__struct_fields__}
    if "display" in columns:
        display = columns.pop("display")
        columns |= {f"display_{name}": getattr(display, name) for name in display.__struct_fields__}
    for k, probability in enumerate(columns.pop("probabilities", ()), 1):
        columns[f"probability_{k}"] = probability
    return columns
