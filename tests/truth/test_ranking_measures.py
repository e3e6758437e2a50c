"""P-scores, POTH, predictive P-scores, intervals of scores, tied ranks and statements about the order."""

import itertools
import math

import numpy as np
import pytest
from scipy.integrate import trapezoid as integral
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from topline.estimators import uniform_points, uniform_rows
from topline.synthesis import HalfNormal, Prior, Uniform, nma
from topline.synthesis.arrays.mixture import Mixture, joint_draws
from topline.synthesis.arrays.partial_order import partial_order
from topline.synthesis.arrays.rank_intervals import hierarchy_functional, path_interval, score_functional
from topline.synthesis.arrays.ranking import (
    better_probabilities,
    precision_of_hierarchy,
    probability_errors,
    rank_probabilities,
    ranks_in,
    tied_rank_probabilities,
)

# Published to 4 or 3 decimals
FOUR_DECIMALS, THREE_DECIMALS = 5.1e-5, 5.1e-4
# A limit is settled to 0.01 standard errors, and its tail probability is read off thousands of draws: 0.01 more. The
# slope of a score is at most 0.4 a standard error.
LIMIT = 0.008


def common_or_random(stored, name, method, better):
    truth = stored("netmeta_pscores")[name]
    model = {"model": "common"} if method == "common" else {"engine": method.lower()}
    fit = nma(truth["data"], measure=truth["measure"], better=better, **model)
    direction = "desirable" if better == "lower" else "undesirable"
    table = truth["pscore"]["DL" if method == "common" else method][direction]
    return fit, table["common" if method == "common" else "random"]


@pytest.mark.parametrize("name", ["Stowe2010", "Linde2015"])
@pytest.mark.parametrize("method", ["common", "DL", "REML", "ML"])
@pytest.mark.parametrize("better", ["lower", "higher"])
def test_p_scores_are_those_of_netmeta(name, method, better, stored, tolerances):
    fit, table = common_or_random(stored, name, method, better)
    rows = fit.ranks()
    assert {r["treatment"] for r in rows} == set(table)
    tolerance = tolerances.CLOSED_FORM if method in ("common", "DL") else tolerances.ITERATED
    for row in rows:
        assert abs(row["p_score"] - table[row["treatment"]]) < tolerance, row["treatment"]
    summary = {r["treatment"]: r["p_score"] for r in fit.rank_summary()} if method == "DL" else {}
    assert all(abs(summary[t] - table[t]) < tolerance for t in summary)


def test_published_p_scores_of_stowe(stored):
    """Balduzzi, Rücker, Nikolakopoulou et al. 2023, J Stat Softw 106(2): random effects, DerSimonian-Laird."""
    fit, _ = common_or_random(stored, "Stowe2010", "DL", "lower")
    found = [(r["treatment"], r["p_score"]) for r in fit.ranks()]
    published = [("Dopamine Agonist", 0.9677), ("MAOBI", 0.5664), ("COMTI", 0.4659), ("Placebo", 0.0000)]
    assert [t for t, _ in found] == [t for t, _ in published]
    assert all(abs(a - b) < FOUR_DECIMALS for (_, a), (_, b) in zip(found, published, strict=True))


def test_published_scores_of_smoking_cessation(stored):
    """Rosenberger, Duan, Chen and Lin 2021, BMC Med Res Methodol 21:213, table 1 (treatments 1 to 4 are A to D).

    The frequentist P-scores are the same model, and agree to the last decimal. The predictive P-scores are Bayesian
    with a binomial likelihood; ours has the normal approximation, and the plain Bayesian P-scores already differ by up
    to 0.036 for that (0.879 and 0.843 for D). The formula is checked against simulated trials below.
    """
    data = stored("netmeta_smoking_or")["data"]
    dl = {r["treatment"]: r for r in nma(data, measure="OR", engine="dl", better="higher").rank_summary()}
    for treatment, published in zip("ABCD", (0.048, 0.404, 0.710, 0.838), strict=True):
        assert abs(dl[treatment]["p_score"] - published) < THREE_DECIMALS
    bayes = nma(data, measure="OR", engine="bayes", better="higher", prior=Prior(Uniform(0, 5))).rank_summary()
    bayes = {r["treatment"]: r for r in bayes}
    table = {
        "A": (0.192, 0.061, 0.379), "B": (0.440, 0.189, 0.719), "C": (0.623, 0.425, 0.813), "D": (0.746, 0.456, 0.943),
    }  # fmt: skip
    for treatment, published in table.items():
        names = ("predictive_p_score", "predictive_lower", "predictive_upper")
        assert np.abs(np.subtract([bayes[treatment][n] for n in names], published)).max() < 0.05
        assert bayes[treatment]["lower"] is bayes[treatment]["upper"] is None


