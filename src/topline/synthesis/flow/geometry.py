"""The geometry of the network in numbers: the network as a whole, and treatment by treatment."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from topline.records import StudyArm
from topline.synthesis.arrays import geometry as arrays_of
from topline.synthesis.evidence.network import Network

BY = ("network", "treatment")


class GeometryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity of the network; ``value`` is None where the data don't say."""

    quantity: str
    value: int | float | None


class TreatmentGeometry(msgspec.Struct, frozen=True, kw_only=True):
    """Where a treatment stands in the network.

    ``compared_with`` counts the treatments that trials compare it with directly; ``mean_distance`` is the mean number
    of comparisons on the shortest way to the others; ``articulation`` says whether the others fall apart without it.
    ``patients`` is None where the size of an arm is not known.
    """

    treatment: str
    studies: int
    patients: float | None
    compared_with: int
    mean_distance: float
    articulation: bool


def geometry(network: Network) -> tuple[GeometryRow, ...]:
    """The network in numbers, for a report (PRISMA-NMA, items S3 and S4: Hutton et al. 2015, Ann Intern Med 162:777).

    Arms and studies are those that entered the model. Definitions: :mod:`topline.synthesis.arrays.geometry`.
    """
    found = arrays_of.geometry(network.arrays)
    n, edges = len(network.treatments), len(found.first)
    possible = n * (n - 1) // 2
    upper = found.distance[np.triu_indices(n, 1)]
    rows: list[tuple[str, int | float | None]] = [
        ("treatments", n),
        ("studies", network.arrays.n_studies),
        ("studies with more than two arms", found.n_multi_arm),
        ("arms", len(network.arrays.y)),
        ("patients", _patients(network.arms)),
        ("comparisons with direct evidence", edges),
        ("possible comparisons", possible),
        ("density", edges / possible),
        ("comparisons with one study only", int((found.n_direct == 1).sum())),
        ("comparisons on a loop that different studies close", int(found.on_loop.sum())),
        ("independent loops", found.loops),
        ("designs", found.n_designs),
        ("degrees of freedom of inconsistency between designs", found.df_between),
        ("mean distance", float(upper.mean())),
        ("diameter", int(upper.max())),
        ("treatments whose removal disconnects the network", int(found.articulation.sum())),
        ("diversity of treatments (PIE)", found.pie),
        ("co-occurrence of treatments (C-score)", found.c_score),
    ]
    return tuple(GeometryRow(quantity=quantity, value=value) for quantity, value in rows)


def treatment_geometry(network: Network) -> tuple[TreatmentGeometry, ...]:
    """The treatments in the order of their names."""
    found = arrays_of.geometry(network.arrays)
    n = len(network.treatments)
    return tuple(
        TreatmentGeometry(
            treatment=name,
            studies=int(found.studies[k]),
            patients=_patients([a for a in network.arms if a.treatment == name]),
            compared_with=int(found.degree[k]),
            mean_distance=float(found.distance[k].sum() / (n - 1)),
            articulation=bool(found.articulation[k]),
        )
        for k, name in enumerate(network.treatments)
    )


def _patients(arms: Sequence[StudyArm]) -> float | None:
    """The patients of the arms; None when there is an arm of unknown size."""
    sizes = [arm.n for arm in arms]
    total = sum(n for n in sizes if n is not None)
    return None if None in sizes or not sizes else int(total) if total == int(total) else total
