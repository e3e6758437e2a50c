"""A table as a value: HTML, text, Markdown or CSV is chosen last."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup

from topline.errors import ArgumentError
from topline.exhibits.words import Words, html, plain, safe

Align = Literal["left", "right", "center"]
Tone = Literal["", "programme", "harm", "muted", "own"]

# A number with or without its interval. A whole cell is matched: "-2+3+cmd|..." begins as a number does.
_NUMERIC = re.compile(r"[+\-]?[\d.,]+(e[+\-]?\d+)?%?( \([\d.,e%+\- to]*\))?", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@dataclass(frozen=True)
class Column:
    """A column: its header, and how its cells are aligned (numbers to the right)."""

    header: Words
    align: Align = "right"


@dataclass(frozen=True)
class Cell:
    """A cell with more than its words.

    ``detail`` stands smaller on a line below. ``strong`` is bold; ``mark`` stands before the words and says the same
    to whoever can't see the bold. ``stacked`` puts an interval in brackets on a smaller line. ``tone`` gives a
    meaning: ``programme``, ``harm``, ``muted``, or ``own`` (the diagonal of a league table).
    """

    words: Words = ""
    detail: Words = ""
    strong: bool = False
    mark: str = ""
    stacked: bool = False
    tone: Tone = ""

    def plain(self) -> str:
        """The cell on one line."""
        detail = plain(self.detail)
        return " ".join(part for part in (self.mark + plain(self.words), detail and f"({detail})") if part)


Entry: TypeAlias = Words | Cell


@dataclass(frozen=True)
class Row:
    """A row. ``heading`` makes its only cell a heading over the rows below it; ``tone`` is of the whole row."""

    cells: tuple[Entry, ...]
    heading: bool = False
    tone: Tone = ""


@dataclass(frozen=True)
class Table:
    """A table. The first cell of each row is its header, unless ``row_headers`` is off.

    ``notes`` stand below it, a paragraph each; ``footer`` rows close it. ``kind`` is a class of the style sheet, such
    as ``league``. ``titles`` puts what each number is into its ``title``. Raises ``ArgumentError`` when a row has not
    as many cells as there are columns.
    """

    id: str
    caption: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footer: tuple[Row, ...] = ()
    notes: tuple[Words, ...] = ()
    row_headers: bool = True
    kind: str = ""
    titles: bool = True

    def __post_init__(self) -> None:
        for i, row in enumerate((*self.rows, *self.footer), 2):
            expected = 1 if row.heading else len(self.columns)
            if len(row.cells) != expected:
                raise ArgumentError(
                    f"table {self.id!r} has a row of the wrong length",
                    row=i,
                    found=f"{len(row.cells)} cells",
                    expected=f"{expected}, one a column",
                )

    def __html__(self) -> str:
        return str(self.to_html())

    def _repr_html_(self) -> str:
        """What a notebook shows: the table as on a page."""
        from topline.exhibits.pages import in_notebook

        return in_notebook(self.to_html())

    def to_html(self) -> Markup:
        """The table in a container that scrolls by itself, with its notes below."""
        head = Markup("").join(self._header(column) for column in self.columns)
        body = Markup("").join(self._row(row) for row in self.rows)
        foot = Markup("").join(self._row(row) for row in self.footer)
        name = safe(plain(self.caption))
        return Markup(
            '<div class="scroll" role="group" tabindex="0" aria-label="{name}">\n'
            '<table id="{id}" class="{kind}">'
            "<caption><span>{caption}</span></caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>{foot}"
            "</table>\n</div>\n{notes}"
        ).format(
            name=name,
            id=safe(self.id),
            kind=safe(f"table {self.kind}".strip()),
            caption=html(self.caption),
            head=head,
            body=body,
            foot=Markup("\n<tfoot>{}</tfoot>").format(foot) if foot else "",
            notes=Markup("").join(Markup('<p class="note">{}</p>\n').format(html(note)) for note in self.notes),
        )

    def _header(self, column: Column) -> Markup:
        inside = html(column.header)
        return Markup('<th scope="col"{}>{}</th>').format(_class(_ALIGNED[column.align]), inside)

    def _row(self, row: Row) -> Markup:
        if row.heading:
            inside = html(_cell(row.cells[0]).words, titles=self.titles)
            return Markup('<tr><th scope="rowgroup" colspan="{}">{}</th></tr>\n').format(len(self.columns), inside)
        cells = Markup("").join(self._data(i, _cell(entry)) for i, entry in enumerate(row.cells))
        return Markup("<tr{}>{}</tr>\n").format(_class(row.tone), cells)

    def _data(self, index: int, cell: Cell) -> Markup:
        inside = html(cell.words, titles=self.titles, stacked=cell.stacked)
        if cell.mark:
            inside = safe(cell.mark) + inside
        if cell.strong:
            inside = Markup("<b>{}</b>").format(inside)
        if plain(cell.detail):
            inside += Markup("<small>{}</small>").format(html(cell.detail, titles=self.titles))
        if index == 0 and self.row_headers:
            return Markup('<th scope="row"{}>{}</th>').format(_class(cell.tone), inside)
        return Markup("<td{}>{}</td>").format(_class(_ALIGNED[self.columns[index].align], cell.tone), inside)

    def to_grid(self) -> list[list[str]]:
        """The header and every row as plain text; a heading fills its first cell only."""
        grid = [[plain(column.header) for column in self.columns]]
        for row in (*self.rows, *self.footer):
            cells = [_cell(entry).plain() for entry in row.cells]
            grid.append(cells + [""] * (len(self.columns) - len(cells)))
        return grid

    def to_text(self) -> str:
        """Aligned columns for a terminal, with the caption above and the notes below."""
        grid = [[" ".join(cell.split()) for cell in row] for row in self.to_grid()]
        widths = [max(len(row[i]) for row in grid) for i in range(len(self.columns))]
        aligns = [self._align(i) for i in range(len(self.columns))]
        lines = ["  ".join(_pad(c, w, a) for c, w, a in zip(row, widths, aligns, strict=True)).rstrip() for row in grid]
        rule = "  ".join("─" * width for width in widths)
        notes = [plain(note) for note in self.notes]
        return "\n".join([*_filled(plain(self.caption)), lines[0], rule, *lines[1:], *notes]) + "\n"

    def to_markdown(self) -> str:
        """A Markdown table; characters with a meaning in Markdown are escaped."""
        grid = [[_markdown(cell) for cell in row] for row in self.to_grid()]
        rule = [{"left": ":--", "right": "--:", "center": ":-:"}[self._align(i)] for i in range(len(self.columns))]
        lines = ["| " + " | ".join(row) + " |" for row in (grid[0], rule, *grid[1:])]
        caption = [f"**{_markdown(plain(self.caption))}**", ""] if plain(self.caption) else []
        notes = [line for note in self.notes for line in ("", _markdown(plain(note)))]
        return "\n".join([*caption, *lines, *notes]) + "\n"

    def to_csv(self) -> str:
        """Comma-separated rows, for a spreadsheet: an ASCII minus, and no cell that it would run as a formula."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([[_inert(cell) for cell in row] for row in self.to_grid()])
        return out.getvalue()

    def _align(self, index: int) -> Align:
        return "left" if index == 0 and self.row_headers else self.columns[index].align


_ALIGNED: dict[Align, str] = {"left": "l", "right": "", "center": "c"}


def _cell(entry: Entry) -> Cell:
    return entry if isinstance(entry, Cell) else Cell(entry)


def _class(*names: str) -> Markup:
    used = " ".join(name for name in names if name)
    return Markup(' class="{}"').format(used) if used else Markup("")


def _filled(caption: str) -> Iterable[str]:
    return (caption, "") if caption else ()


def _pad(cell: str, width: int, align: Align) -> str:
    return cell.rjust(width) if align == "right" else cell.center(width) if align == "center" else cell.ljust(width)


def _markdown(cell: str) -> str:
    flat = " ".join(cell.split())
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", flat).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inert(cell: str) -> str:
    cell = cell.replace("\u2212", "-")
    core = cell.strip("' ")
    return f"'{cell}" if core.startswith(_FORMULA) and not _NUMERIC.fullmatch(core) else cell
