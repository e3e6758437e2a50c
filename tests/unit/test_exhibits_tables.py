"""Tables and league tables in every format."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from topline.errors import ArgumentError
from topline.exhibits import Cell, Column, LeagueEntry, Row, Table, league_table
from topline.records import Number
from topline.tables.formula_cells import escape_formula

HOSTILE = "<b>&\"'|*</b>"


def number(text: str, id_: str = "n-1") -> Number:
    return Number(id=id_, text=text, value=1.5, unit="", what="what it is", how="test", made_from=())


def a_table(**changes: object) -> Table:
    fields: dict[str, object] = {
        "id": "t",
        "caption": "A caption",
        "columns": (Column("Event", "left"), Column("of 100"), Column("Word", "center")),
        "rows": (
            Row(("A group",), heading=True),
            Row(("fever", number("10"), "more"), tone="programme"),
            Row(("chills", ("<", number("1", "n-2")), Cell("unclear", detail="few", strong=True, tone="muted"))),
        ),
        "footer": (Row(("all", "11", "")),),
        "notes": (("n = ", number("328", "n-3")),),
    }
    return Table(**{**fields, **changes})  # type: ignore[arg-type]


def test_html_has_headers_scopes_and_ids() -> None:
    root = ET.fromstring(f"<div>{a_table().to_html()}</div>")
    scroll = root[0]
    assert scroll.attrib == {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": "A caption"}
    scopes = [th.attrib["scope"] for th in root.iter("th")]
    assert scopes == ["col", "col", "col", "rowgroup", "row", "row", "row"]
    assert [d.attrib["data-id"] for d in root.iter("data")] == ["n-1", "n-2", "n-3"]
    assert root.find(".//tfoot") is not None
    assert next(root.iter("caption")).find("span") is not None
    assert [p.attrib["class"] for p in root.iter("p")] == ["note"]
    assert str(a_table().to_html()) == a_table().__html__()


def test_html_escapes() -> None:
    table = Table("t", HOSTILE, (Column(HOSTILE),), (Row((HOSTILE,)), Row((Cell(HOSTILE, HOSTILE, mark="*"),))))
    root = ET.fromstring(f"<div>{table.to_html()}</div>")
    assert root[0].attrib["aria-label"] == HOSTILE
    assert not list(root.iter("b"))


def test_text_is_aligned() -> None:
    assert a_table().to_text().splitlines() == [
        "A caption",
        "",
        "Event    of 100       Word",
        "───────  ──────  ─────────────",
        "A group",
        "fever        10       more",
        "chills       <1  unclear (few)",
        "all          11",
        "n = 328",
    ]


def test_markdown_escapes_what_means_something() -> None:
    table = Table("t", "", (Column("a|b", "left"), Column("c")), (Row(("x_y\nz", "<1")),), notes=("a*b",))
    assert table.to_markdown().splitlines() == ["| a\\|b | c |", "| :-- | --: |", "| x\\_y z | &lt;1 |", "", "a\\*b"]
    assert a_table().to_markdown().startswith("**A caption**\n\n| Event |")


def test_csv_keeps_numbers_and_disarms_formulas() -> None:
    rows = tuple(Row((cell, "−3.5", "+19")) for cell in ("=1+1", "@x", "-cmd", "fine, with a comma"))
    table = Table("t", "", (Column("a"), Column("b"), Column("c")), rows)
    read = list(csv.reader(io.StringIO(table.to_csv())))
    assert [row[0] for row in read] == ["a", "'=1+1", "'@x", "'-cmd", "fine, with a comma"]
    assert read[1][1:] == ["-3.5", "+19"]


@pytest.mark.parametrize("cell", ["-2+3+cmd|' /C calc'!A0", "+1-1", "\n=1", " =1", "＝1", "-3 (-4 to cmd)", "'=1", "-"])
def test_csv_disarms_what_only_begins_as_a_number_or_hides_its_beginning(cell: str) -> None:
    read = list(csv.reader(io.StringIO(Table("t", "", (Column("a"),), (Row((cell,)),)).to_csv(), newline="")))
    assert read[1] == [escape_formula(cell)] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["-3.5 (-4.1 to -0.2)", "-1e-05", "-5% (-7% to 2%)", "+1,234"])
def test_csv_leaves_a_number_and_its_interval(cell: str) -> None:
    assert list(csv.reader(io.StringIO(Table("t", "", (Column("a"),), (Row((cell,)),)).to_csv())))[1] == [cell]


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ArgumentError, match="wrong length") as caught:
        a_table(rows=(Row(("fever", "1")),))
    assert caught.value.problem.row == 2


def a_league(highlight: tuple[str, ...] = ("drug",)) -> Table:
    names = ("drug", "rival <b>", "placebo")
    entries = [
        LeagueEntry(a, b, number(f"{i}.5 (1.1 to 9.0)", f"n-{i}"), excludes_null=i % 2 == 0)
        for i, (a, b) in enumerate((a, b) for a in names for b in names if a != b)
    ]
    return league_table("lg", "All pairs.", names, entries[:-1], measure="odds ratio", highlight=highlight)


def test_a_league_states_its_direction_and_shows_every_ordered_pair() -> None:
    table = a_league()
    root = ET.fromstring(f"<div>{table.to_html()}</div>")
    caption = "".join(next(root.iter("caption")).itertext())
    assert "row's treatment versus the column's: odds ratio (95% interval)" in caption
    traced = [e for e in root.iter() if "data-id" in e.attrib]
    assert [e.attrib["data-id"] for e in traced] == [f"n-{i}" for i in range(5)]
    assert [e.attrib for e in traced if "title" in e.attrib] == []
    grid = table.to_grid()
    assert grid[0] == ["Row versus column", "drug", "rival <b>", "placebo"]
    assert grid[1] == ["drug", "drug", "*0.5 (1.1 to 9.0)", "1.5 (1.1 to 9.0)"]
    assert grid[3] == ["placebo", "*4.5 (1.1 to 9.0)", "–", "placebo"]


def test_a_league_marks_by_more_than_colour() -> None:
    root = ET.fromstring(f"<div>{a_league().to_html()}</div>")
    bold = ["".join(b.itertext()) for b in root.iter("b")]
    assert [words for words in bold if words.startswith("*")] == [f"*{i}.5 (1.1 to 9.0)" for i in (0, 2, 4)]
    assert "*" in "".join(next(root.iter("caption")).itertext())
    highlighted = [tr.attrib.get("class") for tr in root.iter("tr")]
    assert highlighted == [None, "programme", None, None]
    assert [td.attrib["class"] for td in root.iter("td") if "own" in td.attrib.get("class", "")] == ["own"] * 3


def test_half_a_league_shows_each_pair_once() -> None:
    names = ("a", "b", "c")
    entries = [LeagueEntry(x, y, f"{x}{y}") for x in names for y in names if x != y]
    grid = league_table("lg", "t", names, entries, measure="odds ratio", half=True).to_grid()
    assert [row[1:] for row in grid[1:]] == [["a", "ab", "ac"], ["", "b", "bc"], ["", "", "c"]]


def test_a_league_takes_intervals_apart_from_estimates() -> None:
    entries = [LeagueEntry("a", "b", "2.0", "1.0 to 4.0"), LeagueEntry("b", "a", "0.50", "0.25 to 1.0")]
    table = league_table("lg", "", ("a", "b"), entries, measure="odds ratio")
    assert table.to_grid()[1][2] == "2.0 (1.0 to 4.0)"
    assert "<small>1.0 to 4.0</small>" in table.to_html()
    assert "Bold" not in table.to_html()
