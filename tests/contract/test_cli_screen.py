"""What a stranger wrote is shown and does nothing: no escape sequence reaches the terminal, no line is turned round."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from topline.cli.screen import drawn_progress, say, show_table
from topline.tables import write_csv

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "unit" / "data" / "cases" / "small"
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m \u202eesrever\u202c \u2028"
MILD = EVIL.replace("\x1b]0;", "").replace("\x07", "").replace("\x1b", "\x9b")  # a text with more is refused as no text
STORY = (
    f"title: Alphamab met its endpoint \x1b[2J\x1b[31m\ndate: 2024-03-08\n---\n"
    f"PARIS, March 8, 2024 – The response rate was 61.2%{MILD} with alphamab and 20.1% with placebo (p<0.001).\n"
    f"Alphamab was approved by the FDA {MILD} on March 7, 2024.\n"
)


@pytest.fixture
def story(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_a_document_does_not_steer_the_terminal(command, story):
    answer = command("read", story)
    assert answer.status == 0
    assert "endpoint \\x1b[2J\\x1b[31m" in answer.out
    assert "\\x9b31m \\u202eesrever" in answer.out
    assert "61.2%" in answer.out
    assert STEERING.search(answer.out + answer.err) is None


def test_json_on_the_screen_means_the_same_and_does_not_steer_either(command, story, tmp_path):
    shown = command("read", story, "--json", "-").out
    command("read", story, "--json", tmp_path / "facts.json")
    assert STEERING.search(shown) is None
    reading = json.loads(shown)
    assert reading == json.loads(tmp_path.joinpath("facts.json").read_text(encoding="utf-8"))
    assert any("\x9b31m" in fact["quote"] for fact in reading["readouts"])


def test_candidates_and_facts_of_a_case_do_not_steer_the_terminal(command, story, tmp_path):
    case = tmp_path / "case"
    shutil.copytree(SMALL, case)
    sources = case / "sources.csv"
    rows = list(csv.DictReader(io.StringIO(sources.read_text(encoding="utf-8"))))
    sources.write_bytes(write_csv(list(rows[0]), [{**row, "title": row["title"] + EVIL} for row in rows]))
    shown = [command("read", story, "--into", case), command("facts", "list", "--candidates", "--case", case)]
    shown.append(command("facts", "list", "--case", case))
    fact = re.search(r"fact-\w+", shown[-1].out)
    assert fact is not None
    shown.append(command("facts", "show", fact.group(), "--case", case))
    assert "\\x1b" in shown[-1].out
    for answer in shown:
        assert answer.status == 0, answer.err
        assert STEERING.search(answer.out + answer.err) is None


@pytest.mark.parametrize("more", [[], ["--json", "-"]])
def test_an_error_does_not_steer_the_terminal(command, tmp_path, more):
    wrong = tmp_path / f"a{EVIL}.csv"
    wrong.write_text(f"{EVIL},b,c\n1,2,3\n4,5,6\n", encoding="utf-8")
    for arguments in (["read", wrong], ["read", tmp_path / "\udcff"], ["read", "http://a.example/\udcff"]):
        answer = command(*arguments, *more)
        assert answer.status == 2
        assert answer.err
        assert STEERING.search(answer.out + answer.err) is None


def test_a_table_on_a_terminal_shows_signs_as_they_are(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_table(("a", "b"), [(f"x{EVIL}", "[bold]y[/z]")])
    out = capsys.readouterr().out
    assert "\\x1b" in out
    assert "[bold]y[/z]" in out
    assert "\x1b]0" not in out
    assert "\u202e" not in out


def test_a_progress_bar_takes_any_name(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with drawn_progress() as progress:
        assert progress is not None
        progress(f"[/red] {EVIL}", 0, 2)
    assert "\x1b]0" not in capsys.readouterr().err


def test_line_feeds_tabs_and_other_letters_stay(capsys):
    text = "a\n\tб – “مرحبا” 😀 e\u0301"
    say(text)
    assert capsys.readouterr().out == text + "\n"


def test_words_come_to_the_screen_by_one_way():
    printing = {"echo", "secho", "print", "style"}
    for path in sorted((ROOT / "src" / "topline" / "cli").glob("*.py")):
        if path.name == "screen.py":
            continue
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in printing
        ]
        for call in calls:
            [argument] = call.args
            assert isinstance(argument, ast.Call), f"{path.name}:{call.lineno}"
            assert getattr(argument.func, "id", "") == "escaped_json", f"{path.name}:{call.lineno}"
