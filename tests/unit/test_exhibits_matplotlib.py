"""A figure for a paper shows the same marks as the page: every mark of the SVG, at its place, in its colour."""

import ast
import io
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from topline import exhibits
from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits import (
    ComparisonRow,
    Figure,
    ForestRow,
    HarmRow,
    HeatEntry,
    Measured,
    MultiArm,
    NetworkEdge,
    NetworkNode,
    RankRow,
    RateRow,
    TimelineEvent,
    comparison_forest,
    forest,
    harm_chart,
    league_heat,
    network_graph,
    rank_chart,
    rate_chart,
    timeline,
)
from topline.exhibits import matplotlib_figure as drawn_by
from topline.exhibits.paths import parse_path, parse_transform
from topline.exhibits.scene import ELEMENTS, INHERITED, SILENT, Label, Shape, read_scene
from topline.exhibits.svg import drawing, line, tag, text
from topline.exhibits.words import safe

EXHIBITS = Path(exhibits.__file__).parent
HOSTILE = "$x$ & <b>"


def a_forest() -> Figure:
    rows = [
        ForestRow("Group", heading=True),
        ForestRow(HOSTILE, 4.0, 2.4, 6.5, 1.2, 13.0, 10, "programme", True, ("4.0",)),
        ForestRow("wide", 2.0, 0.001, 900.0, weight=1, direct=False, columns=("2.0",)),
        ForestRow("none", columns=("",)),
        ForestRow("pooled", 3.0, 2.0, 1e5, role="reference", columns=("3.0",), summary=True),
    ]
    return forest("f", "t", rows, axis_label="odds ratio", columns=("x",), favours=("a", "b"), heterogeneity="tau 0.2")


def a_network() -> Figure:
    nodes = [NetworkNode(name, size, role) for name, size, role in
             (("A", 900, "programme"), ("B", 90, "rival"), ("C", 500, "reference"))]  # fmt: skip
    edges = [NetworkEdge("A", "C", 3), NetworkEdge("B", "C", 1), NetworkEdge("A", "B", 1)]
    return network_graph("f", "t", nodes, edges, multi_arm=[MultiArm(("A", "B", "C"), 1)])


def a_league() -> Figure:
    names = ["A", "a long name of a treatment", "C"]
    entries = [HeatEntry(a, b, "1.0", "0.5 to 2.0", z) for a in names for b, z in zip(names, (-4, 0.5, 2), strict=True)]
    return league_heat("f", "t", names, [e for e in entries if e.treatment != e.reference], measure="odds ratio")


def some_comparisons() -> Figure:
    rows = [
        ComparisonRow("A", "B", 3, Measured(1, 0.5, 2), Measured(2, 1, 4), Measured(1.4, 0.9, 2.2), 0.6, 0.2),
        ComparisonRow("A", "C", 1, Measured(1, 0.5, 2), None, Measured(1, 0.5, 2), 1.0, None),
    ]
    return comparison_forest("f", "t", rows, measure="odds ratio", heterogeneity="tau 0.2")


def some_harm() -> Figure:
    rows = [
        HarmRow("fever", 0.1, 0.01, 0.09, 0.05, 0.13, "more", detail="week 24"),
        HarmRow("rash", 0.02, 0.09, -0.07, -0.12, -0.02, "fewer"),
        HarmRow("headache", 0.05, 0.05, 0.0, -0.03, 0.03, "unclear"),
    ]
    return harm_chart("f", "t", rows, drug="drug", reference="placebo")


def a_timeline() -> Figure:
    kinds = ("readout", "safety", "deal", "regulatory")
    events = [TimelineEvent(f"202{k}-03", kind, kind, planned=k == 3) for k, kind in enumerate(kinds)]
    return timeline("f", "t", events, as_of="2022-02-02")


def some_rates() -> Figure:
    rows = [RateRow("A", 0.33, 0.28, 0.38, role="programme"), RateRow("B", 0.6)]
    return rate_chart("f", "t", rows, axis_label="of 100", baseline=("placebo", 0.14))


