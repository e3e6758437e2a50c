"""The questions to a fit about where its estimates come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from topline.exhibits import Figure
from topline.records import Contribution
from topline.synthesis.choices import one_of
from topline.synthesis.consistency.comparisons import precisions
from topline.synthesis.fitted import Fitted
from topline.synthesis.flow import contributions as contributions_of
from topline.synthesis.flow import evidence_flow as evidence_flow_of
from topline.synthesis.flow import geometry as geometry_of
from topline.synthesis.flow import hat_matrix as hat_matrix_of
from topline.synthesis.models import transitivity as transitivity_of
from topline.synthesis.reporting import pictures
from topline.tables import frame


class EvidenceQuestions(Fitted):
    """What a fit answers about the flow of its evidence and the shape of its network."""

    def contributions(self, method: str = "randomwalk", by: str = "study") -> Any:
        """The share of each study, or of each direct comparison (``by="comparison"``), in each estimate.

        ``method``: ``randomwalk`` (Davies et al. 2022), ``shortestpath`` (Papakonstantinou et al. 2018) or ``hat`` (the
        absolute entries of the hat matrix over their sum). No rows for an engine without weights. Raises
        ``ArgumentError`` for what is not there.
        """
        contributions_of.check_request(method, by)
        if not self.estimate.weighted:
            return self._frame((), Contribution if by == "study" else contributions_of.ComparisonContribution)
        if by == "comparison":
            return self._frame(contributions_of.comparison_contributions(self.estimate, method))
        if method == "randomwalk":
            return self._frame(self.result.contributions)
        return self._frame(contributions_of.contributions(self.estimate, method))

    def contribution_map(self, by: str = "study", method: str = "randomwalk", *, every_pair: bool = False) -> Figure:
        """The contributions as a heat map: one row a comparison with the reference, or with ``every_pair`` any two.

        Raises ``ArgumentError`` for a ``by`` or a ``method`` that is not there, and for an engine without weights.
        """
        contributions_of.check_request(method, by)
        return contributions_of.contribution_map(self.estimate, by=by, method=method, every_pair=every_pair)

    def hat_matrix(self, kind: str = "davies") -> Any:
        """The coefficients of the direct effects in each estimate.

        ``kind``: ``davies`` by direct comparison, ``krahn`` by design, ``ruecker`` by study. Raises ``ArgumentError``
        for another one, and for an engine without weights.
        """
        return self._frame(hat_matrix_of.hat_matrix(self.estimate, kind))

    def evidence_flow(self) -> Any:
        """How direct each estimate is, and on how few designs and studies it hangs (König, Krahn and Binder 2013).

        Raises ``ArgumentError`` for an engine without weights.
        """
        return self._frame(evidence_flow_of.evidence_flow(self.estimate))

    def geometry(self, by: str = "network") -> Any:
        """The network in numbers, a row a quantity; with ``by="treatment"`` a row a treatment.

        Raises ``ArgumentError`` for another ``by``.
        """
        if one_of("choice of rows", by, geometry_of.BY) == "treatment":
            return self._frame(geometry_of.treatment_geometry(self.network))
        return self._frame(geometry_of.geometry(self.network))

    def transitivity(self, covariate: str | Sequence[str] | None = None, *, by: str = "comparison") -> Any:
        """Covariates by ``comparison`` or by ``design``, and a row ``all`` with a test; a large p proves nothing.

        Raises ``DataError`` without covariates, ``UnknownNameError``.
        """
        return frame(transitivity_of.transitivity(self.network, covariate, by), self.network.kind)

    def network_graph(self, *, size: str | None = None, width: str = "trials") -> Figure:
        """The network of studies; those of three arms or more as shaded areas, each design once.

        ``size`` of the discs: ``patients`` or ``trials``, by default patients where they are known. ``width`` of the
        lines: ``trials``, or ``precision``, the inverse variance of the direct estimate at the model's tau2. Raises
        ``ArgumentError`` for another word, and for patients that are not known.
        """
        width = one_of("width of lines", width, pictures.WIDTHS)
        weights = precisions(self.estimate) if width == "precision" else None
        return pictures.network_graph(self.result, size=size, width=width, precisions=weights)