def plain_draws(mixture, n, seed):
    """Effects (n, T) and tau (n,) by ordinary simulation."""
    g = np.random.default_rng(seed)
    counts = g.multinomial(n, mixture.weights)
    parts = [
        g.multivariate_normal(m, c, k, method="svd")
        for m, c, k in zip(mixture.means, mixture.covariances, counts, strict=True)
    ]
    return np.concatenate(parts), np.repeat(np.sqrt(mixture.tau2), counts)


@pytest.mark.parametrize("engine", ["reml", "bayes"])
def test_predictive_scores_by_simulation_of_new_trials(engine, stored, tolerances):
    """A new trial of all treatments: effects d + N(0, tau2 on every contrast), that is tau2/2 on every arm."""
    prior = Prior(HalfNormal(0.5)) if engine == "bayes" else None
    fit = nma(stored("netmeta_senn2013")["data"], measure="MD", engine=engine, better="lower", prior=prior)
    n = 60_000
    effects, tau = plain_draws(fit.estimate.mixture, n, 5)
    new = effects + np.random.default_rng(6).standard_normal(effects.shape) * tau[:, None] / math.sqrt(2)
    beaten = (new[:, :, None] < new[:, None, :]).sum(axis=2) / (new.shape[1] - 1)
    shares = np.stack(
        [
            np.where(np.arange(10) == k, 0, ndtr((effects - effects[:, [k]]) / tau[:, None])).sum(axis=1) / 9
            for k in range(10)
        ],
        axis=1,
    )
    for row in fit.rank_summary():
        k = fit.network.index(row["treatment"])
        error = tolerances.MONTE_CARLO_SE * beaten[:, k].std() / math.sqrt(n)
        assert abs(row["predictive_p_score"] - beaten[:, k].mean()) < error
        low, high = np.quantile(shares[:, k], [0.025, 0.975])
        assert abs(row["predictive_lower"] - low) < 0.02
        assert abs(row["predictive_upper"] - high) < 0.02


def test_poth_is_one_for_a_certain_order_and_0_for_none():
    for n in (2, 3, 7):
        assert precision_of_hierarchy(np.linspace(0, 1, n)) == pytest.approx(1, abs=1e-14)
        assert precision_of_hierarchy(np.full(n, 0.5)) == 0


def test_poth_by_the_variance_of_ranks(stored, tolerances):
    """Wigle et al. 2025: (n^2 - 1)/12 is the variance of the mean ranks plus the mean variance of a treatment's rank.

    So POTH is 1 - mean variance of ranks / ((n^2 - 1)/12), here from the rank probabilities.
    """
    for name, better in (("netmeta_senn2013", "lower"), ("netmeta_smoking_or", "higher")):
        truth = stored(name)
        fit = nma(truth["data"], measure=truth["measure"], better=better)
        rows = fit.result.ranks
        n = len(rows)
        places = np.arange(1, n + 1)
        spread = [np.dot(r.probabilities, (places - np.dot(r.probabilities, places)) ** 2) for r in rows]
        expected = 1 - np.mean(spread) / ((n * n - 1) / 12)
        assert abs(fit.poth().value - expected) < 5 * tolerances.QUASI_RANDOM


