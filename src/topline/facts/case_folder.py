"""A case folder: ``case.toml`` and its tables, read whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from topline.errors import CaseError, Problem
from topline.facts.case_outcomes import OutcomeContext, read_facts, with_alternates
from topline.facts.case_tables import read_arms, read_assumptions, read_events, read_sources, read_trials
from topline.facts.case_toml import FILE, parse_question
from topline.facts.folder_writing import holding
from topline.facts.question_check import TableNames, check_question
from topline.facts.review_files import Review, read_review
from topline.records import Arm, Assumption, DatedEvent, Fact, Question, Source, Trial
from topline.tables import CsvTable, read_csv

Folder = Path | Traversable


@dataclass(frozen=True)
class CaseData:
    """All that a case holds, every reference checked. Facts have ids and locators; notes are as written.

    ``text`` is ``case.toml`` and ``tables`` the other files as they were read, row by row in the order of the records;
    ``review`` is what the folder holds of proposed facts, decisions and earlier versions.
    """

    question: Question
    sources: tuple[Source, ...]
    trials: tuple[Trial, ...]
    arms: tuple[Arm, ...]
    facts: tuple[Fact, ...]
    events: tuple[DatedEvent, ...]
    assumptions: tuple[Assumption, ...]
    text: str
    tables: Mapping[str, CsvTable]
    review: Review


REQUIRED_COLUMNS: Mapping[str, Sequence[str]] = {
    "sources.csv": ("source_id", "title", "publisher", "date", "address", "what_was_taken"),
    "trials.csv": (
        "trial", "nct_id", "phase", "year", "population", "background", "primary_week", "design", "n_randomised",
        "source_id", "note",
    ),
    "arms.csv": (
        "trial", "arm", "treatment", "dose_regimen", "background", "n_randomised", "n_status", "mean_age", "source_id",
        "note",
    ),
    "outcomes.csv": (
        "trial", "arm", "outcome", "week", "n", "events", "percent", "status", "source_id", "events_status", "note",
        "known_from", "known_from_basis", "certain_from",
    ),
    "outcomes_alternates.csv": ("trial", "arm", "outcome", "week", "percent", "source_id"),
    "events.csv": (
        "event_id", "known_from", "event_date", "date_precision", "type", "programme", "parties", "statement",
        "amount_musd", "source_id", "status",
    ),
    "assumptions.csv": (
        "assumption_id", "quantity", "definition", "value", "low", "high", "unit", "known_from", "source_id", "status",
    ),
}  # fmt: skip
OPTIONAL_FILES = {"outcomes_alternates.csv"}


def read_case(folder: Folder) -> CaseData:
    """Read and check a case folder.

    Raises ``CaseError`` with every problem found: nothing is half loaded.
    """
    with holding(folder, shared=True):
        return _read(folder)


def _read(folder: Folder) -> CaseData:
    problems: list[Problem] = []
    text = _read_toml(folder, problems)
    question = None if text is None else parse_question(text, problems)
    tables = {file: _read_table(folder, file, problems) for file in REQUIRED_COLUMNS}
    review = read_review(folder, problems)
    case = check_case(text, question, tables, review, problems)
    if problems or case is None:
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise CaseError(f"the case in {folder.name} has {count}; nothing of it was loaded", problems=problems)
    return case


def check_case(
    text: str | None,
    question: Question | None,
    tables: Mapping[str, CsvTable | None],
    review: Review,
    problems: list[Problem],
) -> CaseData | None:
    """The case of a question, ``case.toml``'s text, and the tables by file name; None is a part that can't be read.

    What is wrong is added to ``problems``; there is a case when nothing is.
    """
    parts = _assemble(question, tables, problems)
    if problems or question is None or text is None:
        return None
    there = {file: table for file, table in tables.items() if table is not None}
    return CaseData(question, *parts, text=text, tables=there, review=review)


def _read_toml(folder: Folder, problems: list[Problem]) -> str | None:
    path = folder.joinpath(FILE)
    if not path.is_file():
        problems.append(_missing_file(FILE))
        return None
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} at offset {error.start}"
        problems.append(Problem("not UTF-8 text", FILE, found=found, expected="UTF-8", repair="save the file as UTF-8"))
        return None


def _missing_file(file: str) -> Problem:
    repair = "add the file; a table without rows still needs its header"
    return Problem("missing file", file, found="nothing", expected=f"{file} in the case folder", repair=repair)


def _read_table(folder: Folder, file: str, problems: list[Problem]) -> CsvTable | None:
    path = folder.joinpath(file)
    if not path.is_file():
        if file not in OPTIONAL_FILES:
            problems.append(_missing_file(file))
        return None
    try:
        return read_csv(path, required=REQUIRED_COLUMNS[file])
    except CaseError as error:
        problems.extend(error.problems)
        return None


_Parts = tuple[
    tuple[Source, ...],
    tuple[Trial, ...],
    tuple[Arm, ...],
    tuple[Fact, ...],
    tuple[DatedEvent, ...],
    tuple[Assumption, ...],
]


def _assemble(question: Question | None, tables: Mapping[str, CsvTable | None], problems: list[Problem]) -> _Parts:
    """Build every record; a table that could not be read leaves the checks against it out, so that one mistake
    is reported once.
    """
    sources = read_sources(tables["sources.csv"], problems)
    source_of = None if tables["sources.csv"] is None else {s.source_id: s for s in sources}
    trials = read_trials(tables["trials.csv"], source_of, problems)
    trial_of = None if tables["trials.csv"] is None else {t.trial: t for t in trials}
    arms = read_arms(tables["arms.csv"], question, trial_of, source_of, problems)
    arm_of = None if tables["arms.csv"] is None else {(a.trial, a.arm): a for a in arms}
    facts = read_facts(tables["outcomes.csv"], OutcomeContext(question, trial_of, arm_of, source_of), problems)
    if not any(p.file == "outcomes.csv" for p in problems):
        facts = with_alternates(tables.get("outcomes_alternates.csv"), facts, source_of, problems)
    events = read_events(tables["events.csv"], question, source_of, problems)
    assumptions = read_assumptions(tables["assumptions.csv"], source_of, problems)
    outcomes = tables["outcomes.csv"]
    if not (question is None or trial_of is None or arm_of is None or source_of is None or outcomes is None):
        check_question(question, _names(trials, arms, sources, outcomes), problems)
    return sources, trials, arms, facts, events, assumptions


def _names(
    trials: tuple[Trial, ...], arms: tuple[Arm, ...], sources: tuple[Source, ...], outcomes: CsvTable
) -> TableNames:
    regimens: dict[str, set[str]] = {}
    for arm in arms:
        regimens.setdefault(arm.treatment, set()).add(arm.dose_regimen)
    weeks: dict[str, set[int]] = {}
    for row in outcomes.rows:
        if row["week"].strip().isdecimal() and len(row["week"]) < 10:
            weeks.setdefault(row["trial"].strip(), set()).add(int(row["week"]))
    return TableNames(
        trials=frozenset(t.trial for t in trials),
        regimens={drug: frozenset(known) for drug, known in regimens.items()},
        sources=frozenset(s.source_id for s in sources),
        backgrounds=frozenset(t.background for t in trials) | frozenset(a.background for a in arms),
        weeks={trial: frozenset(known) for trial, known in weeks.items()},
    )
