"""Small-study effects in a network: do imprecise studies show larger effects, in the direction of an order?

Egger's test regresses y/se on 1/se; its intercept is the slope of y on se, and its variance has a factor estimated from
the residuals (Egger, Davey Smith, Schneider and Minder 1997, BMJ 315:629). In a network y is each contrast less the
direct pooled estimate of its comparison (Chaimani and Salanti 2012, Res Synth Methods 3:161).

That takes the pooled estimates as known and the contrasts of one study as independent. :func:`within_comparisons` does
neither: each comparison has a level of its own in the regression, and the contrasts of a study of several arms, each
with the arm that comes last in the order, are weighted with their covariance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index


@dataclass(frozen=True)
class Slope:
    """The slope of the estimate on its standard error, with ``se``, t statistic, degrees and two-sided p.

    NaN where the data do not determine it.
    """

    slope: float
    se: float
    t: float
    degrees: int
    p: float


def egger(y: Array, se: Array) -> Slope:
    """Egger's test on ``y`` (n,) with standard errors ``se`` (n,), taken as independent."""
    precision = 1 / se
    ones, z = np.ones_like(se), y * precision
    size = float(precision @ precision)
    left = [column - precision * float(precision @ column) / size for column in (ones, z)]
    return _slope(left[0], left[1], degrees=len(se) - 2, size=float(len(se)))


def within_comparisons(arms: ArmArrays, place: Index) -> Slope:
    """The same with a level for each comparison; ``place`` (T,) is each treatment's place in the order.

    A contrast is an arm minus the arm of its study that comes last in the order.
    """
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import splu

    order = np.lexsort((place[arms.treatment], arms.study))
    columns: dict[tuple[int, int], int] = {}
    levels: list[tuple[int, int, float]] = []
    blocks: list[Array] = []
    n = 0
    for own in np.split(order, np.searchsorted(arms.study[order], np.arange(1, arms.n_studies))):
        last, others = own[-1], own[:-1]
        v = np.diag(arms.v[others]) + arms.v[last]
        half = np.linalg.inv(np.linalg.cholesky(v))
        for c, treatment in enumerate(arms.treatment[others].tolist()):
            column = columns.setdefault((treatment, int(arms.treatment[last])), len(columns))
            levels += [(n + r, column, float(half[r, c])) for r in range(c, len(others))]
        blocks.append(half @ np.stack([np.sqrt(np.diag(v)), arms.y[others] - arms.y[last]], axis=1))
        n += len(others)
    rows, places, values = (np.array(part) for part in zip(*levels, strict=True))
    level = csc_array((values, (rows, places)), shape=(n, len(columns)))
    both = np.concatenate(blocks)
    left = both - level @ splu((level.T @ level).tocsc()).solve(np.asarray(level.T @ both))
    return _slope(left[:, 0], left[:, 1], degrees=n - len(columns) - 1, size=float(both[:, 0] @ both[:, 0]))


def _slope(x: Array, y: Array, *, degrees: int, size: float) -> Slope:
    """The regression of ``y`` (n,) on ``x`` (n,), both less what other columns explain; ``size`` is x'x before that."""
    left = float(x @ x)
    # where every comparison has one study, all differences are 0 but for rounding
    nothing = float(y @ y) <= 1e-20 * len(y)
    if degrees < 1 or left <= 1e-12 * size or nothing:
        return Slope(np.nan, np.nan, np.nan, max(degrees, 0), np.nan)
    slope = float(x @ y) / left
    residual = y - slope * x
    se = float(np.sqrt(float(residual @ residual) / degrees / left))
    t = slope / se if se > 0 else np.nan
    return Slope(slope, se, t, degrees, float(2 * special.stdtr(degrees, -abs(t))))
