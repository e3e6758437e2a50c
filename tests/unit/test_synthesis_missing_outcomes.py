"""Missing outcomes: requests, refusals, the comparison of scenarios, and what is said of them."""

import itertools
import math
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.records import from_json, to_json
from topline.synthesis import nma

# study, treatment, events, n (known outcomes), missing; s2 has three arms, s4 an arm without events
ROWS = [
    ("s1", "drug", 30, 90, 10), ("s1", "placebo", 20, 85, 15), ("s2", "drug", 25, 60, 0), ("s2", "placebo", 15, 50, 12),
    ("s2", "rival", 28, 55, 5), ("s3", "placebo", 10, 40, 4), ("s3", "rival", 18, 44, 9), ("s4", "drug", 4, 20, 3),
    ("s4", "placebo", 0, 22, 1),
]  # fmt: skip
MEANS = [
    ("m1", "drug", -5.0, 4.0, 40, 10), ("m1", "placebo", -2.0, 4.5, 42, 4), ("m2", "drug", -4.0, 5.0, 60, 0),
    ("m2", "placebo", -2.5, 5.0, 61, 9), ("m3", "drug", -6.0, 4.0, 30, 6), ("m3", "placebo", -2.0, 4.0, 31, 3),
]  # fmt: skip


def table(rows=ROWS):
    names = ("study", "treatment", "events", "n", "missing")
    return [dict(zip(names, row, strict=True)) for row in rows]


def means(factor=1.0):
    names = ("study", "treatment", "mean", "sd", "n", "missing")
    return [dict(zip(names, (s, t, factor * m, factor * sd, n, k), strict=True)) for s, t, m, sd, n, k in MEANS]


def fitted(rows=None, **options):
    given = {"measure": "OR", "reference": "placebo", "better": "higher"} | options
    return nma(table() if rows is None else rows, **given)


def numbers(fit):
    return [
        (e.treatment, pytest.approx(e.estimate, rel=1e-9), pytest.approx(e.se, rel=1e-9)) for e in fit.result.effects
    ]


def plain(fit):
    return [(e.treatment, e.estimate, e.se) for e in fit.result.effects]


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "AS"])
def test_missing_at_random_is_the_available_case(measure):
    fit = fitted(measure=measure)
    assert plain(fit.missing_outcomes()) == numbers(fit)


def test_means_missing_at_random():
    fit = nma(means(), measure="MD", reference="placebo")
    assert plain(fit.missing_outcomes(model="imdom")) == numbers(fit)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_certain_extreme_is_the_limit_of_the_odds_ratio(measure):
    """Without zero cells, counting the missing as events is a log IMOR without bound."""
    rows = table([row for row in ROWS if row[0] != "s4"])
    fit = fitted(rows, measure=measure)
    for scenario, mean in (("all_events", 60.0), ("no_events", -60.0)):
        assert plain(fit.missing_outcomes(mean=mean)) == numbers(fit.missing_outcomes(scenario=scenario))


def test_uncertainty_widens_and_does_not_narrow():
    fit = fitted(model="common")
    sizes = [[e.se for e in fit.missing_outcomes(sd=sd).result.effects] for sd in (0.0, 0.5, 1.0, 2.0)]
    for less, more in itertools.pairwise(sizes):
        assert all(a < b for a, b in zip(less, more, strict=True))


def test_one_parameter_a_treatment():
    fit = fitted()
    both = fit.missing_outcomes(mean={"drug": 0.7, "rival": 0.7, "placebo": 0.7}, sd={"drug": 0.5})
    assert plain(fit.missing_outcomes(mean=0.7)) != plain(both)
    assert plain(fit.missing_outcomes(mean={"drug": 0.7})) == numbers(
        fit.missing_outcomes(mean={"drug": 0.7, "rival": 0.0, "placebo": 0.0})
    )
    text = next(c.text for c in both.caveats if c.code == "missing_outcomes")
    assert "0.7 (standard deviation 0.5) with drug; 0.7 with placebo; 0.7 with rival" in text


