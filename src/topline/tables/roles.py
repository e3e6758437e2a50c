"""Which column plays which role: by name, ignoring case, dots, underscores and spaces; never by position.

A role is a canonical name (``study``, ``events``, ``estimate``), with a number at its end for a group of a wide table
(``events1``). ``se_contrast`` is the standard error of a difference where its name says so (``seTE``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from topline.errors import ArgumentError, DataError, Problem, UnknownNameError, near_names

# Strong names count first; weak names (single letters with other uses, row ids) only where no strong one is there.
_STRONG: dict[str, str] = {
    "study": "study studlab studylabel studyname studyid studyc studyn studyf trial trialid",
    "treatment": "treatment treat trt trtc trtn trtf intervention",
    "events": "events event r responders xi",
    "nonevents": "nonevents",
    "n": "n samplesize total ni",
    "mean": "mean",
    "sd": "sd stddev standarddeviation",
    "se": "se stderr standarderror sei",
    "se_contrast": "sete sediff",
    "variance": "variance vi",
    "exposure": "exposure e persontime personyears",
    "missing": "missing miss nmissing nmiss",
    "time": "time",
    "estimate": "estimate te diff difference yi",
}
_WEAK: dict[str, str] = {"study": "id", "treatment": "t", "mean": "y", "exposure": "time", "estimate": "effect"}
_GROUPED = ("treatment", "events", "nonevents", "n", "mean", "sd", "se", "exposure", "missing")

# Two-group names that end in no plain number: metafor (ai, n1i, ci, n2i, ...), meta (event.e, n.e, event.c, n.c) and
# RevMan Web (Experimental cases, Experimental N, Control cases, Control N).
_TWO_GROUPS: dict[str, str] = {
    "ai": "events1", "bi": "nonevents1", "ci": "events2", "di": "nonevents2", "x1i": "events1", "x2i": "events2",
    "n1i": "n1", "n2i": "n2", "m1i": "mean1", "m2i": "mean2", "sd1i": "sd1", "sd2i": "sd2",
    "t1i": "exposure1", "t2i": "exposure2",
    "evente": "events1", "eventc": "events2", "ne": "n1", "nc": "n2", "meane": "mean1", "meanc": "mean2",
    "sde": "sd1", "sdc": "sd2", "timee": "exposure1", "timec": "exposure2",
    "tpos": "events1", "tneg": "nonevents1", "cpos": "events2", "cneg": "nonevents2",
    "experimentalcases": "events1", "experimentaln": "n1", "experimentalmean": "mean1", "experimentalsd": "sd1",
    "controlcases": "events2", "controln": "n2", "controlmean": "mean2", "controlsd": "sd2",
}  # fmt: skip

# These names say which group is which, so that the groups of a table without treatments have names.
_EXPERIMENTAL = frozenset({"evente", "ne", "meane", "sde", "timee"}) | {n for n in _TWO_GROUPS if n[:4] == "expe"}
_CONTROL = frozenset({"eventc", "nc", "meanc", "sdc", "timec"}) | {n for n in _TWO_GROUPS if n[:4] == "cont"}

Strength = Literal["mapped", "strong", "weak"]


@dataclass(frozen=True)
class Candidates:
    """The columns that may play a role, and how strongly their names say so."""

    columns: tuple[str, ...]
    strength: Strength


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _role_of(name: str) -> list[tuple[str, Strength]]:
    """The roles that a column's name allows."""
    folded = _fold(name)
    if folded in _TWO_GROUPS:
        return [(_TWO_GROUPS[folded], "strong")]
    roles: list[tuple[str, Strength]] = [(r, "strong") for r, names in _STRONG.items() if folded in names.split()]
    roles += [(r, "weak") for r, names in _WEAK.items() if folded in names.split()]
    if not roles and (match := re.fullmatch(r"([a-z]+)([1-9][0-9]?)", folded)):
        stem, number = match.groups()
        roles = [(role + number, strength) for role, strength in _role_of(stem) if role in _GROUPED]
    return roles


def roles_named(cells: Iterable[Any]) -> set[str]:
    """The roles that cells of text name for certain: how much a row looks like a header."""
    texts = {cell for cell in cells if isinstance(cell, str)}
    return {role for text in texts for role, strength in _role_of(text) if strength == "strong"}


