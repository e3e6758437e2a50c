"""The shipped case: what it holds, what its question says, and what a day may see of it."""

import csv
import datetime as dt
import random
import shutil
from importlib import resources
from pathlib import Path

import pytest

from topline.facts import Store, import_case, open_case_store, read_case, shipped_cases, snapshot
from topline.facts.case_outcomes import allowed_gap
from topline.records import to_json

FOLDER = Path(str(resources.files("topline"))) / "cases" / "atopic_dermatitis"
DECISION = dt.date(2026, 2, 2)


@pytest.fixture(scope="module")
def case():
    return read_case(FOLDER)


@pytest.fixture(scope="module")
def opened():
    store, question = open_case_store("atopic-dermatitis")
    yield store, question
    store.close()


@pytest.fixture(scope="module")
def decision(opened):
    return snapshot(opened[0], as_of=DECISION)


def test_the_case_is_shipped_under_both_spellings():
    assert shipped_cases() == ("atopic-dermatitis",)
    for name in ("atopic-dermatitis", "atopic_dermatitis"):
        store, question = open_case_store(name)
        store.close()
        assert question.case == "atopic-dermatitis"


def test_its_counts(case):
    # the rows that README.md of the case names
    assert len(case.trials) == 36
    assert len(case.arms) == 86
    assert len(case.facts) == 637
    assert len(case.events) == 25
    assert len(case.assumptions) == 16
    assert len(case.sources) == 111
    assert sum(len(fact.also) for fact in case.facts) == 28
    assert sum(fact.status == "verified" for fact in case.facts) == 593


def test_ids_are_distinct(case):
    assert len({fact.id for fact in case.facts}) == 637
    assert len({event.id for event in case.events}) == 25


def test_every_arm_has_a_node_and_placebo_is_one(case):
    question = case.question
    assert all(question.node(arm.treatment, arm.dose_regimen) for arm in case.arms)
    assert {question.node(a.treatment, a.dose_regimen) for a in case.arms if a.treatment == "placebo"} == {"placebo"}
    listed = {(t.drug, regimen) for t in question.treatments for regimen in t.regimens}
    assert listed == {(arm.treatment, arm.dose_regimen) for arm in case.arms}


def test_the_phase_2b_regimens_are_nodes_of_their_own(case):
    question = case.question
    nodes = {a.trial: set() for a in case.arms}
    for arm in case.arms:
        nodes[arm.trial].add(question.node(arm.treatment, arm.dose_regimen))
    assert "rocatinlimab 150 mg q4w (phase 2b)" in nodes["KHK4083 Ph2b"]
    assert nodes["ROCKET-IGNITE"] == {"placebo", "rocatinlimab 150 mg q4w", "rocatinlimab 300 mg q4w"}
    assert nodes["KHK4083 Ph2b"] & nodes["ROCKET-IGNITE"] == {"placebo"}
    assert nodes["ROCKET-SHUTTLE"] == nodes["ROCKET-IGNITE"]


def test_every_programme_leads_with_a_treatment_that_has_counts(case):
    question = case.question
    assert {p.drug for p in question.programmes} == {a.treatment for a in case.arms} - {"placebo"}
    with_counts = {question.node(f.treatment, f.dose_regimen) for f in case.facts if f.outcome == "easi75" and f.events}
    assert {p.treatment for p in question.programmes} <= with_counts
    assert question.programmes[0].aliases == ("KHK4083", "AMG 451")


def test_endpoints_cover_every_outcome_and_none_is_idle(case):
    endpoints = {e.id: e for e in case.question.endpoints}
    assert set(endpoints) == {fact.outcome for fact in case.facts}
    assert [e.id for e in endpoints.values() if e.kind == "mean"] == ["easi_lsmean_pct_change"]
    assert all(e.direction == "lower" for e in endpoints.values() if e.role == "harm")
    assert all(e.responder for e in endpoints.values() if e.role == "benefit" and e.kind == "proportion")
    assert not any(f.events for f in case.facts if f.outcome == "easi_lsmean_pct_change")


def test_networks_and_sensitivities(case):
    monotherapy, combination = case.question.networks
    assert (monotherapy.id, combination.id, combination.label) == (
        "monotherapy",
        "combination",
        "with topical steroids",
    )
    assert [e.trial for e in monotherapy.exclude] == ["KHK4083 Ph2b"]
    by_id = {s.id: s for s in case.question.sensitivities}
    assert by_id["phase-2b-included"].include == ("KHK4083 Ph2b",)
    assert by_id["horizon-week-16"].weeks == {"ROCKET-HORIZON": 16}
    assert by_id["common-effect"].model == "common"
    assert (by_id["bayesian"].engine, by_id["bayesian"].prior_tau) == ("bayes", "halfnormal(0.5)")


def test_events_and_percents_agree_as_far_as_the_rule_allows(case):
    # one row needs more than 0.6 points: ADhere, placebo, IGA 0/1, 15 of 66 for a printed 22.1%
    counted = [f for f in case.facts if f.events is not None and f.percent is not None]
    gaps = {f.id: abs(100 * f.events / f.n - f.percent) for f in counted}
    assert all(gaps[f.id] <= allowed_gap(f.n, f.events_status) for f in counted)
    wide = [(f.trial, f.arm, f.outcome) for f in counted if gaps[f.id] > 0.6]
    assert wide == [("ADhere", "placebo+TCS", "iga01")]


