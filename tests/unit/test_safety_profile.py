"""What a drug costs in harm: rates, differences, signals, and what the counts do not say."""

from datetime import date

import msgspec
import pytest

from topline.errors import UnknownNameError
from topline.facts import open_case_store, snapshot
from topline.safety import safety_profile


@pytest.fixture(scope="module")
def opened():
    store, question = open_case_store("atopic-dermatitis")
    yield snapshot(store, as_of=date(2026, 11, 24)), question
    store.close()


@pytest.fixture(scope="module")
def rocatinlimab(opened):
    return safety_profile(*opened, "rocatinlimab")


def contrast(profile, outcome, trial="ROCKET-HORIZON"):
    return next(c for c in profile.contrasts if (c.outcome, c.trial) == (outcome, trial))


def caveat(profile, code):
    return next(c for c in profile.caveats if c.code == code)


def altered(facts, change):
    """The snapshot with every fact run through ``change``; None leaves a fact out."""
    return msgspec.structs.replace(facts, facts=tuple(g for f in facts.facts if (g := change(f)) is not None))


def test_fever_by_hand(rocatinlimab):
    # ClinicalTrials.gov NCT05651711: pyrexia in 56 of 544 and 2 of 180. Wilson's limits (Newcombe 1998, Statistics in
    # Medicine 17:857-872, method 3) and from them the hybrid score limits (17:873-890, method 10), worked out below.
    z = 1.959963984540054
    limits = []
    for events, n in ((56, 544), (2, 180)):
        centre, spread = 2 * events + z * z, z * (z * z + 4 * events * (1 - events / n)) ** 0.5
        limits.append(((centre - spread) / (2 * (n + z * z)), (centre + spread) / (2 * (n + z * z))))
    (low, high), (low0, high0) = limits
    p, p0 = 56 / 544, 2 / 180
    row = contrast(rocatinlimab, "pyrexia")
    assert (row.rate.lower, row.rate.upper) == pytest.approx((low, high), rel=1e-9)
    assert (row.rate_reference.lower, row.rate_reference.upper) == pytest.approx((low0, high0), rel=1e-9)
    assert row.difference.estimate == pytest.approx(p - p0, rel=1e-12)
    assert row.difference.lower == pytest.approx(p - p0 - ((p - low) ** 2 + (high0 - p0) ** 2) ** 0.5, rel=1e-9)
    assert row.difference.upper == pytest.approx(p - p0 + ((high - p) ** 2 + (p0 - low0) ** 2) ** 0.5, rel=1e-9)
    assert row.signal == "more"


def test_the_worst_comes_first(rocatinlimab):
    differences = [c.difference.estimate for c in rocatinlimab.contrasts]
    assert differences == sorted(differences, reverse=True)
    assert [c.outcome for c in rocatinlimab.contrasts[:2]] == ["pyrexia", "chills"]


def test_a_signal_is_what_the_interval_says(opened):
    facts, question = opened
    seen = set()
    for drug in {t.drug for t in question.treatments} - {"placebo"}:
        for row in safety_profile(facts, question, drug).contrasts:
            expected = "more" if row.difference.lower > 0 else "fewer" if row.difference.upper < 0 else "unclear"
            assert row.signal == expected
            assert row.rate.estimate == row.events / row.n
            assert row.difference.lower <= row.difference.estimate <= row.difference.upper
            seen.add(row.signal)
    assert seen == {"more", "fewer", "unclear"}


def test_the_control_is_of_the_same_trial_and_week(opened):
    facts, question = opened
    by_id = {f.id: f for f in facts.facts}
    for programme in question.programmes:
        for row in safety_profile(facts, question, programme.drug).contrasts:
            mine, control = (by_id[i] for i in row.facts)
            assert (mine.trial, mine.week, mine.outcome) == (control.trial, control.week, control.outcome)
            assert (mine.treatment, control.treatment) == (programme.drug, "placebo")
            assert (mine.events, mine.n, control.events, control.n) == (
                row.events,
                row.n,
                row.events_reference,
                row.n_reference,
            )


