"""One tree of errors with one base class.

An error names the fact, shows the place and offers the repair. A user's mistake reaches the user as one of these,
never as a stack trace.

    ToplineError
    ├── ArgumentError         a request that can't be understood
    │   ├── UnknownNameError  a name that is not there, with its near names
    │   └── DateError         a date that is not one, or lies in the future
    ├── DataError             a table that can't be read or holds a wrong value
    │   └── CaseError         the same, for a case folder; carries every problem found
    ├── NetworkError          evidence that can't form one network
    │   └── DisconnectedError the same, naming the components
    ├── FitError              an estimate that failed its own checks
    ├── StoreError            an evidence store that can't be opened or is of another version
    └── FetchError            something that the network did not give, or gave in a form that is no use
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong at one place: where, what was found, what was expected, how to repair it.

    ``row`` counts as a spreadsheet does: the header is row 1.
    """

    message: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    found: str | None = None
    expected: str | None = None
    repair: str | None = None

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else None,
                f"column {self.column}" if self.column else None,
            )
            if part
        )
        lines = [f"{place}: {self.message}" if place else self.message]
        if self.found is not None:
            lines.append(f"  found:    {self.found}")
        if self.expected is not None:
            lines.append(f"  expected: {self.expected}")
        if self.repair is not None:
            lines.append(f"  repair:   {self.repair}")
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """The filled fields, for JSON."""
        return {name: value for name, value in vars(self).items() if value is not None}


class ToplineError(Exception):
    """Base of every error that topline raises on purpose."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        repair: str | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems) or (
            Problem(message, file, row, column, found, expected, repair),
        )
        super().__init__(message)

    @property
    def problem(self) -> Problem:
        """The first problem."""
        return self.problems[0]

    def __str__(self) -> str:
        shown = "\n".join(str(p) for p in self.problems[:20])
        if len(self.problems) == 1:
            return shown
        more = len(self.problems) - 20
        return f"{self.args[0]}\n{shown}" + (f"\n… and {more} more problems" if more > 0 else "")

    def to_dict(self) -> dict[str, object]:
        """The JSON form, ``{"error": {...}}``: the first problem's fields, and all problems in ``problems``."""
        body: dict[str, object] = {"code": self.code, **self.problem.to_dict()}
        if len(self.problems) > 1:
            body["problems"] = [p.to_dict() for p in self.problems]
        return {"error": body}


class ArgumentError(ToplineError):
    """A request that can't be understood."""

    code = "argument"


class UnknownNameError(ArgumentError):
    """A name that is not there. Built by :meth:`among`, which offers the near names."""

    code = "unknown_name"

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str], *, repair: str | None = None) -> UnknownNameError:
        """The error for ``name``, which is not one of ``known``.

        ``kind`` is the field's word for what was looked up, such as ``programme`` or ``treatment``.
        """
        names = sorted(set(known))
        near = near_names(name, names)
        if near:
            expected = "did you mean " + " or ".join(repr(n) for n in near) + "?"
        elif names:
            expected = "one of " + ", ".join(repr(n) for n in names[:12]) + ("" if len(names) <= 12 else ", …")
        else:
            expected = f"there is no {kind} here"
        return cls(f"unknown {kind} {name!r}", found=repr(name), expected=expected, repair=repair)


class DateError(ArgumentError):
    """A date that is not one, or that lies in the future."""

    code = "date"


class DataError(ToplineError):
    """A table that can't be read, or that holds a wrong value."""

    code = "data"


class CaseError(DataError):
    """A case folder that is not a case. It carries every problem found, and nothing of the case was loaded."""

    code = "case"


class NetworkError(ToplineError):
    """Evidence that can't form one network."""

    code = "network"


class DisconnectedError(NetworkError):
    """A network in several pieces; ``components`` holds the treatments of each."""

    code = "disconnected"

    def __init__(self, components: Sequence[Sequence[str]]) -> None:
        self.components = tuple(tuple(c) for c in components)
        listed = "; ".join(f"{i}: {', '.join(c)}" for i, c in enumerate(self.components, 1))
        super().__init__(
            f"the network falls into {len(self.components)} components that no trial joins",
            found=listed,
            expected="one connected network",
            repair="analyse each component on its own, or add a trial that compares treatments of two components; "
            "where treatments are combinations with parts in common, component_nma() joins them",
        )

    def to_dict(self) -> dict[str, object]:
        body = super().to_dict()
        assert isinstance(body["error"], dict)
        body["error"]["components"] = [list(c) for c in self.components]
        return body


class FitError(ToplineError):
    """An estimate that failed its own checks."""

    code = "fit"


class StoreError(ToplineError):
    """An evidence store that can't be opened, or is of another version."""

    code = "store"


class FetchError(ToplineError):
    """Something that the network did not give, or gave in a form that is no use."""

    code = "fetch"


def near_names(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The names of ``known`` that look like ``name``, best first, ignoring case; none much worse than the best."""
    wanted = name.lower()
    by_lower = {k.lower(): k for k in known}
    scores = {low: difflib.SequenceMatcher(None, wanted, low).ratio() for low in by_lower}
    # A part of a name is near, however short it is.
    scores |= {
        low: max(scores[low], 0.8)
        for low in by_lower
        if min(len(wanted), len(low)) > 2 and (wanted in low or low in wanted)
    }
    best = max(scores.values(), default=0.0)
    near = [low for low, score in scores.items() if score >= max(0.5, best - 0.15)]
    return [by_lower[low] for low in sorted(near, key=lambda low: (-scores[low], low))][:limit]
