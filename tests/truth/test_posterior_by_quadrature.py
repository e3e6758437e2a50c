"""The Bayesian engine against dense quadrature: stored (exact_parkinsons.json), and written out here."""

import numpy as np
import pytest

from topline.synthesis import HalfNormal, Prior, Uniform, nma


@pytest.mark.parametrize("entry_id", ["parkinsons__normal_arms__hn5", "parkinsons__normal_arms__hn1"])
def test_parkinsons(entry_id, stored, tolerances):
    truth = stored("exact_parkinsons")
    entry = next(e for e in truth["entries"] if e["id"] == entry_id)
    prior = Prior(HalfNormal(5.0 if entry_id.endswith("hn5") else 1.0), effect_sd=100)
    fit = nma(truth["data"], measure="MD", engine="bayes", prior=prior, reference="1")
    tau, expected = fit.result.tau_posterior, entry["tau"]
    names = {"mean": "mean", "sd": "sd", "median": "q50", "lower": "q2_5", "upper": "q97_5"}
    for name, key in names.items():
        assert abs(getattr(tau, name) - expected[key]) < tolerances.FLAT_LEVEL * expected["sd"], name
    by_treatment = {e.treatment: e for e in fit.result.effects}
    for row in entry["effects"]:
        if row["reference"] != 1:
            continue
        effect = by_treatment[str(row["treatment"])]
        for found, key in (
            (effect.estimate, "mean"), (effect.se, "sd"), (effect.median, "q50"),
            (effect.lower, "q2_5"), (effect.upper, "q97_5"),
        ):  # fmt: skip
            assert abs(found - row[key]) < tolerances.FLAT_LEVEL * row["sd"], (row, key)


@pytest.mark.parametrize("prior", [HalfNormal(0.7), Uniform(0.0, 3.0), Uniform(0.2, 0.9)], ids=str)
def test_small_network_in_two_dimensions(prior, dense, tolerances):
    """Two treatments: the joint posterior of (d, tau) on a fine grid, no conjugacy used."""
    rows = [
        {"study": f"s{k}", "treatment1": "B", "treatment2": "A", "estimate": y, "se": se}
        for k, (y, se) in enumerate([(0.1, 0.3), (0.9, 0.4), (0.5, 0.2), (-0.4, 0.5)])
    ]
    fit = nma(rows, measure="MD", engine="bayes", reference="A", prior=Prior(prior, effect_sd=10.0))
    y = np.array([r["estimate"] for r in rows])[:, None, None]
    v = np.array([r["se"] for r in rows])[:, None, None] ** 2
    lower, upper = (prior.lower, prior.upper) if isinstance(prior, Uniform) else (0.0, 7.0)
    x, w = np.polynomial.legendre.leggauss(400)
    tau = lower + (upper - lower) * (x + 1) / 2
    d = np.linspace(-12, 12, 6001)
    log_prior = np.array([prior.log_density(t) for t in tau])[None, :] - d[:, None] ** 2 / 200
    total = v + tau[None, None, :] ** 2
    log_posterior = log_prior - 0.5 * (np.log(total) + (y - d[None, :, None]) ** 2 / total).sum(axis=0)
    p = np.exp(log_posterior - log_posterior.max()) * w[None, :]
    p /= p.sum()
    of_d, of_tau = p.sum(axis=1), p.sum(axis=0)
    mean = float(of_d @ d)
    sd = float(np.sqrt(of_d @ (d - mean) ** 2))
    (effect,) = fit.result.effects
    assert abs(effect.estimate - mean) < tolerances.EXACT_POSTERIOR * sd
    assert abs(effect.se - sd) < tolerances.EXACT_POSTERIOR * sd
    assert abs(fit.result.tau_posterior.mean - of_tau @ tau) < tolerances.EXACT_POSTERIOR * sd
    assert abs(fit.result.tau2 - of_tau @ tau**2) < tolerances.EXACT_POSTERIOR * sd
    distribution = np.cumsum(of_d) - of_d / 2
    for found, level in ((effect.lower, 0.025), (effect.median, 0.5), (effect.upper, 0.975)):
        assert abs(np.interp(found, d, distribution) - level) < 1e-4
    from scipy.special import ndtr

    for found, level in ((effect.pi_lower, 0.025), (effect.pi_upper, 0.975)):
        predictive = (p * ndtr((found - d[:, None]) / tau[None, :])).sum()
        assert abs(predictive - level) < 1e-5


def test_a_flat_prior_and_known_tau_is_least_squares(stored):
    """The limiting case: without heterogeneity and with a wide prior the posterior is the common-effect estimate."""
    data = stored("netmeta_senn2013")["data"]
    bayes = nma(data, measure="MD", model="common", engine="bayes", prior=Prior(HalfNormal(1), effect_sd=1e4))
    least_squares = nma(data, measure="MD", model="common")
    np.testing.assert_allclose(bayes.mean, least_squares.mean, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(bayes.covariance, least_squares.covariance, rtol=1e-6, atol=1e-9)
