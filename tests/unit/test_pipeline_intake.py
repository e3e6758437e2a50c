"""A reading mapped onto a case: by the case's rules, every reading shown, nothing invented."""

from __future__ import annotations

import copy
import csv
import hashlib
import json
import shutil
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import CaseError
from topline.facts import CaseData, read_case
from topline.pipeline import Mapping, map_reading, open_case
from topline.pipeline.intake.counts import counts_of
from topline.pipeline.intake.weeks import only_a_week, week_of
from topline.records import (
    Amount,
    ArmMapping,
    ArmValue,
    Candidate,
    DocumentInfo,
    Endpoint,
    OpinionStatement,
    OutcomeMapping,
    Party,
    Question,
    ReadEvent,
    Reading,
    Readout,
    SafetyStatement,
    made_by,
)
from topline.sources.registry import read_registry

RECORD = Path(__file__).parents[1] / "truth" / "data" / "ctgov" / "NCT02210780.json"
CASE_FOLDER = Path(str(resources.files("topline").joinpath("cases", "atopic_dermatitis")))
RAW = json.loads(RECORD.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def case() -> CaseData:
    return read_case(CASE_FOLDER)


def registry(study: Any) -> Reading:
    """The reading of a registry record."""
    digest = hashlib.sha256(json.dumps(study).encode()).hexdigest()
    info = DocumentInfo(
        title=None, date=None, publisher=None, sha256=digest, media_type="application/json", text_sha256=digest
    )
    return read_registry(study, info).reading(info)


def mapped(study: Any, case: CaseData, **changes: Any) -> Mapping:
    """The mapping of a record onto the case, some parts of its question changed."""
    question = msgspec.structs.replace(case.question, **changes)
    return map_reading(registry(study), question, trials=case.trials, arms=case.arms)


def outcomes(mapping: Mapping) -> dict[tuple[str, str], dict[str, str]]:
    return {(c.fields["outcome"], c.fields["arm"]): c.fields for c in mapping.candidates if c.kind == "outcome"}


def of_kind(mapping: Mapping, kind: str) -> list[Candidate]:
    return [c for c in mapping.candidates if c.kind == kind]


def measure(number: int, **changes: Any) -> Any:
    """The record with one outcome measure changed; None takes a key away."""
    study = copy.deepcopy(RAW)
    row = study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][number]
    row.update(changes)
    for key in [key for key, value in changes.items() if value is None]:
        del row[key]
    return study


EASI75 = 5


def test_the_dupilumab_trial_gives_its_trial_arms_and_outcomes(case: CaseData) -> None:
    mapping = mapped(RAW, case)
    (trial,) = of_kind(mapping, "trial")
    assert trial.fields["nct_id"] == "NCT02210780"
    assert (trial.fields["phase"], trial.fields["primary_week"], trial.fields["n_randomised"]) == ("2", "16", "194")
    assert trial.missing == ("population", "background")
    arms = {c.fields["arm"]: c for c in of_kind(mapping, "arm")}
    assert {name: c.fields["dose_regimen"] for name, c in arms.items()} == {
        "Placebo qw": "SC qw",
        "Dupilumab 300 mg qw": "300 mg SC qw after 600 mg loading",
    }
    assert {c.fields["n_randomised"] for c in arms.values()} == {"97"}
    assert {c.missing for c in arms.values()} == {("background",)}
    easi = outcomes(mapping)["easi75", "Dupilumab 300 mg qw"]
    assert (easi["week"], easi["n"], easi["events"], easi["percent"]) == ("16", "97", "52", "53.6")
    assert (easi["events_status"], easi["status"]) == ("derived from percent", "verified")
    assert (easi["known_from"], easi["known_from_basis"]) == ("2020-05-07", "registry results first posted")
    harm = outcomes(mapping)["conjunctivitis", "Dupilumab 300 mg qw"]
    assert (harm["week"], harm["n"], harm["events"], harm["events_status"]) == ("32", "97", "8", "reported")
    assert "percent" not in harm


def test_every_candidate_names_its_place_and_the_fact_as_read(case: CaseData) -> None:
    mapping = mapped(RAW, case)
    digest = registry(RAW).document.sha256
    for candidate in mapping.candidates:
        assert candidate.proposed_by == "registry/1"
        assert candidate.passages
        assert {p.document for p in candidate.passages} == {digest}
        assert all(p.path and p.quote is None for p in candidate.passages)
    easi = next(c for c in mapping.candidates if c.fields.get("outcome") == "easi75")
    assert easi.passages[0].path == (
        "resultsSection.outcomeMeasuresModule.outcomeMeasures[5].classes[0].categories[0].measurements[0]"
    )
    assert easi.said["timepoint"] == "Week 16"
    assert easi.said["population"] == "Full analysis set (FAS) that included all randomized participants."


def test_every_reading_is_shown_mapped_or_with_a_reason(case: CaseData) -> None:
    mapping = mapped(RAW, case)
    reading = registry(RAW)
    shown = {row.fact for row in mapping.shown}
    for fact in (*reading.readouts, *reading.safety, *reading.events):
        analysis = isinstance(fact, Readout) and bool(fact.groups)
        assert (fact.id in shown) != analysis
    assert all(bool(row.reason) != bool(row.rule and not row.reason) for row in mapping.shown)
    assert {row.candidate for row in mapping.shown if not row.reason} == {c.id for c in mapping.candidates}
    pruritus = next(row for row in mapping.shown if row.said.startswith("Change From Baseline in Peak Weekly"))
    assert pruritus.reason == "no rule fits the title"
    easi = next(row for row in mapping.shown if row.endpoint == "easi75")
    assert (easi.rule, easi.week, easi.mapped_arm, easi.value) == ("mappings[1]", 16, "Placebo qw", "19.6")


def test_the_events_of_the_record(case: CaseData) -> None:
    started, posted = of_kind(mapped(RAW, case), "event")
    assert (started.fields["type"], started.fields["programme"]) == ("trial_started", "dupilumab")
    assert (started.fields["known_from"], started.fields["event_date"]) == ("2014-08-07", "2014-08-05")
    assert posted.fields["parties"] == "Regeneron Pharmaceuticals:sponsor;Sanofi:collaborator"
    assert (posted.missing, posted.fields["date_precision"]) == ((), "day")


