"""One ClinicalTrials.gov study record (API version 2) as facts, each with the JSON path that it stands at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from topline.errors import DataError
from topline.records import (
    Caveat,
    DocumentInfo,
    ReadEvent,
    ReadFact,
    Reading,
    Readout,
    RegisteredTrial,
    ReportingGroup,
    SafetyStatement,
    identify,
    made_by,
)
from topline.sources.registry.analyses import read_analyses
from topline.sources.registry.flow import read_flow
from topline.sources.registry.groups import Groups, distinct, read_groups
from topline.sources.registry.harms import read_harms
from topline.sources.registry.measures import PATIENTS, Study, read_denominators, read_measure
from topline.sources.registry.trial import PROTOCOL, controls_of, drug_of, phase_of, read_events, read_trial
from topline.sources.registry.walk import Walk

PROPOSED_BY = "registry/1"
RESULTS = "resultsSection"
_NCT = re.compile(r"NCT\d{8}")

F = TypeVar("F", bound=ReadFact)


@dataclass(frozen=True)
class RegistryReading:
    """What a registry record says: the parts of a ``Reading`` that a registry fills. It has no opinions."""

    trial: RegisteredTrial
    events: tuple[ReadEvent, ...]
    readouts: tuple[Readout, ...]
    safety: tuple[SafetyStatement, ...]
    flow: tuple[Readout, ...]
    baseline: tuple[Readout, ...]
    caveats: tuple[Caveat, ...]

    def reading(self, info: DocumentInfo) -> Reading:
        """The same as the record that ``topline read`` gives; ``info`` names the document by its hash."""
        return Reading(
            id=identify("reading", "reading/1", info.sha256, PROPOSED_BY),
            made_by=made_by({"reader": PROPOSED_BY}),
            caveats=self.caveats,
            document=info,
            events=self.events,
            readouts=self.readouts,
            safety=self.safety,
            trial=self.trial,
            flow=self.flow,
            baseline=self.baseline,
        )


def read_registry(study: Any, info: DocumentInfo) -> RegistryReading:
    """Read a study record: the parsed JSON of one study of the ClinicalTrials.gov API, version 2.

    Every number is text as registered, and a denominator is there only if the record has it. What is odd or lacking in
    the record is told by caveats. Raises ``DataError`` when the JSON is no such record; ``info`` names the document.
    """
    protocol, nct_id = _identified(study, info)
    walk = Walk()
    trial = read_trial(walk, nct_id, protocol)
    events = tuple(read_events(walk, trial))
    results = walk.table(study, "resultsSection", "record")
    parts = _Results(walk, trial)
    readouts = parts.outcomes(results)
    safety = parts.harms(results)
    flow = parts.flow(results)
    baseline = parts.baseline(results)
    if results and "results_posted" not in trial.dates:
        walk.note("registry-no-date", "The record has results, but not the day on which they were posted.", "serious")
    return RegistryReading(
        trial=parts.finished(results),
        events=_with_ids(events),
        readouts=_with_ids(readouts),
        safety=_with_ids(safety),
        flow=_with_ids(flow),
        baseline=_with_ids(baseline),
        caveats=tuple(walk.caveats),
    )


def _identified(study: Any, info: DocumentInfo) -> tuple[dict[str, Any], str]:
    """The protocol section and the registry number, without which a record is none."""
    file = info.address or info.title
    expected = "one study of the ClinicalTrials.gov API version 2, with protocolSection at the top"
    if not isinstance(study, dict):
        raise DataError("this is no registry record", file=file, found=type(study).__name__, expected=expected)
    if "protocolSection" not in study and isinstance(study.get("studies"), list):
        found = f"a page of {len(study['studies'])} studies"
        raise DataError(
            "this is a page of registry records, not one", file=file, found=found, expected=expected,
            repair="save each study in a file of its own",
        )  # fmt: skip
    protocol = study.get("protocolSection")
    if not isinstance(protocol, dict):
        found = "no protocolSection" if protocol is None else f"a protocolSection that is {type(protocol).__name__}"
        repair = "download the record anew, as JSON of the API version 2"
        raise DataError("this is no registry record", file=file, found=found, expected=expected, repair=repair)
    identity = protocol.get("identificationModule")
    nct_id = identity.get("nctId") if isinstance(identity, dict) else None
    if not (isinstance(nct_id, str) and _NCT.fullmatch(nct_id.strip())):
        raise DataError(
            "the record does not say which trial it is of", file=file, found=ascii(nct_id)[:60],
            column=f"{PROTOCOL}.identificationModule.nctId", expected="a number such as NCT02210780",
            repair="download the record anew, as JSON of the API version 2",
        )  # fmt: skip
    return protocol, nct_id.strip()


class _Results:
    """Reads the modules of the results one after another, and keeps the groups that they list."""

    def __init__(self, walk: Walk, trial: RegisteredTrial) -> None:
        self.walk = walk
        self.trial = trial
        self.groups: list[ReportingGroup] = []

    def _study(self, groups: Groups) -> Study:
        titles = frozenset(group.title for group in groups.listed)
        self.groups.extend(groups.listed)
        return Study(self.trial.nct_id, drug_of(self.trial), phase_of(self.trial), controls_of(self.trial, titles))

    def _module(self, results: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
        return self.walk.table(results, name, RESULTS), f"{RESULTS}.{name}"

    def outcomes(self, results: dict[str, Any]) -> list[Readout]:
        module, path = self._module(results, "outcomeMeasuresModule")
        readouts: list[Readout] = []
        for row, place in self.walk.rows(module, "outcomeMeasures", path):
            groups = read_groups(self.walk, row, "groups", place)
            study = self._study(groups)
            readouts += read_measure(self.walk, study, groups, row, place)
            readouts += read_analyses(self.walk, study, groups, row, place)
        return readouts

    def harms(self, results: dict[str, Any]) -> list[SafetyStatement]:
        module, path = self._module(results, "adverseEventsModule")
        groups = read_groups(self.walk, module, "eventGroups", path)
        return list(read_harms(self.walk, self._study(groups), groups, module, path))

    def flow(self, results: dict[str, Any]) -> list[Readout]:
        module, path = self._module(results, "participantFlowModule")
        groups = read_groups(self.walk, module, "groups", path)
        return list(read_flow(self.walk, self._study(groups), groups, module, path))

    def baseline(self, results: dict[str, Any]) -> list[Readout]:
        module, path = self._module(results, "baselineCharacteristicsModule")
        groups = read_groups(self.walk, module, "groups", path)
        study = self._study(groups)
        whole = read_denominators(self.walk, groups, module, path, PATIENTS)
        readouts: list[Readout] = []
        for row, place in self.walk.rows(module, "measures", path):
            readouts += read_measure(self.walk, study, groups, row, place, whole)
        return readouts

    def finished(self, results: dict[str, Any]) -> RegisteredTrial:
        walk = self.walk
        flow, flow_at = self._module(results, "participantFlowModule")
        baseline, baseline_at = self._module(results, "baselineCharacteristicsModule")
        harms, harms_at = self._module(results, "adverseEventsModule")
        more, more_at = self._module(results, "moreInfoModule")
        limits = walk.table(more, "limitationsAndCaveats", more_at)
        return msgspec.structs.replace(
            self.trial,
            groups=tuple(distinct(self.groups)),
            has_results=bool(results),
            recruitment=walk.text(flow, "recruitmentDetails", flow_at),
            pre_assignment=walk.text(flow, "preAssignmentDetails", flow_at),
            baseline_population=walk.text(baseline, "populationDescription", baseline_at),
            harms_time_frame=walk.text(harms, "timeFrame", harms_at),
            harms_description=walk.text(harms, "description", harms_at),
            harms_threshold=walk.text(harms, "frequencyThreshold", harms_at),
            limitations=walk.text(limits, "description", f"{more_at}.limitationsAndCaveats"),
        )


def _with_ids(facts: Iterable[F]) -> tuple[F, ...]:
    """Each fact with an id made of its content, as the gate of quoted facts makes it."""
    return tuple(msgspec.structs.replace(f, id=identify("read", type(f).__name__, f)) for f in facts)
