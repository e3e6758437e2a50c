"""Stores in memory and in files: versions, read-only, all or nothing."""

import dataclasses
import datetime as dt
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from topline.errors import CaseError, StoreError, UnknownNameError
from topline.facts import Store, import_case, open_case_store, read_case, schema, snapshot, upgrade_store
from topline.facts.store_file import create_store
from topline.facts.writing import replace_case

SMALL = Path(__file__).parent / "data" / "cases" / "small"
DAY = dt.date(2024, 1, 1)


def url_of(path):
    return f"sqlite:///{path}"


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "store.sqlite"
    import_case(SMALL, url_of(path))
    return path


def stamp(path, revision):
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.commit()
    connection.close()


def test_a_folder_and_its_file_give_the_same_snapshot(filled):
    with Store.open_memory(read_case(SMALL)) as memory, Store.open(url_of(filled)) as file:
        assert memory.question() == file.question()
        for strict in (False, True):
            one = snapshot(memory, as_of=DAY, strict_dates=strict)
            assert one == snapshot(file, as_of=DAY, strict_dates=strict)


def test_the_tables_in_memory_are_those_of_the_migrations(tmp_path):
    create_store(url_of(tmp_path / "migrated.sqlite"))
    migrated = sa.create_engine(url_of(tmp_path / "migrated.sqlite"))
    direct = sa.create_engine(url_of(tmp_path / "direct.sqlite"))
    schema.metadata.create_all(direct)
    assert described(direct) == {k: v for k, v in described(migrated).items() if k != "alembic_version"}
    migrated.dispose()
    direct.dispose()


def described(engine):
    """Every table as the database itself tells of it."""
    look = sa.inspect(engine)
    return {
        name: (
            [(c["name"], str(c["type"]), c["nullable"], c["primary_key"]) for c in look.get_columns(name)],
            sorted(
                (f["constrained_columns"], f["referred_table"], f["referred_columns"])
                for f in look.get_foreign_keys(name)
            ),
            sorted((i["name"], i["column_names"], i["unique"]) for i in look.get_indexes(name)),
        )
        for name in look.get_table_names()
    }


def test_the_head_of_the_migrations_is_the_last_revision(filled):
    connection = sqlite3.connect(filled)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.REVISIONS[-1],)]
    connection.close()


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_an_open_store_refuses_writes(filled, kind):
    opened = Store.open_memory(read_case(SMALL)) if kind == "memory" else Store.open(url_of(filled))
    with opened as store:
        with store.reading() as connection:
            for statement in ("DELETE FROM facts", "UPDATE facts SET n = 1", "DROP TABLE facts"):
                with pytest.raises(sa.exc.OperationalError, match="readonly"):
                    connection.execute(sa.text(statement))
        assert len(snapshot(store, as_of=DAY).facts) == 7


def test_a_missing_file_is_refused_and_not_made(tmp_path):
    with pytest.raises(StoreError, match="no such store") as caught:
        Store.open(url_of(tmp_path / "absent.sqlite"))
    assert "topline facts import FOLDER --case sqlite:///" in caught.value.problem.repair
    assert not (tmp_path / "absent.sqlite").exists()


def test_a_file_of_something_else_is_refused(tmp_path):
    text = tmp_path / "text.sqlite"
    text.write_text("no database at all, but long enough to have been one" * 40, encoding="utf-8")
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    connection.commit()
    connection.close()
    for path in (text, empty, other):
        before = path.read_bytes()
        for action in (Store.open, upgrade_store, lambda url: import_case(SMALL, url)):
            with pytest.raises(StoreError, match="not a topline store"):
                action(url_of(path))
        assert path.read_bytes() == before


def test_a_newer_store_is_refused(filled):
    stamp(filled, "9999")
    with pytest.raises(StoreError, match="newer than this topline") as caught:
        Store.open(url_of(filled))
    assert caught.value.problem.found == "schema 9999"


def test_an_older_store_is_refused_with_the_repair(filled, monkeypatch):
    monkeypatch.setattr(schema, "REVISIONS", (*schema.REVISIONS, "0003"))
    with pytest.raises(StoreError, match="older than this topline") as caught:
        Store.open(url_of(filled))
    assert (caught.value.problem.found, caught.value.problem.expected) == ("schema 0002", "schema 0003")
    assert caught.value.problem.repair.startswith("upgrade it: python -c ")
    assert "upgrade_store" in caught.value.problem.repair