def test_a_stopped_trial_is_known_from_its_last_update(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    study["protocolSection"]["statusModule"] |= {"overallStatus": "TERMINATED", "whyStopped": "Sponsor: decision; x"}
    stop = next(c for c in of_kind(mapped(study, case), "event") if c.fields["type"] == "trial_stopped")
    assert stop.fields["known_from"] == "2020-05-07"
    assert stop.fields["statement"].endswith("terminated; reason given: Sponsor: decision; x")
    assert "event_date" not in stop.fields


def write_rows(folder: Path, mapping: Mapping, **filled: dict[str, str]) -> None:
    """Append the source and the candidates to the tables of a case folder, as a reviewer would."""
    rows = [("sources.csv", mapping.source)]
    rows += [(f"{c.kind}s.csv", c.fields | filled.get(c.kind, {})) for c in mapping.candidates]
    for file, cells in rows:
        path = folder / file
        with path.open(encoding="utf-8", newline="") as stream:
            header = next(csv.reader(stream))
        assert set(cells) <= set(header), (file, set(cells) - set(header))
        with path.open("a", encoding="utf-8", newline="") as stream:
            csv.DictWriter(stream, header, lineterminator="\n").writerow(cells)


def test_the_candidates_make_a_valid_case_and_enter_its_brief(case: CaseData, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(CASE_FOLDER, folder)
    mapping = mapped(RAW, case)
    write_rows(folder, mapping, trial={"population": "adults", "background": "monotherapy"},
               arm={"background": "monotherapy"})  # fmt: skip
    grown = read_case(folder)
    assert len(grown.facts) == len(case.facts) + len(of_kind(mapping, "outcome"))
    opened = open_case(str(folder))
    assert opened.facts(trial="NCT02210780", outcome="easi75", as_of="2020-05-07").n_facts == 2
    assert opened.facts(trial="NCT02210780", outcome="iga01", as_of="2020-05-07").n_facts == 2
    with pytest.raises(Exception, match="NCT02210780"):
        opened.facts(trial="NCT02210780", as_of="2020-05-06")
    # Read again, the record finds the trial and its arms: nothing but outcomes and events is proposed.
    again = map_reading(registry(RAW), grown.question, trials=grown.trials, arms=grown.arms)
    assert {c.kind for c in again.candidates} == {"outcome", "event"}
    assert {c.fields["arm"] for c in of_kind(again, "outcome")} == {"Placebo qw", "Dupilumab 300 mg qw"}


def test_mapping_rules_are_no_part_of_a_brief() -> None:
    question = open_case().brief("rocatinlimab", as_of="2026-02-02").run.question
    assert "endpoints" in question
    assert not {"mappings", "arm_mappings"} & set(question)


def test_a_record_of_a_trial_that_the_case_has_uses_its_names(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    study["protocolSection"]["identificationModule"]["nctId"] = "NCT02277743"  # SOLO 1
    mapping = mapped(study, case)
    assert not of_kind(mapping, "trial")
    assert not of_kind(mapping, "arm")
    assert {c.fields["trial"] for c in of_kind(mapping, "outcome")} == {"SOLO 1"}
    assert {c.fields["arm"] for c in of_kind(mapping, "outcome")} == {"placebo", "dupilumab 300 mg qw"}


@pytest.mark.parametrize(
    ("nct_id", "titles", "arms"),
    [
        ("NCT05651711", ("Placebo", "Rocatinlimab 300 mg"), {"placebo", "rocatinlimab 300 mg q4w"}),
        ("NCT05398445", ("AMG 451 150 mg", "Placebo"), {"rocatinlimab 150 mg q4w", "placebo"}),
        ("NCT05724199", ("Placebo", "Rocatinlimab 150 mg"), {"placebo+TCS", "rocatinlimab 150 mg q4w+TCS"}),
        ("NCT03703102", ("Placebo", "KHK4083 600 mg Q2W"), {"placebo", "rocatinlimab 600 mg q2w"}),
    ],
)  # fmt: skip
def test_the_groups_of_the_rocatinlimab_trials(case: CaseData, nct_id: str, titles: tuple[str, str], arms: Any) -> None:
    text = json.dumps(RAW).replace("NCT02210780", nct_id)
    text = text.replace("Placebo qw", titles[0]).replace("Dupilumab 300 mg qw", titles[1])
    mapping = mapped(json.loads(text), case)
    assert {c.fields["arm"] for c in of_kind(mapping, "outcome")} == arms
    assert not of_kind(mapping, "arm")


def test_a_group_that_changed_treatment_is_no_arm(case: CaseData) -> None:
    text = json.dumps(RAW).replace("Dupilumab 300 mg qw", "Placebo/Dupilumab 300 mg qw")
    mapping = mapped(json.loads(text), case)
    assert [c.fields["arm"] for c in of_kind(mapping, "arm")] == ["Placebo qw"]
    assert {c.fields["arm"] for c in of_kind(mapping, "outcome")} == {"Placebo qw"}


# --- denominators, counts and percentages


def test_a_denominator_is_never_invented(case: CaseData) -> None:
    easi = outcomes(mapped(measure(EASI75, denoms=None), case))["easi75", "Dupilumab 300 mg qw"]
    assert "n" not in easi
    assert "events" not in easi
    assert (easi["percent"], easi.get("events_status")) == ("53.6", None)
    study = measure(EASI75, denoms=None, paramType="COUNT_OF_PARTICIPANTS", unitOfMeasure="Participants")
    for category in study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][EASI75]["classes"]:
        for value, text in zip(category["categories"][0]["measurements"], ("19", "52"), strict=True):
            value["value"] = text
    candidate = next(c for c in mapped(study, case).candidates if c.fields.get("outcome") == "easi75")
    assert (candidate.fields["events"], candidate.missing) == ("19", ("n",))


PROPORTION = Endpoint(id="e", label="e", definition="d", direction="higher", role="benefit")
MEAN = msgspec.structs.replace(PROPORTION, kind="mean")


@pytest.mark.parametrize(
    ("value", "unit", "n", "kind", "cells"),
    [
        ("52", "Participants", "97", "COUNT_OF_PARTICIPANTS", ("97", "52", "", "reported", "")),
        ("1,052", "Participants", "2,000", "COUNT_OF_PARTICIPANTS", ("2000", "1052", "", "reported", "")),
        ("52", "participants", "97", "NUMBER", ("97", "52", "", "reported", "")),
        ("53.6", "percent of participants with improvement", "97", "NUMBER",
         ("97", "52", "53.6", "derived from percent", "")),
        ("52", "participants at 16 weeks", "97", "NUMBER", ("97", "52", "", "reported", "")),
        ("53.6", "percent", "97", "NUMBER", ("97", "52", "53.6", "derived from percent", "")),
        ("53.6", "percentage of participants", "97", "NUMBER", ("97", "52", "53.6", "derived from percent", "")),
        ("42.3", "% of participants", "328", "NUMBER",
         ("328", "139", "42.3", "derived from percent", "no whole number of 328 patients is 42.3%")),
        ("53.6", "%", None, None, ("", "", "53.6", "", "")),
    ],
)  # fmt: skip
def test_counts_and_percentages(value: str, unit: str, n: str | None, kind: str | None, cells: tuple[str, ...]) -> None:
    got = counts_of(ArmValue(arm="a", value=value, unit=unit, n=n), kind, PROPORTION, None)
    assert (got.n, got.events, got.percent, got.events_status, got.note) == cells
    assert got.reason == ""


@pytest.mark.parametrize(
    ("value", "unit", "n", "kind", "reason"),
    [
        ("NA", "Participants", "97", "COUNT_OF_PARTICIPANTS", "the value is 'NA'"),
        ("nan", "Participants", "97", "COUNT_OF_PARTICIPANTS", "the value is 'nan'"),
        ("98", "Participants", "97", "COUNT_OF_PARTICIPANTS", "more than the 97"),
        ("5.5", "Participants", "97", "COUNT_OF_PARTICIPANTS", "not a count"),
        ("-3", "Participants", "97", "COUNT_OF_PARTICIPANTS", "not a count"),
        ("0.536", "proportion of participants", "97", "NUMBER", "neither patients nor percent"),
        ("4.2", "units on a scale", "97", "NUMBER", "neither patients nor percent"),
        ("4.2", "units on a scale", "97", "MEAN", "is accepted"),
        ("130", "percentage of participants", "97", "NUMBER", "not a percentage"),
        ("12", "Participants", "many", "COUNT_OF_PARTICIPANTS", "not a number of patients"),
        ("12", "events per 100 patient-years", "97", "NUMBER", "neither patients nor a percentage of them"),
        ("12", "participants per 100 participant-years", "97", "NUMBER", "neither patients nor a percentage of them"),
        ("12", "patient-years", "97", "NUMBER", "neither patients nor a percentage of them"),
        ("12", "percent change", "97", "NUMBER", "neither patients nor a percentage of them"),
        ("12", "percentage of eyes", "97", "NUMBER", "neither patients nor a percentage of them"),
        ("12", "Percentage of participants", "97", "COUNT_OF_PARTICIPANTS", "its unit is 'Percentage of participants'"),
    ],
)
def test_what_is_no_count_says_why(value: str, unit: str, n: str, kind: str, reason: str) -> None:
    got = counts_of(ArmValue(arm="a", value=value, unit=unit, n=n), kind, PROPORTION, None)
    assert reason in got.reason
    assert (got.n, got.events, got.percent) == ("", "", "")


def test_a_mean_stands_in_percent_without_events() -> None:
    got = counts_of(ArmValue(arm="a", value="-48.3", unit="percent change", n="52"), "LEAST_SQUARES_MEAN", MEAN, None)
    assert (got.n, got.events, got.percent, got.events_status) == ("52", "", "-48.3", "")
    assert counts_of(ArmValue(arm="a", value="5", unit="Participants", n="9"), "NUMBER", MEAN, None).reason


# --- weeks


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Week 16", 16), ("16 weeks", 16), ("Baseline to Week 16", 16), ("Baseline, Week 16", 16), ("112 days", 16),
        ("Week 0 through Week 16", 16), ("Day 1 to Week 14", 14), ("every 4 weeks up to Week 24", 24), ("W16", 16),
        ("Week 16 ± 3 days", 16), ("16-week treatment period", 16), ("Baseline – Week 16", 16),
        ("Week 24 (Day 169)", 24),
        ("up to the final visit (Week 32) regardless of seriousness", 32), ("from baseline up to 24 weeks", 24),
        ("12 weeks after first dose", 12), ("Week 16\u00a0", 16),
    ],
)  # fmt: skip
def test_a_time_frame_that_names_one_week(text: str, week: int) -> None:
    assert week_of(text) == (week, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Baseline; Weeks 2, 4, 8, and 12", "several weeks: 2, 4, 8, 12"), ("Week 16 and Week 52", "several weeks"),
        ("Weeks 12-16", "several weeks"), ("from week 4 to 16", "several weeks"), ("2 year", "names no week"),
        ("Month 3", "names no week"), ("Day 85", "names no week"), ("12.5 weeks", "no whole week"),
        ("Up to approximately 28 weeks", "approximate"), ("4 weeks after last dose", "end of treatment"),
        ("Week 12 and 1 year", "another time"), ("up to 24 weeks (plus 30 days)", "another time"),
        (None, "no time frame"), ("١ week", "names no week"),
        ("  ", "no time frame"), ("1, " * 5000, "too long"), ("Baseline", "names no week"),
    ],
)  # fmt: skip
def test_a_time_frame_that_is_refused(text: str | None, words: str) -> None:
    week, reason = week_of(text)
    assert week is None
    assert words in reason


