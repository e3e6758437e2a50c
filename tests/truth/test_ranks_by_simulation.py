"""Rank probabilities from the quasi-random draws, against closed forms and against plain simulation."""

import numpy as np
import pytest

from topline.synthesis import HalfNormal, Prior, nma
from topline.synthesis.arrays.mixture import Mixture, draws
from topline.synthesis.arrays.ranking import p_scores, rank_probabilities


def test_two_and_three_treatments_in_closed_form(tolerances):
    """P(both of two correlated effects are above 0) = 1/4 + asin(r)/(2 pi) when their means are 0 (Sheppard 1899)."""
    for r in (-0.5, 0.0, 0.5, 0.9):
        covariance = np.zeros((3, 3))
        covariance[1:, 1:] = [[1, 2 * r], [2 * r, 4]]
        mixture = Mixture(0, np.ones(1), np.zeros(1), np.zeros((1, 3)), covariance[None])
        reference_is_worst = 0.25 + np.arcsin(r) / (2 * np.pi)
        found = rank_probabilities(mixture, 1, 16381, 7)
        assert abs(found[0, 2] - reference_is_worst) < tolerances.QUASI_RANDOM
        assert abs(found[0, 0] - reference_is_worst) < tolerances.QUASI_RANDOM
        np.testing.assert_allclose(found.sum(axis=0), 1, atol=1e-12)
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)


@pytest.mark.parametrize("name", ["netmeta_senn2013", "netmeta_smoking_or", "netmeta_parkinson"])
@pytest.mark.parametrize("engine", ["reml", "bayes"])
def test_networks(name, engine, stored, tolerances):
    truth = stored(name)
    prior = Prior(HalfNormal(0.5)) if engine == "bayes" else None
    fit = nma(truth["data"], measure=truth["measure"], engine=engine, better="lower", prior=prior)
    mixture, n = fit.estimate.mixture, 40_000
    g = np.random.default_rng(11)
    sample = np.concatenate(
        [
            g.multivariate_normal(m, c, k, method="svd")
            for m, c, k in zip(mixture.means, mixture.covariances, g.multinomial(n, mixture.weights), strict=True)
        ]
    )
    order = np.argsort(np.argsort(sample, axis=1), axis=1)
    for row in fit.result.ranks:
        ranks = order[:, fit.network.index(row.treatment)]
        for k, probability in enumerate(row.probabilities):
            simulated = float((ranks == k).mean())
            error = (max(simulated * (1 - simulated), 1 / n) / n) ** 0.5
            assert abs(probability - simulated) < tolerances.MONTE_CARLO_SE * error + tolerances.QUASI_RANDOM
        size = len(fit.treatments)
        mean_rank = sum((k + 1) * p for k, p in enumerate(row.probabilities))
        assert abs(row.sucra - (size - mean_rank) / (size - 1)) < tolerances.QUASI_RANDOM


def test_draws_have_the_moments_of_the_fit(stored):
    fit = nma(stored("netmeta_senn2013")["data"], measure="MD", reference="plac")
    x = fit.draws(8192, 3)
    sd = np.sqrt(np.diag(fit.covariance))
    assert x.shape == (8192, 10)
    assert not x[:, fit.network.index("plac")].any()
    assert (np.abs(x.mean(axis=0) - fit.mean) <= 2e-3 * sd).all()
    assert (np.abs(np.cov(x.T) - fit.covariance) <= 0.03 * np.outer(sd, sd)).all()
    np.testing.assert_array_equal(x, fit.draws(8192, 3))
    assert not np.array_equal(x, fit.draws(8192, 4))


def test_draws_of_a_mixture():
    """Two components a long way apart: each takes its weight's share of the draws."""
    covariances = np.zeros((2, 2, 2))
    covariances[:, 1, 1] = [1.0, 4.0]
    mixture = Mixture(0, np.array([0.3, 0.7]), np.zeros(2), np.array([[0, -50.0], [0, 50.0]]), covariances)
    x = draws(mixture, 5003, 1)[:, 1]
    assert abs((x < 0).mean() - 0.3) < 1e-3
    assert abs(x[x > 0].std() - 2) < 0.02
    assert p_scores(mixture, 1)[1] == pytest.approx(0.7, abs=1e-12)
