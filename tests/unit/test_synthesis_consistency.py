"""Node-split models, designs and net heat: what they answer in odd networks, what they refuse, what they ignore."""

import itertools
import random

import polars as pl
import pytest

from topline.errors import ArgumentError, NetworkError, UnknownNameError
from topline.synthesis import HalfNormal, Prior, nma


def contrast(study, first, second, estimate, se=0.2):
    return {"study": study, "treat1": first, "treat2": second, "TE": estimate, "seTE": se}


STAR = [contrast("1", "A", "P", 0.3), contrast("2", "A", "P", 0.5), contrast("3", "B", "P", 0.1)]
TRIANGLE = [contrast("1", "A", "B", 0.5), contrast("2", "A", "C", 0.9), contrast("3", "B", "C", 0.1)]
# two loops that share A versus B, two trials each of two comparisons, and a treatment that only one trial knows
LOOPS = [
    contrast("1", "A", "B", 0.5), contrast("2", "A", "B", 0.9), contrast("3", "A", "C", 1.2),
    contrast("4", "B", "C", 0.1), contrast("5", "B", "C", 0.2), contrast("6", "A", "D", -0.3),
    contrast("7", "B", "D", -0.2), contrast("8", "A", "E", 2.0),
]  # fmt: skip
ARMS = [
    ("1", "A", 20, 100), ("1", "B", 25, 100), ("1", "C", 40, 100), ("2", "A", 22, 110), ("2", "C", 30, 105),
    ("3", "A", 18, 90), ("3", "B", 20, 95), ("4", "B", 26, 100), ("4", "C", 24, 98), ("5", "B", 28, 96),
    ("5", "C", 30, 99), ("6", "C", 21, 92), ("6", "D", 27, 94), ("7", "A", 22, 97), ("7", "D", 19, 99),
]  # fmt: skip
COUNTS = [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in ARMS]
SMALL = {
    "star": STAR, "one study": STAR[:1], "two treatments": STAR[:2], "one study of three": [
        contrast("1", "A", "B", 0.5), contrast("1", "A", "C", 0.9), contrast("1", "B", "C", 0.4)],
}  # fmt: skip


@pytest.mark.parametrize("model", ["random", "common"])
@pytest.mark.parametrize("name", SMALL)
def test_without_a_loop_there_is_nothing_to_contradict(name, model):
    fit = nma(SMALL[name], measure="MD", model=model)
    assert fit.node_split("separate") == fit.net_heat() == []
    (row,) = fit.design_by_treatment()
    assert (row["q"], row["df"], row["p"]) == (None, 0, None)
    for design in fit.design_decomposition():
        assert design["q_between"] is design["q_detached"] is design["p_detached"] is None
        assert design["df_detached"] == 0
    with pytest.raises(NetworkError, match="contradict") as error:
        fit.net_heat_plot()
    assert error.value.problem.repair


def test_designs_are_listed_with_their_studies():
    fit = nma(STAR, measure="MD")
    rows = [(d["design"], d["n_studies"], d["df_within"]) for d in fit.design_decomposition()]
    assert rows == [("A:P", 2, 1), ("B:P", 1, 0)]
    first, second = fit.design_decomposition()
    assert first["q_within"] == pytest.approx(0.2**2 / 0.08)
    assert second["q_within"] is second["p_within"] is None


def test_where_no_two_studies_are_alike_tau2_within_designs_is_unknown():
    fit = nma(TRIANGLE, measure="MD")
    (row,) = fit.design_by_treatment()
    assert (row["q"], row["df"], row["p"], row["tau2_within"], row["tau_within"]) == (None, 1, None, None, None)
    with pytest.raises(ArgumentError, match="tau2 within designs") as error:
        fit.net_heat("random")
    assert "common" in error.value.problem.repair
    assert len(fit.net_heat()) == 9
    (common,) = nma(TRIANGLE, measure="MD", model="common").design_by_treatment()
    assert common["q"] == pytest.approx((0.5 - 0.9 + 0.1) ** 2 / 0.12)
    assert (common["tau2_within"], common["method"]) == (0.0, "common")


def test_a_common_effect_has_no_tau2_and_a_named_method_gives_one():
    fit = nma(LOOPS, measure="MD", model="common")
    assert {row["tau2"] for row in fit.node_split("separate")} == {0.0}
    assert fit.design_by_treatment()[0]["method"] == "common"
    assert fit.design_by_treatment("DL") == nma(LOOPS, measure="MD", engine="dl").design_by_treatment()


