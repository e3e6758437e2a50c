"""A figure as a value: a drawing with its headline, its description and its twin as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from topline.exhibits import files, matplotlib_figure
from topline.exhibits.table import Table
from topline.exhibits.words import Words, html, plain, safe

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn


@dataclass(frozen=True)
class Figure:
    """A figure.

    ``title`` is a sentence that says what the figure shows; ``description`` says it in words to whoever can't see it;
    ``svg`` is the drawing; ``table`` holds the same data (None where a table beside the figure does); ``caption``
    stands below and tells how to read it.
    """

    id: str
    title: Words
    description: str
    svg: Markup
    table: Table | None
    caption: Words = ""

    def __html__(self) -> str:
        return str(self.to_html())

    def _repr_html_(self) -> str:
        """What a notebook shows: the figure with its headline, its caption and its table, as on a page."""
        from topline.exhibits.pages import in_notebook

        return in_notebook(self.to_html())

    def to_svg(self) -> str:
        """The drawing alone, as a file of its own."""
        return str(self.svg)

    def to_text(self) -> str:
        """The table twin, for a terminal; the description where there is none."""
        return self.description if self.table is None else self.table.to_text()

    def to_matplotlib(self, width_inches: float | None = None, *, dpi: float = 300.0, font: str | None = None) -> Drawn:
        """The drawing as a ``matplotlib.figure.Figure``, every mark a vector, to change or to save.

        ``width_inches`` scales the whole, letters too; without it a pixel is 0.75 points. ``font`` is the name of an
        installed family. Needs the extra ``figures``; raises ``ArgumentError`` without it, and ``UnknownNameError`` for
        a font that is not there.
        """
        return matplotlib_figure.draw(self.to_svg(), width_inches=width_inches, dpi=dpi, font=font)

    def save(
        self, path: str | Path, *, width_inches: float | None = None, dpi: float = 300.0, font: str | None = None
    ) -> Path:
        """Write the figure as ``.svg``, ``.html``, ``.pdf``, ``.png`` or ``.tif`` and return the path.

        ``.html`` is a page with the headline, the caption and the table; the others hold the drawing alone,
        ``width_inches`` wide. ``dpi`` and ``font`` are for pdf, png and tif, which need the extra ``figures``. Raises
        ``ArgumentError`` for another ending, for a place that can't be written, or without matplotlib.
        """
        return files.save(self, path, width_inches=width_inches, dpi=dpi, font=font)

    def to_html(self) -> Markup:
        """The figure with its headline above, its caption and its table twin below."""
        return self._html(html(self.title))

    def to_page(self) -> str:
        """The figure as a page of its own, in one file that needs nothing else; the headline is the page's heading."""
        from topline.exhibits.pages import render_page

        main = self._html(Markup("<h1>{}</h1>").format(html(self.title)))
        return render_page("page.html", title=plain(self.title), main=main, description=self.description)

    def _html(self, headline: Markup) -> Markup:
        return Markup(
            '<figure class="figure" id="{id}">\n<figcaption>{headline}</figcaption>\n'
            '<div class="scroll" role="group" tabindex="0" aria-label="{name}">\n{svg}\n</div>\n{caption}'
            "{twin}</figure>\n"
        ).format(
            id=safe(self.id),
            headline=headline,
            name=safe(plain(self.title)),
            svg=self.svg,
            caption=Markup('<p class="note">{}</p>\n').format(html(self.caption)) if plain(self.caption) else "",
            twin=self._twin(),
        )

    def _twin(self) -> Markup:
        if self.table is None:
            return Markup("")
        # What each number is, its row and column say.
        table = replace(self.table, titles=False).to_html()
        return Markup('<details class="twin"><summary>Show as a table</summary>\n{}</details>\n').format(table)
