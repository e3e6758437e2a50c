"""Where the article stands, and what of a release says nothing new. Every company, drug and story here is made up."""

from __future__ import annotations

import itertools
import textwrap
import time
from pathlib import Path

import pytest

from topline.sources.documents.article import article_span, asides, headline, readable_spans
from topline.sources.documents.boilerplate import boilerplate_spans, sections
from topline.sources.documents.dates import iso_date, own_date

DOCUMENTS = Path(__file__).parent / "data" / "documents"


def read(name: str) -> str:
    return (DOCUMENTS / name).read_text(encoding="utf-8")


WIRE_STORY = read("story.txt")
RELEASE = read("release.txt")
AMERICAN_BOILERPLATE_WITHOUT_HEADINGS = read("release_without_headings.txt")
BRITISH_RELEASE = read("british_release.txt")
WRAPPED = read("wrapped_release.txt")
ONE_LINE = read("one_line.txt")


def body(text: str, title: str | None = None) -> str:
    start, end = article_span(text, title)
    return text[start:end]


def new_in(text: str) -> str:
    """The article without its standing parts and asides, as a reader takes it."""
    spans = readable_spans(text, article_span(text))
    assert all(text[start:end].strip() for start, end in spans)
    return "".join(text[start:end] for start, end in spans).strip()


def test_a_story_begins_under_its_headline_and_ends_before_the_author() -> None:
    got = body(WIRE_STORY)
    assert got.startswith("Zelvorimab beat placebo at week 16, but two cases")
    assert got.endswith("Its shares rose 12% in early trading.")
    assert "About 200 patients remain" in new_in(WIRE_STORY)
    assert headline(WIRE_STORY) == "Corvane's psoriasis antibody clears skin in six of ten patients"
    assert own_date(WIRE_STORY) == "2026-03-04"


def test_links_to_other_stories_inside_a_story_are_told() -> None:
    start, end = article_span(WIRE_STORY)
    byline, *found = [WIRE_STORY[s:e] for s, e in asides(WIRE_STORY, start, end)]
    assert found == ["Related: Otherco drops its rival antibody after a liver death", "Advertisement"]
    assert byline.startswith("By Ann Example\n")
    assert byline.endswith("(Getty Images)")


@pytest.mark.parametrize(
    "foot",
    [
        "MORE ON THIS TOPIC\nOtherco cuts half of its staff after a failed trial.\nBen Sample",
        "Related articles\nOtherco cuts half of its staff\nMarch 2, 2026\nThirdco files for approval",
        "Read next\nOtherco cuts half of its staff",
        "Otherco cuts half of its staff\nMarch 2, 2026\n·\n2 min read\nThirdco files\nMarch 1, 2026\n·\n3 min read",
        "Recommended for you\nOtherco cuts half of its staff",
        "Tags: psoriasis, Corvane, FDA approval",
        "© 2026 Harbor Wire. All rights reserved. Otherco won approval.",
        "Reporting by Ann Example in Lisbon; Editing by Ben Sample\nOtherco cuts half of its staff in Ohio, it said.",
        "Our Standards: The Harbor Principles.",
        "About the author\nAnn Example has covered Otherco since its approval.",
        "Ben Sample is a freelance journalist in Ohio. He once said that Otherco won approval.",
        "Sign up for our newsletter\nYour email\nSubscribe",
        "Most read\n1. Otherco cuts half of its staff\n2. Thirdco files for approval",
        "Editors' picks\nOtherco cuts half of its staff",
        "Comments (3)\nreader99: I think that Otherco won approval last year, did it not?",
        "###\nOtherco cuts half of its staff, it said on Monday.",
        "View source version on wire.example: https://wire.example/1",
    ],
)
def test_whatever_stands_at_the_foot_is_outside(foot: str) -> None:
    story = (
        "Corvane's drug works\n\n"
        "Corvane's zelvorimab met the primary endpoint of its Phase 3 trial, it said on Monday.\n\n"
        "The company plans to file with the FDA in the second half of 2026.\n\n"
    )
    got = body(story + foot)
    assert got.startswith("Corvane's zelvorimab met")
    assert got.endswith("second half of 2026.")


def test_a_release_keeps_its_points_its_table_and_its_trial() -> None:
    got = new_in(RELEASE)
    for kept in (
        "- Zelvorimab superior to placebo",
        "61.2%",
        "Placebo | 205 | 4.1%",
        "Jo Model",
        "enrolled 617 adults",
    ):
        assert kept in got
    for dropped in (
        "30% develop",
        "Phase 2 trial in colitis",
        "23%",
        "0.2%",
        "Boxed Warning",
        "Smallco",
        "may not file",
        "Pat",
    ):
        assert dropped not in got
    start, end = article_span(RELEASE)
    assert RELEASE[start:].startswith("- Zelvorimab superior")
    assert RELEASE[:end].endswith("617 adults with plaque psoriasis.")


