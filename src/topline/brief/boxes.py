"""The first screen's boxes: how good, how safe, on what evidence."""

from __future__ import annotations

from topline.brief.finding import (
    harm_signals,
    main_contrasts,
    rate_numbers,
    safety_events,
    safety_sentence,
    trial_words,
)
from topline.brief.inputs import BriefInputs
from topline.brief.numbers import AnalysisNumbers, NumberBook
from topline.brief.page import Box
from topline.exhibits import Words
from topline.exhibits.prose import joined, say


def first_screen(inputs: BriefInputs, book: NumberBook) -> tuple[Box, ...]:
    """The boxes for which there is something to say."""
    boxes = (_how_good(inputs, book), _how_safe(inputs, book), _evidence(inputs, book))
    return tuple(b for b in boxes if b is not None)


def _how_good(inputs: BriefInputs, book: NumberBook) -> Box | None:
    lead = inputs.lead
    if lead is None:
        return None
    numbers = AnalysisNumbers.of(book, lead)
    treatment = inputs.programme.treatment
    return Box(
        heading="How good",
        big=say(
            "{rate} of 100 respond, {base} on {reference}",
            rate=numbers.rate(treatment),
            base=numbers.rate(lead.result.reference),
            reference=lead.result.reference,
        ),
        lines=(
            say(
                "{label}, {network}, {treatment}",
                label=lead.endpoint.label,
                network=lead.network.label,
                treatment=treatment,
            ),
            say("{d}", d=numbers.difference_in_words(treatment)),
            say("rank {rank}", rank=numbers.rank(treatment)),
        ),
    )


def _how_safe(inputs: BriefInputs, book: NumberBook) -> Box | None:
    mine = main_contrasts(inputs)
    events = safety_events(inputs)
    said: tuple[Words, ...] = (safety_sentence(book, events[0]),) if events else ()
    if not mine:
        return Box(
            heading="How safe",
            big="not counted" if said else "not known",
            lines=("No adverse-event counts against a control arm are known.", *said),
        )
    signals = harm_signals(inputs)
    shown = signals[:2]
    big: list[Words] = []
    for c in shown:
        rate, control = rate_numbers(book, c)
        big.append((f"{c.label} ", rate, " versus ", control))
    lines: list[Words] = []
    for outcome in ("sae", "ae_disc"):
        for c in [x for x in mine if x.outcome == outcome][:1]:
            rate, control = rate_numbers(book, c)
            lines.append(say("{label} {rate} versus {control}", label=c.label, rate=rate, control=control))
    trials = "; ".join(sorted({trial_words(inputs, c) for c in mine}))
    lines.append(f"of 100, versus {mine[0].reference}: {trials}")
    return Box(
        heading="How safe",
        big=joined(big) if big else "nothing clearly more frequent than on " + mine[0].reference,
        lines=(*lines, *said),
    )


def _evidence(inputs: BriefInputs, book: NumberBook) -> Box | None:
    lead = inputs.lead
    if lead is None:
        return None
    numbers = AnalysisNumbers.of(book, lead)
    treatment = inputs.programme.treatment
    where, facts = lead.label, lead.result.made_from
    one = len({a.study for a in lead.result.arms if a.treatment == treatment}) == 1
    return Box(
        heading="On what evidence",
        big=say(
            "{k} {word}, {n} patients on it",
            k=numbers.trials(treatment),
            word="trial" if one else "trials",
            n=numbers.patients(treatment),
        ),
        lines=(
            say(
                "next to {k} trials of {t} treatments",
                k=book.count(lead.result.n_studies, f"trials in the network: {where}", facts),
                t=book.count(lead.result.n_treatments, f"treatments in the network: {where}", facts),
            ),
            numbers.heterogeneity(),
        ),
    )
