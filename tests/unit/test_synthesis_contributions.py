"""Contributions, hat matrix, evidence flow and geometry: what they promise, and what they refuse."""

import itertools

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings

from topline.errors import ArgumentError, FitError, UnknownNameError
from topline.synthesis import nma
from topline.synthesis.arrays.flows import METHODS
from topline.synthesis.flow import contributions as contributions_of

LOOP = {"1": "AB", "2": "BC", "3": "CA", "4": "AB", "5": "ABD", "6": "CD"}


def arms(studies, seed=1):
    rng = np.random.default_rng(seed)
    return [
        {"study": s, "treatment": t, "events": int(rng.integers(5, 40)), "n": int(rng.integers(50, 200))}
        for s, own in studies.items()
        for t in own
    ]


def fitted(studies=None, **options):
    return nma(arms(studies or LOOP), **{"measure": "OR", "engine": "dl", **options})


def by_pair(rows, *keys):
    """Shares by the unordered pair and the unordered rest of the key."""
    found = {}
    for row in rows:
        pair = frozenset((row["treatment"], row["reference"]))
        found[pair, frozenset(row[k] for k in keys)] = row["proportion"]
    return found


KEYS = {"study": ("study",), "comparison": ("direct_treatment", "direct_reference")}


@pytest.mark.parametrize("by", KEYS)
@pytest.mark.parametrize("method", METHODS)
def test_shares_are_proportions_of_every_pair(method, by):
    rows = fitted().contributions(method, by)
    pairs = {(row["treatment"], row["reference"]) for row in rows}
    assert pairs == {(t, "A") for t in "BCD"} | {("B", "C"), ("B", "D"), ("C", "D")}
    for pair in pairs:
        own = [row["proportion"] for row in rows if (row["treatment"], row["reference"]) == pair]
        assert sum(own) == pytest.approx(1, abs=1e-12)
        assert min(own) > 0
    assert {row["method"] for row in rows} == {method}


def test_the_default_is_what_the_result_holds():
    fit = fitted()
    found = [(r.treatment, r.reference, r.study, r.proportion) for r in fit.result.contributions]
    assert [
        tuple(r[k] for k in ("treatment", "reference", "study", "proportion")) for r in fit.contributions()
    ] == found


@pytest.mark.parametrize("method", METHODS)
def test_a_comparison_is_divided_among_its_studies(method):
    """Studies that hold one comparison alone add up to no more than its share, and to all of it where no other does."""
    fit = fitted()
    studies = by_pair(fit.contributions(method), "study")
    direct = by_pair(fit.contributions(method, "comparison"), *KEYS["comparison"])
    for pair in itertools.combinations("ABCD", 2):
        bc = direct.get((frozenset(pair), frozenset("BC")), 0.0)
        assert studies.get((frozenset(pair), frozenset("2")), 0.0) == pytest.approx(bc, abs=1e-12)
        ab = sum(studies.get((frozenset(pair), frozenset(s)), 0.0) for s in "14")
        assert ab <= direct.get((frozenset(pair), frozenset("AB")), 0.0) + 1e-12


@settings(max_examples=25)
@given(st.permutations("ABCD"), st.permutations(range(13)), st.sampled_from("ABCD"), st.sampled_from(METHODS))
def test_nothing_hangs_on_names_order_or_reference(names, order, reference, method):
    """A new name for each treatment, rows in another order, another reference: the same shares of the same pairs."""
    plain = fitted()
    new = dict(zip("ABCD", names, strict=True))
    old = {v: k for k, v in new.items()}
    rows = arms(LOOP)
    turned = [rows[k] | {"treatment": new[rows[k]["treatment"]]} for k in order]
    other = nma(turned, measure="OR", engine="dl", reference=reference)

    def back(rows):
        names = ("treatment", "reference", "direct_treatment", "direct_reference")
        return [{k: old[v] if k in names else v for k, v in row.items()} for row in rows]

    for by, keys in KEYS.items():
        expected = by_pair(plain.contributions(method, by), *keys)
        found = by_pair(back(other.contributions(method, by)), *keys)
        assert found.keys() == expected.keys()
        assert all(abs(found[k] - expected[k]) < 1e-10 for k in expected)
    measures = ("direct_proportion", "mean_path_length", "minimal_parallelism", "minimal_parallelism_studies")
    expected = {frozenset((r["treatment"], r["reference"])): [r[m] for m in measures] for r in plain.evidence_flow()}
    found = {frozenset((r["treatment"], r["reference"])): [r[m] for m in measures] for r in back(other.evidence_flow())}
    assert all(found[k] == pytest.approx(expected[k], abs=1e-10) for k in expected)
    assert dict(r.values() for r in other.geometry()) == pytest.approx(dict(r.values() for r in plain.geometry()))
    table = {r.pop("treatment"): r for r in back(other.geometry("treatment"))}
    assert all(table[r.pop("treatment")] == pytest.approx(r) for r in plain.geometry("treatment"))


