"""Tables as documents: every number of a table as a readout, anchored by its place."""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import DataError
from topline.records import ArmValue, Readout, identify
from topline.sources.sheets import ENDINGS, read_table_document, table_text

DATA = Path(__file__).parent / "data" / "tables"
REVIEW = b"""<?xml version="1.0" encoding="UTF-8"?>
<COCHRANE_REVIEW><STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES>
<STUDY ID="STD-A" NAME="Able 1990"/><STUDY ID="STD-B" NAME="Best 1991"/></INCLUDED_STUDIES></STUDIES>
</STUDIES_AND_REFERENCES><ANALYSES_AND_DATA><COMPARISON NO="1"><NAME>Aspirin versus placebo</NAME>
<DICH_OUTCOME NO="1" EFFECT_MEASURE="RR" SWAP_EVENTS="YES"><NAME>Alive</NAME>
<GROUP_LABEL_1>Aspirin</GROUP_LABEL_1><GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<DICH_SUBGROUP NO="1"><NAME>Early</NAME>
<DICH_DATA STUDY_ID="STD-A" EVENTS_1="4" TOTAL_1="50" EVENTS_2="9" TOTAL_2="51"/></DICH_SUBGROUP>
<DICH_SUBGROUP NO="2"><NAME>Late</NAME>
<DICH_DATA STUDY_ID="STD-B" EVENTS_1="0" TOTAL_1="0" EVENTS_2="0" TOTAL_2="0"/>
<DICH_DATA STUDY_ID="STD-B" EVENTS_1="3" TOTAL_1="30" EVENTS_2="2" TOTAL_2="31"/></DICH_SUBGROUP></DICH_OUTCOME>
<IV_OUTCOME NO="2"><NAME>Survival</NAME><EFFECT_MEASURE>Hazard Ratio</EFFECT_MEASURE>
<GROUP_LABEL_1>Aspirin</GROUP_LABEL_1><GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<IV_DATA STUDY_ID="STD-A" ESTIMATE="-0.25" SE="0.1250" TOTAL_1="50" TOTAL_2="51"/></IV_OUTCOME>
<IPD_OUTCOME NO="3" EFFECT_MEASURE="HR"><NAME>Relapse</NAME>
<IPD_DATA STUDY_ID="STD-A" O_E="-4.0" VAR="16.0"/></IPD_OUTCOME>
<DICH_OUTCOME NO="4"><NAME>Broken</NAME>
<DICH_DATA STUDY_ID="STD-A" EVENTS_1="99" TOTAL_1="50" EVENTS_2="9" TOTAL_2="51"/></DICH_OUTCOME>
</COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>"""


def read(text: str | bytes, name: str = "table.csv") -> list[Readout]:
    readouts, caveats = read_table_document(text.encode() if isinstance(text, str) else text, name)
    assert caveats == []
    return readouts


def test_every_arm_of_a_long_table_with_its_row_and_columns() -> None:
    first, second = read("study,arm_no,t,r,n,week\n01,1,drug,012,50,16\n01,2,placebo,9,51,16\n")
    assert first.values == (ArmValue(arm="drug", value="012", unit="events"),)
    assert (first.n, first.trial, first.timepoint, first.endpoint) == ("50", "01", "16", None)
    assert (first.path, second.path) == ("row 2, columns r, n", "row 3, columns r, n")
    assert (first.quote, first.start, first.end) == (None, None, None)
    assert first.id != second.id


def test_means_keep_their_digits_and_their_outcome() -> None:
    (one, _) = read("study;treatment;outcome;mean;std.dev;n\nx;a;EASI;-1,50;2,0;30\nx;b;EASI;0,50;2,0;31\n")
    assert one.values == (ArmValue(arm="a", value="-1,50", unit="mean"), ArmValue(arm="a", value="2,0", unit="sd"))
    assert (one.endpoint, one.path) == ("EASI", "row 2, columns n, mean, std.dev")


def test_groups_side_by_side_are_arms_of_one_row() -> None:
    text = "Study,T.1,R.1,N.1,T.2,R.2,N.2,T.3,R.3,N.3\nLeo,x,33,103,y,34,104,NA,NA,NA\n"
    assert [(r.values[0].arm, r.values[0].value, r.n, r.path) for r in read(text)] == [
        ("x", "33", "103", "row 2, columns R.1, N.1"),
        ("y", "34", "104", "row 2, columns R.2, N.2"),
    ]
    unlabelled = read("trial,event.e,n.e,event.c,n.c\none,3,30,5,31\n")
    assert [r.values[0].arm for r in unlabelled] == ["experimental", "control"]


