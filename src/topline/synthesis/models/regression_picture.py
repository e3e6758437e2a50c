"""A meta-regression as a picture: studies over a covariate, and the fitted line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from topline.errors import ArgumentError, UnknownNameError
from topline.estimators import critical_value
from topline.exhibits import Bubble, Figure, LinePoint, bubble_chart
from topline.exhibits.effects import MEASURES
from topline.synthesis.effects import display
from topline.synthesis.models.covariates import Covariate

if TYPE_CHECKING:
    from topline.synthesis.models.regression_fit import RegressionFit

POINTS = 41


def bubble_plot(fit: RegressionFit, treatment: str | None, covariate: str | None) -> Figure:
    """Studies that compare ``treatment`` with the reference, over ``covariate``, with the fitted line and its band."""
    chosen = _covariate(fit, covariate)
    found = _treatment(fit, treatment)
    arrays, network = fit.network.arrays, fit.network
    first, second = network.index(found), network.index(fit.reference)
    bubbles = []
    for s, study in enumerate(network.studies):
        one = np.flatnonzero((arrays.study == s) & (arrays.treatment == first))
        two = np.flatnonzero((arrays.study == s) & (arrays.treatment == second))
        if not (len(one) and len(two)):
            continue
        y = float(arrays.y[one[0]] - arrays.y[two[0]])
        variance = float(arrays.v[one[0]] + arrays.v[two[0]])
        half = critical_value(fit.spec.level) * variance**0.5
        shown = display(network.scale, y, y - half, y + half)
        if None in (shown.estimate, shown.lower, shown.upper):
            continue
        weight = 1 / (variance + fit.linear.tau2)
        bubbles.append(
            Bubble(study, float(chosen.values[s]), shown.estimate, shown.lower, shown.upper, weight)  # type: ignore[arg-type]
        )
    if not bubbles:
        raise ArgumentError(f"no study compares {found} with {fit.reference}", repair="name another treatment")
    return bubble_chart(
        "bubbles",
        f"{found} versus {fit.reference} and {chosen.name}",
        bubbles,
        _line(fit, found, chosen, [b.x for b in bubbles]),
        x_label=chosen.name,
        y_label=f"{MEASURES[network.measure]}, {found} versus {fit.reference}",
        scale="log" if network.scale == "log" else "natural",
        level=f"{100 * fit.spec.level:g}%",
        at=_elsewhere(fit, chosen),
    )


def _elsewhere(fit: RegressionFit, chosen: Covariate) -> str:
    """Where the line is drawn of the other covariates, in words; empty without others."""
    return ", ".join(f"{c.name} {c.words(c.centre)}" for c in fit.covariates if c is not chosen)


def _covariate(fit: RegressionFit, name: str | None) -> Covariate:
    numeric = {c.name: c for c in fit.covariates if not c.levels}
    if name is not None and (not isinstance(name, str) or name not in numeric):
        raise UnknownNameError.among("covariate of numbers", str(name), numeric)
    if not numeric:
        raise ArgumentError(
            "a bubble plot needs a covariate of numbers",
            found=", ".join(c.name for c in fit.covariates),
            repair="look at effects(at=[...]) with the levels instead",
        )
    return next(iter(numeric.values())) if name is None else numeric[name]


def _treatment(fit: RegressionFit, name: str | None) -> str:
    """The treatment asked for, or the one that most studies compare with the reference."""
    others = [t for t in fit.network.treatments if t != fit.reference]
    if name is not None:
        if not isinstance(name, str) or name not in others:
            raise UnknownNameError.among("treatment", str(name), others)
        return name
    arrays = fit.network.arrays
    with_reference = set(arrays.study[arrays.treatment == fit.network.index(fit.reference)].tolist())
    own = {t: set(arrays.study[arrays.treatment == fit.network.index(t)].tolist()) for t in others}
    return max(others, key=lambda t: len(own[t] & with_reference))


def _line(fit: RegressionFit, treatment: str, covariate: Covariate, xs: list[float]) -> list[LinePoint]:
    low, high = min(xs), max(xs)
    if low == high:
        seen = covariate.numbers()
        low, high = float(seen.min()), float(seen.max())
    points = []
    for x in np.linspace(low, high, POINTS).tolist():
        row = fit.effect(treatment, [x if c is covariate else c.centre for c in fit.covariates])
        values = [row[f"display_{name}"] for name in ("estimate", "lower", "upper")]
        if all(value is not None for value in values):
            points.append(LinePoint(x, *values))  # type: ignore[arg-type]
    if len(points) < 2:
        raise ArgumentError(
            f"the studies do not determine how the effect of {treatment} depends on {covariate.name}",
            repair="name another treatment, or use interaction='shared'",
        )
    return points
