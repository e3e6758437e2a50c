"""A case: its question and its evidence, and the verbs that answer from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from topline.errors import DataError, UnknownNameError
from topline.facts import Store, fact_list, open_case_store
from topline.facts import snapshot as take_snapshot
from topline.pipeline.briefing import Brief, make_brief
from topline.pipeline.dates import as_of_date
from topline.pipeline.progress import Progress
from topline.records import FactList, FactRow, FactSnapshot, Programme, ProgrammeEntry, ProgrammeList, Question

DEFAULT_CASE = "atopic-dermatitis"


@dataclass(frozen=True)
class Case:
    """An opened case. ``question`` says what it asks; the evidence stands in a store that is read as of a date."""

    question: Question
    store: Store

    def __repr__(self) -> str:
        return f"<Case {self.name}: {len(self.question.programmes)} programmes>"

    @property
    def name(self) -> str:
        """The case's name."""
        return self.question.case

    def snapshot(
        self, *, as_of: str | date | None = None, strict_dates: bool = False, unreviewed: bool = False
    ) -> FactSnapshot:
        """The facts that the world could know on ``as_of`` (default: today).

        With ``unreviewed`` also what readers propose and nobody has reviewed yet, with a caveat.

        Raises ``DateError`` for a date that is not one or lies in the future.
        """
        return take_snapshot(self.store, as_of=as_of_date(as_of), strict_dates=strict_dates, unreviewed=unreviewed)

    def programme(self, name: str) -> Programme:
        """The programme called ``name`` (capitals, spaces and hyphens are ignored; its aliases count).

        Raises ``UnknownNameError`` with the near names.
        """
        wanted = _plain_name(str(name))
        for programme in self.question.programmes:
            if wanted in {_plain_name(n) for n in (programme.name, *programme.aliases)}:
                return programme
        known = [p.name for p in self.question.programmes]
        raise UnknownNameError.among(
            "programme", str(name), known, repair="topline programmes, with the same --case, lists what there is"
        )

    def programmes(self, *, as_of: str | date | None = None, strict_dates: bool = False) -> ProgrammeList:
        """What there is to write a brief on, as of a date."""
        snapshot = self.snapshot(as_of=as_of, strict_dates=strict_dates)
        return ProgrammeList(
            as_of=snapshot.as_of,
            programmes=tuple(_entry(p, self.question, snapshot) for p in self.question.programmes),
        )

    def facts(
        self,
        *,
        trial: str | None = None,
        outcome: str | None = None,
        treatment: str | None = None,
        status: str | None = None,
        known_after: str | None = None,
        known_before: str | None = None,
        as_of: str | date | None = None,
        strict_dates: bool = False,
    ) -> FactList:
        """The evidence, filtered. Raises ``UnknownNameError`` for a filter value that is not there."""
        return fact_list(
            self.snapshot(as_of=as_of, strict_dates=strict_dates),
            self.question,
            trial=trial,
            outcome=outcome,
            treatment=treatment,
            status=status,
            known_after=known_after,
            known_before=known_before,
        )

    def fact(self, fact_id: str, *, as_of: str | date | None = None, strict_dates: bool = False) -> FactRow:
        """One fact by its id, or by a start of it that fits no other.

        Raises ``UnknownNameError`` when no fact, or more than one, fits.
        """
        facts = self.facts(as_of=as_of, strict_dates=strict_dates)
        fits = [r for r in facts.facts if r.id.startswith(fact_id)]
        if len(fits) == 1 and fact_id:
            return fits[0]
        raise UnknownNameError(
            f"the id {fact_id!r} fits {len(fits)} facts" if fits else f"unknown fact {fact_id!r}",
            found=repr(fact_id),
            expected=f"the id of one of {facts.n_facts} facts, or a start that fits no other",
            repair="topline facts list shows the ids",
        )

    def brief(
        self,
        programme: str,
        *,
        as_of: str | date | None = None,
        strict_dates: bool = False,
        unreviewed: bool = False,
        progress: Progress | None = None,
    ) -> Brief:
        """The brief on ``programme``, as of a date; ``unreviewed`` as ``snapshot`` has it.

        Raises ``UnknownNameError`` for an unknown programme, ``DateError`` for a date that is not one, lies in the
        future, or comes before anything was known of the programme, ``DataError`` for a case that has nothing of it.
        """
        chosen = self.programme(programme)
        snapshot = self.snapshot(as_of=as_of, strict_dates=strict_dates, unreviewed=unreviewed)
        if not _tells_of(snapshot, chosen) and not _tells_of(self.snapshot(), chosen):
            raise DataError(
                f"the case holds nothing about {chosen.name} yet, so there is nothing to write a brief on",
                found=f"no outcome and no event of {chosen.drug} in {self.name}",
                expected=f"a row of outcomes.csv whose arm has treatment {chosen.drug}, or a row of events.csv",
                repair="accept what waits (topline facts list --candidates shows it), or fill in sources.csv, "
                "trials.csv, arms.csv and outcomes.csv",
            )
        return make_brief(self.question, chosen, snapshot, progress=progress)


def _plain_name(name: str) -> str:
    """A name without what people write differently: capitals, spaces, hyphens."""
    return "".join(c for c in name.lower() if c.isalnum())


def _tells_of(snapshot: FactSnapshot, programme: Programme) -> bool:
    """Whether the snapshot has a fact or an event of the programme's drug."""
    facts = any(f.treatment == programme.drug for f in snapshot.facts)
    return facts or any(e.programme == programme.drug for e in snapshot.events)


def _entry(programme: Programme, question: Question, snapshot: FactSnapshot) -> ProgrammeEntry:
    mine = [f for f in snapshot.facts if f.treatment == programme.drug]
    events = [e for e in snapshot.events if e.programme == programme.drug]
    dates = [*(f.known_from for f in mine), *(e.known_from for e in events)]
    return ProgrammeEntry(
        name=programme.name,
        drug=programme.drug,
        treatment=programme.treatment,
        target=programme.target,
        indication=question.indication,
        case=question.case,
        sponsors=programme.sponsors,
        aliases=programme.aliases,
        n_trials=len({f.trial for f in mine}),
        n_facts=len(mine),
        n_events=len(events),
        latest=max(dates, default=None),
    )


def open_case(case: str = DEFAULT_CASE) -> Case:
    """Open a shipped case by name, a case folder by path, or an evidence store by URL.

    >>> open_case("atopic-dermatitis").name
    'atopic-dermatitis'

    Raises ``UnknownNameError`` for a name that is neither, ``CaseError`` for a folder that is not a case (with every
    problem found), ``StoreError`` for a store that can't be opened.
    """
    store, question = open_case_store(case)
    return Case(question=question, store=store)


def programmes(case: str = DEFAULT_CASE, *, as_of: str | date | None = None) -> ProgrammeList:
    """The programmes of a case: what there is to write a brief on."""
    return open_case(case).programmes(as_of=as_of)
