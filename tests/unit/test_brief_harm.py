"""Which trial speaks for a harm: one on the background of the lead analysis, and of these the largest."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

import topline as tl
from topline.brief import BriefInputs
from topline.brief.finding import finding, main_contrasts, trial_words
from topline.brief.numbers import NumberBook
from topline.exhibits import plain
from topline.pipeline.analyses import AnalysisPlan, run_analyses
from topline.safety import safety_profile

DAY = "2026-11-24"


@pytest.fixture(scope="module")
def inputs():
    """Abrocitinib: two trials alone (JADE MONO-1, JADE MONO-2), and a larger one on topical steroids (JADE COMPARE)."""
    case = tl.open_case()
    question, programme, snapshot = case.question, case.programme("abrocitinib"), case.snapshot(as_of=DAY)
    done = run_analyses([AnalysisPlan("monotherapy", "easi75")], snapshot, question, programme)
    case.store.close()
    return BriefInputs(
        question=question,
        programme=programme,
        snapshot=snapshot,
        as_of=date.fromisoformat(DAY),
        analyses=done.main,
        sensitivity=(),
        safety=safety_profile(snapshot, question, programme.drug),
        left_out=done.left_out,
        used=frozenset(f.id for f in snapshot.facts),
        snapshot_caveats=snapshot.caveats,
        versions={"topline": "test"},
    )


def of(inputs, outcome):
    return next(c for c in main_contrasts(inputs) if c.outcome == outcome)


def counts(contrast):
    return contrast.trial, (contrast.events, contrast.n), (contrast.events_reference, contrast.n_reference)


def only(inputs, contrasts):
    return replace(inputs, safety=msgspec.structs.replace(inputs.safety, contrasts=tuple(contrasts)))


def made_up(contrast, sizes, background="monotherapy"):
    """Copies of a contrast in trials of these names and numbers of patients in both arms."""
    return [
        msgspec.structs.replace(contrast, trial=trial, n=n, n_reference=n, background=background)
        for trial, n in sizes.items()
    ]


def test_the_background_of_the_lead_analysis_goes_before_size(inputs):
    # nausea, abrocitinib 200 mg: JADE MONO-1 has 154 + 77 patients, JADE COMPARE 226 + 131 on topical steroids
    assert {c.trial for c in inputs.safety.contrasts if c.outcome == "nausea"} == {"JADE MONO-1", "JADE COMPARE"}
    assert counts(of(inputs, "nausea")) == ("JADE MONO-1", (31, 154), (2, 77))


def test_of_trials_on_that_background_the_largest_speaks(inputs):
    # serious adverse events, abrocitinib 200 mg: JADE MONO-1 has 154 + 77 patients, JADE MONO-2 155 + 78
    assert counts(of(inputs, "sae")) == ("JADE MONO-2", (2, 155), (1, 78))


@pytest.mark.parametrize("turn", [1, -1], ids=["largest first", "largest last"])
def test_the_largest_speaks_in_any_order_and_not_the_worst(inputs, turn):
    nausea = of(inputs, "nausea")
    trials = made_up(nausea, {"BIG": 300, "MIDDLE": 200, "SMALL": 100})
    worse = [msgspec.structs.replace(c, events=c.n // 2) for c in trials[1:]]
    assert [c.trial for c in main_contrasts(only(inputs, [trials[0], *worse][::turn]))] == ["BIG"]


@pytest.mark.parametrize("turn", [1, -1])
def test_only_where_no_trial_is_on_that_background_another_one_speaks(inputs, turn):
    nausea = of(inputs, "nausea")
    alone = made_up(nausea, {"ALONE": 50})
    beside = made_up(nausea, {"BESIDE": 300, "BESIDE SMALL": 200}, "topical combination")
    assert [c.trial for c in main_contrasts(only(inputs, [*alone, *beside][::turn]))] == ["ALONE"]
    (other,) = main_contrasts(only(inputs, beside[::turn]))
    assert other.trial == "BESIDE"
    assert trial_words(inputs, other) == "BESIDE, topical combination"
    assert trial_words(inputs, alone[0]) == "ALONE"


def test_without_a_lead_analysis_the_largest_of_all_speaks(inputs):
    bare = replace(inputs, analyses=())
    assert counts(of(bare, "nausea")) == ("JADE COMPARE", (25, 226), (2, 131))


def test_both_arms_count_in_the_size_of_a_trial(inputs):
    nausea = of(inputs, "nausea")
    one = msgspec.structs.replace(nausea, trial="ONE", n=200, n_reference=100)
    two = msgspec.structs.replace(nausea, trial="TWO", n=180, n_reference=180)
    assert [c.trial for c in main_contrasts(only(inputs, [one, two]))] == ["TWO"]


def test_one_contrast_a_harm_of_the_lead_treatment_worst_first(inputs):
    found = main_contrasts(inputs)
    assert {c.treatment for c in found} == {"abrocitinib 200 mg qd"}
    assert len({c.outcome for c in found}) == len(found)
    differences = [c.events / c.n - c.events_reference / c.n_reference for c in found]
    assert differences == sorted(differences, reverse=True)


def test_the_finding_says_the_rates_of_that_trial(inputs):
    # 31 of 154 is 20.1%, 2 of 77 is 2.6%
    costs = plain(finding(inputs, NumberBook())[-1])
    assert "nausea in 20 versus 3 of 100" in costs
    assert "JADE MONO-1" in costs
    assert "JADE COMPARE" not in costs
