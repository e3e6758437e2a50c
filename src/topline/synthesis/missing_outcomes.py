"""What the patients without an outcome may change: the evidence of whole arms, under an assumption about them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.exhibits.effects import MEASURES
from topline.records import Caveat, StudyArm, identify
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.missing_outcomes import LINKS, missing_means, missing_risks
from topline.synthesis.continuity import Continuity, correction_caveat, corrections
from topline.synthesis.measures import find_measure, levels
from topline.synthesis.network import Network
from topline.synthesis.spec import ModelSpec

IMOR, IMDOM = "imor", "imdom"
EXTREMES = ("no_events", "all_events", "best", "worst")
LEVEL_ENGINES = ("reml", "dl", "ml", "bayes")
ByTreatment = float | Mapping[str, float]


@dataclass(frozen=True)
class Assumption:
    """What is assumed of the missing outcomes: an informative missingness parameter, or an extreme.

    ``mean`` and ``sd``, one number or one a treatment (0 where it names none), are of the log odds ratio between
    missing and observed patients (``imor``), or of the difference of their means (``imdom``). ``extreme`` is one of
    ``EXTREMES`` or None; ``treatments`` are those that ``best`` and ``worst`` are the best and the worst for.
    """

    mean: ByTreatment = 0.0
    sd: ByTreatment = 0.0
    extreme: str | None = None
    treatments: tuple[str, ...] | None = None


def assume(spec: ModelSpec, assumption: Assumption, model: str | None = None) -> ModelSpec:
    """The request for the whole arms under an assumption.

    Raises ``DataError`` when no arm says how many outcomes are missing, ``ArgumentError`` (``UnknownNameError``) for an
    assumption that does not fit the measure or can't be understood.
    """
    network = spec.network
    _check_model(network, model)
    known = _countable(network)
    changed = (
        _with_extreme(spec, assumption, known)
        if assumption.extreme is not None
        else _with_parameter(spec, assumption, known)
    )
    inputs = (*network.inputs, identify("data", "missing outcomes", _plain(assumption)))
    return replace(spec, network=replace(changed, inputs=inputs))


def request(
    spec: ModelSpec,
    model: str | None,
    mean: ByTreatment,
    sd: ByTreatment,
    scenario: str | None,
    treatments: str | Sequence[str] | None,
) -> ModelSpec:
    """The request that a user's words stand for. Raises as :func:`assume`."""
    if scenario is not None and (mean, sd) != (0.0, 0.0):
        raise ArgumentError(
            "a scenario leaves nothing to a missingness parameter",
            found=f"scenario={scenario!r} with mean or sd",
            repair="give one of them",
        )
    if treatments is not None and scenario not in ("best", "worst"):
        raise ArgumentError("treatments= belongs to the scenarios best and worst", found=f"scenario={scenario!r}")
    return assume(spec, Assumption(mean, sd, scenario, as_names(treatments)), model)


