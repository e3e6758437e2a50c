r"""Network meta-analysis of odds ratios by penalised likelihood, common effect.

Logistic regression with a free level for each study and an effect for each treatment, whose likelihood is multiplied by
Jeffreys' prior |I|^(1/2) (Firth). That removes the bias of first order and leaves every estimate finite, whatever cells
are empty, as long as studies join the treatments. Studies without any event enter too; only the penalty acts in them.

Symbols: eta = alpha(study) + theta(treatment), p = expit(eta), w = n p (1 - p), W the sum of w over a study. |I| = prod
W times the determinant of the network's Laplacian with arm weights w, without the ground's row and column (the Schur
complement of the studies' levels), so that no matrix with a row a study is ever formed. h (A,) are the leverages. The
penalised score is that of ordinary logistic regression with h/2 added to events and to non-events, which gives the
iteration; the leverages are then worked out anew. Standard errors come from I at the estimate.

Sources: Evrenoglou et al. 2022, Stat Med 41:5203; Firth 1993, Biometrika 80:27; Heinze and Schemper 2002, Stat Med
21:2409, for standard errors and the profile of the penalised likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from topline.errors import FitError
from topline.synthesis.arrays.counts import CountArrays, merge
from topline.synthesis.arrays.laplacian import Array, Index, factor, inverse

MOST_STEPS = 2000
SMALL_STEP = 1e-11
# where the value no longer rises, a step of this size on the log scale is as far as numbers reach
ROUGH_STEP = 1e-6
ROUNDING = 1e-14
# on the log scale; what is further away is approached in several steps
LONGEST_STEP = 5.0
TINY = 1e-100


@dataclass(frozen=True)
class PenalisedFit:
    """Effects (T,) and covariance (T, T) versus the ground, whose entries are 0; the penalised log likelihood."""

    effects: Array
    covariance: Array
    log_likelihood: float


@dataclass(frozen=True)
class _Point:
    """Where the search stands: levels alpha (K,), effects of the columns (p,), and what follows from them."""

    alpha: Array
    effects: Array
    p: Array
    leverage: Array
    covariance: Array
    value: float


def fit_penalised(counts: CountArrays, ground: int = 0) -> PenalisedFit:
    """The maximum of the penalised likelihood. Raises ``FitError`` when the search does not converge."""
    zero = np.zeros(len(counts.events))
    point = _maximise(counts, counts.treatment, zero, counts.n_treatments)
    c = point.covariance
    covariance = c - c[[ground]] - c[:, [ground]] + c[ground, ground]
    return PenalisedFit(point.effects - point.effects[ground], covariance, point.value)


def log_likelihood_at(counts: CountArrays, one: int, other: int, difference: float) -> float:
    """The greatest penalised log likelihood with ``one`` minus ``other`` held at ``difference``.

    The penalty stays that of the whole model, with the effect of ``one`` among its parameters.
    """
    offset = np.where(counts.treatment == one, difference, 0.0)
    return _maximise(counts, merge(counts.treatment, one, other), offset, counts.n_treatments - 1).value


def _maximise(counts: CountArrays, columns: Index, offset: Array, n_columns: int) -> _Point:
    """The best point with arms' effects ``effects[columns] + offset``, the effect of column 0 held at 0."""
    s, events, n = counts.study, counts.events, counts.n
    start = (np.bincount(s, events) + 0.5) / (np.bincount(s, n) + 1)
    point = _at(counts, columns, offset, np.log(start / (1 - start)), np.zeros(n_columns))
    for _ in range(MOST_STEPS):
        h, p = point.leverage, point.p
        score = events + 0.5 * h - (n + h) * p
        alpha, effects = _step(s, columns, counts.n_studies, n_columns, score, (n + h) * p * (1 - p))
        moved = max(float(np.abs(alpha).max()), float(np.abs(effects).max()))
        size, new = min(1.0, LONGEST_STEP / max(moved, LONGEST_STEP)), point
        while size > 1e-10:
            new = _at(counts, columns, offset, point.alpha + size * alpha, point.effects + size * effects)
            if new.value >= point.value - 1e-12 * abs(point.value):
                break
            size *= 0.5
        risen = new.value - point.value
        point = new
        if risen <= ROUNDING * abs(point.value) and size * moved <= ROUGH_STEP:
            return point  # what is left of the step is below what the value can show
        if size * moved <= SMALL_STEP * (1 + float(np.abs(point.effects).max())):
            return point
    raise FitError(
        "the penalised likelihood did not converge",
        found=f"steps of {size * moved:.1e} after {MOST_STEPS}",
        repair="look for a study of wildly different size",
    )


def _step(
    study: Index, columns: Index, n_studies: int, n_columns: int, score: Array, weights: Array
) -> tuple[Array, Array]:
    """The Newton step of the levels (K,) and of the effects (p,), the first of which stays."""
    total, table, normal = _schur(study, columns, n_studies, n_columns, weights)
    level = np.bincount(study, score) / total
    right = np.bincount(columns, score, n_columns) - table.T @ level
    effects = np.zeros(n_columns)
    if n_columns > 1:
        effects[1:] = inverse(factor(normal[1:, 1:])) @ right[1:]
    return level - table @ effects / total, effects


def _schur(study: Index, columns: Index, n_studies: int, n_columns: int, weights: Array) -> tuple[Array, Array, Array]:
    """The studies' weights (K,), the weights by study and column (K, p), and the Laplacian (p, p) of the columns."""
    total = np.bincount(study, weights).astype(float)
    flat = np.bincount(study * n_columns + columns, weights, n_studies * n_columns)
    table = flat.reshape(n_studies, n_columns).astype(float)
    return total, table, np.asarray(np.diag(table.sum(axis=0)) - table.T @ (table / total[:, None]))


def _at(counts: CountArrays, columns: Index, offset: Array, alpha: Array, effects: Array) -> _Point:
    """The probabilities, leverages and penalised log likelihood of the whole model at this point."""
    s, t = counts.study, counts.treatment
    eta = alpha[s] + effects[columns] + offset
    p = expit(eta)
    w = counts.n * p * expit(-eta)
    if not np.bincount(s, w).min() > TINY:
        # the penalty is minus infinity to the precision of numbers: a step to be halved
        return _Point(alpha, effects, p, np.zeros_like(p), np.zeros((0, 0)), -np.inf)
    total, table, normal = _schur(s, t, counts.n_studies, counts.n_treatments, w)
    lower = factor(normal[1:, 1:])
    covariance = np.zeros_like(normal)
    covariance[1:, 1:] = inverse(lower)
    share = table / total[:, None]
    moved = share @ covariance
    spread = np.diag(covariance)[t] - 2 * moved[s, t] + np.einsum("kt,kt->k", moved, share)[s]
    leverage = w * (1 / total[s] + spread)
    value = float(counts.events @ eta - counts.n @ np.logaddexp(0, eta))
    value += 0.5 * float(np.log(total).sum()) + float(np.log(np.diag(lower)).sum())
    return _Point(alpha, effects, p, leverage, covariance, value)
