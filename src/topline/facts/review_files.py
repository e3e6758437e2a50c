"""The files of a case folder that hold its review: documents, candidates, decisions, and the history of its rows.

All of them are optional: a folder without them is a case that nobody proposed anything for. Each table of the store
has one file, column for column; the order of the rows is the order in which they came.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from topline.errors import CaseError, Problem
from topline.facts.identities import candidate_identity, decision_id, support_id
from topline.facts.versions import TABLES
from topline.facts.vocabulary import CANDIDATE_KINDS
from topline.records import DECISIONS
from topline.tables import CsvTable, read_csv

if TYPE_CHECKING:
    from topline.facts.case_folder import Folder

Row = dict[str, Any]

DOCUMENTS, CANDIDATES, SUPPORTS = "documents.csv", "candidates.csv", "supports.csv"
DECIDED, HISTORY = "decisions.csv", "history.csv"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    DOCUMENTS: (
        "sha256", "text_sha256", "media_type", "title", "publisher", "date", "address", "retrieved_at",
    ),
    CANDIDATES: ("id", "kind", "fields", "missing", "said", "proposed_by", "known_from", "recorded_at"),
    SUPPORTS: (
        "candidate", "document", "quote", "start", "end", "path", "source_columns", "proposed_by", "known_from",
        "recorded_at",
    ),
    DECIDED: ("candidate", "entry", "decision", "reviewer", "at", "reason", "mended"),
    HISTORY: ("file", "entry", "row", "recorded_at", "reviewer", "supersedes", "supersedes_day", "cells"),
}  # fmt: skip
"""The columns of each file."""

_MAY_BE_NONE = {"title", "publisher", "date", "address", "quote", "start", "end", "path", "candidate", "entry", "row"}
_NUMBERS = {"start", "end", "row"}
_OBJECTS = {"fields", "said", "source_columns", "mended", "cells"}
_MOST_DIGITS = 18  # a database takes no longer number
SHA256 = re.compile(r"[0-9a-f]{64}")
"""What may name a document, and so become part of a path."""


@dataclass(frozen=True)
class Review:
    """The rows of the review's files as the store's tables take them; ``history`` are lines of ``history.csv``."""

    documents: tuple[Row, ...] = ()
    candidates: tuple[Row, ...] = ()
    supports: tuple[Row, ...] = ()
    decisions: tuple[Row, ...] = ()
    history: tuple[Row, ...] = ()


def read_review(folder: Folder, problems: list[Problem]) -> Review:
    """The review of a case folder; what is wrong in it is added to ``problems``."""
    documents = [_with_files(folder, row, n, problems) for n, row in _rows(folder, DOCUMENTS, problems)]
    text_of = {row["sha256"]: row["text"] for row in documents}
    numbered = [(n, _candidate(row, n, problems)) for n, row in _rows(folder, CANDIDATES, problems)]
    candidates = _of(numbered)
    known = {row["id"] for row in candidates}
    supports = list(_rows(folder, SUPPORTS, problems))
    supported = {row["candidate"] for _, row in supports}
    for n, row in numbered:
        if row["id"] not in supported:
            _wrong(problems, CANDIDATES, n, "id", f"{row['id']} without a quotation", f"a row of {SUPPORTS} for it")
    for n, row in supports:
        _check_support(row, n, known, text_of, problems)
        row["id"] = support_id(row)
    decisions = list(_rows(folder, DECIDED, problems))
    for n, row in decisions:
        _check_decision(row, n, known, problems)
        row["id"] = decision_id(row)
    history = list(_rows(folder, HISTORY, problems))
    for n, row in history:
        if row["file"] not in TABLES:
            _wrong(problems, HISTORY, n, "file", row["file"], "a file of the case: " + ", ".join(TABLES))
    return Review(
        tuple(documents), candidates, _of(supports), _of(decisions), _of(history)
    )  # fmt: skip


def _of(numbered: Iterable[tuple[int, Row]]) -> tuple[Row, ...]:
    return tuple(row for _, row in numbered)


def _wrong(problems: list[Problem], file: str, row: int, column: str, found: str, expected: str) -> None:
    repair = "take the file back as topline wrote it"
    problems.append(Problem("the review can't be read", file, row, column, found[:80], expected, repair))


def _rows(folder: Folder, file: str, problems: list[Problem]) -> Iterable[tuple[int, Row]]:
    """The rows of a file with their numbers, numbers as numbers; none where the file is not there."""
    path = folder.joinpath(file)
    if not path.is_file():
        return
    try:
        table = read_csv(path, required=COLUMNS[file], exact=True)
    except CaseError as error:
        problems.extend(error.problems)
        return
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        yield number, _typed(table, number, cells, problems)


def _typed(table: CsvTable, number: int, cells: Mapping[str, str], problems: list[Problem]) -> Row:
    row: Row = {}
    for name in COLUMNS[table.file]:
        text: str | None = cells[name]
        if not text and (name in _MAY_BE_NONE or (table.file == HISTORY and name in {"supersedes", "supersedes_day"})):
            row[name] = None
        elif name in _NUMBERS:
            whole = text is not None and text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
            if not whole:
                _wrong(problems, table.file, number, name, repr(text), "a whole number")
            row[name] = int(text or 0) if whole else 0
        else:
            row[name] = text
            if (name in _OBJECTS or name == "missing") and text and not _is_json(text, name):
                _wrong(problems, table.file, number, name, text, "JSON as topline wrote it")
                row[name] = "[]" if name == "missing" else "{}"
    return row


def _is_json(text: str, name: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if name == "missing":
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if not isinstance(value, dict):
        return False
    return name == "said" or all(isinstance(item, str) for item in value.values())


def _candidate(row: Row, number: int, problems: list[Problem]) -> Row:
    if row["kind"] not in CANDIDATE_KINDS:
        _wrong(problems, CANDIDATES, number, "kind", repr(row["kind"]), "one of " + ", ".join(CANDIDATE_KINDS))
        return row
    for name in ("fields", "missing", "said"):
        row[name] = row[name] or ("[]" if name == "missing" else "{}")
    row["identity"] = candidate_identity(row["id"], row["kind"], json.loads(row["fields"]))
    return row


def _check_support(row: Row, number: int, known: set[str], text_of: Mapping[str, str], problems: list[Problem]) -> None:
    if row["candidate"] not in known:
        _wrong(problems, SUPPORTS, number, "candidate", repr(row["candidate"]), f"the id of a row of {CANDIDATES}")
    if row["document"] not in text_of:
        _wrong(problems, SUPPORTS, number, "document", repr(row["document"]), f"the sha256 of a row of {DOCUMENTS}")
    elif row["quote"] is not None and text_of[row["document"]][row["start"] : row["end"]] != row["quote"]:
        _wrong(problems, SUPPORTS, number, "quote", repr(row["quote"]), "what the document has from start to end")


def _check_decision(row: Row, number: int, known: set[str], problems: list[Problem]) -> None:
    if row["decision"] not in DECISIONS:
        _wrong(problems, DECIDED, number, "decision", repr(row["decision"]), "one of " + ", ".join(DECISIONS))
    if row["candidate"] is not None and row["candidate"] not in known:
        _wrong(problems, DECIDED, number, "candidate", repr(row["candidate"]), f"the id of a row of {CANDIDATES}")


def _with_files(folder: Folder, row: Row, number: int, problems: list[Problem]) -> Row:
    """The document with its text and, where the folder has them, its bytes."""
    row |= {"text": "", "bytes": None}
    sha256 = row["sha256"] or ""
    if not SHA256.fullmatch(sha256):
        _wrong(problems, DOCUMENTS, number, "sha256", repr(sha256), "64 hexadecimal digits")
        return row
    text = folder.joinpath("documents", f"{sha256}.text")
    data = text.read_bytes() if text.is_file() else b""
    if hashlib.sha256(data).hexdigest() != row["text_sha256"]:
        _wrong(problems, DOCUMENTS, number, "text_sha256", f"another text in documents/{text.name}", row["text_sha256"])
    else:
        row["text"] = data.decode()
    original = folder.joinpath("documents", f"{sha256}.{suffix(row['media_type'])}")
    if original.is_file():
        row["bytes"] = original.read_bytes()
        if hashlib.sha256(row["bytes"]).hexdigest() != sha256:
            _wrong(problems, DOCUMENTS, number, "sha256", f"other bytes in documents/{original.name}", sha256)
    return row


def suffix(media_type: str) -> str:
    """The ending of a document's file, from its media type."""
    endings = {
        "text/html": "html",
        "text/plain": "txt",
        "application/pdf": "pdf",
        "application/json": "json",
        "text/csv": "csv",
        "application/xml": "xml",
        "text/xml": "xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    }
    return endings.get(media_type.partition(";")[0].strip().lower(), "bin")
