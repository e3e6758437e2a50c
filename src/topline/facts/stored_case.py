"""The case that a store holds, as its folder would read: what a change to it is checked against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from topline.errors import Problem, StoreError
from topline.facts.case_folder import REQUIRED_COLUMNS, CaseData, check_case
from topline.facts.case_toml import FILE, parse_question
from topline.facts.review_files import Review
from topline.facts.versions import TABLES, current, decode_cells, key_of
from topline.records import Question
from topline.tables import CsvTable

Rows = dict[str, list[tuple[int, dict[str, str]]]]
"""The rows of each file, each with its number: those of a candidate have the number 0."""


def stored_rows(connection: sa.Connection) -> Rows:
    """The rows that stand, in the order in which they came.

    Raises ``StoreError`` when the store holds no case.
    """
    found: Rows = {}
    for file, table in TABLES.items():
        rows = connection.execute(sa.select(table.c.row, table.c.key, table.c.cells).where(current(table))).all()
        ordered = sorted(rows, key=lambda row: (row.row, row.key))
        found[file] = [(row.row, decode_cells(row.cells)) for row in ordered]
    if not found[FILE]:
        repair = "write a case into it with topline.facts.import_case"
        raise StoreError("the store holds no case", expected="one case", repair=repair)
    return found


def checked_case(rows: Rows, problems: list[Problem]) -> CaseData | None:
    """The case of the rows, checked as a folder is; None, and what is wrong in ``problems``, where it is no case."""
    text = rows[FILE][0][1]["toml"]
    question = parse_question(text, problems)
    tables = {file: _table(file, rows[file]) for file in REQUIRED_COLUMNS}
    return check_case(text, question, tables, Review(), problems)


def _table(file: str, rows: Sequence[tuple[int, Mapping[str, str]]]) -> CsvTable:
    columns = dict.fromkeys((*REQUIRED_COLUMNS[file], *(name for _, cells in rows for name in cells)))
    whole = [{name: cells.get(name, "") for name in columns} for _, cells in rows]
    return CsvTable(file, tuple(columns), whole, [number for number, _ in rows])


def question_of(rows: Rows) -> Question:
    """The question of the case.

    Raises ``StoreError`` when it can't be read.
    """
    problems: list[Problem] = []
    question = parse_question(rows[FILE][0][1]["toml"], problems)
    if question is None:
        repair = "write the case into it again with topline.facts.import_case"
        raise StoreError("the question in the store can't be read", found=str(problems[0]), repair=repair)
    return question


def row_at(rows: Rows, file: str, key: str) -> dict[str, str] | None:
    """The cells of the row with a key, or None."""
    return next((cells for _, cells in rows[file] if key_of(file, cells) == key), None)


def add_row(rows: Rows, file: str, cells: dict[str, str]) -> None:
    """Add a row after the others of its file."""
    rows[file].append((max((number for number, _ in rows[file]), default=1) + 1, cells))


def remove_row(rows: Rows, file: str, key: str) -> None:
    """Take the row with a key out."""
    rows[file] = [(number, cells) for number, cells in rows[file] if key_of(file, cells) != key]


def change_row(rows: Rows, file: str, key: str, cells: dict[str, str]) -> None:
    """Put other cells in the place of the row with a key; columns that the new ones lack stay."""
    rows[file] = [(number, {**old, **cells} if key_of(file, old) == key else old) for number, old in rows[file]]
