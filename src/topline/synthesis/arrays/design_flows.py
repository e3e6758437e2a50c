r"""What each arm, study and design puts into each network estimate: the hat matrix in its three forms.

The estimate of s versus t is sum_a g_a y_a over the arms a, with g = R X L^-1 (e_s - e_t): g_a = w_a (x_a - mean of x
in the study, weighted by w), where x are the potentials of one unit of current from s to t. In each study the g add to
0. Their sums over the studies of a design, treatment by treatment, are the design's row of the hat matrix; half the sum
of their absolute values is the evidence that passes through the design. With two arms that is \|h\|; with more, what
flows in and out again is not counted twice.

Source: Krahn, Binder and König 2013, BMC Med Res Methodol 13:35 (the hat matrix by design); König, Krahn and Binder
2013, Stat Med 32:5414 (mean path length, minimal parallelism); Rücker 2012, Res Synth Methods 3:312 (by study and
comparison); Davies et al. 2022, Res Synth Methods 13:484 (by comparison). Symbols as in
:mod:`topline.synthesis.arrays.laplacian`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.flows import comparisons, edge_conductance, potentials
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution

# pairs are done in groups whose coefficients hold about this many numbers
GROUP = 500_000


@dataclass(frozen=True)
class Designs:
    """The sets of treatments that studies compare.

    ``of_study`` (K,) numbers them from 0; ``treatments`` holds each one's treatments, ascending, designs in the order
    of the number and then the indices of their treatments.
    """

    of_study: Index
    treatments: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class FlowMeasures:
    """How indirect an estimate is, and on how little it hangs: (P,) each.

    ``mean_path_length``: how many designs a unit of evidence passes on its way, in the mean; 1 is direct.
    ``minimal_parallelism``: 1 over the largest share of the evidence that passes through one design;
    ``minimal_parallelism_studies``: through one study.
    """

    mean_path_length: Array
    minimal_parallelism: Array
    minimal_parallelism_studies: Array


def designs(arms: ArmArrays) -> Designs:
    """The designs of the studies."""
    ends = np.searchsorted(arms.study, np.arange(1, arms.n_studies))
    own = [tuple(t.tolist()) for t in np.split(arms.treatment, ends)]
    found = sorted(set(own), key=lambda d: (len(d), d))
    number = {d: k for k, d in enumerate(found)}
    return Designs(np.array([number[d] for d in own], dtype=np.intp), tuple(found))


def arm_coefficients(arms: ArmArrays, solution: Solution, source: Index, target: Index) -> Array:
    """The coefficients g (P, A): the estimates of ``source`` versus ``target`` (P,) are g y."""
    x = potentials(edge_conductance(arms, solution), solution.covariance, source, target)[:, arms.treatment]
    starts = np.searchsorted(arms.study, np.arange(arms.n_studies))
    total = np.add.reduceat(solution.w, starts)
    mean = np.add.reduceat(solution.w * x, starts, axis=1) / total
    return np.asarray(solution.w * (x - mean[:, arms.study]))


def design_coefficients(arms: ArmArrays, found: Designs, g: Array) -> tuple[Array, Index, Index]:
    """The sums (P, C) of g (P, A) over the studies of a design, with the design and the treatment (C,) of each cell."""
    cell = found.of_study[arms.study] * arms.n_treatments + arms.treatment
    order = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[order], return_index=True)
    design, treatment = np.divmod(cells, arms.n_treatments)
    return np.add.reduceat(g[:, order], starts, axis=1), design, treatment


def flow_measures(arms: ArmArrays, solution: Solution, source: Index, target: Index) -> FlowMeasures:
    """The measures of the estimates of ``source`` versus ``target`` (P,)."""
    found = designs(arms)
    starts = np.searchsorted(arms.study, np.arange(arms.n_studies))
    groups = []
    size = max(1, GROUP // len(arms.y))
    for begin in range(0, len(source), size):
        some = slice(begin, begin + size)
        g = arm_coefficients(arms, solution, source[some], target[some])
        by_study = 0.5 * np.add.reduceat(np.abs(g), starts, axis=1)
        sums, design, _ = design_coefficients(arms, found, g)
        by_design = 0.5 * np.add.reduceat(
            np.abs(sums), np.searchsorted(design, np.arange(len(found.treatments))), axis=1
        )
        groups.append((by_design.sum(axis=1), 1 / by_design.max(axis=1), 1 / by_study.max(axis=1)))
    return FlowMeasures(*(np.concatenate(part) for part in zip(*groups, strict=True)))


def hat_by_comparison(arms: ArmArrays, solution: Solution, source: Index, target: Index) -> Array:
    """Davies' hat matrix (P, E): the coefficients of the ``comparisons``, first minus second.

    They apply to the means of a comparison's trials, weighted by conductance.
    """
    conductance = edge_conductance(arms, solution)
    x = potentials(conductance, solution.covariance, source, target)
    i, j = comparisons(arms)
    return np.asarray(conductance[i, j] * (x[:, i] - x[:, j]))


def hat_by_study(arms: ArmArrays, solution: Solution, source: Index, target: Index) -> Array:
    """Rücker's hat matrix (P, B): the coefficients of the pairs of arms of each study, first minus second."""
    x = potentials(edge_conductance(arms, solution), solution.covariance, source, target)
    i, j = arms.treatment[arms.pair_i], arms.treatment[arms.pair_j]
    return np.asarray(solution.conductance * (x[:, i] - x[:, j]))
