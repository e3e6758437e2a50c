"""From contrasts to arms: what a study's pairwise estimates and standard errors say about its arms.

Var(i - j) = v_i + v_j determines the arms' variances once all pairs are known, and with them the covariances of the
contrasts. Otherwise a study of three arms or more can't be used: its contrasts share an arm, and treating them as
independent counts that arm's patients twice. Source: Rücker and Schwarzer 2014, Stat Med 33:4353.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.origin import Origin

# Published estimates and standard errors are rounded; beyond these they contradict each other. The first is in units of
# the study's smallest standard error, the second relative to a contrast's variance.
ESTIMATE_TOLERANCE = 0.05
VARIANCE_TOLERANCE = 0.05


@dataclass(frozen=True)
class Contrast:
    """``estimate`` = ``treatment1`` minus ``treatment2``. ``index`` is its row in the table."""

    index: int
    study: str
    treatment1: str
    treatment2: str
    estimate: float
    se: float


@dataclass(frozen=True)
class StudyLevels:
    """A study's arms: ``treatments``, levels ``y`` up to a constant, and variances ``v``; ``rounded`` if fitted."""

    study: str
    treatments: tuple[str, ...]
    y: tuple[float, ...]
    v: tuple[float, ...]
    rounded: bool


def study_levels(study: str, rows: Sequence[Contrast], origin: Origin) -> StudyLevels:
    """The arms behind the contrasts of one study.

    Raises ``DataError`` naming the study and its rows or arms: a pair given twice, pairs missing, estimates or standard
    errors that contradict each other, or standard errors that no arms could have.
    """
    _refuse_repeats(study, rows, origin)
    names = sorted({t for r in rows for t in (r.treatment1, r.treatment2)})
    i = np.array([names.index(r.treatment1) for r in rows])
    j = np.array([names.index(r.treatment2) for r in rows])
    estimate = np.array([r.estimate for r in rows])
    variance = np.array([r.se**2 for r in rows])
    if len(names) == 2:
        # only the difference and the sum of the two variances matter
        half = float(variance[0]) / 2
        y = (float(estimate[0]), 0.0) if i[0] == 0 else (0.0, float(estimate[0]))
        return StudyLevels(study, tuple(names), y, (half, half), rounded=False)
    _refuse_missing_pairs(study, names, rows, origin)
    first, second = np.eye(len(names))[i], np.eye(len(names))[j]
    y_fit = np.linalg.lstsq(first - second, estimate, rcond=None)[0]
    v_fit = np.linalg.lstsq(first + second, variance, rcond=None)[0]
    off_estimate = float(np.abs((first - second) @ y_fit - estimate).max() / np.sqrt(variance.min()))
    off_variance = float((np.abs((first + second) @ v_fit - variance) / variance).max())
    _refuse_contradictions(names, rows, (off_estimate, off_variance), v_fit, origin)
    rounded = max(off_estimate, off_variance) > 1e-6
    return StudyLevels(study, tuple(names), tuple(y_fit.tolist()), tuple(v_fit.tolist()), rounded)


def _refuse_repeats(study: str, rows: Sequence[Contrast], origin: Origin) -> None:
    seen: dict[frozenset[str], Contrast] = {}
    for row in rows:
        pair = frozenset({row.treatment1, row.treatment2})
        if pair in seen:
            raise origin.error(
                row.index,
                "treatment1",
                f"study {study} gives {row.treatment1} versus {row.treatment2} twice",
                found=f"{origin.place(seen[pair].index)} and {origin.place(row.index)}",
                expected="each pair of a study once",
                repair="remove one of the rows, or give the studies different names",
            )
        seen[pair] = row


def _refuse_missing_pairs(study: str, names: Sequence[str], rows: Sequence[Contrast], origin: Origin) -> None:
    needed = len(names) * (len(names) - 1) // 2
    if len(rows) < needed:
        raise origin.error(
            rows[-1].index,
            "treatment1",
            f"study {study} has {len(names)} arms ({', '.join(names)}), and not every pair of them is given",
            found="; ".join(f"{r.treatment1} versus {r.treatment2}" for r in rows),
            expected=f"all {needed} pairs, since contrasts that share an arm are not independent",
            repair="add the missing pairs, or give arm-level data",
        )


def _refuse_contradictions(
    names: Sequence[str],
    rows: Sequence[Contrast],
    misses: tuple[float, float],
    v: NDArray[np.float64],
    origin: Origin,
) -> None:
    """Refuse estimates, then standard errors, that no set of arms explains; ``misses`` are the two misfits."""
    study, arms, worst = rows[0].study, ", ".join(names), names[int(np.argmin(v))]
    if misses[0] > ESTIMATE_TOLERANCE:
        raise origin.error(
            rows[0].index,
            "estimate",
            f"the estimates of study {study} contradict each other ({arms})",
            found=f"they miss by {misses[0]:.2g} standard errors",
            expected="A versus C = A versus B + B versus C, up to rounding",
            repair="check signs and digits, or give arm-level data",
        )
    if float(v.min()) <= 0:
        raise origin.error(
            rows[0].index,
            "se",
            f"the standard errors of study {study} ({arms}) can't come from one trial",
            found=f"they leave the arm {worst} a variance of {float(v.min()):.3g}",
            expected="a positive variance for every arm",
            repair=f"check the standard errors of the contrasts of {worst}, or give arm-level data",
        )
    if misses[1] > VARIANCE_TOLERANCE:
        raise origin.error(
            rows[0].index,
            "se",
            f"the standard errors of study {study} contradict each other ({arms})",
            found=f"a variance misses by {100 * misses[1]:.2g}%",
            expected="the variance of each pair to be the sum of its two arms' variances, up to rounding",
            repair="check the digits, or give arm-level data",
        )
