"""The questions to a fit about what its answer hangs on."""

from __future__ import annotations

from typing import Any

from topline.errors import ArgumentError
from topline.exhibits import Figure
from topline.synthesis.fitted import Fitted
from topline.synthesis.sensitivity import cumulative as cumulative_of
from topline.synthesis.sensitivity import funnel as funnel_of
from topline.synthesis.sensitivity import leave_one_out as leave_one_out_of
from topline.synthesis.sensitivity import thresholds as thresholds_of


class SensitivityQuestions(Fitted):
    """What a fit answers about studies left out, added, or moved."""

    def leave_one_out(self, by: str = "study") -> Any:
        """Every treatment versus the reference without each study, or each treatment (``by="treatment"``), in turn.

        tau2 is estimated anew each time; ``change`` is versus this fit. What only the thing left out joined to the
        reference is missing. The reference itself is not left out. Raises ``ArgumentError`` for another ``by``.
        """
        return self._frame(leave_one_out_of.without(self.estimate, by))

    def influence(self) -> Any:
        """A row for each study: tau2, Q and the best treatment without it, and the comparison that moves most.

        ``leverage`` is its share of the parameters; a small ``residual_p`` marks an outlier.
        """
        return self._frame(leave_one_out_of.influence(self.estimate))

    def cumulative(self, order: object) -> Any:
        """The network as it grew: a fit at each step to what is joined to the reference by then, tau2 anew.

        ``order`` is a mapping from study to a value that can be sorted, such as its year, the name of a covariate, or a
        list of all studies. Raises ``DataError`` where it leaves studies out, ``ArgumentError``.
        """
        return self._frame(cumulative_of.cumulative(self.estimate, order))

    def compare(self, before: Fitted) -> Any:
        """What changed since the fit ``before``, for every two treatments; ``change`` is this fit less that one.

        Raises ``ArgumentError`` when the two are not on the same measure.
        """
        if not isinstance(before, Fitted):
            raise ArgumentError("before is not a fit", found=repr(before)[:80], expected="what nma() returns")
        return self._frame(cumulative_of.compare(self.estimate, before.estimate))

    def thresholds(self, by: str = "study") -> Any:
        """How far each study, or the direct evidence on each contrast, must move to change the best treatment.

        tau2 and the weights stay as they are. Smallest moves first. Raises ``ArgumentError`` without ``better``.
        """
        return self._frame(thresholds_of.threshold_rows(self.estimate, by))

    def threshold_plot(self, by: str = "study", *, most: int | None = 30) -> Figure:
        """The ``most`` rows of ``thresholds`` that need the smallest moves, as a forest plot; all, if None."""
        return thresholds_of.threshold_figure(self.estimate, by, most)

    def funnel(self, order: object = None) -> Figure:
        """The comparison-adjusted funnel plot: each contrast less the direct estimate, first treatment versus later.

        ``order`` is as in ``funnel_test``. Raises ``ArgumentError`` without it.
        """
        return funnel_of.funnel_figure(self.estimate, order)

    def funnel_test(self, order: object = None) -> Any:
        """Egger's test on the comparison-adjusted funnel plot, and the same within comparisons, a row each.

        ``order`` is a list of all treatments, such as from the newest to the oldest. Raises ``ArgumentError`` without.
        """
        return self._frame(funnel_of.funnel_tests(self.estimate, order))
