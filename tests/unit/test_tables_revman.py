"""RevMan reviews: RevMan 5's XML and RevMan Web's data rows, as tables of their outcomes."""

import csv
import math
from pathlib import Path

import pytest

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis import nma
from topline.tables import read_table
from topline.tables.revman5 import read_revman5
from topline.tables.revman_rows import effect_measure

STUDIES = """
<INCLUDED_STUDIES>
<STUDY ID="STD-Able-1990" NAME="Able 1990" YEAR="1990"/>
<STUDY ID="STD-B_x00f6_hm-1991" NAME="B\u00f6hm 1991" YEAR="1991"/>
<STUDY ID="STD-Cole-1992" NAME="Cole 1992" YEAR="1992"/>
</INCLUDED_STUDIES>
<EXCLUDED_STUDIES><STUDY ID="STD-Dunn-1993" NAME="Dunn 1993" YEAR="1993"/></EXCLUDED_STUDIES>
"""
DEATHS = """
<DICH_OUTCOME NO="1" EFFECT_MEASURE="RR" SWAP_EVENTS="{swap}" SUBGROUPS="NO">
<NAME>Death</NAME><GROUP_LABEL_1>Aspirin</GROUP_LABEL_1><GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<DICH_DATA STUDY_ID="STD-Able-1990" EVENTS_1="4" TOTAL_1="50" EVENTS_2="9" TOTAL_2="51" ESTIMABLE="YES" WEIGHT="60.1"/>
<DICH_DATA STUDY_ID="STD-B_x00f6_hm-1991" EVENTS_1="0" TOTAL_1="30" EVENTS_2="0" TOTAL_2="31" ESTIMABLE="NO"/>
<DICH_DATA STUDY_ID="STD-Cole-1992" EVENTS_1="0" TOTAL_1="0" EVENTS_2="0" TOTAL_2="0" ESTIMABLE="NO"/>
<DICH_DATA STUDY_ID="STD-Dunn-1993" EVENTS_1="1" TOTAL_1="10" EVENTS_2="2" TOTAL_2="10" ESTIMABLE="YES"/>
</DICH_OUTCOME>
"""
PAIN = """
<CONT_OUTCOME NO="2" EFFECT_MEASURE="MD">
<NAME>Pain</NAME><GROUP_LABEL_1/><GROUP_LABEL_2/>
<CONT_SUBGROUP NO="1"><NAME>Early</NAME>
<CONT_DATA STUDY_ID="STD-Able-1990" MEAN_1="5.0" SD_1="4.7" TOTAL_1="13" MEAN_2="6.5" SD_2="3.8" TOTAL_2="13"/>
<CONT_DATA STUDY_ID="STD-Cole-1992" MEAN_1="4.0" SD_1="0.0" TOTAL_1="9" MEAN_2="4.0" SD_2="0.0" TOTAL_2="9"
 ESTIMABLE="NO"/>
</CONT_SUBGROUP>
<CONT_SUBGROUP NO="2"><NAME>Late</NAME>
<CONT_DATA STUDY_ID="STD-Able-1990" MEAN_1="3.5" SD_1="2.2" TOTAL_1="12" MEAN_2="4.5" SD_2="2.5" TOTAL_2="11"/>
<CONT_DATA STUDY_ID="STD-B_x00f6_hm-1991" MEAN_1="-1" SD_1="2" TOTAL_1="20" MEAN_2="0" SD_2="2" TOTAL_2="21"/>
</CONT_SUBGROUP>
</CONT_OUTCOME>
"""
SURVIVAL = """
<IV_OUTCOME NO="1"><NAME>Survival</NAME><EFFECT_MEASURE>Hazard Ratio</EFFECT_MEASURE>
<GROUP_LABEL_1>Aspirin</GROUP_LABEL_1><GROUP_LABEL_2>Warfarin</GROUP_LABEL_2>
<IV_DATA STUDY_ID="STD-Able-1990" ESTIMATE="-0.25" SE="0.125" EFFECT_SIZE="0.7788" TOTAL_1="50" TOTAL_2="51"/>
<IV_DATA STUDY_ID="STD-Cole-1992" EFFECT_SIZE="0.5" SE="0.2" TOTAL_1="0" TOTAL_2="0"/>
<IV_DATA STUDY_ID="STD-B_x00f6_hm-1991" ESTIMATE="0.0" SE="0.0"/>
</IV_OUTCOME>
<IPD_OUTCOME NO="2" EFFECT_MEASURE="PETO_OR"><NAME>Relapse</NAME>
<GROUP_LABEL_1>Aspirin</GROUP_LABEL_1><GROUP_LABEL_2>Warfarin</GROUP_LABEL_2>
<IPD_DATA STUDY_ID="STD-Able-1990" O_E="-4.0" VAR="16.0" EVENTS_1="10" TOTAL_1="50" EVENTS_2="18" TOTAL_2="51"/>
<IPD_DATA STUDY_ID="STD-Cole-1992" O_E="0.0" VAR="0.0"/>
</IPD_OUTCOME>
<OTHER_OUTCOME NO="3"><NAME>Comments</NAME><OTHER_DATA STUDY_ID="STD-Able-1990"/></OTHER_OUTCOME>
<DICH_OUTCOME NO="4" EFFECT_MEASURE="OR"><NAME>Nothing yet</NAME></DICH_OUTCOME>
"""


