"""What a store and a folder survive: kills, writers at once, full disks, files that are no stores."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import Store, export_case, import_case, open_case_store, upgrade_store
from topline.facts.connecting import writing, writing_engine
from topline.facts.store_url import parse_url

SMALL = Path(__file__).parents[1] / "data" / "cases" / "small"
SCRIPT = Path(__file__).with_name("faults.py")


def run(verb, *arguments):
    """A verb of ``faults.py`` in a process of its own."""
    command = [sys.executable, "-W", "error", str(SCRIPT), verb, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def changed(small, tmp_path):
    """The small case with a changed row, a new one and one less."""
    folder = small(tmp_path / "changed")
    table = folder / "outcomes.csv"
    text = table.read_text(encoding="utf-8").replace("24,100,45,45", "24,100,46,46")
    text = text.replace("SECOND,high,cure,12,,,52.0", "SECOND,high,cure,16,,,52.0")
    table.write_text(text, encoding="utf-8", newline="")
    return folder


def test_an_import_that_is_killed_leaves_the_old_state_or_the_new(changed, ready, tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "work").mkdir()
    ready("sqlite", tmp_path / "base")
    found = run("kill_imports", 7, 200, SMALL, changed, tmp_path / "base" / "store.sqlite", tmp_path / "work")
    assert (found["killed"], found["wrong"]) == (200, [])


def test_an_import_into_a_server_that_is_killed_leaves_the_old_state_or_the_new(changed, ready, tmp_path):
    found = run("kill_server_imports", 7, 6, SMALL, changed, ready("postgresql", tmp_path))
    assert (found["killed"], found["wrong"]) == (6, [])


def test_a_folder_whose_writer_is_killed_is_read_as_before_or_as_meant(small, tmp_path):
    (tmp_path / "work").mkdir()
    found = run("kill_folder_writes", 7, 30, small(tmp_path / "base"), tmp_path / "work")
    assert (found["killed"], found["wrong"]) == (30, [])


def test_processes_that_write_at_once_lose_nothing(case):
    found = run("write_at_once", case, 3, 4)
    assert found["codes"] == [0, 0, 0]
    rows = found["rows"]
    assert (rows["candidates"], rows["decisions"], rows["facts"], rows["documents"]) == (12, 12, 7 + 12, 12)


def test_a_writer_that_waits_too_long_is_told_kindly(filled):
    other = writing_engine(parse_url(filled))
    short = filled + ("&" if "?" in filled else "?") + "timeout=0.2"
    with other.begin():
        begun = time.monotonic()
        with pytest.raises(StoreError, match="can't be written") as caught:
            import_case(SMALL, short)
        assert time.monotonic() - begun < 5
        assert "try again in a moment" in caught.value.problem.repair
        Store.open(filled).close()
    import_case(SMALL, short)


@pytest.mark.parametrize("limit", [4096, 40_960, 100_000, 160_000, 200_000])
def test_a_full_disk_leaves_the_store_as_it_was(changed, ready, tmp_path, limit):
    """A write either fails whole, or it found room in the log and is there whole."""
    for name, whole in (
        ("store.sqlite", ready("sqlite", tmp_path)),
        ("new.sqlite", f"sqlite:///{tmp_path / 'new.sqlite'}"),
    ):
        store = tmp_path / name
        before = contents(store)
        answer = run("fill_the_disk", limit, changed, whole)
        if answer:
            assert answer["error"]["code"] == "store"
            assert "make room on the disk" in answer["error"]["repair"]
            assert contents(store) == before
        assert bool(answer) or (name == "store.sqlite" and limit > 50_000)
        import_case(changed, whole)
        after = contents(store)
        import_case(changed, whole)
        assert contents(store) == after != before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["changed", "new.sqlite", "store.sqlite"]


def contents(path):
    if not path.exists():
        return None
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_a_full_disk_leaves_a_folder_as_it_was(small, tmp_path):
    folder = small(tmp_path / "case")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    error = run("fill_the_disk", 64, SMALL, folder)["error"]
    assert error["code"] == "store"
    assert "make room" in error["repair"]
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_store_that_may_only_be_read_is_read(ready):
    """The folder is none of pytest's, which another account can't enter."""
    home = Path(tempfile.mkdtemp(prefix="topline-"))
    try:
        url = ready("sqlite", home)
        shutil.copytree(SMALL, home / "case")
        for path in (home / "store.sqlite", home / "case", *(home / "case").iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
        home.chmod(0o555)
        found = run("read_as_nobody", url, home / "case")
        assert found["rows"]["facts"] == 7
        assert found["error"]["message"] == "the store can't be written"
        assert [p.name for p in home.iterdir() if p.name.startswith("store")] == ["store.sqlite"]
    finally:
        home.chmod(0o755)
        (home / "case").chmod(0o755)
        shutil.rmtree(home)


def test_a_store_of_a_newer_version_is_refused(filled):
    with writing(filled) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    for action in (Store.open, upgrade_store, lambda url: import_case(SMALL, url)):
        with pytest.raises(StoreError, match="newer than this topline") as caught:
            action(filled)
        assert caught.value.problem.found == "schema 9999"


def test_a_database_of_something_else_is_refused(database):
    url = database()
    with writing(url) as connection:
        connection.execute(sa.text("CREATE TABLE mine (x integer)"))
    for action in (Store.open, upgrade_store, Store.create, lambda url: import_case(SMALL, url)):
        with pytest.raises(StoreError, match=r"not a topline store|stands there already"):
            action(url)


def test_an_empty_database_is_no_store_yet(database):
    url = database()
    with pytest.raises(StoreError, match="no such store"):
        Store.open(url)
    with Store.create(url) as store, pytest.raises(StoreError, match="holds no case"):
        store.question()


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path):
    for url in (
        "postgresql://ada:secret@127.0.0.1:1/evidence",
        f"postgresql+pg8000://ada:secret@/evidence?host={tmp_path}",
    ):
        with pytest.raises(StoreError, match="can't be read") as caught:
            open_case_store(url)
        assert "check that the server runs" in caught.value.problem.repair
        assert "secret" not in str(caught.value)


def test_a_missing_driver_names_the_extra(tmp_path):
    """A real absence: the child may not find the package."""
    code = (
        "import sys; sys.modules['pg8000'] = None\n"
        "from topline.errors import StoreError\nfrom topline.facts import Store\n"
        "try:\n    Store.open('postgresql://ada@server/evidence')\n"
        "except StoreError as error:\n    print(error.problem.repair)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "pip install 'topline[postgres]'"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///x.sqlite?timeout=soon", "not a number of seconds"),
        ("postgresql://server", "not a store that topline can open"),
        ("mysql://ada:secret@server/x", "not a store that topline can open"),
        ("sqlite+aiosqlite:///x", "not a store that topline can open"),
    ],
)
def test_urls_that_mean_no_store(url, words):
    with pytest.raises(StoreError, match=words) as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


def test_a_folder_that_can_not_be_written_is_told(filled, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="can't be written"):
        export_case(filled, tmp_path / "file" / "out")


def test_what_a_killed_maker_of_stores_left_is_removed_when_it_is_old(tmp_path):
    left = [tmp_path / f".store.sqlite.{n}.new" for n in "ab"]
    for path in left:
        path.touch()
    os.utime(left[0], (1, 1))
    Store.create(f"sqlite:///{tmp_path / 'store.sqlite'}").close()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".store.sqlite.b.new", "store.sqlite"]
