"""Every leave-one-out fit against a refit of the same data without it; nothing here uses a downdate or interpolates."""

import itertools

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.arrays.heterogeneity import tau2_likelihood, tau2_moments
from topline.synthesis.arrays.laplacian import arm_arrays, solve
from topline.synthesis.arrays.leave_out import METHODS, leave_out
from topline.synthesis.effects import effects
from topline.synthesis.league import league

RATIO = {"measure": "OR", "better": "higher"}


def random_network(seed):
    """A tree of trials joins all treatments, further trials have 2 to 5 arms, variances span decades; some outliers."""
    g = np.random.default_rng(seed)
    n = 3 + seed % 8
    trials = n - 1 + (5 * seed) % 13
    truth, arms = g.normal(size=n), []
    for s in range(trials):
        m = int(g.integers(2, 3 + seed % 4))
        first = [s + 1, int(g.integers(0, s + 1))] if s < n - 1 else []
        others = [int(t) for t in g.permutation(min(n, s + 2)) if int(t) not in first]
        arms += [(s, t) for t in (first + others)[: min(m, n)]]
    study, treatment = np.array(arms).T
    v = np.exp(g.normal(-2, 0.3 + 0.3 * (seed % 5), len(study)))
    y = truth[treatment] + g.normal(size=len(study)) * np.sqrt(v + 0.05 * (seed % 3))
    y[study == trials - 1] += 8 * (seed % 3 == 0) * g.normal(size=(study == trials - 1).sum())
    return arm_arrays(study, treatment, y, v, n)


def joined(arms, keep, ground):
    """Which of the arms ``keep`` (A,) are joined to the ground, by spreading from it until nothing is added."""
    reached = {ground}
    while True:
        studies = {s for s, t, k in zip(arms.study, arms.treatment, keep, strict=True) if k and t in reached}
        more = {t for s, t, k in zip(arms.study, arms.treatment, keep, strict=True) if k and s in studies}
        if more <= reached:
            return np.array([k and t in reached for t, k in zip(arms.treatment, keep, strict=True)])
        reached |= more


def tau2_of(arms, method):
    if method in ("reml", "ml"):
        return tau2_likelihood(arms, restricted=method == "reml")
    return tau2_moments(arms) if method == "dl" else 0.0


def check_against_refits(arms, method, ground, tolerance):
    out = leave_out(arms, method, tau2_of(arms, method), ground)
    for k in range(arms.n_studies):
        inside = joined(arms, arms.study != k, ground)
        if not inside.any():
            assert np.isnan(out.effects[k]).all()
            assert np.isnan(out.q[k])
            continue
        kept, new = np.unique(arms.treatment[inside], return_inverse=True)
        rest = arm_arrays(arms.study[inside], new, arms.y[inside], arms.v[inside], len(kept))
        tau2 = tau2_of(rest, method)
        again = solve(rest, tau2, ground=int(np.flatnonzero(kept == ground)[0]))
        se = np.sqrt(np.diag(again.covariance))
        scale = np.where(se > 0, se, 1.0)
        assert set(np.flatnonzero(np.isfinite(out.effects[k]))) == set(kept)
        assert (np.abs(out.effects[k, kept] - again.effects) <= tolerance * scale).all()
        assert (np.abs(out.se[k, kept] - se) <= tolerance * scale).all()
        assert out.degrees[k] == rest.degrees
        assert abs(out.q[k] - solve(rest, 0.0).q) <= tolerance * (1 + out.q[k])
        if method != "common" and rest.degrees < 1:
            assert np.isnan(out.tau2[k])
            continue
        assert abs(out.tau2[k] - tau2) <= tolerance * (tau2 + np.exp(np.log(rest.v).mean()))
        assert abs(out.q_model[k] - again.q) <= tolerance * (1 + again.q)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [0, 1, 3, 6, 7, 11])
def test_random_networks(seed, method, tolerances):
    """Bridges, treatments that one trial alone has, trials of up to five arms, outliers, tau2 of 0 and of far above."""
    arms = random_network(seed)
    check_against_refits(arms, method, seed % arms.n_treatments, tolerances.SAME_FORMULA)


def test_a_study_that_nearly_holds_the_network_together(tolerances):
    """Its leverage is within 1e-9 of 1, so that a downdate would lose most digits: such a study is fitted anew."""
    study, treatment = np.repeat(np.arange(6), 2), np.array([0, 1, 0, 1, 1, 2, 1, 2, 0, 2, 0, 1])
    v = np.full(12, 0.1)
    v[[4, 5]] = 1e-5
    v[[6, 7, 8, 9]] = 1e5
    y = np.random.default_rng(2).normal(size=12)
    arms = arm_arrays(study, treatment, y, v, 3)
    out = leave_out(arms, "common", 0.0)
    assert 0 < 1 - out.leverage[2] < 1e-7
    check_against_refits(arms, "common", 0, tolerances.SAME_FORMULA)
    check_against_refits(arms, "dl", 0, tolerances.SAME_FORMULA)


