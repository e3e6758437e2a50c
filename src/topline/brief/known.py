"""What is known, since when: the dated events of the programme and of its rivals."""

from __future__ import annotations

from dataclasses import replace

from topline.brief.finding import own_events
from topline.brief.inputs import BriefInputs
from topline.brief.numbers import NumberBook
from topline.brief.page import Section
from topline.exhibits import Cell, Column, Figure, Link, Row, Table, TimelineEvent, Words, timeline
from topline.exhibits.prose import say
from topline.exhibits.timeline import Kind
from topline.records import DatedEvent

KINDS: dict[str, Kind] = {
    "readout": "readout",
    "publication": "readout",
    "safety_readout": "safety",
    "safety_signal": "safety",
    "trial_stopped": "safety",
    "deal_signed": "deal",
    "deal_terminated": "deal",
    "deal_terms": "deal",
    "payment": "deal",
    "rights_returned": "deal",
    "filing_planned": "regulatory",
    "filing_submitted": "regulatory",
    "approval": "regulatory",
    "rejection": "regulatory",
}
# Where a type's own words are not the ones to print.
WORDS = {"deal_terminated": "deal ended", "trial_stopped": "trials stopped"}
# What the strip of the first screen names first.
KEY = ("readout", "deal_signed", "deal_terminated", "trial_stopped", "safety_signal", "approval", "rejection")


def known_section(inputs: BriefInputs, book: NumberBook, notes: dict[str, int]) -> Section | None:
    """The section, or None when no dated event is known. ``notes`` are the numbers of the sources."""
    if not shown_events(inputs):
        return None
    own = own_events(inputs)
    words = _opening(inputs, book, own)
    return Section(
        id="known",
        heading="What is known, since when",
        finding=words,
        blocks=(
            replace(timeline_figure(inputs, book, compact=False), table=None),
            _table(inputs, book, notes),
        ),
    )


def _opening(inputs: BriefInputs, book: NumberBook, own: list[DatedEvent]) -> Words:
    name = inputs.programme.name
    if not own:
        return (f"No dated event of {name} itself is recorded; those below are its rivals'.",)
    count = book.count(len(own), f"dated events of {name}", [e.id for e in own])
    last = own[-1]
    return say(
        "{k} dated events of {name} are on record; the last became known on {day}: {what}.",
        k=count,
        name=name,
        day=book.day(last.known_from, f"day from which event {last.event_id} was known", (last.id,)),
        what=kind_words(last),
    )


def kind_words(event: DatedEvent) -> str:
    """The type of an event in words."""
    return WORDS.get(event.type, event.type.replace("_", " "))


def shown_events(inputs: BriefInputs) -> list[DatedEvent]:
    """The programme's own events, and of its rivals what changes the comparison: results, safety, regulators."""
    drug = inputs.programme.drug
    events = [
        e
        for e in inputs.snapshot.events
        if e.programme == drug or KINDS.get(e.type) in ("readout", "safety", "regulatory")
    ]
    return sorted(events, key=lambda e: (e.known_from, e.event_id))


def timeline_figure(inputs: BriefInputs, book: NumberBook, *, compact: bool) -> Figure:
    """The timeline: the programme's events in its colour, its rivals' in grey; ``compact`` for the first screen."""
    drug = inputs.programme.drug
    trials = [t.trial for t in inputs.snapshot.trials]
    events = [
        TimelineEvent(
            date=e.when,
            label=_label(e, drug, trials),
            kind=KINDS.get(e.type, "other"),
            role="programme" if e.programme == drug else "rival",
            planned=e.type == "filing_planned",
            statement=book.statement(e),
            when=book.when(e),
            key=e.programme == drug and e.type in KEY,
            fact=e.id,
        )
        for e in shown_events(inputs)
    ]
    name = "timeline-strip" if compact else "timeline"
    return timeline(
        name, f"{inputs.programme.name}: what became known when", events, as_of=inputs.snapshot.as_of, compact=compact
    )


def _label(event: DatedEvent, drug: str, trials: list[str]) -> str:
    """A few words: the trial where the statement names one, the kind, and whose it is where that is a rival's."""
    words = kind_words(event)
    named = [t for t in trials if t in event.statement]
    if named:
        return f"{named[0]} {words}"
    if event.programme != drug:
        return f"{event.programme} {words}"
    if event.type in ("opinion", "forecast"):
        return f"{words}: {event.parties[0].name}" if event.parties else words
    return words


def _table(inputs: BriefInputs, book: NumberBook, notes: dict[str, int]) -> Table:
    return Table(
        "events",
        "Dated events, oldest first; the number in brackets is the source",
        tuple(Column(h, "left") for h in ("When, what, who", "As recorded")),
        tuple(_row(inputs, book, notes, e) for e in shown_events(inputs)),
        titles=False,
    )


def _row(inputs: BriefInputs, book: NumberBook, notes: dict[str, int], e: DatedEvent) -> Row:
    known = book.day(e.known_from, f"day from which event {e.event_id} was known", (e.id,))
    note = notes[e.source_id]
    own = e.programme == inputs.programme.drug
    what = kind_words(e)
    who = ", ".join(p.name for p in e.parties)
    detail = (what if own else f"{e.programme}: {what}") + (f" · {who}" if who else "")
    later = e.known_from != e.when
    return Row(
        (
            Cell(book.when(e), detail=(detail, " · known from ", known) if later else detail),
            (book.statement(e), " ", Link(f"#source-{note}", f"[{note}]", e.source_id)),
        ),
        tone="" if own else "muted",
    )
