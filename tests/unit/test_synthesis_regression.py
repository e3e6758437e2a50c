"""Meta-regression of a network: requests, refusals, what can't be estimated, and what comes back."""

import random
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, DataError, DisconnectedError, UnknownNameError
from topline.synthesis import nma

# study, treatment, events, n, year, blinding; s3 has three arms
ROWS = [
    ("s1", "A", 9, 140, 1991, "double"), ("s1", "B", 23, 140, 1991, "double"), ("s2", "A", 11, 78, 1995, "double"),
    ("s2", "B", 22, 85, 1995, "double"), ("s3", "A", 75, 731, 1999, "open"), ("s3", "B", 120, 714, 1999, "open"),
    ("s3", "C", 160, 700, 1999, "open"), ("s4", "A", 20, 106, 2003, "open"), ("s4", "C", 60, 205, 2003, "open"),
    ("s5", "B", 20, 49, 2007, "double"), ("s5", "C", 62, 127, 2007, "double"), ("s6", "A", 64, 642, 2011, "single"),
    ("s6", "B", 157, 761, 2011, "single"), ("s7", "A", 12, 76, 2015, "open"), ("s7", "C", 30, 74, 2015, "open"),
]  # fmt: skip
NAMES = ("study", "treatment", "events", "n", "year", "blinding")


def table(rows=ROWS):
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def fitted(rows=None, **options):
    given = {"measure": "OR", "reference": "A", "covariates": ["year", "blinding"]} | options
    return nma(table() if rows is None else rows, **given)


def codes(regression):
    return [c.code for c in regression.caveats]


def caveat(regression, code):
    (found,) = [c for c in regression.caveats if c.code == code]
    return found.text


def test_effects_are_stated_at_the_centre():
    regression = fitted().regression("year")
    years = [1991, 1995, 1999, 2003, 2007, 2011, 2015]
    assert regression.covariates[0].centre == pytest.approx(sum(years) / 7)
    assert regression.effects() == regression.effects(sum(years) / 7)
    assert "year 2003" in caveat(regression, "centred")
    other = fitted().regression("year", centre=2010)
    assert other.effects()[0]["at_year"] == 2010.0
    assert other.effects(2003.0)[0]["estimate"] == pytest.approx(regression.effects()[0]["estimate"], abs=1e-9)
    assert fitted().regression("year", centre=False).covariates[0].centre == 0


def test_a_slope_joins_the_effects_of_two_values():
    regression = fitted().regression("year", interaction="independent")
    slopes = {row["treatment"]: row["estimate"] for row in regression.coefficients()}
    one, two = regression.effects(2000), regression.effects(2001)
    for early, late in zip(one, two, strict=True):
        assert late["estimate"] - early["estimate"] == pytest.approx(slopes[early["treatment"]], abs=1e-9)


def test_a_slope_that_is_zero_leaves_the_fit_as_it_is():
    """Levels of text that do not matter: both arms of every study moved alike leave effects equal at all levels."""
    rows = [row | {"half": "one" if row["study"] < "s4" else "two"} for row in table()]
    regression = fitted(rows, covariates=["half"], model="common").regression("half")
    plain = fitted(rows, covariates=["half"], model="common")
    assert len(regression.effects(["one", "two"])) == 4
    assert regression.heterogeneity()[0]["df"] == plain.network.arrays.degrees - 1


def test_shared_coefficients_leave_effects_between_other_treatments_alone():
    regression = fitted().regression("year")
    at = {year: {r["treatment"]: r["estimate"] for r in regression.effects(year)} for year in (1995, 2010)}
    differences = [at[year]["C"] - at[year]["B"] for year in (1995, 2010)]
    assert differences[0] == pytest.approx(differences[1], abs=1e-9)
    assert [row["treatment"] for row in regression.coefficients()] == ["all treatments"]
    assert "versus A" in caveat(regression, "shared_interaction")
    assert "shared_interaction" not in codes(fitted().regression("year", interaction="independent"))


