"""From contrasts to arms: what a study's pairwise estimates and standard errors say about its arms.

Var(i - j) = v_i + v_j determines the arms' variances once all pairs are known, and with them the covariances of the
contrasts. Otherwise a study of three arms or more can't be used: its contrasts share an arm, and treating them as
independent counts that arm's patients twice. Rounded contrasts seldom agree to the last digit, and may leave an arm a
negative variance: then the nearest set of arms with positive variances takes their place, as long as no number moves by
more than its rounding, or a few hundredths of a standard error. Source: Rücker and Schwarzer 2014, Stat Med 33:4353.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.evidence.origin import Origin

Array = NDArray[np.float64]

# Published estimates and standard errors are rounded; beyond these they contradict each other. The first is in units of
# the study's smallest standard error, the second relative to a contrast's variance. Where the last printed digit is
# coarser than that, half of it is allowed.
ESTIMATE_TOLERANCE = 0.05
VARIANCE_TOLERANCE = 0.05
# Numbers with this many digits were computed, not printed: their last digit says nothing about rounding.
COMPUTED_DIGITS = 8
# However coarse the digits, they excuse no more than this share of the study's smallest standard error.
MOST_MOVED = 0.1
# The least variance of an arm in the nearest consistent set, as a share of the study's smallest contrast variance.
LEAST_VARIANCE = 1e-3
# changes below this, in standard errors, are not worth a word
SAME = 1e-6


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
    """A study's arms: ``treatments``, levels ``y`` up to a constant, and variances ``v``.

    ``repair`` says in words what changed where rounded contrasts were replaced by the nearest consistent ones.
    """

    study: str
    treatments: tuple[str, ...]
    y: tuple[float, ...]
    v: tuple[float, ...]
    repair: str = ""


def study_levels(study: str, rows: Sequence[Contrast], origin: Origin) -> StudyLevels:
    """The arms behind the contrasts of one study: exactly, or the nearest set of arms within rounding.

    Raises ``DataError`` naming the study and its rows or arms: a pair given twice, pairs missing, estimates or standard
    errors that contradict each other, or standard errors that no arms could have.
    """
    _refuse_repeats(study, rows, origin)
    names = sorted({t for r in rows for t in (r.treatment1, r.treatment2)})
    i = np.array([names.index(r.treatment1) for r in rows])
    j = np.array([names.index(r.treatment2) for r in rows])
    estimate, se = np.array([r.estimate for r in rows]), np.array([r.se for r in rows])
    if len(names) == 2:
        # only the difference and the sum of the two variances matter
        half = float(se[0]) ** 2 / 2
        y = (float(estimate[0]), 0.0) if i[0] == 0 else (0.0, float(estimate[0]))
        return StudyLevels(study, tuple(names), y, (half, half))
    _refuse_missing_pairs(study, names, rows, origin)
    first, second = np.eye(len(names))[i], np.eye(len(names))[j]
    y_fit = np.linalg.lstsq((first - second) / se[:, None], estimate / se, rcond=None)[0]
    v_fit = _nearest_variances(first + second, se)
    new_estimate, new_se = (first - second) @ y_fit, np.sqrt((first + second) @ v_fit)
    _refuse_contradictions(names, rows, (new_estimate, new_se), v_fit, origin)
    repair = _changes(rows, new_estimate, new_se)
    return StudyLevels(
        study, tuple(names), tuple(y_fit.tolist()), tuple(v_fit.tolist()), f"{study}: {repair}" if repair else ""
    )


def _nearest_variances(sums: Array, se: Array) -> Array:
    """Variances (m,) of the arms, above 0, whose ``sums`` (k, m) come nearest to se^2 (k,).

    Near in the standard errors themselves, which are what was rounded: (v_i + v_j - se^2)/se is twice their change.
    """
    weighted = sums / se[:, None]
    v = np.linalg.lstsq(weighted, se, rcond=None)[0]
    least = LEAST_VARIANCE * float((se**2).min())
    if v.min() >= least:
        return np.asarray(v)
    from scipy.optimize import nnls  # slow to import, and seldom needed

    above, _ = nnls(weighted, se - weighted @ np.full(len(v), least))
    return np.asarray(least + above)


def _changes(rows: Sequence[Contrast], estimate: Array, se: Array) -> str:
    """The largest change of an estimate and of a standard error in words; empty where there is none to speak of."""
    moved = np.abs(estimate - [r.estimate for r in rows])
    widened = np.abs(se - [r.se for r in rows])
    words = []
    for name, change, given, new in (
        ("the estimate of", moved, [r.estimate for r in rows], estimate),
        ("the standard error of", widened, [r.se for r in rows], se),
    ):
        k = int(np.argmax(change / se))
        if change[k] > SAME * se[k]:
            words.append(f"{name} {rows[k].treatment1} versus {rows[k].treatment2} from {given[k]:.4g} to {new[k]:.4g}")
    return "at most " + " and ".join(words) if words else ""


def _half_digit(values: Sequence[float]) -> float:
    """Half a unit in the last place that any of the ``values`` was printed to; 0 for computed numbers.

    The last place is that of the last digit which is not 0, so that another unit of a power of ten changes nothing.
    """
    digits = [Decimal(repr(float(value))).normalize().as_tuple() for value in values if value != 0]
    if not digits or max(len(d.digits) for d in digits) >= COMPUTED_DIGITS:
        return 0.0
    return float(0.5 * 10.0 ** min(int(d.exponent) for d in digits))


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
    names: Sequence[str], rows: Sequence[Contrast], fitted: tuple[Array, Array], v: Array, origin: Origin
) -> None:
    """Refuse estimates, then standard errors, that no set of arms explains; ``fitted`` are the nearest ones."""
    study, arms, worst = rows[0].study, ", ".join(names), names[int(np.argmin(v))]
    estimate, se = np.array([r.estimate for r in rows]), np.array([r.se for r in rows])
    off_estimate, off_se = np.abs(fitted[0] - estimate), np.abs(fitted[1] - se)
    most = MOST_MOVED * float(se.min())
    digit = min(1.0001 * _half_digit([r.estimate for r in rows]), most)
    k = int(np.argmax(off_estimate))
    if off_estimate[k] > max(ESTIMATE_TOLERANCE * float(se.min()), digit):
        raise origin.error(
            rows[k].index,
            "estimate",
            f"the estimates of study {study} contradict each other ({arms})",
            found=f"they miss by {off_estimate[k] / se.min():.2g} standard errors",
            expected="A versus C = A versus B + B versus C, up to rounding",
            repair="check signs and digits, or give arm-level data",
        )
    digit = min(1.0001 * _half_digit([r.se for r in rows]), most)
    off_variance = np.abs(fitted[1] ** 2 - se**2) / se**2
    beyond = (off_variance > VARIANCE_TOLERANCE) & (off_se > digit)
    if not beyond.any():
        return
    k = int(np.argmax(np.where(beyond, off_variance, 0.0)))
    if v.min() <= 1.01 * LEAST_VARIANCE * float((se**2).min()):
        raise origin.error(
            rows[k].index,
            "se",
            f"the standard errors of study {study} ({arms}) can't come from one trial",
            found=f"they leave the arm {worst} no variance of its own",
            expected="a positive variance for every arm",
            repair=f"check the standard errors of the contrasts of {worst}, or give arm-level data",
        )
    raise origin.error(
        rows[k].index,
        "se",
        f"the standard errors of study {study} contradict each other ({arms})",
        found=f"that of {rows[k].treatment1} versus {rows[k].treatment2} misses its variance by "
        f"{100 * off_variance[k]:.2g}%",
        expected="the variance of each pair to be the sum of its two arms' variances, up to rounding",
        repair="check the digits, or give arm-level data",
    )