def some_ranks() -> Figure:
    return rank_chart("f", "t", [RankRow("A", (0.2, 0.8), "2", "1 to 2"), RankRow("B", (0.8, 0.2), "1", "1 to 2")])


MAKERS = [a_forest, a_network, a_league, some_comparisons, some_harm, a_timeline, some_rates, some_ranks]
Maker = Callable[[], Figure]


def whole(*marks: str, width: float = 100, height: float = 60) -> str:
    return str(drawing("f", width, height, "t", "d", marks))


def only(markup: str) -> Shape | Label:
    (mark,) = read_scene(whole(markup)).marks
    return mark


# every mark comes over


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_figure_is_drawn_mark_by_mark(make: Maker) -> None:
    figure = make()
    elements = re.findall(r"<(line|rect|circle|path|polygon|text)\b", figure.to_svg())
    scene = read_scene(figure.to_svg())
    assert len(scene.marks) == len(elements)
    drawn = figure.to_matplotlib(width_inches=5)
    (axes,) = drawn.axes
    assert len(axes.texts) + len(axes.patches) + len(axes.artists) == len(elements)
    assert [t.get_text() for t in axes.texts] == [m.words for m in scene.marks if isinstance(m, Label)]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_no_words_are_cut_off(make: Maker) -> None:
    drawn = make().to_matplotlib(width_inches=5, dpi=100)
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    width, height = canvas.get_width_height()
    for words in drawn.axes[0].texts:
        box = words.get_window_extent(canvas.get_renderer())
        assert box.x0 >= -1 and box.y0 >= -1, words.get_text()  # noqa: PT018
        assert box.x1 <= width + 1 and box.y1 <= height + 1, words.get_text()  # noqa: PT018


