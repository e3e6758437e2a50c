"""Joint effects as a mixture of multivariate normals, one component for each tau, or as one multivariate t.

A frequentist fit is a mixture of one, or with Knapp-Hartung intervals the multivariate t that these are limits of. What
is asked about contrasts, ranks and draws is asked of the mixture, so that both engines answer it with the same code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import chdtri, stdtr

from topline.estimators import (
    normal_mixture_moments,
    normal_mixture_quantile,
    normal_probability,
    normal_quantile,
    uniform_rows,
)
from topline.synthesis.arrays.laplacian import Array, Index, factor

# OpenBLAS multiplies matrices of up to this many multiplications on one thread
SERIAL_PRODUCT = 2**18
# sets of at most this many quasi-random numbers (8 MB) are kept for the next question
KEPT_POINTS = 2**20
# estimates, or variances, that agree to so many decimals of their scale count as equal when treatments are put in order
ALIKE = 9


@dataclass(frozen=True)
class Mixture:
    """``weights`` (m,) sum to 1; ``tau2`` (m,); ``means`` (m, T); ``covariances`` (m, T, T).

    Effects are relative to treatment ``ground``, whose mean, row and column are 0. With ``degrees`` the only component
    is a multivariate t, and its covariance the square of its scale.
    """

    ground: int
    weights: Array
    tau2: Array
    means: Array
    covariances: Array
    degrees: int | None = None

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


def probability(z: Array, degrees: int | None) -> Array:
    """P(Z <= z) for a standard normal Z, or for Student's t with ``degrees``."""
    return normal_probability(z) if degrees is None else np.asarray(stdtr(degrees, z))


def joint_draws(mixture: Mixture, n: int, seed: int) -> tuple[Array, Array]:
    """The draws with a row for each treatment (T, n), and the tau2 (n,) of the component that each came from.

    One coordinate picks the component, the others are normal scores through its Cholesky factor. For a multivariate t
    the first coordinate is the chi-square that the normal part is divided by; it stretches tau2 too, so that the effect
    in a new trial is t with variance and tau2 added, as in prediction intervals.

    The factor is taken of the contrasts with the first treatment in :func:`canonical_order`, in that order. So neither
    the names of treatments nor the ground change a draw of a contrast.
    """
    several = len(mixture.weights) > 1
    order = canonical_order(mixture)
    base, others = order[0], order[1:]
    first, scores = _standard_points(n, len(others), several or mixture.degrees is not None, seed)
    spread = np.zeros((len(mixture.weights), mixture.n_treatments, len(others)))
    for k, c in enumerate(mixture.covariances):
        across = c[others, base]
        spread[k, others] = factor(c[np.ix_(others, others)] - across[:, None] - across + c[base, base])
        spread[k] -= spread[k, mixture.ground]
    if not several:
        # in place: fresh memory of this size costs more than the arithmetic
        effects, tau2 = _times(spread[0], scores), np.full(n, mixture.tau2[0])
        if mixture.degrees is not None:
            squared = mixture.degrees / chdtri(mixture.degrees, first)
            effects *= np.sqrt(squared)
            tau2 *= squared
        effects += mixture.means[0][:, None]
        return effects, tau2
    upper = np.cumsum(mixture.weights)
    component = np.minimum(np.searchsorted(upper, first * upper[-1], side="right"), len(upper) - 1)
    effects = np.empty((mixture.n_treatments, n))
    for k in np.unique(component):
        columns = np.flatnonzero(component == k)
        effects[:, columns] = mixture.means[k][:, None] + _times(spread[k], scores[:, columns])
    return effects, mixture.tau2[component]


def canonical_order(mixture: Mixture) -> Index:
    """The treatments (T,) by their estimates, equal ones by the variances of their contrasts, smallest first.

    That depends neither on the ground nor on where a treatment stands, but for those that are alike in all of this.
    """
    mean, covariance = mixture.mean(), mixture.covariance()
    own = np.diag(covariance)
    apart = own[:, None] + own - 2 * covariance
    scale = np.ptp(mean) + np.sqrt(apart.max())
    if np.diff(np.sort(mean)).min() > 10.0**-ALIKE * scale:
        return np.argsort(mean)
    widest_first = np.sort(apart, axis=1).T[::-1] / apart.max()
    # 0.1: values that are plain fractions of the scale then stand away from where rounding turns
    digits = [np.floor(10.0**ALIKE * x + 0.1) for x in ((mean - mean.min()) / scale, *widest_first)]
    return np.lexsort(digits[::-1])


def _standard_points(n: int, dimensions: int, mixed: bool, seed: int) -> tuple[Array, Array]:
    """Uniform points (n,) to pick a component or a stretch by, empty unless ``mixed``; normal scores (dimensions, n).

    The last few small sets are kept, since all questions about ranks ask for the same ones.
    """
    make = _kept_points if n * dimensions <= KEPT_POINTS else _kept_points.__wrapped__
    return make(n, dimensions, mixed, seed)


@lru_cache(maxsize=4)
def _kept_points(n: int, dimensions: int, mixed: bool, seed: int) -> tuple[Array, Array]:
    points = uniform_rows(n, dimensions + mixed, seed)
    first, scores = points[0] if mixed else np.empty(0), np.asarray(normal_quantile(points[int(mixed) :]))
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
