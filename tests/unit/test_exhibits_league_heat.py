"""The shaded league table: one convention above and below the diagonal, signs beside the colours, room for many."""

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise, permutations

import pytest

from topline.errors import ArgumentError
from topline.exhibits import Figure, HeatEntry, league_heat
from topline.exhibits.league_heat import mark, shade_of, step
from topline.exhibits.palette import BETWEEN, BLUE_TINTS, ON_TINT, VERMILION_TINTS
from topline.exhibits.scene import Label, Shape, read_scene
from topline.exhibits.svg import Box, text_box

LONG = "a treatment with a rather long name 300 mg every 2 weeks"


def entries(names: list[str]) -> list[HeatEntry]:
    """z falls by 0.4 a place: the first is the highest."""
    places = {name: k for k, name in enumerate(names)}
    return [
        HeatEntry(a, b, f"{1 + 0.1 * (places[b] - places[a]):.1f}", "0.10 to 21", z, abs(z) >= 1.96)
        for a, b in permutations(names, 2)
        for z in [0.4 * (places[b] - places[a])]
    ]


def heat(names: list[str], **how: object) -> Figure:
    return league_heat("heat", "t", names, entries(names), **({"measure": "odds ratio"} | how))


def box_of(label: Label) -> Box:
    """The box of a label that runs along the page or, turned by −90 degrees, up it."""
    flat = text_box(0, 0, label.words, size=label.size, anchor=label.anchor, bold=label.bold)
    if label.angle == pytest.approx(-90):
        return Box(label.x + flat.top, label.y - flat.right, label.x + flat.bottom, label.y - flat.left)
    assert label.angle == 0
    return Box(label.x + flat.left, label.y + flat.top, label.x + flat.right, label.y + flat.bottom)


@pytest.mark.parametrize(("z", "excludes", "expected"), [
    (0.0, False, 0), (0.99, False, 0), (1.0, False, 1), (2.5, False, 1), (40.0, False, 1), (0.8, True, 2),
    (1.96, True, 2), (2.99, True, 2), (3.0, True, 3), (40.0, True, 3), (-1.0, False, -1), (-3.5, True, -3),
    (None, False, 0),
])  # fmt: skip
def test_steps_follow_the_interval_are_symmetric_and_never_made_up(
    z: float | None, excludes: bool, expected: int
) -> None:
    assert step(z, excludes) == expected
    if z is not None:
        assert step(-z, excludes) == -expected


def test_a_sign_says_the_same_as_the_shade() -> None:
    assert [mark(k) for k in range(-3, 4)] == ["−−−", "−−", "−", "", "+", "++", "+++"]
    shades = [shade_of(k) for k in range(-3, 4)]
    assert len(set(shades)) == 7
    assert shades[3] == BETWEEN


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_words_can_be_read_on_every_shade_and_shades_darken_with_their_step() -> None:
    for colour in (BETWEEN, *BLUE_TINTS, *VERMILION_TINTS):
        assert (luminance(colour) + 0.05) / (luminance(ON_TINT) + 0.05) > 4.5
    for tints in (BLUE_TINTS, VERMILION_TINTS):
        lights = [luminance(colour) for colour in (BETWEEN, *tints)]
        assert lights == sorted(lights, reverse=True)
        assert all(a / b > 1.15 for a, b in pairwise(lights))


