"""Joint effects as a mixture of multivariate normals, one component for each tau.

A frequentist fit is a mixture of one. All questions about contrasts, ranks and draws are asked of the mixture, so that
both engines answer them with the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from topline.estimators import normal_mixture_moments, normal_mixture_quantile, normal_quantile, uniform_rows
from topline.synthesis.arrays.laplacian import Array, Index, factor

# OpenBLAS multiplies matrices of up to this many multiplications on one thread
SERIAL_PRODUCT = 2**18
# sets of at most this many quasi-random numbers (8 MB) are kept for the next question
KEPT_POINTS = 2**20


@dataclass(frozen=True)
class Mixture:
    """``weights`` (m,) sum to 1; ``tau2`` (m,); ``means`` (m, T); ``covariances`` (m, T, T).

    Effects are relative to treatment ``ground``, whose mean, row and column are 0.
    """

    ground: int
    weights: Array
    tau2: Array
    means: Array
    covariances: Array

    @property
    def n_treatments(self) -> int:
        """The number of treatments, T."""
        return int(self.means.shape[1])

    def mean(self) -> Array:
        """Mean effects (T,)."""
        return np.asarray(self.weights @ self.means)

    def covariance(self) -> Array:
        """Covariance of the effects (T, T)."""
        off = self.means - self.mean()
        return np.asarray(np.tensordot(self.weights, self.covariances, 1) + (off * self.weights[:, None]).T @ off)


@dataclass(frozen=True)
class Contrasts:
    """Means (m, k) and variances (m, k) of k contrasts in each component of a mixture with ``weights`` (m,)."""

    weights: Array
    tau2: Array
    means: Array
    variances: Array

    def moments(self) -> tuple[Array, Array]:
        """Mean (k,) and standard deviation (k,)."""
        mean, variance = normal_mixture_moments(self.weights, self.means, self.variances)
        return mean, np.sqrt(variance)

    def quantile(self, p: float) -> Array:
        """The ``p`` quantile (k,)."""
        return normal_mixture_quantile(self.weights, self.means, self.variances, p)

    def predictive_quantile(self, p: float) -> Array:
        """The ``p`` quantile (k,) of the contrast in a new trial, d + N(0, tau2)."""
        return normal_mixture_quantile(self.weights, self.means, self.variances + self.tau2[:, None], p)


def contrasts(mixture: Mixture, first: Index, second: Index) -> Contrasts:
    """The contrasts ``first`` minus ``second`` (indices of treatments, (k,) each)."""
    c = mixture.covariances
    variance = c[:, first, first] + c[:, second, second] - 2 * c[:, first, second]
    return Contrasts(mixture.weights, mixture.tau2, mixture.means[:, first] - mixture.means[:, second], variance)


def draws(mixture: Mixture, n: int, seed: int) -> Array:
    """Joint effects (n, T), quasi-random, deterministic by ``seed``; the ground's column is 0."""
    return np.ascontiguousarray(joint_draws(mixture, n, seed)[0].T)


def joint_draws(mixture: Mixture, n: int, seed: int) -> tuple[Array, Array]:
    """The draws with a row for each treatment (T, n), and the tau2 (n,) of the component that each came from.

    One coordinate picks the component, the others are normal scores through its Cholesky factor.
    """
    size, several = mixture.n_treatments, len(mixture.weights) > 1
    keep = np.delete(np.arange(size), mixture.ground)
    first, scores = _standard_points(n, len(keep), several, seed)
    spread = np.zeros((len(mixture.weights), size, len(keep)))
    for k, covariance in enumerate(mixture.covariances):
        spread[k, keep] = factor(covariance[np.ix_(keep, keep)])
    if not several:
        # in place: fresh memory of this size costs more than the arithmetic
        effects = _times(spread[0], scores)
        effects += mixture.means[0][:, None]
        return effects, np.full(n, mixture.tau2[0])
    upper = np.cumsum(mixture.weights)
    component = np.minimum(np.searchsorted(upper, first * upper[-1], side="right"), len(upper) - 1)
    effects = np.empty((size, n))
    for k in np.unique(component):
        columns = np.flatnonzero(component == k)
        effects[:, columns] = mixture.means[k][:, None] + _times(spread[k], scores[:, columns])
    return effects, mixture.tau2[component]


def _standard_points(n: int, dimensions: int, several: bool, seed: int) -> tuple[Array, Array]:
    """Uniform points (n,) to pick a component by, empty if there is but one, and normal scores (dimensions, n).

    The last few small sets are kept, since all questions about ranks ask for the same ones.
    """
    make = _kept_points if n * dimensions <= KEPT_POINTS else _kept_points.__wrapped__
    return make(n, dimensions, several, seed)


@lru_cache(maxsize=4)
def _kept_points(n: int, dimensions: int, several: bool, seed: int) -> tuple[Array, Array]:
    points = uniform_rows(n, dimensions + several, seed)
    first, scores = points[0] if several else np.empty(0), np.asarray(normal_quantile(points[int(several) :]))
    first.setflags(write=False)
    scores.setflags(write=False)
    return first, scores


def _times(small: Array, wide: Array) -> Array:
    """``small @ wide``, block by block: a product this size makes BLAS start threads, which wait for each other on a
    busy machine a hundred times longer than they work.
    """
    columns = max(1, SERIAL_PRODUCT // small.size)
    result = np.empty((len(small), wide.shape[1]))
    for at in range(0, wide.shape[1], columns):
        np.matmul(small, wide[:, at : at + columns], out=result[:, at : at + columns])
    return result
