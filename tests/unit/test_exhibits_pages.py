"""The page shell: landmarks, escaping, no network, contrast in both lights, weight."""

import math
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from topline.exhibits import ForestRow, LeagueEntry, forest, league_table
from topline.exhibits.pages import environment, render_page, stylesheet
from topline.exhibits.palette import ON_DARK, ON_LIGHT
from topline.records import Caveat, Number, Source

HOSTILE = "<script>alert('x')</script>\"&"


class Reader(HTMLParser):
    """The elements of a page, in order, with a check that they nest."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def number(text: str, id_: str = "n-1") -> Number:
    return Number(id=id_, text=text, value=0.33, unit="", what="responders", how="test", made_from=())


def test_the_shell_has_its_landmarks() -> None:
    page = render_page("page.html", title="A brief", main=Markup("<h1>Hello</h1>"), sections=[("harm", "Harm")])
    reader = read(page)
    assert page.startswith("<!doctype html>")
    assert reader.all("html") == [{"lang": "en"}]
    for landmark in ("header", "nav", "main", "footer", "title"):
        assert len(reader.all(landmark)) == 1
    links = [a["href"] for a in reader.all("a")]
    assert links == ["#main", "#harm"]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in reader.all("meta")


def test_a_page_needs_no_network_and_no_script() -> None:
    page = render_page("page.html", title="A brief", main="x")
    reader = read(page)
    assert reader.all("script") == []
    assert [link["href"] for link in reader.all("link")] == ["data:,"]
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()


def test_the_style_sheet_can_be_linked_instead() -> None:
    page = render_page("page.html", title="A brief", main="x", stylesheet_address="/style.css")
    assert read(page).all("style") == []
    assert 'href="/style.css"' in page


def test_pages_escape_by_default_and_refuse_missing_names() -> None:
    page = render_page("page.html", title=HOSTILE, main=HOSTILE, header=HOSTILE, sections=[(HOSTILE, HOSTILE)])
    assert read(page).all("script") == []
    with pytest.raises(UndefinedError):
        render_page("page.html", title="A brief")


def test_templates_show_numbers_and_exhibits_as_they_are(tmp_path: Path) -> None:
    tmp_path.joinpath("brief.html").write_text(
        '{% extends "page.html" %}{% block main %}{{ finding }} {{ day | date }} {{ table }}{% endblock %}',
        encoding="utf-8",
    )
    table = league_table("lg", "t", ("a", "b"), [LeagueEntry("a", "b", number("2", "n-2"))], measure="odds ratio")
    page = render_page(
        "brief.html", folders=(tmp_path,), title="t", finding=(number("33"), " of <100>"), day="2025-03-08", table=table
    )
    assert re.findall(r'data-id="([^"]+)"', page) == ["n-1", "n-2"]
    assert "of &lt;100&gt; 8 Mar 2025" in page


def test_parts_of_a_page() -> None:
    template = environment().from_string(
        '{% import "parts.html" as parts %}'
        '<div class="boxes">{% call parts.box("How good") %}<p>x</p>{% endcall %}</div>'
        '{% call parts.section("harm", "Harm", ("It has ", n)) %}y{% endcall %}'
        "{{ parts.caveats(caveats) }}{{ parts.sources(sources) }}"
    )
    caveats = [Caveat(code="b", text="small", severity="minor"), Caveat(code="a", text=HOSTILE, severity="serious")]
    caveats += [Caveat(code="c", text="less", severity="minor"), Caveat(code="d", text="so so")]
    sources = [
        Source(
            source_id="s1", title=HOSTILE, publisher="Amgen", date="2025-03", address="https://example.org/?a=1&b=2"
        ),
        Source(source_id="s2", title="A talk", publisher="", date="2024", address="javascript:alert(1)"),
    ]
    made = template.render(n=number("10"), caveats=caveats, sources=sources)
    reader = read(made)
    assert reader.all("script") == []
    assert [li["class"] for li in reader.all("li") if "class" in li] == [
        "caveat caveat--serious",
        "caveat caveat--moderate",
        "caveat caveat--minor",
        "caveat caveat--minor",
    ]
    assert made.index("small") < made.index("less")
    assert [a["href"] for a in reader.all("a")] == ["https://example.org/?a=1&b=2"]
    assert {"id": "harm", "aria-labelledby": "harm-heading"} in reader.all("section")
    assert [d["data-id"] for d in reader.all("data")] == ["n-1"]
    assert "Amgen, Mar 2025." in made


def variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", block))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


LIGHT, DARK, PRINT = (variables(block) for block in re.findall(r":root \{(.*?)\}", str(stylesheet()), re.DOTALL))


@pytest.mark.parametrize("light", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_meets_the_standard(light: dict[str, str]) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text (1.4.3), 3 to 1 for graphics (1.4.11)."""
    for ink in ("ink", "muted", "link", "serious", "moderate"):
        for ground in ("paper", "raised", "tint"):
            assert contrast(light[ink], light[ground]) >= 4.5, (ink, ground)
    for ink in ("programme", "rival", "harm", "focus"):
        for ground in ("paper", "raised", "tint"):
            assert contrast(light[ink], light[ground]) >= 3, (ink, ground)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_style_sheet_and_the_palette_agree() -> None:
    for role in ("programme", "rival", "harm"):
        assert LIGHT[role] == ON_LIGHT[role].lower() == PRINT[role]
        assert DARK[role] == ON_DARK[role].lower()


