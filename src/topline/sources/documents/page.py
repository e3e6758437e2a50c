"""HTML to text: the article of a page as lines, tables as rows, without what stands around it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from topline.errors import DataError
from topline.records import Caveat
from topline.sources.documents.dates import iso_date, own_date
from topline.sources.documents.decoding import decode

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
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "table",
        "caption",
        "figure",
        "figcaption",
        "hr",
        "address",
        "details",
        "summary",
        "body",
        "fieldset",
        "head",
        "item",
        "quote",
        "list",
        "code",
        "ab",
    ]
)
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "form",
        "button",
        "select",
        "nav",
        "aside",
        "footer",
        "dialog",
        "head",
    ]
)
_AROUND = re.compile(
    r"\b(?:related|sidebar|recommend\w*|promo\w*|newsletter|share|sharing|social|comments?|breadcrumbs?|menu|nav|navbar|cookies?|popular|trending|footer|advert\w*|subscribe)\b",
    re.IGNORECASE,
)


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
    said = _said(tree)
    etree.strip_elements(tree, "script", "style", "noscript", with_tail=False)
    title, lines = _article(tree) if _bounded(tree) else (None, [])
    title = said.get("headline") or title or said.get("title")
    whole = list(_lines(tree, skip=True))
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
    return getattr(found, "title", None), list(_lines(body, skip=False))


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


def _lines(root: Any, *, skip: bool) -> Iterator[str]:
    """The text of a tree by lines. With ``skip``, without what stands around an article."""
    from lxml import etree

    line: list[str] = []
    rows: list[list[str]] = []  # the open rows, a table may stand in a cell of another

    def taken() -> str:
        text = " ".join("".join(line).split())
        line.clear()
        return text

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        tag = tag.rpartition("}")[2].lower()
        if event == "start":
            if skip and _around(element, tag):
                walk.skip_subtree()
                continue
            if tag in ("tr", "row"):
                if not rows and (text := taken()):
                    yield text
                rows.append([])
            elif tag in ("br", "lb") or tag in _BLOCKS:
                if rows:
                    line.append(" ")
                elif text := taken():
                    yield text
            if tag in ("li", "item") and not rows:
                line.append("- ")
            line.append(element.text or "")
            continue
        if tag in ("td", "th", "cell") and rows:
            rows[-1].append(taken())
        elif tag in ("tr", "row") and rows:
            cells = rows.pop()
            text = " | ".join(cells) if any(cells) else ""
            if rows:
                line.append(f" {text} ")
            elif text:
                yield text
        elif tag in _BLOCKS:
            if rows:
                line.append(" ")
            elif (text := taken()) and text != "-":
                yield text
        line.append(element.tail or "")
    if text := taken():
        yield text


def _around(element: Any, tag: str) -> bool:
    """Whether an element belongs to the page around an article."""
    if tag in _SKIPPED:
        return True
    if tag == "header":
        return element.find(".//h1") is None
    if tag not in ("div", "section", "ul", "p"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    return bool(names.strip()) and _AROUND.search(names.replace("_", " ")) is not None


def _said(tree: HtmlElement) -> dict[str, Any]:
    """What the page says of itself in its head: headline, title, dates in the order of trust, publisher, address."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
        value = " ".join((element.get("content") or "").split())
        if key and value:
            meta.setdefault(key, value[:1_000])
    linked = _linked_data(tree)
    first = [" ".join(h.text_content().split()) for h in tree.iter("h1")]
    titles = [" ".join((t.text or "").split()) for t in tree.iter("title")]
    said: dict[str, Any] = {}
    headlines = [h for h in first if 8 <= len(h) <= 300]
    if len(headlines) == 1:
        said["headline"] = headlines[0]
    elif linked.get("headline") or meta.get("og:title"):
        said["headline"] = linked.get("headline") or meta.get("og:title")
    said["title"] = next((t for t in titles if t), None)
    dates = [linked.get("date"), *(meta.get(key) for key in _DATE_KEYS)]
    dates += [
        t.get("datetime")
        for t in tree.iter("time")
        if t.get("pubdate") is not None or t.get("itemprop") == "datePublished"
    ]
    said["dates"] = [date for date in dates if date]
    publisher = (
        meta.get("og:site_name")
        or linked.get("publisher")
        or next((meta[k] for k in _PUBLISHER_KEYS if k in meta), None)
    )
    if publisher and len(publisher) <= 100:
        said["publisher"] = publisher
    canonical = [e.get("href") for e in tree.iter("link") if (e.get("rel") or "").lower() == "canonical"]
    address = next((a for a in (*canonical, meta.get("og:url")) if a and re.match(r"https?://[^\s/]+\.", a)), None)
    if address:
        said["address"] = address.strip()
    return said


_DATE_KEYS = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.date", "citation_publication_date", "citation_date", "publish-date", "publish_date", "pubdate",
    "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_PUBLISHER_KEYS = ("publisher", "dc.publisher", "dcterms.publisher", "citation_publisher", "application-name")


def _linked_data(tree: HtmlElement) -> dict[str, str]:
    """Headline, date and publisher of the article that the page's JSON-LD describes."""
    found: dict[str, str] = {}
    for script in tree.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json" or len(script.text or "") > 500_000:
            continue
        try:
            nodes = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        for _ in range(1_000):
            if not nodes:
                break
            node = nodes.pop(0)
            if isinstance(node, list):
                nodes.extend(node)
            elif isinstance(node, dict):
                nodes.extend(value for key, value in node.items() if key == "@graph")
                kind = str(node.get("@type"))
                if re.search(r"Article|Posting|Report|PressRelease", kind):
                    for key, name in (("headline", "headline"), ("datePublished", "date")):
                        if isinstance(node.get(key), str):
                            found.setdefault(name, " ".join(node[key].split())[:300])
                    house = node.get("publisher")
                    if isinstance(house, dict) and isinstance(house.get("name"), str):
                        found.setdefault("publisher", house["name"].strip())
    return found


def _without_text(name: str) -> DataError:
    return DataError(
        "the page holds no text",
        file=name,
        found="no words outside of scripts and menus",
        expected="a page whose article is in the file itself",
        repair="open it in a browser and save it there as a whole page, as PDF or as text",
    )
