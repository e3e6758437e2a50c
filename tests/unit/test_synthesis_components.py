"""Component network meta-analysis: how names are read, what is refused, what can't be estimated, and invariance."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, stdtr, stdtrit

from topline.errors import ArgumentError, DataError, DisconnectedError, NetworkError, UnknownNameError
from topline.exhibits import Figure
from topline.synthesis import nma
from topline.synthesis.components.api import component_nma
from topline.synthesis.components.composition import compose

# one network: placebo, A, B and C alone, A+B and A+C
CONNECTED = [
    ("s1", "P", 40, 100), ("s1", "A", 52, 100), ("s2", "P", 30, 90), ("s2", "B", 41, 92), ("s3", "A", 50, 99),
    ("s3", "A+B", 66, 101), ("s4", "P", 33, 80), ("s4", "A", 45, 81), ("s4", "A+B", 51, 79), ("s5", "A", 44, 100),
    ("s5", "A+C", 50, 100), ("s6", "B", 40, 98), ("s6", "A+B", 49, 100), ("s7", "P", 37, 95), ("s7", "C", 43, 97),
]  # fmt: skip
# two pieces, {P, A, B} and {A+B, A+C}, which A, B and C join
APART = [row for row in CONNECTED if row[0] in ("s1", "s2")] + [
    ("t1", "A+B", 60, 100), ("t1", "A+C", 52, 100), ("t2", "A+B", 44, 80), ("t2", "A+C", 35, 80),
]  # fmt: skip


def arms(rows=CONNECTED, names=None):
    """The rows as dicts; ``names`` translates treatments."""
    return [{"study": s, "treatment": names[t] if names else t, "events": e, "n": n} for s, t, e, n in rows]


def contrasts(rows):
    names = ("study", "treatment1", "treatment2", "estimate", "se")
    return [dict(zip(names, row, strict=True)) for row in rows]


def fitted(rows=CONNECTED, **request):
    return component_nma(arms(rows), **{"inactive": "P", "reference": "P", **request})


def codes(fit):
    return [c.code for c in fit.caveats]


def by(rows, name="component"):
    return {row[name]: row for row in rows}


def cells(fit):
    return {(row["treatment"], row["reference"]): row for row in fit.league()}


def test_names_are_read_with_spaces_trimmed():
    composition = compose(["placebo", " A 5 mg + B ", "A 5 mg"], inactive="placebo")
    assert composition.components == ("A 5 mg", "B")
    assert composition.matrix.tolist() == [[0, 0], [1, 1], [1, 0]]
    assert composition.columns == ("A 5 mg", "B")


def test_another_separator():
    composition = compose(["CD4+ cells and IL-2", "IL-2", "none"], separator=" and ")
    assert composition.components == ("CD4+ cells", "IL-2", "none")


def test_the_matrix_is_there_to_be_looked_at():
    rows = by(fitted(interactions=[("B", "A")]).matrix(), "treatment")
    assert rows["A+B"] == {"treatment": "A+B", "A": 1, "B": 1, "C": 0, "A*B": 1}
    assert rows["P"] == {"treatment": "P", "A": 0, "B": 0, "C": 0, "A*B": 0}


@pytest.mark.parametrize(
    ("treatments", "request_", "error", "words"),
    [
        (["P", "A", "B"], {}, ArgumentError, "use nma()"),
        (["P", "A", "A/B"], {}, ArgumentError, "separator='/'"),
        (["P", "A", "A+A"], {}, DataError, "names a component twice"),
        (["P", "A", "A + A"], {}, DataError, "names a component twice"),
        (["P", "CD4+"], {}, DataError, "a component without a name"),
        (["P", "A+B", "B + A"], {}, DataError, "'A+B' and 'B + A'"),
        (["P", "A+B"], {"inactive": "placebo"}, UnknownNameError, "placebo"),
        (["P", "A+B"], {"inactive": 3}, ArgumentError, "inactive is not text"),
        (["P", "A+B"], {"separator": ""}, ArgumentError, "can't separate"),
        (["P", "A+B"], {"separator": " "}, ArgumentError, "can't separate"),
        (["P", "A+B"], {"separator": 1}, ArgumentError, "can't separate"),
        (["P", "candesartan"], {"separator": "and"}, ArgumentError, "separator=' and '"),
        (["P", "A+B", "C"], {"interactions": [("A", "C")]}, ArgumentError, "no treatment holds A and C together"),
        (["P", "A+B", "C"], {"interactions": [("A", "Z")]}, UnknownNameError, "unknown component 'Z'"),
        (["P", "A+B", "C"], {"interactions": [("A",)]}, ArgumentError, "two or more"),
        (["P", "A+B", "C"], {"interactions": [("A", "A")]}, ArgumentError, "two or more"),
        (["P", "A+B", "C"], {"interactions": ["AB"]}, ArgumentError, "two or more"),
        (["P", "A+B", "C"], {"interactions": "A*B"}, ArgumentError, "not a list"),
        (["P", "A+B", "C"], {"interactions": None}, ArgumentError, "not a list"),
        (["P", "A+B", "C"], {"interactions": [("A", "B"), ("B", "A")]}, ArgumentError, "named twice"),
        (["P", "A+P", "C"], {"inactive": "P", "interactions": [("A", "P")]}, ArgumentError, "inactive"),
    ],
)
def test_names_and_requests_that_are_refused(treatments, request_, error, words):
    with pytest.raises(error) as caught:
        compose(treatments, **request_)
    assert words in str(caught.value)


def test_what_the_verb_refuses():
    for request in ({"model": 1}, {"engine": None}, {"measure": 2}, {"better": 1}, {"reference": 1}):
        with pytest.raises(ArgumentError, match="is not text"):
            component_nma(arms(), **request)
    for request in ({"level": "0.9"}, {"continuity": True}):
        with pytest.raises(ArgumentError, match="is not a number"):
            component_nma(arms(), **request)
    with pytest.raises(ArgumentError, match="no engine 'bayes'"):
        component_nma(arms(), engine="bayes")
    with pytest.raises(ArgumentError, match="no engine 'bayes'"):
        nma(arms(), engine="bayes").components()
    with pytest.raises(ArgumentError, match="not a mapping"):
        component_nma(arms(), columns=[("study", "s")])


def test_what_versus_what():
    fit = fitted()
    assert {row["reference"] for row in fit.components()} == {"P"}
    assert {row["reference"] for row in fitted(inactive=None).components()} == {"nothing"}
    assert {row["reference"] for row in fit.combinations()} == {"P"}
    assert {row["reference"] for row in fit.combinations(versus="A")} == {"A"}
    assert [row["treatment"] for row in fit.combinations(versus="A")] == ["A+B", "A+C", "B", "C", "P"]
    # the inactive component is the reference where none is named
    assert component_nma(arms(), inactive="P").spec.reference == "P"
    assert "reference_chosen" in codes(component_nma(arms()))


def test_components_add_up_in_combinations_and_league():
    fit = fitted()
    parts = {name: row["estimate"] for name, row in by(fit.components()).items()}
    rows = by(fit.combinations(), "treatment")
    assert rows["A+B"]["estimate"] == pytest.approx(parts["A"] + parts["B"], abs=1e-12)
    assert rows["A+C"]["display_estimate"] == pytest.approx(np.exp(parts["A"] + parts["C"]))
    table = cells(fit)
    assert len(table) == 30
    assert table["A+B", "A"]["estimate"] == pytest.approx(parts["B"], abs=1e-12)
    assert table["A+B", "A"]["se"] == pytest.approx(by(fit.components())["B"]["se"], rel=1e-9)
    assert table["A+B", "A"]["n_direct"] == 2
    for (one, two), cell in table.items():
        twin = table[two, one]
        assert (twin["estimate"], twin["lower"], twin["upper"]) == (-cell["estimate"], -cell["upper"], -cell["lower"])


def test_a_combination_that_no_trial_had():
    fit = fitted()
    parts = {name: row["estimate"] for name, row in by(fit.components()).items()}
    rows = fit.combinations(["C + B", "B+A", " C+B+A "])
    assert [(row["treatment"], row["studied"]) for row in rows] == [("C + B", False), ("A+B", True), ("C+B+A", False)]
    assert rows[0]["estimate"] == pytest.approx(parts["B"] + parts["C"], abs=1e-12)
    assert rows[2]["estimate"] == pytest.approx(sum(parts.values()), abs=1e-12)
    assert fit.combinations([]) == []
    with pytest.raises(UnknownNameError, match="unknown component 'Z'"):
        fit.combinations(["A+Z"])
    with pytest.raises(ArgumentError, match="not a list"):
        fit.combinations("A+B")
    with pytest.raises(ArgumentError, match="not text"):
        fit.combinations([3])


def test_an_interaction_is_the_departure_from_the_sum():
    fit = fitted(interactions=[("B", "A")])
    (row,) = fit.interactions()
    table = cells(fit)
    assert row["interaction"] == "A*B"
    assert row["estimate"] == pytest.approx(
        table["A+B", "P"]["estimate"] - table["A", "P"]["estimate"] - table["B", "P"]["estimate"], abs=1e-12
    )
    assert [r["model"] for r in fit.comparison()] == [
        "additive", "with A*B", "standard", "additive minus with A*B", "additive minus standard",
        "with A*B minus standard",
    ]  # fmt: skip
    assert fitted().interactions() == []


def test_prediction_intervals():
    fit = fitted(CONNECTED, engine="ml")
    row = by(fit.combinations(), "treatment")["A+B"]
    assert row["pi_lower"] < row["lower"] < row["upper"] < row["pi_upper"]
    common = by(fitted(model="common").combinations(), "treatment")["A+B"]
    assert common["pi_lower"] is common["pi_upper"] is None
    assert fitted(model="common").tau2 == 0
    assert "common_effect" in codes(fitted(model="common"))
    assert all(r["q_random"] is None for r in fitted(model="common").comparison())


def test_knapp_hartung_intervals():
    wald, t = fitted(engine="ml"), fitted(engine="ml", ci="hksj")
    degrees = t.comparison()[0]["df"]
    factor = t.solution.linear.q / degrees
    for before, after in zip(wald.components(), t.components(), strict=True):
        assert after["se"] == pytest.approx(before["se"] * factor**0.5)
        half = stdtrit(degrees, 0.975) * after["se"]
        assert (after["lower"], after["upper"]) == pytest.approx((after["estimate"] - half, after["estimate"] + half))
        assert after["p"] == pytest.approx(2 * stdtr(degrees, -abs(after["z"])))
    assert ("hksj_narrower" in codes(t)) == (factor < 1)
    floor = fitted(engine="ml", ci="hksj-floor")
    assert floor.components()[0]["se"] == pytest.approx(wald.components()[0]["se"] * max(factor, 1) ** 0.5)
    assert "hksj_narrower" not in codes(floor)


def test_a_component_that_never_stands_apart_is_not_estimable():
    """X and Y come together only: their sum is known, neither of them is."""
    rows = [*CONNECTED, ("s8", "P", 30, 80), ("s8", "X+Y", 44, 80)]
    fit = fitted(rows)
    found = by(fit.components())
    for name in ("X", "Y"):
        assert {v for k, v in found[name].items() if k not in ("component", "reference")} == {None}
    assert found["A"]["estimate"] == pytest.approx(by(fitted().components())["A"]["estimate"], abs=1e-9)
    caveat = next(c for c in fit.caveats if c.code == "components_unidentifiable")
    assert "X, Y" in caveat.text
    assert by(fit.combinations(), "treatment")["X+Y"]["estimate"] is not None
    assert fit.combinations(["A+X"])[0]["estimate"] is None
    assert all(cell["estimate"] is not None for cell in fit.league())
    assert "not estimable" in fit.forest().to_text()
    # an interaction of the two has nothing left to be told by
    assert "X*Y" not in [row["interaction"] for row in fit.interaction_candidates()]
    assert by(fitted(rows, interactions=[("X", "Y")]).interactions(), "interaction")["X*Y"]["estimate"] is None


def test_components_join_what_trials_do_not():
    with pytest.raises(DisconnectedError):
        nma(arms(APART))
    fit = fitted(APART)
    assert fit.pieces == [["A", "B", "P"], ["A+B", "A+C"]]
    assert "joined_by_components" in codes(fit)
    parts = {name: row["estimate"] for name, row in by(fit.components()).items()}
    table = cells(fit)
    assert table["A+C", "P"]["estimate"] == pytest.approx(parts["A"] + parts["C"], abs=1e-12)
    assert table["A+C", "A+B"]["n_direct"] == 2
    rows = by(fit.network_effects(), "treatment")
    assert rows["A+B"]["standard_model"] is rows["A+B"]["difference"] is None
    assert rows["A"]["standard_model"] is not None
    # three effects in four columns of differences: one is left over within pieces, none between
    additive, standard, difference = fit.comparison()
    assert (additive["df"], standard["df"], difference["df"]) == (1, 1, 0)
    assert "additivity_not_testable" in codes(fit)


def test_what_components_do_not_join_is_refused_by_name():
    rows = [*APART, ("u1", "D", 30, 80), ("u1", "D+E", 40, 80)]
    with pytest.raises(NetworkError) as caught:
        fitted(rows)
    assert "1: A, A+B, A+C, B, P; 2: D, D+E" in str(caught.value)
    assert "D versus A" in str(caught.value)
    # the interaction takes away the only link
    with pytest.raises(NetworkError, match="fewer interactions"):
        fitted(APART, interactions=[("A", "B"), ("A", "C")])
    # without an inactive component placebo has an effect of its own, which no trial tells from that of nothing
    with pytest.raises(NetworkError, match="name the inactive component"):
        component_nma(arms(APART), reference="P")


def test_the_verb_and_the_method_agree():
    fit = nma(arms(), reference="P", engine="dl", better="higher", level=0.9)
    one, other = fit.components("P"), fitted(engine="dl", better="higher", level=0.9)
    assert one.components() == other.components()
    assert one.comparison() == other.comparison()
    assert one.ranks() == other.ranks()
    assert repr(one) == repr(other)


def test_treatments_that_the_inactive_component_makes_equal():
    rows = [*CONNECTED, ("s8", "A", 30, 80), ("s8", "A+P", 33, 80)]
    fit = fitted(rows, better="higher")
    cell = cells(fit)["A+P", "A"]
    assert (cell["estimate"], cell["se"]) == (0, 0)
    (row,) = fit.combinations(["A+P"], versus="A")
    assert row["z"] is row["p"] is None
    assert "treatments_equal" in codes(fit)
    scores = by(fit.ranks(), "treatment")
    assert scores["A"]["p_score"] == pytest.approx(scores["A+P"]["p_score"])


def test_ranks():
    assert fitted().ranks() == []
    assert "no_direction" in codes(fitted())
    up, down = fitted(better="higher").ranks(), fitted(better="lower").ranks()
    assert [r["treatment"] for r in up] == [r["treatment"] for r in down][::-1]
    assert up[0]["p_score"] == max(r["p_score"] for r in up)
    assert sum(r["p_score"] for r in up) == pytest.approx(len(up) / 2)
    table = cells(fitted())
    for row in up:
        mine = [c["estimate"] / c["se"] for (one, _), c in table.items() if one == row["treatment"]]
        assert row["p_score"] == pytest.approx(ndtr(mine).mean())
        assert row["mean_rank"] == pytest.approx(6 - 5 * row["p_score"])


def test_caveats_of_the_model():
    assert {"components_add_up", "inactive_component"} <= set(codes(fitted()))
    assert "no_inactive_component" in codes(fitted(inactive=None))
    alike = [*CONNECTED, ("s8", "a+D", 30, 80), ("s8", "P", 33, 80)]
    assert "components_alike" in codes(fitted(alike))
    no_sum = [row for row in CONNECTED if row[0] in ("s1", "s2", "s7")]
    no_sum += [("s8", "P", 30, 300), ("s8", "A+B", 270, 300), ("s9", "P", 28, 300), ("s9", "A+B", 265, 300)]
    no_sum += [("s10", "P", 120, 300), ("s10", "A", 130, 300), ("s11", "P", 120, 300), ("s11", "B", 130, 300)]
    assert "not_additive" in codes(fitted(no_sum))
    assert "not_additive" not in codes(fitted())


def test_without_degrees_of_freedom():
    rows = [("s1", "P", 40, 100), ("s1", "A", 52, 100), ("s2", "P", 30, 90), ("s2", "A+B", 41, 92)]
    fit = fitted(rows)
    assert (fit.tau2, fit.tau, fit.i2) == (None, None, None)
    assert "tau2_not_estimable" in codes(fit)
    additive, standard, difference = fit.comparison()
    assert (additive["df"], additive["p"], additive["tau2"], additive["i2"]) == (0, None, None, None)
    assert (difference["q"], difference["p"], difference["q_random"]) == (0, None, None)
    assert standard["df"] == 0
    assert by(fit.combinations(), "treatment")["A+B"]["pi_lower"] is None
    assert fit.interaction_candidates() == []
    assert "no_degrees_for_hksj" in codes(fitted(rows, ci="hksj"))


def test_a_standard_model_without_degrees_of_freedom_knows_no_heterogeneity():
    rows = [("s1", "A", "P", 1.0, 0.2), ("s2", "B", "P", 2.0, 0.2), ("s3", "A+B", "P", 3.1, 0.2)]
    fit = component_nma(contrasts(rows), measure="MD", inactive="P")
    additive, standard, difference = fit.comparison()
    assert (additive["df"], standard["df"], standard["tau2"]) == (1, 0, None)
    assert difference["q"] == pytest.approx(additive["q"])
    assert difference["q_random"] is difference["p_random"] is None


def test_heterogeneity_is_not_taken_for_a_departure_from_the_sum():
    """At a common effect the combination is far from the sum; trials of one comparison differ as much."""
    rows = [
        ("s1", "A", "P", 0.0, 0.1), ("s2", "A", "P", 1.0, 0.1), ("s3", "B", "P", 0.0, 0.1), ("s4", "B", "P", 1.0, 0.1),
        ("s5", "A+B", "P", 1.3, 0.1), ("s6", "A+B", "P", 2.3, 0.1),
    ]  # fmt: skip
    fit = component_nma(contrasts(rows), measure="MD", inactive="P")
    difference = fit.comparison()[-1]
    assert difference["p"] < 1e-6
    assert difference["p_random"] > 0.2
    assert "not_additive" not in codes(fit)
    assert "not_additive" in codes(component_nma(contrasts(rows), measure="MD", inactive="P", model="common"))


def test_one_study_of_two_treatments():
    fit = fitted([("s1", "P", 40, 100), ("s1", "A+B", 52, 100)])
    assert all(row["estimate"] is None for row in fit.components())
    assert by(fit.combinations(), "treatment")["A+B"]["estimate"] == pytest.approx(np.log(52 / 48) - np.log(40 / 60))
    assert isinstance(fit.forest(), Figure)


def test_mean_differences_from_contrasts():
    rows = [
        ("s1", "A", "P", 1.0, 0.2),
        ("s2", "B", "P", 2.0, 0.2),
        ("s3", "A+B", "P", 3.1, 0.2),
        ("s4", "A", "P", 1.1, 0.3),
    ]
    fit = component_nma(contrasts(rows), measure="MD", inactive="P", better="lower")
    row = by(fit.components())["A"]
    assert (row["display_estimate"], row["display_lower"]) == (row["estimate"], row["lower"])
    text = fit.forest().to_text()
    assert "Mean difference" in text
    assert "1.0" in text


def test_frames_of_the_kind_that_came_in():
    fit = component_nma(pd.DataFrame(arms()), inactive="P", better="higher", interactions=[("A", "B")])
    methods = (
        "components", "interactions", "combinations", "league", "network_effects", "comparison", "ranks", "matrix",
        "interaction_candidates",
    )  # fmt: skip
    for method in methods:
        assert isinstance(getattr(fit, method)(), pd.DataFrame), method


def test_forest_has_a_twin_and_says_what_versus_what():
    figure = fitted(better="higher", interactions=[("A", "B")]).forest()
    text = figure.to_text()
    assert text.splitlines()[4].startswith("Components (added versus not)")
    assert "Interactions" in text
    assert "A*B" in text
    svg = figure.to_svg()
    assert "odds ratio, with the component versus without it" in svg
    assert "favours" not in svg
    assert "<style" not in svg
    assert "favours" not in fitted().forest().to_svg()
    for better, words in (("lower", "← favours adding it"), ("higher", "← favours leaving it out")):
        assert words in fitted(better=better).forest().to_svg()
    assert "common-effect model" in fitted(model="common").forest().to_text()


def test_the_words_of_a_fit():
    words = str(fitted(interactions=[("A", "B")]))
    assert "7 studies, 6 treatments of 3 components, 1 interaction, P inactive, random effects, reml" in words
    assert "caveat (minor)" in words


@given(names=st.permutations(["zinc", "Aspirin", "10 mg", "é"]), reverse=st.booleans(), seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_names_order_and_reference_change_nothing(names, reverse, seed):
    new = dict(zip("PABC", names, strict=True))
    step = -1 if reverse else 1
    label = {t: " + ".join([new[p] for p in t.split("+")][::step]) for t in ("P", "A", "B", "C", "A+B", "A+C")}
    rows = arms(CONNECTED, label)
    shuffled = [rows[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    before = fitted(interactions=[("A", "B")])
    after = component_nma(shuffled, inactive=new["P"], interactions=[(new["B"], new["A"])], reference=label["A+C"])
    assert after.tau2 == pytest.approx(before.tau2, rel=1e-7, abs=1e-12)
    old, found = by(before.components()), by(after.components())
    for name in "ABC":
        assert found[new[name]]["estimate"] == pytest.approx(old[name]["estimate"], rel=1e-7, abs=1e-9)
        assert found[new[name]]["se"] == pytest.approx(old[name]["se"], rel=1e-7)
    table, twin = cells(before), cells(after)
    for one, two in itertools.permutations(label, 2):
        assert twin[label[one], label[two]]["estimate"] == pytest.approx(
            table[one, two]["estimate"], rel=1e-7, abs=1e-9
        )
    for row, other in zip(before.comparison(), after.comparison(), strict=True):
        assert (row["q"], row["df"]) == pytest.approx((other["q"], other["df"]), rel=1e-7, abs=1e-9)
    assert before.interactions()[0]["estimate"] == pytest.approx(after.interactions()[0]["estimate"], rel=1e-7)


def test_rows_in_another_order_change_no_digit():
    one, other = fitted(), component_nma(arms(CONNECTED[::-1]), inactive="P", reference="P")
    assert one.components() == other.components()
    assert one.comparison() == other.comparison()


def test_a_limit_is_never_printed_onto_the_line_of_no_effect():
    """A p value below 0.05 beside an interval that seems to end at 1 would contradict itself."""
    rows = [("s1", "A", "P", -0.105, 0.0515), ("s2", "A+B", "P", -0.2, 0.1)]
    fit = component_nma(contrasts(rows), measure="OR", model="common", inactive="P")
    text = fit.forest().to_text()
    row = by(fit.components())["A"]
    assert row["p"] < 0.05
    assert f"to {row['display_upper']:.3f})" in text
    assert f"to {row['display_upper']:.3f})" in fit.forest().description
