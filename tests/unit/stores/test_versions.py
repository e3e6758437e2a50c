"""Nothing is deleted or overwritten: what changes supersedes, what vanishes is retracted, in SQLite and PostgreSQL."""

import datetime as dt
import json
import random
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import Store, import_case, read_case, schema, snapshot, upgrade_store
from topline.facts.connecting import writing, writing_engine
from topline.facts.store_url import parse_url
from topline.facts.versions import TABLES, current
from topline.records import to_json

SMALL = Path(__file__).parents[1] / "data" / "cases" / "small"
DAY = dt.date(2024, 1, 1)


def rows_of(url, table=None):
    """Every row of every table of a store, or of one."""
    with Store.open(url) as store, store.reading() as connection:
        tables = schema.metadata.sorted_tables if table is None else [table]
        return {t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr) for t in tables}


def cut(url, *day):
    with Store.open(url) as store:
        return snapshot(store, as_of=dt.date(*day) if day else DAY)


def edit(folder, file, *replacements):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8", newline="")


@pytest.mark.parametrize("table", [t.name for t in schema.metadata.sorted_tables])
def test_the_database_refuses_to_change_or_delete_a_row(filled, table):
    whole = rows_of(filled)
    for statement in (f"UPDATE {table} SET {first_column(table)} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(StoreError) as caught:
            change(filled, table, statement)
        assert "append-only" in caught.value.problem.found
    assert rows_of(filled) == whole


def change(url, table, statement):
    with writing(url) as connection:
        make_row(connection, table)
        connection.execute(sa.text(statement))


def first_column(table):
    return next(c.name for c in schema.metadata.tables[table].c)


def make_row(connection, table):
    """A row in a table that the small case leaves empty: a trigger of SQLite fires for rows only."""
    document = {"sha256": "d", "text": "", "text_sha256": "", "media_type": "", "retrieved_at": ""}
    blank = dict.fromkeys(("fields", "missing", "said", "proposed_by", "known_from", "recorded_at"), "")
    candidate = {"id": "c", "position": 1, "kind": "outcome", "identity": "i", **blank}
    support = {"id": "s", "candidate": "c", "position": 1, "document": "d", "source_columns": "{}"}
    support |= {"proposed_by": "", "known_from": "", "recorded_at": ""}
    decision = {"id": "x", "position": 1, "decision": "rejected", "reviewer": "", "at": "", "reason": "", "mended": ""}
    if table in {"documents", "supports"}:
        connection.execute(schema.documents.insert(), document)
    if table in {"candidates", "supports"}:
        connection.execute(schema.candidates.insert(), candidate)
    if table == "supports":
        connection.execute(schema.supports.insert(), support)
    if table == "decisions":
        connection.execute(schema.decisions.insert(), decision)


def test_truncating_a_table_is_refused_too(request):
    url = request.getfixturevalue("ready")("postgresql", Path())
    with pytest.raises(StoreError) as caught, writing(url) as connection:
        connection.execute(sa.text("TRUNCATE events"))
    assert "append-only: events refuses TRUNCATE" in caught.value.problem.found


def test_a_second_import_changes_nothing(filled):
    before = rows_of(filled)
    import_case(SMALL, filled)
    assert rows_of(filled) == before


def test_a_changed_row_supersedes_and_the_old_one_stays(filled, small, tmp_path):
    folder = small(tmp_path / "changed")
    before = rows_of(filled)
    edit(folder, "outcomes.csv", ("24,100,45,45", "24,100,46,46"))
    import_case(folder, filled, reviewer="Ada")
    after = rows_of(filled)
    assert all(set(before[name]) <= set(after[name]) for name in before)
    (new,) = set(after["facts"]) - set(before["facts"])
    row = dict(zip(schema.facts.c.keys(), new, strict=True))
    assert (row["events"], row["reviewer"], row["supersedes_day"]) == (46, "Ada", schema.ALWAYS)
    old = next(r for r in before["facts"] if r[0] == row["supersedes"])
    assert dict(zip(schema.facts.c.keys(), old, strict=True))["events"] == 45
    with Store.open_memory(read_case(folder)) as memory:
        for day in (dt.date(2020, 6, 30), dt.date(2021, 1, 1), DAY):
            assert cut(filled, day.year, day.month, day.day).id == snapshot(memory, as_of=day).id


def test_back_and_forth_leaves_every_step(filled, small, tmp_path):
    first = cut(filled)
    folder = small(tmp_path / "changed")
    edit(folder, "outcomes.csv", ("24,100,45,45", "24,100,46,46"))
    for source in (folder, SMALL, folder, SMALL):
        import_case(source, filled)
    assert cut(filled).id == first.id
    assert len(rows_of(filled, schema.facts)["facts"]) == 7 + 4


def test_a_correction_by_a_later_document_counts_from_its_day(filled, small, tmp_path):
    folder = small(tmp_path / "changed")
    old = "FIRST,low,cure,24,100,45,45,verified,s_reg,reported,,2020-06-30,inferred: paper,2021-02-10"
    new = "FIRST,low,cure,24,100,46,46,verified,s_paper,reported,,2022-12-31,inferred: year,2022-12-31"
    edit(folder, "outcomes.csv", (old, new))
    import_case(folder, filled)
    found = {day: [f.events for f in cut(filled, *day).facts if f.week == 24 and f.arm == "low"] for day in DAYS}
    assert found == {DAYS[0]: [45], DAYS[1]: [46]}


DAYS = ((2022, 12, 30), (2022, 12, 31))


def test_a_vanished_row_is_retracted_by_a_decision_and_can_come_back(filled, small, tmp_path):
    folder = small(tmp_path / "less")
    line = "SECOND,high,cure,12,,,52.0,verified,s_paper,,,2022,inferred: year,2022\n"
    edit(folder, "outcomes.csv", (line, ""))
    before = cut(filled)
    import_case(folder, filled, reviewer="Ada")
    assert len(cut(filled).facts) == 6
    assert [f.id for f in cut(filled, 2022, 12, 31).facts] == [f.id for f in cut(filled).facts]
    (decision,) = rows_of(filled, schema.decisions)["decisions"]
    told = dict(zip(schema.decisions.c.keys(), decision, strict=True))
    assert (told["decision"], told["reviewer"], told["candidate"]) == ("retracted", "Ada", None)
    assert "not in the folder any more" in told["reason"]
    import_case(SMALL, filled)
    assert cut(filled).id == before.id


def test_every_file_of_a_case_can_change(filled, small, tmp_path):
    folder = small(tmp_path / "changed")
    edit(folder, "case.toml", ('title = "A small case"', 'title = "A small case, told anew"'))
    edit(folder, "sources.csv", ("A handbook", "A second handbook"))
    edit(folder, "trials.csv", ("a note on FIRST", "another note"))
    edit(folder, "arms.csv", ("40.5", "41.5"))
    edit(folder, "events.csv", ("12.5", "13.5"), ("Small Bio:licensor", "Small Bio:licensor;A Fund:investor"))
    edit(folder, "assumptions.csv", ("0.5,0.4", "0.55,0.4"))
    edit(folder, "outcomes_alternates.csv", ("20.3", "20.2"))
    import_case(folder, filled)
    with Store.open(filled) as store, store.reading() as connection:
        for file, table in TABLES.items():
            changed = connection.scalar(sa.select(sa.func.count()).where(table.c.supersedes.is_not(None)))
            assert changed == (0 if file == "outcomes.csv" else 1), file
            keys = connection.scalars(sa.select(table.c.key).where(current(table))).all()
            assert len(keys) == len(set(keys))
    with Store.open_memory(read_case(folder)) as memory:
        assert cut(filled).id == snapshot(memory, as_of=DAY).id


def test_the_hash_of_a_snapshot_says_all_that_a_brief_could_say(filled, small, tmp_path):
    """A change of a label, a note on a source or a dose is another brief, and so another id."""
    found = {cut(filled).id}
    changes = [
        ("case.toml", ('label = "cured"', 'label = "healed"')),
        ("sources.csv", ("percentages", "percents")),
        ("trials.csv", ("2,3,2022,adults", "2,3,2022,grown-ups")),
        ("arms.csv", ("none,100,verified,40.5", "none,99,verified,40.5")),
        ("outcomes.csv", ("2020-06,release,2020-06\nFIRST,low", "2020-06,paper,2020-06\nFIRST,low")),
        ("assumptions.csv", ("a base rate", "the base rate")),
        ("events.csv", ("the trials stop", "the trials end")),
    ]
    for n, (file, replacement) in enumerate(changes):
        folder = small(tmp_path / str(n))
        edit(folder, file, replacement)
        with Store.open_memory(read_case(folder)) as memory:
            found.add(snapshot(memory, as_of=DAY).id)
    assert len(found) == len(changes) + 1
    later = small(tmp_path / "note")
    edit(later, "outcomes.csv", ("s_reg,reported,,2020-06,", "s_reg,reported,a note that no brief prints,2020-06,"))
    with Store.open_memory(read_case(later)) as memory:
        assert snapshot(memory, as_of=DAY).id in found


def test_both_databases_and_memory_give_one_snapshot(ready, tmp_path):
    with Store.open_memory(read_case(SMALL)) as memory:
        one = to_json(snapshot(memory, as_of=DAY))
    for kind in ("sqlite", "postgresql"):
        assert to_json(cut(ready(kind, tmp_path))) == one


def test_the_tables_of_postgresql_are_those_of_the_migrations(database):
    migrated, direct = database(), database()
    Store.create(migrated).close()
    engine = writing_engine(parse_url(direct))
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
    assert described(direct) == {k: v for k, v in described(migrated).items() if k != "alembic_version"}


def described(url):
    """The tables of a PostgreSQL database, with their triggers."""
    with writing(url) as connection:
        look = sa.inspect(connection)
        triggers = connection.execute(sa.text("SELECT tgrelid::regclass::text, tgname, tgtype FROM pg_trigger"))
        told = sorted(map(tuple, triggers))
        return {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)],
                look.get_pk_constraint(name)["constrained_columns"],
                sorted((f["constrained_columns"], f["referred_table"]) for f in look.get_foreign_keys(name)),
                sorted((i["column_names"], i["unique"]) for i in look.get_indexes(name)),
                [t[1:] for t in told if t[0] == name and not t[1].startswith("RI_")],
            )
            for name in look.get_table_names()
        }


