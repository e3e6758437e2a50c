"""Safety facts from sentences: each rule once, and what must not become a fact."""

from __future__ import annotations

import time

import pytest

from topline.records import DocumentInfo, SafetyStatement
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.page import Page, make_page
from topline.sources.prose.safety import read_safety

HEAD = "Velt Pharma, Inc. today announced results of a trial of veltramab in adults with psoriasis.\n"


def page_of(text: str) -> Page:
    info = DocumentInfo(
        title=None, date="2026-03-02", publisher=None, sha256="", media_type="text/plain", text_sha256=""
    )
    return make_page(Document(info, text.encode(), text, (0, len(text))))


def facts(sentence: str, before: str = "Safety was assessed in all patients. ") -> list[SafetyStatement]:
    page = page_of(f"{HEAD}{before}{sentence}")
    passed, refused = admit(page.folded, read_safety(page))
    assert not refused
    for fact in passed:
        assert fact.quote is not None
        assert page.document.text[fact.start : fact.end] == fact.quote
    return passed


def named(sentence: str) -> list[tuple[str, str | None]]:
    return [(fact.event, fact.direction) for fact in facts(sentence)]


def rates(fact: SafetyStatement) -> list[tuple[str, str]]:
    return [(arm.arm, arm.value) for arm in fact.arms]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No new safety signals were identified.", [("new safety signals", "none")]),
        ("The committee did not identify any unexpected safety concerns.", [("unexpected safety concerns", "none")]),
        ("The agency raised no concerns about the quality or safety of veltramab.", [("safety concerns", "none")]),
        ("The FDA did not cite any issues related to the safety of veltramab.", [("safety concerns", "none")]),
        ("A new safety signal was identified in older adults.", [("new safety signal", "reported")]),
        ("Veltramab was generally well tolerated.", [("tolerability", "generally well tolerated")]),
        ("Veltramab was well tolerated and no safety signals were seen.", [("safety signals", "none")]),
        (
            "The safety profile was consistent with that seen in earlier trials.",
            [("safety profile", "consistent with earlier data")],
        ),
        ("Overall safety was in line with previous studies.", [("overall safety", "consistent with earlier data")]),
        ("Veltramab demonstrated a favorable safety profile.", [("safety profile", "favorable")]),
    ],
)
def test_safety_as_a_whole(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert named(sentence) == expected


def test_a_list_gives_one_fact_for_each_entry_with_its_own_rate() -> None:
    found = facts(
        "The most common grade 3/4 adverse events were thrombocytopenia (21.3%), anemia (14.8%) and rash (9%)."
    )
    assert [f.event for f in found] == ["thrombocytopenia (grade 3/4)", "anemia (grade 3/4)", "rash (grade 3/4)"]
    assert [rates(f) for f in found] == [[("veltramab", "21.3")], [("veltramab", "14.8")], [("veltramab", "9")]]
    assert {f.direction for f in found} == {"most common"}


def test_entries_that_no_word_list_has_are_taken_from_a_list_of_adverse_events() -> None:
    found = named(
        "The most common side effects included blurred outlook, glazed toes and headache for veltramab patients."
    )
    assert found == [(e, "among most common") for e in ("blurred outlook", "glazed toes", "headache")]


def test_a_list_before_its_verb_hands_its_arms_to_the_later_entries() -> None:
    found = facts(
        "Headache (61% vs. 9% with placebo) and fatigue (33% vs. 16%) were the most frequently reported reactions."
    )
    assert [(f.event, f.direction) for f in found] == [
        ("headache", "higher vs placebo"),
        ("fatigue", "higher vs placebo"),
    ]
    assert rates(found[1]) == [("veltramab", "33"), ("placebo", "16")]


def test_two_lists_in_one_sentence_name_each_event_once() -> None:
    found = named(
        "The most common adverse events during induction were nasopharyngitis and cough and during the maintenance"
        " period were nasopharyngitis, headache, and back pain."
    )
    assert [event for event, _ in found] == ["nasopharyngitis", "cough", "headache", "back pain"]


@pytest.mark.parametrize(
    ("sentence", "event", "direction", "arms"),
    [
        (
            "The discontinuation rate was 14.7% for veltramab treated patients and 2.2% for control.",
            "discontinuation",
            "higher vs control",
            [("veltramab", "14.7"), ("control", "2.2")],
        ),
        (
            "The rates of pneumonia in the veltramab (1.3%) and control (1.2%) arms were similar.",
            "pneumonia",
            "similar",
            [("veltramab", "1.3"), ("control", "1.2")],
        ),
        (
            (
                "Grade ≥3 adverse events were reported in 41% of patients receiving veltramab and 48% receiving"
                " chemotherapy."
            ),
            "grade ≥3 adverse events",
            "lower vs chemotherapy",
            [("veltramab", "41"), ("chemotherapy", "48")],
        ),
        (
            "Somnolence was noted, occurring in 5%, 9% and 16% of patients on placebo, 20 mg and 40 mg.",
            "somnolence",
            "higher vs placebo",
            [("placebo", "5"), ("20 mg", "9"), ("40 mg", "16")],
        ),
        (
            "Rates of adverse events were similar between veltramab and placebo (61.4% vs. 60.2%).",
            "adverse events",
            "similar",
            [("veltramab", "61.4"), ("placebo", "60.2")],
        ),
        (
            "One patient (2%) discontinued treatment because of a rash.",
            "discontinuation due to rash",
            "reported",
            [("veltramab", "2")],
        ),
    ],
)
def test_rates_are_given_to_their_arms(sentence: str, event: str, direction: str, arms: list[tuple[str, str]]) -> None:
    (fact,) = facts(sentence)
    assert (fact.event, fact.direction, rates(fact)) == (event, direction, arms)
    assert fact.drug == "veltramab"


def test_rates_told_in_a_row_go_to_one_event_each() -> None:
    found = facts("Nausea, vomiting and diarrhea were observed at rates of 33%, 20% and 15%, respectively.")
    assert [(f.event, rates(f)) for f in found] == [
        ("nausea", [("veltramab", "33")]), ("vomiting", [("veltramab", "20")]), ("diarrhea", [("veltramab", "15")]),
    ]  # fmt: skip


def test_one_rate_for_several_events_is_the_rate_of_none() -> None:
    found = facts("Nausea and vomiting were reported in 33% of patients.")
    assert [(f.event, f.arms) for f in found] == [("nausea", ()), ("vomiting", ())]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Patients on veltramab showed higher rates of both chills and pyrexia compared to placebo.",
            [("chills", "higher vs placebo"), ("pyrexia", "higher vs placebo")],
        ),
        (
            "More immune-related adverse events were observed with veltramab than with placebo.",
            [("immune-related adverse events", "more vs placebo")],
        ),
        ("Serious adverse events were balanced between the groups.", [("serious adverse events", "balanced")]),
        ("The dropout rate was “low” across all arms.", [("dropout", "low")]),
        (
            "Peripheral edema was more common with veltramab than with placebo.",
            [("peripheral edema", "more common vs placebo")],
        ),
        ("The rate of pneumonia did not differ from placebo.", [("pneumonia", "similar")]),
        ("There was no increase in muscle pain.", [("muscle pain", "no increase")]),
        (
            "There were no cases of pancreatitis, malignancy or serious infections.",
            [("pancreatitis", "none"), ("malignancy", "none"), ("serious infections", "none")],
        ),
        ("There were no deaths during study treatment.", [("deaths during study treatment", "none")]),
        ("None of the patients discontinued because of rash.", [("discontinuation due to rash", "none")]),
        (
            "Amyloid-related imaging abnormalities with edema (ARIA-E) were not observed above the placebo rate.",
            [("ARIA-E", "not above the placebo rate")],
        ),
        ("One case of Guillain-Barré syndrome was reported.", [("Guillain-Barré syndrome", "one reported")]),
        (
            "One participant in the high-dose arm subsequently died due to hepatic failure.",
            [("death (hepatic failure)", "one died")],
        ),
        (
            "Gastrointestinal side effects were mostly mild to moderate.",
            [("gastrointestinal side effects", "mostly mild to moderate")],
        ),
        ("Most adverse events were mild.", [("adverse events", "mostly mild")]),
        (
            "The study was placed on clinical hold following two cases of hepatotoxicity.",
            [("hepatotoxicity", "led to a pause")],
        ),
        (
            "The label carries a boxed warning for serious infections and thrombosis.",
            [("boxed warning: serious infections and thrombosis", "boxed warning")],
        ),
        ("QT prolongation was not observed.", [("QT prolongation", "none")]),
    ],
)
def test_what_is_said_without_figures(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert named(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "This decision is not based on any concerns about the safety of veltramab.",
        "Veltramab could cause serious liver injury.",
        "Patients with a history of pancreatitis were excluded.",
        "Influenza causes an estimated 400,000 deaths worldwide each year, and pneumonia affects 2% of adults.",
        "The trial will evaluate the safety and tolerability of veltramab.",
        "Veltramab is designed to be well tolerated.",
        "Deaths from any cause were reduced by 18% (HR 0.82).",
        "Veltramab reduced the rate of headache by 41% versus 20% for placebo, meeting the primary endpoint.",
        "Psoriasis was clear in 32% of patients.",
        (
            "“We saw no cases of pancreatitis and the drug was well tolerated in all of our patients,” said Jo"
            " Mark, CEO of Velt Pharma."
        ),
    ],
)
def test_what_is_no_safety_fact(sentence: str) -> None:
    assert not facts(sentence)