def review(*comparisons: str, encoding: str = "UTF-8", studies: str = STUDIES) -> bytes:
    listed = "".join(
        f'<COMPARISON NO="{i}"><NAME>Comparison {i}</NAME>{inside}</COMPARISON>'
        for i, inside in enumerate(comparisons, 1)
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<COCHRANE_REVIEW TYPE="INTERVENTION"><STUDIES_AND_REFERENCES>'
        f"<STUDIES>{studies}</STUDIES></STUDIES_AND_REFERENCES><ANALYSES_AND_DATA>{listed}</ANALYSES_AND_DATA>"
        "</COCHRANE_REVIEW>"
    ).encode(encoding)


FULL = review(DEATHS.format(swap="NO") + PAIN, SURVIVAL)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "review.rm5"
    file.write_bytes(FULL)
    return file


def test_every_outcome_is_listed_with_its_numbers() -> None:
    analyses = read_revman5(FULL, "review.rm5")
    assert [(a.number, a.name, a.comparison, a.outcome, a.measure) for a in analyses] == [
        ("1.1", "Death", "Comparison 1", "counts", "RR"),
        ("1.2", "Pain", "Comparison 1", "means", "MD"),
        ("2.1", "Survival", "Comparison 2", "contrasts", "HR"),
        ("2.2", "Relapse", "Comparison 2", "contrasts", "OR"),
        ("2.4", "Nothing yet", "Comparison 2", "counts", "OR"),
    ]
    assert [row.place for row in analyses[1].rows] == [
        "COMPARISON[1]/CONT_OUTCOME[1]/CONT_SUBGROUP[1]/CONT_DATA[1]",
        "COMPARISON[1]/CONT_OUTCOME[1]/CONT_SUBGROUP[2]/CONT_DATA[1]",
        "COMPARISON[1]/CONT_OUTCOME[1]/CONT_SUBGROUP[2]/CONT_DATA[2]",
    ]


def test_counts_with_the_labels_of_their_groups(path: Path) -> None:
    table = read_table(path, outcome="1.1", measure="RR")
    assert table.layout == "arm"
    assert table.columns == {
        "study": ["Able 1990", "Able 1990", "Böhm 1991", "Böhm 1991"],
        "treatment": ["Aspirin", "Placebo"] * 2,
        "events": [4, 9, 0, 0],
        "n": [50, 51, 30, 31],
    }
    assert table.notes == (
        "Left out as not estimable (a group without patients): Cole 1992.",
        "Left out as an excluded study: Dunn 1993.",
    )
    assert table.error(0, "events", "x").problem.column == "EVENTS_1"


def test_swapped_events_are_what_is_left_of_the_total(tmp_path: Path) -> None:
    file = tmp_path / "swapped.rm5"
    file.write_bytes(review(DEATHS.format(swap="YES")))
    table = read_table(file)
    assert table.columns["events"] == [46, 42, 30, 31]
    assert any("swaps events" in note for note in table.notes)


