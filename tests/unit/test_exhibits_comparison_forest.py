"""Direct, indirect and network estimates in one picture: marks, words, twin, and what has no indirect evidence."""

import re
import xml.etree.ElementTree as ET

import pytest

from topline.errors import ArgumentError
from topline.exhibits import ComparisonRow, Figure, ForestRow, Measured, comparison_forest, forest
from topline.exhibits.scene import Label, read_scene
from topline.exhibits.svg import Box, text_box

SVG = "{http://www.w3.org/2000/svg}"
BOTH = ComparisonRow("B", "A", 3, Measured(1.5, 0.8, 2.8), Measured(2.4, 1.1, 5.2), Measured(1.8, 1.1, 2.9), 0.6, 0.2)
ALONE = ComparisonRow("C", "A", 1, Measured(0.5, 0.2, 1.2), None, Measured(0.5, 0.2, 1.2), 1.0, None)


def drawn(*rows: ComparisonRow, **how: str) -> Figure:
    return comparison_forest("c", "t", rows, measure="odds ratio", heterogeneity="tau 0.2", **how)


def words_at(figure: Figure) -> list[tuple[Label, Box]]:
    return [
        (m, text_box(m.x, m.y, m.words, size=m.size, anchor=m.anchor, bold=m.bold))
        for m in read_scene(figure.to_svg()).marks
        if isinstance(m, Label)
    ]


def test_a_comparison_has_a_heading_and_a_row_for_each_kind_of_evidence() -> None:
    left = sorted((m.y, m.words) for m, _ in words_at(drawn(BOTH, ALONE)) if m.x == 2)
    assert [words for _, words in left][:7] == [
        "B versus A", "direct", "indirect", "network", "C versus A", "direct", "network",
    ]  # fmt: skip


def test_marks_differ_by_shape_and_squares_by_their_share() -> None:
    root = ET.fromstring(drawn(BOTH).to_svg())
    squares = [r.attrib for r in root.iter(f"{SVG}rect") if r.attrib["width"] == r.attrib["height"]]
    assert [s["fill"] for s in squares] == ["currentColor", "#fff"]
    direct, indirect = (float(s["width"]) ** 2 for s in squares)
    assert direct / indirect == pytest.approx(0.6 / 0.4, rel=0.01)
    diamonds = [p for p in root.iter(f"{SVG}path") if re.fullmatch(r"M[^LM]+(L[^LM]+){3}z", p.attrib["d"])]
    assert len(diamonds) == 1
    assert "■ direct" in "".join(root.itertext())


def test_the_twin_has_a_row_a_comparison_and_the_description_says_what_is_missing() -> None:
    figure = drawn(BOTH, ALONE)
    assert figure.table is not None
    assert figure.table.to_grid()[1:] == [
        ["B versus A", "3", "1.5 (0.80 to 2.8)", "2.4 (1.1 to 5.2)", "1.8 (1.1 to 2.9)", "60%", "0.20"],
        ["C versus A", "1", "0.50 (0.20 to 1.2)", "–", "0.50 (0.20 to 1.2)", "100%", "–"],
    ]
    assert "2 comparisons, 1 of them with indirect evidence too" in figure.description
    assert "C versus A: direct 0.50 (0.20 to 1.2), no indirect evidence" in figure.description
    assert f'<desc id="c-desc">{figure.description}</desc>' in figure.to_svg()


def test_a_natural_scale_has_its_null_at_zero_and_signs() -> None:
    row = ComparisonRow("B", "A", 1, Measured(-0.4, -1, 0.2), None, Measured(-0.4, -1, 0.2), 1.0, None)
    figure = comparison_forest("c", "t", [row], measure="mean difference", heterogeneity="tau 0", scale="natural")
    assert "−0.40 (−1.00 to 0.20)" in figure.to_svg()
    assert "−0.40 (−1.00 to 0.20)" in figure.to_text()


@pytest.mark.parametrize("name", ["A", "a treatment with a rather long name 300 mg every 2 weeks", "W" * 40])
def test_names_stand_clear_of_the_panel_and_of_each_other(name: str) -> None:
    row = ComparisonRow(name, name + "2", 30, BOTH.direct, BOTH.indirect, BOTH.network, 0.9, 0.03)
    figure = drawn(row, BOTH, ALONE)
    found = words_at(figure)
    boxes = [box for _, box in found]
    assert not [1 for i, a in enumerate(boxes) for b in boxes[:i] if a.overlaps(b, -0.5)]
    null = next(
        e for e in ET.fromstring(figure.to_svg()).iter(f"{SVG}line") if e.attrib.get("stroke-opacity") == "0.75"
    )
    assert not [m.words for m, box in found if m.bold and box.right > float(null.attrib["x1"])]


def test_a_diamond_that_leaves_the_axis_ends_there_with_an_arrow() -> None:
    def made(upper: float) -> tuple[float, int]:
        rows = [ForestRow("pooled", 2.0, 1.0, upper, summary=True)]
        svg = forest("f", "t", rows, axis_label="x", heterogeneity="tau 0", limits=(0.5, 8)).to_svg()
        shapes = [d for d in re.findall(r'd="(M[^"]*z)"', svg) if "L" in d]
        reach = max(float(x) for d in shapes for x in re.findall(r"[ML]([\d.]+) ", d))
        return reach, len(shapes)

    inside, beyond = made(4.0), made(1e6)
    assert inside[1] == 1
    assert beyond[1] == 2
    end = made(8.0)[0]
    assert beyond[0] == pytest.approx(end + 7)


def test_no_comparison_is_refused() -> None:
    with pytest.raises(ArgumentError, match="at least one comparison"):
        drawn()
