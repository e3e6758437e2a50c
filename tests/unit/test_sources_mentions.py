"""What a text names: drugs, companies, people, trials, phases, dates and money, in made-up sentences."""

from __future__ import annotations

import pytest

from topline.sources.mentions.dates import find_dates
from topline.sources.mentions.drugs import find_drugs, looks_like_a_name
from topline.sources.mentions.lexicon import Lexicon
from topline.sources.mentions.mention import Mention, longest_first
from topline.sources.mentions.money import find_amounts
from topline.sources.mentions.organisations import find_brokers, find_companies, find_regulators
from topline.sources.mentions.people import find_people
from topline.sources.mentions.terms import find_adverse_events, find_endpoints, find_indications, find_targets
from topline.sources.mentions.trials import find_phases, find_trials
from topline.sources.vocabulary import listed, rows


def names(mentions: list[Mention]) -> set[str]:
    return {m.name for m in mentions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Treatment with mirovakimab and bendracitinib improved the disease.", {"mirovakimab", "bendracitinib"}),
        ("ALD-204 and BW3187 were compared.", {"ALD-204", "BW3187"}),
        ("OCUVIRA® (lanfipredone) was approved; Ocuvira sells well.", {"lanfipredone"}),
        ("ALD-204 (also known as tarvexatinib) was given.", {"tarvexatinib"}),
        ("KEYTRUDA was the comparator.", {"pembrolizumab"}),
        ("Keytruda was the comparator of pembrolizumab.", {"pembrolizumab"}),
        ("ustekinumab-abcd is a biosimilar", {"ustekinumab-abcd"}),
        ("sacobretan, an oral inhibitor of neprilysin, helped.", {"sacobretan"}),
        ("COVID-19, IL-13, PD-1, CDK4, HIV-1, EASI-75 and ACR20 are none.", set()),
        ("In the LUMEN-204 trial and the ORION-8 study patients did well.", set()),
        ("The treatment, statement, peptide and disease increase in the development concept.", set()),
        ("The Company's MyRapid® platform and HRDscan® CDx test", set()),
    ],
)
def test_drugs_are_found_by_stem_code_brand_and_place(text: str, expected: set[str]) -> None:
    assert names(find_drugs(text)) == expected


def test_two_nonproprietary_names_beside_each_other_stay_two_drugs() -> None:
    assert names(find_drugs("mirovakimab (secukinumab) was given")) == {"mirovakimab", "secukinumab"}


@pytest.mark.parametrize("word", [row["word"] for row in rows("everyday_words")])
def test_no_everyday_word_is_a_drug(word: str) -> None:
    assert not looks_like_a_name(word)


def test_companies_are_found_by_list_form_ticker_and_short_name() -> None:
    text = (
        "Aldermoor Therapeutics, Inc. (Nasdaq: ALDM) said that Pfizer and Merck & Co. compete with Aldermoor. "
        "South Bay-based Quillon Biosciences, Lindmark A/S and Wexcombe plc agree. The Board of Directors met."
    )
    expected = {"Aldermoor Therapeutics", "Pfizer", "Merck", "Quillon Biosciences", "Lindmark", "Wexcombe"}
    assert names(find_companies(text)) == expected


def test_houses_and_agencies() -> None:
    text = "Jefferies and Piper Sandler said that the U.S. Food and Drug Administration (FDA) and the CHMP agree."
    assert names(find_brokers(text)) == {"Jefferies", "Piper Sandler"}
    assert names(find_regulators(text)) == {"FDA", "CHMP"}


def test_a_person_who_is_quoted_with_the_position() -> None:
    text = '"We are glad," said Anna M. Vogel, M.D., Ph.D., chief medical officer of Aldermoor. More follows.'
    (person,) = find_people(text)
    assert person.name == "Anna M. Vogel"
    assert person.text == "Anna M. Vogel, chief medical officer of Aldermoor"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Phase 3 ROCKET-HORIZON trial", {"ROCKET-HORIZON"}),
        ("initiation of HELIOS, a global, pivotal Phase 3 study", {"HELIOS"}),
        ("In SLE-ONE-I the drug won. The SLE-ONE-II study failed.", {"SLE-ONE-I", "SLE-ONE-II"}),
        ("data from ORBIT 1, ORBIT 2 and ADnext studies", {"ORBIT 1", "ORBIT 2", "ADnext"}),
        ("registered as NCT01234567", {"NCT01234567"}),
        ("results from Terrano, the second of two trials", {"Terrano"}),
        ("the FDA trial programme and an IND study", set()),
    ],
)
def test_trials_are_found_beside_the_words_for_a_trial(text: str, expected: set[str]) -> None:
    assert names(find_trials(text)) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [("Phase III", "3"), ("phase 2b", "2b"), ("Phase 1/2", "1/2"), ("Phase 1b/2a", "1b/2a"), ("PHASE II", "2")],
)
def test_phases_have_one_form(text: str, name: str) -> None:
    assert [m.name for m in find_phases(f"the {text} trial")] == [name]