def test_equal_arms_move_alike():
    """With the same risk, share missing and IMOR in both arms there is nothing to change in the difference."""
    rows = table([("s1", "drug", 30, 90, 10), ("s1", "placebo", 30, 90, 10)])
    for mean in (-2.0, 2.0):
        (effect,) = fitted(rows).missing_outcomes(mean=mean).result.effects
        assert effect.estimate == pytest.approx(0.0, abs=1e-12)


def test_the_best_case_is_best():
    fit = fitted()
    found = {s: {t: e for t, e, _ in plain(fit.missing_outcomes(scenario=s))} for s in ("best", "worst")}
    usual = {t: e for t, e, _ in plain(fit)}
    for treatment in ("drug", "rival"):
        assert found["worst"][treatment] < usual[treatment] < found["best"][treatment]
    lower = fitted(better="lower").missing_outcomes(scenario="best")
    assert plain(lower) == numbers(fit.missing_outcomes(scenario="worst"))


def test_the_best_case_of_named_treatments():
    fit = fitted()
    whole = fit.missing_outcomes(scenario="best", treatments=["drug"])
    arms = {(a.study, a.treatment): (a.events, a.n, a.missing) for a in whole.network.arms}
    assert arms["s1", "drug"] == (40, 100, 0)
    assert arms["s2", "rival"] == (28, 60, 0)
    assert arms["s1", "placebo"] == (20, 100, 0)
    text = next(c.text for c in whole.caveats if c.code == "missing_outcomes")
    assert "the event with drug; no event with placebo, rival" in text


def test_the_counts_and_the_correction_follow_the_scenario():
    """No events in s4 of placebo: corrected as long as its missing patients have none either."""
    fit = fitted()
    assert any(c.code == "continuity" for c in fit.missing_outcomes(scenario="no_events").caveats)
    assert not any(c.code == "continuity" for c in fit.missing_outcomes(scenario="all_events").caveats)
    assert any(c.code == "continuity" for c in fit.missing_outcomes(mean=1.0).caveats)


def test_what_is_said():
    text = next(
        c.text for c in fitted().missing_outcomes(mean=math.log(2), sd=1.0).caveats if c.code == "missing_outcomes"
    )
    assert text.startswith("Of 525 patients 59 (11.2%) have no outcome.")
    assert "log informative missingness odds ratio of 0.693 (standard deviation 1)" in text


def test_arms_that_do_not_say():
    rows = table()
    rows[1]["missing"] = None
    whole = fitted(rows).missing_outcomes(mean=1.0)
    text = next(c.text for c in whole.caveats if c.code == "missing_unknown")
    assert text.endswith("s1 (placebo).")
    silent = [row | {"missing": 0} if row["missing"] is None else row for row in rows]
    assert plain(whole) == numbers(fitted(silent).missing_outcomes(mean=1.0))


def test_arms_beside_contrasts_keep_their_levels():
    rows = [row for row in table() if row["study"] != "s3"]
    other = [{"study": "s9", "treatment1": "rival", "treatment2": "placebo", "estimate": 0.5, "se": 0.3}]
    fit = fitted(rows, contrasts=other)
    for whole in (fit.missing_outcomes(mean=1.0), fit.missing_outcomes(scenario="best")):
        assert whole.network.studies == fit.network.studies
        assert any(c.code == "missing_unknown" for c in whole.caveats)
        place = fit.network.studies.index("s9")
        own = fit.network.arrays.study == place
        assert (whole.network.arrays.y[own] == fit.network.arrays.y[own]).all()


def test_a_difference_of_means_scales_with_the_outcome():
    one = nma(means(), measure="MD", reference="placebo").missing_outcomes(mean=2.0, sd=1.0)
    two = nma(means(10.0), measure="MD", reference="placebo").missing_outcomes(mean=20.0, sd=10.0)
    for first, second in zip(one.result.effects, two.result.effects, strict=True):
        assert second.estimate == pytest.approx(10 * first.estimate)
        assert second.se == pytest.approx(10 * first.se)


def test_ids_tell_assumptions_apart():
    fit = fitted()
    made = [
        fit, fit.missing_outcomes(), fit.missing_outcomes(mean=1.0), fit.missing_outcomes(sd=1.0),
        fit.missing_outcomes(scenario="best"), fit.missing_outcomes(scenario="best", treatments=["drug"]),
    ]  # fmt: skip
    assert len({one.result.id for one in made}) == len(made)
    result = made[2].result
    assert from_json(to_json(result), type(result)) == result


