"""Every measure from arms: levels and variances against metafor's escalc, and against the delta method."""

import itertools

import numpy as np
import pytest

from topline.records import StudyArm
from topline.synthesis import nma
from topline.synthesis.evidence.data import read_network
from topline.synthesis.evidence.measures import find_measure, levels
from topline.synthesis.evidence.standardised import small_sample_factor, standardised_levels

COLUMNS = {"study": "trial", "events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}
CASES = {
    "normand1999_SMD": None,
    "normand1999_MD": None,
    "nielweise2008_IRR": None,
    "bcg_OR": COLUMNS,
    "bcg_RR": COLUMNS,
    "bcg_RD": COLUMNS,
    "hine1989_RD": None,
}


@pytest.mark.parametrize("name", CASES)
def test_effect_sizes_and_pooled_effects(name, stored, tolerances):
    truth = stored("metafor_measures")[name]
    request = {"measure": truth["measure"], "columns": CASES[name]}
    arrays = read_network(truth["data"], **request).arrays
    first, second = arrays.pair_i, arrays.pair_j
    by_study = dict(zip(arrays.study[first].tolist(), zip(arrays.y[first] - arrays.y[second],
                    arrays.v[first] + arrays.v[second], strict=True), strict=True))  # fmt: skip
    names = read_network(truth["data"], **request).studies
    column = "trial" if CASES[name] else "study"
    for row, yi, vi in zip(truth["data"], truth["escalc"]["yi"], truth["escalc"]["vi"], strict=True):
        label = row[column] if isinstance(row[column], str) else str(int(row[column]))
        found, variance = by_study[names.index(label)]
        assert tolerances.close(found, yi, tolerances.CLOSED_FORM, np.sqrt(vi)), label
        assert tolerances.close(variance, vi, tolerances.CLOSED_FORM), label
    for engine, kinds in truth["rma"].items():
        for test, ci in (("z", "wald"), ("knha", "hksj"), ("adhoc", "hksj-floor")):
            expected = kinds[test]
            result = nma(truth["data"], engine=engine.lower(), reference="group 2", ci=ci, **request).result
            tolerance = tolerances.CLOSED_FORM if engine == "DL" else tolerances.ITERATED
            (effect,) = result.effects
            se = expected["se"][0]
            assert abs(result.tau2 - expected["tau2"]) <= tolerance * expected["tau2"] + tolerances.BOUNDARY_TAU2
            assert tolerances.close(effect.estimate, expected["beta"]["intrcpt"], tolerance, se)
            assert tolerances.close(effect.se, se, tolerance), (engine, test)
            assert tolerances.close(effect.lower, expected["ci_lb"][0], tolerance, se)
            assert tolerances.close(effect.upper, expected["ci_ub"][0], tolerance, se)
            if ci != "wald":  # metafor's prediction interval is t with the same degrees there
                assert tolerances.close(effect.pi_lower, expected["pi_lb"], tolerance, se)
                assert tolerances.close(effect.pi_upper, expected["pi_ub"], tolerance, se)


def test_small_sample_factors():
    """Hedges 1981, table 2: J(2) = 0.5642, J(10) = 0.9228, J(50) = 0.9849; the approximation is within 0.007 at 2."""
    for degrees, printed in ((2, 0.5642), (10, 0.9228), (50, 0.9849)):
        assert abs(small_sample_factor(degrees, "exact") - printed) < 0.00006
    assert abs(small_sample_factor(2, "approximate") - (1 - 3 / 7)) < 1e-15
    assert abs(small_sample_factor(50, "approximate") - small_sample_factor(50, "exact")) < 2e-5
    assert small_sample_factor(7, "none") == 1


def test_standardised_means_against_netmeta(stored, tolerances):
    """netmeta's pairwise() keeps Cohen's d and one standard deviation for all arms of a study."""
    truth = stored("netmeta_parkinson_smd")
    for engine, model in truth["models"].items():
        result = nma(
            truth["data"], measure="SMD", engine=engine.lower(), reference=model["reference"], smd_correction="none"
        ).result
        rows = model["vs_reference"]["random"]
        expected = {t: (te, se) for t, te, se in zip(rows["treatment"], rows["TE"], rows["seTE"], strict=True)}
        assert abs(result.q.total - model["heterogeneity"]["Q"]) < tolerances.CLOSED_FORM
        for effect in result.effects:
            te, se = expected[effect.treatment]
            assert tolerances.close(effect.estimate, te, tolerances.CLOSED_FORM, se)
            assert tolerances.close(effect.se, se, tolerances.CLOSED_FORM)


def test_rates_against_netmeta(stored, tolerances):
    """Moments only: netmeta's REML for person-time swaps one exposure for the other when it turns a pair round."""
    truth = stored("netmeta_dietaryfat")
    model = truth["models"]["DL"]
    result = nma(truth["data"], measure="IRR", engine="dl", reference=model["reference"]).result
    assert tolerances.close(result.tau2, model["heterogeneity"]["tau2"], tolerances.CLOSED_FORM)
    rows = model["vs_reference"]["random"]
    expected = {t: (te, se) for t, te, se in zip(rows["treatment"], rows["TE"], rows["seTE"], strict=True)}
    for effect in result.effects:
        te, se = expected[effect.treatment]
        assert tolerances.close(effect.estimate, te, tolerances.CLOSED_FORM, se)
        assert tolerances.close(effect.se, se, tolerances.CLOSED_FORM)


def test_the_standardised_covariance_of_three_arms_is_gleser_and_olkins():
    """Gleser and Olkin 2009, equation 19.27: cov(g_12, g_13) = 1/n_1 + (g_1 - g_2)(g_1 - g_3)/(2N)."""
    arms = [
        StudyArm(study="s", treatment=t, mean=m, sd=2.0, n=n) for t, m, n in (("a", 0, 40), ("b", 1, 50), ("c", 3, 60))
    ]
    y, v, exact = standardised_levels(arms, "exact")
    assert exact
    n, total = np.array([40, 50, 60]), 150
    for i, j, k in itertools.permutations(range(3)):
        variance = 1 / n[i] + 1 / n[j] + (y[i] - y[j]) ** 2 / (2 * total)
        assert abs(v[i] + v[j] - variance) < 1e-14
        assert abs(v[i] - (1 / n[i] + (y[i] - y[j]) * (y[i] - y[k]) / (2 * total))) < 1e-14


@pytest.mark.parametrize(
    ("measure", "level"),
    [
        ("AS", lambda p: np.arcsin(np.sqrt(p))), ("RD", lambda p: p), ("OR", lambda p: np.log(p / (1 - p))),
        ("RR", np.log), ("IRR", np.log), ("IRD", lambda p: p), ("ROM", np.log), ("MD", lambda m: m),
    ],
)  # fmt: skip
def test_variances_by_the_delta_method(measure, level):
    """Var(level) = level'(x)^2 Var(x), with the derivative by central differences."""
    kind = find_measure(measure)
    arm = StudyArm(study="s", treatment="t", events=30, n=90, exposure=120, mean=2.5, sd=1.5)
    (y,), (v,) = levels([arm], kind, np.zeros(1))
    x, variance = {
        "events": (30 / 90, 30 / 90 * 60 / 90 / 90), "exposure": (30 / 120, 30 / 120**2), "mean": (2.5, 1.5**2 / 90)
    }["mean" if kind.continuous else "exposure" if kind.rate else "events"]  # fmt: skip
    slope = (level(x + 1e-6) - level(x - 1e-6)) / 2e-6
    assert abs(y - level(x)) < 1e-14
    assert abs(v - slope**2 * variance) < 1e-8 * v
