"""The page of a reading: the whole document once, each passage with its facts, no scraps between them."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from topline.exhibits.reading_page import reading_page
from topline.records import DocumentInfo, Reading, SafetyStatement, made_by

TEXT = "The trial ended. The drug was generally well tolerated, the company said. There were no deaths. More follows.\n"


def page(text: str, *spans: tuple[int, int]) -> str:
    facts = tuple(
        SafetyStatement(id=f"read-{i}", quote=text[a:b], start=a, end=b, event="an event")
        for i, (a, b) in enumerate(spans)
    )
    info = DocumentInfo(
        title="A release", date=None, publisher=None, sha256="0" * 64, media_type="text/plain", text_sha256="0" * 64
    )
    return reading_page(
        Reading(id="reading-1", made_by=made_by({"reader": "rules/1"}), document=info, safety=facts), text
    )


def passages(shown: str) -> list[str]:
    """The stretches of the document in their order, without their markup."""
    found = re.findall(r'<div class="passage-text">(.*?)</div>', shown, re.DOTALL)
    return [html.unescape(re.sub(r"<summary>.*?</summary>|</p>|<[^>]+>", "", part)).strip() for part in found]


def span(quote: str) -> tuple[int, int]:
    return TEXT.index(quote), TEXT.index(quote) + len(quote)


def test_a_quotation_stands_in_its_whole_sentence() -> None:
    shown = page(TEXT, span("generally well tolerated"), span("There were no deaths."))
    assert "The drug was <mark>generally well tolerated</mark>, the company said." in shown
    assert passages(shown) == [
        "The trial ended.",
        "The drug was generally well tolerated, the company said.",
        "There were no deaths.",
        "More follows.",
    ]


def test_two_quotations_of_one_sentence_share_it() -> None:
    shown = page(TEXT, span("generally well tolerated"), span("the company"))
    assert passages(shown)[1:3] == ["The drug was generally well tolerated,", "the company said."]


def test_a_title_before_a_name_ends_no_sentence() -> None:
    text = "It was “outstanding”, said Dr. Maria Keller of Norvane. Shares fell."
    place = text.index("“outstanding”")
    assert passages(page(text, (place, place + 13))) == [text[: -len(" Shares fell.")], "Shares fell."]


def test_a_month_cut_short_ends_no_sentence() -> None:
    text = "OSAKA, Nov. 24, 2026 -- Norvane today said that the trial met its endpoint. Shares fell."
    place = text.index("Norvane")
    shown = passages(page(text, (place, text.index(" Shares"))))
    assert shown == [text[: -len(" Shares fell.")], "Shares fell."]


def test_a_sentence_without_an_end_is_not_drawn_in() -> None:
    text = "word " * 100 + "no deaths " + "word " * 100
    place = text.index("no deaths")
    assert "<mark>no deaths</mark></div>" in page(text, (place, place + 9))


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab. \n<&", min_size=1, max_size=300), st.lists(st.integers(0, 299), max_size=8))
def test_every_word_of_the_document_is_shown_once(text: str, places: list[int]) -> None:
    cuts = sorted({place for place in places if place < len(text)})
    spans = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if text[a:b].strip()]
    shown = passages(page(text, *spans))
    if spans:
        assert "".join("".join(shown).split()) == "".join(text.split())
