"""What enters a network: continuity rules, two tables, covariates, missing counts, repairs, and the certificate."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, DataError, NetworkError, UnknownNameError
from topline.synthesis import nma
from topline.synthesis.arrays.heterogeneity import tau2_likelihood
from topline.synthesis.arrays.laplacian import arm_arrays, deviances, solve
from topline.synthesis.arrays.second_solver import discrepancy, whitened_least_squares
from topline.synthesis.choices import names_of
from topline.synthesis.evidence.data import read_network

SPARSE = [
    {"study": s, "treatment": t, "events": r, "n": n}
    for s, t, r, n in [("1", "A", 0, 40), ("1", "B", 4, 60), ("2", "A", 6, 50), ("2", "B", 9, 50), ("3", "A", 3, 30),
                       ("3", "C", 5, 35), ("4", "B", 7, 70), ("4", "C", 8, 60)]
]  # fmt: skip
MEANS = [
    {"study": s, "treatment": t, "mean": m, "sd": sd, "n": n}
    for s, t, m, sd, n in [("1", "A", 10.0, 4.0, 30), ("1", "B", 12.0, 5.0, 32), ("2", "A", 9.0, 4.5, 50),
                           ("2", "C", 13.0, 4.4, 49), ("3", "B", 11.0, 3.9, 28), ("3", "C", 12.5, 4.2, 27)]
]  # fmt: skip
# a trial of four arms whose standard errors were printed to two decimals (one arm is nearly certain)
ROUNDED = [
    ("A", "B", -0.31, 0.15), ("A", "C", -0.52, 0.17), ("A", "D", -0.11, 0.16), ("B", "C", -0.21, 0.09),
    ("B", "D", 0.20, 0.08), ("C", "D", 0.41, 0.11),
]  # fmt: skip


def contrasts(rows, study="1"):
    return [dict(zip(("study", "treatment1", "treatment2", "estimate", "se"), (study, *r), strict=True)) for r in rows]


def corrected(rule):
    network = read_network(SPARSE, measure="OR", continuity_rule=rule)
    return dict(zip(zip([a.study for a in network.arms], [a.treatment for a in network.arms], strict=True),
                    network.arrays.v.tolist(), strict=True)), network  # fmt: skip


def test_continuity_rules_correct_whom_they_say():
    """Log odds: v = 1/(r + c) + 1/(n - r + c)."""
    by_rule = {rule: corrected(rule)[0] for rule in ("only0", "if0all", "all", "tacc")}
    plain, half = 1 / 6 + 1 / 44, 1 / 6.5 + 1 / 44.5
    assert abs(by_rule["only0"]["2", "A"] - plain) < 1e-14
    assert abs(by_rule["tacc"]["2", "A"] - plain) < 1e-14
    assert abs(by_rule["if0all"]["2", "A"] - half) < 1e-14
    assert abs(by_rule["all"]["2", "A"] - half) < 1e-14
    assert abs(by_rule["only0"]["1", "A"] - (1 / 0.5 + 1 / 40.5)) < 1e-14
    # Sweeting 2004: the correction of an arm is its share of the patients
    assert abs(by_rule["tacc"]["1", "A"] - (1 / 0.4 + 1 / 40.4)) < 1e-14
    assert abs(by_rule["tacc"]["1", "B"] - (1 / 4.6 + 1 / 56.6)) < 1e-14


def test_the_rule_stands_in_the_caveat_and_the_request():
    result = nma(SPARSE, measure="OR", continuity_rule="tacc").result
    (caveat,) = [c for c in result.caveats if c.code == "continuity"]
    assert "in proportion to the arm's size" in caveat.text
    assert "tacc" in caveat.text
    assert result.spec["continuity_rule"] == "tacc"
    unneeded = nma([r for r in SPARSE if r["study"] != "1"], measure="OR", continuity_rule="if0all").result
    assert "continuity" not in [c.code for c in unneeded.caveats]
    everywhere = nma([r for r in SPARSE if r["study"] != "1"], measure="OR", continuity_rule="all").result
    assert "continuity" in [c.code for c in everywhere.caveats]


@pytest.mark.parametrize(
    ("request_", "error", "text"),
    [
        ({"continuity_rule": "some"}, UnknownNameError, "continuity rule"),
        ({"continuity": -1}, ArgumentError, "from 0"),
        ({"continuity": 0}, ArgumentError, "mh, nch, penalised"),
        ({"ci": "exact"}, UnknownNameError, "kind of interval"),
        ({"ci": "hksj", "engine": "bayes"}, ArgumentError, "Knapp-Hartung"),
        ({"smd_correction": "big"}, UnknownNameError, "small-sample"),
        ({"covariates": ["yaer"]}, DataError, "did you mean year"),
        ({"covariates": 3}, ArgumentError, "covariates"),
    ],
)
def test_requests_that_mean_nothing(request_, error, text):
    data = [{**row, "year": 2000 + int(row["study"])} for row in SPARSE]
    with pytest.raises(error) as caught:
        nma(data, measure="OR", **request_)
    assert text in str(caught.value)


def test_arcsine_needs_no_correction_and_turns_round():
    """Events and non-events exchanged flip the sign of OR, RD and arcsine, not of RR."""
    turned = [{**row, "events": row["n"] - row["events"]} for row in SPARSE]
    for measure in ("OR", "RD", "AS", "RR"):
        straight, other = (nma(data, measure=measure, engine="dl").result for data in (SPARSE, turned))
        flipped = all(
            math.isclose(a.estimate, -b.estimate, rel_tol=1e-9, abs_tol=1e-12)
            and math.isclose(a.se, b.se, rel_tol=1e-9)
            for a, b in zip(straight.effects, other.effects, strict=True)
        )
        assert flipped is (measure != "RR"), measure
    assert "continuity" not in [c.code for c in nma(SPARSE, measure="AS").caveats]


def test_measures_of_means_by_hand():
    two = MEANS[:2]
    (effect,) = nma(two, measure="ROM", reference="A").result.effects
    assert math.isclose(effect.estimate, math.log(12 / 10), rel_tol=1e-12)
    assert math.isclose(effect.se**2, 25 / (32 * 144) + 16 / (30 * 100), rel_tol=1e-12)
    assert math.isclose(effect.display.estimate, 1.2, rel_tol=1e-12)
    sd = math.sqrt((29 * 16 + 31 * 25) / 60)
    (cohen,) = nma(two, measure="SMD", reference="A", smd_correction="none").result.effects
    assert math.isclose(cohen.estimate, 2 / sd, rel_tol=1e-12)
    (hedges,) = nma(two, measure="SMD", reference="A", smd_correction="approximate").result.effects
    assert math.isclose(hedges.estimate, 2 / sd * (1 - 3 / 239), rel_tol=1e-12)
    assert nma(two, measure="SMD").result.spec["smd_correction"] == "exact"


def test_a_rate_difference_by_hand():
    data = [
        {"study": "1", "treatment": t, "events": r, "exposure": e} for t, r, e in (("A", 10, 100.0), ("B", 0, 80.0))
    ]
    (effect,) = nma(data, measure="IRD", reference="A").result.effects
    assert math.isclose(effect.estimate, -0.1, rel_tol=1e-12)
    assert math.isclose(effect.se**2, 10.5 / 100**2 + 0.5 / 80**2, rel_tol=1e-12)


def test_standardised_means_do_not_know_the_unit():
    scaled = [{**r, "mean": 1000 * r["mean"], "sd": 1000 * r["sd"]} for r in MEANS]
    one, other = (nma(data, measure="SMD", better="higher").result for data in (MEANS, scaled))
    for a, b in zip(one.effects, other.effects, strict=True):
        assert math.isclose(a.estimate, b.estimate, rel_tol=1e-9)
        assert math.isclose(a.se, b.se, rel_tol=1e-9)


def test_a_ratio_of_means_needs_means_above_0():
    with pytest.raises(DataError, match="mean is not possible"):
        nma([{**MEANS[0], "mean": -1.0}, *MEANS[1:]], measure="ROM")


def test_standard_errors_called_standard_deviations_are_found():
    wrong = [{**r, "mean": 1000 * r["mean"], "sd": 0.001} for r in MEANS]
    wrong.append({"study": "1", "treatment": "C", "mean": 11000.0, "sd": 0.001, "n": 30})
    with pytest.raises(DataError) as caught:
        nma(wrong, measure="SMD")
    assert "standard errors" in str(caught.value)


def test_four_arms_of_standardised_means_say_that_they_are_approximated():
    four = [
        {"study": "1", "treatment": t, "mean": m, "sd": 4.0, "n": 40} for t, m in zip("ABCD", (0, 2, 5, 9), strict=True)
    ]
    assert "smd_covariance" in [c.code for c in nma(four, measure="SMD").caveats]
    assert "smd_covariance" not in [c.code for c in nma(four[:3], measure="SMD").caveats]


def test_two_tables_that_share_a_study_are_refused():
    more = contrasts([("A", "C", 0.1, 0.4)], study="2")
    with pytest.raises(DataError, match="both tables"):
        nma(SPARSE, measure="OR", contrasts=more)
    with pytest.raises(DataError, match="holds arms"):
        nma(SPARSE, measure="OR", contrasts=SPARSE)


def test_names_that_nearly_agree_across_the_tables_are_refused():
    """Capitals or spaces would silently split a treatment, or count a study twice."""
    with pytest.raises(DataError, match="two names of a treatment"):
        nma(SPARSE, measure="OR", contrasts=contrasts([("a", "C", 0.1, 0.4)], study="9"))
    named = [{**row, "study": "Smith " + row["study"]} for row in SPARSE]
    with pytest.raises(DataError, match="two names of a study"):
        nma(named, measure="OR", contrasts=contrasts([("A", "C", 0.1, 0.4)], study="smith 1"))


def test_a_covariate_is_numbers_or_text_in_both_tables():
    arms = [{**row, "year": 2000} for row in SPARSE]
    more = [{**row, "year": "late"} for row in contrasts([("A", "C", 0.1, 0.4)], study="9")]
    with pytest.raises(DataError, match="numbers in one table and text in the other"):
        nma(arms, measure="OR", contrasts=more, covariates=["year"])


def test_the_columns_of_the_second_table_can_be_named():
    odd = [{"paper": "9", "drug": "A", "versus": "C", "lnor": 0.1, "error": 0.4}]
    roles = {"study": "paper", "treatment1": "drug", "treatment2": "versus", "estimate": "lnor", "se": "error"}
    plain = nma(SPARSE, measure="OR", contrasts=contrasts([("A", "C", 0.1, 0.4)], study="9"))
    assert nma(SPARSE, measure="OR", contrasts=odd, contrast_columns=roles).result.effects == plain.result.effects


def test_when_nothing_is_left_the_reason_is_told():
    empty = [{**row, "events": 0} for row in SPARSE]
    with pytest.raises(NetworkError) as caught:
        nma(empty, measure="OR")
    assert "no events in any arm" in str(caught.value)


def test_covariates_are_read_by_study():
    data = [{**row, "year": 2000 + int(row["study"]), "design": "open"} for row in SPARSE]
    data[1]["year"] = None
    network = nma(data, measure="OR", covariates=["year", "design"]).network
    assert network.covariates["year"] == {"1": 2001.0, "2": 2002.0, "3": 2003.0, "4": 2004.0}
    assert set(network.covariates["design"].values()) == {"open"}
    data[1]["year"] = 1999
    with pytest.raises(DataError) as caught:
        nma(data, measure="OR", covariates="year")
    assert "row 3, column year" in str(caught.value)
    assert "differs within study 1" in str(caught.value)


@pytest.mark.parametrize("name", ["missing (%)", "Missing %"])
def test_a_percentage_is_not_taken_for_a_count_of_patients(name):
    network = read_network([{**row, name: 12} for row in SPARSE], measure="OR")
    assert {arm.missing for arm in network.arms} == {None}


@pytest.mark.parametrize("value", ["yes", 12.5])
def test_a_column_that_is_only_called_missing_stops_no_fit(value):
    network = read_network([{**row, "missing": value} for row in SPARSE], measure="OR")
    assert {arm.missing for arm in network.arms} == {None}
    with pytest.raises(DataError):
        nma([{**row, "missing": value} for row in SPARSE], measure="OR", columns={"missing": "missing"})


def test_a_standard_error_that_sd_and_n_contradict_is_told():
    data = [{**row, "se": row["sd"] / math.sqrt(row["n"])} for row in MEANS]
    assert "standard_errors_differ" not in [c.code for c in nma(data, measure="MD").caveats]
    data[0]["se"] *= 2
    (caveat,) = [c for c in nma(data, measure="MD").caveats if c.code == "standard_errors_differ"]
    assert "1 (A)" in caveat.text


def test_missing_counts_are_read_and_checked():
    data = [{**row, "missing": 2} for row in SPARSE]
    network = read_network(data, measure="OR")
    assert {arm.missing for arm in network.arms} == {2.0}
    with pytest.raises(DataError, match="missing"):
        nma([{**row, "missing": -2} for row in SPARSE], measure="OR")


def test_rounded_contrasts_are_repaired_and_the_change_is_told():
    fit = nma(contrasts(ROUNDED), measure="HR", reference="A")
    (caveat,) = [c for c in fit.caveats if c.code == "multi_arm_rounded"]
    assert "1: at most" in caveat.text
    assert " versus " in caveat.text
    network = fit.network.arrays
    assert (network.v > 0).all()
    for (one, two, estimate, se), a, b in zip(ROUNDED, network.pair_i, network.pair_j, strict=True):
        assert abs(network.y[a] - network.y[b] - estimate) <= 0.005001, (one, two)
        assert abs(math.sqrt(network.v[a] + network.v[b]) - se) <= 0.005001, (one, two)


def test_a_negative_arm_variance_within_rounding_is_repaired():
    """0.1^2 + 0.1^2 - 0.2^2 < 0, and 0.1 may have been 0.1049 before it was rounded, 0.2 only 0.15."""
    rows = [("A", "B", 0.1, 0.1), ("B", "C", 0.1, 0.1), ("A", "C", 0.2, 0.15)]
    fit = nma(contrasts(rows), measure="MD")
    assert (fit.network.arrays.v > 0).all()
    with pytest.raises(DataError) as caught:
        nma(contrasts([("A", "B", 0.1, 0.1), ("B", "C", 0.1, 0.1), ("A", "C", 0.2, 0.3)]), measure="MD")
    assert "no variance of its own" in str(caught.value)
    assert "A, B, C" in str(caught.value)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_the_unit_does_not_decide_what_is_rounding(scale):
    """Standard errors 1, 1 and 2 leave B no variance, in whatever unit; 0.1, 0.1 and 0.15 may be rounded."""
    bad = [("A", "B", 10 * scale, scale), ("B", "C", 10 * scale, scale), ("A", "C", 20 * scale, 2 * scale)]
    with pytest.raises(DataError, match="no variance of its own"):
        nma(contrasts(bad), measure="MD")
    good = [
        ("A", "B", 0.1 * scale, 0.1 * scale),
        ("B", "C", 0.1 * scale, 0.1 * scale),
        ("A", "C", 0.2 * scale, 0.15 * scale),
    ]
    assert nma(contrasts(good), measure="MD").result.n_studies == 1


def test_the_order_of_contrasts_and_of_their_arms_changes_no_digit():
    turned = [(b, a, -d, s) for a, b, d, s in reversed(ROUNDED)]
    one, other = nma(contrasts(ROUNDED), measure="HR"), nma(contrasts(turned), measure="HR")
    assert np.abs(one.mean - other.mean).max() < 1e-12
    assert np.abs(one.covariance - other.covariance).max() < 1e-12


@given(
    seed=st.integers(0, 10_000),
    tau2=st.sampled_from([0.0, 0.02, 3.0]),
    studies=st.integers(3, 25),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
)
@settings(max_examples=25, deadline=None)
def test_the_second_algorithm_agrees(seed, tau2, studies, scale):
    g = np.random.default_rng(seed)
    rows = [(0, t) for t in range(5)]
    rows += [(s, t) for s in range(1, studies) for t in g.choice(5, g.integers(2, 5), replace=False)]
    study, treatment = np.array(rows).T
    v = scale**2 * g.uniform(0.01, 2, len(rows))
    arms = arm_arrays(study, treatment, scale * g.normal(size=len(rows)), v, 5)
    solution = solve(arms, scale**2 * tau2)
    method, off = discrepancy(arms, solution, 0)
    assert method == "QR of whitened contrasts"
    assert off < 1e-10
    effects, covariance = whitened_least_squares(arms, solution.tau2, 2)
    grounded = solve(arms, solution.tau2, ground=2)
    assert np.abs(effects - grounded.effects).max() < 1e-9 * scale
    assert np.abs(covariance - grounded.covariance).max() < 1e-9 * scale**2


def test_the_certificate_sees_a_wrong_solution():
    arms = read_network(SPARSE, measure="OR").arrays
    right = solve(arms, 0.1)
    wrong = solve(arms, 0.1001)
    assert discrepancy(arms, right, 0)[1] < 1e-12
    forged = type(right)(**{**vars(right), "effects": wrong.effects})
    assert discrepancy(arms, forged, 0)[1] > 1e-8
    narrow = type(right)(**{**vars(right), "covariance": wrong.covariance})
    assert discrepancy(arms, narrow, 0)[1] > 1e-8


def test_large_networks_are_checked_by_their_residual():
    g = np.random.default_rng(3)
    k = 5001
    study = np.repeat(np.arange(k), 2)
    treatment = np.column_stack([g.integers(0, 3, k), g.integers(3, 6, k)]).ravel()
    arms = arm_arrays(study, treatment, g.normal(size=2 * k), g.uniform(0.1, 1, 2 * k), 6)
    solution = solve(arms, 0.1)
    method, off = discrepancy(arms, solution, 0)
    assert method.startswith("residual")
    assert off < 1e-9
    forged = type(solution)(**{**vars(solution), "effects": solve(arms, 0.2).effects})
    assert discrepancy(arms, forged, 0)[1] > 1e-8


def test_the_certificate_stands_in_the_result():
    result = nma(SPARSE, measure="OR").result
    assert result.certificate is not None
    assert result.certificate.discrepancy < 1e-10
    assert "solvers_differ" not in [c.code for c in result.caveats]
    assert nma(SPARSE, measure="OR", engine="bayes").result.certificate is None


@pytest.mark.parametrize("treatments", [140, 160, 700])
def test_two_maxima_are_told_apart_whatever_the_size(treatments):
    """A star in which one repeated comparison is precise and alike, another imprecise and far apart: two maxima.

    The restricted deviance has a local minimum near 0 and a lower one near 19; one more spoke changes neither.
    """
    rows = [(f"T{k:03d}", 0.5, 0.0) for k in range(3, treatments)]
    rows += [("T001", 0.0025, 1.0), ("T001", 0.0025, 1.0), ("T002", 0.5, 0.0), ("T002", 0.5, 9.0)]
    data = [
        {"study": f"s{k}", "treatment": t, "mean": y, "se": math.sqrt(v)}
        for k, (name, variance, difference) in enumerate(rows)
        for t, y, v in (("P", 0.0, variance), (name, difference, variance))
    ]
    assert math.isclose(nma(data, measure="MD", reference="P").estimate.tau2, 18.73, abs_tol=0.01)


def test_a_maximum_that_is_not_the_highest_is_left_for_the_scan():
    """Much evidence, most of it alike and precise, some of it far apart."""
    g = np.random.default_rng(5)
    k = 700
    v = np.where(np.arange(k) < 560, 1e-4, 4.0)
    y = np.where(np.arange(k) < 560, g.normal(0, 0.014, k), g.normal(0, 8, k))
    study = np.repeat(np.arange(k), 2)
    treatment = np.tile([0, 1], k)
    levels = np.column_stack([np.zeros(k), y]).ravel()
    arms = arm_arrays(study, treatment, levels, np.repeat(v, 2), 2)
    found = tau2_likelihood(arms)
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e3, 200)])
    least = min(solve(arms, x).restricted_deviance for x in grid)
    assert solve(arms, found).restricted_deviance <= least + 1e-9


def test_knapp_hartung_in_a_network_scales_by_q():
    """Covariance times Q(tau2)/df, and t with df degrees (Jackson and Riley 2014)."""
    wald, hksj, floor = (nma(SPARSE, measure="OR", engine="reml", ci=ci) for ci in ("wald", "hksj", "hksj-floor"))
    arms = wald.network.arrays
    factor = solve(arms, wald.result.tau2).q / arms.degrees
    assert np.allclose(hksj.covariance, factor * wald.covariance, rtol=1e-12)
    assert np.allclose(floor.covariance, max(1.0, factor) * wald.covariance, rtol=1e-12)
    assert ("hksj_narrower" in [c.code for c in hksj.caveats]) is (factor < 1)
    assert "Knapp-Hartung" in hksj.result.spec["interval"]
    one = nma(SPARSE[:2], measure="OR", ci="hksj").result
    assert "no_degrees_for_hksj" in [c.code for c in one.caveats]


@given(seed=st.integers(0, 10_000), studies=st.integers(2, 20), scale=st.sampled_from([1e-4, 1.0, 1e5]))
@settings(max_examples=20, deadline=None)
def test_many_deviances_at_once_are_those_of_one_solution_each(seed, studies, scale):
    g = np.random.default_rng(seed)
    rows = [(0, t) for t in range(4)]
    rows += [(s, t) for s in range(1, studies) for t in g.choice(4, g.integers(2, 5), replace=False)]
    study, treatment = np.array(rows).T
    arms = arm_arrays(study, treatment, scale * g.normal(size=len(rows)), scale**2 * g.uniform(0.01, 2, len(rows)), 4)
    tau2 = scale**2 * np.array([0.0, 0.01, 1.0, 50.0])
    plain, restricted = deviances(arms, tau2)
    for k, x in enumerate(tau2.tolist()):
        one = solve(arms, x)
        assert math.isclose(plain[k], one.deviance, rel_tol=1e-9, abs_tol=1e-8)
        assert math.isclose(restricted[k], one.restricted_deviance, rel_tol=1e-9, abs_tol=1e-8)


# contrasts of two treatments whose likelihood has two maxima of nearly one height
CLOSE = [
    ([0.736, -0.333, 0.482, 162.788, -59.135, -176.535, -135.827],
     [0.793, 0.868, 0.892, 44.029, 71.571, 51.274, 61.735], True),
    ([0.407, 0.713, 4866.16, -9774.79, -4806.364, -1467.338, -3671.034, -260.197],
     [0.953, 0.814, 1250.578, 1890.118, 2627.202, 2215.698, 1580.368, 2373.39], False),
]  # fmt: skip


@pytest.mark.parametrize(("y", "se", "restricted"), CLOSE)
def test_of_two_maxima_of_nearly_one_height_the_higher_is_taken(y, se, restricted):
    k = len(y)
    levels, v = np.column_stack([np.zeros(k), y]).ravel(), np.repeat(np.square(se) / 2, 2)
    arms = arm_arrays(np.repeat(np.arange(k), 2), np.tile([0, 1], k), levels, v, 2)
    found = tau2_likelihood(arms, restricted=restricted)
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e9, 400)])
    least = deviances(arms, grid)[restricted].min()
    assert deviances(arms, np.array([found]))[restricted][0] <= least + 1e-9
    assert found > 1000


@given(seed=st.integers(0, 100_000), restricted=st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_highest_maximum_is_found_among_uneven_trials(seed, restricted):
    g = np.random.default_rng(seed)
    k = int(g.integers(4, 12))
    size = 10 ** g.uniform(0, 4, k)
    levels = np.column_stack([np.zeros(k), g.normal(0, size)]).ravel()
    arms = arm_arrays(
        np.repeat(np.arange(k), 2), np.tile([0, 1], k), levels, np.repeat(size**2 * g.uniform(0.05, 1, k), 2), 2
    )
    found = tau2_likelihood(arms, restricted=restricted)
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e12, 500)])
    least = deviances(arms, grid)[restricted].min()
    assert deviances(arms, np.array([found]))[restricted][0] <= least + 1e-6


def test_a_mapping_is_no_list_of_names():
    with pytest.raises(ArgumentError, match="not a name"):
        names_of("covariate", {"year": 2000})
    assert names_of("covariate", ["year", "age"]) == ("year", "age")
