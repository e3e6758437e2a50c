"""What ``topline read --into`` shows: every fact with its candidate or its reason, and what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECORD = Path(__file__).resolve().parents[1] / "truth" / "data" / "ctgov" / "NCT02210780.json"
RELEASE = """title: {drug} meets its endpoints
date: 2026-03-16
---
Nagano Pharma today announced that the Phase 3 MEADOW trial (NCT06000001) of {drug} met its co-primary endpoints. \
At week 24, 41.5% of patients on {drug} 300 mg achieved EASI-75 versus 15.2% of patients on placebo (p<0.001). The \
trial enrolled 520 patients.
"""


@pytest.fixture
def case(command, tmp_path):
    """A copy of the shipped case in a folder whose name must be quoted in a shell."""
    folder = tmp_path / "my case"
    assert command("facts", "export", folder).status == 0
    return folder


@pytest.fixture
def release(tmp_path):
    def write(drug):
        path = tmp_path / f"{drug}.txt"
        path.write_text(RELEASE.format(drug=drug), encoding="utf-8")
        return path

    return write


def test_a_mapped_fact_stands_beside_the_id_that_accepts_it(command, case, release):
    answer = command("read", release("rocatinlimab"), "--into", case)
    listed = command("facts", "list", "--candidates", "--case", case, "--json", "-")
    outcome = next(c for c in json.loads(listed.out)["candidates"] if c["fields"].get("percent") == "15.2")
    (line,) = [line for line in answer.out.splitlines() if line.startswith(f"  {outcome['id']}")]
    assert line.endswith("easi75 at week 24 · placebo · 15.2")
    assert "(rule: mappings[1])" in answer.out
    assert "not mapped: it has no value of an arm\n      co-primary endpoints; enrolment\n" in answer.out


def test_the_next_step_can_be_copied(command, case, release):
    answer = command("read", release("rocatinlimab"), "--into", case)
    assert f"topline facts accept ID --case '{case}'" in answer.out
    again = command("read", release("rocatinlimab"), "--into", case)
    assert "0 new candidates" in again.out
    assert "already" in again.out


def test_a_drug_that_the_case_does_not_know_is_named_with_the_repair(command, case, release):
    answer = command("read", release("lenzakibart"), "--into", case)
    assert "The case does not know lenzakibart" in answer.out
    assert "[[programmes]] and [[treatments]]" in answer.out
    assert "does not know" not in command("read", release("rocatinlimab"), "--into", case).out


def test_no_line_of_a_reason_is_wider_than_a_screen(command, case):
    answer = command("read", RECORD, "--into", case)
    wide = [line for line in answer.out.splitlines() if len(line) > 190]
    assert wide == []
    assert "resultsSection.adverseEventsModule.otherEvents[0].stats[0]  (rule: mappings[20])" in answer.out


def test_reading_ends_with_what_to_do_next(command, release):
    answer = command("read", release("rocatinlimab"))
    assert answer.out.splitlines()[-1].startswith("next: topline read ")
    assert "--into CASE" in answer.out


def test_many_documents_take_a_line_each_on_the_screen(command, tmp_path):
    study = json.loads(RECORD.read_text(encoding="utf-8"))
    studies = tmp_path / "studies.json"
    studies.write_text(json.dumps([study] * 11), encoding="utf-8")
    target = tmp_path / "facts.json"
    answer = command("read", studies, "--json", target)
    assert len(answer.out.splitlines()) == 13
    assert "11 documents; --json FILE holds every fact" in answer.out
    assert len(json.loads(target.read_text(encoding="utf-8"))) == 11


def test_a_record_of_many_facts_is_cut_on_the_screen_and_says_so(command, tmp_path):
    study = json.loads(RECORD.read_text(encoding="utf-8"))
    events = study["resultsSection"]["adverseEventsModule"]["otherEvents"]
    study["resultsSection"]["adverseEventsModule"]["otherEvents"] = [
        {**events[0], "term": f"Term {number}"} for number in range(200)
    ]
    record = tmp_path / "record.json"
    record.write_text(json.dumps(study), encoding="utf-8")
    facts = json.loads(command("read", record, "--json", "-").out)
    number = sum(len(facts[kind]) for kind in ("events", "readouts", "safety", "opinions"))
    shown = command("read", record).out
    assert f"… and {number - 100} more" in shown
    assert f"{number} facts proposed" in shown


def test_with_the_denominator_comes_the_count(command, case, release):
    assert command("read", release("rocatinlimab"), "--into", case).status == 0
    waiting = json.loads(command("facts", "list", "--candidates", "--case", case, "--json", "-").out)["candidates"]
    settings = {
        "trial": ["population=adults", "background=monotherapy", "primary_week=24"],
        "arm": ["background=monotherapy", "dose_regimen=SC at weeks 0, 2, 4 then q4w"],
    }
    chosen = [next(c for c in waiting if c["kind"] == "trial")]
    chosen += [c for c in waiting if c["kind"] == "arm" and c["fields"]["arm"] == "placebo"]
    for one in chosen:
        given = [part for setting in settings[one["kind"]] for part in ("--set", setting)]
        answer = command("facts", "accept", one["id"], "--case", case, *given)
        assert answer.status == 0, answer.err
    placebo = next(c["id"] for c in waiting if c["kind"] == "outcome" and c["fields"]["percent"] == "15.2")
    for number, counts in (("173", (26, 173)), ("0", None), ("many", None), ("174", (26, 174))):
        answer = command("facts", "accept", placebo, "--set", f"n={number}", "--case", case)
        assert "Traceback" not in answer.err
        if counts is None:
            continue
        assert answer.status == 0, answer.err
        facts = json.loads(command("facts", "list", "--trial", "MEADOW", "--case", case, "--json", "-").out)["facts"]
        assert [(f["events"], f["n"], f["events_status"]) for f in facts] == [(*counts, "derived from percent")]
    answer = command("facts", "accept", placebo, "--set", "n=200", "--set", "events=31", "--case", case)
    assert answer.status == 0, answer.err
    facts = json.loads(command("facts", "list", "--trial", "MEADOW", "--case", case, "--json", "-").out)["facts"]
    assert [(f["events"], f["n"]) for f in facts] == [(31, 200)]
