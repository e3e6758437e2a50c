"""Network meta-regression: treatment effects that change with what differs between trials.

Arm a of trial s has the level: free trial level + d_t + sum over covariates of b_(g(t), m) z_sm, with d and b 0 for the
reference. Treatments with the same group g share their coefficients: one group for all is the "shared" interaction,
a group each the "independent" one. A trial of two treatments of one group therefore says nothing about b.

Source: Dias, Sutton, Welton and Ades 2013, Med Decis Making 33:618 (NICE DSU Technical Support Document 3); Cooper et
al. 2009, Stat Med 28:1861. Standard errors after Knapp and Hartung 2003, Stat Med 22:2693, multiply the covariance by
y'Py/df at the estimated tau2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from topline.estimators import chi_square_p, two_sided_p
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index
from topline.synthesis.arrays.linear_model import LinearFit, fit_linear, is_estimable, tau2_linear, treatment_columns


@dataclass(frozen=True)
class Combinations:
    """Linear combinations (k,) of the coefficients, and standard errors; NaN where the data don't determine one."""

    estimate: Array
    se: Array


@dataclass(frozen=True)
class Wald:
    """A joint test that combinations are all 0: ``statistic`` is chi-square, or F where ``degrees_below`` is set."""

    statistic: float
    degrees: int
    degrees_below: int | None
    p: float | None


def design(arms: ArmArrays, ground: int, group: Index, z: Array) -> Array:
    """D (A, T - 1 + G M): a column a treatment but the ground, then the interactions, group by group.

    ``group`` (T,) numbers each treatment's group from 0, -1 for the ground; ``z`` (K, M) are the covariates by study.
    """
    treatments = np.delete(treatment_columns(arms), ground, axis=1)
    own = group[arms.treatment]
    blocks = [np.where((own == g)[:, None], z[arms.study], 0.0) for g in range(int(group.max()) + 1)]
    return np.hstack([treatments, *blocks])


def combination(group: Index, ground: int, treatment: int, z: Array) -> Array:
    """The row (T - 1 + G M) of the effect of ``treatment`` versus the ground at the covariate values ``z`` (M,)."""
    others, m = len(group) - 1, len(z)
    row = np.zeros(others + (int(group.max()) + 1) * m)
    if treatment == ground:
        return row
    row[treatment - (treatment > ground)] = 1.0
    start = others + int(group[treatment]) * m
    row[start : start + m] = z
    return row


def fit_regression(arms: ArmArrays, columns: Array, method: str) -> LinearFit:
    """The model with ``columns`` (A, p) at its own tau2: ``dl``, ``reml``, ``ml``, or ``common`` for tau2 = 0."""
    tau2 = 0.0 if method == "common" else tau2_linear(arms, columns, method)
    return fit_linear(arms, columns, tau2)


def combine(fit: LinearFit, rows: Array, factor: float) -> Combinations:
    """The combinations ``rows`` (k, p), their covariance multiplied by ``factor``."""
    known = is_estimable(fit, rows)
    variance = factor * np.einsum("ij,jk,ik->i", rows, fit.covariance, rows)
    estimate = np.where(known, rows @ fit.coefficients, np.nan)
    return Combinations(estimate, np.where(known, np.sqrt(np.clip(variance, 0, None)), np.nan))


def wald_test(fit: LinearFit, first: int, factor: float, degrees_below: int | None) -> Wald:
    """Whether all that the data determine of the coefficients from column ``first`` on is 0.

    The columns before ``first`` must be determined by themselves, as those of joined treatments are. What is tested are
    all estimable combinations of the later coefficients, rank - ``first`` of them (Searle 1971, chapter 5), also where
    no coefficient is estimable alone: of collinear covariates, one is tested. ``degrees_below`` makes it an F test;
    ``factor`` multiplies the covariance. 0 degrees where nothing is estimable.
    """
    degrees = fit.rank - first
    if degrees == 0:
        return Wald(0.0, 0, degrees_below, None)
    # combinations of the basis in which the earlier columns don't take part: its null space there
    _, _, right = np.linalg.svd(fit.basis[:first])
    rows = (fit.basis @ right[first:].T).T
    rows[:, :first] = 0.0
    values = rows @ fit.coefficients
    statistic = float(values @ np.linalg.solve(factor * rows @ fit.covariance @ rows.T, values))
    if degrees_below is None:
        return Wald(statistic, degrees, None, chi_square_p(statistic, degrees))
    statistic /= degrees
    return Wald(statistic, degrees, degrees_below, float(special.fdtrc(degrees, degrees_below, statistic)))


def two_sided_probability(statistic: Array, degrees: int | None) -> Array:
    """The two-sided p values (k,) of standard normal statistics, or of Student's t with ``degrees``; NaN stays."""
    if degrees is None:
        return np.asarray(two_sided_p(statistic))
    return np.asarray(2 * special.stdtr(degrees, -np.abs(statistic)))