@pytest.mark.parametrize("kind", ["davies", "krahn", "ruecker"])
@pytest.mark.parametrize("model", ["random", "common"])
def test_coefficients_times_direct_effects_are_the_estimates(kind, model):
    """By study: differences of log odds. By comparison: their means, weighted by conductance. By design: its fit."""
    fit = fitted({**LOOP, "7": "ABD"}, model=model)
    data, tau2 = fit.network.arrays, fit.estimate.tau2
    names, studies = fit.treatments, fit.network.studies
    level, weight = {}, {}
    for s, t, y, v in zip(data.study, data.treatment, data.y, data.v, strict=True):
        level.setdefault(studies[s], {})[names[t]] = y
        weight.setdefault(studies[s], {})[names[t]] = 1 / (v + tau2 / 2)

    def within(design):
        """Effects of a design's treatments by least squares over its studies, each with a free level."""
        order = sorted(design)
        normal, right = np.zeros((len(order), len(order))), np.zeros(len(order))
        for own in (s for s in studies if level[s].keys() == set(design)):
            w = np.array([weight[own][t] for t in order])
            r = np.diag(w) - np.outer(w, w) / w.sum()
            normal += r
            right += r @ [level[own][t] for t in order]
        return dict(zip(order, np.linalg.pinv(normal) @ right, strict=True))

    def effect(row):
        one, two = row["direct_treatment"], row["direct_reference"]
        if row["design"]:
            found = within(row["design"].split(":"))
            return found[one] - found[two]
        own = [s for s in studies if {one, two} <= level[s].keys() and row["study"] in (None, s)]
        weights = [weight[s][one] * weight[s][two] / sum(weight[s].values()) for s in own]
        return np.average([level[s][one] - level[s][two] for s in own], weights=weights)

    sums = {}
    for row in fit.hat_matrix(kind):
        pair = row["treatment"], row["reference"]
        sums[pair] = sums.get(pair, 0.0) + row["coefficient"] * effect(row)
    league = {(c.treatment, c.reference): c.estimate for c in fit.result.league}
    assert len(sums) == 6
    assert all(x == pytest.approx(league[pair], abs=1e-10) for pair, x in sums.items())


def test_designs_take_the_reference_as_theirs():
    fit = fitted(reference="B")
    found = {(r["design"], r["direct_treatment"], r["direct_reference"]) for r in fit.hat_matrix("krahn")}
    assert found == {
        ("A:B", "A", "B"), ("A:C", "A", "C"), ("B:C", "C", "B"), ("C:D", "C", "D"), ("A:B:D", "A", "B"),
        ("A:B:D", "D", "B"),
    }  # fmt: skip


