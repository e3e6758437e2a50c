"""The hat matrix: the coefficient of each piece of direct evidence in each estimate."""

from __future__ import annotations

import msgspec
import numpy as np

from topline.synthesis.arrays import design_flows, flows
from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.choices import one_of
from topline.synthesis.engines import Estimate
from topline.synthesis.flow.contributions import listed_pairs, oriented

KINDS = ("davies", "krahn", "ruecker")
# coefficients below this are rounding
NOTHING = 1e-12


class HatCoefficient(msgspec.Struct, frozen=True, kw_only=True):
    """The coefficient of a direct effect in the estimate of ``treatment`` versus ``reference``.

    The direct effect is ``direct_treatment`` versus ``direct_reference``: pooled over all studies when ``design`` and
    ``study`` are None, over those of one design, or of one study. The estimate is the sum of coefficient times effect.
    """

    treatment: str
    reference: str
    direct_treatment: str
    direct_reference: str
    design: str | None
    study: str | None
    coefficient: float


# a column of the matrix: the indices of the direct effect, the design's name, the study's name
_Column = tuple[tuple[int, int], str | None, str | None]


def hat_matrix(estimate: Estimate, kind: str = "davies") -> tuple[HatCoefficient, ...]:
    """Every pair of treatments with the coefficients of what it is made of; in a large network, see ``listed_pairs``.

    ``davies``: by direct comparison, pooled over the studies that make it, weighted by conductance. ``krahn``: by
    design, pooled over its studies by least squares; one of three arms or more has an effect for each treatment but
    one, which is the spec's reference where the design holds it, and the last name otherwise. ``ruecker``: by study,
    every two arms of it. At the tau2 of the model. Source: see :mod:`topline.synthesis.arrays.design_flows`.

    Raises ``ArgumentError`` (``UnknownNameError``) for another kind.
    """
    kind = one_of("kind of hat matrix", kind, KINDS)
    first, second = listed_pairs(estimate)
    make = {"davies": _by_comparison, "krahn": _by_design, "ruecker": _by_study}[kind]
    matrix, columns = make(estimate, first, second)
    names = estimate.network.treatments
    tidied = np.where(np.abs(matrix) < NOTHING, 0.0, matrix)
    return tuple(
        HatCoefficient(
            treatment=names[i],
            reference=names[j],
            direct_treatment=names[a],
            direct_reference=names[b],
            design=design,
            study=study,
            coefficient=value,
        )
        for i, j, row in zip(first.tolist(), second.tolist(), tidied.tolist(), strict=True)
        for ((a, b), design, study), value in zip(columns, row, strict=True)
    )


def _by_comparison(estimate: Estimate, first: Index, second: Index) -> tuple[Array, list[_Column]]:
    arms = estimate.network.arrays
    direct = oriented(estimate, *flows.comparisons(arms))
    matrix = design_flows.hat_by_comparison(arms, estimate.solution, first, second)
    return matrix * _turned(direct), [(pair, None, None) for pair in direct]


def _by_design(estimate: Estimate, first: Index, second: Index) -> tuple[Array, list[_Column]]:
    arms, names = estimate.network.arrays, estimate.network.treatments
    found = design_flows.designs(arms)
    g = design_flows.arm_coefficients(arms, estimate.solution, first, second)
    sums, design, treatment = design_flows.design_coefficients(arms, found, g)
    ground = estimate.network.index(estimate.spec.reference)
    kept: list[int] = []
    columns: list[_Column] = []
    for cell, (d, t) in enumerate(zip(design.tolist(), treatment.tolist(), strict=True)):
        own = found.treatments[d]
        base = ground if ground in own else own[-1]
        if t != base:
            kept.append(cell)
            columns.append(((t, base), ":".join(names[k] for k in own), None))
    return sums[:, kept], columns


def _by_study(estimate: Estimate, first: Index, second: Index) -> tuple[Array, list[_Column]]:
    arms = estimate.network.arrays
    direct = oriented(estimate, arms.treatment[arms.pair_i], arms.treatment[arms.pair_j])
    studies = [estimate.network.studies[k] for k in arms.study[arms.pair_i].tolist()]
    matrix = design_flows.hat_by_study(arms, estimate.solution, first, second)
    return matrix * _turned(direct), [(pair, None, study) for pair, study in zip(direct, studies, strict=True)]


def _turned(direct: list[tuple[int, int]]) -> Array:
    """-1 (E,) where the reference of a direct effect is the first of the two, so that its sign turns."""
    return np.array([-1.0 if a > b else 1.0 for a, b in direct])
