r"""Smooth functions of tau2, for many studies at once, from their values at a few shared nodes.

Whatever least squares gives as a function of tau2 (effects, variances, traces, scores) is analytic in the complex plane
cut from -infinity to -2 min(v): V + tau2 Sigma is regular off that ray, and for complex tau2 the imaginary part of
X'(V + tau2 Sigma)^-1 X is definite, so that this too is regular. With x = log(tau2 + 2 min(v)) the cut lies at a
distance of pi from the real line, and a polynomial through Chebyshev nodes converges geometrically, at a rate that the
width of the interval alone decides.

Source: Trefethen 2019, Approximation Theory and Approximation Practice (theorem 8.2; chapter 5 for the barycentric
formula); Berrut and Trefethen 2004, SIAM Review 46:501.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.laplacian import Array, Index

# functions grow towards the cut: only this part of the strip without singularities is counted on
STRIP = 0.8 * np.pi
# the natural logarithm of the truncation error aimed at, relative to the size of the function: 1.3e-14
LOG_ERROR = -32.0
# narrower intervals (in x) are widened, so that nodes stay apart
NARROWEST = 1e-3
# bisections of an interval of a decade: 2.3 / 2^52 is below the spacing of floating-point numbers
HALVINGS = 52


@dataclass(frozen=True)
class Nodes:
    """Chebyshev points (n,) of ``x`` = log(tau2 + shift), their ``tau2`` (n,), and barycentric ``weights`` (n,)."""

    shift: float
    x: Array
    tau2: Array
    weights: Array

    def place(self, tau2: Array) -> Array:
        """The x of each ``tau2``, any shape."""
        return np.asarray(np.log(tau2 + self.shift))

    def coefficients(self, x: Array) -> Array:
        """The weight (k, n) of each node in the value at each ``x`` (k,); rows sum to 1."""
        gap = x[:, None] - self.x
        hit = gap == 0.0
        raw = self.weights / np.where(hit, 1.0, gap)
        raw = np.where(hit.any(axis=1, keepdims=True), hit.astype(float), raw)
        return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def nodes_between(lower: float, upper: float, shift: float) -> Nodes:
    """Nodes for functions on ``lower`` <= tau2 <= ``upper`` that are analytic off tau2 < -``shift`` (above 0)."""
    low, high = np.log(lower + shift), np.log(upper + shift)
    middle, half = 0.5 * (low + high), 0.5 * max(high - low, NARROWEST)
    height = STRIP / half
    rate = np.log(height + np.hypot(height, 1.0))
    n = 2 + int(np.ceil(-LOG_ERROR / rate))
    angle = (2 * np.arange(n) + 1) * np.pi / (2 * n)
    x = middle + half * np.cos(angle)
    weights = np.asarray((-1.0) ** np.arange(n) * np.sin(angle))
    return Nodes(shift, x, np.asarray(np.exp(x) - shift), weights)


def crossings(nodes: Nodes, values: Array, lower: float, upper: float) -> Array:
    """Where k increasing functions with ``values`` (n, k) at the nodes cross 0, as tau2 (k,), by bisection.

    The functions are taken to be negative at ``lower`` and positive at ``upper``.
    """
    low, high = nodes.place(np.full(values.shape[1], lower)), nodes.place(np.full(values.shape[1], upper))
    columns = values.T
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        below = np.einsum("kn,kn->k", nodes.coefficients(middle), columns) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(np.maximum(np.exp(0.5 * (low + high)) - nodes.shift, 0.0))


def runs(x: Array, width: float) -> list[Index]:
    """The indices of ``x`` (k,) in sets that span no more than ``width`` each, from the smallest on."""
    order: Index = np.argsort(x, kind="stable").astype(np.intp)
    found: list[Index] = []
    begin = 0
    while begin < len(order):
        end = int(np.searchsorted(x[order], x[order[begin]] + width, side="right"))
        found.append(order[begin:end])
        begin = end
    return found