@settings(max_examples=200)
@given(st.text(max_size=200) | st.from_regex(r"(weeks? \d{1,3}|\d{1,3} weeks|,| and | to ){1,20}", fullmatch=True))
def test_any_time_frame_gives_a_week_or_a_reason(text: str) -> None:
    week, reason = week_of(text)
    assert (week is None) == bool(reason)
    assert week is None or str(week) in text or "day" in text.lower()
    only_a_week(text)


def test_an_ambiguous_time_frame_is_refused_and_shown(case: CaseData) -> None:
    mapping = mapped(measure(EASI75, timeFrame="Weeks 4 and 16"), case)
    assert ("easi75", "Placebo qw") not in outcomes(mapping)
    row = next(r for r in mapping.shown if r.endpoint == "easi75")
    assert "several weeks: 4, 16" in row.reason
    assert (row.rule, row.candidate) == ("mappings[1]", "")


def test_title_and_time_frame_must_agree(case: CaseData) -> None:
    row = next(r for r in mapped(measure(EASI75, timeFrame="Week 24"), case).shown if r.endpoint == "easi75")
    assert row.reason == "the title says week 16, the time frame week 24"


def test_a_class_title_names_the_week(case: CaseData) -> None:
    study = measure(EASI75, timeFrame="Weeks 4 and 16", title="EASI-75 responders")
    row = study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][EASI75]
    row["classes"] = [dict(copy.deepcopy(row["classes"][0]), title=f"Week {week}") for week in (4, 16)]
    weeks = [c.fields["week"] for c in mapped(study, case).candidates if c.fields.get("outcome") == "easi75"]
    assert sorted(weeks) == ["16", "16", "4", "4"]


