"""``topline read`` as its users call it: JSON, text, page, several documents, and what is refused."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest

import topline as tl
from topline.errors import ArgumentError, FetchError

ROOT = Path(__file__).resolve().parents[1]
STORY = ROOT / "truth" / "data" / "reading" / "own" / "003.txt"
RECORD = ROOT / "truth" / "data" / "ctgov" / "NCT02210780.json"
FACTS = ("events", "readouts", "safety", "opinions")


def facts_of(reading):
    return [fact for kind in FACTS for fact in reading[kind]]


def test_every_quote_is_cut_from_the_text_that_is_written(command, tmp_path):
    text = tmp_path / "story.text.txt"
    answer = command("read", STORY, "--json", "-", "--text", text)
    reading = json.loads(answer.out)
    assert answer.status == 0
    assert reading["schema"] == "reading/1"
    written = text.read_bytes().decode("utf-8")
    assert all(reading[kind] for kind in FACTS)
    assert all(written[f["start"] : f["end"]] == f["quote"] for f in facts_of(reading))
    assert all(f["path"] is None for f in facts_of(reading))
    assert len({f["id"] for f in facts_of(reading)}) == len(facts_of(reading))


def test_the_same_document_gives_the_same_facts_with_the_same_ids(command):
    first, second = (command("read", STORY, "--json", "-").out for _ in range(2))
    assert first == second


def test_the_story_is_told_by_its_events(command):
    events = json.loads(command("read", STORY, "--json", "-").out)["events"]
    told = {(e["type"], e["status"], e["date"]) for e in events}
    assert ("deal_terminated", "happened", "2026-10-30") in told
    assert ("rights_returned", "happened", "2026-10-30") in told
    assert all(e["status"] in {"denied", "possible"} for e in events if e["type"] == "trial_stopped")


def test_what_stands_beside_the_story_becomes_no_fact(command):
    reading = json.loads(command("read", STORY, "--json", "-").out)
    told = " ".join(f["quote"] for f in facts_of(reading))
    for trap in ("Layoff Tracker", "Rejects Third Biosimilar", "fell 23%", "price target", "looking for a buyer"):
        assert trap not in told or trap == "looking for a buyer"
    values = {value["value"] for readout in reading["readouts"] for value in readout["values"]}
    assert {"61.2", "66.8", "4.1"} <= values
    assert not {"23", "275", "1.1", "350", "1.9"} & values


def test_a_registry_record_is_anchored_by_paths(command):
    reading = json.loads(command("read", RECORD, "--json", "-").out)
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    for fact in facts_of(reading):
        assert (fact["quote"], fact["start"], fact["end"]) == (None, None, None)
        place = record
        for step in fact["path"].replace("[", ".[").split("."):
            place = place[int(step[1:-1])] if step.startswith("[") else place[step]
        assert place is not None


def test_a_table_is_anchored_by_its_rows(command, tmp_path):
    table = tmp_path / "arms.csv"
    table.write_text("study,treatment,events,n\nA,x,3,10\nA,y,4,12\n", encoding="utf-8")
    reading = json.loads(command("read", table, "--json", "-").out)
    assert [r["n"] for r in reading["readouts"]] == ["10", "12"]
    assert all("row" in r["path"] for r in reading["readouts"])


def test_several_documents_give_a_list_and_one_that_fails_loses_none_of_the_others(command, tmp_path):
    answer = command("read", STORY, tmp_path / "nowhere.txt", RECORD, "--json", "-")
    assert answer.status == 2
    assert [r["document"]["media_type"] for r in json.loads(answer.out)] == ["text/plain", "application/json"]
    error = json.loads(answer.err.strip().splitlines()[-1])["error"]
    assert "nowhere.txt" in error["message"]


def test_the_page_shows_each_fact_beside_its_passage(command, tmp_path):
    page = tmp_path / "story.html"
    answer = command("read", STORY, "--html", page)
    shown = page.read_text(encoding="utf-8")
    reading = tl.read(STORY)
    assert answer.status == 0
    assert all(f'id="{fact.id}"' in shown for fact in reading.candidates)
    assert "<mark>" in shown
    assert "<b>61.2</b>" in shown


def test_a_document_is_shown_as_text_however_it_tries_to_be_markup(command, tmp_path):
    document = tmp_path / "hostile.txt"
    body = "Nagano Pharma, Inc. said the FDA approved mirovakimab <script>alert(1)</script> today."
    document.write_text(f"title: <img src=x onerror=alert(1)>\ndate: 2026-01-02\n---\n{body}\n", encoding="utf-8")
    page = tmp_path / "page.html"
    command("read", document, "--html", page)
    shown = page.read_text(encoding="utf-8")
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("source", "repair"),
    [
        ("www.example.com/news/story", "write https://www.example.com/news/story"),
        ("investors.example.com", "write https://investors.example.com"),
        ("NCT0565171", "NCT and 7 digits"),
        ("releas.txt", "did you mean 'release.txt'"),
        ("folder", "name the files in it: folder/*"),
    ],
)
def test_a_source_that_is_not_there_is_met_with_what_was_meant(command, tmp_path, monkeypatch, source, repair):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "release.txt").write_text("Nothing.", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    answer = command("read", source)
    assert answer.status == 2
    assert answer.err.startswith(f"topline: {source} can't be read")
    assert repair in answer.err


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("協和キリン株式会社は第3相試験の結果を発表した。EASI-75達成率は45.2%、プラセボ群は14.8%であった。", False),
        (
            "أعلنت الشركة أن 45.2% من المرضى تلقوا lenzakibart حققوا EASI-75 مقابل 14.8% في مجموعة الدواء الوهمي.",
            False,
        ),
        ("Das Unternehmen teilte heute mit, dass die Phase-3-Studie ihren Endpunkt erreicht hat. " * 5, False),
        ("The company said that the trial met its endpoint in adults with the condition.", True),
        ("EASI-75 45.2% 14.8%", True),
    ],
    ids=["japanese", "arabic", "german", "english", "figures"],
)
def test_a_text_in_another_language_says_that_the_rules_read_english(command, tmp_path, text, english):
    document = tmp_path / "text.txt"
    document.write_text(text, encoding="utf-8")
    answer = command("read", document)
    assert answer.status == 0
    assert ("not to be in English" in answer.out) is not english


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("nowhere.txt", "can't be read"),
        ("NCT0565171", "NCT and eight digits"),
        ("http://127.0.0.1/x", "public"),
        ("http://127.0.0.1/x", "found:    127.0.0.1\n"),
        ("http://127.0.0.1:9/x", "ports 80 and 443"),
        ("http://localhost/x", "public"),
        ("http://169.254.169.254/latest/meta-data", "public"),
        ("file:///etc/hostname", "http"),
        ("ftp://example.org/x", "http"),
    ],
)
def test_what_can_not_be_read_is_refused_in_words(command, source, words):
    answer = command("read", source)
    assert answer.status == 2
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_one_text_or_page_belongs_to_one_document(command, tmp_path):
    assert command("read", STORY, RECORD, "--text", tmp_path / "x").status == 2
    assert command("read", STORY, RECORD, "--html", tmp_path / "x.html").status == 2
    studies = [json.loads(path.read_text(encoding="utf-8")) for path in (RECORD, RECORD.with_name("NCT00763412.json"))]
    (tmp_path / "studies.json").write_text(json.dumps(studies), encoding="utf-8")
    answer = command("read", tmp_path / "studies.json", "--text", tmp_path / "x")
    assert (answer.status, "2 study records" in answer.err, (tmp_path / "x").exists()) == (2, True, False)


def test_python_reads_as_the_command_does(tmp_path):
    reading = tl.read(STORY)
    assert len(reading.candidates) == sum(len(getattr(reading, kind)) for kind in FACTS)
    with pytest.raises(ArgumentError, match="unknown reader"):
        tl.read(STORY, reader="oracle")
    with pytest.raises(FetchError):
        tl.read("http://127.0.0.1:9/")
    two = tmp_path / "two.json"
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    two.write_text(json.dumps({"studies": [record, record]}), encoding="utf-8")
    with pytest.raises(ArgumentError, match="several documents"):
        tl.read(two)


# --- the reader that asks a language model


def endpoint_module():
    """The server that plays a model, which the reader's own tests use too."""
    place = ROOT / "unit" / "model_endpoint.py"
    spec = importlib.util.spec_from_file_location("unit_model_endpoint", place)
    module = importlib.util.module_from_spec(spec)
    sys.modules["unit_model_endpoint"] = module
    spec.loader.exec_module(module)
    return module


