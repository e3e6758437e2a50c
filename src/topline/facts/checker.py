"""Where the problems of a question are written down, each at its key."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from topline.errors import Problem, UnknownNameError
from topline.facts.case_toml import FILE, key_problem


class Checker:
    """Writes down what is wrong with the names of a question."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def among(
        self, kind: str, name: str, known: Collection[str], key: str, *, repair: str = "correct the name"
    ) -> None:
        """Write down a ``name`` that is not of ``known``."""
        if name not in known:
            problem = UnknownNameError.among(kind, name, known, repair=repair).problem
            self.problems.append(dataclasses.replace(problem, file=FILE, column=key))

    def distinct(self, names: list[str], table: str, key: str) -> None:
        """Write down every name that an earlier entry has."""
        for i, name in enumerate(names, 1):
            if name in names[: i - 1]:
                first = names.index(name) + 1
                message = f"the same as {table}[{first}].{key}"
                place = f"{table}[{i}].{key}"
                self.problems.append(
                    key_problem(message, place, repr(name), "a name of its own", "rename one of the two")
                )

    def wrong(self, message: str, key: str, found: str, expected: str, repair: str) -> None:
        """Write down a problem at a key."""
        self.problems.append(key_problem(message, key, found, expected, repair))
