"""A fitted network meta-analysis: the place to ask it questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from topline import __version__
from topline.errors import ArgumentError
from topline.exhibits import Figure
from topline.records import Caveat, NmaResult, identify, made_by
from topline.synthesis import contributions as contributions_of
from topline.synthesis import effects as effects_of
from topline.synthesis import inconsistency as inconsistency_of
from topline.synthesis import league as league_of
from topline.synthesis import node_split as node_split_of
from topline.synthesis import pictures
from topline.synthesis import ranks as ranks_of
from topline.synthesis.arrays.mixture import draws
from topline.synthesis.caveats import fit_caveats
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.network import Network
from topline.synthesis.spec import ModelSpec
from topline.tables import frame


def fit(spec: ModelSpec) -> NmaFit:
    """Fit what the spec says. Raises ``FitError`` when the numbers don't converge."""
    return NmaFit(estimate(spec))


@dataclass(frozen=True)
class NmaFit:
    """A fitted model. Tables come back as the kind of frame that came in; ``result`` is the whole as a record."""

    estimate: Estimate

    def __repr__(self) -> str:
        n = self.network
        return (
            f"<NmaFit: {n.measure}, {len(n.studies)} studies, {len(n.treatments)} treatments, "
            f"{self.spec.model} effects, {self.spec.engine}>"
        )

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

    def draws(self, n: int, seed: int) -> NDArray[np.float64]:
        """Joint effects versus the reference (n, T), quasi-random, the same for the same ``seed``.

        Normal with ``mean`` and ``covariance``, or draws from the posterior. The rows stand in random order.
        """
        return draws(self.estimate.mixture, n, seed)

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What must be known before the numbers are believed."""
        return self.result.caveats

    def __str__(self) -> str:
        lines = [repr(self), "", self.forest().to_text().rstrip()]
        lines += [f"caveat ({c.severity}): {c.text}" for c in self.caveats]
        return "\n".join(lines)

    def effects(self) -> Any:
        """Every treatment versus the reference; ``display_*`` is on the natural scale."""
        return self._frame(self.result.effects)

    def league(self) -> Any:
        """Every treatment versus every other."""
        return self._frame(self.result.league)

    def ranks(self) -> Any:
        """P-scores, SUCRA and rank probabilities (``probability_1`` is that of being best), best first."""
        return self._frame(self.result.ranks)

    def node_split(self) -> Any:
        """Direct against indirect evidence for each comparison."""
        return self._frame(self.result.node_split)

    def inconsistency(self) -> Any:
        """Q in total, within designs and between designs, a row each; no rows for the Bayesian engine."""
        q = self.result.q
        rows = [] if q is None else [
            {"part": "total", "q": q.total, "df": q.df, "p": q.p},
            {"part": "within designs", "q": q.within, "df": q.df_within, "p": q.p_within},
            {"part": "between designs", "q": q.between, "df": q.df_between, "p": q.p_between},
        ]  # fmt: skip
        return frame(rows, self.network.kind)

    def contributions(self) -> Any:
        """The share of each study in each estimate."""
        return self._frame(self.result.contributions)

    def forest(self) -> Figure:
        """The forest plot of every treatment versus the reference; ``to_svg()`` and ``to_html()`` render it."""
        return pictures.forest(self.result)

    def network_graph(self) -> Figure:
        """The network of studies."""
        return pictures.network_graph(self.result)

    def report(self, path: str | Path, *, title: str = "Network meta-analysis") -> Path:
        """Write one self-contained HTML page: forest, network, ranks, league, caveats, the request. Returns its path.

        Raises ``ArgumentError`` when it can't be written.
        """
        page = Path(path)
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(pictures.report(self.result, title), encoding="utf-8")
        except OSError as error:
            raise ArgumentError(
                f"{page} can't be written",
                found=error.strerror or str(error),
                repair="name a file in a folder of yours",
            ) from None
        return page

    @cached_property
    def result(self) -> NmaResult:
        """Everything that the fit says, as a record."""
        e, spec, network = self.estimate, self.spec, self.network
        splits = node_split_of.node_split(e)
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
            effects=effects_of.effects(e),
            league=league_of.league(e),
            ranks=ranks_of.ranks(e),
            node_split=splits,
            contributions=contributions_of.contributions(e),
            arms=network.arms,
            tau_posterior=e.tau_posterior,
            spec=request,
            version=__version__,
        )

    def _frame(self, rows: tuple[msgspec.Struct, ...]) -> Any:
        return frame([_flat(row) for row in rows], self.network.kind)


def _flat(row: msgspec.Struct) -> dict[str, Any]:
    """A record as one row: ``display`` and ``probabilities`` become columns of their own."""
    flat = {name: getattr(row, name) for name in row.__struct_fields__}
    if "display" in flat:
        display = flat.pop("display")
        flat |= {f"display_{name}": getattr(display, name) for name in display.__struct_fields__}
    for k, probability in enumerate(flat.pop("probabilities", ()), 1):
        flat[f"probability_{k}"] = probability
    return flat
