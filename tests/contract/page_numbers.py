"""Reads a page as its reader does: every text with a digit, and whether it leads to its source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

# Words of the field that hold a digit and are no result: the level of an interval, and what a rate is counted in.
FIELD_WORDS = ("95% interval", "95% prediction interval", "95% range", "95%", "of 100", "per 100", "Of 100")


@dataclass(frozen=True)
class Untraced:
    """A text with a digit that leads nowhere: where it stands, the whole text, and what was left of it."""

    path: str
    text: str
    left: str


class PageNumbers(HTMLParser):
    """Collects every traceable id of a page, and every text with a digit outside all of them.

    Exempt are the ticks of an axis (``class="axis"``), and what a drawing says to a screen reader (``title`` and
    ``desc`` of an SVG), which repeats its table twin.
    """

    def __init__(self, names: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        words = sorted({*names, *FIELD_WORDS}, key=len, reverse=True)
        self._whole = words
        self._names = re.compile("|".join(re.escape(w) for w in words))
        self._stack: list[tuple[str, bool]] = []
        self.ids: list[str] = []
        self.untraced: list[Untraced] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        if given.get("data-id"):
            self.ids.append(str(given["data-id"]))
        inside_svg = any(t == "svg" for t, _ in self._stack)
        exempt = (
            bool(given.get("data-id"))
            or "axis" in classes
            or tag in ("style", "script", "head")
            or (tag in ("title", "desc") and inside_svg)
        )
        if tag not in VOID:
            self._stack.append((tag, exempt or bool(self._stack and self._stack[-1][1])))

    def handle_endtag(self, tag: str) -> None:
        while self._stack:
            if self._stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not re.search(r"\d", data) or (self._stack and self._stack[-1][1]):
            return
        data = data.replace("\u00a0", " ")
        left = self._names.sub("", data)
        # A long name may be broken over two lines of a drawing.
        fragment = re.search(r"[^\W\d]", left) and any(data.strip(" ●○") in name for name in self._whole)
        if re.search(r"\d", left) and not fragment:
            self.untraced.append(Untraced(">".join(t for t, _ in self._stack[-4:]), data.strip(), left.strip()))


def read_page(html: str, names: list[str]) -> PageNumbers:
    """The page's ids and its texts that lead nowhere; ``names`` are the case's names with digits."""
    page = PageNumbers(names)
    page.feed(html)
    page.close()
    return page
