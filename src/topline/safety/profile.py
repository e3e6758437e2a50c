"""What a drug costs in harm, as far as counts are known."""

from __future__ import annotations

from collections import defaultdict

from topline.errors import UnknownNameError
from topline.estimators import newcombe_interval, wilson_interval
from topline.records import (
    AdverseEventContrast,
    Caveat,
    Endpoint,
    Fact,
    FactSnapshot,
    Interval,
    Question,
    SafetyProfile,
    UncontrolledRate,
    identify,
    made_by,
)

CORE = ("any_ae", "sae", "ae_disc")


def safety_profile(snapshot: FactSnapshot, question: Question, drug: str) -> SafetyProfile:
    """Rates of every harm endpoint for the arms of ``drug``, each against the reference arm of its own trial and week.

    A rate carries Wilson's score interval, a risk difference Newcombe's hybrid score interval (Newcombe
    1998, Statistics in Medicine 17:873–890, method 10); both 95%, not adjusted for the number of events looked at.
    A rate without a reference arm at the same week stands apart in ``uncontrolled``.

    Raises ``UnknownNameError`` for a drug that the question does not have.
    """
    drugs = {t.drug for t in question.treatments}
    if drug not in drugs:
        raise UnknownNameError.among("drug", drug, drugs)
    harms = {e.id: e for e in question.endpoints if e.role == "harm" and e.kind == "proportion"}
    groups: dict[tuple[str, str, int], list[tuple[str, Fact]]] = defaultdict(list)
    for fact in snapshot.facts:
        node = question.node(fact.treatment, fact.dose_regimen)
        if fact.outcome in harms and node is not None and fact.n and fact.events is not None:
            groups[fact.trial, fact.outcome, fact.week].append((node, fact))
    contrasts: list[AdverseEventContrast] = []
    uncontrolled: list[UncontrolledRate] = []
    for (_, outcome, _), rows in groups.items():
        mine = [(node, f) for node, f in rows if f.treatment == drug]
        control = next((f for node, f in rows if node == question.reference), None)
        for node, fact in mine:
            if control is None:
                uncontrolled.append(_rate(harms[outcome], node, fact))
            else:
                contrasts.append(_contrast(harms[outcome], node, fact, control, question.reference))
    used = [f for c in contrasts for f in c.facts] + [u.fact for u in uncontrolled]
    spec = {
        "drug": drug,
        "rate": "Wilson score interval, 95%",
        "difference": "Newcombe hybrid score interval (method 10), 95%",
    }
    return SafetyProfile(
        id=identify("safety", "safety/1", spec, None, sorted(set(used))),
        made_from=tuple(sorted(set(used))),
        made_by=made_by(spec),
        drug=drug,
        contrasts=tuple(
            sorted(contrasts, key=lambda c: (-(c.difference.estimate or 0.0), c.label, c.treatment, c.trial))
        ),
        uncontrolled=tuple(sorted(uncontrolled, key=lambda u: (u.label, u.treatment, u.trial))),
        caveats=_caveats(snapshot, question, drug, contrasts, uncontrolled),
    )


def _contrast(harm: Endpoint, node: str, fact: Fact, control: Fact, reference: str) -> AdverseEventContrast:
    events, n = _counts(fact)
    events0, n0 = _counts(control)
    lower, upper = newcombe_interval(events, n, events0, n0)
    return AdverseEventContrast(
        outcome=harm.id,
        label=harm.label,
        trial=fact.trial,
        week=fact.week,
        treatment=node,
        reference=reference,
        background=fact.background,
        events=events,
        n=n,
        events_reference=events0,
        n_reference=n0,
        rate=_wilson(events, n),
        rate_reference=_wilson(events0, n0),
        difference=Interval(estimate=events / n - events0 / n0, lower=lower, upper=upper),
        signal="more" if lower > 0 else "fewer" if upper < 0 else "unclear",
        facts=(fact.id, control.id),
    )


def _rate(harm: Endpoint, node: str, fact: Fact) -> UncontrolledRate:
    events, n = _counts(fact)
    return UncontrolledRate(
        outcome=harm.id,
        label=harm.label,
        trial=fact.trial,
        week=fact.week,
        treatment=node,
        events=events,
        n=n,
        rate=_wilson(events, n),
        fact=fact.id,
    )


def _counts(fact: Fact) -> tuple[int, int]:
    assert fact.events is not None
    assert fact.n is not None
    return fact.events, fact.n


def _wilson(events: int, n: int) -> Interval:
    lower, upper = wilson_interval(events, n)
    return Interval(estimate=events / n, lower=lower, upper=upper)


def _caveats(
    snapshot: FactSnapshot,
    question: Question,
    drug: str,
    contrasts: list[AdverseEventContrast],
    uncontrolled: list[UncontrolledRate],
) -> tuple[Caveat, ...]:
    caveats: list[Caveat] = []
    harms = {e.id: e.label for e in question.endpoints if e.role == "harm"}
    mine = [f for f in snapshot.facts if f.treatment == drug]
    trials = sorted({f.trial for f in mine})
    reporting = {f.trial for f in mine if f.outcome in harms}
    silent = [t for t in trials if t not in reporting]
    if silent:
        caveats.append(
            Caveat(
                code="no_harm_counts",
                severity="serious",
                text=f"No adverse-event counts by arm are known for {', '.join(silent)}.",
                facts=tuple(f.id for f in mine if f.trial in silent),
            )
        )
    for trial in sorted({c.trial for c in contrasts}):
        seen = {c.outcome for c in contrasts if c.trial == trial}
        missing = [harms[o] for o in CORE if o in harms and o not in seen]
        if missing:
            caveats.append(
                Caveat(
                    code="core_harm_missing",
                    severity="moderate",
                    text=f"{trial} has no count for: {', '.join(missing)}.",
                    facts=tuple(c.facts[0] for c in contrasts if c.trial == trial),
                )
            )
    if uncontrolled:
        where = sorted({f"{u.trial} (week {u.week})" for u in uncontrolled})
        caveats.append(
            Caveat(
                code="no_control",
                severity="serious",
                text=f"Adverse events of {', '.join(where)} have no randomised control: they stand apart and are not "
                "to be set against other trials.",
                facts=tuple(u.fact for u in uncontrolled),
            )
        )
    caveats += _denominator_caveats(snapshot, contrasts)
    if contrasts:
        caveats.append(
            Caveat(
                code="unadjusted_intervals",
                severity="minor",
                text="The intervals of risk differences of adverse events are not adjusted for how many were looked at "
                f"({len(contrasts)}).",
                facts=tuple(sorted({f for c in contrasts for f in c.facts})),
            )
        )
    return tuple(caveats)


def _denominator_caveats(snapshot: FactSnapshot, contrasts: list[AdverseEventContrast]) -> list[Caveat]:
    """Where more people were counted for harm than were randomised to the arm."""
    randomised = {(a.trial, a.arm): a.n_randomised for a in snapshot.arms}
    facts = {f.id: f for f in snapshot.facts}
    odd: dict[str, list[str]] = defaultdict(list)
    for contrast in contrasts:
        for fact_id in contrast.facts:
            fact = facts[fact_id]
            size = randomised.get((fact.trial, fact.arm))
            if size is not None and fact.n is not None and fact.n > size:
                odd[fact.trial].append(fact_id)
    return [
        Caveat(
            code="safety_denominator",
            severity="minor",
            text=f"{trial}: adverse events are counted among more people than were randomised to the arm in the main "
            "study (counted as treated, or with a sub-study).",
            facts=tuple(dict.fromkeys(ids)),
        )
        for trial, ids in sorted(odd.items())
    ]
