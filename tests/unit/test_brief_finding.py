"""The finding and the caveats of a brief: what is said first, and what it takes to be said."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

import topline as tl
from topline.brief import BriefInputs, compose
from topline.brief.caveats import caveat_groups, gather_caveats, standing_caveats
from topline.brief.finding import finding, first_clause, harm_signals, latest_ending, latest_news, rival_treatments
from topline.brief.numbers import NumberBook
from topline.exhibits import plain
from topline.facts import caveats_for
from topline.pipeline.analyses import plan_analyses, run_analyses
from topline.records import Caveat, StandingCaveat
from topline.safety import safety_profile

DAY = "2026-02-02"


@pytest.fixture(scope="module")
def case():
    opened = tl.open_case()
    yield opened
    opened.store.close()


def inputs_on(case, day, name="rocatinlimab"):
    question, programme, snapshot = case.question, case.programme(name), case.snapshot(as_of=day)
    trials = {t.trial for t in snapshot.trials}
    plans = [p for p in plan_analyses(question, programme, trials) if p.sensitivity is None and p.endpoint == "easi75"]
    done = run_analyses(plans, snapshot, question, programme)
    return BriefInputs(
        question=question,
        programme=programme,
        snapshot=snapshot,
        as_of=date.fromisoformat(day),
        analyses=done.main,
        sensitivity=done.sensitivity,
        safety=safety_profile(snapshot, question, programme.drug),
        left_out=done.left_out,
        used=frozenset(f.id for f in snapshot.facts),
        snapshot_caveats=snapshot.caveats,
        versions={"topline": "test"},
    )


@pytest.fixture(scope="module")
def inputs(case):
    return inputs_on(case, DAY)


@pytest.fixture(scope="module")
def inputs_of_today(case):
    return inputs_on(case, "2026-11-24")


def said(inputs):
    return [plain(sentence) for sentence in finding(inputs, NumberBook())]


def with_events(inputs, **changes):
    """The inputs with fields of every event of the programme replaced."""
    events = tuple(msgspec.structs.replace(e, **changes) for e in inputs.snapshot.events)
    return replace(inputs, snapshot=msgspec.structs.replace(inputs.snapshot, events=events))


# --- the finding


def test_a_running_programme(inputs):
    works, next_to, costs = said(inputs)
    assert works.startswith("It works: ")
    assert "of 100 patients on rocatinlimab 300 mg q4w" in works
    assert "rivals" in next_to or "rival treatments" in next_to
    assert "upadacitinib 30 mg qd" in next_to
    assert "chills" in costs
    assert "ROCKET-HORIZON" in costs


def test_a_programme_that_was_stopped(inputs_of_today):
    stopped, works, costs = said(inputs_of_today)
    assert stopped.startswith("All rocatinlimab trials stopped")
    assert works.startswith("It works, but ")
    assert "chills" in costs


def test_the_stop_of_another_programme_is_not_this_ones(inputs_of_today):
    other = with_events(inputs_of_today, programme="dupilumab")
    assert latest_ending(other) is None
    assert said(other)[0].startswith("It works: ")


def test_the_last_of_two_endings_is_said(inputs_of_today):
    stop = latest_ending(inputs_of_today)
    later = msgspec.structs.replace(stop, id="event-later", event_id="zz", known_from="2026-06-01", type="rejection")
    snapshot = msgspec.structs.replace(inputs_of_today.snapshot, events=(later, *inputs_of_today.snapshot.events))
    assert latest_ending(replace(inputs_of_today, snapshot=snapshot)) == later


def test_the_latest_news_is_not_what_the_finding_opens_with(inputs, inputs_of_today):
    assert latest_news(inputs_of_today).event_id == "e24"  # the safety signal of the day of the stop
    assert latest_news(inputs).event_id == "e18"  # 2026-01-30: the deal ended; opinions of the same day come after
    assert latest_news(with_events(inputs, type="opinion")) is not None
    empty = replace(inputs, snapshot=msgspec.structs.replace(inputs.snapshot, events=()))
    assert latest_news(empty) is None


@pytest.mark.parametrize(
    ("statement", "clause"),
    [("stopped; more to come; and more", "stopped"), ("stopped", "stopped"), ("  stopped ;x", "stopped"), ("", "")],
)
def test_a_first_clause(statement, clause):
    assert first_clause(statement) == clause


def test_rivals_are_the_nodes_of_other_drugs(inputs):
    rivals = rival_treatments(inputs, inputs.lead)
    assert "placebo" not in rivals
    assert not [t for t in rivals if t.startswith("rocatinlimab")]
    assert len(rivals) == len(inputs.lead.result.treatments) - 3


def test_harm_that_is_not_known_is_said(inputs):
    silent = replace(inputs, safety=msgspec.structs.replace(inputs.safety, contrasts=(), uncontrolled=()))
    last = said(silent)[-1]
    assert last.startswith("What it costs is not counted against a control, but it was said: ")
    assert "8 Sep 2025" in last  # the latest event about safety by then, e15 of events.csv
    still = tuple(e for e in inputs.snapshot.events if e.type not in ("safety_signal", "safety_readout"))
    nothing = replace(silent, snapshot=msgspec.structs.replace(inputs.snapshot, events=still))
    assert said(nothing)[-1].startswith("What it costs in harm is not known")


def test_what_was_said_of_safety_stands_with_the_harms(inputs_of_today):
    page, _ = compose(inputs_of_today)
    harm = page[page.index('<section id="harm"') : page.index('<section id="believing"')]
    box = page[page.index("How safe") : page.index("On what evidence")]
    assert "Kaposi sarcoma" in harm
    assert "Kaposi sarcoma" in box


def test_a_head_to_head_trial_that_could_not_enter_is_named(case):
    caveat = next(c for c in gather_caveats(inputs_on(case, DAY, "dupilumab")) if c.code == "indirect_only")
    assert "no trial in this network compares dupilumab" in caveat.text
    assert "Heads Up did compare them, but could not enter." in caveat.text


def test_harm_without_a_signal_is_said(inputs):
    calm = tuple(msgspec.structs.replace(c, signal="unclear") for c in inputs.safety.contrasts)
    quiet = replace(inputs, safety=msgspec.structs.replace(inputs.safety, contrasts=calm))
    assert harm_signals(quiet) == []
    assert "chills" not in said(quiet)[-1]
    assert said(quiet)[-1].startswith("None of 5 ")


def test_only_the_lead_treatments_signals_count(inputs):
    other = tuple(msgspec.structs.replace(c, treatment="rocatinlimab 150 mg q4w") for c in inputs.safety.contrasts)
    assert harm_signals(replace(inputs, safety=msgspec.structs.replace(inputs.safety, contrasts=other))) == []


def test_without_an_analysis_the_finding_says_so(inputs):
    bare = replace(inputs, analyses=())
    assert bare.lead is None
    assert "ROCKET-HORIZON" in said(bare)[0]
    nothing = replace(bare, snapshot=msgspec.structs.replace(inputs.snapshot, facts=()))
    assert "No result" in said(nothing)[0]


def test_the_lead_is_the_first_analysis_with_the_lead_treatment(inputs):
    assert (inputs.lead.endpoint.id, inputs.lead.network.id) == ("easi75", "monotherapy")
    other = msgspec.structs.replace(inputs.programme, treatment="nemolizumab 30 mg q4w")
    assert replace(inputs, programme=other).lead.network.id == "combination"


def test_a_page_without_events_or_harm_has_no_such_sections(inputs):
    bare = replace(
        inputs,
        snapshot=msgspec.structs.replace(inputs.snapshot, events=()),
        safety=msgspec.structs.replace(inputs.safety, contrasts=(), uncontrolled=()),
    )
    html, _ = compose(bare)
    assert 'id="known"' not in html
    assert 'id="harm"' not in html
    assert 'href="#known"' not in html
    assert 'id="works"' in html


# --- caveats


def test_caveats_come_worst_first_and_once(inputs):
    caveats = gather_caveats(inputs)
    order = [("serious", "moderate", "minor").index(c.severity) for c in caveats]
    assert order == sorted(order)
    texts = [c.text for c in caveats]
    assert len(set(texts)) == len(texts)


def test_a_caveat_of_the_snapshot_counts_only_the_facts_in_use(inputs):
    horizon = {f.id for f in inputs.snapshot.facts if f.trial == "ROCKET-HORIZON" and f.outcome == "chills"}
    found = {c.code: c for c in caveats_for(inputs.snapshot, inputs.question, horizon)}
    assert set(found["date_uncertain"].facts) == horizon
    assert found["date_uncertain"].text.startswith("2 facts")
    assert "reconstructed_counts" not in found
    assert "date_uncertain" not in {c.code for c in caveats_for(inputs.snapshot, inputs.question, set())}


def test_every_caveat_of_every_record_arrives(inputs):
    arrived = {c.code for c in gather_caveats(inputs)}
    for analysis in inputs.analyses:
        for source in (analysis.caveats, analysis.result.caveats, analysis.absolute.caveats):
            assert {c.code for c in source} <= arrived
    assert {c.code for c in inputs.safety.caveats} <= arrived
    assert "endpoint_missing" in arrived  # only EASI-75 was analysed here


def test_two_caveats_with_one_text_are_one(inputs):
    twice = tuple(
        Caveat(code="same", text="The same.", severity=severity, facts=facts)
        for severity, facts in (("minor", ("f1", "f2")), ("serious", ("f2", "f3")))
    )
    safety = msgspec.structs.replace(inputs.safety, caveats=twice)
    (merged,) = [c for c in gather_caveats(replace(inputs, safety=safety)) if c.code == "same"]
    assert (merged.severity, merged.facts) == ("serious", ("f1", "f2", "f3"))


def standing(**changes):
    return StandingCaveat(**{"code": "x", "text": "Beware.", "severity": "minor", "known_from": DAY, **changes})


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"known_from": "2026-02-03"}, False),
        ({"drugs": ("rocatinlimab",)}, True),
        ({"drugs": ("dupilumab",)}, False),
        ({"trials": ("ROCKET-HORIZON",)}, True),
        ({"trials": ("ROCKET-VOYAGER",)}, False),
        ({"trials": ("ROCKET-HORIZON",), "outcomes": ("chills",)}, True),
        ({"trials": ("ROCKET-IGNITE",), "outcomes": ("chills",)}, False),
        ({"sources": ("ct_horizon",), "outcomes": ("chills",)}, True),
    ],
)
def test_a_standing_caveat_is_there_from_its_day_on_and_where_it_matches(inputs, changes, there):
    asked = replace(inputs, question=msgspec.structs.replace(inputs.question, caveats=(standing(**changes),)))
    found = standing_caveats(asked)
    assert [c.code for c in found] == (["x"] if there else [])
    if {"trials", "outcomes"} & set(changes) and there:
        by_id = {f.id: f for f in inputs.snapshot.facts}
        assert {by_id[i].trial for i in found[0].facts} == {"ROCKET-HORIZON"}


def test_a_standing_caveat_needs_a_fact_in_use(inputs):
    asked = replace(inputs, question=msgspec.structs.replace(inputs.question, caveats=(standing(trials=("SOLO 1",)),)))
    assert standing_caveats(asked)
    assert standing_caveats(replace(asked, used=frozenset())) == []


def test_caveats_of_one_kind_stand_together():
    caveats = [
        Caveat(code="a", text="First.", severity="serious"),
        Caveat(code="b", text="Second.", severity="moderate"),
        Caveat(code="a", text="Third.", severity="moderate"),
    ]
    groups = caveat_groups(caveats, NumberBook(), "snapshot-1")
    shown = [(g.severity, g.first.text, [o.text for o in g.others]) for g in groups]
    assert shown == [("serious", "First.", ["Third."]), ("moderate", "Second.", [])]
