"""Node-split models against the same models with every matrix written out, and against closed forms."""

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.arrays.linear_model import fit_linear, is_estimable, tau2_linear, treatment_columns
from topline.synthesis.arrays.node_split import split_column, split_models, splittable

ENGINES = ("reml", "dl", "ml", "common")


@pytest.fixture(scope="module")
def senn(stored):
    return stored("netmeta_senn2013")["data"]


@pytest.fixture(scope="module")
def smoking(stored):
    return stored("netmeta_smoking_or")["data"]


@pytest.fixture(scope="module", params=["senn", "smoking", "parkinson", "linde"])
def arrays(request, stored):
    if request.param == "linde":
        data = stored("netmeta_designs")["sets"]["Linde2015"]["data"]
        rows = [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
        return nma(rows, measure="OR", model="common").network.arrays
    file = {"senn": "netmeta_senn2013", "smoking": "netmeta_smoking_or", "parkinson": "netmeta_parkinson"}
    truth = stored(file[request.param])
    return nma(truth["data"], measure=truth["measure"], model="common").network.arrays


def contrast_column(arrays, a, b):
    """The split column on contrasts against each study's first arm, written down study by study."""
    column = []
    for s in range(arrays.n_studies):
        arms = arrays.treatment[arrays.study == s].tolist()
        both = a in arms and b in arms
        value = {a: 0.5, b: -0.5} if both else {}
        column += [value.get(t, 0.0) - value.get(arms[0], 0.0) for t in arms[1:]]
    return np.array(column)


def dense_split(arrays, dense, a, b, tau2):
    """Direct, indirect and difference with their standard errors."""
    y, x, v, sigma = dense.contrasts(arrays)
    full = np.column_stack([x[:, 1:], contrast_column(arrays, a, b)])
    d, covariance, _ = dense.gls(y, full, np.linalg.inv(v + tau2 * sigma))
    indirect = np.zeros(arrays.n_treatments + 1)
    indirect[a], indirect[b] = 1, -1
    indirect = indirect[1:]
    difference = np.eye(arrays.n_treatments)[-1]
    return [(c @ d, np.sqrt(c @ covariance @ c)) for c in (indirect + difference, indirect, difference)]


@pytest.mark.parametrize("method", ENGINES)
def test_effects_are_those_of_the_written_out_model(arrays, dense, method):
    found = split_models(arrays, None if method == "common" else method)
    assert len(found.first) >= 4
    for k, (a, b) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True)):
        direct, indirect, difference = dense_split(arrays, dense, a, b, found.tau2[k])
        assert (found.direct[k], found.se_direct[k]) == pytest.approx(direct, abs=1e-9)
        assert (found.indirect[k], found.se_indirect[k]) == pytest.approx(indirect, abs=1e-9)
        assert (found.difference[k], found.se_difference[k]) == pytest.approx(difference, abs=1e-9)


@pytest.mark.parametrize("method", ["reml", "dl", "ml"])
def test_tau2_is_that_of_the_general_linear_model(arrays, method):
    """The border of the Laplacian against a dense fit with one more column, tau2 and standard errors."""
    found = split_models(arrays, method)
    for k, (a, b) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True)):
        design = np.column_stack([treatment_columns(arrays)[:, 1:], split_column(arrays, a, b)])
        assert abs(found.tau2[k] - tau2_linear(arrays, design, method)) < 1e-9
        linear = fit_linear(arrays, design, found.tau2[k])
        assert is_estimable(linear, np.eye(design.shape[1])).all()
        assert linear.degrees == found.degrees
        assert found.difference[k] == pytest.approx(linear.coefficients[-1], abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_tau2_of_few_trials(seed):
    """With two or three degrees of freedom one more parameter moves the maximum far: the search must know of it."""
    rng = np.random.default_rng(seed)
    pairs = ["AB", "AB", "AC", "BC", "BC"]
    rows = [
        {"study": str(k), "treat1": pair[0], "treat2": pair[1], "TE": rng.normal(0, 1), "seTE": rng.uniform(0.1, 0.6)}
        for k, pair in enumerate(pairs)
    ]
    arrays = nma(rows, measure="MD", model="common").network.arrays
    for method in ("reml", "ml"):
        found = split_models(arrays, method)
        for a, b, tau2 in zip(found.first.tolist(), found.second.tolist(), found.tau2, strict=True):
            design = np.column_stack([treatment_columns(arrays)[:, 1:], split_column(arrays, a, b)])
            assert tau2 == pytest.approx(tau2_linear(arrays, design, method), abs=1e-8)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_tau2_maximises_the_dense_likelihood(smoking, dense, method):
    arrays = nma(smoking, model="common").network.arrays
    y, x, v, sigma = dense.contrasts(arrays)
    found = split_models(arrays, method)
    for k, (a, b) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True)):
        full = np.column_stack([x[:, 1:], contrast_column(arrays, a, b)])
        best = dense.golden_section(
            lambda t, full=full: dense.log_likelihood(y, full, v, sigma, t, restricted=method == "reml"), 0.0, 3.0
        )
        # a maximum is found to the square root of the precision of the likelihood
        assert abs(found.tau2[k] - best) < 1e-6


