"""The finding: three sentences that a busy person understands, written from the numbers."""

from __future__ import annotations

from topline.brief.inputs import Analysis, BriefInputs
from topline.brief.numbers import AnalysisNumbers, NumberBook
from topline.exhibits.prose import joined, say
from topline.exhibits.text import capitalised, fixed, of_100
from topline.exhibits.words import Text, Words
from topline.records import AdverseEventContrast, DatedEvent, Number

# What ends a programme outranks every effect: it is said first.
ENDING = ("trial_stopped", "rejection")
# … unless one of these came after it.
REVIVING = ("trial_started", "filing_submitted", "approval")

SAFETY = ("safety_signal", "safety_readout", "trial_stopped")

Sentence = tuple[Text, ...]


def finding(inputs: BriefInputs, book: NumberBook) -> tuple[Sentence, ...]:
    """Three sentences: what ended the programme if anything did, how well it works next to whom, what it costs."""
    stop = latest_ending(inputs)
    lead = inputs.lead
    sentences: list[Sentence] = [] if stop is None else [_ended(inputs, book, stop)]
    if lead is None:
        sentences.append(_no_counts(inputs, book))
    elif stop is None:
        sentences += [_benefit(inputs, book, lead), _rivals(inputs, book, lead)]
    else:
        sentences.append(_benefit_next_to_rivals(inputs, book, lead))
    sentences.append(_harm(inputs, book))
    return tuple(sentences)


def own_events(inputs: BriefInputs) -> list[DatedEvent]:
    """The programme's dated events, oldest first."""
    events = [e for e in inputs.snapshot.events if e.programme == inputs.programme.drug]
    return sorted(events, key=lambda e: (e.known_from, e.event_id))


def latest_ending(inputs: BriefInputs) -> DatedEvent | None:
    """The last event that ended the programme, or None."""
    for event in reversed(own_events(inputs)):
        if event.type in ENDING:
            return event
        if event.type in REVIVING:
            return None
    return None


def latest_news(inputs: BriefInputs) -> DatedEvent | None:
    """The last thing that happened and that the finding does not open with; opinions and forecasts only if all else is.

    Of several on one day, the first recorded.
    """
    said = latest_ending(inputs)
    events = [e for e in own_events(inputs) if e is not said]
    events = [e for e in events if e.type not in ("opinion", "forecast")] or events
    return next((e for e in events if e.known_from == events[-1].known_from), None)


def first_clause(statement: str) -> str:
    """A statement up to its first semicolon: the rest stands in the timeline."""
    return statement.split(";")[0].strip()


def _ended(inputs: BriefInputs, book: NumberBook, event: DatedEvent) -> Sentence:
    who = ", ".join(p.name for p in event.parties)
    what = book.statement(event, capitalised(first_clause(event.statement)))
    return say("{what} ({who}, {when}).", what=what, who=who, when=book.when(event))


def _no_counts(inputs: BriefInputs, book: NumberBook) -> Sentence:
    known = [f for f in inputs.snapshot.facts if f.treatment == inputs.programme.drug]
    lead = [f for f in known if inputs.question.node(f.treatment, f.dose_regimen) == inputs.programme.treatment]
    if lead:
        trials = sorted({f.trial for f in lead})
        return (
            f"Results of {inputs.programme.treatment} are known ({', '.join(trials)}), but none can enter a network.",
        )
    if not known:
        return (f"No result of {inputs.programme.name} is known as of this day.",)
    trials = sorted({f.trial for f in known})
    count = book.count(len(trials), f"trials of {inputs.programme.drug} with results", [f.id for f in known])
    return say(
        "No result of {treatment} is known yet; {k} of other regimens: {trials}.",
        treatment=inputs.programme.treatment,
        k=(count, " trial has reported" if len(trials) == 1 else " trials have reported"),
        trials=", ".join(trials),
    )


def _verdict(numbers: AnalysisNumbers, treatment: str) -> str:
    """What the interval against the reference earns."""
    reference = numbers.result.reference
    if numbers.beats(treatment, reference):
        return "It works"
    return "It does harm rather than good" if numbers.beats(reference, treatment) else "Whether it works is not settled"


