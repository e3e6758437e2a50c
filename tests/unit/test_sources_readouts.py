"""Trial results read from prose: what is one, of which arm, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from topline.records import DocumentInfo, Readout
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.page import make_page
from topline.sources.prose.readouts import read_readouts


def read(text: str, title: str | None = None) -> list[Readout]:
    """The readouts of a text that pass the gate; none may be refused."""
    info = DocumentInfo(
        title=title, date="2026-03-02", publisher=None, sha256="0", media_type="text/plain", text_sha256="0"
    )
    page = make_page(Document(info, text.encode(), text, (0, len(text))))
    passed, refused = admit(page.folded, read_readouts(page))
    assert not refused
    for fact in passed:
        assert fact.start is not None
        assert fact.end is not None
        assert text[fact.start : fact.end] == fact.quote
    return passed


def told(text: str) -> list[tuple[str, str, str]]:
    """Arm, value and unit of every value."""
    return [(v.arm, v.value, v.unit) for r in read(text) for v in r.values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "At week 24, 41.2% of patients on zelutinib reached remission versus 18% on placebo.",
            [("zelutinib", "41.2", "%"), ("placebo", "18", "%")],
        ),
        (
            "Compared with 11% for placebo, 47% of those receiving zelutinib 300 mg achieved clear skin.",
            [("placebo", "11", "%"), ("zelutinib 300 mg", "47", "%")],
        ),
        (
            ("HbA1c fell by 1.1%, 1.6% and 2.0% with zelutinib 5 mg, 10 mg and 15 mg, "
            "respectively, versus 0.1% for placebo."),
            [
                ("zelutinib 5 mg", "1.1", "%"),
                ("zelutinib 10 mg", "1.6", "%"),
                ("zelutinib 15 mg", "2.0", "%"),
                ("placebo", "0.1", "%"),
            ],
        ),
        (
            ("At 72 weeks, people on zelutinib lost 9.0% (5 mg) and 14.5% (10 mg) of their weight "
            "versus 2.1% with placebo."),
            [("zelutinib 5 mg", "9.0", "%"), ("zelutinib 10 mg", "14.5", "%"), ("placebo", "2.1", "%")],
        ),
        (
            "The responder rate was 44% for the zelutinib 60 mg dose and 38% for the 30 mg dose.",
            [("zelutinib 60 mg", "44", "%"), ("zelutinib 30 mg", "38", "%")],
        ),
        (
            "Fewer people on zelutinib relapsed (8.9% v 19.6% on placebo; hazard ratio 0.42).",
            [("zelutinib", "8.9", "%"), ("placebo", "19.6", "%")],
        ),
        (
            "EASI-75 response: placebo 18.3%, zelutinib 150 mg 57.7%.",
            [("placebo", "18.3", "%"), ("zelutinib 150 mg", "57.7", "%")],
        ),
        (
            ("In one trial, 58% of zelutinib-treated patients achieved ACR20 vs 30% on placebo; in "
            "the other, the rates were 55% and 28%."),
            [("zelutinib", "58", "%"), ("placebo", "30", "%"), ("zelutinib", "55", "%"), ("placebo", "28", "%")],
        ),
        (
            ("The 24-month survival rate was 61% with zelutinib plus docetaxel compared with 48% with "
            "docetaxel alone."),
            [("zelutinib + docetaxel", "61", "%"), ("docetaxel alone", "48", "%")],
        ),
        (
            "Median survival was not reached with zelutinib versus 18.4 months (95% CI 15.2, 21.0) with docetaxel.",
            [("zelutinib", "not reached", "months"), ("docetaxel", "18.4", "months")],
        ),
        (
            "Median duration of response was 12.9 months with zelutinib and 5.6 months with chemotherapy.",
            [("zelutinib", "12.9", "months"), ("chemotherapy", "5.6", "months")],
        ),
        (
            ("The vaccine BWV-77 was tested: 7 cases of illness occurred in the BWV-77 group and "
            "40 in the placebo group."),
            [("BWV-77", "7", "cases"), ("placebo", "40", "cases")],
        ),
        (
            "Annualized relapse rate was 0.11 for zelutinib and 0.28 for placebo.",
            [("zelutinib", "0.11", "per year"), ("placebo", "0.28", "per year")],
        ),
        (
            "Rates of attacks were 0.86 per year for zelutinib and 1.18 per year for placebo.",
            [("zelutinib", "0.86", "per year"), ("placebo", "1.18", "per year")],
        ),
        (
            "MADRS total score fell by 14.5 points in the zelutinib group and 11.0 in the placebo group.",
            [("zelutinib", "14.5", "points"), ("placebo", "11.0", "points")],
        ),
        (
            ("The mean slope of eGFR was −1.9 mL/min/1.73 m² per year with zelutinib and −5.1 "
            "mL/min/1.73 m² per year with placebo."),
            [("zelutinib", "−1.9", "mL/min/1.73 m² per year"), ("placebo", "−5.1", "mL/min/1.73 m² per year")],
        ),
        (
            "Patients gained a mean of 8.3 letters on zelutinib compared with 1.9 letters on sham.",
            [("zelutinib", "8.3", "letters"), ("sham", "1.9", "letters")],
        ),
        (
            "FEV1 improved by 230 mL with zelutinib versus 90 mL with placebo.",
            [("zelutinib", "230", "mL"), ("placebo", "90", "mL")],
        ),
        (
            "Zelutinib cut LDL-C levels from 145 mg/dL to 68 mg/dL.",
            [("Zelutinib", "68", "mg/dL")],
        ),
        (
            "PASI 90 was reached by 6 of 40 patients (15%) on zelutinib and 1 of 20 (5%) on placebo.",
            [("zelutinib", "15", "%"), ("placebo", "5", "%")],
        ),
        (
            "Of those who took zelutinib one in three were in remission, against one in eight on a dummy drug.",
            [("zelutinib", "one in three", "of patients"), ("placebo", "one in eight", "of patients")],
        ),
        (
            "Seventy-nine percent of patients in the zelutinib arm kept their interval.",
            [("zelutinib", "Seventy-nine", "%")],
        ),
        ("With zelutinib the median PFS ranged from 4.8 to 5.6 months.", [("zelutinib", "4.8 to 5.6", "months")]),
        ("Mean factor VIII activity was 31.7 IU/dL with zelutinib.", [("zelutinib", "31.7", "IU/dL")]),
        (
            "People on zelutinib 30 mg fell asleep 22 minutes faster at month 3, versus 9 minutes for placebo.",
            [("zelutinib 30 mg", "22", "minutes"), ("placebo", "9", "minutes")],
        ),
        ("The 50% responder rate was 54.9% with zelutinib.", [("zelutinib", "54.9", "%")]),
        ("The disease control rate was 68% (17 of 25 patients) with zelutinib.", [("zelutinib", "68", "%")]),
        ("Eight of 10 patients on zelutinib had a response.", [("zelutinib", "Eight", "of 10 patients")]),
        ("One in three patients on zelutinib achieved clear skin.", [("zelutinib", "One in three", "of patients")]),
        (
            "None of the patients on placebo reached remission, compared with two-thirds of those on zelutinib.",
            [("placebo", "None", "of patients"), ("zelutinib", "two-thirds", "of patients")],
        ),
        (
            ("Roughly 32% of patients on zelutinib hit 75% improvement in disease severity, "
            "against 13% of placebo comparators."),
            [("zelutinib", "32", "%"), ("placebo", "13", "%")],
        ),
        (
            "A weight reduction of 15% or more was achieved by 58% of those on zelutinib.",
            [("zelutinib", "58", "%")],
        ),
        (
            "Zelutinib cream 1.5% led to clear skin in 41% of patients vs 12% for vehicle.",
            [("Zelutinib", "41", "%"), ("vehicle", "12", "%")],
        ),
    ],
)  # fmt: skip
def test_each_number_goes_to_its_arm(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Zelutinib reduced the risk of death by 38% compared with placebo.", "% reduction"),
        ("Zelutinib showed a 57% reduction in attacks versus placebo.", "% reduction"),
        ("Zelutinib showed 35% slowing of decline versus placebo.", "% slowing of decline"),
        ("People on zelutinib had 40% less decline in function than with placebo.", "% less decline"),
        ("Efficacy of zelutinib against severe illness was 95.6%.", "% efficacy"),
        ("The relapse rate was 36% lower with zelutinib.", "% lower"),
    ],
)
def test_a_relative_change_says_so_in_its_unit(text: str, unit: str) -> None:
    (value,) = [v for r in read(text) for v in r.values]
    assert value.unit == unit


def test_a_relative_change_beside_the_rates_of_both_arms_is_an_effect() -> None:
    (readout,) = read("Relapse occurred in 14% of patients on zelutinib and 24% on placebo, a 41% lower relative risk.")
    assert [v.value for v in readout.values] == ["14", "24"]
    assert readout.effect == {"measure": "relative reduction", "value": "41", "unit": "%"}


def test_statistics_stand_beside_the_values() -> None:
    (readout,) = read(
        "In the phase 3 HALYARD trial, median PFS was 11.7 months for zelutinib and 6.9 months for chemotherapy "
        "(hazard ratio [HR] 0.54; 95% confidence interval [CI], 0.42–0.69; p<0.0001) in 418 patients."
    )
    assert readout.drug == "zelutinib"
    assert readout.comparator == "chemotherapy"
    assert readout.endpoint == "median PFS"
    assert (readout.trial, readout.phase, readout.n) == ("HALYARD", "3", "418")
    assert (readout.p, readout.ci) == ("<0.0001", "0.42–0.69")
    assert readout.effect == {
        "measure": "hazard ratio", "value": "0.54", "lower": "0.42", "upper": "0.69", "level": "95",
    }  # fmt: skip


def test_a_difference_between_arms_is_an_effect_where_both_arms_are_told() -> None:
    (readout,) = read(
        "The mean change in CDR-SB at 78 weeks was 1.84 points with zelutinib and 1.97 points with placebo "
        "(difference, −0.13; 95% CI −0.36 to 0.10; P=0.27)."
    )
    assert [(v.arm, v.value) for v in readout.values] == [("zelutinib", "1.84"), ("placebo", "1.97")]
    assert readout.effect["measure"] == "difference"
    assert readout.effect["value"] == "−0.13"
    assert (readout.timepoint, readout.p) == ("78 weeks", "=0.27")


def test_a_difference_alone_is_a_value_of_one_arm_versus_the_other() -> None:
    (readout,) = read("For zelutinib the difference from placebo was −4.4 points (p = 0.008).")
    assert [(v.arm, v.value, v.unit) for v in readout.values] == [("zelutinib vs placebo", "−4.4", "points")]


def test_a_hazard_ratio_alone_is_a_readout_without_values() -> None:
    (readout,) = read("A trend favoring zelutinib was seen in overall survival (HR=0.85) but was not significant.")
    assert readout.values == ()
    assert readout.effect == {"measure": "hazard ratio", "value": "0.85"}
    assert readout.outcome == "not significant"


def test_a_sentence_that_names_no_arms_takes_those_of_the_one_before() -> None:
    _, second = read(
        "The response rate was 64% with zelutinib and 35% with chemotherapy. "
        "Median duration of response was 12.9 months and 5.6 months, respectively."
    )
    assert [(v.arm, v.value) for v in second.values] == [("zelutinib", "12.9"), ("chemotherapy", "5.6")]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The HALYARD trial of zelutinib met its primary endpoint of survival.", "met"),
        ("In HALYARD the primary endpoint was met with zelutinib.", "met"),
        ("Zelutinib was non-inferior to warfarin.", "met"),
        ("The HALYARD trial of zelutinib did not meet its primary endpoint.", "not met"),
        ("The HALYARD trial of zelutinib missed its main goal in adults.", "not met"),
        ("Key secondary endpoints were not met in either study of zelutinib.", "not met"),
        ("The study failed to show a benefit of zelutinib over placebo.", "not met"),
        ("Differences between zelutinib and placebo were not statistically significant.", "not significant"),
        ("Zelutinib numerically favoured survival but did not reach statistical significance.", "not significant"),
        ("The zelutinib trial was stopped early for futility after an interim look.", "futility"),
        ("Zelutinib was well tolerated, but the immune responses were inferior to those of others.", "inferior"),
    ],
)
def test_an_outcome_without_numbers_is_a_readout(text: str, outcome: str) -> None:
    (readout,) = read(text)
    assert readout.values == ()
    assert readout.outcome == outcome


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("The zelutinib trial enrolled 1,736 participants with early disease.", "1,736"),
        ("The zelutinib trial enrolled more than 500 patients with ovarian cancer.", "more than 500"),
        ("A total of 240 adults with asthma were randomized to zelutinib or placebo.", "240"),
    ],
)
def test_a_size_is_a_readout_of_enrolment(text: str, size: str) -> None:
    (readout,) = read(text)
    assert (readout.endpoint, readout.n, readout.values) == ("enrolment", size, ())


def test_the_size_of_the_trial_is_told_with_its_outcome() -> None:
    (readout,) = read("Zelutinib did not meet the primary endpoint in the 201-patient HALYARD trial.")
    assert (readout.n, readout.outcome) == ("201", "not met")


TABLE = (
    "HALYARD at Week 16 | Placebo (n=221) | Zelutinib 15 mg QD (n=219) | Zelutinib 30 mg QD (n=224) | "
    "ACR20 | 31.2% | 52.5% | 58.0% | ACR50 | 11.8% | 27.4% | 33.5% | Nausea | 3.0% | 4.0% | 6.0% |"
)


def test_a_table_in_one_line_is_read_by_its_columns() -> None:
    first, second = read(f"Zelutinib did well in this trial. {TABLE} p<0.001 for all comparisons vs. placebo.")
    assert [(v.arm, v.value, v.unit) for v in first.values] == [
        ("Placebo", "31.2", "%"), ("Zelutinib 15 mg QD", "52.5", "%"), ("Zelutinib 30 mg QD", "58.0", "%"),
    ]  # fmt: skip
    assert (first.endpoint, first.timepoint, first.p, first.comparator) == ("ACR20", "Week 16", "<0.001", "Placebo")
    assert second.endpoint == "ACR50"


def test_arms_that_come_twice_in_a_table_are_at_two_times() -> None:
    (readout, _) = read(
        "Zelutinib: | | Week 16 | Week 52 | | Placebo | Zelutinib | Placebo | Zelutinib | "
        "PASI 90 | 6% | 74% | 5% | 81% "
        "| PASI 100 | 2% | 38% | 1% | 54% |"
    )
    assert [v.arm for v in readout.values] == [
        "Placebo Week 16", "Zelutinib Week 16", "Placebo Week 52", "Zelutinib Week 52",
    ]  # fmt: skip


def test_a_table_with_arms_in_rows_is_read_by_its_rows() -> None:
    text = (
        "Zelutinib results at week 12\n| Arm | ACR20 (%) | ACR50 (%) |\n| Placebo | 30 | 11 "
        "|\n| Zelutinib 5 mg | 52 | 27 |\n"
    )
    first, second = read(text)
    assert [(v.arm, v.value, v.unit) for v in first.values] == [("Placebo", "30", "%"), ("Zelutinib 5 mg", "52", "%")]
    assert [v.value for v in second.values] == ["11", "27"]


def test_what_a_release_says_twice_is_read_once_and_from_its_body() -> None:
    text = (
        "Zelutinib Cuts Relapses by 41% in HALYARD Trial\n\n- 41% reduction in relapses versus placebo\n\n"
        "BOSTON, Mass., March 2, 2026 (GLOBE NEWSWIRE) -- Halden today announced results. In the HALYARD trial, "
        "zelutinib reduced relapses by 41% compared with placebo (p<0.001)."
    )
    (readout,) = read(text, "Zelutinib Cuts Relapses by 41% in HALYARD Trial")
    assert readout.quote is not None
    assert readout.quote.startswith("In the HALYARD trial")


def test_what_only_the_bullets_say_is_read_from_them() -> None:
    text = (
        "Zelutinib Shines in HALYARD Trial\n\n- Zelutinib led to 52% remission versus 18% with placebo\n\n"
        "BOSTON, Mass., March 2, 2026 (GLOBE NEWSWIRE) -- Halden today announced results of its trial of zelutinib."
    )
    (readout,) = read(text, "Zelutinib Shines in HALYARD Trial")
    assert [v.value for v in readout.values] == ["52", "18"]


@pytest.mark.parametrize(
    "text",
    [
        "Shares of Halden fell 34% in premarket trading after the results for zelutinib.",
        "The company expects zelutinib sales to grow by 20% to $1.2 billion in 2027.",
        "Revenue increased 14% to $3.4 billion, driven by zelutinib.",
        "Halden owns 51% of the joint venture developing zelutinib.",
        "Halden will cut 20% of its workforce, or 45 employees.",
        "The company will pay a royalty of 12% on net sales of zelutinib.",
        "With 25% of the shares vesting in a year, the zelutinib team was granted 40,000 options.",
        "The bank had forecast a difference of 5 points for zelutinib in both studies.",
        "Low gamma globulin was seen in 2.6% of patients on zelutinib and in none on placebo.",
        "Analysts had expected a 25% weight loss with zelutinib.",
        "We believe zelutinib could reduce exacerbations by 40%.",
        "If the trial shows a reduction of more than 20%, zelutinib could become a blockbuster.",
        "The probability of success for zelutinib is now 55%, analysts said.",
        "Atopic dermatitis affects approximately 10% of adults worldwide.",
        "About 30% of patients with depression do not respond to drugs such as zelutinib.",
        "Up to 60% of patients with asthma remain uncontrolled.",
        "The five-year survival rate for pancreatic cancer is about 12%.",
        "The study is powered at 90% to detect a 30% reduction in deaths with zelutinib.",
        "The primary endpoint is the proportion of patients with at least a 75% reduction in EASI at week 16.",
        "At baseline, mean HbA1c was 8.1% and 45% of patients were women.",
        "Eligible patients had an EASI score of at least 16 and at least 10% body surface area involvement.",
        "Patients were randomized 2:1 to zelutinib 200 mg or placebo and stratified by region.",
        "The most common adverse events were nausea (22%), headache (12% vs 8% for placebo) and fatigue (9%).",
        "Discontinuations due to adverse events were 4.1% for zelutinib and 3.9% for placebo.",
        "Serious adverse events occurred in 5.2% of patients on zelutinib versus 4.8% on placebo.",
        "Vomiting was reported by 18% of people on zelutinib and 4% on placebo.",
        "Median follow-up was 22.1 months in the zelutinib arm.",
        "The trial is enrolling 600 patients at 120 sites in 14 countries and will report in 2027.",
        "Zelutinib is approved in over 100 countries and has been used by more than 2 million patients.",
        "An improvement of 5 points on the scale is considered clinically meaningful.",
        "Earlier in her career she led a trial of zelutinib that reduced relapses by 54%.",
        "The trial will test whether zelutinib meets its primary endpoint.",
        "The committee said that the zelutinib study passed its interim futility analysis.",
        "Zelutinib has a half-life of 21 days and blocks its receptor.",
    ],
)
def test_what_only_looks_like_a_result_is_none(text: str) -> None:
    assert read(text) == []


def test_what_stands_under_a_heading_about_a_disease_is_no_result() -> None:
    text = (
        "Zelutinib reduced attacks by 52% versus placebo.\n\nAbout Asthma\nInhalers reduced "
        "attacks by 44% in past trials.\n"
    )
    assert [v.value for r in read(text) for v in r.values] == ["52"]


def test_an_adverse_event_that_is_the_endpoint_is_a_result() -> None:
    (readout,) = read(
        "The primary endpoint was any nausea by week 24, and the results showed the incidence of nausea was 14% with "
        "slow titration of zelutinib compared with 24% with standard dosing."
    )
    assert [v.value for v in readout.values] == ["14", "24"]


@pytest.mark.parametrize(
    "text",
    [
        "zelutinib reduced the risk by 5 to 10 and " * 2500,
        "In the trial zelutinib reduced risk by 45% versus 12% for placebo. " * 1500,
        "a | 5% | b | 7% " * 6000,
        "(" * 100_000,
        "1 " * 50_000,
        ("zelutinib 5 mg, placebo 12% vs " * 78)[:2400] + ".",
    ],
    ids=["no stop", "one sentence again and again", "bars", "brackets", "figures", "a long sentence"],
)  # fmt: skip
def test_a_long_text_is_read_in_bounded_time(text: str) -> None:
    info = DocumentInfo(title=None, date=None, publisher=None, sha256="0", media_type="text/plain", text_sha256="0")
    page = make_page(Document(info, text.encode(), text, (0, len(text))))
    begun = time.process_time()
    read_readouts(page)
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        (
            ("In all, 32% of treated patients hit 75% improvement in eczema severity on zelutinib, as "
            "opposed to 13% on "
            "placebo."),
            "75% improvement in eczema severity",
        ),
        (
            ("Zelutinib led to at least 75 percent skin clearance in more than half of people with "
            "eczema, as measured by "
            "EASI."),
            "EASI-75",
        ),
        ("47% of participants on zelutinib showed no decline on CDR-SB at 1 year.", "no decline on CDR-SB"),
        ("52% of participants on zelutinib completed their course of treatment by 1 year.", ("completed "
        "their course of"
         " treatment")),
        ("People on zelutinib had 40% less decline in ability to live alone at 18 months.", "ability to live alone"),
        (
            "Of patients on zelutinib, 47% achieved an Investigator's Global Assessment (IGA) score of 0 or 1.",
            "IGA score of 0 or 1",
        ),
        (
            ("A reduction of 4 points or more on the itch scale was seen in roughly two-thirds of "
            "patients on zelutinib."),
            "reduction of 4 points or more on the itch scale",
        ),
        (
            ("In HALYARD, 9.4% of people on zelutinib had a heart attack, stroke or cardiovascular "
            "death, compared with "
            "10.7% on placebo."),
            "heart attack, stroke or CV death",
        ),
        ("The confirmed objective response rate (ORR) was 64% with zelutinib.", "confirmed ORR"),
        ("50% responder rate: 54.9% (zelutinib 25 mg), 20.6% (placebo)", "50% responder rate"),
        ("At week 48, people on zelutinib had a mean weight loss of 9.8%.", "weight loss"),
    ],
)  # fmt: skip
def test_an_endpoint_says_what_was_reached(text: str, endpoint: str) -> None:
    assert {r.endpoint for r in read(text)} == {endpoint}


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("Zelutinib met the primary and all key secondary endpoints.", "primary and all key secondary endpoints"),
        ("Primary and key secondary endpoints, including clear skin, were met with zelutinib.",
         ("primary and key "
         "secondary endpoints")),
        ("Zelutinib did not meet primary or secondary efficacy endpoints.", ("primary or secondary "
        "efficacy endpoints")),
        (
            ("Zelutinib was well designed, but its immune responses were inferior to those reported for "
            "other vaccines."),
            "immune responses",
        ),
        (
            "Zelutinib did not demonstrate an impact on clinical measures of function, breathing and strength.",
            "function, breathing and strength",
        ),
        (("Zelutinib demonstrated statistically significant spinal fluid (CSF) protein reductions in the "
        "study."), ("spinal"
         " fluid protein reductions")),
        ("For zelutinib, the one secondary endpoint that was not met was resolution of enthesitis.", ("resolution of"
         " enthesitis")),
    ],
)  # fmt: skip
def test_the_endpoint_of_an_outcome_is_a_goal_or_what_was_measured(text: str, endpoint: str) -> None:
    (readout,) = read(text)
    assert readout.endpoint == endpoint


def test_a_primary_endpoint_named_once_is_known_later() -> None:
    (_, later) = read(
        "Zelutinib met the primary endpoint of change in EDSS. In one group, the primary endpoint "
        "showed 35% slowing of "
        "decline."
    )
    assert later.endpoint == "EDSS"


@pytest.mark.parametrize(
    "text",
    [
        "In people on zelutinib, a non-statistically significant reduction of approximately 16% in illness was seen.",
        "The difference in survival between zelutinib and placebo was 1.6 points and failed to reach significance.",
        "Survival with zelutinib was numerically longer than with placebo.",
        "The effect of zelutinib on survival was nonsignificant.",
        "Joint damage was not significantly different between zelutinib and placebo.",
    ],
)
def test_what_is_without_significance_is_not_met(text: str) -> None:
    assert {r.outcome for r in read(text)} == {"not significant"}


def test_a_time_before_one_endpoint_is_not_the_time_of_the_others() -> None:
    readouts = read(
        "Zelutinib showed a 12-month overall survival rate of 69%, a median overall survival of 17.5 "
        "months and a 30% "
        "overall response rate."
    )
    assert {(r.values[0].value, r.timepoint) for r in readouts} == {("69", "12-month"), ("17.5", None), ("30", None)}
    (first, second) = read(
        "52% of people on zelutinib completed treatment by 1 year and 72% completed treatment by 18 months."
    )
    assert (first.timepoint, second.timepoint) == ("1 year", "18 months")


def test_a_trial_named_for_comparison_does_not_take_the_results() -> None:
    readouts = read(
        "The HALYARD trial tested zelutinib. HALYARD had two parts. HALYARD enrolled adults. Doses were "
        "lower than in the CAPSTAN-1 "
        "trial. In these people, 19% on zelutinib relapsed versus 57% on placebo."
    )
    assert readouts[-1].trial == "HALYARD"


def test_both_trials_are_the_two_named_last() -> None:
    readouts = read(
        "In the CAPSTAN-1 trial, zelutinib met the primary endpoint of survival. The CAPSTAN-2 trial "
        "did not meet the primary endpoint. Key "
        "secondary endpoints were not met in either study of zelutinib."
    )
    assert readouts[-1].trial == "CAPSTAN-1; CAPSTAN-2"


def test_a_partner_is_not_what_the_document_is_about() -> None:
    (readout,) = read(
        "Vandermeer ends the programme of zelutinib. Zelutinib is tested in combination with "
        "pembrolizumab and given with "
        "or without pembrolizumab. The trials, which test zelutinib plus pembrolizumab, go on. The trials met the "
        "criteria for futility. The profile was as known for pembrolizumab."
    )
    assert readout.drug == "zelutinib"


def test_a_code_before_trial_is_a_trial() -> None:
    readouts = read(
        "Results of OSPREY-112 are out. The Phase 3 OSPREY-112 trial evaluating zelutinib met its primary endpoint of "
        "overall survival. Zelutinib is a kinase inhibitor."
    )
    assert [(r.drug, r.trial) for r in readouts] == [("zelutinib", "OSPREY-112")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The annualised bleeding rate fell from 5.4 on prophylaxis to 0.8 after zelutinib infusion.",
            [("prophylaxis", "5.4", "per year"), ("zelutinib", "0.8", "per year")],
        ),
        (
            "Among those with prior biologics, 24% on zelutinib reached remission and no placebo patient did.",
            [("zelutinib", "24", "%"), ("placebo", "no", "%")],
        ),
        (
            (
                "Remission rates with zelutinib were 18%, 27% and 33% at the low, middle and high dose, and "
                "12% on placebo."
            ),
            [
                ("zelutinib low dose", "18", "%"),
                ("zelutinib middle dose", "27", "%"),
                ("zelutinib high dose", "33", "%"),
                ("placebo", "12", "%"),
            ],
        ),
        (
            "With zelutinib, FEV1 improved by 72 mL over placebo in one trial and by 19 mL in the other.",
            [("zelutinib vs placebo", "72", "mL"), ("zelutinib vs placebo", "19", "mL")],
        ),
        (
            (
                "The rate of heart failure events was 6.1 per 100 patient-years in the zelutinib group "
                "and 8.9 per 100 "
                "patient-years in the placebo group."
            ),
            [("zelutinib", "6.1", "per 100 patient-years"), ("placebo", "8.9", "per 100 patient-years")],
        ),
        (
            "Median overall survival was not reached with zelutinib and was 12.2 months with placebo.",
            [("zelutinib", "not reached", "months"), ("placebo", "12.2", "months")],
        ),
        (
            (
                "Weight changed: people on zelutinib lost 11.4% , 15.8% and 18.9% with 5 mg, 10 mg and 15 "
                "mg, respectively."
            ),
            [("zelutinib 5 mg", "11.4", "%"), ("zelutinib 10 mg", "15.8", "%"), ("zelutinib 15 mg", "18.9", "%")],
        ),
        (
            (
                "The gene signature was reduced with zelutinib by a mean of 71%, and there were no serious "
                "adverse events."
            ),
            [("zelutinib", "71", "% reduction")],
        ),
        (
            "With zelutinib the annualised rate of attacks was 0.46 versus 1.01 on placebo, a 54% reduction.",
            [("zelutinib", "0.46", "per year"), ("placebo", "1.01", "per year")],
        ),
        (
            (
                "Zelutinib was safe in all; in the patients dosed, urinary oxalate had declined by a median "
                "of 41% at Day 85, "
                "and reactions, all Grade 1, had occurred in five."
            ),
            [("zelutinib", "41", "%")],
        ),
        (
            (
                "Remission was seen in 31% for zelutinib and 17% for active control; response was seen in 40% and 20% "
                "of participants, respectively."
            ),
            [
                ("zelutinib", "31", "%"),
                ("active control", "17", "%"),
                ("zelutinib", "40", "%"),
                ("active control", "20", "%"),
            ],
        ),
        (
            "In all, 63.9% of people on zelutinib had clear skin, set against 4.6% on placebo and 27.3% on warfarin.",
            [("zelutinib", "63.9", "%"), ("placebo", "4.6", "%"), ("warfarin", "27.3", "%")],
        ),
        (
            (
                "Migraine days decreased by 6.1 days with zelutinib 600 mg, 4.7 days with 200 mg and 4.2 "
                "days with placebo."
            ),
            [("zelutinib 600 mg", "6.1", "days"), ("zelutinib 200 mg", "4.7", "days"), ("placebo", "4.2", "days")],
        ),
        ("After zelutinib, three participants (9%) returned to prophylaxis.", [("zelutinib", "9", "%")]),
        ("The response rate with zelutinib rose from 21% to 49%.", [("zelutinib", "49", "%")]),
        ("Potassium above 6.0 mmol/L was not seen more often with zelutinib.", []),
    ],
)
def test_more_numbers_go_to_their_arms(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Thirty-four participants had been treated with zelutinib.", "Thirty-four"),
        ("The HALYARD trial tested three doses of zelutinib in 268 patients.", "268"),
        ("We thank the 852 patients who participated in this study of zelutinib.", "852"),
    ],
)
def test_a_size_may_be_spelled_or_follow_what_was_tested(text: str, size: str) -> None:
    assert [(r.endpoint, r.n) for r in read(text)] == [("enrolment", size)]


def test_one_in_three_is_no_size() -> None:
    (readout,) = read("About one in three patients on zelutinib reached remission, versus one in nine on placebo.")
    assert readout.n is None


def test_an_outcome_told_again_with_its_effect_is_told_once() -> None:
    readouts = read(
        "The HALYARD trial of zelutinib met its primary endpoint of PFS. In HALYARD, zelutinib achieved statistical "
        "significance for the primary endpoint of PFS, with a hazard ratio of 0.45."
    )
    assert [r.effect.get("value") for r in readouts] == ["0.45"]


def test_a_lead_candidate_known_for_an_older_result_is_no_news() -> None:
    assert not read(
        "Halden, a company whose lead candidate zelutinib met the primary endpoint of a Phase 2 trial, today announced "
        "that it will speak at a conference."
    )


def test_the_end_of_a_phase_is_no_name_of_a_trial() -> None:
    (readout,) = read("In a phase IIb trial, zelutinib met the primary endpoint of survival.")
    assert readout.trial is None


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("44.1% of those on X 300 mg (n=300) reached EASI-75 versus 15.0% on placebo (n=150; p<0.01).", ["300", "150"]),
        ("44.1% of patients in the X group (N = 1,300) reached EASI-75 versus 15.0% on placebo.", ["1,300", None]),
        ("44.1% (n=132/300) of patients on X reached EASI-75 versus 15.0% on placebo.", [None, None]),
        ("Of all patients (n=450), 44.1% on X reached EASI-75 versus 15.0% on placebo.", [None, None]),
    ],
)  # fmt: skip
def test_a_size_behind_an_arm_is_that_arms_denominator(text: str, sizes: list[str | None]) -> None:
    (readout,) = read(text.replace("X", "mirovakimab"))
    assert [value.n for value in readout.values] == sizes
    assert readout.n not in sizes or readout.n is None


def test_of_two_rates_without_names_the_first_is_the_drugs() -> None:
    (readout,) = read(
        "In the GALLANT trial, mirovakimab did better versus placebo, but it missed on death alone (19.6% vs 19.4%)."
    )
    assert [(value.arm, value.value) for value in readout.values] == [("mirovakimab", "19.6"), ("placebo", "19.4")]


def test_an_endpoint_in_the_words_of_a_unit_hides_no_number() -> None:
    (readout,) = read(
        "In SERENE-2, patients taking mirovakimab had 4.6 fewer monthly migraine days, compared with 2.9 fewer for "
        "those given placebo."
    )
    assert [(v.arm, v.value, v.unit) for v in readout.values] == [
        ("mirovakimab", "4.6", "fewer monthly migraine days"),
        ("placebo", "2.9", "fewer monthly migraine days"),
    ]


@pytest.mark.parametrize(("endpoint", "unit"), [("EASI", "points"), ("HbA1c", "")])
def test_a_bare_number_is_in_points_only_on_a_scale(endpoint: str, unit: str) -> None:
    (readout,) = read(f"In SERENE-2, mirovakimab reduced {endpoint} by 1.6 versus 0.4 with placebo.")
    assert {v.unit for v in readout.values} == {unit}
