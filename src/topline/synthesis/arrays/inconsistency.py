"""Cochran's Q of a network, split into within and between designs.

A design is the set of treatments of a trial. Within-design Q fits every design on its own; what is left of the total is
the disagreement between designs, the design-by-treatment inconsistency. All at tau2 = 0.

Source: Krahn, Binder and König 2013, BMC Med Res Methodol 13:35; Higgins et al. 2012, Res Synth Methods 3:98.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.laplacian import ArmArrays, arm_arrays, solve


@dataclass(frozen=True)
class QParts:
    """Q statistics with their degrees of freedom; between is 0 at 0 degrees."""

    total: float
    df: int
    within: float
    df_within: int
    between: float
    df_between: int


def decompose(arms: ArmArrays) -> QParts:
    """Split Q into its within-design and between-design parts."""
    total = solve(arms, 0.0, covariance=False).q if arms.degrees else 0.0
    sizes = np.bincount(arms.study)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    designs: dict[tuple[int, ...], list[int]] = {}
    for begin, size in zip(starts, sizes, strict=True):
        designs.setdefault(tuple(arms.treatment[begin : begin + size].tolist()), []).append(int(begin))
    within, df_within = 0.0, 0
    for treatments, begins in designs.items():
        if len(begins) > 1:
            within += _design_q(arms, begins, len(treatments))
            df_within += (len(begins) - 1) * (len(treatments) - 1)
    df_between = arms.degrees - df_within
    return QParts(total, arms.degrees, within, df_within, max(total - within, 0.0) if df_between else 0.0, df_between)


def _design_q(arms: ArmArrays, begins: list[int], size: int) -> float:
    """Q of the studies of one design, whose arms begin at ``begins`` and number ``size`` each."""
    rows = (np.array(begins)[:, None] + np.arange(size)).ravel()
    local = np.tile(np.arange(size), len(begins))
    return solve(arm_arrays(arms.study[rows], local, arms.y[rows], arms.v[rows], size), 0.0, covariance=False).q