def test_separate_models_have_a_tau2_of_their_own_and_side_keeps_its_numbers():
    fit = nma(LOOPS, measure="MD")
    rows = fit.node_split("separate")
    assert {r["method"] for r in rows} == {"separate"}
    assert {frozenset((r["treatment"], r["reference"])) for r in rows} == {
        frozenset(pair) for pair in ("AB", "AC", "BC", "AD", "BD")
    }
    assert all(r["tau2"] >= 0 for r in rows)
    assert len({r["tau2"] for r in rows}) > 1
    for row in rows:
        assert row["difference"] == pytest.approx(row["direct"] - row["indirect"])
        assert 0 < row["direct_proportion"] < 1
    assert fit.node_split() == fit.node_split("side") != rows
    assert list(rows[0]) == list(fit.node_split()[0])


def test_a_trial_that_agrees_leaves_the_two_methods_alike():
    """At tau2 = 0 and without trials of several arms a split model is back-calculation."""
    fit = nma(LOOPS, measure="MD", model="common")
    side = {(r["treatment"], r["reference"]): r for r in fit.node_split()}
    for row in fit.node_split("separate"):
        twin = side[row["treatment"], row["reference"]]
        for name in ("direct", "se_direct", "indirect", "se_indirect", "difference", "p", "direct_proportion"):
            assert row[name] == pytest.approx(twin[name], rel=1e-9)


@pytest.mark.parametrize("engine", ["bayes", "mh", "penalised"])
def test_engines_without_weights_are_refused_with_a_way_out(engine):
    prior = Prior(HalfNormal(0.5), effect_sd=10) if engine == "bayes" else None
    fit = nma(COUNTS, engine=engine, model="common", prior=prior)
    asked = (lambda: fit.node_split("separate"), fit.design_decomposition, fit.design_by_treatment, fit.net_heat)
    for ask in (*asked, fit.net_heat_plot, lambda: fit.design_by_treatment("dl")):
        with pytest.raises(ArgumentError, match="engine") as error:
            ask()
        assert "reml" in error.value.problem.repair
        assert engine in error.value.problem.found


def test_wrong_words_are_refused_with_the_right_ones():
    fit = nma(LOOPS, measure="MD")
    for ask, word in (
        (lambda: fit.node_split("seperate"), "separate"),
        (lambda: fit.design_by_treatment("remel"), "reml"),
        (lambda: fit.net_heat("randm"), "random"),
        (lambda: fit.net_heat("random", "remll"), "reml"),
    ):
        with pytest.raises(UnknownNameError) as error:
            ask()
        assert word in str(error.value)
    for ask in (lambda: fit.node_split(1), lambda: fit.design_by_treatment(0), lambda: fit.net_heat(None)):
        with pytest.raises(ArgumentError, match="not text"):
            ask()
    with pytest.raises(ArgumentError, match="no tau2"):
        fit.net_heat("common", "dl")


def test_heat_adds_up():
    """The diagonal is Q between designs; a column takes off what detaching its design does."""
    fit = nma(LOOPS, measure="MD")
    cells = fit.net_heat()
    own = {c["design"]: c["heat"] for c in cells if c["design"] == c["detached"]}
    assert list(own) == sorted(own, key=lambda d: -own[d])
    assert sum(own.values()) == pytest.approx(fit.result.q.between)
    rows = {d["design"]: d for d in fit.design_decomposition()}
    for design in own:
        column = sum(c["heat"] for c in cells if c["detached"] == design)
        assert sum(own.values()) - column == pytest.approx(rows[design]["q_detached"])
        assert own[design] == pytest.approx(rows[design]["q_between"])
    # nothing contradicts the only trial of E
    assert "A:E" not in own
    assert (rows["A:E"]["q_between"], rows["A:E"]["df_detached"]) == (0.0, fit.result.q.df_between)
    assert rows["A:E"]["q_detached"] == pytest.approx(fit.result.q.between)


def test_random_effects_cool_the_heat():
    fit = nma(LOOPS, measure="MD", engine="dl")
    (test,) = fit.design_by_treatment()
    own = [c["heat"] for c in fit.net_heat("random") if c["design"] == c["detached"]]
    assert test["tau2_within"] > 0
    assert sum(own) == pytest.approx(test["q"])
    assert test["q"] < fit.result.q.between
    assert fit.net_heat("random") == fit.net_heat("random", "dl")