def test_poth_of_published_networks(stored):
    """From netmeta's own P-scores: Stowe 2010, random effects, 0.854; Senn 2013, common effect 0.899, random 0.669.

    The formula is Wigle et al. 2025, POTH = 12 (n - 1)/(n (n + 1)) sum (s - 1/2)^2.
    """
    stowe, table = common_or_random(stored, "Stowe2010", "DL", "lower")
    by_hand = 12 * 3 / 20 * sum((s - 0.5) ** 2 for s in table.values())
    assert by_hand == pytest.approx(0.854, abs=5e-4)
    assert float(stowe.poth()) == pytest.approx(by_hand, abs=1e-6)
    senn = stored("netmeta_senn2013")["data"]
    for model, expected in (({"model": "common"}, 0.899), ({"engine": "dl"}, 0.669)):
        assert nma(senn, measure="MD", better="lower", **model).poth().value == pytest.approx(expected, abs=5e-4)


def test_local_poth_and_residuals_by_hand(stored):
    truth = stored("netmeta_senn2013")
    fit = nma(truth["data"], measure="MD", better="lower", engine="dl")
    better = better_probabilities(fit.estimate.mixture, -1)

    def by_hand(names):
        index = [fit.network.index(t) for t in names]
        scores = [sum(better[i, j] for j in index if j != i) / (len(index) - 1) for i in index]
        n = len(index)
        return 12 * (n - 1) / (n * (n + 1)) * sum((s - 0.5) ** 2 for s in scores)

    whole = fit.poth()
    rows = whole.treatments
    for k, row in enumerate(rows):
        others = [r["treatment"] for r in rows if r is not row]
        assert row["without"] == pytest.approx(by_hand(others), abs=1e-12)
        assert row["residual"] == pytest.approx(whole.value - by_hand(others), abs=1e-12)
        above = [r["treatment"] for r in rows[: k + 1]]
        assert row["best"] == (None if k == 0 else pytest.approx(by_hand(above), abs=1e-12))
    local = fit.poth(["plac", "metf", "rosi"])
    assert local.value == pytest.approx(by_hand(["metf", "plac", "rosi"]), abs=1e-12)
    assert [r["treatment"] for r in local.treatments] == ["rosi", "metf", "plac"]


def test_two_treatments_have_the_exact_interval():
    """With one contrast the score is Phi(z), and its interval Phi(z -+ 1.96)."""
    se = np.array([[0, 0.4], [0.4, 0]])
    covariance = np.array([[0, 0], [0, 0.16]])
    noise = np.stack([np.zeros(2039), 0.4 * ndtri((np.arange(2039) + 0.5) / 2039)])
    for effect in (-1.0, 0.0, 0.3, 1.2):
        z = effect / 0.4
        found = path_interval(score_functional(se, 1), np.array([0, effect]), covariance, noise, 0.95)
        assert found == pytest.approx((ndtr(z - 1.959964), ndtr(z + 1.959964)), abs=LIMIT)


def three_trials(ci):
    """Differences of 0.5, 0.9 and 0.3, each with standard error 0.2 sqrt(2): the mean is 0.567, Q 4.67/2 a degree."""
    rows = [
        {"study": s, "treatment": t, "mean": m, "se": 0.2} for s, y in zip("123", (0.5, 0.9, 0.3), strict=True)
        for t, m in (("A", y), ("P", 0.0))
    ]  # fmt: skip
    return nma(rows, measure="MD", better="higher", reference="P", ci=ci)


def test_with_knapp_hartung_intervals_ranks_are_by_t(tolerances):
    """The league has t with 2 degrees of freedom; so have the P-score, its interval and the rank probabilities."""
    fit = three_trials("hksj")
    (effect,) = fit.effects()
    z, reach = effect["estimate"] / effect["se"], stdtrit(2, 0.975)
    assert effect["lower"] == pytest.approx(effect["estimate"] - reach * effect["se"], abs=1e-12)
    best = fit.rank_summary()[0]
    assert best["treatment"] == "A"
    assert best["p_score"] == fit.ranks()[0]["sucra"] == pytest.approx(stdtr(2, z), abs=1e-12)
    assert best["lower"] == pytest.approx(stdtr(2, z - reach), abs=LIMIT)
    assert best["upper"] == pytest.approx(stdtr(2, z + reach), abs=LIMIT)
    assert best["lower"] < 0.5
    assert abs(best["probability_best"] - stdtr(2, z)) < tolerances.QUASI_RANDOM
    beyond = stdtr(2, (effect["estimate"] - 0.2) / effect["se"])
    assert fit.ranks(minimum_difference=0.2)[0]["p_score"] == pytest.approx(beyond, abs=1e-12)
    found = fit.hierarchy_probability(better=("A", "P"), minimum_difference=0.2)
    assert abs(found.probability - beyond) < tolerances.QUASI_RANDOM
    poth = fit.poth()
    assert poth.value == pytest.approx(4 * (stdtr(2, z) - 0.5) ** 2, abs=1e-12)
    assert poth.p_equal == pytest.approx(2 * (1 - stdtr(2, z)), abs=2e-3)
    assert poth.lower == 0
    assert three_trials("wald").ranks()[0]["p_score"] > 0.99


