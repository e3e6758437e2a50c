"""Which analyses a brief runs, and what becomes of a network in pieces."""

import msgspec
import pytest

import topline as tl
from topline.pipeline.analyses import AnalysisPlan, plan_analyses, run_analyses
from topline.records import (
    Arm,
    Endpoint,
    Exclusion,
    Fact,
    FactSnapshot,
    MadeBy,
    NetworkQuestion,
    Programme,
    Question,
    Sensitivity,
    Treatment,
    Trial,
)


@pytest.fixture(scope="module")
def case():
    opened = tl.open_case()
    yield opened
    opened.store.close()


def treatment(name):
    return Treatment(name=name, drug=name, regimens=("one",))


QUESTION = Question(
    case="made-up",
    title="A question",
    indication="a condition",
    population="adults",
    reference="placebo",
    programmes=(Programme(name="alpha", drug="alpha", treatment="alpha"),),
    treatments=tuple(treatment(t) for t in ("placebo", "alpha", "beta", "gamma", "delta")),
    endpoints=(
        Endpoint(id="cure", label="cured", definition="cured", direction="higher", role="benefit", headline=True),
        Endpoint(id="relief", label="relief", definition="relief", direction="higher", role="benefit", headline=True),
        Endpoint(id="quiet", label="quiet", definition="quiet", direction="higher", role="benefit"),
        Endpoint(id="rash", label="rash", definition="rash", direction="lower", role="harm"),
    ),
    networks=(NetworkQuestion(id="alone", label="alone", backgrounds=("none",)),),
    sensitivities=(
        Sensitivity(id="common", label="common effect", reason="why", network="alone", model="common"),
        Sensitivity(id="other", label="other drug", reason="why", network="alone", drugs=("beta",)),
    ),
)


def snapshot(rows, outcome="cure"):
    """A snapshot of ``rows``: trial, drug, events, n."""
    facts = tuple(
        Fact(
            id=f"fact-{trial}-{drug}",
            trial=trial,
            arm=drug,
            treatment=drug,
            dose_regimen="one",
            background="none",
            outcome=outcome,
            week=12,
            n=n,
            events=events,
            percent=None,
            status="verified",
            events_status="reported",
            source_id="s",
            known_from="2020-01-01",
            known_from_basis="",
            certain_from="2020-01-01",
            locator="a table",
            file="outcomes.csv",
            row=2,
        )
        for trial, drug, events, n in rows
    )
    trials = tuple(
        Trial(
            trial=t,
            nct_id="",
            phase="3",
            year=2020,
            population="adults",
            background="none",
            primary_week=12,
            design="",
            n_randomised=None,
            source_id="s",
        )
        for t in dict.fromkeys(row[0] for row in rows)
    )
    return FactSnapshot(
        id="snapshot-1",
        made_by=MadeBy(version="test"),
        case="made-up",
        as_of="2020-12-31",
        strict_dates=False,
        facts=facts,
        events=(),
        assumptions=(),
        trials=trials,
        arms=tuple[Arm, ...](),
        sources=(),
    )


JOINED = [("A", "alpha", 30, 100), ("A", "placebo", 10, 100), ("B", "beta", 20, 90), ("B", "placebo", 12, 95)]
APART = [("C", "gamma", 11, 50), ("C", "delta", 9, 50)]


TRIALS = {"A", "B", "C"}


def run(rows, question=QUESTION, outcome="cure"):
    programme = question.programmes[0]
    return run_analyses(plan_analyses(question, programme, TRIALS), snapshot(rows, outcome), question, programme)


def test_headline_benefits_then_the_sensitivity_analyses_of_the_first():
    assert plan_analyses(QUESTION, QUESTION.programmes[0], TRIALS) == (
        AnalysisPlan("alone", "cure"),
        AnalysisPlan("alone", "relief"),
        AnalysisPlan("alone", "cure", QUESTION.sensitivities[0]),
    )


def test_a_sensitivity_analysis_of_another_drug_stays_out():
    beta = Programme(name="beta", drug="beta", treatment="beta")
    labels = [plan.label for plan in plan_analyses(QUESTION, beta, TRIALS)]
    assert labels == ["cure in alone", "relief in alone", "cure in alone, common effect", "cure in alone, other drug"]


@pytest.mark.parametrize("names", [{"include": ("D",)}, {"exclude": ("A", "D")}, {"weeks": {"D": 12}}])
def test_a_sensitivity_analysis_that_names_a_trial_of_later_days_is_not_asked(names):
    question = msgspec.structs.replace(
        QUESTION, sensitivities=(msgspec.structs.replace(QUESTION.sensitivities[0], **names),)
    )
    plans = plan_analyses(question, question.programmes[0], TRIALS)
    assert not [p for p in plans if p.sensitivity]
    assert [p for p in plan_analyses(question, question.programmes[0], {*TRIALS, "D"}) if p.sensitivity]


def asked(case, day, label):
    """The sensitivity analyses called ``label`` that the shipped case plans on a day, and what they gave."""
    programme, facts = case.programme("rocatinlimab"), case.snapshot(as_of=day)
    plans = plan_analyses(case.question, programme, {t.trial for t in facts.trials})
    mine = [p for p in plans if p.sensitivity and p.sensitivity.label == label]
    return mine, run_analyses(mine, facts, case.question, programme).sensitivity


@pytest.mark.parametrize("day", ["2025-06-30", "2025-11-24"])
def test_a_week_that_is_not_known_yet_is_not_asked(case, day):
    # HORIZON is known from 2024-09-24 at week 24, and from 2025-11-25 at week 16
    planned, done = asked(case, day, "HORIZON read at week 16")
    assert len(planned) == 1
    assert done == ()


