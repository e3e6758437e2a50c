"""Intervals for tau2: by the generalised Q, and by the profile of the likelihood.

Q-profile: at the true tau2, Q(tau2) = y'P(tau2)y is chi-square with the network's degrees of freedom, whatever the
number of arms, and it falls as tau2 grows; the quantiles of chi-square give the limits. Source: Viechtbauer 2007, Stat
Med 26:37; Jackson 2013, Res Synth Methods 4:220, for the generalised Q.

Profile likelihood: values of tau2 whose -2 log (restricted) likelihood lies within a quantile of chi-square with 1
degree above the least. Source: Hardy and Thompson 1996, Stat Med 15:619.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from topline.estimators import critical_value, find_root
from topline.synthesis.arrays.laplacian import ArmArrays, Array, solve

# relative to the limit and to the smallest variance, below which tau2 changes nothing
TOLERANCE = 1e-11


@dataclass(frozen=True)
class Limits:
    """The limits of tau2: ``lower`` is 0 at the boundary, ``upper`` infinite where nothing bounds it.

    Both are NaN where no tau2 from 0 agrees with the data: ``empty``.
    """

    lower: float
    upper: float

    @property
    def empty(self) -> bool:
        """No tau2 from 0 agrees with the data: the trials are more alike than chance explains well."""
        return bool(np.isnan(self.lower))


def q_profile(arms: ArmArrays, level: float) -> Limits:
    """The Q-profile interval; the network needs 1 degree of freedom."""

    def inverse_q(tau2: float) -> float:
        """1/Q, which is close to a straight line in tau2."""
        q = solve(arms, tau2, covariance=False).q
        return 1 / q if q > 0 else np.inf

    tail = (1 - level) / 2
    most, least = (float(special.chdtri(arms.degrees, p)) for p in (tail, 1 - tail))
    scale, start = _scale(arms), inverse_q(0.0)
    if start >= 1 / least:
        return Limits(np.nan, np.nan)
    lower = 0.0 if start >= 1 / most else _climb(lambda x: inverse_q(x) - 1 / most, scale)
    return Limits(lower, _climb(lambda x: inverse_q(x) - 1 / least, scale))


def profile_likelihood(arms: ArmArrays, tau2: float, level: float, *, restricted: bool) -> Limits:
    """The profile likelihood interval around the maximum ``tau2``; the network needs 1 degree of freedom.

    Where the likelihood has several maxima, the interval reaches from the first to the last value above the cut.
    """

    def excess(x: float) -> float:
        return drop(arms, x, restricted=restricted) - floor

    floor = drop(arms, tau2, restricted=restricted) + critical_value(level) ** 2
    scale = _scale(arms)
    below = [0.0, *np.geomspace(1e-3 * scale, tau2, 40).tolist()] if tau2 > 1e-3 * scale else [0.0, tau2]
    first = next(k for k, x in enumerate(below) if x == tau2 or excess(x) <= 0)
    lower = below[first]
    if first > 0:
        lower = find_root(lambda x: -excess(x), below[first - 1], below[first], tolerance=TOLERANCE * (scale + lower))
    above = [tau2, *np.geomspace(max(tau2, scale), 1e4 * max(tau2, scale), 60).tolist()]
    while excess(above[-1]) <= 0:
        above.append(10 * above[-1])
    last = max(k for k, x in enumerate(above) if k == 0 or excess(x) <= 0)
    upper = find_root(excess, above[last], above[last + 1], tolerance=TOLERANCE * above[last + 1])
    return Limits(lower, upper)


def drop(arms: ArmArrays, tau2: float, *, restricted: bool) -> float:
    """-2 log (restricted) likelihood at ``tau2``, up to a constant."""
    solution = solve(arms, tau2, covariance=False)
    return solution.restricted_deviance if restricted else solution.deviance


def log_likelihood_profile(arms: ArmArrays, tau2: float, grid: Array, *, restricted: bool) -> Array:
    """By how much the log likelihood at each of ``grid`` (k,) lies below that at its maximum ``tau2``: (k,), <= 0."""
    top = drop(arms, tau2, restricted=restricted)
    values = np.array([drop(arms, float(x), restricted=restricted) for x in grid])
    return np.asarray(np.minimum(-0.5 * (values - top), 0.0))


def _scale(arms: ArmArrays) -> float:
    return 2 * float(np.exp(np.log(arms.v).mean()))


def _climb(function: Callable[[float], float], scale: float) -> float:
    """The root of an increasing function that is below 0 at 0."""
    lower, upper = 0.0, scale
    while function(upper) < 0:
        lower, upper = upper, 10 * upper
    return find_root(function, lower, upper, tolerance=TOLERANCE * (scale + lower))
