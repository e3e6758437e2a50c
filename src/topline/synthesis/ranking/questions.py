"""The questions to a fit about the order of its treatments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from topline.exhibits import Figure
from topline.records import Rank
from topline.synthesis.fitted import Fitted
from topline.synthesis.ranking.hierarchy import HierarchyProbability, Pairs, hierarchies, hierarchy_probability
from topline.synthesis.ranking.pictures import rankogram_figure, score_figure
from topline.synthesis.ranking.poth import Poth, poth
from topline.synthesis.ranking.ranks import rank_summary, ranks
from topline.tables import frame


class RankQuestions(Fitted):
    """What a fit answers about ranks. All but ``ranks()`` raise ``ArgumentError`` without a direction (``better``)."""

    def ranks(self, minimum_difference: float | None = None) -> Any:
        """P-scores, SUCRA and rank probabilities (``probability_1`` is that of being best), best first.

        ``minimum_difference`` is the smallest difference that matters, a ratio above 1 for ratios (taken as its log),
        else in the outcome's units. ``p_score`` is then the mean probability of being better by more than that;
        ``sucra`` and the ranks take treatments within it as tied. Raises ``ArgumentError`` for one that is not so.
        """
        return self._frame(ranks(self.estimate, minimum_difference), Rank)

    def rank_summary(self) -> Any:
        """Each treatment's P-score, mean, median and own rank with limits, and its score in a new trial.

        ``lower`` and ``upper`` are a confidence interval for the P-score that the true effects would have at this
        network's precision, tau2 taken as known. Raises ``ArgumentError`` without a direction.
        """
        return self._frame(rank_summary(self.estimate))

    def poth(self, among: Iterable[str] | None = None) -> Poth:
        """The precision of the treatment hierarchy with its interval, of all treatments or of some among themselves.

        Raises ``ArgumentError`` (``UnknownNameError``) without a direction or for fewer than 2 treatments.
        """
        return poth(self.estimate, among)

    def hierarchy_probability(
        self,
        *,
        best: str | Iterable[str] | None = None,
        among_best: Mapping[str, int] | None = None,
        order: Sequence[str] | None = None,
        better: Pairs | None = None,
        minimum_difference: float | None = None,
    ) -> HierarchyProbability:
        """The probability that all that is given holds at once.

        ``best="A"`` or ``["A", "B"]``, one of which is best; ``among_best={"A": 3}``, rank 3 or better; ``order=["A",
        "B", "C"]``, whoever stands between; ``better=("A", "B")`` or several pairs, by more than ``minimum_difference``
        if given. Raises ``ArgumentError`` (``UnknownNameError``).
        """
        return hierarchy_probability(
            self.estimate, best=best, among_best=among_best, order=order, better=better,
            minimum_difference=minimum_difference,
        )  # fmt: skip

    def hierarchies(self, most: int = 10) -> Any:
        """The most probable complete orders: ``probability``, then the treatments as ``rank_1``, ``rank_2``, ..."""
        return frame(hierarchies(self.estimate, most), self.estimate.network.kind)

    def rankogram(self, cumulative: bool = False) -> Figure:
        """The probability of each rank, or of it and better, a panel a treatment. Raises without a direction."""
        return rankogram_figure(self.estimate, cumulative)

    def score_plot(self) -> Figure:
        """P-scores with their intervals and those of a new trial. Raises ``ArgumentError`` without a direction."""
        return score_figure(self.estimate)
