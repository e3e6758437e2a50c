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
from topline.synthesis.choices import as_list, is_number, names_of, one_of
from topline.synthesis.evidence.network import Network
from topline.synthesis.models.recounted import recounted
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
    """The request for the whole arms under an assumption, which takes the place of an earlier one.

    Raises ``DataError`` when no arm says how many outcomes are missing, ``ArgumentError`` (``UnknownNameError``) for an
    assumption that does not fit the measure or can't be understood.
    """
    spec = available(spec)
    network = spec.network
    check_measure(network, model)
    changed = _with_extreme(spec, assumption) if assumption.extreme is not None else _with_parameter(spec, assumption)
    inputs = (*network.inputs, identify("data", "missing outcomes", _plain(assumption)))
    return replace(spec, network=replace(changed, inputs=inputs, before=network))


def available(spec: ModelSpec) -> ModelSpec:
    """The request for the patients with a known outcome alone: before an assumption, where one was made."""
    before = spec.network.before
    return spec if before is None else replace(spec, network=before)


def request(
    spec: ModelSpec,
    model: str | None,
    mean: ByTreatment,
    sd: ByTreatment,
    scenario: str | None,
    treatments: str | Sequence[str] | None,
) -> ModelSpec:
    """The request that a user's words stand for. Raises as :func:`assume`."""
    mean, sd = as_parameter(mean), as_parameter(sd)
    scenario = None if scenario is None else one_of("scenario", scenario, EXTREMES)
    if scenario is not None and not (_is_zero(mean) and _is_zero(sd)):
        raise ArgumentError(
            "a scenario leaves nothing to a missingness parameter",
            found=f"scenario={scenario!r} with mean or sd",
            repair="give one of them",
        )
    if treatments is not None and scenario not in ("best", "worst"):
        raise ArgumentError("treatments= belongs to the scenarios best and worst", found=f"scenario={scenario!r}")
    return assume(spec, Assumption(mean, sd, scenario, as_names(treatments)), model)


