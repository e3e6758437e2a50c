"""Odds ratios from sparse counts: what stays out and why, refusals, and what changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError, DataError, DisconnectedError, FitError, NetworkError, UnknownNameError
from topline.records import StudyArm
from topline.synthesis import nma
from topline.synthesis.sparse.engines import SPARSE_ENGINES, fit_sparse
from topline.synthesis.sparse.profile_intervals import profile_intervals

ROWS = [
    ("s1", "A", 1, 40), ("s1", "B", 4, 42), ("s2", "A", 0, 30), ("s2", "B", 2, 29), ("s2", "C", 3, 31),
    ("s3", "B", 1, 50), ("s3", "C", 2, 48), ("s4", "A", 2, 25), ("s4", "C", 1, 26), ("s5", "C", 5, 60),
    ("s5", "D", 0, 61), ("s6", "C", 2, 33), ("s6", "D", 1, 35), ("s7", "A", 2, 21), ("s7", "B", 1, 24),
    ("s7", "C", 0, 23),
]  # fmt: skip


def arms(rows=ROWS):
    return [StudyArm(study=s, treatment=t, events=x, n=n) for s, t, x, n in rows]


def codes(fit):
    return [c.code for c in fit.caveats]


def text_of(fit, code):
    return next(c.text for c in fit.caveats if c.code == code)


@pytest.fixture(params=SPARSE_ENGINES)
def engine(request):
    return request.param


def test_the_order_of_arms_changes_no_digit(engine):
    straight = fit_sparse(arms(), engine)
    for seed in range(3):
        shuffled = [arms()[k] for k in np.random.default_rng(seed).permutation(len(ROWS))]
        again = fit_sparse(shuffled, engine)
        assert again.effects.tolist() == straight.effects.tolist()
        assert again.covariance.tolist() == straight.covariance.tolist()
        assert again.caveats == straight.caveats


@given(names=st.permutations(["w", "placebo", "Zz", "10"]), prefix=st.sampled_from(["", "9", "é"]))
@settings(max_examples=8, deadline=None)
@pytest.mark.parametrize("engine", SPARSE_ENGINES)
def test_labels_change_nothing(engine, names, prefix):
    new = dict(zip("ABCD", names, strict=True))
    straight = fit_sparse(arms(), engine)
    renamed = fit_sparse(arms([(prefix + s[::-1], new[t], x, n) for s, t, x, n in ROWS]), engine, reference=new["A"])
    order = [renamed.treatments.index(new[t]) for t in straight.treatments]
    assert renamed.effects[order] == pytest.approx(straight.effects, abs=1e-9)
    assert renamed.covariance[np.ix_(order, order)] == pytest.approx(straight.covariance, abs=1e-9)


def test_the_reference_changes_nothing(engine):
    one, other = fit_sparse(arms(), engine, reference="A"), fit_sparse(arms(), engine, reference="C")
    assert one.treatments[one.ground] == "A"
    assert other.effects == pytest.approx(one.effects - one.effects[2], abs=1e-9)
    to_c = np.eye(4) - np.outer(np.ones(4), np.eye(4)[2])
    assert other.covariance == pytest.approx(to_c @ one.covariance @ to_c.T, abs=1e-9)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-9)
    assert other.q == pytest.approx(one.q)


def test_swapping_events_and_non_events_flips_the_sign(engine):
    straight = fit_sparse(arms(), engine)
    swapped = fit_sparse(arms([(s, t, n - x, n) for s, t, x, n in ROWS]), engine)
    assert swapped.effects == pytest.approx(-straight.effects, abs=1e-9)
    assert swapped.covariance == pytest.approx(straight.covariance, abs=1e-9)


def test_q_compares_designs_for_mantel_haenszel_alone(engine):
    fit = fit_sparse(arms(), engine)
    if engine == "mh":
        # designs AB, ABC, BC, AC, CD: 6 contrasts, 3 effects
        assert fit.df == 3
        assert fit.q > 0
    else:
        assert fit.q is fit.df is None
    # 9 contrasts in 7 studies, 3 effects
    assert fit.degrees == 6
    assert (fit.likelihood_ratio is not None) == (engine == "nch")


def test_two_treatments_and_one_study(engine):
    fit = fit_sparse(arms([("s", "A", 3, 20), ("s", "B", 6, 21)]), engine)
    assert fit.treatments == ("A", "B")
    assert fit.q is fit.df is fit.likelihood_ratio is None
    assert 0 < fit.effects[1] < np.log(6 * 17 / (3 * 15)) + 1e-9
    assert fit.covariance[1, 1] > 0


def test_a_star_is_its_arms(engine):
    """Each comparison in one study: what is said of B versus C is the difference of two independent estimates."""
    fit = fit_sparse(arms([("1", "A", 3, 20), ("1", "B", 6, 21), ("2", "A", 2, 33), ("2", "C", 4, 30)]), engine)
    assert fit.q is fit.df is None
    assert fit.covariance[1, 2] == pytest.approx(0, abs=1e-9)


def test_studies_without_events(engine):
    rows = [*ROWS, ("s8", "A", 0, 20), ("s8", "E", 0, 20)]
    fit = fit_sparse(arms(rows), engine)
    if engine == "penalised":
        assert "E" in fit.treatments
        assert text_of(fit, "penalty_only").endswith("only the penalty speaks: s8.")
        assert "for E: the size" in text_of(fit, "penalty_decides")
        return
    assert fit.treatments == ("A", "B", "C", "D")
    assert fit.studies == tuple(f"s{k}" for k in range(1, 8))
    assert text_of(fit, "no_information").endswith("left out: s8.")
    lost = next(c for c in fit.caveats if c.code == "treatment_left_out")
    assert lost.text == "Nothing that can be used is left of E: there is no estimate."
    assert lost.severity == "serious"
    assert fit.effects.tolist() == fit_sparse(arms(), engine).effects.tolist()


def test_mantel_haenszel_leaves_a_treatment_without_events_out_of_its_design():
    """D has no events in the studies of B, C and D: they join the study of B and C."""
    more = [
        ("s8", "B", 2, 20),
        ("s8", "C", 3, 22),
        ("s8", "D", 0, 20),
        ("s9", "B", 1, 20),
        ("s9", "C", 0, 22),
        ("s9", "D", 0, 9),
    ]
    fit = fit_sparse(arms([*ROWS, *more]), "mh")
    without = [row for row in more if row[1] != "D"]
    assert fit.effects.tolist() == fit_sparse(arms([*ROWS, *without]), "mh").effects.tolist()
    assert fit.df == 3
    assert text_of(fit, "mh_undefined").endswith("these arms are left out: s8 (D), s9 (D).")
    assert [(a.study, a.treatment) for a in fit.arms if a.study in ("s8", "s9")] == [row[:2] for row in without]
    # where D has events in one study of the design, all of it stays
    stays = fit_sparse(arms([*ROWS, *more[:-1], ("s9", "D", 1, 9)]), "mh")
    assert "mh_undefined" not in codes(stays)
    assert stays.df == 5


def test_mantel_haenszel_where_no_study_shows_both():
    """Events in A only where B has no one without: the odds ratio is 0 or infinite although no arm total is."""
    rows = [("1", "A", 0, 10), ("1", "B", 5, 10), ("2", "A", 3, 10), ("2", "B", 10, 10)]
    others = [("3", "A", 2, 20), ("3", "C", 3, 20), ("4", "B", 2, 20), ("4", "C", 5, 20)]
    fit = fit_sparse(arms([*rows, *others]), "mh")
    assert text_of(fit, "mh_undefined").endswith("left out: 1 (A, B), 2 (A, B).")
    with pytest.raises(NetworkError, match="no study is left"):
        fit_sparse(arms(rows), "mh")
    corrected = fit_sparse(arms(rows), "mh", 0.5)
    assert codes(corrected) == ["continuity"]


def test_mantel_haenszel_without_a_covariance():
    """An arm of one patient beside one of 200: the estimated covariance has a negative direction, and is refused."""
    rows = [
        ("1", "A", 5, 5), ("1", "B", 138, 200), ("1", "C", 17, 20),
        ("2", "A", 0, 1), ("2", "B", 14, 200), ("2", "C", 3, 20),
    ]  # fmt: skip
    with pytest.raises(FitError, match="trials of A, B, C have no usable covariance") as caught:
        fit_sparse(arms(rows), "mh")
    assert caught.value.problem.found == "trials 1, 2: an estimated variance that is not above 0"
    assert np.isfinite(fit_sparse(arms(rows), "nch").effects).all()


def test_mantel_haenszel_with_an_arm_without_events_in_each_study():
    """R of an arm with itself never counts: here each study has all or none of B's patients with the event."""
    rows = [("1", "A", 2, 10), ("1", "B", 10, 10), ("2", "A", 3, 10), ("2", "B", 0, 10)]
    fit = fit_sparse(arms(rows), "mh", reference="B")
    assert fit.effects[0] == pytest.approx(np.log((3 * 10 / 20) / (8 * 10 / 20)))