def test_a_whole_fit_answers_everything():
    whole = fitted().missing_outcomes(mean=0.5, sd=0.5)
    assert whole.result.ranks
    assert "placebo" in whole.forest().description


SCENARIOS = [
    "available", "uncertain", "lower", "higher", "higher versus reference", "lower versus reference", "no_events",
    "all_events", "best", "worst",
]  # fmt: skip


def test_scenarios_side_by_side():
    fit = fitted()
    rows = fit.missing_scenarios()
    assert [row["scenario"] for row in rows[::2]] == SCENARIOS
    assert {row["treatment"] for row in rows} == {"drug", "rival"}
    found = {(row["scenario"], row["treatment"]): row for row in rows}
    assert all(found["available", t]["change"] == 0 for t in ("drug", "rival"))
    for t, estimate, se in plain(fit.missing_outcomes(scenario="worst")):
        row = found["worst", t]
        assert (row["estimate"], row["se"]) == (estimate, se)
        assert row["change"] == pytest.approx(estimate - found["available", t]["estimate"])
    opposite = fit.missing_outcomes(mean={"drug": math.log(3), "rival": math.log(3), "placebo": -math.log(3)})
    wide = {(r["scenario"], r["treatment"]): r for r in fit.missing_scenarios(size=math.log(3))}
    for t, estimate, _ in plain(opposite):
        assert wide["higher versus reference", t]["estimate"] == pytest.approx(estimate)


def test_scenarios_without_a_direction_have_no_best_case():
    names = [row["scenario"] for row in fitted(better=None).missing_scenarios()[::2]]
    assert names == SCENARIOS[:-2]


def test_scenarios_of_means():
    fit = nma(means(), measure="MD", reference="placebo")
    rows = fit.missing_scenarios()
    assert [row["scenario"] for row in rows] == SCENARIOS[:6]
    half = fit.network.unit / 2
    (wanted,) = fit.missing_outcomes(mean=half).result.effects
    assert rows[3]["estimate"] == pytest.approx(wanted.estimate)


def test_no_uncertainty_is_too_large_for_a_float():
    for fit in (fitted(), fitted(measure="RR"), fitted(measure="RD"), fitted(measure="AS")):
        for options in ({"sd": 1e3}, {"mean": 1e6}, {"mean": -1e6, "sd": 10.0}):
            for effect in fit.missing_outcomes(**options).result.effects:
                assert math.isfinite(effect.estimate)
                assert math.isfinite(effect.se)


@pytest.mark.parametrize("arguments", [{"sd": -1.0}, {"sd": "1"}, {"sd": True}, {"size": "2"}, {"size": math.inf}])
def test_refused_sizes(arguments):
    with pytest.raises(ArgumentError, match="is a number from 0"):
        fitted().missing_scenarios(**arguments)


def test_one_name_is_a_list_of_one():
    fit = fitted()
    one = fit.missing_outcomes(scenario="best", treatments="drug")
    assert plain(one) == plain(fit.missing_outcomes(scenario="best", treatments=["drug"]))


def test_scenarios_come_back_as_a_frame():
    assert isinstance(fitted(pd.DataFrame(table())).missing_scenarios(), pd.DataFrame)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed):
    rows = table()
    random.Random(seed).shuffle(rows)
    for options in ({"mean": 0.5, "sd": 1.0}, {"scenario": "worst"}):
        assert plain(fitted().missing_outcomes(**options)) == plain(fitted(rows).missing_outcomes(**options))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"model": "imputation"}, UnknownNameError, "unknown model of missing outcomes"),
        ({"model": "imdom"}, ArgumentError, "does not belong to the odds ratio"),
        ({"mean": "much"}, ArgumentError, "mean is a number"),
        ({"mean": float("nan")}, ArgumentError, "mean is a number"),
        ({"mean": True}, ArgumentError, "mean is a number"),
        ({"sd": -1.0}, ArgumentError, "sd is a number from 0"),
        ({"mean": {"Z": 1.0}}, UnknownNameError, "unknown treatment 'Z'"),
        ({"sd": {"drug": "x"}}, ArgumentError, "sd is a number from 0"),
        ({"scenario": "nice"}, UnknownNameError, "unknown scenario"),
        ({"scenario": "best", "mean": 1.0}, ArgumentError, "leaves nothing"),
        ({"scenario": "best", "treatments": ["Z"]}, UnknownNameError, "unknown treatment 'Z'"),
        ({"treatments": ["drug"]}, ArgumentError, "belongs to the scenarios"),
    ],
)
def test_refusals(arguments, error, words):
    with pytest.raises(error, match=words):
        fitted().missing_outcomes(**arguments)


