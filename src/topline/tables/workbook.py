"""Excel and OpenDocument workbooks through calamine: the first sheet with data, or the one that is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from topline.errors import DataError, UnknownNameError
from topline.tables.archives import check_archive
from topline.tables.sheet_size import check_sheet_sizes


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet from row 1 on (blank rows included), and the names of the workbook's other visible sheets.

    A cell that holds an error or a formula without a value is a ``SpoiledCell``.
    """

    name: str
    rows: list[list[Any]]
    others: tuple[str, ...]


def read_workbook(data: bytes, file: str, sheet: str | None = None) -> Sheet:
    """The sheet of that name, else the first visible one with data.

    Raises ``DataError`` when the data are no workbook, unpack to more than they may, are locked by a password, or have
    nothing to read; ``UnknownNameError`` for a sheet that is not there.
    """
    names, sheets = read_sheets(data, file, sheet)
    first = next(sheets, None)
    if first is not None:
        return first
    found = "only empty sheets: " + ", ".join(names) if sheet is None else f"no cell in the sheet {sheet!r}"
    raise DataError(
        "the workbook is empty" if sheet is None else "the sheet is empty",
        file=file,
        found=found,
        expected="a header and at least one row",
    )


def read_sheets(data: bytes, file: str, sheet: str | None = None) -> tuple[list[str], Iterator[Sheet]]:
    """The names of the visible sheets, and those of them with data, or the one that is named, as they are asked for.

    Raises what :func:`read_workbook` raises, but for a workbook with nothing to read.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    check_archive(data, file)
    check_sheet_sizes(data, file)
    with _readable(file), load_workbook(BytesIO(data)) as book:
        known = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    names = [s.name for s in known if s.visible == SheetVisibleEnum.Visible]
    if sheet is not None and sheet not in [s.name for s in known]:
        raise UnknownNameError.among("sheet", sheet, [s.name for s in known])
    return names, _filled(data, file, names, [sheet] if sheet is not None else names)


def _filled(data: bytes, file: str, names: list[str], wanted: list[str]) -> Iterator[Sheet]:
    from python_calamine import load_workbook

    for name in wanted:
        with _readable(file), load_workbook(BytesIO(data)) as book:
            rows = [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        if any(cell not in (None, "") for row in rows for cell in row):
            yield Sheet(name, _with_spoiled(rows, data, file, name), tuple(n for n in names if n != name))


@contextmanager
def _readable(file: str) -> Iterator[None]:
    """What calamine says of data that are no workbook, as an error of topline."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError:
        raise DataError(
            "the workbook is locked by a password", file=file, repair="save a copy without a password"
        ) from None
    except (CalamineError, OSError) as wrong:
        raise DataError(
            "this is not a workbook that can be read",
            file=file,
            found=str(wrong),
            expected=".xlsx, .xls or .ods",
            repair="open it in a spreadsheet program and save it as .xlsx or CSV",
        ) from None


def _with_spoiled(rows: list[list[Any]], data: bytes, file: str, sheet: str) -> list[list[Any]]:
    """The rows with their spoiled cells, which calamine leaves empty; further rows and cells come where it stops."""
    from topline.tables.spoiled_cells import find_spoiled_cells

    width = max(map(len, rows))
    for i, j, spoiled in find_spoiled_cells(data, file, sheet):
        rows.extend([None] * width for _ in range(i + 1 - len(rows)))
        rows[i].extend([None] * (j + 1 - len(rows[i])))
        rows[i][j] = spoiled
    return rows
