"""Quantiles, tail probabilities, and intervals for one and two proportions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from topline.errors import ArgumentError


def critical_value(level: float) -> float:
    """The standard normal's two-sided critical value, 1.96 for ``level`` 0.95."""
    return float(special.ndtri(0.5 + _checked(level) / 2))


def t_critical_value(level: float, degrees: float) -> float:
    """Student's two-sided critical value for ``degrees`` > 0 degrees of freedom."""
    return float(special.stdtrit(degrees, 0.5 + _checked(level) / 2))


def normal_probability(z: Any) -> Any:
    """The standard normal distribution function, for a number or an array."""
    return special.ndtr(z)


def normal_quantile(p: Any) -> Any:
    """The standard normal quantile, for a number or an array in (0, 1)."""
    return special.ndtri(p)


def two_sided_p(z: Any) -> Any:
    """The two-sided p value of a standard normal statistic."""
    return 2 * special.ndtr(-np.abs(z))


def chi_square_p(q: float, degrees: int) -> float | None:
    """The upper tail of chi-square at ``q``; None at 0 degrees of freedom."""
    return float(special.chdtrc(degrees, max(q, 0.0))) if degrees > 0 else None


def wilson_interval(events: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for one proportion (0 to 1).

    Source: Wilson 1927, J Am Stat Assoc 22:209. Raises ``ArgumentError`` unless 0 <= events <= n and n > 0.
    """
    if not (n > 0 and 0 <= events <= n):
        raise ArgumentError(
            "a proportion needs events between 0 and n, and n above 0",
            found=f"events {events}, n {n}",
            repair="check that events and n are not swapped",
        )
    z2 = critical_value(level) ** 2
    p = events / n
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2) / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    # the limits at 0 and n events are exactly 0 and 1; rounding must not move them
    return (0.0 if events == 0 else centre - half), (1.0 if events == n else centre + half)


def newcombe_interval(
    events: float, n: float, events_reference: float, n_reference: float, level: float = 0.95
) -> tuple[float, float]:
    """Newcombe's hybrid score interval for the risk difference, first group minus reference (-1 to 1).

    Source: Newcombe 1998, Stat Med 17:873, method 10. Raises ``ArgumentError`` as :func:`wilson_interval` does.
    """
    lower1, upper1 = wilson_interval(events, n, level)
    lower2, upper2 = wilson_interval(events_reference, n_reference, level)
    p1, p2 = events / n, events_reference / n_reference
    difference = p1 - p2
    return difference - math.hypot(p1 - lower1, upper2 - p2), difference + math.hypot(upper1 - p1, p2 - lower2)


def _checked(level: float) -> float:
    if not 0 < level < 1:
        raise ArgumentError(
            "the level of an interval lies between 0 and 1",
            found=str(level),
            expected="such as 0.95",
            repair="give the level as a fraction, not as a percentage",
        )
    return level