def as_names(treatments: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of treatments as they may be given: one, several, or None for the default."""
    return treatments if treatments is None else (treatments,) if isinstance(treatments, str) else tuple(treatments)


def _check_model(network: Network, model: str | None) -> None:
    own = IMOR if network.measure in LINKS else IMDOM if network.measure == "MD" else None
    if own is None:
        raise ArgumentError(
            f"missing outcomes are modelled for counts and means, not for the {MEASURES[network.measure]}",
            found=network.measure,
            expected=f"one of {', '.join(LINKS)}, MD, from arms",
        )
    if model is not None and model != own:
        if model not in (IMOR, IMDOM):
            raise UnknownNameError.among("model of missing outcomes", str(model), (IMOR, IMDOM))
        raise ArgumentError(
            f"the model {model} does not belong to the {MEASURES[network.measure]}",
            expected=own,
            repair="imor is for events, imdom for mean differences",
        )


def _countable(network: Network) -> dict[int, StudyArm]:
    """The arms that say how many outcomes they miss, by their place in the arrays."""
    place = {
        (network.studies[s], network.treatments[t]): k
        for k, (s, t) in enumerate(zip(network.arrays.study.tolist(), network.arrays.treatment.tolist(), strict=True))
    }
    known = {
        place[arm.study, arm.treatment]: arm
        for arm in network.arms
        if arm.missing is not None and arm.n is not None and (arm.study, arm.treatment) in place
    }
    if not known:
        raise DataError(
            "no arm says how many outcomes are missing",
            expected="a column missing beside n, which counts the patients with a known outcome",
            repair='name it: columns={"missing": "..."}',
        )
    return known


def _with_parameter(spec: ModelSpec, assumption: Assumption, known: Mapping[int, StudyArm]) -> Network:
    """Levels and variances of the whole arms under an informative missingness parameter."""
    network = spec.network
    if spec.engine not in LEVEL_ENGINES:
        raise ArgumentError(
            "an informative missingness parameter changes levels, and this engine reads counts",
            found=f"engine {spec.engine!r}",
            repair="use engine='reml', or an extreme scenario, which changes the counts",
        )
    mean, sd = _values(network, assumption.mean, "mean"), _values(network, assumption.sd, "sd")
    places = np.array(sorted(known))
    arms = [known[k] for k in places.tolist()]
    own = network.arrays.treatment[places]
    y, v = network.arrays.y.copy(), network.arrays.v.copy()
    n = np.array([arm.n for arm in arms], dtype=float)
    missing = np.array([arm.missing for arm in arms], dtype=float)
    given = (y[places], v[places], n, missing, mean[own], sd[own])
    link = LINKS.get(network.measure)
    y[places], v[places] = missing_means(*given) if link is None else missing_risks(*given, link)
    word = "log informative missingness odds ratio" if link else "difference of means between missing and observed"
    text = f"{_counted(arms)} A {word} of {_named(network, mean, sd)} is assumed of them, independently in each arm."
    caveats = (*network.caveats, *_unknown(network, known), Caveat(code="missing_outcomes", text=text))
    return replace(network, arrays=replace(network.arrays, y=y, v=v), caveats=caveats)


def _with_extreme(spec: ModelSpec, assumption: Assumption, known: Mapping[int, StudyArm]) -> Network:
    """The counts of the whole arms, and their levels, when every missing patient had the event or none had."""
    network = spec.network
    if network.measure not in LINKS:
        raise ArgumentError("the extremes belong to events", found=network.measure, repair="give mean= and sd=")
    had_event = _had_event(spec, assumption)
    whole = {(arm.study, arm.treatment): _whole(arm, had_event[arm.treatment]) for arm in known.values()}
    arms = tuple(whole.get((arm.study, arm.treatment), arm) for arm in network.arms)
    counted: dict[str, list[StudyArm]] = {}
    for arm in arms:
        if arm.events is not None and arm.n is not None:
            counted.setdefault(arm.study, []).append(arm)
    measure = find_measure(network.measure)
    continuity = Continuity(network.continuity, network.continuity_rule)
    corrected, added = corrections(counted, measure, continuity)
    flat = [(arm, more) for study, own in counted.items() for arm, more in zip(own, added[study], strict=True)]
    found = levels([arm for arm, _ in flat], measure, np.array([more for _, more in flat]))
    new = {(arm.study, arm.treatment): values for (arm, _), *values in zip(flat, *found, strict=True)}
    y, v = network.arrays.y.copy(), network.arrays.v.copy()
    for k, (s, t) in enumerate(zip(network.arrays.study.tolist(), network.arrays.treatment.tolist(), strict=True)):
        y[k], v[k] = new.get((network.studies[s], network.treatments[t]), (y[k], v[k]))
    said = {True: "the event", False: "no event"}
    by = {said[event]: [t for t, e in had_event.items() if e is event] for event in (True, False)}
    what = "; ".join(f"{words} with {', '.join(names)}" for words, names in by.items() if names)
    text = f"{_counted(list(known.values()))} All of them are counted as: {what}. This is an extreme, not a guess."
    old = [c for c in network.caveats if c.code != "continuity"]
    more_caveats = correction_caveat(corrected, arms, len(network.studies), continuity, measure)
    caveats = (*old, *more_caveats, *_unknown(network, known), Caveat(code="missing_outcomes", text=text))
    return replace(network, arrays=replace(network.arrays, y=y, v=v), arms=arms, caveats=caveats)


def _whole(arm: StudyArm, had_event: bool) -> StudyArm:
    """The arm with its missing patients counted as events, or as patients without."""
    missing, events, n = arm.missing or 0.0, arm.events or 0.0, arm.n or 0.0
    return msgspec.structs.replace(arm, events=events + missing * had_event, n=n + missing, missing=0.0)


def _had_event(spec: ModelSpec, assumption: Assumption) -> dict[str, bool]:
    """Whether the missing patients of each treatment are counted as events."""
    network, extreme = spec.network, assumption.extreme
    if extreme in ("no_events", "all_events"):
        return dict.fromkeys(network.treatments, extreme == "all_events")
    if extreme not in EXTREMES:
        raise UnknownNameError.among("scenario", str(extreme), EXTREMES)
    if spec.better is None:
        raise ArgumentError(
            "the best and the worst case need a direction",
            found="better=None",
            repair="fit with better='higher' (an event is good) or better='lower'",
        )
    chosen = assumption.treatments
    named = [t for t in network.treatments if t != spec.reference] if chosen is None else list(chosen)
    for name in named:
        if name not in network.treatments:
            raise UnknownNameError.among("treatment", str(name), network.treatments)
    good = spec.better == "higher"
    event = good if extreme == "best" else not good
    return {t: event if t in named else not event for t in network.treatments}


def _values(network: Network, given: ByTreatment, name: str) -> Array:
    """The parameter for each treatment (T,). Raises ``ArgumentError`` (``UnknownNameError``)."""
    if isinstance(given, Mapping):
        for treatment in given:
            if treatment not in network.treatments:
                raise UnknownNameError.among("treatment", str(treatment), network.treatments)
        values = [given.get(t, 0.0) for t in network.treatments]
    else:
        values = [given] * len(network.treatments)
    for value in values:
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or (name == "sd" and value < 0):
            expected = "a number from 0" if name == "sd" else "a number"
            raise ArgumentError(f"{name} is {expected}, or one a treatment", found=repr(value), expected=expected)
    return np.array(values, dtype=float)


def _counted(arms: Sequence[StudyArm]) -> str:
    missing = sum(arm.missing or 0.0 for arm in arms)
    total = missing + sum(arm.n or 0.0 for arm in arms)
    return f"Of {total:,.0f} patients {missing:,.0f} ({100 * missing / total:.1f}%) have no outcome."


def _named(network: Network, mean: Array, sd: Array) -> str:
    """The parameter in words: once, or for each treatment."""

    def one(k: int) -> str:
        return f"{mean[k]:.3g}" + (f" (standard deviation {sd[k]:.3g})" if sd[k] else "")

    said = [one(k) for k in range(len(network.treatments))]
    if len(set(said)) == 1:
        return said[0]
    return "; ".join(f"{words} with {t}" for words, t in zip(said, network.treatments, strict=True))


def _unknown(network: Network, known: Mapping[int, StudyArm]) -> tuple[Caveat, ...]:
    told = {(arm.study, arm.treatment) for arm in known.values()}
    silent = sorted(f"{a.study} ({a.treatment})" for a in network.arms if (a.study, a.treatment) not in told)
    if not silent:
        return ()
    text = f"These arms do not say how many outcomes are missing, and none is assumed to be: {', '.join(silent)}."
    return (Caveat(code="missing_unknown", text=text),)


def _plain(assumption: Assumption) -> dict[str, Any]:
    """The assumption as plain data, for the id."""
    plain = {
        name: dict(sorted(value.items())) if isinstance(value, Mapping) else value
        for name, value in (("mean", assumption.mean), ("sd", assumption.sd))
    }
    return {**plain, "extreme": assumption.extreme, "treatments": assumption.treatments}
