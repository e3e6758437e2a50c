"""The numbers that the shipped case is known for, each with where it was published or how it was audited.

"Audit" below is the audit of the case's data of 2026-11-22: crude pairwise DerSimonian-Laird odds ratios versus
placebo at the week of the primary endpoint, worked out from the counts apart from this code, to the digits given.
"""

from __future__ import annotations

import math

import pytest

import topline as tl
from topline.estimators import newcombe_interval
from topline.synthesis import select_evidence

ONE_DECIMAL = 0.05 + 1e-9  # a number printed to one decimal


@pytest.fixture(scope="module")
def snapshot(case):
    return case.snapshot(as_of="2026-11-24")


@pytest.fixture(scope="module")
def against_placebo(case, snapshot):
    """The two-treatment DerSimonian-Laird effect versus placebo, and the trials in it."""

    def pooled(treatment, network="monotherapy", **choices):
        arms = select_evidence(
            snapshot, case.question, network, "easi75", treatments=("placebo", treatment), **choices
        ).arms
        result = tl.nma(arms, measure="OR", engine="dl", reference="placebo", better="higher").result
        return next(e for e in result.effects if e.treatment == treatment), result.studies

    return pooled


def test_horizon_difference():
    # Kyowa Kirin release of 2024-09-25 on ROCKET-HORIZON, week 24: EASI-75 32.8% versus 13.7%, difference 19.1 points;
    # arms of 543 and 183, so 178 and 25 responders. Interval: Newcombe (1998), method 10; audit: 12.2 to 25.0.
    assert pytest.approx(19.1, abs=ONE_DECIMAL) == 100 * (178 / 543 - 25 / 183)
    lower, upper = newcombe_interval(178, 543, 25, 183)
    assert 100 * lower == pytest.approx(12.2, abs=ONE_DECIMAL)
    assert 100 * upper == pytest.approx(25.0, abs=ONE_DECIMAL)


def test_newcombe_against_his_paper():
    # Newcombe (1998), Statistics in Medicine 17:873-890, Table II, method 10, case (a): 56/70 versus 48/80
    assert newcombe_interval(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=0.00005)


def test_horizon_log_odds_ratio():
    # by hand: log(178 x 158 / (365 x 25)) and sqrt(1/178 + 1/365 + 1/25 + 1/158); audit: 1.1256, se 0.2339
    rows = [
        {"study": "ROCKET-HORIZON", "treatment": "rocatinlimab 300 mg q4w", "events": 178, "n": 543},
        {"study": "ROCKET-HORIZON", "treatment": "placebo", "events": 25, "n": 183},
    ]
    result = tl.nma(rows, measure="OR", model="common", reference="placebo").result
    effect = next(e for e in result.effects if e.treatment != "placebo")
    assert effect.estimate == pytest.approx(math.log(178 * 158 / (365 * 25)), abs=1e-12)
    assert effect.se == pytest.approx(math.sqrt(1 / 178 + 1 / 365 + 1 / 25 + 1 / 158), abs=1e-12)
    assert effect.estimate == pytest.approx(1.1256, abs=0.00005)
    assert effect.se == pytest.approx(0.2339, abs=0.00005)


@pytest.mark.parametrize(
    ("treatment", "trials", "odds_ratio", "lower", "upper"),
    [  # audit
        ("rocatinlimab 300 mg q4w", ("ROCKET-HORIZON", "ROCKET-IGNITE"), 4.0, 2.4, 6.5),
        ("upadacitinib 30 mg qd", ("Measure Up 1", "Measure Up 2"), 18.8, 13.9, 25.5),
        ("abrocitinib 200 mg qd", ("JADE MONO-1", "JADE MONO-2"), 13.0, 7.5, 22.6),
        ("upadacitinib 15 mg qd", ("Measure Up 1", "Measure Up 2"), 10.8, 8.1, 14.5),
        ("dupilumab 300 mg q2w", ("SOLO 1", "SOLO 2"), 6.0, 4.3, 8.3),
        ("lebrikizumab 250 mg q2w", ("ADvocate1", "ADvocate2"), 6.0, 4.1, 8.7),
        ("abrocitinib 100 mg qd", ("JADE MONO-1", "JADE MONO-2"), 5.8, 3.3, 10.1),
        ("tralokinumab 300 mg q2w", ("ECZTRA 1", "ECZTRA 2"), 3.0, 1.8, 4.9),
    ],
)
def test_each_drug_on_its_own_against_placebo(against_placebo, treatment, trials, odds_ratio, lower, upper):
    effect, studies = against_placebo(treatment)
    assert studies == trials
    shown = (effect.display.estimate, effect.display.lower, effect.display.upper)
    assert shown == pytest.approx((odds_ratio, lower, upper), abs=ONE_DECIMAL)


