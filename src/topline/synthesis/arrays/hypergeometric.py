r"""Network meta-analysis of odds ratios by the exact conditional likelihood, common effect.

Given the total t of events in a study, its arms follow the multivariate Fisher noncentral hypergeometric distribution:
P(x) is proportional to prod C(n_a, x_a) exp(x_a theta_a) over all allocations of t events. The study's own level falls
out, so that studies with zero cells enter as they are, and no nuisance parameter is estimated from few events. Studies
without events, or with events in all patients, say nothing.

The distribution is worked out as independent binomials conditioned on their sum. Any common level alpha gives the same
conditional distribution; the one with E(sum) = t keeps every number near 1 in size, so that convolving the binomials
loses nothing. The gradient and the Hessian of the log likelihood are the first two conditional moments, and it is
concave: Newton's method with step halving finds its maximum.

A finite maximum exists if and only if events could move, within studies, from every treatment to every other. Draw an
arrow from a to b when a study has an event in arm a and a patient without one in arm b: its allocation is then not the
best one for a direction that has b above a. The likelihood never falls along a direction that rises along no arrow, and
when arrows lead from every treatment to every other, only the constant is such a direction, which changes nothing.

Sources: Stijnen, Hamza and Ozdemir 2010, Stat Med 29:3046; Efthimiou et al. 2019, Stat Med 38:2992. netmeta's NCH is
Breslow's approximation for rare events, which takes the arms as multinomial.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln

from topline.errors import FitError
from topline.synthesis.arrays.counts import CountArrays, merge
from topline.synthesis.arrays.laplacian import Array, Index, factor, inverse

# binomial probabilities below exp(-80) of the largest are left out: far below what doubles can hold beside it
NEGLIGIBLE = 80.0
MOST_STEPS = 200
SMALL_STEP = 1e-11
# where the value no longer rises, a step of this size on the log scale is as far as numbers reach
ROUGH_STEP = 1e-6
ROUNDING = 1e-14
# on the log scale; what is further away is approached in several steps
LONGEST_STEP = 5.0


@dataclass(frozen=True)
class HypergeometricFit:
    """Effects (T,) and covariance (T, T), the inverse of the information, versus the ground, whose entries are 0."""

    effects: Array
    covariance: Array
    log_likelihood: float


@dataclass(frozen=True)
class _Conditional:
    """A study's log likelihood, and the conditional mean (m,) and covariance (m, m) of its events."""

    log_likelihood: float
    mean: Array
    covariance: Array


def fit_hypergeometric(counts: CountArrays, ground: int = 0) -> HypergeometricFit:
    """The maximum of the conditional likelihood; events must be whole numbers.

    Raises ``FitError`` when the search does not converge, as it can't where :func:`reachable` shows no finite maximum.
    """
    offset, start = np.zeros(len(counts.events)), np.zeros(counts.n_treatments)
    effects, information, log_likelihood = _maximise(counts, counts.treatment, offset, start, ground)
    keep = np.delete(np.arange(counts.n_treatments), ground)
    covariance = np.zeros_like(information)
    covariance[np.ix_(keep, keep)] = inverse(factor(information[np.ix_(keep, keep)]))
    return HypergeometricFit(effects, covariance, log_likelihood)


def log_likelihood_at(counts: CountArrays, one: int, other: int, difference: float, start: Array) -> float:
    """The greatest log likelihood with ``one`` minus ``other`` held at ``difference``; ``start`` (T,) are effects."""
    offset = np.where(counts.treatment == one, difference, 0.0)
    begin = np.delete(start, one)
    return _maximise(counts, merge(counts.treatment, one, other), offset, begin - begin[0], 0)[2]


def saturated_log_likelihood(counts: CountArrays) -> float:
    """The least upper bound of the log likelihood when every study has effects of its own.

    Arms without events, or with events in all patients, then have an infinite effect and probability 1, and what is
    left are the arms between, with the events that they have.
    """
    value = 0.0
    for arms in counts.of_study():
        events, n = counts.events[arms], counts.n[arms]
        between = (events > 0) & (events < n)
        if between.sum() > 1:
            events, n = events[between], n[between]
            index = np.arange(len(n))
            own = CountArrays(np.zeros_like(index), index, events, n, 1, len(n))
            value += fit_hypergeometric(own).log_likelihood
    return value


def reachable(counts: CountArrays) -> NDArray[np.bool_]:
    """(T, T): whether events can move, through studies, from the treatment of the row to that of the column.

    The maximum is finite if and only if all are True. Where a can reach b and not the other way round, the likelihood
    never stops rising with the effect of a versus b.
    """
    n = counts.n_treatments
    moves = np.eye(n, dtype=bool)
    for arms in counts.of_study():
        t = counts.treatment[arms]
        moves[np.ix_(t, t)] |= np.outer(counts.events[arms] > 0, counts.events[arms] < counts.n[arms])
    for k in range(n):
        moves |= np.outer(moves[:, k], moves[k])
    return moves


