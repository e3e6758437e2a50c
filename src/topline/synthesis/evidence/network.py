"""The evidence as one network: treatments as nodes, studies joining them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from topline.errors import DisconnectedError, NetworkError
from topline.records import Caveat, StudyArm, identify
from topline.synthesis.arrays.laplacian import ArmArrays, arm_arrays


@dataclass(frozen=True)
class ArmLevel:
    """An arm's level (its mean, log odds, ...) and variance, for one measure. Only differences in a study count."""

    study: str
    treatment: str
    y: float
    v: float


@dataclass(frozen=True)
class Network:
    """Evidence on one measure, ready to fit; nothing here depends on the order or names of the input.

    Studies join all treatments, unless it was read with ``allow_disconnected``.
    ``treatments`` and ``studies`` are sorted and index ``arrays``. ``arms`` are the arms as they entered. ``unit`` is
    the outcome's own scale: the pooled standard deviation for mean differences, 1 for ratios, risks and standardised
    differences, None where it is not known. ``inputs`` identify the data, ``facts`` are the ids of the facts behind
    them, ``kind`` the kind of frame that came in. ``covariates`` maps a covariate's name to its value in each study.
    ``continuity`` was added by ``continuity_rule``; ``smd_correction`` is the factor of standardised mean differences.
    ``given`` are all arms of the input, those that stayed out too, whose covariates are kept as well; ``before`` is the
    evidence that an assumption about missing outcomes started from, None without one.
    """

    measure: str
    scale: str
    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    arrays: ArmArrays
    arms: tuple[StudyArm, ...]
    unit: float | None
    continuity: float
    caveats: tuple[Caveat, ...]
    inputs: tuple[str, ...]
    facts: tuple[str, ...]
    kind: str
    continuity_rule: str = "only0"
    smd_correction: str = "exact"
    covariates: Mapping[str, Mapping[str, float | str | None]] = field(default_factory=dict)
    given: tuple[StudyArm, ...] = ()
    before: Network | None = None

    def index(self, treatment: str) -> int:
        """The position of ``treatment`` in ``treatments``."""
        return self.treatments.index(treatment)


def connect(
    levels: Sequence[ArmLevel], *, allow_disconnected: bool = False
) -> tuple[tuple[str, ...], tuple[str, ...], ArmArrays]:
    """Sorted treatments, sorted studies and the arrays of the evidence, which studies join unless that is waived.

    Raises ``NetworkError`` without a comparison, ``DisconnectedError`` naming the components when there are several.
    """
    if not levels:
        raise NetworkError(
            "no study compares two treatments",
            expected="at least one study with two arms that can be used",
            repair="check the columns for study and treatment, and that arms of one study share its name",
        )
    treatments = tuple(sorted({a.treatment for a in levels}))
    studies = tuple(sorted({a.study for a in levels}))
    pieces = components((a.study, a.treatment) for a in levels)
    if len(pieces) > 1 and not allow_disconnected:
        raise DisconnectedError(pieces)
    treatment_index = {name: k for k, name in enumerate(treatments)}
    study_index = {name: k for k, name in enumerate(studies)}
    arrays = arm_arrays(
        np.array([study_index[a.study] for a in levels]),
        np.array([treatment_index[a.treatment] for a in levels]),
        np.array([a.y for a in levels], dtype=float),
        np.array([a.v for a in levels], dtype=float),
        len(treatments),
    )
    return treatments, studies, arrays


def levels_of(network: Network) -> list[ArmLevel]:
    """The arms of a network as levels, in the order of its ``arrays``."""
    arrays = network.arrays
    columns = (arrays.study, arrays.treatment, arrays.y, arrays.v)
    return [
        ArmLevel(network.studies[s], network.treatments[t], y, v)
        for s, t, y, v in zip(*(column.tolist() for column in columns), strict=True)
    ]


def part_of(network: Network, levels: Sequence[ArmLevel]) -> Network:
    """The network of some of its arms, as if nothing else had been given. Raises as :func:`connect` does."""
    treatments, studies, arrays = connect(levels)
    inside = {(a.study, a.treatment) for a in levels}
    arms = tuple(a for a in network.arms if (a.study, a.treatment) in inside)
    return replace(
        network,
        treatments=treatments,
        studies=studies,
        arrays=arrays,
        arms=arms,
        inputs=(identify("data", "part", network.inputs, sorted(inside)),),
        facts=tuple(sorted({a.fact for a in arms if a.fact})),
        covariates={name: {s: values.get(s) for s in studies} for name, values in network.covariates.items()},
        given=tuple(a for a in network.given if (a.study, a.treatment) in inside),
        before=None,
    )


def components(arms: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The sets of treatments that studies join, given (study, treatment) pairs; the largest first, each sorted."""
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    names = set()
    for study, treatment in arms:
        names.add(treatment)
        parent[root(("study", study))] = root(("treatment", treatment))
    groups: dict[tuple[str, str], list[str]] = {}
    for name in sorted(names):
        groups.setdefault(root(("treatment", name)), []).append(name)
    return sorted(groups.values(), key=lambda group: (-len(group), group))
