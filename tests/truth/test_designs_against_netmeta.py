"""Q by design and the hat matrix of designs against netmeta 3.3-1 (netmeta_designs.json: version and call inside).

What netmeta does not print, the heat among it, is refitted here with every matrix written out: first each design on its
own, then the network's fit to the designs' estimates, with and without the design in question.
"""

import itertools
from collections import namedtuple

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.arrays.designs import designs, fit_within, tau2_within
from topline.synthesis.arrays.detachment import detach, second_stage

SETS = ("Senn2013", "Stowe2010", "Linde2015", "smokingcessation", "parkinson", "Dogliotti2014", "Baker2009")

Brute = namedtuple("Brute", "q own heat detached df")


def key(design):
    return frozenset(design.lower().split(":"))


@pytest.fixture(scope="module")
def fits(stored):
    """For each data set, what netmeta says of it and our fit."""
    found = {}
    for name, truth in stored("netmeta_designs")["sets"].items():
        data = truth.get("data")
        if data is None:
            rows = stored(truth["stored_in"])["data"]
        else:
            rows = [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
        found[name] = truth, nma(rows, measure=truth["measure"], engine="dl")
    return found


@pytest.fixture(params=SETS)
def case(request, fits):
    return fits[request.param]


def test_q_within_each_design(case, tolerances):
    truth, fit = case
    wanted = truth["decomp_design"]["Q.het.design"]
    rows = {key(r["design"]): r for r in fit.design_decomposition()}
    assert set(rows) == {key(d) for d in wanted["design"]}
    for design, q, df, p in zip(*(wanted[k] for k in ("design", "Q", "df", "pval")), strict=True):
        row = rows[key(design)]
        assert row["df_within"] == df
        if df == 0:
            assert row["q_within"] is row["p_within"] is None
            continue
        # parkinson's study of 4 and 5 repeats its own numbers: Q is 0 but for rounding
        assert abs(row["q_within"] - q) <= tolerances.CLOSED_FORM * max(q, 1)
        assert tolerances.close(row["p_within"], p, tolerances.CLOSED_FORM)


def test_q_between_designs_after_detaching_each(case, tolerances):
    truth, fit = case
    wanted = truth["decomp_design"]["Q.inc.detach"]
    rows = {key(r["design"]): r for r in fit.design_decomposition()}
    for design, q, df, p in zip(*(wanted[k] for k in ("design", "Q", "df", "pval")), strict=True):
        row = rows.pop(key(design))
        assert row["df_detached"] == df
        if df == 0:
            assert row["q_detached"] is row["p_detached"] is None
            continue
        assert tolerances.close(row["q_detached"], q, tolerances.CLOSED_FORM)
        assert tolerances.close(row["p_detached"], p, tolerances.CLOSED_FORM)
    total = truth["decomp_design"]["Q.decomp"]
    for row in rows.values():
        # netmeta leaves out a design without which some treatment has no trial left. Nothing contradicts it, except in
        # Baker2009: there the trial of 4 arms also compares placebo with formoterol, as others do (refitted below)
        if len(key(row["design"])) == 4:
            assert row["df_detached"] == total["df"][2] - 1
            continue
        assert row["df_detached"] == total["df"][2]
        assert row["q_between"] == 0
        assert tolerances.close(row["q_detached"], total["Q"][2], tolerances.CLOSED_FORM)


def test_the_parts_of_q_between_designs(case, tolerances):
    """netmeta prints a part for each contrast of a design; those of several arms depend on its choice of contrasts."""
    truth, fit = case
    wanted = truth["decomp_design"]["Q.inc.design"]
    rows = {key(r["design"]): r["q_between"] for r in fit.design_decomposition()}
    assert abs(sum(rows.values()) - sum(wanted)) < tolerances.CLOSED_FORM
    if "krahn_hat_common" in truth:
        by_design = dict.fromkeys(rows, 0.0)
        for design, q in zip(truth["krahn_hat_common"]["cols"], wanted, strict=True):
            by_design[key(design)] += q
        assert all(abs(by_design[d] - q) < tolerances.CLOSED_FORM for d, q in rows.items())


def test_design_by_treatment_interaction_with_tau2_within_designs(case, tolerances):
    truth, fit = case
    wanted = {k: v[0] for k, v in truth["decomp_design"]["Q.inc.random"].items()}
    (row,) = fit.design_by_treatment()
    assert row["method"] == "dl"
    assert row["df"] == wanted["df"]
    assert abs(row["tau_within"] - wanted["tau.within"]) < tolerances.CLOSED_FORM
    assert tolerances.close(row["q"], wanted["Q"], tolerances.CLOSED_FORM)
    assert tolerances.close(row["p"], wanted["pval"], tolerances.CLOSED_FORM)


def test_published_interaction_of_the_parkinson_trials(fits):
    """Balduzzi et al. 2023, J Stat Softw 106(2), full interaction model: Q 0.45, df 2, tau2 within 0.2067."""
    (row,) = fits["Stowe2010"][1].design_by_treatment("dl")
    assert (round(row["q"], 2), row["df"], round(row["tau2_within"], 4)) == (0.45, 2, 0.2067)


def test_the_weight_of_a_design_is_the_hat_matrix_of_krahn(fits, tolerances):
    """Each entry of netmeta's matrix is a weight of one contrast of the column's design; half the sum of the weights
    of its arms, in size, is what flows through it."""
    for truth, fit in fits.values():
        if "krahn_hat_common" not in truth:
            continue
        matrix = truth["krahn_hat_common"]
        rows = {key(r): np.array(v) for r, v in zip(matrix["rows"], matrix["values"], strict=True)}
        columns = [key(c) for c in matrix["cols"]]
        cells = {(key(c["design"]), key(c["detached"])): c["hat"] for c in fit.net_heat()}
        assert cells
        for (design, detached), found in cells.items():
            at = [j for j, c in enumerate(columns) if c == detached]
            flows = []
            for pair in itertools.combinations(design, 2):
                weights = rows[frozenset(pair)][at]
                flows.append((np.abs(weights).sum() + abs(weights.sum())) / 2)
            assert abs(np.mean(flows) - found) < tolerances.CLOSED_FORM


def brute_force(arrays, dense, tau2):
    """Q, its parts, the heat, and Q and degrees after detaching, by refitting without each design."""
    y, x, v, sigma = dense.contrasts(arrays)
    x = x[:, 1:]
    study = np.concatenate([np.full((arrays.study == s).sum() - 1, s) for s in range(arrays.n_studies)])
    sets = [tuple(arrays.treatment[arrays.study == s]) for s in range(arrays.n_studies)]
    names = sorted(set(sets), key=lambda d: (len(d), d))
    total = v + tau2 * sigma
    estimates, roots, rows = [], [], []
    for name in names:
        at = np.flatnonzero([sets[s] == name for s in study])
        k = len(name) - 1
        w = np.linalg.inv(total[np.ix_(at, at)])
        own = np.tile(np.eye(k), (len(at) // k, 1))
        estimate, covariance, _ = dense.gls(y[at], own, w)
        root = np.linalg.cholesky(np.linalg.inv(covariance)).T
        estimates.append(root @ estimate)
        roots.append(root @ x[at[:k]])
        rows.append(k)
    ends = np.cumsum(rows)
    blocks = [slice(end - k, end) for end, k in zip(ends, rows, strict=True)]
    z, b = np.concatenate(estimates), np.vstack(roots)

    def parts(kept):
        used = np.concatenate([np.arange(len(z))[blocks[d]] for d in kept])
        d, _, rank, _ = np.linalg.lstsq(b[used], z[used], rcond=1e-9)
        residual = z - b @ d
        q = np.array([residual[blocks[e]] @ residual[blocks[e]] if e in kept else 0.0 for e in range(len(names))])
        return q, len(used) - rank

    everything = list(range(len(names)))
    own, _ = parts(everything)
    without = [parts([d for d in everything if d != e]) for e in everything]
    heat = np.stack([own - q for q, _ in without], axis=1)
    return Brute(own.sum(), own, heat, np.array([q.sum() for q, _ in without]), np.array([df for _, df in without]))


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("random", [False, True])
def test_heat_is_what_refitting_without_a_design_gives(name, random, fits, dense):
    fit = fits[name][1]
    parts = designs(fit.network.arrays)
    tau2 = tau2_within(parts, "reml") if random else 0.0
    brute = brute_force(fit.network.arrays, dense, tau2)
    stage = second_stage(parts, len(fit.treatments), tau2)
    found = detach(stage)
    # eigenvalues and triangles of other matrices: rounding grows with Q
    tolerance = 1e-9 * max(brute.q, 1)
    np.testing.assert_allclose(stage.q, brute.own, atol=tolerance)
    np.testing.assert_allclose(found.heat, brute.heat, atol=tolerance)
    np.testing.assert_allclose(found.q, np.where(brute.df > 0, brute.detached, 0), atol=tolerance)
    np.testing.assert_array_equal(found.df, brute.df)


@pytest.mark.parametrize("name", ["Senn2013", "Stowe2010", "smokingcessation"])
@pytest.mark.parametrize("method", ["reml", "ml"])
def test_tau2_within_designs_maximises_the_likelihood_of_free_designs(name, method, fits, dense):
    arrays = fits[name][1].network.arrays
    y, _, v, sigma = dense.contrasts(arrays)
    sets = [tuple(arrays.treatment[arrays.study == s]) for s in range(arrays.n_studies)]
    names = sorted(set(sets))
    x = np.vstack(
        [np.hstack([np.eye(len(s) - 1) if s == d else np.zeros((len(s) - 1, len(d) - 1)) for d in names]) for s in sets]
    )
    best = dense.golden_section(
        lambda t: dense.log_likelihood(y, x, v, sigma, t, restricted=method == "reml"), 0.0, 3.0
    )
    # a maximum is found to the square root of the precision of the likelihood
    assert abs(tau2_within(designs(arrays), method) - best) < 1e-6


def test_free_designs_leave_the_q_within_designs(case):
    """Two ways to the same number: designs one by one, and what the network leaves less what lies between them."""
    _, fit = case
    q = fit.result.q
    parts = designs(fit.network.arrays)
    assert fit_within(parts, 0.0).q.sum() == pytest.approx(q.within, rel=1e-10)
    assert second_stage(parts, len(fit.treatments), 0.0).q.sum() == pytest.approx(q.between, rel=1e-9)
