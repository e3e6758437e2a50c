"""Excel and OpenDocument workbooks through calamine: the first sheet with data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from topline.errors import DataError


def read_workbook(path: Path) -> tuple[str, list[list[Any]]]:
    """The name of the first visible sheet with data, and its rows from row 1 on (blank rows included).

    Raises ``DataError`` when the file is no workbook, is locked by a password, or all of its sheets are empty.
    """
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    file = str(path)
    try:
        with load_workbook(path) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
            ]
            for name in names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if any(cell not in (None, "") for row in rows for cell in row):
                    return name, [list(row) for row in rows]
            found = "only empty sheets: " + ", ".join(names)
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
    raise DataError("the workbook is empty", file=file, found=found, expected="a header and at least one row")
