"""Absolute outcomes in a named population, on the natural scale."""

from __future__ import annotations

import msgspec

from topline.records.base import Record


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate (the mean of the draws, or a count over n) with its 95% limits."""

    estimate: float | None
    lower: float | None
    upper: float | None


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """The rate on the reference treatment that the absolute numbers rest on, and where it comes from."""

    treatment: str
    rate: Interval
    method: str
    n_arms: int
    n_patients: int
    facts: tuple[str, ...]


class AbsoluteOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The expected proportion of responders on a treatment, and its difference from the reference (both 0 to 1)."""

    treatment: str
    reference: str
    rate: Interval
    difference: Interval


class AbsoluteOutcomes(Record, frozen=True, kw_only=True):
    """Absolute outcomes for every treatment of a network, at a stated baseline."""

    schema: str = "outcomes/1"
    endpoint: str
    network: str
    population: str
    baseline: Baseline
    outcomes: tuple[AbsoluteOutcome, ...]
