"""The same question gives the same answer: again, with the rows in another order, and through another store."""

from __future__ import annotations

import csv
import random
import shutil
from importlib import resources
from pathlib import Path

import pytest

import topline as tl
from topline.records import to_json

FOLDER = Path(str(resources.files("topline"))) / "cases" / "atopic_dermatitis"
ASKED = ("rocatinlimab", "2026-02-02")


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory):
    """The brief from a copy of the case with the rows of every table in another order."""
    folder = tmp_path_factory.mktemp("shuffled") / "case"
    shutil.copytree(FOLDER, folder)
    shuffle = random.Random(20241231).shuffle
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows([header, *rows])
    case = tl.open_case(str(folder))
    yield case.brief(ASKED[0], as_of=ASKED[1])
    case.store.close()


def test_asked_again(case, brief_of):
    again = case.brief(ASKED[0], as_of=ASKED[1])
    assert again.html == brief_of(*ASKED).html
    assert to_json(again.run) == to_json(brief_of(*ASKED).run)


def test_the_order_of_rows_does_not_matter(shuffled, brief_of):
    one, two = brief_of(*ASKED).run, shuffled.run
    assert one.id == two.id
    assert [r.id for r in one.records] == [r.id for r in two.records]
    assert [(n.id, n.text, n.value) for n in one.numbers] == [(n.id, n.text, n.value) for n in two.numbers]
    assert [f.id for f in one.facts] == [f.id for f in two.facts]
    assert one.finding == two.finding
    assert one.caveats == two.caveats


def test_the_page_is_the_same_whatever_the_order_of_rows(shuffled, brief_of):
    assert shuffled.html == brief_of(*ASKED).html


def test_another_day_is_another_run(brief_of):
    runs = [brief_of(*ASKED).run, brief_of("rocatinlimab", "2024-12-31").run, brief_of("dupilumab").run]
    runs.append(brief_of(*ASKED, True).run)
    assert len({r.id for r in runs}) == 4


def test_an_underscore_is_as_good_as_a_hyphen(brief_of):
    case = tl.open_case("atopic_dermatitis")
    assert case.brief("nemolizumab", as_of="2026-02-02").run == brief_of("nemolizumab", "2026-02-02").run
    case.store.close()
