"""Random networks with arms of two to five against the same model with every matrix written out."""

import numpy as np
import pytest

from topline.synthesis.arrays import side
from topline.synthesis.arrays.heterogeneity import tau2_likelihood, tau2_moments, typical_variance
from topline.synthesis.arrays.inconsistency import decompose
from topline.synthesis.arrays.laplacian import arm_arrays, solve


def network(seed, n_treatments=6, n_studies=14, tau=0.4):
    g = np.random.default_rng(seed)
    study, treatment, y, v = [], [], [], []
    d = g.normal(size=n_treatments)
    for s in range(n_studies):
        m = int(g.integers(2, min(n_treatments, 5) + 1))
        chosen = g.choice(n_treatments, m, replace=False)
        if s < n_treatments - 1:
            chosen = np.array([s, s + 1])  # a chain keeps the network connected
        variance = g.uniform(0.01, 0.5, len(chosen))
        level = d[chosen] + g.normal(size=len(chosen)) * np.sqrt(variance + tau**2 / 2) + g.normal()
        study += [s] * len(chosen)
        treatment += chosen.tolist()
        y += level.tolist()
        v += variance.tolist()
    return arm_arrays(np.array(study), np.array(treatment), np.array(y), np.array(v), n_treatments)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tau2", [0.0, 0.3])
def test_least_squares(seed, tau2, dense, tolerances):
    arms = network(seed)
    y, x, v, sigma = dense.contrasts(arms)
    for ground in (0, 4):
        d, covariance, q = dense.gls(y, np.delete(x, ground, axis=1), np.linalg.inv(v + tau2 * sigma))
        found = solve(arms, tau2, ground=ground)
        keep = np.delete(np.arange(arms.n_treatments), ground)
        np.testing.assert_allclose(found.effects[keep], d, rtol=tolerances.SAME_FORMULA, atol=1e-10)
        np.testing.assert_allclose(found.covariance[np.ix_(keep, keep)], covariance, rtol=tolerances.SAME_FORMULA)
        assert found.q == pytest.approx(q, rel=tolerances.SAME_FORMULA)
        assert found.effects[ground] == 0
        assert not found.covariance[ground].any()


@pytest.mark.parametrize("seed", range(4))
def test_tau2(seed, dense, tolerances):
    arms = network(seed)
    y, x, v, sigma = dense.contrasts(arms)
    x = x[:, 1:]
    assert tau2_moments(arms) == pytest.approx(dense.moments_tau2(y, x, v, sigma), rel=tolerances.SAME_FORMULA)
    for restricted in (True, False):
        found = tau2_likelihood(arms, restricted=restricted)
        best = dense.golden_section(lambda t, r=restricted: dense.log_likelihood(y, x, v, sigma, t, r), 0.0, 3.0)
        # a maximum is found to the square root of the precision of the likelihood
        assert found == pytest.approx(best, abs=1e-6)


def test_moments_reach_i2(tolerances):
    """With s2 = df/tr(P Sigma), tau2/(tau2 + s2) of the moment estimator is (Q - df)/Q exactly."""
    arms = network(0)
    tau2, typical, parts = tau2_moments(arms), typical_variance(arms), decompose(arms)
    assert tau2 / (tau2 + typical) == pytest.approx((parts.total - parts.df) / parts.total, rel=tolerances.SAME_FORMULA)


def test_the_likelihood_without_heterogeneity_is_on_the_boundary():
    arms = network(1)
    quiet = arm_arrays(arms.study, arms.treatment, 0.01 * arms.y, arms.v, arms.n_treatments)
    assert tau2_likelihood(quiet) == 0.0
    assert tau2_likelihood(quiet, restricted=False) == 0.0
    assert tau2_moments(quiet) == 0.0


@pytest.mark.parametrize("seed", range(3))
def test_within_design_q_is_the_q_of_a_model_with_an_effect_for_each_design(seed, dense, tolerances):
    arms = network(seed, n_treatments=3, n_studies=12)
    y, x, v, _ = dense.contrasts(arms)
    designs = [tuple(arms.treatment[arms.study == s]) for s in range(arms.n_studies)]
    own = sorted(set(designs))
    columns = np.concatenate([[own.index(d)] * (len(d) - 1) for d in designs])
    full = np.hstack([x * (columns == k)[:, None] for k in range(len(own))])
    w = np.linalg.inv(v)
    d = np.linalg.pinv(full.T @ w @ full) @ full.T @ w @ y
    within = float((y - full @ d) @ w @ (y - full @ d))
    parts = decompose(arms)
    assert parts.within == pytest.approx(within, rel=1e-7)
    assert parts.df_within == len(y) - np.linalg.matrix_rank(full)


def test_indirect_evidence_is_the_network_without_the_direct_trials(tolerances):
    """In a network of two-arm trials back-calculation equals refitting without the trials that compare the pair."""
    pairs = [(0, 1), (0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (1, 3)]
    g = np.random.default_rng(5)
    study = np.repeat(np.arange(len(pairs)), 2)
    treatment = np.array(pairs).ravel()
    y, v = g.normal(size=14), g.uniform(0.1, 1, 14)
    arms = arm_arrays(study, treatment, y, v, 4)
    found = side.split(arms, solve(arms, 0.2))
    for k, (a, b) in enumerate(zip(found.first, found.second, strict=True)):
        keep = np.repeat([{*p} != {a, b} for p in pairs], 2)
        rest = solve(arm_arrays(study[keep], treatment[keep], y[keep], v[keep], 4), 0.2, ground=int(b))
        assert found.indirect[k] == pytest.approx(rest.effects[a], rel=tolerances.SAME_FORMULA, abs=1e-10)
        assert found.se_indirect[k] == pytest.approx(np.sqrt(rest.covariance[a, a]), rel=tolerances.SAME_FORMULA)


@pytest.mark.parametrize("restricted", [True, False])
def test_no_point_of_a_fine_grid_is_likelier(restricted, tolerances):
    """Variances over several decades give likelihoods with more than one top; the highest is wanted."""
    g = np.random.default_rng(8)
    for _ in range(30):
        arms = network(int(g.integers(1 << 30)), n_treatments=4, n_studies=7, tau=g.choice([0.0, 1.0]))
        arms = arm_arrays(
            arms.study, arms.treatment, arms.y, arms.v * np.exp(2 * g.normal(size=len(arms.v))), arms.n_treatments
        )

        def deviance(tau2, arms=arms):
            solution = solve(arms, tau2, covariance=False)
            return solution.restricted_deviance if restricted else solution.deviance

        scale = float(arms.v.max())
        lowest = min(deviance(t) for t in [0.0, *np.geomspace(1e-6 * scale, 1e3 * scale, 150)])
        assert deviance(tau2_likelihood(arms, restricted=restricted)) <= lowest + tolerances.SAME_FORMULA
