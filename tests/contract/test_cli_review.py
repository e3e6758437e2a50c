"""The review on the command line: what waits, what is decided, a case as a folder and back."""

import getpass
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from topline.facts import propose_into
from topline.records import Candidate, DocumentInfo, Passage, StoredDocument
from topline.tables import read_csv

SMALL = Path(__file__).parents[1] / "unit" / "data" / "cases" / "small"
TEXT = "In SECOND, 44 of 80 patients on the high dose (55%) were cured\nat week 24, and 61% in another count."
FIELDS = {"trial": "SECOND", "outcome": "cure", "week": "24", "n": "80", "events": "44", "percent": "55"}


def made(name, quote, missing=(), **fields):
    start = TEXT.index(quote)
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    return Candidate(
        id=name,
        kind="outcome",
        fields=fields,
        passages=(Passage(document=sha256, quote=quote, start=start, end=start + len(quote)),),
        proposed_by="rules/1",
        known_from="2023-06-01",
        missing=missing,
    )


@pytest.fixture
def folder(tmp_path):
    """The small case with two candidates: one lacks its arm, one contradicts it once it has one."""
    sha256 = hashlib.sha256(TEXT.encode()).hexdigest()
    info = DocumentInfo(
        title="A release", date="2023-06-01", publisher="Small Bio", sha256=sha256, media_type="text/plain",
        text_sha256=sha256, address="https://example.org/release",
    )  # fmt: skip
    shutil.copytree(SMALL, tmp_path / "case")
    one = made("read-one", TEXT[11:71], missing=("arm",), **FIELDS)
    two = made("read-two", "61%", arm="high", **{**FIELDS, "n": "", "events": "", "percent": "61"})
    propose_into(tmp_path / "case", [one, two], [StoredDocument(info=info, text=TEXT, data=TEXT.encode())])
    return tmp_path / "case"


def body(answer):
    assert (answer.status, answer.err) == (0, "")
    return json.loads(answer.out)


def test_candidates_stand_beside_their_sentence(command, folder):
    answer = command("facts", "list", "--candidates", "--case", folder)
    assert answer.status == 0
    assert "read-one  outcome, proposed, known from 2023-06-01, read by rules/1" in answer.out
    assert (
        "| “44 of 80 patients on the high dose (55%) were cured at week” (A release, Small Bio, 2023-06-01)"
        in answer.out
    )
    assert "missing: arm" in answer.out
    assert answer.out.endswith("2 candidates of small-case\n")
    found = body(command("facts", "list", "--candidates", "--case", folder, "--json", "-"))
    assert (found["schema"], found["n_candidates"]) == ("candidates/1", 2)
    assert found["candidates"][0]["supports"][0]["passage"]["quote"] == TEXT[11:71]
    assert command("facts", "list", "--candidates", "--state", "rejected", "--case", folder).out.startswith(
        "0 candidates"
    )
    assert command("facts", "list", "--candidates", "--trial", "FIRST", "--case", folder).status == 2


def test_a_candidate_is_accepted_and_shown_with_its_quotation(command, folder):
    refused = command("facts", "accept", "read-one", "--case", folder)
    assert refused.status == 2
    assert "--set arm=VALUE" in refused.err
    answer = command("facts", "accept", "read-one", "--set", "arm=high", "--case", folder)
    assert answer.status == 0
    assert f"accepted in {folder} (reviewer: {getpass.getuser()})" in answer.out
    assert "missing:" not in answer.out
    facts = body(command("facts", "list", "--trial", "SECOND", "--case", folder, "--json", "-"))["facts"]
    (fact,) = [f for f in facts if f["week"] == 24]
    shown = command("facts", "show", fact["id"], "--case", folder)
    assert "44 of 80" in shown.out
    assert "“44 of 80 patients on the high dose (55%) were cured at week” (A release" in shown.out
    contradiction = command("facts", "list", "--candidates", "--case", folder).out
    assert "contradiction: SECOND, high, cure, week 24" in contradiction
    assert "contradict each other" in command("facts", "list", "--case", folder).out
    other = command("facts", "accept", "read-two", "--case", folder)
    assert other.status == 2
    assert "--correct" in other.err
    assert command("facts", "accept", "read-two", "--correct", "--reviewer", "Ada", "--case", folder).status == 0
    state = body(command("facts", "show", "read-two", "--case", folder, "--json", "-"))
    assert (state["state"], state["decisions"][0]["reviewer"]) == ("accepted", "Ada")


def test_a_candidate_is_rejected_with_a_reason(command, folder):
    assert command("facts", "reject", "read-two", "--case", folder).status == 2
    change = body(command("facts", "reject", "read-two", "--reason", "a forecast", "--case", folder, "--json", "-"))
    assert (change["schema"], change["done"], change["candidate"]["state"]) == ("change/1", "rejected", "rejected")
    assert "rejected by" in command("facts", "show", "read-two", "--case", folder).out
    assert ": a forecast" in command("facts", "show", "read-two", "--case", folder).out


