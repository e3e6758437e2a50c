"""Questions about the order of treatments: what is asked wrongly, small networks, and what must not matter."""

import csv
import itertools
import json
import random
import re
from pathlib import Path

import numpy as np
import pytest

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits import Figure
from topline.synthesis import HalfNormal, Prior, nma
from topline.synthesis.ranking.partial_order import partial_order

COUNTS = [
    ("1", "A", 20, 100), ("1", "B", 25, 100), ("2", "A", 22, 110), ("2", "C", 30, 105), ("3", "A", 18, 90),
    ("3", "D", 20, 95), ("4", "B", 26, 100), ("4", "D", 24, 98), ("5", "C", 28, 96), ("5", "D", 30, 99),
    ("6", "A", 21, 92), ("6", "B", 27, 94), ("6", "C", 22, 97),
]  # fmt: skip
ROWS = [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in COUNTS]
STAR = [row for row in ROWS if row["study"] in "123"]
# The draws of the one direction are not those of the other turned round: a limit moves by 0.01 of a standard error
DRAWN = 0.01
# The same draws, through sums in another order
ROUNDING = 1e-10


@pytest.fixture(scope="module")
def fit():
    return nma(ROWS, better="higher", reference="A")


def test_ranks_without_a_difference_are_those_of_the_result(fit):
    assert [r["treatment"] for r in fit.ranks()] == [r.treatment for r in fit.result.ranks]
    assert [r["probability_1"] for r in fit.ranks()] == [r.probabilities[0] for r in fit.result.ranks]
    assert list(fit.ranks(minimum_difference=1.2)[0]) == list(fit.ranks()[0])


def test_a_difference_of_nothing_changes_nothing(fit):
    for plain, tied in zip(fit.ranks(), fit.ranks(minimum_difference=1), strict=True):
        assert plain["treatment"] == tied["treatment"]
        for name, value in plain.items():
            if name != "treatment":
                assert tied[name] == pytest.approx(value, abs=1e-9), name


def test_a_difference_that_no_effect_reaches_ties_all(fit):
    for row in fit.ranks(minimum_difference=1e9):
        assert row["p_score"] == pytest.approx(0, abs=1e-12)
        assert row["sucra"] == pytest.approx(0.5, abs=1e-12)
        assert row["mean_rank"] == pytest.approx(2.5, abs=1e-12)
        assert [row[f"probability_{k}"] for k in range(1, 5)] == pytest.approx([0.25] * 4)


@pytest.mark.parametrize("value", [0.8, 0, -1, float("nan"), float("inf"), True, "1.25", None])
def test_a_ratio_that_is_none_is_refused(fit, value):
    if value is None:
        assert fit.ranks(minimum_difference=None)
        return
    with pytest.raises(ArgumentError, match="minimum_difference") as caught:
        fit.ranks(minimum_difference=value)
    assert "a ratio from 1" in caught.value.problem.expected
    assert (caught.value.problem.repair == "give the ratio above 1: 1.25") is (value == 0.8)


def test_a_difference_is_in_the_units_of_the_outcome():
    fit = nma(ROWS, measure="RD", better="higher")
    assert fit.ranks(minimum_difference=0.05)[0]["p_score"] < fit.ranks()[0]["p_score"]
    with pytest.raises(ArgumentError) as caught:
        fit.ranks(minimum_difference=-0.05)
    assert "in the units of the outcome" in caught.value.problem.expected


def test_nothing_is_ranked_without_a_direction():
    fit = nma(ROWS)
    assert fit.ranks() == []
    asked = [
        lambda: fit.ranks(minimum_difference=1.2), fit.rank_summary, fit.poth, fit.hierarchies, fit.rankogram,
        fit.score_plot, lambda: fit.hierarchy_probability(best="A"),
    ]  # fmt: skip
    for question in asked:
        with pytest.raises(ArgumentError, match="higher or lower is better") as caught:
            question()
        assert "better='higher'" in caught.value.problem.repair


def test_the_summary_holds_together(fit):
    rows = fit.rank_summary()
    assert [r["p_score"] for r in rows] == sorted((r["p_score"] for r in rows), reverse=True)
    best = {r["treatment"]: r["probability_1"] for r in fit.ranks()}
    for row in rows:
        assert 0 <= row["lower"] <= row["p_score"] <= row["upper"] <= 1
        for score, rank in (("p_score", "mean_rank"), ("lower", "mean_rank_upper"), ("upper", "mean_rank_lower")):
            assert row[rank] == pytest.approx(4 - 3 * row[score], abs=1e-12)
        assert row["rank_lower"] <= row["median_rank"] <= row["rank_upper"]
        assert row["probability_best"] == best[row["treatment"]]
        assert 0 < row["probability_error"] < 0.01
        assert row["predictive_lower"] <= row["predictive_p_score"] <= row["predictive_upper"]
    assert sum(r["predictive_p_score"] for r in rows) == pytest.approx(2, abs=1e-12)


