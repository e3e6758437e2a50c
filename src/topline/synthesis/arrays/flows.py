"""How much each trial contributes to each estimate: evidence flow as a random walk.

An estimate of a versus b sends one unit of evidence from a to b along the edges, as current does in an electrical
network: f_ij = c_ij (x_i - x_j), with the potentials x from the covariance. A walker that leaves i along the outgoing
flows in proportion takes a path with the probability that the path's evidence has; each edge of a path of length m
gets 1/m of it. An edge's share is divided among its trials by their conductance, which is how the flow divides.

Source: Davies, Papakonstantinou, Nikolakopoulou, Rücker and Galla 2022, Res Synth Methods 13:484. There the shares
come from a list of all paths; here the walk's step counts give the same sum without listing them.
"""

from __future__ import annotations

import numpy as np

from topline.synthesis.arrays.laplacian import ArmArrays, Array, Solution, laplacian

# flows below this share of the unit flow are rounding between nodes of equal potential
NO_FLOW = 1e-12


def edge_shares(conductance: Array, covariance: Array, source: int, target: int) -> Array:
    """Shares (T, T) of the edges i to j in the estimate of ``source`` versus ``target``; they sum to 1.

    ``conductance`` (T, T) holds c_ij off its diagonal, ``covariance`` (T, T) belongs to any ground.
    """
    n = len(conductance)
    potential = covariance[:, source] - covariance[:, target]
    flow = conductance * (potential[:, None] - potential[None, :])
    flow[flow < NO_FLOW] = 0.0
    flow[target] = 0.0
    out = flow.sum(axis=1, keepdims=True)
    step = np.divide(flow, out, out=np.zeros_like(flow), where=out > 0)
    arrive, remain = np.zeros((n, n)), np.zeros((n, n))
    arrive[0, source], remain[0, target] = 1.0, 1.0
    for k in range(1, n):  # potentials fall along a path, so that none has more than n - 1 edges
        arrive[k] = arrive[k - 1] @ step
        remain[k] = step @ remain[k - 1]
    before = np.arange(n)
    per_edge = 1 / (before[:, None] + before[None, :] + 1.0)
    shares = step * (arrive.T @ per_edge @ remain)
    return np.asarray(shares / shares.sum())


def edge_conductance(arms: ArmArrays, solution: Solution) -> Array:
    """Conductance (T, T) of every edge, 0 on the diagonal."""
    matrix = -laplacian(arms, solution.conductance)
    np.fill_diagonal(matrix, 0.0)
    return np.asarray(matrix)


def study_shares(arms: ArmArrays, solution: Solution, conductance: Array, source: int, target: int) -> Array:
    """Shares (K,) of the studies in the estimate of ``source`` versus ``target``; they sum to 1."""
    shares = edge_shares(conductance, solution.covariance, source, target)
    a, b = arms.treatment[arms.pair_i], arms.treatment[arms.pair_j]
    part = (shares + shares.T)[a, b] * solution.conductance / conductance[a, b]
    return np.bincount(arms.study[arms.pair_i], part, arms.n_studies).astype(float)