def test_horizon_week_24_as_the_releases_print_it(decision):
    # Kyowa Kirin release of 2024-09-25: EASI-75 32.8 vs 13.7 percent; arm sizes 543 and 183
    rows = {
        f.arm: (f.events, f.n, f.percent)
        for f in decision.facts
        if (f.trial, f.outcome, f.week) == ("ROCKET-HORIZON", "easi75", 24)
    }
    assert rows == {"rocatinlimab 300 mg q4w": (178, 543, 32.8), "placebo": (25, 183, 13.7)}


def test_at_the_end_of_2024_horizon_is_known_and_ignite_is_not(opened):
    cut = snapshot(opened[0], as_of=dt.date(2024, 12, 31))
    trials = {t.trial for t in cut.trials}
    assert "ROCKET-HORIZON" in trials
    assert not {"ROCKET-IGNITE", "ROCKET-SHUTTLE", "COAST 1", "STREAM-AD"} & trials
    assert {f.outcome for f in cut.facts if f.trial == "ROCKET-HORIZON"} == {"easi75", "iga01", "riga01"}


def test_the_day_of_the_horizon_release(opened):
    before, after = (snapshot(opened[0], as_of=dt.date(2024, 9, day)) for day in (23, 24))
    assert not any(f.trial == "ROCKET-HORIZON" for f in before.facts)
    assert sum(f.trial == "ROCKET-HORIZON" for f in after.facts) == 6


def test_the_decision_sees_nothing_of_what_came_after(decision):
    text = to_json(decision).decode()
    for later in ("2026-03-03", "Kaposi", "kk_discontinue", "sarcoma", "malignan", "trials stopped"):
        assert later not in text
    assert all(f.known_from <= "2026-02-02" for f in decision.facts)
    assert all(e.known_from <= "2026-02-02" for e in decision.events)
    assert {e.event_id for e in decision.events} == {f"e{i:02}" for i in range(1, 26)} - {"e23", "e24"}


def test_a_cut_at_the_end_of_2024_does_not_print_the_later_headline(opened):
    text = to_json(snapshot(opened[0], as_of=dt.date(2024, 12, 31))).decode()
    assert "Amgen ends autoimmune alliance" not in text
    assert "Kyowa Kirin regains" not in text


def test_twenty_horizon_rows_need_strict_dates(opened, decision):
    strict = snapshot(opened[0], as_of=DECISION, strict_dates=True)
    kept = {f.id for f in strict.facts}
    dropped = [f for f in decision.facts if f.id not in kept]
    assert len(dropped) == 20
    assert {f.trial for f in dropped} == {"ROCKET-HORIZON"}
    assert {f.certain_from for f in dropped} == {"2026-06-26"}
    assert {f.outcome for f in dropped} == {
        "chills", "easi75", "easi90", "iga01", "nasopharyngitis", "prur4", "pyrexia", "sae", "urti",
    }  # fmt: skip
    caveat = next(c for c in decision.caveats if c.code == "date_uncertain")
    assert caveat.severity == "serious"
    assert set(caveat.facts) == {f.id for f in dropped}
    for words in ("20 facts", "ROCKET-HORIZON", "week 16: EASI-75, IGA 0/1", "week 24: chills"):
        assert words in caveat.text
    assert "2026-06-26" not in caveat.text  # a later day is not known on that day
    assert "20 facts" in next(c for c in strict.caveats if c.code == "dropped_by_strict_dates").text


def test_the_weaknesses_that_counts_and_dates_show_have_their_caveats(decision):
    counts = {c.code: len(c.facts) for c in decision.caveats}
    assert counts == {
        "date_uncertain": 20,
        "reconstructed_counts": 312,
        "derived_rows": 44,
        "inferred_dates": 455,
        "source_retrieved_later": 511,
        "source_undated": 0,
    }


def test_a_trial_without_a_visible_fact_is_not_there(decision):
    trials = {t.trial for t in decision.trials}
    assert not {"JADE DARE", "COAST 2", "SHORE", "ROCKET-ASTRO", "ROCKET-VOYAGER", "ROCKET-ASCEND"} & trials
    assert {(a.trial, a.arm) for a in decision.arms} == {(f.trial, f.arm) for f in decision.facts}


def test_every_cited_source_is_there_and_no_other(decision):
    cited = {r.source_id for r in (*decision.facts, *decision.events, *decision.assumptions)}
    cited |= {r.source_id for r in (*decision.trials, *decision.arms)} | {s for f in decision.facts for s in f.also}
    assert {s.source_id for s in decision.sources} == cited


def test_ids_outlive_a_new_order_of_every_row(case, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "shuffled")
    shuffle = random.Random(20260202).shuffle
    for path in (tmp_path / "shuffled").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([header, *rows])
    other = read_case(tmp_path / "shuffled")
    assert {f.id for f in other.facts} == {f.id for f in case.facts}
    assert {e.id for e in other.events} == {e.id for e in case.events}
    with Store.open_memory(case) as one, Store.open_memory(other) as two:
        assert snapshot(one, as_of=DECISION).id == snapshot(two, as_of=DECISION).id


def test_the_case_through_a_file_gives_the_same_snapshot(decision, tmp_path):
    url = f"sqlite:///{tmp_path / 'case.sqlite'}"
    question = import_case("atopic-dermatitis", url)
    store, again = open_case_store(url)
    with store:
        assert again == question
        assert snapshot(store, as_of=DECISION) == decision


def test_locators_are_made_of_structured_fields(decision):
    fact = next(f for f in decision.facts if f.trial == "ROCKET-HORIZON" and f.outcome == "chills" and f.n == 544)
    assert fact.locator == "NCT05651711, arm rocatinlimab 300 mg q4w, chills at week 24 (registry record)"