def test_a_language_model_proposes_behind_the_same_gate(command, tmp_path, monkeypatch):
    playing = endpoint_module()
    document = tmp_path / "release.txt"
    document.write_text("title: Verolimab\ndate: 2025-09-30\n---\n" + playing.BODY, encoding="utf-8")
    true = {"type": "readout", "status": "happened", "drug": "verolimab", "quote": "verolimab met the primary endpoint"}
    invented = {"type": "approval", "status": "happened", "quote": "the FDA approved verolimab today"}
    wrong = {"endpoint": "EASI-75", "quote": "42.5% of patients on verolimab 300 mg reached EASI-75",
             "values": [{"arm": "verolimab", "value": "52.5", "unit": "%"}]}  # fmt: skip
    answer = playing.chat({"events": [true, invented], "readouts": [wrong], "safety": [], "opinions": []})
    monkeypatch.setenv("TOPLINE_LLM_API_KEY", playing.KEY)
    case = tmp_path / "eczema"
    command("facts", "export", case)
    with playing.serving(answer, answer) as server:
        options = ("--reader", "llm", "--llm-url", server.endpoint().base_url, "--llm-model", "played")
        shown = command("read", document, *options, "--json", "-")
        into = command("read", document, *options, "--into", case)
    assert shown.status == into.status == 0, shown.err + into.err
    reading = json.loads(shown.out)
    assert [event["quote"] for event in reading["events"]] == ["verolimab met the primary endpoint"]
    assert reading["readouts"] == []
    assert {refused["quote"] for refused in reading["rejected"]} == {invented["quote"], wrong["quote"]}
    assert reading["made_by"]["spec"]["reader"] == "llm"
    assert playing.KEY not in shown.out + shown.err + into.out + into.err


def test_a_language_model_is_asked_for_by_name(command, monkeypatch):
    for name in ("TOPLINE_LLM_URL", "TOPLINE_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    answer = command("read", STORY, "--reader", "llm")
    assert answer.status == 2
    assert "--llm-url" in answer.err