def test_the_limits_are_at_the_level_of_the_fit(fit):
    wide = nma(ROWS, better="higher", reference="A", level=0.99).rank_summary()
    narrow = nma(ROWS, better="higher", reference="A", level=0.5).rank_summary()
    for a, b, c in zip(wide, fit.rank_summary(), narrow, strict=True):
        assert a["lower"] < b["lower"] < c["lower"] < c["upper"] < b["upper"] < a["upper"]
        assert a["rank_lower"] <= c["rank_lower"]
        assert c["rank_upper"] <= a["rank_upper"]


def test_the_other_direction_turns_everything_round(fit):
    other = {r["treatment"]: r for r in nma(ROWS, better="lower", reference="A").rank_summary()}
    for row in fit.rank_summary():
        turned = other[row["treatment"]]
        assert turned["p_score"] == pytest.approx(1 - row["p_score"], abs=1e-12)
        assert turned["lower"] == pytest.approx(1 - row["upper"], abs=DRAWN)
        assert turned["upper"] == pytest.approx(1 - row["lower"], abs=DRAWN)
    assert nma(ROWS, better="lower").poth().value == pytest.approx(fit.poth().value, abs=1e-12)


def everything(fit, rename):
    """Every number about ranks, by the treatments' names in ROWS."""
    numbers = {}
    for table in (fit.rank_summary(), fit.ranks(), fit.ranks(minimum_difference=1.2)):
        for k, row in enumerate(table):
            name = rename[row["treatment"]]
            numbers.update({(name, key, k): value for key, value in row.items() if isinstance(value, int | float)})
    for poth in (fit.poth(), fit.poth([t for t in fit.treatments if rename[t] != "A"])):
        numbers.update({(len(poth.treatments), key): getattr(poth, key) for key in LIMITS})
    for row in fit.hierarchies(24):
        numbers[tuple(rename[row[f"rank_{k}"]] for k in range(1, 5))] = row["probability"]
    return numbers


LIMITS = ("value", "lower", "upper", "if_equal", "p_equal", "p_equal_error")


@pytest.mark.parametrize("ci", ["wald", "hksj"])
def test_reference_names_and_order_do_not_matter(ci):
    """Nor do they for the draws, whose coordinates follow the order of the estimates."""
    expected = everything(nma(ROWS, better="higher", reference="A", ci=ci), {t: t for t in "ABCD"})
    for names, reference in (("ZAYD", "Y"), ("DCBA", "D"), ("BADC", "A")):
        new = dict(zip("ABCD", names, strict=True))
        rows = [dict(r, treatment=new[r["treatment"]]) for r in ROWS]
        random.Random(3).shuffle(rows)
        found = everything(nma(rows, better="higher", reference=reference, ci=ci), {v: k for k, v in new.items()})
        assert found == pytest.approx(expected, abs=ROUNDING)


def test_names_do_not_matter_where_estimates_are_equal():
    """B and C have the same effect versus A, C with more patients."""
    rows = [("1", "A", 20, 100), ("1", "B", 30, 100), ("2", "A", 40, 200), ("2", "C", 60, 200), ("3", "A", 20, 100),
            ("3", "D", 25, 100)]  # fmt: skip
    found = []
    for names in itertools.permutations("ABCD"):
        new = dict(zip("ABCD", names, strict=True))
        arms = [{"study": s, "treatment": new[t], "events": e, "n": n} for s, t, e, n in rows]
        fit = nma(arms, measure="RD", better="higher", reference=new["D"])
        old = {v: k for k, v in new.items()}
        found.append({(old[r["treatment"]], k): r[f"probability_{k}"] for r in fit.ranks() for k in range(1, 5)})
    assert all(other == pytest.approx(found[0], abs=ROUNDING) for other in found)


