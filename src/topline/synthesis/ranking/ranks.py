"""Which treatment is best, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np

from topline.errors import ArgumentError
from topline.records import Rank
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.mixture import joint_draws
from topline.synthesis.arrays.rank_intervals import path_interval, score_functional
from topline.synthesis.arrays.ranking import (
    better_probabilities,
    mean_over_rivals,
    new_trial_shares,
    p_scores,
    probability_errors,
    rank_probabilities,
    rank_quantile,
    tied_rank_probabilities,
)
from topline.synthesis.choices import is_number
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network

# primes: draws for the intervals of scores, whose tail probabilities are then right to about 1 in 1000
INTERVAL_DRAWS = 4093
NEW_TRIAL_DRAWS = 4093


class RankSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A treatment's place with its uncertainty; the limits are at the level of the fit.

    ``lower`` and ``upper`` are a confidence interval for the P-score that the true effects would have at the precision
    of this network; ``mean_rank`` and its limits say the same in ranks. ``rank_lower`` to ``rank_upper`` hold the
    treatment's own rank. ``predictive_p_score`` is the share of rivals that it is expected to beat in a new trial, and
    its limits are those of that share as the true effects may be. ``probability_error`` is the standard error that the
    quasi-random draws leave in ``probability_best``.
    """

    treatment: str
    p_score: float
    lower: float | None
    upper: float | None
    mean_rank: float
    mean_rank_lower: float | None
    mean_rank_upper: float | None
    median_rank: int
    rank_lower: int
    rank_upper: int
    probability_best: float
    probability_error: float
    predictive_p_score: float | None
    predictive_lower: float | None
    predictive_upper: float | None


def ranks(estimate: Estimate, minimum_difference: float | None = None) -> tuple[Rank, ...]:
    """One row a treatment, best first; empty when the spec does not say which direction is better.

    P-score, SUCRA and mean rank are exact; the rank probabilities, and the median and 95% limits read off them, come
    from the spec's number of quasi-random draws.

    With a ``minimum_difference`` (:func:`difference_on_scale`) the P-score is the mean probability of being better by
    more than it, and treatments within it are tied: each has the mean rank that it and those tied with it share, and
    its probability is spread evenly over those ranks. Raises ``ArgumentError`` for one that can't be understood, or
    without a direction.
    """
    spec, size = estimate.spec, len(estimate.network.treatments)
    if minimum_difference is None:
        if spec.better is None:
            return ()
        sign = direction(estimate)
        scores = p_scores(estimate.mixture, sign)
        return _rank_rows(
            estimate, scores, scores, rank_probabilities(estimate.mixture, sign, spec.rank_draws, spec.seed)
        )
    sign, delta = direction(estimate), difference_on_scale(estimate.network, minimum_difference)
    better = better_probabilities(estimate.mixture, sign, delta)
    scores, losses = mean_over_rivals(better), better.sum(axis=0) / (size - 1)
    probabilities = tied_rank_probabilities(estimate.mixture, sign, delta, spec.rank_draws, spec.seed)
    return _rank_rows(estimate, scores, (1 + scores - losses) / 2, probabilities)


def _rank_rows(estimate: Estimate, scores: Array, sucra: Array, probabilities: Array) -> tuple[Rank, ...]:
    median, lower, upper = (rank_quantile(probabilities, p) for p in (0.5, 0.025, 0.975))
    n = len(scores)
    rows = [
        Rank(
            treatment=name,
            p_score=float(scores[k]),
            sucra=float(sucra[k]),
            mean_rank=n - float(sucra[k]) * (n - 1),
            probabilities=tuple(probabilities[k].tolist()),
            median_rank=int(median[k]),
            rank_lower=int(lower[k]),
            rank_upper=int(upper[k]),
        )
        for k, name in enumerate(estimate.network.treatments)
    ]
    return tuple(sorted(rows, key=lambda row: (row.mean_rank or 0.0, row.treatment)))


