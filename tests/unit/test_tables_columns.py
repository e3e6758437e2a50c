"""Columns by name, never by position; ambiguity refused with a line that is ready to paste."""

import random
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.tables import read_table

DATA = Path(__file__).parent / "data" / "tables"


def table(**columns):
    """Two arms of one study; each keyword is a column with one value for both, or a pair."""
    pairs = {name: value if isinstance(value, list) else [value, value] for name, value in columns.items()}
    return {name.replace("__", "."): values for name, values in pairs.items()}


@pytest.mark.parametrize("study", ["study", "studlab", "Trial", ".study", "STUDY", "Study ID", "studyc", "id"])
@pytest.mark.parametrize("treatment", ["treatment", "treat", "trt", "t", "T", ".trt", "trtc"])
def test_aliases_of_names(study, treatment):
    read = read_table({study: ["a", "a"], treatment: ["x", "y"], "r": [1, 2], "n": [9, 9]})
    assert read.columns == {"study": ["a", "a"], "treatment": ["x", "y"], "events": [1.0, 2.0], "n": [9.0, 9.0]}


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (("responders", "sampleSize"), ("events", "n")),
        (("event", "total"), ("events", "n")),
        (("R", "N"), ("events", "n")),
        (("xi", "ni"), ("events", "n")),
        (("events", "E"), ("events", "exposure")),
        (("r", "time"), ("events", "exposure")),
        (("mean", "std.err"), ("mean", "se")),
        (("y", "se"), ("mean", "se")),
        (("mean", "std.dev", "n"), ("mean", "sd", "n")),
    ],
)
def test_aliases_of_outcomes(names, roles):
    values = {name: [place + 1, place + 2] for place, name in enumerate(names)}
    read = read_table({"study": ["a", "a"], "treatment": ["x", "y"], **values})
    expected = {role: [place + 1.0, place + 2.0] for place, role in enumerate(roles)}
    assert {role: read.columns[role] for role in roles} == expected
    assert read.layout == "arm"


@pytest.mark.parametrize("estimate", ["estimate", "TE", "diff"])
@pytest.mark.parametrize("se", ["se", "seTE", "std.err", "se_diff", "variance"])
@pytest.mark.parametrize(
    "treatments", [("treat1", "treat2"), ("treatment1", "treatment2"), ("t1", "t2"), ("trt.1", "trt.2")]
)
def test_aliases_of_contrasts(estimate, se, treatments):
    read = read_table([{"studlab": 1, treatments[0]: "x", treatments[1]: "y", estimate: -0.5, se: 0.25}])
    assert read.layout == "contrast"
    assert read.columns == {
        "study": ["1"],
        "treatment1": ["x"],
        "treatment2": ["y"],
        "estimate": [-0.5],
        "se": [0.5 if se == "variance" else 0.25],
    }


def test_order_of_columns_and_rows_does_not_matter():
    data = read_table(DATA / "netmeta_smokingcessation.csv")
    rows = [dict(zip(data.columns, values, strict=True)) for values in zip(*data.columns.values(), strict=True)]
    shuffler = random.Random(7)
    names = list(data.columns)
    shuffler.shuffle(names)
    shuffler.shuffle(rows)
    again = read_table([{name: row[name] for name in names} for row in rows])
    assert list(again.columns) == list(data.columns)
    assert sorted(zip(*again.columns.values(), strict=True)) == sorted(zip(*data.columns.values(), strict=True))


def test_two_columns_for_one_role_are_refused_and_the_repair_works():
    data = {"studyn": [1, 1], "studyc": ["a", "a"], "trtn": [1, 2], "trtc": ["x", "y"], "r": [1, 2], "n": [9, 9]}
    with pytest.raises(DataError) as caught:
        read_table(data)
    problem = caught.value.problem
    assert problem.found == "study: studyn, studyc; treatment: trtn, trtc"
    assert "--columns study=studyc,treatment=trtc" in problem.repair
    pasted = re.search(r"columns=(\{.*?\})", problem.repair).group(1)
    assert pasted == '{"study": "studyc", "treatment": "trtc"}'
    read = read_table(data, columns={"study": "studyc", "treatment": "trtc"})
    assert read.columns["study"] == ["a", "a"]
    assert read.columns["treatment"] == ["x", "y"]


