"""``topline new``: a case that reads as it is, and that says what it still lacks."""

from __future__ import annotations

import csv
import os
import tomllib
from pathlib import Path

import pytest

from topline.cli import run
from topline.errors import ArgumentError, CaseError, DataError
from topline.facts import new_case, read_case
from topline.pipeline import accept_candidates, list_candidates, open_case, propose, read_documents


def append(path: Path, **cells: str) -> None:
    """Add one row to a table of the case."""
    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, header, lineterminator="\n").writerow(cells)


def test_a_new_case_reads_as_it_is(tmp_path: Path) -> None:
    files = new_case(tmp_path / "My Case")
    case = read_case(tmp_path / "My Case")
    assert case.question.case == "my-case"
    assert (case.trials, case.arms, case.facts, case.events) == ((), (), (), ())
    assert {path.name for path in files} == {path.name for path in (tmp_path / "My Case").iterdir()}
    assert sum(path.suffix == ".csv" for path in files) == 7


def test_the_template_is_commented_and_its_comments_are_valid_too(tmp_path: Path) -> None:
    new_case(tmp_path / "case")
    path = tmp_path / "case" / "case.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    keys = [i for i, line in enumerate(lines) if line.startswith(("# [[", "# ")) and (" = " in line or "[[" in line)]
    keys = [i for i in keys if lines[i].startswith("# [[") or lines[i].split(" ")[2] == "="]
    assert len(keys) > 10
    text = "\n".join(line[2:] if i in keys else line for i, line in enumerate(lines))
    body = tomllib.loads(text)
    assert {"networks", "sensitivities", "caveats", "mappings", "arm_mappings"} <= set(body)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(tmp_path / "case")
    # What the examples name is not there; everything else about them is right.
    assert {p.message.partition("'")[0] for p in caught.value.problems} == {"unknown trial "}


def test_the_brief_of_a_new_case_says_what_is_missing(tmp_path: Path) -> None:
    new_case(tmp_path / "case")
    with pytest.raises(DataError, match="nothing about newdrug yet") as caught:
        open_case(str(tmp_path / "case")).brief("newdrug")
    assert "outcomes.csv" in str(caught.value)


def test_a_new_case_takes_rows_and_then_has_a_brief(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    new_case(folder)
    append(folder / "sources.csv", source_id="s", title="A paper", publisher="A journal", date="2024", address="doi:1")
    append(folder / "trials.csv", trial="T", background="monotherapy", primary_week="12", source_id="s")
    for arm, drug, regimen in (("placebo", "placebo", "oral qd"), ("drug", "newdrug", "10 mg oral qd")):
        append(
            folder / "arms.csv", trial="T", arm=arm, treatment=drug, dose_regimen=regimen, background="monotherapy",
            n_status="unknown", source_id="s",
        )  # fmt: skip
        append(
            folder / "outcomes.csv", trial="T", arm=arm, outcome="response", week="12", n="50",
            events="10" if arm == "placebo" else "25", status="verified", source_id="s", events_status="reported",
            known_from="2024-03-01", known_from_basis="paper", certain_from="2024-03-01",
        )  # fmt: skip
    brief = open_case(str(folder)).brief("newdrug")
    assert any("of 100 patients" in sentence for sentence in brief.finding)


RIVAL = '[[treatments]]\nname = "rival 5 mg"\ndrug = "rival"\nregimens = ["5 mg oral qd"]\n\n'
RULE = (
    '[[arm_mappings]]\ntitle = ["rival"]\ntreatment = "rival"\ndose_regimen = "5 mg oral qd"\n'
    'background = "monotherapy"\n'
)


def test_a_misspelt_drug_is_found_as_soon_as_there_is_an_arm(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    new_case(folder)
    question = (folder / "case.toml").read_text(encoding="utf-8").replace("# --- endpoints", RIVAL + "# --- endpoints")
    (folder / "case.toml").write_text(question, encoding="utf-8")
    append(folder / "sources.csv", source_id="s", title="A paper", publisher="A journal", date="2024", address="doi:1")
    append(folder / "trials.csv", trial="T", background="none", source_id="s")
    append(
        folder / "arms.csv", trial="T", arm="a", treatment="placebo", dose_regimen="oral qd", background="none",
        n_status="unknown", source_id="s",
    )  # fmt: skip
    with pytest.raises(CaseError) as caught:
        read_case(folder)
    # The programme's drug may wait for its arms; the rival stands nowhere else.
    assert {p.column for p in caught.value.problems} == {"treatments[3].drug", "networks[1].backgrounds[1]"}
    assert all("[[arm_mappings]]" in str(p.repair) for p in caught.value.problems)
    (folder / "case.toml").write_text(question + "\n" + RULE, encoding="utf-8")
    assert [t.drug for t in read_case(folder).question.treatments] == ["placebo", "newdrug", "rival"]


RELEASE = (
    "title: Newco reports phase 3 results of newdrug\ndate: 2026-03-02\n---\n"
    "LONDON, March 2, 2026 - Newco said that newdrug 10 mg met its goal in the phase 3 OAK-1 trial. At week 12, 46.2% "
    "of patients on newdrug 10 mg had a response, compared with 14.1% of patients on placebo.\n"
)


def test_a_new_case_grows_from_a_release_row_by_row(tmp_path: Path) -> None:
    folder, release = tmp_path / "case", tmp_path / "release.txt"
    new_case(folder)
    release.write_text(RELEASE, encoding="utf-8")
    propose(read_documents(str(release)), folder)
    given = {
        "trial": {"population": "adults", "background": "monotherapy", "primary_week": "12"},
        "newdrug 10 mg": {"dose_regimen": "10 mg oral qd", "background": "monotherapy"},
        "placebo": {"dose_regimen": "oral qd", "background": "monotherapy"},
    }
    for row in list_candidates(folder).candidates:
        fields = given[row.fields["arm"] if row.kind == "arm" else "trial"] if row.kind in {"trial", "arm"} else {}
        accept_candidates(folder, [row.id], fields=fields, reviewer="Ada")
    assert {(f.arm, f.percent) for f in read_case(folder).facts} == {("newdrug 10 mg", 46.2), ("placebo", 14.1)}


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ArgumentError, match="not empty") as caught:
        new_case(tmp_path)
    assert caught.value.problem.found == "notes.txt"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    new_case(tmp_path / "empty")
    assert read_case(tmp_path / "empty").question.case == "empty"


def test_other_things_in_the_way_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ArgumentError, match="is a file"):
        new_case(tmp_path / "file")
    with pytest.raises(ArgumentError, match="can't be written"):
        new_case(tmp_path / "file" / "below")
    os.symlink(tmp_path / "nowhere", tmp_path / "link")
    with pytest.raises(ArgumentError, match="leads nowhere"):
        new_case(tmp_path / "link")


@pytest.mark.parametrize(("folder", "name"), [("AD 2026!", "ad-2026"), ("...", "my-case"), ("x_y", "x-y")])
def test_the_case_is_named_after_its_folder(tmp_path: Path, folder: str, name: str) -> None:
    new_case(tmp_path / folder)
    assert read_case(tmp_path / folder).question.case == name


def test_the_command_says_what_to_do_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my case"
    assert run(["new", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "7 tables" in said
    for command in ("facts list", "brief newdrug"):
        assert f"topline {command} --case '{folder}'" in said
    assert run(["programmes", "--case", str(folder)]) == 0
    assert run(["new", str(folder)]) == 2
    assert "not empty" in capsys.readouterr().err
