"""The heat map of contributions: whole, legible, lean, and the same without colour."""

import re
import xml.etree.ElementTree as ET

import pytest

from topline.errors import ArgumentError
from topline.exhibits import ContributionRow, contribution_map
from topline.exhibits.svg import SIZE, SMALL, text_box, text_width

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>&\"'</b>"
ROWS = (
    ContributionRow("A versus P", (0.7, 0.296, 0.004)),
    ContributionRow("B versus P", (0.0, 0.25, 0.75)),
)


def texts(root):
    """Every text as its words and its box; a turned one has its place in the turned drawing."""
    found = {"turned": [], "upright": []}

    def visit(element, size, anchor, kind):
        size = float(element.get("font-size", size))
        anchor = element.get("text-anchor", anchor)
        kind = "turned" if element.get("transform") else kind
        if element.tag == f"{SVG}text":
            words = "".join(element.itertext())
            box = text_box(float(element.get("x")), float(element.get("y")), words, size=size, anchor=anchor)
            found[kind].append((words, box))
        for child in element:
            visit(child, size, anchor, kind)

    visit(root, SIZE, "start", "upright")
    return found


def test_numbers_stand_in_the_cells_and_all_of_them_in_the_table():
    figure = contribution_map("m", "Shares", ["one", "two", "three"], ROWS)
    root = ET.fromstring(figure.to_svg())
    # two adds up to 0.546, three to 0.754, one to 0.7; what is under half a percent is blank
    assert [words for words, _ in texts(root)["turned"]] == ["three", "one", "two"]
    assert [words for words, _ in texts(root)["upright"]] == ["A versus P", "B versus P", "70", "30", "75", "25"]
    assert figure.table.to_grid() == [
        ["Estimate", "three", "one", "two"],
        ["A versus P", "0.4%", "70%", "30%"],
        ["B versus P", "75%", "", "25%"],
    ]
    assert "A versus P: one 70%, two 30%, three 0.4%; B versus P: three 75%, two 25%." in figure.description


def test_more_is_darker_and_never_too_dark():
    svg = contribution_map("m", "Shares", ["one", "two", "three"], ROWS).to_svg()
    shades = [float(x) for x in re.findall(r'fill-opacity="([\d.]+)"', svg)]
    assert shades == sorted(shades)
    assert max(shades) == 0.5
    assert "style" not in svg


def test_the_smallest_columns_become_one_without_a_shade():
    columns = [f"study {k}" for k in range(12)]
    shares = [(12 - k) / 78 for k in range(12)]
    figure = contribution_map("m", "Shares", columns, [ContributionRow("A versus P", tuple(shares))], most=5)
    assert figure.table.to_grid() == [
        ["Estimate", "study 0", "study 1", "study 2", "study 3", "8 others"],
        ["A versus P", "15%", "14%", "13%", "12%", "46%"],
    ]
    paths = re.findall(r'<path d="([^"]+)" fill="currentColor"', figure.to_svg())
    assert sum(path.count("M") for path in paths) == 4
    assert "adds up the 8 smallest studies" in figure.caption
    assert contribution_map("m", "Shares", columns, [ContributionRow("A", tuple(shares))], most=1).table.to_grid() == [
        ["Estimate", "12 others"],
        ["A", "100%"],
    ]


@pytest.mark.parametrize("size", [1, 5, 22, 40])
def test_nothing_overlaps_or_is_cut_off(size):
    columns = [f"a very long name of a comparison that goes on, versus the number {k}" for k in range(size)]
    rows = [
        ContributionRow(f"face-to-face therapy and another {k} versus placebo", (1 / size,) * size) for k in range(21)
    ]
    root = ET.fromstring(contribution_map("m", "Shares", columns, rows).to_svg())
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    found = texts(root)
    for kind, boxes in found.items():
        for i, (_, one) in enumerate(boxes):
            assert not any(one.overlaps(two, -0.5) for _, two in boxes[:i]), kind
    for _, box in found["upright"]:
        assert -1 < box.left < box.right < width + 1
        assert -1 < box.top < box.bottom < height + 1
    # turned by -90 degrees a point (x, y) comes to lie at (y, -x)
    deepest = min(box.top for _, box in found["upright"])
    for _, box in found["turned"]:
        assert 0 <= -box.right < -box.left < deepest
        assert 0 < box.top < box.bottom < width + 1


def test_hostile_names_stay_words():
    figure = contribution_map("m", HOSTILE, [HOSTILE], [ContributionRow(HOSTILE, (1.0,))], caption=HOSTILE)
    assert ET.fromstring(figure.to_svg()).find(f".//{SVG}text") is not None
    assert "<b>" not in figure.to_svg()
    assert "<b>" not in figure.to_html()


def test_a_large_map_stays_lean():
    rows = [ContributionRow(f"treatment {k} versus placebo", (1 / 40,) * 40) for k in range(21)]
    assert len(contribution_map("m", "Shares", [f"study {k}" for k in range(40)], rows).to_svg()) < 60_000
    assert text_width("100", SMALL) < 30


@pytest.mark.parametrize(
    ("columns", "shares", "most"),
    [([], (), 40), (["a"], (0.5, 0.5), 40), (["a"], (1.2,), 40), (["a"], (float("nan"),), 40), (["a"], (1.0,), 0)],
)
def test_what_is_no_map_is_refused(columns, shares, most):
    with pytest.raises(ArgumentError):
        contribution_map("m", "Shares", columns, [ContributionRow("A", shares)], most=most)
    with pytest.raises(ArgumentError):
        contribution_map("m", "Shares", ["a"], [])
