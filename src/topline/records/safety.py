"""Harm: rates and risk differences of adverse events."""

from __future__ import annotations

import msgspec

from topline.records.base import Record
from topline.records.outcomes import Interval


class AdverseEventContrast(msgspec.Struct, frozen=True, kw_only=True):
    """One adverse event in one trial: the drug's arm against the reference arm of the same trial at the same week.

    ``signal`` is ``more`` when the interval of the risk difference lies above 0, ``fewer`` below, else ``unclear``.
    ``facts`` are the two facts, the drug's first.
    """

    outcome: str
    label: str
    trial: str
    week: int
    treatment: str
    reference: str
    background: str
    events: int
    n: int
    events_reference: int
    n_reference: int
    rate: Interval
    rate_reference: Interval
    difference: Interval
    signal: str
    facts: tuple[str, str]


class UncontrolledRate(msgspec.Struct, frozen=True, kw_only=True):
    """A rate without a randomised control at the same week: shown apart, never set against other trials."""

    outcome: str
    label: str
    trial: str
    week: int
    treatment: str
    events: int
    n: int
    rate: Interval
    fact: str


class SafetyProfile(Record, frozen=True, kw_only=True):
    """What a drug costs in harm, as far as counts are known; sorted by risk difference, worst first."""

    schema: str = "safety/1"
    drug: str
    contrasts: tuple[AdverseEventContrast, ...]
    uncontrolled: tuple[UncontrolledRate, ...]
