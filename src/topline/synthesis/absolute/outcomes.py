"""Absolute outcomes: from relative effects and a stated baseline to responders among 100 patients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from topline.errors import ArgumentError, FitError
from topline.records import (
    AbsoluteOutcome,
    AbsoluteOutcomes,
    Baseline,
    Caveat,
    Interval,
    Question,
    StudyArm,
    identify,
    made_by,
)
from topline.synthesis.arrays.baseline import pooled_logit
from topline.synthesis.evidence.selection import Selection
from topline.synthesis.fit import NmaFit

N_DRAWS = 8192


def absolute_outcomes(
    fit: NmaFit, selection: Selection, question: Question, *, n_draws: int = N_DRAWS, seed: int = 20260101
) -> AbsoluteOutcomes:
    """The proportion of responders on every treatment of ``fit``, and its difference from the reference.

    The baseline is the random-effects mean of the logit over the reference arms of the network (``question.baseline``
    is ``pooled``), or the reference arm of the trial that it names where that trial is in this network; where it is
    not, the baseline is pooled and a caveat says so. In each draw, logit(rate) = baseline + log odds
    ratio, the two drawn independently (NICE DSU Technical Support Document 5, section 2); the estimates are means of
    the draws, the limits their 2.5% and 97.5% quantiles.

    Raises ``ArgumentError`` when the fit is not on the odds ratio, ``FitError`` when no reference arm has a count.
    """
    if fit.result.measure != "OR":
        raise ArgumentError(
            "absolute outcomes are made from odds ratios",
            found=f"measure {fit.result.measure}",
            expected="OR",
            repair="fit the endpoint with measure='OR'",
        )
    reference = fit.result.reference
    arms, method = _baseline(selection.arms, reference, question.baseline)
    pooled = pooled_logit(np.array([a.events for a in arms], dtype=float), np.array([a.n for a in arms], dtype=float))
    effects = fit.draws(n_draws, seed)
    # The baseline's draws: the midpoints of equal-probability strata in a seeded order of their own.
    order = np.random.default_rng(seed + 1).permutation(n_draws)
    logit = pooled.mean + pooled.se * ndtri((order + 0.5) / n_draws)
    base_rate = expit(logit)
    rates = expit(logit[:, None] + effects)
    treatments = fit.result.treatments
    outcomes = tuple(
        AbsoluteOutcome(
            treatment=name,
            reference=reference,
            rate=_interval(base_rate if name == reference else rates[:, j]),
            difference=_interval(rates[:, j] - base_rate),
        )
        for j, name in enumerate(treatments)
    )
    facts = tuple(a.fact for a in arms if a.fact)
    spec = {
        "baseline": question.baseline,
        "method": method,
        "n_draws": n_draws,
    }
    return AbsoluteOutcomes(
        id=identify("outcomes", "outcomes/1", spec, seed, [fit.result.id]),
        made_from=(fit.result.id,),
        made_by=made_by(spec, seed),
        endpoint=selection.endpoint.id,
        network=selection.network.id,
        population=question.population,
        baseline=Baseline(
            treatment=reference,
            rate=_interval(base_rate),
            method=method,
            n_arms=len(arms),
            n_patients=int(sum(a.n or 0 for a in arms)),
            facts=facts,
        ),
        outcomes=outcomes,
        caveats=_caveats(selection, question, reference, facts),
    )


def _caveats(selection: Selection, question: Question, reference: str, facts: tuple[str, ...]) -> tuple[Caveat, ...]:
    independent = Caveat(
        code="baseline_independent",
        severity="minor",
        text=f"Rates per 100 patients combine the odds ratios with the {reference} rate of the same trials; the two "
        "are drawn independently.",
        facts=facts,
    )
    at_home = {a.study for a in selection.arms if a.treatment == reference}
    if question.baseline == "pooled" or question.baseline in at_home:
        return (independent,)
    elsewhere = Caveat(
        code="baseline_elsewhere",
        text=f"{selection.endpoint.label}, {selection.network.label}: the baseline that was asked for, "
        f"{question.baseline}, has no {reference} arm in this network; the {reference} arms are pooled in its place.",
        facts=facts,
    )
    return (independent, elsewhere)


def _baseline(arms: Sequence[StudyArm], reference: str, asked: str) -> tuple[list[StudyArm], str]:
    """The reference arms that the baseline rests on, and how they are put together in words."""
    found = [a for a in arms if a.treatment == reference and a.events is not None and a.n]
    if not found:
        raise FitError(f"no {reference} arm has a count, so there is no baseline rate to stand on")
    named = [a for a in found if a.study == asked]
    if named:
        return named, f"the {reference} arm of {asked}"
    method = f"random-effects mean (DerSimonian-Laird) of the logit over {len(found)} {reference} arms"
    return found, method if len(found) > 1 else f"the {reference} arm of {found[0].study}"


def _interval(draws: NDArray[np.float64]) -> Interval:
    lower, upper = np.quantile(draws, [0.025, 0.975])
    return Interval(estimate=float(draws.mean()), lower=float(lower), upper=float(upper))