@pytest.mark.parametrize("method", METHODS)
def test_a_bridge_between_two_loops(method, tolerances):
    """Without the one trial between two loops, each side is fitted to its own evidence, tau2 too."""
    pairs = [(0, 1), (1, 2), (0, 2), (0, 1), (2, 3), (3, 4), (4, 5), (3, 5), (4, 5)]
    g = np.random.default_rng(8)
    study, treatment = np.repeat(np.arange(9), 2), np.array(pairs).ravel()
    arms = arm_arrays(study, treatment, g.normal(size=18), g.uniform(0.01, 0.1, 18), 6)
    for ground, side in ((0, [0, 1, 2]), (5, [3, 4, 5])):
        check_against_refits(arms, method, ground, tolerances.SAME_FORMULA)
        left = leave_out(arms, method, 0.1, ground).effects[4]
        assert np.flatnonzero(np.isfinite(left)).tolist() == side


def without(data, study):
    return [row for row in data if row["study"] != study]


@pytest.mark.parametrize("request_", [{"engine": "reml"}, {"model": "common"}, {"ci": "hksj-floor"}], ids=str)
def test_labelled_fits_to_smoking_cessation(request_, stored, tolerances):
    """24 trials, two of three arms: every printed number of every fit, limits too."""
    data = stored("netmeta_smoking_or")["data"]
    fit = nma(data, **RATIO, reference="A", **request_)
    rows = {(r["left_out"], r["treatment"]): r for r in fit.leave_one_out()}
    influence = {r["study"]: r for r in fit.influence()}
    assert len(rows) == 24 * 3
    for study in fit.network.studies:
        again = nma(without(data, study), **RATIO, reference="A", **request_).estimate
        assert abs(influence[study]["tau2"] - again.tau2) < tolerances.SAME_FORMULA
        assert abs(influence[study]["q"] - again.q_parts.total) < tolerances.SAME_FORMULA * again.q_parts.total
        assert influence[study]["df"] == again.q_parts.df
        assert influence[study]["best"] == fit.treatments[int(np.argmax(again.mixture.mean()))]
        for effect in effects(again):
            row = rows[study, effect.treatment]
            for name in ("estimate", "se", "lower", "upper"):
                assert tolerances.close(row[name], getattr(effect, name), tolerances.SAME_FORMULA, effect.se)


def test_the_comparison_that_moves_most(stored):
    """Among all pairs of all refits, in standard errors of the full fit's league."""
    data = stored("netmeta_smoking_or")["data"]
    fit = nma(data, **RATIO, reference="A")
    full = {(c.treatment, c.reference): c for c in league(fit.estimate)}
    for row in fit.influence():
        again = {(c.treatment, c.reference): c for c in league(nma(without(data, row["study"]), **RATIO).estimate)}
        moves = {
            pair: (again[pair].estimate - full[pair].estimate) / full[pair].se
            for pair in itertools.permutations(fit.treatments, 2)
        }
        pair = row["treatment"], row["reference"]
        assert row["largest_change"] == pytest.approx(moves[pair], rel=1e-6)
        assert abs(moves[pair]) == pytest.approx(max(map(abs, moves.values())), rel=1e-9)


def test_what_a_study_takes_with_it(stored, tolerances):
    """Senn2013: two drugs hang on one trial each; what is left is fitted as if it had been read alone."""
    data = stored("netmeta_senn2013")["data"]
    fit = nma(data, measure="MD", reference="plac")
    influence = {r["study"]: r for r in fit.influence()}
    trials = {t: {r["study"] for r in data if t in (r["treat1"], r["treat2"])} for t in fit.treatments}
    lonely = {next(iter(own)): t for t, own in trials.items() if len(own) == 1}
    assert lonely
    assert {study: r["lost"] for study, r in influence.items() if r["lost"]} == lonely
    rows = {(r["left_out"], r["treatment"]): r for r in fit.leave_one_out()}
    for study, lost in lonely.items():
        again = nma(without(data, study), measure="MD", reference="plac")
        assert rows[study, lost]["estimate"] is rows[study, lost]["se"] is rows[study, lost]["change"] is None
        assert influence[study]["tau2"] == pytest.approx(again.estimate.tau2, abs=1e-10)
        assert influence[study]["largest_change"] == 0
        assert influence[study]["leverage"] == pytest.approx(1)
        for effect in effects(again.estimate):
            row = rows[study, effect.treatment]
            assert tolerances.close(row["estimate"], effect.estimate, tolerances.SAME_FORMULA, effect.se)
            assert tolerances.close(row["se"], effect.se, tolerances.SAME_FORMULA)


@pytest.mark.parametrize("engine", ["reml", "bayes"])
def test_treatments_and_other_engines_are_refits(engine, stored, tolerances):
    request_ = {"engine": engine, **({"prior": "halfnormal(0.5)"} if engine == "bayes" else {})}
    data = [r for r in stored("netmeta_smoking_or")["data"] if r["study"] in {"1", "2", "3", "4", "6", "7", "24"}]
    fit = nma(data, **RATIO, reference="A", **request_)
    for by, names in (("treatment", ["B", "C", "D"]), ("study", ["1", "24"])):
        rows = fit.leave_one_out(by)
        assert {r["left_out"] for r in rows} == set(names) if by == "treatment" else set(fit.network.studies)
        for name in names:
            again = nma([r for r in data if r[by] != name], **RATIO, reference="A", **request_)
            expected = {e.treatment: e for e in effects(again.estimate)}
            found = {r["treatment"]: r for r in rows if r["left_out"] == name}
            assert {t for t, r in found.items() if r["estimate"] is not None} == set(expected)
            for treatment, effect in expected.items():
                for key in ("estimate", "se", "lower", "upper"):
                    value = getattr(effect, key)
                    assert tolerances.close(found[treatment][key], value, tolerances.SAME_FORMULA, effect.se)