def test_means_without_labels_and_a_study_in_two_subgroups(path: Path) -> None:
    table = read_table(path, outcome="pain", measure="MD")
    assert table.columns["study"] == ["Able 1990 (Early)"] * 2 + ["Able 1990 (Late)"] * 2 + ["Böhm 1991"] * 2
    assert table.columns["treatment"] == ["Experimental", "Control"] * 3
    assert table.columns["mean"] == [5.0, 6.5, 3.5, 4.5, -1, 0]
    assert any("several subgroups" in note and "Able 1990" in note for note in table.notes)
    assert any("standard deviation of 0" in note and "Cole 1992" in note for note in table.notes)
    late = read_table(path, outcome="1.2.2")
    assert late.columns["mean"] == [3.5, 4.5, -1, 0]


def test_estimates_are_on_the_scale_of_their_standard_errors(path: Path) -> None:
    table = read_table(path, outcome="2.1", measure="HR")
    assert table.layout == "contrast"
    assert table.columns["estimate"] == [-0.25, math.log(0.5)]
    assert table.columns["treatment2"] == ["Warfarin"] * 2
    peto = read_table(path, outcome="Relapse", measure="OR")
    assert (peto.columns["estimate"], peto.columns["se"]) == ([-0.25], [0.25])


def test_estimates_of_another_measure_are_refused(path: Path) -> None:
    with pytest.raises(DataError, match="another measure") as caught:
        nma(path, measure="OR", outcome="2.1")
    assert caught.value.problem.found == "HR, and OR was asked for"
    assert nma(path, measure="generic", outcome="2.1").result.n_studies == 2


def test_several_outcomes_are_listed_where_none_is_chosen(path: Path) -> None:
    with pytest.raises(DataError, match="holds 4 outcomes") as caught:
        read_table(path)
    problem = caught.value.problem
    assert "1.1 Death (Comparison 1, RR, 2 rows); 1.2 Pain (Comparison 1, MD, 3 rows)" in str(problem.found)
    assert "--outcome 1.1" in str(problem.repair)
    with pytest.raises(UnknownNameError, match="unknown outcome 'Deaths'") as unknown:
        read_table(path, outcome="Deaths")
    assert "did you mean 'Death'" in str(unknown.value.problem.expected)
    with pytest.raises(DataError, match="can't be one table"):
        read_table(path, outcome="1.1, 1.2")
    with pytest.raises(ArgumentError, match="number or the name"):
        read_table(path, outcome=1.2)


def test_an_outcome_of_something_that_has_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "arms.csv"
    file.write_text("study,treatment,events,n\na,x,1,10\na,y,2,10\n")
    for data in (file, [{"study": "a", "treatment": "x", "events": 1, "n": 2}]):
        with pytest.raises(ArgumentError, match="only a review has outcomes"):
            read_table(data, outcome="1.1")


def test_what_a_review_leaves_out_becomes_a_caveat(path: Path) -> None:
    texts = [c.text for c in nma(path, measure="RR", outcome="1.1").result.caveats if c.code == "table_rows"]
    assert any("Cole 1992" in text for text in texts)
    assert any("Dunn 1993" in text for text in texts)


def test_a_comparison_of_one_outcome_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "two.rm5"
    file.write_bytes(review(DEATHS.format(swap="NO"), DEATHS.format(swap="NO").replace("Placebo", "Warfarin")))
    assert set(read_table(file, outcome="2").columns["treatment"]) == {"Aspirin", "Warfarin"}
    joined = read_table(file, outcome="Death")
    assert joined.columns["treatment"] == ["Aspirin", "Placebo", "Aspirin", "Placebo", "Warfarin", "Warfarin"]
    with pytest.raises(DataError) as caught:
        read_table(file)
    assert "outcome='Death' (--outcome Death) joins" in str(caught.value.problem.repair)


def test_wrong_values_are_named_by_the_outcome_and_the_attribute(tmp_path: Path) -> None:
    file = tmp_path / "wrong.rm5"
    file.write_bytes(review(DEATHS.format(swap="NO").replace('EVENTS_1="4"', 'EVENTS_1="400"')))
    with pytest.raises(DataError, match="more events than patients") as caught:
        read_table(file)
    problem = caught.value.problem
    assert (problem.file, problem.row, problem.column) == (f"{file}, outcome 1.1", 2, "EVENTS_1")


