"""Ranks: limits and median read off the probabilities, and the mean rank against a plain simulation."""

import itertools
import math

import numpy as np
import pytest

from topline.synthesis import HalfNormal, Prior, nma

# trial, treatment, events, n: treatments near enough to each other for wide distributions of ranks
COUNTS = [
    ("1", "A", 20, 100), ("1", "B", 25, 100), ("2", "A", 22, 110), ("2", "C", 30, 105), ("3", "A", 18, 90),
    ("3", "D", 20, 95), ("4", "B", 26, 100), ("4", "E", 24, 98), ("5", "C", 28, 96), ("5", "F", 30, 99),
    ("6", "D", 21, 92), ("6", "F", 27, 94), ("7", "E", 22, 97), ("7", "A", 19, 99),
]  # fmt: skip
ROWS = [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in COUNTS]
N = 100_000


@pytest.fixture(scope="module", params=["higher", "lower", "bayes"])
def fit(request):
    if request.param == "bayes":
        return nma(ROWS, better="higher", engine="bayes", prior=Prior(HalfNormal(0.5)))
    return nma(ROWS, better=request.param)


def quantile(probabilities, p):
    """The first rank by which at least ``p`` of the probability has come, counted one rank after the other."""
    for rank, reached in enumerate(itertools.accumulate(probabilities), 1):
        if reached > p - 1e-9:
            return rank
    raise AssertionError("the probabilities do not sum to 1")


def test_limits_and_median_are_quantiles_of_the_distribution(fit):
    for rank in fit.result.ranks:
        assert sum(rank.probabilities) == pytest.approx(1, abs=1e-12)
        assert rank.rank_lower == quantile(rank.probabilities, 0.025)
        assert rank.median_rank == quantile(rank.probabilities, 0.5)
        assert rank.rank_upper == quantile(rank.probabilities, 0.975)


def test_the_limits_hold_95_of_100_and_no_rank_too_many(fit):
    """At most 2.5% lies on either side of the limits, and more than that would with the limits one rank further in."""
    for rank in fit.result.ranks:
        p, low, high = rank.probabilities, rank.rank_lower, rank.rank_upper
        assert sum(p[: low - 1]) < 0.025 <= sum(p[:low])
        assert sum(p[high:]) <= 0.025 < sum(p[high - 1 :])


def test_the_limits_are_wider_than_an_80_range_here(fit):
    wider = [
        r
        for r in fit.result.ranks
        if (r.rank_lower, r.rank_upper) != (quantile(r.probabilities, 0.1), quantile(r.probabilities, 0.9))
    ]
    assert wider  # else the tests above would not tell a 95% range from another


def test_the_mean_rank_is_that_of_a_plain_simulation(fit):
    """4 standard errors of the simulation; mean rank, SUCRA and P-score are computed without draws."""
    generator = np.random.default_rng(29)
    mixture = fit.estimate.mixture
    sample = np.concatenate(
        [
            generator.multivariate_normal(m, c, k, method="svd")
            for m, c, k in zip(
                mixture.means, mixture.covariances, generator.multinomial(N, mixture.weights), strict=True
            )
        ]
    )
    sign = 1 if fit.spec.better == "higher" else -1
    size = len(fit.treatments)
    for rank in fit.result.ranks:
        mine = sample[:, [fit.treatments.index(rank.treatment)]]
        places = 1 + (sign * sample > sign * mine).sum(axis=1)
        error = 4 * places.std() / math.sqrt(N)
        assert abs(rank.mean_rank - places.mean()) < error
        assert abs(rank.sucra - (size - places.mean()) / (size - 1)) < error / (size - 1)
        assert abs(rank.p_score - (size - places.mean()) / (size - 1)) < error / (size - 1)


def test_the_best_come_first(fit):
    means = [r.mean_rank for r in fit.result.ranks]
    assert means == sorted(means)
    assert sum(means) == pytest.approx(sum(range(1, len(means) + 1)), rel=1e-12)
