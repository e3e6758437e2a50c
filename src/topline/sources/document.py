"""A document as the readers get it, whatever file it came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from topline.records import Caveat, DocumentInfo


@dataclass(frozen=True)
class Document:
    """A document: its bytes, its text, and what kind of reader it is for.

    ``text`` is what ``--text`` writes and what offsets count in. ``body`` is the part of it that holds the article: a
    block of ``key: value`` lines before a line ``---``, a page's menus or a foot of other stories lie outside.
    ``boilerplate`` are the parts of it that no fact is taken from: about the company, forward-looking statements.
    ``kind`` is ``prose``, ``registry`` (``content`` is the parsed study record) or ``table`` (``content`` is what the
    table reader made of it).
    """

    info: DocumentInfo
    data: bytes
    text: str
    body: tuple[int, int]
    boilerplate: tuple[tuple[int, int], ...] = ()
    kind: str = "prose"
    content: Any = None
    caveats: tuple[Caveat, ...] = ()
