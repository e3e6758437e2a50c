"""One reading mapped onto one case: the way in for whatever was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from topline.pipeline.intake.drafts import Drafts, Mapping
from topline.pipeline.intake.events import map_event, map_opinion
from topline.pipeline.intake.prose_facts import ProseMapper
from topline.pipeline.intake.registry_facts import RegistryMapper
from topline.pipeline.intake.rules import drugs_in
from topline.records import Arm, Caveat, Question, ReadEvent, Reading, Readout, SafetyStatement, Trial

REGISTRY_BASIS = "registry results first posted"
DOCUMENT_BASIS = "date of the document"


def map_reading(
    reading: Reading,
    question: Question,
    *,
    trials: Sequence[Trial] = (),
    arms: Sequence[Arm] = (),
    proposed_by: str | None = None,
) -> Mapping:
    """Map the facts of a reading onto a case's tables, by the rules that the case states.

    ``trials`` and ``arms`` are what the case holds already: a record of a trial that is there adds outcomes to it,
    under the arms' names in the case. Nothing is filled in that the document does not say: such cells are the
    candidate's ``missing``. Every reading is in ``shown``, mapped or with the reason why not.
    """
    registry = reading.trial is not None
    drafts = Drafts(
        document=reading.document.sha256,
        source_id=_source_id(reading),
        proposed_by=proposed_by or str(reading.made_by.spec.get("reader") or ("registry/1" if registry else "rules/1")),
        known_from=_known_from(reading),
        basis=REGISTRY_BASIS if registry else DOCUMENT_BASIS,
        certain_from=_certain_from(reading),
    )
    mapper = (RegistryMapper if registry else ProseMapper)(reading, question, drafts, trials, arms)
    mapper.map()
    for event in reading.events:
        map_event(event, reading, question, drafts)
    for opinion in reading.opinions:
        map_opinion(opinion, reading, question, drafts)
    if not question.mappings and (reading.readouts or reading.safety):
        text = "The case states no [[mappings]]: no measure can be mapped but by an endpoint's own name."
        drafts.caveats.append(Caveat(code="no-mappings", text=text, severity="moderate"))
    drafts.caveats += _unknown_drug(reading, question)
    return Mapping(tuple(drafts.candidates), tuple(drafts.shown), _source(reading), (*reading.caveats, *drafts.caveats))


def _unknown_drug(reading: Reading, question: Question) -> list[Caveat]:
    """What to do where a text is about a drug that the case does not know, and about none that it does."""
    facts: tuple[Readout | SafetyStatement | ReadEvent, ...] = (*reading.readouts, *reading.safety, *reading.events)
    drugs = Counter(fact.drug for fact in facts if fact.drug)
    if not drugs or any(drugs_in(question, drug) for drug in drugs):
        return []
    text = (
        f"The case does not know {drugs.most_common(1)[0][0]}: what is said of it can become no row. Add the drug to "
        "[[programmes]] and [[treatments]] of case.toml, and read the document again."
    )
    return [Caveat(code="drug-unknown", text=text, severity="moderate")]


def _source_id(reading: Reading) -> str:
    if reading.trial is not None:
        return f"ct_{reading.trial.nct_id.lower()}"
    title = re.sub(r"[^a-z0-9]+", "_", (reading.document.title or "document").lower()).strip("_")[:30]
    return f"{title or 'document'}_{reading.document.sha256[:8]}"


def _known_from(reading: Reading) -> str:
    """By when the world could know: the day results were posted, or the date printed on a document."""
    if reading.trial is not None:
        return reading.trial.dates.get("results_posted", "")
    return reading.document.date or ""


def _certain_from(reading: Reading) -> str:
    """The day of the version that was read: a record that was updated may have said less, or otherwise, before."""
    if reading.trial is None or not reading.trial.dates.get("results_posted"):
        return _known_from(reading)
    dates = (reading.trial.dates.get(name, "") for name in ("results_posted", "last_update_posted"))
    return max(dates, key=lambda date: date.ljust(10, "~") if date else "")


def _source(reading: Reading) -> dict[str, str]:
    """The row of ``sources.csv`` for the document."""
    info, trial = reading.document, reading.trial
    if trial is not None:
        dates = trial.dates
        return {
            "source_id": _source_id(reading),
            "title": f"{trial.nct_id} registry record: {trial.title or 'no title'}",
            "publisher": "ClinicalTrials.gov",
            "date": dates.get("last_update_posted") or dates.get("results_posted") or "n.d.",
            "address": f"https://clinicaltrials.gov/study/{trial.nct_id}",
            "what_was_taken": "registration, participant flow, outcome measures, adverse events",
        }
    return {
        "source_id": _source_id(reading),
        "title": info.title or "untitled document",
        "publisher": info.publisher or "",
        "date": info.date or "n.d.",
        "address": info.address or f"sha256:{info.sha256}",
        "what_was_taken": "facts with their quotes",
    }
