"""How certain the order of the treatments is, as one number: the precision of the treatment hierarchy (POTH).

Source: Wigle, Béliveau, Salanti, Rücker, Schwarzer, Mavridis and Nikolakopoulou 2025, Stat Med.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits.text import fixed, interval
from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.arrays.rank_intervals import hierarchy_functional, path_interval
from topline.synthesis.arrays.ranking import better_probabilities, mean_over_rivals, precision_of_hierarchy
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.ranking.ranks import direction, merits
from topline.tables import frame

# a prime: quasi-random points; and how many shifts of them tell the error that they leave
DRAWS = 8191
SHIFTS = 4


class PothRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a treatment does to the precision of the hierarchy.

    ``p_score`` is among the treatments asked about. ``without`` is POTH without the treatment and ``residual`` what it
    adds: above 0 it makes the order surer. ``best`` is POTH of this treatment and all above it. None where fewer than 2
    treatments are left.
    """

    treatment: str
    p_score: float
    without: float | None
    residual: float | None
    best: float | None


@dataclass(frozen=True, repr=False)
class Poth:
    """The precision of a hierarchy, from 0 (all P-scores one half) to 1 (a certain order), with its interval.

    ``lower`` and ``upper`` are a confidence interval at ``level`` for the POTH that the true effects would have at the
    precision of this network. ``if_equal`` is the mean POTH that chance alone would give if all treatments were equal,
    and ``p_equal`` the probability of one as high as ``value`` then, with the standard error that the quasi-random
    draws leave in it; ``lower`` is 0 where the interval can't exclude that. All five are None for the Bayesian engine,
    whose POTH sums up the posterior. ``treatments`` is a frame with a row for each treatment, best first
    (:class:`PothRow`).
    """

    value: float
    lower: float | None
    upper: float | None
    level: float
    if_equal: float | None
    p_equal: float | None
    p_equal_error: float | None
    treatments: Any

    def __float__(self) -> float:
        return self.value

    def __repr__(self) -> str:
        limits = "" if self.lower is None else f" ({interval(self.lower, self.upper, 2)})"
        return f"POTH {fixed(self.value, 2)}{limits}, {len(self.treatments)} treatments"


def poth(estimate: Estimate, among: Iterable[str] | None = None) -> Poth:
    """POTH of all treatments, or of those ``among`` themselves (local POTH).

    Raises ``ArgumentError`` without a direction or for fewer than 2 treatments, ``UnknownNameError``.
    """
    sign = direction(estimate)
    chosen = _chosen(estimate.network, among)
    better = better_probabilities(estimate.mixture, sign)[np.ix_(chosen, chosen)]
    names = [estimate.network.treatments[k] for k in chosen]
    value = float(precision_of_hierarchy(mean_over_rivals(better)))
    rows = [{name: getattr(row, name) for name in row.__struct_fields__} for row in _rows(names, better, value)]
    u = None if estimate.spec.engine == "bayes" else _uncertainty(estimate, chosen, value)
    return Poth(
        value,
        lower=None if u is None else u.lower,
        upper=None if u is None else u.upper,
        level=estimate.spec.level,
        if_equal=None if u is None else u.if_equal,
        p_equal=None if u is None else u.p_equal,
        p_equal_error=None if u is None else u.p_equal_error,
        treatments=frame(rows, estimate.network.kind),
    )


def _chosen(network: Network, among: Iterable[str] | None) -> Index:
    """The positions of the treatments asked about, in their own order, each once."""
    if among is None:
        return np.arange(len(network.treatments))
    if not isinstance(among, Iterable):
        raise ArgumentError("among is not a list of treatments", found=repr(among), repair="among=['A', 'B', 'C']")
    names = [among] if isinstance(among, str) else list(among)
    for name in names:
        if name not in network.treatments:
            raise UnknownNameError.among("treatment", str(name), network.treatments)
    if len(set(names)) < 2:
        raise ArgumentError(
            "a hierarchy needs at least 2 treatments", found=", ".join(names), repair="among=['A', 'B', 'C']"
        )
    return np.array(sorted({network.index(name) for name in names}), dtype=np.intp)


def _rows(names: Sequence[str], better: Array, value: float) -> list[PothRow]:
    scores = mean_over_rivals(better)
    order = sorted(range(len(names)), key=lambda k: (-scores[k], names[k]))

    def of(positions: Sequence[int]) -> float | None:
        """POTH of some of the treatments among themselves."""
        if len(positions) < 2:
            return None
        return float(precision_of_hierarchy(mean_over_rivals(better[np.ix_(positions, positions)])))

    rows = []
    for place, k in enumerate(order):
        without = of([other for other in order if other != k])
        rows.append(
            PothRow(
                treatment=names[k],
                p_score=float(scores[k]),
                without=without,
                residual=None if without is None else value - without,
                best=of(order[: place + 1]),
            )
        )
    return rows


@dataclass(frozen=True)
class _Uncertainty:
    """The limits, the mean if all are equal, and the probability of ``value`` or more then with its error."""

    lower: float
    upper: float
    if_equal: float
    p_equal: float
    p_equal_error: float


def _uncertainty(estimate: Estimate, chosen: Index, value: float) -> _Uncertainty:
    m, seed = merits(estimate, DRAWS, estimate.spec.seed), estimate.spec.seed
    pairs = np.ix_(chosen, chosen)
    h = hierarchy_functional(m.se[pairs], estimate.t_degrees)
    lower, upper = path_interval(h, m.merit[chosen], m.covariance[pairs], m.noise[chosen], estimate.spec.level)
    chance = h.value(m.noise[chosen])
    found = [chance, *(h.value(merits(estimate, DRAWS, seed + k).noise[chosen]) for k in range(1, SHIFTS))]
    shares = [float(np.mean(values >= value)) for values in found]
    return _Uncertainty(lower, upper, float(chance.mean()), shares[0], float(np.std(shares, ddof=1)))
