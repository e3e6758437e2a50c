"""A proposed fact in words."""

from __future__ import annotations

import msgspec
import pytest

from topline.exhibits.reading_words import in_quotes, say
from topline.records import OpinionStatement, ReadEvent


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("61% of patients\n  were clear", "“61% of patients were clear”"),
        ("“It works,” she said.", "““It works,” she said.”"),
        ("“It no longer fits our portfolio,”", "“It no longer fits our portfolio,”"),
        ('"It fits"', '"It fits"'),
    ],
)
def test_a_quotation_has_one_pair_of_marks_around_it(quote: str, shown: str) -> None:
    assert in_quotes(quote) == shown


def test_a_status_is_said_once() -> None:
    event = ReadEvent(
        id="read-1", quote="q", start=0, end=1, type="other", status="planned", detail="trial started, planned",
        drug="X", date="2026-H2",
    )  # fmt: skip
    assert say(event) == "trial started, planned · X · second half of 2026"
    assert say(msgspec.structs.replace(event, detail="a vote")) == "a vote · X · second half of 2026 · planned"


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("termination", "Ada Wong (Stifel): negative on termination"),
        ("data (company, not analyst)", "Ada Wong (Stifel): negative on data (company, not analyst)"),
        ("company executive", "Ada Wong (Stifel): negative (company executive)"),
        (None, "Ada Wong (Stifel): negative"),
    ],
)
def test_an_opinion_says_what_it_is_about_or_who_holds_it(about: str | None, said: str) -> None:
    opinion = OpinionStatement(
        id="read-1", quote="q", start=0, end=1, who="Ada Wong (Stifel)", stance="negative", about=about
    )
    assert say(opinion) == said
