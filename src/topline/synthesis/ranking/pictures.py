"""Ranks as pictures: rankograms, and scores with their intervals."""

from __future__ import annotations

import numpy as np

from topline.errors import ArgumentError
from topline.exhibits import Figure
from topline.exhibits.palette import Role
from topline.exhibits.rankogram import RankogramPanel, rankogram
from topline.exhibits.scores import ScoreRow, score_chart
from topline.exhibits.text import fixed
from topline.synthesis.engines import Estimate
from topline.synthesis.ranking.ranks import direction, rank_summary, ranks


def rankogram_figure(estimate: Estimate, cumulative: bool) -> Figure:
    """The probability of each rank, a panel a treatment, the best first.

    Raises ``ArgumentError`` without a direction, or when ``cumulative`` is neither True nor False.
    """
    direction(estimate)
    if not isinstance(cumulative, bool | np.bool_):
        raise ArgumentError("cumulative is neither True nor False", found=repr(cumulative))
    panels = [
        RankogramPanel(
            row.treatment,
            row.probabilities,
            f"SUCRA {fixed(row.sucra, 2)}" + (", reference" if row.treatment == estimate.spec.reference else ""),
            _role(estimate, row.treatment),
        )
        for row in ranks(estimate)
    ]
    title = "How probable each rank or a better one is" if cumulative else "How probable each rank is"
    return rankogram("rankogram", title, panels, cumulative=bool(cumulative))


def score_figure(estimate: Estimate) -> Figure:
    """P-scores with their intervals, the best first. Raises ``ArgumentError`` without a direction."""
    rows = [
        ScoreRow(
            row.treatment, row.p_score, row.lower, row.upper, row.predictive_p_score, _role(estimate, row.treatment)
        )
        for row in rank_summary(estimate)
    ]
    if estimate.spec.engine == "bayes":
        caption = "The score sums up the posterior distribution of the ranks; it has no interval of its own."
    else:
        caption = (
            "The interval is for the score that the true effects would have at the precision of this network, with the "
            "heterogeneity taken as known."
        )
    level = f"{100 * estimate.spec.level:g}%"
    return score_chart("scores", "How far each treatment is ahead", rows, level=level, caption=caption)


def _role(estimate: Estimate, treatment: str) -> Role:
    return "reference" if treatment == estimate.spec.reference else "rival"
