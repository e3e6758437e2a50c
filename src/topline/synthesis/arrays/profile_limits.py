"""Profile-likelihood limits: the values that the data do not speak against more than chance would.

The limits are where twice the log likelihood, maximised over everything else, has fallen by the quantile of chi-square
with one degree of freedom. Unlike estimate plus or minus standard errors they follow a likelihood that is not
symmetric, as it is where events are few. Source: Venzon and Moolgavkar 1988, J R Stat Soc C 37:87.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from topline.errors import FitError
from topline.estimators import critical_value, find_root

# doublings of the first step before a limit is taken to be infinite: 2^12 Wald intervals away
MOST_DOUBLINGS = 12


def profile_limits(
    profile: Callable[[float], float], estimate: float, se: float, peak: float, level: float
) -> tuple[float, float]:
    """The lower and upper limit; ``profile`` is the log likelihood maximised at a fixed value, ``peak`` its maximum.

    A limit is infinite where the likelihood never falls far enough, and NaN where it can't be worked out.
    """
    half = critical_value(level)
    limits = []
    for sign in (-1.0, 1.0):

        def fallen(distance: float, sign: float = sign) -> float:
            # signed root of the fall, which is close to a straight line in the distance
            fall = max(0.0, 2 * (peak - profile(estimate + sign * distance)))
            return float(np.sqrt(fall)) - half

        try:
            distance = _distance(fallen, half * se, 1e-8 * se)
        except FitError:
            distance = np.nan
        limits.append(float(estimate + sign * distance))
    return limits[0], limits[1]


def _distance(fallen: Callable[[float], float], first: float, tolerance: float) -> float:
    below, beyond = 0.0, first
    for _ in range(MOST_DOUBLINGS):
        if fallen(beyond) > 0:
            return find_root(fallen, below, beyond, start=min(first, 0.9 * beyond), tolerance=tolerance)
        below, beyond = beyond, 2 * beyond
    return float(np.inf)