def test_a_repair_keeps_what_the_caller_said():
    data = {"studyn": [1, 1], "studyc": ["a", "a"], "arm": ["x", "y"], "r": [1, 2], "n": [9, 9]}
    with pytest.raises(DataError, match=r'columns=\{"treatment": "arm", "study": "studyc"\}'):
        read_table(data, columns={"treat": "arm"})


def test_ambiguity_that_does_not_matter_is_not_refused():
    data = table(study="a", treatment=["x", "y"], r=1, n=9, diff=3, TE=4)
    assert read_table(data).layout == "arm"


def test_id_is_the_study_only_where_no_better_name_is_there():
    assert read_table(table(id="1", study="a", t=["x", "y"], r=1, n=9)).columns["study"] == ["a", "a"]
    assert read_table(table(id="1", t=["x", "y"], r=1, n=9)).columns["study"] == ["1", "1"]


def test_t_with_fractions_is_not_a_treatment():
    with pytest.raises(DataError, match=r"may name treatments or hold times"):
        read_table(table(study="a", t=[1.5, 2.0], r=1, n=9))
    assert read_table(table(study="a", t=[1, 2], r=1, n=9)).columns["treatment"] == ["1", "2"]


def test_time_is_follow_up_beside_n_and_person_time_without():
    beside = table(study="a", treatment=["x", "y"], r=1, n=9, time=5.8)
    assert read_table(beside).columns["time"] == [5.8, 5.8]
    assert "exposure" not in read_table(beside).columns
    with pytest.raises(DataError, match=r"person-time or follow-up(.|\n)*columns=\{\"exposure\": \"time\"\}"):
        read_table(beside, measure="IRR")
    assert read_table(beside, measure="IRR", columns={"exposure": "time"}).columns["exposure"] == [5.8, 5.8]
    alone = table(study="a", treatment=["x", "y"], r=1, time=5.8)
    assert read_table(alone, measure="IRR").columns["exposure"] == [5.8, 5.8]


@pytest.mark.parametrize(
    ("measure", "present", "absent"),
    [
        ("OR", {"events", "n"}, {"exposure", "mean"}),
        ("irr", {"events", "exposure"}, {"mean"}),
        ("MD", {"mean"}, {"events"}),
    ],
)
def test_the_measure_decides_what_is_read(measure, present, absent):
    data = table(study="a", treatment=["x", "y"], r=1, n=9, E=30.5, mean=1.0, sd=2.0)
    names = set(read_table(data, measure=measure).columns)
    assert present <= names
    assert not absent & names


@pytest.mark.parametrize(
    ("measure", "lacking"), [("IRR", "exposure"), ("MD", "mean"), ("SMD", "mean"), ("HR", "treatment1")]
)
def test_columns_that_the_measure_needs_are_named(measure, lacking):
    with pytest.raises(DataError) as caught:
        read_table(table(study="a", treatment=["x", "y"], r=1, n=9), measure=measure)
    assert lacking in caught.value.problem.message
    assert measure in caught.value.problem.expected


def test_unknown_columns_are_listed():
    with pytest.raises(DataError) as caught:
        read_table(table(study="a", treatment=["x", "y"], evnts=1, n=9))
    problem = caught.value.problem
    assert problem.message == "no column was found for events"
    assert "recognised study as study" in problem.found
    assert "not recognised evnts" in problem.found
    assert 'columns={"events": "evnts"}' in problem.repair