def test_a_class_of_one_is_an_interaction_of_its_own():
    one = fitted().regression("year", interaction={"B": "old", "C": "new"})
    two = fitted().regression("year", interaction="independent")
    assert [row["treatment"] for row in one.coefficients()] == ["old", "new"]
    for first, second in zip(one.coefficients(), two.coefficients(), strict=True):
        assert first["estimate"] == pytest.approx(second["estimate"], abs=1e-12)
    assert [r["treatment"] for r in fitted().regression("year", interaction={"C": "new"}).coefficients()] == [
        "B",
        "new",
    ]


def test_levels_are_compared_with_the_commonest():
    regression = fitted().regression("blinding")
    rows = regression.coefficients()
    assert [(row["level"], row["compared_with"]) for row in rows] == [("open", "double"), ("single", "double")]
    assert regression.effects()[0]["at_blinding"] == "double"
    other = fitted().regression("blinding", centre="open")
    assert [row["compared_with"] for row in other.coefficients()] == ["open", "open"]
    assert other.coefficients()[0]["estimate"] == pytest.approx(-rows[0]["estimate"], abs=1e-9)


def test_several_covariates_by_name():
    regression = fitted().regression(["year", "blinding"])
    rows = regression.effects([{"year": 2000}, {"blinding": "open"}, {"year": 2000, "blinding": "open"}])
    assert [(r["at_year"], r["at_blinding"]) for r in rows[::2]] == [
        (2000.0, "double"), (pytest.approx(2003.0), "open"), (2000.0, "open"),
    ]  # fmt: skip
    centred = fitted().regression(["year", "blinding"], centre={"year": 2000, "blinding": "open"})
    assert (centred.effects()[0]["at_year"], centred.effects()[0]["at_blinding"]) == (2000.0, "open")
    assert centred.effects()[0]["estimate"] == pytest.approx(rows[4]["estimate"], abs=1e-9)


def test_values_outside_those_of_a_treatments_studies_are_marked():
    rows = fitted().regression("year").effects([2000, 1992])
    assert [(r["treatment"], r["at_year"], r["extrapolated"]) for r in rows] == [
        ("B", 2000.0, False), ("C", 2000.0, False), ("B", 1992.0, False), ("C", 1992.0, True),
    ]  # fmt: skip
    levels = fitted().regression("blinding").effects("single")
    assert [(r["treatment"], r["extrapolated"]) for r in levels] == [("B", False), ("C", True)]


def test_studies_without_a_value_are_left_out_and_named():
    rows = [row | ({"year": None} if row["study"] in ("s4", "s6") else {}) for row in table()]
    regression = fitted(rows).regression("year")
    assert regression.network.studies == ("s1", "s2", "s3", "s5", "s7")
    assert caveat(regression, "covariate_missing") == "Studies without a value of year are left out: s4, s6."
    assert regression.heterogeneity()[0]["n_studies"] == 5
    kept = [row for row in rows if row["study"] not in ("s4", "s6")]
    assert regression.heterogeneity()[0]["tau2_without"] == pytest.approx(fitted(kept).result.tau2 or 0.0)
    assert fitted(kept).regression("year").effects() == regression.effects()


def test_treatments_that_go_with_their_studies_are_named():
    rows = [*table(), *table([("s8", "A", 5, 50, None, "open"), ("s8", "D", 9, 50, None, "open")])]
    regression = fitted(rows).regression("year")
    assert "D" not in regression.network.treatments
    assert "had D" in caveat(regression, "covariate_treatments_gone")
    with pytest.raises(ArgumentError, match="no study with the covariates has the reference D"):
        fitted(rows).regression("year", reference="D")


def test_evidence_that_falls_apart_names_its_pieces():
    rows = table([r for r in ROWS if r[0] in ("s1", "s2", "s4")])
    rows += table([("s8", "D", 5, 50, 2001, "open"), ("s8", "E", 9, 50, 2001, "open")])
    rows += table([("s9", "A", 5, 50, None, "open"), ("s9", "D", 9, 50, None, "open")])
    with pytest.raises(DisconnectedError) as error:
        fitted(rows).regression("year")
    assert error.value.components == (("A", "B", "C"), ("D", "E"))


