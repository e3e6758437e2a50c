"""The rows of a case as versions: their cells, and the typed columns that serve the queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from topline.errors import CaseError, Problem
from topline.facts.case_folder import CaseData
from topline.facts.case_outcomes import OutcomeContext, read_facts
from topline.facts.case_tables import read_arms, read_assumptions, read_events, read_sources, read_trials
from topline.facts.case_toml import FILE, parse_question
from topline.facts.dates import last_day, source_last_day
from topline.facts.review_files import HISTORY, Row
from topline.facts.versions import TABLES, Version, decode_cells
from topline.records import Arm, Assumption, DatedEvent, Fact, Question, Source, Trial, to_json
from topline.tables import CsvTable

_Record = Source | Trial | Arm | Fact | DatedEvent | Assumption


def versions_of(case: CaseData) -> list[Version]:
    """Every row of a case as a first version, in an order in which a reader meets them."""
    records: Mapping[str, Sequence[_Record]] = {
        "sources.csv": case.sources,
        "trials.csv": case.trials,
        "arms.csv": case.arms,
        "outcomes.csv": case.facts,
        "events.csv": case.events,
        "assumptions.csv": case.assumptions,
    }
    found = [Version(FILE, {"case": case.question.case, "toml": case.text}, 1, typed=_question(case.question))]
    for file, table in case.tables.items():
        typed = (_alternate(c) for c in table.rows) if file not in records else map(_typed, records[file])
        found += [
            Version(file, cells, row, typed=columns)
            for cells, row, columns in zip(table.rows, table.row_numbers, typed, strict=True)
        ]
    return found


def earlier_versions(lines: Iterable[Row]) -> list[tuple[str, Version]]:
    """The versions that ``history.csv`` holds whole, each with the entry that it should have.

    Their cells are read as strictly as those of the case, but for the names, which may have gone since. Raises
    ``CaseError`` with every problem found.
    """
    problems: list[Problem] = []
    found = []
    for number, line in enumerate(lines, 2):
        if line["cells"]:
            cells, file = decode_cells(line["cells"]), line["file"]
            wrong: list[Problem] = []
            typed = _typed_alone(file, cells, wrong)
            problems += [
                Problem(p.message, HISTORY, number, p.column, p.found, p.expected, "take the row back as it was")
                for p in wrong
            ]
            if typed is not None:
                version = Version(
                    file, cells, line["row"], line["recorded_at"], line["reviewer"], line["supersedes"],
                    line["supersedes_day"], typed,
                )  # fmt: skip
                found.append((line["entry"], version))
                if version.entry != line["entry"]:
                    expected = f"{line['entry']}, the hash of the row when it was written"
                    problems.append(
                        Problem(
                            "the history was changed", HISTORY, number, "cells", version.entry, expected,
                            "take the row back as it was",
                        )
                    )  # fmt: skip
    if problems:
        raise CaseError(f"{HISTORY} can't be read; nothing of the case was loaded", problems=problems)
    return found


def _typed_alone(file: str, cells: dict[str, str], problems: list[Problem]) -> dict[str, Any] | None:
    """The typed columns of one row, without the rest of its case."""
    if file == FILE:
        question = parse_question(cells.get("toml", ""), problems)
        return None if question is None else _question(question)
    if file == "outcomes_alternates.csv":
        return _alternate(cells)
    table = CsvTable(file, tuple(cells), [cells], [1])
    records: Sequence[_Record]
    match file:
        case "sources.csv":
            records = read_sources(table, problems)
        case "trials.csv":
            records = read_trials(table, None, problems)
        case "arms.csv":
            records = read_arms(table, None, None, None, problems)
        case "outcomes.csv":
            records = read_facts(table, OutcomeContext(None, None, None, None), problems)
        case "events.csv":
            records = read_events(table, None, None, problems)
        case _:
            records = read_assumptions(table, None, problems)
    return _typed(records[0]) if records and not problems else None


def _typed(record: _Record) -> dict[str, Any]:
    derived: dict[str, Any] = {}
    match record:
        case Source():
            day = source_last_day(record.date)
            return _columns("sources.csv", record, last_day=None if day is None else day.isoformat())
        case Trial():
            return _columns("trials.csv", record)
        case Arm():
            return _columns("arms.csv", record)
        case Fact():
            derived = {"known_day": _day(record.known_from), "certain_day": _day(record.certain_from)}
            return _columns("outcomes.csv", record, **derived)
        case DatedEvent():
            derived = {"known_day": _day(record.known_from), "parties": to_json(record.parties, indent=None).decode()}
            return _columns("events.csv", record, **derived)
        case _:
            return _columns("assumptions.csv", record, known_day=_day(record.known_from))


def _columns(file: str, record: msgspec.Struct, **derived: Any) -> dict[str, Any]:
    """The fields of a record that its table has columns for, and the columns derived from them."""
    table = TABLES[file]
    fields = msgspec.structs.asdict(record)
    return {name: value for name, value in fields.items() if name in table.c and name != "row"} | derived


def _question(question: Question) -> dict[str, Any]:
    return {"case_name": question.case, "question": to_json(question, indent=None).decode()}


def _alternate(cells: Mapping[str, str]) -> dict[str, Any]:
    percent = cells.get("percent", "")
    named = {name: cells[name] for name in ("trial", "arm", "outcome", "source_id")}
    return {**named, "week": int(cells["week"]), "percent": float(percent) if percent else None}


def _day(text: str) -> str:
    return last_day(text).isoformat()