def test_a_wrong_mapping_is_explained():
    data = table(study="a", treatment=["x", "y"], r=1, n=9)
    with pytest.raises(UnknownNameError, match=r"unknown column role 'evnts'(.|\n)*events"):
        read_table(data, columns={"evnts": "r"})
    with pytest.raises(DataError, match=r"no column 'respond'"):
        read_table(data, columns={"events": "respond"})
    with pytest.raises(DataError, match=r"no column 'treatmnt'(.|\n)*treatment"):
        read_table(data, columns={"treatment": "treatmnt"})
    with pytest.raises(ArgumentError, match="two roles"):
        read_table(data, columns={"events": "r", "n": "r"})
    with pytest.raises(ArgumentError, match="two columns are given for events"):
        read_table(data, columns={"events": "r", "r": "n"})


def test_means_and_differences_in_one_table_are_told_apart_by_the_caller():
    path = DATA / "multinma_parkinsons.csv"
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert '{"mean": "y"}' in caught.value.problem.repair
    assert '{"estimate": "diff"}' in caught.value.problem.repair
    means = read_table(path, columns={"mean": "y"})
    assert (means.layout, means.n_rows, means.columns["se"][:2]) == ("arm", 15, [0.504, 0.439])
    differences = read_table(path, columns={"estimate": "diff"})
    assert (differences.layout, differences.n_rows, differences.columns["se"][0]) == ("contrast", 9, 0.668)


def test_y_with_one_gap_in_each_study_is_refused():
    data = {
        "study": ["a", "a", "b", "b"],
        "trt": ["x", "y", "x", "z"],
        "y": [None, 1, None, 2],
        "se": [None, 1, None, 1],
    }
    with pytest.raises(DataError, match=r"means of arms or differences(.|\n)*\{\"estimate\": \"y\"\}"):
        read_table(data)
    assert read_table(data, columns={"estimate": "y"}).columns["treatment2"] == ["x", "x"]
    assert read_table(data, columns={"mean": "y"}).columns["mean"] == [None, 1.0, None, 2.0]


def test_a_mapping_from_column_to_role_is_turned_around():
    data = table(centre="a", drug=["x", "y"], r=1, n=9)
    with pytest.raises(ArgumentError, match="role first") as caught:
        read_table(data, columns={"centre": "study", "treatment": "drug"})
    assert caught.value.problem.found == "'centre': 'study'"
    assert '{"study": "centre", "treatment": "drug"}' in caught.value.problem.repair
    assert read_table(data, columns={"study": "centre", "treatment": "drug"}).columns["treatment"] == ["x", "y"]


@pytest.mark.parametrize("columns", [{1: 2}, {"study": 0}, {None: "study"}, "study=centre", ["study"]])
def test_a_mapping_of_other_things_than_text_is_refused(columns):
    with pytest.raises(ArgumentError, match="columns= "):
        read_table(table(study="a", treatment=["x", "y"], r=1, n=9), columns=columns)


def limits(estimate, lower, upper, **more):
    row = {"study": "a", "treat1": "x", "treat2": "y", **dict([estimate, lower, upper]), **more}
    return [row, {**row, "study": "b"}]


@pytest.mark.parametrize(
    ("rows", "measure", "lacking", "lines"),
    [
        (limits(("HR", 0.8), ("lower", 0.6), ("upper", 1.1)), "HR", "estimate, se", ["estimate", "se"]),
        (limits(("TE", -0.2), ("ci.lb", -0.5), ("ci.ub", 0.1)), "HR", "se", ["se"]),
        (limits(("estimate", 0.8), ("Lower 95% CI", 0.6), ("Upper 95% CI", 1.0667)), "OR", "se", ["estimate", "se"]),
        (limits(("estimate", 0.8), ("LCL", 0.6), ("UCL", 1.0)), "OR", "se", ["se"]),
        (limits(("diff", 2.0), ("l95", 1.0), ("u95", 3.0)), "MD", "se", ["se"]),
    ],
)
def test_confidence_limits_in_place_of_a_standard_error_get_the_line_that_repairs(rows, measure, lacking, lines):
    with pytest.raises(DataError) as caught:
        read_table(rows, measure=measure)
    assert caught.value.problem.message == f"no column was found for {lacking}"
    code = caught.value.problem.repair.rpartition("): ")[2]
    data = pd.DataFrame(rows)
    exec(code, {"data": data, "np": np})
    read = read_table(data, measure=measure)
    estimate, lower, upper = list(rows[0].values())[3:]
    if "estimate" in lines:
        estimate, lower, upper = np.log([estimate, lower, upper])
    assert read.columns["estimate"] == [pytest.approx(estimate)] * 2
    assert read.columns["se"] == [pytest.approx((upper - lower) / 3.919928)] * 2