@pytest.mark.parametrize("engine", ["nch", "penalised"])
def test_arms_of_wildly_different_size(engine):
    """The first Newton step goes far beyond the maximum."""
    rows = [
        ("0", "D", 2, 2), ("0", "B", 19, 20), ("1", "F", 2, 5), ("1", "E", 160, 200), ("1", "C", 116, 5000),
        ("1", "D", 1, 2), ("2", "E", 18, 20), ("2", "C", 8, 20), ("3", "C", 4, 20), ("3", "F", 15, 20),
        ("4", "B", 1, 2), ("4", "C", 90_000, 100_000),
    ]  # fmt: skip
    fit = fit_sparse(arms(rows), engine)
    assert np.isfinite(fit.effects).all()
    assert np.linalg.eigvalsh(fit.covariance).min() > -1e-9


def test_mantel_haenszel_with_a_correction():
    """The correction enters the design that needs it and no other: one study is then its corrected table."""
    rows = [("1", "A", 0, 10), ("1", "B", 5, 12), ("2", "B", 3, 20), ("2", "C", 6, 20)]
    fit = fit_sparse(arms(rows), "mh", 0.5, reference="B")
    assert fit.effects.tolist() == pytest.approx([np.log(0.5 * 7.5 / (10.5 * 5.5)), 0.0, np.log(6 * 17 / (14 * 3))])
    assert fit.covariance[0, 0] == pytest.approx(1 / 0.5 + 1 / 10.5 + 1 / 5.5 + 1 / 7.5)
    assert fit.covariance[2, 2] == pytest.approx(1 / 6 + 1 / 14 + 1 / 3 + 1 / 17)
    assert text_of(fit, "continuity") == (
        "0.5 was added to all cells of 1 of 2 studies, in whose design the Mantel-Haenszel odds ratio is undefined: 1."
    )


