"""What the command line says to a mistake: what is wrong, where, and how to repair it; status 2 and no stack trace."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

SMALL = Path(__file__).resolve().parents[1] / "unit" / "data" / "cases" / "small"
GOOD = "study,treatment,events,n\nA,x,3,10\nA,y,4,10\nB,x,1,10\nB,y,2,10\n"


@pytest.fixture
def refused(command):
    """Runs a command that must be refused, and gives what it said; ``words`` must all be in it."""

    def call(*arguments, words=()):
        answer = command(*arguments)
        assert answer.status == 2, answer
        assert answer.out == ""
        assert answer.err.startswith(("topline: ", "Usage: "))
        for word in words:
            assert word in answer.err, answer.err
        return answer.err

    return call


@pytest.fixture
def table(tmp_path):
    def write(text, name="trials.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


# --- names


@pytest.mark.parametrize("asked", ["rocatinlimap", "ROCATINLIMA", "rocatin"])
def test_an_unknown_programme_is_met_with_near_names(refused, asked):
    refused("brief", asked, words=["unknown programme", asked, "did you mean 'rocatinlimab'", "topline programmes"])


def test_a_programme_that_is_near_none_is_met_with_all(refused):
    refused("brief", "zzzz", words=["unknown programme", "one of", "'rocatinlimab'", "'dupilumab'"])


@pytest.mark.parametrize(
    ("option", "asked", "near"),
    [
        ("--trial", "HORIZN", "'ROCKET-HORIZON'"),
        ("--treatment", "dupilumb", "'dupilumab'"),
        ("--outcome", "easi7", "'easi75'"),
        ("--status", "verifed", "'verified'"),
    ],
)
def test_an_unknown_filter_is_met_with_near_names(refused, option, asked, near):
    refused("facts", "list", option, asked, words=[f"unknown {option[2:]} '{asked}'", "did you mean", near])


def test_a_trial_that_was_not_known_then_is_not_there(refused):
    refused("facts", "list", "--trial", "ROCKET-IGNITE", "--as-of", "2024-12-31", words=["unknown trial", "2024-12-31"])


def test_an_unknown_case(refused):
    refused("programmes", "--case", "asthma", words=["unknown case 'asthma'", "'atopic-dermatitis'", "repair:"])


def test_an_unknown_fact(refused):
    refused("facts", "show", "fact-zzz", words=["unknown fact", "topline facts list"])


def test_the_start_of_many_facts(refused):
    refused("facts", "show", "fact-", words=["fact-"])


def test_an_unknown_reference(refused, table):
    refused("nma", table(GOOD), "--reference", "z", words=["unknown", "'z'", "'x'", "'y'"])


# --- dates


def test_a_day_to_come_is_refused(refused):
    refused("brief", "rocatinlimab", "--as-of", "2999-01-01", words=["lies in the future", "2999-01-01", "repair:"])


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "2026-02-30", "02/02/2026", "2026-02", ""])
def test_what_is_no_day_is_refused(refused, given):
    refused("programmes", "--as-of", given, words=["not a date", repr(given), "YYYY-MM-DD"])


def test_a_day_before_anything_was_known_is_refused(refused, tmp_path):
    out = tmp_path / "out"
    words = ["nothing about rocatinlimab was known", "2001-01-01", "topline facts list"]
    refused("brief", "rocatinlimab", "--as-of", "2001-01-01", "--out", out, words=words)
    assert not out.exists()


@pytest.mark.parametrize("option", ["--known-after", "--known-before"])
def test_a_filter_that_is_no_day_is_refused(refused, option):
    refused("facts", "list", option, "2025", words=["not a date", "'2025'", "YYYY-MM-DD"])


def test_a_range_of_days_upside_down_is_refused(refused):
    refused("facts", "list", "--known-after", "2025-01-01", "--known-before", "2024-01-01", words=["upside down"])


# --- tables


def test_a_wrong_cell_is_named_by_file_row_and_column(refused, table):
    path = table("study,treatment,events,n\nA,x,3,10\nA,y,12,10\n")
    said = refused("nma", path, words=["row 3", "column events", "12 of 10", "at most 10", "repair:"])
    assert path.name in said


def test_a_word_where_a_number_should_be(refused, table):
    refused("nma", table("study,treatment,events,n\nA,x,3,10\nA,y,four,10\n"), words=["row 3", "events", "'four'"])


def test_a_table_without_the_needed_columns(refused, table):
    refused("nma", table("study,treatment,score\nA,x,3\nA,y,4\n"), words=["trials.csv", "events", "repair:"])


def test_a_table_that_is_not_there(refused, tmp_path):
    refused("nma", tmp_path / "nothing.csv", words=["nothing.csv", "no such file"])


def test_an_empty_table(refused, table):
    refused("nma", table(""), words=["trials.csv"])


def test_a_folder_in_place_of_a_table(refused, tmp_path):
    refused("nma", tmp_path)


def test_a_network_in_pieces_names_them(refused, table):
    path = table("study,treatment,events,n\nA,x,3,10\nA,y,4,10\nB,v,1,10\nB,w,2,10\n")
    refused("nma", path, words=["2 components", "v, w", "x, y", "repair:"])


@pytest.mark.parametrize("given", ["study", "study=", "=a", "study=a,,"])
def test_columns_that_are_no_pairs(refused, table, given):
    refused("nma", table(GOOD), "--columns", given, words=["--columns", repr(given), "repair:"])


def test_a_prior_that_is_none(refused, table):
    words = ["cauchy(1)", "halfnormal(SCALE)", "repair:"]
    refused("nma", table(GOOD), "--engine", "bayes", "--prior-tau", "cauchy(1)", words=words)


# --- case folders


@pytest.fixture
def broken(tmp_path):
    """A small case with one cell of one of its tables changed."""

    def change(file, old, new):
        folder = tmp_path / "case"
        shutil.copytree(SMALL, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return change


def test_the_small_case_is_sound(command):
    answer = command("programmes", "--case", SMALL, "--json", "-")
    assert (answer.status, json.loads(answer.out)["programmes"][0]["name"]) == (0, "alphamab")


def test_a_wrong_cell_of_a_case_is_named_by_file_row_and_column(refused, broken):
    rows = (SMALL / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    column = rows[0].split(",").index("known_from")
    cells = rows[1].split(",")
    folder = broken("outcomes.csv", rows[1], ",".join([*cells[:column], "2020-02-31", *cells[column + 1 :]]))
    refused("programmes", "--case", folder, words=["outcomes.csv", "row 2", "known_from", "2020-02-31"])


def test_every_mistake_of_a_case_is_in_the_json(command, broken):
    rows = (SMALL / "arms.csv").read_text(encoding="utf-8").splitlines()
    folder = broken("arms.csv", "\n".join(rows[1:]), "\n".join("X" + row for row in rows[1:]))
    error = json.loads(command("programmes", "--case", folder, "--json", "-").err)["error"]
    assert error["code"] == "case"
    assert len(error["problems"]) > 1
    assert all(p["file"] and p["message"] for p in error["problems"])


def test_a_case_without_one_of_its_files(refused, tmp_path):
    shutil.copytree(SMALL, tmp_path / "case")
    (tmp_path / "case" / "trials.csv").unlink()
    refused("programmes", "--case", tmp_path / "case", words=["trials.csv"])


def test_a_folder_that_is_no_case(refused, tmp_path):
    refused("programmes", "--case", tmp_path, words=["case.toml"])


def test_a_question_that_is_no_toml(refused, broken):
    refused("programmes", "--case", broken("case.toml", "schema =", "schema"), words=["case.toml"])


def test_a_store_that_is_not_there(refused, tmp_path):
    refused("programmes", "--case", f"sqlite:///{tmp_path / 'none.sqlite'}", words=["none.sqlite", "no such store"])
    assert not (tmp_path / "none.sqlite").exists()


def test_a_store_that_is_none(refused, tmp_path):
    path = tmp_path / "notes.sqlite"
    path.write_text("not a database at all, but long enough to be looked into for one " * 20, encoding="utf-8")
    refused("programmes", "--case", f"sqlite:///{path}", words=["notes.sqlite"])


# --- arguments


@pytest.mark.parametrize("arguments", [["brief"], ["nma"], ["trace"], ["facts", "show"], ["facts", "list", "--bogus"]])
def test_missing_and_unknown_arguments(refused, arguments):
    refused(*arguments, words=["Usage: topline", "for help"])


def test_an_unknown_verb(refused):
    refused("breif", words=["No such command 'breif'"])


@pytest.mark.parametrize("option", ["--measure", "--model", "--engine", "--better"])
def test_a_value_that_an_option_does_not_have_is_met_with_those_that_it_has(refused, table, option):
    refused("nma", table(GOOD), option, "zz", words=[option, "'zz' is not one of"])


# --- what can't be written


def test_an_out_that_is_a_file(refused, tmp_path):
    path = tmp_path / "out"
    path.write_text("mine", encoding="utf-8")
    refused("brief", "nemolizumab", "--out", path, "--as-of", "2026-11-24", words=["can't be written", "--out"])
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_a_report_that_is_no_page(command, table, tmp_path, name):
    answer = command("nma", table(GOOD), "--html", tmp_path / name)
    assert answer.status == 2
    assert "a report is a page" in answer.err
    assert "print it to PDF from the browser" in answer.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_result_that_can_not_be_written(command, table, tmp_path, option):
    path = table("mine", "blocked")
    answer = command("nma", table(GOOD), option, path / "result.html")
    assert answer.status == 2
    assert "can't be written" in answer.err
    assert "name a file in a folder of yours" in answer.err


# --- as JSON


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["facts", "list", "--trial", "HORIZN", "--json", "-"], "unknown_name"),
        (["programmes", "--as-of", "2999-01-01", "--json", "-"], "date"),
        (["programmes", "--as-of", "soon", "--json=-"], "date"),
        (["nma", "no-such-table.csv", "--json", "-"], "data"),
        (["trace", "n-1", "--run", "no-such-run.json", "--json", "-"], "data"),
    ],
)
def test_with_json_an_error_is_one_json_object(command, arguments, code):
    answer = command(*arguments)
    assert answer.status == 2
    assert answer.out == ""
    body = json.loads(answer.err)
    assert list(body) == ["error"]
    assert body["error"]["code"] == code
    assert body["error"]["message"]


def test_the_json_of_a_wrong_cell_names_its_place(command, table):
    path = table("study,treatment,events,n\nA,x,3,10\nA,y,12,10\n")
    error = json.loads(command("nma", path, "--json", "-").err)["error"]
    assert Path(error["file"]).name == "trials.csv"
    assert (error["row"], error["column"], error["found"]) == (3, "events", "12 of 10")
    assert error["expected"]
    assert error["repair"]


def test_the_json_of_a_network_in_pieces_lists_them(command, table):
    path = table("study,treatment,events,n\nA,x,3,10\nA,y,4,10\nB,v,1,10\nB,w,2,10\n")
    error = json.loads(command("nma", path, "--json", "-").err)["error"]
    assert error["code"] == "disconnected"
    assert error["components"] == [["v", "w"], ["x", "y"]]


@pytest.mark.parametrize("arguments", [["nma", "t.csv", "--measure", "zz", "--json", "-"], ["trace", "--json", "-"]])
def test_with_json_a_wrong_argument_is_one_json_object_too(command, arguments):
    answer = command(*arguments)
    assert answer.status == 2
    assert json.loads(answer.err)["error"]["code"] == "argument"


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_result_never_replaces_the_data(command, table, option):
    path = table(GOOD)
    answer = command("nma", str(path), option, str(path))
    assert answer.status == 2
    assert "name one file" in answer.err
    assert path.read_text(encoding="utf-8") == GOOD


def test_one_result_never_replaces_the_other(command, table, tmp_path):
    target = tmp_path / "result"
    answer = command("nma", str(table(GOOD)), "--json", str(target), "--html", str(target))
    assert answer.status == 2
    assert "name one file" in answer.err
    assert not target.exists()


def test_ratios_are_not_taken_for_logs(refused, table):
    path = table("study,treatment1,treatment2,HR,se\nA,x,y,0.5,0.2\nB,x,y,0.6,0.2\n")
    refused("nma", str(path), "--measure", "HR", "--columns", "estimate=HR", words=["row 2", "logs", "ln(HR)"])