def test_a_row_of_another_time_is_not_given_the_week_of_the_time_frame(case: CaseData) -> None:
    study = measure(EASI75, timeFrame="Baseline up to Week 52", title="EASI-75 responders")
    row = study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][EASI75]
    titles = ("Baseline", "Month 3", "Week 52")
    row["classes"] = [dict(copy.deepcopy(row["classes"][0]), title=title) for title in titles]
    row["classes"][2]["categories"][0]["measurements"][0]["value"] = "NA"
    mapping = mapped(study, case)
    found = [c for c in mapping.candidates if c.fields.get("outcome") == "easi75"]
    assert [(c.fields["arm"], c.fields["week"], c.passages[0].path) for c in found] == [
        (
            "Dupilumab 300 mg qw",
            "52",
            "resultsSection.outcomeMeasuresModule.outcomeMeasures[5].classes[2].categories[0].measurements[1]",
        )
    ]
    reasons = [r.reason for r in mapping.shown if r.endpoint == "easi75" and "of another time" in r.reason]
    assert len(reasons) == 4


def test_eyes_and_lesions_are_no_patients(case: CaseData) -> None:
    counts = [{"groupId": "OG000", "value": "190"}, {"groupId": "OG001", "value": "188"}]
    study = measure(EASI75, typeUnitsAnalyzed="Eyes", denoms=[{"units": "Eyes", "counts": counts}])
    mapping = mapped(study, case)
    assert ("easi75", "Placebo qw") not in outcomes(mapping)
    assert {r.reason for r in mapping.shown if r.endpoint == "easi75"} == {
        "its denominators count 'Eyes', not patients alone"
    }


def test_what_was_updated_after_it_was_posted_is_certain_from_the_update(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    study["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"] = {"date": "2023-01-01", "type": "ACTUAL"}
    cells = outcomes(mapped(study, case))["easi75", "Placebo qw"]
    assert (cells["known_from"], cells["certain_from"]) == ("2020-05-07", "2023-01-01")


def test_rows_that_count_patients_apart_are_a_doubt_though_they_are_equal(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    events = study["resultsSection"]["adverseEventsModule"]["otherEvents"]
    again = copy.deepcopy(next(row for row in events if row["term"] == "Conjunctivitis"))
    events.append(again | {"organSystem": "Infections and infestations"})
    mapping = mapped(study, case)
    assert ("conjunctivitis", "Dupilumab 300 mg qw") not in outcomes(mapping)
    assert outcomes(mapping)["conjunctivitis", "Placebo qw"]["events"] == "0"  # nobody twice is nobody
    assert [r.value for r in mapping.shown if "count patients apart" in r.reason] == ["8", "8"]


def test_an_acronym_of_another_trial_of_the_case_is_not_taken(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    study["protocolSection"]["identificationModule"]["acronym"] = "SOLO 1"
    mapping = mapped(study, case)
    assert {c.fields["trial"] for c in of_kind(mapping, "outcome")} == {"NCT02210780"}


def test_a_table_is_named_as_the_reader(case: CaseData) -> None:
    reading = msgspec.structs.replace(prose(readouts=(readout(),)), made_by=made_by({"reader": "tables/1"}))
    found = map_reading(reading, case.question, trials=case.trials, arms=case.arms).candidates
    assert {c.proposed_by for c in found} == {"tables/1"}


# --- rules


def rules_of(case: CaseData, **changes: Any) -> tuple[OutcomeMapping, ...]:
    """The case's rules with the one of EASI-75 changed."""
    first, *others = case.question.mappings
    assert first.endpoint == "easi75"
    return (msgspec.structs.replace(first, **changes), *others)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"population": "per protocol"}, "population is not the one"),
        ({"unit": "^Participants$"}, "not the rule's"),
        ({"measure_types": ("COUNT_OF_PARTICIPANTS",)}, "is accepted"),
        ({"not_title": ("EASI-75",)}, "no rule fits"),
    ],
)
def test_what_a_rule_does_not_accept_is_shown(case: CaseData, changes: dict[str, Any], reason: str) -> None:
    mapping = mapped(RAW, case, mappings=rules_of(case, **changes))
    assert ("easi75", "Placebo qw") not in outcomes(mapping)
    assert any(reason in row.reason for row in mapping.shown if "(EASI-75)" in row.said)


def test_a_rule_can_state_the_week(case: CaseData) -> None:
    mapping = mapped(measure(EASI75, timeFrame="about a year"), case, mappings=rules_of(case, week=52))
    assert outcomes(mapping)["easi75", "Placebo qw"]["week"] == "52"


def test_two_endpoints_that_fit_are_a_doubt(case: CaseData) -> None:
    row = next(
        r for r in mapped(measure(EASI75, title="EASI-75 and EASI-90 at Week 16"), case).shown if "EASI-90" in r.said
    )
    assert row.reason == "it fits the rules of several endpoints: easi75, easi90"


def split_by(case: CaseData, titles: tuple[str, str], **changes: Any) -> Mapping:
    study = measure(EASI75, title="EASI responders at Week 16")
    row = study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][EASI75]
    row["classes"] = [dict(copy.deepcopy(row["classes"][0]), title=title) for title in titles]
    return mapped(study, case, **changes)


def test_a_split_measure_is_told_apart_by_its_rows(case: CaseData) -> None:
    found = outcomes(split_by(case, ("EASI-75", "EASI-90")))
    assert {outcome for outcome, _ in found} >= {"easi75", "easi90"}
    # A title that fits says nothing of rows that no rule knows.
    rules = rules_of(case, title=("EASI responders",))
    rows = [r for r in split_by(case, ("Yes", "No"), mappings=rules).shown if "EASI responders" in r.said]
    assert {row.reason for row in rows} == {
        "the measure is split, and no rule says what its row 'Yes' is",
        "the measure is split, and no rule says what its row 'No' is",
    }
    rules = rules_of(case, title=("EASI responders",), row="^yes$")
    assert ("easi75", "Placebo qw") in outcomes(split_by(case, ("Yes", "No"), mappings=rules))