def test_what_the_studies_do_not_determine_is_none():
    """Only one study has D, so its effect changes with nothing that was seen; at that study's year it is known."""
    rows = [*table(), *table([("s8", "A", 5, 50, 2000, "open"), ("s8", "D", 9, 50, 2000, "open")])]
    regression = fitted(rows).regression("year", interaction="independent")
    slope = next(row for row in regression.coefficients() if row["treatment"] == "D")
    assert {slope[k] for k in ("estimate", "se", "lower", "upper", "p", "display_estimate")} == {None}
    assert next(r for r in regression.effects() if r["treatment"] == "D")["estimate"] is None
    assert next(r for r in regression.effects(2000) if r["treatment"] == "D")["estimate"] is not None
    assert "year (D versus A)" in caveat(regression, "interaction_not_estimable")
    assert "effects of D versus A" in caveat(regression, "effect_not_estimable")
    assert next(r for r in fitted(rows).regression("year").effects() if r["treatment"] == "D")["estimate"] is not None
    assert regression.heterogeneity()[0]["test_df"] == 2


def test_no_degrees_left():
    rows = table([r for r in ROWS if r[0] in ("s1", "s2")])
    regression = fitted(rows, covariates=["year"]).regression("year")
    row = regression.heterogeneity()[0]
    assert (row["df"], row["tau2"], row["q"], row["p"], row["r2"]) == (0, None, None, None, None)
    assert "tau2_not_estimable" in codes(regression)
    assert regression.effects()[0]["pi_lower"] is None
    floor = fitted(rows, covariates=["year"], ci="hksj").regression("year")
    assert floor.coefficients()[0]["se"] == pytest.approx(regression.coefficients()[0]["se"])


def test_a_star():
    rows = [row for row in table() if row["study"] in ("s1", "s2", "s4", "s6", "s7")]
    regression = fitted(rows).regression("year", interaction="independent")
    assert all(row["estimate"] is not None for row in regression.coefficients())


def test_a_common_effect_has_no_tau2_and_no_prediction():
    regression = fitted(model="common").regression("year")
    assert regression.tau2 == 0
    row = regression.heterogeneity()[0]
    assert (row["tau2"], row["r2"]) == (0.0, None)
    assert regression.effects()[0]["pi_lower"] is None
    assert fitted().regression("year").effects()[0]["pi_lower"] is not None


def test_the_floor_is_never_narrower():
    sizes = {ci: fitted(ci=ci).regression("year").coefficients()[0]["se"] for ci in ("wald", "hksj", "hksj-floor")}
    assert sizes["hksj-floor"] == pytest.approx(max(sizes.values()))


def test_every_regression_warns_that_it_compares_trials():
    regression = fitted().regression("year")
    assert next(c for c in regression.caveats if c.code == "ecological").severity == "serious"
    assert "7 studies for 1 interaction;" in caveat(regression, "few_studies")


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"covariate": "yaer"}, UnknownNameError, "unknown covariate 'yaer'"),
        ({"covariate": []}, ArgumentError, "nor a list of names"),
        ({"covariate": ["year", "year"]}, ArgumentError, "each once"),
        ({"covariate": "year", "interaction": "none"}, UnknownNameError, "unknown interaction"),
        ({"covariate": "year", "interaction": {"Z": "x"}}, UnknownNameError, "treatment with an interaction"),
        ({"covariate": "year", "interaction": {"A": "x"}}, UnknownNameError, "treatment with an interaction"),
        ({"covariate": "year", "reference": "Z"}, UnknownNameError, "unknown treatment 'Z'"),
        ({"covariate": "year", "centre": "soon"}, ArgumentError, "covariate of numbers"),
        ({"covariate": "blinding", "centre": "blind"}, UnknownNameError, "level of blinding"),
        ({"covariate": ["year", "blinding"], "centre": 2000}, ArgumentError, "centres by name"),
    ],
)
def test_refusals(arguments, error, words):
    with pytest.raises(error, match=words):
        fitted().regression(**arguments)