def test_contrasts_are_effects() -> None:
    (one,) = read("study,treat1,treat2,TE,seTE\nS,metf,plac,-1.90,0.1414\n")
    assert one.effect == {"measure": "TE", "value": "-1.90", "se": "0.1414", "versus": "plac"}
    assert (one.drug, one.comparator, one.values, one.path) == ("metf", "plac", (), "row 2, columns TE, seTE")


def test_ratios_with_limits_are_read_though_no_analysis_takes_them() -> None:
    (one,) = read("study,treatment1,treatment2,HR,lower,upper\none,a,b,0.74,0.60,0.91\n")
    assert one.effect == {"measure": "HR", "value": "0.74", "lower": "0.60", "upper": "0.91", "versus": "b"}


def test_differences_from_a_baseline_arm_leave_the_baseline_out() -> None:
    readouts = read((DATA / "gemtc_parkinson_diff.csv").read_bytes())
    assert [(r.trial, r.drug, r.comparator, r.effect["value"]) for r in readouts[:2]] == [
        ("1", "C", "A", "-0.31"),
        ("2", "B", "A", "-1.7"),
    ]


def test_of_arms_and_contrasts_in_one_table_the_arms_are_read() -> None:
    readouts = read((DATA / "netmeta_Linde2016.csv").read_bytes().replace(b"resp", b"events"))
    assert readouts[0].values == (ArmValue(arm="SNRI", value="60", unit="events"),)


def test_every_outcome_of_a_review_with_its_path_as_the_file_has_it() -> None:
    readouts, caveats = read_table_document(REVIEW, "review.rm5")
    alive = [r for r in readouts if r.endpoint == "Alive"]
    place = "COMPARISON[1]/DICH_OUTCOME[1]/DICH_SUBGROUP"
    assert [(r.trial, r.values, r.n, r.population, r.path) for r in alive] == [
        ("Able 1990", (ArmValue(arm="Aspirin", value="4", unit="events"),), "50", "Early",
         f"{place}[1]/DICH_DATA[1], attributes EVENTS_1, TOTAL_1"),
        ("Able 1990", (ArmValue(arm="Placebo", value="9", unit="events"),), "51", "Early",
         f"{place}[1]/DICH_DATA[1], attributes EVENTS_2, TOTAL_2"),
        ("Best 1991", (ArmValue(arm="Aspirin", value="3", unit="events"),), "30", "Late",
         f"{place}[2]/DICH_DATA[2], attributes EVENTS_1, TOTAL_1"),
        ("Best 1991", (ArmValue(arm="Placebo", value="2", unit="events"),), "31", "Late",
         f"{place}[2]/DICH_DATA[2], attributes EVENTS_2, TOTAL_2"),
    ]  # fmt: skip
    (survival,) = [r for r in readouts if r.endpoint == "Survival"]
    assert survival.effect == {"measure": "log HR", "value": "-0.25", "se": "0.1250", "versus": "Placebo"}
    assert survival.values[1] == ArmValue(arm="Placebo", value="51", unit="patients")
    assert survival.path == "COMPARISON[1]/IV_OUTCOME[1]/IV_DATA[1]"
    (relapse,) = [r for r in readouts if r.endpoint == "Relapse"]
    assert relapse.effect == {"measure": "O-E", "value": "-4.0", "variance": "16.0", "versus": "Control"}
    texts = [c.text for c in caveats]
    assert any("1.1 Alive" in text and "swaps events" in text for text in texts)
    assert any("Left out as not estimable" in text and "Best 1991" in text for text in texts)
    assert any("1.4 Broken" in text and "more events than patients" in text for text in texts)
    assert [c.code for c in caveats].count("table_not_read") == 1


def test_a_review_whose_outcomes_are_all_broken_is_refused() -> None:
    broken = REVIEW[: REVIEW.index(b"<DICH_OUTCOME NO")] + REVIEW[REVIEW.index(b'<DICH_OUTCOME NO="4"') :]
    with pytest.raises(DataError, match="more events than patients"):
        read_table_document(broken, "review.rm5")