def test_two_measures_of_one_place_support_each_other_or_are_a_doubt(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    measures = study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    measures.append(copy.deepcopy(measures[EASI75]))
    same = next(c for c in mapped(study, case).candidates if c.fields.get("outcome") == "easi75")
    assert len(same.passages) == 2
    measures[-1]["classes"][0]["categories"][0]["measurements"][0]["value"] = "20.6"
    mapping = mapped(study, case)
    assert ("easi75", "Placebo qw") not in outcomes(mapping)
    assert ("easi75", "Dupilumab 300 mg qw") in outcomes(mapping)
    doubts = [r for r in mapping.shown if "differ" in r.reason]
    assert [r.value for r in doubts] == ["19.6", "20.6"]


def test_patients_who_left_need_a_week_that_the_rule_states(case: CaseData) -> None:
    rows = [r for r in mapped(RAW, case).shown if r.said.startswith("left the study: Adverse Event")]
    assert {r.reason for r in rows} == {"participant flow has no time frame; mappings[9] must state a week"}
    rules = (OutcomeMapping(endpoint="ae_disc", reasons=("^adverse event$",), week=16),)
    found = outcomes(mapped(RAW, case, mappings=rules))
    cells = found["ae_disc", "Dupilumab 300 mg qw"]
    assert (cells["events"], cells["n"], cells["week"]) == ("5", "97", "16")


def test_serious_cases_of_a_term_are_told_of(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    harms = study["resultsSection"]["adverseEventsModule"]
    harms["seriousEvents"][0]["term"] = "Conjunctivitis"
    cells = outcomes(mapped(study, case))["conjunctivitis", "Dupilumab 300 mg qw"]
    assert (cells["events"], cells["note"]) == ("8", "1 serious of this term are counted apart in the registry")


def test_a_group_that_no_rule_knows_is_no_arm(case: CaseData) -> None:
    text = json.dumps(RAW).replace("Dupilumab 300 mg qw", "Secukinumab")
    mapping = mapped(json.loads(text), case)
    assert [c.fields["arm"] for c in of_kind(mapping, "arm")] == ["Placebo qw"]
    reasons = {r.reason for r in mapping.shown if r.arm == "Secukinumab"}
    assert "no arm rule fits, and no drug of the question is named" in reasons


def test_a_dose_that_no_rule_states_is_left_to_the_reviewer(case: CaseData) -> None:
    mapping = mapped(RAW, case, arm_mappings=())
    for candidate in of_kind(mapping, "arm"):
        assert "dose_regimen" in candidate.missing
        assert candidate.fields["treatment"] in {"placebo", "dupilumab"}


@pytest.mark.parametrize(
    ("title", "drug"),
    [("Placebo for Dupilumab", "placebo"), ("Placebo + TCS/TCI", "placebo"), ("Placebo/300 mg", ""),
     ("Placebo then Open-Label Extension", ""), ("Placebo to Active", ""), ("Former Placebo", ""),
     ("Pooled Dupilumab", ""), ("All Dupilumab", ""), ("Dupilumab Total", ""), ("Dupilumab Combined Doses", ""),
     ("Dupilumab combined with TCS", "dupilumab"), ("Dupilumab Responders", ""), ("No Dupilumab", ""),
     ("Placebo Crossover", ""), ("Dupilumab Extension", ""), ("Open-label dupilumab", "dupilumab"),
     ("Dupilumab plus upadacitinib", ""), ("Placebo then Dupilumab", ""),
     ("Dupixent 300", "dupilumab"), ("Nothing", "")],
)  # fmt: skip
def test_a_group_named_by_drug_alone(case: CaseData, title: str, drug: str) -> None:
    text = json.dumps(RAW).replace("Dupilumab 300 mg qw", title)
    mapping = mapped(json.loads(text), case, arm_mappings=())
    arms = {c.fields["arm"]: c.fields["treatment"] for c in of_kind(mapping, "arm")}
    assert arms.get(title, "") == drug


def test_an_arm_rule_can_look_at_the_description_and_the_trial(case: CaseData) -> None:
    rule = ArmMapping(title=("dupilumab",), treatment="dupilumab", description="loading dose", trials=("NCT02210780",))
    arms = of_kind(mapped(RAW, case, arm_mappings=(rule,)), "arm")
    assert [(c.fields["treatment"], c.missing) for c in arms][1] == ("dupilumab", ("dose_regimen", "background"))
    shown = mapped(RAW, case, arm_mappings=(msgspec.structs.replace(rule, trials=("NCT1",)),)).shown
    assert {r.rule for r in shown if r.mapped_arm == "Dupilumab 300 mg qw" and not r.endpoint} == {"the drug's name"}


def test_a_case_without_rules_says_so(case: CaseData) -> None:
    mapping = mapped(RAW, case, mappings=())
    assert not of_kind(mapping, "outcome")
    assert [c.code for c in mapping.caveats] == ["no-mappings"]


def test_the_caveats_of_the_record_travel_on(case: CaseData) -> None:
    assert "registry-no-denominator" in {c.code for c in mapped(measure(EASI75, denoms=None), case).caveats}


def test_a_record_without_results_gives_its_trial_and_planned_arms(case: CaseData) -> None:
    study = {"protocolSection": copy.deepcopy(RAW["protocolSection"])}
    del study["protocolSection"]["statusModule"]["resultsFirstPostDateStruct"]
    mapping = mapped(study, case)
    assert [c.kind for c in mapping.candidates] == ["trial", "arm", "arm", "event"]
    assert {c.fields["n_status"] for c in of_kind(mapping, "arm")} == {"unknown"}


def test_results_without_a_date_leave_the_dates_to_the_reviewer(case: CaseData) -> None:
    study = copy.deepcopy(RAW)
    del study["protocolSection"]["statusModule"]["resultsFirstPostDateStruct"]
    candidate = of_kind(mapped(study, case), "outcome")[0]
    assert (candidate.missing, candidate.known_from) == (("known_from", "certain_from"), "")


# --- the shipped rules on titles as registries write them


@pytest.mark.parametrize(
    ("title", "endpoint"),
    [
        ("Percentage of Participants With EASI-75 Response at Week 16", "easi75"),
        ("Percentage With at Least a 75% Reduction in Eczema Area and Severity Index Score (EASI 75)", "easi75"),
        ("Proportion of Patients Achieving ≥ 75% Improvement From Baseline in EASI at Week 16", "easi75"),
        ("Percentage of Participants With EASI90 at Week 16", "easi90"),
        ("Percentage With Validated Investigator Global Assessment for Atopic Dermatitis (vIGA-AD) 0 or 1", "iga01"),
        ("Percentage of Participants With IGA 0 or 1 and a ≥2-point Improvement at Week 16", "iga01"),
        ("Percentage Achieving a Revised Investigator's Global Assessment (rIGA) Score of 0 or 1", "riga01"),
        ("Percentage With Improvement (Reduction ≥4 Points) in Weekly Average of Peak Daily Pruritus NRS", "prur4"),
        ("Percentage of Participants With at Least a 4-point Reduction in Worst Itch Numeric Rating Scale", "prur4"),
        ("Number of Participants With Treatment-Emergent Adverse Events", "any_ae"),
        ("Number of Participants With Serious Adverse Events", None),
        ("Time to First EASI-75 Response", None),
        ("Percentage of Participants Who Maintained EASI-75 at Week 52", None),
        ("Percentage of Participants With Improvement (Reduction ≥3 Points) in Pruritus NRS", None),
        ("Percentage of Participants With IGA 0, 1 or 2", None),
        ("Change From Baseline in EASI", None),
        ("Percentage of Participants Who Did Not Achieve EASI-75", None),
        ("Percentage of Week 16 EASI-75 Responders Who Retained EASI-75", None),
        ("EASI-75 at Week 16 in the Japanese Subpopulation", None),
        ("Percentage of Participants With at Least 2-point Improvement in Pruritus NRS at Week 4", None),
        ("Number of Participants With Adverse Events of Conjunctivitis", None),
    ],
)  # fmt: skip
def test_the_shipped_rules_know_the_titles_of_registries(case: CaseData, title: str, endpoint: str | None) -> None:
    shown = [r for r in mapped(measure(EASI75, title=title), case).shown if r.said == title]
    assert shown
    assert {r.endpoint or None for r in shown} == {endpoint}, shown


# --- prose


def prose(**facts: Any) -> Reading:
    info = DocumentInfo(
        title="Release", date="2026-01-30", publisher="A company", sha256="ab" * 32, media_type="text/plain",
        text_sha256="ab" * 32,
    )  # fmt: skip
    return Reading(id="reading-2", made_by=made_by(), document=info, **facts)


def readout(**more: Any) -> Readout:
    given: dict[str, Any] = {
        "id": "read-1", "start": 0, "end": 62,
        "quote": "32.8% of treated patients hit EASI-75, versus 13.7% on placebo",
        "drug": "rocatinlimab", "comparator": "placebo", "endpoint": "75% improvement in disease severity (EASI-75)",
        "values": (
            ArmValue(arm="rocatinlimab", value="32.8", unit="%"),
            ArmValue(arm="placebo", value="13.7", unit="%"),
        ),
    }  # fmt: skip
    return Readout(**(given | more))


def mapped_prose(case: CaseData, **facts: Any) -> Mapping:
    return map_reading(prose(**facts), case.question, trials=case.trials, arms=case.arms)


def test_a_readout_of_prose_leaves_to_the_reviewer_what_it_does_not_say(case: CaseData) -> None:
    treated, placebo = of_kind(mapped_prose(case, readouts=(readout(),)), "outcome")
    assert (treated.fields["outcome"], treated.fields["percent"]) == ("easi75", "32.8")
    assert treated.missing == ("trial", "arm", "week")
    assert "n" not in treated.fields
    assert treated.fields["note"] == "arm as written: rocatinlimab (rocatinlimab)"
    assert placebo.fields["note"] == "arm as written: placebo (placebo)"
    assert (treated.known_from, treated.fields["known_from_basis"]) == ("2026-01-30", "date of the document")
    assert (treated.passages[0].quote, treated.passages[0].start) == (readout().quote, 0)
    assert treated.proposed_by == "rules/1"


def test_a_readout_of_a_trial_that_the_case_has_joins_its_arms(case: CaseData) -> None:
    facts = mapped_prose(case, readouts=(readout(trial="HORIZON", timepoint="week 24"),))
    treated, placebo = of_kind(facts, "outcome")
    assert (treated.fields["trial"], treated.fields["arm"]) == ("ROCKET-HORIZON", "rocatinlimab 300 mg q4w")
    assert (placebo.fields["arm"], placebo.fields["week"], placebo.missing) == ("placebo", "24", ())
    ignite = of_kind(mapped_prose(case, readouts=(readout(trial="ROCKET-IGNITE"),)), "outcome")[0]
    assert "arm" in ignite.missing  # two doses: the text does not say which


def test_a_trial_that_the_case_lacks_is_proposed_with_its_arms(case: CaseData) -> None:
    mapping = mapped_prose(case, readouts=(readout(trial="TRIAL X", timepoint="week 24"),))
    assert [c.kind for c in mapping.candidates].count("trial") == 1
    arms = of_kind(mapping, "arm")
    assert [(c.fields["arm"], c.fields["treatment"]) for c in arms] == [
        ("rocatinlimab", "rocatinlimab"), ("placebo", "placebo"),
    ]  # fmt: skip
    assert {c.missing for c in of_kind(mapping, "outcome")} == {()}
    assert all(c.passages for c in mapping.candidates)


def test_two_titles_of_one_regimen_are_one_arm_of_a_new_trial(case: CaseData) -> None:
    rule = ArmMapping(title=("rocatinlimab",), treatment="rocatinlimab", dose_regimen="300 mg SC q4w")
    question = msgspec.structs.replace(case.question, arm_mappings=(rule,))
    full = (ArmValue(arm="rocatinlimab 300 mg every 4 weeks", value="32.8", unit="%"),)
    later = (ArmValue(arm="rocatinlimab", value="20.1", unit="%"),)
    facts = (readout(trial="TRIAL X", values=full), readout(trial="TRIAL X", endpoint="IGA 0/1", values=later))
    mapping = map_reading(prose(readouts=facts), question, trials=case.trials, arms=case.arms)
    assert {c.fields["arm"] for c in of_kind(mapping, "arm")} == {"rocatinlimab 300 mg every 4 weeks"}
    assert [(c.fields["outcome"], c.fields["arm"]) for c in of_kind(mapping, "outcome")] == [
        ("easi75", "rocatinlimab 300 mg every 4 weeks"), ("iga01", "rocatinlimab 300 mg every 4 weeks"),
    ]  # fmt: skip


@pytest.mark.parametrize("trial", ["ROCKET-NOVA; NCT06000001", "NCT06000001; ROCKET-NOVA"])
def test_a_trial_named_with_its_registry_number_is_one_trial(case: CaseData, trial: str) -> None:
    mapping = mapped_prose(case, readouts=(readout(trial=trial, timepoint="Week 24"),))
    (proposed,) = of_kind(mapping, "trial")
    assert (proposed.fields["trial"], proposed.fields["nct_id"]) == ("ROCKET-NOVA", "NCT06000001")
    assert {c.fields["trial"] for c in mapping.candidates} == {"ROCKET-NOVA"}


@pytest.mark.parametrize("trial", ["HORIZON; {}", "{}", "another name; {}"])
def test_a_trial_of_the_case_is_known_by_its_name_or_number(case: CaseData, trial: str) -> None:
    numbers = {t.trial: t.nct_id for t in case.trials}
    named = trial.format(numbers["ROCKET-HORIZON"])
    mapping = mapped_prose(case, readouts=(readout(trial=named, timepoint="Week 24"),))
    assert {c.fields["trial"] for c in mapping.candidates} == {"ROCKET-HORIZON"}


def test_a_name_and_another_trials_number_are_left_to_the_reviewer(case: CaseData) -> None:
    number = next(t.nct_id for t in case.trials if t.trial == "ROCKET-IGNITE")
    mapping = mapped_prose(case, readouts=(readout(trial=f"ROCKET-HORIZON; {number}", timepoint="Week 24"),))
    assert {c.fields["trial"] for c in mapping.candidates} == {f"ROCKET-HORIZON; {number}"}


def test_several_trials_of_one_statement_are_left_to_the_reviewer(case: CaseData) -> None:
    mapping = mapped_prose(case, readouts=(readout(trial="ROCKET-HORIZON; ROCKET-NOVA", timepoint="Week 24"),))
    assert {c.fields["trial"] for c in mapping.candidates} == {"ROCKET-HORIZON; ROCKET-NOVA"}


def test_a_comparator_without_a_name_is_not_the_drug_itself(case: CaseData) -> None:
    arms = (ArmValue(arm="rocatinlimab", value="9.8", unit="%"), ArmValue(arm="comparator", value="1.7", unit="%"))
    fact = SafetyStatement(id="f", quote="pyrexia (9.8% vs. 1.7%)", start=0, end=23, event="pyrexia", arms=arms,
                           drug="rocatinlimab", trial="ROCKET-HORIZON")  # fmt: skip
    mapping = mapped_prose(case, safety=(fact,))
    treated, other = of_kind(mapping, "outcome")
    assert (treated.fields["percent"], other.fields["percent"]) == ("9.8", "1.7")
    assert "arm" in other.missing
    assert other.fields["note"] == "arm as written: comparator"


def test_a_score_counts_with_the_figures_that_follow_its_name(case: CaseData) -> None:
    quote = "vIGA-AD 0/1 was achieved by 28.1% of patients on rocatinlimab"
    value = ArmValue(arm="rocatinlimab", value="28.1", unit="%")
    fact = readout(quote=quote, start=0, end=len(quote), endpoint="vIGA-AD", values=(value,))
    (outcome,) = of_kind(mapped_prose(case, readouts=(fact,)), "outcome")
    assert outcome.fields["outcome"] == "iga01"
    other = readout(quote=quote.replace(" 0/1", ""), start=0, end=len(quote) - 4, endpoint="vIGA-AD", values=(value,))
    assert of_kind(mapped_prose(case, readouts=(other,)), "outcome") == []


def test_a_trial_without_arms_in_the_case_gets_them(case: CaseData) -> None:
    bare = next(t.trial for t in case.trials if all(a.trial != t.trial for a in case.arms))
    kinds = [c.kind for c in mapped_prose(case, readouts=(readout(trial=bare),)).candidates]
    assert sorted(kinds) == ["arm", "arm", "outcome", "outcome"]


def test_equal_values_of_arms_that_are_not_known_stay_two(case: CaseData) -> None:
    values = tuple(ArmValue(arm=arm, value="20", unit="%") for arm in ("rocatinlimab", "placebo"))
    assert len(of_kind(mapped_prose(case, readouts=(readout(values=values),)), "outcome")) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"endpoint": "overall survival"}, "no rule fits"),
        ({"values": ()}, "no value of an arm"),
        ({"values": (ArmValue(arm="x", value="3", unit="points"),)}, "neither patients nor percent"),
        ({"drug": "olezarsen", "values": (ArmValue(arm="olezarsen", value="3", unit="%"),)}, "no drug of the question"),
    ],
)
def test_a_readout_that_does_not_fit_is_shown_with_its_reason(case: CaseData, changes: Any, reason: str) -> None:
    mapping = mapped_prose(case, readouts=(readout(**changes),))
    assert not mapping.candidates
    assert [reason in row.reason for row in mapping.shown] == [True]


