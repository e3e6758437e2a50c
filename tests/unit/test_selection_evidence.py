"""Which facts enter a network, on the shipped case: the arms, the week, and a reason for all that stays out."""

from datetime import date

import msgspec
import pytest

from topline.errors import UnknownNameError
from topline.facts import open_case_store, snapshot
from topline.synthesis import select_evidence


@pytest.fixture(scope="module")
def opened():
    store, question = open_case_store("atopic-dermatitis")
    yield snapshot(store, as_of=date(2026, 11, 24)), question
    store.close()


@pytest.fixture
def select(opened):
    facts, question = opened

    def call(network="monotherapy", endpoint="easi75", **choices):
        return select_evidence(facts, question, network, endpoint, **choices)

    return call


def arms(selection, trial):
    return {a.treatment: (a.events, a.n) for a in selection.arms if a.study == trial}


def reasons(selection, trial):
    return {x.arm: x.reason for x in selection.left_out if x.trial == trial}


def altered(facts, **changes):
    """The snapshot with fields of the facts of ROCKET-HORIZON's EASI-75 at week 24 replaced."""
    new = tuple(
        msgspec.structs.replace(f, **changes)
        if (f.trial, f.outcome, f.week, f.treatment) == ("ROCKET-HORIZON", "easi75", 24, "rocatinlimab")
        else f
        for f in facts.facts
    )
    return msgspec.structs.replace(facts, facts=new)


def with_two(facts, first, second):
    """The snapshot with two facts for that arm of ROCKET-HORIZON, which differ from each other as given."""
    new = []
    for f in facts.facts:
        if (f.trial, f.outcome, f.week, f.treatment) == ("ROCKET-HORIZON", "easi75", 24, "rocatinlimab"):
            new += [msgspec.structs.replace(f, **changes) for changes in (first, second)]
        else:
            new.append(f)
    return msgspec.structs.replace(facts, facts=tuple(new))


def test_arms_facts_and_weeks_belong_together(select):
    chosen = select()
    assert len(chosen.arms) == len(chosen.facts)
    for arm, fact in zip(chosen.arms, chosen.facts, strict=True):
        assert (arm.study, arm.events, arm.n, arm.fact) == (fact.trial, fact.events, fact.n, fact.id)
        assert fact.week == chosen.weeks[fact.trial]
    assert set(chosen.weeks) == {a.study for a in chosen.arms}


def test_a_trial_is_read_at_the_week_of_its_primary_endpoint(select, opened):
    weeks = {t.trial: t.primary_week for t in opened[0].trials}
    assert select().weeks == {trial: weeks[trial] for trial in select().weeks}
    assert select().weeks["ROCKET-HORIZON"] == 24
    assert select().weeks["JADE MONO-1"] == 12
    assert arms(select(), "ROCKET-HORIZON") == {"rocatinlimab 300 mg q4w": (178, 543), "placebo": (25, 183)}


def test_another_week_on_request(select):
    chosen = select(weeks={"ROCKET-HORIZON": 16})
    assert chosen.weeks["ROCKET-HORIZON"] == 16
    assert arms(chosen, "ROCKET-HORIZON") != arms(select(), "ROCKET-HORIZON")
    assert {f.week for f in chosen.facts if f.trial == "ROCKET-HORIZON"} == {16}
    others = {t: w for t, w in chosen.weeks.items() if t != "ROCKET-HORIZON"}
    assert others == {t: w for t, w in select().weeks.items() if t != "ROCKET-HORIZON"}


def test_a_week_of_the_question_holds_until_the_request_says_otherwise(opened):
    facts, question = opened
    moved = msgspec.structs.replace(question, weeks={"ROCKET-HORIZON": 16})
    assert select_evidence(facts, moved, "monotherapy", "easi75").weeks["ROCKET-HORIZON"] == 16
    asked = select_evidence(facts, moved, "monotherapy", "easi75", weeks={"ROCKET-HORIZON": 24})
    assert asked.weeks["ROCKET-HORIZON"] == 24


def test_a_week_without_a_report_leaves_the_trial_out(select):
    chosen = select(weeks={"ROCKET-HORIZON": 4})
    assert "ROCKET-HORIZON" not in chosen.weeks
    assert set(reasons(chosen, "ROCKET-HORIZON").values()) == {"reported at week 16, 24, not at week 4"}


