"""Threshold analysis: how far a study, or a comparison's direct evidence, must move to change the best treatment."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from topline.errors import ArgumentError
from topline.estimators import critical_value
from topline.exhibits import Figure, ThresholdRow, threshold_forest
from topline.exhibits.effects import MEASURES
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.side import split
from topline.synthesis.arrays.thresholds import Thresholds, arm_influence, pair_influence, thresholds
from topline.synthesis.choices import one_of
from topline.synthesis.engines import Estimate

CHOICES = ("study", "contrast")


class Threshold(msgspec.Struct, frozen=True):
    """How far one estimate can move before another treatment has the best estimate.

    ``estimate`` is ``treatment`` versus ``reference`` with the interval of the data alone; ``study`` is None for the
    direct evidence of all studies. Down to ``lower_threshold``, a move of ``move_down``, ``best`` stays best; there
    ``best_below`` takes over. The same upwards. None where no move in that direction changes the best. In a study of
    several arms one arm moves against all others: ``reference`` names these. ``within_interval`` says that a threshold
    lies within ``lower`` to ``upper``.
    """

    study: str | None
    treatment: str
    reference: str
    estimate: float
    se: float
    lower: float
    upper: float
    best: str
    move_down: float | None
    lower_threshold: float | None
    best_below: str | None
    move_up: float | None
    upper_threshold: float | None
    best_above: str | None
    within_interval: bool


def threshold_rows(estimate: Estimate, by: str) -> tuple[Threshold, ...]:
    """A row for each estimate, the smallest move to a threshold first; tau2 and the weights stay those of the fit.

    ``by="study"``: each study (each arm against the others where there are more than two). ``by="contrast"``: the
    direct evidence on each comparison. For the Bayesian engine, least squares at the posterior mean of tau2. Raises
    ``ArgumentError`` without ``better``, and for another word.
    """
    chosen = one_of("choice of what moves", by, CHOICES)
    if estimate.spec.better is None:
        raise ArgumentError(
            "a threshold analysis needs to know which direction is better",
            repair="fit with better='higher' or better='lower'",
        )
    rows = _by_study(estimate) if chosen == "study" else _by_contrast(estimate)

    def nearest(row: Threshold) -> float:
        return min(abs(move) for move in (row.move_down, row.move_up, math.inf) if move is not None)

    return tuple(sorted(rows, key=lambda row: (nearest(row), row.study or "", row.treatment, row.reference)))


def _sign(estimate: Estimate) -> int:
    return 1 if estimate.spec.better == "higher" else -1


def _by_study(estimate: Estimate) -> list[Threshold]:
    network, arms, solution = estimate.network, estimate.network.arrays, estimate.solution
    found = thresholds(solution.effects, arm_influence(arms, solution), _sign(estimate))
    ground = network.index(estimate.spec.reference)
    names = network.treatments
    rows = []
    for s, study in enumerate(network.studies):
        own = np.flatnonzero(arms.study == s)
        for k in own.tolist():
            others = own[own != k]
            if len(others) == 1 and (
                arms.treatment[k] == ground or (others[0] < k and arms.treatment[others[0]] != ground)
            ):
                continue  # the same contrast the other way round
            weight = 1 / arms.v[others]
            value = float(arms.y[k] - weight @ arms.y[others] / weight.sum())
            se = math.sqrt(float(arms.v[k] + 1 / weight.sum()))
            reference = ", ".join(names[t] for t in arms.treatment[others].tolist())
            rows.append(_row(estimate, found, k, study, names[int(arms.treatment[k])], reference, value, se, 1))
    return rows


def _by_contrast(estimate: Estimate) -> list[Threshold]:
    network, solution = estimate.network, estimate.solution
    parts = split(network.arrays, solution)
    influence = pair_influence(solution, parts.first, parts.second, parts.se_direct)
    found = thresholds(solution.effects, influence, _sign(estimate))
    ground, names = network.index(estimate.spec.reference), network.treatments
    rows = []
    for k, (a, b) in enumerate(zip(parts.first.tolist(), parts.second.tolist(), strict=True)):
        one, two, sign = (b, a, -1) if a == ground else (a, b, 1)
        value, se = sign * float(parts.direct[k]), float(parts.se_direct[k])
        rows.append(_row(estimate, found, k, None, names[one], names[two], value, se, sign))
    return rows


def _row(
    estimate: Estimate,
    found: Thresholds,
    k: int,
    study: str | None,
    treatment: str,
    reference: str,
    value: float,
    se: float,
    sign: int,
) -> Threshold:
    """Row ``k``; with ``sign`` -1 the estimate is stated the other way round, so that down is up."""
    names = estimate.network.treatments
    down, up = (_move(found.down, found.new_down, k, names), _move(found.up, found.new_up, k, names))
    if sign < 0:
        down, up = (None if up is None else (-up[0], up[1])), (None if down is None else (-down[0], down[1]))
    half = critical_value(estimate.spec.level) * se
    low, high = (None if move is None else value + move[0] for move in (down, up))
    inside = (low is not None and low >= value - half) or (high is not None and high <= value + half)
    return Threshold(
        study=study,
        treatment=treatment,
        reference=reference,
        estimate=value,
        se=se,
        lower=value - half,
        upper=value + half,
        best=names[found.best],
        move_down=None if down is None else down[0],
        lower_threshold=low,
        best_below=None if down is None else down[1],
        move_up=None if up is None else up[0],
        upper_threshold=high,
        best_above=None if up is None else up[1],
        within_interval=inside,
    )


def _move(moves: Array, new: object, k: int, names: tuple[str, ...]) -> tuple[float, str] | None:
    index = int(np.asarray(new)[k])
    return None if index < 0 else (float(moves[k]), names[index])


def threshold_figure(estimate: Estimate, by: str, most: int | None) -> Figure:
    """The ``most`` rows with the smallest moves, as a forest plot; all, if None. Raises ``ArgumentError``."""
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise ArgumentError("most is not a number of rows", found=repr(most), expected="a whole number from 1, or None")
    rows = threshold_rows(estimate, by)
    shown = rows if most is None else rows[:most]
    network, spec = estimate.network, estimate.spec
    best = rows[0].best
    measure = MEASURES[network.measure]
    left = f" The {len(shown)} smallest of {len(rows)} are shown." if len(shown) < len(rows) else ""
    within = sum(row.within_interval for row in rows)
    return threshold_forest(
        "thresholds",
        f"{best} is best; in {within} of {len(rows)} estimates a move within the interval would change that",
        [_drawn(row, network.scale) for row in shown],
        best=best,
        axis_label=f"{measure}, first versus second named",
        scale="log" if network.scale == "log" else "natural",
        caption=f"Sorted by how far each estimate must move.{left}",
        level=f"{100 * spec.level:g}%",
    )


def _drawn(row: Threshold, scale: str) -> ThresholdRow:
    """The row on the natural scale."""

    def natural(x: float) -> float:
        # far beyond what is ever printed, so that the exponential neither overflows nor vanishes
        return math.exp(min(max(x, -700.0), 700.0)) if scale == "log" else x

    def edge(value: float | None, treatment: str | None) -> tuple[float, str] | None:
        return None if value is None or treatment is None else (natural(value), treatment)

    name = f"{row.treatment} versus {row.reference}"
    return ThresholdRow(
        name if row.study is None else f"{row.study}: {name}",
        natural(row.estimate),
        natural(row.lower),
        natural(row.upper),
        edge(row.lower_threshold, row.best_below),
        edge(row.upper_threshold, row.best_above),
        row.within_interval,
    )
