"""Measures of effect, and how an arm's data become a level with a variance.

The level is the arm's log odds, log risk, risk, log rate or mean; the effect is a difference of levels. Only
differences within a study are ever used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.errors import UnknownNameError
from topline.records import StudyArm

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measure:
    """A measure: the scale that it is analysed on (``log`` or ``natural``) and the arm's columns that it needs.

    ``arm_columns`` is empty for a measure that can't be made from single arms. ``tau_scale`` is the scale of the
    default half-normal prior for tau in units of the outcome; None where that unit is unknown.
    """

    name: str
    scale: str
    arm_columns: tuple[str, ...]
    tau_scale: float | None


# The default prior for tau is half-normal(0.5) on ratios and standardised differences. A risk differs by at most 1/4
# of the log odds (the steepest slope of the logistic curve), so that 0.125 on the risk difference is as wide as 0.5 on
# the log odds ratio at a risk of one half. For mean differences it is half a pooled standard deviation.
MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        Measure("OR", "log", ("events", "n"), 0.5),
        Measure("RR", "log", ("events", "n"), 0.5),
        Measure("RD", "natural", ("events", "n"), 0.125),
        Measure("IRR", "log", ("events", "exposure"), 0.5),
        Measure("MD", "natural", ("mean", "sd", "n"), 0.5),
        Measure("HR", "log", (), 0.5),
        Measure("SMD", "natural", (), 0.5),
        Measure("generic", "natural", (), None),
    )
}


def find_measure(name: str) -> Measure:
    """The measure of that name, ignoring case. Raises ``UnknownNameError``."""
    for measure in MEASURES.values():
        if measure.name.lower() == name.lower():
            return measure
    raise UnknownNameError.among("measure", name, MEASURES)


def is_complete(arm: StudyArm, measure: Measure) -> bool:
    """Whether the arm holds the numbers that the measure needs."""
    if measure.name == "MD" and arm.mean is not None and arm.se is not None:
        return True
    return all(getattr(arm, column) is not None for column in measure.arm_columns)


def levels(arms: Sequence[StudyArm], measure: Measure, added: Array) -> tuple[Array, Array]:
    """Levels and variances (A,) of complete arms; ``added`` (A,) is the continuity correction of each arm's cells.

    Mean: sd^2/n, or se^2 where that is given. Log odds: 1/events + 1/non-events. Log risk: 1/events - 1/n. Risk: p(1 -
    p)/n. Log rate: 1/events. The correction is added to events and to non-events (log odds), to events and n (log
    risk), and to the variance alone (risk), as in Cochrane's RevMan and the R package meta.
    """
    if measure.name == "MD":
        variance = [(a.sd or 0.0) ** 2 / (a.n or 1.0) if a.se is None else a.se**2 for a in arms]
        return np.array([a.mean for a in arms], dtype=float), np.array(variance)
    return _COUNTED[measure.name](
        np.array([a.events for a in arms], dtype=float),
        np.array([a.exposure if measure.name == "IRR" else a.n for a in arms], dtype=float),
        added,
    )


def _log_odds(events: Array, n: Array, added: Array) -> tuple[Array, Array]:
    yes, no = events + added, n - events + added
    return np.log(yes) - np.log(no), 1 / yes + 1 / no


def _log_risk(events: Array, n: Array, added: Array) -> tuple[Array, Array]:
    # where every patient has the event the correction cancels from 1/events - 1/n; there events stay as they are
    yes, total = events + added, n + added
    return np.log(yes) - np.log(total), 1 / np.where(events == n, events, yes) - 1 / total


def _risk(events: Array, n: Array, added: Array) -> tuple[Array, Array]:
    total = n + 2 * added
    return events / n, (events + added) * (n - events + added) / total**3


def _log_rate(events: Array, exposure: Array, added: Array) -> tuple[Array, Array]:
    yes = events + added
    return np.log(yes) - np.log(exposure), 1 / yes


_COUNTED: dict[str, Callable[[Array, Array, Array], tuple[Array, Array]]] = {
    "OR": _log_odds,
    "RR": _log_risk,
    "RD": _risk,
    "IRR": _log_rate,
}


def is_empty(arm: StudyArm) -> bool:
    """No patient of the arm had the event."""
    return arm.events == 0


def is_full(arm: StudyArm, measure: Measure) -> bool:
    """Every patient of the arm had the event; never so for a rate."""
    return measure.name != "IRR" and arm.events is not None and arm.events == arm.n


def pooled_sd(arms: Sequence[StudyArm]) -> float | None:
    """The standard deviation pooled over arms, sqrt(sum((n - 1) sd^2)/sum(n - 1)); None when no arm has both.

    An arm with a standard error and n in place of an sd counts with se sqrt(n).
    """
    total, degrees = 0.0, 0.0
    for arm in arms:
        if arm.n is None or arm.n <= 1:
            continue
        variance = arm.sd**2 if arm.sd is not None else arm.se**2 * arm.n if arm.se is not None else None
        if variance is not None:
            total += (arm.n - 1) * variance
            degrees += arm.n - 1
    return float(np.sqrt(total / degrees)) if degrees else None