def test_terms_are_met_in_plural_possessive_and_with_hyphens() -> None:
    assert "atopic dermatitis" in names(find_indications("Atopic-dermatitis patients"))
    assert "Crohn's disease" in names(find_indications("in Crohn’s disease and more"))
    assert {"headache", "fever"} <= names(find_adverse_events("headaches and pyrexia"))
    assert "EASI-75" in names(find_endpoints("an EASI 75 response"))
    assert names(find_targets("the anti-OX40 antibody; an oral JAK inhibitor")) == {"OX40", "JAK"}


def test_an_abbreviation_is_met_in_capitals_only() -> None:
    lexicon = Lexicon("endpoint")
    lexicon.add("OS", "OS")
    assert [m.text for m in lexicon.find("OS and os")] == ["OS"]


def test_the_longest_of_overlapping_names_stays() -> None:
    long, short = Mention("x", 0, 10, "", "long"), Mention("x", 5, 8, "", "short")
    other = Mention("x", 10, 12, "", "other")
    assert longest_first([short, other, long]) == [long, other]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("on Friday", "2026-01-30"),
        ("last Monday", "2026-01-26"),
        ("yesterday", "2026-02-01"),
        ("Sept. 23, 2023", "2023-09-23"),
        ("23 September 2023", "2023-09-23"),
        ("September 2024", "2024-09"),
        ("the first half of this year", "2026-H1"),
        ("H2 2027", "2027-H2"),
        ("1H 2021", "2021-H1"),
        ("the third quarter of 2026", "2026-Q3"),
        ("3Q26", "2026-Q3"),
        ("this quarter", "2026-Q1"),
        ("in the fourth quarter", "2025-Q4"),
        ("expected in the fourth quarter", "2026-Q4"),
        ("in October", "2025-10"),
        ("will be shown in October", "2026-10"),
        ("last month", "2026-01"),
        ("later this year", "2026"),
        ("by year-end", "2026"),
        ("mid-2027", "2027"),
        ("on March 3", "2025-03-03"),
        ("In November", "2025-11"),
        ("In 2024", "2024"),
        ("Last Friday", "2026-01-30"),
        ("Earlier this month", "2026-02"),
        ("Second quarter of 2026", "2026-Q2"),
    ],
)
def test_dates_are_resolved_against_the_documents_date(text: str, date: str) -> None:
    assert [m.name for m in find_dates(text, "2026-02-02")][-1] == date


def test_a_date_may_refer_to_the_one_before() -> None:
    text = "They did so a year later, in September 2025. But a readout from March that same year was worse."
    assert [m.name for m in find_dates(text, "2026-02-02")][1:] == ["2025-09", "2025-03"]


@pytest.mark.parametrize(
    "text", ["75% of patients", "24 weeks of treatment", "2 min read", "30 February 2024", "may help"]
)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text, "2026-02-02") == []


def test_without_a_document_date_nothing_is_guessed() -> None:
    assert find_dates("on Friday, last month, in October, this quarter", None) == []
    assert [m.name for m in find_dates("in May 2024", None)] == ["2024-05"]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("$1.2 billion", 1.2e9, "USD"),
        ("US$400 million", 4e8, "USD"),
        ("€25m", 25e6, "EUR"),
        ("CHF 300 million", 3e8, "CHF"),
        ("£1,500,000", 1.5e6, "GBP"),
        ("200 billion yen", 2e11, "JPY"),
    ],
)
def test_money_in_figures(text: str, value: float, currency: str) -> None:
    ((_, _, amount),) = find_amounts(f"a payment of {text} was made")
    assert (amount.text, amount.value, amount.currency) == (text, value, currency)


def test_a_price_of_a_share_is_no_amount() -> None:
    assert find_amounts("an exercise price of $0.94 per share") == []


def test_every_row_of_the_word_lists_says_where_it_comes_from() -> None:
    known = {row["id"] for row in rows("sources")}
    tables = ("adverse_events", "brands", "brokers", "companies", "endpoints", "everyday_words",
              "indications", "name_stems", "regulators")  # fmt: skip
    assert not [row for table in tables for row in rows(table) if not set(row["source"].split()) <= known]
    assert listed(" a; b ;") == ["a", "b"]