def _maximise(
    counts: CountArrays, columns: Index, offset: Array, start: Array, ground: int
) -> tuple[Array, Array, float]:
    """Effects (p,) of the columns, information (p, p) and log likelihood.

    ``columns`` and ``offset`` (A,) are those of the arms; ``start`` (p,) are effects, with 0 for the ``ground``.
    """
    keep = np.delete(np.arange(len(start)), ground)
    effects = start
    value, gradient, information = _moments(counts, columns, offset, effects)
    for _ in range(MOST_STEPS):
        step = np.zeros(len(start))
        if len(keep):
            block = inverse(factor(information[np.ix_(keep, keep)]))
            step[keep] = block @ gradient[keep]
        moved = float(np.abs(step).max())
        size = min(1.0, LONGEST_STEP / max(moved, LONGEST_STEP))
        new = _moments(counts, columns, offset, effects + size * step)
        while new[0] < value - 1e-12 * abs(value) and size > 1e-10:
            size *= 0.5
            new = _moments(counts, columns, offset, effects + size * step)
        effects = effects + size * step
        risen = new[0] - value
        value, gradient, information = new
        if risen <= ROUNDING * abs(value) and size * moved <= ROUGH_STEP:
            return effects, information, value  # what is left of the step is below what the value can show
        if size * moved <= SMALL_STEP * (1 + float(np.abs(effects).max())):
            return effects, information, value
    raise FitError(
        "the conditional likelihood has no maximum that could be found",
        found=f"effects up to {float(np.abs(effects).max()):.3g} on the log scale after {MOST_STEPS} steps",
        repair="look for treatments with no events, or use engine='penalised'",
    )


def _moments(counts: CountArrays, columns: Index, offset: Array, effects: Array) -> tuple[float, Array, Array]:
    """The log likelihood, its gradient (p,) and the information (p, p) at ``effects`` (p,)."""
    theta = effects[columns] + offset
    gradient, information, value = np.zeros(len(effects)), np.zeros((len(effects),) * 2), 0.0
    for arms in counts.of_study():
        own = _condition(counts.events[arms], counts.n[arms], theta[arms])
        c = columns[arms]
        value += own.log_likelihood
        # arms may share a column, so that entries must be added one by one
        np.add.at(gradient, c, counts.events[arms] - own.mean)
        np.add.at(information, (c[:, None], c[None, :]), own.covariance)
    return value, gradient, information


def _condition(events: Array, n: Array, theta: Array) -> _Conditional:
    """The conditional distribution of a study's arms (m,) given their total, which lies between 0 and sum(n)."""
    total = float(events.sum())
    eta = theta + _level(n, theta, total)
    p = expit(eta)
    centre = n * p
    starts, weights = zip(*(_binomial(*pair) for pair in zip(n.tolist(), eta.tolist(), strict=True)), strict=True)
    at = round(total) - sum(starts)
    offs = [s + np.arange(len(w)) - c for s, w, c in zip(starts, weights, centre.tolist(), strict=True)]
    whole = _coefficient(list(weights), at)
    arms = len(n)
    mean, covariance = np.zeros(arms), np.zeros((arms, arms))
    # the last arm has what the others leave
    for a in range(arms - 1):
        tilted = [w * o if k == a else w for k, (w, o) in enumerate(zip(weights, offs, strict=True))]
        mean[a] = _coefficient(tilted, at) / whole
        for b in range(a, arms - 1):
            both = [w * o if k == b else w for k, (w, o) in enumerate(zip(tilted, offs, strict=True))]
            covariance[a, b] = covariance[b, a] = _coefficient(both, at) / whole
    covariance -= np.outer(mean, mean)
    covariance[-1, :-1] = covariance[:-1, -1] = -covariance[:-1, :-1].sum(axis=0)
    covariance[-1, -1] = covariance[:-1, :-1].sum()
    mean += centre
    mean[-1] = total - mean[:-1].sum()
    log_binomial = _log_binomial(n, events, eta)
    return _Conditional(float(log_binomial.sum()) - float(np.log(whole)), mean, covariance)


def _level(n: Array, theta: Array, total: float) -> float:
    """The alpha with sum n expit(alpha + theta) = ``total``: Newton steps inside a bracket."""
    odds = float(np.log(total) - np.log(n.sum() - total))
    lower, upper = odds - float(theta.max()), odds - float(theta.min())
    alpha = 0.5 * (lower + upper)
    for _ in range(100):
        p = expit(alpha + theta)
        miss = float(n @ p) - total
        lower, upper = (lower, alpha) if miss > 0 else (alpha, upper)
        slope = float(n @ (p * (1 - p)))
        new = alpha - miss / slope if slope > 0 else 0.5 * (lower + upper)
        new = new if lower <= new <= upper else 0.5 * (lower + upper)
        if abs(new - alpha) < 1e-9:
            return new
        alpha = new
    return alpha


def _log_binomial(n: Array | float, x: Array, eta: Array | float) -> Array:
    """The log of C(n, x) p^x (1 - p)^(n - x) with p = expit(eta)."""
    log_choose = gammaln(np.asarray(n) + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(log_choose - x * np.logaddexp(0, -np.asarray(eta)) - (n - x) * np.logaddexp(0, eta))


def _binomial(n: float, eta: float) -> tuple[int, Array]:
    """The first count whose binomial probability is not negligible, and the probabilities from there on."""
    p = float(expit(eta))
    # Bernstein's inequality: beyond this distance from the mean the probability is below exp(-NEGLIGIBLE)
    width = NEGLIGIBLE / 3 + np.sqrt((NEGLIGIBLE / 3) ** 2 + 2 * NEGLIGIBLE * n * p * (1 - p))
    first = max(0, int(np.floor(n * p - width)))
    x = np.arange(first, min(int(n), int(np.ceil(n * p + width))) + 1, dtype=float)
    return first, np.exp(_log_binomial(n, x, eta))


def _coefficient(factors: list[Array], at: int) -> float:
    """The coefficient of degree ``at`` in the product of polynomials with these coefficients."""
    product = factors[0]
    for f in factors[1:-1]:
        product = np.convolve(product, f)
    last = factors[-1]
    # degree at = k + (at - k): k in the product, at - k in the last factor
    low, high = max(0, at - len(last) + 1), min(len(product) - 1, at)
    return float(product[low : high + 1] @ last[at - high : at - low + 1][::-1])
