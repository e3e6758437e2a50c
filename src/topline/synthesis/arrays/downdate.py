r"""Least squares without one study, for every study at once, from the fit to all of them at the same tau2.

Study k has R_k = A A' with A (m, m - 1): its whitened contrasts. With G = L^-1, H = A' G_kk A (its leverage), S = I -
H, e = A'(y_k - X_k b) and U = G X_k'A:

    L_-k^-1 = G + U S^-1 U'                   b_-k = b - U S^-1 e                    y'P_-k y = y'Py - e'S^-1 e
    tr P_-k = tr P - tr B + tr HB - tr S^-1 (C - HBH)
    |P_-k y|^2 = |Py|^2 - e'Be + 2 (A'h - HBe)'z + z'(C - HBH) z,    z = S^-1 e

where B = A'A, C = A'(G X'RRX G)_kk A and h = G X'R P y. These are the Sherman-Morrison-Woodbury identity and the block
formula P_-k = P_cc - P_ck P_kk^+ P_kc. One inverse and one product of treatments by treatments serve all studies.

A treatment that only study k has leaves the network with it. S then has as many eigenvalues of 0 as treatments leave,
S^-1 is the Moore-Penrose inverse, and what is said about the other treatments stays true. The determinant follows from
profiling those treatments' arms l out: |L| = |R_ll| |L_-k| |S|+, with |R_ll| = prod(w_l) (sum(w) - sum(w_l)) / sum(w)
and |S|+ the product of the eigenvalues above 0.

Source: Woodbury 1950, Memorandum Report 42, Princeton; Rao and Mitra 1971, Generalized Inverse of Matrices; notation
of :mod:`topline.synthesis.arrays.laplacian`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution, laplacian, trace_p, trace_r


@dataclass(frozen=True)
class Cohort:
    """Studies with m arms each: ``study`` (n,), ``rows`` (n, m) of their arms, ``leaves`` (n, m) the arms whose
    treatment no other study has.
    """

    study: Index
    rows: Index
    leaves: NDArray[np.bool_]


@dataclass(frozen=True)
class Removal:
    """What removes each study of a cohort from the fit at one tau2; r = m - 1.

    ``root`` (n, m, r) is A; ``hat`` (n, r, r) is H; ``residual`` (n, r) is e; ``half`` (n, r, r) Z with S^+ = Z Z'.
    ``log_determinant`` (n,) is that of S over its ``rank`` (n,); ``least`` (n,) its smallest eigenvalue above 0.
    """

    root: Array
    hat: Array
    residual: Array
    half: Array
    log_determinant: Array
    rank: Index
    least: Array

    @property
    def distance(self) -> Array:
        """e'S^+ e (n,): the chi-squared distance between a study and what the others say of it."""
        return np.asarray(((self.half * self.residual[:, :, None]).sum(axis=1) ** 2).sum(axis=1))


@dataclass(frozen=True)
class Without:
    """Statistics without each of the studies (n,), at one tau2.

    ``q`` = y'Py; ``deviance`` and ``restricted_deviance`` are -2 log (restricted) likelihood up to a constant;
    ``score`` and ``restricted_score`` are their derivatives in tau2; ``trace`` = tr(P). ``least`` is the smallest
    eigenvalue of S above 0: rounding errors grow with its inverse.
    """

    q: Array
    deviance: Array
    restricted_deviance: Array
    score: Array
    restricted_score: Array
    trace: Array
    least: Array


def cohorts(arms: ArmArrays, studies: Index, leaves: NDArray[np.bool_]) -> list[Cohort]:
    """The ``studies`` by their number of arms; ``leaves`` (A,) marks arms whose treatment no other study has."""
    sizes = np.bincount(arms.study)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    found = []
    for m in np.unique(sizes[studies]):
        own = studies[sizes[studies] == m]
        rows = starts[own][:, None] + np.arange(m)
        found.append(Cohort(own, rows, leaves[rows]))
    return found


def removal(arms: ArmArrays, solution: Solution, cohort: Cohort) -> Removal:
    """What removes each study of ``cohort`` from ``solution``."""
    t = arms.treatment[cohort.rows]
    root = _root(solution.w[cohort.rows])
    g = solution.covariance[t[:, :, None], t[:, None, :]]
    hat = root.swapaxes(1, 2) @ g @ root
    r = root.shape[2]
    values, vectors = np.linalg.eigh(np.eye(r) - hat)
    lost = cohort.leaves.sum(axis=1)
    kept = np.arange(r) >= lost[:, None]
    safe = np.where(kept, np.maximum(values, np.finfo(float).tiny), 1.0)
    return Removal(
        root=root,
        hat=hat,
        residual=(root * (arms.y[cohort.rows] - solution.effects[t])[:, :, None]).sum(axis=1),
        half=np.where(kept[:, None, :], vectors / np.sqrt(safe)[:, None, :], 0.0),
        log_determinant=np.log(safe).sum(axis=1),
        rank=(r - lost).astype(np.intp),
        least=np.where(kept, values, 1.0).min(axis=1),
    )


