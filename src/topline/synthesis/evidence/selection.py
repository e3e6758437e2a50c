"""Which evidence enters a network: from facts and question to arms, with a reason for all that stays out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from topline.errors import UnknownNameError
from topline.records import Caveat, Endpoint, Fact, FactSnapshot, LeftOut, NetworkQuestion, Question, StudyArm, Trial


@dataclass(frozen=True)
class Selection:
    """The arms of one network for one endpoint.

    ``arms`` carry events and n; ``facts`` are the facts behind them, in the same order; ``weeks`` is the week at which
    each trial is read.
    """

    network: NetworkQuestion
    endpoint: Endpoint
    arms: tuple[StudyArm, ...]
    facts: tuple[Fact, ...]
    weeks: dict[str, int]
    left_out: tuple[LeftOut, ...]
    caveats: tuple[Caveat, ...]


def select_evidence(
    snapshot: FactSnapshot,
    question: Question,
    network_id: str,
    endpoint_id: str,
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    treatments: Iterable[str] = (),
    weeks: Mapping[str, int] | None = None,
) -> Selection:
    """The arms of ``network_id`` that report ``endpoint_id`` at their trial's week.

    The week of a trial is ``weeks`` if named there, else the question's own override, else its primary week. An arm
    joins a node on drug and regimen. ``include`` brings back trials that the question excludes, ``exclude`` leaves
    more out, ``treatments`` keeps only these nodes (empty: all).

    Raises ``UnknownNameError`` for a network or endpoint that the question does not have.
    """
    network = question.network(network_id)
    if network is None:
        raise UnknownNameError.among("network", network_id, [n.id for n in question.networks])
    endpoint = question.endpoint(endpoint_id)
    if endpoint is None:
        raise UnknownNameError.among("endpoint", endpoint_id, [e.id for e in question.endpoints])
    barred = {x.trial: x.reason for x in network.exclude} | dict.fromkeys(exclude, "left out in this analysis")
    barred = {trial: reason for trial, reason in barred.items() if trial not in set(include)}
    by_trial: dict[str, list[Fact]] = defaultdict(list)
    for fact in snapshot.facts:
        if fact.outcome == endpoint_id:
            by_trial[fact.trial].append(fact)

    kept: list[tuple[Fact, str]] = []
    left: list[LeftOut] = []
    read_at: dict[str, int] = {}
    for trial in snapshot.trials:
        facts = by_trial.get(trial.trial, [])
        if trial.background not in network.backgrounds or not facts:
            left += _in_no_network(facts, trial, network, question)
            continue
        week = _week_of(trial, question, weeks or {})
        nodes = _Nodes(question, frozenset(treatments))
        arms, out = _arms_of(facts, trial, week, nodes, barred, network_id)
        left += out
        kept += arms
        if arms and week is not None:
            read_at[trial.trial] = week
    return Selection(
        network=network,
        endpoint=endpoint,
        arms=tuple(StudyArm(study=f.trial, treatment=node, events=f.events, n=f.n, fact=f.id) for f, node in kept),
        facts=tuple(f for f, _ in kept),
        weeks=read_at,
        left_out=tuple(left),
        caveats=_caveats([f for f, _ in kept], read_at, f"{endpoint.label}, {network.label}"),
    )


def _in_no_network(facts: list[Fact], trial: Trial, network: NetworkQuestion, question: Question) -> list[LeftOut]:
    """A trial on a background of no network at all: told once, with the question's first network."""
    if network is not question.networks[0] or any(trial.background in n.backgrounds for n in question.networks):
        return []
    reason = f"its background ({trial.background or 'none given'}) is in no network of the question"
    return [
        LeftOut(network=network.id, endpoint=f.outcome, trial=f.trial, arm=f.arm, reason=reason, fact=f.id)
        for f in facts
    ]


@dataclass(frozen=True)
class _Nodes:
    """The nodes of the question; ``only`` limits them (empty: all)."""

    question: Question
    only: frozenset[str]

    def of(self, fact: Fact) -> str | None:
        return self.question.node(fact.treatment, fact.dose_regimen)

    def wanted(self, node: str | None) -> bool:
        return not self.only or node in self.only