def test_refusals_that_depend_on_the_fit():
    with pytest.raises(ArgumentError, match="need a direction"):
        fitted(better=None).missing_outcomes(scenario="best")
    with pytest.raises(DataError, match="no arm says how many"):
        fitted([{k: v for k, v in row.items() if k != "missing"} for row in table()]).missing_outcomes()
    with pytest.raises(ArgumentError, match="belong to events"):
        nma(means(), measure="MD", reference="placebo").missing_outcomes(scenario="all_events")
    with pytest.raises(ArgumentError, match="not for the standardised mean difference"):
        nma(means(), measure="SMD", reference="placebo").missing_outcomes()
    contrasts = [{"study": "s", "treatment1": "a", "treatment2": "b", "estimate": 0.1, "se": 0.2}]
    with pytest.raises(DataError, match="no arm says how many"):
        nma(contrasts, measure="OR").missing_outcomes()


def test_an_engine_that_reads_counts_takes_the_extremes_only():
    rows = table([row for row in ROWS if row[0] != "s4"])
    fit = fitted(rows, model="common", engine="mh")
    with pytest.raises(ArgumentError, match="reads counts"):
        fit.missing_outcomes(mean=1.0)
    by_hand = [
        {"study": s, "treatment": t, "events": r + m * (t != "placebo"), "n": n + m}
        for s, t, r, n, m in ROWS
        if s != "s4"
    ]
    whole = fit.missing_outcomes(scenario="best")
    assert plain(whole) == numbers(fitted(by_hand, model="common", engine="mh"))
    names = [row["scenario"] for row in fit.missing_scenarios()[::2]]
    assert names == ["available", "no_events", "all_events", "best", "worst"]


def test_the_bayesian_engine_takes_both():
    fit = fitted(engine="bayes")
    for whole in (fit.missing_outcomes(sd=1.0), fit.missing_outcomes(scenario="best")):
        assert whole.spec.engine == "bayes"
        assert plain(whole) != plain(fit)


def test_a_risk_of_zero_on_the_arcsine_scale():
    """The slope has no limit there; the level stays 0 and the variance is that of the share of known outcomes."""
    rows = table([("s1", "drug", 0, 50, 50), ("s1", "placebo", 20, 50, 0)])
    fit = nma(rows, measure="AS", reference="placebo")
    whole = fit.missing_outcomes(mean=math.log(3))
    own = fit.network.arms.index(next(a for a in fit.network.arms if a.treatment == "drug"))
    assert whole.network.arrays.y[own] == 0
    assert whole.network.arrays.v[own] == pytest.approx((0.5 + 0.5 * 3) / (4 * 50))


ASSUMPTIONS = [{}, {"mean": 1.0}, {"sd": 0.5}, {"scenario": "worst"}, {"scenario": "all_events"}]


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(ASSUMPTIONS, 2)))
def test_a_second_assumption_takes_the_place_of_the_first(first, second):
    fit = fitted()
    again = fit.missing_outcomes(**first).missing_outcomes(**second)
    assert plain(again) == plain(fit.missing_outcomes(**second))
    assert again.result.id == fit.missing_outcomes(**second).result.id
    assert [c.code for c in again.caveats].count("missing_outcomes") == 1
    assert "patients 59 (11.2%) have no outcome" in next(c.text for c in again.caveats if c.code == "missing_outcomes")


@pytest.mark.parametrize("options", ASSUMPTIONS)
def test_scenarios_of_a_fit_under_an_assumption_are_those_without_it(options):
    fit = fitted()
    assert fit.missing_outcomes(**options).missing_scenarios() == fit.missing_scenarios()


