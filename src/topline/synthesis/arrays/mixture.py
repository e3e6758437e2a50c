"""Joint effects as a mixture of multivariate normals, one component for each tau.

A frequentist fit is a mixture of one. All questions about contrasts, ranks and draws are asked of the mixture, so that
both engines answer them with the same code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topline.estimators import normal_mixture_moments, normal_mixture_quantile, normal_quantile, uniform_points
from topline.synthesis.arrays.laplacian import Array, Index, factor

# OpenBLAS multiplies matrices of up to this many multiplications on one thread
SERIAL_PRODUCT = 2**18


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
    """Joint effects (n, T), quasi-random, deterministic by ``seed``; the ground's column is 0.

    One coordinate picks the component, the others are normal scores through its Cholesky factor.
    """
    keep = np.delete(np.arange(mixture.n_treatments), mixture.ground)
    several = len(mixture.weights) > 1
    points = uniform_points(n, len(keep) + several, seed)
    scores = normal_quantile(points[:, several:])
    component = np.zeros(n, dtype=np.intp)
    if several:
        upper = np.cumsum(mixture.weights)
        component = np.minimum(np.searchsorted(upper, points[:, 0] * upper[-1], side="right"), len(upper) - 1)
    effects = np.zeros((n, mixture.n_treatments))
    for k in np.unique(component):
        rows = np.flatnonzero(component == k)
        lower = factor(mixture.covariances[k][np.ix_(keep, keep)])
        effects[np.ix_(rows, keep)] = mixture.means[k][keep] + _times(scores[rows], lower.T)
    return effects


def _times(tall: Array, small: Array) -> Array:
    """``tall @ small``, block by block: a product this size makes BLAS start threads, which wait for each other on a
    busy machine a hundred times longer than they work.
    """
    rows = max(1, SERIAL_PRODUCT // small.size)
    return np.concatenate([tall[at : at + rows] @ small for at in range(0, len(tall), rows)])
