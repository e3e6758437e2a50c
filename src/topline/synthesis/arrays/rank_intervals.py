"""Confidence intervals for P-scores and for the precision of the hierarchy (POTH), as functions of the true effects.

What is estimated: h(delta), the score that the true effects delta would have with the standard errors of this network,
which are taken as known. The estimates are normal around delta with covariance V. The usual percentile interval,
which recomputes h for d* ~ N(d, V), adds the noise of the estimates a second time: it pulls high and low scores towards
one half, and POTH of equal treatments far above 0, where no such interval reaches.

So the interval is found by inverting tests along the least favourable path through the estimates (Efron 1985,
Biometrika 72:45; DiCiccio and Romano 1990, Int Stat Rev 58:59): the curve delta(t) with d delta/dt = V g/sqrt(g'Vg), g
the gradient of h, on which each unit of t is one standard error. The interval holds h(delta(t)) for every t at which an
estimate as low, or as high, as the one found would come up with a probability above half of one minus the level. For
two treatments it is Phi(z -+ z_level), exactly. In simulations of four and of ten treatments the intervals at 95%
covered a P-score in 89% to 97% and POTH in 94% to 99%; percentile intervals a P-score in as few as 73%, and POTH never
where all treatments were equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from topline.estimators import normal_probability, normal_quantile
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.ranking import precision_of_hierarchy

# the path is followed this many standard errors each way, in steps of this size
REACH = 5.0
STEP = 0.25
# a limit is settled to this many standard errors, which is what the draws can tell
SETTLED = 0.01
TRIES = 20


@dataclass(frozen=True)
class Functional:
    """A function of the effects: ``value`` of columns (T, n) is (n,), ``gradient`` at a point (T,) is (T,)."""

    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]


def score_functional(se: Array, k: int) -> Functional:
    """The P-score of treatment ``k`` of those whose contrasts have standard errors ``se`` (T, T); higher wins."""
    rivals = np.delete(np.arange(len(se)), k)
    scale = se[k, rivals]

    def value(effects: Array) -> Array:
        return np.asarray(normal_probability((effects[k] - effects[rivals]) / scale[:, None]).mean(axis=0))

    def gradient(effects: Array) -> Array:
        slope = _density((effects[k] - effects[rivals]) / scale) / scale / len(rivals)
        result = np.zeros(len(se))
        result[rivals], result[k] = -slope, slope.sum()
        return result

    return Functional(value, gradient)


def hierarchy_functional(se: Array) -> Functional:
    """POTH of treatments whose contrasts have standard errors ``se`` (T, T); higher wins."""
    n = len(se)
    scale = np.where(np.eye(n, dtype=bool), 1.0, se)

    def value(effects: Array) -> Array:
        return precision_of_hierarchy(_scores(effects, scale).T)

    def gradient(effects: Array) -> Array:
        z = (effects[:, None] - effects) / scale
        slope = _density(z) / scale / (n - 1)
        np.fill_diagonal(slope, 0)
        off = _scores(effects[:, None], scale)[:, 0] - 0.5
        return np.asarray(24 * (n - 1) / (n * (n + 1)) * (slope.sum(axis=1) * off - off @ slope))

    return Functional(value, gradient)


def path_interval(h: Functional, estimate: Array, covariance: Array, noise: Array, level: float) -> tuple[float, float]:
    """The interval for h at the true effects, from the ``estimate`` (T,), its ``covariance`` (T, T) and ``noise``.

    ``noise`` (T, n) are draws from N(0, covariance). The interval always holds h at the estimate.
    """
    path = np.concatenate([_path(h, estimate, covariance, -1)[:0:-1], _path(h, estimate, covariance, 1)])
    found = float(h.value(estimate[:, None])[0])
    tail = (1 - level) / 2

    def aim(probability: float) -> float:
        return float(np.clip(normal_quantile(probability), -REACH, REACH))

    def at(t: float) -> Array:
        place = (t + REACH) / STEP
        below = min(int(place), len(path) - 2)
        share = place - below
        return np.asarray((1 - share) * path[below] + share * path[below + 1])

    def limit(target: float) -> float:
        """The height where values as high as the one found have probability ``target``, which rises along the path.

        On the scale of normal quantiles that probability rises by about 1 for each unit of the path.
        """
        low, high, t = -REACH, REACH, aim(target)
        for _ in range(TRIES):
            values = h.value(at(t)[:, None] + noise)
            as_high = float(np.mean(values > found) + np.mean(values == found) / 2)
            low, high = (t, high) if as_high < target else (low, t)
            step = aim(target) - aim(min(max(as_high, 0.5 / values.size), 1 - 0.5 / values.size))
            if min(abs(step), high - low) < SETTLED:
                break
            t = t + step if low < t + step < high else (low + high) / 2
        return float(h.value(at(t)[:, None])[0])

    return min(limit(tail), found), max(limit(1 - tail), found)


def _path(h: Functional, start: Array, covariance: Array, direction: int) -> Array:
    """Points (steps + 1, T) of the least favourable path from ``start``, uphill or downhill, by the midpoint rule."""

    def velocity(at: Array) -> Array:
        gradient = h.gradient(at)
        move = covariance @ gradient
        speed = float(gradient @ move)
        return direction * move / np.sqrt(speed) if speed > 0 else 0 * move

    points = [start]
    for _ in range(round(REACH / STEP)):
        here = points[-1]
        points.append(here + STEP * velocity(here + STEP / 2 * velocity(here)))
    return np.array(points)


def _scores(effects: Array, scale: Array) -> Array:
    """P-scores (T, n) of effects (T, n), pair by pair."""
    n = len(effects)
    total = np.zeros_like(effects)
    for i in range(1, n):
        wins = normal_probability((effects[i] - effects[:i]) / scale[i, :i, None])
        total[i] += wins.sum(axis=0)
        total[:i] += 1 - wins
    return total / (n - 1)


def _density(z: Array) -> Array:
    return np.asarray(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
