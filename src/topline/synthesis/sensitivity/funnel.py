"""Comparison-adjusted funnel plots, and tests of their asymmetry."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from topline.errors import ArgumentError, UnknownNameError
from topline.estimators import critical_value
from topline.exhibits import Figure, FunnelPoint, funnel
from topline.exhibits.effects import MEASURES
from topline.exhibits.text import p_value
from topline.records import number_or_none
from topline.synthesis.arrays.funnel import Slope, egger, within_comparisons
from topline.synthesis.arrays.side import split
from topline.synthesis.choices import as_list
from topline.synthesis.engines import Estimate


class FunnelTest(msgspec.Struct, frozen=True):
    """A test of asymmetry: how far an estimate moves for each unit of its standard error.

    ``intercept`` is Egger's, the slope of the estimate on its standard error: above 0 where small studies show higher
    values of the treatment that comes first in the order. ``t`` has ``df`` degrees. None where the data do not
    determine it.
    """

    test: str
    intercept: float | None
    se: float | None
    t: float | None
    df: int
    p: float | None
    n_contrasts: int
    n_comparisons: int


def funnel_points(estimate: Estimate, order: object) -> tuple[FunnelPoint, ...]:
    """Each contrast of each study: the treatment that comes first in the ``order`` versus the later one.

    The direct estimate pools the studies of the comparison at the fit's tau2. Raises ``ArgumentError`` unless the order
    holds every treatment once.
    """
    place = places(estimate, order)
    network, arms = estimate.network, estimate.network.arrays
    parts = split(arms, estimate.solution)
    direct = {
        (a, b): d for a, b, d in zip(parts.first.tolist(), parts.second.tolist(), parts.direct.tolist(), strict=True)
    }
    points = []
    for i, j in zip(arms.pair_i.tolist(), arms.pair_j.tolist(), strict=True):
        a, b = int(arms.treatment[i]), int(arms.treatment[j])
        sign = 1.0 if place[a] < place[b] else -1.0
        first, second = (a, b) if sign > 0 else (b, a)
        points.append(
            FunnelPoint(
                study=network.studies[int(arms.study[i])],
                comparison=f"{network.treatments[first]} versus {network.treatments[second]}",
                estimate=sign * float(arms.y[i] - arms.y[j]),
                direct=sign * direct[a, b],
                se=float(np.sqrt(arms.v[i] + arms.v[j])),
            )
        )
    return tuple(points)


def funnel_tests(estimate: Estimate, order: object) -> tuple[FunnelTest, ...]:
    """Egger's test on the points of the plot, then the same within comparisons.

    The second gives every comparison a level of its own and weights the contrasts of a study of several arms with their
    covariance; comparisons with one study then count for nothing, as they should.
    """
    points = funnel_points(estimate, order)
    place = np.array(places(estimate, order))
    arms = estimate.network.arrays
    plain = egger(np.array([p.difference for p in points]), np.array([p.se for p in points]))
    comparisons = len({p.comparison for p in points})
    own = within_comparisons(arms, place)
    contrasts = len(arms.y) - arms.n_studies
    return (
        _row("comparison-adjusted", plain, len(points), comparisons),
        _row("within comparisons", own, contrasts, contrasts - own.degrees - 1),
    )


def _row(test: str, slope: Slope, contrasts: int, comparisons: int) -> FunnelTest:
    return FunnelTest(
        test=test,
        intercept=number_or_none(slope.slope),
        se=number_or_none(slope.se),
        t=number_or_none(slope.t),
        df=slope.degrees,
        p=number_or_none(slope.p),
        n_contrasts=contrasts,
        n_comparisons=comparisons,
    )


def funnel_figure(estimate: Estimate, order: object) -> Figure:
    """The funnel plot, with the tests in a line below."""
    points = funnel_points(estimate, order)
    network, spec = estimate.network, estimate.spec
    tests = funnel_tests(estimate, order)
    measure = MEASURES[network.measure]
    shown = f"log {measure}" if network.scale == "log" else measure
    return funnel(
        "funnel",
        "Small studies against large ones, each comparison around its own direct estimate",
        points,
        x_label=f"{shown}, first versus second named, less the direct estimate",
        half_width=critical_value(spec.level),
        level=f"{100 * spec.level:g}%",
        note="Egger's test: " + "; ".join(f"{row.test} p = {p_value(row.p)}" for row in tests),
    )


def places(estimate: Estimate, order: object) -> tuple[int, ...]:
    """The place of each treatment of the network in the ``order``.

    Raises ``ArgumentError`` (``UnknownNameError``) unless the order holds every treatment once.
    """
    treatments = estimate.network.treatments
    example = f"order={list(treatments)!r}" if len(treatments) < 12 else "order=[newest, ..., oldest]"
    order = as_list(order)
    if isinstance(order, str | bytes) or not isinstance(order, Sequence):
        raise ArgumentError(
            "a funnel plot of a network needs the order of its treatments",
            found=repr(order),
            expected="a list of all treatments; small studies are suspected to favour those that come first",
            repair=f"give {example}, such as from the newest to the oldest",
        )
    names = [str(name) for name in order]
    for name in names:
        if name not in treatments:
            raise UnknownNameError.among("treatment", name, treatments)
    missing = [t for t in treatments if t not in names]
    if missing or len(names) > len(treatments):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ArgumentError(
            "the order does not hold every treatment once",
            found=f"without {', '.join(missing)}" if missing else f"twice: {', '.join(twice)}",
            expected=f"{len(treatments)} treatments",
        )
    return tuple(names.index(t) for t in treatments)
