"""The evidence anew, after the counts of its arms have changed: what enters, and what is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from topline.records import Caveat, StudyArm
from topline.synthesis.evidence.arms import evidence_from_arms, evidence_from_counts
from topline.synthesis.evidence.continuity import Continuity
from topline.synthesis.evidence.measures import find_measure
from topline.synthesis.evidence.network import ArmLevel, Network, components, connect, levels_of
from topline.synthesis.evidence.origin import ArmList
from topline.synthesis.evidence.parts import Evidence
from topline.synthesis.sparse.engines import SPARSE_ENGINES
from topline.synthesis.spec import ModelSpec


def recounted(spec: ModelSpec, arms: Sequence[StudyArm]) -> Network:
    """The network of ``spec`` had its input held ``arms``, beside its contrasts.

    Studies that stayed out enter if they now say something, as long as they are joined to the reference. Raises as
    reading the arms would.
    """
    network = spec.network
    old = _evidence(spec, network.given)
    read = {arm.study for arm in network.given}
    contrasts = [level for level in levels_of(network) if level.study not in read]
    apart = _apart(spec, arms, contrasts)
    new = _evidence(spec, [arm for arm in arms if arm.study not in apart])
    treatments, studies, arrays = connect([*new.levels, *contrasts])
    others = [arm for arm in network.arms if arm.study not in read]
    kept = [caveat for caveat in network.caveats if caveat not in old.caveats]
    return replace(
        network,
        treatments=treatments,
        studies=studies,
        arrays=arrays,
        arms=tuple(sorted([*new.arms, *others], key=lambda a: (a.study, a.treatment))),
        caveats=tuple(dict.fromkeys([*new.caveats, *_not_joined(apart, spec.reference), *kept])),
        facts=tuple(sorted((set(network.facts) - set(old.facts)) | set(new.facts))),
        given=tuple(arms),
    )


def _evidence(spec: ModelSpec, arms: Sequence[StudyArm]) -> Evidence:
    network = spec.network
    if spec.engine in SPARSE_ENGINES:
        return evidence_from_counts(arms, spec.engine, network.continuity)
    rule = Continuity(network.continuity, network.continuity_rule)
    return evidence_from_arms(arms, find_measure(network.measure), rule, network.smd_correction, ArmList(arms))


def _apart(spec: ModelSpec, arms: Sequence[StudyArm], contrasts: Sequence[ArmLevel]) -> set[str]:
    """The studies that say something, but that no study joins to the reference."""
    network = spec.network
    rule = Continuity(network.continuity or 0.5, network.continuity_rule)
    measure = find_measure(network.measure)
    found = evidence_from_arms(arms, measure, rule, network.smd_correction, ArmList(arms)).levels
    pieces = components((level.study, level.treatment) for level in (*found, *contrasts))
    own = next((set(piece) for piece in pieces if spec.reference in piece), set())
    return {level.study for level in found if level.treatment not in own}


def _not_joined(studies: set[str], reference: str) -> tuple[Caveat, ...]:
    if not studies:
        return ()
    text = f"Studies that no other joins to {reference} are left out: {', '.join(sorted(studies))}."
    return (Caveat(code="not_joined", text=text),)
