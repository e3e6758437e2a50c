"""Long, wide, contrast and baseline tables come out under canonical names."""

import math
from pathlib import Path

import pytest

from topline.errors import DataError
from topline.tables import read_table

DATA = Path(__file__).parent / "data" / "tables"


def test_contrasts_of_senn2013():
    table = read_table(DATA / "netmeta_Senn2013.csv", measure="MD")
    assert (table.layout, table.n_rows, table.kind) == ("contrast", 28, "records")
    assert {name: column[0] for name, column in table.columns.items()} == {
        "study": "DeFronzo1995",
        "treatment1": "metf",
        "treatment2": "plac",
        "estimate": -1.9,
        "se": 0.1414,
    }
    assert table.rows[:2] == (2, 3)


def test_arms_of_smoking_cessation():
    table = read_table(DATA / "netmeta_smokingcessation.csv", measure="OR")
    assert (table.layout, table.n_rows) == ("arm", 50)
    assert list(table.columns) == ["study", "treatment", "events", "n"]
    assert [column[2] for column in table.columns.values()] == ["1", "D", 10.0, 138.0]


def test_leading_zeros_of_identifiers_stay():
    table = read_table(DATA / "gemtc_atrialFibrillation.csv", measure="IRR")
    assert table.columns["treatment"][:3] == ["03", "16", "01"]
    assert table.columns["exposure"][0] == 4200.0


