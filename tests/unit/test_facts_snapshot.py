"""The cut by date, on the small invented case."""

import datetime as dt
from pathlib import Path

import pytest

from topline.errors import ArgumentError, DateError, UnknownNameError
from topline.facts import Store, fact_list, read_case, snapshot
from topline.facts.hindsight import alias, without_later_clauses
from topline.records import from_json, to_json
from topline.records.facts import FactSnapshot

SMALL = Path(__file__).parent / "data" / "cases" / "small"


@pytest.fixture
def store():
    with Store.open_memory(read_case(SMALL)) as opened:
        yield opened


def at(store, year, month, day, strict=False):
    return snapshot(store, as_of=dt.date(year, month, day), strict_dates=strict)


def caveat(cut, code):
    return next((c for c in cut.caveats if c.code == code), None)


def test_a_month_counts_from_its_last_day(store):
    assert len(at(store, 2020, 6, 29).facts) == 0
    assert len(at(store, 2020, 6, 30).facts) == 5


def test_a_year_counts_from_its_last_day(store):
    assert {t.trial for t in at(store, 2022, 12, 30).trials} == {"FIRST"}
    assert {t.trial for t in at(store, 2022, 12, 31).trials} == {"FIRST", "SECOND"}


def test_an_event_that_names_a_trial_does_not_open_it(store):
    cut = at(store, 2020, 5, 31)
    assert [e.event_id for e in cut.events] == ["e1"]
    assert cut.trials == cut.arms == cut.facts == ()
    assert {s.source_id for s in cut.sources} == {"s_reg", "s_book"}


def test_assumptions_and_events_are_cut_too(store):
    assert len(at(store, 2016, 6, 29).assumptions) == 0
    assert len(at(store, 2016, 6, 30).assumptions) == 1
    assert [e.event_id for e in at(store, 2023, 5, 30).events] == ["e1"]
    assert [e.event_id for e in at(store, 2023, 5, 31).events] == ["e1", "e2"]


def test_strict_dates_cut_by_the_certain_day(store):
    default, strict = at(store, 2020, 12, 31), at(store, 2020, 12, 31, strict=True)
    assert len(default.facts) == 5
    assert {(f.arm, f.week) for f in strict.facts} == {("control", 12), ("low", 12)}
    assert len(strict.facts) == 3
    assert default.id != strict.id
    uncertain = caveat(default, "date_uncertain")
    assert uncertain.severity == "serious"
    assert uncertain.facts == tuple(f.id for f in default.facts if f.week == 24)
    for words in ("2 facts", "2020-12-31", "FIRST (week 24: cured)"):
        assert words in uncertain.text
    assert "2021-02-10" not in uncertain.text  # a later day is not known on that day
    assert caveat(default, "dropped_by_strict_dates") is None
    assert caveat(strict, "date_uncertain") is None
    assert "2 facts" in caveat(strict, "dropped_by_strict_dates").text


def test_after_the_certain_day_both_cuts_hold_the_same_facts(store):
    default, strict = at(store, 2021, 2, 10), at(store, 2021, 2, 10, strict=True)
    assert default.facts == strict.facts
    assert caveat(default, "date_uncertain") is None
    assert caveat(strict, "dropped_by_strict_dates") is None


def test_notes_never_enter(store):
    cut = at(store, 2030, 1, 1)
    assert {r.note for r in (*cut.facts, *cut.trials, *cut.arms)} == {""}


def test_a_later_document_tells_nothing(store):
    before, after = at(store, 2023, 1, 1), at(store, 2023, 5, 1)
    story = next(s for s in before.sources if s.source_id == alias("s_news"))
    assert story.what_was_taken == ""
    assert "withheld" in story.title
    assert "withheld" in story.address
    assert story.publisher == next(s for s in after.sources if s.source_id == "s_news").publisher
    text = to_json(before)
    for words in (b"ending", b"s_news", b"example.org/story"):
        assert words not in text
        assert words in to_json(after)
    cited = {x.source_id for x in (*before.facts, *before.events, *before.trials, *before.arms, *before.assumptions)}
    assert cited == {s.source_id for s in before.sources}
    assert "1 source was retrieved after 2023-01-01, or may have been" in caveat(before, "source_retrieved_later").text
    assert caveat(after, "source_retrieved_later") is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("closed at once; paid 2021-07-30", "closed at once"),
        ("modest (quoted in an article of 2026-02-02)", "modest"),
        ("known since 2020-01-01; shown (2020-02-02)", "known since 2020-01-01; shown (2020-02-02)"),
        ("all of it on 2026-02-02", ""),
    ],
)
def test_clauses_of_a_later_day_are_left_out(text, seen):
    assert without_later_clauses(text, "2021-06-01") == seen


def test_a_later_copy_of_a_registry_keeps_its_title(store):
    registry = next(s for s in at(store, 2020, 6, 30).sources if s.source_id == "s_reg")
    assert (registry.title, registry.what_was_taken) == ("NCT00000001 registry results", "")


def test_an_undated_source_is_named(store):
    cut = at(store, 2023, 6, 1)
    assert next(s for s in cut.sources if s.source_id == "s_book").what_was_taken == ""
    assert caveat(cut, "source_undated").text == "1 source bears no date: a publisher."


def test_a_year_that_lies_ahead_is_dropped(store, tmp_path):
    case = read_case(SMALL)
    assert {t.year for t in at(store, 2022, 12, 31).trials} == {2020, 2022}
    assert case.trials[1].year == 2022
    # FIRST became known in June 2020; with 2021 as its year, a cut in 2020 must not show it
    for path in SMALL.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "trials.csv").read_text(encoding="utf-8").replace("3,2020", "3,2021")
    (tmp_path / "trials.csv").write_text(text, encoding="utf-8")
    with Store.open_memory(read_case(tmp_path)) as later:
        assert at(later, 2020, 12, 31).trials[0].year is None
        assert at(later, 2021, 1, 1).trials[0].year == 2021


