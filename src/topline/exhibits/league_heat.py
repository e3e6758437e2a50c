"""A league table as a drawing: every treatment versus every other one, shaded by how sure the difference is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.figure import Figure
from topline.exhibits.league import LeagueEntry, league_table
from topline.exhibits.palette import BETWEEN, BLUE_TINTS, ON_TINT, VERMILION_TINTS
from topline.exhibits.svg import SMALL, drawing, number, tag, text, text_width, wrap
from topline.exhibits.table import Table
from topline.exhibits.text import MINUS, MISSING
from topline.exhibits.words import Words, parts, plain

# From how many standard errors a difference is shaded at all, and where it is shaded fully if its interval agrees.
SOME, MUCH = 1.0, 3.0
NAMES = 150.0
GAP = 8.0
# How many comparisons the description of the drawing names; the table twin holds them all.
DESCRIBED = 6


@dataclass(frozen=True)
class HeatEntry:
    """``treatment`` versus ``reference`` as printed; ``z`` is the estimate over its standard error.

    ``excludes_null``: the interval does not hold "no difference".
    """

    treatment: str
    reference: str
    estimate: Words
    interval: Words
    z: float | None
    excludes_null: bool = False


@dataclass(frozen=True)
class _Grid:
    """Where the cells are: the corner of the first, their size, and the sizes of the letters."""

    left: float
    top: float
    wide: float
    high: float
    size: float
    upright: bool
    rows: tuple[tuple[str, ...], ...]
    heads: tuple[tuple[str, ...], ...]

    @property
    def small(self) -> float:
        """The size of the interval's letters."""
        return self.size - 1


def step(z: float | None, excludes_null: bool) -> int:
    """−3 to 3 with the sign of ``z``; 0 where that is not known.

    2 and 3 only where the interval, whatever its level and kind, leaves out no difference; 1 from one standard error.
    """
    if z is None:
        return 0
    size = (3 if abs(z) >= MUCH else 2) if excludes_null else 1 if abs(z) >= SOME else 0
    return size if z > 0 else -size


def mark(shade: int) -> str:
    """The sign that says the same as the shade: ``++``, or with minus signs."""
    return ("+" if shade > 0 else MINUS) * abs(shade)


def shade_of(shade: int) -> str:
    """The colour of a step: blue above 0, vermilion below."""
    return BETWEEN if shade == 0 else BLUE_TINTS[shade - 1] if shade > 0 else VERMILION_TINTS[-shade - 1]


def league_heat(
    figure_id: str,
    title: Words,
    treatments: Sequence[str],
    entries: Sequence[HeatEntry],
    *,
    measure: str,
    better: str | None = None,
    level: str = "95%",
    highlight: Sequence[str] = (),
    caption: Words = "",
) -> Figure:
    """Each cell is the row's treatment versus the column's, above and below the diagonal, in the order given.

    ``measure`` and ``level`` are in words. With ``better`` (``higher`` or ``lower``) plus and blue are on the side of
    the row's treatment; without it they mean that its value is higher. Entries of treatments that are not listed are
    left out; a pair without an entry shows an en dash.

    Raises ``ArgumentError`` for fewer than two treatments, or one that is listed twice.
    """
    if len(treatments) < 2 or len(set(treatments)) != len(treatments):
        raise ArgumentError("a league table needs two treatments or more, each once", found=", ".join(treatments))
    found = {(e.treatment, e.reference): e for e in entries if e.treatment in treatments and e.reference in treatments}
    sign = -1 if better == "lower" else 1
    steps = {pair: sign * step(e.z, e.excludes_null) for pair, e in found.items()}
    grid = _lay_out(treatments, tuple(found.values()), highlight)
    n = len(treatments)
    body = _draw_cells(grid, treatments, steps)
    body += _draw_names(grid, treatments, highlight)
    body.append(_draw_words(grid, treatments, found, steps))
    bottom = grid.top + n * grid.high
    key, key_width, key_height = _draw_key(bottom + 14, better, level)
    width = max(grid.left + n * grid.wide, key_width) + 2
    described = _described(treatments, found, steps, measure, better, level)
    return Figure(
        figure_id,
        title,
        described,
        drawing(figure_id, width, bottom + 14 + key_height, title, described, [*body, key]),
        _twin(figure_id, title, treatments, found, steps, measure, better, level, highlight),
        caption or f"Each cell is the row's treatment versus the column's: {measure} ({level} interval).",
    )


