"""A registry record as facts: what is read, what odd records give, and that nothing is invented."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import DataError
from topline.records import DocumentInfo, to_json
from topline.sources.registry import RegistryReading, read_registry

FOLDER = Path(__file__).parents[1] / "truth" / "data" / "ctgov"
RECORDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
INFO = DocumentInfo(
    title="record.json", date=None, publisher=None, sha256="", media_type="application/json", text_sha256=""
)


def read(study: Any) -> RegistryReading:
    return read_registry(study, INFO)


def small(**status: Any) -> dict[str, Any]:
    """A record with no more than it needs."""
    return {
        "protocolSection": {"identificationModule": {"nctId": "NCT00000001"}, "statusModule": status},
    }


def with_measure(**changes: Any) -> dict[str, Any]:
    """A record with one outcome measure of two groups, some of its keys changed (None takes a key away)."""
    measure: dict[str, Any] = {
        "type": "PRIMARY",
        "title": "Cure",
        "timeFrame": "Week 12",
        "paramType": "COUNT_OF_PARTICIPANTS",
        "unitOfMeasure": "Participants",
        "groups": [{"id": "OG000", "title": "Placebo"}, {"id": "OG001", "title": "Drug"}],
        "denoms": [
            {
                "units": "Participants",
                "counts": [{"groupId": "OG000", "value": "50"}, {"groupId": "OG001", "value": "51"}],
            }
        ],
        "classes": [
            {
                "categories": [
                    {"measurements": [{"groupId": "OG000", "value": "5"}, {"groupId": "OG001", "value": "25"}]}
                ]
            }
        ],
    }
    measure = {key: value for key, value in (measure | changes).items() if value is not None}
    record = small(resultsFirstPostDateStruct={"date": "2020-01-02", "type": "ACTUAL"})
    record["resultsSection"] = {"outcomeMeasuresModule": {"outcomeMeasures": [measure]}}
    return record


def codes(reading: RegistryReading) -> set[str]:
    return {caveat.code for caveat in reading.caveats}


def test_the_easi_75_of_a_dupilumab_trial() -> None:
    reading = read(RECORDS["NCT02210780"])
    fact = next(r for r in reading.readouts if r.endpoint and "EASI-75" in r.endpoint and not r.groups)
    assert [(v.arm, v.value, v.n) for v in fact.values] == [
        ("Placebo qw", "19.6", "97"),
        ("Dupilumab 300 mg qw", "53.6", "97"),
    ]
    assert fact.timepoint == "Week 16"
    assert fact.population == "Full analysis set (FAS) that included all randomized participants."
    assert fact.path == "resultsSection.outcomeMeasuresModule.outcomeMeasures[5].classes[0].categories[0]"
    assert fact.values[1].path == f"{fact.path}.measurements[1]"
    assert (fact.quote, fact.start, fact.end) == (None, None, None)
    test = next(r for r in reading.readouts if r.endpoint == fact.endpoint and r.groups)
    assert (test.p, test.ci, test.hypothesis) == ("<0.0001", "23.38 to 44.66", "superiority")
    assert test.effect["level"] == "90"
    assert (test.drug, test.comparator) == ("Dupilumab", "Placebo qw")


def test_parties_phase_and_events() -> None:
    reading = read(RECORDS["NCT02210780"])
    started, posted = reading.events
    assert (started.type, started.status, started.date) == ("trial_started", "happened", "2014-08-05")
    assert (posted.type, posted.status, posted.date) == ("readout", "happened", "2020-05-07")
    assert [(p.name, p.role) for p in posted.parties] == [
        ("Regeneron Pharmaceuticals", "sponsor"),
        ("Sanofi", "collaborator"),
    ]
    assert (posted.drug, posted.phase, posted.indication) == ("Dupilumab", "2", "Atopic Dermatitis")


@pytest.mark.parametrize("status", ["TERMINATED", "WITHDRAWN", "SUSPENDED"])
def test_a_stopped_trial_has_its_reason_and_no_date(status: str) -> None:
    record = small(overallStatus=status, whyStopped="slow enrolment", completionDateStruct={"date": "2019-12-20"})
    (event,) = read(record).events
    assert (event.type, event.status, event.reason, event.date) == ("trial_stopped", "happened", "slow enrolment", None)


def test_a_stop_without_a_reason_is_told() -> None:
    assert codes(read(RECORDS["NCT02576665"])) == {"registry-no-reason"}
    assert [e.type for e in read(RECORDS["NCT02576665"]).events] == ["trial_started", "trial_stopped"]


@pytest.mark.parametrize(
    ("start", "status", "expected"),
    [
        ({"date": "2030-01", "type": "ESTIMATED"}, "NOT_YET_RECRUITING", "planned"),
        ({"date": "2020-01", "type": "ACTUAL"}, "RECRUITING", "happened"),
        ({"date": "2016-07"}, "TERMINATED", "happened"),
        ({"date": "2016-07"}, "WITHDRAWN", "planned"),
        ({"date": "2016-07"}, None, "planned"),
    ],
)
def test_a_start_has_happened_only_where_the_registry_says_so(start: Any, status: str | None, expected: str) -> None:
    event = next(
        e for e in read(small(startDateStruct=start, overallStatus=status)).events if e.type == "trial_started"
    )
    assert event.status == expected


def test_a_missing_denominator_stays_missing() -> None:
    reading = read(with_measure(denoms=None))
    assert [v.n for v in reading.readouts[0].values] == [None, None]
    assert codes(reading) == {"registry-no-denominator"}
    half = with_measure(denoms=[{"units": "Participants", "counts": [{"groupId": "OG001", "value": "51"}]}])
    assert [v.n for v in read(half).readouts[0].values] == [None, "51"]


def test_the_denominator_is_the_one_of_the_unit_that_the_measure_counts() -> None:
    denoms = [
        {"units": "Participants", "counts": [{"groupId": "OG000", "value": "50"}, {"groupId": "OG001", "value": "51"}]},
        {"units": "Eyes", "counts": [{"groupId": "OG000", "value": "99"}, {"groupId": "OG001", "value": "101"}]},
    ]
    assert [v.n for v in read(with_measure(denoms=denoms)).readouts[0].values] == ["50", "51"]
    eyes = read(with_measure(denoms=denoms, typeUnitsAnalyzed="Eyes")).readouts[0]
    assert [v.n for v in eyes.values] == ["99", "101"]
    assert [(d.unit, d.value) for d in eyes.denominators] == [
        ("Participants", "50"), ("Participants", "51"), ("Eyes", "99"), ("Eyes", "101"),
    ]  # fmt: skip
    other = read(with_measure(denoms=denoms, typeUnitsAnalyzed="Lesions"))
    assert [v.n for v in other.readouts[0].values] == [None, None]


def test_a_class_has_its_own_denominator() -> None:
    own = [{"units": "Participants", "counts": [{"groupId": "OG000", "value": "40"}]}]
    cell = {"measurements": [{"groupId": "OG000", "value": "5"}, {"groupId": "OG001", "value": "25"}]}
    record = with_measure(classes=[{"title": "Week 4", "denoms": own, "categories": [cell]}])
    fact = read(record).readouts[0]
    assert (fact.class_title, [v.n for v in fact.values]) == ("Week 4", ["40", "51"])


def test_a_value_that_is_not_available_says_why() -> None:
    cell = {"measurements": [{"groupId": "OG000", "value": "NA", "comment": "median not reached"}]}
    (value,) = read(with_measure(classes=[{"categories": [cell]}])).readouts[0].values
    assert (value.value, value.comment) == ("NA", "median not reached")


def test_a_measure_that_was_not_posted_is_a_readout_without_values() -> None:
    reading = read(with_measure(classes=None, reportingStatus="NOT_POSTED"))
    assert [(r.endpoint, r.values) for r in reading.readouts] == [("Cure", ())]
    assert codes(reading) == {"registry-not-posted"}


def test_an_unknown_measure_type_stands_as_given_with_a_caveat() -> None:
    reading = read(with_measure(paramType="COUNT_OF_MOONS"))
    assert reading.readouts[0].measure_type == "COUNT_OF_MOONS"
    assert codes(reading) == {"registry-measure-type"}


def test_numbers_of_a_group_that_is_not_listed_keep_its_id() -> None:
    reading = read(with_measure(groups=None))
    assert [v.arm for v in reading.readouts[0].values] == ["OG000", "OG001"]
    assert codes(reading) == {"registry-no-group"}


def test_two_groups_of_one_title_are_told() -> None:
    groups = [{"id": "OG000", "title": "Drug"}, {"id": "OG001", "title": "Drug"}]
    assert "registry-same-title" in codes(read(with_measure(groups=groups)))


@pytest.mark.parametrize(
    ("given", "expected"),
    [("SUPERIORITY", "superiority"), ("NON_INFERIORITY", "non-inferiority"), ("SUPERIORITY_OR_OTHER_LEGACY",
     "superiority or other"), ("NEW_WORD", "NEW_WORD")],
)  # fmt: skip
def test_what_an_analysis_tested(given: str, expected: str) -> None:
    analysis = {"groupIds": ["OG000", "OG001"], "nonInferiorityType": given, "pValue": "< 0.001",
                "pValueComment": "one-sided", "ciNumSides": "ONE_SIDED", "ciLowerLimit": "1.2"}  # fmt: skip
    fact = read(with_measure(analyses=[analysis])).readouts[1]
    assert (fact.hypothesis, fact.p, fact.ci) == (expected, "< 0.001", "1.2 to …")
    assert (fact.groups, fact.comparator) == (("Placebo", "Drug"), "Placebo")
    assert (fact.notes, fact.effect["sides"]) == ({"pValueComment": "one-sided"}, "one-sided")


@pytest.mark.parametrize(
    ("titles", "comparator"),
    [
        (("Vehicle cream", "Drug"), "Vehicle cream"),
        (("Placebo for drug", "Drug"), "Placebo for drug"),
        (("Placebo then drug", "Drug"), None),
        (("Drug 10 mg", "Drug 20 mg"), None),
        (("Placebo", "Placebo open"), None),
    ],
)
def test_the_comparator_is_the_one_control_of_a_pair(titles: tuple[str, str], comparator: str | None) -> None:
    groups = [{"id": f"OG00{i}", "title": title} for i, title in enumerate(titles)]
    record = with_measure(groups=groups, analyses=[{"groupIds": ["OG000", "OG001"], "paramValue": "1"}])
    fact = read(record).readouts[1]
    assert (fact.comparator, fact.effect.get("versus")) == (comparator, comparator)


def test_adverse_events_keep_events_and_patients_apart() -> None:
    record = small()
    record["resultsSection"] = {
        "adverseEventsModule": {
            "frequencyThreshold": "5",
            "timeFrame": "52 weeks",
            "eventGroups": [
                {"id": "EG000", "title": "Drug", "deathsNumAffected": 1, "deathsNumAtRisk": 60, "seriousNumAffected": 2}
            ],
            "otherEvents": [
                {
                    "term": "Headache",
                    "organSystem": "Nervous system disorders",
                    "stats": [{"groupId": "EG000", "numEvents": 9, "numAffected": 4, "numAtRisk": 60}],
                },
                {"term": "Cough", "stats": [{"groupId": "EG000", "numEvents": 3}]},
            ],
        }
    }
    reading = read(record)
    deaths, serious, headache, cough = reading.safety
    assert (deaths.event, deaths.total, deaths.arms[0].value, deaths.arms[0].n) == ("deaths", True, "1", "60")
    assert serious.arms[0].n is None
    (arm,) = headache.arms
    assert (arm.value, arm.events, arm.n, headache.threshold, headache.timepoint) == ("4", "9", "60", "5", "52 weeks")
    assert (cough.arms[0].value, cough.arms[0].events, cough.arms[0].n) == ("", "3", None)
    assert codes(reading) >= {"registry-no-denominator", "registry-no-value", "registry-no-date"}


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (None, "no registry record"),
        ([], "no registry record"),
        ({}, "no registry record"),
        ({"protocolSection": 3}, "no registry record"),
        ({"protocolSection": {}}, "which trial"),
        ({"protocolSection": {"identificationModule": []}}, "which trial"),
        ({"protocolSection": {"identificationModule": {"nctId": "ISRCTN1"}}}, "which trial"),
        ({"studies": [{}, {}]}, "a page of registry records"),
    ],
)
def test_what_is_no_record_is_refused(study: Any, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read(study)
    assert caught.value.problem.file == "record.json"


def test_ids_are_of_the_content_and_all_different() -> None:
    for record in RECORDS.values():
        reading = read(record)
        facts = [*reading.events, *reading.readouts, *reading.safety, *reading.flow, *reading.baseline]
        assert len({f.id for f in facts}) == len(facts)
        assert [f.id for f in read(copy.deepcopy(record)).readouts] == [f.id for f in reading.readouts]


def places(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a record but its root."""
    items: Any = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [p for key, child in items for p in ((*path, key), *places(child, (*path, key)))]


