r"""Every leave-one-study-out fit of a network, tau2 estimated anew each time.

Downdates (:mod:`topline.synthesis.arrays.downdate`) give every study's likelihood and its derivative at one tau2 for
the price of one fit. So all studies share the values of tau2: first a coarse grid that brackets each maximum, as the
full fit does; then Chebyshev nodes (:mod:`topline.synthesis.arrays.chebyshev`) inside each bracket, where the root of
each score is found; then nodes around the roots, from which each study's effects and variances are read at its own
tau2. The moment estimator needs only tau2 = 0.

A study whose removal splits the network is fitted anew, on what stays joined to the ground, unless what it takes away
are treatments of its own. One that holds S near 0 (nearly the only link) is fitted anew too, since rounding errors
would grow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.errors import ArgumentError
from topline.synthesis.arrays.chebyshev import crossings, nodes_between, runs
from topline.synthesis.arrays.downdate import Cohort, cohorts, effects_without, without
from topline.synthesis.arrays.heterogeneity import tau2_likelihood, tau2_moments
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, arm_arrays, solve
from topline.synthesis.arrays.side import blocks

METHODS = ("common", "dl", "reml", "ml")
# below this eigenvalue of S (1 minus a leverage) a study is fitted anew: a downdate would lose more than nine digits
SMALLEST = 1e-7
# the widest set of tau2, in the logarithm of tau2 + 2 min(v), that shares nodes: about a factor of 3
WIDTH = 1.2


@dataclass(frozen=True)
class LeftOut:
    """The fit without each of K studies. NaN is what can't be estimated.

    ``tau2`` (K,); ``q`` (K,) is Cochran's, at tau2 = 0, on ``degrees`` (K,), and ``q_model`` (K,) the same at ``tau2``.
    ``effects`` and ``se`` (K, T) are relative to the ground. ``leverage`` (K,) is the study's in the full fit: they sum
    to T - 1. ``distance`` (K,) is the chi-squared distance between the study and what the others say of it, at their
    tau2, on ``rank`` (K,) degrees.
    """

    tau2: Array
    q: Array
    q_model: Array
    degrees: Index
    effects: Array
    se: Array
    leverage: Array
    distance: Array
    rank: Index


@dataclass(frozen=True)
class _Roles:
    """What becomes of the network without each study (K,): ``smooth`` ones are downdated, ``split`` ones fitted anew;
    without the rest nothing is joined to the ground. ``leaves`` (A,) marks treatments that one study alone has.
    """

    smooth: NDArray[np.bool_]
    split: NDArray[np.bool_]
    leaves: NDArray[np.bool_]


def leave_out(arms: ArmArrays, method: str, tau2: float, ground: int = 0) -> LeftOut:
    """Fit without each study; ``method`` is ``common`` (tau2 = 0), ``dl``, ``reml`` or ``ml``.

    ``tau2`` is the full fit's, at which the leverage is taken. The network is connected. Raises ``FitError`` as the
    estimators do.
    """
    if method not in METHODS:
        raise ArgumentError(f"unknown method {method!r}", expected=", ".join(METHODS))
    k, sizes = arms.n_studies, np.bincount(arms.study)
    roles = _roles(arms, ground)
    studies = np.flatnonzero(roles.smooth)
    groups = cohorts(arms, studies, roles.leaves)
    lost = np.bincount(arms.study, roles.leaves).astype(np.intp)
    degrees = arms.degrees - (sizes - 1) + lost
    out = LeftOut(
        tau2=np.full(k, np.nan),
        q=np.full(k, np.nan),
        q_model=np.full(k, np.nan),
        degrees=np.where(roles.smooth, degrees, 0).astype(np.intp),
        effects=np.full((k, arms.n_treatments), np.nan),
        se=np.full((k, arms.n_treatments), np.nan),
        leverage=leverage(arms, tau2, ground),
        distance=np.full(k, np.nan),
        rank=np.where(roles.smooth, sizes - 1 - lost, 0).astype(np.intp),
    )
    anew = list(np.flatnonzero(roles.split))
    if len(studies):
        found, bad = _tau2(arms, method, ground, groups, degrees, out.q)
        out.tau2[studies] = found[studies]
        _fill_effects(arms, ground, groups, out)
        for row in np.flatnonzero(roles.leaves):
            out.effects[arms.study[row], arms.treatment[row]] = np.nan
            out.se[arms.study[row], arms.treatment[row]] = np.nan
        anew += bad.tolist()
    for study in anew:
        _fit_anew(arms, method, ground, int(study), out)
    if method != "common":
        out.tau2[out.degrees < 1] = np.nan
    return out


def _roles(arms: ArmArrays, ground: int) -> _Roles:
    """From the blocks of the graph of studies and treatments: a study holds together as many parts as it has blocks."""
    leaves = np.bincount(arms.treatment, minlength=arms.n_treatments)[arms.treatment] == 1
    block = blocks(
        arms.n_treatments + arms.n_studies, arms.treatment.tolist(), (arms.study + arms.n_treatments).tolist()
    )
    pairs = np.unique(np.stack([arms.study, block]), axis=1)
    parts = np.bincount(pairs[0], minlength=arms.n_studies) - np.bincount(arms.study, leaves, arms.n_studies)
    grounded = np.ones(arms.n_studies, dtype=bool)
    grounded[arms.study[leaves & (arms.treatment == ground)]] = False
    return _Roles(smooth=grounded & (parts == 1), split=grounded & (parts > 1), leaves=leaves)


def leverage(arms: ArmArrays, tau2: float, ground: int) -> Array:
    """The trace of each study's part of the hat matrix (K,): its conductances times the variances of its contrasts."""
    solution = solve(arms, tau2, ground=ground)
    a, b, g = arms.treatment[arms.pair_i], arms.treatment[arms.pair_j], solution.covariance
    part = solution.conductance * (g[a, a] + g[b, b] - 2 * g[a, b])
    return np.bincount(arms.study[arms.pair_i], part, arms.n_studies).astype(float)


