"""Every exhibit, built from hostile and ordinary labels: well-formed, traceable, complete, lean."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits import (
    Figure,
    ForestRow,
    HarmRow,
    NetworkEdge,
    NetworkNode,
    RankRow,
    RateRow,
    TimelineEvent,
    forest,
    harm_chart,
    network_graph,
    rank_chart,
    rate_chart,
    timeline,
)
from topline.records import Number

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>&\"'</b>"


class Numbers:
    """Numbers with ids that count up, so that a test can ask for all of them."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def __call__(self, text: str) -> Number:
        self.ids.append(f"n-{len(self.ids)}")
        return Number(id=self.ids[-1], text=text, value=1.0, unit="", what=HOSTILE, how="test", made_from=())


def a_forest(n: Numbers, label: str) -> Figure:
    rows = [
        ForestRow("A", 4.0, 2.4, 6.5, 1.2, 13.0, 10, "programme", True, (n("4.0"), n("2.4 to 6.5"))),
        ForestRow(label, 2.0, 0.001, 900.0, 0.0001, 9e4, 1, "rival", False, (n("2.0"), "wide")),
        ForestRow("B", math.nan, columns=("", "")),
        ForestRow("Pooled", 3.0, 2.0, 4.5, role="reference", columns=("", n("3.0")), summary=True),
    ]
    return forest(
        "f-forest", ("Title ", n("33"), label), rows, axis_label=f"odds ratio {label}", columns=(label, "x"),
        favours=(label, "drug"), heterogeneity=("tau ", n("0.2")), caption=label,
    )  # fmt: skip


def a_network(n: Numbers, label: str) -> Figure:
    nodes = [NetworkNode("A", 900, "programme"), NetworkNode(label, None), NetworkNode("placebo", 500, "reference")]
    edges = [NetworkEdge("A", "placebo", 3), NetworkEdge(label, "placebo", 1)]
    return network_graph("f-network", (n("3"), label), nodes, edges)


def some_ranks(n: Numbers, label: str) -> Figure:
    rows = [
        RankRow(label, (0.2, 0.3, 0.5), n("3"), n("1 to 3"), "programme"),
        RankRow("B", (0.6, 0.3, 0.1), n("1"), n("1 to 2")),
    ]
    return rank_chart("f-ranks", label, rows, caption=(label, n("9")))


def some_rates(n: Numbers, label: str) -> Figure:
    rows = [RateRow(label, 0.33, 0.28, 0.38, (n("33"),), "programme", label), RateRow("B", 0.6, columns=(n("60"),))]
    return rate_chart("f-rates", label, rows, axis_label=label, columns=(label,), baseline=(label, 0.14))


def some_harm(n: Numbers, label: str) -> Figure:
    rows = [
        HarmRow("fever", 0.1, 0.01, 0.09, 0.05, 0.13, "more", n("10"), n("1"), (n("+9"),), "week 24"),
        HarmRow(label, 0.02, 0.09, -0.07, -0.12, -0.02, "fewer", n("2"), n("9"), (n("−7"),)),
        HarmRow("headache", 0.05, 0.05, 0.0, -0.03, 0.03, "unclear", n("5"), n("5"), (n("0"),)),
    ]
    return harm_chart("f-harm", label, rows, drug=label, reference="placebo", columns=(label,))


def a_timeline(n: Numbers, label: str) -> Figure:
    events = [
        TimelineEvent("2021-06-01", label, "deal", statement=(n("400"), label), fact="e-1"),
        TimelineEvent("2024-09", "readout", "readout", "rival"),
        TimelineEvent("2025-03-08", "fever", "safety"),
        TimelineEvent("2026-H1", label, "regulatory", planned=True),
        TimelineEvent("2025", "study", "other"),
    ]
    return timeline("f-timeline", label, events, as_of="2026-02-02")


MAKERS = [a_forest, a_network, some_ranks, some_rates, some_harm, a_timeline]
Maker = Callable[[Numbers, str], Figure]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("label", ["dupilumab 300 mg", HOSTILE])
def test_a_figure_is_well_formed_named_and_described(make: Maker, label: str) -> None:
    figure = make(Numbers(), label)
    root = ET.fromstring(figure.to_svg())
    assert root.tag == f"{SVG}svg"
    assert root.attrib["role"] == "img"
    named = root.attrib["aria-labelledby"].split()
    assert [root[0].attrib["id"], root[1].attrib["id"]] == named
    assert (root[0].tag, root[1].tag) == (f"{SVG}title", f"{SVG}desc")
    assert root[1].text == figure.description
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    assert 100 < width < 1200
    assert height > 20
    ET.fromstring(figure.to_html())


