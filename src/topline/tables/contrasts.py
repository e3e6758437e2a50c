"""Contrasts against a baseline arm, turned into all pairs of each study."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from topline.errors import DataError, Problem
from topline.tables.entries import Entries, Entry


def unlabelled(entries: Entries) -> Entries:
    """Estimates without treatments as contrasts of ``group 1`` minus ``group 2``."""
    names = {f"treatment{i}": [f"group {i}"] * len(entries) for i in (1, 2)}
    return replace(entries, values={**entries.values, **names})


def all_pairs(entries: Entries, file: str | None) -> Entries:
    """Each study's arms against its baseline, the arm without an estimate, as contrasts of every pair of its arms.

    An arm k has the estimate d_k and standard error s_k against the baseline, whose own standard error is s_0. The
    contrasts of two arms k and l follow exactly: d_k - d_l, with variance s_k^2 + s_l^2 - 2 s_0^2, since the two share
    the baseline arm and nothing else (Dias, Welton, Sutton and Ades, NICE DSU Technical Support Document 2, treatment
    differences from trials of more than two arms: their covariance is s_0^2). A study of two arms does not need s_0.

    Raises ``DataError`` naming the rows where a study has no baseline or several, a needed s_0 is missing, or the
    standard errors contradict each other.
    """
    studies: dict[Any, list[Entry]] = {}
    for entry in entries:
        studies.setdefault(entry.values["study"], []).append(entry)
    problems = [p for study, arms in studies.items() for p in _problems(study, arms, file)]
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return Entries.of(pair for arms in studies.values() for pair in _pairs(arms))


def _split(arms: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    baselines = [arm for arm in arms if arm.values["estimate"] is None]
    return baselines, [arm for arm in arms if arm.values["estimate"] is not None]


def _problems(study: Any, arms: Sequence[Entry], file: str | None) -> Iterator[Problem]:
    baselines, others = _split(arms)
    rows = ", ".join(str(arm.row) for arm in (baselines or arms))
    if len(baselines) != 1:
        yield arms[0].problem(
            file,
            "estimate",
            f"study {study!r} has {'no' if not baselines else 'more than one'} baseline arm",
            found=f"{len(baselines)} rows without an estimate"
            if len(baselines) == 0
            else f"no estimate in rows {rows}",
            expected="exactly one row without an estimate: the arm that the others are compared with",
            repair="empty the estimate of the baseline arm, and leave out arms without results",
        )
        return
    if len(others) < 2:
        return
    shared = baselines[0].values["se"]
    if shared is None:
        yield baselines[0].problem(
            file,
            "se",
            f"study {study!r} has {len(arms)} arms, and its baseline arm has no standard error",
            expected="the standard error of the baseline arm's own mean or log odds, which its contrasts share",
            repair="add it, or give all pairs of arms as rows with treatment1, treatment2, estimate, se",
        )
        return
    for arm in others:
        if arm.values["se"] is not None and arm.values["se"] <= shared:
            yield arm.problem(
                file,
                "se",
                f"the standard errors of study {study!r} contradict each other",
                found=f"{arm.values['se']:g} here, {shared:g} for the baseline arm in row {baselines[0].row}",
                expected="a contrast to be less certain than its baseline arm alone",
                repair="give the standard error of the baseline arm itself, not of a difference",
            )


def _pairs(arms: Sequence[Entry]) -> Iterator[Entry]:
    (baseline,), others = _split(arms)
    study, reference = baseline.values["study"], baseline.values["treatment"]
    for arm in others:
        d, s = arm.values["estimate"], arm.values["se"]
        yield _contrast(arm, study, reference, d, s)
    for arm, other in itertools.combinations(others, 2):
        a, b, shared = arm.values["se"], other.values["se"], baseline.values["se"]
        known = None not in (a, b)
        se = math.sqrt(a**2 + b**2 - 2 * shared**2) if known else None
        yield _contrast(arm, study, other.values["treatment"], arm.values["estimate"] - other.values["estimate"], se)


def _contrast(arm: Entry, study: Any, reference: Any, estimate: float, se: float | None) -> Entry:
    columns = {**arm.columns, "treatment1": arm.columns["treatment"], "treatment2": arm.columns["treatment"]}
    values = {"study": study, "treatment1": arm.values["treatment"], "treatment2": reference}
    return Entry({**values, "estimate": estimate, "se": se}, arm.row, columns)