def test_a_network_of_gemtc() -> None:
    data = (
        b'<network description="Cessation"><treatments><treatment id="A">None</treatment><treatment id="B">Some'
        b'</treatment></treatments><studies><study id="01"><measurement treatment="A" responders="9" sample="140"/>'
        b'<measurement treatment="B" responders="23" sample="141"/></study></studies></network>'
    )
    first, second = read(data, "network.gemtc")
    assert (first.endpoint, first.trial, second.n) == ("Cessation", "01", "141")
    assert second.path == "studies/study[1]/measurement[2], attributes responders, sample"


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return out.getvalue()


def test_every_sheet_of_a_workbook_that_can_be_understood() -> None:
    arms = [["study", "treatment", "events", "n"], ["a", "x", 3, 10], ["a", "y", 5, 10]]
    data = workbook({"Notes": [["Prepared by", "us"], ["on", "Monday"]], "Data": [[], *arms], "More": arms})
    readouts, caveats = read_table_document(data, "trials.xlsx")
    assert [r.path for r in readouts[::2]] == [
        "sheet 'Data', row 3, columns events, n",
        "sheet 'More', row 2, columns events, n",
    ]
    assert readouts[0].values == (ArmValue(arm="x", value="3", unit="events"),)
    assert [c.code for c in caveats] == ["table_not_read"]
    assert "sheet 'Notes' was not read" in caveats[0].text


def test_unknown_columns_are_listed_with_what_would_be_understood() -> None:
    with pytest.raises(DataError) as caught:
        read_table_document(b"centre,drug,cured,of\none,a,7,9\n", "table.csv")
    problem = caught.value.problem
    assert "not recognised centre, drug, cured, of" in str(problem.found)
    assert "one row an arm: study, treatment, events, n" in str(problem.expected)
    assert problem.repair == "give the columns of the file these names"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"study,treatment,events,n\n", b"\x89PNG\r\n"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(DataError):
        read_table_document(data, "table.csv")
    with pytest.raises(DataError):
        table_text(data, "table.csv")


def test_line_i_of_the_text_is_row_i_of_the_file() -> None:
    data = b"\n\nstudy,treatment,events,n\n\n a ,x,3,10\n\n\na,y,5,10\n"
    lines = table_text(data, "table.csv").split("\n")
    for readout in read(data):
        assert readout.path is not None
        row = int(readout.path.split(",")[0].removeprefix("row "))
        cells = lines[row - 1].split("\t")
        assert (cells[1], cells[2]) == (readout.values[0].arm, readout.values[0].value)
    assert lines[2] == "study\ttreatment\tevents\tn"


def test_the_text_of_several_tables_names_each() -> None:
    text = table_text(REVIEW, "review.rm5")
    assert text.startswith(
        "[outcome 1.1 Alive (Aspirin versus placebo, RR, 2 rows)]\nstudy\ttreatment1\tEVENTS_1\tTOTAL_1"
    )
    assert "\n\n[outcome 1.2 Survival" in text


def test_the_endings_of_tables() -> None:
    assert {".csv", ".xlsx", ".rm5", ".gemtc", ".ods", ".tsv"} <= ENDINGS
    assert not {".txt", ".html", ".pdf", ".json"} & ENDINGS


NAME = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8).filter(
    lambda name: name.lower() not in {"na", "n/a", "nan", "."}
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(NAME, min_size=2, max_size=4, unique_by=lambda name: "".join(name.casefold().split())),
    st.lists(st.tuples(st.integers(0, 40), st.integers(40, 999)), min_size=2, max_size=4),
)
def test_every_number_of_a_table_is_read_once_and_as_it_stands(names: list[str], counts: list[tuple[int, int]]) -> None:
    rows = [["a study", name, str(events), str(n)] for name, (events, n) in zip(names, counts, strict=False)]
    out = io.StringIO()
    csv.writer(out).writerows([["study", "treatment", "events", "n"], *rows])
    readouts = read(out.getvalue())
    assert [[r.trial, r.values[0].arm, r.values[0].value, r.n] for r in readouts] == rows
    assert len({r.id for r in readouts}) == len(rows)


def test_an_id_is_the_hash_of_what_was_read() -> None:
    (one, _) = read("study,treatment,events,n\na,x,3,10\na,y,5,10\n")
    (again, _) = read("study,treatment,events,n\na,x,3,10\na,y,5,10\n", "renamed.csv")
    assert one.id == again.id == one.id
    assert one.id.startswith("read-")
    assert one.id != identify("read", "Readout", {})
