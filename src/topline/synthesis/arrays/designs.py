"""The designs of a network, each fitted on its own: heterogeneity without inconsistency.

A design is the set of treatments of a trial. With free effects in every design, the full design-by-treatment
interaction model, nothing but disagreement between trials of one design is left: its tau2 is that within designs. A
design with one trial fits perfectly; it says nothing about tau2 by moments or restricted likelihood.

Source: Higgins et al. 2012, Res Synth Methods 3:98. Symbols as in :mod:`topline.synthesis.arrays.laplacian`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topline.synthesis.arrays.heterogeneity import by_moments, maximise, one_by_one
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, arm_arrays, solve, trace_p, trace_r


@dataclass(frozen=True)
class Design:
    """Trials of the same treatments (m,), which rise; ``arms`` counts a treatment by its place among them."""

    treatments: Index
    arms: ArmArrays

    @property
    def n_studies(self) -> int:
        """How many trials."""
        return self.arms.n_studies

    @property
    def df(self) -> int:
        """Degrees of freedom within the design: (trials - 1) (treatments - 1)."""
        return self.arms.degrees

    @property
    def n_contrasts(self) -> int:
        """Its independent contrasts: treatments - 1."""
        return len(self.treatments) - 1


@dataclass(frozen=True)
class WithinFit:
    """Every design on its own, at one tau2; ``q`` (D,) is that of each, the rest are sums over them.

    ``square`` is |P y|^2; ``deviance`` and ``restricted_deviance`` are -2 log (restricted) likelihood.
    """

    q: Array
    square: float
    trace: float
    trace_r: float
    deviance: float
    restricted_deviance: float


def designs(arms: ArmArrays) -> tuple[Design, ...]:
    """The designs of a network, those of few treatments first, then in the order of their treatments."""
    begins: dict[tuple[int, ...], list[int]] = {}
    starts = np.searchsorted(arms.study, np.arange(arms.n_studies))
    for begin, end in zip(starts.tolist(), [*starts[1:].tolist(), len(arms.study)], strict=True):
        begins.setdefault(tuple(arms.treatment[begin:end].tolist()), []).append(begin)
    return tuple(_design(arms, treatments, begins[treatments]) for treatments in sorted(begins, key=_size_then_order))


def _size_then_order(treatments: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return len(treatments), treatments


def _design(arms: ArmArrays, treatments: tuple[int, ...], begins: list[int]) -> Design:
    size = len(treatments)
    rows = (np.array(begins)[:, None] + np.arange(size)).ravel()
    local = np.tile(np.arange(size), len(begins))
    return Design(np.array(treatments), arm_arrays(arms.study[rows], local, arms.y[rows], arms.v[rows], size))


def fit_within(parts: Sequence[Design], tau2: float) -> WithinFit:
    """Fit every design on its own at a given ``tau2`` >= 0."""
    solutions = [solve(part.arms, tau2) for part in parts]
    return WithinFit(
        q=np.array([s.q if part.df else 0.0 for part, s in zip(parts, solutions, strict=True)]),
        square=sum(float(s.residual @ s.residual) for s in solutions),
        trace=sum(trace_p(part.arms, s) for part, s in zip(parts, solutions, strict=True)),
        trace_r=sum(trace_r(s) for s in solutions),
        deviance=sum(s.deviance for s in solutions),
        restricted_deviance=sum(s.restricted_deviance for s in solutions),
    )


def tau2_within(parts: Sequence[Design], method: str) -> float | None:
    """tau2 within designs by ``dl``, ``reml`` or ``ml``; None where no design has two trials.

    Raises ``FitError`` when rounding has eaten tr(P), or when the search does not converge.
    """
    repeated = [part for part in parts if part.df]
    df = sum(part.df for part in repeated)
    if df == 0:
        return None
    if method == "dl":
        fit = fit_within(repeated, 0.0)
        return by_moments(float(fit.q.sum()), df, fit.trace, np.concatenate([part.arms.v for part in repeated]))
    restricted = method == "reml"
    # single trials do enter the plain likelihood: their free effects cost it degrees that it does not count
    counted = repeated if restricted else list(parts)

    def deviance(tau2: float) -> float:
        fit = fit_within(counted, tau2)
        return fit.restricted_deviance if restricted else fit.deviance

    def score(tau2: float) -> float:
        fit = fit_within(counted, tau2)
        return 0.5 * ((fit.trace if restricted else fit.trace_r) - fit.square)

    return maximise(one_by_one(deviance), score, np.concatenate([part.arms.v for part in counted]))
