"""Quotes are law: exact places, numbers inside, nothing else passes."""

from __future__ import annotations

import pytest

from topline.records import Amount, ArmValue, OpinionStatement, ReadEvent, Readout
from topline.sources.gate import admit
from topline.sources.text.folding import find_quote, fold

TEXT = "Lumen said  “the\ndrug&#39;s rate was 32.8%”\u00a0versus 13·7% – p\u200b<0.001, in two ﬁrst trials."


def readout(quote: str, value: str = "32.8", **other: str) -> Readout:
    values = (ArmValue(arm="drug", value=value, unit="%"),)
    return Readout(id="", quote=quote, start=None, end=None, values=values, **other)


@pytest.mark.parametrize(
    "quote",
    [
        '"the drug\'s rate was 32.8%" versus',
        "“the\ndrug&#39;s rate was 32.8%”\u00a0versus",
        "said “the drug’s rate was 32.8%”",
    ],
)
def test_a_quote_is_found_however_its_blanks_and_marks_are_written(quote: str) -> None:
    (fact,), refused = admit(fold(TEXT), [readout(quote)])
    assert not refused
    assert fact.quote is not None
    assert fact.start is not None
    assert fact.end is not None
    assert TEXT[fact.start : fact.end] == fact.quote
    assert "drug&#39;s rate was 32.8%" in fact.quote


@pytest.mark.parametrize(
    "quote", ["the drug's rate was 33.8%", "the drug rate was 32.8%", "", "   ", "The Drug's rate"]
)
def test_a_quote_that_is_not_there_to_the_letter_is_refused(quote: str) -> None:
    passed, refused = admit(fold(TEXT), [readout(quote)])
    assert not passed
    assert len(refused) == 1


def test_a_number_outside_the_quote_refuses_the_fact_and_is_named() -> None:
    passed, (refused,) = admit(fold(TEXT), [readout("rate was 32.8%", p="<0.001")])
    assert not passed
    assert "<0.001" in refused.reason


def test_a_part_of_a_number_is_not_that_number() -> None:
    passed, refused = admit(fold(TEXT), [readout("rate was 32.8%", value="2.8"), readout("rate was 32.8%", value="32")])
    assert not passed
    assert len(refused) == 2


def test_numbers_as_words_and_as_other_figures_count() -> None:
    facts = [readout("rate was 32.8%”\u00a0versus 13·7%", value="13.7"), readout("in two first trials", value="2")]
    passed, refused = admit(fold(TEXT), facts)
    assert len(passed) == 2
    assert not refused


def test_the_digits_of_an_amount_must_stand_in_the_quote() -> None:
    def event(text: str) -> ReadEvent:
        amount = Amount(text=text, value=1.0, currency="USD")
        return ReadEvent(
            id="", quote="rate was 32.8%", start=None, end=None, type="payment", status="happened", amounts=(amount,)
        )

    passed, refused = admit(fold(TEXT), [event("$400 million"), event("$32.8 million")])
    assert [f.amounts[0].text for f in passed] == ["$32.8 million"]
    assert len(refused) == 1


def test_words_of_closed_lists_are_checked() -> None:
    event = ReadEvent(id="", quote="rate was", start=None, end=None, type="miracle", status="happened")
    opinion = OpinionStatement(id="", quote="rate was", start=None, end=None, who="Lumen", stance="ecstatic")
    passed, refused = admit(fold(TEXT), [event, opinion])
    assert not passed
    assert len(refused) == 2


def test_the_same_fact_twice_is_one_and_its_id_does_not_depend_on_how_it_was_quoted() -> None:
    passed, _ = admit(fold(TEXT), [readout("rate was 32.8%"), readout("rate was  32.8%")])
    assert len(passed) == 1


def test_every_character_of_the_folded_text_leads_back_to_where_it_came_from() -> None:
    folded = fold(TEXT)
    for i, character in enumerate(folded.text):
        piece = folded.quote(i, i + 1)
        assert piece
        if character.isalnum() and piece != "ﬁ":
            assert piece in {character, "·"}
    assert find_quote(folded, "p<0.001, in two first trials") is not None
