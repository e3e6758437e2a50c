"""Events and opinions mapped onto a case: what happened or was said about one of its programmes."""

from __future__ import annotations

import re

from topline.pipeline.intake.drafts import Drafts, MappedRow, place_of
from topline.pipeline.intake.rules import programme_of
from topline.records import OpinionStatement, Party, Question, ReadEvent, Reading

REQUIRED = ("event_id", "type", "programme", "statement", "source_id", "status")
FUTURE_TYPES = {"filing_planned", "forecast"}
"""Events whose type says itself that it lies ahead."""
_PRECISIONS = {
    "day": re.compile(r"\d{4}-\d{2}-\d{2}"),
    "month": re.compile(r"\d{4}-\d{2}"),
    "quarter": re.compile(r"\d{4}-Q[1-4]"),
    "half": re.compile(r"\d{4}-H[12]"),
    "year": re.compile(r"\d{4}"),
}


def map_event(event: ReadEvent, reading: Reading, question: Question, drafts: Drafts) -> None:
    """Propose an event of a programme, if it happened: what is planned, possible or denied is shown and left out."""
    said = f"{event.type} ({event.status})"
    reason = ""
    if event.status not in {"happened", "background"} and event.type not in FUTURE_TYPES:
        reason = f"it is {event.status}, and the case holds what happened"
    elif event.status in {"denied", "possible"}:
        reason = f"it is {event.status}"
    texts = (event.drug, *_other_names(reading), event.quote)
    programme = programme_of(question, *texts)
    if not reason and not programme and (reading.trial is not None or event.drug):
        reason = "no programme of the case is named"
    if reason:
        drafts.shown.append(MappedRow(event.id, place_of(event), said, reason=reason))
        return
    date = event.date or ""
    cells: dict[str, str | None] = {
        "event_id": f"{event.type}-{event.id.rpartition('-')[2]}",
        "known_from": _known_from(event, reading),
        "event_date": date,
        "date_precision": next((name for name, form in _PRECISIONS.items() if form.fullmatch(date)), None),
        "type": event.type,
        "programme": programme,
        "parties": _parties(event.parties),
        "statement": event.quote or _statement(event),
        "amount_musd": _amount(event),
        "status": "verified",
    }
    candidate = drafts.add("event", cells, (drafts.passage(event),), REQUIRED, event)
    rule = "the programme's name" if programme else "a reviewer names the programme"
    drafts.shown.append(MappedRow(event.id, place_of(event), said, rule=rule, candidate=candidate))


def _other_names(reading: Reading) -> tuple[str, ...]:
    """What else the registry calls the drugs on trial."""
    if reading.trial is None:
        return ()
    return tuple(name for i in reading.trial.interventions for name in i.other_names)


def _known_from(event: ReadEvent, reading: Reading) -> str:
    """By when the registry told: a start when it had come and the trial was registered, a stop by the last update."""
    if reading.trial is None:
        return ""
    dates = reading.trial.dates
    if event.type == "readout":
        return event.date or ""
    if event.type == "trial_started":
        posted = dates.get("first_posted")
        # A month counts from its last day: it sorts behind its days.
        return "" if posted is None else max(posted, event.date or "", key=lambda date: date.ljust(10, "~"))
    return dates.get("last_update_posted", "")


def _parties(parties: tuple[Party, ...]) -> str:
    """``name:role;name:role``, without the signs that divide."""
    return ";".join(f"{_undivided(p.name)}:{_undivided(p.role)}" for p in parties if p.name.strip() and p.role.strip())


def _undivided(text: str) -> str:
    return re.sub(r"\s*[;:]\s*", ", ", text).strip(" ,")


def _amount(event: ReadEvent) -> str | None:
    """Millions of US dollars, where the event has one amount and it is in them."""
    if len(event.amounts) != 1 or event.amounts[0].currency != "USD":
        return None
    return f"{event.amounts[0].value / 1e6:.10g}"


def _statement(event: ReadEvent) -> str:
    """A registry's event in words: what, of which trial, why."""
    words = {
        "trial_started": "study start",
        "trial_stopped": "study stopped",
        "readout": "results posted in the registry",
    }
    text = f"{words.get(event.type, event.type)} of {event.trial}"
    if event.type == "trial_stopped" and event.detail:
        text += f": {event.detail}"
    return f"{text}; reason given: {event.reason}" if event.reason else text


def map_opinion(opinion: OpinionStatement, reading: Reading, question: Question, drafts: Drafts) -> None:
    """Propose an opinion as an event of that type; the programme is the one it names, or the document's only one."""
    programme = programme_of(question, opinion.about, opinion.quote)
    if not programme:
        drugs = {*(e.drug for e in reading.events), *(r.drug for r in reading.readouts)}
        named = {programme_of(question, drug) for drug in drugs} - {""}
        programme = named.pop() if len(named) == 1 else ""
    cells: dict[str, str | None] = {
        "event_id": f"opinion-{opinion.id.rpartition('-')[2]}",
        "type": "opinion",
        "programme": programme,
        "parties": f"{_undivided(opinion.who)}:{opinion.stance} opinion",
        "statement": opinion.quote,
        "status": "verified",
    }
    candidate = drafts.add("event", cells, (drafts.passage(opinion),), REQUIRED, opinion)
    rule = "the programme's name" if programme else "a reviewer names the programme"
    said = f"opinion of {opinion.who} ({opinion.stance})"
    drafts.shown.append(MappedRow(opinion.id, place_of(opinion), said, rule=rule, candidate=candidate))
