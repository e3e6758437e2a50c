"""Which treatment is best, and how sure that is."""

from __future__ import annotations

from topline.records import Rank
from topline.synthesis.arrays.ranking import p_scores, rank_probabilities, rank_quantile
from topline.synthesis.engines import Estimate


def ranks(estimate: Estimate) -> tuple[Rank, ...]:
    """One row a treatment, best first; empty when the spec does not say which direction is better.

    P-score, SUCRA and mean rank are exact; the rank probabilities, and the median and 95% limits read off them, come
    from the spec's number of quasi-random draws.
    """
    spec, names = estimate.spec, estimate.network.treatments
    if spec.better is None:
        return ()
    sign = 1 if spec.better == "higher" else -1
    scores = p_scores(estimate.mixture, sign)
    probabilities = rank_probabilities(estimate.mixture, sign, spec.rank_draws, spec.seed)
    median, lower, upper = (rank_quantile(probabilities, p) for p in (0.5, 0.025, 0.975))
    n = len(names)
    rows = [
        Rank(
            treatment=name,
            p_score=float(scores[k]),
            sucra=float(scores[k]),
            mean_rank=n - float(scores[k]) * (n - 1),
            probabilities=tuple(probabilities[k].tolist()),
            median_rank=int(median[k]),
            rank_lower=int(lower[k]),
            rank_upper=int(upper[k]),
        )
        for k, name in enumerate(names)
    ]
    return tuple(sorted(rows, key=lambda row: (row.mean_rank or 0.0, row.treatment)))
