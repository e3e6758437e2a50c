"""A store as the files of a case folder: lossless, alike every time, and made to be compared line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import schema
from topline.facts.case_folder import OPTIONAL_FILES, REQUIRED_COLUMNS
from topline.facts.case_toml import FILE, parse_question
from topline.facts.folder_writing import write_folder
from topline.facts.opening import open_case_store
from topline.facts.review_files import CANDIDATES, COLUMNS, DECIDED, DOCUMENTS, HISTORY, SHA256, SUPPORTS, suffix
from topline.facts.versions import TABLES, current, decode_cells, depth
from topline.tables import write_csv

_REVIEW = {
    CANDIDATES: (schema.candidates, schema.candidates.c.position),
    SUPPORTS: (schema.supports, schema.supports.c.position),
    DECIDED: (schema.decisions, schema.decisions.c.position),
}
_IDS: Mapping[str, sa.Column[Any]] = {
    **{file: table.c.entry for file, table in TABLES.items()},
    **{file: table.c.id for file, (table, _) in _REVIEW.items()},
}
"""What tells apart all that a case ever held, by file: the versions of its rows, and the review."""


def export_case(case: str | Path, folder: str | Path) -> int:
    """Write a case into a folder, made if it is not there; returns how many files changed.

    ``case`` is what ``open_case_store`` takes. The folder's tables hold the rows that stand, in the order in which they
    came; ``history.csv`` when each was recorded, by whom, and the earlier versions. ``import_case`` takes the folder
    back. Files that are none of the case's stay. After a kill the old folder is there or the new one. Raises as
    ``open_case_store`` does, and ``StoreError`` when the folder can't be written, holds another case, or holds rows,
    candidates or decisions that the case has not and never had: they would be lost.
    """
    store, question = open_case_store(case)
    with store, store.reading() as connection:
        files = case_files(connection)
        _refuse_another(question.case, Path(folder))
        if (Path(folder) / FILE).is_file():
            _refuse_loss(connection, Path(folder))
    return write_folder(Path(folder), files)


def _refuse_another(name: str, folder: Path) -> None:
    path = folder / FILE
    if folder.exists() and not folder.is_dir():
        raise StoreError("this is a file, not a folder", file=folder.name, repair="name another folder")
    if not path.is_file():
        return
    there = parse_question(path.read_text(encoding="utf-8", errors="replace"), [])
    if there is None or there.case != name:
        raise StoreError(
            "the folder holds another case",
            file=folder.name,
            found="a case.toml that can't be read" if there is None else there.case,
            expected=f"an empty folder, or one of {name}",
            repair="name another folder",
        )


def _refuse_loss(connection: sa.Connection, folder: Path) -> None:
    """Refuse to write over what somebody did in the folder and this case does not know."""
    store, _ = open_case_store(folder)
    with store, store.reading() as there:
        lost = {name: len(_known(there, ids) - _known(connection, ids)) for name, ids in _IDS.items()}
    told = [f"{count} in {name}" for name, count in lost.items() if count]
    if told:
        raise StoreError(
            "the folder holds work that this case has not",
            file=folder.name,
            found=", ".join(told),
            expected="nothing that would be lost",
            repair="name another folder, or bring the work in first: topline facts import FOLDER --case URL",
        )


def _known(connection: sa.Connection, ids: sa.Column[Any]) -> set[str]:
    return set(connection.scalars(sa.select(ids)))


def case_files(connection: sa.Connection) -> dict[str, bytes | None]:
    """Every file of the case folder, by its path with slashes; None for one that may be left out and has no row."""
    files: dict[str, bytes | None] = dict.fromkeys((*OPTIONAL_FILES, *COLUMNS))
    for file in TABLES:
        rows = _standing(connection, file)
        if file == FILE:
            files[FILE] = rows[0]["toml"].encode() if rows else b""
        elif rows or file not in OPTIONAL_FILES:
            files[file] = write_csv(_header(file, rows), rows)
    for file, (table, order) in _REVIEW.items():
        found = connection.execute(sa.select(table).order_by(order)).mappings().all()
        _add(files, file, [_texts(row, COLUMNS[file]) for row in found])
    documents = connection.execute(sa.select(schema.documents)).mappings().all()
    documents = sorted(documents, key=lambda row: str(row["sha256"]))
    _add(files, DOCUMENTS, [_texts(row, COLUMNS[DOCUMENTS]) for row in documents])
    for row in documents:
        _check_hash(row["sha256"])
        files[f"documents/{row['sha256']}.text"] = row["text"].encode()
        if row["bytes"] is not None:
            files[f"documents/{row['sha256']}.{suffix(row['media_type'])}"] = bytes(row["bytes"])
    _add(files, HISTORY, _history(connection))
    return files


def _check_hash(sha256: str) -> None:
    """Refuse what is no hash: it names a file, and the store may be a stranger's."""
    if SHA256.fullmatch(sha256) is None:
        raise StoreError(
            "the store holds a document under a wrong name", found=repr(sha256)[:80], expected="its SHA-256"
        )


def _add(files: dict[str, bytes | None], file: str, rows: Sequence[Mapping[str, str]]) -> None:
    if rows:
        files[file] = write_csv(COLUMNS[file], rows)


def _standing(connection: sa.Connection, file: str) -> list[dict[str, str]]:
    """The cells of the rows that stand, in the order in which they came."""
    table = TABLES[file]
    rows = connection.execute(sa.select(table.c.row, table.c.key, table.c.cells).where(current(table))).all()
    return [decode_cells(row.cells) for row in sorted(rows, key=lambda row: (row.row, row.key))]


def _header(file: str, rows: Iterable[Mapping[str, str]]) -> list[str]:
    """The columns in the order in which the rows have them; those that the file must have where there is no row."""
    columns = dict.fromkeys(name for row in rows for name in row)
    return list(columns) or list(REQUIRED_COLUMNS[file])


def _texts(row: Mapping[Any, Any], columns: Iterable[str]) -> dict[str, str]:
    return {name: "" if row[name] is None else str(row[name]) for name in columns}


def _history(connection: sa.Connection) -> list[dict[str, str]]:
    """When and by whom each row was recorded; of those that no longer stand, what they said.

    What a row that stands says, and where, is in its own file. A row of a folder that never said when it was recorded,
    and that nothing happened to, has no line.
    """
    lines: list[dict[str, str]] = []
    for file, table in TABLES.items():
        stands = current(table).label("stands")
        rows = connection.execute(sa.select(table, stands)).mappings().all()
        before = {row["entry"]: row["supersedes"] for row in rows}
        for row in sorted(rows, key=lambda row: (row["key"], depth(row["entry"], before))):
            if row["stands"] and not row["recorded_at"] and row["supersedes"] is None:
                continue
            line = {"file": file, **_texts(row, COLUMNS[HISTORY][1:])}
            lines.append({**line, "row": "", "cells": ""} if row["stands"] else line)
    return lines