PLACES = {name: places(record) for name, record in RECORDS.items()}
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("\ud800"),
    st.lists(st.none(), max_size=2), st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
    st.just([{"groupId": "OG000", "value": "1"}]), st.just({"title": ["x"], "id": {}}),
)  # fmt: skip
GONE = "gone"


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, list[tuple[tuple[Any, ...], Any]]]:
    """A record by name, and up to six of its places with what to put there; ``GONE`` takes the place away."""
    name = draw(st.sampled_from(sorted(RECORDS)))
    place = st.sampled_from(PLACES[name])
    return name, draw(st.lists(st.tuples(place, st.just(GONE) | ODD), min_size=1, max_size=6))


def edited(name: str, changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    """The record with the changes that still find their place."""
    record = copy.deepcopy(RECORDS[name])
    for place, odd in changes:
        node: Any = record
        for key in place[:-1]:
            inside = isinstance(node, dict) and key in node
            node = (
                node[key] if inside or (isinstance(node, list) and isinstance(key, int) and key < len(node)) else None
            )
        if isinstance(node, dict):
            node[place[-1]] = odd
            if odd is GONE:
                del node[place[-1]]
        elif isinstance(node, list) and isinstance(place[-1], int) and place[-1] < len(node):
            node[place[-1]] = odd
    return record


def written(record: Any) -> set[str]:
    """Every text and number of a record, as text."""
    if isinstance(record, dict | list):
        inner = record.values() if isinstance(record, dict) else record
        return {text for node in inner for text in written(node)}
    return {str(record).encode("utf-8", "replace").decode()}


@settings(max_examples=300)
@given(edits())
def test_a_broken_record_gives_facts_or_a_clear_error(changes: tuple[str, list[tuple[tuple[Any, ...], Any]]]) -> None:
    record = edited(*changes)
    try:
        reading = read(record)
    except DataError:  # nothing but a clear refusal may come out of it
        return
    known = written(record)
    for part in (reading.trial, reading.events, reading.safety, reading.flow, reading.caveats):
        assert to_json(part)
    for fact in (*reading.readouts, *reading.baseline):
        assert to_json(fact)
        for value in (*fact.values, *fact.denominators):
            assert value.value in known
            assert value.n is None or value.n in known


KEYS = ("protocolSection", "outcomeMeasuresModule", "outcomeMeasures", "adverseEventsModule", "eventGroups", "classes",
        "title", "groups", "measures")  # fmt: skip
TREES = st.recursive(
    ODD, lambda inner: st.dictionaries(st.sampled_from(KEYS), inner) | st.lists(inner, max_size=3), max_leaves=12
)


@settings(max_examples=100)
@given(TREES)
def test_anything_else_is_refused_clearly(tree: Any) -> None:
    record = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}, "resultsSection": tree}
    assert read(record).trial.nct_id == "NCT00000001"
    with pytest.raises(DataError):
        read(tree)


def test_oddities_are_listed_up_to_a_bound() -> None:
    record = with_measure(classes=["x"] * 5000)
    assert len(read(record).caveats) == 201
