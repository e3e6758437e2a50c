"""What it costs in harm: rates and risk differences against the reference arm."""

from __future__ import annotations

from dataclasses import replace

from topline.brief.finding import (
    difference_number,
    harm_signals,
    on_lead_background,
    rate_numbers,
    safety_events,
    trial_words,
)
from topline.brief.inputs import BriefInputs
from topline.brief.numbers import NumberBook
from topline.brief.page import Block, Folded, Heading, Paragraph, Section
from topline.exhibits import Column, Figure, HarmRow, Row, Table, Words, harm_chart
from topline.exhibits.prose import joined, say
from topline.exhibits.text import listed, of_100, of_100_interval
from topline.records import AdverseEventContrast, DatedEvent, UncontrolledRate

WORDS = {"more": "more", "fewer": "fewer", "unclear": "not settled"}


def harm_section(inputs: BriefInputs, book: NumberBook) -> Section | None:
    """The section, or None when no adverse event of the drug has a count."""
    safety = inputs.safety
    events = safety_events(inputs)
    if not safety.contrasts and not safety.uncontrolled and not events:
        return None
    blocks: list[Block] = []
    if events:
        blocks.append(_events_table(book, events))
    lead = [c for c in safety.contrasts if c.treatment == inputs.programme.treatment]
    # A picture a trial on the background of the benefit; the table below holds the other trials too.
    trials = dict.fromkeys(c.trial for c in lead if on_lead_background(inputs, c))
    blocks += [replace(_figure(book, [c for c in lead if c.trial == trial]), table=None) for trial in trials]
    if safety.contrasts:
        blocks.append(Folded("Every adverse event with its counts", _table(book, safety.contrasts)))
    if safety.uncontrolled:
        blocks.append(Heading("no-control", "Counts without a control"))
        blocks.append(
            Paragraph(
                "These rates have no randomised control at the same week. They are not to be set against the rates "
                "above or against other trials."
            )
        )
        blocks.append(Folded("Show them", _uncontrolled_table(book, safety.uncontrolled)))
    return Section(id="harm", heading="Harm", finding=_opening(inputs, book), blocks=tuple(blocks))


def _events_table(book: NumberBook, events: list[DatedEvent]) -> Table:
    rows = [Row((book.when(e), book.statement(e))) for e in events]
    return Table(
        "safety-events",
        "What was said and done about safety, the latest first",
        (Column("When", "left"), Column("As recorded", "left")),
        tuple(rows),
        titles=False,
    )


def _opening(inputs: BriefInputs, book: NumberBook) -> Words:
    signals = harm_signals(inputs)
    lead = [c for c in inputs.safety.contrasts if c.treatment == inputs.programme.treatment]
    if not lead:
        return (f"No adverse event of {inputs.programme.treatment} is counted against a control arm.",)
    if not signals:
        return (
            f"No adverse event is clearly more frequent on {inputs.programme.treatment} than on {lead[0].reference} "
            "(every 95% interval holds no difference, or fewer)."
        )
    items: list[Words] = []
    for c in signals:
        mine, control = rate_numbers(book, c)
        items.append(
            say(
                "{label} in {mine} versus {control} of 100 ({difference}, {trial})",
                label=c.label,
                trial=trial_words(inputs, c),
                mine=mine,
                control=control,
                difference=difference_number(book, c),
            )
        )
    return say(
        "Clearly more frequent on {treatment} than on {reference}: {items}.",
        treatment=inputs.programme.treatment,
        reference=lead[0].reference,
        items=joined(items, between="; ", last="; "),
    )


