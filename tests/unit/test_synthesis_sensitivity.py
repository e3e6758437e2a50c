"""Leave-one-out, cumulative fits, thresholds and funnels: what may be asked, edge cases, and what changes nothing."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis import nma
from topline.synthesis.arrays.chebyshev import crossings, nodes_between
from topline.synthesis.arrays.laplacian import arm_arrays
from topline.synthesis.arrays.leave_out import leave_out
from topline.synthesis.arrays.thresholds import thresholds
from topline.synthesis.sensitivity.cumulative import steps

COUNTS = [
    ("s1", "A", 9, 140), ("s1", "C", 23, 140), ("s1", "D", 10, 138), ("s2", "B", 11, 78), ("s2", "C", 12, 85),
    ("s3", "A", 75, 731), ("s3", "C", 363, 714), ("s4", "A", 2, 106), ("s4", "C", 9, 205), ("s5", "B", 20, 49),
    ("s5", "D", 32, 127), ("s6", "A", 64, 642), ("s6", "B", 107, 761), ("s7", "C", 12, 76), ("s7", "D", 20, 74),
]  # fmt: skip
YEARS = {"s1": 1990, "s2": 1990, "s3": 1994, "s4": 1985, "s5": 2001, "s6": 1999, "s7": 2001}
# a star: B in two trials, C and D in one each
STAR = [("t1", "A", 10, 50), ("t1", "B", 15, 50), ("t2", "A", 12, 60), ("t2", "B", 12, 61), ("t3", "A", 8, 40),
        ("t3", "C", 11, 42), ("t4", "A", 9, 44), ("t4", "D", 9, 41)]  # fmt: skip


def counts(rows=COUNTS):
    return [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in rows]


def fitted(rows=COUNTS, **request):
    return nma(counts(rows), measure="OR", **({"better": "higher", "reference": "A"} | request))


def by_name(rows, *keys):
    return {tuple(r[k] for k in keys): r for r in rows}


@given(names=st.permutations(["w", "placebo", "Zz", "10"]), order=st.permutations(range(len(COUNTS))))
@settings(max_examples=6, deadline=None)
def test_labels_and_order_of_rows_change_nothing(names, order):
    new = dict(zip("ABCD", names, strict=True))
    rows = [(COUNTS[k][0][::-1], new[COUNTS[k][1]], *COUNTS[k][2:]) for k in order]
    fit, other = fitted(), fitted(rows, reference=new["A"])
    straight = by_name(fit.leave_one_out(), "left_out", "treatment")
    for row in other.leave_one_out():
        old = {v: k for k, v in new.items()}[row["treatment"]]
        expected = straight[row["left_out"][::-1], old]
        assert row["estimate"] == pytest.approx(expected["estimate"], abs=1e-9)
        assert row["lower"] == pytest.approx(expected["lower"], abs=1e-9)
    # a contrast may be stated the other way round: then down is up
    moves, again = (
        sorted(abs(m) for r in f.thresholds() for m in (r["move_down"], r["move_up"]) if m is not None)
        for f in (fit, other)
    )
    assert moves == pytest.approx(again, rel=1e-6)
    tests = fit.funnel_test(list("ABCD")), other.funnel_test([new[t] for t in "ABCD"])
    for one, two in zip(*tests, strict=True):
        assert one["intercept"] == pytest.approx(two["intercept"], abs=1e-9)
        assert one["p"] == pytest.approx(two["p"], abs=1e-9)


def test_another_reference_moves_nothing():
    one, two = fitted(), fitted(reference="C")
    first = by_name(one.leave_one_out(), "left_out", "treatment")
    for row in two.leave_one_out():
        if row["treatment"] == "A":
            assert row["estimate"] == pytest.approx(-first[row["left_out"], "C"]["estimate"])
            assert row["se"] == pytest.approx(first[row["left_out"], "C"]["se"])
        else:
            left, name = row["left_out"], row["treatment"]
            assert row["estimate"] == pytest.approx(first[left, name]["estimate"] - first[left, "C"]["estimate"])
    for a, b in zip(one.influence(), two.influence(), strict=True):
        assert (a["study"], a["df"], a["best"]) == (b["study"], b["df"], b["best"])
        for name in ("tau2", "q", "leverage", "residual_q", "residual_p"):
            assert a[name] == pytest.approx(b[name], abs=1e-9)
        assert abs(a["largest_change"]) == pytest.approx(abs(b["largest_change"]))


def test_leverages_share_out_the_parameters():
    assert sum(r["leverage"] for r in fitted().influence()) == pytest.approx(3)


def test_frames_are_of_the_kind_that_came_in():
    for kind in (pd.DataFrame, pl.DataFrame):
        fit = nma(kind(counts()), measure="OR", better="higher")
        answers = [fit.leave_one_out(), fit.leave_one_out("treatment"), fit.influence(), fit.cumulative(YEARS)]
        answers += [fit.compare(fit), fit.thresholds(), fit.thresholds("contrast"), fit.funnel_test(list("ABCD"))]
        assert all(isinstance(answer, kind) for answer in answers)


def test_a_star_falls_apart_treatment_by_treatment():
    fit = fitted(STAR)
    rows = by_name(fit.leave_one_out(), "left_out", "treatment")
    influence = {r["study"]: r for r in fit.influence()}
    assert influence["t3"]["lost"] == "C"
    assert influence["t4"]["lost"] == "D"
    assert influence["t1"]["lost"] == ""
    assert rows["t3", "C"]["estimate"] is None
    assert rows["t3", "B"]["change"] == pytest.approx(0)
    # without t1 one trial is left for each comparison, and nothing to estimate tau2 from
    assert influence["t1"]["tau2"] is rows["t1", "B"]["tau2"] is None
    assert influence["t1"]["df"] == 0
    assert influence["t3"]["residual_q"] is influence["t3"]["residual_p"] is None
    treatments = by_name(fit.leave_one_out("treatment"), "left_out", "treatment")
    assert treatments["B", "C"]["estimate"] == pytest.approx(rows["t1", "C"]["estimate"])
    assert ("B", "B") not in treatments
    assert not any(left == "A" for left, _ in treatments)


def test_the_reference_itself_may_be_lost():
    rows = [*STAR, ("t5", "Z", 5, 30), ("t5", "A", 7, 31)]
    fit = fitted(rows, reference="Z")
    lost = {r["study"]: r for r in fit.influence()}["t5"]
    assert lost["lost"] == "A, B, C, D"
    assert lost["tau2"] is lost["q"] is lost["df"] is lost["best"] is lost["largest_change"] is None
    assert all(r["estimate"] is None for r in fit.leave_one_out() if r["left_out"] == "t5")


def test_one_study():
    fit = fitted(COUNTS[:3])
    assert all(r["estimate"] is None for r in fit.leave_one_out())
    assert fit.influence()[0]["leverage"] == pytest.approx(2)
    assert len(fit.cumulative({"s1": 1})) == 2
    assert {r["study"] for r in fit.thresholds()} == {"s1"}
    assert all(r["intercept"] is None for r in fit.funnel_test(["D", "C", "A"])[1:])
    assert fit.funnel(["D", "C", "A"]).table.rows


def test_studies_and_treatments_may_share_names():
    names = {"A": "1", "B": "2", "C": "3", "D": "4"}
    fit = fitted([(s.removeprefix("s"), names[t], r, n) for s, t, r, n in COUNTS], reference="1")
    rows = by_name(fit.leave_one_out(), "left_out", "treatment")
    assert len(rows) == 7 * 3
    plain = by_name(fitted().leave_one_out(), "left_out", "treatment")
    assert rows["2", "2"]["estimate"] == pytest.approx(plain["s2", "B"]["estimate"])


def test_a_funnel_of_lonely_studies_says_nothing():
    loop = [("a", "A", 5, 50), ("a", "B", 9, 53), ("b", "B", 7, 51), ("b", "C", 8, 52), ("c", "A", 3, 41),
            ("c", "C", 8, 77), ("d", "A", 4, 39), ("d", "D", 9, 47)]  # fmt: skip
    for row in fitted(loop).funnel_test(list("DCBA")):
        assert row["intercept"] is row["t"] is row["p"] is None


def test_two_treatments():
    fit = fitted([("a", "A", 5, 50), ("a", "B", 9, 50), ("b", "A", 7, 51), ("b", "B", 8, 52)])
    rows = fit.leave_one_out()
    assert [r["left_out"] for r in rows] == ["a", "b"]
    assert all(r["estimate"] is not None for r in rows)
    assert fit.leave_one_out("treatment")[0:] == []
    assert fit.thresholds()[0]["best"] == "B"


def test_without_a_direction():
    fit = nma(counts(), measure="OR", reference="A")
    assert all(r["best"] is None for r in fit.influence())
    with pytest.raises(ArgumentError, match="better"):
        fit.thresholds()
    with pytest.raises(ArgumentError, match="better"):
        fit.threshold_plot()


@pytest.mark.parametrize("ask", [
    lambda f: f.leave_one_out("arm"), lambda f: f.leave_one_out(by=3), lambda f: f.thresholds("arm"),
    lambda f: f.threshold_plot(most=0), lambda f: f.threshold_plot(most=True), lambda f: f.compare("fit"),
    lambda f: f.compare(f.result), lambda f: f.funnel(), lambda f: f.funnel("ABCD"), lambda f: f.funnel(["A", "B"]),
    lambda f: f.funnel(["A", "B", "C", "D", "D"]), lambda f: f.funnel_test(["A", "B", "C", "E"]),
    lambda f: f.cumulative(7), lambda f: f.cumulative("year"), lambda f: f.cumulative(["s1", "nobody"]),
    lambda f: f.cumulative([*YEARS, "s1"]), lambda f: f.cumulative({**YEARS, "s1": "1990"}),
    lambda f: f.cumulative({**YEARS, "s1": [1990]}),
])  # fmt: skip
def test_requests_that_can_not_be_understood(ask):
    with pytest.raises(ArgumentError):
        ask(fitted())


@pytest.mark.parametrize("ask", [
    lambda f: f.leave_one_out(), lambda f: f.influence(), lambda f: f.cumulative(YEARS), lambda f: f.thresholds(),
    lambda f: f.funnel(list("ABCD")),
])  # fmt: skip
def test_engines_for_sparse_counts_are_refused_in_words(ask):
    with pytest.raises(ArgumentError, match="engine mh"):
        ask(fitted(engine="mh", model="common"))


def test_near_names_are_offered():
    with pytest.raises(UnknownNameError, match="did you mean 'contrast'"):
        fitted().thresholds("contrasts")
    with pytest.raises(UnknownNameError, match="did you mean 'study'"):
        fitted().leave_one_out("studies")


@pytest.mark.parametrize("order", [{"s1": 1990}, ["s1", "s2"], {**YEARS, "s3": None}, {**YEARS, "s3": math.nan}])
def test_an_order_that_leaves_studies_out(order):
    with pytest.raises(DataError, match="leaves out"):
        fitted().cumulative(order)


def test_cumulative_ends_at_the_fit_and_starts_where_evidence_starts():
    fit = fitted()
    rows = fit.cumulative(YEARS | {"not a study of this network": 1900})
    assert [r["value"] for r in rows[::3]] == [1985, 1990, 1994, 1999, 2001]
    assert rows[0]["added"] == "s4"
    assert rows[0]["not_connected"] == "B, D"
    assert [r["n_studies"] for r in rows[::3]] == [1, 3, 4, 5, 7]
    first = by_name(rows, "value", "treatment")
    assert first[1985, "B"]["estimate"] is first[1985, "B"]["change"] is first[1990, "B"]["change"] is None
    assert first[1990, "C"]["change"] == pytest.approx(first[1990, "C"]["estimate"] - first[1985, "C"]["estimate"])
    for effect in fit.result.effects:
        row = first[2001, effect.treatment]
        assert (row["estimate"], row["se"], row["lower"], row["upper"]) == (
            effect.estimate, effect.se, effect.lower, effect.upper
        )  # fmt: skip
        assert row["tau2"] == fit.result.tau2


def test_cumulative_before_the_reference_enters():
    rows = fitted(reference="D").cumulative(YEARS)
    assert rows[0]["n_studies"] == 0
    assert rows[0]["not_connected"] == "A, B, C"
    assert all(r["estimate"] is r["tau2"] is None for r in rows[:3])


def test_cumulative_takes_a_list_and_a_covariate():
    listed = fitted().cumulative(["s4", "s1", "s2", "s3", "s6", "s5", "s7"])
    assert [r["value"] for r in listed[::3]] == [1, 2, 3, 4, 5, 6, 7]
    dated = nma([{**r, "year": YEARS[r["study"]]} for r in counts()], measure="OR", reference="A", covariates=["year"])
    assert dated.cumulative("year") == fitted(better=None).cumulative(YEARS)
    with pytest.raises(UnknownNameError, match="did you mean 'year'"):
        dated.cumulative("years")


def test_values_of_any_kind_that_can_be_sorted():
    network = fitted().network
    groups = steps(network, {s: pd.Timestamp(f"{year}-05-01") for s, year in YEARS.items()})
    assert [own for _, own in groups] == [("s4",), ("s1", "s2"), ("s3",), ("s6",), ("s5", "s7")]


def test_compare_names_what_came_and_what_went():
    before = fitted([r for r in COUNTS if r[1] != "D"])
    after = fitted([r for r in COUNTS if r[0] != "s2"])
    rows = by_name(after.compare(before), "treatment", "reference")
    assert rows["D", "A"]["estimate_before"] is rows["D", "A"]["change"] is None
    assert rows["D", "A"]["estimate"] is not None
    row = rows["C", "A"]
    assert row["change"] == pytest.approx(row["estimate"] - row["estimate_before"])
    assert row["change_in_se"] == pytest.approx(row["change"] / row["se_before"])
    assert [r["reference"] for r in after.compare(before)][:3] == ["A", "A", "A"]
    assert all(r["change"] == 0 for r in after.compare(after))
    assert by_name(before.compare(after), "treatment", "reference")["D", "A"]["estimate"] is None
    with pytest.raises(ArgumentError, match="different things"):
        after.compare(nma(counts(), measure="RR"))


def test_thresholds_name_arms_of_larger_studies_against_the_others():
    rows = [r for r in fitted().thresholds() if r["study"] == "s1"]
    assert {(r["treatment"], r["reference"]) for r in rows} == {("A", "C, D"), ("C", "A, D"), ("D", "A, C")}
    pairs = {(r["treatment"], r["reference"]) for r in fitted().thresholds() if r["study"] != "s1"}
    assert pairs == {("B", "C"), ("C", "A"), ("B", "D"), ("B", "A"), ("C", "D")}
    moves = [min(abs(m) for m in (r["move_down"], r["move_up"]) if m is not None) for r in fitted().thresholds()]
    assert moves == sorted(moves)


def test_no_threshold_where_a_number_has_no_say():
    """The first column moves all treatments by the same; the second moves only the best."""
    found = thresholds(np.array([0.0, 1.0, 2.0]), np.array([[0.5, 0.5, 0.5], [0.0, 0.0, 1.0]]), 1)
    assert found.best == 2
    assert np.isnan([found.up[0], found.down[0], found.up[1]]).all()
    assert found.down[1] == -1
    assert (found.new_down[1], found.new_up[1]) == (1, -1)


def test_figures_say_what_they_show():
    fit = fitted()
    plot = fit.threshold_plot(most=3)
    assert len(plot.table.rows) == 3
    assert plot.title.startswith("C is best")
    assert "3 smallest" in plot.caption
    assert len(fit.threshold_plot("contrast", most=None).table.rows) == len(fit.thresholds("contrast"))
    funnel = fit.funnel(["D", "C", "B", "A"])
    assert len(funnel.table.rows) == 9
    assert "D versus A" in funnel.to_svg()
    assert "style=" not in funnel.to_svg() + plot.to_svg()


def test_an_unknown_method_of_tau2():
    arms = arm_arrays(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.zeros(4), np.ones(4), 2)
    with pytest.raises(ArgumentError):
        leave_out(arms, "pm", 0.0)


def test_nodes_carry_functions_with_poles_beyond_minus_twice_the_least_variance():
    """Rational functions with poles at tau2 = -0.02 and beyond, over three decades, to 1e-12."""
    poles = np.array([0.02, 0.05, 0.3])
    nodes = nodes_between(0.0, 20.0, 0.02)
    at = np.concatenate([[0.0, 20.0, nodes.tau2[3]], np.geomspace(1e-4, 20, 40)])
    found = nodes.coefficients(nodes.place(at)) @ (1 / (nodes.tau2[:, None] + poles)).sum(axis=1)
    assert found == pytest.approx((1 / (at[:, None] + poles)).sum(axis=1), rel=1e-12)
    roots = crossings(nodes, np.stack([np.log(nodes.tau2 + 1) - x for x in (0.5, 1.5)], axis=1), 0.0, 20.0)
    assert roots == pytest.approx(np.exp([0.5, 1.5]) - 1, rel=1e-10)


def test_fits_that_share_no_treatment_are_not_compared():
    other = nma(
        [{"study": "1", "treatment": t, "mean": m, "sd": 1.0, "n": 20} for t, m in (("x", 0.0), ("y", 1.0))],
        measure="MD",
    )
    same_measure = nma(
        [{"study": "1", "treatment": t, "mean": m, "sd": 1.0, "n": 20} for t, m in (("v", 0.0), ("w", 1.0))],
        measure="MD",
    )
    with pytest.raises(ArgumentError, match="no treatment in common"):
        other.compare(same_measure)


def test_an_order_may_be_a_column_of_a_frame():
    import pandas as pd

    fit = fitted()
    assert fit.cumulative(pd.Series(YEARS)) == fit.cumulative(YEARS)
    assert fit.funnel_test(np.array(fit.treatments)) == fit.funnel_test(list(fit.treatments))
