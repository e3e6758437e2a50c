"""Quasi-random points: a rank-1 lattice built component by component, shifted and shuffled by a seed.

scipy.stats.qmc would do, but importing it costs two seconds. The construction is Nuyens and Cools 2006 (Math Comp
75:903): for a prime number of points, the worst-case error of every candidate component is one circular convolution.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.errors import ArgumentError

Array = NDArray[np.float64]


def uniform_points(n: int, dimensions: int, seed: int) -> Array:
    """Points (n, dimensions) in the open unit cube, evenly spread, in an order that the seed shuffles.

    The order is random so that row i of two such arrays with different seeds is as good as independent.
    """
    size, order, vector, shift = _lattice(n, dimensions, seed)
    return _fractions(order[:, None] * vector, size, shift)


def uniform_rows(n: int, dimensions: int, seed: int) -> Array:
    """The points of :func:`uniform_points` with a row for each dimension (dimensions, n)."""
    size, order, vector, shift = _lattice(n, dimensions, seed)
    return _fractions(vector[:, None] * order, size, shift[:, None])


def _lattice(n: int, dimensions: int, seed: int) -> tuple[int, NDArray[np.int64], NDArray[np.int64], Array]:
    """The size of the lattice, the numbers of its points in a random order (n,), its generating vector, its shift."""
    if n < 1 or dimensions < 0:
        raise ArgumentError("draws come in whole numbers from 1", found=f"n {n}, dimensions {dimensions}")
    generator = np.random.default_rng(seed)
    size = next_prime(max(n, 5))
    shift = generator.random(dimensions)
    order = generator.permutation(size)[:n]
    return size, order, np.array(lattice_vector(size, dimensions), dtype=np.int64), shift


def _fractions(multiples: NDArray[np.int64], size: int, shift: Array) -> Array:
    """The fractional parts of ``multiples``/size + shift, never quite 0 or 1. In place: memory costs the most here."""
    multiples %= size
    points = multiples / size
    points += shift
    np.subtract(points, 1, out=points, where=points >= 1)
    return np.clip(points, 2.0**-53, 1 - 2.0**-53, out=points)


def normal_points(n: int, dimensions: int, seed: int) -> Array:
    """Standard normal points (n, dimensions): :func:`uniform_points` through the normal quantile."""
    return np.asarray(special.ndtri(uniform_points(n, dimensions, seed)))


@lru_cache(maxsize=16)
def lattice_vector(size: int, dimensions: int) -> tuple[int, ...]:
    """The generating vector for ``size`` points (a prime).

    All components weigh the same, 1 / max(dimensions, 20): falling weights leave late components correlated.
    Ties (z and size - z are mirror images) go to the first candidate; errors are rounded before they are compared, so
    that the last bits of the machine don't choose.
    """
    root = _primitive_root(size)
    half = (size - 1) // 2
    powers = np.empty(half, dtype=np.int64)
    powers[0] = 1
    for i in range(1, half):
        powers[i] = powers[i - 1] * root % size
    x = powers / size
    kernel = np.fft.rfft(2 * np.pi**2 * (x * x - x + 1 / 6))
    product = np.ones(half)
    weight = 1 / max(dimensions, 20)
    vector: list[int] = []
    for j in range(dimensions):
        # error of component root^i: sum over points root^k of kernel(root^(i + k)) product(k)
        error = np.fft.irfft(kernel * np.conj(np.fft.rfft(product)), half)
        best = int(np.argmin(np.round(error / np.abs(error).max(), 9))) if j else 0
        vector.append(int(powers[best]))
        values = x[(best + np.arange(half)) % half]
        product = product * (1 + weight * 2 * np.pi**2 * (values * values - values + 1 / 6))
    return tuple(vector)


def next_prime(n: int) -> int:
    """The smallest prime that is at least ``n``."""
    n = max(n, 2)
    while any(n % d == 0 for d in range(2, int(n**0.5) + 1)):
        n += 1
    return n


def _primitive_root(prime: int) -> int:
    factors = [d for d in range(2, prime) if (prime - 1) % d == 0 and next_prime(d) == d]
    return next(g for g in range(1, prime) if all(pow(g, (prime - 1) // f, prime) != 1 for f in factors))
