"""Do groups of studies differ: by ranks for numbers, by counts for levels.

Source: Kruskal and Wallis 1952, J Am Stat Assoc 47:583, with their correction for ties; Pearson's chi-square test of a
table of counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topline.estimators import chi_square_p
from topline.synthesis.arrays.laplacian import Array, Index


@dataclass(frozen=True)
class GroupTest:
    """A chi-square ``statistic`` with ``degrees``; ``p`` is None where nothing can be tested."""

    statistic: float | None
    degrees: int
    p: float | None


def kruskal_wallis(values: Array, group: Index) -> GroupTest:
    """Whether the ``values`` (n,) of the groups (n,) come from one distribution, by their mean ranks."""
    groups = np.unique(group)
    n = len(values)
    ranks, ties = _ranks(values)
    degrees = len(groups) - 1
    corrected = 1 - (ties**3 - ties).sum() / (n**3 - n) if n > 1 else 0.0
    if degrees < 1 or corrected <= 0:
        return GroupTest(None, max(degrees, 0), None)
    sums = sum(ranks[group == g].sum() ** 2 / (group == g).sum() for g in groups)
    statistic = float((12 / (n * (n + 1)) * sums - 3 * (n + 1)) / corrected)
    return GroupTest(statistic, degrees, chi_square_p(statistic, degrees))


def _ranks(values: Array) -> tuple[Array, Array]:
    """Mid-ranks from 1 (n,), and how often each distinct value occurs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse], counts.astype(float)


def independence(levels: Index, group: Index) -> GroupTest:
    """Whether the levels (n,) are spread alike over the groups (n,), by Pearson's chi-square."""
    rows, i = np.unique(levels, return_inverse=True)
    columns, j = np.unique(group, return_inverse=True)
    table = np.zeros((len(rows), len(columns)))
    np.add.at(table, (i, j), 1.0)
    degrees = (len(rows) - 1) * (len(columns) - 1)
    if degrees < 1:
        return GroupTest(None, 0, None)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return GroupTest(statistic, degrees, chi_square_p(statistic, degrees))
