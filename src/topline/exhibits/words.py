"""What an exhibit prints: plain text, a traceable number, or a run of both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup, escape

from topline.records import Number


@dataclass(frozen=True)
class Link:
    """Words that lead to another place of the page (``#id``) or to an address."""

    address: str
    words: str
    id: str = ""


Text: TypeAlias = str | Number | Link
Words: TypeAlias = Text | tuple[Text, ...]

# Characters that XML 1.0 can't hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parts(words: Words) -> tuple[Text, ...]:
    """The pieces of a run of words, in order."""
    return words if isinstance(words, tuple) else (words,)


def plain(words: Words) -> str:
    """The words as a reader sees them, without markup."""
    return "".join(_plain(part) for part in parts(words))


def _plain(part: Text) -> str:
    return part.text if isinstance(part, Number) else part.words if isinstance(part, Link) else part


def numbers_in(words: Words) -> tuple[Number, ...]:
    """The traceable numbers among the words."""
    return tuple(part for part in parts(words) if isinstance(part, Number))


def safe(text: object) -> Markup:
    """Text escaped for HTML and XML, as content or in quoted attributes; what XML can't hold becomes U+FFFD."""
    return escape(_NOT_XML.sub("�", str(text)))


def html(words: Words, *, titles: bool = True, stacked: bool = False) -> Markup:
    """The words as HTML: each number is a ``data`` element with its id, its value and, in ``title``, what it is.

    What has an id but no value (a statement, a date, an interval) is a ``span``.

    ``titles=False`` leaves value and ``title`` out, for large tables whose headers say what each number is. ``stacked``
    puts an interval in brackets that ends the words smaller, on a line of its own.
    """
    return Markup("").join(_part_html(part, titles, stacked) for part in parts(words))


def _part_html(part: Text, titles: bool, stacked: bool) -> Markup:
    if isinstance(part, Link):
        traced = Markup(' data-id="{}"').format(safe(part.id)) if part.id else Markup("")
        return Markup('<a href="{}"{}>{}</a>').format(safe(part.address), traced, safe(part.words))
    if not isinstance(part, Number):
        return _stacked(part) if stacked else safe(part)
    title = Markup(' title="{} [{}]"').format(safe(part.what), safe(part.id)) if titles and part.what else Markup("")
    inside = _stacked(part.text) if stacked else safe(part.text)
    if part.value is None or part.unit == "statement":
        # A sentence or an interval with an id wraps as any other text does; a date stays on its line.
        kind = "day" if part.unit == "date" else "said"
        return Markup('<span class="{}" data-id="{}"{}>{}</span>').format(kind, safe(part.id), title, inside)
    if not titles:
        return Markup('<span data-id="{}">{}</span>').format(safe(part.id), inside)
    return Markup('<data value="{:.5g}" data-id="{}"{}>{}</data>').format(part.value, safe(part.id), title, inside)


def _stacked(text: str) -> Markup:
    before, bracket, interval = text.partition(" (")
    if not bracket or not interval.endswith(")"):
        return safe(text)
    return Markup("{} <small>({}</small>").format(safe(before), safe(interval))
