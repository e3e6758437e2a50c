"""Rankograms, score charts and Hasse diagrams: well-formed, complete, nothing on top of another, refused when wrong."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits import (
    HasseNode,
    RankogramPanel,
    ScoreRow,
    hasse_diagram,
    rankogram,
    score_chart,
)
from topline.exhibits.scene import Label, read_scene
from topline.exhibits.svg import Box, text_box

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>&\"'</b>"
LONG = "a very long name of a combination of three treatments and a placebo"
OTHER = "another long name of a combination of treatments"


def a_rankogram(label, cumulative=False):
    panels = [
        RankogramPanel(label, (0.2, 0.3, 0.5), f"SUCRA {label}", "programme"),
        *(RankogramPanel(f"drug {k}", (0.6, 0.3, 0.1)) for k in range(5)),
    ]
    return rankogram("f-rankogram", label, panels, cumulative=cumulative)


def some_scores(label):
    rows = [ScoreRow(label, 0.9, 0.7, 0.99, 0.8, "programme"), ScoreRow("B", 0.1), ScoreRow("C", 0.5, 0.2, 0.8, 0.5)]
    return score_chart("f-scores", label, rows)


def a_diagram(label):
    nodes = [
        HasseNode(label, 0, (0.9, 0.8), "programme"), HasseNode("B", 0, (0.5, 0.9)), HasseNode("C", 1, (0.4, 0.3)),
        HasseNode("D", 2, (0.1, 0.1)), HasseNode(OTHER, 2, (0.2, 0.05)),
    ]  # fmt: skip
    covers = [(label, "C"), ("B", "C"), ("C", "D"), ("C", OTHER)]
    return hasse_diagram("f-hasse", label, nodes, covers, outcomes=("x", label))


MAKERS = [a_rankogram, lambda label: a_rankogram(label, cumulative=True), some_scores, a_diagram]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("label", ["dupilumab 300 mg", HOSTILE, LONG])
def test_a_figure_is_well_formed_named_and_described(make, label):
    figure = make(label)
    root = ET.fromstring(figure.to_svg())
    assert root.attrib["aria-labelledby"].split() == [root[0].attrib["id"], root[1].attrib["id"]]
    assert root[1].text == figure.description
    assert label in figure.description
    assert label in figure.table.to_text() or label != HOSTILE
    drawn = figure.to_svg().split("</desc>")[1]
    assert not re.search(r"\d\.\d{3}|nan|inf", drawn)
    for element in ET.fromstring(figure.to_html()).iter():
        assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image", "b")
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("label", ["dupilumab 300 mg", LONG])
def test_words_stay_apart_and_inside(make, label):
    scene = read_scene(make(label).to_svg())
    boxes = []
    for mark in scene.marks:
        if isinstance(mark, Label):
            box = text_box(mark.x, mark.y, mark.words, size=mark.size, anchor=mark.anchor, bold=mark.bold)
            assert box.left >= -0.5
            assert box.right <= scene.width + 0.5
            assert box.top >= -0.5
            assert box.bottom <= scene.height + 0.5
            boxes.append(box)
    assert len(boxes) > 5
    # boxes are a little taller than letters: lines of one label may share a pixel
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1], gap=-1.5)]


def test_a_rankogram_holds_every_probability():
    figure = a_rankogram("A")
    assert figure.table.to_grid()[:2] == [["Treatment", "Rank 1", "Rank 2", "Rank 3"], ["A", "20%", "30%", "50%"]]
    running = a_rankogram("A", cumulative=True).table.to_grid()
    assert running[0] == ["Treatment", "Rank 1", "Rank 2 or better", "Rank 3 or better"]
    assert running[1] == ["A", "20%", "50%", "100%"]
    assert "tallest" not in figure.caption
    assert "60%" in figure.caption


@pytest.mark.parametrize("panels", [[], [((0.5, 0.5)), ((1.0,))], [((1.2, -0.2))], [()]])
def test_a_rankogram_of_no_distribution_is_refused(panels):
    with pytest.raises(ArgumentError, match="rankogram"):
        rankogram("f", "t", [RankogramPanel(f"{k}", p) for k, p in enumerate(panels)])


def test_scores_stand_with_the_best_first():
    grid = some_scores("A").table.to_grid()
    assert grid == [
        ["Treatment", "P-score", "95% interval", "In a new trial"],
        ["A", "0.90", "0.70 to 0.99", "0.80"],
        ["C", "0.50", "0.20 to 0.80", "0.50"],
        ["B", "0.10", "none", "–"],
    ]
    plain = score_chart("f", "t", [ScoreRow("A", 0.4)], score_name="SUCRA")
    assert plain.table.to_grid()[0] == ["Treatment", "SUCRA", "95% interval"]
    assert "◇" not in plain.to_svg()


def test_scores_beyond_their_range_are_refused():
    for row in (ScoreRow("A", 1.2), ScoreRow("A", 0.5, -0.1, 0.9), ScoreRow("A", float("nan"))):
        with pytest.raises(ArgumentError, match="score of 'A'"):
            score_chart("f", "t", [row])
    with pytest.raises(ArgumentError):
        score_chart("f", "t", [])


def test_a_hasse_diagram_draws_every_cover_relation_once_and_downwards():
    drawn = ET.fromstring(a_diagram("A").to_svg())
    lines = [e.attrib["d"] for e in drawn.iter(f"{SVG}path")]
    assert len(lines) == 4
    for path in lines:
        heights = [float(y) for y in re.findall(r"[ML]\S+ (\S+?)(?=L|$)", path)]
        assert heights == sorted(heights)
        assert heights[0] < heights[-1]
    grid = a_diagram("A").table.to_grid()
    assert grid[0] == ["Treatment", "Level", "P-score, x", "P-score, A", "Next below"]
    assert [row[:2] for row in grid[1:]] == [["A", "1"], ["B", "1"], ["C", "2"], [OTHER, "3"], ["D", "3"]]
    assert grid[3][4] == f"D, {OTHER}"
    assert grid[4][4] == "none"


def boxes_and_segments(figure):
    root = ET.fromstring(figure.to_svg())
    boxes = []
    for e in root.iter(f"{SVG}rect"):
        x, y, width, height = (float(e.attrib.get(k, 0)) for k in ("x", "y", "width", "height"))
        boxes.append(Box(x, y, x + width, y + height))
    segments = []
    for e in root.iter(f"{SVG}path"):
        points = [tuple(float(v) for v in part.split()) for part in re.split("[ML]", e.attrib["d"])[1:]]
        segments += itertools.pairwise(points)
    return boxes, segments


def test_no_line_of_a_hasse_diagram_runs_through_a_node():
    """A line over several levels bends past the nodes between; checked in small steps along each line."""
    nodes = [HasseNode("top", 0, (1.0,)), HasseNode("other", 0, (0.9,))]
    nodes += [HasseNode(f"middle {k}", 1, (0.8 - k / 10,)) for k in range(5)]
    nodes += [HasseNode(f"low {k}", 2, (0.2 - k / 10,)) for k in range(3)] + [HasseNode("bottom", 3, (0.0,))]
    covers = [("top", f"middle {k}") for k in range(5)] + [("other", "bottom"), ("other", "low 0"), ("top", "low 2")]
    covers += [(f"middle {k}", f"low {k % 2}") for k in range(5)] + [("low 1", "bottom"), ("middle 0", "bottom")]
    boxes, segments = boxes_and_segments(hasse_diagram("f", "t", nodes, covers))
    assert len(boxes) == len(nodes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1], gap=8)]
    for (x1, y1), (x2, y2) in segments:
        for step in range(1, 40):
            x, y = x1 + (x2 - x1) * step / 40, y1 + (y2 - y1) * step / 40
            assert not [b for b in boxes if b.left < x < b.right and b.top + 0.1 < y < b.bottom - 0.1]


def test_a_hasse_diagram_does_not_depend_on_the_order_of_its_nodes():
    nodes = [HasseNode(name, level, (score,)) for name, level, score in
             (("a", 0, 0.9), ("b", 0, 0.8), ("c", 1, 0.5), ("d", 1, 0.6), ("e", 2, 0.1))]  # fmt: skip
    covers = [("a", "c"), ("b", "d"), ("b", "c"), ("c", "e"), ("d", "e")]
    one = hasse_diagram("f", "t", nodes, covers)
    two = hasse_diagram("f", "t", nodes[::-1], covers[::-1])
    assert one.to_svg() == two.to_svg()


def test_hasse_diagrams_that_are_none():
    nodes = [HasseNode("a", 0), HasseNode("b", 1)]
    with pytest.raises(ArgumentError, match="needs nodes"):
        hasse_diagram("f", "t", [], [])
    with pytest.raises(ArgumentError, match="needs nodes"):
        hasse_diagram("f", "t", [nodes[0], nodes[0]], [])
    with pytest.raises(ArgumentError, match="lead down"):
        hasse_diagram("f", "t", nodes, [("b", "a")])
    with pytest.raises(UnknownNameError):
        hasse_diagram("f", "t", nodes, [("a", "q")])
    alone = hasse_diagram("f", "t", nodes[:1], [])
    assert alone.table.to_grid() == [["Treatment", "Level", "Next below"], ["a", "1", "none"]]


@pytest.mark.parametrize("make", MAKERS)
def test_another_renderer_knows_every_mark(make):
    assert read_scene(make("A").to_svg())
