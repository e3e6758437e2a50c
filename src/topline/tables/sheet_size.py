"""How far a sheet reaches, found before a cell of it is read: memory is taken for its whole rectangle.

One cell in XFD1048576, or one that is repeated a million times, asks for 17 thousand million cells. So the places of
the cells are looked at first: .xlsx and .xlsm (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73), .ods (repeated rows and cells,
OpenDocument 1.3 part 3, 19.675 and 19.679) and .xlsb ([MS-XLSB] 2.1.4: records of rows and cells). A .xls has 65,536
rows of 256 cells at most.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from topline.errors import DataError
from topline.tables.archives import is_archive

MOST_CELLS = 1 << 24
_BROKEN = (ValueError, LookupError, RuntimeError, EOFError)
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,18})")
_ROW_RECORD, _CELL_RECORDS, _BEGIN_DATA, _END_DATA = 0, range(1, 12), 145, 146


class _TooFarError(Exception):
    """A sheet of so many rows and columns."""

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self.rows, self.columns = rows, columns


class _DamagedError(Exception):
    """What makes a part no sheet that is read."""


def check_sheet_sizes(data: bytes, file: str) -> None:
    """Refuse a workbook with a sheet whose rectangle holds more than ``MOST_CELLS`` cells; other data pass.

    Call it after :func:`topline.tables.archives.check_archive`. Raises ``DataError`` with the sheet's extent, and for a
    sheet that is no XML or declares a document type.
    """
    if not is_archive(data):
        return
    with zipfile.ZipFile(BytesIO(data)) as archive:
        binary = any(name.lower().endswith(".bin") for name in archive.namelist())
        for name in archive.namelist():
            try:
                part = archive.read(name)
                if b"sheetData" in part or b"table:table" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")):
                    _Extent().measure(part)
                elif binary and part.lstrip()[:1] != b"<":
                    _check_records(part)
            except _TooFarError as far:
                raise _too_large(far.rows, far.columns, file) from None
            except (expat.ExpatError, zipfile.BadZipFile, zlib.error, _DamagedError, *_BROKEN) as wrong:
                raise DataError(
                    "the workbook is damaged",
                    file=f"{file}, part {name}",
                    found=str(wrong),
                    expected="sheets of XML",
                    repair="open it in a spreadsheet program and save it again",
                ) from None


def _too_large(rows: int, columns: int, file: str) -> DataError:
    return DataError(
        "a sheet reaches too far",
        file=file,
        found=f"{rows:,} rows and {columns:,} columns up to its last cell",
        expected=f"at most {MOST_CELLS:,} cells",
        repair="delete the stray cell far from the table, or save the sheet as CSV",
    )


class _Extent:
    """Follows the rows and cells of a part, and stops where their rectangle becomes too large.

    Empty rows and cells at the end of an OpenDocument table, which are repeated to the sheet's edge, reach nowhere.
    """

    def __init__(self) -> None:
        self._start()
        self._row_repeat = 1

    def _start(self) -> None:
        self._row = self._column = self._width = self._rows = self._columns = 0

    def measure(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.Parse(part, True)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2]
        if element in ("c", "table-cell", "covered-table-cell"):
            self._cell(element, attributes)
        elif element == "row":
            self._row = _whole(attributes.get("r"), self._row + 1)
            self._column = 0
        elif element == "table-row":
            self._row_repeat = _whole(_repeated(attributes, "rows"), 1)
            self._column = self._width = 0
        elif element in ("table", "sheetData"):
            self._start()

    def _cell(self, element: str, attributes: dict[str, str]) -> None:
        if element == "c":
            self._column += 1
            if match := _REFERENCE.fullmatch(attributes.get("r", "")):
                self._column, self._row = _letters(match[1]), max(self._row, int(match[2]))
            if self._row > 1 << 20 or self._column > 1 << 14:
                raise _DamagedError("a cell outside the sheet")
            self._reach(self._row, self._column)
            return
        self._column += _whole(_repeated(attributes, "columns"), 1)
        if any(key.rpartition(":")[2] in ("value-type", "formula") for key in attributes):
            self._width = self._column

    def _close(self, name: str) -> None:
        if name.rpartition(":")[2] == "table-row":
            self._row += self._row_repeat
            if self._width:
                self._reach(self._row, self._width)

    def _reach(self, row: int, column: int) -> None:
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        if self._rows * self._columns > MOST_CELLS:
            raise _TooFarError(self._rows, self._columns)


def _refuse_document_type(*_: object) -> None:
    raise _DamagedError("a document type declaration")


def _repeated(attributes: dict[str, str], what: str) -> str | None:
    wanted = f"number-{what}-repeated"
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == wanted), None)


def _whole(text: str | None, otherwise: int) -> int:
    return otherwise if text is None else min(int(text), 1 << 40)


def _letters(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _check_records(part: bytes) -> None:
    """The rows and cells of a binary sheet, which stand between two records of their own."""
    rows = columns = at = 0
    inside = False
    while at < len(part):
        kind, at = _number(part, at, 2)
        size, at = _number(part, at, 4)
        first = int.from_bytes(part[at : at + 4], "little") + 1
        if kind in (_BEGIN_DATA, _END_DATA):
            inside = kind == _BEGIN_DATA
        elif inside and kind == _ROW_RECORD:
            rows = max(rows, first)
        elif inside and kind in _CELL_RECORDS:
            columns = max(columns, first)
            if rows * columns > MOST_CELLS:
                raise _TooFarError(rows, columns)
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to ``most`` bytes, seven bits each, the lowest first; and the place after it."""
    number = 0
    for i, byte in enumerate(data[at : at + most]):
        number |= (byte & 0x7F) << (7 * i)
        if not byte & 0x80:
            return number, at + i + 1
    return number, at + most