def test_a_file_has_a_write_ahead_log_and_the_triggers_of_the_metadata(ready, tmp_path):
    url = ready("sqlite", tmp_path)
    direct = tmp_path / "direct.sqlite"
    engine = writing_engine(parse_url(f"sqlite:///{direct}"))
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
    said = []
    for path in (tmp_path / "store.sqlite", direct):
        connection = sqlite3.connect(path)
        said.append(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1").fetchall()
        )
        if path != direct:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
    assert said[0] == said[1]
    assert len(said[0]) == 2 * len(schema.metadata.tables)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("store")] == ["store.sqlite"]
    decision = {"id": "x", "position": 9, "candidate": "nobody", "decision": "rejected"}
    decision |= dict.fromkeys(("reviewer", "at", "reason", "mended"), "")
    with pytest.raises(StoreError, match="can't be written") as caught, writing(url) as connection:
        connection.execute(schema.decisions.insert(), decision)
    assert "FOREIGN KEY" in caught.value.problem.found


def test_a_store_of_the_first_revision_is_upgraded_with_all_its_rows(url, small, tmp_path):
    """The rows of the small case, as the first revision held them."""
    make_first_revision(url, read_case(SMALL))
    with pytest.raises(StoreError, match="older than this topline"):
        Store.open(url)
    upgrade_store(url)
    upgrade_store(url)
    with Store.open_memory(read_case(SMALL)) as memory:
        one, other = snapshot(memory, as_of=DAY), cut(url)
        for part in ("facts", "events", "assumptions", "trials", "arms", "sources", "caveats"):
            assert getattr(one, part) == getattr(other, part), part
    assert one.id == other.id
    case = small(tmp_path / "same")
    (case / "outcomes_alternates.csv").unlink()
    import_case(case, url)
    assert [f.id for f in cut(url).facts] == [f.id for f in one.facts]


