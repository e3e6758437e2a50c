"""Quantiles of mixtures of normals, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.errors import FitError

Array = NDArray[np.float64]


def normal_mixture_moments(weights: Array, means: Array, variances: Array) -> tuple[Array, Array]:
    """Mean (k,) and variance (k,) of k mixtures: ``weights`` (m,), ``means`` and ``variances`` (m, k)."""
    mean = weights @ means
    return mean, weights @ (variances + (means - mean) ** 2)


def normal_mixture_quantile(weights: Array, means: Array, variances: Array, p: float) -> Array:
    """The ``p`` quantile (k,) of k mixtures of m normals.

    ``weights`` (m,) sums to 1; ``means`` and ``variances`` (m, k), variances above 0. Newton steps inside a bracket;
    a column leaves the iteration only when it has converged to 1e-12 of its standard deviation. Raises ``FitError``
    when one does not in 200 steps.
    """
    sds = np.sqrt(variances)
    z = float(special.ndtri(p))
    if len(weights) == 1:
        return np.asarray(means[0] + z * sds[0])
    mean, variance = normal_mixture_moments(weights, means, variances)
    scale = np.sqrt(variance)
    # a quantile of a mixture lies between the smallest and the largest quantile of its parts
    parts = means + z * sds
    lower, upper = parts.min(axis=0), parts.max(axis=0)
    x = np.clip(mean + z * scale, lower, upper)
    active = np.flatnonzero(upper - lower > 1e-12 * scale)
    w = weights[:, None]
    for _ in range(200):
        if not active.size:
            return x
        at, spread = x[active], sds[:, active]
        standard = (at - means[:, active]) / spread
        excess = (w * special.ndtr(standard)).sum(axis=0) - p
        density = (w * np.exp(-0.5 * standard**2) / spread).sum(axis=0) / np.sqrt(2 * np.pi)
        lower[active] = np.where(excess < 0, at, lower[active])
        upper[active] = np.where(excess > 0, at, upper[active])
        step = np.divide(excess, density, out=np.full_like(excess, np.inf), where=density > 0)
        new = at - step
        inside = (new >= lower[active]) & (new <= upper[active])
        new = np.where(inside, new, 0.5 * (lower[active] + upper[active]))
        x[active] = new
        active = active[np.abs(new - at) > 1e-12 * scale[active]]
    raise FitError("the quantile of a mixture did not converge", found=f"{active.size} quantiles left after 200 steps")