def test_draws_with_knapp_hartung_intervals_by_plain_simulation(stored, tolerances):
    """A multivariate t: normal draws over the root of chi-square/df. A new trial: t with tau2 in the variance."""
    fit = nma(stored("netmeta_senn2013")["data"], measure="MD", better="lower", ci="hksj", engine="dl")
    degrees, n, g = fit.estimate.t_degrees, 60_000, np.random.default_rng(4)
    assert degrees == 18
    effects, tau = plain_draws(fit.estimate.mixture, n, 5)
    stretch = np.sqrt(degrees / g.chisquare(degrees, n))[:, None]
    sample = fit.mean + (effects - fit.mean) * stretch
    places = np.argsort(np.argsort(sample, axis=1), axis=1)
    new = sample + g.standard_normal(sample.shape) * stretch * tau[:, None] / math.sqrt(2)
    beaten = (new[:, :, None] < new[:, None, :]).sum(axis=2) / 9
    for row in fit.ranks():
        k = fit.network.index(row["treatment"])
        expected = np.bincount(places[:, k], minlength=10) / n
        found = np.array([row[f"probability_{r}"] for r in range(1, 11)])
        error = np.sqrt(np.maximum(expected * (1 - expected), 1 / n) / n)
        assert (np.abs(found - expected) < tolerances.MONTE_CARLO_SE * error + tolerances.QUASI_RANDOM).all()
        assert abs(row["sucra"] - (10 - found @ np.arange(1, 11)) / 9) < tolerances.QUASI_RANDOM
    for row in fit.rank_summary():
        shares = beaten[:, fit.network.index(row["treatment"])]
        error = tolerances.MONTE_CARLO_SE * shares.std() / math.sqrt(n)
        assert abs(row["predictive_p_score"] - shares.mean()) < error
    x = fit.draws(60_000, 1)
    for p in (0.025, 0.975):
        limits = fit.mean + stdtrit(degrees, p) * np.sqrt(np.diag(fit.covariance))
        assert np.abs(np.quantile(x, p, axis=0) - limits).max() < 0.01


def test_gradients_by_differences():
    g = np.random.default_rng(3)
    root = g.standard_normal((5, 5))
    covariance = root @ root.T
    variance = np.diag(covariance)
    se = np.sqrt(variance[:, None] + variance - 2 * covariance)
    x, step = g.standard_normal(5), 1e-6
    for degrees in (None, 3):
        for h in (*(score_functional(se, k, degrees) for k in range(5)), hierarchy_functional(se, degrees)):
            ends = [(h.value((x + e)[:, None])[0], h.value((x - e)[:, None])[0]) for e in step * np.eye(5)]
            np.testing.assert_allclose(h.gradient(x), np.diff(ends)[:, 0] / (-2 * step), atol=1e-8)


