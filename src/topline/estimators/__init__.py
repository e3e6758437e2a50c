"""Numerics that several stages need: intervals, roots, quadrature, quasi-random points, mixtures of normals."""

from topline.estimators.intervals import (
    chi_square_p,
    critical_value,
    newcombe_interval,
    normal_probability,
    normal_quantile,
    t_critical_value,
    two_sided_p,
    wilson_interval,
)
from topline.estimators.mixtures import normal_mixture_moments, normal_mixture_quantile
from topline.estimators.quadrature import Panels, density_quantile, gauss_legendre, integrate_density
from topline.estimators.quasi_random import lattice_vector, next_prime, normal_points, uniform_points, uniform_rows
from topline.estimators.roots import find_root

__all__ = [
    "Panels", "chi_square_p", "critical_value", "density_quantile", "find_root", "gauss_legendre", "integrate_density",
    "lattice_vector", "newcombe_interval", "next_prime", "normal_mixture_moments", "normal_mixture_quantile",
    "normal_points", "normal_probability", "normal_quantile", "t_critical_value", "two_sided_p", "uniform_points",
    "uniform_rows", "wilson_interval",
]  # fmt: skip
