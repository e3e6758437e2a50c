"""Wrong values: each refused at its place, all at once."""

from decimal import Decimal

import numpy as np
import pytest

from topline.errors import DataError
from topline.tables import read_table

GOOD = {"study": "a", "treatment": "x", "events": 3, "n": 10}
MEANS = {"study": "a", "treatment": "x", "mean": 1.0, "sd": 2.0, "n": 10}
PAIR = {"study": "a", "treatment1": "x", "treatment2": "y", "estimate": 0.5, "se": 0.1}


def refused(row, **options):
    with pytest.raises(DataError) as caught:
        read_table([row], **options)
    return caught.value.problem


@pytest.mark.parametrize(
    ("cell", "message", "repair"),
    [
        ("12%", "percentage", "drop the %"),
        ("1,234", "thousands separator", "1234"),
        ("1 234", "thousands separator", "1234"),
        ("0,5", "decimal comma", "write 0.5"),
        ("<5", "bound", "empty"),
        ("3/50", "more than one number", "column of its own"),
        ("1.2 (0.3)", "more than one number", "column of its own"),
        ("five", "not a number", None),
        ("1_000", "not a number", None),
        ("inf", "not a number", None),
        ("1e999", "not finite", None),
        (float("inf"), "not finite", "empty"),
        (True, "not a number", None),
        ([1], "not a number", None),
    ],
)
def test_cells_that_are_no_numbers_are_explained(cell, message, repair):
    problem = refused({**MEANS, "mean": cell})
    assert message in problem.message
    assert (problem.row, problem.column, problem.found) == (2, "mean", repr(cell))
    assert repair is None or repair in problem.repair


@pytest.mark.parametrize(
    "cell",
    [2, 2.0, "2", " 2.0 ", "+2", "2e0", Decimal(2), np.int64(2), np.float64(2.0), "2."],
)
def test_numbers_in_many_clothes(cell):
    assert read_table([{**GOOD, "events": cell}]).columns["events"] == [2.0]


@pytest.mark.parametrize("cell", ["", " ", "NA", "na", "N/A", "NaN", "null", "None", ".", None, float("nan")])
def test_missing_numbers(cell):
    assert read_table([{**GOOD, "events": cell}]).columns["events"] == [None]


def test_a_typographic_minus_is_a_minus():
    assert read_table([{**MEANS, "mean": "\u22121.5"}]).columns["mean"] == [-1.5]


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ({**GOOD, "events": -1}, "events", "negative"),
        ({**GOOD, "events": 2.5}, "events", "whole number"),
        ({**GOOD, "events": 11}, "events", "more events than patients"),
        ({**GOOD, "n": 0}, "n", "above 0"),
        ({**MEANS, "sd": 0}, "sd", "above 0"),
        ({**MEANS, "sd": -1}, "sd", "above 0"),
        ({"study": "a", "treatment": "x", "mean": 1, "se": 0}, "se", "above 0"),
        ({"study": "a", "treatment": "x", "events": 1, "exposure": 0}, "exposure", "above 0"),
        ({**PAIR, "se": 0}, "se", "above 0"),
        ({**PAIR, "treatment2": "x"}, "treatment2", "compared with itself"),
        ({**GOOD, "study": " "}, "study", "study has no name"),
        ({**GOOD, "treatment": "NA"}, "treatment", "treatment has no name"),
        ({**PAIR, "treatment1": None}, "treatment1", "treatment has no name"),
        ({"study": "a", "events1": 1, "nonevents1": -2, "events2": 1, "nonevents2": 3}, "nonevents1", "negative"),
        ({"study": "a", "events1": 9, "n1": 8, "events2": 1, "n2": 3}, "events1", "more events"),
        ({"study": "a", "yi": 1, "vi": 0}, "vi", "variance is not above 0"),
    ],
)
def test_wrong_values_are_refused_at_their_place(row, column, message):
    problem = refused(row)
    assert (problem.row, problem.column) == (2, column)
    assert message in problem.message
    assert problem.found
    assert problem.expected


def test_whole_numbers_within_rounding_pass():
    assert read_table([{**GOOD, "events": 3 + 1e-10}]).columns["events"] == [pytest.approx(3.0)]


def test_rates_may_have_more_events_than_patients():
    row = {**GOOD, "events": 25, "exposure": 40.0}
    assert read_table([row], measure="IRR").columns["events"] == [25.0]
    assert "more events" in refused(row, measure="OR").message


