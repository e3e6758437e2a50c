"""The network meta-analysis verb: invariance, caveats, refusals, and what comes back."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, DataError, DisconnectedError, FitError, NetworkError, UnknownNameError
from topline.records import NmaResult, StudyArm, from_json, to_json
from topline.synthesis import HalfNormal, Prior, Uniform, nma, parse_prior
from topline.synthesis.arrays.laplacian import factor

COUNTS = [
    ("s1", "A", 9, 140), ("s1", "C", 23, 140), ("s1", "D", 10, 138), ("s2", "B", 11, 78), ("s2", "C", 12, 85),
    ("s3", "A", 75, 731), ("s3", "C", 363, 714), ("s4", "A", 2, 106), ("s4", "C", 9, 205), ("s5", "B", 20, 49),
    ("s5", "D", 32, 127), ("s6", "A", 64, 642), ("s6", "B", 107, 761), ("s7", "C", 12, 76), ("s7", "D", 20, 74),
]  # fmt: skip
MEANS = [
    ("1", "A", -1.2, 3.7, 54), ("1", "C", -1.5, 4.3, 95), ("2", "A", -0.7, 3.7, 172), ("2", "B", -2.4, 3.4, 173),
    ("3", "A", -0.3, 4.4, 76), ("3", "B", -2.6, 4.3, 71), ("3", "D", -1.2, 4.3, 81), ("4", "C", -0.2, 3.0, 128),
    ("4", "D", -0.6, 3.0, 72), ("5", "C", -0.7, 3.0, 80), ("5", "D", -0.2, 3.0, 46), ("6", "A", 0.9, 2.0, 60),
    ("6", "B", -2.0, 2.0, 60),
]  # fmt: skip


def counts(rows=COUNTS):
    return [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in rows]


def means(factor=1.0):
    return [{"study": s, "treatment": t, "mean": factor * m, "sd": factor * sd, "n": n} for s, t, m, sd, n in MEANS]


def pair(values, treatment, reference):
    return next(v for v in values if (v.treatment, v.reference) == (treatment, reference))


def codes(result):
    return [c.code for c in result.caveats]


BAYES = {"engine": "bayes", "prior": Prior(HalfNormal(0.5))}


@pytest.mark.parametrize("request_", [{"engine": "reml"}, {"engine": "dl"}, BAYES], ids=["reml", "dl", "bayes"])
def test_rows_in_another_order_change_nothing(request_):
    data = counts()
    straight = nma(data, measure="OR", better="higher", **request_).result
    shuffled = [data[i] for i in np.random.default_rng(1).permutation(len(data))]
    assert to_json(nma(shuffled, measure="OR", better="higher", **request_).result) == to_json(straight)


@given(names=st.permutations(["w", "placebo", "Zz", "10"]), prefix=st.sampled_from(["", "9", "é"]))
@settings(max_examples=10, deadline=None)
def test_labels_change_nothing(names, prefix):
    new = dict(zip("ABCD", names, strict=True))
    old = {v: k for k, v in new.items()}
    renamed = [{**r, "treatment": new[r["treatment"]], "study": prefix + r["study"][::-1]} for r in counts()]
    before = nma(counts(), reference="A", better="higher").result
    after = nma(renamed, reference=new["A"], better="higher").result
    assert after.tau2 == pytest.approx(before.tau2, rel=1e-9)
    for cell in after.league:
        twin = pair(before.league, old[cell.treatment], old[cell.reference])
        assert (cell.estimate, cell.se) == pytest.approx((twin.estimate, twin.se), rel=1e-9, abs=1e-12)
    for rank in after.ranks:
        twin = next(r for r in before.ranks if r.treatment == old[rank.treatment])
        assert rank.p_score == pytest.approx(twin.p_score, rel=1e-9)
        assert rank.probabilities == pytest.approx(twin.probabilities, abs=3e-3)


@pytest.mark.parametrize("engine", ["reml", "bayes"])
def test_the_reference_changes_nothing(engine):
    prior = Prior(HalfNormal(0.5)) if engine == "bayes" else None
    a, d = (nma(counts(), reference=r, engine=engine, prior=prior, better="lower").result for r in "AD")
    # a proper prior on effects versus the reference ties results to it, by up to 1e-3 of a posterior sd
    tolerance = 1e-3 if engine == "bayes" else 1e-9
    for cell in a.league:
        twin = pair(d.league, cell.treatment, cell.reference)
        assert abs(cell.estimate - twin.estimate) < tolerance * cell.se
        assert abs(cell.se - twin.se) < tolerance * cell.se
    assert {c.treatment for c in a.effects} == set("BCD")
    assert pair(d.effects, "A", "D").estimate == pytest.approx(pair(a.league, "A", "D").estimate, abs=1e-3)


@pytest.mark.parametrize("engine", ["reml", "dl", "ml", "bayes"])
def test_units_change_nothing_but_the_unit(engine):
    one, thousand = (nma(means(f), measure="MD", engine=engine, reference="A").result for f in (1, 1000))
    assert thousand.tau2 == pytest.approx(1e6 * one.tau2, rel=1e-7)
    assert thousand.i2_tau2 == pytest.approx(one.i2_tau2, rel=1e-7)
    for small, large in zip(one.effects, thousand.effects, strict=True):
        for name in ("estimate", "se", "lower", "upper", "pi_lower", "pi_upper"):
            assert getattr(large, name) == pytest.approx(1000 * getattr(small, name), rel=1e-7, abs=1e-7)
    for a, b in zip(one.contributions, thousand.contributions, strict=True):
        assert (a.study, a.proportion) == (b.study, pytest.approx(b.proportion, rel=1e-7))


def test_league_is_complete_and_mirrors():
    result = nma(counts(), reference="A").result
    assert len(result.league) == 12
    for cell in result.league:
        twin = pair(result.league, cell.reference, cell.treatment)
        assert (twin.estimate, twin.lower, twin.upper) == (-cell.estimate, -cell.upper, -cell.lower)
        assert (twin.se, twin.n_direct) == (cell.se, cell.n_direct)
    assert pair(result.league, "C", "A").n_direct == 3
    assert pair(result.league, "C", "A").estimate == pytest.approx(pair(result.effects, "C", "A").estimate, abs=1e-14)


def test_contrasts_give_what_arms_give():
    """All pairs of every study, the three-arm one included, hold what the arms hold."""
    by_study = {}
    for s, t, m, sd, n in MEANS:
        by_study.setdefault(s, []).append((t, m, sd**2 / n))
    rows = [
        {"study": s, "treatment1": a[0], "treatment2": b[0], "estimate": a[1] - b[1], "se": (a[2] + b[2]) ** 0.5}
        for s, arms in by_study.items()
        for i, a in enumerate(arms)
        for b in arms[i + 1 :]
    ]
    arms, contrasts = nma(means(), measure="MD").result, nma(rows, measure="MD").result
    assert contrasts.tau2 == pytest.approx(arms.tau2, rel=1e-9)
    assert contrasts.q.between == pytest.approx(arms.q.between, rel=1e-9)
    for a, c in zip(arms.league, contrasts.league, strict=True):
        assert (c.estimate, c.se) == pytest.approx((a.estimate, a.se), rel=1e-9)
    assert contrasts.n_arms == arms.n_arms


def test_json_reads_back_and_the_id_is_that_of_the_request_and_data():
    fit = nma(counts(), better="higher")
    assert from_json(to_json(fit.result), NmaResult) == fit.result
    assert nma(counts(), better="higher").result.id == fit.result.id
    others = [
        nma(counts(), better="lower"), nma(counts(), better="higher", seed=1), nma(counts(), engine="dl"),
        nma(counts([*COUNTS[:-1], ("s7", "D", 21, 74)]), better="higher"),
    ]  # fmt: skip
    assert len({fit.result.id, *(o.result.id for o in others)}) == 5
    assert fit.result.spec["engine"] == "reml"


def test_facts_travel():
    arms = [StudyArm(study=s, treatment=t, events=e, n=n, fact=f"fact-{i}") for i, (s, t, e, n) in enumerate(COUNTS)]
    result = nma(arms, reference="A").result
    assert result.made_from == tuple(sorted(a.fact for a in arms))
    assert set(result.arms) == set(arms)
    lumped = [StudyArm(**{**{k: getattr(a, k) for k in a.__struct_fields__}, "study": a.study + "x"}) for a in arms]
    assert nma(lumped, reference="A").result.id != result.id


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, list])
def test_frames_come_back_as_they_came(make):
    fit = nma(make(counts()), better="higher")
    for table in (fit.effects(), fit.league(), fit.ranks(), fit.node_split(), fit.inconsistency(), fit.contributions()):
        assert isinstance(table, make)
        assert len(table) > 0
    columns = fit.ranks()[0] if make is list else fit.ranks().columns
    assert {"probability_1", "probability_4", "p_score", "rank_lower"} <= set(columns)


def test_default_reference():
    assert nma(counts()).result.reference in ("A", "C")
    renamed = [{**r, "treatment": "Placebo" if r["treatment"] == "D" else r["treatment"]} for r in counts()]
    assert nma(renamed).result.reference == "Placebo"
    # A and C are both in 4 trials: the first by name
    assert nma(counts()[:-2]).result.reference == "A"
    assert "reference_chosen" in codes(nma(counts()).result)
    assert "reference_chosen" not in codes(nma(counts(), reference="A").result)


def test_without_a_direction_nothing_is_ranked():
    result = nma(counts()).result
    assert result.ranks == ()
    assert "no_direction" in codes(result)
    up, down = (nma(counts(), better=b).result.ranks for b in ("higher", "lower"))
    assert [r.treatment for r in up] == [r.treatment for r in down][::-1]
    assert {r.treatment: r.p_score for r in up} == pytest.approx({r.treatment: 1 - r.p_score for r in down})


def test_a_star_has_no_closed_loop():
    rows = [r for s, t in (("1", "B"), ("2", "C"), ("3", "D"), ("4", "D")) for r in
            ((s, "A", 10, 100), (s, t, 20, 100))]  # fmt: skip
    result = nma(counts(rows), reference="A").result
    assert result.node_split == ()
    assert result.q.between is None
    assert result.q.df_between == 0
    assert "no_closed_loop" in codes(result)


def test_one_trial_says_nothing_about_heterogeneity():
    result = nma(counts(COUNTS[:3]), reference="A", better="higher").result
    assert result.tau2 is result.tau is result.i2 is result.i2_tau2 is None
    assert (result.q.total, result.q.p, result.q.df) == (0.0, None, 0)
    assert "tau2_not_estimable" in codes(result)
    assert all(e.pi_lower is None and e.se > 0 for e in result.effects)
    assert result.node_split == ()
    (only,) = {c.proportion for c in result.contributions}
    assert only == 1


def test_common_effect():
    result = nma(counts(), model="common").result
    assert result.tau2 == 0
    assert all(e.pi_lower is None for e in result.effects)
    assert "common_effect" in codes(result)


def test_zero_cells_are_corrected_in_the_whole_study():
    rows = [*COUNTS, ("s8", "A", 0, 33), ("s8", "C", 9, 48), ("s9", "A", 5, 20), ("s9", "C", 20, 20)]
    result = nma(counts(rows)).result
    (caveat,) = [c for c in result.caveats if c.code == "continuity"]
    assert "s8" in caveat.text
    assert "s9" in caveat.text
    assert caveat.severity == "moderate"
    by_hand = [
        StudyArm(study=s, treatment=t, events=e + 0.5 * (s in ("s8", "s9")), n=n + (s in ("s8", "s9")))
        for s, t, e, n in rows
    ]
    assert nma(by_hand).result.tau2 == pytest.approx(result.tau2, rel=1e-12)
    with pytest.raises(ArgumentError, match="continuity"):
        nma(counts(rows), continuity=0)


def test_studies_without_information_are_left_out_and_named():
    rows = [
        *COUNTS,
        ("s8", "A", 0, 33),
        ("s8", "C", 0, 48),
        ("s9", "A", 20, 20),
        ("s9", "C", 30, 30),
        ("s10", "A", 3, 9),
    ]
    result = nma(counts(rows)).result
    assert result.n_studies == 7
    texts = {c.code: c.text for c in result.caveats}
    assert "s8, s9" in texts["no_information"]
    assert "s10" in texts["single_arm"]
    # a risk difference of 0 is information
    assert nma(counts(rows), measure="RD").result.n_studies == 9


def test_incomplete_arms_are_left_out_and_named():
    data = counts()
    data[2]["events"] = None
    result = nma(data).result
    assert result.n_arms == 14
    assert "s1 (D)" in next(c.text for c in result.caveats if c.code == "incomplete_arms")


def test_rates():
    rows = [
        {"study": s, "treatment": t, "events": e, "exposure": x}
        for s, t, e, x in [("1", "A", 10, 100.0), ("1", "B", 20, 110.0), ("2", "A", 7, 50.0), ("2", "B", 9, 52.5)]
    ]
    (effect,) = nma(rows, measure="IRR", reference="A", model="common").result.effects
    first, second = np.log(20 / 110 / (10 / 100)), np.log(9 / 52.5 / (7 / 50))
    w = np.array([1 / (1 / 10 + 1 / 20), 1 / (1 / 7 + 1 / 9)])
    assert effect.estimate == pytest.approx(w @ [first, second] / w.sum(), rel=1e-12)
    assert effect.display.estimate == pytest.approx(np.exp(effect.estimate))


@pytest.mark.parametrize("reverse", [False, True])
def test_one_trial_is_its_own_estimate(reverse):
    row = {"study": "1", "treatment1": "A", "treatment2": "B", "estimate": -0.4, "se": 0.2}
    if reverse:
        row |= {"treatment1": "B", "treatment2": "A", "estimate": 0.4}
    (effect,) = nma([row], measure="HR", reference="B").result.effects
    assert (effect.treatment, effect.estimate) == ("A", pytest.approx(-0.4, rel=1e-12))
    assert effect.se == pytest.approx(0.2, rel=1e-12)
    assert effect.lower == pytest.approx(-0.4 - 1.959964 * 0.2, abs=1e-6)
    assert effect.display.upper == pytest.approx(np.exp(-0.4 + 1.959964 * 0.2), abs=1e-6)


def three_arm_study(**changes):
    rows = {("A", "B"): (0.5, 0.30), ("A", "C"): (0.8, 0.36), ("B", "C"): (0.3, 0.34)}
    for key, value in changes.items():
        rows[tuple(key)] = value
    return [
        {"study": "Multi 1999", "treatment1": a, "treatment2": b, "estimate": y, "se": se}
        for (a, b), (y, se) in rows.items()
        if y is not None
    ]


def test_contrasts_of_three_arms_that_cannot_be():
    assert nma(three_arm_study(), measure="MD").result.n_arms == 3
    with pytest.raises(DataError, match=r"contradict(?s:.*)A versus C = A versus B") as caught:
        nma(three_arm_study(AC=(1.4, 0.36)), measure="MD")
    assert "Multi 1999" in str(caught.value)
    assert "A, B, C" in str(caught.value)
    with pytest.raises(DataError, match=r"can't come from one trial(?s:.*)the arm A"):
        nma(three_arm_study(BC=(0.3, 0.9)), measure="MD")
    with pytest.raises(DataError, match="not every pair"):
        nma(three_arm_study(BC=(None, None)), measure="MD")
    with pytest.raises(DataError, match="twice") as caught:
        nma([*three_arm_study(), {**three_arm_study()[0]}], measure="MD")
    assert "row 2 and row 5" in str(caught.value)


def test_rounded_contrasts_are_averaged_with_a_caveat():
    result = nma(three_arm_study(AC=(0.81, 0.36)), measure="MD").result
    assert "multi_arm_rounded" in codes(result)


def test_a_treatment_twice_in_a_study_is_refused():
    with pytest.raises(DataError, match="twice") as caught:
        nma(counts([*COUNTS, ("s1", "A", 8, 90)]))
    assert "row 2 and row 17" in str(caught.value)
    arms = [StudyArm(study="s", treatment="A", events=1, n=5)] * 2
    with pytest.raises(DataError, match="arm 1 and arm 2"):
        nma(arms)


def test_impossible_numbers_in_records_are_refused():
    good = StudyArm(study="s", treatment="A", events=1, n=5)
    with pytest.raises(DataError, match="more events than patients"):
        nma([good, StudyArm(study="s", treatment="B", events=6, n=5)])
    with pytest.raises(DataError, match="n is not possible"):
        nma([good, StudyArm(study="s", treatment="B", events=0, n=0)])


def test_disconnected_networks_are_refused_by_component():
    with pytest.raises(DisconnectedError) as caught:
        nma(counts([*COUNTS, ("s8", "X", 3, 30), ("s8", "Y", 9, 40)]))
    assert caught.value.components == (("A", "B", "C", "D"), ("X", "Y"))


def test_nothing_to_compare():
    with pytest.raises(NetworkError, match="compares two treatments"):
        nma(counts([("s1", "A", 1, 10), ("s2", "B", 2, 10)]))


@pytest.mark.parametrize(
    ("request_", "error", "text"),
    [
        ({"measure": "ORR"}, UnknownNameError, "did you mean .*'OR'"),
        ({"reference": "placbo"}, UnknownNameError, "unknown treatment"),
        ({"model": "fixed"}, UnknownNameError, "'common'"),
        ({"engine": "mcmc"}, UnknownNameError, "'reml'"),
        ({"better": "up"}, UnknownNameError, "higher"),
        ({"level": 95}, ArgumentError, "between 0 and 1"),
        ({"seed": -1}, ArgumentError, "seed"),
        ({"continuity": -0.5}, ArgumentError, "continuity"),
        ({"prior": Prior(HalfNormal(1))}, ArgumentError, "Bayesian"),
        ({"measure": "HR"}, DataError, "HR"),
    ],
)
def test_requests_that_cannot_be_understood(request_, error, text):
    with pytest.raises(error, match=text):
        nma(counts(), **request_)


def test_arms_do_not_make_a_hazard_ratio():
    arms = [StudyArm(study="s", treatment=t, events=1, n=5) for t in "AB"]
    with pytest.raises(DataError, match="can't be made from arms"):
        nma(arms, measure="HR")


def test_priors_parse_and_print():
    for text, tau in (("halfnormal(0.5)", HalfNormal(0.5)), (" Uniform( 0 ,2)", Uniform(0.0, 2.0))):
        assert parse_prior(text) == Prior(tau)
        assert parse_prior(str(tau)).tau == tau
    for wrong in ("halfnormal", "halfnormal(a)", "uniform(1)", "normal(1)", "halfnormal(0.5, 1)", "uniform(2, 1)"):
        with pytest.raises(ArgumentError):
            parse_prior(wrong)
    for make in (lambda: HalfNormal(0), lambda: Uniform(-1, 2), lambda: Prior("x"), lambda: Prior(HalfNormal(1), 0)):
        with pytest.raises(ArgumentError):
            make()


def test_default_priors_carry_the_unit():
    spec = nma(means(10), measure="MD", engine="bayes").spec
    degrees = np.array([n - 1 for *_, n in MEANS])
    pooled = 10 * np.sqrt(degrees @ np.array([sd**2 for *_, sd, _ in MEANS]) / degrees.sum())
    assert spec.prior.tau.scale == pytest.approx(0.5 * pooled)
    assert spec.prior.effect_sd == pytest.approx(100 * pooled)
    assert nma(counts(), engine="bayes").spec.prior == Prior(HalfNormal(0.5), 100.0)
    assert nma(counts(), measure="RD", engine="bayes").spec.prior == Prior(HalfNormal(0.125), 100.0)
    with pytest.raises(ArgumentError, match="standard deviation"):
        nma(three_arm_study(), measure="MD", engine="bayes")
    given_ = nma(three_arm_study(), measure="MD", engine="bayes", prior=Prior(Uniform(0, 3))).spec.prior
    assert given_ == Prior(Uniform(0, 3), 300)


def test_bayes_result():
    result = nma(counts(), engine="bayes", reference="A", better="higher").result
    assert result.q is None
    assert result.i2 is None
    assert result.tau == result.tau_posterior.mean
    assert result.tau2 == pytest.approx(result.tau_posterior.mean**2 + result.tau_posterior.sd**2)
    assert result.tau_posterior.lower < result.tau_posterior.median < result.tau_posterior.upper
    for e in result.effects:
        assert e.pi_lower < e.lower < e.median < e.upper < e.pi_upper
    assert {"default_prior", "no_q"} <= set(codes(result))
    common = nma(counts(), engine="bayes", model="common").result
    assert common.tau2 == 0
    assert common.tau_posterior is None


def test_a_prior_that_rules_heterogeneity_out_gives_the_common_effect():
    tight = nma(counts(), engine="bayes", reference="A", prior=Prior(HalfNormal(1e-5)))
    common = nma(counts(), model="common", reference="A")
    np.testing.assert_allclose(tight.mean, common.mean, rtol=1e-4, atol=1e-6)


def test_effects_that_overflow_have_no_display():
    row = {"study": "1", "treatment1": "A", "treatment2": "B", "estimate": 800.0, "se": 0.2}
    (effect,) = nma([row], measure="OR", reference="B").result.effects
    assert effect.display.estimate is None


@pytest.mark.parametrize("engine", ["reml", "dl", "ml"])
def test_heterogeneity_of_any_size_is_found(engine):
    rows = [
        {"study": str(k), "treatment1": "A", "treatment2": "B", "estimate": y, "se": 1e-6}
        for k, y in enumerate((1e6, -1e6, 0.0))
    ]
    expected = 2e12 / 3 if engine == "ml" else 1e12
    assert nma(rows, measure="MD", engine=engine).result.tau2 == pytest.approx(expected, rel=1e-9)


def test_weights_that_determine_nothing_are_a_fit_error():
    with pytest.raises(FitError, match="does not determine"):
        factor(np.array([[1.0, 1.0], [1.0, 1.0]]))


def test_the_measure_may_stand_second():
    assert nma(counts(), "RR").result.measure == "RR"


@pytest.mark.parametrize("better", ["Higher", "LOWER"])
def test_directions_in_capitals_are_understood(better):
    assert nma(counts(), "OR", better=better).result.better == better.lower()


@pytest.mark.parametrize("model", ["fixed", "Fixed-effect", "FE"])
def test_the_fixed_effect_model_is_called_common(model):
    with pytest.raises(UnknownNameError, match="model='common'"):
        nma(counts(), "OR", model=model)


def test_what_a_fit_found_stands_on_the_fit():
    fit = nma(counts(), "OR")
    assert (fit.tau2, fit.tau, fit.i2, fit.q) == (fit.result.tau2, fit.result.tau, fit.result.i2, fit.result.q)


@pytest.mark.parametrize("arguments", [("a", 1), (2.5, 1), (10, -1), (10, "x"), (0, 1), (True, 1)])
def test_draws_that_can_not_be_made(arguments):
    with pytest.raises(ArgumentError, match="not a whole number"):
        nma(counts(), "OR").draws(*arguments)


@pytest.mark.parametrize("scale", [None, "0.5", float("nan"), 0, True])
def test_scales_of_priors_that_can_not_be(scale):
    with pytest.raises(ArgumentError):
        HalfNormal(scale)
    with pytest.raises(ArgumentError):
        Uniform(0, scale)


def test_groups_without_names_are_compared_with_the_last():
    rows = [
        {"study": "1", "events1": 3, "n1": 20, "events2": 6, "n2": 20},
        {"study": "2", "events1": 4, "n1": 30, "events2": 9, "n2": 31},
    ]
    (effect,) = nma(rows, "OR").result.effects
    assert (effect.treatment, effect.reference) == ("group 1", "group 2")
    assert effect.estimate < 0


def test_ratios_that_were_not_logged_are_warned_of_first():
    rows = [
        {"study": s, "treatment1": t, "treatment2": "p", "estimate": e, "se": 0.1}
        for s, t, e in (("a", "x", 0.6), ("b", "y", 0.7), ("c", "x", 0.5))
    ]
    first = nma(rows, "HR", better="lower").result.caveats[0]
    assert (first.code, first.severity) == ("estimates_all_positive", "serious")
    assert "take their logarithms" in first.text


def test_caveats_stand_by_severity():
    severities = [
        c.severity for c in nma([*counts(), {"study": "z", "treatment": "A", "events": 1, "n": 5}], "OR").caveats
    ]
    assert severities == sorted(severities, key=("serious", "moderate", "minor").index)
    assert len(set(severities)) > 1


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_frames_without_rows_keep_their_columns(make):
    star = make([r for r in counts() if r["study"] in ("s1", "s2")][:2])
    fit = nma(star, "OR")
    assert "p_score" in fit.ranks().columns
    assert "direct" in fit.node_split().columns
    assert len(fit.node_split()) == 0
    sparse = nma(make(counts()), "OR", model="common", engine="mh")
    assert "proportion" in sparse.contributions().columns


def test_a_sheet_of_a_workbook(tmp_path):
    book = tmp_path / "book.xlsx"
    with pytest.raises(ArgumentError, match="no sheets"):
        nma([StudyArm(**row) for row in counts()], "OR", sheet="Arms")
    book.write_bytes(b"")
    with pytest.raises(DataError):
        nma(str(book), "OR", sheet="Arms")


def test_trials_that_happen_to_agree_are_warned_of_under_knapp_hartung():
    rows = [
        {"study": s, "treatment": t, "mean": m, "sd": 1.0, "n": 50} for s in "123" for t, m in (("A", 0.0), ("B", 1.0))
    ]
    severity = {c.code: c.severity for c in nma(rows, "MD", ci="hksj").caveats}
    assert severity["hksj_narrower"] == "serious"
    assert "hksj_narrower" not in {c.code for c in nma(rows, "MD", ci="hksj-floor").caveats}
