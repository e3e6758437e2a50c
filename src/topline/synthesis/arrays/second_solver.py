"""The fit once more by an independent algorithm: generalised least squares on whitened contrasts.

Each study's contrasts against its first arm have the covariance V + tau2 Sigma with V = v_1 11' + diag(v) and Sigma =
(I + 11')/2. Its Cholesky factor whitens them, and an orthogonal (QR) factorisation of the whitened design gives effects
and covariance: no Laplacian, no normal equations, no trial levels. What both algorithms agree on is not an error of
either. Source: Lu, Welton, Higgins, White and Ades 2011, Res Synth Methods 2:43, for the contrast-level model.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import qr, solve_triangular

from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution, conductances

# beyond these sizes the second factorisation costs more than all else: the residual of the first is checked instead
MOST_TREATMENTS = 1000
MOST_STUDIES = 5000


def whitened_least_squares(arms: ArmArrays, tau2: float, ground: int) -> tuple[Array, Array]:
    """Effects (T,) and covariance (T, T) versus treatment ``ground`` at ``tau2``, by QR of whitened contrasts."""
    sizes = np.bincount(arms.study)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rows, right = [], []
    for m in np.unique(sizes).tolist():
        design, y = _whitened(arms, tau2, starts[sizes == m], m)
        rows.append(design)
        right.append(y)
    design = np.delete(np.vstack(rows), ground, axis=1)
    q, r = qr(design, mode="economic", check_finite=False)
    keep = np.delete(np.arange(arms.n_treatments), ground)
    effects = np.zeros(arms.n_treatments)
    effects[keep] = solve_triangular(r, q.T @ np.concatenate(right))
    half = solve_triangular(r, np.eye(len(r)))
    covariance = np.zeros((arms.n_treatments, arms.n_treatments))
    covariance[np.ix_(keep, keep)] = half @ half.T
    return effects, covariance


def _whitened(arms: ArmArrays, tau2: float, starts: Index, m: int) -> tuple[Array, Array]:
    """The whitened contrasts of all studies of ``m`` arms: design (k (m - 1), T) and right-hand side."""
    index = starts[:, None] + np.arange(m)
    v, y, t = arms.v[index], arms.y[index], arms.treatment[index]
    k = len(starts)
    covariance = (v[:, :1] + 0.5 * tau2)[:, :, None] * np.ones((m - 1, m - 1))
    covariance[:, np.arange(m - 1), np.arange(m - 1)] += v[:, 1:] + 0.5 * tau2
    lower = np.linalg.cholesky(covariance)
    design = np.zeros((k, m - 1, arms.n_treatments))
    study, contrast = np.arange(k)[:, None], np.arange(m - 1)[None, :]
    design[study, contrast, t[:, 1:]] = 1.0
    design[study, contrast, t[:, :1]] = -1.0
    both = np.concatenate([design, (y[:, 1:] - y[:, :1])[:, :, None]], axis=2)
    white = np.linalg.solve(lower, both).reshape(k * (m - 1), -1)
    return white[:, :-1], white[:, -1]


def discrepancy(arms: ArmArrays, solution: Solution, ground: int) -> tuple[str, float]:
    """How far the second algorithm is from ``solution``: its name, and the largest difference in standard errors.

    Differences of effects and of standard errors both count. In a network above ``MOST_TREATMENTS`` or
    ``MOST_STUDIES`` it is what one step of iterative refinement would change.
    """
    keep = np.delete(np.arange(arms.n_treatments), ground)
    if len(keep) == 0:
        return "none", 0.0
    se = np.sqrt(np.diag(solution.covariance)[keep])
    if arms.n_treatments > MOST_TREATMENTS or arms.n_studies > MOST_STUDIES:
        step = solution.covariance @ _gradient(arms, solution)
        return "residual of the normal equations", float((np.abs(step[keep]) / se).max())
    effects, covariance = whitened_least_squares(arms, solution.tau2, ground)
    off_effect = np.abs(effects - solution.effects)[keep] / se
    off_se = np.abs(np.sqrt(np.diag(covariance)[keep]) - se) / se
    return "QR of whitened contrasts", float(max(off_effect.max(), off_se.max()))


def _gradient(arms: ArmArrays, solution: Solution) -> Array:
    """X'R(y - X d) pair by pair: what is left of the normal equations."""
    c = conductances(arms, solution.tau2)[2]
    i, j = arms.pair_i, arms.pair_j
    left = arms.y - solution.effects[arms.treatment]
    flow = c * (left[i] - left[j])
    n = arms.n_treatments
    gradient = np.bincount(arms.treatment[i], flow, n) - np.bincount(arms.treatment[j], flow, n)
    return np.asarray(gradient)