def test_every_class_in_use_is_documented_and_every_variable_defined() -> None:
    sheet = str(stylesheet())
    notes, rules = sheet.split("*/", 1)
    assert set(re.findall(r"var\(--([a-z]+)\)", rules)) <= set(LIGHT) == set(DARK)
    bodies = re.sub(r"\{[^{}]*\}", "", rules)
    shell = {"skip", "page-nav", "page-footer", "page-header", "small", "medium", "large"}
    used = set(re.findall(r"\.([a-z][a-z-]*)", re.sub(r"/\*.*?\*/", "", bodies, flags=re.DOTALL)))
    assert {name for name in used if f".{name}" not in notes} <= shell


def test_a_brief_of_six_forests_and_two_leagues_stays_under_half_a_megabyte() -> None:
    names = [f"a treatment {i} 300 mg q2w" for i in range(18)]
    columns = tuple(number("4.0 (2.4 to 6.5)", f"n-{i:012x}") for i in range(4))
    rows = [
        ForestRow(
            name, math.exp(i / 9), math.exp(i / 9 - 1), math.exp(i / 9 + 1), 0.1, 30.0, i + 1, "rival", True, columns
        )
        for i, name in enumerate(names)
    ]
    entries = [LeagueEntry(a, b, columns[0]) for a in names for b in names if a != b]
    parts = [forest(f"f{k}", "t", rows, axis_label="odds ratio", columns=("a", "b", "c", "d")) for k in range(6)]
    parts += [league_table(f"l{k}", "t", names, entries, measure="odds ratio") for k in range(2)]
    page = render_page("page.html", title="t", main=Markup("").join(Markup(part.to_html()) for part in parts))
    assert len(page.encode()) < 400_000
    read(page)


def test_a_notebook_shows_an_exhibit_with_the_style_sheet_and_keeps_its_own() -> None:
    figure = forest("f", "t", [ForestRow("drug", 2.0, 1.5, 3.0)], axis_label="odds ratio")
    table = league_table("lg", "t", ("a", "b"), [LeagueEntry("a", "b", "2")], measure="odds ratio")
    for shown, inside in ((figure._repr_html_(), "<svg"), (table._repr_html_(), "<table")):
        reader = read(shown)
        assert len(reader.all("style")) == 1
        assert inside in shown
        style = re.findall(r"<style>(.*?)</style>", shown, re.DOTALL)[0]
        assert style.startswith(".topline-exhibit {")
        assert "--paper: #ffffff" in style
        assert not re.search(r"(^|[\s,}])(:root|body)\s*\{", style)
        # one rule holds all others, so that nothing reaches the notebook
        depth, ends = 0, []
        for k, sign in enumerate(style.strip()):
            depth += (sign == "{") - (sign == "}")
            ends += [k] if sign == "}" and depth == 0 else []
        assert ends == [len(style.strip()) - 1]
        assert "@media print" not in style
        assert "@page" not in style


def test_on_paper_nothing_stays_folded_and_headings_stay_with_what_they_head() -> None:
    print_rules = stylesheet().partition("@media print")[2]
    assert "details::details-content { content-visibility: visible; block-size: auto; }" in print_rules
    assert re.search(r"h1, h2, h3,[^{]*\{ break-after: avoid; \}", print_rules)
    assert "thead { display: table-header-group;" in print_rules
    assert "section:has(> h2 + .scroll > .league) { page: wide; }" in print_rules
