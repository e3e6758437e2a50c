"""A drawing with matplotlib's artists, for papers: the same marks at the same places, in vectors.

matplotlib is the extra ``figures`` and is imported when a figure is drawn, never before. The object interface is used
throughout, so that no global state of pyplot is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits.scene import Label, Paint, Scene, Shape, read_scene
from topline.exhibits.svg import text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# A CSS pixel is 1/96 of an inch, a point 1/72.
PIXELS_PER_INCH = 96.0
POINTS_PER_INCH = 72.0
# Tried in this order; the last one comes with matplotlib.
FONTS = ("Arial", "Helvetica", "Liberation Sans", "Nimbus Sans", "DejaVu Sans")
# A font so wide that its letters would have to shrink further is shown at this size and may touch its neighbours.
SMALLEST_FIT = 0.75
LARGEST = 1e5

_CODES = {"M": (1,), "L": (2,), "C": (4, 4, 4), "Z": (79,)}
_ALIGNED = {"start": "left", "middle": "center", "end": "right"}
# A user's own style must not change geometry: dashes are given in points, and words are never mathematics.
_SETTINGS: Any = {"lines.scale_dashes": False, "text.usetex": False, "path.sketch": None}


def draw(svg: str, *, width_inches: float | None = None, dpi: float = 300.0, font: str | None = None) -> Figure:
    """The drawing as a matplotlib figure without axes or margins.

    ``width_inches`` scales everything, letters too; without it a pixel of the drawing is 1/96 of an inch (0.75 points).
    ``font`` is the name of an installed family; without it the first of ``FONTS`` that is there. Letters of a font that
    runs wider than the drawing's layout allows are made smaller, all by the same factor.

    Raises ``ArgumentError`` without matplotlib, for a width or a ``dpi`` that is not above 0, and for a mark that can't
    be drawn; ``UnknownNameError`` for a font that is not there.
    """
    wide = None if width_inches is None else positive("width_inches", width_inches)
    dpi = positive("dpi", dpi)
    require_matplotlib()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    scene = read_scene(svg)
    families = font_families(font)
    wide = scene.width / PIXELS_PER_INCH if wide is None else wide
    points = wide * POINTS_PER_INCH / scene.width
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(wide, wide * scene.height / scene.width), dpi=dpi, facecolor="white")
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(0, scene.width)
        axes.set_ylim(scene.height, 0)
        fit = letters_fit(scene, families)
        for order, mark in enumerate(scene.marks):
            if isinstance(mark, Label):
                _draw_label(axes, mark, order, points, fit, families)
            else:
                _draw_shape(axes, mark, order, points)
    return figure


def positive(name: str, value: object) -> float:
    """The value as a size. Raises ``ArgumentError`` for what is not a number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < LARGEST:
        raise ArgumentError(f"{name} is not a size", found=repr(value), expected="a number above 0")
    return float(value)


def require_matplotlib() -> None:
    """Raise ``ArgumentError`` that names the extra where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise ArgumentError(
            "a figure for a paper needs matplotlib, which is not installed",
            repair="pip install 'topline[figures]'; or save the figure as .svg or .html",
        )


def font_families(font: str | None) -> list[str]:
    """The families to take letters from: the one asked for, then one that has the signs that it may lack."""
    from matplotlib.font_manager import fontManager

    known = {entry.name for entry in fontManager.ttflist}
    if font is not None and not isinstance(font, str):
        raise ArgumentError("font is not the name of a font", found=repr(font)[:80], expected="text, such as 'Arial'")
    if font is not None and font not in known:
        raise UnknownNameError.among("font", font, known, repair="name an installed family, or leave font out")
    first = font or next((name for name in FONTS if name in known), FONTS[-1])
    return list(dict.fromkeys((first, FONTS[-1])))


def letters_fit(scene: Scene, families: Sequence[str]) -> float:
    """The factor (at most 1) on the size of all letters at which none runs wider than its layout allows."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    fit = 1.0
    for label in scene.marks:
        if isinstance(label, Label):
            font = FontProperties(family=list(families), size=100, weight="bold" if label.bold else "normal")
            wide, _, _ = text_to_path.get_text_width_height_descent(label.words, font, False)
            if wide > 0:
                fit = min(fit, text_width(label.words, 100, bold=label.bold) / wide)
    return max(fit, SMALLEST_FIT)


def _rgba(paint: Paint | None) -> tuple[float, float, float, float]:
    if paint is None:
        return (0.0, 0.0, 0.0, 0.0)
    red, green, blue = (int(paint.colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return (red, green, blue, paint.opacity)


def _draw_shape(axes: Any, shape: Shape, order: int, points: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    vertices: list[tuple[float, float]] = []
    codes: list[int] = []
    for kind, values in shape.path:
        codes += _CODES[kind]
        vertices += [(values[k], values[k + 1]) for k in range(0, len(values), 2)] or [(0.0, 0.0)]
    axes.add_artist(
        PathPatch(
            Path(vertices, codes),
            facecolor=_rgba(shape.fill),
            edgecolor=_rgba(shape.stroke),
            linewidth=shape.width * points if shape.stroke else 0.0,
            linestyle=(0, tuple(length * points for length in shape.dash)) if shape.dash else "solid",
            capstyle="projecting" if shape.cap == "square" else shape.cap,
            joinstyle=shape.join,
            fill=shape.fill is not None,
            clip_on=False,
            zorder=order,
        )
    )


def _draw_label(axes: Any, label: Label, order: int, points: float, fit: float, families: Sequence[str]) -> None:
    from matplotlib.patheffects import withStroke

    drawn = axes.text(
        label.x,
        label.y,
        label.words,
        color=_rgba(label.fill),
        fontfamily=list(families),
        fontsize=label.size * points * fit,
        fontweight="bold" if label.bold else "normal",
        fontstyle="italic" if label.italic else "normal",
        horizontalalignment=_ALIGNED[label.anchor],
        verticalalignment="baseline",
        rotation=-label.angle,
        rotation_mode="anchor",
        parse_math=False,
        clip_on=False,
        zorder=order,
    )
    if label.halo:
        around = withStroke(linewidth=label.halo_width * points, foreground=_rgba(label.halo))
        drawn.set_path_effects([around])
