"""Each comparison's direct, indirect and network estimates side by side."""

from __future__ import annotations

import numpy as np

from topline.errors import ArgumentError
from topline.estimators import critical_value, two_sided_p
from topline.exhibits.comparison_forest import ComparisonRow, Measured
from topline.records import LeagueCell, number_or_none
from topline.synthesis.arrays.side import split
from topline.synthesis.choices import one_of
from topline.synthesis.effects import display
from topline.synthesis.engines import Estimate


def comparisons(estimate: Estimate, league: tuple[LeagueCell, ...]) -> tuple[ComparisonRow, ...]:
    """A row for each comparison with direct evidence, also where nothing indirect exists; on the natural scale.

    Direct and indirect are back-calculated at the model's tau2 (its posterior mean for ``bayes``), with normal limits
    at the spec's level; the network's estimate is the league's. The spec's reference is the reference of its rows;
    otherwise the later name is. Source of the method: :mod:`topline.synthesis.arrays.side`.
    """
    network, spec = estimate.network, estimate.spec
    parts = split(network.arrays, estimate.solution)
    ground = network.index(spec.reference)
    cells = {(c.treatment, c.reference): c for c in league}

    def measured(mean: float, half: float) -> Measured:
        shown = display(network.scale, mean, mean - half, mean + half)
        return Measured(shown.estimate, shown.lower, shown.upper)

    rows = []
    for k, (a, b) in enumerate(zip(parts.first.tolist(), parts.second.tolist(), strict=True)):
        first, second, sign = (b, a, -1.0) if a == ground else (a, b, 1.0)
        names = network.treatments[first], network.treatments[second]
        z = critical_value(spec.level)
        split_here = bool(np.isfinite(parts.indirect[k]))
        gap = sign * float(parts.direct[k] - parts.indirect[k])
        rows.append(
            ComparisonRow(
                *names,
                trials=int(parts.n_direct[k]),
                direct=measured(sign * float(parts.direct[k]), z * float(parts.se_direct[k])),
                indirect=measured(sign * float(parts.indirect[k]), z * float(parts.se_indirect[k]))
                if split_here
                else None,
                network=_of_league(cells[names], network.scale),
                share=float(parts.direct_proportion[k]),
                p=number_or_none(two_sided_p(gap / float(np.hypot(parts.se_direct[k], parts.se_indirect[k]))))
                if split_here
                else None,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.reference != spec.reference, row.reference, row.treatment)))


def precisions(estimate: Estimate) -> dict[tuple[str, str], float]:
    """The inverse variance of the direct estimate of each comparison at the model's tau2, keyed by sorted names."""
    parts = split(estimate.network.arrays, estimate.solution)
    names = estimate.network.treatments
    return {
        (names[a], names[b]): float(1 / se**2)
        for a, b, se in zip(parts.first.tolist(), parts.second.tolist(), parts.se_direct.tolist(), strict=True)
    }


def _of_league(cell: LeagueCell, scale: str) -> Measured:
    if cell.estimate is None or cell.lower is None or cell.upper is None:
        return Measured(None, None, None)
    shown = display(scale, cell.estimate, cell.lower, cell.upper)
    return Measured(shown.estimate, shown.lower, shown.upper)


def shown(rows: tuple[ComparisonRow, ...], show: str) -> tuple[ComparisonRow, ...]:
    """The rows that ``show`` asks for: ``direct`` (all), or ``both``, those with indirect evidence too.

    Raises ``ArgumentError`` for another word, and when no comparison has both.
    """
    kept = (
        rows
        if one_of("choice of comparisons", show, ("direct", "both")) == "direct"
        else tuple(row for row in rows if row.indirect is not None)
    )
    if not kept:
        raise ArgumentError(
            "no comparison has direct and indirect evidence",
            found="a network without a loop that different trials close",
            repair='show="direct" draws every comparison that a trial makes',
        )
    return kept