def test_every_problem_is_told(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text("study,treatment,events,n\na,x,12%,10\na,y,3,ten\nb,x,4,10\n")
    with pytest.raises(DataError) as caught:
        read_table(path)
    places = [(p.file, p.row, p.column, p.found) for p in caught.value.problems]
    assert places == [(str(path), 2, "events", "'12%'"), (str(path), 3, "n", "'ten'")]
    path.write_text("study,treatment,events,n\na,x,12,10\na,y,3,0\nb,x,-4,10\n")
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert [(p.row, p.column) for p in caught.value.problems] == [(2, "events"), (3, "n"), (4, "events")]


@pytest.mark.parametrize("other", ["Placebo", "place bo", "PLACEBO"])
def test_treatments_that_differ_by_capitals_or_spaces_are_refused(other):
    rows = [{**GOOD, "treatment": "placebo"}, GOOD, {**GOOD, "study": "b", "treatment": other}]
    with pytest.raises(DataError) as caught:
        read_table(rows)
    problem = caught.value.problem
    assert len(caught.value.problems) == 1
    assert (problem.row, problem.column) == (4, "treatment")
    assert problem.found == f"{other!r}, and 'placebo' in row 2"


def test_near_spellings_across_both_columns_of_a_contrast():
    rows = [PAIR, {**PAIR, "study": "b", "treatment1": "Y", "treatment2": "z"}]
    with pytest.raises(DataError, match=r"row 3, column treatment1(.|\n)*'Y', and 'y' in row 2"):
        read_table(rows)


def test_studies_that_differ_by_capitals_are_refused():
    with pytest.raises(DataError, match=r"two names of a study differ"):
        read_table([GOOD, {**GOOD, "study": "A", "treatment": "y"}])


def test_spaces_around_names_are_trimmed():
    rows = [{**GOOD, "study": " a", "treatment": "x\u00a0"}, {**GOOD, "study": "a ", "treatment": "y"}]
    table = read_table(rows)
    assert (table.columns["study"], table.columns["treatment"]) == (["a", "a"], ["x", "y"])


@pytest.mark.parametrize(
    ("cell", "text"), [("01", "01"), (1, "1"), (1.0, "1"), (1.5, "1.5"), (True, "True"), ("None", "None")]
)
def test_identifiers_are_text(cell, text):
    assert read_table([{**GOOD, "treatment": cell}]).columns["treatment"] == [text]


def test_errors_of_later_rooms_name_the_users_column(tmp_path):
    path = tmp_path / "trials.csv"
    path.write_text("studlab,trt,r,sampleSize\na,x,1,10\na,y,2,10\n")
    error = read_table(path).error(1, "events", "wrong", found="2", expected="3", repair="mend it")
    assert isinstance(error, DataError)
    expected = {"message": "wrong", "file": str(path), "row": 3, "column": "r", "found": "2", "expected": "3"}
    assert error.problem.to_dict() == {**expected, "repair": "mend it"}


def test_the_commoner_spelling_is_proposed_and_the_rarer_rows_are_named():
    names = ["placebo", "Placebo", "Placebo", "place bo", "Placebo"]
    rows = [{**GOOD, "study": f"s{place}", "treatment": name} for place, name in enumerate(names)]
    with pytest.raises(DataError) as caught:
        read_table(rows)
    told = [(p.row, p.found, p.repair) for p in caught.value.problems]
    assert told == [
        (2, "'placebo', and 'Placebo' in row 3", "write 'Placebo' in row 2, or give them different names"),
        (5, "'place bo', and 'Placebo' in row 3", "write 'Placebo' in row 5, or give them different names"),
    ]


def test_every_row_of_the_rarer_spelling_is_named():
    rows = [{**PAIR, "study": f"s{place}", "treatment2": name} for place, name in enumerate("YyyyY")]
    with pytest.raises(DataError) as caught:
        read_table(rows)
    assert [p.repair for p in caught.value.problems] == ["write 'y' in rows 2, 6, or give them different names"]


def test_problems_of_several_columns_and_groups_stand_in_the_order_of_the_rows():
    row = {"study": "a", "events1": 1, "n1": 9, "events2": 1, "n2": 9, "events3": None, "n3": None}
    rows = [{**row, "n2": "x", "events1": "y"}, {**row, "study": "b", "n3": "z"}, {**row, "study": "c", "n1": "w"}]
    with pytest.raises(DataError) as caught:
        read_table(rows)
    assert [(p.row, p.column) for p in caught.value.problems] == [(2, "events1"), (2, "n2"), (3, "n3"), (4, "n1")]
