"""A case that is to be changed, be it a folder or a store: both are changed by the same statements, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts.case_export import case_files
from topline.facts.case_folder import read_case
from topline.facts.connecting import writing
from topline.facts.folder_writing import holding, write_folder
from topline.facts.opening import case_folder
from topline.facts.store import memory_engine
from topline.facts.store_file import check_store
from topline.facts.writing import write_case


@contextmanager
def changing(case: str | Path) -> Iterator[sa.Connection]:
    """A connection to the case's rows; what is done on it is written at the end, or nothing of it.

    A folder is read into memory, and the files whose rows changed are written anew; the others stay to the byte.
    Raises as ``open_case_store`` does, and ``StoreError`` for a shipped case.
    """
    if isinstance(case, str) and "://" in case:
        check_store(case)
        with writing(case) as connection:
            yield connection
        return
    folder = case_folder(case)
    if not isinstance(folder, Path) or folder.resolve() != Path(case).resolve():
        repair = f"copy it first: topline facts export my-case --case {case}"
        raise StoreError(
            "a shipped case can't be changed", found=str(case), expected="a folder or a URL", repair=repair
        )
    with holding(folder):
        data = read_case(folder)
        engine = memory_engine()
        try:
            with engine.begin() as connection:
                write_case(connection, data, at="")
                before = case_files(connection)
                yield connection
                after = case_files(connection)
            write_folder(folder, {name: body for name, body in after.items() if before.get(name) != body})
        finally:
            engine.dispose()