def test_rates_without_a_control_stand_apart(rocatinlimab):
    # the phase 2b counts to week 56 in its four active arms; its placebo arm crossed over at week 18
    assert {(u.trial, u.week) for u in rocatinlimab.uncontrolled} == {("KHK4083 Ph2b", 56)}
    assert not [c for c in rocatinlimab.contrasts if c.trial == "KHK4083 Ph2b"]
    assert len({u.treatment for u in rocatinlimab.uncontrolled}) == 4
    assert caveat(rocatinlimab, "no_control").severity == "serious"
    assert set(caveat(rocatinlimab, "no_control").facts) == {u.fact for u in rocatinlimab.uncontrolled}


def test_without_its_control_a_row_is_uncontrolled(opened):
    facts, question = opened
    alone = altered(
        facts, lambda f: None if (f.trial, f.treatment, f.outcome) == ("ROCKET-HORIZON", "placebo", "chills") else f
    )
    profile = safety_profile(alone, question, "rocatinlimab")
    assert not [c for c in profile.contrasts if c.outcome == "chills"]
    assert [u.events for u in profile.uncontrolled if (u.trial, u.outcome) == ("ROCKET-HORIZON", "chills")] == [33]


def test_a_control_at_another_week_is_none(opened):
    facts, question = opened
    moved = altered(
        facts,
        lambda f: (
            msgspec.structs.replace(f, week=20)
            if (f.trial, f.treatment, f.outcome) == ("ROCKET-HORIZON", "placebo", "chills")
            else f
        ),
    )
    profile = safety_profile(moved, question, "rocatinlimab")
    assert not [c for c in profile.contrasts if c.outcome == "chills"]


def test_a_row_without_count_or_denominator_is_no_rate(opened):
    facts, question = opened
    for missing in ({"n": None}, {"events": None}):
        bare = altered(
            facts,
            lambda f, missing=missing: msgspec.structs.replace(f, **missing) if f.trial == "ROCKET-HORIZON" else f,
        )
        assert safety_profile(bare, question, "rocatinlimab").contrasts == ()


def test_more_counted_than_randomised_is_said(rocatinlimab, opened):
    # HORIZON randomised 543 and 183; the registry counts adverse events among 544 and 180 treated
    found = caveat(rocatinlimab, "safety_denominator")
    assert "ROCKET-HORIZON" in found.text
    by_id = {f.id: f for f in opened[0].facts}
    assert {by_id[i].n for i in found.facts} == {544}


def test_trials_without_any_count_are_named(rocatinlimab):
    found = caveat(rocatinlimab, "no_harm_counts")
    assert found.severity == "serious"
    assert "ROCKET-IGNITE, ROCKET-SHUTTLE" in found.text


def test_core_harms_that_are_missing_are_named(rocatinlimab):
    found = caveat(rocatinlimab, "core_harm_missing")
    for words in ("ROCKET-HORIZON", "any adverse event", "stopped for an adverse event"):
        assert words in found.text
    assert "serious adverse event" not in found.text  # that one has a count


def test_many_looks_are_said(rocatinlimab):
    assert f"were looked at ({len(rocatinlimab.contrasts)})" in caveat(rocatinlimab, "unadjusted_intervals").text


def test_it_is_made_from_the_facts_that_it_shows(rocatinlimab):
    shown = {i for c in rocatinlimab.contrasts for i in c.facts} | {u.fact for u in rocatinlimab.uncontrolled}
    assert set(rocatinlimab.made_from) == shown


def test_the_order_of_facts_does_not_matter(opened, rocatinlimab):
    facts, question = opened
    turned = msgspec.structs.replace(facts, facts=facts.facts[::-1])
    again = safety_profile(turned, question, "rocatinlimab")
    assert (again.id, again.contrasts, again.uncontrolled) == (
        rocatinlimab.id,
        rocatinlimab.contrasts,
        rocatinlimab.uncontrolled,
    )


def test_before_any_count_the_profile_is_empty(opened):
    facts, question = opened
    profile = safety_profile(msgspec.structs.replace(facts, facts=()), question, "rocatinlimab")
    assert (profile.contrasts, profile.uncontrolled, profile.caveats) == ((), (), ())


def test_a_drug_that_the_question_does_not_have(opened):
    with pytest.raises(UnknownNameError, match="unknown drug 'rocatinlimap'") as caught:
        safety_profile(*opened, "rocatinlimap")
    assert "'rocatinlimab'" in caught.value.problem.expected
