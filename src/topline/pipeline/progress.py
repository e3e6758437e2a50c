"""Progress of long work: a callback that the caller draws."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called before each step with its name, the steps done and the steps in all."""

    def __call__(self, step: str, done: int, total: int) -> None: ...
