"""How much each study contributes to each estimate."""

from __future__ import annotations

import itertools

from topline.records import Contribution
from topline.synthesis.arrays.flows import edge_conductance, study_shares
from topline.synthesis.engines import Estimate

# beyond this many shares only the comparisons with the reference are listed
MOST_SHARES = 100_000
# shares below this are rounding
NOTHING = 1e-12


def contributions(estimate: Estimate) -> tuple[Contribution, ...]:
    """The shares of the studies in every pair of treatments, by random walk; those of 0 are left out.

    tau2 is the model's (its posterior mean for ``bayes``). In a large network only the pairs with the reference are
    listed (see :func:`only_reference`).
    """
    network = estimate.network
    names, ground = network.treatments, network.index(estimate.spec.reference)
    pairs = [
        (b, a) if a == ground else (a, b)
        for a, b in itertools.combinations(range(len(names)), 2)
        if ground in (a, b) or not only_reference(estimate)
    ]
    conductance = edge_conductance(network.arrays, estimate.solution)
    rows = []
    for first, second in sorted(pairs, key=lambda pair: (pair[1], pair[0])):
        shares = study_shares(network.arrays, estimate.solution, conductance, first, second)
        shares[shares < NOTHING] = 0.0
        shares /= shares.sum()
        rows += [
            Contribution(
                treatment=names[first], reference=names[second], study=study, proportion=share, method="randomwalk"
            )
            for study, share in zip(network.studies, shares.tolist(), strict=True)
            if share > 0
        ]
    return tuple(rows)


def only_reference(estimate: Estimate) -> bool:
    """Whether the network is so large that only comparisons with the reference are listed."""
    n = len(estimate.network.treatments)
    return n * (n - 1) // 2 * len(estimate.network.studies) > MOST_SHARES
