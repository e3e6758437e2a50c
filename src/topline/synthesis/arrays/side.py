"""Direct against indirect evidence by back-calculation ("separating indirect from direct evidence", SIDE).

The direct estimate of a pair pools the trials that compare it, each with variance v_i + v_j + tau2 of the full model.
The network estimate is the mean of direct and indirect weighted by precision, so that the indirect one follows.

A pair is split only inside a loop that different trials close. A loop within the arms of one trial, or of one trial
and part of its arms, can't contradict itself: what looks indirect there is the same trial again. A loop counts when
at least one of its pairs has independent indirect evidence: without the trials that compare the two, others still join
them (van Valkenhoef et al. 2016, Res Synth Methods 7:80). Loops that share a pair belong together: the unit is the
biconnected component of the graph of comparisons.

Source: König, Krahn and Binder 2013, Stat Med 32:5414; the back-calculation as in Dias et al. 2010, Stat Med 29:932.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution

# from this share of direct evidence on there is only direct evidence, as in netmeta (tol.direct): what is left of it
# comes of trials of one design weighting their arms differently, or of rounding
ALL_DIRECT = 1 - 0.0005


@dataclass(frozen=True)
class SideSplit:
    """Pairs with direct evidence; ``first`` < ``second`` (k,), effects are first minus second.

    ``n_direct`` (k,) counts the trials. ``direct_proportion`` (k,) is the share of the direct estimate in the
    network's; where it is 1, the indirect values are NaN.
    """

    first: Index
    second: Index
    n_direct: Index
    direct: Array
    se_direct: Array
    indirect: Array
    se_indirect: Array
    direct_proportion: Array


def count_direct(arms: ArmArrays) -> Index:
    """How many trials compare each two treatments (T, T), symmetric."""
    n = arms.n_treatments
    flat = arms.treatment[arms.pair_i] * n + arms.treatment[arms.pair_j]
    upper = np.bincount(flat, minlength=n * n).reshape(n, n)
    return np.asarray(upper + upper.T, dtype=np.intp)


def split(arms: ArmArrays, solution: Solution) -> SideSplit:
    """Split every pair that has direct evidence, at the tau2 of ``solution``."""
    n, i, j = arms.n_treatments, arms.pair_i, arms.pair_j
    flat = arms.treatment[i] * n + arms.treatment[j]
    weight = 1 / (arms.v[i] + arms.v[j] + solution.tau2)
    total = np.bincount(flat, weight, n * n)
    pairs = np.flatnonzero(total)
    first, second = pairs // n, pairs % n
    direct = np.bincount(flat, weight * (arms.y[i] - arms.y[j]), n * n)[pairs] / total[pairs]
    variance = 1 / total[pairs]
    g = solution.covariance
    network = solution.effects[first] - solution.effects[second]
    network_variance = g[first, first] + g[second, second] - 2 * g[first, second]
    proportion = np.minimum(network_variance / variance, 1.0)
    splittable = on_closed_loop(arms, first, second) & (proportion < ALL_DIRECT)
    left = np.where(splittable, 1 - proportion, np.nan)
    return SideSplit(
        first=first,
        second=second,
        n_direct=np.bincount(flat, minlength=n * n)[pairs],
        direct=direct,
        se_direct=np.sqrt(variance),
        indirect=(network - proportion * direct) / left,
        se_indirect=np.sqrt(network_variance / left),
        direct_proportion=np.where(proportion < ALL_DIRECT, proportion, 1.0),
    )


def on_closed_loop(arms: ArmArrays, first: Index, second: Index) -> NDArray[np.bool_]:
    """For each pair (k,), whether it lies on a loop that different trials close."""
    block = blocks(arms.n_treatments, first.tolist(), second.tolist())
    closed = set(block[joined_otherwise(arms, first, second)].tolist())
    return np.array([b in closed for b in block.tolist()], dtype=bool)


def joined_otherwise(arms: ArmArrays, first: Index, second: Index) -> NDArray[np.bool_]:
    """For each pair (k,), whether the trials that do not compare the two directly still join them."""
    in_study: list[list[int]] = [[] for _ in range(arms.n_studies)]
    with_treatment: list[set[int]] = [set() for _ in range(arms.n_treatments)]
    for study, treatment in zip(arms.study.tolist(), arms.treatment.tolist(), strict=True):
        in_study[study].append(treatment)
        with_treatment[treatment].add(study)

    def reaches(start: int, end: int) -> bool:
        done = with_treatment[start] & with_treatment[end]
        seen, edge = {start}, [start]
        while edge:
            for study in with_treatment[edge.pop()] - done:
                done.add(study)
                found = [t for t in in_study[study] if t not in seen]
                if end in found:
                    return True
                seen.update(found)
                edge += found
        return False

    return np.array([reaches(i, j) for i, j in zip(first.tolist(), second.tolist(), strict=True)], dtype=bool)


def blocks(n_nodes: int, first: Sequence[int], second: Sequence[int]) -> Index:
    """The biconnected component of each edge (k,), numbered from 0 (Hopcroft and Tarjan 1973, CACM 16:372)."""
    neighbours: list[list[tuple[int, int]]] = [[] for _ in range(n_nodes)]
    for k, (i, j) in enumerate(zip(first, second, strict=True)):
        neighbours[i].append((j, k))
        neighbours[j].append((i, k))
    found = np.full(len(first), -1, dtype=np.intp)
    depth, low = [-1] * n_nodes, [0] * n_nodes
    edges: list[int] = []
    count = 0
    for root in range(n_nodes):
        if depth[root] >= 0:
            continue
        depth[root] = 0
        path = [(root, -1, iter(neighbours[root]))]
        while path:
            node, entered, ahead = path[-1]
            step = next(((t, k) for t, k in ahead if found[k] < 0 and k != entered), None)
            if step is None:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[node])
                    if low[node] >= depth[above]:
                        cut = edges.index(entered)
                        found[edges[cut:]] = count
                        del edges[cut:]
                        count += 1
                continue
            target, edge = step
            if depth[target] < 0:
                depth[target] = low[target] = depth[node] + 1
                edges.append(edge)
                path.append((target, edge, iter(neighbours[target])))
            elif depth[target] < depth[node]:
                edges.append(edge)
                low[node] = min(low[node], depth[target])
    return found