def test_units_do_not_matter():
    rows = [
        {"study": s, "treatment": t, "mean": m, "sd": 2.0, "n": 30}
        for s, arms in (("1", "abc"), ("2", "ab"), ("3", "bc"), ("4", "ac"))
        for t, m in zip(arms, (1.0, 1.3, 2.2), strict=False)
    ]
    small = nma(rows, measure="MD", better="lower")
    large = nma([dict(r, mean=1000 * r["mean"], sd=1000 * r["sd"]) for r in rows], measure="MD", better="lower")
    for a, b in zip(small.rank_summary(), large.rank_summary(), strict=True):
        assert a["treatment"] == b["treatment"]
        assert [a[k] for k in a if k != "treatment"] == pytest.approx([b[k] for k in b if k != "treatment"], abs=1e-6)
    for a, b in zip(small.ranks(0.4), large.ranks(400), strict=True):
        assert a["p_score"] == pytest.approx(b["p_score"], abs=1e-9)


def test_a_star_without_repeated_comparisons_has_no_new_trial():
    fit = nma(STAR, better="higher")
    assert all(row["predictive_p_score"] is row["predictive_lower"] is None for row in fit.rank_summary())
    assert all(row["lower"] < row["p_score"] < row["upper"] for row in fit.rank_summary())
    assert "new trial" not in fit.score_plot().to_text()


def test_a_common_effect_has_no_new_trial():
    fit = nma(ROWS, better="higher", model="common")
    assert all(row["predictive_p_score"] is None for row in fit.rank_summary())


def test_where_tau2_is_0_a_new_trial_is_as_the_others():
    """The predictive P-score is then the P-score, and its limits are those of the rank."""
    fit = nma(ROWS, better="higher")
    assert fit.result.tau2 == 0
    for row in fit.rank_summary():
        assert row["predictive_p_score"] == pytest.approx(row["p_score"], abs=1e-12)
        assert 4 - 3 * row["predictive_lower"] == pytest.approx(row["rank_upper"])
        assert 4 - 3 * row["predictive_upper"] == pytest.approx(row["rank_lower"])


def test_two_treatments_of_one_study():
    fit = nma(
        [{"study": "1", "treatment": t, "events": e, "n": 100} for t, e in (("a", 30), ("b", 20))], better="lower"
    )
    best, worst = fit.rank_summary()
    assert (best["treatment"], worst["treatment"]) == ("b", "a")
    assert best["probability_best"] == pytest.approx(best["p_score"], abs=1e-3)
    poth = fit.poth()
    assert poth.value == pytest.approx(4 * (best["p_score"] - 0.5) ** 2, abs=1e-12)
    assert [(r["without"], r["residual"]) for r in poth.treatments] == [(None, None)] * 2
    assert [r["rank_1"] for r in fit.hierarchies()] == ["b", "a"]


def test_the_bayesian_scores_have_no_interval():
    fit = nma(ROWS, better="higher", engine="bayes", prior=Prior(HalfNormal(0.5)))
    assert all(row["lower"] is row["mean_rank_upper"] is None for row in fit.rank_summary())
    assert all(row["predictive_lower"] < row["predictive_upper"] for row in fit.rank_summary())
    poth = fit.poth()
    assert [getattr(poth, key) for key in LIMITS[1:]] == [None] * 5
    assert re.fullmatch(r"POTH 0\.\d\d, 4 treatments", str(poth))
    assert 0 < poth.value < 1
    assert "no interval of its own" in fit.score_plot().caption


def test_poth_of_some_treatments(fit):
    assert float(fit.poth(["A", "C", "A"])) == float(fit.poth(["C", "A"]))
    assert [r["treatment"] for r in fit.poth(["C", "A"]).treatments] == ["C", "A"]
    poth = fit.poth()
    assert 0 <= poth.lower <= poth.value <= poth.upper <= 1
    assert 0 < poth.p_equal < 1
    assert 0 < poth.p_equal_error < 0.01
    assert repr(poth) == f"POTH {poth.value:.2f} ({poth.lower:.2f} to {poth.upper:.2f}), 4 treatments"
    with pytest.raises(UnknownNameError):
        fit.poth(["A", "Q"])
    for none in (3, True):
        with pytest.raises(ArgumentError, match="among is not a list of treatments"):
            fit.poth(none)
    for few in (["A"], "A", [], ["B", "B"]):
        with pytest.raises(ArgumentError, match="at least 2 treatments"):
            fit.poth(few)


def test_statements_in_words(fit):
    found = fit.hierarchy_probability(
        best=["C", "D"], among_best={"B": 3}, order=["C", "A"], better=("C", "B"), minimum_difference=1.1
    )
    assert found.statement == (
        "one of C, D is best; B is among the best 3; C before A; C is better than B by more than a ratio of 1.1"
    )
    assert float(found) == found.probability
    assert 0 < found.error < 0.01
    assert fit.hierarchy_probability(best=("C",)).statement == "C is best"


