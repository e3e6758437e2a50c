"""The questions to a fit about the agreement of its evidence."""

from __future__ import annotations

from typing import Any

from topline.exhibits import Figure
from topline.records import NodeSplit
from topline.synthesis.choices import one_of
from topline.synthesis.consistency import designs as designs_of
from topline.synthesis.consistency import net_heat as net_heat_of
from topline.synthesis.consistency import node_split as node_split_of
from topline.synthesis.consistency.comparisons import comparisons, shown
from topline.synthesis.fitted import Fitted
from topline.synthesis.reporting import pictures
from topline.tables import frame


class ConsistencyQuestions(Fitted):
    """What a fit answers about the agreement of direct and indirect evidence, and of designs."""

    def node_split(self, method: str = "side") -> Any:
        """Direct against indirect evidence for each comparison.

        ``side``: all comparisons from the one fit, at its tau2. ``separate``: a model of its own, with its own tau2,
        for each comparison that other trials join without the trials of the two (White 2015), so that there may be
        fewer rows; only for reml, dl and ml. p values are normal. Raises ``ArgumentError`` for another method.
        """
        if one_of("method of node splitting", method, node_split_of.METHODS) == "side":
            return self._frame(self.result.node_split, NodeSplit)
        return self._frame(node_split_of.separate(self.estimate), NodeSplit)

    def inconsistency(self) -> Any:
        """Q in total, within designs and between designs, a row each; no rows for the Bayesian engine."""
        q = self.result.q
        rows = [] if q is None else [
            {"part": "total", "q": q.total, "df": q.df, "p": q.p},
            {"part": "within designs", "q": q.within, "df": q.df_within, "p": q.p_within},
            {"part": "between designs", "q": q.between, "df": q.df_between, "p": q.p_between},
        ]  # fmt: skip
        return frame(rows, self.network.kind)

    def design_decomposition(self) -> Any:
        """Q design by design, at tau2 = 0: within it, its part of Q between designs, and what detaching it leaves.

        Raises ``ArgumentError`` for engines other than reml, dl and ml.
        """
        return self._frame(designs_of.design_decomposition(self.estimate))

    def design_by_treatment(self, method: str | None = None) -> Any:
        """One row: the test of consistency with tau2 estimated within designs, by ``method`` or the fit's engine.

        ``method`` is ``dl``, ``reml`` or ``ml``. Raises ``ArgumentError`` for another one and for other engines.
        """
        return self._frame((designs_of.design_by_treatment(self.estimate, method),))

    def net_heat(self, model: str = "common", method: str | None = None) -> Any:
        """What detaching one design takes off another's part of Q between designs, for each ordered pair.

        ``model="random"`` takes tau2 within designs, by ``method`` or the fit's engine. No rows where no design can
        contradict another. Raises ``ArgumentError`` for other engines and where tau2 can't be estimated.
        """
        return self._frame(net_heat_of.net_heat(self.estimate, model, method), net_heat_of.HeatCell)

    def net_heat_plot(self, model: str = "common", method: str | None = None) -> Figure:
        """The net heat plot. Raises as ``net_heat`` does, ``NetworkError`` where no design can contradict another."""
        return net_heat_of.net_heat_figure(self.estimate, model, method)

    def comparison_forest(self, *, show: str = "direct") -> Figure:
        """The direct, the indirect and the network estimate of each comparison on one axis.

        ``show``: ``direct`` for every comparison that a trial makes, ``both`` for those with indirect evidence too.
        Raises ``ArgumentError`` for another word, and where no comparison has both.
        """
        rows = shown(comparisons(self.estimate, self.result.league), show)
        return pictures.comparison_forest(self.result, rows)