def test_a_star_has_no_choice():
    """Every estimate goes over the centre, half on each side; the direct ones are all direct."""
    fit = fitted({"1": "PA", "2": "PB", "3": "PB", "4": "PC"}, reference="P")
    for method in METHODS:
        rows = fit.contributions(method, "comparison")
        direct = {r["treatment"]: r["proportion"] for r in rows if r["reference"] == "P"}
        assert direct == pytest.approx({"A": 1, "B": 1, "C": 1})
        assert {r["proportion"] for r in rows if r["reference"] != "P"} == {0.5}
    flow = {(r["treatment"], r["reference"]): r for r in fit.evidence_flow()}
    assert flow["A", "P"]["direct_proportion"] == 1
    assert flow["A", "B"]["direct_proportion"] == 0
    assert flow["A", "B"]["mean_path_length"] == pytest.approx(2)
    assert all(r["minimal_parallelism"] == pytest.approx(1) for r in flow.values())
    assert flow["B", "P"]["minimal_parallelism_studies"] > 1
    found = {r["quantity"]: r["value"] for r in fit.geometry()}
    assert found["independent loops"] == found["comparisons on a loop that different studies close"] == 0
    assert [r["treatment"] for r in fit.geometry("treatment") if r["articulation"]] == ["P"]


@pytest.mark.parametrize("studies", [{"1": "AB"}, {"1": "AB", "2": "AB"}])
def test_two_treatments(studies):
    fit = fitted(studies)
    for method in METHODS:
        (row,) = fit.contributions(method, "comparison")
        assert row["proportion"] == pytest.approx(1)
        assert sum(r["proportion"] for r in fit.contributions(method)) == pytest.approx(1)
    (row,) = fit.evidence_flow()
    assert row["direct_proportion"] == row["mean_path_length"] == pytest.approx(1)
    found = {r["quantity"]: r["value"] for r in fit.geometry()}
    assert found["density"] == found["mean distance"] == found["diameter"] == 1
    assert found["treatments whose removal disconnects the network"] == 0
    assert len(fit.contribution_map().table.rows) == 1


def test_one_study_of_three_arms():
    """All evidence passes the one study, however its arms are weighted, and no loop can contradict itself."""
    fit = fitted({"1": "ABC"})
    for method in METHODS:
        assert {r["proportion"] for r in fit.contributions(method)} == {1.0}
    for row in fit.evidence_flow():
        assert list(row.values())[2:] == pytest.approx([1, 1, 1, 1])
    found = {r["quantity"]: r["value"] for r in fit.geometry()}
    assert found["independent loops"] == 1
    assert found["comparisons on a loop that different studies close"] == 0
    assert found["degrees of freedom of inconsistency between designs"] == 0


def test_patients_are_counted_only_where_all_are_known():
    contrasts = [{"study": "1", "treatment1": "A", "treatment2": "B", "estimate": 0.2, "se": 0.1}]
    fit = nma(contrasts, measure="OR")
    assert {r["quantity"]: r["value"] for r in fit.geometry()}["patients"] is None
    assert [r["patients"] for r in fit.geometry("treatment")] == [None, None]


def test_what_is_not_there_is_refused():
    fit = fitted()
    with pytest.raises(UnknownNameError, match="did you mean 'shortestpath'"):
        fit.contributions("shortest_path")
    with pytest.raises(UnknownNameError, match="unknown choice of what contributes"):
        fit.contributions(by="arm")
    with pytest.raises(ArgumentError, match="method of contributions is not text"):
        fit.contribution_map(method=None)
    with pytest.raises(UnknownNameError, match="'davies', 'krahn', 'ruecker'"):
        fit.hat_matrix("x")
    with pytest.raises(ArgumentError, match="kind of hat matrix is not text"):
        fit.hat_matrix(1)
    with pytest.raises(UnknownNameError, match="did you mean 'treatment'"):
        fit.geometry("treatments")
    with pytest.raises(ArgumentError, match="choice of rows is not text"):
        fit.geometry(None)


@pytest.mark.parametrize("every_pair", ["foo", 1, None, np.array([True])])
def test_every_pair_is_yes_or_no(every_pair):
    with pytest.raises(ArgumentError, match="every_pair is not True or False"):
        fitted().contribution_map(every_pair=every_pair)