def _lay_out(treatments: Sequence[str], entries: Sequence[HeatEntry], highlight: Sequence[str]) -> _Grid:
    """Cells as wide as the widest number; smaller letters where there are many treatments."""
    n = len(treatments)
    size = 12.0 if n <= 8 else 11.0 if n <= 14 else 10.0
    signs = text_width("+++", size - 1) + 3
    wide = max(
        [
            48.0,
            *(text_width(e.estimate, size, bold=True) + signs + GAP for e in entries),
            *(text_width(e.interval, size - 1) + GAP for e in entries),
        ]
    )
    bold = [name in highlight for name in treatments]
    rows = [wrap(name, NAMES, SMALL, bold=b) for name, b in zip(treatments, bold, strict=True)]
    high = max(2 * size + 11, *(13.0 * len(lines) + 6 for lines in rows))
    words = [word for name in treatments for word in name.split(" ")]
    upright = all(text_width(word, SMALL, bold=True) <= wide - 4 for word in words)
    room = wide - 4 if upright else NAMES
    heads = [wrap(name, room, SMALL, bold=b) for name, b in zip(treatments, bold, strict=True)]
    if not upright:
        wide = max(wide, *(13.0 * len(lines) + 6 for lines in heads))
    left = max(text_width(line, SMALL, bold=b) for lines, b in zip(rows, bold, strict=True) for line in lines) + GAP
    deep = (
        max(13.0 * len(lines) for lines in heads)
        if upright
        else max(text_width(line, SMALL, bold=b) for lines, b in zip(heads, bold, strict=True) for line in lines)
    )
    return _Grid(left + 2, deep + GAP + 2, wide, high, size, upright, tuple(rows), tuple(heads))


def _draw_cells(grid: _Grid, treatments: Sequence[str], steps: dict[tuple[str, str], int]) -> list[Markup]:
    """The cells of each shade as one path, with a gap of the page's colour between them."""
    by_shade: dict[int | None, list[str]] = {}
    for i, row in enumerate(treatments):
        for j, column in enumerate(treatments):
            x, y = grid.left + j * grid.wide, grid.top + i * grid.high
            cell = f"M{number(x + 0.5)} {number(y + 0.5)}h{number(grid.wide - 1)}v{number(grid.high - 1)}"
            shade = None if i == j else steps.get((row, column), 0)
            by_shade.setdefault(shade, []).append(f"{cell}h{number(1 - grid.wide)}z")
    own = by_shade.pop(None)
    out = [tag("path", d="".join(own), fill="currentColor", fill_opacity=0.12)]
    shaded = sorted((shade, paths) for shade, paths in by_shade.items() if shade is not None)
    return out + [tag("path", d="".join(paths), fill=shade_of(shade)) for shade, paths in shaded]


def _draw_names(grid: _Grid, treatments: Sequence[str], highlight: Sequence[str]) -> list[Markup]:
    out = []
    for i, name in enumerate(treatments):
        bold = name in highlight
        middle = grid.top + (i + 0.5) * grid.high
        first = middle + 4 - 13 * (len(grid.rows[i]) - 1) / 2
        out += [
            text(grid.left - GAP, first + 13 * k, part, size=SMALL, anchor="end", bold=bold)
            for k, part in enumerate(grid.rows[i])
        ]
        x, lines = grid.left + (i + 0.5) * grid.wide, grid.heads[i]
        for k, part in enumerate(lines):
            if grid.upright:
                y = grid.top - GAP - 13 * (len(lines) - 1 - k)
                out.append(text(x, y, part, size=SMALL, anchor="middle", bold=bold))
            else:
                along = x + 4 + 13 * (k - (len(lines) - 1) / 2)
                turned = text(0, 0, part, size=SMALL, bold=bold)
                out.append(
                    tag("g", turned, transform=f"translate({number(along)} {number(grid.top - GAP)}) rotate(-90)")
                )
    return out


