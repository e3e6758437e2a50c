r"""Which designs disagree with the rest, and which of them drive it: designs detached one by one.

First stage: each design d gives its own estimate theta_d with information L_d (a Laplacian of its treatments). Second
stage: the network fits all theta_d. With B_d'B_d = L_d and z_d = B_d theta_d, stacked to B and z (N,), where N is the
number of independent contrasts of the designs, the residual is r = M z with M = I - B (B'B)^- B', and

    Q between designs = |r|^2 = sum of Q_d,  Q_d = |r_d|^2.

Detaching design e gives it effects of its own. The residuals of the others become r - M_.e (M_ee)^- r_e, and the heat
of row d, column e is what Q_d loses by it (for d = e all of Q_d). Since B_d is free up to a rotation and only squared
lengths of blocks are used, nothing depends on which contrasts stand for a trial of several arms.

Source: Krahn, Binder and König 2013, BMC Med Res Methodol 13:35, with one row a design where they have one a contrast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.designs import Design
from topline.synthesis.arrays.laplacian import Array, Index, factor, inverse, laplacian, solve


@dataclass(frozen=True)
class SecondStage:
    """The network's fit to the estimates of its designs, at one tau2.

    ``starts`` (D + 1,) are the limits of the designs' blocks in ``residual`` (N,) and ``maker`` (N, N), which is M.
    ``information`` holds L_d (m_d, m_d), ``grounded`` (T, T) the covariance of the effects, whose first row and column
    are 0. ``q`` (D,) is Q_d, ``df`` that of their sum. ``loss`` (D,) is how many degrees detaching a design costs: 0
    for one that no other can contradict.
    """

    starts: Index
    residual: Array
    maker: Array
    information: tuple[Array, ...]
    grounded: Array
    q: Array
    df: int
    loss: Index


@dataclass(frozen=True)
class Detached:
    """What detaching each design does.

    ``heat`` (D, D): what row d's Q loses when column e is detached; it may be negative. ``q`` (D,) is Q between
    designs after detaching e, on ``df`` (D,) degrees.
    """

    heat: Array
    q: Array
    df: Index


def second_stage(parts: Sequence[Design], n_treatments: int, tau2: float) -> SecondStage:
    """Fit the network to the estimates of its designs. Raises ``FitError`` when the network is not connected."""
    starts = np.concatenate([[0], np.cumsum([part.n_contrasts for part in parts])]).astype(np.intp)
    b, z, information = np.zeros((starts[-1], n_treatments)), np.zeros(starts[-1]), []
    for k, part in enumerate(parts):
        solution = solve(part.arms, tau2, covariance=False)
        information.append(laplacian(part.arms, solution.conductance))
        # the information on the contrasts against the first treatment; the rest of L_d follows, since its rows sum to 0
        root = factor(information[-1][1:, 1:]).T
        b[starts[k] : starts[k + 1], part.treatments[1:]] = root
        b[starts[k] : starts[k + 1], part.treatments[0]] = -root.sum(axis=1)
        z[starts[k] : starts[k + 1]] = root @ solution.effects[1:]
    free = b[:, 1:]
    covariance = inverse(factor(free.T @ free))
    residual = z - free @ (covariance @ (free.T @ z))
    grounded = np.zeros((n_treatments, n_treatments))
    grounded[1:, 1:] = covariance
    loss = _degrees_lost(parts, n_treatments)
    q = np.where(loss > 0, np.add.reduceat(residual**2, starts[:-1]), 0.0)
    return SecondStage(
        starts=starts,
        residual=residual,
        maker=np.eye(len(z)) - free @ covariance @ free.T,
        information=tuple(information),
        grounded=grounded,
        q=q,
        df=int(starts[-1]) - (n_treatments - 1),
        loss=loss,
    )


def _degrees_lost(parts: Sequence[Design], n_treatments: int) -> Index:
    """For each design (D,), its contrasts less the pieces into which the network falls without it.

    Counted on the graph, since the rank of a matrix is at the mercy of very unequal weights.
    """
    sets = [part.treatments.tolist() for part in parts]
    return np.array(
        [len(own) - _pieces([s for j, s in enumerate(sets) if j != k], n_treatments) for k, own in enumerate(sets)],
        dtype=np.intp,
    )


def _pieces(sets: Sequence[Sequence[int]], n: int) -> int:
    """Into how many pieces the sets join the numbers below ``n``."""
    parent = list(range(n))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    pieces = n
    for members in sets:
        first = root(members[0])
        for other in members[1:]:
            joined = root(other)
            if joined != first:
                parent[joined] = first
                pieces -= 1
    return pieces


def detach(stage: SecondStage) -> Detached:
    """Detach each design in turn."""
    size = len(stage.q)
    heat, q = np.zeros((size, size)), np.full(size, stage.q.sum())
    for e in np.flatnonzero(stage.loss).tolist():
        block = slice(stage.starts[e], stage.starts[e + 1])
        values, vectors = np.linalg.eigh(stage.maker[block, block])
        # M_ee has as many eigenvalues above 0 as the design has degrees to lose
        kept, v = values[-stage.loss[e] :], vectors[:, -stage.loss[e] :]
        left = stage.residual - stage.maker[:, block] @ (v @ ((v.T @ stage.residual[block]) / kept))
        left[block] = 0.0
        after = np.where(stage.loss > 0, np.add.reduceat(left**2, stage.starts[:-1]), 0.0)
        heat[:, e] = stage.q - after
        q[e] = after.sum()
    df = stage.df - stage.loss
    return Detached(heat=heat, q=np.where(df > 0, q, 0.0), df=df)


def hat(parts: Sequence[Design], stage: SecondStage) -> Array:
    """The weight (D, D) of the estimate of the column's design in the network's estimates for the row's treatments.

    Between two designs of two arms it is the absolute entry of the hat matrix. A design of several arms has a weight on
    each arm, which sum to 0: the weight that flows through it is half the sum of their sizes. A row of several
    treatments is the mean over its pairs.
    """
    first, second, row = [], [], []
    for k, part in enumerate(parts):
        i, j = np.triu_indices(len(part.treatments), 1)
        first.append(part.treatments[i])
        second.append(part.treatments[j])
        row.append(np.full(len(i), k))
    a, b, rows = np.concatenate(first), np.concatenate(second), np.concatenate(row)
    contrasts = stage.grounded[:, a] - stage.grounded[:, b]
    pairs = np.bincount(rows)
    columns = [
        np.bincount(rows, 0.5 * np.abs(information @ contrasts[part.treatments]).sum(axis=0)) / pairs
        for part, information in zip(parts, stage.information, strict=True)
    ]
    return np.stack(columns, axis=1)
