"""What a registry says of a trial beside its results: identity, status, parties, arms, what was planned.

Texts are as registered. Words of the registry's closed lists (``COMPLETED``, ``PHASE2``) stay as they are.
"""

from __future__ import annotations

import msgspec

from topline.records.facts import Party

MEASURE_TYPES = (
    "COUNT_OF_PARTICIPANTS", "COUNT_OF_UNITS", "NUMBER", "MEAN", "MEDIAN", "LEAST_SQUARES_MEAN", "GEOMETRIC_MEAN",
    "GEOMETRIC_LEAST_SQUARES_MEAN", "LOG_MEAN",
)  # fmt: skip
"""What a registry's measure can be (its ``paramType``)."""

HARM_KINDS = ("serious", "other", "deaths")
"""The tables of adverse events in a registry."""


class RegisteredArm(msgspec.Struct, frozen=True, kw_only=True):
    """An arm as planned: ``type`` is ``EXPERIMENTAL``, ``PLACEBO_COMPARATOR``, ...; ``interventions`` are by name."""

    label: str
    type: str | None
    description: str | None
    interventions: tuple[str, ...]
    path: str


class Intervention(msgspec.Struct, frozen=True, kw_only=True):
    """What is given: ``type`` is ``DRUG``, ``BIOLOGICAL``, ``BEHAVIORAL``, ..."""

    name: str
    type: str | None
    description: str | None
    other_names: tuple[str, ...]
    arms: tuple[str, ...]
    path: str


class PlannedOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome as planned; ``rank`` is ``primary``, ``secondary`` or ``other``."""

    rank: str
    measure: str
    time_frame: str | None
    description: str | None
    path: str


class ReportingGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the results. The same title may stand for different groups: then there is one of each description."""

    title: str
    description: str | None
    path: str


class RegisteredTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A trial as registered.

    ``dates`` are ``start``, ``primary_completion``, ``completion``, ``first_posted``, ``results_posted`` and
    ``last_update_posted``, each ``YYYY-MM`` or ``YYYY-MM-DD``; ``date_types`` says of them ``ACTUAL`` or ``ESTIMATED``,
    where the registry does. ``design`` has ``allocation``, ``model``, ``purpose`` and ``masking``.
    """

    nct_id: str
    title: str | None = None
    official_title: str | None = None
    acronym: str | None = None
    other_ids: tuple[str, ...] = ()
    status: str | None = None
    why_stopped: str | None = None
    study_type: str | None = None
    phases: tuple[str, ...] = ()
    design: dict[str, str] = {}
    enrolment: str | None = None
    enrolment_type: str | None = None
    conditions: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    dates: dict[str, str] = {}
    date_types: dict[str, str] = {}
    arms: tuple[RegisteredArm, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    outcomes: tuple[PlannedOutcome, ...] = ()
    groups: tuple[ReportingGroup, ...] = ()
    has_results: bool = False
    minimum_age: str | None = None
    maximum_age: str | None = None
    recruitment: str | None = None
    pre_assignment: str | None = None
    baseline_population: str | None = None
    harms_time_frame: str | None = None
    harms_description: str | None = None
    harms_threshold: str | None = None
    limitations: str | None = None