def _draw_words(
    grid: _Grid,
    treatments: Sequence[str],
    found: dict[tuple[str, str], HeatEntry],
    steps: dict[tuple[str, str], int],
) -> Markup:
    """The numbers of every cell: the estimate with its sign, and below it the interval."""
    large, small = [], []
    for i, row in enumerate(treatments):
        for j, column in enumerate(treatments):
            if i == j:
                continue
            x = grid.left + (j + 0.5) * grid.wide
            y = grid.top + (i + 0.5) * grid.high - 2
            entry = found.get((row, column))
            if entry is None:
                large.append(text(x, y + 6, MISSING))
                continue
            sign = mark(steps[row, column])
            large.append(text(x, y, (*parts(entry.estimate), f" {sign}") if sign else entry.estimate))
            if plain(entry.interval):
                small.append(text(x, y + grid.size + 1, entry.interval))
    numbers = tag("g", *large, font_size=grid.size, font_weight="bold") if large else Markup("")
    intervals = tag("g", *small, font_size=grid.small) if small else Markup("")
    return tag("g", numbers, intervals, fill=ON_TINT, text_anchor="middle")


def _draw_key(top: float, better: str | None, level: str) -> tuple[Markup, float, float]:
    """What the shades and signs mean, and the shades; and the width and the height that they take."""
    lines = _key_words(better, level)
    out = [text(2, top + 11 + 15 * k, words, size=SMALL, muted=True) for k, words in enumerate(lines)]
    wide, y = 76.0, top + 15 * len(lines) + 5
    for k in range(7):
        x, shade = 2 + k * wide, k - 3
        out.append(tag("rect", x=x, y=y, width=wide - 1, height=18, fill=shade_of(shade)))
        if shade:
            sign = text(x + wide / 2, y + 13, mark(shade), size=SMALL, anchor="middle", bold=True)
            out.append(tag("g", sign, fill=ON_TINT))
    return tag("g", *out), max(7 * wide, *(text_width(words, SMALL) for words in lines)) + 2, 15 * len(lines) + 28


def _key_words(better: str | None, level: str) -> tuple[str, str]:
    side = "on the side of the row's treatment" if better else "where the row's treatment is higher"
    return (
        f"Shade and sign: + {side}, {MINUS} on the other. + the estimate is {SOME:g} standard error or more;",
        f"++ the {level} interval leaves out no difference; +++ it does, at {MUCH:g} standard errors or more.",
    )


def _described(
    treatments: Sequence[str],
    found: dict[tuple[str, str], HeatEntry],
    steps: dict[tuple[str, str], int],
    measure: str,
    better: str | None,
    level: str,
) -> str:
    order = {name: i for i, name in enumerate(treatments)}
    once = sorted((pair for pair in found if order[pair[0]] < order[pair[1]]), key=lambda p: (order[p[0]], order[p[1]]))
    sure = sum(abs(steps[pair]) >= 2 for pair in once)
    ordered = "the best first" if better else "by name"
    listed = "; ".join(
        f"{a} versus {b} {plain(found[a, b].estimate)} ({plain(found[a, b].interval)})" for a, b in once[:DESCRIBED]
    )
    more = "; the rest is in the table" if len(once) > DESCRIBED else ""
    return (
        f"League table of {len(treatments)} treatments, {ordered}: {measure} with {level} intervals, the row's "
        f"treatment versus the column's. In {sure} of {len(once)} pairs the interval leaves out no difference. "
        f"{listed}{more}."
    )


def _twin(
    figure_id: str,
    title: Words,
    treatments: Sequence[str],
    found: dict[tuple[str, str], HeatEntry],
    steps: dict[tuple[str, str], int],
    measure: str,
    better: str | None,
    level: str,
    highlight: Sequence[str],
) -> Table:
    entries = [
        LeagueEntry(a, b, (*parts(e.estimate), f" {mark(steps[a, b])}".rstrip()), e.interval)
        for (a, b), e in found.items()
    ]
    return league_table(
        f"{figure_id}-table",
        (*parts(title), "."),
        treatments,
        entries,
        measure=measure,
        level=level,
        highlight=highlight,
        notes=(" ".join(_key_words(better, level)).replace("Shade and sign", "Sign"),),
    )