@pytest.mark.parametrize(
    ("covariate", "at", "words"),
    [
        ("year", "2000", "covariate of numbers"),
        ("year", True, "covariate of numbers"),
        ("year", {"yaer": 2000}, "unknown covariate"),
        ("blinding", "blind", "level of blinding"),
        (["year", "blinding"], 2000, "values by name"),
    ],
)
def test_refused_values(covariate, at, words):
    with pytest.raises(ArgumentError, match=words):
        fitted().regression(covariate).effects(at)


def test_a_covariate_that_does_not_vary():
    rows = [row | {"year": 2000} for row in table()]
    with pytest.raises(DataError, match="same in all studies"):
        fitted(rows).regression("year")
    empty = [row | {"year": None} for row in table()]
    with pytest.raises(DataError, match="no study has a value"):
        fitted(empty).regression("year")


def test_the_bayesian_engine_is_sent_elsewhere():
    with pytest.raises(ArgumentError, match="engines reml, dl and ml"):
        fitted(engine="bayes").regression("year")


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_frames_come_back_as_they_came_in(kind):
    regression = fitted(kind(table())).regression("year")
    for made in (regression.coefficients(), regression.effects([2000, 2001]), regression.heterogeneity()):
        assert isinstance(made, kind)
    assert len(regression.effects([2000, 2001])) == 4


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_order_of_rows_changes_nothing(seed):
    rows = table()
    random.Random(seed).shuffle(rows)
    one, two = fitted().regression(["year", "blinding"]), fitted(rows).regression(["year", "blinding"])
    assert one.coefficients() == two.coefficients()
    assert one.effects() == two.effects()


def test_names_of_treatments_change_nothing():
    names = {"A": "z", "B": "m", "C": "a"}
    rows = [row | {"treatment": names[row["treatment"]]} for row in table()]
    one = {r["treatment"]: r for r in fitted().regression("year", interaction="independent").coefficients()}
    for row in fitted(rows, reference="z").regression("year", interaction="independent").coefficients():
        old = next(k for k, v in names.items() if v == row["treatment"])
        assert row["estimate"] == pytest.approx(one[old]["estimate"], rel=1e-7)
        assert row["se"] == pytest.approx(one[old]["se"], rel=1e-7)


def test_the_bubble_plot():
    regression = fitted().regression("year")
    figure = regression.bubble_plot()
    ET.fromstring(figure.to_svg())
    assert figure.to_svg().count("<circle") == 4  # s1, s2, s3 and s6 compare B with A
    assert "B versus A" in figure.description
    assert len(figure.table.rows) == 4
    other = regression.bubble_plot("C")
    assert [row.cells[0] for row in other.table.rows] == ["s3", "s4", "s7"]
    with pytest.raises(UnknownNameError):
        regression.bubble_plot("A")
    with pytest.raises(UnknownNameError):
        regression.bubble_plot("B", "blinding")
    with pytest.raises(ArgumentError, match="covariate of numbers"):
        fitted().regression("blinding").bubble_plot()


def test_a_bubble_plot_without_studies_or_without_a_line():
    rows = [row for row in table() if row["study"] in ("s1", "s2", "s5", "s6")]
    with pytest.raises(ArgumentError, match="no study compares C with A"):
        fitted(rows).regression("year").bubble_plot("C")
    lonely = [*table(), *table([("s8", "A", 5, 50, 2000, "open"), ("s8", "D", 9, 50, 2000, "open")])]
    with pytest.raises(ArgumentError, match="do not determine how the effect of D depends on year"):
        fitted(lonely).regression("year", interaction="independent").bubble_plot("D")


def test_contrasts_have_covariates_too():
    """The same trials as contrasts of log odds ratios, whose variances the arms determine."""
    rows = [row for row in table() if row["study"] in ("s1", "s2", "s4", "s6", "s7")]
    arrays = fitted(rows).network.arrays
    studies = [row["study"] for row in rows[::2]]
    contrasts = [
        {
            "study": study, "treatment1": rows[2 * k + 1]["treatment"], "treatment2": "A", "year": rows[2 * k]["year"],
            "estimate": arrays.y[2 * k + 1] - arrays.y[2 * k],
            "se": (arrays.v[2 * k + 1] + arrays.v[2 * k]) ** 0.5,
        }
        for k, study in enumerate(studies)
    ]  # fmt: skip
    one = fitted(rows).regression("year").coefficients()[0]
    two = fitted(contrasts, covariates=["year"]).regression("year").coefficients()[0]
    assert (two["estimate"], two["se"]) == (pytest.approx(one["estimate"]), pytest.approx(one["se"]))


