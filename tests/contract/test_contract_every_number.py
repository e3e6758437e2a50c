"""No number of a brief stands alone: each leads to the documents that it came from, or to the run that made it."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise

import pytest

import topline as tl
from topline.pipeline import read_run
from topline.records import to_json

BRIEFS = [
    ("rocatinlimab", "2026-11-24", False),
    ("rocatinlimab", "2026-02-02", False),
    ("rocatinlimab", "2026-02-02", True),
    ("rocatinlimab", "2024-12-31", False),
    ("dupilumab", "2026-11-24", False),
]
OF_THE_RUN = {"version", "seed", "date"}  # what a run knows of itself: software, seeds, and its as-of date


@pytest.fixture(params=BRIEFS, ids=lambda b: f"{b[0]}-{b[1]}{'-strict' if b[2] else ''}")
def asked(request):
    return request.param


@pytest.fixture
def brief(asked, brief_of):
    return brief_of(*asked)


@pytest.fixture(scope="module")
def read(brief_of, case, page_numbers):
    @cache
    def of(asked):
        brief, question = brief_of(*asked), case.question
        snapshot = case.snapshot(as_of=brief.run.as_of, strict_dates=brief.run.strict_dates)
        # what is no result but a name: of a treatment, trial, arm or endpoint, as the case states it
        names = {t.name for t in question.treatments} | {t.mechanism for t in question.treatments if t.mechanism}
        names |= {p.target for p in question.programmes if p.target}
        names |= {words for e in question.endpoints for words in (e.label, e.definition, e.responder) if words}
        names |= {t.trial for t in snapshot.trials} | {a.arm for a in snapshot.arms}
        return page_numbers.read_page(brief.html, sorted(names))

    return of


@pytest.fixture
def numbers_of_page(read, asked):
    return read(asked)


@pytest.fixture(scope="module")
def traced(read, brief_of):
    @cache
    def of(asked):
        return {item: tl.trace(item, brief_of(*asked).run) for item in dict.fromkeys(read(asked).ids)}

    return of


@pytest.fixture
def chains(traced, asked):
    return traced(asked)


def test_no_text_with_a_digit_leads_nowhere(numbers_of_page):
    assert not numbers_of_page.untraced
    assert len(set(numbers_of_page.ids)) > 500


def test_every_chain_ends_at_a_document_or_at_the_run(brief, chains):
    numbers = {n.id: n for n in brief.run.numbers}
    to_the_run = set()
    for item, chain in chains.items():
        assert chain.steps[0].depth == 0
        assert chain.steps[0].id == item
        kinds = {step.kind for step in chain.steps}
        if "run" in kinds:
            to_the_run.add(item)
            assert kinds <= {"number", "run"}
            assert item == brief.run.id or numbers[item].unit in OF_THE_RUN
        else:
            assert "source" in kinds, (item, kinds)
    assert brief.run.id in to_the_run
    assert {numbers[i].unit for i in to_the_run - {brief.run.id}} == OF_THE_RUN


def test_every_document_has_a_publisher_a_date_and_an_address(brief, chains):
    steps = [step for chain in chains.values() for step in chain.steps]
    sources = {step.id: step.detail for step in steps if step.kind == "source"}
    assert set(sources) == {s.source_id for s in brief.run.sources}
    for item, detail in sources.items():
        assert detail["publisher"], item
        assert detail["date"], item
        assert detail["address"], item


def test_every_fact_and_event_says_where_it_stands_and_since_when(brief, chains):
    for chain in chains.values():
        for step in chain.steps:
            if step.kind in ("fact", "event"):
                detail = step.detail
                assert detail["locator"], step.id
                assert detail["publisher"], step.id
                assert detail["address"], step.id
                day = detail["certain_from"] if brief.run.strict_dates and step.kind == "fact" else detail["known_from"]
                assert day <= brief.run.as_of


def test_a_step_is_followed_by_what_it_was_made_from(chains):
    for chain in chains.values():
        depths = [step.depth for step in chain.steps]
        assert all(below - above <= 1 for above, below in pairwise(depths))
        assert len({step.id for step in chain.steps}) == len(chain.steps)


def test_every_number_of_the_run_rests_on_things_that_are_in_the_run(brief):
    run = brief.run
    known = {x.id for group in (run.numbers, run.records, run.facts, run.events) for x in group}
    known |= {s.source_id for s in run.sources} | {run.id}
    assert all(n.made_from for n in run.numbers)
    dangling = {i for n in run.numbers for i in n.made_from} - known
    assert not dangling, f"{len(dangling)}, such as {sorted(dangling)[:3]}"
    assert not {f for c in run.caveats for f in c.facts} - known


def test_facts_events_and_sources_of_the_run_are_closed(brief):
    run = brief.run
    sources = {s.source_id for s in run.sources}
    assert {f.source_id for f in run.facts} <= sources
    assert {s for f in run.facts for s in f.also} <= sources
    assert {e.source_id for e in run.events} <= sources
    assert {x.fact for x in run.left_out if x.fact} <= {f.id for f in run.facts}


def test_every_number_says_what_it_is_and_how_it_was_made(brief):
    for number in brief.run.numbers:
        assert number.what, number
        assert number.how, number
        assert number.text, number
    assert len({n.id for n in brief.run.numbers}) == len(brief.run.numbers)


def test_the_run_reads_back_as_it_was_written(brief, tmp_path):
    _, path = brief.save(tmp_path / "brief.html")
    assert json.loads(to_json(read_run(path))) == json.loads(to_json(brief.run))
