"""Does direct evidence agree with indirect evidence, comparison by comparison?"""

from __future__ import annotations

import numpy as np

from topline.estimators import two_sided_p
from topline.records import NodeSplit, number_or_none
from topline.synthesis.arrays.side import split
from topline.synthesis.engines import Estimate


def node_split(estimate: Estimate) -> tuple[NodeSplit, ...]:
    """One row for each comparison with direct evidence; empty when no comparison has independent indirect evidence.

    Method ``side``: tau2 of the full model (its posterior mean for ``bayes``). Indirect values are None for a
    comparison without a closed loop. The spec's reference is the reference of its rows; otherwise the later name is.
    """
    network = estimate.network
    parts = split(network.arrays, estimate.solution)
    if np.isnan(parts.indirect).all():
        return ()
    ground = network.index(estimate.spec.reference)
    rows = []
    for k, (a, b) in enumerate(zip(parts.first.tolist(), parts.second.tolist(), strict=True)):
        first, second, sign = (b, a, -1.0) if a == ground else (a, b, 1.0)
        direct, indirect = sign * float(parts.direct[k]), sign * float(parts.indirect[k])
        se = float(np.hypot(parts.se_direct[k], parts.se_indirect[k]))
        rows.append(
            NodeSplit(
                treatment=network.treatments[first],
                reference=network.treatments[second],
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