def test_statements_that_are_certain(fit):
    assert fit.hierarchy_probability(best=list("ABCD")).probability == 1
    assert fit.hierarchy_probability(among_best=dict.fromkeys("ABCD", 4)).probability == 1
    assert fit.hierarchy_probability(better=[("A", "B"), ("B", "A")]).probability == 0
    orders = [fit.hierarchy_probability(order=order).probability for order in itertools.permutations("ABCD")]
    assert sum(orders) == pytest.approx(1, abs=1e-12)
    listed = {tuple(r[f"rank_{k}"] for k in range(1, 5)): r["probability"] for r in fit.hierarchies(24)}
    assert sorted(listed.values(), reverse=True) == list(listed.values())
    assert max(orders) == fit.hierarchies(1)[0]["probability"]
    first = {t: sum(p for order, p in listed.items() if order[0] == t) for t in "ABCD"}
    for row in fit.ranks():
        assert row["probability_1"] == pytest.approx(first[row["treatment"]], abs=1e-12)
        assert fit.hierarchy_probability(best=row["treatment"]).probability == row["probability_1"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({}, "nothing to find"),
        ({"best": []}, "best needs a treatment"),
        ({"best": 3}, "not a list"),
        ({"among_best": {"A": 0}}, "rank of 'A'"),
        ({"among_best": {"A": 5}}, "rank of 'A'"),
        ({"among_best": {"A": True}}, "rank of 'A'"),
        ({"among_best": ["A"]}, "not a mapping"),
        ({"among_best": {}}, "not a mapping"),
        ({"order": ["A"]}, "order needs different treatments"),
        ({"order": ["A", "A"]}, "order needs different treatments"),
        ({"order": "AB"}, "not a list"),
        ({"better": ("A", "B", "C")}, "two treatments"),
        ({"better": ("A", "A")}, "different treatments"),
        ({"better": []}, "no pair"),
        ({"better": "AB"}, "no pair"),
        ({"best": "A", "minimum_difference": 1.2}, "belongs to better"),
        ({"better": ("A", "B"), "minimum_difference": 0.9}, "can't be understood"),
    ],
)
def test_statements_that_are_none(fit, question, words):
    with pytest.raises(ArgumentError, match=re.escape(words)):
        fit.hierarchy_probability(**question)


@pytest.mark.parametrize("question", [{"best": "Q"}, {"among_best": {"Q": 1}}, {"order": ["A", "Q"]}, {"better": "AQ"}])
def test_unknown_treatments_are_named(fit, question):
    if question == {"better": "AQ"}:
        question = {"better": ("A", "Q")}
    with pytest.raises(UnknownNameError, match="'Q'"):
        fit.hierarchy_probability(**question)


@pytest.mark.parametrize("most", [0, -1, 2.0, True, "3"])
def test_a_number_of_orders_that_is_none(fit, most):
    with pytest.raises(ArgumentError, match="whole number"):
        fit.hierarchies(most)


def test_numbers_of_numpy_are_numbers(fit):
    assert fit.hierarchies(np.int64(2)) == fit.hierarchies(2)
    assert fit.ranks(np.float64(1.5)) == fit.ranks(1.5)
    assert fit.ranks(np.float32(1.5)) == fit.ranks(1.5)
    asked = {"among_best": {"A": np.int16(3)}, "better": ("A", "B"), "minimum_difference": np.float32(1.5)}
    plain = {"among_best": {"A": 3}, "better": ("A", "B"), "minimum_difference": 1.5}
    assert fit.hierarchy_probability(**asked) == fit.hierarchy_probability(**plain)
    for refused in (lambda: fit.hierarchies(np.True_), lambda: fit.ranks(np.True_), lambda: fit.ranks(True)):
        with pytest.raises(ArgumentError):
            refused()


@pytest.mark.parametrize("cumulative", ["foo", None, 1, "False"])
def test_a_rankogram_is_cumulative_or_not(fit, cumulative):
    with pytest.raises(ArgumentError, match="neither True nor False"):
        fit.rankogram(cumulative=cumulative)


def test_what_the_draws_never_show_is_not_printed_as_impossible():
    rows = [{"study": s, "treatment": t, "events": e, "n": 1000} for s in "12" for t, e in (("a", 100), ("b", 400))]
    fit = nma(rows, better="higher")
    assert fit.ranks()[0]["probability_2"] == 0
    assert fit.rankogram().table.to_grid()[1:] == [["b", ">99.9%", "<0.1%"], ["a", "<0.1%", ">99.9%"]]
    assert fit.rankogram(cumulative=True).table.to_grid()[1:] == [["b", ">99.9%", "100%"], ["a", "<0.1%", "100%"]]


