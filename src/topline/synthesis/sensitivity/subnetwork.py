"""Part of a network: what stays joined to the reference when studies or a treatment are left out, and its fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from topline.errors import ArgumentError
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.evidence.network import ArmLevel, Network, components, levels_of, part_of
from topline.synthesis.spec import ModelSpec


def joined(
    network: Network, reference: str, *, studies: Collection[str] | None = None, without: str | None = None
) -> Network | None:
    """The evidence of ``studies`` (all, if None), less the arms of the treatment ``without``, joined to ``reference``.

    Studies left with one arm go. None when no study is joined to the reference.
    """
    kept = set(network.studies) if studies is None else set(studies)
    groups: dict[str, list[ArmLevel]] = {}
    for arm in levels_of(network):
        if arm.study in kept and arm.treatment != without:
            groups.setdefault(arm.study, []).append(arm)
    levels = [arm for arms in groups.values() if len(arms) > 1 for arm in arms]
    pieces = components((a.study, a.treatment) for a in levels)
    own = next((set(piece) for piece in pieces if reference in piece), set())
    levels = [a for a in levels if a.treatment in own]
    if not levels:
        return None
    return network if len(levels) == len(network.arrays.y) else part_of(network, levels)


def check_refits(estimate: Estimate) -> None:
    """Refuse engines for sparse counts with ``ArgumentError``.

    Which studies they can use depends on the counts of all, so that part of a network is not a part of their data.
    """
    if not estimate.weighted:
        raise ArgumentError(
            f"the engine {estimate.spec.engine} is not refitted to part of a network",
            found=f"engine {estimate.spec.engine!r}",
            expected="reml, dl, ml or bayes",
            repair="make fits of your own to the tables without these rows, and compare() them",
        )


def refit(spec: ModelSpec, network: Network) -> Estimate:
    """The same request on part of its evidence: same model, engine, prior, reference and level, tau2 anew."""
    return estimate(replace(spec, network=network))