def test_a_case_goes_into_a_store_and_out_again(command, folder, tmp_path):
    url = f"sqlite:///{tmp_path / 'evidence.sqlite'}"
    first = body(command("facts", "import", folder, "--case", url, "--json", "-"))
    assert first["counts"] == {"added": 23, "superseded": 0, "retracted": 0, "unchanged": 0}
    again = command("facts", "import", folder, "--case", url)
    assert "0 added, 0 superseded, 0 retracted, 23 unchanged" in again.out
    assert command("facts", "accept", "read-one", "--set", "arm=high", "--case", url).status == 0
    out = command("facts", "export", tmp_path / "out", "--case", url)
    assert out.out.startswith("wrote ")
    assert (tmp_path / "out" / "decisions.csv").is_file()
    assert command("facts", "export", tmp_path / "out", "--case", url).out.startswith("wrote 0 files")
    assert command("facts", "list", "--candidates", "--case", tmp_path / "out").out.endswith(
        "1 candidates of small-case\n"
    )
    assert command("programmes", "--case", url).status == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("accept", "read-none"), ["unknown candidate", "'read-one'"]),
        (("accept", "read-"), ["fits 2 candidates"]),
        (("accept", "read-one", "--set", "arm"), ["COLUMN=VALUE"]),
        (("accept", "read-one", "--set", "amr=high"), ["'amr'", "'arm'"]),
        (("accept", "read-one", "--set", "arm=hihg"), ["unknown arm 'hihg'", "'high'"]),
        (("reject", "read-one", "--reason", " "), ["needs a reason"]),
        (("import", "nowhere", "--case", "sqlite:///x.sqlite"), ["unknown case 'nowhere'"]),
        (("import", "nowhere", "--case", "x.sqlite"), ["not a store"]),
        (("show", "read-none"), ["unknown fact 'read-none'"]),
    ],
)
def test_mistakes_are_told(command, folder, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    case = () if "--case" in arguments else ("--case", folder)
    answer = command("facts", *arguments, *case)
    assert answer.status == 2
    for word in words:
        assert word in answer.err
    answer = command("facts", *arguments, *case, "--json", "-")
    assert "error" in json.loads(answer.err)


def test_a_shipped_case_is_copied_before_it_is_changed(command, tmp_path):
    refused = command("facts", "accept", "read-one")
    assert refused.status == 2
    assert "topline facts export" in refused.err
    assert command("facts", "export", tmp_path / "mine").status == 0
    answer = command("facts", "list", "--case", tmp_path / "mine")
    assert "637 facts" in answer.out


def test_a_brief_may_look_ahead_at_what_waits_and_says_so(tmp_path):
    import topline as tl

    source = Path(__file__).parents[2] / "docs" / "how-to" / "data" / "alphamab"
    shutil.copytree(source, tmp_path / "case")
    text = "Rash was seen in 30 of 120 patients on alphamab."
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    info = DocumentInfo(
        title="A release", date="2024-02-01", publisher="Small Bio", sha256=sha256, media_type="text/plain",
        text_sha256=sha256,
    )  # fmt: skip
    known = tl.open_case(str(tmp_path / "case"))
    fact = next(f for f in known.facts().facts if f.treatment == "alphamab" and f.outcome == "cure")
    assert fact.n is not None
    fields = {"trial": fact.trial, "arm": fact.arm, "outcome": fact.outcome, "week": str(fact.week + 8), "n": "120"}
    candidate = Candidate(
        id="read-one", kind="outcome", fields={**fields, "events": "30"}, proposed_by="rules/1",
        known_from="2024-02-01",
        passages=(Passage(document=sha256, quote=text, start=0, end=len(text)),),
    )  # fmt: skip
    propose_into(tmp_path / "case", [candidate], [StoredDocument(info=info, text=text)])
    case = tl.open_case(str(tmp_path / "case"))
    without, ahead = case.snapshot(), case.snapshot(unreviewed=True)
    assert len(ahead.facts) == len(without.facts) + 1
    assert [c.code for c in without.caveats if c.code == "unreviewed"] == []
    assert "unreviewed" in [c.code for c in ahead.caveats]
    assert case.brief("alphamab").run.id != case.brief("alphamab", unreviewed=True).run.id


def test_a_case_becomes_a_workbook_with_a_sheet_for_each_table(command, tmp_path):
    target = tmp_path / "new" / "case.xlsx"
    answer = command("facts", "export", target)
    assert (answer.status, answer.out) == (0, f"wrote 7 sheets of atopic-dermatitis to {target}\n")
    assert [path.name for path in target.parent.iterdir()] == ["case.xlsx"]
    workbook = CalamineWorkbook.from_path(target)
    assert command("facts", "export", tmp_path / "folder").status == 0
    for name in workbook.sheet_names:
        table = read_csv(tmp_path / "folder" / f"{name}.csv", required=(), exact=True)
        header, *rows = workbook.get_sheet_by_name(name).to_python()
        assert tuple(header) == table.header
        assert len(rows) == len(table.rows)


def test_a_workbook_that_cannot_be_written_is_refused_and_leaves_nothing(command, tmp_path):
    (tmp_path / "case.xlsx").mkdir()
    answer = command("facts", "export", tmp_path / "case.xlsx")
    assert answer.status == 2
    assert "the workbook can't be written" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["case.xlsx"]