@pytest.mark.parametrize("engine", ["nch", "penalised"])
def test_only_mantel_haenszel_takes_a_correction(engine):
    with pytest.raises(ArgumentError, match="takes no continuity correction"):
        fit_sparse(arms(), engine, 0.5)


@pytest.mark.parametrize("continuity", [-1.0, float("nan"), float("inf")])
def test_a_correction_is_a_number_from_0(continuity):
    with pytest.raises(ArgumentError, match="continuity"):
        fit_sparse(arms(), "mh", continuity)


def test_the_exact_likelihood_refuses_what_is_infinite():
    rows = [*ROWS, ("s8", "A", 2, 20), ("s8", "Z", 0, 20), ("s9", "A", 2, 20), ("s9", "Y", 9, 9)]
    with pytest.raises(FitError, match="no finite maximum for Y, Z") as caught:
        fit_sparse(arms(rows), "nch")
    assert caught.value.problem.found == (
        "Y versus A, B, C, D: infinite; Z versus A, B, C, D: odds ratio 0; without events in any arm: Z"
    )
    assert "engine='penalised'" in caught.value.problem.repair
    fit = fit_sparse(arms(rows), "penalised")
    assert "for Y, Z: the size" in text_of(fit, "penalty_decides")
    assert np.isfinite(fit.effects).all()


def test_the_exact_likelihood_sees_through_groups():
    """No arm total is 0, and still A and B can't be compared with C and D: all events there fell on C's side."""
    rows = [("1", "A", 3, 9), ("1", "B", 2, 9), ("2", "C", 3, 9), ("2", "D", 2, 9), ("3", "A", 0, 9), ("3", "C", 2, 9)]
    with pytest.raises(FitError, match="no finite maximum for C, D") as caught:
        fit_sparse(arms(rows), "nch")
    assert caught.value.problem.found == "C, D versus A, B: infinite"
    # one event the other way, and all is finite
    assert np.isfinite(fit_sparse(arms([*rows[:4], ("3", "A", 1, 9), ("3", "C", 2, 9)]), "nch").effects).all()


def test_the_exact_likelihood_uses_zero_cells_that_mantel_haenszel_leaves_out():
    rows = [("1", "A", 0, 10), ("1", "B", 5, 12), *[("2", t, x, 20) for t, x in (("A", 3), ("B", 4), ("C", 6))]]
    exact, mantel = fit_sparse(arms(rows), "nch"), fit_sparse(arms(rows), "mh")
    assert exact.studies == ("1", "2")
    assert mantel.studies == ("2",)
    assert exact.effects[1] > mantel.effects[1] + 0.1


def test_counts_are_whole_for_the_exact_likelihood(engine):
    rows = [*ROWS[:-1], ("s7", "C", 0.5, 23)]
    if engine == "nch":
        with pytest.raises(DataError, match="study s7, treatment C: the exact likelihood counts whole patients"):
            fit_sparse(arms(rows), engine)
    else:
        assert np.isfinite(fit_sparse(arms(rows), engine).effects).all()


