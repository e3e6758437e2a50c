"""Compose the brief: sections in the reader's order, one page, and the run behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from topline.brief.boxes import first_screen
from topline.brief.caveats import CaveatGroup, caveat_groups, gather_caveats
from topline.brief.finding import finding, latest_news
from topline.brief.harm import harm_section
from topline.brief.inputs import BriefInputs
from topline.brief.known import kind_words, known_section, shown_events, timeline_figure
from topline.brief.made import made_section
from topline.brief.numbers import NumberBook
from topline.brief.page import Section
from topline.brief.works import works_section
from topline.errors import DateError
from topline.exhibits import Words, plain
from topline.exhibits.pages import render_page
from topline.exhibits.prose import say
from topline.exhibits.text import date
from topline.records import (
    Caveat,
    NmaResult,
    Record,
    RecordEntry,
    Run,
    Source,
    identify,
    made_by,
)


def compose(inputs: BriefInputs) -> tuple[str, Run]:
    """The page as one self-contained HTML document, and the run that every id on it leads into."""
    book = NumberBook()
    run_id = _run_id(inputs)
    caveats = gather_caveats(inputs)
    sources = _sources(inputs)
    notes = {s.source_id: i for i, s in enumerate(sources, 1)}
    sentences = finding(inputs, book)
    boxes = first_screen(inputs, book)
    groups = caveat_groups(caveats, book, inputs.snapshot.id)
    sections = [
        s for s in (known_section(inputs, book, notes), works_section(inputs, book), harm_section(inputs, book)) if s
    ]
    made = made_section(inputs, book, run_id)
    as_of = book.day(inputs.snapshot.as_of, "as-of date of the run", (run_id,))
    latest = _latest(inputs, book)
    html = render_page(
        "brief.html",
        title=f"{inputs.programme.name} in {inputs.question.indication}, as of {inputs.snapshot.as_of}",
        description=plain(sentences[0]),
        sections=_navigation(sections, made),
        programme=inputs.programme,
        question=inputs.question,
        strict_dates=inputs.snapshot.strict_dates,
        as_of=as_of,
        finding_sentences=sentences,
        latest=latest,
        boxes=boxes,
        caveat_groups=groups,
        # Its events are in the table of the first section.
        strip=replace(timeline_figure(inputs, book, compact=True), table=None) if shown_events(inputs) else None,
        body=sections,
        believing=_believing(book, groups, inputs),
        made=made,
        sources=_source_rows(inputs, sources),
        run_id=run_id,
    )
    # Last, when everything that the page prints is in the book.
    return html, _run(inputs, run_id, book, caveats, sources, [plain(s) for s in sentences])


def _run_id(inputs: BriefInputs) -> str:
    return identify("run", "run/1", _request(inputs), None, [r.id for r in _records(inputs)])


def _request(inputs: BriefInputs) -> dict[str, object]:
    """What was asked for: with the records, all that a run depends on."""
    snapshot = inputs.snapshot
    return {"programme": inputs.programme.name, "as_of": snapshot.as_of, "strict_dates": snapshot.strict_dates}


def _records(inputs: BriefInputs) -> list[Record]:
    """Every record of the run, the snapshot first."""
    records: list[Record] = [inputs.snapshot]
    for analysis in inputs.analyses:
        records += [analysis.result, analysis.absolute]
    records += [s.result for s in inputs.sensitivity]
    records.append(inputs.safety)
    return list({r.id: r for r in records}.values())


def _sources(inputs: BriefInputs) -> tuple[Source, ...]:
    """The sources in order of use: those of the events by date, then those of the facts."""
    by_id = {s.source_id: s for s in inputs.snapshot.sources}
    events = shown_events(inputs)
    facts = [f for f in inputs.snapshot.facts if f.id in inputs.used]
    order = [e.source_id for e in events] + [i for f in facts for i in (f.source_id, *f.also)]
    return tuple(by_id[i] for i in dict.fromkeys(order) if i in by_id)


@dataclass(frozen=True)
class SourceRow:
    """A source as the page lists it: its date in words, and its address as a link with what stands behind it."""

    source: Source
    date: str
    link: str
    rest: str


def _source_rows(inputs: BriefInputs, sources: Iterable[Source]) -> list[SourceRow]:
    rows = []
    for source in sources:
        link, _, rest = source.address.partition(" ")
        if not link.startswith(("https://", "http://")):
            link, rest = "", source.address
        # A source dated after the as-of day was retrieved later; its facts were known, it was not.
        later = source.date > inputs.snapshot.as_of[: len(source.date)]
        words = _date_words(source.date)
        rows.append(SourceRow(source, f"retrieved {words}" if later and words[:1].isdigit() else words, link, rest))
    return rows


def _date_words(text: str) -> str:
    """A source's date in words; as it stands where it is no date (``n.d.``, ``2021/2024``)."""
    try:
        return date(text)
    except DateError:
        return text


