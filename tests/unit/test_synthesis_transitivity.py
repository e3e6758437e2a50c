"""Covariates by comparison and by design, and the tests between designs."""

import numpy as np
import pandas as pd
import pytest

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis import nma
from topline.synthesis.arrays.group_tests import independence, kruskal_wallis

# study, treatments, age, region
STUDIES = [
    ("s1", "AB", 30.0, "EU"), ("s2", "AB", 34.0, "US"), ("s3", "AB", 31.0, "EU"), ("s4", "AC", 50.0, "US"),
    ("s5", "AC", 52.0, "US"), ("s6", "ABC", 40.0, "EU"), ("s7", "BC", None, "US"),
]  # fmt: skip


def rows():
    return [
        {"study": s, "treatment": t, "events": 10 + 3 * k, "n": 50, "age": age, "region": region}
        for s, treatments, age, region in STUDIES
        for k, t in enumerate(treatments)
    ]


@pytest.fixture(scope="module")
def fit():
    return nma(rows(), measure="OR", reference="A", covariates=["age", "region"])


def group(table, covariate, name):
    (found,) = [row for row in table if (row["covariate"], row["group"]) == (covariate, name)]
    return found


def test_numbers_by_comparison(fit):
    table = fit.transitivity("age")
    assert [row["group"] for row in table] == ["A versus B", "A versus C", "B versus C", "all"]
    row = group(table, "age", "A versus B")
    ages = [30, 34, 31, 40]
    assert (row["n_studies"], row["n_known"], row["mean"], row["min"], row["median"], row["max"]) == (
        4, 4, np.mean(ages), 30, 32.5, 40,
    )  # fmt: skip
    assert row["sd"] == pytest.approx(np.std(ages, ddof=1))
    assert row["p"] is row["test"] is row["levels"] is None
    lonely = group(table, "age", "B versus C")
    assert (lonely["n_studies"], lonely["n_known"], lonely["mean"], lonely["sd"]) == (2, 1, 40, None)


def test_levels_by_design(fit):
    table = fit.transitivity("region", by="design")
    assert [row["group"] for row in table] == ["A : B", "A : B : C", "A : C", "B : C", "all"]
    assert group(table, "region", "A : B")["levels"] == "EU 2; US 1"
    assert group(table, "region", "all")["levels"] == "US 4; EU 3"
    assert group(table, "region", "A : B")["mean"] is None


def test_all_covariates_unless_named(fit):
    assert {row["covariate"] for row in fit.transitivity()} == {"age", "region"}
    assert {row["covariate"] for row in fit.transitivity(["region"])} == {"region"}


def test_the_test_counts_every_study_once(fit):
    """Designs A : B (30, 34, 31), A : C (50, 52) and A : B : C (40); s7 has no age."""
    by_hand = kruskal_wallis(np.array([30.0, 34, 31, 50, 52, 40]), np.array([0, 0, 0, 1, 1, 2]))
    for by in ("comparison", "design"):
        row = group(fit.transitivity("age", by=by), "age", "all")
        assert (row["test"], row["df"]) == ("Kruskal-Wallis, between designs", 2)
        assert row["statistic"] == pytest.approx(by_hand.statistic)
        assert row["p"] == pytest.approx(by_hand.p)
    row = group(fit.transitivity("region"), "region", "all")
    assert (row["test"], row["df"]) == ("chi-square, between designs", 3)


def test_refusals(fit):
    with pytest.raises(UnknownNameError, match="unknown grouping"):
        fit.transitivity(by="arm")
    with pytest.raises(UnknownNameError, match="unknown covariate"):
        fit.transitivity("height")
    with pytest.raises(DataError, match="no covariate"):
        nma(rows(), measure="OR").transitivity()


def test_the_frame_comes_back_as_it_came_in():
    fit = nma(pd.DataFrame(rows()), measure="OR", covariates=["age"])
    assert isinstance(fit.transitivity(), pd.DataFrame)


def test_kruskal_wallis_by_hand():
    """Three groups of two, ranks 1 to 6 in order: H = 12/42 (9/2 + 49/2 + 121/2) - 21 = 32/7, df 2."""
    found = kruskal_wallis(np.arange(6.0), np.repeat([0, 1, 2], 2))
    assert found.statistic == pytest.approx(32 / 7)
    assert found.degrees == 2
    assert found.p == pytest.approx(np.exp(-16 / 7))  # the tail of chi-square with 2 degrees


def test_kruskal_wallis_with_ties():
    """Values 1, 1 | 1, 2: ranks 2, 2 | 2, 4; H = 12/20 (16/2 + 36/2) - 15 = 0.6, over 1 - 24/60."""
    found = kruskal_wallis(np.array([1.0, 1, 1, 2]), np.array([0, 0, 1, 1]))
    assert found.statistic == pytest.approx(0.6 / 0.6)


@pytest.mark.parametrize("values", [[3.0, 3.0, 3.0], [1.0]])
def test_nothing_to_rank(values):
    found = kruskal_wallis(np.array(values), np.arange(len(values)))
    assert found.statistic is found.p is None


def test_pearson_by_hand():
    """A table of 10, 20 over 20, 10: every expected count is 15, chi-square 4 * 25/15."""
    levels = np.repeat([0, 0, 1, 1], [10, 20, 20, 10])
    groups = np.repeat([0, 1, 0, 1], [10, 20, 20, 10])
    found = independence(levels, groups)
    assert (found.statistic, found.degrees) == (pytest.approx(100 / 15), 1)
    assert independence(levels, np.zeros(60, dtype=int)).p is None


@pytest.mark.parametrize("bad", [3, True, [], [None], np.array([1.0, 2.0])], ids=repr)
def test_what_is_no_word_is_refused(fit, bad):
    with pytest.raises(ArgumentError, match="nor a list of names"):
        fit.transitivity(bad)
    with pytest.raises(ArgumentError, match="grouping is not text"):
        fit.transitivity(by=bad)


def test_a_column_of_names_is_a_list(fit):
    assert fit.transitivity(pd.Series(["age", "region"])) == fit.transitivity(["age", "region"])
