"""How each estimate came about: how much of it is direct, over how many comparisons, and on how few."""

from __future__ import annotations

import msgspec
import numpy as np

from topline.synthesis.arrays.design_flows import flow_measures
from topline.synthesis.arrays.side import split
from topline.synthesis.engines import Estimate
from topline.synthesis.flow.contributions import all_pairs


class EvidenceFlow(msgspec.Struct, frozen=True, kw_only=True):
    """The flow of evidence in the estimate of ``treatment`` versus ``reference``.

    ``direct_proportion``: the share of the direct estimate, 0 without one. ``mean_path_length``: how many comparisons
    stand in a row, in the mean; beyond 2 the estimate is mostly a chain of several. ``minimal_parallelism``: 1 over the
    largest share of the evidence that passes through one design (the treatments of a trial), and
    ``minimal_parallelism_studies`` through one study: near 1, all evidence passes one place.
    """

    treatment: str
    reference: str
    direct_proportion: float
    mean_path_length: float
    minimal_parallelism: float
    minimal_parallelism_studies: float


def evidence_flow(estimate: Estimate) -> tuple[EvidenceFlow, ...]:
    """One row a pair, by reference and treatment, at the tau2 of the model (its posterior mean for ``bayes``).

    Source: König, Krahn and Binder 2013, Stat Med 32:5414.
    """
    network = estimate.network
    pairs = all_pairs(estimate)
    index = np.array(pairs, dtype=np.intp)
    found = flow_measures(network.arrays, estimate.solution, index[:, 0], index[:, 1])
    parts = split(network.arrays, estimate.solution)
    direct = dict(
        zip(
            zip(parts.first.tolist(), parts.second.tolist(), strict=True), parts.direct_proportion.tolist(), strict=True
        )
    )
    return tuple(
        EvidenceFlow(
            treatment=network.treatments[i],
            reference=network.treatments[j],
            direct_proportion=direct.get((min(i, j), max(i, j)), 0.0),
            mean_path_length=float(found.mean_path_length[k]),
            minimal_parallelism=float(found.minimal_parallelism[k]),
            minimal_parallelism_studies=float(found.minimal_parallelism_studies[k]),
        )
        for k, (i, j) in enumerate(pairs)
    )
