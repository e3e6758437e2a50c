"""Network meta-analysis against netmeta 3.3-1 (files netmeta_*.json; package, version and call inside each)."""

import itertools

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.arrays.flows import edge_conductance, edge_shares

FILES = {
    "netmeta_senn2013": ("MD", "lower"),
    "netmeta_smoking_or": ("OR", "higher"),
    "netmeta_smoking_rr": ("RR", "higher"),
    "netmeta_smoking_rd": ("RD", "higher"),
    "netmeta_parkinson": ("MD", "lower"),
}


def entry(matrix, row, column):
    return matrix["values"][matrix["rows"].index(row)][matrix["cols"].index(column)]


@pytest.fixture(params=FILES)
def case(request, stored):
    measure, better = FILES[request.param]
    truth = stored(request.param)
    fit = nma(truth["data"], measure=measure, engine="dl", better=better, reference=truth["models"]["DL"]["reference"])
    return truth, truth["models"]["DL"], fit


def check_effects(result, expected, tolerances, tolerance):
    columns = zip(*(expected[k] for k in ("TE", "seTE", "lower", "upper")), strict=True)
    rows = dict(zip(expected["treatment"], columns, strict=True))
    assert len(result.effects) == len(rows) - 1
    for effect in result.effects:
        te, se, lower, upper = rows[effect.treatment]
        for found, wanted in ((effect.estimate, te), (effect.se, se), (effect.lower, lower), (effect.upper, upper)):
            assert tolerances.close(found, wanted, tolerance, se), effect


def test_effects_and_tau2_by_moments(case, tolerances):
    _, model, fit = case
    result = fit.result
    tau2 = model["heterogeneity"]["tau2"]
    assert abs(result.tau2 - tau2) <= tolerances.CLOSED_FORM * tau2 + tolerances.BOUNDARY_TAU2 * (tau2 == 0)
    check_effects(result, model["vs_reference"]["random"], tolerances, tolerances.CLOSED_FORM)


def test_common_effect(case, tolerances):
    truth, model, _ = case
    fit = nma(truth["data"], measure=truth["measure"], model="common", reference=model["reference"])
    assert fit.result.tau2 == 0
    check_effects(fit.result, model["vs_reference"]["common"], tolerances, tolerances.CLOSED_FORM)


@pytest.mark.parametrize("engine", ["reml", "ml"])
@pytest.mark.parametrize("name", [n for n in FILES if n != "netmeta_senn2013"])
def test_likelihood(name, engine, stored, tolerances):
    truth = stored(name)
    model = truth["models"][engine.upper()]
    result = nma(truth["data"], measure=truth["measure"], engine=engine, reference=model["reference"]).result
    tau2 = model["heterogeneity"]["tau2"]
    assert abs(result.tau2 - tau2) <= tolerances.ITERATED * tau2 + tolerances.BOUNDARY_TAU2
    check_effects(result, model["vs_reference"]["random"], tolerances, tolerances.ITERATED)


def test_senn_likelihood_with_the_whole_covariance(stored, dense, tolerances):
    """netmeta's REML (0.10105007) and ML (0.05673855) ignore that Willms 1999's two contrasts share an arm.

    Second derivation: a golden-section search on the dense restricted likelihood. With the shared variance left out
    of V it gives netmeta's values, with it ours (REML 0.09991746).
    """
    truth = stored("netmeta_senn2013")
    fit = nma(truth["data"], measure="MD", reference="plac")
    y, x, v, sigma = dense.contrasts(fit.network.arrays)
    x = np.delete(x, fit.network.index("plac"), axis=1)
    willms = np.flatnonzero(np.abs(v - np.diag(np.diag(v))).sum(axis=1))
    assert len(willms) == 2
    # the study's rows above are metformin and placebo versus acarbose; netmeta takes acarbose and metformin versus
    # placebo
    to_placebo = np.eye(len(y))
    to_placebo[np.ix_(willms, willms)] = [[0, -1], [1, -1]]
    y, x = to_placebo @ y, to_placebo @ x
    v, sigma = to_placebo @ v @ to_placebo.T, to_placebo @ sigma @ to_placebo.T
    for engine, restricted in (("reml", True), ("ml", False)):
        ours = nma(truth["data"], measure="MD", reference="plac", engine=engine).result.tau2

        def maximise(covariance, restricted=restricted):
            return dense.golden_section(
                lambda t: dense.log_likelihood(y, x, covariance, sigma, t, restricted), 0.0, 1.0
            )

        # a maximum is found to the square root of the precision of the likelihood
        assert abs(ours - maximise(v)) < 1e-6
        theirs = truth["models"][engine.upper()]["heterogeneity"]["tau2"]
        assert abs(maximise(np.diag(np.diag(v))) - theirs) < 1e-6
    assert abs(fit.result.tau2 - 0.09991746) < 5e-9