def test_the_lower_limit_of_poth_is_not_a_saddle(stored):
    """Steepest descent from the estimates ends where some treatments are level and placebo is apart.

    There a POTH as high as the one found is still far too probable for a limit; on the straight line on to equality
    that probability comes down to 0.025 at the limit. 100,000 plain draws; the limit is where a quasi-random 8,191 have
    it, and moves by about 2 for each 1 of that probability.
    """
    fit = nma(stored("netmeta_senn2013")["data"], measure="MD", better="lower", engine="dl")
    mean, covariance = -fit.mean, fit.covariance
    variance = np.diag(covariance)
    h = hierarchy_functional(np.sqrt(variance[:, None] + variance - 2 * covariance))
    noise = np.random.default_rng(2).multivariate_normal(0 * mean, covariance, 100_000, method="svd").T
    saddle = mean
    for _ in range(2000):
        saddle = saddle - 0.2 * covariance @ h.gradient(saddle)
    poth = fit.poth()

    def as_high(share):
        return (h.value(share * saddle[:, None] + noise) >= poth.value).mean()

    assert h.value(saddle[:, None])[0] > 0.2
    assert as_high(1.0) > 0.1
    low, high = 0.0, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (middle, high) if as_high(middle) < 0.025 else (low, middle)
    assert poth.lower == pytest.approx(h.value(low * saddle[:, None])[0], abs=0.02)
    assert abs(poth.p_equal - as_high(0.0)) < 4 * poth.p_equal_error


def test_intervals_cover_the_score_of_the_true_effects(stored):
    """Estimates simulated around true effects with the covariance of the smoking network, 60 for each.

    Longer runs stand in ``arrays/rank_intervals.py``. The percentile interval, which recomputes the measure for
    estimates plus noise, never covers POTH when the treatments are equal, and the lowest P-score of Senn 2013 in 73%.
    """
    fit = nma(stored("netmeta_smoking_or")["data"], measure="OR", better="higher", engine="dl")
    mixture = fit.estimate.mixture
    mean, covariance = mixture.means[0], mixture.covariances[0]
    noise = joint_draws(mixture, 509, 1)[0] - mean[:, None]
    variance = np.diag(covariance)
    se = np.sqrt(variance[:, None] + variance - 2 * covariance)
    scores, poth = [score_functional(se, k) for k in range(4)], hierarchy_functional(se)
    g = np.random.default_rng(8)
    for share in (0.0, 1.0):
        truth = share * mean
        true_scores = np.array([h.value(truth[:, None])[0] for h in scores])
        true_poth = poth.value(truth[:, None])[0]
        kept, kept_poth, kept_percentile = np.zeros(4), 0, 0
        for x in g.multivariate_normal(truth, covariance, 60, method="svd"):
            limits = np.array([path_interval(h, x, covariance, noise, 0.95) for h in scores])
            kept += (limits[:, 0] <= true_scores) & (true_scores <= limits[:, 1])
            lower, upper = path_interval(poth, x, covariance, noise, 0.95)
            kept_poth += lower <= true_poth <= upper
            kept_percentile += np.quantile(poth.value(x[:, None] + noise), 0.025) <= true_poth
        assert kept.min() >= 0.8 * 60
        assert kept_poth >= 0.87 * 60
        if share == 0:
            assert kept_percentile == 0


def test_poth_when_all_treatments_are_equal():
    """Two equal treatments: the score U is uniform, POTH = 4 (U - 1/2)^2 has mean 1/3, P(POTH >= v) = 1 - sqrt(v)."""
    rows = [
        {"study": s, "treatment": t, "mean": m, "sd": 1, "n": 50}
        for s, a, b in (("1", 0.0, 0.2), ("2", 0.1, 0.15))
        for t, m in (("a", a), ("b", b))
    ]
    found = nma(rows, measure="MD", better="higher", model="common").poth()
    assert found.if_equal == pytest.approx(1 / 3, abs=2e-3)
    assert found.p_equal == pytest.approx(1 - math.sqrt(found.value), abs=2e-3)
    assert found.lower == 0


def test_tied_ranks_of_two_treatments_in_closed_form(tolerances):
    """Within the difference each has half of rank 1: P(better) + P(tied)/2."""
    for mean, difference in ((0.3, 0.5), (-1.0, 0.2), (0.0, 1.0)):
        mixture = Mixture(0, np.ones(1), np.zeros(1), np.array([[0, mean]]), np.array([[[0, 0], [0, 1.0]]]))
        above, below = ndtr(mean - difference), ndtr(-mean - difference)
        np.testing.assert_allclose(better_probabilities(mixture, 1, difference), [[0, below], [above, 0]], atol=1e-14)
        found = tied_rank_probabilities(mixture, 1, difference, 16381, 2)
        tied = 1 - above - below
        expected = [[below + tied / 2, above + tied / 2], [above + tied / 2, below + tied / 2]]
        np.testing.assert_allclose(found, expected, atol=tolerances.QUASI_RANDOM)


