"""Absolute effects: the outcome on every treatment, given or pooled what it is on the reference.

In each joint draw of the effects the baseline is drawn independently (NICE DSU Technical Support Document 5, section 2)
and the measure's own scale carries it over: odds ratio on the logit, risk, rate and mean ratios on the log, differences
as they are, hazard ratio on the log of the proportion without the event. A risk beyond 0 or 1 and a rate below 0, which
risk ratios and differences can lead to, count as 0 or 1. With Knapp-Hartung intervals the draws are multivariate t.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from topline.errors import ArgumentError
from topline.estimators import critical_value
from topline.records import StudyArm
from topline.synthesis.arrays.baseline import PooledLevel, pooled_level, pooled_logit
from topline.synthesis.arrays.mixture import draws
from topline.synthesis.choices import is_number
from topline.synthesis.engines import Estimate

Array = NDArray[np.float64]

N_DRAWS = 8192


class AbsoluteEffect(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome on ``treatment`` (a risk, a rate or a mean) and its difference from that on ``reference``."""

    treatment: str
    reference: str
    outcome: float
    lower: float
    upper: float
    difference: float
    difference_lower: float
    difference_upper: float
    baseline: str


@dataclass(frozen=True)
class _Kind:
    """What the outcome is, the scale that the baseline is drawn on (to and back), and how an effect moves it."""

    outcome: str
    to: Callable[[Array], Array]
    back: Callable[[Array], Array]
    moved: Callable[[Array, Array], Array]


def _risk(moved: Callable[[Array, Array], Array]) -> _Kind:
    return _Kind("risk", logit, expit, moved)


_KINDS = {
    "OR": _risk(lambda p, d: expit(logit(p) + d)),
    "RR": _risk(lambda p, d: p * np.exp(d)),
    "RD": _risk(lambda p, d: p + d),
    "AS": _risk(lambda p, d: np.sin(np.clip(np.arcsin(np.sqrt(p)) + d, 0, np.pi / 2)) ** 2),
    "HR": _risk(lambda p, d: 1 - (1 - p) ** np.exp(d)),
    "IRR": _Kind("rate", np.log, np.exp, lambda x, d: x * np.exp(d)),
    "IRD": _Kind("rate", np.log, np.exp, lambda x, d: x + d),
    "MD": _Kind("mean", lambda x: x, lambda x: x, lambda x, d: x + d),
    "ROM": _Kind("mean", np.log, np.exp, lambda x, d: x * np.exp(d)),
}


def absolute_effects(
    estimate: Estimate, baseline: float | Sequence[float] | None = None, *, n_draws: int = N_DRAWS
) -> tuple[AbsoluteEffect, ...]:
    """A row for each treatment. ``baseline`` is the outcome on the reference, on its natural scale: a number; an
    estimate with its limits at the fit's level; or None to pool the reference arms of the network.

    Outcomes are those at the estimates of baseline and effect, limits are quantiles of joint draws. Raises
    ``ArgumentError`` for a measure without an absolute scale, a baseline that can't be one, and where there is no
    reference arm to pool, or one with patients whose outcome is assumed.
    """
    spec = estimate.spec
    measure = estimate.network.measure
    if measure not in _KINDS:
        raise ArgumentError(
            f"a {measure} alone has no absolute scale",
            found=f"measure {measure}",
            expected="one of " + ", ".join(_KINDS),
            repair="fit the outcome on one of these measures",
        )
    kind = _KINDS[measure]
    level, words = _baseline(estimate, kind, baseline)
    effects = draws(estimate.mixture, n_draws, spec.seed)
    order = np.random.default_rng(spec.seed + 1).permutation(n_draws)
    base = kind.back(level.mean + level.se * ndtri((order + 0.5) / n_draws))
    outcomes = _possible(kind, kind.moved(base[:, None], effects))
    differences = outcomes - base[:, None]
    here = kind.back(np.array([level.mean]))
    best = _possible(kind, kind.moved(here, estimate.mixture.mean()))
    tail = (1 - spec.level) / 2
    limits = np.quantile(outcomes, [tail, 1 - tail], axis=0)
    apart = np.quantile(differences, [tail, 1 - tail], axis=0)
    return tuple(
        AbsoluteEffect(
            treatment=name,
            reference=spec.reference,
            outcome=float(best[k]),
            lower=float(limits[0, k]),
            upper=float(limits[1, k]),
            difference=float(best[k] - here[0]),
            difference_lower=float(apart[0, k]),
            difference_upper=float(apart[1, k]),
            baseline=words,
        )
        for k, name in enumerate(estimate.network.treatments)
    )


