"""The scorer of the reader on a made-up text, whose scores can be counted by hand."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from topline.records.base import MadeBy
from topline.records.facts import Party
from topline.records.reading import (
    ArmValue,
    DocumentInfo,
    OpinionStatement,
    ReadEvent,
    Reading,
    Readout,
    SafetyStatement,
)

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"

TEXT = (
    "title: Vellacor misses\n---\nVellacor Bio said  on Monday that velorimab failed. At week 12, 41.5% of patients "
    "on velorimab responded, versus 38.0% on placebo. Headache and nausea were common. “A disappointment,” wrote "
    "Jefferies. Shares fell 23%. Orland Pharma had licensed velorimab in 2021.\n"
)
LABELS = {
    "events": [
        {"type": "readout", "drug": "velorimab (VEL-101)", "date": "2026-02-02", "quote": "velorimab failed"},
        {"type": "deal_signed", "drug": "velorimab", "date": "2021", "note": "background", "quote": "Orland Pharma"},
    ],
    "readouts": [
        {
            "drug": "velorimab", "endpoint": "response",
            "quote": "41.5% of patients on velorimab responded, versus 38.0% on placebo",
            "values": [
                {"arm": "velorimab", "value": "41.5", "unit": "%"},
                {"arm": "placebo", "value": "38.0", "unit": "%"},
            ],
        },
        {"drug": "velorimab", "endpoint": "primary", "quote": "velorimab failed", "values": []},
    ],
    "safety": [
        {"event": "headaches (any grade)", "quote": "Headache and nausea were common"},
        {"event": "nausea", "quote": "Headache and nausea were common"},
    ],
    "opinions": [{"who": "Jefferies", "stance": "negative", "quote": '"A disappointment," wrote Jefferies'}],
    "traps": ["Shares fell 23%"],
}  # fmt: skip
INFO = DocumentInfo(title=None, date=None, publisher=None, sha256="", media_type="text/plain", text_sha256="")
EMPTY = Reading(id="reading-0", made_by=MadeBy(version="0"), document=INFO)


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("benchmark_reading", BENCHMARKS / "reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "benchmark_reading", module)
    spec.loader.exec_module(module)
    return module


def at(quote: str) -> dict[str, str | int]:
    start = TEXT.index(quote)
    return {"id": quote, "quote": quote, "start": start, "end": start + len(quote)}


def perfect() -> Reading:
    percent = [ArmValue(arm=arm, value=value, unit="%") for arm, value in (("velorimab", "41.5"), ("placebo", "38.0"))]
    common = at("Headache and nausea were common")
    return msgspec.structs.replace(
        EMPTY,
        events=(ReadEvent(type="readout", status="happened", drug="VEL-101", **at("Monday that velorimab failed")),),
        readouts=(
            Readout(drug="velorimab", values=tuple(percent), **at("41.5% of patients on velorimab responded")),
            Readout(drug="velorimab", outcome="not met", **at("velorimab failed")),
        ),
        safety=(SafetyStatement(event="headache", **common), SafetyStatement(event="nausea", **common)),
        opinions=(OpinionStatement(who="Jefferies LLC", stance="negative", **at("A disappointment,” wrote")),),
    )  # fmt: skip


def rates(score) -> dict[str, tuple[float | None, float | None]]:
    return {kind: (tally.precision, tally.recall) for kind, tally in score.kinds.items()}


def test_a_reading_that_says_all_of_it_is_perfect(scorer: ModuleType) -> None:
    score = scorer.score(TEXT, LABELS, perfect())
    assert rates(score) == dict.fromkeys(scorer.KINDS, (1.0, 1.0))
    assert (score.traps, score.hits, score.quotes_hold) == (1, [], 1)


def test_an_empty_reading_finds_nothing_and_makes_nothing_up(scorer: ModuleType) -> None:
    score = scorer.score(TEXT, LABELS, EMPTY)
    assert rates(score) == dict.fromkeys(scorer.KINDS, (None, 0.0))
    assert len(score.kinds["values"].missed) == 2  # by number, not by readout
    assert len(score.kinds["events"].missed) == 1  # the background event is not missed


def test_one_wrong_value_costs_precision_and_recall(scorer: ModuleType) -> None:
    reading = perfect()
    swapped = (ArmValue(arm="placebo", value="41.5", unit="%"), ArmValue(arm="placebo", value="33.0", unit="%"))
    first = msgspec.structs.replace(reading.readouts[0], values=swapped)
    reading = msgspec.structs.replace(reading, readouts=(first, *reading.readouts[1:]))
    score = scorer.score(TEXT, LABELS, reading)
    assert rates(score)["values"] == (0.5, 0.5)  # the drug still tells whose 41.5 it is
    assert rates(score)["arms"] == (0.0, 0.0)


def test_a_made_up_event_is_an_error_only_if_it_is_said_to_have_happened(scorer: ModuleType) -> None:
    made_up = {
        "drug": "velorimab",
        "parties": (Party(name="Orland", role="x"),),
        **at("Orland Pharma had licensed velorimab"),
    }
    for status, type_, precision in (
        ("happened", "approval", 0.5), ("denied", "approval", 1.0), ("happened", "deal_signed", 1.0),
    ):  # fmt: skip
        event = ReadEvent(type=type_, status=status, **made_up)
        reading = msgspec.structs.replace(perfect(), events=(*perfect().events, event))
        assert rates(scorer.score(TEXT, LABELS, reading))["events"] == (precision, 1.0)


def test_a_share_price_read_as_a_result_falls_into_the_trap(scorer: ModuleType) -> None:
    trapped = Readout(
        drug="velorimab", values=(ArmValue(arm="velorimab", value="23", unit="%"),), **at("Shares fell 23%")
    )
    reading = msgspec.structs.replace(perfect(), readouts=(*perfect().readouts, trapped))
    score = scorer.score(TEXT, LABELS, reading)
    assert len(score.hits) == 1
    assert rates(score)["values"] == (pytest.approx(2 / 3), 1.0)


def test_a_quote_that_its_offsets_do_not_cut_out_is_reported_and_still_found(scorer: ModuleType) -> None:
    broken = msgspec.structs.replace(perfect().opinions[0], start=0, end=5)
    score = scorer.score(TEXT, LABELS, msgspec.structs.replace(perfect(), opinions=(broken,)))
    assert score.quotes_hold == 0
    assert rates(score)["opinions"] == (1.0, 1.0)


def test_a_fact_told_again_is_neither_missed_nor_made_up(scorer: ModuleType) -> None:
    again = {**LABELS["opinions"][0], "quote": "velorimab failed", "note": "repeat"}
    labels = {**LABELS, "opinions": [*LABELS["opinions"], again]}
    assert rates(scorer.score(TEXT, labels, perfect()))["opinions"] == (1.0, 1.0)
    told = msgspec.structs.replace(perfect().opinions[0], **at("said  on Monday that velorimab failed"))
    score = scorer.score(TEXT, labels, msgspec.structs.replace(perfect(), opinions=(*perfect().opinions, told)))
    assert rates(score)["opinions"] == (1.0, 1.0)
    assert score.kinds["opinions"].found == 1


def test_a_label_may_allow_a_second_type(scorer: ModuleType) -> None:
    labels = {**LABELS, "events": [{**LABELS["events"][0], "type": "other", "also": "readout"}]}
    assert rates(scorer.score(TEXT, labels, perfect()))["events"] == (1.0, 1.0)


def test_dates_and_stances_are_compared_where_the_fact_was_found(scorer: ModuleType) -> None:
    dated = msgspec.structs.replace(perfect().events[0], date="2026-02-02")
    score = scorer.score(TEXT, LABELS, msgspec.structs.replace(perfect(), events=(dated,)))
    assert (score.kinds["events"].agrees, score.kinds["events"].differs) == (1, [])
    assert score.kinds["opinions"].agrees == 1
    undated = scorer.score(TEXT, LABELS, perfect()).kinds["events"]
    assert (undated.found, undated.agrees, len(undated.differs)) == (1, 0, 1)
    assert undated.differs[0].startswith("None for 2026-02-02")


def test_two_proposals_of_one_fact_are_one_hit_and_one_error(scorer: ModuleType) -> None:
    reading = msgspec.structs.replace(perfect(), opinions=perfect().opinions * 2)
    assert rates(scorer.score(TEXT, LABELS, reading))["opinions"] == (0.5, 1.0)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("83.1; 83.3", [83.1, 83.3]), ("approximately 16", [16.0]), ("more than half", ["half"]), ("1,736", [1736.0]),
        ("−1.2", [1.2]), ("12–15", [12.0, 15.0]), ("none", [0.0]), ("two-thirds", ["two thirds"]), ("seven", [7.0]),
    ],
)  # fmt: skip
def test_numbers_of_a_value(scorer: ModuleType, said: str, found: list[float | str]) -> None:
    assert scorer.numbers(said) == found


@pytest.mark.parametrize(
    ("label", "read", "same"),
    [
        ("thrombocytopenia (grade 3/4)", "thrombocytopenia", True), ("safety signals", "new safety signals", True),
        ("anaemia", "anemia", True), ("dropout", "discontinuations", True), ("SAEs", "serious adverse events", True),
        ("tolerability", "safety profile", True), ("headache", "nausea", False), ("neutropenia", "leukopenia", False),
    ],
)  # fmt: skip
def test_names_of_adverse_events(scorer: ModuleType, label: str, read: str, same: bool) -> None:
    assert bool(scorer.same_event(label, read)) is same


@pytest.mark.parametrize(
    ("label", "read", "same"),
    [
        ("baricitinib (OLUMIANT)", "Olumiant", True), ("V590; V591", "V591", True), (None, "anything", True),
        ("VIR-2482", "VIR2482", True), ("ustekinumab-aekn (SELARSDI)", "ustekinumab", True), ("velorimab", None, False),
        ("velorimab + chemotherapy", "placebo", False), ("rocatinlimab", "lebrikizumab", False),
    ],
)  # fmt: skip
def test_names_of_drugs(scorer: ModuleType, label: str | None, read: str | None, same: bool) -> None:
    assert scorer.same_name(label, read) is same


def test_units_match_when_one_starts_with_the_other(scorer: ModuleType) -> None:
    assert scorer.same_unit("% of patients", "%")
    assert scorer.same_unit("% slowing of decline", "%")
    assert scorer.same_unit("month", "months")
    assert not scorer.same_unit("%", "months")


def test_a_folder_is_scored_and_written_as_json(
    scorer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "001.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "001.json").write_text(json.dumps(LABELS), encoding="utf-8")
    monkeypatch.setattr("topline.read", lambda path: perfect() if path.stem == "001" else EMPTY, raising=False)
    monkeypatch.setattr("sys.argv", ["reading.py", str(tmp_path), "--show", "events", "--json", str(tmp_path / "out")])
    scorer.main()
    assert "001 differs events: None for 2026-02-02" in capsys.readouterr().out
    written = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert written["total"]["kinds"]["values"]["found"] == 2
    assert written["documents"]["001"]["kinds"]["safety"]["recall"] == 1.0


def test_the_page_lists_what_was_missed(scorer: ModuleType) -> None:
    scores = {"001": scorer.score(TEXT, LABELS, EMPTY)}
    assert "001 missed  values: [velorimab] placebo: 38.0 %" in scorer.details(scores, ["readouts"])
    assert "readout values" in scorer.totals(scores["001"])
    assert scorer.table(scores).splitlines()[2].startswith("001")