def test_tied_ranks_draw_by_draw(stored, tolerances):
    """Rank by rank in each draw; and the mean rank, which needs no draws, against the probabilities."""
    fit = nma(stored("netmeta_parkinson")["data"], measure="MD", better="lower")
    mixture, delta = fit.estimate.mixture, 0.3
    merit = -joint_draws(mixture, 1021, fit.spec.seed)[0]
    n = len(merit)
    expected = np.zeros((n, n))
    for draw in merit.T:
        for i in range(n):
            better = sum(draw[j] - draw[i] > delta for j in range(n))
            tied = sum(abs(draw[j] - draw[i]) <= delta for j in range(n))
            for place in range(better, better + tied):
                expected[i, place] += 1 / tied / 1021
    np.testing.assert_allclose(tied_rank_probabilities(mixture, -1, delta, 1021, fit.spec.seed), expected, atol=1e-12)
    for row in fit.ranks(minimum_difference=delta):
        places = [row[f"probability_{k}"] for k in range(1, n + 1)]
        assert sum(places) == pytest.approx(1, abs=1e-9)
        mean_rank = sum(k * p for k, p in enumerate(places, 1))
        assert row["mean_rank"] == pytest.approx(mean_rank, abs=5 * tolerances.QUASI_RANDOM)
        assert row["sucra"] == pytest.approx((n - row["mean_rank"]) / (n - 1), abs=1e-12)
        assert row["p_score"] <= row["sucra"]
    assert sum(r["sucra"] for r in fit.ranks(minimum_difference=delta)) == pytest.approx(n / 2, abs=1e-12)


def test_p_scores_with_a_difference_by_quadrature(stored):
    """P(better by more than log 1.25), pair by pair, by the trapezoid rule on the normal density."""
    fit = nma(stored("netmeta_smoking_or")["data"], measure="OR", better="higher", engine="dl")
    league = {(c["treatment"], c["reference"]): c for c in fit.league()}
    grid = np.linspace(-12, 12, 200_001)
    density = np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi)
    for row in fit.ranks(minimum_difference=1.25):
        wins = []
        for other in fit.treatments:
            if other != row["treatment"]:
                cell = league[row["treatment"], other]
                beyond = cell["estimate"] + cell["se"] * grid > math.log(1.25)
                wins.append(integral(density * beyond, grid))
        assert row["p_score"] == pytest.approx(np.mean(wins), abs=1e-4)


def test_the_error_of_the_probabilities_is_their_spread(stored):
    """Against 24 other shifts of the lattice: within a factor of 2, for the mean over all probabilities."""
    fit = nma(stored("netmeta_senn2013")["data"], measure="MD", better="lower", engine="dl")
    mixture = fit.estimate.mixture
    found = probability_errors(mixture, -1, 4093, 1)
    spread = np.stack([rank_probabilities(mixture, -1, 4093, 100 + k) for k in range(24)]).std(axis=0, ddof=1)
    assert 0.5 < found.mean() / spread.mean() < 2
    assert (found > 0).all()


def test_points_by_row_are_the_points():
    for n, dimensions in ((1, 3), (4, 0), (1000, 5), (4093, 21)):
        np.testing.assert_array_equal(uniform_rows(n, dimensions, 6), uniform_points(n, dimensions, 6).T)


def test_ranks_are_counted_as_by_sorting():
    merit = np.random.default_rng(4).standard_normal((9, 400))
    np.testing.assert_array_equal(ranks_in(merit), np.argsort(np.argsort(-merit, axis=0), axis=0) + 1)
    assert ranks_in(np.arange(300.0)[:, None])[0, 0] == 300