def test_limits_beside_a_standard_error_or_without_an_estimate_are_no_matter():
    rows = limits(("TE", 0.8), ("lower", 0.6), ("upper", 1.0), seTE=0.1)
    assert read_table(rows, measure="MD").columns["se"] == [0.1, 0.1]
    with pytest.raises(DataError) as caught:
        read_table(limits(("ratio", 0.8), ("lower", 0.6), ("upper", 1.0)), measure="HR")
    assert "limits" not in caught.value.problem.repair


def test_two_group_names_of_metafor_are_known_without_a_mapping():
    read = read_table(DATA / "metadat_bcg.csv", measure="RR")
    mapping = {"events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}
    assert read.columns == read_table(DATA / "metadat_bcg.csv", measure="RR", columns=mapping).columns


def test_the_groups_of_meta_are_experimental_and_control():
    counts = {"studlab": "a", "event.e": 1, "n.e": 10, "event.c": 2, "n.c": 20}
    assert read_table([counts]).columns["treatment"] == ["experimental", "control"]
    rates = {"studlab": "a", "event.e": 1, "time.e": 10.5, "event.c": 2, "time.c": 20}
    assert read_table([rates], measure="IRR").columns["exposure"] == [10.5, 20.0]
    assert read_table([rates], measure="IRR").columns["treatment"] == ["experimental", "control"]
    named = {**counts, "treatment1": "x", "treatment2": "y"}
    assert read_table([named]).columns["treatment"] == ["x", "y"]
    mixed = {"studlab": "a", "event.e": 1, "n1": 10, "event.c": 2, "n2": 20}
    assert read_table([mixed]).columns["treatment"] == ["group 1", "group 2"]


@pytest.mark.parametrize(
    ("row", "measure", "lacking", "first"),
    [
        ({"study": "a", "e_trt": 1, "n_trt": 9, "e_ctl": 2, "n_ctl": 9}, "OR", "events1, n1, events2, n2", "a study"),
        ({"study": "a", "events1": 1, "n1": 9, "ev2": 2, "n2": 9}, "OR", "events2", "a study"),
        ({"study": "a", "treat1": "x", "treat2": "y", "logor": 0.1, "se": 0.2}, "OR", "estimate", "a contrast"),
        ({"study": "a", "yi": 0.1, "stderror2": 0.2}, "MD", "se", "a contrast"),
        ({"study": "a", "treatment": "x", "events": 1, "size": 9}, "OR", "n", "an arm"),
        ({"x": 1}, "OR", "study, treatment, events, n", "an arm"),
        ({"x": 1}, "HR", "study, treatment1, treatment2, estimate, se", "a contrast"),
    ],
)
def test_the_layouts_of_the_measure_are_shown_the_nearest_first(row, measure, lacking, first):
    with pytest.raises(DataError) as caught:
        read_table([row, {**row, "study": "b"} if "study" in row else row], measure=measure)
    problem = caught.value.problem
    assert problem.message == f"no column was found for {lacking}"
    assert problem.expected.startswith(f"for the measure {measure}, one row {first}: ")
    assert ("events" in problem.expected) == (measure == "OR")
    assert ("an arm" in problem.expected) == (measure != "HR")
