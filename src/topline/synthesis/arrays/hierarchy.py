"""Statements about the order of the treatments, checked in each draw of the effects.

Source: Papakonstantinou, Salanti, Mavridis, Rücker, Schwarzer and Nikolakopoulou 2022, BMC Med Res Methodol 22:47.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.arrays.mixture import Mixture, joint_draws
from topline.synthesis.arrays.ranking import ranks_in


@dataclass(frozen=True)
class Statement:
    """What is to hold at once, of treatments by their positions.

    One of ``best`` has rank 1; each of ``among_best`` (position, k) has rank k or better; each of ``orders`` stands in
    that order, whoever stands between; the first of each pair of ``better`` beats the second by more than
    ``difference``.
    """

    best: tuple[int, ...] = ()
    among_best: tuple[tuple[int, int], ...] = ()
    orders: tuple[tuple[int, ...], ...] = ()
    better: tuple[tuple[int, int], ...] = field(default=())
    difference: float = 0.0


def holds(statement: Statement, merit: Array) -> NDArray[np.bool_]:
    """Whether the statement holds (n,) in each draw of ``merit`` (T, n), higher being better."""
    true = np.ones(merit.shape[1], dtype=bool)
    if statement.best:
        true &= merit[list(statement.best)].max(axis=0) >= merit.max(axis=0)
    for k, places in statement.among_best:
        true &= (merit > merit[k]).sum(axis=0) < places
    for order in statement.orders:
        true &= (np.diff(merit[list(order)], axis=0) < 0).all(axis=0)
    for first, second in statement.better:
        true &= merit[first] - merit[second] > statement.difference
    return true


def statement_probability(
    mixture: Mixture, sign: int, statement: Statement, n: int, seeds: Sequence[int]
) -> tuple[float, float]:
    """The probability from ``n`` draws by the first seed, and its standard error over the seeds (two or more)."""
    found = [float(holds(statement, sign * joint_draws(mixture, n, seed)[0]).mean()) for seed in seeds]
    return found[0], float(np.std(found, ddof=1))


def hierarchy_probabilities(mixture: Mixture, sign: int, n: int, seed: int) -> tuple[Index, Array]:
    """The orders that occur (m, T), each the treatments' positions from the best, and their probabilities (m,)."""
    order = np.argsort(ranks_in(sign * joint_draws(mixture, n, seed)[0]), axis=0).T
    found, counts = np.unique(order, axis=0, return_counts=True)
    return found.astype(np.intp), counts / n