def as_names(treatments: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Names of treatments as they may be given: one, several, or None for the default. Raises ``ArgumentError``."""
    return None if treatments is None else tuple(sorted(set(names_of("treatments=", treatments))))


def as_parameter(given: object) -> Any:
    """A mapping or a column with treatments for its index as plain numbers by treatment; else as it is."""
    plain = as_list(given)
    if not isinstance(plain, Mapping):
        return _as_number(plain)
    return {treatment: _as_number(value) for treatment, value in plain.items()}


def _as_number(value: object) -> object:
    """A number as a float, so that 1 and 1.0, of Python or numpy, are one assumption with one id."""
    return float(value) if is_number(value) else value  # type: ignore[arg-type]


def _is_zero(parameter: object) -> bool:
    return isinstance(parameter, float) and parameter == 0.0


def check_measure(network: Network, model: str | None = None) -> None:
    """Refuse with ``ArgumentError`` (``UnknownNameError``) a measure or a model that has no missing outcomes."""
    own = IMOR if network.measure in LINKS else IMDOM if network.measure == "MD" else None
    if own is None:
        raise ArgumentError(
            f"missing outcomes are modelled for counts and means, not for the {MEASURES[network.measure]}",
            found=network.measure,
            expected=f"one of {', '.join(LINKS)}, MD, from arms",
        )
    if model is not None and one_of("model of missing outcomes", model, (IMOR, IMDOM)) != own:
        raise ArgumentError(
            f"the model {model} does not belong to the {MEASURES[network.measure]}",
            expected=own,
            repair="imor is for events, imdom for mean differences",
        )


def countable(network: Network) -> dict[int, StudyArm]:
    """The arms that say how many outcomes they miss, by their place in the arrays. Raises ``DataError`` without any."""
    place = {
        (network.studies[s], network.treatments[t]): k
        for k, (s, t) in enumerate(zip(network.arrays.study.tolist(), network.arrays.treatment.tolist(), strict=True))
    }
    known = {
        place[arm.study, arm.treatment]: arm
        for arm in network.arms
        if _says(arm) and (arm.study, arm.treatment) in place
    }
    if not known:
        raise _nothing_known()
    return known


def _says(arm: StudyArm) -> bool:
    return arm.missing is not None and arm.n is not None


def _nothing_known() -> DataError:
    return DataError(
        "no arm says how many outcomes are missing",
        expected="a column missing beside n, which counts the patients with a known outcome",
        repair='name it: columns={"missing": "..."}',
    )


def _with_parameter(spec: ModelSpec, assumption: Assumption) -> Network:
    """Levels and variances of the whole arms under an informative missingness parameter."""
    network = spec.network
    if spec.engine not in LEVEL_ENGINES:
        raise ArgumentError(
            "an informative missingness parameter changes levels, and this engine reads counts",
            found=f"engine {spec.engine!r}",
            repair="use engine='reml', or an extreme scenario, which changes the counts",
        )
    known = countable(network)
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
    caveats = (*network.caveats, *_unknown(network, arms), Caveat(code="missing_outcomes", text=text))
    return replace(network, arrays=replace(network.arrays, y=y, v=v), caveats=caveats)


def _with_extreme(spec: ModelSpec, assumption: Assumption) -> Network:
    """The evidence of the whole arms when every missing patient had the event or none had.

    It is read anew, so that a study without information of its own enters if its missing patients bring some.
    """
    network = spec.network
    if network.measure not in LINKS:
        raise ArgumentError("the extremes belong to events", found=network.measure, repair="give mean= and sd=")
    had_event = _had_event(spec, assumption)
    known = {(arm.study, arm.treatment): arm for arm in network.given if _says(arm) and arm.events is not None}
    changed = recounted(
        spec,
        [
            _whole(arm, had_event[arm.treatment]) if (arm.study, arm.treatment) in known else arm
            for arm in network.given
        ],
    )
    counted = [known[a.study, a.treatment] for a in changed.arms if (a.study, a.treatment) in known]
    if not counted:
        raise _nothing_known()
    said = {True: "the event", False: "no event"}
    by = {said[event]: [t for t in changed.treatments if had_event[t] is event] for event in (True, False)}
    what = "; ".join(f"{words} with {', '.join(names)}" for words, names in by.items() if names)
    text = f"{_counted(counted)} All of them are counted as: {what}. This is an extreme, not a guess."
    more = sorted(set(changed.studies) - set(network.studies))
    if more:
        text += f" Studies that say nothing by the known outcomes alone enter with them: {', '.join(more)}."
    caveats = (*changed.caveats, *_unknown(changed, counted), Caveat(code="missing_outcomes", text=text))
    return replace(changed, caveats=caveats)


def _whole(arm: StudyArm, had_event: bool) -> StudyArm:
    """The arm with its missing patients counted as events, or as patients without."""
    missing, events, n = arm.missing or 0.0, arm.events or 0.0, arm.n or 0.0
    return msgspec.structs.replace(arm, events=events + missing * had_event, n=n + missing, missing=0.0)


def _had_event(spec: ModelSpec, assumption: Assumption) -> dict[str, bool]:
    """Whether the missing patients of each treatment are counted as events."""
    network, extreme = spec.network, one_of("scenario", assumption.extreme, EXTREMES)
    everyone = sorted({arm.treatment for arm in network.given} | set(network.treatments))
    if extreme in ("no_events", "all_events"):
        return dict.fromkeys(everyone, extreme == "all_events")
    if spec.better is None:
        raise ArgumentError(
            "the best and the worst case need a direction",
            found="better=None",
            repair="fit with better='higher' (an event is good) or better='lower'",
        )
    chosen = assumption.treatments
    named = [t for t in everyone if t != spec.reference] if chosen is None else list(chosen)
    for name in named:
        if name not in everyone:
            raise UnknownNameError.among("treatment", name, everyone)
    good = spec.better == "higher"
    event = good if extreme == "best" else not good
    return {t: event if t in named else not event for t in everyone}


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
        number = is_number(value) and math.isfinite(value)
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


def _unknown(network: Network, known: Sequence[StudyArm]) -> tuple[Caveat, ...]:
    told = {(arm.study, arm.treatment) for arm in known}
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