def test_a_safety_statement_by_term_or_by_the_endpoints_name(case: CaseData) -> None:
    arms = (ArmValue(arm="rocatinlimab", value="14.3", unit="%"),)
    said = [
        SafetyStatement(id=f"read-{event}", quote="q", start=0, end=1, event=event, arms=arms, drug="rocatinlimab")
        for event in ("pyrexia", "fever", "chills", "baldness")
    ]
    mapping = mapped_prose(case, safety=tuple(said))
    assert [c.fields["outcome"] for c in of_kind(mapping, "outcome")] == ["pyrexia", "chills"]
    assert [r.reason != "" for r in mapping.shown if r.said in {"fever", "baldness"}] == [True, True]


def event(**more: Any) -> ReadEvent:
    given: dict[str, Any] = {
        "id": "read-0123456789ab", "quote": "Amgen handed back rocatinlimab", "start": 0, "end": 30,
        "type": "rights_returned", "status": "happened", "date": "2026-01-30", "drug": "rocatinlimab",
        "parties": (Party(name="Amgen", role="partner; returns rights"), Party(name="Kyowa Kirin", role="owner")),
    }  # fmt: skip
    return ReadEvent(**(given | more))


def test_an_event_of_prose(case: CaseData) -> None:
    amount = Amount(text="$400 million", value=4e8, currency="USD", purpose="upfront")
    (candidate,) = mapped_prose(case, events=(event(amounts=(amount,)),)).candidates
    assert candidate.fields == {
        "event_id": "rights_returned-0123456789ab", "known_from": "2026-01-30", "event_date": "2026-01-30",
        "date_precision": "day", "type": "rights_returned", "programme": "rocatinlimab",
        "parties": "Amgen:partner, returns rights;Kyowa Kirin:owner", "statement": "Amgen handed back rocatinlimab",
        "amount_musd": "400", "source_id": "release_abababab", "status": "verified",
    }  # fmt: skip
    assert candidate.missing == ()


