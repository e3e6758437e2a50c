"""The engines: from a spec to the joint distribution of the effects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from topline.errors import ArgumentError, FitError
from topline.records import Certificate, TauPosterior
from topline.synthesis.arrays import tau_grid
from topline.synthesis.arrays.heterogeneity import tau2_likelihood, tau2_moments, typical_variance
from topline.synthesis.arrays.inconsistency import QParts, decompose
from topline.synthesis.arrays.laplacian import Solution, solve
from topline.synthesis.arrays.mixture import Mixture
from topline.synthesis.arrays.second_solver import discrepancy
from topline.synthesis.evidence.network import Network
from topline.synthesis.sparse.engines import SPARSE_ENGINES, fit_sparse
from topline.synthesis.spec import ModelSpec


@dataclass(frozen=True)
class Estimate:
    """What an engine found.

    ``tau2`` and ``tau`` are estimates (posterior means for ``bayes``); ``has_tau2`` is False where the data hold
    nothing about it, and it was taken as 0. ``mixture`` is the joint distribution of the effects versus the spec's
    reference. ``q_total`` and ``q_between`` are those of an engine without weights, where it has them.
    Where intervals rest on Student's t, so does the ``mixture``, whose covariance then holds ``variance_factor``.
    """

    spec: ModelSpec
    mixture: Mixture
    tau2: float
    tau: float
    has_tau2: bool
    tau_posterior: TauPosterior | None
    variance_factor: float = 1.0
    q_total: float | None = None
    q_between: float | None = None

    @property
    def t_degrees(self) -> int | None:
        """The degrees of freedom where intervals rest on Student's t, else None."""
        return self.mixture.degrees

    @property
    def weighted(self) -> bool:
        """Whether the estimate is least squares with weights, which flows, splits and Q are questions about."""
        return self.spec.engine not in SPARSE_ENGINES

    @property
    def network(self) -> Network:
        """The evidence."""
        return self.spec.network

    @cached_property
    def solution(self) -> Solution:
        """Least squares at ``tau2``, for questions about the flow of evidence. Raises ``ArgumentError`` if none is."""
        self.need_weights()
        return solve(self.network.arrays, self.tau2)

    @cached_property
    def certificate(self) -> Certificate | None:
        """The same least squares by a second algorithm; None for ``bayes``."""
        if self.spec.engine == "bayes" or not self.weighted:
            return None
        method, off = discrepancy(self.network.arrays, self.solution, 0)
        return Certificate(method=method, discrepancy=off)

    @cached_property
    def q_parts(self) -> QParts:
        """Q at tau2 = 0. Raises ``ArgumentError`` for engines without one."""
        self.need_weights()
        return decompose(self.network.arrays)

    @cached_property
    def typical_variance(self) -> float | None:
        """Higgins and Thompson's typical variance; None at 0 degrees of freedom."""
        return typical_variance(self.network.arrays)

    def need_weights(self) -> None:
        """Raise ``ArgumentError`` for an engine whose estimate is no weighted least squares."""
        if not self.weighted:
            raise ArgumentError(
                f"the engine {self.spec.engine} has no weights that this question could be asked about",
                found=f"engine {self.spec.engine!r}",
                expected="reml, dl, ml or bayes",
                repair="fit the network with one of these engines for this question",
            )


def estimate(spec: ModelSpec) -> Estimate:
    """Run the engine of the spec."""
    if spec.engine in SPARSE_ENGINES:
        return _sparse(spec)
    return _bayes(spec) if spec.engine == "bayes" else _frequentist(spec)


def _sparse(spec: ModelSpec) -> Estimate:
    network = spec.network
    found = fit_sparse(network.arms, spec.engine, network.continuity, spec.reference)
    mixture = Mixture(found.ground, np.ones(1), np.zeros(1), found.effects[None], found.covariance[None])
    return Estimate(spec, mixture, 0.0, 0.0, True, None, q_total=found.likelihood_ratio, q_between=found.q)


def _frequentist(spec: ModelSpec) -> Estimate:
    arms, ground = spec.network.arrays, spec.network.index(spec.reference)
    has_tau2 = spec.model == "common" or arms.degrees > 0
    tau2 = 0.0
    if spec.model == "random" and has_tau2:
        tau2 = tau2_moments(arms) if spec.engine == "dl" else tau2_likelihood(arms, restricted=spec.engine == "reml")
    solution = solve(arms, tau2, ground=ground)
    # Hartung and Knapp 2001, Stat Med 20:3875; with several effects Jackson and Riley 2014, Stat Med 33:541
    degrees = arms.degrees if spec.ci != "wald" and arms.degrees > 0 else None
    factor = 1.0 if degrees is None else solution.q / degrees
    factor = max(factor, 1.0) if spec.ci == "hksj-floor" else factor
    covariance = factor * solution.covariance[None]
    mixture = Mixture(ground, np.ones(1), np.array([tau2]), solution.effects[None], covariance, degrees)
    return Estimate(spec, mixture, tau2, float(np.sqrt(tau2)), has_tau2, None, factor)


def _bayes(spec: ModelSpec) -> Estimate:
    arms, ground = spec.network.arrays, spec.network.index(spec.reference)
    prior = spec.prior
    if prior is None or prior.effect_sd is None:
        raise FitError("a Bayesian model needs a whole prior", repair="make the spec with plan()")
    if spec.model == "common":
        mixture = tau_grid.mixture_at(arms, np.zeros(1), np.ones(1), prior.effect_sd, ground)
        return Estimate(spec, mixture, 0.0, 0.0, True, None)
    lower, upper = prior.tau.support
    tau_prior = tau_grid.TauPrior(prior.tau.log_density, lower, upper, prior.tau.size)
    mixture, posterior = tau_grid.posterior(arms, tau_prior, prior.effect_sd, ground)
    mean, mean_square, sd = posterior.moments()
    tail = (1 - spec.level) / 2
    limits = [posterior.quantile(p) for p in (0.5, tail, 1 - tail)]
    record = TauPosterior(mean=mean, sd=sd, median=limits[0], lower=limits[1], upper=limits[2])
    return Estimate(spec, mixture, mean_square, mean, True, record)
