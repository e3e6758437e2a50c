"""From an id to its documents, on a run that is small enough to walk by hand."""

import os

import pytest

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.pipeline import newest_run, read_run, trace
from topline.records import DatedEvent, Fact, MadeBy, Number, RecordEntry, Run, Source, to_json


def fact(name, source, also=()):
    return Fact(
        id=name,
        trial="FIRST",
        arm="high dose",
        treatment="alpha",
        dose_regimen="10 mg",
        background="none",
        outcome="cure",
        week=12,
        n=50,
        events=20,
        percent=40.0,
        status="verified",
        events_status="reported",
        source_id=source,
        known_from="2020-01-01",
        known_from_basis="release",
        certain_from="2020-01-01",
        locator="Table 2",
        file="outcomes.csv",
        row=7,
        also=also,
    )


def number(name, made_from, text="40"):
    return Number(id=name, text=text, value=40.0, unit="", what="cured of 100", how="counted", made_from=made_from)


def source(name):
    return Source(
        source_id=name, title=f"Title {name}", publisher="A journal", date="2020-01-01", address="https://x.org"
    )


EVENT = DatedEvent(
    id="event-1",
    event_id="e1",
    type="readout",
    programme="alpha",
    known_from="2020-01-01",
    event_date=None,
    date_precision="",
    parties=(),
    statement="it was read out",
    amount_musd=None,
    source_id="s2",
    status="verified",
    file="events.csv",
    row=2,
)
RUN = Run(
    id="run-1",
    made_by=MadeBy(version="1", spec={"as_of": "2020-12-31"}),
    case="small",
    programme="alpha",
    as_of="2020-12-31",
    strict_dates=False,
    title="alpha",
    finding=("It works.",),
    versions={"topline": "1"},
    question={},
    records=(
        RecordEntry(
            id="nma-1",
            schema="nma/1",
            made_from=("fact-1", "fact-2"),
            what="a network",
            body={"made_by": {"version": "1", "seed": 7}},
        ),
    ),
    numbers=(
        number("n-10", ("nma-1", "fact-1")),
        number("n-11", ("event-1",)),
        number("n-2", ("run-1",)),
        number("n-1", ("fact-2",)),
    ),
    facts=(fact("fact-1", "s1", also=("s2",)), fact("fact-2", "s1")),
    events=(EVENT,),
    sources=(source("s1"), source("s2")),
    left_out=(),
)


def steps(item):
    return [(s.depth, s.kind, s.id) for s in trace(item, RUN).steps]


def test_depth_first_and_each_thing_once():
    # the number's own facts come before those that stand behind the whole network
    assert steps("n-10") == [
        (0, "number", "n-10"),
        (1, "fact", "fact-1"),
        (2, "source", "s1"),
        (2, "source", "s2"),
        (1, "nma/1", "nma-1"),
        (2, "fact", "fact-2"),
    ]


@pytest.mark.parametrize(
    ("item", "kinds"),
    [
        ("fact-1", ["fact", "source", "source"]),
        ("event-1", ["event", "source"]),
        ("n-11", ["number", "event", "source"]),
        ("s1", ["source"]),
        ("run-1", ["run"]),
        ("n-2", ["number", "run"]),
    ],
)
def test_what_each_kind_leads_to(item, kinds):
    assert [kind for _, kind, _ in steps(item)] == kinds


def test_a_whole_id_goes_before_a_start():
    assert trace("n-1", RUN).id == "n-1"  # and not n-10 or n-11


def test_the_start_of_one_id():
    assert trace(" nma ", RUN).id == "nma-1"


def test_the_start_of_two_ids():
    with pytest.raises(UnknownNameError, match="'fact' fits 2 things") as caught:
        trace("fact", RUN)
    assert caught.value.problem.expected == "one of fact-1, fact-2"


@pytest.mark.parametrize("item", ["", "  ", "zzz"])
def test_an_id_that_is_not_there(item):
    with pytest.raises(UnknownNameError):
        trace(item, RUN)


def test_a_fact_says_where_it_stands():
    detail = trace("fact-1", RUN).steps[0].detail
    assert (detail["locator"], detail["file"], detail["row"]) == ("Table 2", "outcomes.csv", 7)
    assert (detail["known_from"], detail["publisher"], detail["address"]) == (
        "2020-01-01",
        "A journal",
        "https://x.org",
    )
    assert (detail["events"], detail["n"], detail["week"]) == (20, 50, 12)
    assert trace("fact-1", RUN).steps[0].text == "FIRST, high dose, cure at week 12: 20/50 (40%)"


def test_a_record_says_what_made_it():
    assert trace("nma-1", RUN).steps[0].detail["made_by"] == {"version": "1", "seed": 7}


def test_the_chain_names_its_run():
    assert trace("n-1", RUN).run == "run-1"


def test_from_a_file(tmp_path):
    path = tmp_path / "run.json"
    path.write_bytes(to_json(RUN))
    assert trace("n-10", path).steps == trace("n-10", RUN).steps
    assert trace("n-10", str(path)).run == str(path)


def test_unknown_keys_of_a_newer_run_are_ignored(tmp_path):
    path = tmp_path / "run.json"
    path.write_bytes(to_json(RUN).replace(b"{", b'{"of_later": 1,', 1))
    assert read_run(path) == read_run_of(RUN, tmp_path)


def read_run_of(run, folder):
    (folder / "plain.json").write_bytes(to_json(run))
    return read_run(folder / "plain.json")


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff\xfe", to_json(RUN).replace(b'"run/1"', b'"nma/1"')])
def test_a_file_that_is_no_run(tmp_path, body):
    path = tmp_path / "run.json"
    path.write_bytes(body)
    with pytest.raises(DataError, match="not a run of topline") as caught:
        read_run(path)
    assert caught.value.problem.file == str(path)


def test_the_newest_run_is_the_one_that_was_written_last(tmp_path):
    for i, name in enumerate(("b", "c", "a")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "run.json").write_bytes(to_json(RUN))
        os.utime(folder / "run.json", (1_700_000_000 + i, 1_700_000_000 + i))
    assert newest_run(tmp_path) == tmp_path / "a" / "run.json"


def test_without_a_run_the_repair_is_said(tmp_path):
    with pytest.raises(ArgumentError, match="no run under") as caught:
        newest_run(tmp_path)
    assert "topline brief" in caught.value.problem.repair
    with pytest.raises(ArgumentError):
        newest_run(tmp_path / "not-there")
