"""``topline trace``: from what stands on the page to the document, and what it says when it can't."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def brief(brief_of):
    return brief_of("rocatinlimab", "2026-02-02")


@pytest.fixture(scope="module")
def run_file(brief, tmp_path_factory):
    _, path = brief.save(tmp_path_factory.mktemp("brief") / "brief.html")
    return path


@pytest.fixture
def trace(command, run_file):
    def call(*arguments):
        return command("trace", *arguments, "--run", run_file)

    return call


def number(brief, unit):
    return next(n for n in brief.run.numbers if n.unit == unit)


def horizon(brief, events):
    return next(
        f for f in brief.run.facts if (f.trial, f.outcome, f.week, f.events) == ("ROCKET-HORIZON", "easi75", 24, events)
    )


def test_an_odds_ratio_leads_to_the_releases(brief, trace):
    n = next(x for x in brief.run.numbers if x.unit == "odds ratio" and "rocatinlimab 300 mg q4w versus" in x.what)
    answer = trace(n.id, "--all")
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0].startswith(f"{n.id} in ")
    assert lines[1] == f"number {n.id}: {n.text}: {n.what}"
    assert f"how: {n.how}" in lines[2]
    fact = horizon(brief, 178)
    assert f"fact {fact.id}: ROCKET-HORIZON, rocatinlimab 300 mg q4w, easi75 at week 24: 178/543 (32.8%)" in answer.out
    assert f"locator: {fact.locator}" in answer.out
    source = next(s for s in brief.run.sources if s.source_id == fact.source_id)
    assert f"{source.title}. {source.publisher}, {source.date}. {source.address}" in answer.out


def test_a_long_chain_is_cut_and_says_so(brief, trace):
    n = number(brief, "rank")
    short, whole = trace(n.id).out, trace(n.id, "--all").out
    assert len(short) < len(whole)
    hidden = sum(" fact " in line or line.startswith("fact ") for line in whole.splitlines()) - 12
    assert f"… and {hidden} more facts behind it; --all shows them" in short
    assert "--all shows them" not in whole


def test_the_start_of_an_id_will_do(brief, trace):
    n = number(brief, "odds ratio")
    others = [x.id for x in brief.run.numbers if x.id != n.id]
    start = next(n.id[:k] for k in range(3, len(n.id)) if not any(o.startswith(n.id[:k]) for o in others))
    assert trace(start, "--json", "-").out == trace(n.id, "--json", "-").out


@pytest.mark.parametrize("kind", ["facts", "events", "records", "sources"])
def test_every_kind_of_id_can_be_asked_for(brief, trace, kind):
    thing = getattr(brief.run, kind)[0]
    asked = thing.source_id if kind == "sources" else thing.id
    body = json.loads(trace(asked, "--json", "-").out)
    assert body["steps"][0]["id"] == asked
    assert any(step["kind"] == "source" for step in body["steps"])


def test_the_run_itself(brief, trace):
    body = json.loads(trace(brief.run.id, "--json", "-").out)
    (step,) = body["steps"]
    assert step["kind"] == "run"
    assert step["detail"]["spec"] == {"programme": "rocatinlimab", "as_of": "2026-02-02", "strict_dates": False}
    assert {"topline", "python", "numpy", "scipy"} <= set(step["detail"]["versions"])


def test_a_fact_with_two_sources_names_both(brief, trace):
    fact = next(f for f in brief.run.facts if f.also)
    body = json.loads(trace(fact.id, "--json", "-").out)
    sources = [step["id"] for step in body["steps"] if step["kind"] == "source"]
    assert sources == [fact.source_id, *fact.also]


def test_an_unknown_id(trace):
    answer = trace("n-zzzzzzzzzzzz")
    assert (answer.status, answer.out) == (2, "")
    assert "unknown id 'n-zzzzzzzzzzzz'" in answer.err
    assert "data-id" in answer.err


@pytest.mark.parametrize("start", ["n-", "fact-", "nma-"])
def test_a_start_that_fits_many_is_refused_and_names_some(trace, start):
    answer = trace(start)
    assert (answer.status, answer.out) == (2, "")
    assert f"'{start}' fits" in answer.err
    assert f"one of {start}" in answer.err


def test_an_empty_id(trace):
    assert trace("").status == 2


def test_no_run_at_all(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answer = command("trace", "n-1")
    assert answer.status == 2
    for words in ("no run under out/", "topline brief", "--run FILE"):
        assert words in answer.err


def test_a_run_that_is_not_there(command, tmp_path):
    answer = command("trace", "n-1", "--run", tmp_path / "run.json")
    assert answer.status == 2
    assert "run.json" in answer.err
    assert "No such file" in answer.err


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", "{}", '{"schema": "nma/1"}', '{"schema": 7}', "\ufeff{}"], ids=range(7)
)
def test_a_file_that_is_no_run(command, tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    answer = command("trace", "n-1", "--run", path)
    assert answer.status == 2
    assert "this is not a run of topline" in answer.err
    assert "run.json" in answer.err


def test_the_json_of_nma_is_no_run(command, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("study,treatment,events,n\nA,x,3,10\nA,y,4,10\n", encoding="utf-8")
    assert command("nma", table, "--json", tmp_path / "nma.json").status == 0
    answer = command("trace", "n-1", "--run", tmp_path / "nma.json", "--json", "-")
    assert json.loads(answer.err)["error"]["message"] == "this is not a run of topline"


def test_a_folder_in_place_of_a_run(command, tmp_path):
    assert command("trace", "n-1", "--run", tmp_path).status == 2
