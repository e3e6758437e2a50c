"""The shape of a network of trials: which treatments are compared, how often, and along how many ways.

The graph of comparisons has the treatments as nodes and an edge for each two that a trial compares.

Diversity is the probability of interspecific encounter, PIE = sum_i (n_i/N) (N - n_i)/(N - 1): that two arms drawn from
all N arms have different treatments, n_i arms having treatment i (Hurlbert 1971, Ecology 52:577). Co-occurrence is the
C-score, the mean over pairs of treatments of (n_i - s_ij)(n_j - s_ij), s_ij trials comparing the two; it is large where
treatments avoid each other (Stone and Roberts 1990, Oecologia 85:74). Both for networks of treatments: Salanti,
Kavvoura and Ioannidis 2008, Ann Intern Med 148:544. Loops: the cyclomatic number E - T + 1 of the graph. The degrees of
freedom of inconsistency between designs, sum over designs of (treatments - 1), less (T - 1), are those of Higgins et
al. 2012, Res Synth Methods 3:98.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.arrays.design_flows import designs
from topline.synthesis.arrays.flows import comparisons
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index
from topline.synthesis.arrays.side import count_direct, on_closed_loop


@dataclass(frozen=True)
class Geometry:
    """The shape of a connected network of T treatments.

    ``first``, ``second`` (E,) are the comparisons and ``n_direct`` (E,) their trials; ``on_loop`` (E,) whether they lie
    on a loop that different trials close. ``distance`` (T, T) counts the comparisons on the shortest way. ``studies``
    (T,) counts the trials of each treatment, ``degree`` (T,) the treatments it is compared with; ``articulation`` (T,)
    whether the rest falls apart without it.
    """

    first: Index
    second: Index
    n_direct: Index
    on_loop: NDArray[np.bool_]
    distance: Array
    studies: Index
    degree: Index
    articulation: NDArray[np.bool_]
    n_multi_arm: int
    n_designs: int
    loops: int
    df_between: int
    pie: float
    c_score: float


def geometry(arms: ArmArrays) -> Geometry:
    """The shape of the network of ``arms``, which is connected."""
    n = arms.n_treatments
    counts = count_direct(arms)
    edges = counts > 0
    first, second = comparisons(arms)
    found = designs(arms)
    studies = np.bincount(arms.treatment, minlength=n)
    return Geometry(
        first=first,
        second=second,
        n_direct=counts[first, second],
        on_loop=on_closed_loop(arms, first, second),
        distance=distances(edges),
        studies=studies,
        degree=edges.sum(axis=1),
        articulation=np.array([_falls_apart(np.delete(np.delete(edges, k, 0), k, 1)) for k in range(n)], dtype=bool),
        n_multi_arm=int((np.bincount(arms.study) > 2).sum()),
        n_designs=len(found.treatments),
        loops=len(first) - (n - 1),
        df_between=sum(len(d) - 1 for d in found.treatments) - (n - 1),
        pie=interspecific_encounter(studies),
        c_score=c_score(studies, counts),
    )


def distances(edges: NDArray[np.bool_]) -> Array:
    """How many edges (T, T) the shortest way between each two nodes has, given which are joined; inf without a way."""
    n = len(edges)
    distance = np.where(np.eye(n, dtype=bool), 0.0, np.inf)
    reached = np.eye(n)
    for k in range(1, n):
        reached = (reached @ (edges + np.eye(n)) > 0).astype(float)
        new = (reached > 0) & np.isinf(distance)
        if not new.any():
            break
        distance[new] = k
    return distance


def interspecific_encounter(counts: Index) -> float:
    """PIE of ``counts`` (T,): the probability that two arms drawn without replacement have different treatments."""
    total = int(counts.sum())
    return float((counts * (total - counts)).sum() / (total * (total - 1)))


def c_score(studies: Index, together: Index) -> float:
    """Stone and Roberts' C-score, from the trials with each treatment (T,) and with each two (T, T)."""
    i, j = np.triu_indices(len(studies), 1)
    return float(((studies[i] - together[i, j]) * (studies[j] - together[i, j])).mean())


def _falls_apart(edges: NDArray[np.bool_]) -> bool:
    return bool(np.isinf(distances(edges)).any())