def test_other_encodings_and_ids_without_a_study(tmp_path: Path) -> None:
    data = review(DEATHS.format(swap="NO"), encoding="ISO-8859-1", studies="")
    (analysis,) = read_revman5(data, "old.rm5")
    assert [row.cells[0] for row in analysis.rows] == ["Able 1990", "Böhm 1991", "Dunn 1993"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<COCHRANE_REVIEW TYPE='DTA'><ANALYSES_AND_DATA/></COCHRANE_REVIEW>", "holds no comparisons"),
        (b"<html/>", "kind that is not read"),
        (b"<COCHRANE_REVIEW>", "not XML"),
        (b"", "not XML"),
        (review("<DICH_OUTCOME NO='1'><NAME>Empty</NAME></DICH_OUTCOME>"), "holds no data"),
    ],
)
def test_what_is_no_review_with_data_is_refused(data: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "review.rm5"
    file.write_bytes(data)
    with pytest.raises(DataError, match=message):
        read_table(file)


@pytest.mark.parametrize(
    ("said", "measure"),
    [
        ("PETO_OR", "OR"),
        ("log(Hazard Ratio)", "HR"),
        ("ln [Odds Ratio]", "OR"),
        ("Std. Mean Difference", "SMD"),
        ("Rate Ratio", "IRR"),
        ("Mean age", "Mean age"),
        ("", None),
    ],
)
def test_measures_by_their_names(said: str, measure: str | None) -> None:
    assert effect_measure(said) == measure


HEADER = [
    "Analysis group", "Analysis number", "Analysis name", "Subgroup", "Study", "Study year", "GIV Mean", "GIV SE",
    "Experimental cases", "Experimental N", "Experimental mean", "Experimental SD", "Control cases", "Control N",
    "Control mean", "Control SD", "O-E", "Variance", "Weight", "Mean", "CI start", "CI end", "Footnotes",
]  # fmt: skip


def data_rows(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "CD000001-data-rows.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, restval="")
        writer.writeheader()
        writer.writerows(
            {"Analysis group": "1", "Analysis number": "1", "Analysis name": "Death", **row} for row in rows
        )
    return file


def test_revman_web_tells_each_kind_by_its_filled_columns(tmp_path: Path) -> None:
    counts = {"Experimental cases": "4", "Experimental N": "50", "Control cases": "0", "Control N": "51"}
    means = {"Experimental mean": "5", "Experimental SD": "2", "Experimental N": "50", "Control mean": "0",
             "Control SD": "2", "Control N": "51", "Analysis number": "2", "Analysis name": "Pain"}  # fmt: skip
    file = data_rows(
        tmp_path,
        {"Study": "Able 1990", **counts},
        {
            "Study": "Cole 1992",
            "Experimental N": "0",
            "Control N": "0",
            "Experimental cases": "0",
            "Control cases": "0",
        },
        {"Study": "Able 1990", **means, "Experimental cases": "0", "Control cases": "0"},
        {"Study": "Able 1990", "GIV Mean": "-0.5", "GIV SE": "0.25", "Analysis number": "3", "Analysis name": "Late"},
        {"Study": "Able 1990", "O-E": "-2", "Variance": "4", "Analysis group": "2", "Analysis name": "Relapse"},
    )
    deaths = read_table(file, outcome="1.1")
    assert deaths.columns["events"] == [4, 0]
    assert deaths.columns["treatment"] == ["experimental", "control"]
    assert (deaths.rows, deaths.error(0, "events", "x").problem.column) == ((2, 2), "Experimental cases")
    assert deaths.notes == ("Left out as not estimable (a group without patients): Cole 1992.",)
    assert read_table(file, outcome="Pain").columns["mean"] == [5, 0]
    assert read_table(file, outcome="1.3").columns["estimate"] == [-0.5]
    assert read_table(file, outcome="2.1").columns["estimate"] == [-0.5]
    with pytest.raises(DataError, match="holds 4 outcomes"):
        read_table(file)


def test_revman_webs_columns_without_analyses_are_a_plain_table(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("Study,Experimental.cases,Experimental.N,Control.cases,Control.N\na,4,50,9,51\n")
    assert read_table(file).columns["treatment"] == ["experimental", "control"]
