"""Does direct evidence agree with indirect evidence, comparison by comparison?"""

from __future__ import annotations

import numpy as np

from topline.estimators import two_sided_p
from topline.records import NodeSplit, number_or_none
from topline.synthesis.arrays.node_split import split_models
from topline.synthesis.arrays.side import split
from topline.synthesis.consistency.designs import need_least_squares
from topline.synthesis.engines import Estimate

METHODS = ("side", "separate")


def node_split(estimate: Estimate) -> tuple[NodeSplit, ...]:
    """One row for each comparison with direct evidence; empty when no comparison has independent indirect evidence.

    Method ``side``: tau2 of the full model (its posterior mean for ``bayes``). Indirect values are None for a
    comparison without a closed loop. The spec's reference is the reference of its rows; otherwise the later name is.
    """
    network = estimate.network
    parts = split(network.arrays, estimate.solution)
    if np.isnan(parts.indirect).all():
        return ()
    rows = []
    for k, (a, b) in enumerate(zip(parts.first.tolist(), parts.second.tolist(), strict=True)):
        treatment, reference, sign = _orientation(estimate, a, b)
        direct, indirect = sign * float(parts.direct[k]), sign * float(parts.indirect[k])
        se = float(np.hypot(parts.se_direct[k], parts.se_indirect[k]))
        rows.append(
            NodeSplit(
                treatment=treatment,
                reference=reference,
                direct=direct,
                se_direct=float(parts.se_direct[k]),
                indirect=number_or_none(indirect),
                se_indirect=number_or_none(parts.se_indirect[k]),
                difference=number_or_none(direct - indirect),
                se_difference=number_or_none(se),
                p=number_or_none(two_sided_p((direct - indirect) / se)),
                direct_proportion=float(parts.direct_proportion[k]),
                method="side",
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.reference, row.treatment)))


def separate(estimate: Estimate) -> tuple[NodeSplit, ...]:
    """One row, from a model of its own, for each comparison with direct and with independent indirect evidence.

    tau2 is estimated anew in each model, by the engine of the fit; it is None where the model has no degree of freedom
    left, and was taken as 0. Rows stand and are oriented as those of :func:`node_split`. Raises ``ArgumentError`` for
    the Bayesian engine and those for sparse counts, ``FitError`` when a model does not converge.
    """
    spec = estimate.spec
    need_least_squares(estimate, "a model for each split")
    found = split_models(estimate.network.arrays, None if spec.model == "common" else spec.engine)
    known = spec.model == "common" or found.degrees > 0
    rows = []
    for k, (a, b) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True)):
        treatment, reference, sign = _orientation(estimate, a, b)
        difference, se = sign * float(found.difference[k]), float(found.se_difference[k])
        rows.append(
            NodeSplit(
                treatment=treatment,
                reference=reference,
                direct=sign * float(found.direct[k]),
                se_direct=float(found.se_direct[k]),
                indirect=sign * float(found.indirect[k]),
                se_indirect=float(found.se_indirect[k]),
                difference=difference,
                se_difference=se,
                p=float(two_sided_p(difference / se)),
                direct_proportion=float(found.direct_proportion[k]),
                method="separate",
                tau2=float(found.tau2[k]) if known else None,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.reference, row.treatment)))


def _orientation(estimate: Estimate, a: int, b: int) -> tuple[str, str, float]:
    """Treatment, reference and the sign of the pair ``a`` < ``b``: the spec's reference is that of its rows."""
    names = estimate.network.treatments
    if a == estimate.network.index(estimate.spec.reference):
        return names[b], names[a], -1.0
    return names[a], names[b], 1.0
