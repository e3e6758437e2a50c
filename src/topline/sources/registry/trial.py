"""The registration of a trial: what it is, who runs it, how it stands, and the events that follow from that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from topline.records import Intervention, Party, PlannedOutcome, ReadEvent, RegisteredArm, RegisteredTrial
from topline.sources.registry.walk import Walk

PROTOCOL = "protocolSection"
DATES = {
    "start": "startDateStruct",
    "primary_completion": "primaryCompletionDateStruct",
    "completion": "completionDateStruct",
    "first_posted": "studyFirstPostDateStruct",
    "results_posted": "resultsFirstPostDateStruct",
    "last_update_posted": "lastUpdatePostDateStruct",
}
DESIGN = {"allocation": "allocation", "interventionModel": "model", "primaryPurpose": "purpose"}
STOPPED = {"TERMINATED": "terminated", "WITHDRAWN": "withdrawn before the first patient", "SUSPENDED": "suspended"}
NOT_STARTED = {"NOT_YET_RECRUITING", "WITHDRAWN"}
OUTCOMES = {"primaryOutcomes": "primary", "secondaryOutcomes": "secondary", "otherOutcomes": "other"}
GIVEN = {"DRUG", "BIOLOGICAL", "COMBINATION_PRODUCT", "GENETIC", "DIETARY_SUPPLEMENT"}
CONTROLS = {"PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION", "ACTIVE_COMPARATOR"}
_EMPTY = re.compile(r"\b(placebo|vehicle|sham)\b", re.IGNORECASE)
# Placebo before or after the drug ("placebo then tofacitinib") is no control.
_SWITCHED = re.compile(r"\bthen\b|\bfollowed by\b|\bswitch|\bcross|/|→|->", re.IGNORECASE)
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")
_PHASE = re.compile(r"(?:EARLY_)?PHASE(\d)")


def is_empty_treatment(name: str) -> bool:
    """Whether a treatment or an arm is named as one without the drug: placebo, vehicle or sham."""
    return _EMPTY.search(name) is not None


def read_trial(walk: Walk, nct_id: str, protocol: dict[str, Any]) -> RegisteredTrial:
    """The trial as registered; the parts that belong to results are filled in by ``read_registry``."""
    identity, at = walk.table(protocol, "identificationModule", PROTOCOL), f"{PROTOCOL}.identificationModule"
    status, status_at = walk.table(protocol, "statusModule", PROTOCOL), f"{PROTOCOL}.statusModule"
    design, design_at = walk.table(protocol, "designModule", PROTOCOL), f"{PROTOCOL}.designModule"
    enrolment = walk.table(design, "enrollmentInfo", design_at)
    given, given_at = walk.table(protocol, "armsInterventionsModule", PROTOCOL), f"{PROTOCOL}.armsInterventionsModule"
    ages, ages_at = walk.table(protocol, "eligibilityModule", PROTOCOL), f"{PROTOCOL}.eligibilityModule"
    conditions = walk.table(protocol, "conditionsModule", PROTOCOL)
    dates, date_types = _dates(walk, status, status_at)
    own_id = walk.text(walk.table(identity, "orgStudyIdInfo", at), "id", f"{at}.orgStudyIdInfo")
    others = [walk.text(row, "id", place) for row, place in walk.rows(identity, "secondaryIdInfos", at)]
    return RegisteredTrial(
        nct_id=nct_id,
        title=walk.text(identity, "briefTitle", at),
        official_title=walk.text(identity, "officialTitle", at),
        acronym=walk.text(identity, "acronym", at),
        other_ids=tuple(i for i in (own_id, *others) if i is not None),
        status=walk.text(status, "overallStatus", status_at),
        why_stopped=walk.text(status, "whyStopped", status_at),
        study_type=walk.text(design, "studyType", design_at),
        phases=walk.texts(design, "phases", design_at),
        design=_design(walk, walk.table(design, "designInfo", design_at), f"{design_at}.designInfo"),
        enrolment=walk.text(enrolment, "count", f"{design_at}.enrollmentInfo"),
        enrolment_type=walk.text(enrolment, "type", f"{design_at}.enrollmentInfo"),
        conditions=walk.texts(conditions, "conditions", f"{PROTOCOL}.conditionsModule"),
        parties=tuple(_parties(walk, protocol)),
        dates=dates,
        date_types=date_types,
        arms=tuple(_arms(walk, given, given_at)),
        interventions=tuple(_interventions(walk, given, given_at)),
        outcomes=tuple(_outcomes(walk, protocol)),
        minimum_age=walk.text(ages, "minimumAge", ages_at),
        maximum_age=walk.text(ages, "maximumAge", ages_at),
    )


def _dates(walk: Walk, status: dict[str, Any], path: str) -> tuple[dict[str, str], dict[str, str]]:
    dates, types = {}, {}
    for name, key in DATES.items():
        struct, place = walk.table(status, key, path), f"{path}.{key}"
        date, kind = walk.text(struct, "date", place), walk.text(struct, "type", place)
        if date is not None and not _DATE.fullmatch(date):
            walk.odd(f"{place}.date", date, "a date as YYYY-MM or YYYY-MM-DD")
        elif date is not None:
            dates[name] = date
            if kind is not None:
                types[name] = kind
    return dates, types


def _design(walk: Walk, info: dict[str, Any], path: str) -> dict[str, str]:
    found = {ours: walk.text(info, key, path) for key, ours in DESIGN.items()}
    found["masking"] = walk.text(walk.table(info, "maskingInfo", path), "masking", f"{path}.maskingInfo")
    return {name: text for name, text in found.items() if text is not None}


def _parties(walk: Walk, protocol: dict[str, Any]) -> Iterator[Party]:
    path = f"{PROTOCOL}.sponsorCollaboratorsModule"
    module = walk.table(protocol, "sponsorCollaboratorsModule", PROTOCOL)
    sponsor = walk.text(walk.table(module, "leadSponsor", path), "name", f"{path}.leadSponsor")
    if sponsor is not None:
        yield Party(name=sponsor, role="sponsor")
    for row, place in walk.rows(module, "collaborators", path):
        name = walk.text(row, "name", place)
        if name is not None:
            yield Party(name=name, role="collaborator")


def _arms(walk: Walk, module: dict[str, Any], path: str) -> Iterator[RegisteredArm]:
    for row, place in walk.rows(module, "armGroups", path):
        label = walk.text(row, "label", place)
        if label is None:
            walk.odd(place, row, "an arm with a label")
            continue
        yield RegisteredArm(
            label=label,
            type=walk.text(row, "type", place),
            description=walk.text(row, "description", place),
            # "Drug: Dupilumab" names the kind before the intervention.
            interventions=tuple(n.partition(": ")[2] or n for n in walk.texts(row, "interventionNames", place)),
            path=place,
        )


def _interventions(walk: Walk, module: dict[str, Any], path: str) -> Iterator[Intervention]:
    for row, place in walk.rows(module, "interventions", path):
        name = walk.text(row, "name", place)
        if name is None:
            walk.odd(place, row, "an intervention with a name")
            continue
        yield Intervention(
            name=name,
            type=walk.text(row, "type", place),
            description=walk.text(row, "description", place),
            other_names=walk.texts(row, "otherNames", place),
            arms=walk.texts(row, "armGroupLabels", place),
            path=place,
        )


def _outcomes(walk: Walk, protocol: dict[str, Any]) -> Iterator[PlannedOutcome]:
    path = f"{PROTOCOL}.outcomesModule"
    module = walk.table(protocol, "outcomesModule", PROTOCOL)
    for key, rank in OUTCOMES.items():
        for row, place in walk.rows(module, key, path):
            measure = walk.text(row, "measure", place)
            if measure is None:
                walk.odd(place, row, "an outcome with a measure")
                continue
            time_frame, description = walk.text(row, "timeFrame", place), walk.text(row, "description", place)
            yield PlannedOutcome(rank=rank, measure=measure, time_frame=time_frame, description=description, path=place)


def phase_of(trial: RegisteredTrial) -> str | None:
    """The phase in figures: ``2``, or ``2/3``; None where the registry has none."""
    found = [match[1] for phase in trial.phases if (match := _PHASE.fullmatch(phase))]
    return "/".join(found) or None


def drug_of(trial: RegisteredTrial) -> str | None:
    """The drugs on trial, joined by ``+``: what experimental arms get and control arms do not, placebos aside.

    Where that leaves nothing (a dose study, an arm of an unknown type), every drug that is given.
    """
    drugs = [i for i in trial.interventions if i.type in GIVEN and not is_empty_treatment(i.name)]
    controls = {a.label for a in trial.arms if a.type in CONTROLS}
    on_trial = [i for i in drugs if i.arms and not controls & set(i.arms)]
    return " + ".join(dict.fromkeys(i.name for i in on_trial or drugs)) or None


def controls_of(trial: RegisteredTrial, titles: frozenset[str]) -> frozenset[str]:
    """Which of the groups' titles are controls: by the type of the arm of that label, or named placebo or vehicle."""
    of_type = {a.label for a in trial.arms if a.type in CONTROLS}
    return frozenset((titles & of_type) | {t for t in titles if is_empty_treatment(t) and not _SWITCHED.search(t)})


