"""XML from strangers as a tree: no document type, no entities, no depth or size without end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from topline.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 1 << 26  # bytes: the largest Cochrane reviews have a third of it
DEEPEST = 200  # elements within each other: reviews have about 15
_SAVE = "save the file again with the program that made it"


class _TooDeepError(ValueError):
    """More elements within each other than ``DEEPEST``."""


class _Shallow(ET.TreeBuilder):
    """Builds a tree of bounded depth."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: Mapping[str, str], /) -> ET.Element:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeepError
        return super().start(tag, dict(attrs))

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def parse_xml(data: bytes, file: str) -> ET.Element:
    """The root of the document, its elements without their namespaces.

    Raises ``DataError`` for a document that is too large or too deep, that is no XML (with its line), that is not in
    the encoding that it says, and for a document type declaration: nothing in it is expanded or opened.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    if len(data) > LARGEST:
        raise DataError(
            "the file is too large",
            file=file,
            found=f"{len(data) / (1 << 20):.0f} MB",
            expected=f"at most {LARGEST >> 20} MB of XML",
            repair="export the analyses that are needed as CSV",
        )
    parser = DefusedXMLParser(target=_Shallow(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        root: ET.Element = parser.close()
    except DefusedXmlException:
        raise DataError(
            "the file declares a document type",
            file=file,
            found="<!DOCTYPE …>, which can hold entities that expand without end or open other files",
            expected="XML without it: RevMan and GeMTC write none",
            repair="delete the declaration, and write out any entities that it defines",
        ) from None
    except _TooDeepError:
        found, expected = f"more than {DEEPEST} elements within each other", f"at most {DEEPEST}"
        raise DataError("the XML is nested too deep", file=file, found=found, expected=expected) from None
    except ParseError as wrong:
        raise _no_xml(data, file, wrong) from None
    except (ValueError, LookupError) as wrong:
        raise DataError(
            "the text is in an encoding that is not known", file=file, found=str(wrong), expected="UTF-8", repair=_SAVE
        ) from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _no_xml(data: bytes, file: str, wrong: ET.ParseError) -> DataError:
    line, column = wrong.position
    says_other = b"encoding" in data[:200] and b"utf-8" not in data[:200].lower()
    if not says_other and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as bad:
            found = f"byte 0x{data[bad.start]:02x} on line {data[: bad.start].count(10) + 1}"
            repair = "save it as UTF-8, or name its encoding in the first line: <?xml version='1.0' encoding='…'?>"
            return DataError("this is not UTF-8 text", file=file, found=found, expected="UTF-8", repair=repair)
    reason = str(wrong).partition(":")[0]
    found = f"{reason}, on line {line}, column {column + 1}"
    return DataError("this is not XML", file=file, found=found, expected="a whole XML document", repair=_SAVE)