def test_the_repair_of_an_older_store_runs(filled):
    command = f"from topline.facts import upgrade_store; upgrade_store('{url_of(filled)}')"
    subprocess.run([sys.executable, "-c", command], check=True)
    with Store.open(url_of(filled)) as store:
        assert store.question().case == "small-case"


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:", "no url"])
def test_other_urls_are_refused(url):
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert "sqlite:///FILE" in caught.value.problem.expected


def test_a_new_store_holds_no_case(tmp_path):
    url = url_of(tmp_path / "new.sqlite")
    with Store.create(url) as store, pytest.raises(StoreError, match="holds no case"):
        store.question()
    with pytest.raises(StoreError, match="stands there already"):
        Store.create(url)
    with pytest.raises(StoreError, match="no such folder"):
        Store.create(url_of(tmp_path / "absent" / "new.sqlite"))


def test_importing_again_replaces_the_case(filled, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(SMALL, copy)
    text = (copy / "outcomes.csv").read_text(encoding="utf-8")
    (copy / "outcomes.csv").write_text(text.replace("24,100,45,45", "24,100,46,46"), encoding="utf-8")
    import_case(copy, url_of(filled))
    with Store.open(url_of(filled)) as store:
        assert sorted(f.events for f in snapshot(store, as_of=DAY).facts if f.week == 24) == [22, 46]


def test_a_mistake_leaves_the_store_as_it_was(filled, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(SMALL, copy)
    (copy / "events.csv").unlink()
    before = filled.read_bytes()
    with pytest.raises(CaseError):
        import_case(copy, url_of(filled))
    assert filled.read_bytes() == before
    with pytest.raises(CaseError):
        import_case(copy, url_of(tmp_path / "never.sqlite"))
    assert not (tmp_path / "never.sqlite").exists()


def test_a_store_holds_one_case(filled):
    before = filled.read_bytes()
    with pytest.raises(StoreError, match="holds another case") as caught:
        import_case("atopic-dermatitis", url_of(filled))
    assert caught.value.problem.found == "small-case"
    assert filled.read_bytes() == before


def test_a_file_that_another_program_holds_is_refused(filled):
    connection = sqlite3.connect(filled, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(StoreError, match="can't be written") as caught:
            import_case(SMALL, f"{url_of(filled)}?timeout=0.01")
        assert "locked" in caught.value.problem.found
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_a_write_that_fails_half_way_leaves_the_store_as_it_was(filled):
    case = read_case(SMALL)
    table = case.tables["assumptions.csv"]
    rows = [{**row, "value": "0.55"} for row in table.rows]
    doubled = dataclasses.replace(table, rows=rows * 2, row_numbers=table.row_numbers * 2)
    tables = {**case.tables, "assumptions.csv": doubled}
    twice = dataclasses.replace(case, assumptions=case.assumptions * 2, tables=tables)
    with pytest.raises(StoreError, match="can't be written"):
        replace_case(url_of(filled), twice)
    with Store.open_memory(case) as memory, Store.open(url_of(filled)) as file:
        assert snapshot(memory, as_of=DAY) == snapshot(file, as_of=DAY)


def test_a_case_opens_by_folder_and_by_url(filled):
    for case in (SMALL, str(SMALL), url_of(filled)):
        store, question = open_case_store(case)
        with store:
            assert question.case == "small-case"


def test_an_unknown_case_names_what_there_is():
    with pytest.raises(UnknownNameError) as caught:
        open_case_store("atopic-dermatitus")
    assert "'atopic-dermatitis'" in caught.value.problem.expected
    assert "folder" in caught.value.problem.repair
    assert "sqlite:///" in caught.value.problem.repair


def test_opening_a_shipped_case_does_not_import_alembic():
    code = (
        "import sys; from topline.facts import open_case_store; open_case_store('atopic-dermatitis');"
        "heavy = {'alembic', 'scipy', 'pandas', 'polars', 'jinja2'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