def test_the_parts_of_a_release_have_their_kinds() -> None:
    found = [(section.kind, RELEASE[section.start :].split("\n")[0][:30]) for section in sections(RELEASE)]
    assert found == [
        ("study", "About SKYLARK-2"),
        ("about", "About Plaque Psoriasis"),
        ("about", "About zelvorimab"),
        ("safety", "INDICATIONS AND IMPORTANT SAFE"),
        ("about", "About Corvane Therapeutics"),
        ("forward-looking", "Forward-Looking Statements"),
        ("contact", "Media Contact:"),
    ]


def test_statements_without_a_heading_are_found_by_what_they_say() -> None:
    text = AMERICAN_BOILERPLATE_WITHOUT_HEADINGS
    got = body(text)
    assert got.startswith("OSLO, Norway")
    assert got.endswith("40% of its staff.")
    assert own_date(text) == "2025-05-05"


def test_a_british_release_ends_where_it_says_so() -> None:
    got = body(BRITISH_RELEASE)
    assert got.startswith("Northbridge's Orvalo (orvalimab) has been approved")
    assert "1,204 patients" in got
    assert "founded in 1999" not in got
    assert headline(BRITISH_RELEASE) == "Northbridge's Orvalo approved in the EU for severe asthma"
    assert own_date(BRITISH_RELEASE) == "2025-07-07"


def test_lines_broken_at_a_width_are_paragraphs() -> None:
    got = body(WRAPPED)
    assert "Rheinau Pharma today announced" in got
    assert got.endswith("authorities in Europe and the US.")
    assert "12,000" not in got
    assert own_date(WRAPPED) == "2025-05-14"


def test_a_release_in_one_line() -> None:
    got = body(ONE_LINE)
    assert got.startswith("Decision follows an interim analysis")
    assert got.endswith("The charge is included in results.")
    assert own_date(ONE_LINE) == "2026-03-04"
    with_title = body(ONE_LINE, "Corvane Ends Work on Drenimab")
    assert with_title == got
    assert body(ONE_LINE, "Corvane Ends Work on Drenimab (drenimab-abcd)") == got


@pytest.mark.parametrize(
    "text",
    [
        "About half of the patients reached remission.",
        "The firm said so. About 60% of Corvane's patients reached remission, Corvane said.",
        "He spoke at length. About Corvane's plan to file, he said nothing that day.",
        "“About time,” said an analyst of the approval.",
        "Contact lenses from Corvane were recalled on Monday after an infection was reported.",
        "Warnings mount over Corvane's drug after two deaths in Ohio this week.",
        "Investors cheered. Risk factors such as smoking were balanced between the groups.",
        "References to the trial were removed from the page after the FDA wrote to Corvane.",
        "Adverse reactions led 3% of patients to stop.",
        "Safety information from 412 patients was presented on Monday.",
        "Indications that the drug works came early, the company said.",
        "Sources close to the company said that a sale is near.",
    ],
)
def test_sentences_are_no_headings(text: str) -> None:
    assert boilerplate_spans(text) == []
    assert body(text) == text


@pytest.mark.parametrize("heading", read("headings.txt").splitlines())
def test_headings_of_standing_parts(heading: str) -> None:
    news = "Corvane said on Monday that zelvorimab met the primary endpoint of its trial.\n\n"
    text = f"{news}{heading}\nOldmab was approved in 2019 and infections occurred in 23% of patients."
    assert boilerplate_spans(text) == [(len(news), len(text))]
    assert body(text) == news.strip()


@pytest.mark.parametrize("heading", ["INDICATIONS", "Indication for OLDMAB", "What is OLDMAB?", "Limitations of Use"])
def test_headings_of_a_label_are_standing_parts_where_safety_information_follows(heading: str) -> None:
    news = "Corvane said on Monday that zelvorimab met the primary endpoint of its trial.\n\n"
    label = f"{heading}\nOldmab treats psoriasis in adults who need systemic treatment.\n\n"
    text = news + label + "Important Safety Information\nInfections occurred in 23% of patients."
    assert boilerplate_spans(text) == [(len(news), len(text))]
    assert boilerplate_spans(news + label) == []


STORY_OF_FOUR = (
    "Corvane said on Monday that zelvorimab met the primary endpoint of its trial.\n",
    "The rate of remission was 41% with the drug and 12% with placebo after one year.\n",
    "{}\n",
    "The company plans to file with the FDA in the second half of this year.\n",
)


@pytest.mark.parametrize(
    "line",
    [
        "What is zelvorimab?",
        "Adverse reactions",
        "Warnings",
        "Risk factors",
        "Deal terms and conditions were not disclosed by either of the two companies.",
        "Doctors will follow them for two more years to see whether the effect lasts.",
        "More information can be found at the page of the congress in the coming days.",
        "The primary endpoint can be reached by week 16 in most of the patients, it said.",
        "Corvane has been reporting cases of colitis to the agency since the year 2019.",
        "Jo Model is a professor in Lisbon and the editor-in-chief of a journal, Corvane said.\nIt hired him.\n"
        + "He will lead the trial in children, which is to enrol 200 patients by June.\n" * 3,
        "30",
        "41%",
        "Source: Corvane's report to investors",
        "Advertisement",
        "[image]",
        "READ MORE: Otherco drops its rival antibody",
        "Also of note",
    ],
)
def test_lines_inside_a_story_do_not_end_it(line: str) -> None:
    text = "".join(STORY_OF_FOUR).format(line)
    got = body(text)
    assert got.startswith("Corvane said on Monday")
    assert got.endswith("in the second half of this year.")
    assert "41% with the drug" in new_in(text)
    assert new_in(text).endswith("in the second half of this year.")


