"""Measures of effect, and how an arm's data become a level with a variance.

The level is the arm's log odds, log risk, risk, arcsine of the root of the risk, log rate, rate, mean, log mean or
standardised mean; the effect is a difference of levels. Only differences within a study are ever used.
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
    default half-normal prior for tau in units of the outcome; None where that unit is unknown. ``zero_cells`` says
    that arms without events need a continuity correction.
    """

    name: str
    scale: str
    arm_columns: tuple[str, ...]
    tau_scale: float | None
    zero_cells: bool

    @property
    def rate(self) -> bool:
        """Events are divided by exposure, not by patients."""
        return "exposure" in self.arm_columns

    @property
    def continuous(self) -> bool:
        """Made from means."""
        return "mean" in self.arm_columns


# The default prior for tau is half-normal(0.5) on ratios and standardised differences. A risk differs by at most 1/4
# of the log odds (the steepest slope of the logistic curve), so that 0.125 on the risk difference is as wide as 0.5 on
# the log odds ratio at a risk of one half; the same holds for the arcsine of the root of the risk. For mean
# differences it is half a pooled standard deviation.
_COUNTS, _RATES, _MEANS = ("events", "n"), ("events", "exposure"), ("mean", "sd", "n")
MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        Measure("OR", "log", _COUNTS, 0.5, True),
        Measure("RR", "log", _COUNTS, 0.5, True),
        Measure("RD", "natural", _COUNTS, 0.125, True),
        Measure("AS", "natural", _COUNTS, 0.125, False),
        Measure("IRR", "log", _RATES, 0.5, True),
        Measure("IRD", "natural", _RATES, None, True),
        Measure("MD", "natural", _MEANS, 0.5, False),
        Measure("SMD", "natural", _MEANS, 0.5, False),
        Measure("ROM", "log", _MEANS, 0.5, False),
        Measure("HR", "log", (), 0.5, False),
        Measure("generic", "natural", (), None, False),
    )
}
_OTHER_NAMES = {"ASD": "AS", "ARCSINE": "AS", "MEAN DIFFERENCE": "MD", "RATIO OF MEANS": "ROM", "GEN": "GENERIC"}


def find_measure(name: str) -> Measure:
    """The measure of that name, ignoring case. Raises ``UnknownNameError``."""
    wanted = _OTHER_NAMES.get(name.upper(), name.upper())
    for measure in MEASURES.values():
        if measure.name.upper() == wanted:
            return measure
    raise UnknownNameError.among("measure", name, MEASURES)


def is_complete(arm: StudyArm, measure: Measure) -> bool:
    """Whether the arm holds the numbers that the measure needs; a standard error stands in for sd and n, or for sd."""
    if measure.continuous and arm.mean is not None and arm.se is not None:
        return measure.name != "SMD" or arm.n is not None
    return all(getattr(arm, column) is not None for column in measure.arm_columns)


def levels(arms: Sequence[StudyArm], measure: Measure, added: Array) -> tuple[Array, Array]:
    """Levels and variances (A,) of complete arms; ``added`` (A,) is the continuity correction of each arm's cells.

    Mean: sd^2/n, or se^2 where that is given. Log mean: the same over the mean squared. Log odds: 1/events +
    1/non-events. Log risk: 1/events - 1/n. Risk: p(1 - p)/n. Arcsine of the root of the risk: 1/(4n). Log rate:
    1/events. Rate: events/exposure^2. The correction is added to events and to non-events (log odds), to events and n
    (log risk), to events (log rate), and to the variance alone (risk, rate), as in the R package meta. Standardised
    means are made study by study, in :mod:`topline.synthesis.evidence.standardised`.
    """
    if measure.continuous:
        mean = np.array([a.mean for a in arms], dtype=float)
        variance = np.array([(a.sd or 0.0) ** 2 / (a.n or 1.0) if a.se is None else a.se**2 for a in arms])
        return (np.log(mean), variance / mean**2) if measure.name == "ROM" else (mean, variance)
    return _COUNTED[measure.name](
        np.array([a.events for a in arms], dtype=float),
        np.array([a.exposure if measure.rate else a.n for a in arms], dtype=float),
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


def _arcsine(events: Array, n: Array, added: Array) -> tuple[Array, Array]:
    return np.arcsin(np.sqrt(events / n)), 1 / (4 * n)


def _log_rate(events: Array, exposure: Array, added: Array) -> tuple[Array, Array]:
    yes = events + added
    return np.log(yes) - np.log(exposure), 1 / yes


def _rate(events: Array, exposure: Array, added: Array) -> tuple[Array, Array]:
    return events / exposure, (events + added) / exposure**2


_COUNTED: dict[str, Callable[[Array, Array, Array], tuple[Array, Array]]] = {
    "OR": _log_odds,
    "RR": _log_risk,
    "RD": _risk,
    "AS": _arcsine,
    "IRR": _log_rate,
    "IRD": _rate,
}


def is_empty(arm: StudyArm) -> bool:
    """No patient of the arm had the event."""
    return arm.events == 0


def is_full(arm: StudyArm, measure: Measure) -> bool:
    """Every patient of the arm had the event; never so for a rate."""
    return not measure.rate and arm.events is not None and arm.events == arm.n


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
