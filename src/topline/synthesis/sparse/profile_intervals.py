"""Likelihood intervals for odds ratios from sparse counts, which need not lie evenly about the estimate."""

from __future__ import annotations

import math

import msgspec

from topline.errors import ArgumentError
from topline.records import Display
from topline.synthesis.arrays import hypergeometric, penalised_logistic
from topline.synthesis.arrays.profile_limits import profile_limits
from topline.synthesis.effects import display
from topline.synthesis.engines import Estimate
from topline.synthesis.sparse.engines import SPARSE_ENGINES, SparseFit, fit_sparse


class ProfileInterval(msgspec.Struct, frozen=True, kw_only=True):
    """The log odds ratio ``estimate`` of ``treatment`` versus ``reference``; a limit is None where it is infinite,
    or where the search for it failed.
    """

    treatment: str
    reference: str
    estimate: float
    lower: float | None
    upper: float | None
    display: Display
    method: str


def estimate_intervals(estimate: Estimate) -> tuple[ProfileInterval, ...]:
    """Those of a fit by nch or penalised, at its level. Raises ``ArgumentError`` for the other engines."""
    spec, network = estimate.spec, estimate.network
    if spec.engine not in SPARSE_ENGINES:
        raise _no_likelihood(spec.engine)
    return profile_intervals(fit_sparse(network.arms, spec.engine, network.continuity, spec.reference), spec.level)


def profile_intervals(fit: SparseFit, level: float = 0.95) -> tuple[ProfileInterval, ...]:
    """Profile-likelihood intervals of every treatment versus the fit's ground, for the engines nch and penalised.

    Each is the set of odds ratios that a likelihood-ratio test at 1 - ``level`` does not refuse. Source: Evrenoglou et
    al. 2022, Stat Med 41:5203, for the penalised likelihood. Raises ``ArgumentError`` for mh, which has no likelihood.
    """
    if fit.log_likelihood is None:
        raise _no_likelihood(fit.engine)
    return tuple(_interval(fit, index, level) for index in range(len(fit.treatments)) if index != fit.ground)


def _no_likelihood(engine: str) -> ArgumentError:
    return ArgumentError(
        f"the engine {engine} has no likelihood of the counts to profile",
        found=f"engine {engine!r}",
        expected="nch or penalised",
        repair="fit the network with engine='nch' or engine='penalised' for this question",
    )


def _interval(fit: SparseFit, index: int, level: float) -> ProfileInterval:
    assert fit.log_likelihood is not None

    def profile(difference: float) -> float:
        if fit.engine == "nch":
            return hypergeometric.log_likelihood_at(fit.counts, index, fit.ground, difference, fit.effects)
        return penalised_logistic.log_likelihood_at(fit.counts, index, fit.ground, difference)

    estimate, se = float(fit.effects[index]), math.sqrt(float(fit.covariance[index, index]))
    lower, upper = profile_limits(profile, estimate, se, fit.log_likelihood, level)
    shown = display("log", estimate, lower, upper)
    return ProfileInterval(
        treatment=fit.treatments[index],
        reference=fit.treatments[fit.ground],
        estimate=estimate,
        lower=lower if math.isfinite(lower) else None,
        upper=upper if math.isfinite(upper) else None,
        display=shown,
        method="profile of the conditional likelihood"
        if fit.engine == "nch"
        else "profile of the penalised likelihood",
    )
