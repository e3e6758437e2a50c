"""Estimators of tau2, the variance of true contrasts between trials that compare the same two treatments.

All rest on P at the tau2 in question (see :mod:`topline.synthesis.arrays.laplacian`): because heterogeneity is tau2/2
on each arm, tr(P Sigma) = tr(P)/2 and y'P Sigma P y = |P y|^2 / 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from topline.errors import FitError
from topline.estimators import find_root
from topline.synthesis.arrays.laplacian import ArmArrays, Array, deviances, solve, trace_p, trace_r

# from so many degrees of freedom on, the likelihood mostly has one maximum, which is looked for first and then checked
MUCH_EVIDENCE = 500
# up to so many treatments, calls cost more than arithmetic
SMALL = 40


def tau2_moments(arms: ArmArrays) -> float:
    """Generalised DerSimonian-Laird at tau2 = 0; 0 at 0 degrees of freedom. See :func:`by_moments`."""
    if arms.degrees < 1:
        return 0.0
    at_zero = solve(arms, 0.0)
    return by_moments(at_zero.q, arms.degrees, trace_p(arms, at_zero), arms.v)


def by_moments(q: float, degrees: int, trace: float, v: Array) -> float:
    """max(0, (Q - df) / tr(P Sigma)) from Q and ``trace`` = tr(P) at tau2 = 0, with tr(P Sigma) = tr(P)/2.

    Source: Jackson, White and Riley 2012, Stat Med 31:3805. Raises ``FitError`` as :func:`above_zero` does.
    """
    return max(0.0, (q - degrees) / (0.5 * above_zero(trace, v)))


def above_zero(trace: float, v: Array) -> float:
    """tr(P), which is above 0 but for rounding. Raises ``FitError`` where rounding has eaten it."""
    if not trace > 0:
        raise uneven_variances(v)
    return trace


def uneven_variances(v: Array) -> FitError:
    """The error for arms whose variances ``v`` (A,) are too far apart for double precision."""
    return FitError(
        "the variances differ by more than numbers can hold",
        found=f"arm variances from {v.min():.3g} to {v.max():.3g}",
        repair="look for a standard error in the wrong unit, or leave the extreme study out",
    )


def typical_variance(arms: ArmArrays) -> float | None:
    """Higgins and Thompson's typical within-study variance, df / tr(P Sigma) at tau2 = 0; None at 0 degrees.

    For two-arm studies of one comparison it is their s2 (Higgins and Thompson 2002, Stat Med 21:1539, equation 9). With
    it, tau2/(tau2 + s2) of the moment estimator equals (Q - df)/Q in any network.
    """
    if arms.degrees < 1:
        return None
    return arms.degrees / (0.5 * above_zero(trace_p(arms, solve(arms, 0.0)), arms.v))


def score(arms: ArmArrays, tau2: float, restricted: bool) -> float:
    """Derivative in tau2 of -2 log (restricted) likelihood: (tr(P) - |P y|^2)/2, with tr(R) for plain likelihood."""
    solution = solve(arms, tau2, covariance=restricted)
    trace = trace_p(arms, solution) if restricted else trace_r(solution)
    return 0.5 * (trace - float(solution.residual @ solution.residual))


def tau2_likelihood(arms: ArmArrays, *, restricted: bool = True) -> float:
    """The tau2 >= 0 that maximises the restricted (REML) or the plain (ML) likelihood, with the whole covariance.

    Without degrees of freedom the restricted likelihood is flat: 0. Raises ``FitError`` if it does not converge.
    """
    if arms.degrees < 1:
        return 0.0

    def scan(tau2: Array) -> Array:
        return _scan(arms, tau2, restricted)

    if arms.degrees >= MUCH_EVIDENCE and len(_valleys(_scanned(scan, arms.v, 1)[1])) == 1:
        return _climb(lambda x: score(arms, x, restricted), arms.v)
    return maximise(scan, lambda x: score(arms, x, restricted), arms.v)


def maximise(scan: Callable[[Array], Array], score: Callable[[float], float], v: Array) -> float:
    """The tau2 >= 0 where -2 log likelihood is least: ``scan`` gives it at many values, ``score`` is its derivative.

    A coarse scan finds where it falls and rises again, which may be in several places; inside each the score has a
    root, and the lowest of them is taken. The score times (tau2 + scale)^2 is close to a straight line, which the
    secant needs. An estimate on the boundary is exactly 0. Raises ``FitError`` if it does not converge.
    """
    scale = _scale(v)
    grid, values = _scanned(scan, v, 2)
    found: list[float] = []
    for valley in _valleys(values):
        lower, upper, start = _bracket(grid, values, valley)
        if lower == 0.0 and 0.0 not in found and score(0.0) >= 0:
            found.append(0.0)
            if valley == 0:
                continue
        found.append(
            find_root(
                lambda x: score(x) * (x + scale) ** 2, lower, upper, start=start, tolerance=1e-11 * (scale + lower)
            )
        )
    return found[0] if len(found) == 1 else found[int(np.argmin(scan(np.array(found))))]


def one_by_one(deviance: Callable[[float], float]) -> Callable[[Array], Array]:
    """A deviance of one value as one of many, for :func:`maximise`."""
    return lambda values: np.array([deviance(x) for x in values.tolist()])


def _climb(score: Callable[[float], float], v: Array) -> float:
    """A local maximum near the moments' size, in fewer steps than :func:`maximise` needs to scan first."""
    scale = _scale(v)

    def straight(x: float) -> float:
        return score(x) * (x + scale) ** 2

    lower, low = 0.0, straight(0.0)
    if low >= 0:
        return 0.0
    upper, high = scale, straight(scale)
    while high <= 0:
        lower, low = upper, high
        upper *= 4
        high = straight(upper)
    start = lower - low * (upper - lower) / (high - low)
    before = (lower, low) if -low < high else (upper, high)
    return find_root(straight, lower, upper, start=start, before=before, tolerance=1e-11 * (scale + lower))


