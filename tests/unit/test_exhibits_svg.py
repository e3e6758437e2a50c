"""The SVG builder and the words: escaped, lean, with widths that can be trusted."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError
from topline.exhibits import svg, words
from topline.records import Number

HOSTILE = "<b>&\"'</b>\x00\x1b]]>"


def number(text: str = "33", id_: str = "n-1", value: float | None = 0.328, what: str = "responders") -> Number:
    return Number(id=id_, text=text, value=value, unit="", what=what, how="test", made_from=())


@pytest.mark.parametrize(("value", "shown"), [(1.0, "1"), (1.005, "1"), (1.256, "1.26"), (-0.001, "0"), (100, "100")])
def test_coordinates_have_two_decimals_at_most(value: float, shown: str) -> None:
    assert svg.number(value) == shown


def test_a_tag_escapes_and_leaves_out_what_is_none() -> None:
    made = svg.tag("text", words.safe("a<b"), x=1.50, class_="c", data_id='"', fill=None)
    assert made == '<text x="1.5" class="c" data-id="&#34;">a&lt;b</text>'


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_text_makes_well_formed_xml(content: str) -> None:
    root = ET.fromstring(svg.drawing("f", 10, 10, content, content, [svg.text(0, 0, content)]))
    assert root.attrib["role"] == "img"


def test_a_number_is_traceable_in_html_and_svg() -> None:
    made = ET.fromstring(words.html(number()))
    assert made.tag == "data"
    assert made.attrib == {"value": "0.328", "data-id": "n-1", "title": "responders [n-1]"}
    assert made.text == "33"
    assert ET.fromstring(svg.text(0, 0, number())).attrib["data-id"] == "n-1"
    mixed = ET.fromstring(svg.text(0, 0, (number(), " of 100")))
    assert mixed[0].attrib["data-id"] == "n-1"
    assert "".join(mixed.itertext()) == "33 of 100"


def test_a_number_without_a_value_or_with_hostile_words_stays_well_formed() -> None:
    made = ET.fromstring(words.html(number(HOSTILE, HOSTILE, None, HOSTILE)))
    assert (made.tag, made.attrib["class"]) == ("span", "said")
    assert made.attrib["data-id"].startswith("<b>&\"'</b>")


def test_a_stacked_interval_keeps_the_words_of_the_number() -> None:
    made = ET.fromstring(words.html(number("4.0 (2.4 to 6.5)"), stacked=True))
    assert "".join(made.itertext()) == "4.0 (2.4 to 6.5)"
    assert made[0].tag == "small"
    assert words.html("a (b", stacked=True) == "a (b"


def test_an_impossible_id_is_refused() -> None:
    with pytest.raises(ArgumentError):
        svg.drawing('x" onload="', 1, 1, "t", "d", [])


def test_widths_grow_with_size_weight_and_letters() -> None:
    assert svg.text_width("iii") < svg.text_width("mmm") < svg.text_width("mmm", bold=True)
    assert svg.text_width("a", 26) == pytest.approx(2 * svg.text_width("a", 13))
    assert svg.text_width("漢字") > svg.text_width("ab")
    assert svg.text_width("e\u0301") == svg.text_width("e")


@given(st.text("ab \u00a0", max_size=60), st.floats(20, 200))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_wrapped_lines_fit_and_lose_nothing(content: str, width: float) -> None:
    lines = svg.wrap(content, width)
    assert all(svg.text_width(line) <= width or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == content.replace(" ", "")
