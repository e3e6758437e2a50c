"""Bayesian random-effects model with a Gaussian likelihood, without simulation.

Given tau everything is conjugate: d | tau, y is normal and p(y | tau) is closed. The posterior of tau is
one-dimensional and is integrated by adaptive Gauss-Legendre panels, so that p(d | y) is a finite mixture of normals to
the precision of the quadrature. Prior: d_k ~ N(0, s^2) for each treatment but the ground, trial levels flat, tau by
any log density.

Source: the idea of bayesmeta (Röver 2020, J Stat Softw 93(6)), here for a whole network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from topline.errors import FitError
from topline.estimators import Panels, density_quantile, find_root, integrate_density
from topline.synthesis.arrays.laplacian import ArmArrays, Array, conductances, factor, inverse, laplacian
from topline.synthesis.arrays.mixture import Mixture

# the log posterior density is followed down to e^-34 of its top; what lies beyond is below double precision
DEPTH = 34.0
# components below this weight move no result by more than 1e-12 of its standard deviation
NEGLIGIBLE = 1e-14


@dataclass(frozen=True)
class TauPrior:
    """A prior for tau: log density (up to a constant), support, and typical scales where its mass may lie."""

    log_density: Callable[[float], float]
    lower: float
    upper: float
    scale: float


@dataclass(frozen=True)
class TauPosterior:
    """The posterior of tau as panels, with the log density that they were made from."""

    panels: Panels
    log_density: Callable[[float], float]

    def moments(self) -> tuple[float, float, float]:
        """The means of tau and of tau2, and the standard deviation of tau."""
        p = self.panels
        mean = float(p.weights @ p.nodes)
        return mean, float(p.weights @ p.nodes**2), float(np.sqrt(p.weights @ (p.nodes - mean) ** 2))

    def quantile(self, p: float) -> float:
        """The ``p`` quantile of tau."""
        return density_quantile(self.panels, self.log_density, p)


def condition(arms: ArmArrays, tau2: float, prior_sd: float, ground: int) -> tuple[float, Array, Array]:
    """Given tau2: log p(y | tau2) up to a constant, the mean (T,) of d, and the lower factor of its precision."""
    s, t, n = arms.study, arms.treatment, arms.n_treatments
    w, total, c = conductances(arms, tau2)
    keep = np.delete(np.arange(n), ground)
    precision = laplacian(arms, c)[np.ix_(keep, keep)]
    precision[np.diag_indices_from(precision)] += prior_sd**-2
    lower = factor(precision)
    centred = arms.y - (np.bincount(s, w * arms.y) / total)[s]
    right = np.bincount(t, w * centred, n)[keep]
    mean = np.zeros(n)
    mean[keep] = lapack.dpotrs(lower, right, lower=1)[0]
    fitted = mean[t]
    left = centred - fitted + (np.bincount(s, w * fitted) / total)[s]
    # the quadratic form as a sum of squares: nothing cancels when effects are far from 0
    quadratic = float(w @ (left * left)) + float(mean @ mean) / prior_sd**2
    log_likelihood = 0.5 * (float(np.log(w).sum()) - float(np.log(total).sum()) - quadratic)
    return log_likelihood - float(np.log(np.diag(lower)).sum()), mean, lower


def posterior(arms: ArmArrays, prior: TauPrior, prior_sd: float, ground: int) -> tuple[Mixture, TauPosterior]:
    """The joint posterior of the effects, and that of tau. Raises ``FitError`` when the integral does not settle."""

    def log_density(tau: float) -> float:
        return condition(arms, tau * tau, prior_sd, ground)[0] + prior.log_density(tau)

    scales = (2 * float(np.exp(0.5 * np.log(arms.v).mean())), prior.scale)
    lower, upper = _range(log_density, prior, scales)
    panels = integrate_density(log_density, lower, upper)
    kept = panels.weights > NEGLIGIBLE
    tau2 = panels.nodes[kept] ** 2
    mixture = mixture_at(arms, tau2, panels.weights[kept] / panels.weights[kept].sum(), prior_sd, ground)
    return mixture, TauPosterior(panels, log_density)


def mixture_at(arms: ArmArrays, tau2: Array, weights: Array, prior_sd: float, ground: int) -> Mixture:
    """The mixture over given values of ``tau2`` (m,) with ``weights`` (m,); m = 1 is a model with known tau."""
    n = arms.n_treatments
    keep = np.ix_(np.delete(np.arange(n), ground), np.delete(np.arange(n), ground))
    means, covariances = np.zeros((len(tau2), n)), np.zeros((len(tau2), n, n))
    for k, value in enumerate(tau2):
        _, means[k], lower = condition(arms, float(value), prior_sd, ground)
        covariances[k][keep] = inverse(lower)
    return Mixture(ground, weights, tau2, means, covariances)


def _range(log_density: Callable[[float], float], prior: TauPrior, scales: Sequence[float]) -> tuple[float, float]:
    """Where the log density is within ``DEPTH`` of its top: a scan, a golden-section climb, a root on each side."""
    spread = np.concatenate([s * np.geomspace(0.01, 100, 13) for s in scales])
    inside = spread[(spread > prior.lower) & (spread < prior.upper)]
    ends = [prior.lower] + ([prior.upper] if np.isfinite(prior.upper) else [])
    even = np.linspace(prior.lower, prior.upper, 13)[1:-1] if np.isfinite(prior.upper) else np.empty(0)
    grid = sorted({*map(float, inside), *map(float, even), *ends})
    values = [log_density(x) for x in grid]
    while not np.isfinite(prior.upper) and values[-1] > max(values) - DEPTH:
        if len(grid) > 60:
            raise FitError("the posterior of tau has no upper end", repair="give a proper prior for tau")
        grid.append(grid[-1] * 3)
        values.append(log_density(grid[-1]))
    best = int(np.argmax(values))
    mode, top = _climb(log_density, grid[max(best - 1, 0)], grid[best], grid[min(best + 1, len(grid) - 1)])
    inside_depth = [x for x, value in zip(grid, values, strict=True) if value > top - DEPTH]
    low, high = min([mode, *inside_depth]), max([mode, *inside_depth])
    below = max([x for x in grid if x < low], default=low)
    above = min([x for x in grid if x > high], default=high)

    def height(x: float) -> float:
        return log_density(x) - top + DEPTH

    if below < low and height(below) < 0:
        below = find_root(height, below, low, tolerance=1e-3 * (low - below))
    if above > high and height(above) < 0:
        above = high + find_root(lambda x: -height(high + x), 0.0, above - high, tolerance=1e-3 * (above - high))
    return below, above


def _climb(function: Callable[[float], float], a: float, start: float, b: float) -> tuple[float, float]:
    """Golden-section search for the top between ``a`` and ``b``; good to 1e-3 of the interval, which is enough here."""
    ratio = (5**0.5 - 1) / 2
    best = (function(start), start)
    low, high = a, b
    x, y = high - ratio * (high - low), low + ratio * (high - low)
    fx, fy = function(x), function(y)
    while high - low > 1e-3 * (b - a):
        best = max(best, (fx, x), (fy, y))
        if fx > fy:
            high, y, fy = y, x, fx
            x = high - ratio * (high - low)
            fx = function(x)
        else:
            low, x, fx = x, y, fy
            y = low + ratio * (high - low)
            fy = function(y)
    return best[1], best[0]