def test_incomplete_and_single_arms_stay_out(engine):
    more = [
        StudyArm(study="s8", treatment="A", events=None, n=20, fact="f1"),
        StudyArm(study="s8", treatment="B", events=3, n=20),
        StudyArm(study="s9", treatment="A", events=1, n=20),
        StudyArm(study="s9", treatment="B", events=3, n=20),
        StudyArm(study="s9", treatment="C", events=3, n=None),
    ]
    fit = fit_sparse([*arms(), *more], engine)
    assert text_of(fit, "incomplete_arms").endswith("left out: s8 (A), s9 (C).")
    assert next(c for c in fit.caveats if c.code == "incomplete_arms").facts == ("f1",)
    assert text_of(fit, "single_arm").endswith("left out: s8.")
    assert len(fit.studies) == 8


@pytest.mark.parametrize(("events", "n"), [(-1, 10), (11, 10), (0, 0), (float("nan"), 10), (1, float("inf"))])
def test_counts_that_can_not_be(engine, events, n):
    with pytest.raises(DataError, match="study s7, treatment C: counts that can't be"):
        fit_sparse(arms([*ROWS[:-1], ("s7", "C", events, n)]), engine)


def test_a_treatment_twice(engine):
    with pytest.raises(DataError, match="s7 has the treatment C twice"):
        fit_sparse(arms([*ROWS, ("s7", "C", 1, 10)]), engine)


def test_pieces_are_named_with_what_was_left_out():
    rows = [
        ("1", "A", 3, 20), ("1", "B", 4, 20), ("2", "C", 3, 20), ("2", "D", 4, 20),
        ("3", "B", 0, 20), ("3", "C", 5, 20),
    ]  # fmt: skip
    with pytest.raises(DisconnectedError) as caught:
        fit_sparse(arms(rows), "mh")
    assert caught.value.components == (("A", "B"), ("C", "D"))
    assert "these arms are left out: 3 (B, C)." in str(caught.value)
    assert fit_sparse(arms(rows), "penalised").treatments == ("A", "B", "C", "D")
    with pytest.raises(DisconnectedError) as plain:
        fit_sparse(arms(rows[:4]), "nch")
    assert plain.value.problem.found == "1: A, B; 2: C, D"


def test_a_reference_that_is_lost_or_unknown(engine):
    rows = [*ROWS, ("s8", "A", 0, 20), ("s8", "E", 0, 20)]
    with pytest.raises(UnknownNameError):
        fit_sparse(arms(rows), engine, reference="X")
    if engine == "penalised":
        assert fit_sparse(arms(rows), engine, reference="E").effects[4] == 0
    else:
        with pytest.raises(NetworkError, match="left of the reference E"):
            fit_sparse(arms(rows), engine, reference="E")


def test_nothing_is_left(engine):
    with pytest.raises(NetworkError, match="no study is left"):
        fit_sparse(arms([("1", "A", 1, 10), ("2", "B", 1, 10)]), engine)


def test_an_unknown_engine():
    with pytest.raises(UnknownNameError, match="penalized"):
        fit_sparse(arms(), "penalized")


def test_profile_intervals_follow_the_likelihood():
    """With few events the limits lie further out on the side of the zero."""
    fit = fit_sparse(arms(), "nch", reference="C")
    rows = {r.treatment: r for r in profile_intervals(fit)}
    assert list(rows) == ["A", "B", "D"]
    d = rows["D"]
    assert (d.reference, d.estimate) == ("C", float(fit.effects[3]))
    assert d.estimate - d.lower > 1.2 * (d.upper - d.estimate)
    assert d.display.lower == pytest.approx(np.exp(d.lower))
    wider = {r.treatment: r for r in profile_intervals(fit, 0.99)}["D"]
    assert wider.lower < d.lower < d.upper < wider.upper


def test_profile_intervals_need_a_likelihood():
    with pytest.raises(ArgumentError, match="mh has no likelihood of the counts"):
        profile_intervals(fit_sparse(arms(), "mh"))


def test_a_fit_by_name(engine):
    """The verb gives the same numbers, and profile limits where there is a likelihood."""
    fit = nma(arms(), measure="OR", model="common", engine=engine, reference="C", better="lower")
    sparse = fit_sparse(arms(), engine, reference="C")
    assert fit.mean == pytest.approx(sparse.effects, abs=1e-9)
    assert fit.covariance == pytest.approx(sparse.covariance, abs=1e-9)
    if engine == "mh":
        with pytest.raises(ArgumentError, match="mh has no likelihood of the counts"):
            fit.profile_intervals()
        return
    rows = fit.profile_intervals()
    assert [(r["treatment"], r["lower"], r["upper"]) for r in rows] == [
        (r.treatment, r.lower, r.upper) for r in profile_intervals(sparse)
    ]
    assert rows[0]["method"].startswith("profile of the ")


def test_other_engines_have_no_profile():
    with pytest.raises(ArgumentError, match="reml has no likelihood of the counts"):
        nma(arms(), measure="OR").profile_intervals()
