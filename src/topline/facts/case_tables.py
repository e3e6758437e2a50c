"""The tables of a case folder but for the outcomes: sources, trials, arms, events, assumptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from topline.errors import Problem, UnknownNameError
from topline.facts.cells import Cells, report_duplicate, rows_of
from topline.facts.dates import PRECISIONS, fits_precision, source_last_day
from topline.facts.vocabulary import ARM_SIZE_STATUSES, ASSUMPTION_STATUSES, EVENT_STATUSES
from topline.records import EVENT_TYPES, Arm, Assumption, DatedEvent, Party, Question, Source, Trial, identify
from topline.tables import CsvTable

Names = Collection[str] | None


def read_sources(table: CsvTable | None, problems: list[Problem]) -> tuple[Source, ...]:
    """The documents; ``source_id`` is the key."""
    sources: list[Source] = []
    seen: dict[tuple[str, ...], int] = {}
    for cells in rows_of(table, problems):
        source_id = cells.name("source_id")
        report_duplicate(cells, seen, (source_id,), "source_id")
        date = cells.text("date")
        try:
            source_last_day(date)
        except ValueError as error:
            expected = "YYYY, YYYY-MM, YYYY-MM-DD, a range of years YYYY/YYYY, or n.d."
            cells.wrong(f"not a date ({error})", "date", found=repr(date), expected=expected, repair="correct the date")
        sources.append(
            Source(
                source_id=source_id,
                title=cells.name("title"),
                publisher=cells.text("publisher"),
                date=date,
                address=cells.name("address"),
                what_was_taken=cells.text("what_was_taken"),
            )
        )
    return tuple(sources)


def read_trials(table: CsvTable | None, sources: Names, problems: list[Problem]) -> tuple[Trial, ...]:
    """The trials; ``trial`` is the key."""
    trials: list[Trial] = []
    seen: dict[tuple[str, ...], int] = {}
    for cells in rows_of(table, problems):
        name = cells.name("trial")
        report_duplicate(cells, seen, (name,), "trial")
        trials.append(
            Trial(
                trial=name,
                nct_id=cells.text("nct_id"),
                phase=cells.text("phase"),
                year=cells.whole("year", least=1900),
                population=cells.text("population"),
                background=cells.text("background"),
                primary_week=cells.whole("primary_week", least=1),
                design=cells.text("design"),
                n_randomised=cells.whole("n_randomised", least=1),
                source_id=cells.among("source_id", sources, "source"),
                note=cells.text("note"),
            )
        )
    return tuple(trials)


def read_arms(
    table: CsvTable | None,
    question: Question | None,
    trials: Mapping[str, Trial] | None,
    sources: Names,
    problems: list[Problem],
) -> tuple[Arm, ...]:
    """The arms; ``trial`` and ``arm`` are the key. Drug and regimen must join a treatment of the question."""
    arms: list[Arm] = []
    seen: dict[tuple[str, ...], int] = {}
    nodes: dict[tuple[str, str], str] = {}
    for cells in rows_of(table, problems):
        arm = Arm(
            trial=cells.among("trial", trials, "trial"),
            arm=cells.name("arm"),
            treatment=cells.text("treatment"),
            dose_regimen=cells.text("dose_regimen"),
            background=cells.text("background"),
            n_randomised=cells.whole("n_randomised", least=1),
            n_status=cells.word("n_status", ARM_SIZE_STATUSES, "status"),
            mean_age=cells.number("mean_age"),
            source_id=cells.among("source_id", sources, "source"),
            note=cells.text("note"),
        )
        report_duplicate(cells, seen, (arm.trial, arm.arm), "arm")
        background = trials[arm.trial].background if trials and arm.trial in trials else arm.background
        if arm.background != background:
            cells.wrong(
                "the arm's background is not its trial's",
                "background",
                found=repr(arm.background),
                expected=f"{background!r}, as trials.csv has it for {arm.trial}",
                repair="correct the cell here or in trials.csv: networks are chosen by the trial's background",
            )
        if question is not None:
            _check_node(cells, arm, question, problems)
            node = question.node(arm.treatment, arm.dose_regimen)
            if node is not None and nodes.setdefault((arm.trial, node), arm.arm) != arm.arm:
                cells.wrong(
                    "two arms of a trial join one treatment of the question",
                    "dose_regimen",
                    found=f"{nodes[arm.trial, node]!r} and {arm.arm!r} of {arm.trial} are both {node!r}",
                    expected="each arm of a trial in a treatment of its own",
                    repair="give each regimen a [[treatments]] entry of its own in case.toml, or correct the cell",
                )
        arms.append(arm)
    return tuple(arms)


def _check_node(cells: Cells, arm: Arm, question: Question, problems: list[Problem]) -> None:
    """The arm's drug must be one of the question's, and its regimen must join one of that drug's treatments."""
    drugs = {t.drug for t in question.treatments}
    if arm.treatment not in drugs:
        column, problem = "treatment", UnknownNameError.among("treatment", arm.treatment, drugs).problem
    elif question.node(arm.treatment, arm.dose_regimen) is None:
        regimens = [r for t in question.treatments if t.drug == arm.treatment for r in t.regimens]
        column, problem = "dose_regimen", UnknownNameError.among("dose_regimen", arm.dose_regimen, regimens).problem
    else:
        return
    repair = f"correct the cell, or list it under [[treatments]] of case.toml for {arm.treatment or 'the drug'}"
    problems.append(dataclasses.replace(problem, file=cells.file, row=cells.row, column=column, repair=repair))


