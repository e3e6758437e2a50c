"""What a page is made of."""

from __future__ import annotations

from dataclasses import dataclass

from topline.exhibits import Figure, Table, Words


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose."""

    words: Words


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    id: str
    text: str


@dataclass(frozen=True)
class Folded:
    """A table that is long: folded until it is asked for."""

    summary: str
    table: Table


Block = Paragraph | Heading | Figure | Table | Folded


@dataclass(frozen=True)
class Section:
    """A section: its heading, its finding as a full sentence, and what shows it."""

    id: str
    heading: str
    finding: Words
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Box:
    """A box of the first screen: a heading, a first line that is read from afar, and further lines."""

    heading: str
    big: Words
    lines: tuple[Words, ...]