def test_different_weeks_are_a_serious_caveat(select):
    caveat = next(c for c in select().caveats if c.code == "different_weeks")
    assert caveat.severity == "serious"
    for words in ("ROCKET-HORIZON", "week 24", "JADE MONO-1", "week 12", "week 16"):
        assert words in caveat.text
    odd = {f.id for f in select().facts if f.week != 16}
    assert set(caveat.facts) == odd


def test_one_week_for_all_needs_no_caveat(select):
    chosen = select(treatments=("placebo", "dupilumab 300 mg q2w"))
    assert "different_weeks" not in {c.code for c in chosen.caveats}


@pytest.mark.parametrize("trial", ["COAST 1", "Heads Up"])
def test_a_trial_without_arm_sizes_stays_out_and_says_so(select, trial):
    # both report percentages only, so no count can be worked out
    chosen = select()
    assert trial not in chosen.weeks
    assert reasons(chosen, trial)
    assert all("size is not known" in reason for reason in reasons(chosen, trial).values())


def test_an_arm_of_unknown_size_takes_no_other_with_it_unless_it_is_the_last(opened):
    facts, question = opened
    chosen = select_evidence(altered(facts, n=None), question, "monotherapy", "easi75")
    left = reasons(chosen, "ROCKET-HORIZON")
    assert "size is not known" in left["rocatinlimab 300 mg q4w"]
    assert left["placebo"] == "no second arm of this trial can enter"
    assert "ROCKET-HORIZON" not in chosen.weeks


def test_a_percentage_without_a_count_is_not_called_an_unknown_size(opened):
    facts, question = opened
    chosen = select_evidence(altered(facts, events=None), question, "monotherapy", "easi75")
    reason = reasons(chosen, "ROCKET-HORIZON")["rocatinlimab 300 mg q4w"]
    assert reason == "its count of events is not known, only a percentage"


def test_a_regimen_that_the_question_does_not_name(opened):
    facts, question = opened
    chosen = select_evidence(altered(facts, dose_regimen="300 mg weekly"), question, "monotherapy", "easi75")
    assert "300 mg weekly" in reasons(chosen, "ROCKET-HORIZON")["rocatinlimab 300 mg q4w"]
    assert "not one of the question's treatments" in reasons(chosen, "ROCKET-HORIZON")["rocatinlimab 300 mg q4w"]


def test_the_phase_2b_stays_out_with_the_reason_of_the_question(select, opened):
    reason = opened[1].network("monotherapy").exclude[0].reason
    assert set(reasons(select(), "KHK4083 Ph2b").values()) == {reason}
    assert len(reasons(select(), "KHK4083 Ph2b")) == 5


def test_an_excluded_trial_can_be_brought_back(select):
    chosen = select(include=("KHK4083 Ph2b",))
    assert chosen.weeks["KHK4083 Ph2b"] == 16
    assert arms(chosen, "KHK4083 Ph2b")["rocatinlimab 300 mg q2w (phase 2b)"] == (28, 52)
    assert reasons(chosen, "KHK4083 Ph2b") == {}


def test_a_trial_can_be_left_out(select):
    chosen = select(exclude=("ROCKET-IGNITE",))
    assert "ROCKET-IGNITE" not in chosen.weeks
    assert set(reasons(chosen, "ROCKET-IGNITE").values()) == {"left out in this analysis"}


def test_to_include_goes_before_to_exclude(select):
    assert "ROCKET-IGNITE" in select(exclude=("ROCKET-IGNITE",), include=("ROCKET-IGNITE",)).weeks


def test_only_some_treatments(select):
    chosen = select(treatments=("placebo", "rocatinlimab 300 mg q4w"))
    assert {a.treatment for a in chosen.arms} == {"placebo", "rocatinlimab 300 mg q4w"}
    assert set(chosen.weeks) == {"ROCKET-HORIZON", "ROCKET-IGNITE"}
    assert "not one of the treatments" in reasons(chosen, "ROCKET-IGNITE")["rocatinlimab 150 mg q4w"]


def test_networks_keep_backgrounds_apart(select):
    alone, combined = select(), select("combination")
    assert not set(alone.weeks) & set(combined.weeks)
    assert "ROCKET-SHUTTLE" in combined.weeks
    assert {f.background for f in alone.facts} == {"monotherapy"}


def test_a_missing_endpoint_gives_no_arms(select):
    # no trial with topical steroids reports rIGA
    chosen = select("combination", "riga01")
    assert (chosen.arms, chosen.weeks) == ((), {})