@pytest.mark.parametrize("make", MAKERS)
def test_a_strict_content_policy_is_kept(make: Maker) -> None:
    root = ET.fromstring(make(Numbers(), HOSTILE).to_html())
    for element in root.iter():
        assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image", "use", "b")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name]


@pytest.mark.parametrize("make", MAKERS)
def test_every_number_leads_to_its_source(make: Maker) -> None:
    numbers = Numbers()
    html = make(numbers, "x").to_html()
    shown = {element.attrib["data-id"] for element in ET.fromstring(html).iter() if "data-id" in element.attrib}
    assert set(numbers.ids) <= shown


@pytest.mark.parametrize("make", MAKERS)
def test_drawings_round_their_coordinates_and_name_no_page_colour_twice(make: Maker) -> None:
    drawn = make(Numbers(), "x").to_svg()
    assert not re.search(r"\d\.\d{3}", drawn.split("</desc>")[1])
    assert "nan" not in drawn
    assert "inf" not in drawn.split("</desc>")[1]


@pytest.mark.parametrize("make", MAKERS)
def test_the_twin_holds_a_row_for_each_row(make: Maker) -> None:
    figure = make(Numbers(), "x")
    rows = {"f-forest": 4, "f-network": 3, "f-ranks": 2, "f-rates": 2, "f-harm": 3, "f-timeline": 5}
    assert len(figure.table.rows) == rows[figure.id]
    assert figure.table.id == f"{figure.id}-table"
    assert figure.to_text() == figure.table.to_text()


def _rows_by_height(figure: Figure) -> list[str]:
    """The texts at the left edge, from the top down."""
    found = [
        (float(t.attrib["y"]), "".join(t.itertext()))
        for t in ET.fromstring(figure.to_svg()).iter(f"{SVG}text")
        if t.attrib["x"] == "2"
    ]
    return [words for _, words in sorted(found)]


def test_a_forest_is_sorted_by_effect_with_the_summary_last() -> None:
    figure = a_forest(Numbers(), "C")
    assert _rows_by_height(figure)[:4] == ["A", "C", "B", "Pooled"]
    assert [row.cells[0] for row in figure.table.rows] == ["A", "C", "B", "Pooled"]


def test_a_forest_keeps_its_groups_and_a_given_order() -> None:
    rows = [
        ForestRow("low", 1.0, 0.5, 2.0),
        ForestRow("Group", heading=True),
        ForestRow("small", 1.1, 0.9, 1.3),
        ForestRow("large", 3.0, 2.0, 4.0),
    ]
    made = forest("f", "t", rows, axis_label="odds ratio")
    assert _rows_by_height(made)[:4] == ["low", "Group", "large", "small"]
    assert [len(row.cells) for row in made.table.rows] == [2, 1, 2, 2]
    ascending = forest("f", "t", rows, axis_label="odds ratio", order="ascending")
    assert _rows_by_height(ascending)[:4] == ["low", "Group", "small", "large"]
    given = forest("f", "t", rows, axis_label="odds ratio", order="given")
    assert _rows_by_height(given)[:4] == ["low", "Group", "small", "large"]


def test_no_diamond_without_its_heterogeneity() -> None:
    rows = [ForestRow("Pooled", 1.0, 0.5, 2.0, summary=True)]
    with pytest.raises(ArgumentError, match="heterogeneity"):
        forest("f", "t", rows, axis_label="odds ratio")


def test_intervals_that_leave_the_axis_get_arrows() -> None:
    def arrows(lower: float, upper: float) -> int:
        rows = [ForestRow("A", 2.0, lower, upper)]
        made = forest("f", "t", rows, axis_label="odds ratio", limits=(0.5, 8))
        return len(re.findall(r'<path d="[^"]*z"', made.to_svg()))

    assert [arrows(1, 4), arrows(0.1, 4), arrows(0.1, 40), arrows(0.0, math.inf)] == [0, 1, 2, 2]