def test_designs_that_share_a_pair_without_a_loop_still_meet():
    """Trials of A and B inside and outside a trial of three arms can disagree: one degree, and no loop."""
    rows = [r for r in COUNTS if r["study"] in ("1", "3")]
    fit = nma(rows)
    assert fit.node_split("separate") == []
    assert [c["design"] for c in fit.net_heat()] == ["A:B", "A:B", "A:B:C", "A:B:C"]
    assert all(d["df_detached"] == 0 and d["q_detached"] is None for d in fit.design_decomposition())
    assert fit.net_heat_plot().svg


def table(rows, keys, names):
    """Rows by the treatments that they speak of, under the names of the first network."""
    return {tuple(frozenset(names[t] for t in row[k].split(":")) for k in keys): row for row in rows}


@pytest.mark.parametrize("seed", range(3))
def test_nothing_depends_on_order_or_names(seed):
    other = dict(zip("ABCD", random.Random(seed).sample("WXYZ", 4), strict=True))
    back = {v: k for k, v in other.items()}
    rows = [{**r, "treatment": other[r["treatment"]]} for r in COUNTS]
    random.Random(seed).shuffle(rows)
    first, second = nma(COUNTS, reference="A"), nma(rows, reference=other["D"])
    same = {k: k for k in "ABCD"}
    for question, keys, numbers in (
        ("net_heat", ("design", "detached"), ("heat", "hat")),
        ("design_decomposition", ("design",), ("q_within", "q_between", "q_detached", "p_detached")),
    ):
        ours = table(getattr(first, question)(), keys, same)
        theirs = table(getattr(second, question)(), keys, back)
        assert set(ours) == set(theirs)
        assert len(ours) > 4
        for key, name in itertools.product(ours, numbers):
            assert ours[key][name] == pytest.approx(theirs[key][name], abs=1e-9), (question, key, name)
    assert first.design_by_treatment()[0] == pytest.approx(second.design_by_treatment()[0], abs=1e-9)


def test_a_unit_a_thousand_times_smaller_changes_no_test():
    scaled = [{**r, "TE": 1000 * r["TE"], "seTE": 1000 * r["seTE"]} for r in LOOPS]
    first, second = nma(LOOPS, measure="MD"), nma(scaled, measure="MD")
    for ours, theirs in zip(first.node_split("separate"), second.node_split("separate"), strict=True):
        assert ours["p"] == pytest.approx(theirs["p"], rel=1e-6)
        assert 1e6 * ours["tau2"] == pytest.approx(theirs["tau2"], rel=1e-6, abs=1e-6)
    for ours, theirs in zip(first.net_heat("random"), second.net_heat("random"), strict=True):
        assert (ours["design"], ours["detached"]) == (theirs["design"], theirs["detached"])
        assert (ours["heat"], ours["hat"]) == pytest.approx((theirs["heat"], theirs["hat"]), rel=1e-6, abs=1e-6)


def test_weights_of_very_different_size_lose_no_degree():
    """A trial a million times as precise leaves little that is indirect, and the rank is still that of the graph."""
    rows = [contrast("0", "A", "B", 0.5, 2e-4), *TRIANGLE, contrast("9", "A", "C", 1.0, 1e-3)]
    fit = nma(rows, measure="MD", model="common")
    assert [d["df_detached"] for d in fit.design_decomposition()] == [0, 0, 0]
    assert sum(c["heat"] for c in fit.net_heat() if c["design"] == c["detached"]) == pytest.approx(
        fit.result.q.between, rel=1e-6
    )


def test_frames_are_of_the_kind_that_came_in():
    fit = nma(pl.DataFrame(COUNTS))
    for made in (fit.node_split("separate"), fit.design_decomposition(), fit.design_by_treatment(), fit.net_heat()):
        assert isinstance(made, pl.DataFrame)
        assert made.height > 0


def test_the_plot_says_what_it_tests():
    fit = nma(LOOPS, measure="MD", engine="dl")
    figure = fit.net_heat_plot()
    assert "common effect" in figure.title
    assert "tau2" in fit.net_heat_plot("random").title
    assert len(figure.table.rows) == 5
    assert "A:C" in figure.description