def test_an_alternate_counts_once_its_source_is_there(store):
    def also(cut):
        return {(f.arm, f.week): f.also for f in cut.facts if f.outcome == "cure" and f.trial == "FIRST"}

    assert also(at(store, 2022, 12, 30))["control", 12] == ()
    assert also(at(store, 2022, 12, 31))["control", 12] == ("s_paper",)
    assert also(at(store, 2023, 4, 30))["low", 12] == ()
    assert also(at(store, 2023, 5, 1))["low", 12] == ("s_news",)
    assert at(store, 2023, 4, 30).id != at(store, 2023, 5, 2).id


def test_the_caveats_of_counts(store):
    cut = at(store, 2022, 12, 31)
    assert len(caveat(cut, "reconstructed_counts").facts) == 1
    assert len(caveat(cut, "derived_rows").facts) == 1
    assert "FIRST" in caveat(cut, "derived_rows").text
    assert len(caveat(cut, "inferred_dates").facts) == 4


def test_a_snapshot_goes_through_json(store):
    cut = at(store, 2022, 12, 31)
    assert from_json(to_json(cut), FactSnapshot) == cut


def test_the_order_of_rows_leaves_the_snapshot_as_it_is(store, tmp_path):
    for path in SMALL.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            header, *rows = text.splitlines()
            text = "\n".join([header, *reversed(rows)]) + "\n"
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with Store.open_memory(read_case(tmp_path)) as shuffled:
        one, other = at(store, 2024, 1, 1), at(shuffled, 2024, 1, 1)
    assert one.id == other.id
    assert [f.id for f in one.facts] == [f.id for f in other.facts]
    assert (one.sources, one.trials, one.arms, one.caveats) == (other.sources, other.trials, other.arms, other.caveats)


@pytest.fixture
def late(store):
    return at(store, 2024, 1, 1), store.question()


def listed(late, **filters):
    return [(r.trial, r.arm, r.outcome, r.week) for r in fact_list(*late, **filters).facts]


def test_the_whole_list(late):
    found = fact_list(*late)
    assert found.n_facts == len(found.facts) == 7
    assert len(found.events) == 2
    assert found.filters == {}
    # An assumption's source is no fact's, so its lack of a date concerns no list of facts.
    assert found.caveats == tuple(c for c in late[0].caveats if c.code != "source_undated")
    assert {r.node for r in found.facts} == {"placebo", "alphamab 10 mg", "alphamab 20 mg"}
    assert all(r.source.source_id == r.source_id for r in found.facts)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"trial": "FIRST"}, 5),
        ({"trial": "first"}, 5),
        ({"trial": "NCT00000002"}, 2),
        ({"outcome": "cure"}, 6),
        ({"outcome": "cured"}, 6),
        ({"outcome": "rash"}, 0),
        ({"treatment": "alphamab"}, 4),
        ({"treatment": "AB-1"}, 4),
        ({"treatment": "alphamab 20 mg"}, 1),
        ({"treatment": "placebo"}, 3),
        ({"status": "derived"}, 1),
        ({"known_after": dt.date(2020, 7, 1)}, 2),
        ({"known_before": dt.date(2020, 6, 30)}, 5),
        ({"known_after": dt.date(2020, 6, 30), "known_before": dt.date(2020, 6, 30)}, 5),
        ({"known_after": "2020-07-01"}, 2),
        ({"trial": "FIRST", "outcome": "cure", "treatment": "alphamab 10 mg"}, 2),
    ],
)
def test_filters(late, filters, count):
    found = fact_list(*late, **filters)
    assert found.n_facts == len(found.facts) == count
    assert found.filters == {name: str(value) for name, value in filters.items()}


def test_events_follow_the_filters_that_they_have(late):
    assert len(fact_list(*late, treatment="AB-1").events) == 2
    assert len(fact_list(*late, treatment="placebo").events) == 0
    assert len(fact_list(*late, outcome="cure").events) == 0
    assert len(fact_list(*late, known_after=dt.date(2021, 1, 1)).events) == 1


@pytest.mark.parametrize(
    ("filters", "near"),
    [
        ({"trial": "FRIST"}, "'FIRST'"),
        ({"outcome": "cuer"}, "'cure'"),
        ({"treatment": "alfamab"}, "'alphamab'"),
        ({"status": "verfied"}, "'verified'"),
    ],
)
def test_an_unknown_filter_offers_near_names(late, filters, near):
    with pytest.raises(UnknownNameError) as caught:
        fact_list(*late, **filters)
    assert near in caught.value.problem.expected


def test_a_trial_of_which_nothing_was_known_is_unknown(store):
    cut = at(store, 2020, 12, 31)
    with pytest.raises(UnknownNameError) as caught:
        fact_list(cut, store.question(), trial="SECOND")
    assert "2020-12-31" in caught.value.problem.repair


def test_a_range_upside_down_is_refused(late):
    with pytest.raises(ArgumentError, match="upside down"):
        fact_list(*late, known_after=dt.date(2021, 1, 1), known_before=dt.date(2020, 1, 1))


@pytest.mark.parametrize("text", ["soon", "2020", "2020-02-30", ""])
def test_a_bound_that_is_no_day_is_refused(late, text):
    with pytest.raises(DateError) as caught:
        fact_list(*late, known_before=text)
    assert caught.value.problem.found == repr(text)


def test_listed_facts_keep_the_order_of_the_snapshot(late):
    assert listed(late, trial="SECOND") == [("SECOND", "control", "cure", 12), ("SECOND", "high", "cure", 12)]
