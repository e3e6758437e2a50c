"""What is asked: the case's question, as ``case.toml`` states it."""

from __future__ import annotations

import msgspec


class Treatment(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the network: one drug at one dose and regimen.

    Arms join a node on drug and ``dose_regimen`` (which must be one of ``regimens``), never on the arm's name.
    ``mechanism`` is the drug's target in words, such as ``JAK1``.
    """

    name: str
    drug: str
    regimens: tuple[str, ...]
    mechanism: str = ""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured. ``direction`` is ``higher`` when more of it is better, else ``lower``.

    ``role`` is ``benefit`` or ``harm``; ``kind`` is ``proportion`` (counts of n) or ``mean`` (not for counts).
    ``responder`` says in words what counts, for sentences: "have a 75% better eczema score". A brief has a figure for
    each ``headline`` benefit, in the order of the case.
    """

    id: str
    label: str
    definition: str
    direction: str
    role: str
    kind: str = "proportion"
    measure: str = "OR"
    responder: str = ""
    headline: bool = False


class Exclusion(msgspec.Struct, frozen=True, kw_only=True):
    """A trial left out of a network on purpose, with the reason that the brief prints."""

    trial: str
    reason: str


class NetworkQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One network: the trials whose background therapy is one of ``backgrounds``, less the exclusions."""

    id: str
    label: str
    backgrounds: tuple[str, ...]
    exclude: tuple[Exclusion, ...] = ()


class Sensitivity(msgspec.Struct, frozen=True, kw_only=True):
    """The same question asked in another way, to see whether the answer moves.

    ``include`` brings back excluded trials, ``exclude`` leaves further ones out, ``treatments`` keeps only these nodes
    (empty: all), ``weeks`` reads a trial at another week; ``model``, ``engine`` and ``prior_tau`` replace the main
    analysis's. ``drugs`` limits it to some programmes (empty: all).
    """

    id: str
    label: str
    reason: str
    network: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    weeks: dict[str, int] = {}
    model: str | None = None
    engine: str | None = None
    prior_tau: str | None = None
    drugs: tuple[str, ...] = ()


class StandingCaveat(msgspec.Struct, frozen=True, kw_only=True):
    """A weakness of the case's evidence that no computation can see, such as what a source leaves out.

    It reaches the reader from ``known_from`` on, whenever a fact in use matches every filled list (``trials``,
    ``outcomes``, ``sources``, ``drugs``); with all lists empty it always does.
    """

    code: str
    text: str
    severity: str
    known_from: str
    trials: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A drug in an indication. ``treatment`` is the lead node, the one that the brief is about."""

    name: str
    drug: str
    treatment: str
    target: str = ""
    sponsors: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class OutcomeMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A rule by which a measure of a registry record, or of a text, is a reading of an endpoint.

    Patterns are regular expressions without regard to capitals; plain words are one. A rule has one way to recognise:
    ``title`` (any fits the measure's title, none of ``not_title`` does), ``terms`` (an adverse event's term),
    ``total`` (``serious``, ``other`` or ``deaths``: patients with any such event) or ``reasons`` (for which patients
    left, of those who started). ``row`` must fit the class or category where a measure is split into such;
    ``population`` must fit the description of who was analysed; ``measure_types`` and ``unit`` limit what is accepted.
    ``week`` is the week of the reading; without it the record's time frame must name a single one.
    """

    endpoint: str
    title: tuple[str, ...] = ()
    not_title: tuple[str, ...] = ()
    row: str | None = None
    week: int | None = None
    measure_types: tuple[str, ...] = ()
    unit: str | None = None
    population: str | None = None
    terms: tuple[str, ...] = ()
    total: str | None = None
    reasons: tuple[str, ...] = ()


class ArmMapping(msgspec.Struct, frozen=True, kw_only=True):
    """A rule by which a group of a document is an arm of a drug; the first that fits counts.

    Any of ``title`` must fit the group's title and none of ``not_title``, and ``description``, if given, its
    description. ``treatment`` is the drug; without ``dose_regimen`` a reviewer fills it in. ``trials`` limits the rule
    to some registry ids or trial names.
    """

    title: tuple[str, ...]
    treatment: str
    dose_regimen: str | None = None
    description: str | None = None
    not_title: tuple[str, ...] = ()
    background: str | None = None
    trials: tuple[str, ...] = ()


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """All that a case asks. ``weeks`` overrides the primary week of a trial.

    ``baseline`` says where the reference treatment's rate comes from: ``pooled`` over the reference arms of the
    network, or the name of one trial.
    """

    case: str
    title: str
    indication: str
    population: str
    reference: str
    programmes: tuple[Programme, ...]
    treatments: tuple[Treatment, ...]
    endpoints: tuple[Endpoint, ...]
    networks: tuple[NetworkQuestion, ...]
    sensitivities: tuple[Sensitivity, ...] = ()
    caveats: tuple[StandingCaveat, ...] = ()
    weeks: dict[str, int] = {}
    baseline: str = "pooled"
    mappings: tuple[OutcomeMapping, ...] = ()
    arm_mappings: tuple[ArmMapping, ...] = ()

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """The endpoint with this id, or None."""
        return next((e for e in self.endpoints if e.id == endpoint_id), None)

    def reference_drug(self) -> str:
        """The drug of the reference treatment, which for most questions is ``placebo``."""
        return next((t.drug for t in self.treatments if t.name == self.reference), self.reference)

    def network(self, network_id: str) -> NetworkQuestion | None:
        """The network with this id, or None."""
        return next((n for n in self.networks if n.id == network_id), None)

    def node(self, drug: str, dose_regimen: str) -> str | None:
        """The treatment node that an arm of ``drug`` under ``dose_regimen`` belongs to, or None."""
        return next((t.name for t in self.treatments if t.drug == drug and dose_regimen in t.regimens), None)