def rank_summary(estimate: Estimate) -> tuple[RankSummary, ...]:
    """One row a treatment, best first.

    The interval of the P-score is that of :mod:`~topline.synthesis.arrays.rank_intervals`: normal estimates (t with
    Knapp-Hartung intervals), tau2 taken as known. The Bayesian engine has none, as its SUCRA sums up the whole
    posterior and is not itself uncertain. The predictive P-score is None for a common effect, and where nothing is
    known about tau2; for the Bayesian engine it is averaged over tau2, for the others tau2 is its estimate. Raises
    ``ArgumentError`` without a direction.
    """
    spec, mixture, sign = estimate.spec, estimate.mixture, direction(estimate)
    size = mixture.n_treatments
    tail = (1 - spec.level) / 2
    scores = p_scores(mixture, sign)
    limits = score_limits(estimate)
    probabilities = rank_probabilities(mixture, sign, spec.rank_draws, spec.seed)
    errors = probability_errors(mixture, sign, spec.rank_draws, spec.seed)
    median, low, high = (rank_quantile(probabilities, p) for p in (0.5, tail, 1 - tail))
    predictive = _predictive(estimate, sign, tail)
    rows = [
        RankSummary(
            treatment=name,
            p_score=float(scores[k]),
            lower=None if limits is None else limits[k][0],
            upper=None if limits is None else limits[k][1],
            mean_rank=size - float(scores[k]) * (size - 1),
            mean_rank_lower=None if limits is None else size - limits[k][1] * (size - 1),
            mean_rank_upper=None if limits is None else size - limits[k][0] * (size - 1),
            median_rank=int(median[k]),
            rank_lower=int(low[k]),
            rank_upper=int(high[k]),
            probability_best=float(probabilities[k, 0]),
            probability_error=float(errors[k, 0]),
            predictive_p_score=None if predictive is None else float(predictive[0][k]),
            predictive_lower=None if predictive is None else float(predictive[1][k]),
            predictive_upper=None if predictive is None else float(predictive[2][k]),
        )
        for k, name in enumerate(estimate.network.treatments)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.p_score, row.treatment)))


def score_limits(estimate: Estimate) -> list[tuple[float, float]] | None:
    """The confidence interval of each treatment's P-score, in their order; None for the Bayesian engine."""
    if estimate.spec.engine == "bayes":
        return None
    m = merits(estimate, INTERVAL_DRAWS, estimate.spec.seed)
    degrees, level = estimate.t_degrees, estimate.spec.level
    return [
        path_interval(score_functional(m.se, k, degrees), m.merit, m.covariance, m.noise, level)
        for k in range(len(m.merit))
    ]


@dataclass(frozen=True)
class Merits:
    """Effects (T,), higher better, their covariance (T, T), draws of their errors (T, n), contrasts' errors (T, T)."""

    merit: Array
    covariance: Array
    noise: Array
    se: Array


def merits(estimate: Estimate, n: int, seed: int) -> Merits:
    """What intervals for scores are made from, of a fit that is no mixture of several."""
    mixture, sign = estimate.mixture, direction(estimate)
    mean, covariance = mixture.means[0], mixture.covariances[0]
    noise = joint_draws(mixture, n, seed)[0] - mean[:, None]
    variance = np.diag(covariance)
    se = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0))
    return Merits(sign * mean, covariance, sign * noise, se)


def _predictive(estimate: Estimate, sign: int, tail: float) -> tuple[Array, Array, Array] | None:
    """Predictive P-scores (T,) and their lower and upper limits."""
    spec = estimate.spec
    if spec.model == "common" or not estimate.has_tau2:
        return None
    scores = mean_over_rivals(better_probabilities(estimate.mixture, sign, predictive=True))
    shares = new_trial_shares(estimate.mixture, sign, NEW_TRIAL_DRAWS, spec.seed)
    lower, upper = np.quantile(shares, [tail, 1 - tail], axis=1, method="inverted_cdf")
    return scores, lower, upper


def direction(estimate: Estimate) -> int:
    """1 when higher is better, -1 when lower is. Raises ``ArgumentError`` when the spec does not say."""
    if estimate.spec.better is None:
        raise ArgumentError(
            "nothing says whether higher or lower is better, so the treatments can't be ranked",
            expected="a direction",
            repair="nma(..., better='higher') or better='lower'",
        )
    return 1 if estimate.spec.better == "higher" else -1


def difference_on_scale(network: Network, minimum_difference: float) -> float:
    """The smallest difference that matters, on the scale of the analysis.

    It is given on the scale that is printed: as a ratio above 1 for ratios (1.25, taken as log 1.25 both ways, so that
    1.25 and 1/1.25 = 0.8 are equally far from 1), in the units of the outcome for differences. 1, or 0, leaves every
    difference in. Raises ``ArgumentError`` for anything else.
    """
    ratio = network.scale == "log"
    least = 1.0 if ratio else 0.0
    number = is_number(minimum_difference)
    if not number or not math.isfinite(minimum_difference) or minimum_difference < least:
        repair = None
        if number and ratio and 0 < minimum_difference < 1:
            repair = f"give the ratio above 1: {1 / minimum_difference:.4g}"
        raise ArgumentError(
            "minimum_difference can't be understood",
            found=repr(minimum_difference),
            expected=f"for {network.measure}, "
            + ("a ratio from 1, such as 1.25" if ratio else "a difference from 0, in the units of the outcome"),
            repair=repair,
        )
    return math.log(minimum_difference) if ratio else float(minimum_difference)