@pytest.mark.parametrize(
    ("changes", "proposed"),
    [
        ({"status": "background"}, True),
        ({"status": "planned"}, False),
        ({"status": "denied"}, False),
        ({"status": "possible"}, False),
        ({"type": "filing_planned", "status": "planned"}, True),
        ({"type": "filing_planned", "status": "denied"}, False),
        ({"drug": "olezarsen", "quote": "olezarsen"}, False),
        ({"drug": "AMG 451", "quote": "q"}, True),
    ],
)
def test_only_what_happened_to_a_programme_is_proposed(case: CaseData, changes: Any, proposed: bool) -> None:
    mapping = mapped_prose(case, events=(event(**changes),))
    assert bool(mapping.candidates) == proposed
    assert bool(mapping.shown[0].reason) != proposed


def test_an_event_that_names_no_drug_asks_for_the_programme(case: CaseData) -> None:
    (candidate,) = mapped_prose(case, events=(event(drug=None, quote="they parted"),)).candidates
    assert candidate.missing == ("programme",)


@pytest.mark.parametrize(
    ("date", "precision"),
    [("2026", "year"), ("2026-01", "month"), ("2026-H1", "half"), ("2026-Q3", "quarter"), (None, "")],
)
def test_the_precision_of_a_date(case: CaseData, date: str | None, precision: str) -> None:
    (candidate,) = mapped_prose(case, events=(event(date=date),)).candidates
    assert candidate.fields.get("date_precision", "") == precision