def read_events(walk: Walk, trial: RegisteredTrial) -> Iterator[ReadEvent]:
    """The start, the stop and the posting of results, each with its status and the place of its date."""
    path = f"{PROTOCOL}.statusModule"
    start = trial.dates.get("start")
    if start is not None:
        yield _event(trial, "trial_started", _start_status(trial), start, f"{path}.startDateStruct")
    if trial.status in STOPPED:
        if trial.why_stopped is None:
            walk.note("registry-no-reason", f"The trial is {trial.status}, and no reason is given.", "minor")
        # The registry does not date the stop: a completion date is the day of the last visit.
        yield _event(
            trial, "trial_stopped", "happened", None, f"{path}.overallStatus",
            reason=trial.why_stopped, detail=STOPPED[trial.status],
        )  # fmt: skip
    posted = trial.dates.get("results_posted")
    if posted is not None:
        # "ESTIMATED" here is how the registry marks days of before 2017, not a plan.
        detail = "results posted in the registry"
        yield _event(trial, "readout", "happened", posted, f"{path}.resultsFirstPostDateStruct", detail=detail)


def _start_status(trial: RegisteredTrial) -> str:
    kind = trial.date_types.get("start")
    if kind is not None:
        return "happened" if kind == "ACTUAL" else "planned"
    return "planned" if trial.status in NOT_STARTED or trial.status is None else "happened"


def _event(
    trial: RegisteredTrial,
    kind: str,
    status: str,
    date: str | None,
    path: str,
    reason: str | None = None,
    detail: str | None = None,
) -> ReadEvent:
    return ReadEvent(
        id="", quote=None, start=None, end=None, path=path, type=kind, status=status, date=date,
        parties=trial.parties, drug=drug_of(trial), indication="; ".join(trial.conditions) or None,
        phase=phase_of(trial), trial=trial.nct_id, reason=reason, detail=detail,
    )  # fmt: skip
