"""From a document into a case and into its brief: proposed, reviewed, counted once, and traceable to the sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from topline.pipeline import open_case

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "truth" / "data" / "ctgov" / "NCT02210780.json"
RELEASE = """title: Nagano Announces Positive Topline Results from Phase 3 MEADOW Trial
date: 2026-11-20
publisher: Nagano Pharma (made up)
---
OSAKA, Nov. 20, 2026 (WIRE) -- Nagano Pharma, Inc. (Nasdaq: NGNO) today announced positive topline results from the \
Phase 3 MEADOW trial of rocatinlimab in adults with moderate-to-severe atopic dermatitis. At week 24, 41.0% of \
patients treated with rocatinlimab 300 mg every four weeks achieved EASI-75, compared with 15.2% of patients on \
placebo (p<0.001). Shares rose 12%. Nagano plans to submit a Biologics License Application to the FDA in the first \
half of 2027.
"""


@pytest.fixture
def case(command, tmp_path):
    """A copy of the shipped case, which may be changed."""
    folder = tmp_path / "eczema"
    assert command("facts", "export", folder).status == 0
    return folder


@pytest.fixture
def release(tmp_path):
    path = tmp_path / "release.txt"
    path.write_text(RELEASE, encoding="utf-8")
    return path


def candidates(command, case):
    answer = command("facts", "list", "--candidates", "--case", case, "--json", "-")
    assert answer.status == 0, answer.err
    return json.loads(answer.out)["candidates"]


def accept(command, case, chosen, *settings):
    given = [part for setting in settings for part in ("--set", setting)]
    answer = command("facts", "accept", *(c["id"] for c in chosen), "--case", case, "--reviewer", "Ada", *given)
    assert answer.status == 0, answer.err


def by_kind(waiting, kind):
    return [c for c in waiting if c["kind"] == kind]


def test_a_registry_record_becomes_a_trial_of_the_network(command, case, tmp_path):
    before = open_case(case).facts(as_of="2026-11-24").n_facts
    answer = command("read", RECORD, "--into", case)
    assert answer.status == 0
    assert "mappings[1]" in answer.out
    assert "no rule" in answer.out
    waiting = candidates(command, case)
    assert open_case(case).facts(as_of="2026-11-24").n_facts == before, "a candidate is no fact"
    accept(command, case, by_kind(waiting, "trial"), "population=adults", "background=monotherapy")
    accept(command, case, by_kind(waiting, "arm"), "background=monotherapy")
    accept(command, case, by_kind(waiting, "outcome"))
    facts = open_case(case).facts(trial="NCT02210780", as_of="2026-11-24").facts
    easi = {f.arm: (f.events, f.n, f.percent) for f in facts if f.outcome == "easi75"}
    assert easi == {"Placebo qw": (19, 97, 19.6), "Dupilumab 300 mg qw": (52, 97, 53.6)}
    assert open_case(case).facts(trial="NCT02210780", as_of="2020-05-07").n_facts == len(facts)
    with pytest.raises(Exception, match="unknown trial"):
        open_case(case).facts(trial="NCT02210780", as_of="2020-05-06")
    out = tmp_path / "out"
    assert command("brief", "dupilumab", "--case", case, "--as-of", "2026-11-24", "--out", out).status == 0
    assert "NCT02210780" in (out / "brief.html").read_text(encoding="utf-8")


def test_reading_a_document_again_proposes_nothing_new(command, case, release):
    assert (
        "10 new" in command("read", release, "--into", case).out
        or "new candidates" in command("read", release, "--into", case).out
    )
    first = candidates(command, case)
    answer = command("read", release, "--into", case)
    assert "0 new candidates" in answer.out
    assert candidates(command, case) == first


def test_a_release_waits_beside_its_sentences_and_is_mended_and_traced(command, case, release):
    command("read", release, "--into", case)
    waiting = candidates(command, case)
    quotes = {s["passage"]["quote"] for c in waiting for s in c["supports"]}
    assert all(quote in RELEASE for quote in quotes)
    assert not any("Shares rose" in quote for quote in quotes)
    settings = ("population=adults", "background=monotherapy", "primary_week=24")
    accept(command, case, by_kind(waiting, "trial"), *settings)
    regimens = {"rocatinlimab": "300 mg SC at weeks 0, 2, 4 then q4w", "placebo": "SC at weeks 0, 2, 4 then q4w"}
    for arm in by_kind(waiting, "arm"):
        regimen = regimens[arm["fields"]["treatment"]]
        accept(command, case, [arm], "background=monotherapy", f"dose_regimen={regimen}")
    outcomes = by_kind(waiting, "outcome")
    accept(command, case, [c for c in outcomes if c["fields"].get("percent") == "41.0"], "n=274")
    accept(command, case, [c for c in outcomes if c["fields"].get("percent") == "15.2"], "n=138")
    facts = open_case(case).facts(trial="MEADOW", as_of="2026-11-24").facts
    assert {(f.percent, f.n, f.week) for f in facts} == {(41.0, 274, 24), (15.2, 138, 24)}
    shown = command("facts", "show", facts[0].id, "--case", case).out
    assert "At week 24, 41.0% of patients" in " ".join(shown.replace("|", " ").split())


def test_a_candidate_is_rejected_with_a_reason_and_does_not_come_back(command, case, release):
    command("read", release, "--into", case)
    chosen = by_kind(candidates(command, case), "event")[0]
    assert command("facts", "reject", chosen["id"], "--case", case).status == 2, "a reason is wanted"
    assert command("facts", "reject", chosen["id"], "--reason", "told before", "--case", case).status == 0
    command("read", release, "--into", case)
    assert chosen["id"] not in {c["id"] for c in candidates(command, case)}


def test_several_are_accepted_together_or_not_at_all(command, case, release):
    command("read", release, "--into", case)
    waiting = candidates(command, case)
    answer = command("facts", "accept", *(c["id"] for c in waiting), "--case", case)
    assert answer.status == 2
    assert "a column is missing" in answer.err
    assert candidates(command, case) == waiting


def test_the_shipped_case_is_not_written_to(command, release):
    answer = command("read", release, "--into", "atopic-dermatitis")
    assert answer.status == 2
    assert "facts export" in answer.err


def test_a_store_takes_candidates_as_a_folder_does(command, case, release, tmp_path):
    url = f"sqlite:///{tmp_path / 'team.db'}"
    assert command("facts", "import", case, "--case", url).status == 0
    assert command("read", release, "--into", url).status == 0
    command("read", release, "--into", case)
    assert {c["id"] for c in candidates(command, url)} == {c["id"] for c in candidates(command, case)}
