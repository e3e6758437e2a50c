"""Every caveat of a run, once, worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from topline.brief.finding import rival_treatments
from topline.brief.inputs import BriefInputs
from topline.brief.numbers import NumberBook
from topline.records import SEVERITIES, Caveat, Fact, NmaResult, Number, StandingCaveat

FIRST = ("date_uncertain", "disconnected", "indirect_only", "different_weeks", "no_harm_counts", "tau2_at_zero")


def gather_caveats(inputs: BriefInputs) -> tuple[Caveat, ...]:
    """All caveats that concern this run, worst first, each once."""
    found = [*inputs.snapshot_caveats, *standing_caveats(inputs)]
    for analysis in inputs.analyses:
        found += [*analysis.caveats, *analysis.absolute.caveats]
    found += _of_results([(a.label, a.result) for a in inputs.analyses])
    others = [(f"sensitivity analysis “{s.sensitivity.label}”", s.result) for s in inputs.sensitivity]
    # What only another way of asking suffers from can't turn the finding.
    found += [structs.replace(c, severity="minor") for c in _of_results(others) if c.severity == "serious"]
    found += inputs.safety.caveats
    found += _of_comparisons(inputs)
    found += _sources_of_doubt(inputs)
    return tuple(sorted(_merged(found), key=_order))


def _order(caveat: Caveat) -> tuple[int, int]:
    """Worst first; of one severity, what bears on the whole finding first."""
    first = FIRST.index(caveat.code) if caveat.code in FIRST else len(FIRST)
    return SEVERITIES.index(caveat.severity), first


@dataclass(frozen=True)
class CaveatGroup:
    """Caveats of one kind, as entered in the book: the first one, and the others like it."""

    severity: str
    first: Number
    others: tuple[Number, ...]


def caveat_groups(caveats: Iterable[Caveat], book: NumberBook, otherwise: str) -> tuple[CaveatGroup, ...]:
    """The caveats by kind, in the order of their first; ``otherwise`` is what a caveat without facts rests on."""
    by_code: dict[str, list[Caveat]] = {}
    for caveat in caveats:
        by_code.setdefault(caveat.code, []).append(caveat)
    return tuple(
        CaveatGroup(
            severity=group[0].severity,
            first=book.caveat(group[0], (otherwise,)),
            others=tuple(book.caveat(c, (otherwise,)) for c in group[1:]),
        )
        for group in by_code.values()
    )


def _of_results(results: Iterable[tuple[str, NmaResult]]) -> list[Caveat]:
    """The caveats of results, each said once with the names of the results that it is true of."""
    groups: dict[tuple[str, str], list[tuple[str, Caveat, NmaResult]]] = {}
    for where, result in results:
        for caveat in result.caveats:
            groups.setdefault((caveat.code, caveat.text), []).append((where, caveat, result))
    return [
        structs.replace(
            group[0][1],
            text=f"{'; '.join(where for where, _, _ in group)}: {text[:1].lower()}{text[1:]}",
            facts=tuple(dict.fromkeys(f for _, c, r in group for f in (c.facts or r.made_from))),
        )
        for (_, text), group in groups.items()
    ]


def standing_caveats(inputs: BriefInputs) -> list[Caveat]:
    """The case's own caveats that were known by the as-of date and match a fact in use."""
    facts = [f for f in inputs.snapshot.facts if f.id in inputs.used]
    out = []
    for standing in inputs.question.caveats:
        if date.fromisoformat(standing.known_from) > inputs.as_of:
            continue
        if standing.drugs and inputs.programme.drug not in standing.drugs:
            continue
        matching = tuple(f.id for f in facts if _matches(standing, f))
        if matching or not (standing.trials or standing.outcomes or standing.sources):
            out.append(Caveat(code=standing.code, text=standing.text, severity=standing.severity, facts=matching))
    return out


def _matches(standing: StandingCaveat, fact: Fact) -> bool:
    return (
        (not standing.trials or fact.trial in standing.trials)
        and (not standing.outcomes or fact.outcome in standing.outcomes)
        and (not standing.sources or fact.source_id in standing.sources)
        and bool(standing.trials or standing.outcomes or standing.sources)
    )


def _of_comparisons(inputs: BriefInputs) -> list[Caveat]:
    """What the comparison of the lead treatment with its rivals rests on."""
    lead = inputs.lead
    if lead is None:
        return []
    treatment, reference = inputs.programme.treatment, lead.result.reference
    rivals = rival_treatments(inputs, lead)
    cells = [c for c in lead.result.league if c.treatment == treatment and c.reference in rivals]
    facts = lead.result.made_from
    found = []
    if cells and not any(c.n_direct for c in cells):
        text = (
            f"{lead.label}: no trial in this network compares {inputs.programme.drug} "
            f"with a rival. Every comparison with them goes through {reference}, and holds only if the trials are "
            f"alike in patients and conduct.{_head_to_head(inputs)}"
        )
        found.append(Caveat(code="indirect_only", severity="serious", text=text, facts=facts))
    if len(cells) > 1:
        text = f"{len(cells)} comparisons with rivals are made an endpoint; their intervals are not adjusted for that."
        found.append(Caveat(code="unadjusted_comparisons", severity="minor", text=text, facts=facts))
    return found


def _head_to_head(inputs: BriefInputs) -> str:
    """The trials that do compare the drug with a rival, but could not enter."""
    drug_of = {f.id: f.treatment for f in inputs.snapshot.facts}
    drugs: dict[str, set[str]] = {}
    for x in inputs.left_out:
        if x.fact in drug_of:
            drugs.setdefault(x.trial, set()).add(drug_of[x.fact])
    rivals = {inputs.programme.drug, inputs.question.reference}
    trials = sorted(t for t, seen in drugs.items() if inputs.programme.drug in seen and seen - rivals)
    return f" {', '.join(trials)} did compare them, but could not enter." if trials else ""


def _sources_of_doubt(inputs: BriefInputs) -> list[Caveat]:
    """What no single stage can see: benefits asked about that the drug has no counts for."""
    out = []
    for network in inputs.question.networks:
        silent = [
            e.label
            for e in inputs.question.endpoints
            if e.headline and e.role == "benefit" and inputs.analysis(e.id, network.id) is None
        ]
        present = [a for a in inputs.analyses if a.network.id == network.id]
        if silent and present:
            out.append(
                Caveat(
                    code="endpoint_missing",
                    severity="moderate",
                    text=f"{network.label}: {inputs.programme.drug} has no usable counts for {', '.join(silent)}.",
                    facts=present[0].result.made_from,
                )
            )
    return out


def _merged(caveats: Iterable[Caveat]) -> list[Caveat]:
    """One caveat a text: the facts of repeats are joined, the worst severity stands."""
    by_text: dict[str, Caveat] = {}
    for caveat in caveats:
        known = by_text.get(caveat.text)
        if known is None:
            by_text[caveat.text] = caveat
            continue
        by_text[caveat.text] = Caveat(
            code=known.code,
            text=known.text,
            severity=min(known.severity, caveat.severity, key=SEVERITIES.index),
            facts=tuple(dict.fromkeys((*known.facts, *caveat.facts))),
        )
    return list(by_text.values())
