"""Cells of a workbook that hold an error or a formula without a value: calamine hands them over as empty.

An arm would drop out of the analysis for a ``#DIV/0!``. So the sheet's own XML is searched for such cells: .xlsx and
.xlsm (ECMA-376 part 1, 18.3.1.4), and .ods (OpenDocument 1.3 part 3, 9.1.4, with the mark ``calcext:value-type`` that
LibreOffice gives to errors). The binary kinds, .xls and .xlsb, are not searched.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree as ET

from topline.errors import DataError
from topline.tables.cells import SpoiledCell

LARGEST = 1 << 28  # bytes of one part, unpacked: a few million cells
_SAVE = "open the workbook in a spreadsheet program and save it"
# A part in which none of these stands (NUL: it is in UTF-16) has nothing to find.
_TELLING = re.compile(rb"<(\w+:)?f[\s/>]|=\s*[\"']e[\"']|[\"']error[\"']|<!DOCTYPE|\x00")
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


class _NoDocumentType(ET.TreeBuilder):
    """Builds the tree of a document without a document type, whose entities could expand without end."""

    def doctype(self, *_: object) -> None:
        raise ValueError("a document type declaration")


def find_spoiled_cells(data: bytes, file: str, sheet: str) -> list[tuple[int, int, SpoiledCell]]:
    """Row and column, counted from 0, of each spoiled cell of a sheet; none where the data are no archive of XML.

    Raises ``DataError`` when the sheet can't be searched: a part is missing, larger than ``LARGEST``, no XML, or has a
    document type declaration.
    """
    if not zipfile.is_zipfile(BytesIO(data)):
        return []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return list((_of_excel if "_rels/.rels" in archive.namelist() else _of_opendocument)(archive, sheet))
    except (KeyError, ValueError, RuntimeError, ET.ParseError, zipfile.BadZipFile) as wrong:
        raise DataError(
            "the workbook can't be searched for cells that hold errors",
            file=f"{file}, sheet {sheet!r}",
            found=str(wrong) or None,
            repair=f"{_SAVE} again, or save the sheet as CSV",
        ) from None


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    if archive.getinfo(part).file_size > LARGEST:
        raise ValueError(f"{part} has more than {LARGEST >> 20} MB")
    return archive.read(part)


def _tree(data: bytes) -> ET.Element:
    return ET.fromstring(data, ET.XMLParser(target=_NoDocumentType()))


def _of_excel(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, SpoiledCell]]:
    (start,) = (target for target, kind in _related(archive, "").values() if kind.endswith("/officeDocument"))
    if not start.endswith(".xml"):  # .xlsb
        return
    book = _tree(_read(archive, start))
    (listed,) = (element for element in book.iterfind("{*}sheets/{*}sheet") if element.get("name") == sheet)
    (identity,) = (value for name, value in listed.items() if name.endswith("}id"))
    data = _read(archive, _related(archive, start)[identity][0])
    # Set by programs that write formulas and leave the values, 0 or nothing, to the next program that opens the file.
    stale = any(element.get("fullCalcOnLoad") in ("1", "true") for element in book.iterfind("{*}calcPr"))
    no_value = ("", "0") if stale else ("",)
    i = -1
    for row in _tree(data).iterfind("{*}sheetData/{*}row") if _TELLING.search(data) else ():
        i, j = int(row.get("r", i + 2)) - 1, -1
        for cell in row.iterfind("{*}c"):
            # a cell without a reference stands right of the one before it
            j = _column(cell.get("r", "")) if "r" in cell.attrib else j + 1
            value, formula = cell.findtext("{*}v"), cell.findtext("{*}f")
            if cell.get("t") == "e":
                yield i, j, _error(i, j, value)
            elif formula is not None and (value is None or (cell.get("t") != "str" and value.strip() in no_value)):
                found = f"={formula}" if formula else "a formula"
                yield i, j, SpoiledCell(f"{_name(i, j)} holds a formula without a stored value", found, _SAVE)


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part refers to, and what they are to it, by identity; those of the archive for no name."""
    folder, name = posixpath.split(part)
    elements = _tree(_read(archive, posixpath.join(folder, "_rels", f"{name}.rels")))
    return {
        e.get("Id", ""): (posixpath.join("/", folder, e.get("Target", "")).lstrip("/"), e.get("Type", ""))
        for e in elements
    }


def _of_opendocument(archive: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int, SpoiledCell]]:
    """One element may stand for several equal rows or cells; of rows the first is named."""
    data = _read(archive, "content.xml")
    tables = _tree(data).iter(f"{_TABLE}table") if _TELLING.search(data) else iter(())
    i = 0
    for row in (
        row for table in tables if table.get(f"{_TABLE}name") == sheet for row in table.iter(f"{_TABLE}table-row")
    ):
        j = 0
        for cell in row:
            before, j = j, j + int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            if cell.get(f"{_CALCEXT}value-type") == "error":
                yield from ((i, k, _error(i, k, "".join(cell.itertext()))) for k in range(before, j))
        i += int(row.get(f"{_TABLE}number-rows-repeated", "1"))


def _error(row: int, column: int, error: str | None) -> SpoiledCell:
    repair = "mend the formula, or empty the cell if the value is not known"
    return SpoiledCell(f"{_name(row, column)} holds the error {error or '(of no name)'}", error or "an error", repair)


def _name(row: int, column: int) -> str:
    if not (0 <= row < 1 << 20 and 0 <= column < 1 << 14):
        raise ValueError("a cell outside the sheet")
    letters = ""
    column += 1
    while column:
        column, last = divmod(column - 1, 26)
        letters = chr(ord("A") + last) + letters
    return f"{letters}{row + 1}"


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
