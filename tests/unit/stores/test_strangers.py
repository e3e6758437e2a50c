"""A case from a stranger: its folder may hold links, its store anything; nothing outside of the folder is touched."""

import csv
import io
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from topline.errors import CaseError, StoreError
from topline.facts import export_case, import_case, open_case_store, schema, upgrade_store
from topline.facts.case_folder import REQUIRED_COLUMNS
from topline.facts.folder_writing import write_folder
from topline.facts.review_files import COLUMNS
from topline.tables import write_csv

SMALL = Path(__file__).parents[1] / "data" / "cases" / "small"
pytestmark = pytest.mark.parametrize("filled", ["sqlite"], indirect=True)


@pytest.fixture
def folder(filled, tmp_path):
    export_case(filled, tmp_path / "case")
    return tmp_path / "case"


@pytest.fixture
def treasure(tmp_path):
    """A folder of the user's own, outside of the case."""
    home = tmp_path / "home"
    home.mkdir()
    home.joinpath("letter").write_text("dear Ada", encoding="utf-8")
    return home


@pytest.mark.parametrize("file", ["letter", "new", "letter.topline-gone"])
def test_a_write_to_be_finished_does_not_follow_a_link_out_of_the_folder(folder, treasure, file):
    folder.joinpath("documents").symlink_to(treasure, target_is_directory=True)
    left = folder / ".topline-final" / "documents"
    left.mkdir(parents=True)
    left.joinpath(file).write_text("mine now", encoding="utf-8")
    with pytest.raises(StoreError, match="outside of its folder"):
        open_case_store(folder)
    assert {p.name: p.read_text(encoding="utf-8") for p in treasure.iterdir()} == {"letter": "dear Ada"}


def test_a_write_to_be_finished_that_is_a_link_takes_nothing_from_where_it_leads(folder, treasure):
    folder.joinpath(".topline-final").symlink_to(treasure, target_is_directory=True)
    with pytest.raises(StoreError, match="outside of its folder"):
        open_case_store(folder)
    assert treasure.joinpath("letter").read_text(encoding="utf-8") == "dear Ada"


OUTSIDE = ["../letter", "/letter", "documents/../../letter", "a\\..\\..\\letter", "C:letter", ""]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_out_of_the_folder_is_not_written(folder, name):
    before = sorted(folder.rglob("*"))
    with pytest.raises(StoreError, match="outside of its folder"):
        write_folder(folder, {name: b"x"})
    assert sorted(folder.rglob("*")) == before
    with pytest.raises(StoreError, match="outside of its folder"):
        write_folder(folder.with_name("other"), {name: b"x"})
    assert not folder.with_name("other").exists()


@pytest.mark.parametrize("name", ["../../letter", "/letter", ".git/hooks/x", "0" * 63])
def test_a_store_that_names_a_document_by_a_path_is_not_exported(filled, tmp_path, name):
    path = tmp_path / "evil.sqlite"
    with sqlite3.connect(sa.make_url(filled).database) as source, sqlite3.connect(path) as evil:
        source.backup(evil)
        columns = [c.name for c in schema.documents.c]
        values = dict.fromkeys(columns, "x") | {"sha256": name, "bytes": b"x"}
        marks = ", ".join("?" * len(columns))
        evil.execute(f"INSERT INTO documents ({', '.join(columns)}) VALUES ({marks})", [values[c] for c in columns])
    source.close()
    evil.close()
    with pytest.raises(StoreError, match="under a wrong name"):
        export_case(f"sqlite:///{path}", tmp_path / "deep" / "out")
    assert not (tmp_path / "deep").exists()


LONG = "9" * 5000
NESTED = '{"a": ' + "[" * 20_000 + "]" * 20_000 + "}"


@pytest.mark.parametrize(
    ("file", "column", "cell"),
    [
        ("history.csv", "row", LONG),
        ("history.csv", "cells", NESTED),
        ("decisions.csv", "mended", NESTED),
        ("outcomes.csv", "n", LONG),
        ("outcomes.csv", "week", LONG),
        ("outcomes.csv", "percent", LONG),
        ("trials.csv", "year", LONG),
    ],
)
def test_numbers_and_objects_without_end_are_wrong_cells(folder, file, column, cell):
    path = folder / file
    if file in REQUIRED_COLUMNS:
        lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    else:
        lines = [dict.fromkeys(COLUMNS[file], "")]
    lines[0][column] = cell
    path.write_bytes(write_csv(list(lines[0]), lines))
    with pytest.raises(CaseError) as caught:
        open_case_store(folder)
    assert any((p.file, p.column) == (file, column) for p in caught.value.problems)


@pytest.mark.parametrize("value", ["[" * 5000 + "]" * 5000, LONG, "9" * 400])
def test_a_question_without_end_is_no_question(folder, value):
    path = folder / "case.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[[mappings]]\nweek = {value}\n", encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        open_case_store(folder)
    assert caught.value.problem.file == "case.toml"


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
SPOILT = [
    ("DROP TABLE supports; DROP TABLE documents", f"CREATE VIEW documents AS {ENDLESS}", "view documents"),
    ("SELECT 1", f"CREATE VIEW other AS {ENDLESS}", "view other"),
    ("SELECT 1", "CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM candidates; END", "trigger t"),
    (
        "DROP TRIGGER events_refuses_delete",
        "CREATE TRIGGER events_refuses_delete BEFORE DELETE ON events BEGIN SELECT 1; END",
        "trigger events_refuses_delete",
    ),
    ("SELECT 1", "CREATE VIRTUAL TABLE v USING fts5(x)", "table v"),
]


@pytest.mark.parametrize(("first", "then", "found"), SPOILT)
def test_a_store_that_runs_something_when_it_is_used_is_refused(filled, tmp_path, first, then, found):
    path = tmp_path / "evil.sqlite"
    source, evil = sqlite3.connect(sa.make_url(filled).database), sqlite3.connect(path)
    source.backup(evil)
    evil.executescript(f"{first}; {then};")
    evil.close()
    source.close()
    for action in (open_case_store, upgrade_store, lambda url: import_case(SMALL, url)):
        with pytest.raises(StoreError, match="did not put there") as caught:
            action(f"sqlite:///{path}")
        assert found in caught.value.problem.found