def cells(figure: Figure, names: list[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """The words and the colour of each cell, read back from the drawing."""
    scene = read_scene(figure.to_svg())
    colours = {}
    for shape in scene.marks:
        if isinstance(shape, Shape) and shape.fill:
            starts = [values for kind, values in shape.path if kind == "M"]
            colours |= dict.fromkeys(starts, shape.fill.colour)
    # the largest n * n block of cells is the table; the rest is the key
    lefts = sorted({x for x, _ in colours if sum(1 for a, _ in colours if a == x) >= len(names)})
    tops = sorted({y for _, y in colours if sum(1 for _, b in colours if b == y) >= len(names)})[: len(names)]
    wide, high = lefts[1] - lefts[0], tops[1] - tops[0]
    found = {}
    for i, row in enumerate(names):
        for j, column in enumerate(names):
            x, y = lefts[j], tops[i]
            inside = [m for m in scene.marks if isinstance(m, Label) and x < m.x < x + wide and y < m.y < y + high]
            found[row, column] = (" ".join(m.words for m in sorted(inside, key=lambda m: m.y)), colours[x, y])
    return found


@pytest.mark.parametrize("better", [None, "higher", "lower"])
def test_every_cell_is_row_versus_column(better: str | None) -> None:
    names = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]
    found = cells(heat(names, better=better), names)
    sign = -1 if better == "lower" else 1
    for entry in entries(names):
        words, colour = found[entry.treatment, entry.reference]
        shade = sign * step(entry.z, entry.excludes_null)
        assert words == f"{entry.estimate}{' ' + mark(shade) if shade else ''} {entry.interval}"
        assert colour == shade_of(shade).lower()
        mirrored = found[entry.reference, entry.treatment][1]
        assert mirrored == shade_of(-shade).lower()
    assert all(found[name, name][0] == "" for name in names)


@pytest.mark.parametrize("n", [2, 3, 8, 9, 15, 22])
@pytest.mark.parametrize("name", ["T", LONG, "Unbreakablewordoftwentyfive"])
def test_words_stand_clear_however_many(n: int, name: str) -> None:
    figure = heat([f"{name} {k}" for k in range(n)], highlight=[f"{name} 1"])
    scene = read_scene(figure.to_svg())
    labels = [m for m in scene.marks if isinstance(m, Label)]
    boxes = [box_of(label) for label in labels]
    by_row: dict[int, list[Box]] = {}
    for box in boxes:
        for band in range(int(box.top // 10), int(box.bottom // 10) + 1):
            by_row.setdefault(band, []).append(box)
    assert not [1 for band in by_row.values() for a, b in combinations(band, 2) if a.overlaps(b, -0.5)]
    assert all(
        b.left >= -1 and b.top >= -1 and b.right <= scene.width + 1 and b.bottom <= scene.height + 1 for b in boxes
    )


def test_letters_shrink_with_the_number_of_treatments_and_the_page_scrolls() -> None:
    def size(n: int) -> float:
        return float(
            re.findall(r'<g font-size="([\d.]+)" font-weight="bold">', heat([f"T{k}" for k in range(n)]).to_svg())[0]
        )

    assert size(4) > size(12) > size(22) >= 9
    assert 'class="wide"' in heat([f"treatment {k}" for k in range(22)]).to_svg()
    assert 'class="small"' in heat(["A", "B"]).to_svg() or 'class="medium"' in heat(["A", "B"]).to_svg()


def test_the_drawing_of_many_stays_lean() -> None:
    assert len(heat([f"treatment {k}" for k in range(22)]).to_svg()) < 80_000


def test_the_twin_and_the_description_say_it_in_words() -> None:
    names = ["A", "B", "C", "D", "E", "F"]
    figure = heat(names, better="higher")
    grid = figure.table.to_grid()
    assert grid[0][1:] == names
    assert grid[1][:3] == ["A", "A", "1.1 (0.10 to 21)"]
    assert grid[1][6] == "1.5 ++ (0.10 to 21)"
    assert grid[6][1] == "0.5 −− (0.10 to 21)"
    assert "side of the row's treatment" in figure.table.notes[0]
    assert "1 of 15 pairs" in figure.description
    assert "6 treatments, the best first" in figure.description
    assert "by name" in heat(names).description
    assert ET.fromstring(figure.to_svg())[1].text == figure.description


def test_a_pair_without_a_number_has_a_dash_and_no_shade() -> None:
    names = ["A", "B", "C"]
    some = [e for e in entries(names) if {e.treatment, e.reference} != {"A", "C"}]
    found = cells(league_heat("heat", "t", names, some, measure="odds ratio"), names)
    assert found["A", "C"] == ("–", BETWEEN.lower())
    unknown = [HeatEntry("A", "B", "–", "– to –", None), HeatEntry("B", "A", "–", "– to –", None)]
    assert "A versus B – (– to –)" in league_heat("heat", "t", ["A", "B"], unknown, measure="odds ratio").description


def test_what_is_no_league_is_refused() -> None:
    for names in (["A"], ["A", "A"]):
        with pytest.raises(ArgumentError, match="two treatments or more"):
            league_heat("heat", "t", names, [], measure="odds ratio")