def test_flows_that_rounding_has_eaten_are_refused():
    """Variances sixteen decades apart: the flow through the precise trials is a difference of numbers of 1e8."""
    pairs = (("A", "B", 1e-4), ("B", "C", 1e4), ("C", "D", 1e-4), ("D", "A", 1e4))
    rows = [{"study": a, "treatment1": a, "treatment2": b, "estimate": 0.1, "se": se} for a, b, se in pairs]
    fit = nma(rows, measure="MD", model="common")
    for ask in (lambda: fit.contributions("shortestpath"), fit.evidence_flow, fit.hat_matrix, fit.contribution_map):
        with pytest.raises(FitError, match="more than numbers can hold"):
            ask()
    assert len(fit.geometry("treatment")) == 4


@pytest.mark.parametrize("library", [pd, pl])
def test_frames_come_back_as_they_came(library):
    fit = nma(library.DataFrame(arms(LOOP)), measure="OR")
    for table in (
        fit.contributions("hat", "comparison"), fit.hat_matrix("krahn"), fit.evidence_flow(), fit.geometry(),
        fit.geometry("treatment"),
    ):  # fmt: skip
        assert isinstance(table, library.DataFrame)
        assert len(table) > 0


def test_a_large_network_lists_the_pairs_with_the_reference(monkeypatch):
    everything = fitted(reference="B")
    rows = everything.contributions("shortestpath")
    monkeypatch.setattr(contributions_of, "MOST_SHARES", 10)
    fit = fitted(reference="B")
    assert fit.contributions("shortestpath") == [r for r in rows if r["reference"] == "B"]
    assert {r["reference"] for r in fit.hat_matrix()} == {"B"}
    assert len(fit.evidence_flow()) == 6


def test_groups_of_pairs_change_nothing(monkeypatch):
    """Many pairs are done in groups; one at a time gives the same."""
    from topline.synthesis.arrays import design_flows, flows

    whole = fitted()
    expected = [whole.contributions(m, by) for m in METHODS for by in KEYS], whole.evidence_flow()
    monkeypatch.setattr(flows, "GROUP", 1)
    monkeypatch.setattr(design_flows, "GROUP", 1)
    alone = fitted()
    found = [alone.contributions(m, by) for m in METHODS for by in KEYS], alone.evidence_flow()
    for one, two in zip(itertools.chain(*expected[0], expected[1]), itertools.chain(*found[0], found[1]), strict=True):
        assert one == pytest.approx(two)


def test_the_bayesian_engine_answers_at_the_posterior_mean():
    fit = nma(arms(LOOP), measure="OR", engine="bayes")
    fixed = [r["proportion"] for r in nma(arms(LOOP), measure="OR", model="common").contributions("hat", "comparison")]
    assert [r["proportion"] for r in fit.contributions("hat", "comparison")] != pytest.approx(fixed, abs=1e-3)
    assert [r["proportion"] for r in fit.contributions()] == [c.proportion for c in fit.result.contributions]
    assert len(fit.evidence_flow()) == 6


def test_an_engine_without_weights_is_refused_but_has_a_geometry():
    fit = nma(arms(LOOP), measure="OR", model="common", engine="mh")
    for ask in (fit.evidence_flow, fit.hat_matrix, fit.contribution_map):
        with pytest.raises(ArgumentError, match="has no weights"):
            ask()
    assert all(fit.contributions(method, by) == [] for method in METHODS for by in KEYS)
    assert fit.geometry() == fitted().geometry()


def test_the_map_shows_the_shares_of_the_reference():
    fit = fitted(reference="C")
    figure = fit.contribution_map(by="comparison", method="hat")
    grid = figure.table.to_grid()
    assert [row[0] for row in grid[1:]] == ["A versus C", "B versus C", "D versus C"]
    shares = {
        (r["treatment"], f"{r['direct_treatment']} versus {r['direct_reference']}"): r["proportion"]
        for r in fit.contributions("hat", "comparison")
        if r["reference"] == "C"
    }
    for row in grid[1:]:
        for column, printed in zip(grid[0][1:], row[1:], strict=True):
            share = shares.get((row[0][0], column), 0.0)
            assert printed == ("" if share == 0 else printed)
            assert not printed or abs(float(printed.rstrip("%")) / 100 - share) < 0.0051
    assert len(fit.contribution_map(every_pair=True).table.rows) == 6