def _grid(v: Array, per_decade: int) -> list[float]:
    """0 and a geometric grid from well below the smallest variance to above the largest."""
    least, most = 0.02 * float(v.min()), 20 * float(v.max())
    return [0.0, *np.geomspace(least, most, 1 + int(np.ceil(per_decade * np.log10(most / least)))).tolist()]


def _scale(v: Array) -> float:
    return 2 * float(np.exp(np.log(v).mean()))


def _scan(arms: ArmArrays, tau2: Array, restricted: bool) -> Array:
    """-2 log (restricted) likelihood at each tau2; all at once where a network is small, one by one where it isn't."""
    if arms.n_treatments <= SMALL and len(arms.y) <= 100 * SMALL:
        return deviances(arms, tau2)[restricted]
    solutions = [solve(arms, x, covariance=False) for x in tau2.tolist()]
    return np.array([x.restricted_deviance if restricted else x.deviance for x in solutions])


def _scanned(scan: Callable[[Array], Array], v: Array, per_decade: int) -> tuple[list[float], list[float]]:
    """A grid of tau2 and -2 log likelihood there.

    It grows until the deviance rises at its end, which it does in the end: with df log(tau2), or (arms - studies)
    log(tau2).
    """
    grid = _grid(v, per_decade)
    values = scan(np.array(grid)).tolist()
    while values[-1] <= values[-2]:
        grid.append(grid[-1] * 10)
        values.append(float(scan(np.array(grid[-1:]))[0]))
    return grid, values


def _valleys(values: Sequence[float]) -> list[int]:
    """Where the values are no higher than their neighbours; of equal neighbours the first."""
    last = len(values) - 1
    return [
        k
        for k, value in enumerate(values)
        if (k == 0 or value < values[k - 1]) and (k == last or value <= values[k + 1])
    ]


def _bracket(grid: Sequence[float], values: Sequence[float], valley: int) -> tuple[float, float, float]:
    """The neighbours of a point of the grid, and a first guess between them.

    The guess is the least point of the parabola in log(tau2) through the three.
    """
    if valley == 0:
        return 0.0, grid[1], 0.5 * grid[1]
    lower, middle, upper = grid[valley - 1 : valley + 2]
    if lower == 0.0:
        return lower, upper, middle
    left, right = math.log(middle / lower), math.log(upper / middle)
    falls, rises = (values[valley - 1] - values[valley]) / left, (values[valley + 1] - values[valley]) / right
    bend = falls + rises
    step = 0.5 * (falls * right - rises * left) / bend if bend > 0 else 0.0
    return lower, upper, min(max(middle * math.exp(step), lower), upper)