def _latest(inputs: BriefInputs, book: NumberBook) -> Words | None:
    last = latest_news(inputs)
    if last is None:
        return None
    return say(
        "{day}, {what}: {statement}",
        day=book.when(last),
        what=kind_words(last),
        statement=book.statement(last),
    )


def _believing(book: NumberBook, groups: tuple[CaveatGroup, ...], inputs: BriefInputs) -> Words:
    serious = [g for g in groups if g.severity == "serious"]
    ids = (inputs.snapshot.id,)
    return say(
        "{k} kinds of caveat, {s} of them serious: they may turn the finding.",
        k=book.count(len(groups), "kinds of caveat of this brief", ids),
        s=book.count(len(serious), "serious kinds of caveat of this brief", ids),
    )


def _navigation(sections: list[Section], made: Section) -> list[tuple[str, str]]:
    links = [(s.id, s.heading) for s in sections]
    return [*links, ("believing", "Before you believe it"), (made.id, made.heading), ("sources", "Sources")]


def _run(
    inputs: BriefInputs,
    run_id: str,
    book: NumberBook,
    caveats: tuple[Caveat, ...],
    sources: tuple[Source, ...],
    sentences: list[str],
) -> Run:
    records = _records(inputs)
    return Run(
        id=run_id,
        made_from=tuple(r.id for r in records),
        made_by=made_by(_request(inputs)),
        caveats=caveats,
        case=inputs.question.case,
        programme=inputs.programme.name,
        as_of=inputs.snapshot.as_of,
        strict_dates=inputs.snapshot.strict_dates,
        title=f"{inputs.programme.name}: {inputs.question.indication}",
        finding=tuple(sentences),
        versions=inputs.versions,
        question=_question_body(inputs),
        records=tuple(_entry(r, inputs) for r in records),
        numbers=book.numbers,
        facts=tuple(f for f in inputs.snapshot.facts if f.id in inputs.used),
        events=tuple(shown_events(inputs)),
        sources=sources,
        left_out=inputs.left_out,
    )


def _question_body(inputs: BriefInputs) -> dict[str, object]:
    """The question, less what names trials or says things that were not known by the as-of day.

    The mapping rules say how facts come in, and are no part of what is asked of them.
    """
    question = inputs.question
    trials = {t.trial for t in inputs.snapshot.trials}
    seen = msgspec.structs.replace(
        question,
        caveats=tuple(c for c in question.caveats if c.known_from <= inputs.snapshot.as_of),
        sensitivities=tuple(s.sensitivity for s in inputs.sensitivity),
        weeks={trial: week for trial, week in question.weeks.items() if trial in trials},
        networks=tuple(
            msgspec.structs.replace(n, exclude=tuple(x for x in n.exclude if x.trial in trials))
            for n in question.networks
        ),
    )
    body: dict[str, object] = msgspec.to_builtins(seen)
    return {key: value for key, value in body.items() if key not in {"mappings", "arm_mappings"}}


def _entry(record: Record, inputs: BriefInputs) -> RecordEntry:
    """A record in the run. The snapshot's facts and events stand in the run itself, so they are not said twice."""
    body = msgspec.to_builtins(record)
    if record is inputs.snapshot:
        for key in ("facts", "events", "assumptions", "trials", "arms", "sources"):
            body[key] = len(body[key])
    what = {
        "nma/1": "network meta-analysis",
        "outcomes/1": "absolute outcomes",
        "safety/1": "adverse events",
        "snapshot/1": f"facts as of {inputs.snapshot.as_of}",
    }[record.schema]
    if isinstance(record, NmaResult):
        size = f"{record.n_studies} trials and {record.n_treatments} treatments"
        what = f"{what} of {size} ({record.measure}, {record.engine})"
    return RecordEntry(id=record.id, schema=record.schema, made_from=record.made_from, what=what, body=body)
