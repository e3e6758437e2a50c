"""Corrections, second sources and rejections in any order: each day shows one number, the one that was known on it."""

import datetime as dt

import pytest

from topline.errors import DataError
from topline.facts import accept, candidate_list, changing, now, open_case_store, propose_into, reject, snapshot

BASE = [(100, 45, 45.0)]
"""What the small case says of 24 weeks on low in FIRST, known from 2020-06-30."""


@pytest.fixture
def said(case, document, candidate):
    """``said("52", "2023-06-01", n=.., events=.., week=..)``: the id of a candidate of a document of that day."""

    def propose(percent, day, week="24", **counts):
        fields = {"trial": "FIRST", "arm": "low", "outcome": "cure", "week": week, "percent": percent, **counts}
        text = f"On {day}: {percent}% on low at week {week} {sorted(counts.items())}"
        source = document(text, title=text, date=day)
        one = candidate(source, text, known_from=day, **{name: cell for name, cell in fields.items() if cell})
        propose_into(case, [one], [source])
        return one.id

    return propose


def accepted(case, candidate, **options):
    with changing(case) as connection:
        return accept(connection, candidate, reviewer="Ada", at=now(), **options)


def rejected(case, candidate):
    with changing(case) as connection:
        reject(connection, candidate, reviewer="Ada", reason="not so", at=now())


def on(case, *days, week=24):
    """The values of low at a week, with how many further sources each has, on each of the days."""
    store, _ = open_case_store(case)
    with store:
        cuts = [snapshot(store, as_of=dt.date.fromisoformat(day)) for day in days]
    place = ("FIRST", "low", "cure", week)
    return [
        [(f.n, f.events, f.percent) for f in cut.facts if (f.trial, f.arm, f.outcome, f.week) == place] for cut in cuts
    ]


MAY, JUNE, OCTOBER = "2023-05-20", "2023-06-15", "2023-10-01"


def test_a_correction_of_a_correction_shows_one_number_a_day(case, said):
    for percent, day in (("52", "2023-06-01"), ("60", "2023-09-01"), ("30", "2023-04-01")):
        accepted(case, said(percent, day), correct=True)
    last = [(None, None, 30.0)]
    assert on(case, "2023-03-01", MAY, JUNE, OCTOBER) == [BASE, last, last, last]


def test_a_mended_day_of_knowledge_shows_one_number_a_day(case, said):
    one = said("52", "2023-06-01")
    accepted(case, one, correct=True)
    accepted(case, one, fields={"known_from": "2022-01-01"})
    assert on(case, "2021-12-31", MAY, JUNE) == [BASE, [(None, None, 52.0)], [(None, None, 52.0)]]


def test_a_rejected_correction_gives_back_what_it_replaced(case, said):
    one = said("52", "2023-06-01")
    accepted(case, one, correct=True)
    rejected(case, one)
    assert on(case, MAY, JUNE) == [BASE, BASE]
    accepted(case, one, correct=True)
    assert on(case, MAY, JUNE) == [BASE, [(None, None, 52.0)]]


def test_a_rejected_number_is_not_shown_on_the_days_before_its_correction(case, said):
    first, second = said("52", "2023-06-01"), said("60", "2023-09-01")
    accepted(case, first, correct=True)
    accepted(case, second, correct=True)
    assert on(case, MAY, JUNE, OCTOBER) == [BASE, [(None, None, 52.0)], [(None, None, 60.0)]]
    rejected(case, first)
    assert on(case, MAY, JUNE, OCTOBER) == [BASE, BASE, [(None, None, 60.0)]]
    rejected(case, second)
    assert on(case, MAY, JUNE, OCTOBER) == [BASE, BASE, BASE]


def test_a_second_source_stands_for_itself_when_the_first_is_rejected(case, said):
    first, second = said("52", "2023-06-01", week="52"), said("52.2", "2023-07-01", week="52")
    accepted(case, first)
    accepted(case, second)
    rejected(case, first)
    assert on(case, JUNE, OCTOBER, week=52) == [[], [(None, None, 52.2)]]
    rejected(case, second)
    assert on(case, JUNE, OCTOBER, week=52) == [[], []]


@pytest.mark.parametrize("order", [("later", "earlier"), ("earlier", "later")])
def test_counts_and_day_of_knowledge_do_not_depend_on_the_order_of_review(case, said, order):
    ids = {
        "later": said("52", "2023-09-01", week="52", n="100", events="52"),
        "earlier": said("52", "2023-06-01", week="52"),
    }
    for name in order:
        accepted(case, ids[name])
    expected = [[], [(None, None, 52.0)], [(100, 52, 52.0)]]
    assert on(case, MAY, JUNE, OCTOBER, week=52) == expected
    for name in order:
        accepted(case, ids[name])
    assert on(case, MAY, JUNE, OCTOBER, week=52) == expected
    rejected(case, ids["later"])
    assert on(case, MAY, JUNE, OCTOBER, week=52) == [[], [(None, None, 52.0)], [(None, None, 52.0)]]


def test_the_same_percent_of_other_patients_is_a_contradiction(case, said):
    accepted(case, said("52", "2023-06-01", week="52", n="100", events="52"))
    other = said("52", "2023-09-01", week="52", n="500", events="260")
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        (found,) = candidate_list(connection).contradictions
    assert [v.value for v in found.values] == ["52 of 100 (52)", "260 of 500 (52)"]
    with pytest.raises(DataError, match="says something else"):
        accepted(case, other)


def test_what_two_documents_say_is_known_from_the_first_of_them(case, document, candidate):
    fields = {"trial": "FIRST", "arm": "low", "outcome": "cure", "week": "52", "percent": "52"}
    ids = []
    for day in ("2023-09-01", "2023-06-01", "2023-10-01"):
        text = f"On {day}: 52% on low at week 52."
        source = document(text, title=text, date=day)
        one = candidate(source, text, known_from=day, **fields)
        propose_into(case, [one], [source])
        ids.append(one.id)
    accepted(case, ids[0])
    assert on(case, MAY, JUNE, OCTOBER, week=52) == [[], [(None, None, 52.0)], [(None, None, 52.0)]]
