"""``outcomes.csv`` and its alternates: the counts, checked against each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from topline.errors import Problem
from topline.facts.cells import Cells, report_duplicate, rows_of
from topline.facts.dates import last_day
from topline.facts.locators import locate
from topline.facts.vocabulary import EVENTS_STATUSES, FACT_STATUSES
from topline.records import Arm, Endpoint, Fact, Question, Source, Trial, identify
from topline.tables import CsvTable

PERCENT_GAP = 0.6
"""How far, in points, events / n may lie from the printed percent: half a point of rounding and a little over."""

_SECOND_ROW = "delete one of the two rows; a second source of the same number goes into outcomes_alternates.csv"

Key = tuple[str, str, str, int]


class OutcomeContext:
    """What an outcome row refers to. A part that could not be read is None and checks nothing."""

    def __init__(
        self,
        question: Question | None,
        trials: Mapping[str, Trial] | None,
        arms: Mapping[tuple[str, str], Arm] | None,
        sources: Mapping[str, Source] | None,
    ) -> None:
        self.trials = trials
        self.arms = arms
        self.sources = sources
        self.endpoints: dict[str, Endpoint] | None = None
        if question is not None:
            self.endpoints = {e.id: e for e in question.endpoints}


def read_facts(table: CsvTable | None, context: OutcomeContext, problems: list[Problem]) -> tuple[Fact, ...]:
    """The outcome rows as facts; trial, arm, outcome and week are the key."""
    facts: list[Fact] = []
    seen: dict[tuple[str, ...], int] = {}
    for cells in rows_of(table, problems):
        before = len(problems)
        fact = _read_row(cells, context)
        report_duplicate(cells, seen, (fact.trial, fact.arm, fact.outcome, str(fact.week)), "outcome", _SECOND_ROW)
        _check_dates(cells, fact)
        if len(problems) == before:
            facts.append(_finished(fact, context))
    return tuple(facts)


def _read_row(cells: Cells, context: OutcomeContext) -> Fact:
    trial, arm = _arm(cells, context)
    known = None if context.arms is None else context.arms.get((trial, arm))
    n, events, percent = _counts(cells, context)
    return Fact(
        id="",
        trial=trial,
        arm=arm,
        treatment=known.treatment if known else "",
        dose_regimen=known.dose_regimen if known else "",
        background=known.background if known else "",
        outcome=cells.among("outcome", context.endpoints, "outcome"),
        week=_week(cells),
        n=n,
        events=events,
        percent=percent,
        status=cells.word("status", FACT_STATUSES, "status"),
        events_status=cells.word("events_status", EVENTS_STATUSES, "status of events"),
        source_id=cells.among("source_id", context.sources, "source"),
        known_from=cells.date("known_from"),
        known_from_basis=cells.name("known_from_basis"),
        certain_from=cells.date("certain_from"),
        locator="",
        file=cells.file,
        row=cells.row,
        note=cells.text("note"),
    )


def _arm(cells: Cells, context: OutcomeContext) -> tuple[str, str]:
    """Trial and arm of the row; an unknown trial is reported once, not again as an unknown arm."""
    trial = cells.among("trial", context.trials, "trial")
    if context.arms is None or (context.trials is not None and trial not in context.trials):
        return trial, cells.name("arm")
    return trial, cells.among("arm", [name for of, name in context.arms if of == trial], "arm")


def _week(cells: Cells) -> int:
    text = cells.text("week")
    if not (text.isdecimal() and len(text) < 10 and int(text) >= 1):
        expected = "the week of the reading, a whole number of 1 or more"
        cells.wrong("not a week", "week", found=repr(text), expected=expected, repair="write the week as a number")
        return 0
    return int(text)


def _counts(cells: Cells, context: OutcomeContext) -> tuple[int | None, int | None, float | None]:
    """``n``, ``events`` and ``percent`` (0 to 100 for a proportion), checked against each other."""
    n, events, percent = cells.whole("n", least=1), cells.whole("events"), cells.number("percent")
    endpoint = (context.endpoints or {}).get(cells.text("outcome"))
    kind = None if endpoint is None else endpoint.kind
    if events is None and percent is None and not cells.text("events") + cells.text("percent"):
        expected = "a count of events, or a percent, or both"
        cells.wrong("no value", "percent", found="nothing", expected=expected, repair="fill in one, or delete the row")
    if events is not None and not cells.text("n"):
        cells.wrong("events without n", "n", found="nothing", expected="the number of patients", repair="fill in n")
    if events is not None and kind == "mean":
        repair = "leave events empty; a mean is not a count"
        cells.wrong("a count of a mean", "events", found=str(events), expected="nothing", repair=repair)
    if n is not None and events is not None and events > n:
        expected = f"at most n, which is {n}"
        cells.wrong(
            "more events than patients", "events", found=str(events), expected=expected, repair="correct events or n"
        )
        return n, events, percent
    if percent is not None and kind == "proportion":
        _check_percent(cells, n, events, percent)
    return n, events, percent


def allowed_gap(n: int, events_status: str) -> float:
    """How many points events / n may lie from the percent.

    A count that was reconstructed from a percent can miss it by half a patient, which in a small arm is more than
    ``PERCENT_GAP`` (15 of 66 for a printed 22.1% in ADhere is 0.63 points off, and 14 of 66 would be further).
    """
    return max(PERCENT_GAP, 50.0 / n) if events_status == "derived from percent" else PERCENT_GAP


def _check_percent(cells: Cells, n: int | None, events: int | None, percent: float) -> None:
    if not 0.0 <= percent <= 100.0:
        repair = "write a percent, not a fraction or a mean"
        cells.wrong("not a percent", "percent", found=f"{percent:g}", expected="0 to 100", repair=repair)
    elif n is not None and events is not None:
        gap = abs(100.0 * events / n - percent)
        allowed = allowed_gap(n, cells.text("events_status"))
        if gap > allowed + 1e-9:
            cells.wrong(
                "events, n and percent disagree",
                "percent",
                found=f"{percent:g}, where {events} of {n} is {100.0 * events / n:.1f}",
                expected=f"a difference of at most {allowed:.2g} points",
                repair="correct the cell that is wrong; leave events empty if only the percent is known",
            )


def _check_dates(cells: Cells, fact: Fact) -> None:
    if fact.known_from and fact.certain_from and last_day(fact.certain_from) < last_day(fact.known_from):
        cells.wrong(
            "certain before it was known",
            "certain_from",
            found=fact.certain_from,
            expected=f"{fact.known_from} (known_from) or later",
            repair="repeat known_from in certain_from where both are the same",
        )


def _finished(fact: Fact, context: OutcomeContext) -> Fact:
    """The fact with its id, which is its content, and its locator, which comes from structured fields only."""
    fact_id = identify(
        "fact", fact.trial, fact.arm, fact.outcome, fact.week, fact.source_id, fact.n, fact.events, fact.percent
    )
    locator = ""
    if context.trials and context.sources and context.endpoints:
        trial, source = context.trials[fact.trial], context.sources[fact.source_id]
        locator = locate(fact, trial, context.endpoints[fact.outcome], source)
    return msgspec.structs.replace(fact, id=fact_id, locator=locator)


def _percent(fact: Fact) -> float | None:
    """The percent as printed, or from the counts."""
    if fact.percent is None and fact.events is not None and fact.n:
        return 100.0 * fact.events / fact.n
    return fact.percent


def with_alternates(
    table: CsvTable | None, facts: tuple[Fact, ...], sources: Collection[str] | None, problems: list[Problem]
) -> tuple[Fact, ...]:
    """The facts with ``also``: the sources that report the same number, from ``outcomes_alternates.csv``."""
    by_key: dict[Key, Fact] = {(f.trial, f.arm, f.outcome, f.week): f for f in facts}
    also: dict[str, set[str]] = {}
    seen: dict[tuple[str, ...], int] = {}
    for cells in rows_of(table, problems):
        source_id = cells.among("source_id", sources, "source")
        percent = cells.number("percent")
        key = (cells.text("trial"), cells.text("arm"), cells.text("outcome"), _week(cells))
        report_duplicate(cells, seen, (*key[:3], str(key[3]), source_id), "source_id", "delete one of the two rows")
        fact = by_key.get(key)
        if fact is None:
            shown = ", ".join(key[:3]) + f", week {key[3]}"
            repair = "correct trial, arm, outcome or week, or move the row to outcomes.csv"
            expected = "the trial, arm, outcome and week of a row of outcomes.csv"
            cells.wrong("an alternate of no outcome", "outcome", found=shown, expected=expected, repair=repair)
        elif percent is None or (own := _percent(fact)) is None or abs(percent - own) > PERCENT_GAP + 1e-9:
            found = f"{cells.text('percent') or 'nothing'}, where outcomes.csv has {_percent(fact)}"
            expected = f"the same percent within {PERCENT_GAP:g} points"
            cells.wrong("not the same number", "percent", found=found, expected=expected, repair="delete the row")
        else:
            also.setdefault(fact.id, set()).add(source_id)
    return tuple(msgspec.structs.replace(f, also=tuple(sorted(also[f.id]))) if f.id in also else f for f in facts)
