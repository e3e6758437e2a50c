"""What changes when one study, or one treatment, is left out; tau2 is estimated anew each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from topline.estimators import chi_square_p, critical_value, t_critical_value
from topline.records import number_or_none
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.leave_out import METHODS, leave_out, leverage
from topline.synthesis.arrays.mixture import contrasts
from topline.synthesis.choices import one_of
from topline.synthesis.effects import interval
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.sensitivity.subnetwork import check_refits, joined, refit

CHOICES = ("study", "treatment")
# a change below this, in standard errors, is rounding
NOTHING = 1e-9


class WithoutRow(msgspec.Struct, frozen=True):
    """``treatment`` versus ``reference`` without ``left_out``; None where the rest does not join the two.

    ``change`` is the estimate less that of the full fit, ``change_in_se`` the same in standard errors of the full fit.
    ``tau2`` is None where what is left says nothing about it.
    """

    left_out: str
    treatment: str
    reference: str
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    change: float | None
    change_in_se: float | None
    tau2: float | None


class InfluenceRow(msgspec.Struct, frozen=True):
    """What one study does to the whole.

    ``tau2``, ``q`` (at tau2 = 0) and ``df`` are those without it; ``best`` is the treatment with the best estimate
    without it (None without a direction). ``largest_change`` is the change, in standard errors of the full fit, of the
    comparison ``treatment`` versus ``reference`` that moves most, among all pairs; 0 where nothing moves.
    ``leverage`` is the study's share of the parameters: all leverages sum to the number of treatments less 1.
    ``residual_q`` is the chi-squared distance between the study and what all others predict for it, on ``residual_df``
    degrees, with ``residual_p``: a small p marks an outlier. ``lost`` are the treatments that only this study joins to
    the reference.
    """

    study: str
    tau2: float | None
    q: float | None
    df: int | None
    best: str | None
    largest_change: float | None
    treatment: str | None
    reference: str | None
    leverage: float
    residual_q: float | None
    residual_df: int | None
    residual_p: float | None
    lost: str


@dataclass(frozen=True)
class Refits:
    """The fit without each of n ``names``: ``effects``, ``se``, ``lower``, ``upper`` (n, T) versus the reference and
    ``tau2`` (n,); NaN where there is none.
    """

    names: tuple[str, ...]
    effects: Array
    se: Array
    lower: Array
    upper: Array
    tau2: Array


def without(estimate: Estimate, by: str) -> tuple[WithoutRow, ...]:
    """A row for each thing left out and each treatment but the reference.

    ``by`` is ``study`` or ``treatment``; the reference itself stays. Arms that stay keep the continuity correction that
    they entered with. Raises ``ArgumentError`` for another word, and
    for the engines for sparse counts.
    """
    chosen = one_of("choice of what to leave out", by, CHOICES)
    check_refits(estimate)
    if chosen == "treatment":
        return tuple(row for row in _rows(estimate, _treatments_out(estimate)) if row.treatment != row.left_out)
    return _rows(estimate, _studies_out(estimate)[0])


def influence(estimate: Estimate) -> tuple[InfluenceRow, ...]:
    """A row for each study, in their order.

    For the Bayesian engine ``q`` and the residual are None, and the leverage is that at the posterior mean of tau2.
    Raises ``ArgumentError`` for the engines for sparse counts.
    """
    check_refits(estimate)
    network, spec = estimate.network, estimate.spec
    refits, numbers = _studies_out(estimate)
    full, covariance = estimate.mixture.mean(), estimate.mixture.covariance()
    spread = np.diag(covariance)
    se = np.sqrt(np.maximum(spread[:, None] + spread - 2 * covariance, 0.0))
    precision = np.divide(1.0, se, out=np.zeros_like(se), where=se > 0)
    rows = []
    for k, study in enumerate(network.studies):
        effects = refits.effects[k]
        lost = [t for t, e in zip(network.treatments, effects, strict=True) if np.isnan(e) and t != spec.reference]
        change, first, second = _largest(effects - full, precision, network.index(spec.reference))
        rank = int(numbers["rank"][k])
        distance = number_or_none(numbers["distance"][k])
        rows.append(
            InfluenceRow(
                study=study,
                tau2=number_or_none(refits.tau2[k]),
                q=number_or_none(numbers["q"][k]),
                df=int(numbers["degrees"][k]) if np.isfinite(numbers["q"][k]) else None,
                best=_best(estimate, effects),
                largest_change=change,
                treatment=None if first is None else network.treatments[first],
                reference=None if second is None else network.treatments[second],
                leverage=float(numbers["leverage"][k]),
                residual_q=distance,
                residual_df=None if distance is None else rank,
                residual_p=None if distance is None else chi_square_p(distance, rank),
                lost=", ".join(lost),
            )
        )
    return tuple(rows)


def _largest(change: Array, precision: Array, ground: int) -> tuple[float | None, int | None, int | None]:
    """The change (T,) of the pair that moves most in standard errors, and its two treatments.

    The treatments are None where nothing moves, and the change too where no pair is left.
    The ground is the reference of its pairs; otherwise the later treatment is.
    """
    if np.isfinite(change).sum() < 2:
        return None, None, None
    moves = (change[:, None] - change) * precision
    i, j = divmod(int(np.argmax(np.nan_to_num(np.abs(np.triu(moves, 1))))), len(change))
    if abs(moves[i, j]) < NOTHING:
        return 0.0, None, None
    return (float(-moves[i, j]), j, i) if i == ground else (float(moves[i, j]), i, j)


def _best(estimate: Estimate, effects: Array) -> str | None:
    """The treatment with the best of the ``effects`` (T,) that are there."""
    better = estimate.spec.better
    if better is None or np.isfinite(effects).sum() < 2:
        return None
    signed = effects if better == "higher" else -effects
    return estimate.network.treatments[int(np.nanargmax(signed))]


def _rows(estimate: Estimate, refits: Refits) -> tuple[WithoutRow, ...]:
    network, reference = estimate.network, estimate.spec.reference
    full, spread = estimate.mixture.mean(), np.sqrt(np.diag(estimate.mixture.covariance()))
    others = [t for t in range(len(network.treatments)) if network.treatments[t] != reference]
    change = refits.effects - full
    columns = (
        refits.effects,
        refits.se,
        refits.lower,
        refits.upper,
        change,
        change / np.where(spread > 0, spread, 1.0),
    )
    rows = []
    for k, name in enumerate(refits.names):
        tau2 = number_or_none(refits.tau2[k])
        values = np.stack([column[k, others] for column in columns], axis=1).tolist()
        for t, numbers in zip(others, values, strict=True):
            e, s, low, high, moved, in_se = (number_or_none(x) for x in numbers)
            rows.append(WithoutRow(name, network.treatments[t], reference, e, s, low, high, moved, in_se, tau2))
    return tuple(rows)


def _studies_out(estimate: Estimate) -> tuple[Refits, dict[str, Array]]:
    """The fits without each study, and q, degrees, leverage, distance and rank, (K,) each, without or of it."""
    network, spec = estimate.network, estimate.spec
    arms, ground = network.arrays, network.index(spec.reference)
    if spec.engine not in METHODS:
        parts = [joined(network, spec.reference, studies=set(network.studies) - {s}) for s in network.studies]
        nothing = np.full(len(network.studies), np.nan)
        numbers = {"q": nothing, "degrees": nothing, "distance": nothing, "rank": np.zeros(len(nothing))}
        numbers["leverage"] = leverage(arms, estimate.tau2, ground)
        return _refits(estimate, network.studies, parts), numbers
    out = leave_out(arms, "common" if spec.model == "common" else spec.engine, estimate.tau2, ground)
    critical, se = np.full(len(out.tau2), critical_value(spec.level)), out.se
    if spec.ci != "wald":
        own = out.degrees > 0
        factor = np.where(own, out.q_model / np.maximum(out.degrees, 1), 1.0)
        se = se * np.sqrt(np.maximum(factor, 1.0) if spec.ci == "hksj-floor" else factor)[:, None]
        for degrees in np.unique(out.degrees[own]).tolist():
            critical[own & (out.degrees == degrees)] = t_critical_value(spec.level, degrees)
    half = critical[:, None] * se
    refits = Refits(network.studies, out.effects, se, out.effects - half, out.effects + half, out.tau2)
    names = ("q", "degrees", "leverage", "distance", "rank")
    return refits, {name: np.asarray(getattr(out, name), dtype=float) for name in names}


def _treatments_out(estimate: Estimate) -> Refits:
    network, spec = estimate.network, estimate.spec
    names = tuple(t for t in network.treatments if t != spec.reference)
    parts = [joined(network, spec.reference, without=name) for name in names]
    return _refits(estimate, names, parts)


def _refits(estimate: Estimate, names: Sequence[str], parts: Sequence[Network | None]) -> Refits:
    """The fits to parts of the network of ``estimate``, in its numbering of treatments.

    NaN for a part in which nothing is left.
    """
    network, spec = estimate.network, estimate.spec
    shape = (len(names), len(network.treatments))
    effects, se, lower, upper = (np.full(shape, np.nan) for _ in range(4))
    tau2 = np.full(len(names), np.nan)
    for k, part in enumerate(parts):
        if part is None:
            continue
        fit = refit(spec, part)
        own = fit.network.treatments
        ground = own.index(spec.reference)
        others = np.delete(np.arange(len(own)), ground)
        pairs = contrasts(fit.mixture, others, np.full(len(others), ground))
        places = [network.index(own[t]) for t in others]
        for target, values in zip((effects, se, lower, upper), (*pairs.moments(), *interval(fit, pairs)), strict=True):
            target[k, places], target[k, network.index(spec.reference)] = values, 0.0
        tau2[k] = fit.tau2 if fit.has_tau2 else np.nan
    return Refits(tuple(names), effects, se, lower, upper, tau2)
