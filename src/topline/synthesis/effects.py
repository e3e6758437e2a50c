"""Every treatment versus the reference, with confidence and prediction intervals."""

from __future__ import annotations

import math

import numpy as np

from topline.estimators import critical_value, t_critical_value
from topline.records import Display, Effect, number_or_none
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.mixture import Contrasts, contrasts
from topline.synthesis.engines import Estimate


def effects(estimate: Estimate) -> tuple[Effect, ...]:
    """One row for each treatment but the reference, in their order; ``estimate`` on the network's scale."""
    network, spec = estimate.network, estimate.spec
    ground = network.index(spec.reference)
    others = np.delete(np.arange(len(network.treatments)), ground)
    pairs = contrasts(estimate.mixture, others, np.full(len(others), ground))
    mean, sd = pairs.moments()
    lower, upper = interval(estimate, pairs)
    predictive = prediction_interval(estimate, pairs)
    median = pairs.quantile(0.5) if spec.engine == "bayes" else None
    return tuple(
        Effect(
            treatment=network.treatments[index],
            reference=spec.reference,
            estimate=float(mean[k]),
            se=float(sd[k]),
            lower=float(lower[k]),
            upper=float(upper[k]),
            pi_lower=None if predictive is None else float(predictive[0][k]),
            pi_upper=None if predictive is None else float(predictive[1][k]),
            display=display(network.scale, float(mean[k]), float(lower[k]), float(upper[k])),
            median=None if median is None else float(median[k]),
        )
        for k, index in enumerate(others)
    )


def interval(estimate: Estimate, pairs: Contrasts) -> tuple[Array, Array]:
    """Equal-tailed limits (k,): normal or t for a single component, posterior quantiles for a mixture."""
    level = estimate.spec.level
    if len(pairs.weights) == 1:
        mean, sd = pairs.moments()
        degrees = estimate.t_degrees
        half = (critical_value(level) if degrees is None else t_critical_value(level, degrees)) * sd
        return mean - half, mean + half
    tail = (1 - level) / 2
    return pairs.quantile(tail), pairs.quantile(1 - tail)


def prediction_interval(estimate: Estimate, pairs: Contrasts) -> tuple[Array, Array] | None:
    """Limits (k,) for the effect in a new trial; None for a common effect, and below 2 degrees of freedom.

    Frequentist: t with sum(arms - 1) - (treatments - 1) degrees, half-width t sqrt(se^2 + tau2) (Cooper, Hedges and
    Valentine 2009; Higgins, Thompson and Spiegelhalter 2009, J R Stat Soc A 172:137). Bayes: quantiles of d + N(0,
    tau2).
    """
    spec, degrees = estimate.spec, estimate.network.arrays.degrees
    if spec.model == "common":
        return None
    if spec.engine == "bayes":
        tail = (1 - spec.level) / 2
        return pairs.predictive_quantile(tail), pairs.predictive_quantile(1 - tail)
    if degrees < 2:
        return None
    mean, sd = pairs.moments()
    half = t_critical_value(spec.level, degrees) * np.sqrt(sd**2 + estimate.tau2)
    return mean - half, mean + half


def display(scale: str, mean: float, lower: float, upper: float) -> Display:
    """The estimate and its limits on the natural scale; None where the exponential overflows."""
    if scale != "log":
        return Display(estimate=mean, lower=lower, upper=upper)
    return Display(estimate=_exp(mean), lower=_exp(lower), upper=_exp(upper))


def _exp(x: float) -> float | None:
    return number_or_none(math.exp(x)) if x < 709 else None
