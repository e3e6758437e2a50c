"""The text of an HTML tree by lines, whatever its depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_BLOCKS = frozenset({
    "p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl",
    "dt", "dd", "blockquote", "pre", "table", "caption", "figure", "figcaption", "hr", "address", "details",
    "summary", "body", "fieldset", "head", "item", "quote", "list", "code", "ab",
})  # fmt: skip
_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "iframe", "object", "button", "select", "nav", "aside",
    "footer", "dialog", "head",
})  # fmt: skip
_AROUND = re.compile(
    r"\b(?:related|sidebar|recommend\w*|promo\w*|newsletter|share|sharing|social|comments?|breadcrumbs?|menu|nav|navbar"
    r"|cookies?|popular|trending|footer|advert\w*|subscribe)\b",
    re.IGNORECASE,
)
_MANY = 8  # an element with more paragraphs holds the article, whatever it is called


def page_lines(root: Any, *, skip: bool) -> Iterator[str]:
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
    if tag in ("header", "form"):
        return not _holds_article(element)
    if tag not in ("div", "section", "ul", "p"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}"
    return _AROUND.search(names.replace("_", " ")) is not None and not _holds_article(element)


def _holds_article(element: Any) -> bool:
    """Whether an element holds a first heading or many paragraphs."""
    return next(element.iter("h1"), None) is not None or any(True for _ in islice(element.iter("p"), _MANY, None))