# s3 has no events, and s4 neither, nor a treatment that another study has
QUIET = [
    ("s1", "drug", 5, 50, 3), ("s1", "placebo", 9, 50, 4), ("s2", "drug", 3, 40, 2), ("s2", "placebo", 6, 40, 2),
    ("s3", "drug", 0, 20, 5), ("s3", "placebo", 0, 20, 1), ("s4", "other", 0, 20, 5), ("s4", "more", 0, 20, 1),
]  # fmt: skip


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("scenario", ["no_events", "all_events", "best", "worst"])
def test_an_extreme_is_the_data_entered_whole(measure, scenario):
    """Also where a study has no events among the known outcomes, and has some with the missing ones counted."""
    event = {"no_events": (0, 0), "all_events": (1, 1), "best": (1, 0), "worst": (0, 1)}[scenario]
    entered = [
        {"study": s, "treatment": t, "events": r + m * event[t == "placebo"], "n": n + m}
        for s, t, r, n, m in QUIET
        if s != "s4"
    ]
    rows = table([row for row in QUIET if row[0] != "s4"])
    fit, wanted = fitted(rows, measure=measure), fitted(entered, measure=measure)
    found = fit.missing_outcomes(scenario=scenario)
    assert plain(found) == numbers(wanted)
    assert found.network.studies == wanted.network.studies
    codes = {c.code for c in wanted.caveats} | {"missing_outcomes"}
    assert {c.code for c in found.caveats} == codes
    text = next(c.text for c in found.caveats if c.code == "missing_outcomes")
    informed = measure != "RD" and scenario != "no_events"
    assert ("by the known outcomes alone enter with them: s3." in text) is informed
    shown = "Of 237 patients 17" if informed or measure == "RD" else "Of 191 patients 11"
    assert text.startswith(shown)
    row = next(r for r in fit.missing_scenarios() if r["scenario"] == scenario)
    assert (row["estimate"], row["se"]) == plain(found)[0][1:]


@pytest.mark.parametrize("engine", ["mh", "nch", "penalised"])
def test_an_engine_that_reads_counts_reads_them_anew(engine):
    entered = [{"study": s, "treatment": t, "events": r + m, "n": n + m} for s, t, r, n, m in QUIET if s != "s4"]
    rows = table([row for row in QUIET if row[0] != "s4"])
    options = {"model": "common", "engine": engine}
    found = fitted(rows, **options).missing_outcomes(scenario="all_events")
    assert plain(found) == numbers(fitted(entered, **options))
    assert found.network.studies == ("s1", "s2", "s3")
    assert "no_information" not in {c.code for c in found.caveats}


def test_a_study_that_enters_must_be_joined_to_the_reference():
    fit = fitted(table(QUIET))
    assert "s3, s4" in next(c.text for c in fit.caveats if c.code == "no_information")
    found = fit.missing_outcomes(scenario="all_events")
    assert found.network.studies == ("s1", "s2", "s3")
    assert "placebo are left out: s4." in next(c.text for c in found.caveats if c.code == "not_joined")


def test_a_treatment_that_enters_has_no_change():
    rows = table([*QUIET[:4], ("s3", "rival", 0, 20, 5), ("s3", "placebo", 0, 20, 1)])
    scenarios = {(r["scenario"], r["treatment"]): r for r in fitted(rows).missing_scenarios()}
    assert ("available", "rival") not in scenarios
    assert scenarios["all_events", "rival"]["change"] is None
    assert scenarios["all_events", "drug"]["change"] is not None


def test_covariates_and_contrasts_stay_when_counts_are_read_anew():
    rows = [row | {"year": 2000 + int(row["study"][1])} for row in table(QUIET[:6])]
    other = [{"study": "s9", "treatment1": "rival", "treatment2": "placebo", "estimate": 0.5, "se": 0.3, "year": 2020}]
    fit = fitted(rows, contrasts=other, covariates=["year"])
    found = fit.missing_outcomes(scenario="all_events")
    assert found.network.studies == ("s1", "s2", "s3", "s9")
    regression = found.regression("year")
    assert [c for c in regression.caveats if c.code == "covariate_missing"] == []
    assert regression.covariates[0].values == (2001, 2002, 2003, 2020)
    assert fit.regression("year").covariates[0].values == (2001, 2002, 2020)