def _responders(inputs: BriefInputs, lead: Analysis, numbers: AnalysisNumbers) -> Sentence:
    treatment = inputs.programme.treatment
    return say(
        "{rate} of 100 patients on {treatment}{network} {respond}, versus {base} on {reference} ({difference})",
        rate=numbers.rate(treatment),
        treatment=treatment,
        network=f" ({lead.network.label})" if len(inputs.question.networks) > 1 else "",
        respond=lead.endpoint.responder or f"respond on {lead.endpoint.label}",
        base=numbers.rate(lead.result.reference),
        reference=lead.result.reference,
        difference=numbers.difference_in_words(treatment),
    )


def _benefit(inputs: BriefInputs, book: NumberBook, lead: Analysis) -> Sentence:
    numbers = AnalysisNumbers.of(book, lead)
    return say(
        "{verdict}: {responders}.",
        verdict=_verdict(numbers, inputs.programme.treatment),
        responders=_responders(inputs, lead, numbers),
    )


def _benefit_next_to_rivals(inputs: BriefInputs, book: NumberBook, lead: Analysis) -> Sentence:
    """Benefit and rivals in one sentence, for a programme that has ended."""
    numbers = AnalysisNumbers.of(book, lead)
    if not rival_treatments(inputs, lead):
        return _benefit(inputs, book, lead)
    return say(
        "{verdict}, but {standing}: {responders}.",
        verdict=_verdict(numbers, inputs.programme.treatment),
        standing=standing(inputs, book, lead),
        responders=_responders(inputs, lead, numbers),
    )


def standing(inputs: BriefInputs, book: NumberBook, analysis: Analysis, treatment: str | None = None) -> Sentence:
    """How many rival treatments do clearly better or worse than ``treatment`` (default: the lead)."""
    numbers = AnalysisNumbers.of(book, analysis)
    own = treatment or inputs.programme.treatment
    rivals = rival_treatments(inputs, analysis)
    ids = (analysis.result.id,)
    where = analysis.label
    better = [r for r in rivals if numbers.beats(r, own)]
    worse = [r for r in rivals if numbers.beats(own, r)]
    drugs = {t.drug for t in inputs.question.treatments if t.name in rivals}
    direct = any(numbers.direct(own, r) for r in rivals)
    return say(
        "of {total} rival {treatments}{drugs}{through} {k} {do} clearly better and {w} clearly worse",
        treatments="treatment" if len(rivals) == 1 else "treatments",
        drugs=""
        if len(drugs) == len(rivals)
        else (" (", book.count(len(drugs), f"rival drugs in the network: {where}", ids), " drugs at their doses)"),
        through="" if direct else f", compared here only through {analysis.result.reference},",
        total=book.count(len(rivals), f"rival treatments in the network: {where}", ids),
        k=book.count(len(better), f"rival treatments whose 95% interval is better than {own}: {where}", ids),
        do="does" if len(better) == 1 else "do",
        w=book.count(len(worse), f"rival treatments whose 95% interval is worse than {own}: {where}", ids),
    )


def _rivals(inputs: BriefInputs, book: NumberBook, lead: Analysis) -> Sentence:
    numbers = AnalysisNumbers.of(book, lead)
    rivals = rival_treatments(inputs, lead)
    if not rivals:
        return (f"No rival can be compared with it on {lead.endpoint.label}.",)
    best = min(lead.result.ranks, key=lambda r: r.mean_rank or float("inf")).treatment
    words = standing(inputs, book, lead)
    sentence = (capitalised(str(words[0])), *words[1:])
    rank = say("; it ranks {rank}", rank=numbers.rank(inputs.programme.treatment))
    if best in rivals:
        first = say(", {best} first with {rate} of 100.", best=best, rate=numbers.rate(best))
        return (*sentence, *rank, *first)
    return (*sentence, *rank, ".")


def rival_treatments(inputs: BriefInputs, analysis: Analysis) -> list[str]:
    """The nodes of other drugs in the analysis, without the reference."""
    own = {t.name for t in inputs.question.treatments if t.drug == inputs.programme.drug}
    return [t for t in analysis.result.treatments if t not in own and t != analysis.result.reference]


def main_contrasts(inputs: BriefInputs) -> list[AdverseEventContrast]:
    """The lead treatment's adverse events, each from one trial, largest difference first.

    The trial is one on the background of the lead analysis where there is one, and of these the largest, not the worst.
    """

    def order(c: AdverseEventContrast) -> tuple[bool, int, str]:
        return on_lead_background(inputs, c), c.n + c.n_reference, c.trial

    chosen: dict[str, AdverseEventContrast] = {}
    for c in inputs.safety.contrasts:
        if c.treatment == inputs.programme.treatment and (
            c.outcome not in chosen or order(c) > order(chosen[c.outcome])
        ):
            chosen[c.outcome] = c
    return sorted(chosen.values(), key=lambda c: (-(c.difference.estimate or 0.0), c.label))


