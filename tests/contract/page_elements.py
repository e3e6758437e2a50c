"""Reads a page into its elements: names, attributes, text, and what stands inside what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element; ``parts`` are its texts and children in their order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    parts: list[str | Element] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        """The elements directly inside."""
        return [p for p in self.parts if isinstance(p, Element)]

    def walk(self) -> Iterator[Element]:
        """This element and all inside it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, *tags: str) -> list[Element]:
        """The elements inside with one of these names."""
        return [e for e in self.walk() if e.tag in tags and e is not self]

    def inside(self, tag: str) -> bool:
        """Whether an element of this name holds this one."""
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above is not None

    @property
    def text(self) -> str:
        """All text inside, with single spaces."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for part in self.parts:
            if isinstance(part, str):
                yield part
            else:
                yield from part._pieces()


class _Reader(HTMLParser):
    """Builds the tree, and notes every end tag that closes nothing and every element left open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.here = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.parts.append(element)
        if len(element.attributes) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.parts.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag or self.here.parent is None:
            self.faults.append(f"</{tag}> inside <{self.here.tag}>")
            return
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


def read_elements(html: str) -> Element:
    """The page as a tree. Raises ``ValueError`` where tags are not nested as they should be."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.here is not reader.root:
        reader.faults.append(f"<{reader.here.tag}> is left open")
    if reader.faults:
        raise ValueError("; ".join(reader.faults[:10]))
    return reader.root
