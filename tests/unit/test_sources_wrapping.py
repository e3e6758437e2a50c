"""Lines broken at a width are one paragraph to the readers; lines that stand by themselves stay so."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.records import Reading
from topline.sources import open_documents, read_document
from topline.sources.text.folding import fold
from topline.sources.text.sentences import sentence_spans
from topline.sources.text.wrapping import unwrapped, width_breaks

RELEASE = """Norvane Announces Results From the Phase 3 AURORA-1 Trial of Lenzakibart

BASEL, Switzerland, March 10, 2026 -- Norvane Therapeutics AG today announced that the Phase 3 AURORA-1 trial of \
lenzakibart met its co-primary endpoints in adults with moderate-to-severe atopic dermatitis.

At Week 16, 45.2% of patients treated with lenzakibart 300 mg every four weeks achieved EASI-75 compared with 14.8% of \
patients on placebo (p<0.001). vIGA-AD 0/1 was achieved by 31.0% of patients on lenzakibart 300 mg versus 9.5% on \
placebo (difference 21.5 percentage points, 95% CI 15.2 to 27.8; p<0.001).

Serious adverse events occurred in 2.2% of patients on lenzakibart and 2.5% on placebo. One case of Kaposi's sarcoma \
was reported in the lenzakibart arm.
"""


def read(text: str) -> Reading:
    (document,) = open_documents(text.encode(), name="release.txt")
    reading = read_document(document)
    for fact in reading.candidates:
        assert document.text[fact.start : fact.end] == fact.quote
    return reading


def wrapped(text: str, width: int) -> str:
    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in text.split("\n\n"))


def said(reading: Reading) -> list[tuple[str | None, list[tuple[str, str]]]]:
    values = [(r.endpoint, [(v.arm, v.value) for v in r.values]) for r in reading.readouts]
    return values + [(s.event, [(v.arm, v.value) for v in s.arms]) for s in reading.safety]


@pytest.mark.parametrize("width", [58, 64, 72, 80, 100])
@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_a_release_broken_at_a_width_says_what_it_said_in_whole_lines(width: int, feed: str) -> None:
    whole = said(read(RELEASE))
    assert ("EASI-75", [("lenzakibart 300 mg every four weeks", "45.2"), ("placebo", "14.8")]) in whole
    assert said(read(wrapped(RELEASE, width).replace("\n", feed))) == whole


def test_a_name_that_begins_small_begins_a_sentence() -> None:
    text = "EASI-75 was 45.2% (p<0.001). vIGA-AD 0/1 was 31.0%. mRNA fell. a word goes on. eGFR rose."
    found = [text[start:end] for start, end in sentence_spans(text)]
    assert found == [
        "EASI-75 was 45.2% (p<0.001).",
        "vIGA-AD 0/1 was 31.0%.",
        "mRNA fell. a word goes on.",
        "eGFR rose.",
    ]


def test_no_blank_comes_after_a_hyphen_at_the_end_of_a_line() -> None:
    text = """the trial met the first and also the second of its two co-
primary endpoints in all of the adults who were treated for
sixteen weeks with the drug or with placebo in some of four
countries of the north, as the company that had run it with
its own money said."""
    folded = unwrapped(fold(text))
    assert "two co-primary endpoints" in folded.text
    assert "\n" not in folded.text
    place = folded.text.index("co-primary")
    assert folded.quote(place, place + len("co-primary")) == "co-\nprimary"


@pytest.mark.parametrize(
    "text",
    [
        "Home\nNews\nDeals\nBiotech\nPeople\nContact",
        "\n".join(f"Company {i} says its drug number {i} works in a trial of patients" for i in range(12)),
        "\n".join(f"- item {i} of a list whose items are all about as long as each other" for i in range(12)),
        "\n".join(f"EASI-{i} | 45.{i}% of all the patients | 14.8% of them | <0.001" for i in range(12)),
        "\n\n".join(f"paragraph {i} of a text with blank lines between all of its lines" for i in range(12)),
        "One long line: " + "word " * 80 + "\nand a short one\nand a short one\nand a short one\nand a short one",
    ],
    ids=["menu", "headlines", "list", "table", "paragraphs", "whole lines"],
)
def test_lines_that_stand_by_themselves_are_not_joined(text: str) -> None:
    assert width_breaks(fold(text)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["of", "placebo", "co-primary", "45.2%", "End.", "·", "•", "|", "Trial"]), max_size=150)
)
def test_every_character_still_leads_back_to_the_source(words: list[str]) -> None:
    source = textwrap.fill(" ".join(words), 50)
    folded = unwrapped(fold(source))
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(source[a:b] in {c, "\n"} for c, a, b in zip(folded.text, folded.starts, folded.ends, strict=True))
    assert folded.text.replace("\n", " ").replace("- ", "-") == source.replace("\n", " ").replace("- ", "-")