def test_the_words_of_a_regression():
    assert repr(fitted().regression("year")) == "<RegressionFit: OR on year, 7 studies>"
    printed = str(fitted().regression(["year", "blinding"], interaction="independent"))
    assert "Change of the log odds ratio versus A, a unit of the covariate:" in printed
    assert "  C, blinding open versus double: " in printed
    assert "  C, blinding single versus double: not estimable" in printed
    assert "caveat (serious): The relation with the covariates" in printed


def test_collinear_covariates_are_named_and_tested_together():
    """A covariate turned round leaves the model as it was, and so its test; neither coefficient is known alone."""
    rows = [row | {"ago": 2030 - row["year"]} for row in table()]
    fit = fitted(rows, covariates=["year", "ago"])
    both, one = fit.regression(["year", "ago"]), fit.regression("year")
    assert [row["estimate"] for row in both.coefficients()] == [None, None]
    found, wanted = both.heterogeneity()[0], one.heterogeneity()[0]
    for name in ("test_df", "statistic", "test_p", "tau2", "q"):
        assert found[name] == pytest.approx(wanted[name], rel=1e-7)
    assert wanted["test_df"] == 1
    text = caveat(both, "covariates_collinear")
    assert "year (all treatments versus A), ago (all treatments versus A)" in text
    assert "interaction_not_estimable" not in codes(both)
    assert both.effects({"year": 2000, "ago": 30})[0]["estimate"] == pytest.approx(one.effects(2000)[0]["estimate"])
    assert both.effects({"year": 2000, "ago": 40})[0]["estimate"] is None


def test_too_few_values_are_told_apart_from_collinear_covariates():
    """D has one study: alone or not, no covariate's coefficient is known for it; for B and C the two are collinear."""
    rows = [*table(), *table([("s8", "A", 5, 50, 2000, "open"), ("s8", "D", 9, 50, 2000, "open")])]
    rows = [row | {"ago": 2030 - row["year"]} for row in rows]
    regression = fitted(rows, covariates=["year", "ago"]).regression(["year", "ago"], interaction="independent")
    few, collinear = caveat(regression, "interaction_not_estimable"), caveat(regression, "covariates_collinear")
    assert "year (D versus A), ago (D versus A):" in few
    assert all(f"{name} ({t} versus A)" in collinear for name in ("year", "ago") for t in "BC")
    assert "(D versus A)" not in collinear
    assert regression.heterogeneity()[0]["test_df"] == 2


def test_centres_of_other_covariates_are_refused():
    for centre in ({"yaer": 0}, {"blinding": "open"}, {1: 0}):
        with pytest.raises(UnknownNameError, match="unknown covariate of the regression"):
            fitted().regression("year", centre=centre)
    with pytest.raises(UnknownNameError, match="did you mean 'year'"):
        fitted().regression(["year", "blinding"], centre={"blinding": "open", "yaer": 0})


def test_the_line_of_a_bubble_plot_says_where_the_other_covariates_are():
    figure = fitted().regression(["year", "blinding"], centre={"blinding": "open"}).bubble_plot("C")
    assert "the fitted line at blinding open goes from" in figure.description
    assert "The line is drawn at blinding open; the bubbles are of all studies." in figure.caption
    two = fitted([row | {"age": int(row["study"][1]) ** 2} for row in table()], covariates=["year", "age"])
    assert "at age 20 goes from" in two.regression(["year", "age"]).bubble_plot("B", "year").description
    assert "drawn at" not in fitted().regression("year").bubble_plot().caption


