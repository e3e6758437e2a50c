"""From a value with its unit and denominator to the cells n, events and percent of an outcome row."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from topline.pipeline.intake.patterns import fits
from topline.records import ArmValue, Endpoint, OutcomeMapping

COUNT = "COUNT_OF_PARTICIPANTS"
PROPORTION_TYPES = (COUNT, "NUMBER")
MEAN_TYPES = ("MEAN", "LEAST_SQUARES_MEAN")
_PERCENT = re.compile(r"%|\bpercent", re.IGNORECASE)
_PATIENTS = re.compile(r"\b(participant|patient|subject|people|persons?)s?\b", re.IGNORECASE)
_SHARE = re.compile(r"\b(proportion|fraction|ratio)s?\b", re.IGNORECASE)
_RATE = re.compile(
    r"\bper\b(?!\s*cent)|/ *1?00"
    r"|\b(?:participant|patient|subject|person)s?[- ](?:years?|months?|weeks?|days?|visits?)\b",
    re.IGNORECASE,
)
"""Events over time, or over a hundred: no patients."""
_CHANGE = re.compile(r"\b(changes?|reductions?|improvements?|decreases?|increases?|differences?)\b", re.IGNORECASE)
_OTHER_UNITS = re.compile(
    r"(percent(age)?|%)\s*(of\s+(the\s+)?|)(?P<what>eyes?|lesions?|events?|visits?|doses?|days?|weeks?|samples?|knees?|"
    r"joints?|episodes?|infusions?|injections?|readings?|time|area|score)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Counts:
    """The cells of an outcome row as text; ``reason`` says why there are none."""

    n: str = ""
    events: str = ""
    percent: str = ""
    events_status: str = ""
    note: str = ""
    reason: str = ""


def counts_of(value: ArmValue, measure_type: str | None, endpoint: Endpoint, rule: OutcomeMapping | None) -> Counts:
    """The cells for one value of a measure. A count without a denominator keeps ``n`` empty."""
    number = _number(value.value)
    if number is None:
        why = f": {value.comment}" if value.comment else ""
        return Counts(reason=f"the value is {value.value!r}{why}")
    accepted = rule.measure_types if rule and rule.measure_types else _usual(endpoint)
    if measure_type is not None and measure_type not in accepted:
        return Counts(reason=f"the measure is {measure_type}, where {', '.join(accepted)} is accepted")
    if rule and rule.unit is not None and not fits((rule.unit,), value.unit):
        return Counts(reason=f"the unit {value.unit!r} is not the rule's")
    n = _whole(value.n)
    if value.n is not None and n is None:
        return Counts(reason=f"the denominator {value.n!r} is not a number of patients")
    if endpoint.kind == "mean":
        return Counts(n=_text(n), percent=value.value, note="a mean, not a proportion")
    return _proportion(value, number, n, measure_type)


def _usual(endpoint: Endpoint) -> tuple[str, ...]:
    return MEAN_TYPES if endpoint.kind == "mean" else PROPORTION_TYPES


def counts_patients(unit: str) -> bool:
    """Whether a denominator's unit is patients, not their eyes, lesions or events."""
    return _PATIENTS.search(unit) is not None and not _RATE.search(unit)


def _proportion(value: ArmValue, number: float, n: int | None, measure_type: str | None) -> Counts:
    wrong = _RATE.search(value.unit) or _OTHER_UNITS.search(value.unit)
    if wrong or (_CHANGE.search(value.unit) and not _PATIENTS.search(value.unit)):
        return Counts(reason=f"the unit {value.unit!r} is neither patients nor a percentage of them")
    if measure_type == COUNT and _PERCENT.search(value.unit):
        return Counts(reason=f"the measure counts participants, and its unit is {value.unit!r}")
    if measure_type != COUNT and _PERCENT.search(value.unit):
        return _from_percent(value, number, n)
    if _SHARE.search(value.unit):
        return Counts(reason=f"the unit is {value.unit!r}: neither patients nor percent")
    if measure_type != COUNT and not _PATIENTS.search(value.unit):
        return Counts(reason=f"the unit {value.unit!r} is neither patients nor percent")
    events = _whole(value.value)
    if events is None:
        return Counts(reason=f"{value.value!r} is not a count of patients")
    if n is not None and events > n:
        return Counts(reason=f"{events} patients with an event are more than the {n} counted")
    return Counts(n=_text(n), events=str(events), events_status="reported")


def _from_percent(value: ArmValue, number: float, n: int | None) -> Counts:
    """Percent as given; the count is the nearest whole number of patients, marked as derived."""
    if not 0.0 <= number <= 100.0:
        return Counts(reason=f"{value.value} is not a percentage of patients")
    if n is None or n == 0:
        return Counts(percent=value.value)
    events = math.floor(number * n / 100.0 + 0.5)
    decimals = len(value.value.partition(".")[2])
    off = abs(100.0 * events / n - number) > 0.5 * 10.0**-decimals + 1e-9
    note = f"no whole number of {n} patients is {value.value}%" if off else ""
    return Counts(_text(n), str(events), value.value, "derived from percent", note)


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(text: str | None) -> int | None:
    number = None if text is None else _number(text)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
