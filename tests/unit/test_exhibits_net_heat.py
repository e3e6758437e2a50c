"""The net heat plot: well-formed, readable without colour, and lean."""

import re
import xml.etree.ElementTree as ET

import pytest

from topline.errors import ArgumentError
from topline.exhibits import HeatDesign, net_heat_chart

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b>&\"'</b>"


def chart(label="A:B"):
    return net_heat_chart(
        "net-heat",
        ("Q ", label),
        [
            HeatDesign(label, (9.0, 2.04, -0.3), (0.5, 0.25, 0.0)),
            HeatDesign("A:C", (1.0, 3.0, 0.04), (0.1, 1.4, 0.0)),
            HeatDesign("B:C", (-12.0, 0.0, 0.2), (0.2, 0.3, 0.01)),
        ],
    )


def drawn(figure, tag):
    return list(ET.fromstring(figure.to_svg()).iter(f"{SVG}{tag}"))


@pytest.mark.parametrize("label", ["A:B", HOSTILE])
def test_it_is_well_formed_named_and_described(label):
    figure = chart(label)
    root = ET.fromstring(figure.to_svg())
    assert root[1].text == figure.description
    assert label in figure.description
    ET.fromstring(figure.to_html())
    for element in ET.fromstring(figure.to_html()).iter():
        assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image", "use")
        assert "style" not in element.attrib
    assert not re.search(r"\d\.\d{3}", figure.to_svg().split("</desc>")[1])


def test_every_colour_has_its_number_with_a_sign():
    figure = chart()
    words = ["".join(t.itertext()) for t in drawn(figure, "text")]
    assert [w for w in words if re.fullmatch(r"[+−]?\d+\.\d", w)] == [
        "9.0",
        "+2.0",
        "−0.3",
        "+1.0",
        "3.0",
        "−12.0",
        "0.2",
    ]
    assert [w for w in words if w[:2] in ("1 ", "2 ", "3 ")] == ["1 A:B", "2 A:C", "3 B:C"]
    colours = {(r.attrib["fill"], float(r.attrib["fill-opacity"])) for r in drawn(figure, "rect")}
    blue, orange = "#0072B2", "#D55E00"
    # full at 8 and beyond, paler below, on either side
    assert {(orange, 0.7), (blue, 0.7)} <= colours
    assert all(0 < cover <= 0.7 for _, cover in colours)
    assert len({cover for colour, cover in colours if colour == orange}) > 2


def test_the_area_of_a_square_is_the_weight():
    squares = drawn(chart(), "path")[0].attrib["d"]
    sides = [float(side) for side in re.findall(r"h([\d.]+)v", squares)]
    # a weight above 1 is drawn as 1, one of 0 not at all
    assert [(side / max(sides)) ** 2 for side in sides] == pytest.approx([0.5, 0.25, 0.1, 1, 0.2, 0.3, 0.01], abs=2e-3)


def test_the_twin_holds_every_cell():
    figure = chart()
    assert figure.table.to_grid()[1] == ["1  A:B", "9.00 (0.50)", "+2.04 (0.25)", "−0.30 (0.00)"]
    assert len(figure.table.rows) == 3
    assert figure.to_text() == figure.table.to_text()


def test_the_description_names_the_largest():
    assert "A:B 9.0; A:C 3.0; B:C 0.2" in chart().description
    assert "detaching A:B adds 12.0 to B:C; detaching A:C takes 2.0 off A:B" in chart().description
    alone = net_heat_chart("n", "t", [HeatDesign("A:B", (1.0, 0.0), (1.0, 0.0)), HeatDesign("A:C", (0.0, 1.0), (0, 1))])
    assert alone.description.endswith("No design changes another.")


def test_of_many_designs_the_first_are_shown_and_the_caption_says_so():
    size = 30
    rows = [
        HeatDesign(f"treatment {k}:treatment {k + 1} with a long name", tuple(float(size - k + j) for j in range(size)),
                   (0.3,) * size)
        for k in range(size)
    ]  # fmt: skip
    figure = net_heat_chart("n", "t", rows)
    width, _ = (float(v) for v in ET.fromstring(figure.to_svg()).attrib["viewBox"].split()[2:])
    assert width < 1200
    assert "first 20 of 30" in figure.caption
    assert [len(row.cells) for row in figure.table.rows] == [21] * 20
    assert figure.description.startswith("Matrix of 20 designs")
    assert len(figure.to_svg()) < 90_000


def test_what_is_no_matrix_is_refused():
    for rows in ([], [HeatDesign("A", (1.0, 2.0), (1.0,))], [HeatDesign("A", (float("nan"),), (1.0,))]):
        with pytest.raises(ArgumentError, match="net heat plot"):
            net_heat_chart("n", "t", rows)
    with pytest.raises(ArgumentError, match="weight"):
        net_heat_chart("n", "t", [HeatDesign("A", (1.0,), (-0.1,))])


def test_without_weights_there_are_no_squares():
    figure = net_heat_chart("n", "t", [HeatDesign("A:B", (0.0,), (0.0,))])
    assert len(drawn(figure, "path")) == 2
    assert not drawn(figure, "rect")