def test_what_knapp_hartung_intervals_rest_on():
    """At this tau2 of 0 the scatter that is left is below chance, so that the intervals are narrower than usual."""
    rows = [row | {"z": int(row["study"][1]) % 2} for row in table()]
    regression = fitted(rows, covariates=["z"], ci="hksj").regression("z", interaction="independent")
    q, df = (regression.heterogeneity()[0][name] for name in ("q", "df"))
    assert regression.tau2 == 0
    assert q < df
    assert f"(factor {q / df:.2f})" in caveat(regression, "hksj_narrower")
    assert next(c for c in regression.caveats if c.code == "tau2_at_zero").severity == "moderate"
    floor = fitted(rows, covariates=["z"], ci="hksj-floor").regression("z", interaction="independent")
    assert "hksj_narrower" not in codes(floor)
    assert "tau2_at_zero" not in codes(fitted(model="common").regression("year"))
    few = table([r for r in ROWS if r[0] in ("s1", "s2")])
    assert "no_degrees_for_hksj" in codes(fitted(few, covariates=["year"], ci="hksj").regression("year"))
    assert "no_degrees_for_hksj" not in codes(fitted(few, covariates=["year"]).regression("year"))


def test_serious_caveats_come_first():
    order = ("serious", "moderate", "minor")
    places = [order.index(c.severity) for c in fitted(ci="hksj").regression("year").caveats]
    assert places == sorted(places)


def test_one_class_of_all_treatments_is_told_as_shared():
    shared, named = (fitted().regression("year", interaction=i) for i in ("shared", {"B": "all", "C": "all"}))
    assert caveat(named, "shared_interaction") == caveat(shared, "shared_interaction")
    rows = [*table(), *table([("s8", "A", 5, 50, 2000, "open"), ("s8", "D", 9, 50, 2000, "open")])]
    classes = fitted(rows).regression("year", interaction={"B": "old", "D": "old"})
    assert "(old: B, D)" in caveat(classes, "shared_interaction")


@pytest.mark.parametrize("bad", [None, 3, True, [], [None], np.array([1.0, 2.0])], ids=repr)
def test_a_covariate_is_a_name(bad):
    with pytest.raises(ArgumentError, match="nor a list of names"):
        fitted().regression(bad)


@pytest.mark.parametrize(
    "bad", [3, [], np.array([1.0, 2.0]), pd.Series(["B", "C"])], ids=["3", "[]", "array", "column"]
)
def test_what_is_no_word_is_refused(bad):
    regression = fitted().regression("year")
    asked = [
        lambda: regression.bubble_plot(bad),
        lambda: regression.bubble_plot(covariate=bad),
        lambda: fitted().regression("year", interaction=bad),
        lambda: fitted().regression("year", reference=bad),
        lambda: fitted().regression("blinding", centre=bad),
    ]
    for question in asked:
        with pytest.raises(ArgumentError):
            question()


def test_a_mapping_of_interactions_names_treatments_and_classes():
    with pytest.raises(ArgumentError, match="names no treatment"):
        fitted().regression("year", interaction={})
    with pytest.raises(ArgumentError, match="class of B is not a name"):
        fitted().regression("year", interaction={"B": None})
    column = pd.Series({"B": "old", "C": "new"})
    assert [r["treatment"] for r in fitted().regression("year", interaction=column).coefficients()] == ["old", "new"]


def test_numbers_of_numpy_and_columns_are_values():
    regression = fitted().regression("year")
    for one in (np.int64(2000), np.float32(2000), np.array(2000)):
        assert regression.effects(one) == regression.effects(2000)
        assert fitted().regression("year", centre=one).effects() == fitted().regression("year", centre=2000).effects()
    assert fitted().regression("year", centre={"year": np.int64(2000)}).covariates[0].centre == 2000
    several = regression.effects([2000, 2010])
    for many in (np.array([2000, 2010]), pd.Series([2000, 2010]), pl.Series([2000, 2010]), (2000, 2010)):
        assert regression.effects(many) == several
    row = pd.DataFrame([{"year": 2000, "blinding": "open"}]).iloc[0]
    both = fitted().regression(["year", "blinding"])
    assert both.effects(row) == both.effects({"year": 2000, "blinding": "open"})
