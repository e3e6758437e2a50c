"""Cochran's Q of a network, split into within and between designs.

A design is the set of treatments of a trial. Within-design Q fits every design on its own; what is left of the total is
the disagreement between designs, the design-by-treatment inconsistency. All at tau2 = 0.

Source: Krahn, Binder and König 2013, BMC Med Res Methodol 13:35; Higgins et al. 2012, Res Synth Methods 3:98.
"""

from __future__ import annotations

from dataclasses import dataclass

from topline.synthesis.arrays.designs import designs
from topline.synthesis.arrays.laplacian import ArmArrays, solve


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
    repeated = [part for part in designs(arms) if part.df]
    within = sum(solve(part.arms, 0.0, covariance=False).q for part in repeated)
    df_within = sum(part.df for part in repeated)
    df_between = arms.degrees - df_within
    return QParts(total, arms.degrees, within, df_within, max(total - within, 0.0) if df_between else 0.0, df_between)
