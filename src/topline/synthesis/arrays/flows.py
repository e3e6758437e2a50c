"""How much each direct comparison, and each trial, contributes to each estimate: the flow of evidence.

An estimate of a versus b sends one unit of evidence from a to b along the edges, as current does in an electrical
network: f_ij = c_ij (x_i - x_j), with the potentials x from the covariance. The flows are the entries of the hat matrix
H of the aggregated network. Shares of edges are made from them in three ways:

``randomwalk``: a walker that leaves i along the outgoing flows in proportion takes a path with the probability that the
path's evidence has; each edge of a path of length m gets 1/m of it (Davies, Papakonstantinou, Nikolakopoulou, Rücker
and Galla 2022, Res Synth Methods 13:484). There the shares come from a list of all paths; here the walk's step counts
give the same sum without listing them.

``shortestpath``: the shortest path takes all the flow that it can, then the next, each edge of a path of length m
getting 1/m of it (Papakonstantinou et al. 2018, F1000Research 7:610). Where several shortest paths share an edge, the
order in which they are taken matters, and the paper leaves it open. Here they are taken together, in proportion to the
probability that the random walk on the evidence left over takes each. So neither names nor the order of data count, and
a versus b has the shares of b versus a.

``hat``: |h| over its sum.

An edge's share is divided among its trials by their conductance, which is how the flow divides. Arrays of P pairs have
P in front, so that all pairs are done at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from topline.errors import FitError
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution, laplacian

METHODS = ("randomwalk", "shortestpath", "hat")

# flows below this share of the unit flow are rounding between nodes of equal potential
NO_FLOW = 1e-12
# what may get lost of one unit of flow in a node: a thousandth is rounding that no printed share shows
MOST_LOST = 1e-3
# pairs are done in groups whose flows hold about this many numbers, so that they stay in the processor's cache
GROUP = 50_000


def edge_conductance(arms: ArmArrays, solution: Solution) -> Array:
    """Conductance (T, T) of every edge, 0 on the diagonal."""
    matrix = -laplacian(arms, solution.conductance)
    np.fill_diagonal(matrix, 0.0)
    return np.asarray(matrix)


def potentials(conductance: Array, covariance: Array, source: Index, target: Index) -> Array:
    """The potentials x (P, T) when one unit goes from ``source`` to ``target`` (P,).

    ``conductance`` (T, T) holds c_ij off its diagonal, ``covariance`` (T, T) belongs to any ground. Raises ``FitError``
    when rounding has eaten the flow: variances too many decades apart.
    """
    x = covariance[source] - covariance[target]
    row = np.arange(len(x))
    lost = x * conductance.sum(axis=1) - x @ conductance
    lost[row, source] -= 1.0
    lost[row, target] += 1.0
    if not np.all(np.abs(lost) <= MOST_LOST):
        raise FitError(
            "the variances differ by more than numbers can hold",
            found=f"a flow of evidence of which {np.abs(lost).max():.2g} gets lost in rounding",
            repair="look for a standard error in the wrong unit, or leave the extreme study out",
        )
    return np.asarray(x)


def edge_flows(conductance: Array, covariance: Array, source: Index, target: Index) -> Array:
    """The flow (P, T, T) from i to j, 0 or more, when one unit goes from ``source`` to ``target`` (P,).

    Arguments and errors as in :func:`potentials`.
    """
    x = potentials(conductance, covariance, source, target)
    flow = conductance * (x[:, :, None] - x[:, None, :])
    flow[flow < NO_FLOW] = 0.0
    return np.asarray(flow)


def edge_shares(conductance: Array, covariance: Array, source: Any, target: Any, method: str = "randomwalk") -> Array:
    """Shares (..., T, T) of the edges i to j in the estimates of ``source`` versus ``target`` (...); they sum to 1.

    ``method`` is one of ``METHODS``.
    """
    a, b = np.broadcast_arrays(np.asarray(source, dtype=np.intp), np.asarray(target, dtype=np.intp))
    i, j = a.ravel(), b.ravel()
    flow = edge_flows(conductance, covariance, i, j)
    if method != "hat":
        flow = _walk(flow, i, j) if method == "randomwalk" else _shortest_paths(flow, i, j)
    shares = flow / flow.sum(axis=(1, 2), keepdims=True)
    return np.asarray(shares.reshape(*a.shape, *conductance.shape))


def comparisons(arms: ArmArrays) -> tuple[Index, Index]:
    """The pairs of treatments, first < second (E,), that trials compare."""
    n = arms.n_treatments
    first, second = np.divmod(np.unique(arms.treatment[arms.pair_i] * n + arms.treatment[arms.pair_j]), n)
    return first, second


def comparison_shares(arms: ArmArrays, solution: Solution, source: Index, target: Index, method: str) -> Array:
    """Shares (P, E) of the ``comparisons`` in the estimates of ``source`` versus ``target`` (P,); they sum to 1."""
    i, j = comparisons(arms)
    return np.concatenate([s[:, i, j] + s[:, j, i] for s in _in_groups(arms, solution, source, target, method)])


def study_shares(arms: ArmArrays, solution: Solution, source: Index, target: Index, method: str) -> Array:
    """Shares (P, K) of the studies in the estimates of ``source`` versus ``target`` (P,); they sum to 1."""
    a, b = arms.treatment[arms.pair_i], arms.treatment[arms.pair_j]
    within = solution.conductance / edge_conductance(arms, solution)[a, b]
    groups = []
    for shares in _in_groups(arms, solution, source, target, method):
        part = (shares[:, a, b] + shares[:, b, a]) * within
        cell = arms.study[arms.pair_i] + arms.n_studies * np.arange(len(shares))[:, None]
        total = np.bincount(cell.ravel(), part.ravel(), len(shares) * arms.n_studies)
        groups.append(total.reshape(len(shares), arms.n_studies))
    return np.concatenate(groups).astype(float)


def _in_groups(arms: ArmArrays, solution: Solution, source: Index, target: Index, method: str) -> Iterator[Array]:
    conductance = edge_conductance(arms, solution)
    size = max(1, GROUP // arms.n_treatments**2)
    for begin in range(0, len(source), size):
        some = slice(begin, begin + size)
        yield edge_shares(conductance, solution.covariance, source[some], target[some], method)


def _walk(flow: Array, source: Index, target: Index) -> Array:
    """Shares (P, T, T) by random walk, up to rounding of their sum."""
    pairs, n = len(flow), flow.shape[1]
    row, out = np.arange(pairs), flow.sum(axis=2, keepdims=True)
    step = np.divide(flow, out, out=np.zeros_like(flow), where=out > 0)
    # arrive[:, :, k]: where the walker is after k steps; remain[:, k]: that it reaches the target in k more
    arrive, remain = np.zeros((pairs, n, n)), np.zeros((pairs, n, n))
    arrive[row, source, 0], remain[row, 0, target] = 1.0, 1.0
    for k in range(1, n):  # potentials fall along a path, so that none has more than n - 1 edges
        arrive[:, :, k] = (arrive[:, None, :, k - 1] @ step)[:, 0]
        remain[:, k] = (step @ remain[:, k - 1, :, None])[:, :, 0]
        if not arrive[:, :, k].any():
            break
    before = np.arange(n)
    per_edge = 1 / (before[:, None] + before[None, :] + 1.0)
    return np.asarray(step * (arrive @ per_edge @ remain))


def _shortest_paths(flow: Array, source: Index, target: Index) -> Array:
    """Shares (P, T, T) by shortest paths, up to rounding of their sum.

    Each round takes, for each pair, the shortest paths left, mixed by the probability of the walk, until one of their
    edges is used up; so there are at most as many rounds as edges.
    """
    i, j = np.nonzero(np.triu((flow + flow.transpose(0, 2, 1)).any(axis=0)))
    forward = flow[:, i, j] > 0
    tail, head = np.where(forward, i, j), np.where(forward, j, i)
    row = np.arange(len(flow))[:, None]
    left = flow[row, tail, head]
    shares = np.zeros_like(left)
    active = np.arange(len(flow))
    while len(active):
        ends = source[active], target[active]
        mixture, length = _mixture(left[active], tail[active], head[active], *ends, flow.shape[1])
        found = length > 0
        active, mixture, length = active[found], mixture[found], length[found]
        own = left[active]
        ratio = np.divide(own, mixture, out=np.full_like(own, np.inf), where=mixture > 0)
        amount = ratio.min(axis=1, initial=np.inf)[:, None]
        taken = amount * mixture
        left[active] = np.where((own - taken < NO_FLOW) | (ratio <= amount), 0.0, own - taken)
        shares[active] += taken / length[:, None]
    edges = np.zeros_like(flow)
    edges[row, tail, head] = shares
    return edges


def _mixture(left: Array, tail: Index, head: Index, source: Index, target: Index, n: int) -> tuple[Array, Index]:
    """The shortest paths in the flows ``left`` (P, E) from ``tail`` to ``head``, mixed to one unit, and their lengths.

    The lengths (P,) count edges, 0 where no path is left; ``n`` counts the treatments.
    """
    pairs = len(left)
    row = n * np.arange(pairs)
    tail, head, source, target = tail + row[:, None], head + row[:, None], source + row, target + row
    out = _summed(tail, left, n * pairs)[tail]
    step = np.divide(left, out, out=np.zeros_like(left), where=out > 0)
    # arrive[k]: where the walker is after k steps; remain[k]: that it reaches the target in k more
    arrive: list[Array] = [np.zeros(n * pairs)]
    remain: list[Array] = [np.zeros(n * pairs)]
    arrive[0][source], remain[0][target] = 1.0, 1.0
    length = np.zeros(pairs, dtype=np.intp)
    for k in range(1, n):
        arrive.append(_summed(head, step * arrive[-1][tail], n * pairs))
        remain.append(_summed(tail, step * remain[-1][head], n * pairs))
        length[(length == 0) & (arrive[k][target] > 0)] = k
        if length.all() or not arrive[k].any():
            break
    through = np.zeros_like(left)
    for m in np.unique(length[length > 0]).tolist():
        own = length == m
        for k in range(m):
            through[own] += arrive[k][tail[own]] * remain[m - 1 - k][head[own]]
    mixture = step * through
    # the walk also takes longer paths: what leaves the source along the shortest becomes one unit
    unit = np.where(tail == source[:, None], mixture, 0.0).sum(axis=1, keepdims=True)
    return np.divide(mixture, unit, out=np.zeros_like(mixture), where=unit > 0), length


def _summed(node: Index, values: Array, n: int) -> Array:
    """The sums (n,) of ``values`` at each ``node``."""
    return np.bincount(node.ravel(), values.ravel(), n).astype(float)
