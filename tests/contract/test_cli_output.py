"""What each verb writes: one JSON document for ``--json -``, tables for the screen, files where they were asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import topline as tl
from topline.pipeline import read_run

TABLES = Path(__file__).resolve().parents[1] / "unit" / "data" / "tables"
SMOKING = TABLES / "netmeta_smokingcessation.csv"
ARMS = "study,treatment,events,n\nA,x,3,10\nA,y,4,10\nB,x,1,10\nB,y,2,10\nC,y,5,20\nC,z,9,20\n"
ENTRY = "from topline.cli import main; main()"


@pytest.fixture
def arms(tmp_path):
    path = tmp_path / "arms.csv"
    path.write_text(ARMS, encoding="utf-8")
    return path


def in_a_process(*arguments, cwd, **environment):
    """The command as a user starts it."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", ENTRY, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# --- JSON


@pytest.mark.parametrize(
    ("arguments", "schema"),
    [
        (("programmes", "--as-of", "2026-11-24"), "programmes/1"),
        (("facts", "list", "--trial", "ROCKET-HORIZON", "--as-of", "2026-11-24"), "facts/1"),
        (("nma", SMOKING, "--better", "higher"), "nma/1"),
        (("nma", SMOKING, "--engine", "bayes", "--prior-tau", "halfnormal(0.5)"), "nma/1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(str(v) for v in value[:1]),
)
def test_json_on_standard_output_is_one_document_and_nothing_else(command, arguments, schema):
    answer = command(*arguments, "--json", "-")
    assert (answer.status, answer.err) == (0, "")
    assert json.loads(answer.out)["schema"] == schema
    assert "NaN" not in answer.out
    assert "Infinity" not in answer.out


def test_json_in_a_file_is_the_same_document_and_the_table_stays(command, arms, tmp_path):
    target = tmp_path / "made" / "result.json"
    screen = command("nma", arms, "--reference", "x", "--json", target)
    only = command("nma", arms, "--reference", "x", "--json", "-")
    assert target.read_text(encoding="utf-8") == only.out
    assert "odds ratio" in screen.out.lower() or "OR versus x" in screen.out
    assert screen.err == f"wrote {target}\n"


def test_the_json_of_nma_is_what_python_gives(command, arms):
    body = json.loads(command("nma", arms, "--reference", "x", "--better", "higher", "--json", "-").out)
    result = tl.nma(arms, measure="OR", reference="x", better="higher").result
    assert body["id"] == result.id
    assert [e["estimate"] for e in body["effects"]] == [e.estimate for e in result.effects]
    for key in ("measure", "scale", "model", "engine", "reference", "better", "level", "n_studies", "n_arms",
                "n_treatments", "tau2", "tau", "i2", "q", "effects", "league", "ranks", "node_split",
                "contributions", "caveats", "spec", "version"):  # fmt: skip
        assert key in body
    assert len(body["league"]) == 3 * 2


def test_without_better_there_are_no_ranks_and_a_caveat_says_why(command, arms):
    body = json.loads(command("nma", arms, "--json", "-").out)
    assert body["ranks"] == []
    assert any("better" in c["text"] for c in body["caveats"])


def test_columns_can_be_named(command, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(ARMS.replace("study,treatment,events,n", "where,what,good,all"), encoding="utf-8")
    named = ("--columns", "study=where,treatment=what,events=good,n=all")
    assert command("nma", path).status == 2
    body = json.loads(command("nma", path, *named, "--reference", "x", "--json", "-").out)
    assert body["n_studies"] == 3


def test_a_fact_as_json(command, case):
    fact = next(f for f in case.snapshot(as_of="2026-11-24").facts if f.trial == "ROCKET-HORIZON")
    body = json.loads(command("facts", "show", fact.id, "--as-of", "2026-11-24", "--json", "-").out)
    assert body["id"] == fact.id
    assert body["percent"] == fact.percent
    assert body["source"]["publisher"]


# --- the screen


def test_the_programmes_as_a_table(command):
    lines = command("programmes", "--as-of", "2026-11-24").out.splitlines()
    assert lines[0].split()[:2] == ["programme", "lead"]
    assert [line.split()[0] for line in lines[1:-1]] == [
        "rocatinlimab", "dupilumab", "tralokinumab", "lebrikizumab", "nemolizumab", "upadacitinib", "abrocitinib",
        "baricitinib", "amlitelimab",
    ]  # fmt: skip
    assert lines[-1] == "as of 2026-11-24; topline brief PROGRAMME writes the brief"


def test_the_date_that_was_used_is_printed(command):
    for arguments in (("programmes",), ("facts", "list", "--trial", "ROCKET-HORIZON")):
        assert "as of 2024-12-31" in command(*arguments, "--as-of", "2024-12-31").out


def test_facts_of_a_trial(command):
    out = command("facts", "list", "--trial", "rocket-horizon", "--outcome", "EASI-75", "--as-of", "2024-12-31").out
    lines = out.splitlines()
    assert lines[0].split()[:3] == ["id", "trial", "arm"]
    assert [line for line in lines if "178/543" in line]
    assert [line for line in lines if "25/183" in line]
    assert "2 facts of atopic-dermatitis, as of 2024-12-31" in lines


def test_a_fact_whole(command, case):
    fact = next(
        f
        for f in case.snapshot(as_of="2026-11-24").facts
        if (f.trial, f.outcome, f.week, f.events) == ("ROCKET-HORIZON", "easi75", 24, 178)
    )
    answer = command("facts", "show", fact.id[:12], "--as-of", "2026-11-24")
    assert answer.status == 0
    for words in (fact.id, "178 of 543", "2024-09-24", fact.locator, "outcomes.csv, row", "rocatinlimab 300 mg q4w"):
        assert words in answer.out


def test_ratios_are_shown_on_the_natural_scale(command, tmp_path):
    path = tmp_path / "horizon.csv"
    path.write_text(
        "study,treatment,events,n\nHORIZON,rocatinlimab,178,543\nHORIZON,placebo,25,183\n", encoding="utf-8"
    )
    out = command("nma", path, "--model", "common", "--reference", "placebo", "--better", "higher").out
    # odds ratio exp(1.1256) = 3.08, limits exp(1.1256 -+ 1.96 x 0.2339)
    assert "rocatinlimab" in out
    assert "3.1 (1.9 to 4.9)" in out
    assert "versus placebo" in out


def test_caveats_stand_on_the_screen(command, arms):
    assert "caveat (" in command("nma", arms).out


def test_a_page_of_a_network(command, arms, tmp_path, page_elements):
    target = tmp_path / "result.html"
    answer = command("nma", arms, "--reference", "x", "--better", "higher", "--html", target)
    assert (answer.status, answer.err) == (0, f"wrote {target}\n")
    page = page_elements.read_elements(target.read_text(encoding="utf-8"))
    assert page.find("h1")[0].text == "arms.csv"
    assert page.find("svg")


# --- the brief


def test_the_brief_goes_to_the_folder_that_was_named(command, tmp_path, page_elements):
    out = tmp_path / "deep" / "folder"
    answer = command("brief", "KHK4083", "--as-of", "2026-02-02", "--out", out)
    assert (answer.status, answer.err) == (0, "")
    assert sorted(p.name for p in out.iterdir()) == ["brief.html", "run.json"]
    run = read_run(out / "run.json")
    assert (run.programme, run.as_of, run.strict_dates) == ("rocatinlimab", "2026-02-02", False)
    lines = answer.out.splitlines()
    assert lines[0] == "rocatinlimab, as of 2026-02-02"
    assert [line.strip() for line in lines[1:-2]] == list(run.finding)
    assert lines[-2:] == [f"wrote {out / 'brief.html'}", f"wrote {out / 'run.json'}"]
    page = page_elements.read_elements((out / "brief.html").read_text(encoding="utf-8"))
    assert page.find("code")[0].attributes["data-id"] == run.id


def test_the_page_takes_the_name_that_it_was_given(command, tmp_path):
    answer = command("brief", "rocatinlimab", "--as-of", "2026-02-02", "--out", tmp_path / "deep" / "page.html")
    assert sorted(p.name for p in (tmp_path / "deep").iterdir()) == ["page.html", "run.json"]
    assert (tmp_path / "deep" / "page.html").is_file()
    assert answer.out.splitlines()[-2] == f"wrote {tmp_path / 'deep' / 'page.html'}"


def test_strict_dates_are_said(command, tmp_path):
    answer = command("brief", "rocatinlimab", "--as-of", "2026-02-02", "--strict-dates", "--out", tmp_path)
    assert answer.out.startswith("rocatinlimab, as of 2026-02-02 (strict dates)\n")
    assert read_run(tmp_path / "run.json").strict_dates


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """The same command in two empty folders, in processes that order their sets in different ways."""
    folders = [tmp_path_factory.mktemp(f"run{seed}") for seed in (1, 2)]
    arguments = ("brief", "rocatinlimab", "--as-of", "2026-11-24")
    done = [in_a_process(*arguments, cwd=f, PYTHONHASHSEED=str(i)) for i, f in enumerate(folders, 1)]
    return folders, done


def test_by_default_the_brief_goes_under_out(twice):
    folders, done = twice
    for folder, process in zip(folders, done, strict=True):
        assert (process.returncode, process.stderr) == (0, "")
        assert "wrote out/rocatinlimab/brief.html\nwrote out/rocatinlimab/run.json\n" in process.stdout
        assert sorted(p.name for p in (folder / "out" / "rocatinlimab").iterdir()) == ["brief.html", "run.json"]
        assert [p.name for p in folder.iterdir()] == ["out"]


@pytest.mark.parametrize("file", ["brief.html", "run.json"])
def test_two_runs_give_the_same_bytes(twice, file):
    one, two = ((folder / "out" / "rocatinlimab" / file).read_bytes() for folder in twice[0])
    assert one == two


def test_trace_takes_the_newest_run_under_out(command, twice, monkeypatch):
    monkeypatch.chdir(twice[0][0])
    path = Path("out") / "rocatinlimab" / "run.json"
    number = next(n for n in read_run(path).numbers if n.unit == "odds ratio")
    body = json.loads(command("trace", number.id, "--json", "-").out)
    assert (body["schema"], body["id"], body["run"]) == ("trace/1", number.id, str(path))
    assert {step["kind"] for step in body["steps"]} == {"number", "nma/1", "fact", "source"}


# --- a reader that goes away


@pytest.mark.parametrize("form", [(), ("--json", "-")], ids=["table", "json"])
def test_a_reader_that_goes_away_is_no_error(tmp_path, form):
    # as `topline facts list | head -1` does
    process = subprocess.Popen(
        [sys.executable, "-c", ENTRY, "facts", "list", "--as-of", "2026-11-24", *form],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == 0
    assert said == ""


def test_help_and_version_load_no_numerics(tmp_path):
    code = (
        "import sys; from topline.cli import run; run(['--help']); run(['--version']); "
        "sys.exit(bool({'numpy', 'scipy', 'sqlalchemy', 'jinja2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_python_m_topline_is_topline():
    run = subprocess.run([sys.executable, "-m", "topline", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("topline, version ")
