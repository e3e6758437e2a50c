"""A network as it grew, and what an update of the evidence changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.mixture import contrasts
from topline.synthesis.choices import as_list
from topline.synthesis.effects import interval
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.sensitivity.subnetwork import check_refits, joined, refit

NAMED = 8


class CumulativeRow(msgspec.Struct, frozen=True):
    """``treatment`` versus ``reference`` after one more step; None while studies do not join the two.

    ``value`` is what the ``added`` studies share in the order (a year, say; the step in a plain list). ``n_studies``
    are those joined to the reference so far. ``change`` is since the last step. ``not_connected`` names the treatments
    that no study joins to the reference yet.
    """

    step: int
    value: Any
    added: str
    n_studies: int
    treatment: str
    reference: str
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    change: float | None
    tau2: float | None
    not_connected: str


class ChangeRow(msgspec.Struct, frozen=True):
    """``treatment`` versus ``reference`` in this fit and in the one ``before``; None where a fit lacks one of the two.

    ``change`` is this estimate less that before, ``change_in_se`` the same in standard errors of the fit before.
    """

    treatment: str
    reference: str
    estimate_before: float | None
    se_before: float | None
    lower_before: float | None
    upper_before: float | None
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    change: float | None
    change_in_se: float | None


Numbers = tuple[float | None, float | None, float | None, float | None]
NOTHING: Numbers = (None, None, None, None)


def cumulative(estimate: Estimate, order: object) -> tuple[CumulativeRow, ...]:
    """A row for each step and each treatment but the reference.

    ``order`` is a mapping from study to a value that can be sorted, the name of a covariate, or a list of all studies.
    Studies of equal value enter together. Each step is a fit of its own to what is joined to the reference by then.
    Raises ``ArgumentError`` for the engines for sparse counts, and what :func:`steps` raises.
    """
    check_refits(estimate)
    network, spec = estimate.network, estimate.spec
    reference = spec.reference
    others = [t for t in network.treatments if t != reference]
    before: dict[str, Numbers] = {}
    entered: set[str] = set()
    rows = []
    for step, (value, added) in enumerate(steps(network, order), 1):
        entered |= set(added)
        part = joined(network, reference, studies=entered)
        fit = None if part is None else refit(spec, part)
        now = {} if fit is None else versus_reference(fit)
        missing = ", ".join(t for t in others if t not in now)
        tau2 = fit.tau2 if fit is not None and fit.has_tau2 else None
        for treatment in others:
            found, last = now.get(treatment, NOTHING), before.get(treatment, NOTHING)
            rows.append(
                CumulativeRow(
                    step=step,
                    value=value,
                    added=", ".join(added),
                    n_studies=0 if part is None else len(part.studies),
                    treatment=treatment,
                    reference=reference,
                    estimate=found[0],
                    se=found[1],
                    lower=found[2],
                    upper=found[3],
                    change=_difference(found, last),
                    tau2=tau2,
                    not_connected=missing,
                )
            )
        before = now
    return tuple(rows)


def steps(network: Network, order: object) -> list[tuple[Any, tuple[str, ...]]]:
    """The values of the order, ascending, each with its studies; years that were read as 1997.0 are 1997 again.

    Raises ``UnknownNameError`` for a study or covariate that is not there, ``DataError`` for a study without a value,
    ``ArgumentError`` for values that can't be sorted.
    """
    order = as_list(order)
    if isinstance(order, str):
        if order not in network.covariates:
            raise UnknownNameError.among(
                "covariate", order, network.covariates, repair="or give the order itself: {study: year, ...}"
            )
        return _by_value(network, network.covariates[order])
    if isinstance(order, Mapping):
        return _by_value(network, order)
    if not isinstance(order, Sequence) or isinstance(order, bytes):
        raise ArgumentError(
            "order is neither a mapping nor a list of studies",
            found=repr(order)[:80],
            expected="{study: year, ...}, the name of a covariate, or a list of all studies",
        )
    names = [str(study) for study in order]
    for name in names:
        if name not in network.studies:
            raise UnknownNameError.among("study", name, network.studies)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ArgumentError("a study stands twice in the order", found=_listed(twice), expected="each study once")
    _refuse_missing(set(network.studies) - set(names))
    return [(place, (name,)) for place, name in enumerate(names, 1)]


def _by_value(network: Network, order: Mapping[Any, Any]) -> list[tuple[Any, tuple[str, ...]]]:
    values = {str(study): value for study, value in order.items()}
    groups: dict[Any, list[str]] = {}
    try:
        for study in network.studies:
            value = values.get(study)
            if value is not None and value == value:  # NaN differs from itself
                groups.setdefault(value, []).append(study)
        ordered = sorted(groups)
    except (TypeError, ValueError):
        raise ArgumentError(
            "the values of the order can't be sorted",
            found=", ".join(sorted({type(values.get(study)).__name__ for study in network.studies})),
            expected="values of one kind, such as years",
        ) from None
    _refuse_missing(set(network.studies) - {s for own in groups.values() for s in own})
    whole = all(isinstance(value, float) and value.is_integer() for value in ordered)
    return [(int(value) if whole else value, tuple(groups[value])) for value in ordered]


def _refuse_missing(studies: Collection[str]) -> None:
    if studies:
        raise DataError(
            "the order leaves out studies of the network",
            found=_listed(sorted(studies)),
            expected="a place for every study",
            repair="complete the order; to leave a study out, make the fit without it",
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")


def compare(estimate: Estimate, before: Estimate) -> tuple[ChangeRow, ...]:
    """A row for each two treatments of either fit; rows versus the reference come first.

    Raises ``ArgumentError`` when the two are not on the same measure, or share no treatment.
    """
    if estimate.network.measure != before.network.measure:
        raise ArgumentError(
            "the two fits measure different things",
            found=f"{estimate.network.measure} and {before.network.measure}",
            expected="the same measure",
        )
    if not set(estimate.network.treatments) & set(before.network.treatments):
        raise ArgumentError(
            "the two fits have no treatment in common",
            found=", ".join(estimate.network.treatments[:4]) + " and " + ", ".join(before.network.treatments[:4]),
            expected="fits of the same question, an earlier and a later one",
        )
    reference = estimate.spec.reference
    names = sorted(set(estimate.network.treatments) | set(before.network.treatments))
    now, then = _pairs(estimate), _pairs(before)
    rows = []
    for a, first in enumerate(names):
        for second in names[a + 1 :]:
            one, two = (second, first) if first == reference else (first, second)
            here, there = now.get((one, two), NOTHING), then.get((one, two), NOTHING)
            change = _difference(here, there)
            in_se = None if change is None or not there[1] else change / there[1]
            rows.append(ChangeRow(one, two, *there, *here, change, in_se))
    return tuple(sorted(rows, key=lambda row: (row.reference != reference, row.reference, row.treatment)))


def versus_reference(fit: Estimate) -> dict[str, Numbers]:
    """Estimate, standard error and limits of each treatment versus the reference of the fit."""
    names, ground = fit.network.treatments, fit.network.index(fit.spec.reference)
    others = np.delete(np.arange(len(names)), ground)
    found = _numbers(fit, others, np.full(len(others), ground))
    return {names[t]: numbers for t, numbers in zip(others.tolist(), found, strict=True)}


def _difference(now: Numbers, before: Numbers) -> float | None:
    """The change of the estimate; None where one of the two is missing."""
    return None if now[0] is None or before[0] is None else now[0] - before[0]


def _pairs(fit: Estimate) -> dict[tuple[str, str], Numbers]:
    """The same for every ordered pair of treatments."""
    names = fit.network.treatments
    i, j = np.nonzero(~np.eye(len(names), dtype=bool))
    pairs = zip(i.tolist(), j.tolist(), strict=True)
    return {(names[a], names[b]): n for (a, b), n in zip(pairs, _numbers(fit, i, j), strict=True)}


def _numbers(fit: Estimate, first: Any, second: Any) -> Iterable[Numbers]:
    pairs = contrasts(fit.mixture, first, second)
    columns: tuple[Array, ...] = (*pairs.moments(), *interval(fit, pairs))
    return [(a, b, c, d) for a, b, c, d in np.stack(columns, axis=1).tolist()]
