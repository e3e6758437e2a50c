"""The network graph's multi-arm areas, sizes and widths."""

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits import Figure, MultiArm, NetworkEdge, NetworkNode, network_graph
from topline.exhibits.scene import Label, read_scene
from topline.exhibits.svg import text_box

SVG = "{http://www.w3.org/2000/svg}"
# The 22 treatments of Linde et al. 2016 (J Clin Epidemiol 71:86), whose names are long and much alike.
LINDE = (
    "Face-to-face CBT", "Face-to-face CBT + SSRI", "Face-to-face interpsy", "Face-to-face interpsy + SSRI",
    "Face-to-face PST", "Face-to-face PST + SSRI", "Face-to-face psychodyn", "Hypericum", "Ind drug", "Low-dose SARI",
    "NRI", "NaSSa", "No contact CBT", "Other face-to-face", "Placebo", "Remote CBT", "SNRI", "SSRI", "Self-help CBT",
    "TCA", "UC", "rMAO-A",
)  # fmt: skip


def graph(n: int = 4, **how: object) -> Figure:
    names = "ABCDEFGH"[:n]
    nodes = [NetworkNode(name, 100 * (k + 1), trials=k + 1) for k, name in enumerate(names)]
    edges = [NetworkEdge(a, b, k + 1, precision=float(9 - k)) for k, (a, b) in enumerate(pairwise(names))]
    return network_graph("net", "t", nodes, edges, **how)


def areas(figure: Figure) -> list[list[tuple[float, float]]]:
    found = ET.fromstring(figure.to_svg()).iter(f"{SVG}polygon")
    return [[tuple(float(v) for v in p.split(",")) for p in e.attrib["points"].split()] for e in found]


def discs(figure: Figure) -> dict[tuple[float, float], float]:
    found = ET.fromstring(figure.to_svg()).iter(f"{SVG}circle")
    return {(float(c.attrib["cx"]), float(c.attrib["cy"])): float(c.attrib["r"]) for c in found}


def test_each_design_is_one_area_with_its_corners_on_the_discs_behind_everything() -> None:
    designs = [MultiArm(("D", "A", "C"), 2), MultiArm(("A", "B", "C", "D"), 1)]
    figure = graph(multi_arm=designs)
    assert sorted(len(corners) for corners in areas(figure)) == [3, 4]
    assert all(corner in discs(figure) for corners in areas(figure) for corner in corners)
    root = ET.fromstring(figure.to_svg())
    groups = [g.attrib.get("class") for g in root.iter(f"{SVG}g")]
    assert groups.index("areas") < groups.index("edges") < groups.index("counts")
    assert len(areas(figure)[0]) == 4  # the larger lies behind


def test_an_area_never_crosses_itself() -> None:
    (corners,) = areas(graph(8, multi_arm=[MultiArm(("H", "B", "E", "A", "G"), 1)]))
    turns = []
    for (ax, ay), (bx, by), (cx, cy) in zip(corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True):
        turns.append((bx - ax) * (cy - by) - (by - ay) * (cx - bx) > 0)
    assert len(set(turns)) == 1


def test_the_order_of_the_designs_changes_nothing() -> None:
    designs = [MultiArm(("A", "B", "C"), 2), MultiArm(("B", "C", "D"), 1)]
    drawn = {graph(multi_arm=order).to_svg() for order in (designs, designs[::-1])}
    assert len(drawn) == 1


def test_the_table_and_the_description_count_the_designs() -> None:
    figure = graph(multi_arm=[MultiArm(("A", "B", "C"), 2), MultiArm(("B", "C", "D"), 1)])
    grid = figure.table.to_grid()
    assert grid[5][0].startswith("Trials of three arms or more")
    assert grid[6:] == [["A, B and C", "", "2 trials"], ["B, C and D", "", "1 trial"]]
    assert "3 of the trials have three arms or more" in figure.description
    assert "shaded area" in figure.caption
    assert "shaded" not in graph().caption
    assert "1 of the trials has" in graph(multi_arm=[MultiArm(("A", "B", "C"), 1)]).description


def test_discs_go_with_patients_or_trials() -> None:
    by_patients, by_trials = (list(discs(graph(size=size)).values()) for size in ("patients", "trials"))
    assert by_patients == by_trials  # 100 patients a trial here
    assert by_patients[0] / by_patients[3] == pytest.approx((1 / 4) ** 0.5, rel=0.02)
    assert "disc goes with its trials" in graph(size="trials").caption
    nodes = [NetworkNode("A"), NetworkNode("B")]
    unsized = network_graph("net", "t", nodes, [NetworkEdge("A", "B", 1)])
    assert set(discs(unsized).values()) == {7}
    assert "disc" not in unsized.caption


def test_lines_go_with_trials_or_precision() -> None:
    def widths(figure: Figure) -> list[float]:
        edges = next(g for g in ET.fromstring(figure.to_svg()).iter(f"{SVG}g") if g.attrib.get("class") == "edges")
        return [float(e.attrib.get("stroke-width", 1)) for e in edges]

    trials, precision = widths(graph()), widths(graph(width="precision"))
    assert trials == sorted(trials)
    assert precision == sorted(precision, reverse=True)
    assert precision[2] / precision[0] == pytest.approx(7 / 9, abs=0.01)
    assert "inverse variance" in graph(width="precision").caption


def test_what_can_not_be_drawn_is_refused() -> None:
    with pytest.raises(ArgumentError, match="three treatments or more"):
        graph(multi_arm=[MultiArm(("A", "B", "A"), 1)])
    with pytest.raises(UnknownNameError, match="'Z'"):
        graph(multi_arm=[MultiArm(("A", "B", "Z"), 1)])
    nodes = [NetworkNode("A"), NetworkNode("B")]
    with pytest.raises(ArgumentError, match="precision of A and B"):
        network_graph("net", "t", nodes, [NetworkEdge("A", "B", 1)], width="precision")


def test_twenty_two_treatments_keep_their_labels_apart() -> None:
    nodes = [NetworkNode(name, 50 * (k + 1)) for k, name in enumerate(LINDE)]
    edges = [
        NetworkEdge(a, b, 1 + (i * j) % 7) for (i, a), (j, b) in combinations(enumerate(LINDE), 2) if (i + j) % 4 == 0
    ]
    designs = [MultiArm((LINDE[k], LINDE[k + 5], LINDE[k + 9]), 1) for k in range(0, 13, 2)]
    figure = network_graph("net", "t", nodes, edges, multi_arm=designs)
    scene = read_scene(figure.to_svg())
    boxes = [text_box(m.x, m.y, m.words, size=m.size, anchor=m.anchor) for m in scene.marks if isinstance(m, Label)]
    assert len(boxes) > 22
    assert not [1 for a, b in combinations(boxes, 2) if a.overlaps(b, -0.5)]
    assert all(box.left >= -1 and box.top >= -1 and box.right <= scene.width + 1 for box in boxes)
    assert all(box.bottom <= scene.height + 1 for box in boxes)