def test_q_and_its_parts(case, tolerances):
    _, model, fit = case
    h, q = model["heterogeneity"], fit.result.q
    pairs = [
        (q.total, h["Q"]), (q.within, h["Q_heterogeneity"]), (q.between, h["Q_inconsistency"]),
        (q.p, h["pval_Q"]), (q.p_within, h["pval_Q_heterogeneity"]), (q.p_between, h["pval_Q_inconsistency"]),
    ]  # fmt: skip
    assert all(tolerances.close(found, wanted, tolerances.CLOSED_FORM) for found, wanted in pairs)
    assert (q.df, q.df_within, q.df_between) == (h["df_Q"], h["df_Q_heterogeneity"], h["df_Q_inconsistency"])
    assert abs(fit.result.i2 - h["I2"]) < tolerances.CLOSED_FORM


def test_league_and_prediction(case, tolerances):
    _, model, fit = case
    for cell in fit.result.league:
        te = entry(model["league"]["TE"], cell.treatment, cell.reference)
        se = entry(model["league"]["seTE"], cell.treatment, cell.reference)
        assert tolerances.close(cell.estimate, te, tolerances.CLOSED_FORM, se)
        assert tolerances.close(cell.se, se, tolerances.CLOSED_FORM)
    for effect in fit.result.effects:
        for found, matrix in ((effect.pi_lower, "lower"), (effect.pi_upper, "upper")):
            wanted = entry(model["predict"][matrix], effect.treatment, effect.reference)
            assert tolerances.close(found, wanted, tolerances.CLOSED_FORM, effect.se)


def test_p_scores_and_sucra(case, tolerances):
    _, model, fit = case
    direction = "desirable" if fit.result.better == "lower" else "undesirable"
    size = len(fit.treatments)
    for row in fit.result.ranks:
        assert abs(row.p_score - model["pscore"][direction][row.treatment]) < tolerances.CLOSED_FORM
        assert row.sucra == pytest.approx((size - row.mean_rank) / (size - 1), abs=1e-12)


def test_node_split(case, tolerances):
    _, model, fit = case
    truth = model["netsplit"]
    position = {frozenset(c.split(":")): k for k, c in enumerate(truth["comparison"])}
    found = {frozenset((r.treatment, r.reference)) for r in fit.result.node_split}
    direct = {c for c, k in position.items() if truth["direct"]["TE"][k] is not None}
    assert found == direct
    for row in fit.result.node_split:
        k = position[frozenset((row.treatment, row.reference))]
        sign = 1 if truth["comparison"][k] == f"{row.treatment}:{row.reference}" else -1
        assert tolerances.close(row.direct, sign * truth["direct"]["TE"][k], tolerances.CLOSED_FORM, row.se_direct)
        assert tolerances.close(row.se_direct, truth["direct"]["seTE"][k], tolerances.CLOSED_FORM)
        assert tolerances.close(row.direct_proportion, truth["prop"][k], tolerances.CLOSED_FORM)
        if truth["indirect"]["TE"][k] is None:
            assert row.indirect is row.se_indirect is row.p is row.difference is row.se_difference is None
            continue
        indirect, difference = sign * truth["indirect"]["TE"][k], sign * truth["compare"]["TE"][k]
        assert tolerances.close(row.indirect, indirect, tolerances.CLOSED_FORM, row.se_indirect)
        assert tolerances.close(row.se_indirect, truth["indirect"]["seTE"][k], tolerances.CLOSED_FORM)
        assert tolerances.close(row.difference, difference, tolerances.CLOSED_FORM, row.se_difference)
        assert tolerances.close(row.se_difference, truth["compare"]["seTE"][k], tolerances.CLOSED_FORM)
        assert tolerances.close(row.p, truth["compare"]["p"][k], tolerances.CLOSED_FORM)


@pytest.mark.parametrize("name", ["netmeta_senn2013", "netmeta_smoking_or", "netmeta_parkinson"])
def test_contributions_by_comparison(name, stored, tolerances):
    """netcontrib gives shares of direct comparisons, whichever way the flow runs along them."""
    truth = stored(name)
    fit = nma(truth["data"], measure=truth["measure"], engine="dl")
    arms, solution = fit.network.arrays, fit.estimate.solution
    conductance = edge_conductance(arms, solution)
    walk = truth["models"]["DL"]["randomwalk"]
    for row, values in zip(walk["rows"], walk["values"], strict=True):
        source, target = (fit.network.index(t) for t in row.split(":"))
        shares = edge_shares(conductance, solution.covariance, source, target)
        for column, wanted in zip(walk["cols"], values, strict=True):
            i, j = (fit.network.index(t) for t in column.split(":"))
            assert abs(shares[i, j] + shares[j, i] - wanted) < tolerances.CLOSED_FORM


def test_contributions_of_studies_sum_to_one(case):
    _, _, fit = case
    for pair in itertools.combinations(fit.treatments, 2):
        rows = [c for c in fit.result.contributions if {c.treatment, c.reference} == set(pair)]
        assert sum(c.proportion for c in rows) == pytest.approx(1, abs=1e-12)
        assert all(c.proportion > 0 for c in rows)
