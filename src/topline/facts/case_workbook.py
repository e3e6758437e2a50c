"""A case as one Excel workbook, for a colleague who reads and sorts: a sheet for each table. It is not taken back."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path, PurePosixPath

from topline.errors import StoreError
from topline.facts.case_export import case_files
from topline.facts.case_folder import REQUIRED_COLUMNS
from topline.facts.opening import open_case_store
from topline.tables import parse_csv, workbook_bytes


def export_workbook(case: str | Path, path: str | Path) -> int:
    """Write the tables of a case into a workbook; returns how many sheets it has.

    ``case`` is what ``open_case_store`` takes. A sheet is called as its file is, without ``.csv``; documents and
    ``case.toml`` stay out. A file that is there is replaced at once or not at all. Raises as ``open_case_store`` does,
    ``ArgumentError`` without the extra ``office``, ``DataError`` for what Excel can't hold, and ``StoreError`` when the
    file can't be written.
    """
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        files = case_files(connection)
    tables = {
        PurePosixPath(name).stem: parse_csv(data, name, required=(), exact=True)
        for name in dict.fromkeys((*REQUIRED_COLUMNS, *files))
        if (data := files.get(name)) is not None and name.endswith(".csv")
    }
    _replace(Path(path), workbook_bytes(tables))
    return len(tables)


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(data)
            os.replace(beside, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
    except OSError as error:
        raise StoreError(
            "the workbook can't be written",
            file=path.name,
            found=error.strerror or str(error),
            expected="a file of yours, not open elsewhere, with room on its disk",
            repair="name another file, and do it again",
        ) from None
