"""HTML to text: the article of a page as lines, tables as rows, without what stands around it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topline.errors import DataError
from topline.records import Caveat
from topline.sources.documents.dates import iso_date, own_date
from topline.sources.documents.decoding import decode
from topline.sources.documents.page_head import page_head
from topline.sources.documents.page_lines import page_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_PAGE_BYTES = 10_000_000
_MOST_ELEMENTS = 30_000  # beyond these two trafilatura takes long, or forever: the page is read as a whole
_DEEPEST = 200
_TOP = 15  # so many lines may stand between a headline and its article
_SHORT = 250  # an article shorter than this may be a part only: the page's own text is looked at too
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """What a page says: its article as text, and what it says of itself."""

    text: str
    title: str | None
    date: str | None
    publisher: str | None
    address: str | None
    caveats: tuple[Caveat, ...]


def read_page(data: bytes, name: str, media_type: str | None = None) -> Page:
    """The article of an HTML page. Paragraphs are lines; the cells of a table's row stand between vertical bars.

    Nothing is fetched and no script is run. Raises ``DataError`` for more than ``MAX_PAGE_BYTES`` and for a page
    without text.
    """
    if len(data) > MAX_PAGE_BYTES:
        raise DataError(
            "the page is too large",
            file=name,
            found=f"{len(data):,} bytes",
            expected=f"up to {MAX_PAGE_BYTES:,} bytes",
            repair="save the article alone, as text",
        )
    if 0 < data.count(0) < 0.001 * len(data) + 2:
        data = data.replace(b"\0", b"")  # as browsers do; UTF-16 has far more of them
    decoded = decode(data, name, _declared(data, media_type))
    from lxml import etree

    tree = _parse(decoded.text, name)
    if tree is None:
        raise _without_text(name)
    said = page_head(tree)
    etree.strip_elements(tree, "script", "style", "noscript", with_tail=False)
    title, lines = _article(tree) if _bounded(tree) else (None, [])
    title = said.get("headline") or title or said.get("title")
    whole = list(page_lines(tree, skip=True))
    text = "\n".join(_with_top(lines, whole, title))
    caveats = decoded.caveats
    if len(text) < _SHORT:
        page = "\n".join(whole)
        if len(page) > 2 * len(text):
            text = page
            note = f"the article of {name} could not be told from the page around it: the page's whole text was read"
            caveats = (*caveats, Caveat(code="whole-page", text=note, severity="minor"))
    if not text.strip():
        raise _without_text(name)
    date = next((found for value in said.get("dates", ()) if (found := iso_date(value))), None) or own_date(text)
    return Page(
        text,
        said.get("headline") or title or said.get("title"),
        date,
        said.get("publisher"),
        said.get("address"),
        caveats,
    )


def _declared(data: bytes, media_type: str | None) -> str | None:
    """The encoding that the server or the page names."""
    header = _HEADER_CHARSET.search(media_type or "")
    if header:
        return header[1]
    found = _META_CHARSET.search(data[:4_096]) or _XML_CHARSET.match(data[:300])
    return found[1].decode("ascii", "ignore") if found else None


def _parse(text: str, name: str) -> HtmlElement | None:
    """The page as a tree, whatever its mistakes; None where there is no element in it.

    Raises ``DataError`` where the parser gave up, so that what follows is not missed in silence.
    """
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    # lxml refuses a declaration of the encoding in a text, and a text may hold what UTF-8 can't.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text[:1_000]) + text[1_000:]
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    fatal = [entry for entry in parser.error_log if entry.level_name == "FATAL"]
    if fatal:
        raise DataError(
            "the page can't be read to its end",
            file=name,
            found=fatal[0].message[:200],
            expected="a page whose elements do not lie thousands deep in each other",
            repair="open it in a browser and save it there as PDF or as text",
        )
    return tree


def _bounded(tree: HtmlElement) -> bool:
    """Whether a page is no larger and no deeper than pages are."""
    from lxml import etree

    depth = count = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            return False
    return True


def _article(tree: HtmlElement) -> tuple[str | None, list[str]]:
    """Title and lines of the page's article as trafilatura tells it; empty where it finds none."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it could not find is told in our words
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            include_tables=True,
            include_images=False,
            include_links=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (RecursionError, ValueError, TypeError, AttributeError, AssertionError, KeyError, IndexError):
        return None, []  # a page that trafilatura stumbles over is read as a whole
    body = getattr(found, "body", None)
    if body is None:
        return None, []
    return getattr(found, "title", None), list(page_lines(body, skip=False))


def _with_top(lines: list[str], whole: list[str], title: str | None) -> list[str]:
    """The article's lines with those that stand between the headline and its first one: deck, byline, date.

    trafilatura takes much of that for furniture. ``whole`` are the lines of the page.
    """

    def key(line: str) -> str:
        return re.sub(r"[\W_]+", "", line).casefold()

    if not lines or not title:
        return lines
    heads = [i for i, line in enumerate(whole) if key(line) == key(title)]
    first = 1 if len(lines) > 1 and key(lines[0]) == key(title) else 0
    wanted = key(lines[first])
    begins = next((i for i, line in enumerate(whole) if key(line) == wanted and any(h < i for h in heads)), None)
    if begins is None:
        return lines
    head = max(h for h in heads if h < begins)
    return [*whole[head:begins], *lines[first:]] if begins - head <= _TOP else lines


def _without_text(name: str) -> DataError:
    return DataError(
        "the page holds no text",
        file=name,
        found="no words outside of scripts and menus",
        expected="a page whose article is in the file itself",
        repair="open it in a browser and save it there as a whole page, as PDF or as text",
    )
