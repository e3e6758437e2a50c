"""No text that leaves as a table is run by a spreadsheet, and each comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topline.tables.formula_cells import escape_formula, unescape_formula

TELLING = st.text(st.sampled_from("'=+-@\t\r\n ＝1.,e%aA0"), max_size=12)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "+1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1+1",
        "-",
        "-a",
        "-3 (-4 to -2)",
        "-1-1",
    ],
)
def test_what_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert escape_formula(text) == f"'{text}"
    assert unescape_formula(escape_formula(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "-3.2", "+1e-5", "-5%", "-1,234.5", "-0,5", "-.5", " -3", "+7", "placebo", "a=b", "1-2", "'quoted'", "−3"],
)
def test_numbers_and_other_text_stay(text: str) -> None:
    assert escape_formula(text) == text
    assert unescape_formula(text) == text


def test_an_apostrophe_of_the_text_itself_is_kept() -> None:
    assert unescape_formula("'-3") == "'-3"
    assert escape_formula("'=1") == "''=1"
    assert unescape_formula("''=1") == "'=1"


@given(st.text() | TELLING)
def test_every_text_comes_back(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(TELLING, TELLING)
def test_no_two_texts_come_out_the_same(one: str, other: str) -> None:
    assert (escape_formula(one) == escape_formula(other)) == (one == other)