def _week_of(trial: Trial, question: Question, weeks: Mapping[str, int]) -> int | None:
    return weeks.get(trial.trial, question.weeks.get(trial.trial, trial.primary_week))


def _arms_of(
    facts: list[Fact],
    trial: Trial,
    week: int | None,
    nodes: _Nodes,
    barred: Mapping[str, str],
    network_id: str,
) -> tuple[list[tuple[Fact, str]], list[LeftOut]]:
    """The usable arms of one trial with their nodes, and what stays out with its reason."""

    def out(fact: Fact, reason: str) -> LeftOut:
        return LeftOut(
            network=network_id, endpoint=fact.outcome, trial=fact.trial, arm=fact.arm, reason=reason, fact=fact.id
        )

    if trial.trial in barred:
        return [], [out(f, barred[trial.trial]) for f in facts if f.week == week]
    at_week = [f for f in facts if f.week == week]
    if not at_week:
        seen = ", ".join(str(w) for w in sorted({f.week for f in facts}))
        return [], [out(f, f"reported at week {seen}, not at week {week}") for f in facts]
    kept: list[tuple[Fact, str]] = []
    left: list[LeftOut] = []
    for fact in _one_per_arm(at_week):
        node = nodes.of(fact)
        if fact.n is None:
            left.append(out(fact, "the arm's size is not known, only a percentage"))
        elif fact.events is None:
            left.append(out(fact, "its count of events is not known, only a percentage"))
        elif not nodes.wanted(node):
            left.append(out(fact, "not one of the treatments that this analysis compares"))
        elif node is None:
            left.append(out(fact, f"its regimen ({fact.dose_regimen}) is not one of the question's treatments"))
        else:
            kept.append((fact, node))
    if len({node for _, node in kept}) < 2:
        left += [out(f, "no second arm of this trial can enter") for f, _ in kept]
        kept = []
    return kept, left


def _one_per_arm(facts: list[Fact]) -> list[Fact]:
    """One fact an arm: a reported count before one that was derived, then by source."""
    best: dict[str, Fact] = {}
    for fact in sorted(
        facts, key=lambda f: (f.n is None, f.events_status != "reported", f.status != "verified", f.source_id)
    ):
        best.setdefault(fact.arm, fact)
    return sorted(best.values(), key=lambda f: f.arm)


def _caveats(facts: list[Fact], weeks: Mapping[str, int], what: str) -> tuple[Caveat, ...]:
    caveats: list[Caveat] = []
    if len(set(weeks.values())) > 1:
        groups: dict[int, list[str]] = defaultdict(list)
        for trial, week in weeks.items():
            groups[week].append(trial)
        commonest = max(groups, key=lambda w: (len(groups[w]), -w))
        others = "; ".join(
            f"{', '.join(sorted(groups[w]))} at week {w}" for w in sorted(groups, reverse=True) if w != commonest
        )
        odd = {t for w in groups if w != commonest for t in groups[w]}
        caveats.append(
            Caveat(
                code="different_weeks",
                severity="serious",
                text=f"{what}: not read at one week, but {others}; the other trials at week {commonest}.",
                facts=tuple(f.id for f in facts if f.trial in odd),
            )
        )
    rebuilt = [f for f in facts if f.events_status == "derived from percent"]
    if rebuilt:
        caveats.append(
            Caveat(
                code="reconstructed_counts",
                severity="moderate",
                text=f"{what}: {len(rebuilt)} of {len(facts)} arms rest on counts rebuilt from published "
                "percentages, so they may be off by a patient or two.",
                facts=tuple(f.id for f in rebuilt),
            )
        )
    derived = [f for f in facts if f.status == "derived"]
    if derived:
        arms = ", ".join(f"{f.trial} ({f.arm})" for f in derived)
        caveats.append(
            Caveat(
                code="derived_rows",
                severity="moderate",
                text=f"{what}: a rate was not published but worked out from a published difference between "
                f"arms, which may be adjusted: {arms}.",
                facts=tuple(f.id for f in derived),
            )
        )
    return tuple(caveats)
