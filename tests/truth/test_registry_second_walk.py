"""Every number of the raw registry records, found by a second walk that shares nothing with the reader.

The walk knows no module: it recurses through the JSON and writes down every leaf with its path. The reader's facts
must then hold exactly the leaves of the keys that carry counts, denominators, p-values, intervals and adverse events,
each at its own path, under the title of its own group.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from topline.records import DocumentInfo
from topline.sources.registry import read_registry

FOLDER = Path(__file__).parent / "data" / "ctgov"
RECORDS = sorted(path.name for path in FOLDER.glob("*.json"))
INFO = DocumentInfo(title=None, date=None, publisher=None, sha256="", media_type="application/json", text_sha256="")
EFFECT_KEYS = {
    "paramType": "measure", "paramValue": "value", "ciPctValue": "level", "ciLowerLimit": "lower",
    "ciUpperLimit": "upper", "dispersionType": "dispersion", "dispersionValue": "spread", "estimateComment": "comment",
}  # fmt: skip


def load(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def leaves(node, path=""):
    """Every leaf of the JSON as (path, text)."""
    if isinstance(node, dict):
        for key in node:
            yield from leaves(node[key], f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for i in range(len(node)):
            yield from leaves(node[i], f"{path}[{i}]")
    else:
        yield path, str(node)


def only(found, pattern):
    """The leaves whose whole path matches, by path."""
    return {path: text for path, text in found.items() if re.fullmatch(pattern, path)}


def group_title(found, path):
    """The title of the group that the object at ``path`` names, looked up in the nearest table above that lists it."""
    group = found.get(f"{path}.groupId") or found[f"{path}.id"]
    above = path
    while above:
        above = re.sub(r"(\.[^.\[]+|\[\d+\])$", "", above) if re.search(r"[.\[]", above) else ""
        for place, text in found.items():
            if text == group and re.fullmatch(re.escape(above) + r"\.(groups|eventGroups)\[\d+\]\.id", place):
                return found[place.removesuffix("id") + "title"]
    raise AssertionError(path)


@pytest.fixture(scope="module", params=RECORDS)
def walked(request):
    record = load(request.param)
    return dict(leaves(record)), read_registry(record, INFO)


def test_the_records_are_there():
    assert [f"NCT{n}.json" for n in ("00763412", "02210780", "02576665", "03064438", "03630471")] == RECORDS


@pytest.mark.parametrize("table", ["outcomeMeasures", "baseline"])
def test_every_value_with_its_spread_limits_and_group(walked, table):
    found, reading = walked
    module, facts = {
        "outcomeMeasures": (r"resultsSection\.outcomeMeasuresModule\.outcomeMeasures", reading.readouts),
        "baseline": (r"resultsSection\.baselineCharacteristicsModule\.measures", reading.baseline),
    }[table]
    cell = module + r"\[\d+\]\.classes\[\d+\]\.categories\[\d+\]\.measurements\[\d+\]"
    read = {}
    for fact in facts:
        for value in fact.values:
            assert value.path.startswith(fact.path + ".measurements[")
            assert value.arm == group_title(found, value.path)
            for key, text in (("value", value.value), ("spread", value.spread), ("lowerLimit", value.lower),
                              ("upperLimit", value.upper), ("comment", value.comment)):  # fmt: skip
                if text is not None:
                    read[f"{value.path}.{key}"] = text
    assert read == only(found, cell + r"\.(value|spread|lowerLimit|upperLimit|comment)")


def test_every_text_of_every_outcome_measure(walked):
    found, reading = walked
    pattern = r"(resultsSection\.outcomeMeasuresModule\.outcomeMeasures\[\d+\])\.(\w+)"
    names = {"title": "endpoint", "timeFrame": "timepoint", "populationDescription": "population",
             "paramType": "measure_type", "dispersionType": "dispersion", "description": "description"}  # fmt: skip
    measures = [f for f in reading.readouts if "analyses" not in f.path]
    for path in only(found, pattern):
        measure, key = re.fullmatch(pattern, path).groups()
        mine = [f for f in measures if f.path.startswith(measure + ".") or f.path == measure]
        assert mine, path
        for fact in mine:
            if key in names:
                assert getattr(fact, names[key]) == found[path]
            elif key == "unitOfMeasure":
                assert {v.unit for v in fact.values} == {found[path]}
            elif key == "type":
                assert fact.rank == {"PRIMARY": "primary", "SECONDARY": "secondary"}.get(found[path], "other")
            else:
                assert key == "reportingStatus"


def test_every_class_and_category_title(walked):
    found, reading = walked
    read = {}
    for fact in (*reading.readouts, *reading.baseline):
        if fact.class_title is not None:
            read[fact.path.rpartition(".categories")[0] + ".title"] = fact.class_title
        if fact.category is not None:
            read[fact.path + ".title"] = fact.category
    assert read == only(found, r"resultsSection\.\w+\.\w+\[\d+\]\.classes\[\d+\](\.categories\[\d+\])?\.title")


def test_every_denominator_and_no_other(walked):
    found, reading = walked
    read = {}
    for fact in (*reading.readouts, *reading.baseline):
        for count in fact.denominators:
            read[count.path] = count.value
            assert count.arm == group_title(found, count.path.removesuffix(".value"))
            assert count.unit == found[count.path.partition(".counts")[0] + ".units"]
    assert read == only(found, r"resultsSection\..*denoms\[\d+\]\.counts\[\d+\]\.value")
    for fact in (*reading.readouts, *reading.baseline):
        for value in fact.values:
            near, _, _ = value.path.partition(".categories")
            measure, _, _ = value.path.partition(".classes")
            table, _, _ = value.path.partition(".measures[")
            expected = None
            for place in (near, measure, table):
                counts = only(found, re.escape(place) + r"\.denoms\[\d+\]\.counts\[\d+\]\.value")
                named = [t for p, t in counts.items() if group_title(found, p.removesuffix(".value")) == value.arm]
                if named:
                    expected = named[0]
                    break
            assert value.n == expected, value.path


def test_every_analysis_with_p_value_interval_and_what_was_tested(walked):
    found, reading = walked
    pattern = r"(resultsSection\.outcomeMeasuresModule\.outcomeMeasures\[\d+\]\.analyses\[\d+\])\.(\w+)(\[\d+\])?"
    analyses = {f.path: f for f in reading.readouts if "analyses" in f.path}
    places = {re.fullmatch(pattern, path).group(1) for path in only(found, pattern)}
    assert set(analyses) == places
    for path, text in only(found, pattern).items():
        place, key, position = re.fullmatch(pattern, path).groups()
        fact = analyses[place]
        if key == "groupIds":
            measure = place.partition(".analyses")[0]
            ids = only(found, re.escape(measure) + r"\.groups\[\d+\]\.id")
            titles = [found[p.removesuffix("id") + "title"] for p, group in ids.items() if group == text]
            assert fact.groups[int(position.strip("[]"))] == titles[0]
        elif key in EFFECT_KEYS:
            assert fact.effect[EFFECT_KEYS[key]] == text
        elif key == "ciNumSides":
            assert fact.effect["sides"] == text.lower().replace("_", "-")
        elif key == "pValue":
            assert fact.p == text
        elif key == "statisticalMethod":
            assert fact.method == text
        elif key == "nonInferiorityType":
            assert fact.hypothesis == text.lower()
        else:
            assert fact.notes[key] == text
    for fact in analyses.values():
        held = set(fact.effect) - {"versus", "sides"}
        assert held == {EFFECT_KEYS[k] for k in EFFECT_KEYS if f"{fact.path}.{k}" in found}
        assert (fact.p is None) == (f"{fact.path}.pValue" not in found)
        if fact.ci is not None:
            assert fact.ci == f"{fact.effect['lower']} to {fact.effect['upper']}"


def test_every_adverse_event_row(walked):
    found, reading = walked
    pattern = r"resultsSection\.adverseEventsModule\.(serious|other)Events\[\d+\]\.stats\[\d+\]\.num\w+"
    read = {}
    for fact in reading.safety:
        if fact.total:
            continue
        assert fact.event == found[f"{fact.path}.term"]
        assert fact.organ_system == found[f"{fact.path}.organSystem"]
        assert fact.vocabulary == found.get(f"{fact.path}.sourceVocabulary")
        assert fact.assessment == found.get(f"{fact.path}.assessmentType")
        assert fact.timepoint == found.get("resultsSection.adverseEventsModule.timeFrame")
        assert fact.seriousness == ("serious" if ".seriousEvents[" in fact.path else "other")
        for arm in fact.arms:
            assert arm.arm == group_title(found, arm.path)
            for key, text in (("numAffected", arm.value), ("numAtRisk", arm.n), ("numEvents", arm.events)):
                if text is not None:
                    read[f"{arm.path}.{key}"] = text
    assert read == only(found, pattern)


def test_every_total_of_deaths_serious_and_other_events(walked):
    found, reading = walked
    read = {}
    for fact in reading.safety:
        if not fact.total:
            continue
        for arm in fact.arms:
            assert arm.arm == group_title(found, arm.path.rpartition(".")[0])
            read[arm.path] = arm.value
            read[arm.path.replace("NumAffected", "NumAtRisk")] = arm.n
    assert read == only(found, r"resultsSection\.adverseEventsModule\.eventGroups\[\d+\]\.\w+Num(Affected|AtRisk)")


def test_every_number_of_participant_flow(walked):
    found, reading = walked
    read = {}
    for fact in reading.flow:
        kind = found[f"{fact.path}.type"]
        assert kind == (fact.category if "dropWithdraws" in fact.path else fact.endpoint)
        assert fact.class_title == found[re.match(r".*periods\[\d+\]", fact.path).group() + ".title"]
        for value in fact.values:
            assert value.arm == group_title(found, value.path.rpartition(".")[0])
            read[value.path] = value.value
    assert read == only(found, r"resultsSection\.participantFlowModule\..*\.num\w+")


def test_what_the_registration_says(walked):
    found, reading = walked
    trial = reading.trial
    assert trial.nct_id == found["protocolSection.identificationModule.nctId"]
    assert trial.status == found.get("protocolSection.statusModule.overallStatus")
    assert trial.enrolment == found.get("protocolSection.designModule.enrollmentInfo.count")
    phases = only(found, r"protocolSection\.designModule\.phases\[\d+\]")
    assert trial.phases == tuple(phases.values())
    names = only(found, r"protocolSection\.sponsorCollaboratorsModule\.(leadSponsor|collaborators\[\d+\])\.name")
    assert sorted(p.name for p in trial.parties) == sorted(names.values())
    assert trial.parties[0].role == "sponsor"
    arms = only(found, r"protocolSection\.armsInterventionsModule\.armGroups\[\d+\]\.label")
    assert {a.path + ".label": a.label for a in trial.arms} == arms
    drugs = only(found, r"protocolSection\.armsInterventionsModule\.interventions\[\d+\]\.name")
    assert {i.path + ".name": i.name for i in trial.interventions} == drugs
    planned = only(found, r"protocolSection\.outcomesModule\.\w+\[\d+\]\.measure")
    assert {o.path + ".measure": o.measure for o in trial.outcomes} == planned
    dates = only(found, r"protocolSection\.statusModule\.\w+Struct\.date")
    assert set(trial.dates.values()) <= set(dates.values())
    events = {e.type: e for e in reading.events}
    start = found.get("protocolSection.statusModule.startDateStruct.date")
    assert (events["trial_started"].date if "trial_started" in events else None) == start
    assert found.get("protocolSection.statusModule.resultsFirstPostDateStruct.date") == (
        events["readout"].date if "readout" in events else None
    )


def test_records_as_they_are_raise_no_doubt(walked):
    _, reading = walked
    assert {c.code for c in reading.caveats} <= {"registry-no-reason"}