def test_events_far_from_any_word_of_safety_are_not_taken_as_harms() -> None:
    assert not facts("Fatigue and itch fell by 30% in the high-dose group.", before="Efficacy was as planned. ")


def test_what_a_release_says_twice_is_one_fact() -> None:
    assert len(facts("Veltramab was well tolerated. The trial ended in May. Veltramab was well tolerated.")) == 1


def test_a_paragraph_without_end_is_read_in_little_time() -> None:
    for piece in (
        "adverse events were headache and nausea in patients with placebo ",
        "headache (12%), nausea, ",
        "no ",
    ):
        page = page_of("The most common adverse events were " + piece * (200_000 // len(piece)))
        begin = time.process_time()
        read_safety(page)
        assert time.process_time() - begin < 5


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No lens pigment changes were observed.", [("lens pigment changes", "none")]),
        ("There was one case of tuberculosis.", [("tuberculosis", "one reported")]),
        ("Pneumonia was reported in two patients.", [("pneumonia", "in two patients")]),
        ("No differences in response were observed.", []),
    ],
)
def test_single_cases_and_what_was_not_seen(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert named(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Blood pressure rose slightly with veltramab.", [("blood pressure", "rose")]),
        ("Blood pressure and weight did not change.", [("blood pressure", "no change"), ("weight", "no change")]),
        (
            "No clinically meaningful changes in blood pressure or heart rate were seen.",
            [("blood pressure", "no changes"), ("heart rate", "no changes")],
        ),
        ("Thrombotic events were watched for closely; none did occur.", [("thrombotic events", "none")]),
        ("Bradycardia and pancreatitis were absent.", [("bradycardia", "none"), ("pancreatitis", "none")]),
        ("Acute kidney injury was not increased.", [("acute kidney injury", "not increased")]),
        ("Veltramab was not associated with weight gain.", [("weight gain", "not associated")]),
        ("No patient discontinued due to an adverse event.", [("discontinuation due to an adverse event", "none")]),
        ("One participant was diagnosed with a thyroid nodule.", [("thyroid nodule", "one reported")]),
        ("Infections were the commonest side effect.", [("infections", "most common")]),
        ("There were two cases of grade 3 neutropenia.", [("neutropenia", "two reported")]),
        (
            "Small decreases in total lymphocyte count were observed.",
            [("decreases in total lymphocyte count", "reported")],
        ),
        ("A small excess of headaches was noted.", [("headaches", "small excess")]),
        ("Pruritus led five patients to stop treatment.", [("pruritus", "led to a stop")]),
        ("Four patients quit the study because of vomiting.", [("discontinuation due to vomiting", "reported")]),
        ("Two participants took steroids for a rise in ALT.", [("increase in ALT", "treated")]),
        ("Veltramab was safe.", [("tolerability", "safe")]),
    ],
)
def test_what_moved_what_did_not_and_what_was_not_there(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert named(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "event", "arms"),
    [
        ("Hoarse voice was reported in 12% of patients on veltramab.", "hoarse voice", [("veltramab", "12")]),
        (
            "Rates of nail loss were 4% with veltramab and 1% with placebo.",
            "nail loss",
            [("veltramab", "4"), ("placebo", "1")],
        ),
        (
            "3.4% of treated participants had liver enzymes above three times the upper limit of normal.",
            "liver enzymes above three times the upper limit of normal",
            [("veltramab", "3.4")],
        ),
        (
            "Treatment-related adverse events of grade 3 or higher occurred in 34% of patients.",
            "treatment-related adverse events of grade 3 or higher",
            [("veltramab", "34")],
        ),
    ],
)
def test_the_grammar_names_harms_that_no_list_has(sentence: str, event: str, arms: list[tuple[str, str]]) -> None:
    assert [(f.event, rates(f)) for f in facts(sentence)] == [(event, arms)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Complete clearance was reported in 41% of patients on veltramab.",
        "Among patients with nausea at baseline, relief was seen in 58%.",
        "Blood pressure was measured at every visit.",
        "Freedom from nausea was reported in 40% of patients on veltramab.",
        "Hospitalization for heart failure occurred in 8% of patients on veltramab.",
    ],
)
def test_an_outcome_or_a_state_at_entry_is_no_harm(sentence: str) -> None:
    assert not facts(sentence)


def test_a_sentence_beside_one_that_tells_of_harms_is_on_safety_too() -> None:
    text = "Vomiting was reported in 9% of patients on veltramab. Blood pressure fell."
    assert [f.event for f in facts(text, before="")] == ["vomiting", "blood pressure"]
    assert not facts("The trial ran in ten countries. Blood pressure fell.", before="")


def test_the_rates_of_a_harm_take_the_place_of_its_entry_in_a_list() -> None:
    listed = "The most common adverse events were headache and nausea. Nausea was reported in 8% of patients."
    assert [(f.event, rates(f)) for f in facts(listed)] == [("headache", []), ("nausea", [("veltramab", "8")])]
