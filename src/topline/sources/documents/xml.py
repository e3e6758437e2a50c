"""XML that can't do harm: no entities, nothing external, no depth or size without end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from topline.errors import DataError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_XML_BYTES = 50_000_000
MAX_XML_DEPTH = 500
MAX_XML_ELEMENTS = 2_000_000


def parse_xml(data: bytes, name: str) -> Element:
    """The root element of an XML file.

    Raises ``DataError`` for XML that is not well-formed, declares entities, or refers to anything outside of itself,
    and for more than ``MAX_XML_BYTES``, ``MAX_XML_DEPTH`` levels or ``MAX_XML_ELEMENTS`` elements.
    """
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    if len(data) > MAX_XML_BYTES:
        raise _bounds(name, f"{len(data):,} bytes", f"up to {MAX_XML_BYTES:,} bytes")

    class Bounded(TreeBuilder):
        depth = 0
        count = 0

        def start(self, tag: Any, attrs: Any, /) -> Any:
            self.depth += 1
            self.count += 1
            if self.depth > MAX_XML_DEPTH:
                raise _bounds(name, "elements inside each other", f"up to {MAX_XML_DEPTH} levels")
            if self.count > MAX_XML_ELEMENTS:
                raise _bounds(name, "elements without end", f"up to {MAX_XML_ELEMENTS:,}")
            return super().start(tag, attrs)

        def end(self, tag: Any, /) -> Any:
            self.depth -= 1
            return super().end(tag)

    parser = DefusedXMLParser(target=Bounded(), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root: Element = parser.close()
    except DefusedXmlException as wrong:
        raise DataError(
            "the XML declares entities or refers to something outside of itself",
            file=name,
            found=str(wrong)[:200],
            expected="plain XML without entities",
            repair="save it again from the program that made it",
        ) from None
    except (ParseError, LookupError, ValueError) as wrong:
        raise DataError(
            "this is not well-formed XML",
            file=name,
            row=getattr(wrong, "position", (None,))[0],
            found=str(wrong)[:200],
            repair="save it again from the program that made it",
        ) from None
    return root


def root_name(data: bytes) -> str | None:
    """The name of the first element of what may be XML, without its prefix; None where there is none near the top.

    It reads the beginning only and decides nothing but which reader a file is for.
    """
    start = data[:4_000]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = start.decode("utf-16", "replace")
    else:
        text = start.decode("utf-8-sig", "replace")
    text = re.sub(r"<\?.*?\?>|<!--.*?-->", "", text, flags=re.DOTALL).lstrip()
    if text.startswith("<!DOCTYPE"):
        declared = re.match(r"<!DOCTYPE\s+([\w.:-]+)", text)
        return declared[1].rpartition(":")[2] if declared else None
    first = re.match(r"<(?:[\w.-]+:)?([\w.-]+)", text)
    return first[1] if first else None


def _bounds(name: str, found: str, expected: str) -> DataError:
    return DataError("the XML is too large to be read", file=name, found=found, expected=expected)
