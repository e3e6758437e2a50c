"""A case as a folder and back: the same bytes, the same rows, and diffs of the lines that changed."""

import csv
import datetime as dt
import difflib
import io
from importlib import resources
from pathlib import Path

import pytest
import sqlalchemy as sa

from topline.errors import CaseError, StoreError
from topline.facts import (
    Store,
    accept,
    changing,
    export_case,
    import_case,
    now,
    open_case_store,
    propose_into,
    reject,
    schema,
    snapshot,
)

SMALL = Path(__file__).parents[1] / "data" / "cases" / "small"
DAY = dt.date(2024, 1, 1)
TEXT = "=1+1 is what it says:\r\n 44 of 80 (55%)\tat week 24,\n“cured” – 25 of 80 at week 16; 9 of 80 at week 8."
PLACE = {"trial": "SECOND", "arm": "high", "outcome": "cure", "n": "80"}


def files_of(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows_of(url):
    """Every row of every table; where a folder holds a row is no part of it."""
    with Store.open(url) as store, store.reading() as connection:
        found = {}
        for table in schema.metadata.sorted_tables:
            columns = [c for c in table.c if c.name != "row"]
            found[table.name] = sorted(map(tuple, connection.execute(sa.select(*columns))), key=repr)
        return found


@pytest.fixture
def reviewed(filled, document, candidate, small, tmp_path):
    """A store in which everything has happened that can: changes, corrections, mends, rejections, retractions."""
    story = document(TEXT, title='=HYPERLINK("x")', date="2023-06-01")
    first = candidate(story, " 44 of 80 (55%)\tat week 24,\n", week="24", events="44", percent="55", **PLACE)
    second = candidate(story, "25 of 80 at week 16", week="16", events="24", note='-- a dash, "quoted"', **PLACE)
    third = candidate(story, "9 of 80", week="8", events="9", **PLACE)
    fourth = candidate(story, "44 of 80", "event", type="opinion", programme="alphamab", statement="@Ada: +1, good")
    propose_into(filled, [first, second, third, fourth], [story])
    other = document("55% at week 24", title="Another", date="2023-07-01")
    propose_into(filled, [candidate(other, "55%", week="24", events="44", percent="55.0", **PLACE)], [other])
    with changing(filled) as connection:
        accept(connection, first.id, reviewer="Ada", at=now())
        accept(connection, second.id, reviewer="=Bob", at=now(), fields={"events": "25", "note": "=mended"})
        reject(connection, third.id, reviewer="Ada", at=now(), reason='-1 for this, it was said "often"')
    with changing(filled) as connection:
        accept(connection, second.id, reviewer="Ada", at=now(), fields={"events": "26"})
    assert small(tmp_path / "edited").is_dir()
    export_case(filled, tmp_path / "edited")
    table = tmp_path / "edited" / "outcomes.csv"
    text = table.read_text(encoding="utf-8").replace("24,100,45,45", "24,100,46,46")
    table.write_text(text.replace("SECOND,control,cure,12,,,18.0,verified,s_paper,,,2022,inferred: year,2022\n", ""))
    import_case(tmp_path / "edited", filled, reviewer="Cy")
    return filled


def test_store_to_folder_to_store_gives_every_row_again(reviewed, ready, tmp_path, request):
    export_case(reviewed, tmp_path / "out")
    again = tmp_path / "again.sqlite"
    targets = [f"sqlite:///{again}", request.getfixturevalue("database")()]
    before = rows_of(reviewed)
    assert {name for name, rows in before.items() if rows} == set(schema.metadata.tables)
    for target in targets:
        import_case(tmp_path / "out", target)
        assert rows_of(target) == before
        with Store.open(reviewed) as one, Store.open(target) as other:
            for day in (dt.date(2020, 7, 1), dt.date(2023, 6, 1), DAY):
                assert snapshot(one, as_of=day).id == snapshot(other, as_of=day).id


def test_folder_to_store_to_folder_gives_every_byte_again(reviewed, database, tmp_path):
    export_case(reviewed, tmp_path / "out")
    before = files_of(tmp_path / "out")
    assert {"candidates.csv", "supports.csv", "decisions.csv", "documents.csv", "history.csv"} <= set(before)
    assert sum(name.startswith("documents/") for name in before) == 4
    for n, target in enumerate([f"sqlite:///{tmp_path / 'again.sqlite'}", database()]):
        import_case(tmp_path / "out", target)
        export_case(target, tmp_path / f"out{n}")
        assert files_of(tmp_path / f"out{n}") == before
    assert export_case(reviewed, tmp_path / "out") == 0


def test_a_folder_opens_as_the_store_that_it_came_from(reviewed, tmp_path):
    export_case(reviewed, tmp_path / "out")
    (folder, _), (store, _) = open_case_store(tmp_path / "out"), open_case_store(reviewed)
    with folder, store:
        for day in (dt.date(2020, 7, 1), dt.date(2023, 6, 1), DAY):
            one, other = snapshot(folder, as_of=day), snapshot(store, as_of=day)
            assert one.id == other.id
            assert one.caveats == other.caveats


def test_a_folder_that_topline_never_wrote_comes_back_to_the_byte(filled, tmp_path):
    export_case(filled, tmp_path / "out")
    written = files_of(tmp_path / "out")
    written.pop("history.csv")
    assert written == {k: v for k, v in files_of(SMALL).items() if k != "README.md"}


def cells_of(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_the_shipped_case_comes_back_cell_for_cell(tmp_path):
    folder = Path(str(resources.files("topline"))) / "cases" / "atopic_dermatitis"
    export_case("atopic-dermatitis", tmp_path / "out")
    written = files_of(tmp_path / "out")
    assert {k: cells_of(v) for k, v in written.items()} == {
        k: cells_of(v) for k, v in files_of(folder).items() if k in written
    }
    assert [name for name, data in written.items() if b"\r" in data] == []
    assert set(files_of(folder)) - set(written) == {"README.md"}
    import_case(tmp_path / "out", f"sqlite:///{tmp_path / 'store.sqlite'}")
    export_case(f"sqlite:///{tmp_path / 'store.sqlite'}", tmp_path / "again")
    assert {k: v for k, v in files_of(tmp_path / "again").items() if k != "history.csv"} == written


def test_a_diff_shows_the_lines_that_changed(filled, tmp_path, document, candidate):
    export_case(filled, tmp_path / "out")
    before = files_of(tmp_path / "out")
    story = document(TEXT)
    one = candidate(story, "25 of 80", week="16", events="25", **PLACE)
    propose_into(filled, [one], [story])
    with changing(filled) as connection:
        accept(connection, one.id, reviewer="Ada", at=now())
    export_case(filled, tmp_path / "out")
    after = files_of(tmp_path / "out")
    for name, old in before.items():
        lines = difflib.unified_diff(old.decode().splitlines(), after[name].decode().splitlines(), lineterm="", n=0)
        changed = [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]
        expected = {"outcomes.csv": 1, "sources.csv": 1, "history.csv": 2}.get(name, 0)
        assert [line[0] for line in changed] == ["+"] * expected, name
    assert all(b"\r" not in data for name, data in after.items() if "/" not in name and name != "supports.csv")


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_text_that_a_spreadsheet_would_run_is_written_as_text(reviewed, tmp_path):
    export_case(reviewed, tmp_path / "out")
    sources = (tmp_path / "out" / "sources.csv").read_text(encoding="utf-8")
    assert '"\'=HYPERLINK(""x"")"' in sources
    assert ",'=mended," in (tmp_path / "out" / "history.csv").read_text() or "=mended" not in sources
    assert ",'=Bob," in (tmp_path / "out" / "decisions.csv").read_text(encoding="utf-8")
    assert ",-51.2," in (tmp_path / "out" / "outcomes.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_another_case_is_not_written_over(filled, tmp_path):
    export_case("atopic-dermatitis", tmp_path / "other")
    before = files_of(tmp_path / "other")
    with pytest.raises(StoreError, match="holds another case"):
        export_case(filled, tmp_path / "other")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="not a folder"):
        export_case(filled, tmp_path / "file")
    assert files_of(tmp_path / "other") == before


def test_work_in_the_folder_is_not_written_over(filled, tmp_path, document, candidate):
    out = tmp_path / "out"
    export_case(filled, out)
    story = document(TEXT)
    one = candidate(story, "25 of 80", week="16", events="25", **PLACE)
    propose_into(out, [one], [story])
    with changing(out) as connection:
        accept(connection, one.id, reviewer="Ada", at=now())
    before = files_of(out)
    with pytest.raises(StoreError, match="holds work that this case has not") as caught:
        export_case(filled, out)
    found = caught.value.problem.found
    assert found == "1 in sources.csv, 1 in outcomes.csv, 1 in candidates.csv, 1 in supports.csv, 1 in decisions.csv"
    assert files_of(out) == before
    import_case(out, filled)
    assert export_case(filled, out) == 0
    question = (out / "case.toml").read_text(encoding="utf-8")
    (out / "case.toml").write_text(question.replace("A small case", "My case"), encoding="utf-8")
    with pytest.raises(StoreError, match="holds work") as caught:
        export_case(filled, out)
    assert caught.value.problem.found == "1 in case.toml"


SPOILT = [
    ("candidates.csv", "outcome", "outcomes", "kind"),
    ("candidates.csv", '{""', '{{""', "fields"),
    ("supports.csv", "25 of 80", "26 of 80", "quote"),
    ("supports.csv", "candidate-", "candid-", "id"),
    ("decisions.csv", "accepted", "acepted", "decision"),
    ("documents.csv", "html", "plain", None),
    ("history.csv", "outcomes.csv", "outcome.csv", "file"),
    ("history.csv", '""46""', '""47""', None),
    ("history.csv", '""45""', '""44""', "cells"),
]


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("file", "old", "new", "column"), SPOILT)
def test_what_was_spoilt_by_hand_is_told_or_harmless(reviewed, tmp_path, file, old, new, column):
    export_case(reviewed, tmp_path / "out")
    path = tmp_path / "out" / file
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    target = f"sqlite:///{tmp_path / 'again.sqlite'}"
    if column is None:
        import_case(tmp_path / "out", target)
        return
    with pytest.raises(CaseError) as caught:
        import_case(tmp_path / "out", target)
    assert (caught.value.problem.file, caught.value.problem.column) == (
        "candidates.csv" if column == "id" else file,
        column,
    )
    assert not (tmp_path / "again.sqlite").exists()


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_a_document_that_was_changed_is_told(reviewed, tmp_path):
    export_case(reviewed, tmp_path / "out")
    for ending, column in (("text", "text_sha256"), ("html", "sha256")):
        path = next((tmp_path / "out" / "documents").glob(f"*.{ending}"))
        before = path.read_bytes()
        path.write_bytes(before + b"x")
        with pytest.raises(CaseError) as caught:
            open_case_store(tmp_path / "out")
        assert (caught.value.problem.file, caught.value.problem.column) == ("documents.csv", column)
        path.write_bytes(before)
    for path in (tmp_path / "out" / "documents").glob("*.html"):
        path.unlink()  # the bytes may be left out, the text may not
    open_case_store(tmp_path / "out")[0].close()


@pytest.mark.parametrize("filled", ["sqlite"], indirect=True)
def test_a_hash_that_names_a_path_is_refused(reviewed, tmp_path):
    export_case(reviewed, tmp_path / "out")
    path = tmp_path / "out" / "documents.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(lines[0] + "../outcomes.csv" + lines[1][64:], encoding="utf-8")
    with pytest.raises(CaseError, match="64 hexadecimal digits"):
        open_case_store(tmp_path / "out")
