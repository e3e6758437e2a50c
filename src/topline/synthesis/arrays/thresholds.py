r"""How far a number in the data must move before another treatment looks best.

At fixed weights every effect is linear in the data, so that moving one number by u moves the effects by u times its
column of the influence matrix G X'R. With k* the best treatment, d the effects and h the column, treatment a overtakes
k* at

    u_a = -(d_a - d_k*) / (h_a - h_k*),

and the first to do so in either direction is the smallest u_a above 0 and the largest below.

Source: Phillippo, Dias, Ades, Didelez and Welton 2018, J R Stat Soc A 181:843 (equation 6).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution

# an influence below this share of the column's size is rounding
NO_INFLUENCE = 1e-10


@dataclass(frozen=True)
class Thresholds:
    """``best`` now; ``down`` <= 0 and ``up`` >= 0 (n,) are the moves at which ``new_down`` and ``new_up`` (n,) become
    best. NaN and -1 where no move in that direction changes the best treatment.
    """

    best: int
    down: Array
    up: Array
    new_down: Index
    new_up: Index


def arm_influence(arms: ArmArrays, solution: Solution) -> Array:
    """The change (A, T) of the effects for a unit move of each arm's level, its study's other arms held still."""
    w, t, s = solution.w, arms.treatment, arms.study
    total = np.bincount(s, w)
    own = solution.covariance[t] * w[:, None]
    pull = np.zeros((arms.n_studies, arms.n_treatments))
    np.add.at(pull, s, own)
    return np.asarray(own - (w / total[s])[:, None] * pull[s])


def pair_influence(solution: Solution, first: Index, second: Index, se_direct: Array) -> Array:
    """The change (k, T) of the effects for a unit move of each pair's direct estimate.

    The contrast of the two moves by 1 in every study that compares them, their weighted mean and all other arms held
    still; the study's pull is then 1/(v_i + v_j + tau2), its weight in the direct estimate.
    """
    g = solution.covariance
    return np.asarray((g[first] - g[second]) / se_direct[:, None] ** 2)


def thresholds(effects: Array, influence: Array, sign: int) -> Thresholds:
    """Thresholds for the ``influence`` (n, T) of n numbers on the ``effects`` (T,); ``sign`` is 1 if higher is better.

    Of treatments that tie, the first is taken.
    """
    d, h = sign * effects, sign * influence
    best = int(np.argmax(d))
    gap = d[best] - d
    gain = h - h[:, best : best + 1]
    size = np.abs(h).max(axis=1, keepdims=True)
    gain = np.where(np.abs(gain) > NO_INFLUENCE * size, gain, 0.0)
    moves = np.divide(gap, gain, out=np.full(gain.shape, np.nan), where=gain != 0)
    up = np.where(gain > 0, moves, np.inf)
    down = np.where(gain < 0, moves, -np.inf)
    new_up, new_down = np.argmin(up, axis=1), np.argmax(down, axis=1)
    rows = np.arange(len(h))
    up, down = up[rows, new_up], down[rows, new_down]
    return Thresholds(
        best=best,
        down=np.where(np.isfinite(down), down, np.nan),
        up=np.where(np.isfinite(up), up, np.nan),
        new_down=np.where(np.isfinite(down), new_down, -1).astype(np.intp),
        new_up=np.where(np.isfinite(up), new_up, -1).astype(np.intp),
    )
