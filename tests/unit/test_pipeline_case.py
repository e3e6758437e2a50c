"""A case and the verbs that answer from it, on a case that is small enough to count by hand."""

import json
from pathlib import Path

import pytest

import topline as tl
from topline.errors import DateError, UnknownNameError

SMALL = Path(__file__).parent / "data" / "cases" / "small"


@pytest.fixture(scope="module")
def small():
    case = tl.open_case(str(SMALL))
    yield case
    case.store.close()


@pytest.fixture(scope="module")
def shipped():
    case = tl.open_case()
    yield case
    case.store.close()


def test_the_name_is_the_questions(small, shipped):
    assert (small.name, shipped.name) == ("small-case", "atopic-dermatitis")


@pytest.mark.parametrize("name", ["alphamab", "Alphamab", " ALPHAMAB ", "AB-1", "ab-1"])
def test_a_programme_by_name_and_alias(small, name):
    assert small.programme(name).name == "alphamab"


def test_a_programme_that_is_not_there(small):
    with pytest.raises(UnknownNameError, match="unknown programme 'alphamap'") as caught:
        small.programme("alphamap")
    assert "'alphamab'" in caught.value.problem.expected


def test_the_list_of_programmes_counts_what_is_known(shipped):
    listed = shipped.programmes(as_of="2026-02-02")
    assert listed.as_of == "2026-02-02"
    snapshot = shipped.snapshot(as_of="2026-02-02")
    for entry in listed.programmes:
        mine = [f for f in snapshot.facts if f.treatment == entry.drug]
        assert entry.n_facts == len(mine)
        assert entry.n_trials == len({f.trial for f in mine})
        assert entry.latest <= "2026-02-02"
    assert listed.programmes[0].latest == "2026-01-30"  # the day on which the rights were returned


def test_a_programme_is_listed_before_anything_is_known_of_it(shipped):
    entry = shipped.programmes(as_of="1999-12-31").programmes[0]
    assert (entry.n_trials, entry.n_facts, entry.n_events, entry.latest) == (0, 0, 0, None)


def test_the_module_level_verb_agrees(shipped):
    assert tl.programmes(as_of="2026-02-02") == shipped.programmes(as_of="2026-02-02")


def test_facts_are_filtered(shipped):
    found = shipped.facts(trial="ROCKET-HORIZON", outcome="easi75", as_of="2024-12-31")
    assert found.n_facts == len(found.facts) == 2
    assert {r.node for r in found.facts} == {"rocatinlimab 300 mg q4w", "placebo"}
    assert found.filters == {"trial": "ROCKET-HORIZON", "outcome": "easi75"}


def test_a_fact_by_its_start(shipped):
    fact = shipped.facts(trial="ROCKET-HORIZON", as_of="2024-12-31").facts[0]
    assert shipped.fact(fact.id, as_of="2024-12-31") == fact
    assert shipped.fact(fact.id[:11], as_of="2024-12-31") == fact


@pytest.mark.parametrize("asked", ["", "fact-", "fact-zzzz", "nothing"])
def test_no_fact_or_many(shipped, asked):
    with pytest.raises(UnknownNameError):
        shipped.fact(asked, as_of="2024-12-31")


def test_a_fact_that_was_not_known_then_is_not_there(shipped):
    later = shipped.facts(trial="ROCKET-IGNITE", as_of="2026-02-02").facts[0]
    with pytest.raises(UnknownNameError):
        shipped.fact(later.id, as_of="2024-12-31")


def test_a_brief_before_anything_was_known_is_refused(shipped):
    with pytest.raises(DateError, match="nothing about rocatinlimab was known"):
        shipped.brief("rocatinlimab", as_of="2001-01-01")


def test_a_brief_on_a_drug_of_which_only_a_deal_is_known(shipped):
    # on 2021-06-01 Amgen and Kyowa Kirin announced the deal; no result of phase 2b or 3 was out
    brief = shipped.brief("rocatinlimab", as_of="2021-06-01")
    assert "No result" in brief.finding[0]
    assert {r.schema for r in brief.run.records} == {"snapshot/1", "safety/1"}
    assert [e.type for e in brief.run.events] == ["deal_signed", "payment", "deal_terms", "deal_terms"]


def test_a_brief_on_a_drug_with_another_regimen_only(shipped):
    # in mid 2022 only the phase 2b was known, whose regimens are not the programme's
    brief = shipped.brief("rocatinlimab", as_of="2022-06-30")
    assert "regimen" in brief.finding[0]
    assert "KHK4083 Ph2b" in brief.finding[0]


def test_progress_is_told_step_by_step(small):
    told = []
    small.brief("alphamab", progress=lambda step, done, total: told.append((step, done, total)))
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert {total for _, _, total in told} == {len(told)}
    assert all(step for step, _, _ in told)


def test_saving_writes_page_and_run(small, tmp_path):
    brief = small.brief("alphamab")
    page, run = brief.save(tmp_path / "deep" / "a.html")
    assert page.read_text(encoding="utf-8") == brief.html
    assert (run.name, run.parent) == ("run.json", page.parent)
    assert json.loads(run.read_bytes())["id"] == brief.run.id


def test_the_finding_is_the_runs(small):
    brief = small.brief("alphamab")
    assert brief.finding == brief.run.finding
    assert brief.run.title == "alphamab: a condition"