@pytest.mark.parametrize(
    "title",
    ["Corvane to share Phase 3 data on its drug", "Updated results show that Corvane's drug works",
     "Home dialysis drug of Corvane fails", "Search for a buyer of Corvane ends", "Will Corvane's drug save lives?",
     "Corvane Reports Third Quarter Results and Provides Update", "コルベーンの新薬、第三相試験で主要評価項目を達成"],
)  # fmt: skip
def test_headlines(title: str) -> None:
    text = f"{title}\n\nCorvane said on Monday that zelvorimab met the primary endpoint of its trial in psoriasis."
    assert headline(text) == title
    assert body(text).startswith("Corvane said on Monday")


def test_a_menu_above_a_story_is_no_standing_part() -> None:
    menu = (
        "Home\nAbout Us\nContact\nMedia Contacts\nDisclaimer\nWe use cookies to show you what you want to see here.\n"
    )
    text = menu + "About Corvane\nCorvane's drug works\n\n" + "".join(STORY_OF_FOUR).format("")
    assert boilerplate_spans(text) == []
    assert body(text).startswith("Corvane said on Monday")


def test_the_points_under_a_headline_that_is_known_from_elsewhere() -> None:
    points = "- Zelvorimab met all endpoints of the trial\n- No new safety signals were seen\n\n"
    text = points + "LISBON, March 4, 2026 -- Corvane said so."
    assert body(text, "Corvane's drug works").startswith("- Zelvorimab met all endpoints")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("INDIANAPOLIS, Oct. 2, 2023 -- Corvane said", "2023-10-02"),
        ("LISBON,Oct. 2, 2023// -- Corvane said", "2023-10-02"),
        ("CAMBRIDGE, Mass. and OSLO, Norway, May  16, 2024  (GLOBE NEWSWIRE) -- Corvane said", "2024-05-16"),
        ("COPENHAGEN, Denmark, June 1, 2024 — Corvane said", "2024-06-01"),
        ("LISBON--(BUSINESS WIRE)--Corvane said", None),
        ("Corvane's drug works\nFebruary 2, 2026 |\n2 min read", "2026-02-02"),
        (" date 2026-02-02 SUBSCRIBE\nNews", "2026-02-02"),
        ("Corvane's drug works October2, 2023 * * * * * *Met*", "2023-10-02"),
        ("Headline\nPublished: 2 February 2026, 10:31 GMT", "2026-02-02"),
        ("Headline\nMon, Feb 2nd, 2026 at 7:00 AM EST", "2026-02-02"),
        ("Headline\n2026-02-02T09:00:00Z", "2026-02-02"),
        ("見出し\n2026年2月2日", "2026-02-02"),
        ("In September 5, 2023, the company had said that it would file for approval in the year after.", None),
        ("Headline\n02/03/2026", None),
        ("27.08.2013 13:31:00\n|\nHeadline", "2013-08-27"),
        ("Headline\n27.13.2013", None),
        ("Headline\nFebruary 30, 2026", None),
        ("75% of patients in 24 weeks", None),
    ],
)
def test_the_date_that_a_document_bears(text: str, date: str | None) -> None:
    assert own_date(text) == date


def test_dates_in_a_header() -> None:
    assert iso_date("2026-02-02") == "2026-02-02"
    assert iso_date("2026-02") == "2026-02"
    assert iso_date("2026") == "2026"
    assert iso_date("2 Feb 2026") == "2026-02-02"
    assert iso_date("Monday") is None
    assert iso_date("") is None


@pytest.mark.parametrize("text", ["", " \n ", "x", "##\n###", "Menu\nNews\nDeals", "\u200f\u0634\u0631\u0643\u0629"])
def test_texts_without_an_article_are_one_as_a_whole(text: str) -> None:
    start, end = article_span(text)
    assert 0 <= start <= end <= len(text)
    assert text[start:end].strip() == text.strip() or not text.strip()


def test_spans_are_in_order_and_inside() -> None:
    for text in (WIRE_STORY, RELEASE, BRITISH_RELEASE, WRAPPED, ONE_LINE, AMERICAN_BOILERPLATE_WITHOUT_HEADINGS):
        for copy in (text, text.replace("\n", "\r\n"), textwrap.indent(text, "\u00a0 ")):
            spans = boilerplate_spans(copy)
            assert spans == sorted(spans)
            assert all(0 <= s < e <= len(copy) for s, e in spans)
            assert all(e <= s for (_, e), (s, _) in itertools.pairwise(spans))


@pytest.mark.parametrize(
    "piece", ["About Corvane\n", "This release contains statements ", "safety ", "a b ", "**About ", "# "]
)
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    begun = time.perf_counter()
    article_span(text)
    assert time.perf_counter() - begun < 20