def _possible(kind: _Kind, outcomes: Array) -> Array:
    if kind.outcome == "mean":
        return outcomes
    return np.asarray(np.clip(outcomes, 0.0, 1.0 if kind.outcome == "risk" else None))


def _baseline(estimate: Estimate, kind: _Kind, given: object) -> tuple[PooledLevel, str]:
    reference = estimate.spec.reference
    if given is None:
        return _pooled(estimate, kind)
    numbers = list(given) if isinstance(given, list | tuple | np.ndarray) else [given]
    whole = all(is_number(x) for x in numbers)
    if not whole or len(numbers) not in (1, 3):
        raise ArgumentError(
            "the baseline is not a number, nor an estimate with its limits",
            found=repr(given),
            expected=f"the {kind.outcome} on {reference}, such as 0.1 or (0.1, 0.07, 0.14)",
        )
    values = np.array(numbers, dtype=float)
    bounds = {"risk": (0.0, 1.0), "rate": (0.0, math.inf), "mean": (-math.inf, math.inf)}[kind.outcome]
    scaled = kind.to(values) if ((values > bounds[0]) & (values < bounds[1])).all() else np.full(len(values), np.nan)
    if len(values) == 3 and not values[1] <= values[0] <= values[2]:
        raise ArgumentError(
            "the baseline does not lie between its limits",
            found=repr(given),
            expected="estimate, lower limit, upper limit",
        )
    if not np.isfinite(scaled).all():
        raise ArgumentError(
            f"this is not a possible {kind.outcome} on {reference}",
            found=repr(given),
            expected={"risk": "between 0 and 1", "rate": "above 0", "mean": "a finite number"}[kind.outcome],
            repair="give a risk as a fraction, not as a percentage" if kind.outcome == "risk" else None,
        )
    width = float(scaled[2] - scaled[1]) if len(scaled) == 3 else 0.0
    se = width / (2 * critical_value(estimate.spec.level))
    words = f"{kind.outcome} {values[0]:g}" + (f" ({values[1]:g} to {values[2]:g})" if len(values) == 3 else "")
    return PooledLevel(float(scaled[0]), se, 0.0), f"given: {words}"


def _pooled(estimate: Estimate, kind: _Kind) -> tuple[PooledLevel, str]:
    reference = estimate.spec.reference
    arms = [a for a in estimate.network.arms if a.treatment == reference and _has_outcome(a, kind.outcome)]
    if not arms:
        raise ArgumentError(
            f"no {reference} arm says what its {kind.outcome} is",
            found="contrasts only",
            repair=f"give the {kind.outcome} on {reference}: baseline=0.1, or (estimate, lower, upper)",
        )
    if estimate.network.before is not None and any(a.missing for a in arms):
        raise ArgumentError(
            f"{reference} arms hold patients without an outcome, so that their {kind.outcome} is assumed too",
            found="an assumption about missing outcomes, and no baseline",
            repair=f"give the {kind.outcome} on {reference} among all patients: baseline=0.1, or (estimate, lower, "
            "upper)",
        )
    words = f"random-effects mean over {len(arms)} {reference} arms" if len(arms) > 1 else f"the only {reference} arm"
    if kind.outcome == "risk":
        return pooled_logit(np.array([a.events for a in arms]), np.array([a.n for a in arms])), words
    if kind.outcome == "rate":
        events = np.array([a.events or 0.5 for a in arms], dtype=float)
        return pooled_level(np.log(events / np.array([a.exposure for a in arms])), 1 / events), words
    mean = np.array([a.mean for a in arms], dtype=float)
    variance = np.array([a.se**2 if a.se is not None else (a.sd or 0.0) ** 2 / (a.n or 1.0) for a in arms])
    if estimate.network.measure == "ROM":
        return pooled_level(np.log(mean), variance / mean**2), words
    return pooled_level(mean, variance), words


def _has_outcome(arm: StudyArm, outcome: str) -> bool:
    needed = {"risk": (arm.events, arm.n), "rate": (arm.events, arm.exposure), "mean": (arm.mean,)}[outcome]
    return None not in needed
