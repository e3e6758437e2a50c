"""Every picture that a fit can give comes over to matplotlib whole, whichever method makes it."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from topline.exhibits.scene import Label, Shape, read_scene
from topline.synthesis import nma
from topline.synthesis.fit import NmaFit

COUNTS = [
    ("s1", "A", 9, 140), ("s1", "C", 23, 140), ("s1", "D", 10, 138), ("s2", "B", 11, 78), ("s2", "C", 12, 85),
    ("s3", "A", 75, 731), ("s3", "C", 363, 714), ("s4", "A", 2, 106), ("s4", "C", 9, 205), ("s5", "B", 20, 49),
    ("s5", "D", 32, 127), ("s6", "A", 64, 642), ("s6", "B", 107, 761), ("s7", "C", 12, 76), ("s7", "D", 20, 74),
]  # fmt: skip
# What a method can't do without.
ARGUMENTS: dict[str, dict[str, Any]] = {"funnel": {"order": ["A", "B", "C", "D"]}}
FIGURES = sorted(
    name for name in dir(NmaFit) if getattr(getattr(NmaFit, name), "__annotations__", {}).get("return") == "Figure"
)


@cache
def fitted() -> NmaFit:
    rows = [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in COUNTS]
    return nma(rows, measure="OR", reference="A", better="higher")


def test_the_pictures_are_found() -> None:
    assert {"forest", "network_graph", "comparison_forest", "league_heat"} <= set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_every_picture_of_a_fit_is_drawn_mark_by_mark(name: str) -> None:
    make: Callable[..., Any] = getattr(fitted(), name)
    figure = make(**ARGUMENTS.get(name, {}))
    scene = read_scene(figure.to_svg())
    outlines = re.findall(r"<(?:line|rect|circle|path|polygon|polyline)\b", figure.to_svg())
    assert len([m for m in scene.marks if isinstance(m, Shape)]) == len(outlines)
    said = re.sub(r"<(title|desc)\b.*?</\1>", "", figure.to_svg())
    letters = len(re.findall(r"<text\b[^>]*>(?:<[^>]*>)*[^<\s]", said))
    assert len([m for m in scene.marks if isinstance(m, Label)]) >= letters
    drawn = figure.to_matplotlib(dpi=50)
    (axes,) = drawn.axes
    assert len(axes.texts) + len(axes.patches) + len(axes.artists) == len(scene.marks)
    assert figure.table is not None
    assert figure.description