def _root(w: Array) -> Array:
    """A (n, m, m - 1) with A A' = diag(w) - w w'/sum(w), for each row of ``w`` (n, m).

    diag(sqrt(w)) times the columns but the first of the Householder reflection that takes sqrt(w/sum(w)) to an axis.
    """
    q = np.sqrt(w / w.sum(axis=1, keepdims=True))
    v = q.copy()
    v[:, 0] += 1.0
    reflection = np.eye(w.shape[1])[None, :, 1:] - v[:, :, None] * v[:, None, 1:] / v[:, :1, None]
    return np.asarray(np.sqrt(w)[:, :, None] * reflection)


def without(arms: ArmArrays, solution: Solution, groups: Sequence[Cohort]) -> Without:
    """Statistics without each study of the ``groups``, in their order, at the tau2 of ``solution``."""
    n, s, w, g = arms.n_treatments, arms.study, solution.w, solution.covariance
    total = np.bincount(s, w)
    mean = np.bincount(s, w * w) / total
    i, j = arms.pair_i, arms.pair_j
    spread = g @ laplacian(arms, solution.conductance * (w[i] + w[j] - mean[s[i]])) @ g
    drift = w * (solution.residual - (np.bincount(s, w * solution.residual) / total)[s])
    pull = g @ np.bincount(arms.treatment, drift, n)
    trace, trace_of_r = trace_p(arms, solution), trace_r(solution)
    square = float(solution.residual @ solution.residual)
    columns = []
    for cohort in groups:
        part = removal(arms, solution, cohort)
        t = arms.treatment[cohort.rows]
        a, h, e, z = part.root, part.hat, part.residual, part.half
        b = a.swapaxes(1, 2) @ a
        hb = h @ b
        c = a.swapaxes(1, 2) @ spread[t[:, :, None], t[:, None, :]] @ a - hb @ h
        solved = (z @ (z.swapaxes(1, 2) @ e[:, :, None]))[:, :, 0]
        down = (a * pull[t][:, :, None]).sum(axis=1) - (hb @ e[:, :, None])[:, :, 0]
        trace_b = np.trace(b, axis1=1, axis2=2)
        left = trace - trace_b + np.trace(hb, axis1=1, axis2=2) - (z * (c @ z)).sum(axis=(1, 2))
        size = square + 2 * (down * solved).sum(axis=1)
        size += _quadratic(solved, c) - _quadratic(e, b)
        q = solution.q - part.distance
        own, all_own = w[cohort.rows], total[cohort.study]
        rest = np.log(np.where(cohort.leaves, 0.0, own).sum(axis=1) / all_own)
        rest += np.where(cohort.leaves, np.log(own), 0.0).sum(axis=1)
        # deviance = q - log|w| + log(total); the study's own terms leave with it
        deviance = solution.deviance - part.distance + np.log(own).sum(axis=1) - np.log(all_own)
        log_l = solution.restricted_deviance - solution.deviance + part.log_determinant - rest
        columns.append(
            (q, deviance, deviance + log_l, 0.5 * (trace_of_r - trace_b - size), 0.5 * (left - size), left, part.least)
        )
    return Without(*(np.concatenate(values) for values in zip(*columns, strict=True)))


def _quadratic(x: Array, matrix: Array) -> Array:
    """The quadratic form x' M x (n,), for ``x`` (n, r) and ``matrix`` (n, r, r)."""
    return np.asarray((x * (matrix @ x[:, :, None])[:, :, 0]).sum(axis=1))


def effects_without(arms: ArmArrays, solution: Solution, cohort: Cohort) -> tuple[Array, Array, Array]:
    """Effects (n, T) and their variances (n, T) without each study, relative to the solution's ground, and e'S^+ e.

    Meaningless for treatments that leave with the study.
    """
    part = removal(arms, solution, cohort)
    g, t = solution.covariance, arms.treatment[cohort.rows]
    ways = part.root @ part.half
    score = (part.half * part.residual[:, :, None]).sum(axis=1)
    effects = np.repeat(solution.effects[None], len(t), axis=0)
    variances = np.repeat(np.diag(g)[None], len(t), axis=0)
    for r in range(ways.shape[2]):
        u = np.zeros_like(effects)
        for a in range(t.shape[1]):
            u += ways[:, a, r, None] * g[t[:, a]]
        effects -= score[:, r, None] * u
        variances += u * u
    return effects, variances, part.distance