def test_rocatinlimab_with_topical_steroids(against_placebo):
    # audit: ROCKET-SHUTTLE, week 24
    effect, studies = against_placebo("rocatinlimab 300 mg q4w", "combination")
    assert studies == ("ROCKET-SHUTTLE",)
    shown = (effect.display.estimate, effect.display.lower, effect.display.upper)
    assert shown == pytest.approx((3.6, 2.4, 5.2), abs=ONE_DECIMAL)


def test_rocatinlimab_in_the_phase_2b(against_placebo):
    # audit: 300 mg q2w 28/52 versus placebo 6/57 at week 16 (ClinicalTrials.gov NCT03703102: 54% versus 11%)
    effect, studies = against_placebo("rocatinlimab 300 mg q2w (phase 2b)", include=("KHK4083 Ph2b",))
    assert studies == ("KHK4083 Ph2b",)
    assert effect.estimate == pytest.approx(math.log(28 * 51 / (24 * 6)), abs=1e-12)
    shown = (effect.display.estimate, effect.display.lower, effect.display.upper)
    assert shown == pytest.approx((9.9, 3.6, 27.1), abs=ONE_DECIMAL)


def test_the_brief_carries_the_two_trial_odds_ratio(brief_of):
    # the sensitivity analysis "its own phase 3 trials only": the 4.0 (2.4 to 6.5) above, as printed
    numbers = [
        n for n in brief_of("rocatinlimab").run.numbers if "its own phase 3" in n.what and n.unit == "odds ratio"
    ]
    assert [n.text for n in numbers] == ["4.0 (2.4 to 6.5)"]


@pytest.fixture(scope="module")
def monotherapy(case, snapshot):
    arms = select_evidence(snapshot, case.question, "monotherapy", "easi75").arms
    return tl.nma(arms, measure="OR", reference="placebo", better="higher").result


def test_who_ranks_first(monotherapy):
    # the order of the crude odds ratios above: upadacitinib 30 mg, then two that lie within each other's interval
    by_rank = [r.treatment for r in sorted(monotherapy.ranks, key=lambda r: r.mean_rank)]
    by_score = [r.treatment for r in sorted(monotherapy.ranks, key=lambda r: -r.p_score)]
    for order in (by_rank, by_score):
        assert order[0] == "upadacitinib 30 mg qd"
        assert set(order[1:3]) == {"abrocitinib 200 mg qd", "upadacitinib 15 mg qd"}
        assert order[-1] == "placebo"


def test_no_loop_can_check_the_network(monotherapy):
    # every trial of the network compares doses of one drug with placebo: nothing joins two drugs but placebo
    assert monotherapy.node_split == ()
    assert "no_closed_loop" in {c.code for c in monotherapy.caveats}


def test_the_brief_shows_the_same_network(monotherapy, brief_of):
    lead = next(r.body for r in brief_of("rocatinlimab").run.records if r.schema == "nma/1")
    assert list(lead["studies"]) == list(monotherapy.studies)
    assert not lead["node_split"]
    assert [e["estimate"] for e in lead["effects"]] == [e.estimate for e in monotherapy.effects]


@pytest.mark.parametrize(
    ("outcome", "events", "events_placebo"),
    # ClinicalTrials.gov NCT05651711, adverse events to week 24, of 544 and 180 patients treated
    [("pyrexia", 56, 2), ("chills", 33, 2), ("urti", 34, 6), ("sae", 10, 8), ("nasopharyngitis", 48, 21)],
)
def test_horizon_harm(brief_of, outcome, events, events_placebo):
    safety = next(r.body for r in brief_of("rocatinlimab").run.records if r.schema == "safety/1")
    row = next(c for c in safety["contrasts"] if c["outcome"] == outcome)
    assert (row["events"], row["n"], row["events_reference"], row["n_reference"]) == (events, 544, events_placebo, 180)
    lower, upper = newcombe_interval(events, 544, events_placebo, 180)
    assert (row["difference"]["lower"], row["difference"]["upper"]) == (lower, upper)
    assert row["signal"] == ("more" if outcome in ("pyrexia", "chills") else "unclear")