def group_names(groups: Sequence[Iterable[str]]) -> list[str]:
    """What to call the groups whose outcomes stand in these columns: ``group 1``, ``group 2`` and so on.

    The columns of meta (event.e, n.e; event.c, n.c) and of RevMan Web (Experimental N; Control N) make them
    ``experimental`` and ``control``.
    """
    folded = [{_fold(column) for column in columns} for columns in groups]
    if len(folded) == 2 and folded[0] <= _EXPERIMENTAL and folded[1] <= _CONTROL:
        return ["experimental", "control"]
    return [f"group {number}" for number in range(1, len(folded) + 1)]


def check_mapping(mapping: Any) -> None:
    """Raise ``ArgumentError`` for a ``columns`` that does not map text to text."""
    expected = "a dict from role to column name, such as {'study': 'centre'}"
    if not isinstance(mapping, Mapping):
        raise ArgumentError("columns= is not a dict", found=repr(mapping), expected=expected)
    for role, column in mapping.items():
        if not isinstance(role, str) or not isinstance(column, str):
            raise ArgumentError("columns= maps text to text", found=f"{role!r}: {column!r}", expected=expected)


def canonical_role(word: str) -> str:
    """The role that a key of ``columns=`` means, be it canonical or an alias.

    Raises ``UnknownNameError`` with near names for a word that is no role.
    """
    roles = [role for role, _ in _role_of(word)]
    if _fold(word) in _STRONG:
        return _fold(word)
    if not roles:
        known = [r for r in _STRONG if r != "se_contrast"] + [f"{role}{i}" for role in _GROUPED for i in (1, 2)]
        raise UnknownNameError.among("column role", word, known)
    return "se" if roles[0] == "se_contrast" else roles[0]


def match_columns(header: Sequence[str], mapping: Mapping[str, str], file: str | None = None) -> dict[str, Candidates]:
    """The candidates of each role that some column may play; ``mapping`` (role to column) settles a role.

    Raises ``UnknownNameError`` for a role that is none, ``ArgumentError`` for a column given two roles, a role given
    two columns or a mapping that is written column first, ``DataError`` for a column that is not there.
    """
    _refuse_backwards(header, mapping)
    mapped = _mapped(header, mapping, file)
    by_strength: dict[Strength, dict[str, list[str]]] = {"strong": {}, "weak": {}}
    for name in header:
        if name not in mapped.values():
            for role, strength in _role_of(name):
                by_strength[strength].setdefault(role, []).append(name)
    found = {role: Candidates((column,), "mapped") for role, column in mapped.items()}
    for strength in ("strong", "weak"):
        for role, names in by_strength[strength].items():
            found.setdefault(role, Candidates(tuple(names), strength))
    return found


def _refuse_backwards(header: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Refuse a mapping from column to role: a key that is a column and no role, for a value that is a role."""
    turned = [word for word, column in mapping.items() if word in header and not _role_of(word) and _role_of(column)]
    if turned:
        right = {
            (column if word in turned else word): (word if word in turned else column)
            for word, column in mapping.items()
        }
        found = ", ".join(f"{word!r}: {mapping[word]!r}" for word in turned)
        raise ArgumentError("columns= goes role first, then column", found=found, repair=ready_to_paste(right))


def _mapped(header: Sequence[str], mapping: Mapping[str, str], file: str | None) -> dict[str, str]:
    mapped: dict[str, str] = {}
    problems = []
    for word, column in mapping.items():
        role = canonical_role(word)
        if column not in header:
            near = near_names(column, header)
            repair = f"write {word}={near[0]}" if near else None
            there = "the columns " + ", ".join(header)
            problems.append(Problem(f"there is no column {column!r} for {word}", file, 1, None, there, None, repair))
            continue
        if role in mapped:
            raise ArgumentError(f"two columns are given for {role}", found=f"{mapped[role]} and {column}")
        if column in mapped.values():
            other = next(r for r, c in mapped.items() if c == column)
            raise ArgumentError(f"the column {column!r} is given for two roles", found=f"{other} and {role}")
        mapped[role] = column
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return mapped


def ready_to_paste(mapping: Mapping[str, str]) -> str:
    """The mapping as Python and as an option of the command line."""
    python = ", ".join(f'"{role}": "{column}"' for role, column in mapping.items())
    option = ",".join(f"{role}={column}" for role, column in mapping.items())
    quoted = f"'{option}'" if re.search(r"[^\w=,.+-]", option) else option
    return f"columns={{{python}}} (command line: --columns {quoted})"


def group_numbers(roles: Iterable[str]) -> list[int]:
    """The numbers of the groups of a wide table that some outcome role names, in order."""
    found = {match.groups() for role in roles if (match := re.fullmatch(r"([a-z]+)([0-9]+)", role))}
    return sorted({int(number) for stem, number in found if stem != "treatment"})