@pytest.mark.parametrize("engine", ["dl", "bayes"])
def test_statements_by_plain_simulation(engine, stored, tolerances):
    prior = Prior(HalfNormal(0.5)) if engine == "bayes" else None
    fit = nma(stored("netmeta_senn2013")["data"], measure="MD", engine=engine, better="lower", prior=prior)
    n = 40_000
    x = dict(zip(fit.treatments, plain_draws(fit.estimate.mixture, n, 9)[0].T, strict=True))
    everyone = np.stack(list(x.values()))
    lowest = everyone.min(axis=0)
    cases = [
        ({"best": "rosi"}, x["rosi"] == lowest),
        ({"best": ["rosi", "piog"]}, np.minimum(x["rosi"], x["piog"]) == lowest),
        ({"among_best": {"metf": 3, "piog": 4}},
         ((everyone < x["metf"]).sum(axis=0) < 3) & ((everyone < x["piog"]).sum(axis=0) < 4)),
        ({"order": ["rosi", "acar", "sulf"]}, (x["rosi"] < x["acar"]) & (x["acar"] < x["sulf"])),
        ({"better": ("rosi", "sulf"), "minimum_difference": 0.5}, x["rosi"] < x["sulf"] - 0.5),
        ({"best": "rosi", "better": [("metf", "acar"), ("metf", "migl")]},
         (x["rosi"] == lowest) & (x["metf"] < x["acar"]) & (x["metf"] < x["migl"])),
    ]  # fmt: skip
    for question, holds in cases:
        found = fit.hierarchy_probability(**question)
        p = float(holds.mean())
        allowed = tolerances.MONTE_CARLO_SE * (math.sqrt(p * (1 - p) / n) + found.error) + tolerances.QUASI_RANDOM
        assert abs(found.probability - p) < allowed, found


def test_orders_of_three_treatments_in_closed_form(tolerances):
    """Equal means: a > b > c has the orthant probability 1/4 + asin(r)/(2 pi) of a - b and b - c (Sheppard 1899)."""
    rows = [
        {"study": f"{s}", "treatment": t, "mean": 0.0, "sd": sd, "n": 40}
        for s, pair in enumerate((("a", "b"), ("b", "c"), ("a", "c")))
        for t, sd in zip(pair, (1.0 + s, 1.0), strict=True)
    ]
    fit = nma(rows, measure="MD", better="higher", model="common")
    c = fit.covariance
    orders = {tuple(r[f"rank_{k}"] for k in (1, 2, 3)): r["probability"] for r in fit.hierarchies()}
    assert sum(orders.values()) == pytest.approx(1, abs=1e-12)
    for order in itertools.permutations("abc"):
        i, j, k = (fit.treatments.index(t) for t in order)
        first, second = np.zeros(3), np.zeros(3)
        first[[i, j]], second[[j, k]] = (1, -1), (1, -1)
        r = first @ c @ second / math.sqrt((first @ c @ first) * (second @ c @ second))
        expected = 0.25 + math.asin(r) / (2 * math.pi)
        assert orders[order] == pytest.approx(expected, abs=tolerances.QUASI_RANDOM)
        assert fit.hierarchy_probability(order=order).probability == pytest.approx(orders[order], abs=1e-12)


def test_the_partial_order_by_definition():
    """Every pair and every path, against the matrix form; random scores of 12 elements in 2 and 3 outcomes."""
    g = np.random.default_rng(12)
    for outcomes in (2, 3):
        scores = g.random((12, outcomes)).round(1)
        poset = partial_order(scores)
        n = range(12)
        above = {(i, j) for i in n for j in n if (scores[i] >= scores[j]).all() and (scores[i] > scores[j]).any()}
        covers = {(i, j) for i, j in above if not any((i, k) in above and (k, j) in above for k in n)}
        assert set(zip(*np.nonzero(poset.above), strict=True)) == above
        assert set(zip(*np.nonzero(poset.covers), strict=True)) == covers
        equal = {(i, j) for i in n for j in n if i != j and (scores[i] == scores[j]).all()}
        assert set(zip(*np.nonzero(poset.equal), strict=True)) == equal
        free = {(i, j) for i in n for j in n if i != j and not {(i, j), (j, i)} & (above | equal)}
        assert set(zip(*np.nonzero(poset.incomparable), strict=True)) == free

        def depth(j, above=above):
            return max((depth(i) + 1 for i, k in above if k == j), default=0)

        assert poset.level.tolist() == [depth(j) for j in n]
