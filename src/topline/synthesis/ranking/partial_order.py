"""One order from several outcomes, as far as they agree: a question to several fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from topline.errors import ArgumentError
from topline.exhibits import Figure
from topline.exhibits.hasse import HasseNode, hasse_diagram
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.partial_order import Poset
from topline.synthesis.arrays.partial_order import partial_order as order_of
from topline.synthesis.arrays.ranking import p_scores
from topline.synthesis.fit import NmaFit
from topline.synthesis.ranking.ranks import direction
from topline.tables import frame


@dataclass(frozen=True, repr=False)
class PartialOrder:
    """The treatments that all outcomes rank, in the order that all outcomes agree on.

    ``p_scores`` (T, K) has a row for each of ``treatments`` and a column for each of ``outcomes``. ``left_out`` names
    each treatment that some outcome lacks, with those outcomes. The order is that of the P-scores as estimated: it says
    nothing of how sure they are, for which see ``rank_summary`` of each fit.
    """

    outcomes: tuple[str, ...]
    treatments: tuple[str, ...]
    p_scores: Array
    left_out: dict[str, tuple[str, ...]]
    poset: Poset
    kind: str

    def __repr__(self) -> str:
        return (
            f"<PartialOrder: {len(self.treatments)} treatments by {', '.join(self.outcomes)}; "
            f"nothing is better than {', '.join(self.best)}>"
        )

    @property
    def best(self) -> tuple[str, ...]:
        """The maximal elements: treatments than which none is better in one outcome and no worse in the others."""
        return tuple(name for name, level in zip(self.treatments, self.poset.level, strict=True) if level == 0)

    @property
    def covers(self) -> tuple[tuple[str, str], ...]:
        """The pairs (better, worse) with no treatment between them: the lines of the Hasse diagram."""
        return self._pairs(self.poset.covers)

    @property
    def incomparable(self) -> tuple[tuple[str, str], ...]:
        """The pairs that the outcomes put in different orders, each once."""
        return self._pairs(np.triu(self.poset.incomparable))

    @property
    def equal(self) -> tuple[tuple[str, str], ...]:
        """The pairs with the same score in every outcome, each once."""
        return self._pairs(np.triu(self.poset.equal))

    def scores(self) -> Any:
        """A row for each treatment: its P-score in each outcome, and its level in the diagram (1 is the highest)."""
        rows: list[dict[str, Any]] = [
            {"treatment": name, **dict(zip(self.outcomes, values, strict=True)), "level": level + 1}
            for name, values, level in zip(
                self.treatments, self.p_scores.tolist(), self.poset.level.tolist(), strict=True
            )
        ]
        rows.sort(key=lambda row: (row["level"], -sum(row[outcome] for outcome in self.outcomes), row["treatment"]))
        return frame(rows, self.kind)

    def dominance(self) -> Any:
        """The matrix: a row for each treatment, True under each treatment that it is above."""
        rows = [
            {"treatment": name, **dict(zip(self.treatments, row, strict=True))}
            for name, row in zip(self.treatments, self.poset.above.tolist(), strict=True)
        ]
        return frame(rows, self.kind)

    def hasse(self) -> Figure:
        """The Hasse diagram: a line leads down from each treatment to those that it is next above."""
        nodes = [
            HasseNode(name, int(level), tuple(values))
            for name, level, values in zip(self.treatments, self.poset.level, self.p_scores.tolist(), strict=True)
        ]
        caption = "A treatment is above another where no outcome ranks it lower and one ranks it higher."
        if self.left_out:
            caption += " Left out, as not all outcomes have them: " + ", ".join(self.left_out) + "."
        title = f"The order of {len(self.treatments)} treatments on which {len(self.outcomes)} outcomes agree"
        return hasse_diagram("hasse", title, nodes, self.covers, outcomes=self.outcomes, caption=caption)

    def _pairs(self, relation: Any) -> tuple[tuple[str, str], ...]:
        first, second = np.nonzero(relation)
        return tuple((self.treatments[i], self.treatments[j]) for i, j in zip(first, second, strict=True))


def partial_order(fits: Mapping[str, NmaFit]) -> PartialOrder:
    """The partial order of the treatments by the P-scores of several fits, ``{"efficacy": fit, "safety": other}``.

    Each P-score is taken among all treatments of its own network. Treatments that some outcome lacks are left out, and
    named. Raises ``ArgumentError`` for fewer than 2 outcomes or 2 common treatments, and for a fit without a direction.

    Source: Rücker and Schwarzer 2017, Res Synth Methods 8:526.
    """
    others = (
        [f"{name!r}: {type(f).__name__}" for name, f in fits.items() if not isinstance(f, NmaFit)]
        if isinstance(fits, Mapping)
        else [type(fits).__name__]
    )
    if others or len(fits) < 2:
        raise ArgumentError(
            "a partial order needs several outcomes, each with a fit",
            found=", ".join(others) or f"outcomes: {len(fits)}",
            expected="a mapping of at least 2 names to fits",
            repair='partial_order({"efficacy": fit, "safety": other})',
        )
    for name, fit in fits.items():
        if fit.spec.better is None:
            raise ArgumentError(
                f"the outcome {name!r} does not say whether higher or lower is better",
                repair="nma(..., better='higher') or better='lower'",
            )
    common = sorted(set.intersection(*(set(fit.treatments) for fit in fits.values())))
    everyone = sorted(set().union(*(fit.treatments for fit in fits.values())))
    left_out = {
        t: tuple(name for name, fit in fits.items() if t not in fit.treatments) for t in everyone if t not in common
    }
    if len(common) < 2:
        raise ArgumentError(
            "the outcomes have fewer than 2 treatments in common",
            found=", ".join(common) or "none",
            repair="name the treatments the same way in each outcome",
        )
    scores = np.column_stack(
        [
            p_scores(fit.estimate.mixture, direction(fit.estimate))[[fit.network.index(t) for t in common]]
            for fit in fits.values()
        ]
    )
    kind = next(iter(fits.values())).network.kind
    return PartialOrder(tuple(fits), tuple(common), scores, left_out, order_of(scores), kind)
