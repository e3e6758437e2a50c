"""Nothing overlaps and nothing is cut off, whatever the number of treatments or events."""

import random
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

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
from topline.exhibits.svg import SIZE, Box, text_box
from topline.exhibits.timeline import moment, span

SVG = "{http://www.w3.org/2000/svg}"


def words_of(root: ET.Element) -> list[tuple[str, Box]]:
    """Every text with its box; what a text does not say itself, it has from the groups around it."""
    found = []

    def visit(element: ET.Element, inherited: dict[str, str]) -> None:
        said = inherited | element.attrib
        if element.tag == f"{SVG}text":
            words = "".join(element.itertext())
            box = text_box(
                float(said["x"]),
                float(said["y"]),
                words,
                size=float(element.attrib.get("font-size", SIZE)),
                anchor=said.get("text-anchor", "start"),
                bold=said.get("font-weight") == "bold",
            )
            found.append((words, box))
        for child in element:
            visit(child, {k: said[k] for k in ("text-anchor", "font-weight") if k in said})

    visit(root, {})
    return found


def overlaps(boxes: list[tuple[str, Box]]) -> list[tuple[str, str]]:
    return [(a, b) for (a, first), (b, second) in combinations(boxes, 2) if first.overlaps(second, -0.5)]


def cut_off(root: ET.Element, boxes: list[tuple[str, Box]]) -> list[str]:
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    slack = 1.0
    return [
        words
        for words, box in boxes
        if box.left < -slack or box.top < -slack or box.right > width + slack or box.bottom > height + slack
    ]


def enters(box: Box, element: ET.Element) -> bool:
    """Whether a line passes through a box: sampled at 200 points."""
    x1, y1, x2, y2 = (float(element.attrib[name]) for name in ("x1", "y1", "x2", "y2"))
    points = ((x1 + (x2 - x1) * k / 200, y1 + (y2 - y1) * k / 200) for k in range(201))
    return any(box.left < x < box.right and box.top < y < box.bottom for x, y in points)


def a_network(n: int, seed: int) -> Figure:
    rng = random.Random(seed)
    names = [f"{rng.choice(['dupilumab', 'X', 'upadacitinib', 'a very long name of a drug'])} {i} mg" for i in range(n)]
    nodes = [NetworkNode(names[0], 4000, "reference")]
    nodes += [
        NetworkNode(name, rng.choice([None, 40, 900, 2500]), "programme" if i == 1 else "rival")
        for i, name in enumerate(names[1:])
    ]
    edges = [NetworkEdge(names[0], name, rng.randint(1, 12)) for name in names[1:]]
    pairs = list(combinations(names[1:], 2))
    edges += [NetworkEdge(a, b, 1) for a, b in rng.sample(pairs, min(len(pairs), n // 2))]
    return network_graph("net", "t", nodes, edges)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 20, 21, 30, 40])
def test_labels_of_a_network_stand_clear(n: int) -> None:
    root = ET.fromstring(a_network(n, seed=n).to_svg())
    boxes = words_of(root)
    counts = words_of(next(g for g in root.iter(f"{SVG}g") if g.attrib.get("class") == "counts"))
    labels = [pair for pair in boxes if pair not in counts]
    assert len(labels) >= n
    assert overlaps(boxes) == []
    assert cut_off(root, boxes) == []
    edges = next(g for g in root.iter(f"{SVG}g") if g.attrib.get("class") == "edges")
    leaders = [line for line in root.iter(f"{SVG}line") if line not in list(edges)]
    for words, box in labels:
        assert not [line for line in (*edges, *leaders) if enters(box, line)], words
        for disc in root.iter(f"{SVG}circle"):
            x, y, r = (float(disc.attrib[name]) for name in ("cx", "cy", "r"))
            away = max(box.left - x, x - box.right, 0) ** 2 + max(box.top - y, y - box.bottom, 0) ** 2
            assert away >= r**2, words


def test_a_network_says_when_a_count_had_no_room() -> None:
    figure = a_network(40, seed=1)
    root = ET.fromstring(figure.to_svg())
    counts = next(g for g in root.iter(f"{SVG}g") if g.attrib.get("class") == "counts")
    edges = next(g for g in root.iter(f"{SVG}g") if g.attrib.get("class") == "edges")
    missing = len(edges) - len(counts)
    assert missing > 0
    assert "Where a number had no room, the table has it." in str(figure.caption)
    assert "no room" not in str(a_network(3, seed=1).caption)


def some_events(n: int, seed: int) -> list[TimelineEvent]:
    rng = random.Random(seed)
    events = []
    for i in range(n):
        day = f"20{rng.randint(19, 25)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        when = rng.choice([day, day, day[:7], day[:4], f"{day[:4]}-H2", f"{day[:4]}-Q1"])
        label = " ".join(rng.choices(["readout", "of", "a", "phase", "three", "trial", "EASI-75", "42.3"], k=6))
        kind = rng.choice(["readout", "deal", "safety", "regulatory", "other"])
        events.append(
            TimelineEvent(when, f"{i} {label}", kind, "programme", rng.random() < 0.2, key=rng.random() < 0.5)
        )
    return events


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13, 20, 30, 40])
def test_labels_of_a_timeline_never_touch(n: int, compact: bool) -> None:
    figure = timeline("t", "t", some_events(n, seed=n), as_of="2026-02-02", compact=compact)
    root = ET.fromstring(figure.to_svg())
    boxes = words_of(root)
    assert overlaps(boxes) == []
    assert cut_off(root, boxes) == []
    assert len(figure.table.rows) == n
    if not compact:
        shown = "".join(words for words, _ in boxes)
        assert all(event.label.split()[0] in shown for event in some_events(n, seed=n))


