"""From a number to the documents that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.records import DatedEvent, Fact, Number, RecordEntry, Run, Source, Trace, TraceStep, from_json

OUT = Path("out")


def newest_run(folder: Path = OUT) -> Path:
    """The ``run.json`` under ``folder`` that was written last.

    Raises ``ArgumentError`` when there is none.
    """
    runs = sorted(folder.rglob("run.json"), key=lambda p: p.stat().st_mtime)
    if not runs:
        raise ArgumentError(
            f"no run under {folder}/",
            expected="a run.json, which topline brief writes",
            repair="topline brief rocatinlimab, or name one with --run FILE",
        )
    return runs[-1]


def read_run(path: str | Path) -> Run:
    """Read a ``run.json``.

    Raises ``DataError`` when it is not there or not a run.
    """
    try:
        body = Path(path).read_bytes()
    except OSError as error:
        raise DataError(
            "the run can't be read", file=str(path), found=error.strerror or str(error), repair="name a run.json"
        ) from None
    try:
        run = from_json(body, Run)
    except DataError as error:
        raise DataError(
            "this is not a run of topline", file=str(path), found=error.problem.found, expected="a run.json"
        ) from None
    if not run.schema.startswith("run/"):
        raise DataError("this is not a run of topline", file=str(path), found=run.schema, expected="run/1")
    return run


def trace(item: str, run: str | Path | Run | None = None) -> Trace:
    """The chain from ``item`` to the documents.

    ``item`` is the id of a number, record, fact, event or source; its start will do.

    ``run`` is a run or its file; by default the newest under ``out/``. Each step names what it is; facts come with
    their source, publisher, date, address and locator.

    Raises ``UnknownNameError`` for an id that is not in the run or a start that fits several.
    """
    where = "" if run is None or isinstance(run, Run) else str(run)
    if not isinstance(run, Run):
        path = Path(run) if run is not None else newest_run()
        where = str(path)
        run = read_run(path)
    index = _Index(run)
    wanted = index.find(item.strip())
    return Trace(id=wanted, run=where or run.id, steps=tuple(index.walk(wanted)))


class _Index:
    """Everything of a run by id."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.numbers = {n.id: n for n in run.numbers}
        self.records = {r.id: r for r in run.records}
        self.facts = {f.id: f for f in run.facts}
        self.events = {e.id: e for e in run.events}
        self.sources = {s.source_id: s for s in run.sources}

    def find(self, item: str) -> str:
        """The whole id that ``item`` is, or is a start of and of no other. Raises ``UnknownNameError``."""
        known = [*self.numbers, *self.records, *self.facts, *self.events, *self.sources, self.run.id]
        if item in known:
            return item
        fits = [k for k in known if item and k.startswith(item)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise UnknownNameError(
                f"the id {item!r} fits {len(fits)} things", found=item, expected="one of " + ", ".join(sorted(fits)[:8])
            )
        raise UnknownNameError(
            f"unknown id {item!r}",
            found=repr(item),
            expected=f"one of the {len(known)} ids of the run of {self.run.programme} as of {self.run.as_of}",
            repair="ids stand in the page's source as data-id, and in run.json; the start of one will do",
        )

    def walk(self, start: str) -> Iterator[TraceStep]:
        seen: set[str] = set()

        def visit(item: str, depth: int) -> Iterator[TraceStep]:
            if item in seen:
                return
            seen.add(item)
            yield from self._step(item, depth)
            for below in self._below(item):
                yield from visit(below, depth + 1)

        yield from visit(start, 0)

    def _below(self, item: str) -> tuple[str, ...]:
        if item in self.numbers:
            # A number's own facts come before those that stand behind a whole network.
            return tuple(sorted(self.numbers[item].made_from, key=lambda below: below in self.records))
        if item in self.records:
            return self.records[item].made_from
        if item in self.facts:
            fact = self.facts[item]
            return (fact.source_id, *fact.also)
        if item in self.events:
            return (self.events[item].source_id,)
        return ()

    def _step(self, item: str, depth: int) -> Iterator[TraceStep]:
        if item in self.numbers:
            yield _number_step(self.numbers[item], depth)
        elif item in self.records:
            yield _record_step(self.records[item], depth)
        elif item in self.facts:
            yield _fact_step(self.facts[item], depth, self.sources)
        elif item in self.events:
            yield _event_step(self.events[item], depth, self.sources)
        elif item in self.sources:
            yield _source_step(self.sources[item], depth)
        elif item == self.run.id:
            yield _run_step(self.run, depth)


def _number_step(number: Number, depth: int) -> TraceStep:
    return TraceStep(
        depth=depth,
        id=number.id,
        kind="number",
        text=f"{number.text}: {number.what}" if number.unit != "statement" else number.text,
        detail={"value": number.value, "unit": number.unit, "what": number.what, "how": number.how},
    )


def _record_step(record: RecordEntry, depth: int) -> TraceStep:
    made_by = record.body.get("made_by", {})
    return TraceStep(depth=depth, id=record.id, kind=record.schema, text=record.what, detail={"made_by": made_by})


def _source_detail(source: Source | None) -> dict[str, Any]:
    if source is None:
        return {}
    return {
        "source": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "address": source.address,
    }


def _fact_step(fact: Fact, depth: int, sources: dict[str, Source]) -> TraceStep:
    count = "" if fact.events is None or fact.n is None else f" {fact.events}/{fact.n}"
    percent = "" if fact.percent is None else f" ({fact.percent:g}%)"
    return TraceStep(
        depth=depth,
        id=fact.id,
        kind="fact",
        text=f"{fact.trial}, {fact.arm}, {fact.outcome} at week {fact.week}:{count}{percent}",
        detail={
            "trial": fact.trial,
            "arm": fact.arm,
            "outcome": fact.outcome,
            "week": fact.week,
            "n": fact.n,
            "events": fact.events,
            "percent": fact.percent,
            "status": fact.status,
            "events_status": fact.events_status,
            "known_from": fact.known_from,
            "known_from_basis": fact.known_from_basis,
            "certain_from": fact.certain_from,
            "locator": fact.locator,
            "file": fact.file,
            "row": fact.row,
            "source_id": fact.source_id,
            **_source_detail(sources.get(fact.source_id)),
        },
    )


def _event_step(event: DatedEvent, depth: int, sources: dict[str, Source]) -> TraceStep:
    return TraceStep(
        depth=depth,
        id=event.id,
        kind="event",
        text=f"{event.when} {event.type}: {event.statement}",
        detail={
            "event_id": event.event_id,
            "type": event.type,
            "known_from": event.known_from,
            "status": event.status,
            "file": event.file,
            "row": event.row,
            "locator": f"{event.file}, row {event.row}",
            "source_id": event.source_id,
            **_source_detail(sources.get(event.source_id)),
        },
    )


def _source_step(source: Source, depth: int) -> TraceStep:
    return TraceStep(
        depth=depth,
        id=source.source_id,
        kind="source",
        text=f"{source.title}. {source.publisher}, {source.date}. {source.address}",
        detail={**_source_detail(source), "what_was_taken": source.what_was_taken},
    )


def _run_step(run: Run, depth: int) -> TraceStep:
    return TraceStep(
        depth=depth,
        id=run.id,
        kind="run",
        text=f"this run: {run.programme}, as of {run.as_of}",
        detail={"versions": run.versions, "spec": run.made_by.spec},
    )
