r"""Mantel-Haenszel network meta-analysis of odds ratios, common effect.

A design is the set of treatments of a study. Within each design the odds ratios are pooled by Mantel and Haenszel's
weights, which stay sound when events are few; then the designs are pooled by generalised least squares.

Symbols, for arms i, j of a study of N patients in all its arms: x events, y non-events, R_ij = sum over studies of x_i
y_j / N, L_ij = log R_ij - log R_ji. The L_ij of a design with three arms or more contradict each other a little; their
means over j, l_i, don't, and l_i - l_j is the generalised estimate of the log odds ratio of i versus j.

Var L_ij is Robins, Breslow and Greenland's. Cov(L_ij, L_ik) comes from the arm that the two share: under the model it
is sum n_i theta_i n_j q_j n_k q_k / N^2 / (R_ij R_ik), with the odds theta_i = p_i + theta_i p_i and q = 1 - p. Each of
x_i y_j y_k, y_i x_j y_k psi_ij and y_i y_j x_k psi_ik has the mean of the part p_i; with x and y swapped, that of the
part theta_i p_i. The mean of the three stands for each, so that swapping events and non-events changes nothing but the
sign of L. With X_j = x_j / (N R_ji), Y_j = y_j / (N R_ij) and Z = X + Y, that is the sum of n_i Z_j Z_k - x_i X_j X_k -
y_i Y_j Y_k over studies, divided by 3. It holds for few large studies and for many small ones.

Sources: Efthimiou et al. 2019, Stat Med 38:2992; Mickey and Elashoff 1985, Biometrics 41:623 (the means); Greenland
1989, Biometrics 45:183 (the covariances); Robins, Breslow and Greenland 1986, Biometrics 42:311.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.laplacian import Array, Index, factor, inverse


@dataclass(frozen=True)
class DesignEstimate:
    """``treatments`` (J,); log odds ``levels`` (J,) up to a constant; ``covariance`` (J, J), whose rows sum to 0."""

    treatments: Index
    levels: Array
    covariance: Array


@dataclass(frozen=True)
class MantelHaenszelFit:
    """Effects (T,) and covariance (T, T) versus the ground, whose entries are 0; Q between designs and its degrees."""

    effects: Array
    covariance: Array
    q_between: float
    df_between: int


def is_defined(events: Array, n: Array) -> bool:
    """Whether every R_ij of a design is above 0; ``events``, ``n`` (K, J)."""
    r = (events / n.sum(axis=1, keepdims=True)).T @ (n - events)
    np.fill_diagonal(r, 1.0)
    return bool((r > 0).all())


def estimate_design(treatments: Index, events: Array, n: Array) -> DesignEstimate:
    """The generalised Mantel-Haenszel estimate of a design: ``treatments`` (J,), ``events`` and ``n`` (K, J).

    Every R_ij must be above 0 (:func:`is_defined`).
    """
    arms = len(treatments)
    total = n.sum(axis=1, keepdims=True)
    yes, no = events, n - events
    r = (yes / total).T @ no
    np.fill_diagonal(r, 1.0)
    log_odds_ratio = np.log(r) - np.log(r.T)
    shared = np.zeros((arms, arms, arms))
    for i in range(arms):
        others = np.arange(arms) != i
        big_y = np.where(others, no / (total * r[i]), 0.0)
        big_x = np.where(others, yes / (total * r[:, i]), 0.0)
        both = big_x + big_y
        shared[i] = (both.T @ (n[:, [i]] * both) - big_x.T @ (yes[:, [i]] * big_x) - big_y.T @ (no[:, [i]] * big_y)) / 3
        shared[i, others, others] = _robins_breslow_greenland(yes, no, total, i)[others]
    # cov(l_i, l_k), where L_ij and L_kj share arm j, and L_ij and L_ki share arm i with the opposite sign
    rows = shared.sum(axis=2)
    covariance = shared.sum(axis=0) - rows - rows.T + np.einsum("ikk->ik", shared)
    np.fill_diagonal(covariance, shared.sum(axis=(1, 2)))
    return DesignEstimate(treatments, log_odds_ratio.mean(axis=1), covariance / arms**2)


def _robins_breslow_greenland(yes: Array, no: Array, total: Array, i: int) -> Array:
    """Var L_ij for every j (J,); its entry i has no meaning."""
    forth, back = yes[:, [i]] * no / total, no[:, [i]] * yes / total
    p, q = (yes[:, [i]] + no) / total, (no[:, [i]] + yes) / total
    r, s = forth.sum(axis=0), back.sum(axis=0)
    r[i] = s[i] = 1.0
    return np.asarray(
        (p * forth).sum(axis=0) / (2 * r**2)
        + (p * back + q * forth).sum(axis=0) / (2 * r * s)
        + (q * back).sum(axis=0) / (2 * s**2)
    )


def is_proper(design: DesignEstimate) -> bool:
    """Whether the covariance of the design's contrasts is positive definite.

    Var and Cov are estimated term by term, which does not make sure of it. It fails in designs of three treatments and
    more when arms of one or two patients stand beside arms of thousands.
    """
    values = np.linalg.eigvalsh(_contrasts(design) @ design.covariance @ _contrasts(design).T)
    return bool(values.min() > 1e-10 * values.max())


def _contrasts(design: DesignEstimate) -> Array:
    """Each treatment but the first versus the first (J - 1, J)."""
    one = np.eye(len(design.treatments))
    return np.asarray(one[1:] - one[0])


def pool_designs(designs: Sequence[DesignEstimate], n_treatments: int, ground: int = 0) -> MantelHaenszelFit:
    """Generalised least squares over proper designs (:func:`is_proper`), effects versus treatment ``ground``.

    Raises ``FitError`` when the designs do not join all treatments.
    """
    normal, right = np.zeros((n_treatments, n_treatments)), np.zeros(n_treatments)
    weights = []
    for d in designs:
        contrast = _contrasts(d)
        weight = contrast.T @ np.linalg.solve(contrast @ d.covariance @ contrast.T, contrast)
        weights.append(weight)
        normal[np.ix_(d.treatments, d.treatments)] += weight
        right[d.treatments] += weight @ d.levels
    keep = np.delete(np.arange(n_treatments), ground)
    block = inverse(factor(normal[np.ix_(keep, keep)]))
    effects, covariance = np.zeros(n_treatments), np.zeros((n_treatments, n_treatments))
    effects[keep], covariance[np.ix_(keep, keep)] = block @ right[keep], block
    left = [d.levels - effects[d.treatments] for d in designs]
    degrees = sum(len(d.treatments) - 1 for d in designs) - (n_treatments - 1)
    q = sum(float(e @ w @ e) for e, w in zip(left, weights, strict=True)) if degrees else 0.0
    return MantelHaenszelFit(effects, covariance, q, degrees)
