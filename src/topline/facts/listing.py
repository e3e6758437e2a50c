"""Facts as a list, filtered by what a reader asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec

from topline.errors import ArgumentError, DateError, UnknownNameError
from topline.facts.dates import fits_precision, last_day
from topline.facts.snapshot_caveats import caveats_for
from topline.facts.vocabulary import FACT_STATUSES
from topline.records import Fact, FactList, FactRow, FactSnapshot, Question, Source

_Day = dt.date | None


def fact_list(
    snapshot: FactSnapshot,
    question: Question,
    *,
    trial: str | None = None,
    outcome: str | None = None,
    treatment: str | None = None,
    status: str | None = None,
    known_after: str | dt.date | None = None,
    known_before: str | dt.date | None = None,
) -> FactList:
    """The snapshot's facts that pass every filter given, in the snapshot's order, each with its node and source.

    ``trial`` is a trial's name or registry id, ``outcome`` an endpoint's id or label, ``treatment`` a node, a drug or a
    programme's alias, ``status`` ``verified`` or ``derived``; case is ignored. ``known_after`` and ``known_before``
    (``YYYY-MM-DD``) bound the day on which a fact became known, both days included.

    Events are listed too, those of the treatment's programme where one is given, and none under a filter that they
    have no field for. Raises ``UnknownNameError`` for a name that is not there, ``DateError`` for a date that is not
    one, and ``ArgumentError`` for a range that is upside down.
    """
    first, last = _range(known_after, known_before)
    drug, node = (None, None) if treatment is None else _treatment(treatment, question)
    wanted = {
        "trial": None if trial is None else _trial(trial, snapshot),
        "outcome": None if outcome is None else _outcome(outcome, question),
        "status": None if status is None else _pick("status", status, _same(FACT_STATUSES)),
        "treatment": drug,
    }
    facts = [
        FactRow(**msgspec.structs.asdict(f), node=question.node(f.treatment, f.dose_regimen), source=source)
        for f, source in _with_sources(snapshot)
        if all(value in {None, getattr(f, name)} for name, value in wanted.items())
        and node in {None, question.node(f.treatment, f.dose_regimen)}
        and _within(f.known_from, first, last)
    ]
    programmes = {p.name for p in question.programmes if drug in {None, p.drug}}
    if {trial, outcome, status} != {None}:
        programmes = set()
    filters = {"trial": trial, "outcome": outcome, "treatment": treatment, "status": status}
    dates = {"known_after": first, "known_before": last}
    return FactList(
        case=snapshot.case,
        as_of=snapshot.as_of,
        strict_dates=snapshot.strict_dates,
        filters={k: str(v) for k, v in {**filters, **dates}.items() if v is not None},
        n_facts=len(facts),
        facts=tuple(facts),
        events=tuple(e for e in snapshot.events if e.programme in programmes and _within(e.known_from, first, last)),
        caveats=caveats_for(snapshot, question, {row.id for row in facts}),
    )


def _with_sources(snapshot: FactSnapshot) -> Iterator[tuple[Fact, Source]]:
    source_of = {s.source_id: s for s in snapshot.sources}
    return ((fact, source_of[fact.source_id]) for fact in snapshot.facts)


def _range(known_after: str | dt.date | None, known_before: str | dt.date | None) -> tuple[_Day, _Day]:
    first, last = _day("known_after", known_after), _day("known_before", known_before)
    if first and last and first > last:
        found = f"{first} to {last}"
        raise ArgumentError("the range of dates is upside down", found=found, expected="the earlier date first")
    return first, last


def _day(name: str, asked: str | dt.date | None) -> _Day:
    if asked is None or isinstance(asked, dt.date):
        return asked
    if not fits_precision(asked, "day"):
        raise DateError(
            f"{name.replace('_', ' ')}: this is not a date",
            found=repr(asked),
            expected="a day of the calendar as YYYY-MM-DD",
            repair=f"--{name.replace('_', '-')} 2025-01-31",
        )
    return dt.date.fromisoformat(asked)


def _within(known_from: str, first: _Day, last: _Day) -> bool:
    day = last_day(known_from)
    return (first is None or day >= first) and (last is None or day <= last)


def _pick(kind: str, asked: str, known: dict[str, str], repair: str | None = None) -> str:
    """What ``asked`` stands for among ``known`` (name to meaning), ignoring case."""
    meaning = {name.lower(): value for name, value in known.items()}.get(asked.strip().lower())
    if meaning is None:
        raise UnknownNameError.among(kind, asked, known, repair=repair)
    return meaning


def _trial(asked: str, snapshot: FactSnapshot) -> str:
    known = {t.nct_id: t.trial for t in snapshot.trials if t.nct_id} | {t.trial: t.trial for t in snapshot.trials}
    return _pick("trial", asked, known, f"ask for a trial of which something was known on {snapshot.as_of}")


def _outcome(asked: str, question: Question) -> str:
    known = {e.label: e.id for e in question.endpoints} | {e.id: e.id for e in question.endpoints}
    return _pick("outcome", asked, known)


def _treatment(asked: str, question: Question) -> tuple[str, str | None]:
    """The drug, and the node where one is meant; None where the whole drug is. A node goes before a drug."""
    nodes = {t.name: t for t in question.treatments}
    drugs: dict[str, str] = {}
    for programme in question.programmes:
        drugs |= dict.fromkeys((programme.name, *programme.aliases), programme.drug)
    drugs |= {t.drug: t.drug for t in question.treatments}
    name = _pick("treatment", asked, _same([*drugs, *nodes]))
    return (nodes[name].drug, name) if name in nodes else (drugs[name], None)


def _same(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}