def on_lead_background(inputs: BriefInputs, c: AdverseEventContrast) -> bool:
    """Whether a harm was counted on the background of the lead analysis (any, where there is none)."""
    return inputs.lead is None or c.background in inputs.lead.network.backgrounds


def trial_words(inputs: BriefInputs, c: AdverseEventContrast) -> str:
    """The trial of a harm, with its background where that is not the lead analysis's."""
    return c.trial if on_lead_background(inputs, c) else f"{c.trial}, {c.background}"


def harm_signals(inputs: BriefInputs) -> list[AdverseEventContrast]:
    """The adverse events that the lead treatment clearly has more of than its reference arm, worst first."""
    return [c for c in main_contrasts(inputs) if c.signal == "more"]


def safety_events(inputs: BriefInputs) -> list[DatedEvent]:
    """What was said or done about the programme's safety, the latest first."""
    return [e for e in reversed(own_events(inputs)) if e.type in SAFETY]


def safety_sentence(book: NumberBook, event: DatedEvent) -> Sentence:
    """A dated safety event in a sentence."""
    words = book.statement(event, capitalised(first_clause(event.statement)))
    return say("{words} ({when})", words=words, when=book.when(event))


def _harm(inputs: BriefInputs, book: NumberBook) -> Sentence:
    signals = harm_signals(inputs)
    mine = main_contrasts(inputs)
    events = safety_events(inputs)
    if not mine and events:
        said = safety_sentence(book, events[0])
        return say("What it costs is not counted against a control, but it was said: {event}.", event=said)
    if not mine:
        return ("What it costs in harm is not known: there are no adverse-event counts against a control.",)
    if not signals:
        k = book.count(len(mine), "adverse events compared with the control arm", [f for c in mine for f in c.facts])
        return say(
            "None of {k} adverse events compared is clearly more frequent than on {ref}.", k=k, ref=mine[0].reference
        )
    shown = signals[:3]
    one_trial = len({c.trial for c in shown}) == 1
    items: list[Words] = []
    for c in shown:
        mine_rate, control = rate_numbers(book, c)
        trial = "" if one_trial else f" ({trial_words(inputs, c)})"
        items.append((f"{c.label} in ", mine_rate, " versus ", control, trial))
    return say(
        "It costs: {items} of 100 on {reference}{trial}.",
        items=joined(items),
        reference=shown[0].reference,
        trial=f" ({trial_words(inputs, shown[0])})" if one_trial else "",
    )


def rate_numbers(book: NumberBook, c: AdverseEventContrast) -> tuple[Number, Number]:
    """How many of 100 had the event on the treatment and on the reference."""
    mine = book.enter(
        of_100(c.rate.estimate),
        value=c.rate.estimate,
        unit="proportion",
        what=f"{c.label}, of 100 on {c.treatment}: {c.trial}, week {c.week}",
        how="events divided by patients",
        made_from=(c.facts[0],),
    )
    control = book.enter(
        of_100(c.rate_reference.estimate),
        value=c.rate_reference.estimate,
        unit="proportion",
        what=f"{c.label}, of 100 on {c.reference}: {c.trial}, week {c.week}",
        how="events divided by patients",
        made_from=(c.facts[1],),
    )
    return mine, control


def _points(difference: float | None) -> str:
    """A risk difference in points per 100, always with one decimal: harms are compared with each other."""
    return fixed(None if difference is None else 100 * difference, 1, sign=True)


def difference_number(book: NumberBook, c: AdverseEventContrast) -> Number:
    """The risk difference per 100 with its 95% interval."""
    d = c.difference
    return book.enter(
        f"{_points(d.estimate)} ({_points(d.lower)} to {_points(d.upper)})",
        value=d.estimate,
        unit="risk difference",
        what=f"{c.label}, risk difference per 100 (Newcombe 95% interval), {c.treatment} versus {c.reference}: "
        f"{c.trial}, week {c.week}",
        how="Newcombe hybrid score interval",
        made_from=c.facts,
    )
