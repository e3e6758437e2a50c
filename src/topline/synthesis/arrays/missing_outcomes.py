r"""Pattern-mixture models of an arm's missing outcomes: what the whole arm's level is if the missing ones differ.

Of an arm's n + m patients m have no outcome: alpha = m/(n + m), with variance alpha(1 - alpha)/(n + m). Binary
outcomes: with risk p among the observed, the odds among the missing are exp(delta) p/(1 - p) (exp(delta) is the
informative missingness odds ratio, IMOR), so that the arm's risk is p* = (1 - alpha) p + alpha p_missing. Means: the
mean among the missing is delta higher (the informative missingness difference of means, IMDOM), so that the arm's mean
is mean + alpha delta. delta ~ N(mu, sigma^2), independent between arms.

For a given delta the variance of the level g(p*) is by the delta method in p and alpha. Over delta, Gauss-Hermite
quadrature gives the mean of the level, and its variance: the mean of the variance plus the variance of the mean. With
mu = sigma = 0 the level and the variance of the observed patients come back.

Source: Higgins, White and Wood 2008, Clin Trials 5:225 (IMOR, weights "w4"); White, Higgins and Wood 2008, Stat Med
27:711 (uncertain IMOR); Mavridis, White, Higgins, Cipriani and Salanti 2015, Stat Med 34:721 (means); Chaimani et al.
2018, Stata J 18:716 (networks).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.laplacian import Array

# enough for log IMORs with a standard deviation of 3 to six digits
NODES = 48
# log IMORs beyond this change nothing that a float can hold
MOST = 300.0


@dataclass(frozen=True)
class Link:
    """A level as a function of a risk: ``level`` (g), its derivative ``slope``, and the risk of a level, ``risk``."""

    level: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    risk: Callable[[Array], Array]


def _logistic(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


LINKS: dict[str, Link] = {
    "OR": Link(lambda p: np.log(p) - np.log1p(-p), lambda p: 1 / (p * (1 - p)), _logistic),
    "RR": Link(np.log, lambda p: 1 / p, np.exp),
    "RD": Link(lambda p: p, np.ones_like, lambda y: y),
    "AS": Link(
        lambda p: np.arcsin(np.sqrt(p)), lambda p: 0.5 / np.sqrt(p * (1 - p)), lambda y: np.asarray(np.sin(y) ** 2)
    ),
}


def missing_risks(
    y: Array, v: Array, n: Array, missing: Array, mean: Array, sd: Array, link: Link
) -> tuple[Array, Array]:
    """Levels and variances (A,) of whole arms of a binary outcome.

    ``y``, ``v`` are those of the observed patients on the scale of ``link``, ``n`` and ``missing`` count patients,
    ``mean`` and ``sd`` belong to each arm's log IMOR.
    """
    alpha, alpha_variance = _share(n, missing)
    p = link.risk(y)
    with np.errstate(divide="ignore"):
        slope_observed = link.slope(p)
    nodes, weights = _normal_nodes(sd)
    expected, within = [], []
    for node in nodes:
        odds = np.exp(np.clip(mean + sd * node, -MOST, MOST))
        below = 1 - p + p * odds
        p_missing = p * odds / below
        whole = np.where(missing > 0, (1 - alpha) * p + alpha * p_missing, p)
        by_p = 1 - alpha + alpha * odds / below**2
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = link.slope(whole)
            sampling = v * (by_p * slope / slope_observed) ** 2
            shares = (slope * (p_missing - p)) ** 2 * alpha_variance
        # the arcsine at a risk of 0 or 1 has no slope; the limits of both terms
        edge = np.isinf(slope_observed)
        sampling, shares = np.where(edge, v * by_p, sampling), np.where(edge, 0.0, shares)
        expected.append(np.where(missing > 0, link.level(whole), y))
        within.append(np.where(missing > 0, sampling + shares, v))
    return _over(np.array(expected), np.array(within), weights)


def missing_means(y: Array, v: Array, n: Array, missing: Array, mean: Array, sd: Array) -> tuple[Array, Array]:
    """Means and variances (A,) of whole arms; ``mean`` and ``sd`` belong to each arm's IMDOM, in units of ``y``."""
    alpha, alpha_variance = _share(n, missing)
    return y + alpha * mean, v + (mean**2 + sd**2) * alpha_variance + (alpha * sd) ** 2


def _share(n: Array, missing: Array) -> tuple[Array, Array]:
    alpha = missing / (n + missing)
    return alpha, alpha * (1 - alpha) / (n + missing)


def _normal_nodes(sd: Array) -> tuple[Array, Array]:
    """Points and weights (q,) of the standard normal; one point where no arm has any uncertainty."""
    if not sd.any():
        return np.zeros(1), np.ones(1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


def _over(expected: Array, within: Array, weights: Array) -> tuple[Array, Array]:
    """Mean and total variance (A,) from those at each point (q, A)."""
    mean = weights @ expected
    return mean, weights @ within + weights @ (expected - mean) ** 2
