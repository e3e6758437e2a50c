"""Every treatment versus every other, both ways round."""

from __future__ import annotations

import numpy as np

from topline.records import LeagueCell
from topline.synthesis.arrays.mixture import contrasts
from topline.synthesis.arrays.side import count_direct
from topline.synthesis.effects import interval
from topline.synthesis.engines import Estimate


def league(estimate: Estimate) -> tuple[LeagueCell, ...]:
    """A cell for every ordered pair; the two cells of a pair mirror each other exactly."""
    names = estimate.network.treatments
    i, j = np.triu_indices(len(names), 1)
    pairs = contrasts(estimate.mixture, i, j)
    mean, sd = pairs.moments()
    lower, upper = interval(estimate, pairs)
    direct = count_direct(estimate.network.arrays)
    cells = {}
    for k, (a, b) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        numbers = float(mean[k]), float(lower[k]), float(upper[k])
        for first, second, (middle, low, high) in (
            (a, b, numbers),
            (b, a, (-numbers[0], -numbers[2], -numbers[1])),
        ):
            cells[first, second] = LeagueCell(
                treatment=names[first],
                reference=names[second],
                estimate=middle,
                se=float(sd[k]),
                lower=low,
                upper=high,
                n_direct=int(direct[a, b]),
            )
    return tuple(cells[key] for key in sorted(cells))
