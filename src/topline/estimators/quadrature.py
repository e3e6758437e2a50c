"""Integrals over one number by Gauss-Legendre panels that split until they agree."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from topline.errors import FitError
from topline.estimators.roots import find_root

Array = NDArray[np.float64]

# its two ends, its nodes, and the logs of density times weight there
_Panel = tuple[float, float, Array, Array]


@dataclass(frozen=True)
class Panels:
    """A density over one number, known at Gauss-Legendre nodes and normalised to 1.

    ``nodes`` and ``weights`` (m,): points and probabilities, which sum to 1. ``edges`` (k + 1,): the panels' borders;
    ``mass`` (k,): the probability of each. ``log_constant``: the log of the integral of the unnormalised density.
    """

    nodes: Array
    weights: Array
    edges: Array
    mass: Array
    log_constant: float


@cache
def gauss_legendre(order: int) -> tuple[Array, Array]:
    """Nodes and weights on (0, 1)."""
    x, w = np.polynomial.legendre.leggauss(order)
    return (x + 1) / 2, w / 2


def integrate_density(
    log_density: Callable[[float], float],
    lower: float,
    upper: float,
    *,
    order: int = 12,
    tolerance: float = 1e-10,
    initial: int = 4,
    max_panels: int = 400,
) -> Panels:
    """Split [``lower``, ``upper``] until each panel and its two halves agree to ``tolerance`` of the total integral.

    Raises ``FitError`` when that takes more than ``max_panels`` panels.
    """
    x, w = gauss_legendre(order)

    def panel(a: float, b: float) -> _Panel:
        nodes = a + (b - a) * x
        return a, b, nodes, np.array([log_density(t) for t in nodes]) + np.log(w * (b - a))

    edges = np.linspace(lower, upper, initial + 1)
    open_panels = [panel(a, b) for a, b in itertools.pairwise(edges.tolist())]
    done: list[_Panel] = []
    while open_panels:
        middles = [0.5 * (a + b) for a, b, _, _ in open_panels]
        halves = [
            (panel(old[0], middle), panel(middle, old[1])) for old, middle in zip(open_panels, middles, strict=True)
        ]
        finest = [*done, *(half for both in halves for half in both)]
        top = max(float(p[3].max()) for p in [*finest, *open_panels])
        total = sum(_integral(p, top) for p in finest)
        waiting: list[_Panel] = []
        for old, (left, right) in zip(open_panels, halves, strict=True):
            agree = abs(_integral(left, top) + _integral(right, top) - _integral(old, top)) <= tolerance * total
            (done if agree else waiting).extend([old] if agree else [left, right])
        open_panels = waiting
        if len(done) + len(open_panels) > max_panels:
            raise FitError(
                "an integral over one number did not settle",
                found=f"more than {max_panels} panels between {lower:.6g} and {upper:.6g}",
                repair="give a proper prior that is not concentrated on one point",
            )
    return _panels(sorted(done, key=lambda p: p[0]))


def _integral(panel: _Panel, top: float) -> float:
    return float(np.exp(panel[3] - top).sum())


def _panels(parts: list[_Panel]) -> Panels:
    log_weights = np.concatenate([p[3] for p in parts])
    top = float(log_weights.max())
    weights = np.exp(log_weights - top)
    total = float(weights.sum())
    mass = np.array([np.exp(p[3] - top).sum() / total for p in parts])
    edges = np.array([p[0] for p in parts] + [parts[-1][1]])
    return Panels(np.concatenate([p[2] for p in parts]), weights / total, edges, mass, top + float(np.log(total)))


def density_quantile(panels: Panels, log_density: Callable[[float], float], p: float, *, order: int = 12) -> float:
    """The ``p`` quantile of the density behind ``panels``; ``log_density`` is the one that they were made from."""
    x, w = gauss_legendre(order)
    below = np.concatenate([[0.0], np.cumsum(panels.mass)])
    index = int(np.clip(np.searchsorted(below, p, side="right") - 1, 0, len(panels.mass) - 1))
    a, b = float(panels.edges[index]), float(panels.edges[index + 1])
    missing = p - float(below[index])

    def excess(t: float) -> float:
        values = np.array([log_density(a + (t - a) * node) for node in x]) - panels.log_constant
        return float(np.exp(values) @ w) * (t - a) - missing

    return find_root(excess, a, b, tolerance=1e-12 * float(panels.edges[-1]))