def test_moments_are_the_dense_moments(smoking, dense):
    arrays = nma(smoking, model="common").network.arrays
    y, x, v, sigma = dense.contrasts(arrays)
    found = split_models(arrays, "dl")
    for k, (a, b) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True)):
        full = np.column_stack([x[:, 1:], contrast_column(arrays, a, b)])
        assert found.tau2[k] == pytest.approx(dense.moments_tau2(y, full, v, sigma), rel=1e-9)


def test_without_third_arms_the_model_is_back_calculation(senn, stored, tolerances):
    """At tau2 = 0, netmeta's netsplit of the common effect; the comparisons of Willms 1999, of three arms, differ."""
    truth = stored("netmeta_designs")["sets"]["Senn2013"]["netsplit_common"]
    names = truth["direct"]["comparison"]
    compared = 0
    for row in nma(senn, measure="MD", model="common").node_split("separate"):
        pair = f"{row['treatment']}:{row['reference']}"
        sign = 1 if pair in names else -1
        k = names.index(pair if sign == 1 else f"{row['reference']}:{row['treatment']}")
        if {row["treatment"], row["reference"]} <= {"acar", "metf", "plac"}:
            continue
        compared += 1
        for part in ("direct", "indirect"):
            te, se = truth[part]["TE"][k], truth[part]["seTE"][k]
            assert tolerances.close(row[f"se_{part}"], se, tolerances.CLOSED_FORM)
            assert tolerances.close(row[part], sign * te, tolerances.CLOSED_FORM, se)
    assert compared == 8


def test_a_triangle_of_single_trials_is_bucher(tolerances):
    """Bucher et al. 1997, J Clin Epidemiol 50:683: indirect = AC - BC, variances add; nothing is left for tau2."""
    rows = [
        {"study": "1", "treat1": "A", "treat2": "B", "TE": 0.5, "seTE": 0.1},
        {"study": "2", "treat1": "A", "treat2": "C", "TE": 0.9, "seTE": 0.2},
        {"study": "3", "treat1": "B", "treat2": "C", "TE": 0.1, "seTE": 0.3},
    ]
    for engine in ("reml", "dl", "ml"):
        splits = nma(rows, measure="MD", engine=engine, reference="C").node_split("separate")
        assert [(s["treatment"], s["reference"]) for s in splits] == [("A", "B"), ("A", "C"), ("B", "C")]
        assert all(s["tau2"] is None for s in splits)
        first = splits[0]
        assert first["direct"] == pytest.approx(0.5)
        assert first["indirect"] == pytest.approx(0.9 - 0.1)
        assert first["se_indirect"] == pytest.approx(np.hypot(0.2, 0.3))
        # one loop: one test, whichever side it is looked at from
        z = [abs(s["difference"]) / s["se_difference"] for s in splits]
        assert z == pytest.approx([abs(0.5 - 0.9 + 0.1) / np.sqrt(0.01 + 0.04 + 0.09)] * 3)


def test_the_proportion_is_the_weight_in_the_network_at_that_tau2(arrays):
    found = split_models(arrays, None)
    x = treatment_columns(arrays)[:, 1:]
    network = np.concatenate([[0.0], fit_linear(arrays, x, 0.0).coefficients])
    mixed = found.direct_proportion * found.direct + (1 - found.direct_proportion) * found.indirect
    np.testing.assert_allclose(mixed, network[found.first] - network[found.second], atol=1e-9)


def test_only_comparisons_with_independent_indirect_evidence_are_split(stored):
    """Stowe2010: without the trials of COMTI versus placebo, the three-arm one among them, nothing is left of COMTI.

    So it is for MAOBI versus placebo; COMTI and MAOBI are still joined through placebo.
    """
    data = stored("netmeta_designs")["sets"]["Stowe2010"]["data"]
    rows = [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
    fit = nma(rows, measure="MD")
    first, second = splittable(fit.network.arrays)
    assert [(fit.treatments[a], fit.treatments[b]) for a, b in zip(first, second, strict=True)] == [("COMTI", "MAOBI")]


@pytest.mark.parametrize("engine", ["reml", "dl", "ml"])
def test_a_split_does_not_depend_on_labels(smoking, engine):
    """The symmetrical parameterisation: other names, in the opposite order, and other rows first give the same."""
    other = {"A": "Z", "B": "Y", "C": "X", "D": "W"}
    renamed = [{**row, "treatment": other[row["treatment"]]} for row in reversed(smoking)]
    first = nma(smoking, engine=engine, reference="A").node_split("separate")
    second = {
        frozenset((s["treatment"], s["reference"])): s
        for s in nma(renamed, engine=engine, reference="X").node_split("separate")
    }
    assert len(second) == len(first) == 6
    for row in first:
        twin = second[frozenset((other[row["treatment"]], other[row["reference"]]))]
        sign = 1 if twin["treatment"] == other[row["treatment"]] else -1
        for name in ("direct", "indirect", "difference"):
            assert row[name] == pytest.approx(sign * twin[name], abs=1e-8)
        for name in ("se_direct", "se_indirect", "se_difference", "p", "direct_proportion", "tau2"):
            assert row[name] == pytest.approx(twin[name], abs=1e-8)