@pytest.mark.parametrize("day", ["2025-11-25", "2026-02-02"])
def test_a_week_that_is_known_is_asked(case, day):
    _, (done,) = asked(case, day, "HORIZON read at week 16")
    horizon = {a.fact for a in done.result.arms if a.study == "ROCKET-HORIZON"}
    weeks = {f.id: (f.outcome, f.week) for f in case.snapshot(as_of=day).facts}
    assert {weeks[i] for i in horizon} == {("easi75", 16)}
    assert len(horizon) == 2


def with_sensitivity(**names):
    changed = msgspec.structs.replace(QUESTION.sensitivities[0], **names)
    return msgspec.structs.replace(QUESTION, sensitivities=(changed,))


def test_to_leave_out_a_trial_that_is_not_in_the_main_analysis_is_not_asked():
    # C is known, but one of its arms has no number of patients, so it is not in the main analysis either
    unsized = [*JOINED, ("C", "alpha", None, None), ("C", "placebo", 8, 90)]
    question = with_sensitivity(exclude=("C",))
    done = run(unsized, question)
    assert done.main[0].result.studies == ("A", "B")
    assert done.sensitivity == ()
    sized = [*JOINED, ("C", "alpha", 25, 90), ("C", "placebo", 8, 90)]
    done = run(sized, question)
    assert done.main[0].result.studies == ("A", "B", "C")
    assert [s.result.studies for s in done.sensitivity] == [("A", "B")]
    # one of two is not enough
    assert run(unsized, with_sensitivity(exclude=("B", "C"))).sensitivity == ()


def test_to_bring_back_a_trial_without_counts_is_not_asked():
    barred = NetworkQuestion(
        id="alone", label="alone", backgrounds=("none",), exclude=(Exclusion(trial="C", reason="why"),)
    )
    question = msgspec.structs.replace(with_sensitivity(include=("C",)), networks=(barred,))
    assert run([*JOINED, ("C", "alpha", None, None), ("C", "placebo", 8, 90)], question).sensitivity == ()
    done = run([*JOINED, ("C", "alpha", 25, 90), ("C", "placebo", 8, 90)], question)
    assert done.main[0].result.studies == ("A", "B")
    assert [s.result.studies for s in done.sensitivity] == [("A", "B", "C")]


def test_a_trial_read_at_the_week_that_it_has():
    assert run(JOINED, with_sensitivity(weeks={"A": 24})).sensitivity == ()
    assert len(run(JOINED, with_sensitivity(weeks={"A": 12})).sensitivity) == 1


def test_without_a_headline_there_is_nothing_to_plan():
    plain = tuple(msgspec.structs.replace(e, headline=False) for e in QUESTION.endpoints)
    assert plan_analyses(msgspec.structs.replace(QUESTION, endpoints=plain), QUESTION.programmes[0], TRIALS) == ()


def test_the_shipped_case_asks_for_every_headline_in_every_network(case):
    plans = plan_analyses(case.question, case.programme("dupilumab"), {t.trial for t in case.snapshot().trials})
    main = [(p.network, p.endpoint) for p in plans if p.sensitivity is None]
    assert main == [(n, e) for n in ("monotherapy", "combination") for e in ("easi75", "easi90", "iga01", "prur4")]
    assert not [p for p in plans if p.sensitivity and p.sensitivity.drugs]


def test_one_network():
    done = run(JOINED)
    (main,) = done.main  # relief has no facts
    assert main.result.treatments == ("alpha", "beta", "placebo")
    assert main.result.reference == "placebo"
    assert main.result.better == "higher"
    assert main.weeks == {"A": 12, "B": 12}
    (other,) = done.sensitivity
    assert (other.result.model, main.result.model) == ("common", "random")
    assert done.left_out == ()


def test_a_piece_that_nothing_joins_to_the_reference_stays_out_with_its_reason():
    done = run(JOINED + APART)
    (main,) = done.main
    assert main.result.treatments == ("alpha", "beta", "placebo")
    assert {(x.trial, x.arm) for x in done.left_out} == {("C", "gamma"), ("C", "delta")}
    assert all("no chain of trials" in x.reason for x in done.left_out)
    caveat = next(c for c in main.caveats if c.code == "disconnected")
    assert caveat.severity == "serious"
    assert "C" in caveat.text
    assert set(caveat.facts) == {"fact-C-gamma", "fact-C-delta"}


def test_the_joined_piece_is_analysed_as_if_it_were_alone():
    alone, with_piece = run(JOINED).main[0].result, run(JOINED + APART).main[0].result
    assert [e.estimate for e in alone.effects] == [e.estimate for e in with_piece.effects]
    assert alone.id == with_piece.id


def test_a_drug_in_the_other_piece_has_no_analysis():
    gamma = Programme(name="gamma", drug="gamma", treatment="gamma")
    done = run(JOINED + APART, msgspec.structs.replace(QUESTION, programmes=(gamma,)))
    assert done.main == ()
    assert done.sensitivity == ()


def test_without_the_drug_there_is_no_analysis():
    assert run(JOINED[2:]).main == ()


def test_without_the_reference_there_is_no_analysis():
    assert run([("A", "alpha", 30, 100), ("A", "beta", 10, 100)]).main == ()


def test_without_facts_there_is_no_analysis():
    done = run(JOINED, outcome="quiet")
    assert (done.main, done.sensitivity, done.left_out) == ((), (), ())


def test_progress_counts_the_plans():
    told = []
    programme = QUESTION.programmes[0]
    plans = plan_analyses(QUESTION, programme, TRIALS)
    run_analyses(plans, snapshot(JOINED), QUESTION, programme, progress=lambda step, done: told.append((step, done)))
    assert told == [(plan.label, i) for i, plan in enumerate(plans)]
