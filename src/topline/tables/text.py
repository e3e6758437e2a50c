"""Delimited text: bytes to rows of cells, with errors that name the place."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from typing import Any

from topline.errors import DataError, Problem

_DELIMITERS = (",", ";", "\t")


def decode(data: bytes, file: str, error: type[DataError]) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises ``error`` naming the byte and its line when the data are something else.
    """
    repair = "save the file again as CSV with the encoding UTF-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise error("this is UTF-16 text", file=file, found="a UTF-16 byte order mark", expected="UTF-8", repair=repair)
    if data.startswith(b"PK\x03\x04"):
        raise error(
            "this is a zip archive, not text",
            file=file,
            found="the first bytes of a zip archive or an Excel workbook",
            expected="text in UTF-8",
            repair="if it is a workbook, give the file the ending .xlsx; else save it as CSV",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data[: wrong.start].count(b"\n") + 1
        found = f"byte 0x{data[wrong.start]:02x} at byte {wrong.start + 1} of the file, on line {line}"
        raise error("this is not UTF-8 text", file=file, found=found, expected="UTF-8", repair=repair) from None


def sniff(text: str) -> str:
    """The delimiter, among comma, semicolon and tab, that splits the first filled line into most cells."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    widths = {mark: len(next(csv.reader([line], delimiter=mark), [])) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: widths[mark])


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
            expected=f"{width} cells",
            repair="quote cells that contain the delimiter; add the delimiters of empty cells",
        )
        for index, record in enumerate(records)
        if index > start and any(str(cell).strip() for cell in record) and len(record) != width
    ]