def _tau2(
    arms: ArmArrays, method: str, ground: int, groups: list[Cohort], degrees: Index, q: Array
) -> tuple[Array, Index]:
    """tau2 (K,) without each study of the ``groups``, and the studies whose downdate is too near singular.

    Fills ``q`` (K,) on the way.
    """
    order = np.concatenate([group.study for group in groups])
    at_zero = without(arms, solve(arms, 0.0, ground=ground), groups)
    q[order] = at_zero.q
    bad = at_zero.least < SMALLEST
    found = np.zeros(len(order))
    random = degrees[order] > 0
    if method == "dl":
        bad |= random & ~(at_zero.trace > 0)
        safe = np.where(at_zero.trace > 0, at_zero.trace, 1.0)
        found = np.where(random, np.maximum(0.0, (at_zero.q - degrees[order]) / (0.5 * safe)), 0.0)
    elif method in ("reml", "ml") and random.any():
        restricted = method == "reml"
        grid, best = _scan(arms, ground, groups, restricted, random)
        rising = at_zero.restricted_score if restricted else at_zero.score
        open_ = random & ~bad & ~((best <= 1) & (rising >= 0))
        for place in np.unique(best[open_]):
            own = open_ & (best == place)
            found[own] = _roots(arms, ground, groups, restricted, own, grid[max(place - 1, 0)], grid[place + 1])
    result = np.zeros(arms.n_studies)
    result[order] = found
    return result, order[bad]


def _scan(
    arms: ArmArrays, ground: int, groups: list[Cohort], restricted: bool, random: NDArray[np.bool_]
) -> tuple[list[float], Index]:
    """A grid of tau2 on which the deviance of every ``random`` study rises in the end, and the best place of each."""
    least, most = 0.02 * float(arms.v.min()), 20 * float(arms.v.max())
    grid = [0.0, *np.geomspace(least, most, 1 + int(np.ceil(2 * np.log10(most / least)))).tolist()]

    def deviance(tau2: float) -> Array:
        found = without(arms, solve(arms, tau2, ground=ground), groups)
        return found.restricted_deviance if restricted else found.deviance

    values = [deviance(x) for x in grid]
    while (values[-1] <= np.min(values[:-1], axis=0))[random].any():
        grid.append(grid[-1] * 10)
        values.append(deviance(grid[-1]))
    return grid, np.minimum(np.argmin(values, axis=0), len(grid) - 2).astype(np.intp)


