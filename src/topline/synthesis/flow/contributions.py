"""How much each study, or each direct comparison, contributes to each estimate."""

from __future__ import annotations

import msgspec
import numpy as np

from topline.errors import ArgumentError
from topline.exhibits import ContributionRow, Figure
from topline.exhibits import contribution_map as drawn
from topline.records import Contribution
from topline.synthesis.arrays import flows
from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.choices import one_of
from topline.synthesis.engines import Estimate

# beyond this many shares only the comparisons with the reference are listed
MOST_SHARES = 100_000
# shares below this are rounding
NOTHING = 1e-12

BY = ("study", "comparison")


class ComparisonContribution(msgspec.Struct, frozen=True, kw_only=True):
    """The share of a direct comparison in the estimate of ``treatment`` versus ``reference``.

    The direct comparison is ``direct_treatment`` versus ``direct_reference``. The shares of a pair sum to 1.
    """

    treatment: str
    reference: str
    direct_treatment: str
    direct_reference: str
    proportion: float
    method: str


def contributions(estimate: Estimate, method: str = "randomwalk") -> tuple[Contribution, ...]:
    """The shares of the studies in every pair of treatments; those of 0 are left out.

    ``method`` is ``randomwalk``, ``shortestpath`` or ``hat`` (see :mod:`topline.synthesis.arrays.flows`). tau2 is the
    model's (its posterior mean for ``bayes``). In a large network only the pairs with the reference are listed (see
    :func:`only_reference`).
    """
    network = estimate.network
    first, second = listed_pairs(estimate)
    shares = _tidied(flows.study_shares(network.arrays, estimate.solution, first, second, method))
    names = network.treatments
    return tuple(
        Contribution(treatment=names[i], reference=names[j], study=study, proportion=share, method=method)
        for i, j, row in zip(first.tolist(), second.tolist(), shares.tolist(), strict=True)
        for study, share in zip(network.studies, row, strict=True)
        if share > 0
    )


def comparison_contributions(estimate: Estimate, method: str = "randomwalk") -> tuple[ComparisonContribution, ...]:
    """The shares of the direct comparisons in every pair of treatments; as :func:`contributions` otherwise."""
    network = estimate.network
    first, second = listed_pairs(estimate)
    shares = _tidied(flows.comparison_shares(network.arrays, estimate.solution, first, second, method))
    names, direct = network.treatments, oriented(estimate, *flows.comparisons(network.arrays))
    return tuple(
        ComparisonContribution(
            treatment=names[i],
            reference=names[j],
            direct_treatment=names[a],
            direct_reference=names[b],
            proportion=share,
            method=method,
        )
        for i, j, row in zip(first.tolist(), second.tolist(), shares.tolist(), strict=True)
        for (a, b), share in zip(direct, row, strict=True)
        if share > 0
    )


def check_request(method: str, by: str) -> None:
    """Raise ``UnknownNameError`` for a ``method`` or a ``by`` that is not there, ``ArgumentError`` for no text."""
    one_of("method of contributions", method, flows.METHODS)
    one_of("choice of what contributes", by, BY)


def listed_pairs(estimate: Estimate) -> tuple[Index, Index]:
    """The pairs (P,), (P,) whose contributions are listed, by reference and treatment; the spec's reference second."""
    pairs = all_pairs(estimate)
    if only_reference(estimate):
        ground = estimate.network.index(estimate.spec.reference)
        pairs = [pair for pair in pairs if pair[1] == ground]
    index = np.array(pairs, dtype=np.intp)
    return index[:, 0], index[:, 1]


def all_pairs(estimate: Estimate) -> list[tuple[int, int]]:
    """Every pair of treatments once, by reference and treatment: the spec's reference second, else the later name."""
    first, second = np.triu_indices(len(estimate.network.treatments), 1)
    return sorted(oriented(estimate, first, second), key=lambda pair: (pair[1], pair[0]))


def oriented(estimate: Estimate, first: Index, second: Index) -> list[tuple[int, int]]:
    """The pairs, first < second (E,), with the spec's reference as reference; otherwise the later name is."""
    ground = estimate.network.index(estimate.spec.reference)
    return [(j, i) if i == ground else (i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True)]


def only_reference(estimate: Estimate) -> bool:
    """Whether the network is so large that only comparisons with the reference are listed."""
    n = len(estimate.network.treatments)
    return n * (n - 1) // 2 * len(estimate.network.studies) > MOST_SHARES


def _tidied(shares: Array) -> Array:
    """The shares (P, K) without rounding, adding to 1."""
    kept = np.where(shares < NOTHING, 0.0, shares)
    return np.asarray(kept / kept.sum(axis=1, keepdims=True))


def contribution_map(estimate: Estimate, *, by: str, method: str, every_pair: bool) -> Figure:
    """The shares as a heat map: rows versus the spec's reference, or every pair that is listed.

    Raises ``ArgumentError`` for an ``every_pair`` that is neither True nor False.
    """
    if not isinstance(every_pair, bool):
        raise ArgumentError("every_pair is not True or False", found=repr(every_pair)[:80], expected="True or False")
    network = estimate.network
    first, second = listed_pairs(estimate)
    if not every_pair:
        own = second == network.index(estimate.spec.reference)
        first, second = first[own], second[own]
    names = network.treatments
    if by == "study":
        columns = list(network.studies)
        shares = flows.study_shares(network.arrays, estimate.solution, first, second, method)
    else:
        direct = oriented(estimate, *flows.comparisons(network.arrays))
        columns = [f"{names[a]} versus {names[b]}" for a, b in direct]
        shares = flows.comparison_shares(network.arrays, estimate.solution, first, second, method)
    rows = [
        ContributionRow(f"{names[i]} versus {names[j]}", tuple(row))
        for i, j, row in zip(first.tolist(), second.tolist(), _tidied(shares).tolist(), strict=True)
    ]
    kind = "studies" if by == "study" else "direct comparisons"
    return drawn("contributions", f"What each estimate rests on, by {by}", columns, rows, kind=kind)