def test_wide_counts_of_bcg_through_columns():
    columns = {"events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}
    table = read_table(DATA / "metadat_bcg.csv", columns=columns, measure="RR")
    assert (table.layout, table.n_rows) == ("arm", 26)
    assert [column[:2] for column in table.columns.values()] == [
        ["1", "1"], ["group 1", "group 2"], [4.0, 11.0], [123.0, 139.0],
    ]  # fmt: skip
    assert table.rows[:4] == (2, 2, 3, 3)
    assert "column tpos" in str(table.error(0, "events", "wrong"))
    assert "column cpos" in str(table.error(1, "events", "wrong"))


def test_two_group_names_of_metafor():
    table = read_table(DATA / "metadat_nielweise2008.csv", measure="IRR")
    assert [column[:2] for column in table.columns.values()] == [
        ["1", "1"], ["group 1", "group 2"], [7.0, 11.0], [1344.0, 1988.0],
    ]  # fmt: skip


def test_means_and_counts_in_one_wide_table():
    # The counts are of other patients than the means: n1i is the size for the means.
    path = DATA / "metadat_gibson2002.csv"
    means = read_table(path, columns={"study": "author"}, measure="MD")
    assert list(means.columns) == ["study", "treatment", "n", "mean", "sd"]
    with pytest.raises(DataError, match=r"row 11, column n1i: events and nonevents don't add up"):
        read_table(path, columns={"study": "author"}, measure="OR")
    mapping = {"study": "author", "nonevents1": "bi", "nonevents2": "di"}
    counts = read_table(path, columns=mapping, measure="OR")
    place = counts.rows.index(11)
    assert (counts.columns["events"][place], counts.columns["n"][place]) == (58.0, 100.0)


def test_canonical_wide_tables():
    counts = read_table([{"study": "a", "events1": 1, "n1": 10, "events2": 2, "n2": 20}])
    assert counts.columns["n"] == [10.0, 20.0]
    means = read_table([{"study": "a", "mean1": 1, "sd1": 2, "n1": 10, "mean2": 3, "sd2": 4, "n2": 20}], measure="MD")
    assert (means.columns["mean"], means.columns["sd"], means.columns["n"]) == ([1, 3], [2, 4], [10, 20])
    rates = read_table([{"study": "a", "events1": 1, "exposure1": 10.5, "events2": 2, "exposure2": 20}], measure="IRR")
    assert rates.columns["exposure"] == [10.5, 20.0]


def test_more_than_two_groups_with_gaps_for_smaller_studies():
    # The layout of the NICE DSU programs: t[,1] r[,1] n[,1] ..., NA where a study has fewer arms.
    rows = [
        {"study": "a", "t[,1]": 1, "t[,2]": 3, "t[,3]": 4, "r[,1]": 9, "r[,2]": 23, "r[,3]": 10,
         "n[,1]": 140, "n[,2]": 140, "n[,3]": 138},
        {"study": "b", "t[,1]": 2, "t[,2]": 3, "t[,3]": "NA", "r[,1]": 11, "r[,2]": 12, "r[,3]": "NA",
         "n[,1]": 78, "n[,2]": 85, "n[,3]": "NA"},
    ]  # fmt: skip
    table = read_table(rows)
    assert table.columns["study"] == ["a", "a", "a", "b", "b"]
    assert table.columns["treatment"] == ["1", "3", "4", "2", "3"]
    assert table.columns["events"] == [9.0, 23.0, 10.0, 11.0, 12.0]


def test_an_incomplete_third_group_is_refused():
    row = {"study": "a", "events1": 1, "n1": 10, "events2": 2, "n2": 20, "events3": 3}
    with pytest.raises(DataError, match=r"group 3 has some of its columns only(.|\n)*events3"):
        read_table([row])


def test_pairs_of_a_larger_study_share_their_arms():
    # One row for each pair, as the netmeta function pairwise gives it.
    names = ("studlab", "treat1", "treat2", "event1", "n1", "event2", "n2")
    rows = [("a", "x", "y", 1, 10, 2, 20), ("a", "x", "z", 1, 10, 3, 30), ("a", "y", "z", 2, 20, 3, 30)]
    table = read_table([dict(zip(names, row, strict=True)) for row in rows])
    assert table.columns["treatment"] == ["x", "y", "z"]
    assert table.columns["n"] == [10.0, 20.0, 30.0]
    assert table.rows == (2, 2, 3)


def test_arms_that_differ_between_rows_stay_apart():
    names = ("study", "treat1", "treat2", "events1", "n1", "events2", "n2")
    rows = [("a", "x", "y", 1, 10, 2, 20), ("a", "x", "z", 1, 11, 3, 30)]
    table = read_table([dict(zip(names, row, strict=True)) for row in rows])
    assert table.columns["treatment"] == ["x", "y", "x", "z"]


def test_arms_and_contrasts_side_by_side_need_a_word():
    row = {
        "study": "a",
        "treat1": "x",
        "treat2": "y",
        "TE": 0.5,
        "seTE": 0.1,
        "event1": 5,
        "n1": 9,
        "event2": 4,
        "n2": 9,
    }
    with pytest.raises(DataError) as caught:
        read_table([row])
    assert '{"events1": "event1"}' in caught.value.problem.repair
    assert '{"estimate": "TE"}' in caught.value.problem.repair
    assert read_table([row], columns={"events1": "event1"}).layout == "arm"
    assert read_table([row], columns={"estimate": "TE"}).layout == "contrast"
    assert read_table([row], measure="HR").layout == "contrast"


def test_contrasts_with_incomplete_arms_are_contrasts():
    path = DATA / "netmeta_Linde2016.csv"
    assert read_table(path).layout == "contrast"
    arms = read_table(path, columns={"events1": "resp1", "events2": "resp2"})
    assert (arms.layout, arms.columns["events"][:2]) == ("arm", [60.0, 48.0])


def test_differences_from_a_baseline_become_all_pairs():
    table = read_table(DATA / "gemtc_parkinson_diff.csv", measure="MD")
    assert (table.layout, table.n_rows) == ("contrast", 9)
    last = [(c["treatment1"], c["treatment2"], c["estimate"]) for c in _entries(table)[-3:]]
    assert last == [("B", "A", -2.3), ("D", "A", -0.9), ("B", "D", pytest.approx(-1.4))]
    assert table.rows[-3:] == (15, 16, 15)
    # The same trial by arms (gemtc_parkinson.csv, study 3): B 4.3 of 71 patients, D 4.3 of 81;
    # the standard errors of the differences are printed to 7 decimals and more.
    assert table.columns["se"][-1] == pytest.approx(4.3 * math.sqrt(1 / 71 + 1 / 81), abs=1e-7)


def _entries(table):
    return [dict(zip(table.columns, values, strict=True)) for values in zip(*table.columns.values(), strict=True)]


def three_arms(**changes):
    rows = [
        {"study": "a", "treatment": "x", "diff": None, "se": 0.5},
        {"study": "a", "treatment": "y", "diff": 1.0, "se": 0.7},
        {"study": "a", "treatment": "z", "diff": 2.0, "se": 0.8},
    ]
    for place, change in changes.items():
        rows[int(place[1:])].update(change)
    return rows


def test_arms_against_a_baseline_in_any_order_give_the_same_pairs():
    pairs = {(c["treatment1"], c["treatment2"]): c["se"] for c in _entries(read_table(three_arms()[::-1]))}
    assert set(pairs) == {("z", "x"), ("y", "x"), ("z", "y")}
    assert pairs["z", "y"] == pytest.approx(math.sqrt(0.49 + 0.64 - 0.5))


@pytest.mark.parametrize(
    ("rows", "message", "row"),
    [
        (three_arms(_0={"diff": 0.0}), "has no baseline arm", 2),
        (three_arms(_1={"diff": None}), "more than one baseline arm", 2),
        (three_arms(_0={"se": None}), "its baseline arm has no standard error", 2),
        (three_arms(_2={"se": 0.4}), "contradict each other", 4),
    ],
)
def test_unclear_baselines_are_refused(rows, message, row):
    with pytest.raises(DataError, match=message) as caught:
        read_table(rows)
    assert caught.value.problem.row == row
    assert caught.value.problem.repair


def test_a_baseline_of_two_arms_needs_no_standard_error():
    table = read_table(three_arms(_0={"se": None})[:2])
    assert _entries(table) == [{"study": "a", "treatment1": "y", "treatment2": "x", "estimate": 1.0, "se": 0.7}]


def test_estimates_without_treatments():
    rows = [{"study": "a", "yi": 0.03, "vi": 0.04}, {"study": "b", "yi": 0.1, "vi": 0.09}]
    table = read_table(rows)
    assert table.columns["treatment1"] == ["group 1", "group 1"]
    assert table.columns["treatment2"] == ["group 2", "group 2"]
    assert table.columns["se"] == [pytest.approx(0.2), pytest.approx(0.3)]


@pytest.mark.parametrize("name", ["drug1", "comparator", "Arm A", "treatments"])
def test_treatments_under_unknown_names_are_not_lumped(name):
    rows = [{"study": "a", name: "x", "TE": 0.1, "seTE": 0.1}]
    with pytest.raises(DataError, match=r"not clear which treatments(.|\n)*" + name):
        read_table(rows)
    wide = [{"study": "a", name: "x", "events1": 1, "n1": 9, "events2": 1, "n2": 9}]
    with pytest.raises(DataError, match="not clear which treatments"):
        read_table(wide)
    said = {"events1": "events1", "events2": "events2"}
    assert read_table(wide, columns=said).columns["treatment"] == ["group 1", "group 2"]


def test_a_study_in_two_rows_without_treatments_is_refused():
    row = {"events1": 1, "n1": 9, "events2": 1, "n2": 9}
    rows = [{"number": 1, "study": "a", **row}, {"number": 2, "study": "a", **row}]
    with pytest.raises(DataError, match=r"rows 2 and 3(.|\n)*\{\"study\": \"number\"\}"):
        read_table(rows)
    assert read_table(rows, columns={"study": "number"}).columns["study"] == ["1", "1", "2", "2"]


def test_arms_without_results_stay():
    table = read_table({"study": ["a", "a"], "treatment": ["x", "y"], "events": ["NA", 3], "n": [10, ""]})
    assert table.columns["events"] == [None, 3.0]
    assert table.columns["n"] == [10.0, None]
    wide = read_table([{"study": "a", "events1": None, "n1": None, "events2": 2, "n2": 20}])
    assert wide.columns["events"] == [None, 2.0]
