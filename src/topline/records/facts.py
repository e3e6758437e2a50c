"""Facts with their source and date, and the cut of them that a run may see."""

from __future__ import annotations

import msgspec

from topline.records.base import Caveat, Record


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A document.

    ``date`` is the date printed on it, or of retrieval for copies: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    """

    source_id: str
    title: str
    publisher: str
    date: str
    address: str
    what_was_taken: str = ""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A trial as registered. ``primary_week`` is its primary endpoint's week; ``note`` never enters a dated brief."""

    trial: str
    nct_id: str
    phase: str
    year: int | None
    population: str
    background: str
    primary_week: int | None
    design: str
    n_randomised: int | None
    source_id: str
    note: str = ""


class Arm(msgspec.Struct, frozen=True, kw_only=True):
    """An arm of a trial; ``n_randomised`` where it was seen. ``note`` never enters a dated brief."""

    trial: str
    arm: str
    treatment: str
    dose_regimen: str
    background: str
    n_randomised: int | None
    n_status: str
    mean_age: float | None
    source_id: str
    note: str = ""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome of one arm at one week, with what is needed to walk it back to its document.

    ``percent`` is on the 0–100 scale. ``status`` is ``verified`` or ``derived``; ``events_status`` is ``reported``,
    ``derived from percent`` or empty. ``known_from`` and ``certain_from`` are ISO dates: by when the world could know
    it, and by when it surely could. ``file`` and ``row`` say where the case folder holds it. ``locator`` is where in
    the source it stands. ``also`` are the source ids that report the same number.
    """

    id: str
    trial: str
    arm: str
    treatment: str
    dose_regimen: str
    background: str
    outcome: str
    week: int
    n: int | None
    events: int | None
    percent: float | None
    status: str
    events_status: str
    source_id: str
    known_from: str
    known_from_basis: str
    certain_from: str
    locator: str
    file: str
    row: int
    note: str = ""
    also: tuple[str, ...] = ()


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A company or person with its role in an event."""

    name: str
    role: str


class DatedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened or was said.

    ``event_date`` is ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-Hn``, ``YYYY-Qn`` or None.
    """

    id: str
    event_id: str
    type: str
    programme: str
    known_from: str
    event_date: str | None
    date_precision: str
    parties: tuple[Party, ...]
    statement: str
    amount_musd: float | None
    source_id: str
    status: str
    file: str
    row: int

    @property
    def when(self) -> str:
        """When it happened, or when it became known if no date of its own is recorded."""
        return self.event_date or self.known_from


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """A number from outside the trials, with its definition: base rates, market and deal figures."""

    id: str
    assumption_id: str
    quantity: str
    definition: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    known_from: str
    source_id: str
    status: str
    file: str
    row: int


class FactSnapshot(Record, frozen=True, kw_only=True):
    """The accepted facts that the world could know on ``as_of``; one cut by ``known_from`` (or ``certain_from``).

    ``trials``, ``arms`` and ``sources`` hold only what a visible fact or event brings in; their free-text notes are
    empty.
    """

    schema: str = "snapshot/1"
    case: str
    as_of: str
    strict_dates: bool
    facts: tuple[Fact, ...]
    events: tuple[DatedEvent, ...]
    assumptions: tuple[Assumption, ...]
    trials: tuple[Trial, ...]
    arms: tuple[Arm, ...]
    sources: tuple[Source, ...]


class FactRow(Fact, frozen=True, kw_only=True):
    """A fact as ``topline facts list`` shows it: all its fields, its node in the question, and its source."""

    node: str | None
    source: Source


class FactList(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON of ``topline facts list``."""

    schema: str = "facts/1"
    case: str
    as_of: str
    strict_dates: bool
    filters: dict[str, str]
    n_facts: int
    facts: tuple[FactRow, ...]
    events: tuple[DatedEvent, ...] = ()
    caveats: tuple[Caveat, ...] = ()
