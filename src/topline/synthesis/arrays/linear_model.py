r"""Any linear model of the arms' levels beside free study levels: y = level(study) + D b + error.

A network meta-analysis has one column of D a treatment. Other columns make it a meta-regression, a split node, a model
with inconsistency parameters, or (D = X C) a component model. As in :mod:`topline.synthesis.arrays.laplacian`, tau2/2
on each arm is tau2 on each contrast with correlation 1/2. Symbols: u = v + tau2/2, w = 1/u, R = blockdiag(diag(w) - w
w'/sum(w)), N = D'RD, P = R - R D N^- D'R; tr(P Sigma) = tr(P)/2 and y'P Sigma P y = |Py|^2/2.

Columns that the others determine are admitted: N^- is the Moore-Penrose inverse, and :func:`is_estimable` says which
combinations have a meaning. Source: Searle 1971, Linear Models, chapter 5; Jackson, White and Riley 2012, Stat Med
31:3805, for the moment estimator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.arrays.heterogeneity import by_moments, maximise, one_by_one
from topline.synthesis.arrays.laplacian import ArmArrays, Array

# eigenvalues of the scaled N below this share of the largest belong to columns that the others determine
RANK_TOLERANCE = 1e-10


@dataclass(frozen=True)
class LinearFit:
    """The model at one tau2.

    ``coefficients`` (p,) is the solution of least norm, ``covariance`` (p, p) its N^-. ``basis`` (p, r) spans what the
    data determine: r = ``rank``. ``degrees`` = sum(arms - 1) - rank. ``q`` = y'Py; ``residual`` (A,) = Py; ``trace`` =
    tr(P). ``deviance`` and ``restricted_deviance`` are -2 log (restricted) likelihood, up to a constant.
    """

    tau2: float
    coefficients: Array
    covariance: Array
    basis: Array
    rank: int
    degrees: int
    q: float
    residual: Array
    trace: float
    trace_r: float
    deviance: float
    restricted_deviance: float


def treatment_columns(arms: ArmArrays) -> Array:
    """X (A, T): one column a treatment. Its columns sum to 1, so that one of them is free; drop the reference's."""
    x = np.zeros((len(arms.y), arms.n_treatments))
    x[np.arange(len(arms.y)), arms.treatment] = 1.0
    return x


def fit_linear(arms: ArmArrays, design: Array, tau2: float) -> LinearFit:
    """Least squares at a given ``tau2`` >= 0 with ``design`` (A, p), rows in the order of ``arms``."""
    w = 1 / (arms.v + 0.5 * tau2)
    starts = np.searchsorted(arms.study, np.arange(arms.n_studies))
    total = np.add.reduceat(w, starts)

    def times_r(m: Array) -> Array:
        """R m for m (A, p)."""
        centre = np.add.reduceat(w[:, None] * m, starts) / total[:, None]
        return np.asarray(w[:, None] * (m - centre[arms.study]))

    rd = times_r(design)
    normal = design.T @ rd
    inverse, basis, log_determinant = _pseudo_inverse(0.5 * (normal + normal.T))
    ry = times_r(arms.y[:, None])[:, 0]
    b = inverse @ (rd.T @ arms.y)
    residual = ry - rd @ b
    q = float(residual @ (residual / w))
    trace_r = float(w.sum() - np.add.reduceat(w * w, starts) @ (1 / total))
    trace = trace_r - float(np.einsum("ij,ij->", rd @ inverse, rd))
    deviance = q - float(np.log(w).sum()) + float(np.log(total).sum())
    rank = basis.shape[1]
    return LinearFit(
        tau2=tau2,
        coefficients=b,
        covariance=inverse,
        basis=basis,
        rank=rank,
        degrees=len(arms.y) - arms.n_studies - rank,
        q=q,
        residual=residual,
        trace=trace,
        trace_r=trace_r,
        deviance=deviance,
        restricted_deviance=deviance + log_determinant,
    )


def _pseudo_inverse(normal: Array) -> tuple[Array, Array, float]:
    """N^-, a basis (p, r) of its range, and the log of the product of its eigenvalues above 0.

    Columns are scaled to 1 first, so that the units of a covariate don't decide what counts as 0.
    """
    scale = np.sqrt(np.clip(np.diag(normal), 0, None))
    scale[scale == 0] = 1.0
    values, vectors = np.linalg.eigh(normal / np.outer(scale, scale))
    kept = values > RANK_TOLERANCE * max(float(values.max(initial=0.0)), 1e-300)
    # N = S V L V' S: for a full rank the plain inverse; else the least-norm one on the range of N
    if kept.all():
        half = vectors / np.sqrt(values) / scale[:, None]
        log_determinant = float(np.log(values).sum() + 2 * np.log(scale).sum())
        return half @ half.T, np.eye(len(normal)), log_determinant
    basis, _ = np.linalg.qr(scale[:, None] * vectors[:, kept])
    inner = basis.T @ normal @ basis
    log_determinant = float(np.linalg.slogdet(inner)[1])
    return basis @ np.linalg.inv(inner) @ basis.T, basis, log_determinant


def is_estimable(fit: LinearFit, combinations: Array) -> NDArray[np.bool_]:
    """For each row of ``combinations`` (k, p), whether the data determine that combination of coefficients (k,)."""
    left = combinations - combinations @ fit.basis @ fit.basis.T
    return np.asarray(np.abs(left).max(axis=1, initial=0.0) <= 1e-7 * np.abs(combinations).max(axis=1, initial=1e-300))


def tau2_linear(arms: ArmArrays, design: Array, method: str) -> float:
    """tau2 of the model by ``dl``, ``reml`` or ``ml``; 0 without degrees of freedom.

    Raises ``FitError`` when rounding has eaten tr(P), or when the search does not converge.
    """
    at_zero = fit_linear(arms, design, 0.0)
    if at_zero.degrees < 1:
        return 0.0
    if method == "dl":
        return by_moments(at_zero.q, at_zero.degrees, at_zero.trace, arms.v)
    restricted = method == "reml"

    def deviance(tau2: float) -> float:
        fit = fit_linear(arms, design, tau2)
        return fit.restricted_deviance if restricted else fit.deviance

    def score(tau2: float) -> float:
        fit = fit_linear(arms, design, tau2)
        return 0.5 * ((fit.trace if restricted else fit.trace_r) - float(fit.residual @ fit.residual))

    return maximise(one_by_one(deviance), score, arms.v)
