"""A fitted network meta-analysis at its core: the request, the evidence, the joint distribution, the record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from topline import __version__
from topline.errors import ArgumentError
from topline.records import Caveat, NmaResult, QStatistics, identify, made_by
from topline.synthesis import effects as effects_of
from topline.synthesis import league as league_of
from topline.synthesis.arrays.mixture import draws
from topline.synthesis.caveats import fit_caveats
from topline.synthesis.choices import is_whole
from topline.synthesis.consistency import inconsistency as inconsistency_of
from topline.synthesis.consistency import node_split as node_split_of
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.flow import contributions as contributions_of
from topline.synthesis.ranking import ranks as ranks_of
from topline.synthesis.rows import as_frame
from topline.synthesis.spec import ModelSpec


@dataclass(frozen=True)
class Fitted:
    """A fitted model; ``result`` is all that it says, as a record."""

    estimate: Estimate

    @property
    def spec(self) -> ModelSpec:
        """The request."""
        return self.estimate.spec

    @property
    def network(self) -> Network:
        """The evidence."""
        return self.estimate.network

    @property
    def treatments(self) -> tuple[str, ...]:
        """The treatments, in the order of ``mean``, ``covariance`` and ``draws``."""
        return self.network.treatments

    @property
    def mean(self) -> NDArray[np.float64]:
        """Mean effects versus the reference (T,); the reference's is 0."""
        return self.estimate.mixture.mean()

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Covariance of the effects versus the reference (T, T); the reference's row and column are 0."""
        return self.estimate.mixture.covariance()

    @property
    def tau2(self) -> float | None:
        """The variance of true effects between trials; None where the data say nothing about it."""
        return self.result.tau2

    @property
    def tau(self) -> float | None:
        """The standard deviation of true effects between trials; None where the data say nothing about it."""
        return self.result.tau

    @property
    def i2(self) -> float | None:
        """The share of the variation between trials that chance does not explain, as a fraction."""
        return self.result.i2

    @property
    def q(self) -> QStatistics | None:
        """Cochran's Q, in total, within designs and between them; None for the Bayesian engine."""
        return self.result.q

    def draws(self, n: int, seed: int) -> NDArray[np.float64]:
        """Joint effects versus the reference (n, T), quasi-random, the same for the same ``seed``.

        Normal with ``mean`` and ``covariance``; with Knapp-Hartung intervals multivariate t with these as centre and
        squared scale; or draws from the posterior. The rows stand in random order. Raises ``ArgumentError`` for what is
        no number of draws or no seed.
        """
        for name, value, least in (("n", n, 1), ("seed", seed, 0)):
            if not is_whole(value) or value < least:
                raise ArgumentError(f"{name} is not a whole number from {least}", found=repr(value))
        return draws(self.estimate.mixture, n, seed)

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What must be known before the numbers are believed."""
        return self.result.caveats

    @cached_property
    def result(self) -> NmaResult:
        """Everything that the fit says, as a record."""
        e, spec, network = self.estimate, self.spec, self.network
        splits = node_split_of.node_split(e) if e.weighted else ()
        request = spec.to_dict()
        return NmaResult(
            id=identify("nma", "nma/1", request, spec.seed, network.inputs),
            made_from=network.facts,
            made_by=made_by(request, spec.seed),
            caveats=fit_caveats(e, splits),
            measure=network.measure,
            scale=network.scale,
            model=spec.model,
            engine=spec.engine,
            reference=spec.reference,
            better=spec.better,
            level=spec.level,
            n_studies=len(network.studies),
            n_arms=len(network.arms),
            n_treatments=len(network.treatments),
            treatments=network.treatments,
            studies=network.studies,
            tau2=e.tau2 if e.has_tau2 else None,
            tau=e.tau if e.has_tau2 else None,
            i2=inconsistency_of.i2(e),
            i2_tau2=inconsistency_of.i2_tau2(e),
            q=inconsistency_of.q_statistics(e),
            inconsistency=inconsistency_of.inconsistency(e, splits),
            certificate=e.certificate,
            effects=effects_of.effects(e),
            league=league_of.league(e),
            ranks=ranks_of.ranks(e),
            node_split=splits,
            contributions=contributions_of.contributions(e) if e.weighted else (),
            arms=network.arms,
            tau_posterior=e.tau_posterior,
            spec=request,
            version=__version__,
        )

    def _frame(self, rows: tuple[msgspec.Struct, ...], empty: type[msgspec.Struct] | None = None) -> Any:
        return as_frame(rows, self.network.kind, empty)
