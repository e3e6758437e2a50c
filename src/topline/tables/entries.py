"""Arms or contrasts between reading and checking: a list for each role, so that long tables stay light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from topline.errors import Problem

NAMES = ("study", "treatment", "treatment1", "treatment2")


@dataclass(frozen=True)
class Entry:
    """One arm or contrast: canonical values, the spreadsheet row, and the column that each value came from."""

    values: dict[str, Any]
    row: int
    columns: Mapping[str, str]

    def problem(self, file: str | None, column: str, message: str, **more: str | None) -> Problem:
        """A problem with one of the values, placed where the user sees it."""
        return Problem(message, file, self.row, self.columns.get(column, column), **more)


@dataclass(frozen=True)
class Entries:
    """The entries of a table: ``values[role][i]``, ``rows[i]`` and ``columns[i]`` are what ``Entry`` i holds."""

    values: dict[str, list[Any]]
    rows: Sequence[int]
    columns: Sequence[Mapping[str, str]]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Entries:
        """The entries put together; a role that one of them lacks is None there."""
        listed = list(entries)
        roles = dict.fromkeys(role for entry in listed for role in entry.values)
        values = {role: [entry.values.get(role) for entry in listed] for role in roles}
        return cls(values, [entry.row for entry in listed], [entry.columns for entry in listed])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Entry:
        values = {role: column[index] for role, column in self.values.items()}
        return Entry(values, self.rows[index], self.columns[index])

    def __iter__(self) -> Iterator[Entry]:
        return (self[index] for index in range(len(self)))
