"""Delimited text: bytes to rows of cells, with errors that name the place."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Sequence
from typing import Any

from topline.errors import DataError, Problem

_DELIMITERS = (",", ";", "\t", "|")
# The first bytes of files that are no text: what they are, and what to do.
_NO_TEXT = {
    b"PK\x03\x04": (
        "a zip archive or an Excel workbook",
        "if it is a workbook, give the file the ending .xlsx; else unpack it",
    ),
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", "give the file the ending .xls"),
    b"\x1f\x8b": ("a compressed file (gzip)", "unpack it, or give pandas.read_csv(path)"),
}


def decode(data: bytes, file: str, error: type[DataError]) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises ``error`` naming the byte and its line when the data are something else.
    """
    repair = "save the file again as CSV with the encoding UTF-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise error("this is UTF-16 text", file=file, found="a UTF-16 byte order mark", expected="UTF-8", repair=repair)
    for start, (what, remedy) in _NO_TEXT.items():
        if data.startswith(start):
            raise error(f"this is {what}, not text", file=file, expected="text in UTF-8", repair=remedy)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        found = f"byte 0x{data[wrong.start]:02x} at byte {wrong.start + 1} of the file, on line {line}"
        raise error("this is not UTF-8 text", file=file, found=found, expected="UTF-8", repair=repair) from None


def sniff(text: str) -> str:
    """The delimiter, among comma, semicolon, tab and vertical bar, that splits the header into most cells.

    The header is the first filled line that any of them splits: a title or comments (#) may stand above it.
    """
    filled = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    for line in itertools.islice(filled, 10):
        widths = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in _DELIMITERS}
        if max(widths.values()) > 1:
            return max(_DELIMITERS, key=lambda mark: widths[mark])
    return _DELIMITERS[0]


def split(text: str, delimiter: str, file: str, error: type[DataError]) -> list[list[str]]:
    """Every record of the text, empty for a blank line: record ``i`` is row ``i + 1`` of a spreadsheet.

    Raises ``error`` when quotation marks don't pair up.
    """
    records: list[list[str]] = []
    try:
        records.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as wrong:
        raise error(
            "the text can't be split into cells",
            file=file,
            row=len(records) + 1,
            found=str(wrong),
            expected='each quoted cell to end with a quotation mark ("), and marks inside it to be doubled ("")',
            repair="look for a stray quotation mark in this row",
        ) from None
    return records


def ragged(records: Sequence[Sequence[Any]], start: int, width: int, file: str) -> list[Problem]:
    """A problem for each filled record after ``start`` that has not ``width`` cells."""
    return [
        Problem(
            "the row has not as many cells as the header",
            file=file,
            row=index + 1,
            found="1 cell" if len(record) == 1 else f"{len(record)} cells",
            expected="1 cell" if width == 1 else f"{width} cells",
            repair="quote cells that contain the delimiter; add the delimiters of empty cells",
        )
        for index, record in enumerate(records)
        if len(record) != width and index > start and any(str(cell).strip() for cell in record)
    ]
