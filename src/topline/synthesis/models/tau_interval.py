"""How much heterogeneity the data allow: intervals for tau2, and the profile of its likelihood."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from topline.errors import ArgumentError
from topline.estimators import critical_value
from topline.exhibits import Figure, ProfilePoint, profile_chart
from topline.records import number_or_none
from topline.synthesis.arrays import tau_interval as arrays_of
from topline.synthesis.arrays.tau_interval import Limits
from topline.synthesis.choices import is_number, one_of
from topline.synthesis.engines import Estimate

METHODS = ("q-profile", "profile")
ENGINES = ("reml", "ml", "dl")
POINTS = 121


def tau2_interval(estimate: Estimate, method: str, level: float | None) -> dict[str, Any]:
    """The interval as one row; limits are None where nothing bounds tau2, or where no tau2 agrees with the data.

    Raises ``ArgumentError`` (``UnknownNameError``) for a model or an engine that has no such interval.
    """
    method, level = checked(estimate, method, level)
    network = estimate.network
    limits = None
    if network.arrays.degrees > 0:
        limits = _profile(estimate, level) if method == "profile" else arrays_of.q_profile(network.arrays, level)
    lower = None if limits is None else number_or_none(limits.lower)
    upper = None if limits is None else number_or_none(limits.upper)
    point = estimate.tau2 if estimate.has_tau2 else None
    return {
        "method": method,
        "level": level,
        "engine": estimate.spec.engine,
        "tau2": point,
        "lower": lower,
        "upper": upper,
        "tau": _root(point),
        "tau_lower": _root(lower),
        "tau_upper": _root(upper),
        "i2": _share(estimate, point),
        "i2_lower": _share(estimate, lower),
        "i2_upper": _share(estimate, upper),
        "note": _note(limits, point),
    }


def tau2_profile(estimate: Estimate, level: float | None) -> Figure:
    """The profile of the likelihood over tau2. Raises ``ArgumentError`` where there is none."""
    _, level = checked(estimate, "profile", level)
    arms = estimate.network.arrays
    if arms.degrees < 1:
        raise ArgumentError(
            "the data say nothing about heterogeneity",
            found="0 degrees of freedom",
            expected="a comparison that is repeated, or a loop",
        )
    limits = _profile(estimate, level)
    end = 1.25 * limits.upper
    near_zero = np.geomspace(1e-3 * end, end, POINTS)
    grid = np.unique(np.concatenate([np.linspace(0, end, POINTS), near_zero, [estimate.tau2, limits.lower]]))
    values = arrays_of.log_likelihood_profile(arms, estimate.tau2, grid, restricted=_restricted(estimate))
    name = "restricted likelihood" if _restricted(estimate) else "likelihood"
    return profile_chart(
        "profile",
        f"Profile of the {name}",
        [ProfilePoint(*pair) for pair in zip(grid.tolist(), values.tolist(), strict=True)],
        estimate=estimate.tau2,
        limits=(limits.lower, limits.upper),
        cut=-0.5 * critical_value(level) ** 2,
        level=f"{100 * level:g}%",
    )


def checked(estimate: Estimate, method: str, level: float | None) -> tuple[str, float]:
    """The method and the level, once the request makes sense for this fit."""
    spec = estimate.spec
    method = one_of("interval for tau2", method, METHODS)
    if level is not None and not (is_number(level) and 0 < level < 1):
        raise ArgumentError("the level lies between 0 and 1", found=repr(level), expected="such as 0.95")
    if spec.engine == "bayes":
        raise ArgumentError(
            "a posterior has its own interval for tau", found="engine 'bayes'", repair="see result.tau_posterior"
        )
    if spec.engine not in ENGINES:
        raise ArgumentError(f"the engine {spec.engine} has no tau2", repair="fit with engine='reml', 'ml' or 'dl'")
    if spec.model == "common":
        raise ArgumentError("a common effect takes tau2 to be 0", repair="fit with model='random'")
    if method == "profile" and spec.engine == "dl":
        raise ArgumentError(
            "the profile likelihood belongs to an estimate that maximises it",
            found="engine 'dl'",
            repair="fit with engine='reml' or 'ml', or use method='q-profile'",
        )
    return method, spec.level if level is None else float(level)


def _profile(estimate: Estimate, level: float) -> Limits:
    return arrays_of.profile_likelihood(estimate.network.arrays, estimate.tau2, level, restricted=_restricted(estimate))


def _restricted(estimate: Estimate) -> bool:
    return estimate.spec.engine == "reml"


def _root(value: float | None) -> float | None:
    return None if value is None else math.sqrt(value)


def _share(estimate: Estimate, tau2: float | None) -> float | None:
    """I2 that belongs to a tau2: tau2/(tau2 + typical variance)."""
    typical = estimate.typical_variance
    return None if tau2 is None or typical is None else tau2 / (tau2 + typical)


def _note(limits: Limits | None, tau2: float | None) -> str | None:
    if limits is None:
        return "no comparison is repeated and there is no loop: the data say nothing about tau2"
    if limits.empty:
        return "no tau2 agrees with the data: the trials are more alike than chance explains well"
    if tau2 is not None and not limits.lower <= tau2 <= limits.upper:
        return "the estimate lies outside: it weights the trials in another way than the interval does"
    return None
