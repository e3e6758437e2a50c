"""Excel and OpenDocument workbooks through calamine: the first sheet with data, or the one that is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topline.errors import DataError, UnknownNameError


@dataclass(frozen=True)
class Sheet:
    """The cells of a sheet from row 1 on (blank rows included), and the names of the workbook's other visible sheets.

    A cell that holds an error or a formula without a value is a ``SpoiledCell``.
    """

    name: str
    rows: list[list[Any]]
    others: tuple[str, ...]


def read_workbook(path: Path, sheet: str | None = None) -> Sheet:
    """The sheet of that name, else the first visible one with data.

    Raises ``DataError`` when the file is no workbook, is locked by a password, or has nothing to read;
    ``UnknownNameError`` for a sheet that is not there.
    """
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    file = str(path)
    try:
        with load_workbook(path) as book:
            known = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            visible = [s.name for s in known if s.visible == SheetVisibleEnum.Visible]
            if sheet is not None and sheet not in [s.name for s in known]:
                raise UnknownNameError.among("sheet", sheet, [s.name for s in known])
            for name in visible if sheet is None else [sheet]:
                rows = [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
                if any(cell not in (None, "") for row in rows for cell in row):
                    return Sheet(name, _with_spoiled(rows, path, name), tuple(n for n in visible if n != name))
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
    found = "only empty sheets: " + ", ".join(visible) if sheet is None else f"no cell in the sheet {sheet!r}"
    raise DataError(
        "the workbook is empty" if sheet is None else "the sheet is empty",
        file=file,
        found=found,
        expected="a header and at least one row",
    )


def _with_spoiled(rows: list[list[Any]], path: Path, sheet: str) -> list[list[Any]]:
    """The rows with their spoiled cells, which calamine leaves empty; further rows and cells come where it stops."""
    from topline.tables.spoiled_cells import find_spoiled_cells

    width = max(map(len, rows))
    for i, j, spoiled in find_spoiled_cells(path, sheet):
        rows.extend([None] * width for _ in range(i + 1 - len(rows)))
        rows[i].extend([None] * (j + 1 - len(rows[i])))
        rows[i][j] = spoiled
    return rows