def other_outcome(order="DCBA", left_out=""):
    """Few harms for the first: an outcome of its own with another order of the treatments."""
    harms = {t: 5 + 15 * k for k, t in enumerate(order)}
    return nma([dict(r, events=harms[r["treatment"]]) for r in ROWS if r["treatment"] not in left_out], better="lower")


def test_the_partial_order_of_two_outcomes(fit):
    order = partial_order({"efficacy": fit, "safety": other_outcome("BCAD")})
    scores = {r["treatment"]: (r["efficacy"], r["safety"]) for r in order.scores()}
    for row in order.dominance():
        a = row["treatment"]
        for b in fit.treatments:
            higher = all(x >= y for x, y in zip(scores[a], scores[b], strict=True)) and scores[a] != scores[b]
            assert row[b] is higher
    assert order.best == ("B",)
    assert order.scores()[0]["treatment"] == "B"
    assert order.scores()[0]["level"] == 1
    assert order.left_out == {}
    assert order.equal == ()
    assert str(order) == "<PartialOrder: 4 treatments by efficacy, safety; nothing is better than B>"
    figure = order.hasse()
    assert isinstance(figure, Figure)
    assert figure.table.to_grid()[0] == ["Treatment", "Level", "P-score, efficacy", "P-score, safety", "Next below"]


def test_outcomes_that_agree_make_a_chain_and_opposite_ones_no_order(fit):
    chain = partial_order({"a": fit, "b": fit})
    assert len(chain.covers) == 3
    assert chain.incomparable == ()
    assert sorted(chain.poset.level.tolist()) == [0, 1, 2, 3]
    opposite = partial_order({"a": fit, "b": nma(ROWS, better="lower")})
    assert opposite.covers == ()
    assert opposite.best == ("A", "B", "C", "D")
    assert len(opposite.incomparable) == 6


def test_a_treatment_that_an_outcome_lacks_is_left_out_and_named(fit):
    order = partial_order({"efficacy": fit, "safety": other_outcome(left_out="D"), "cost": other_outcome("ABCD")})
    assert order.treatments == ("A", "B", "C")
    assert order.left_out == {"D": ("safety",)}
    assert "D" in order.hasse().caption


def test_partial_orders_that_are_none(fit):
    cases = [
        ({}, "outcomes: 0"), ({"a": fit}, "outcomes: 1"), ([fit, fit], "list"), ({"a": fit, "b": 3}, "'b': int"),
        (None, "NoneType"),
    ]  # fmt: skip
    for fits, found in cases:
        with pytest.raises(ArgumentError, match="several outcomes") as caught:
            partial_order(fits)
        assert caught.value.problem.found == found
    with pytest.raises(ArgumentError, match="'b' does not say"):
        partial_order({"a": fit, "b": nma(ROWS)})
    elsewhere = nma([dict(r, treatment="x" + r["treatment"]) for r in ROWS], better="higher")
    with pytest.raises(ArgumentError, match="in common"):
        partial_order({"a": fit, "b": elsewhere})


def test_frames_are_of_the_kind_that_came_in():
    import pandas as pd

    fit = nma(pd.DataFrame(ROWS), better="higher")
    order = partial_order({"a": fit, "b": fit})
    for table in (
        fit.rank_summary(), fit.poth().treatments, fit.hierarchies(), fit.ranks(1.1), order.scores(), order.dominance()
    ):  # fmt: skip
        assert isinstance(table, pd.DataFrame)
        assert len(table) > 1


def test_pictures_of_22_treatments():
    path = Path(__file__).parents[1] / "truth" / "data" / "linde2016.json"
    fit = nma(json.loads(path.read_text())["data"], measure="OR", better="higher")
    for figure in (fit.rankogram(), fit.rankogram(cumulative=True), fit.score_plot()):
        grid = list(csv.reader(figure.table.to_csv().splitlines()))
        assert len(grid) == 23
    last = fit.rankogram(cumulative=True).table.to_grid()
    assert all(row[-1] == "100%" for row in last[1:])
    poth = fit.poth()
    assert poth.value == pytest.approx(
        1 - np.mean([_spread(r) for r in fit.result.ranks]) / ((22**2 - 1) / 12), abs=0.01
    )


def _spread(rank):
    places = np.arange(1, len(rank.probabilities) + 1)
    return np.dot(rank.probabilities, (places - np.dot(rank.probabilities, places)) ** 2)
