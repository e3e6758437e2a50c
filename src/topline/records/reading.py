"""What a reader takes from a document: proposed facts, each with the place that it came from.

Every string that holds a measured number (``value``, ``p``, ``ci``, ``n``, ``timepoint``, an effect, an amount) is as
the document has it, so that the number can be found in the quote. ``start`` and ``end`` count code points of the
document's text, and ``text[start:end] == quote``. A fact of a registry record or of a table has a ``path`` in place of
a quote: a JSON path (``resultsSection.outcomeMeasuresModule.outcomeMeasures[0]``) or a sheet, row and column.
"""

from __future__ import annotations

from typing import Any

import msgspec

from topline.records.base import Record
from topline.records.facts import Party
from topline.records.registered import RegisteredTrial

EVENT_TYPES = (
    "approval", "deal_signed", "deal_terminated", "deal_terms", "filing_planned", "filing_submitted", "financing",
    "forecast", "layoff", "opinion", "other", "payment", "publication", "readout", "rejection", "rights_returned",
    "safety_readout", "safety_signal", "trial_started", "trial_stopped",
)  # fmt: skip
"""What an event can be."""

READ_STATUSES = ("happened", "planned", "expected", "possible", "denied", "background")
"""How sure an event is: ``background`` happened, but is not this document's news."""

STANCES = ("positive", "negative", "mixed", "neutral")
"""What the holder of an opinion thinks of what it is about."""


class DocumentInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A document by its hashes. ``date`` is the date printed on it (``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or None)."""

    title: str | None
    date: str | None
    publisher: str | None
    sha256: str
    media_type: str
    text_sha256: str
    address: str | None = None


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """A sum of money: as written, in figures, with its ISO 4217 currency and what it is for (``upfront``, ...)."""

    text: str
    value: float
    currency: str
    purpose: str | None = None


class ArmValue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One number of one arm, as written.

    The rest is for registries and tables: ``n`` is the denominator, ``spread``, ``lower`` and ``upper`` are what the
    measure's dispersion says they are, ``events`` counts events where ``value`` counts patients, ``comment`` says why
    a value is ``NA``. ``path`` is the place of this number, where the fact has several.
    """

    arm: str
    value: str
    unit: str
    n: str | None = None
    spread: str | None = None
    lower: str | None = None
    upper: str | None = None
    events: str | None = None
    comment: str | None = None
    path: str | None = None


class ReadFact(msgspec.Struct, frozen=True, kw_only=True):
    """What every proposed fact has: an id (a hash of its content) and its place in the document."""

    id: str
    quote: str | None
    start: int | None
    end: int | None
    path: str | None = None


class ReadEvent(ReadFact, frozen=True, kw_only=True):
    """Something that happened, is planned, expected, possible or denied.

    ``date`` is ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-Hn``, ``YYYY-Qn`` or None. ``detail`` says what an event
    of type ``other`` is.
    """

    type: str
    status: str
    date: str | None = None
    parties: tuple[Party, ...] = ()
    drug: str | None = None
    target: str | None = None
    indication: str | None = None
    phase: str | None = None
    trial: str | None = None
    reason: str | None = None
    amounts: tuple[Amount, ...] = ()
    detail: str | None = None


class Readout(ReadFact, frozen=True, kw_only=True):
    """A result of a trial. ``outcome``: ``met``, ``not met``, ``not significant``, ``futility``, ``inferior`` or None.

    ``effect`` is a difference or a ratio between arms, in strings as written: ``measure`` and ``value``, and where
    given ``unit``, ``lower``, ``upper``, ``level``, ``versus``, ``sides``, ``spread``, ``dispersion`` and comments.

    Of a registry: ``rank`` (``primary``, ``secondary``, ``post-hoc``, ``other``), ``description``, ``measure_type``
    (such as ``COUNT_OF_PARTICIPANTS``), ``dispersion``, ``class_title`` and ``category`` (the row of the measure),
    ``denominators`` (all of them, with their unit), and for an analysis ``groups``, ``hypothesis`` (``superiority``,
    ``non-inferiority``, ``equivalence``, ``non-inferiority or equivalence``, ``other``) and ``method``; ``notes`` are
    its further texts by the registry's key.
    """

    drug: str | None = None
    comparator: str | None = None
    endpoint: str | None = None
    timepoint: str | None = None
    values: tuple[ArmValue, ...] = ()
    effect: dict[str, str] = {}
    p: str | None = None
    ci: str | None = None
    n: str | None = None
    trial: str | None = None
    phase: str | None = None
    outcome: str | None = None
    population: str | None = None
    rank: str | None = None
    description: str | None = None
    measure_type: str | None = None
    dispersion: str | None = None
    class_title: str | None = None
    category: str | None = None
    denominators: tuple[ArmValue, ...] = ()
    groups: tuple[str, ...] = ()
    hypothesis: str | None = None
    method: str | None = None
    notes: dict[str, str] = {}


class SafetyStatement(ReadFact, frozen=True, kw_only=True):
    """What was said of an adverse event, or of safety as a whole; ``direction`` in the words of the document.

    Of a registry: ``seriousness`` (``serious``, ``other``, ``deaths``) says which table the row is of, ``total``
    whether it counts patients with any event of it, ``threshold`` above what percentage an event was listed at all.
    """

    event: str
    direction: str | None = None
    arms: tuple[ArmValue, ...] = ()
    drug: str | None = None
    trial: str | None = None
    timepoint: str | None = None
    seriousness: str | None = None
    total: bool = False
    organ_system: str | None = None
    vocabulary: str | None = None
    assessment: str | None = None
    threshold: str | None = None
    notes: str | None = None


class OpinionStatement(ReadFact, frozen=True, kw_only=True):
    """What somebody thinks. ``who`` is a person or a house, ``about`` what is judged and the holder's part in it."""

    who: str
    stance: str
    about: str | None = None


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed fact that the gate refused, and why."""

    quote: str
    reason: str


class Reading(Record, frozen=True, kw_only=True):
    """The JSON of ``topline read``: one document and the facts that a reader proposes from it.

    A registry record also has ``trial``, its participant ``flow`` (patients who started, completed, left and why)
    and its ``baseline``.
    """

    schema: str = "reading/1"
    document: DocumentInfo
    events: tuple[ReadEvent, ...] = ()
    readouts: tuple[Readout, ...] = ()
    safety: tuple[SafetyStatement, ...] = ()
    opinions: tuple[OpinionStatement, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    trial: RegisteredTrial | None = None
    flow: tuple[Readout, ...] = ()
    baseline: tuple[Readout, ...] = ()

    @property
    def candidates(self) -> tuple[ReadFact, ...]:
        """Every proposed fact, in the order of the document."""
        facts: tuple[ReadFact, ...] = (*self.events, *self.readouts, *self.safety, *self.opinions)
        return tuple(sorted(facts, key=lambda f: -1 if f.start is None else f.start))


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """Where in which document a fact stands: a quotation with its offsets, or a path."""

    document: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None
    path: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed row of a case, waiting for a reviewer.

    ``kind`` is the case's table: ``outcome``, ``event``, ``trial`` or ``arm``. ``fields`` are that table's columns as
    text, as far as the document gives them; ``missing`` names the columns that the reviewer must fill in. ``said`` is
    the fact as it was read. ``proposed_by`` names the reader (``rules/1``, ``registry/1``, ``llm:MODEL@PROMPT_HASH``).
    """

    id: str
    kind: str
    fields: dict[str, str]
    passages: tuple[Passage, ...]
    proposed_by: str
    known_from: str
    missing: tuple[str, ...] = ()
    said: dict[str, Any] = {}
