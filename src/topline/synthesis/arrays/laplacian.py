r"""Generalised least squares for a network, as a graph Laplacian.

A trial with arms a of variance v_a gives contrasts with covariance C V C'; heterogeneity tau2 on every contrast
(correlation 1/2 within a trial) is the same as tau2/2 on every arm beside a free trial level. So with u = v + tau2/2
and w = 1/u the trial adds the conductance w_i w_j / sum(w) between each two of its arms, and the network is the sum: a
weighted Laplacian L. No contrast covariance is ever formed, whatever the number of arms.

Source: Rücker 2012, Res Synth Methods 3:312 (electrical networks); the arm-level form of tau2 follows Higgins and
Whitehead 1996, Stat Med 15:2733. Symbols: X arms by treatments, R = blockdiag(diag(w) - w w'/sum(w)), L = X'RX,
P = R - R X L^-1 X'R.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from topline.errors import FitError

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# from this size on threads pay
LARGE = 150


@dataclass(frozen=True)
class ArmArrays:
    """Arms sorted by study and treatment.

    ``study``, ``treatment`` (A,) count from 0; ``y``, ``v`` (A,) are the arm's level and its variance (v > 0). A
    study's level is free, so that only differences of ``y`` within it count. ``pair_i``, ``pair_j`` (B,) are the arms
    of each two-arm comparison within a study, in order of treatment.
    """

    study: Index
    treatment: Index
    y: Array
    v: Array
    n_studies: int
    n_treatments: int
    pair_i: Index
    pair_j: Index

    @property
    def degrees(self) -> int:
        """Degrees of freedom: sum over studies of (arms - 1), less (treatments - 1)."""
        return len(self.study) - self.n_studies - (self.n_treatments - 1)


@dataclass(frozen=True)
class Solution:
    """The fit at one tau2.

    ``effects`` (T,) and ``covariance`` (T, T) are relative to the ground, whose row and column are 0. ``residual`` (A,)
    is P y. ``conductance`` (B,) belongs to the pairs. ``q`` is y'P y; ``deviance`` and ``restricted_deviance`` are -2
    log (restricted) likelihood, up to a constant.
    """

    tau2: float
    effects: Array
    covariance: Array
    residual: Array
    conductance: Array
    w: Array
    q: float
    deviance: float
    restricted_deviance: float


def arm_arrays(study: Index, treatment: Index, y: Array, v: Array, n_treatments: int) -> ArmArrays:
    """Sort the arms, number the studies from 0, and list the pairs within each study."""
    order = np.lexsort((treatment, study))
    _, s = np.unique(study[order], return_inverse=True)
    sizes = np.bincount(s)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    first: list[Index] = []
    second: list[Index] = []
    for m in np.unique(sizes):
        i, j = np.triu_indices(m, 1)
        begin = starts[sizes == m][:, None]
        first.append((begin + i).ravel())
        second.append((begin + j).ravel())
    pairs = np.argsort(np.concatenate(first), kind="stable")
    return ArmArrays(
        study=s.astype(np.intp),
        treatment=treatment[order].astype(np.intp),
        y=y[order].astype(float),
        v=v[order].astype(float),
        n_studies=len(sizes),
        n_treatments=n_treatments,
        pair_i=np.concatenate(first)[pairs],
        pair_j=np.concatenate(second)[pairs],
    )


def conductances(arms: ArmArrays, tau2: float) -> tuple[Array, Array, Array]:
    """The arm weights w (A,), their sums by study (K,), and the conductance (B,) of every pair."""
    w = 1 / (arms.v + 0.5 * tau2)
    total = np.bincount(arms.study, w).astype(float)
    c = w[arms.pair_i] * (w[arms.pair_j] / total[arms.study[arms.pair_i]])
    return w, total, c


def laplacian(arms: ArmArrays, c: Array) -> Array:
    """The Laplacian (T, T) of the treatments, from the conductances of the pairs; its rows sum to 0."""
    n = arms.n_treatments
    flat = arms.treatment[arms.pair_i] * n + arms.treatment[arms.pair_j]
    edges = np.bincount(flat, c, n * n).reshape(n, n)
    edges += edges.T
    return np.asarray(np.diag(edges.sum(axis=1)) - edges)


def factor(matrix: Array) -> Array:
    """The lower Cholesky factor. Raises ``FitError`` when the matrix is not positive definite."""
    lower, info = lapack.dpotrf(matrix, lower=1, clean=1)
    if info:
        raise _undetermined()
    return np.asarray(lower)


def _undetermined() -> FitError:
    return FitError(
        "the evidence does not determine every effect",
        found="a matrix of weights that is not positive definite",
        repair="check for standard errors of wildly different size",
    )


def inverse(lower: Array) -> Array:
    """The inverse (symmetric, full) of the matrix whose lower Cholesky factor is given.

    By the inverse of the factor, not by LAPACK's potri, which starts threads for matrices of any size; the product of
    large triangles by its own routine, which needs a third of the operations.
    """
    half, _ = lapack.dtrtri(lower, lower=1)
    if len(lower) < LARGE:
        return np.asarray(half.T @ half)
    triangle, _ = lapack.dlauum(half, lower=1)
    return np.asarray(triangle + np.tril(triangle, -1).T)


def solve(arms: ArmArrays, tau2: float, *, ground: int = 0, covariance: bool = True) -> Solution:
    """Fit at a given ``tau2`` >= 0, effects relative to treatment ``ground``.

    With ``covariance=False`` that matrix is left empty, which saves the inversion. Raises ``FitError`` when the
    network is not connected.
    """
    n, s, t = arms.n_treatments, arms.study, arms.treatment
    w, total, c = conductances(arms, tau2)
    keep = np.delete(np.arange(n), ground)
    lower = factor(laplacian(arms, c)[np.ix_(keep, keep)])
    centred = arms.y - (np.bincount(s, w * arms.y) / total)[s]
    right = np.bincount(t, w * centred, n)[keep]
    effects = np.zeros(n)
    effects[keep] = lapack.dpotrs(lower, right, lower=1)[0]
    fitted = effects[t]
    left = centred - fitted + (np.bincount(s, w * fitted) / total)[s]
    residual = w * left
    q = float(residual @ left)
    deviance = q - float(np.log(w).sum()) + float(np.log(total).sum())
    matrix = np.zeros((n, n) if covariance else (0, 0))
    if covariance:
        matrix[np.ix_(keep, keep)] = inverse(lower)
    log_determinant = 2 * float(np.log(np.diag(lower)).sum())
    return Solution(tau2, effects, matrix, residual, c, w, q, deviance, deviance + log_determinant)


def deviances(arms: ArmArrays, tau2: Array) -> tuple[Array, Array]:
    """-2 log likelihood and restricted likelihood (g,), up to a constant, at many values of ``tau2`` (g,) at once.

    As :func:`solve` has them, for comparison with each other: a network of few treatments costs little more for ten
    values than for one. Raises ``FitError`` when the network is not connected.
    """
    g, n, s = len(tau2), arms.n_treatments, arms.study
    starts = np.flatnonzero(np.diff(s, prepend=-1))
    i, j = arms.pair_i, arms.pair_j
    w = 1 / (arms.v + 0.5 * tau2[:, None])
    total = np.add.reduceat(w, starts, axis=1)
    c = w[:, i] * (w[:, j] / total[:, s[i]])
    row = np.arange(g)[:, None]
    flat = row * (n * n) + (arms.treatment[i] * n + arms.treatment[j])
    edges = np.bincount(flat.ravel(), c.ravel(), g * n * n).reshape(g, n, n)
    edges += edges.transpose(0, 2, 1)
    matrix = -edges
    matrix[:, np.arange(n), np.arange(n)] = edges.sum(axis=2)
    try:
        lower = np.linalg.cholesky(matrix[:, 1:, 1:])
    except np.linalg.LinAlgError:
        raise _undetermined() from None
    centred = arms.y - (np.add.reduceat(w * arms.y, starts, axis=1) / total)[:, s]
    place = (row * n + arms.treatment).ravel()
    right = np.bincount(place, (w * centred).ravel(), g * n).reshape(g, n)[:, 1:]
    z = np.linalg.solve(lower, right[:, :, None])[:, :, 0]
    q = (w * centred * centred).sum(axis=1) - (z * z).sum(axis=1)
    deviance = q - np.log(w).sum(axis=1) + np.log(total).sum(axis=1)
    diagonal = np.diagonal(lower, axis1=1, axis2=2)
    return deviance, deviance + 2 * np.log(diagonal).sum(axis=1)


def trace_r(solution: Solution) -> float:
    """The trace of R."""
    return 2 * float(solution.conductance.sum())


def trace_p(arms: ArmArrays, solution: Solution) -> float:
    """The trace of P = R - R X L^-1 X'R.

    X'RRX is a Laplacian too, with c_ij (w_i + w_j - sum(w^2)/sum(w)) on each pair, so that its trace against L^-1 is a
    sum over pairs of that times the variance of the pair's contrast.
    """
    w, s = solution.w, arms.study
    mean = np.bincount(s, w * (w / np.bincount(s, w)[s]))
    i, j = arms.pair_i, arms.pair_j
    m = solution.conductance * (w[i] + w[j] - mean[s[i]])
    a, b = arms.treatment[i], arms.treatment[j]
    g = solution.covariance
    return trace_r(solution) - float(m @ (g[a, a] + g[b, b] - 2 * g[a, b]))
