"""Where input came from, so that an error can point to the place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from topline.errors import DataError
from topline.records import StudyArm


class Origin(Protocol):
    """Something that can point to its rows: a table read, or a list of arms."""

    def error(
        self,
        index: int,
        column: str,
        message: str,
        *,
        found: str | None = None,
        expected: str | None = None,
        repair: str | None = None,
    ) -> DataError:
        """An error at row ``index`` (from 0) of the input."""

    def place(self, index: int) -> str:
        """The row in words."""


@dataclass(frozen=True)
class ArmList:
    """Arms that were handed over as records: an error names the study, the treatment and the position."""

    arms: Sequence[StudyArm]

    def error(
        self,
        index: int,
        column: str,
        message: str,
        *,
        found: str | None = None,
        expected: str | None = None,
        repair: str | None = None,
    ) -> DataError:
        """An error at arm ``index``."""
        arm = self.arms[index]
        where = f"study {arm.study}, treatment {arm.treatment}: {message}"
        return DataError(where, column=column, found=found, expected=expected, repair=repair)

    def place(self, index: int) -> str:
        """The arm in words."""
        return f"arm {index + 1}"