def test_whatever_the_builders_write_is_known() -> None:
    """Each literal ``tag("name", attribute=…)`` of the package: a new mark can't be left out of the papers unseen."""
    unknown = []
    for path in sorted(EXHIBITS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tag"):
                continue
            name = node.args[0]
            if not isinstance(name, ast.Constant):
                continue
            for key in node.keywords:
                attribute = (key.arg or "").rstrip("_").replace("_", "-")
                known = ELEMENTS.get(name.value, set()) | INHERITED.keys() | SILENT | {"", "opacity", "transform"}
                if attribute not in known and not attribute.startswith(("data-", "aria-")):
                    unknown.append(f"{path.name}: {attribute} on <{name.value}>")
            if name.value not in ELEMENTS:
                unknown.append(f"{path.name}: <{name.value}>")
    assert not unknown


@pytest.mark.parametrize(
    ("markup", "named"),
    [
        ("<ellipse cx='1'/>", "<ellipse>"),
        ("<line x1='1' marker-end='x'/>", "marker-end on <line>"),
        ("<rect width='9' height='9' fill='url(#a)'/>", 'fill="url(#a)"'),
        ("<rect width='9' height='9' fill='teal'/>", 'fill="teal"'),
        ("<path d='M0 0z' fill-rule='evenodd'/>", 'fill-rule="evenodd"'),
        ("<polyline points='1,2 3,4'/>", "<polyline>"),
        ("<text dominant-baseline='middle'>a</text>", "dominant-baseline on <text>"),
        ("<line stroke-linecap='flat'/>", 'stroke-linecap="flat"'),
        ("<text font-weight='900'>a</text>", 'font-weight="900"'),
        ("<text>a<tspan fill='#f00'>b</tspan></text>", "a tspan that changes the looks"),
        ("<text stroke='#fff'>a</text>", "an outline over its letters"),
        ("<text transform='scale(1 2)'>a</text>", "slanted or mirrored"),
        ("<text><a>b</a></text>", "a in <text>"),
        ("<text fill='none'>a</text>", "a text without a fill"),
        ("<text><tspan>a<tspan>b</tspan></tspan></text>", "a tspan with elements of its own"),
        ("<text font-size='2em'>a</text>", 'the length "2em"'),
    ],
)
def test_what_is_not_known_is_refused_by_name(markup: str, named: str) -> None:
    with pytest.raises(ArgumentError, match=re.escape(named)):
        read_scene(whole(markup))


def test_only_a_drawing_is_read() -> None:
    with pytest.raises(ArgumentError, match="not a drawing"):
        read_scene("<p>hello</p>")


# looks and places


def test_colours_pass_from_the_groups_and_current_colour_is_that_of_the_element() -> None:
    inner = tag("rect", x=1, y=2, width=3, height=4, fill="currentColor", stroke="#abc", stroke_width=2)
    shape = only(tag("g", tag("g", inner, fill_opacity=0.5), color="#0072B2", opacity=0.5))
    assert isinstance(shape, Shape)
    assert shape.fill is not None
    assert (shape.fill.colour, shape.fill.opacity) == ("#0072b2", 0.25)
    assert shape.stroke is not None
    assert (shape.stroke.colour, shape.stroke.opacity, shape.width) == ("#aabbcc", 0.5, 2)
    assert shape.path == (("M", (1, 2)), ("L", (4, 2)), ("L", (4, 6)), ("L", (1, 6)), ("Z", ()))


def test_a_group_in_the_colour_of_the_text_keeps_the_colour_around_it() -> None:
    shape = only(tag("g", tag("g", line(0, 0, 1, 1, dash="4 3"), color="currentColor"), color="#d55e00"))
    assert isinstance(shape, Shape)
    assert shape.fill is None
    assert shape.stroke is not None
    assert shape.stroke.colour == "#d55e00"
    assert shape.dash == (4, 3)


def test_a_transform_moves_turns_and_widens() -> None:
    turned = only(tag("g", text(10, 0, "up"), transform="translate(20 30) rotate(-90)"))
    assert isinstance(turned, Label)
    assert (turned.x, turned.y, turned.angle) == pytest.approx((20, 20, -90))
    about = only(tag("text", safe("x"), x=5, y=5, transform="rotate(90 5 5)"))
    assert isinstance(about, Label)
    assert (about.x, about.y, about.angle) == pytest.approx((5, 5, 90))
    large = only(tag("g", line(0, 0, 1, 0, width=2), transform="scale(3)"))
    assert isinstance(large, Shape)
    assert large.width == pytest.approx(6)
    assert large.path[1][1] == pytest.approx((3, 0))
    assert parse_transform("matrix(1 0 0 1 5 6)", (2, 0, 0, 2, 1, 1)) == (2, 0, 0, 2, 11, 13)


@pytest.mark.parametrize("bad", ["skewX(3)", "rotate(1 2)", "translate(", "rotate(3) x"])
def test_a_transform_that_is_not_known_is_refused(bad: str) -> None:
    with pytest.raises(ArgumentError, match="transform"):
        parse_transform(bad, (1, 0, 0, 1, 0, 0))


def test_paths_become_absolute() -> None:
    assert parse_path("M1 2h3v-1H0V9l1,1z m1 1 2 2") == (
        ("M", (1, 2)), ("L", (4, 2)), ("L", (4, 1)), ("L", (0, 1)), ("L", (0, 9)), ("L", (1, 10)), ("Z", ()),
        ("M", (2, 3)), ("L", (4, 5)),
    )  # fmt: skip
    assert parse_path("M0 0c1 1 2 1 3 0")[1] == ("C", (1, 1, 2, 1, 3, 0))
    # a quadratic curve raised to a cubic one passes the same middle: q(1/2) = (p0 + 2 p1 + p2) / 4
    (_, (ax, ay, bx, by, x, y)) = parse_path("M0 0Q3 6 6 0")[1]
    assert ((3 * ax + 3 * bx + x) / 8, (3 * ay + 3 * by + y) / 8) == pytest.approx((3, 3))


@pytest.mark.parametrize("bad", ["", "L1 1", "M1", "M0 0 A1 1 0 0 1 2 2", "M0 0 S1 1 2 2", "M0 0 #"])
def test_a_path_that_is_not_known_is_refused(bad: str) -> None:
    with pytest.raises(ArgumentError):
        parse_path(bad)


@pytest.mark.parametrize("radius", [0.0, 3.0, 50.0])
def test_rounded_corners_stay_inside(radius: float) -> None:
    shape = only(tag("rect", x=1, y=2, width=10, height=8, rx=radius))
    assert isinstance(shape, Shape)
    xs = [v for _, values in shape.path for v in values[0::2]]
    ys = [v for _, values in shape.path for v in values[1::2]]
    assert (min(xs), max(xs), min(ys), max(ys)) == (1, 11, 2, 10)


def test_words_join_their_spans_and_a_placed_span_begins_a_line() -> None:
    label = only("<text x='1' y='2'> a <tspan data-id='n'>b</tspan>\n c </text>")
    assert isinstance(label, Label)
    assert label.words == "a b c"
    first, second = read_scene(whole("<text x='1' y='2'>a<tspan x='1' dy='14'>b</tspan></text>")).marks
    assert isinstance(first, Label)
    assert isinstance(second, Label)
    assert (first.words, first.y, second.words, second.y) == ("a", 2, "b", 16)


def test_a_box_that_does_not_start_at_zero_is_moved() -> None:
    svg = whole(tag("circle", cx=10, cy=10, r=4)).replace('viewBox="0 0', 'viewBox="5 6')
    (mark,) = read_scene(svg).marks
    assert isinstance(mark, Shape)
    assert mark.path[0] == ("M", (9, 4))


# the picture


def pixels(svg: str, **how: float) -> tuple[int, int, bytes]:
    """Width, height and RGBA rows of the drawing, one pixel a unit."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(drawn_by.draw(svg, **({"dpi": 96.0} | how)))
    canvas.draw()
    width, height = canvas.get_width_height()
    return width, height, bytes(canvas.buffer_rgba())


def at(picture: tuple[int, int, bytes], x: int, y: int) -> tuple[int, ...]:
    width, _, data = picture
    return tuple(data[4 * (y * width + x) : 4 * (y * width + x) + 3])


def test_pixels_are_where_the_drawing_says_and_later_marks_cover_earlier_ones() -> None:
    svg = whole(
        tag("rect", x=10, y=10, width=40, height=20, fill="#ff0000"),
        tag("circle", cx=30, cy=20, r=6, fill="#0000ff"),
        line(60, 10, 60, 50, width=8),
        tag("rect", x=70, y=10, width=20, height=20, fill="#ff0000", fill_opacity=0.5),
    )
    picture = pixels(svg)
    assert picture[:2] == (100, 60)
    assert at(picture, 5, 5) == (255, 255, 255)
    assert at(picture, 12, 12) == (255, 0, 0)
    assert at(picture, 30, 20) == (0, 0, 255)
    assert at(picture, 60, 30) == (0, 0, 0)
    assert at(picture, 80, 20) == pytest.approx((255, 127, 127), abs=2)
    assert at(picture, 50, 55) == (255, 255, 255)


def test_words_stand_on_their_side_of_the_anchor() -> None:
    for anchor, left, right in (("start", False, True), ("end", True, False), ("middle", True, True)):
        picture = pixels(whole(text(50, 40, "MMM", anchor=anchor)))
        dark = {x for x in range(100) for y in range(60) if sum(at(picture, x, y)) < 300}
        assert (any(x < 45 for x in dark), any(x > 55 for x in dark)) == (left, right), anchor
        rows = [y for y in range(60) for x in range(100) if sum(at(picture, x, y)) < 300]
        assert min(rows) >= 25
        assert max(rows) <= 40


def test_a_halo_lies_behind_the_letters() -> None:
    behind = line(0, 30, 100, 30, width=12)
    plain, halo = (pixels(whole(behind, text(50, 34, "M", anchor="middle", halo=h))) for h in (False, True))
    lights = [sum(min(at(picture, x, 30)) > 200 for x in range(35, 66)) for picture in (plain, halo)]
    assert lights[0] == 0
    assert 1 <= lights[1] <= 10


def test_the_end_of_a_line_has_the_shape_that_it_says() -> None:
    def reaches(cap: str) -> bool:
        ends = tag("line", x1=20, y1=30, x2=60, y2=30, stroke="#000", stroke_width=12, stroke_linecap=cap)
        return at(pixels(whole(ends)), 63, 30) == (0, 0, 0)

    assert [reaches(cap) for cap in ("butt", "square", "round")] == [False, True, True]


def test_the_width_scales_letters_lines_and_dashes() -> None:
    svg = whole(text(0, 20, "a"), line(0, 30, 50, 30, width=2, dash="4 2"))
    small, large = (drawn_by.draw(svg, width_inches=w).axes[0] for w in (1, 3))
    assert large.texts[0].get_fontsize() == pytest.approx(3 * small.texts[0].get_fontsize())
    lines = [next(a for a in axes.patches + axes.artists) for axes in (small, large)]
    assert lines[1].get_linewidth() == pytest.approx(3 * lines[0].get_linewidth())
    assert lines[0].get_linewidth() == pytest.approx(2 * 72 / 100)
    natural = drawn_by.draw(svg)
    assert natural.get_size_inches() == pytest.approx((100 / 96, 60 / 96))
    fit = drawn_by.letters_fit(read_scene(svg), drawn_by.font_families(None))
    assert natural.axes[0].texts[0].get_fontsize() == pytest.approx(13 * 0.75 * fit)


def test_a_style_of_the_user_changes_nothing() -> None:
    from matplotlib import rc_context

    svg = whole(text(50, 40, "$5 and $6"), line(0, 30, 90, 30, width=6, dash="4 2"), tag("rect", width=9, height=9))
    plain = pixels(svg)
    with rc_context({"lines.scale_dashes": True, "axes.facecolor": "red", "figure.facecolor": "blue"}):
        assert pixels(svg) == plain


def test_letters_of_a_wide_font_shrink_together_until_they_fit() -> None:
    scene = read_scene(a_forest().to_svg())
    fit = drawn_by.letters_fit(scene, ["DejaVu Sans"])
    assert drawn_by.SMALLEST_FIT < fit < 1
    sizes = [t.get_fontsize() / m.size for t, m in zip(
        a_forest().to_matplotlib(font="DejaVu Sans").axes[0].texts,
        [m for m in scene.marks if isinstance(m, Label)], strict=True)]  # fmt: skip
    assert sizes == pytest.approx([0.75 * fit] * len(sizes))


def test_a_font_that_is_not_there_is_refused_with_its_near_names() -> None:
    with pytest.raises(UnknownNameError, match="DejaVu Sans"):
        a_forest().to_matplotlib(font="DejaVu San")


@pytest.mark.parametrize("bad", [0, -1, "7", True, float("nan"), float("inf")])
def test_a_size_that_is_none_is_refused(bad: object) -> None:
    with pytest.raises(ArgumentError, match="width_inches"):
        a_forest().to_matplotlib(width_inches=bad)
    with pytest.raises(ArgumentError, match="dpi"):
        a_forest().to_matplotlib(dpi=bad)


def test_neither_the_package_nor_its_figures_import_matplotlib() -> None:
    code = "import sys, topline, topline.exhibits, topline.synthesis; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ArgumentError) as refused:
        a_forest().to_matplotlib()
    assert "topline[figures]" in str(refused.value)
    with pytest.raises(ArgumentError, match="matplotlib"):
        a_forest().save(tmp_path / "f.pdf")
    assert not (tmp_path / "f.pdf").exists()
    assert a_forest().save(tmp_path / "f.svg").exists()


# files


@pytest.mark.parametrize("ending", [".svg", ".html", ".pdf", ".png", ".tif"])
def test_a_saved_figure_is_the_same_file_each_time(ending: str, tmp_path: Path) -> None:
    first, second = (a_network().save(tmp_path / folder / f"net{ending}", dpi=80) for folder in ("a", "b"))
    assert first == tmp_path / "a" / f"net{ending}"
    assert first.read_bytes() == second.read_bytes()
    starts = {".svg": b"<svg", ".html": b"<!doctype html>", ".pdf": b"%PDF", ".png": b"\x89PNG", ".tif": b"II*\x00"}
    assert first.read_bytes().startswith(starts[ending])


def test_a_page_has_the_headline_once_as_its_heading() -> None:
    page = a_network().to_page()
    assert page.count("<h1>") == 1
    assert "<figcaption><h1>t</h1></figcaption>" in page
    assert "Show as a table" in page


def test_a_picture_says_what_it_shows_and_is_as_wide_as_asked(tmp_path: Path) -> None:
    from PIL import Image

    figure = a_network()
    with Image.open(figure.save(tmp_path / "n.png", width_inches=3.5, dpi=200)) as picture:
        assert picture.width == 700
        assert picture.info["Title"] == "t"
        assert picture.info["Description"] == figure.description
        assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.1)


def test_a_pdf_holds_letters_of_an_embedded_font_and_no_picture(tmp_path: Path) -> None:
    data = a_forest().save(tmp_path / "f.pdf").read_bytes()
    streams = b"".join(_inflated(part) for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL))
    assert b"/FontFile2" in data + streams
    assert b"/Type3" not in data + streams
    assert b"/Subtype /Image" not in data
    assert b"CreationDate" not in data + streams


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def test_an_svg_takes_the_width_and_a_page_takes_neither_width_nor_font(tmp_path: Path) -> None:
    figure = a_network()
    svg = figure.save(tmp_path / "n.svg", width_inches=3.5).read_text(encoding="utf-8")
    wide, high = re.findall(r'^<svg [^>]* width="([\d.]+)in" height="([\d.]+)in"', svg)[0]
    scene = read_scene(figure.to_svg())
    assert float(wide) == 3.5
    assert float(high) == pytest.approx(3.5 * scene.height / scene.width, rel=1e-3)
    assert read_scene(svg) == scene
    for bad in ({"width_inches": 3.5}, {"font": "Arial"}):
        with pytest.raises(ArgumentError):
            figure.save(tmp_path / "n.html", **bad)
    with pytest.raises(ArgumentError, match="font"):
        figure.save(tmp_path / "n.svg", font="Arial")
    with pytest.raises(ArgumentError, match="width_inches"):
        figure.save(tmp_path / "n.svg", width_inches=-1)


@pytest.mark.parametrize("dpi", [1, 3, 5, 9e4])
def test_a_picture_too_small_to_read_or_too_large_to_open_is_refused(dpi: float, tmp_path: Path) -> None:
    for ending in (".png", ".tif"):
        with pytest.raises(ArgumentError, match=r"too small to read|too large"):
            a_forest().save(tmp_path / f"f{ending}", dpi=dpi)
    with pytest.raises(ArgumentError, match="too small to read"):
        a_forest().save(tmp_path / "f.png", width_inches=0.05)
    assert a_forest().save(tmp_path / "f.png", dpi=20).exists()


@pytest.mark.parametrize("font", [[], ["Arial"], 3, b"Arial"])
def test_a_font_that_is_no_name_is_refused(font: object, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="not the name of a font"):
        a_forest().save(tmp_path / "f.pdf", font=font)  # type: ignore[arg-type]


@pytest.mark.parametrize("font", ["Comic", ""])
def test_a_font_is_never_replaced_by_another_in_silence(font: str, tmp_path: Path) -> None:
    for ending in (".pdf", ".png"):
        with pytest.raises(UnknownNameError, match="unknown font"):
            a_forest().save(tmp_path / f"f{ending}", font=font)


def test_a_file_that_can_not_be_is_refused(tmp_path: Path) -> None:
    figure = a_network()
    for bad in ("net.jpg", "net", "net.eps"):
        with pytest.raises(ArgumentError, match="no kind of file"):
            figure.save(tmp_path / bad)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ArgumentError, match="can't be written"):
        figure.save(tmp_path / "file" / "net.svg")
    with pytest.raises(ArgumentError, match="not a path"):
        figure.save(io.BytesIO())
