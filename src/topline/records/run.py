"""A run: what was asked, what was made from what, and every number that the brief prints."""

from __future__ import annotations

from typing import Any

import msgspec

from topline.records.base import Caveat, Record
from topline.records.facts import DatedEvent, Fact, Source


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """A number as printed. ``what`` says in words what it is (X versus Y); ``how`` names the step that made it.

    ``made_from`` are ids of facts, events or records of the same run. The id is a hash of what, how and inputs.
    """

    id: str
    text: str
    value: float | None
    unit: str
    what: str
    how: str
    made_from: tuple[str, ...]


class RecordEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the run: its whole JSON form is in ``body``."""

    id: str
    schema: str
    made_from: tuple[str, ...]
    what: str
    body: dict[str, Any]


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence that could not enter an analysis, and why."""

    network: str
    endpoint: str
    trial: str
    arm: str
    reason: str
    fact: str | None


class Run(Record, frozen=True, kw_only=True):
    """The whole of a brief as data. Every id that the page cites is here."""

    schema: str = "run/1"
    case: str
    programme: str
    as_of: str
    strict_dates: bool
    title: str
    finding: tuple[str, ...]
    versions: dict[str, str]
    question: dict[str, Any]
    records: tuple[RecordEntry, ...]
    numbers: tuple[Number, ...]
    facts: tuple[Fact, ...]
    events: tuple[DatedEvent, ...]
    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...]


class TraceStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a chain. ``depth`` 0 is what was asked for."""

    depth: int
    id: str
    kind: str
    text: str
    detail: dict[str, Any]


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``topline trace``: the chain from a number to the documents."""

    schema: str = "trace/1"
    id: str
    run: str
    steps: tuple[TraceStep, ...]
    caveats: tuple[Caveat, ...] = ()


class ProgrammeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A programme in the list: what it is and what there is about it."""

    name: str
    drug: str
    treatment: str
    target: str
    indication: str
    case: str
    sponsors: tuple[str, ...]
    aliases: tuple[str, ...]
    n_trials: int
    n_facts: int
    n_events: int
    latest: str | None


class ProgrammeList(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``topline programmes``."""

    schema: str = "programmes/1"
    as_of: str
    programmes: tuple[ProgrammeEntry, ...]
