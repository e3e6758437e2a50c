"""Cochran's Q of the network: within designs (heterogeneity) and between them (inconsistency)."""

from __future__ import annotations

from collections.abc import Sequence

from topline.estimators import chi_square_p
from topline.records import Inconsistency, NodeSplit, QStatistics
from topline.synthesis.arrays.inconsistency import decompose
from topline.synthesis.engines import Estimate


def q_statistics(estimate: Estimate) -> QStatistics | None:
    """Q at tau2 = 0, split by design; None for the Bayesian engine, which has no Q.

    Of the engines for sparse counts ``mh`` has a Q between designs, and ``nch`` a total: its likelihood ratio of
    effects of each study's own against common ones.
    """
    if estimate.spec.engine == "bayes":
        return None
    if not estimate.weighted:
        degrees = decompose(estimate.network.arrays)
        total, between = estimate.q_total, estimate.q_between
        return QStatistics(
            total=total,
            df=degrees.df,
            p=None if total is None else chi_square_p(total, degrees.df),
            within=None,
            df_within=degrees.df_within,
            p_within=None,
            between=between,
            df_between=degrees.df_between,
            p_between=None if between is None else chi_square_p(between, degrees.df_between),
        )
    parts = estimate.q_parts
    return QStatistics(
        total=parts.total,
        df=parts.df,
        p=chi_square_p(parts.total, parts.df),
        within=parts.within,
        df_within=parts.df_within,
        p_within=chi_square_p(parts.within, parts.df_within),
        between=parts.between if parts.df_between else None,
        df_between=parts.df_between,
        p_between=chi_square_p(parts.between, parts.df_between),
    )


def inconsistency(estimate: Estimate, splits: Sequence[NodeSplit]) -> Inconsistency | None:
    """The global test of inconsistency; None without a loop that different trials close, and for ``bayes``.

    Designs that share treatments but close no loop still have a Q between designs: that is trials of one comparison
    disagreeing across designs, and no path of evidence contradicting another.
    """
    if estimate.spec.engine == "bayes" or not estimate.weighted or not splits or not estimate.q_parts.df_between:
        return None
    parts = estimate.q_parts
    p = chi_square_p(parts.between, parts.df_between)
    assert p is not None
    return Inconsistency(q=parts.between, df=parts.df_between, p=p, method="Q between designs at tau2 = 0")


def i2(estimate: Estimate) -> float | None:
    """max(0, (Q - df)/Q), the share of the variation between studies that chance does not explain, as a fraction."""
    if estimate.spec.engine == "bayes" or not estimate.weighted or estimate.q_parts.df == 0:
        return None
    parts = estimate.q_parts
    return max(0.0, (parts.total - parts.df) / parts.total) if parts.total > 0 else 0.0


def i2_tau2(estimate: Estimate) -> float | None:
    """tau2/(tau2 + s2) with Higgins and Thompson's typical variance s2, as a fraction."""
    typical = estimate.typical_variance if estimate.weighted else None
    return None if typical is None else estimate.tau2 / (estimate.tau2 + typical)