def test_counts_that_were_rebuilt_are_a_caveat(select):
    chosen = select()
    rebuilt = {f.id for f in chosen.facts if f.events_status == "derived from percent"}
    caveat = next(c for c in chosen.caveats if c.code == "reconstructed_counts")
    assert set(caveat.facts) == rebuilt
    assert f"{len(rebuilt)} of {len(chosen.facts)} arms" in caveat.text


def test_a_rate_that_was_worked_out_is_a_caveat(select):
    # IGNITE's release gives the difference from placebo, not the placebo rate
    caveat = next(c for c in select().caveats if c.code == "derived_rows")
    assert "ROCKET-IGNITE (placebo)" in caveat.text


def test_unknown_names_are_met_with_near_ones(select):
    with pytest.raises(UnknownNameError, match="unknown network 'monoterapy'") as caught:
        select("monoterapy")
    assert "'monotherapy'" in caught.value.problem.expected
    with pytest.raises(UnknownNameError, match="unknown endpoint 'easi57'") as caught:
        select(endpoint="easi57")
    assert "'easi75'" in caught.value.problem.expected


def test_every_fact_at_the_week_is_used_or_has_a_reason(select, opened):
    facts, question = opened
    chosen = select()
    backgrounds = {t.trial: t.background for t in facts.trials}
    asked = {
        f.id
        for f in facts.facts
        if f.outcome == "easi75"
        and backgrounds[f.trial] in question.network("monotherapy").backgrounds
        and f.week == {t.trial: t.primary_week for t in facts.trials}[f.trial]
    }
    used, left = {f.id for f in chosen.facts}, {x.fact for x in chosen.left_out}
    assert asked <= used | left
    assert not used & left


# What is better about the first fact of an arm, beside all that is better about the second.
BEFORE = [
    # a known size, though derived, from a later source
    (
        {"n": 543, "events_status": "derived from percent", "status": "derived", "source_id": "z"},
        {"n": None, "events": None, "events_status": "reported", "status": "verified", "source_id": "a"},
    ),
    # a reported count, though the row is derived and from a later source
    (
        {"events_status": "reported", "status": "derived", "source_id": "z"},
        {"events_status": "derived from percent", "status": "verified", "source_id": "a"},
    ),
    # a verified row, though from a later source
    (
        {"events_status": "reported", "status": "verified", "source_id": "z"},
        {"events_status": "reported", "status": "derived", "source_id": "a"},
    ),
    (
        {"events_status": "derived from percent", "status": "verified", "source_id": "z"},
        {"events_status": "derived from percent", "status": "derived", "source_id": "a"},
    ),
    # all else alike, the first source by name
    (
        {"events_status": "reported", "status": "verified", "source_id": "a"},
        {"events_status": "reported", "status": "verified", "source_id": "z"},
    ),
]


@pytest.mark.parametrize("turn", [1, -1], ids=["better first", "better last"])
@pytest.mark.parametrize(
    ("better", "worse"), BEFORE, ids=["size", "reported", "verified", "verified, both rebuilt", "source"]
)
def test_of_two_facts_for_an_arm_the_better_one_enters(opened, better, worse, turn):
    facts, question = opened
    two = [{"id": "fact-better", **better}, {"id": "fact-worse", **worse}]
    chosen = select_evidence(with_two(facts, *two[::turn]), question, "monotherapy", "easi75")
    used = [f.id for f in chosen.facts if f.trial == "ROCKET-HORIZON" and f.treatment == "rocatinlimab"]
    assert used == ["fact-better"]
    assert "ROCKET-HORIZON" in chosen.weeks
    assert reasons(chosen, "ROCKET-HORIZON") == {}


def test_a_trial_on_a_background_of_no_network_is_told_once(opened):
    facts, question = opened
    trials = tuple(
        msgspec.structs.replace(t, background="another drug") if t.trial == "SOLO 1" else t for t in facts.trials
    )
    moved = msgspec.structs.replace(facts, trials=trials)
    first = select_evidence(moved, question, "monotherapy", "easi75")
    second = select_evidence(moved, question, "combination", "easi75")
    assert set(reasons(first, "SOLO 1").values()) == {"its background (another drug) is in no network of the question"}
    assert "SOLO 1" not in {a.study for a in first.arms}
    assert reasons(second, "SOLO 1") == {}
