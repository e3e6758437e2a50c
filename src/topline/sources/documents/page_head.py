"""What an HTML page says of itself in its head: headline, dates, publisher, address."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def page_head(tree: HtmlElement) -> dict[str, Any]:
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
                            found.setdefault(name, _line(node[key])[:300])
                    house = node.get("publisher")
                    if isinstance(house, dict) and isinstance(house.get("name"), str):
                        found.setdefault("publisher", _line(house["name"]))
    return found


def _line(text: str) -> str:
    """A text on one line. JSON may hold NUL and half a surrogate pair, which no text may."""
    return " ".join(re.sub(r"[\x00\ud800-\udfff]", "\ufffd", text).split())