def make_first_revision(url, case):
    from alembic import command
    from alembic.config import Config

    from topline.facts import store_file
    from topline.facts.typed_rows import versions_of

    config = Config()
    config.set_main_option("script_location", str(Path(store_file.__file__).parent / "migrations"))
    typed = {}
    for version in versions_of(case):
        typed.setdefault(TABLES[version.file].name, []).append({**version.typed, "row": version.row})
    for fact, row in zip(case.facts, typed["facts"], strict=True):
        row |= {"locator": fact.locator, "file": "outcomes.csv"}
    typed["fact_alternates"] = [{"fact_id": f.id, "source_id": s} for f in case.facts for s in f.also]
    typed["event_parties"] = []
    for row in typed["events"]:
        for n, party in enumerate(json.loads(row.pop("parties"))):
            typed["event_parties"].append({"event": row["id"], "position": n, **party})
        row["file"] = "events.csv"
    for row in typed["assumptions"]:
        row["file"] = "assumptions.csv"
    with writing_engine(parse_url(url)).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        look = sa.inspect(connection)
        for name in (
            "topline_case",
            "sources",
            "trials",
            "arms",
            "facts",
            "fact_alternates",
            "events",
            "event_parties",
            "assumptions",
        ):
            columns = [c["name"] for c in look.get_columns(name)]
            table = sa.table(name, *map(sa.column, columns))
            rows = [{c: row.get(c) for c in columns} for row in typed[name]]
            random.Random(3).shuffle(rows)
            connection.execute(table.insert(), rows)