def read_events(
    table: CsvTable | None, question: Question | None, sources: Names, problems: list[Problem]
) -> tuple[DatedEvent, ...]:
    """The dated events; ``event_id`` is the key, ``programme`` a programme of the question."""
    programmes = None if question is None else [p.name for p in question.programmes]
    events: list[DatedEvent] = []
    seen: dict[tuple[str, ...], int] = {}
    for cells in rows_of(table, problems):
        event = DatedEvent(
            id="",
            event_id=cells.name("event_id"),
            type=cells.word("type", EVENT_TYPES, "event type"),
            programme=cells.among("programme", programmes, "programme"),
            known_from=cells.date("known_from"),
            event_date=cells.text("event_date") or None,
            date_precision=cells.word("date_precision", PRECISIONS, "date precision"),
            parties=_parties(cells),
            statement=cells.name("statement"),
            amount_musd=cells.number("amount_musd"),
            source_id=cells.among("source_id", sources, "source"),
            status=cells.word("status", EVENT_STATUSES, "status"),
            file=cells.file,
            row=cells.row,
        )
        report_duplicate(cells, seen, (event.event_id,), "event_id")
        _check_event_date(cells, event)
        events.append(msgspec.structs.replace(event, id=identify("event", *_content(event))))
    return tuple(events)


def _content(record: DatedEvent | Assumption) -> list[Any]:
    """What a row says, without where it stands, so that its id outlives a new order of the rows."""
    return [value for name, value in msgspec.structs.asdict(record).items() if name not in {"id", "file", "row"}]


def _parties(cells: Cells) -> tuple[Party, ...]:
    """``Amgen:licensee;Kyowa Kirin:licensor`` as parties; nothing where the cell is empty."""
    text = cells.text("parties")
    parties: list[Party] = []
    for part in text.split(";") if text else []:
        name, colon, role = (piece.strip() for piece in part.partition(":"))
        if not (name and colon and role):
            expected = "name:role, with a semicolon between two parties"
            cells.wrong("not a party", "parties", found=repr(part), expected=expected, repair="write the role too")
            continue
        parties.append(Party(name=name, role=role))
    return tuple(parties)


def _check_event_date(cells: Cells, event: DatedEvent) -> None:
    if event.date_precision in PRECISIONS and not fits_precision(event.event_date or "", event.date_precision):
        cells.wrong(
            "the date is not written as its precision says, or the calendar lacks it",
            "event_date",
            found=f"{event.event_date or ''!r} with precision {event.date_precision!r}",
            expected="day YYYY-MM-DD, month YYYY-MM, quarter YYYY-Q1, half YYYY-H1, year YYYY, or both cells empty",
            repair="correct event_date or date_precision",
        )


def read_assumptions(table: CsvTable | None, sources: Names, problems: list[Problem]) -> tuple[Assumption, ...]:
    """The numbers from outside the trials; ``assumption_id`` is the key."""
    assumptions: list[Assumption] = []
    seen: dict[tuple[str, ...], int] = {}
    for cells in rows_of(table, problems):
        assumption = Assumption(
            id="",
            assumption_id=cells.name("assumption_id"),
            quantity=cells.name("quantity"),
            definition=cells.name("definition"),
            value=cells.number("value"),
            low=cells.number("low"),
            high=cells.number("high"),
            unit=cells.text("unit"),
            known_from=cells.date("known_from"),
            source_id=cells.among("source_id", sources, "source"),
            status=cells.word("status", ASSUMPTION_STATUSES, "status"),
            file=cells.file,
            row=cells.row,
        )
        report_duplicate(cells, seen, (assumption.assumption_id,), "assumption_id")
        if assumption.low is not None and assumption.high is not None and assumption.low > assumption.high:
            found, expected = f"{assumption.low:g} above {assumption.high:g}", "low at most high"
            cells.wrong("the range is upside down", "low", found=found, expected=expected, repair="swap low and high")
        assumptions.append(msgspec.structs.replace(assumption, id=identify("assumption", *_content(assumption))))
    return tuple(assumptions)