def _figure(book: NumberBook, contrasts: list[AdverseEventContrast]) -> Figure:
    first = contrasts[0]
    rows = []
    for c in contrasts:
        mine, control = rate_numbers(book, c)
        d = c.difference
        rows.append(
            HarmRow(
                label=c.label,
                rate=c.rate.estimate or 0.0,
                reference_rate=c.rate_reference.estimate or 0.0,
                difference=d.estimate or 0.0,
                lower=d.lower or 0.0,
                upper=d.upper or 0.0,
                signal="more" if c.signal == "more" else "fewer" if c.signal == "fewer" else "unclear",
                rate_text=mine,
                reference_text=control,
                columns=(difference_number(book, c),),
            )
        )
    week = book.enter(
        str(first.week),
        what=f"week of the adverse-event counts of {first.trial}",
        how="as recorded from its source",
        made_from=[f for c in contrasts for f in c.facts],
        value=first.week,
        unit="week",
    )
    return harm_chart(
        f"harm-{first.trial.lower().replace(' ', '-')}",
        say("{trial}, week {week}: {message}", trial=first.trial, week=week, message=_message(contrasts)),
        rows,
        drug=first.treatment,
        reference=first.reference,
        columns=("Difference per\u00a0100 (95% interval)",),
    )


def _message(contrasts: list[AdverseEventContrast]) -> str:
    """What a trial's adverse events show, in words."""
    signals = [c.label for c in contrasts if c.signal == "more"]
    if not signals:
        return "no adverse event stands out"
    return f"{listed(signals)} {'stands' if len(signals) == 1 else 'stand'} out"


def _table(book: NumberBook, contrasts: tuple[AdverseEventContrast, ...]) -> Table:
    headers = (
        "Adverse event",
        "Treatment",
        "Trial",
        "Week",
        "On treatment",
        "On reference",
        "Difference per 100 (95% interval)",
        "Than reference",
    )
    return Table(
        "harm-table",
        "Adverse events against the reference arm of the same trial, largest risk difference first",
        tuple(Column(h, "left" if i in (0, 1, 2, 7) else "right") for i, h in enumerate(headers)),
        tuple(_table_row(book, c) for c in contrasts),
        titles=False,
    )


def _table_row(book: NumberBook, c: AdverseEventContrast) -> Row:
    return Row(
        (
            c.label,
            c.treatment,
            c.trial,
            book.count(c.week, f"week of {c.label} in {c.trial}", c.facts),
            _fraction(book, c.events, c.n, f"{c.label} on {c.treatment}: {c.trial}", c.facts[0]),
            _fraction(book, c.events_reference, c.n_reference, f"{c.label} on {c.reference}: {c.trial}", c.facts[1]),
            difference_number(book, c),
            WORDS[c.signal],
        ),
        tone="harm" if c.signal == "more" else "",
    )


def _fraction(book: NumberBook, events: int, n: int, what: str, fact: str) -> Words:
    return book.enter(
        f"{events}/{n} ({of_100(events / n)}%)",
        value=events / n,
        unit="proportion",
        what=f"patients with {what}, events of n",
        how="counted",
        made_from=(fact,),
    )


def _uncontrolled_table(book: NumberBook, rates: tuple[UncontrolledRate, ...]) -> Table:
    rows = []
    for u in rates:
        interval = book.enter(
            f"{of_100(u.rate.estimate)} ({of_100_interval(u.rate.lower, u.rate.upper)})",
            value=u.rate.estimate,
            unit="proportion",
            what=f"{u.label}, of 100 (Wilson 95% interval) on {u.treatment}: {u.trial}, week {u.week}",
            how="Wilson score interval",
            made_from=(u.fact,),
        )
        rows.append(
            Row(
                (
                    u.label,
                    u.treatment,
                    u.trial,
                    book.count(u.week, f"week of {u.label} in {u.trial}", (u.fact,)),
                    _fraction(book, u.events, u.n, f"{u.label} on {u.treatment}: {u.trial}", u.fact),
                    interval,
                )
            )
        )
    headers = ("Adverse event", "Treatment", "Trial", "Week", "Patients", "Of 100 (95% interval)")
    return Table(
        "uncontrolled-table",
        "Adverse events without a control",
        tuple(Column(h, "left" if i < 3 else "right") for i, h in enumerate(headers)),
        tuple(rows),
        titles=False,
    )
