"""Intervals, roots, quadrature, mixtures and quasi-random points."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, FitError
from topline.estimators import (
    chi_square_p,
    critical_value,
    density_quantile,
    find_root,
    integrate_density,
    lattice_vector,
    newcombe_interval,
    next_prime,
    normal_mixture_moments,
    normal_mixture_quantile,
    normal_points,
    normal_probability,
    normal_quantile,
    t_critical_value,
    two_sided_p,
    uniform_points,
    wilson_interval,
)


def test_critical_values():
    # Fisher and Yates, Statistical Tables, tables I and III
    assert critical_value(0.95) == pytest.approx(1.959964, abs=5e-7)
    assert t_critical_value(0.95, 4) == pytest.approx(2.776, abs=5e-4)
    assert t_critical_value(0.95, 1e9) == pytest.approx(critical_value(0.95), abs=1e-8)
    assert two_sided_p(-1.959964) == pytest.approx(0.05, abs=1e-7)
    assert chi_square_p(3.841459, 1) == pytest.approx(0.05, abs=1e-7)
    assert chi_square_p(1.0, 0) is None
    with pytest.raises(ArgumentError, match="level"):
        critical_value(95)


def test_newcombe_published_values():
    # Newcombe 1998, Stat Med 17:873, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 6/7 - 2/7, 5/56 - 0/29
    for events, expected in (
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
    ):
        assert newcombe_interval(*events) == pytest.approx(expected, abs=5e-5)
    # HORIZON: 178/543 against 25/183, difference 0.1912
    assert newcombe_interval(178, 543, 25, 183) == pytest.approx((0.122, 0.250), abs=5e-4)


def test_wilson_published_values():
    # Newcombe 1998, Stat Med 17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29
    for (events, n), expected in (
        ((81, 263), (0.2553, 0.3662)),
        ((15, 148), (0.0624, 0.1605)),
        ((0, 20), (0.0, 0.1611)),
        ((1, 29), (0.0061, 0.1718)),
    ):
        assert wilson_interval(events, n) == pytest.approx(expected, abs=5e-5)
    assert wilson_interval(20, 20)[1] == 1.0
    with pytest.raises(ArgumentError, match="events between 0 and n"):
        wilson_interval(5, 4)


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
@settings(max_examples=50, deadline=None)
def test_newcombe_is_antisymmetric_and_inside(a, m, b, n):
    a, b = min(a, m), min(b, n)
    lower, upper = newcombe_interval(a, m, b, n)
    mirrored = newcombe_interval(b, n, a, m)
    assert (-mirrored[1], -mirrored[0]) == pytest.approx((lower, upper), abs=1e-12)
    assert -1 - 1e-12 <= lower <= a / m - b / n <= upper <= 1 + 1e-12


@pytest.mark.parametrize("start", [None, 0.01, 1.9])
def test_roots(start):
    assert find_root(lambda x: x**3 - 2, 0, 2, start=start) == pytest.approx(2 ** (1 / 3), abs=1e-11)
    assert find_root(lambda x: math.atan(1e6 * (x - 0.3)), 0, 2, start=start) == pytest.approx(0.3, abs=1e-11)
    assert find_root(lambda x: x - 1, 0, 2, start=start) == 1


def test_a_root_search_gives_up_kindly():
    with pytest.raises(FitError, match="did not converge"):
        find_root(lambda x: x - 0.3, 0, 1, max_steps=1)


def test_quadrature_of_a_known_density():
    def log_density(x):
        return -0.5 * ((x - 3) / 0.01) ** 2

    panels = integrate_density(log_density, 2.0, 5.0)
    assert panels.weights.sum() == pytest.approx(1, abs=1e-14)
    assert panels.weights @ panels.nodes == pytest.approx(3, abs=1e-10)
    assert math.exp(panels.log_constant) == pytest.approx(0.01 * math.sqrt(2 * math.pi), rel=1e-9)
    for p in (0.025, 0.5, 0.9):
        assert density_quantile(panels, log_density, p) == pytest.approx(3 + 0.01 * normal_quantile(p), abs=1e-9)


def test_quadrature_of_a_point_gives_up_kindly():
    with pytest.raises(FitError, match="did not settle"):
        integrate_density(lambda x: -1e9 * abs(x - 0.3) ** 0.5, 0.0, 1.0, max_panels=10)


def test_mixture_quantiles_invert_the_distribution():
    g = np.random.default_rng(2)
    weights = g.dirichlet(np.ones(20))
    means, variances = g.normal(size=(20, 50)) * 3, g.uniform(1e-4, 4, (20, 50))
    for p in (0.001, 0.025, 0.5, 0.975):
        x = normal_mixture_quantile(weights, means, variances, p)
        np.testing.assert_allclose(weights @ normal_probability((x - means) / np.sqrt(variances)), p, rtol=1e-9)
    one = normal_mixture_quantile(np.ones(1), means[:1], variances[:1], 0.975)
    np.testing.assert_allclose(one, means[0] + critical_value(0.95) * np.sqrt(variances[0]), rtol=1e-14)
    mean, variance = normal_mixture_moments(weights, means, variances)
    np.testing.assert_allclose(mean, weights @ means)
    np.testing.assert_allclose(variance, weights @ (variances + means**2) - mean**2)


def test_points_are_even_seeded_and_shuffled():
    x = uniform_points(4096, 8, 5)
    assert x.shape == (4096, 8)
    assert ((x > 0) & (x < 1)).all()
    np.testing.assert_array_equal(x, uniform_points(4096, 8, 5))
    # independent points would leave a mean 0.5 +- 0.0045
    assert np.abs(x.mean(axis=0) - 0.5).max() < 1e-3
    # each marginal is a shifted regular grid: its steps are known
    gaps = np.diff(np.sort(x, axis=0), axis=0)
    assert gaps.max() < 3 / 4096
    assert np.abs(np.corrcoef(x.T) - np.eye(8)).max() < 0.02
    # rows are in random order: no trend along them
    assert np.abs(np.corrcoef(np.arange(4096), x[:, 0])[0, 1]) < 0.06
    with pytest.raises(ArgumentError):
        uniform_points(0, 2, 1)
    assert uniform_points(7, 0, 1).shape == (7, 0)


def test_points_integrate_better_than_random_ones():
    """E max(0, z1 + ... + z5 - 1) for standard normals, closed form; the error of independent draws would be 1e-2."""
    z = normal_points(16381, 5, 1)
    a, s = 1.0, math.sqrt(5)
    expected = s * math.exp(-0.5 * (a / s) ** 2) / math.sqrt(2 * math.pi) - a * normal_probability(-a / s)
    assert np.maximum(z.sum(axis=1) - a, 0).mean() == pytest.approx(expected, abs=2e-3)


def test_lattice_vector_of_a_small_prime():
    vector = lattice_vector(31, 3)
    assert vector[0] == 1
    assert len(set(vector)) == 3
    assert all(0 < z < 31 for z in vector)
    assert [next_prime(n) for n in (1, 8, 13, 16384)] == [2, 11, 13, 16411]