def test_an_arm_without_events_is_not_made_up_from_its_missing_patients():
    rows = [*table(), {"study": "s1", "treatment": "rival", "events": None, "n": 50, "missing": 10}]
    found = fitted(rows).missing_outcomes(scenario="all_events")
    assert plain(found) == plain(fitted().missing_outcomes(scenario="all_events"))


@pytest.mark.parametrize("options", [{"mean": -2.0}, {"sd": 1.0}])
def test_a_baseline_is_asked_for_where_the_reference_arms_miss_outcomes(options):
    fit = fitted()
    with pytest.raises(ArgumentError, match=r"placebo arms hold patients without an outcome(.|\n)*baseline=0.1"):
        fit.missing_outcomes(**options).absolute()
    assert next(r for r in fit.missing_outcomes(**options).absolute(0.2) if r["treatment"] == "placebo")["outcome"] == (
        pytest.approx(0.2)
    )
    complete = [row | {"missing": 0} if row["treatment"] == "placebo" else row for row in table()]
    known = fitted(complete).missing_outcomes(**options).absolute()
    assert known[1]["outcome"] == fitted(complete).absolute()[1]["outcome"]


def test_an_extreme_has_a_baseline_of_its_own():
    """The counts of the reference arms hold the missing patients already."""
    rows = [{"study": s, "treatment": t, "events": r + m, "n": n + m} for s, t, r, n, m in ROWS]
    found = fitted().missing_outcomes(scenario="all_events").absolute()
    for one, two in zip(found, fitted(rows).absolute(), strict=True):
        assert one["outcome"] == pytest.approx(two["outcome"])


def test_numbers_of_numpy_and_columns_are_parameters():
    fit = fitted()
    for one in (np.int64(1), np.float32(1), 1):
        assert fit.missing_outcomes(mean=one, sd=one).result.id == fit.missing_outcomes(mean=1.0, sd=1.0).result.id
        assert fit.missing_scenarios(sd=one, size=one) == fit.missing_scenarios(sd=1.0, size=1.0)
    column = pd.Series({"drug": 1, "rival": 2})
    assert plain(fit.missing_outcomes(mean=column)) == plain(fit.missing_outcomes(mean={"drug": 1.0, "rival": 2.0}))


@pytest.mark.parametrize("bad", [3, [None], [], np.array([1.0, 2.0])], ids=repr)
def test_what_is_no_word_is_refused(bad):
    fit = fitted()
    asked = [
        lambda: fit.missing_scenarios(treatments=bad),
        lambda: fit.missing_outcomes(scenario="best", treatments=bad),
        lambda: fit.missing_outcomes(model=bad),
        lambda: fit.missing_outcomes(scenario=bad),
        lambda: fit.missing_outcomes(mean=[bad]),
        lambda: fit.missing_scenarios(sd=[bad]),
    ]
    for question in asked:
        with pytest.raises(ArgumentError):
            question()


def test_the_order_of_named_treatments_is_no_assumption():
    fit = fitted()
    one, two = (fit.missing_outcomes(scenario="best", treatments=t) for t in (["drug", "rival"], ("rival", "drug")))
    assert one.result.id == two.result.id


def test_treatments_without_a_best_case_are_refused():
    with pytest.raises(ArgumentError, match="belongs to the best and the worst case"):
        fitted(better=None).missing_scenarios(treatments="drug")
    with pytest.raises(ArgumentError, match="belongs to the best and the worst case"):
        nma(means(), measure="MD", reference="placebo", better="lower").missing_scenarios(treatments="drug")


def test_scenarios_say_what_the_data_lack():
    contrasts = [{"study": "s", "treatment1": "a", "treatment2": "b", "estimate": 0.1, "se": 0.2}]
    with pytest.raises(DataError, match="no arm says how many"):
        nma(contrasts, measure="MD").missing_scenarios()
    rates = [{"study": s, "treatment": t, "events": 5, "exposure": 50.0} for s in "12" for t in "ab"]
    with pytest.raises(ArgumentError, match="not for the incidence rate difference"):
        nma(rates, measure="IRD").missing_scenarios()
