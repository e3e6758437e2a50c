"""A figure as a value: a drawing with its headline, its description and its twin as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from topline.exhibits.table import Table
from topline.exhibits.words import Words, html, plain, safe


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

    def to_svg(self) -> str:
        """The drawing alone, as a file of its own."""
        return str(self.svg)

    def to_text(self) -> str:
        """The table twin, for a terminal; the description where there is none."""
        return self.description if self.table is None else self.table.to_text()

    def to_html(self) -> Markup:
        """The figure with its headline above, its caption and its table twin below."""
        return Markup(
            '<figure class="figure" id="{id}">\n<figcaption>{title}</figcaption>\n'
            '<div class="scroll" role="group" tabindex="0" aria-label="{name}">\n{svg}\n</div>\n{caption}'
            "{twin}</figure>\n"
        ).format(
            id=safe(self.id),
            title=html(self.title),
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