def test_the_day_of_the_brief_has_room_beside_short_labels() -> None:
    root = ET.fromstring(timeline("t", "t", [TimelineEvent("2025", "x")], as_of="2025-12-30", compact=True).to_svg())
    assert cut_off(root, words_of(root)) == []


def test_forty_events_on_one_day_still_fit() -> None:
    events = [TimelineEvent("2025-03-08", f"event {i}", "readout") for i in range(40)]
    root = ET.fromstring(timeline("t", "t", events).to_svg())
    assert overlaps(words_of(root)) == []
    assert cut_off(root, words_of(root)) == []


def test_the_strip_names_key_events_first() -> None:
    events = [TimelineEvent(f"2025-03-{i:02d}", f"minor event {i}", "readout", key=False) for i in range(1, 20)]
    events.append(TimelineEvent("2025-03-08", "the readout", "readout", key=True))
    figure = timeline("t", "t", events, compact=True)
    assert "the readout" in figure.to_svg().split("</desc>")[1]
    assert "marks without words" in str(figure.caption)


def test_planned_events_are_hollow() -> None:
    def hollow(planned: bool) -> int:
        return timeline("t", "t", [TimelineEvent("2026-H1", "filing", planned=planned)]).to_svg().count('fill="#fff"')

    assert (hollow(True), hollow(False)) == (1, 0)


def test_partial_dates_have_a_span_and_a_middle() -> None:
    assert span("2024-H2") == (2024.5, 2025.0)
    assert span("2024-Q3") == (2024.5, 2024.75)
    assert span("2024") == (2024.0, 2025.0)
    assert moment("2024") == 2024.5
    assert span("2023-01")[1] == pytest.approx(2023 + 31 / 365)
    assert span("2024-12-31")[1] == pytest.approx(2025.0)


LABELS = ["short", "a treatment with a rather long name 300 mg every 2 weeks", "W" * 60, "placebo"]


def charts() -> list[Figure]:
    numbers = ("1,234", "4.0 (2.4 to 6.5)")
    heads = ("Patients who were randomised", "Odds ratio (95% interval)")
    return [
        forest(
            "f", "t", [ForestRow(label, 2.0, 1.0, 4.0, 0.5, 8.0, 1.0, columns=numbers) for label in LABELS],
            axis_label="odds ratio versus placebo, at week 16", columns=heads,
            favours=("placebo with topical steroids as needed", "the treatment with topical steroids as needed"),
            heterogeneity="tau 0.2",
        ),
        rank_chart("r", "t", [RankRow(label, (0.1,) * 10, "5", "1 to 10") for label in LABELS]),
        rate_chart(
            "a", "t", [RateRow(label, 0.02, 0.01, 0.05, numbers) for label in LABELS],
            axis_label="of 100", columns=heads, baseline=("placebo with topical steroids", 0.0),
        ),
        harm_chart(
            "h", "t", [HarmRow(label, 0.3, 0.0004, 0.3, 0.2, 0.4, "more", detail="week 24") for label in LABELS],
            drug="rocatinlimab 300 mg every 4 weeks", reference="placebo",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("figure", charts(), ids=lambda figure: figure.id)
def test_texts_of_row_charts_stand_clear(figure: Figure) -> None:
    root = ET.fromstring(figure.to_svg())
    boxes = words_of(root)
    assert overlaps(boxes) == []
    assert cut_off(root, boxes) == []
