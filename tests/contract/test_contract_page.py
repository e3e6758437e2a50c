"""The brief's page: one file that stands alone, and that everyone can read."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

LIMIT = 500_000  # bytes of a page


@pytest.fixture(params=["rocatinlimab", "dupilumab"])
def brief(request, brief_of):
    return brief_of(request.param)


@pytest.fixture
def html(brief):
    return brief.html


@pytest.fixture(scope="module")
def read(page_elements):
    return cache(page_elements.read_elements)


@pytest.fixture
def page(html, read):
    return read(html)


def test_it_is_small(html):
    assert len(html.encode()) < LIMIT


def test_it_stands_alone(page):
    # links to sources are the only addresses outside the page, and they are there to be followed, not loaded
    assert not page.find("script", "iframe", "object", "embed", "img", "form")
    for element in page.walk():
        assert not [name for name in element.attributes if name.startswith("on")], element
        address = element.attributes.get("src") or element.attributes.get("href") or ""
        if element.tag != "a":
            assert address.startswith(("#", "data:")) or not address, element
    assert "url(" not in re.sub(r"url\([\"']?data:", "", " ".join(e.text for e in page.find("style")))
    assert "@import" not in " ".join(e.text for e in page.find("style"))


def test_links_go_to_sources_or_to_places_on_the_page(page):
    ids = {e.attributes["id"] for e in page.walk() if "id" in e.attributes}
    for link in page.find("a"):
        address = link.attributes["href"]
        if address.startswith("#"):
            assert address[1:] in ids, address
        else:
            assert address.startswith(("https://", "http://")), address
            assert link.inside("ol"), address
        assert link.text


def test_the_navigation_names_every_section(page):
    links = {a.attributes["href"] for a in page.find("nav")[0].find("a")}
    sections = [e for e in page.find("main")[0].children if e.tag == "section"]
    assert {f"#{s.attributes['id']}" for s in sections} - links <= {"#finding"}  # the finding opens the page
    assert len(links) >= 4


def test_it_says_what_it_is(html, page):
    assert html.startswith("<!doctype html>")
    assert page.find("html")[0].attributes["lang"] == "en"
    title = page.find("head")[0].find("title")[0].text
    assert "2026-11-24" in title
    assert "atopic dermatitis" in title
    assert [e.attributes["content"] for e in page.find("meta") if e.attributes.get("name") == "viewport"]


def test_landmarks(page):
    for tag in ("header", "nav", "main", "footer"):
        assert len([e for e in page.find(tag) if e.parent.tag == "body"]) == 1, tag
    assert len(page.find("main")) == 1
    assert page.find("nav")[0].attributes["aria-label"]
    first = page.find("body")[0].children[0]
    assert (first.tag, first.attributes["href"]) == ("a", "#main")


def test_one_heading_above_all_and_none_is_skipped(page):
    levels = [int(e.tag[1]) for e in page.find("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert all(e.text for e in page.find("h1", "h2", "h3", "h4", "h5", "h6"))


def test_every_section_of_the_body_has_a_name(page):
    ids = {e.attributes["id"]: e for e in page.walk() if "id" in e.attributes}
    for section in page.find("section"):
        label = section.attributes.get("aria-labelledby")
        named = section.attributes.get("aria-label") or (label and ids[label].text)
        assert named or [e for e in section.children if e.tag == "h2"], section.attributes


def test_ids_are_unique(page):
    ids = Counter(e.attributes["id"] for e in page.walk() if "id" in e.attributes)
    assert not [name for name, count in ids.items() if count > 1]


def test_what_refers_to_an_id_finds_it(page):
    ids = {e.attributes["id"] for e in page.walk() if "id" in e.attributes}
    for element in page.walk():
        for name in ("aria-labelledby", "aria-describedby", "for", "aria-controls"):
            for wanted in element.attributes.get(name, "").split():
                assert wanted in ids, (element.tag, name, wanted)


def test_every_table_has_a_caption_and_headers_with_a_scope(page):
    tables = page.find("table")
    assert len(tables) > 5
    for table in tables:
        captions = [e for e in table.children if e.tag == "caption"]
        assert len(captions) == 1
        assert captions[0].text
        heads = table.find("th")
        assert heads
        assert {e.attributes.get("scope") for e in heads} <= {"col", "row", "colgroup", "rowgroup"}
        assert table.find("thead")


def test_every_row_of_a_table_fills_it(page):
    for table in page.find("table"):
        widths = {
            sum(int(cell.attributes.get("colspan", "1")) for cell in row.children)
            for row in table.find("tr")
            if not any("rowspan" in cell.attributes for cell in row.children)
        }
        assert len(widths) == 1, table.find("caption")[0].text


def test_every_drawing_is_an_image_with_a_title(page):
    drawings = page.find("svg")
    assert len(drawings) > 5
    for svg in drawings:
        assert svg.attributes["role"] == "img"
        titles = [e for e in svg.children if e.tag == "title"]
        assert len(titles) == 1
        assert titles[0].text
        assert not svg.find("image", "foreignobject", "script", "use")


def test_every_figure_says_in_words_what_it_shows(page):
    for figure in page.find("figure"):
        captions = [e for e in figure.children if e.tag == "figcaption"]
        assert len(captions) == 1
        assert captions[0].text


def test_what_scrolls_can_be_reached_by_keyboard(page):
    for element in page.walk():
        if "scroll" in element.attributes.get("class", "").split():
            assert element.attributes.get("tabindex") == "0"
            assert element.attributes.get("aria-label") or element.attributes.get("aria-labelledby")


def test_no_value_of_the_program_shows_through(page):
    text = page.find("body")[0].text
    assert not [leak for leak in ("{{", "{%", "Undefined", "&amp;", "&lt;", "&#", "object at 0x") if leak in text]
    assert not {"nan", "inf", "null", "NaN", "undefined"} & set(re.findall(r"\w+", text))


def test_a_number_reads_as_the_run_says(page, brief):
    numbers = {n.id: n for n in brief.run.numbers}
    shown = 0
    for element in page.walk():
        number = numbers.get(element.attributes.get("data-id", ""))
        if number is None or element.inside("svg") or element.tag == "svg":
            continue
        assert element.text == " ".join(number.text.split()), number
        shown += 1
    assert shown > 500