def test_squares_have_areas_by_weight_and_hollow_means_indirect() -> None:
    rows = [ForestRow("A", 2.0, 1, 4, weight=4, direct=True), ForestRow("B", 1.5, 1, 4, weight=1, direct=False)]
    root = ET.fromstring(forest("f", "t", rows, axis_label="odds ratio").to_svg())
    squares = [r for r in root.iter(f"{SVG}rect") if r.attrib["width"] == r.attrib["height"]]
    areas = [float(r.attrib["width"]) ** 2 for r in squares]
    assert areas[0] == pytest.approx(4 * areas[1])
    assert [r.attrib["fill"] for r in squares] == ["currentColor", "#fff"]


def test_a_natural_axis_puts_zero_as_no_effect() -> None:
    figure = forest("f", "t", [ForestRow("A", -3.0, -5.0, -1.0)], axis_label="difference", scale="natural")
    assert "−3.0 (−5.0 to −1.0)" in figure.to_svg()


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ArgumentError, match="'A' has 1 numbers"):
        forest("f", "t", [ForestRow("A", 1, 1, 1, columns=("x",))], axis_label="odds ratio", columns=("a", "b"))
    with pytest.raises(ArgumentError, match="at least one row"):
        forest("f", "t", [], axis_label="odds ratio")


def test_ranks_are_sorted_by_mean_rank_and_refuse_what_is_no_distribution() -> None:
    assert _rows_by_height(some_ranks(Numbers(), "A")) == ["B", "A"]
    for wrong in ([], [RankRow("A", (0.5, 0.5), "", ""), RankRow("B", (1.0,), "", "")], [RankRow("A", (0, 0), "", "")]):
        with pytest.raises(ArgumentError):
            rank_chart("f", "t", wrong)


def test_rates_are_proportions_best_first() -> None:
    rows = [RateRow("A", 0.1, 0.05, 0.2), RateRow("B", 0.6, 0.5, 0.7)]
    assert _rows_by_height(rate_chart("f", "t", rows, axis_label="of 100")) == ["B", "A"]
    assert _rows_by_height(rate_chart("f", "t", rows, axis_label="of 100", better="lower")) == ["A", "B"]
    assert "50 to 70" in rate_chart("f", "t", rows, axis_label="of 100").to_svg()
    with pytest.raises(ArgumentError, match="proportion"):
        rate_chart("f", "t", [RateRow("A", 33.0)], axis_label="of 100")


def test_harm_is_sorted_and_signals_have_a_shape_and_a_word() -> None:
    figure = some_harm(Numbers(), "rash")
    drawn = figure.to_svg()
    assert [name for name in _rows_by_height(figure) if name != "week 24"] == ["fever", "headache", "rash"]
    assert "▲ more" in drawn
    assert "▼ fewer" in drawn
    assert "unclear" in drawn
    plain = harm_chart("f", "t", [HarmRow("fever", 0.1, 0.01, 0.09, 0.05, 0.13)], drug="drug", reference="placebo")
    assert "+9 (+5 to +13)" in plain.to_svg()


def test_a_network_refuses_what_it_can_not_draw() -> None:
    nodes = [NetworkNode("placebo"), NetworkNode("drug")]
    with pytest.raises(UnknownNameError, match="plcebo"):
        network_graph("f", "t", nodes, [NetworkEdge("plcebo", "drug", 1)])
    with pytest.raises(ArgumentError):
        network_graph("f", "t", [nodes[0], nodes[0]], [])
    with pytest.raises(ArgumentError):
        network_graph("f", "t", [], [])
    alone = network_graph("f", "t", nodes, [])
    assert "nothing" in alone.table.to_text()


def test_a_forest_of_eighteen_rows_and_a_network_stay_lean() -> None:
    rows = [
        ForestRow(f"treatment {i}", 1 + i / 9, 0.5 + i / 9, 2 + i / 9, 0.4, 5.0, i + 1, direct=True, columns=("1",) * 4)
        for i in range(18)
    ]
    figure = forest("f", "t", rows, axis_label="odds ratio", columns=("a", "b", "c", "d"))
    assert len(figure.to_svg()) < 24_000