def _roots(
    arms: ArmArrays,
    ground: int,
    groups: list[Cohort],
    restricted: bool,
    own: NDArray[np.bool_],
    lower: float,
    upper: float,
) -> Array:
    """Where the scores of the ``own`` studies cross 0 between ``lower`` and ``upper``.

    Times (tau2 + scale)^2, the score is close to a straight line.
    """
    nodes = nodes_between(lower, upper, 2 * float(arms.v.min()))
    scale = 2 * float(np.exp(np.log(arms.v).mean()))
    values = []
    for tau2 in nodes.tau2.tolist():
        found = without(arms, solve(arms, tau2, ground=ground), groups)
        score = found.restricted_score if restricted else found.score
        values.append(score[own] * (tau2 + scale) ** 2)
    return crossings(nodes, np.stack(values), lower, upper)


def _fill_effects(arms: ArmArrays, ground: int, groups: list[Cohort], out: LeftOut) -> None:
    """Effects, standard errors and distances at each study's own tau2."""
    shift = 2 * float(arms.v.min())
    studies = np.concatenate([group.study for group in groups])
    tau2 = np.nan_to_num(out.tau2[studies])
    for values in (out.effects, out.se, out.distance, out.q_model):
        values[studies] = 0.0
    for run in runs(np.log(tau2 + shift), WIDTH):
        own = tau2[run]
        nodes = nodes_between(float(own.min()), float(own.max()), shift) if own.max() > own.min() else None
        points = nodes.tau2.tolist() if nodes else [float(own[0])]
        share = np.zeros((arms.n_studies, len(points)))
        share[studies[run]] = nodes.coefficients(nodes.place(own)) if nodes else 1.0
        chosen = np.zeros(arms.n_studies, dtype=bool)
        chosen[studies[run]] = True
        parts = [
            Cohort(g.study[chosen[g.study]], g.rows[chosen[g.study]], g.leaves[chosen[g.study]])
            for g in groups
            if chosen[g.study].any()
        ]
        for k, point in enumerate(points):
            solution = solve(arms, point, ground=ground)
            for part in parts:
                effects, variances, distance = effects_without(arms, solution, part)
                weight = share[part.study, k]
                out.effects[part.study] += weight[:, None] * effects
                out.se[part.study] += weight[:, None] * variances
                out.distance[part.study] += weight * distance
                out.q_model[part.study] += weight * (solution.q - distance)
    out.se[studies] = np.sqrt(np.maximum(out.se[studies], 0.0))
    out.distance[out.rank == 0] = np.nan


def _fit_anew(arms: ArmArrays, method: str, ground: int, study: int, out: LeftOut) -> None:
    """The fit without ``study`` to what stays joined to the ground, into ``out``."""
    rest, kept = without_study(arms, study, ground)
    new_ground = int(np.flatnonzero(kept == ground)[0])
    tau2 = 0.0
    if method == "dl":
        tau2 = tau2_moments(rest)
    elif method != "common":
        tau2 = tau2_likelihood(rest, restricted=method == "reml")
    solution = solve(rest, tau2, ground=new_ground)
    out.effects[study], out.se[study] = np.nan, np.nan
    out.effects[study, kept] = solution.effects
    out.se[study, kept] = np.sqrt(np.diag(solution.covariance))
    out.tau2[study], out.degrees[study] = tau2, rest.degrees
    out.q_model[study], out.q[study] = solution.q, solve(rest, 0.0, covariance=False).q
    out.distance[study], out.rank[study] = np.nan, 0


def without_study(arms: ArmArrays, study: int, ground: int) -> tuple[ArmArrays, Index]:
    """The arms that stay joined to the ground without ``study``, and their treatments (t,) in the full numbering."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = arms.n_treatments + arms.n_studies
    other = arms.study != study
    ends = arms.treatment[other], arms.study[other] + arms.n_treatments
    _, label = connected_components(coo_array((np.ones(other.sum()), ends), shape=(n, n)), directed=False)
    stays = other & (label[arms.treatment] == label[ground])
    kept, new = np.unique(arms.treatment[stays], return_inverse=True)
    return arm_arrays(arms.study[stays], new, arms.y[stays], arms.v[stays], len(kept)), kept