def test_an_opinion_is_an_event_of_the_programme_that_the_document_is_about(case: CaseData) -> None:
    said = OpinionStatement(
        id="read-op",
        quote="came in at the lower end",
        start=0,
        end=24,
        who="Jefferies",
        stance="negative",
        about="data",
    )
    mapping = mapped_prose(case, events=(event(),), opinions=(said,))
    opinion = next(c for c in mapping.candidates if c.fields["type"] == "opinion")
    assert (opinion.fields["parties"], opinion.fields["programme"]) == ("Jefferies:negative opinion", "rocatinlimab")
    assert opinion.fields["statement"] == said.quote
    assert mapped_prose(case, opinions=(said,)).candidates[0].missing == ("programme",)


# --- what may come

SHIPPED = read_case(CASE_FOLDER)


def shaken(choices: list[int]) -> Any:
    """The record with some of its parts taken away, by position."""
    study = copy.deepcopy(RAW)
    for choice in choices:
        node: Any = study["resultsSection"]
        for step in range(choice % 7 + 1):
            inner = [
                k
                for k, v in (node.items() if isinstance(node, dict) else enumerate(node))
                if isinstance(v, dict | list)
            ]
            if not inner:
                break
            key = inner[(choice // (step + 1)) % len(inner)]
            if step == choice % 7:
                del node[key]
                break
            node = node[key]
    return study


@settings(max_examples=60)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_a_record_with_parts_missing_is_still_mapped(choices: list[int]) -> None:
    question = SHIPPED.question
    mapping = map_reading(registry(shaken(choices)), question, trials=SHIPPED.trials, arms=SHIPPED.arms)
    numbers = set(json.dumps(RAW).replace('"', " ").replace(",", " ").split())
    for candidate in of_kind(mapping, "outcome"):
        for column in ("n", "percent"):
            assert candidate.fields.get(column, "97") in numbers


# --- rules that can't be used


@pytest.mark.parametrize(
    ("rule", "key", "words"),
    [
        ('[[mappings]]\nendpoint = "easi57"\ntitle = ["x"]', "mappings[1].endpoint", "easi75"),
        ('[[mappings]]\nendpoint = "easi75"', "mappings[1]", "one of title, terms, total, reasons"),
        ('[[mappings]]\nendpoint = "easi75"\ntitle = ["x"]\nterms = ["y"]', "mappings[1]", "one of title"),
        ('[[mappings]]\nendpoint = "easi75"\ntitle = ["(x"]', "mappings[1].title[1]", "regular expression"),
        ('[[mappings]]\nendpoint = "easi75"\ntitle = ["[[a]"]', "mappings[1].title[1]", "regular expression"),
        ('[[mappings]]\nendpoint = "easi75"\ntitle = [" "]', "mappings[1].title[1]", "a word at least"),
        ('[[mappings]]\nendpoint = "easi75"\ntitle = ["x"]\nweek = 0', "mappings[1].week", "1 or more"),
        ('[[mappings]]\nendpoint = "sae"\ntotal = "grave"', "mappings[1].total", "serious"),
        ('[[mappings]]\nendpoint = "sae"\ntitle = ["x"]\nmeasure_types = ["COUNT"]', "mappings[1].measure_types[1]",
         "COUNT_OF_PARTICIPANTS"),
        ('[[arm_mappings]]\ntitle = ["x"]\ntreatment = "dupilumub"', "arm_mappings[1].treatment", "dupilumab"),
        ('[[arm_mappings]]\ntitle = ["x"]\ntreatment = "dupilumab"\ndose_regimen = "1 mg"',
         "arm_mappings[1].dose_regimen", "mg SC"),
        ('[[arm_mappings]]\ntitle = []\ntreatment = "dupilumab"', "arm_mappings[1].title", "a pattern"),
        ('[[arm_mappings]]\ntitle = ["x"]\ntreatment = "dupilumab"\ndescription = "*"', "arm_mappings[1].description",
         "regular expression"),
        ('[[arm_mappings]]\ntitle = ["x"]\ntreatmnt = "dupilumab"', "arm_mappings[1].treatmnt", "treatment"),
    ],
)  # fmt: skip
def test_a_rule_that_can_not_be_used_is_refused_at_its_key(tmp_path: Path, rule: str, key: str, words: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(CASE_FOLDER, folder)
    path = folder / "case.toml"
    text = path.read_text(encoding="utf-8").partition("[[mappings]]")[0]
    path.write_text(f"{text}\n{rule}\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(folder)
    found = {p.column: str(p) for p in caught.value.problems}
    assert key in found
    assert words in found[key]


def test_a_question_with_rules_goes_to_json_and_back(case: CaseData) -> None:
    again = msgspec.json.decode(msgspec.json.encode(case.question), type=Question)
    assert again == case.question
    assert len(again.mappings) > 10
