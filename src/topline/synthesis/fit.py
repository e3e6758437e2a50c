"""A fitted network meta-analysis: the place to ask it questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topline.errors import ArgumentError
from topline.exhibits import Figure, Table
from topline.exhibits.files import page_path
from topline.synthesis.absolute.effects import absolute_effects
from topline.synthesis.consistency.questions import ConsistencyQuestions
from topline.synthesis.engines import estimate
from topline.synthesis.flow.questions import EvidenceQuestions
from topline.synthesis.models.questions import ModelQuestions
from topline.synthesis.ranking.questions import RankQuestions
from topline.synthesis.reporting import pictures
from topline.synthesis.reporting.items import methods_text, reporting_items
from topline.synthesis.reporting.r_script import r_script
from topline.synthesis.reporting.report import report_page
from topline.synthesis.sensitivity.questions import SensitivityQuestions
from topline.synthesis.sparse.profile_intervals import estimate_intervals
from topline.synthesis.spec import ModelSpec


def fit(spec: ModelSpec) -> NmaFit:
    """Fit what the spec says. Raises ``FitError`` when the numbers don't converge."""
    return NmaFit(estimate(spec))


@dataclass(frozen=True, repr=False)
class NmaFit(RankQuestions, ConsistencyQuestions, EvidenceQuestions, ModelQuestions, SensitivityQuestions):
    """A fitted model. Tables come back as the kind of frame that came in; ``result`` is the whole as a record."""

    def __repr__(self) -> str:
        n = self.network
        return (
            f"<NmaFit: {n.measure}, {len(n.studies)} studies, {len(n.treatments)} treatments, "
            f"{self.spec.model} effects, {self.spec.engine}>"
        )

    def __str__(self) -> str:
        lines = [repr(self), "", self.forest().to_text().rstrip()]
        lines += [f"caveat ({c.severity}): {c.text}" for c in self.caveats]
        return "\n".join(lines)

    def effects(self) -> Any:
        """Every treatment versus the reference; ``display_*`` is on the natural scale."""
        return self._frame(self.result.effects)

    def profile_intervals(self) -> Any:
        """Every treatment versus the reference with the limits of its likelihood; for engines nch and penalised."""
        return self._frame(estimate_intervals(self.estimate))

    def league(self) -> Any:
        """Every treatment versus every other."""
        return self._frame(self.result.league)

    def absolute(self, baseline: float | Sequence[float] | None = None) -> Any:
        """The outcome on every treatment (a risk, a rate or a mean) and its difference from the reference's.

        ``baseline`` is the outcome on the reference: a number, or an estimate with its limits, such as ``(0.1, 0.07,
        0.14)``; None pools the reference arms. Raises ``ArgumentError`` where that can't be.
        """
        return self._frame(absolute_effects(self.estimate, baseline))

    def forest(self) -> Figure:
        """The forest plot of every treatment versus the reference; ``to_svg()`` and ``to_html()`` render it."""
        return pictures.forest(self.result)

    def league_table(self) -> Table:
        """The league table to put into a paper: the row's treatment versus the column's, "estimate (interval)".

        ``to_csv()``, ``to_markdown()``, ``to_html()`` and ``to_text()`` write it; * marks an interval that leaves out
        no difference.
        """
        return pictures.league_table(self.result)

    def league_heat(self) -> Figure:
        """The league table as a drawing: the row's treatment versus the column's, shaded by estimate over error."""
        return pictures.league_heat(self.result)

    def report(self, path: str | Path, *, title: str = "Network meta-analysis") -> Path:
        """Write one self-contained HTML page: pictures, league, methods, PRISMA-NMA items, data. Returns its path.

        Raises ``ArgumentError`` for a name that does not end in ``.html`` or ``.htm``, and when it can't be written.
        """
        page = page_path(path)
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(report_page(self, title), encoding="utf-8")
        except OSError as error:
            raise ArgumentError(
                f"{page} can't be written",
                found=error.strerror or str(error),
                repair="name a file in a folder of yours",
            ) from None
        return page

    def to_r(self) -> str:
        """The netmeta script that repeats the fit, with this fit's numbers as comments, so that anyone can check.

        Raises ``ArgumentError`` for the Bayesian engine.
        """
        return r_script(self.spec, self.result)

    def methods(self) -> str:
        """The methods section in words: model, data, intervals, software."""
        return "\n\n".join(methods_text(self.estimate, self.result))

    def reporting_items(self) -> Any:
        """The items of PRISMA-NMA that concern an analysis, each with what this one answers."""
        return self._frame(reporting_items(self.estimate, self.result))
