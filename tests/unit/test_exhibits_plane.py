"""Charts with numbers on both axes: the plane, bubbles over a covariate, the profile of a likelihood."""

import re
import xml.etree.ElementTree as ET

import pytest

from topline.errors import ArgumentError
from topline.exhibits import Bubble, LinePoint, ProfilePoint, bubble_chart, profile_chart
from topline.exhibits.plane import band, curve, draw_plane, lay_plane
from topline.exhibits.scene import read_scene

HOSTILE = 'a <b> & "c" \x00'


@pytest.fixture
def plane():
    return lay_plane((0, 10), (-1, 1), x_label="x", y_label="y", size=(100, 50))


def coordinates(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path)]


def test_larger_values_stand_higher_and_further_right(plane):
    (left, low), (right, high) = plane.place(0, -1), plane.place(10, 1)
    assert right - left == pytest.approx(100)
    assert low - high == pytest.approx(50)
    assert plane.holds(5, 0)
    assert not plane.holds(11, 0)
    assert not plane.holds(5, -2)


def test_an_axis_on_a_log_scale():
    plane = lay_plane((0, 1), (0.1, 10), x_label="", y_label="", y_kind="log", size=(100, 50))
    middle = plane.place(0, 1.0)[1]
    assert middle == pytest.approx((plane.place(0, 0.1)[1] + plane.place(0, 10)[1]) / 2)


def test_a_curve_is_cut_where_it_leaves(plane):
    drawn = str(curve(plane, [(0, 0), (1, 0.5), (2, 3), (3, 0.5), (4, 0), (5, 7)]))
    assert drawn.count("M") == 2
    assert len(coordinates(drawn)) == 4


def test_a_band_stays_inside(plane):
    drawn = str(band(plane, [(0, -5), (10, -0.5)], [(0, 0.5), (10, 5)]))
    heights = [y for _, y in coordinates(drawn)]
    assert min(heights) == plane.up.end
    assert max(heights) == plane.up.start


def test_the_frame_names_its_axes(plane):
    drawn = "".join(map(str, draw_plane(plane)))
    assert drawn.count("<text") >= 6


def bubbles():
    return [Bubble("one", 1.0, 0.5, 0.2, 1.25, 4.0), Bubble(HOSTILE, 3.0, 2.0, 1.0, 4.0, 1.0)]


def fitted():
    return [LinePoint(1.0, 0.6, 0.3, 1.2), LinePoint(3.0, 1.8, 0.9, 3.6)]


@pytest.mark.parametrize("scale", ["log", "natural"])
def test_bubbles(scale):
    figure = bubble_chart("b", HOSTILE, bubbles(), fitted(), x_label=HOSTILE, y_label="ratio", scale=scale)
    root = ET.fromstring(figure.to_svg())
    circles = [element for element in root.iter() if element.tag.endswith("circle")]
    # the area goes with the weight
    assert [float(c.attrib["r"]) for c in circles] == [15.0, 7.5]
    assert [row.cells[1] for row in figure.table.rows] == ["1.000", "3.000"]
    assert "2 studies" in figure.description
    assert read_scene(figure.to_svg())


def test_bubbles_without_studies_or_line():
    for studies, line in (([], fitted()), (bubbles(), fitted()[:1])):
        with pytest.raises(ArgumentError, match="needs studies, and a line"):
            bubble_chart("b", "t", studies, line, x_label="x", y_label="y", scale="log")


def test_a_profile():
    points = [ProfilePoint(k / 100, -5 * (k / 100 - 0.3) ** 2 / 0.3) for k in range(101)]
    figure = profile_chart("p", HOSTILE, points, estimate=0.3, limits=(0.0, 0.64), cut=-1.92)
    ET.fromstring(figure.to_svg())
    assert read_scene(figure.to_svg())
    assert "0 to 0.640" in figure.description
    assert len(figure.table.rows) < 30
