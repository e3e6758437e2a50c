"""Rates and differences of 100 patients against a plain simulation, and the baseline model against its formulas."""

import dataclasses
import math
from datetime import date

import msgspec
import numpy as np
import pytest

from topline.errors import ArgumentError, FitError
from topline.facts import open_case_store, snapshot
from topline.synthesis import absolute_outcomes, nma, select_evidence
from topline.synthesis.arrays.baseline import pooled_logit

N_OURS = 8192  # draws behind a rate, see absolute_outcomes
N_HERE = 200_000
# The density of a normal at its 2.5% quantile, in standard deviations: what turns the error of a tail probability into
# the error of the limit.
DENSITY = math.exp(-(1.959964**2) / 2) / math.sqrt(2 * math.pi)


def dersimonian_laird(events, n):
    """Mean, standard error and tau2 of the logits, arm by arm (DerSimonian and Laird 1986)."""
    y, v = [], []
    for r, size in zip(events, n, strict=True):
        a, b = r, size - r
        if a == 0 or b == 0:
            a, b = a + 0.5, b + 0.5
        y.append(math.log(a) - math.log(b))
        v.append(1 / a + 1 / b)
    w = [1 / x for x in v]
    fixed = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    q = sum(a * (b - fixed) ** 2 for a, b in zip(w, y, strict=True))
    scale = sum(w) - sum(a * a for a in w) / sum(w)
    tau2 = max(0.0, (q - (len(y) - 1)) / scale) if len(y) > 1 else 0.0
    w = [1 / (x + tau2) for x in v]
    return sum(a * b for a, b in zip(w, y, strict=True)) / sum(w), math.sqrt(1 / sum(w)), tau2


def ours(events, n):
    found = pooled_logit(np.array(events, dtype=float), np.array(n, dtype=float))
    return found.mean, found.se, found.tau2


# --- the baseline


@pytest.mark.parametrize(
    ("events", "n"),
    [
        ([10, 30, 55, 24], [100, 120, 180, 224]),  # arms far apart: tau2 above 0
        ([10, 11, 9], [100, 105, 98]),  # arms alike: tau2 is 0
        ([0, 12, 3], [40, 110, 60]),  # no event in an arm
        ([40, 12, 3], [40, 110, 60]),  # only events in an arm
        ([0], [50]),
        ([25], [183]),
    ],
)
def test_the_pooled_logit_is_that_of_the_formulas(events, n, tolerances):
    assert ours(events, n) == pytest.approx(dersimonian_laird(events, n), rel=tolerances.SAME_FORMULA, abs=1e-15)


def test_two_mirrored_arms_in_closed_form():
    """10 and 90 of 100: logits -log 9 and log 9, each of variance v = 1/10 + 1/90.

    Q = (2 log 9)^2/(2 v) and the scale is 1/v, so tau2 = (Q - 1) v = 2 (log 9)^2 - v; the mean is 0 by symmetry, and
    its standard error sqrt((v + tau2)/2) = log 9.
    """
    v = 1 / 10 + 1 / 90
    assert ours([10, 90], [100, 100]) == pytest.approx((0.0, math.log(9), 2 * math.log(9) ** 2 - v), abs=1e-12)


def test_equal_arms_have_no_spread_and_one_arm_has_its_own_variance():
    """20 of 100 has the logit -log 4 and the variance 1/20 + 1/80 = 1/16; k such arms have the standard error 1/4
    over sqrt(k).
    """
    for k in (1, 4):
        assert ours([20] * k, [100] * k) == pytest.approx((-math.log(4), 0.25 / math.sqrt(k), 0.0), abs=1e-12)


def test_an_arm_without_events_gets_a_half():
    """0 of 50 counts as 0.5 and 50.5: the logit is -log 101, the variance 2 + 1/50.5. All of 50 is its mirror."""
    se = math.sqrt(2 + 1 / 50.5)
    assert ours([0], [50]) == pytest.approx((-math.log(101), se, 0.0), abs=1e-12)
    assert ours([50], [50]) == pytest.approx((math.log(101), se, 0.0), abs=1e-12)


def test_arms_in_another_order_change_nothing():
    events, n = [10, 30, 55, 24], [100, 120, 180, 224]
    assert ours(events[::-1], n[::-1]) == pytest.approx(ours(events, n), abs=1e-12)


# --- rates and differences


@pytest.fixture(scope="module")
def opened():
    store, question = open_case_store("atopic-dermatitis")
    yield snapshot(store, as_of=date(2026, 11, 24)), question
    store.close()


@pytest.fixture(scope="module")
def fitted(opened):
    facts, question = opened

    def fit(network):
        selection = select_evidence(facts, question, network, "easi75")
        return nma(selection.arms, measure="OR", reference="placebo", better="higher"), selection

    return {network: fit(network) for network in ("monotherapy", "combination")}


def expit(x):
    return 1 / (1 + np.exp(-x))


def simulated(fit, selection):
    """Draws (N, T) of the rates on every treatment and (N,) on placebo, from the fit's mean and covariance."""
    placebo = [a for a in selection.arms if a.treatment == "placebo"]
    mean, se, _ = dersimonian_laird([a.events for a in placebo], [a.n for a in placebo])
    generator = np.random.default_rng(20261124)
    effects = generator.multivariate_normal(fit.mean, fit.covariance, N_HERE, method="svd")
    baseline = generator.normal(mean, se, N_HERE)
    return expit(baseline[:, None] + effects), expit(baseline)


def agree(interval, draws, tolerances):
    """Mean and limits within k standard errors of the two simulations together, ours counted as plain Monte Carlo."""
    sd = draws.std()
    error = tolerances.MONTE_CARLO_SE * sd * math.sqrt(1 / N_OURS + 1 / N_HERE)
    tail = math.sqrt(0.025 * 0.975) / DENSITY
    lower, upper = np.quantile(draws, [0.025, 0.975])
    assert abs(interval.estimate - draws.mean()) < error
    assert abs(interval.lower - lower) < tail * error
    assert abs(interval.upper - upper) < tail * error


@pytest.mark.parametrize("network", ["monotherapy", "combination"])
def test_rates_and_differences_are_those_of_a_plain_simulation(fitted, opened, network, tolerances):
    fit, selection = fitted[network]
    found = absolute_outcomes(fit, selection, opened[1])
    rates, base = simulated(fit, selection)
    agree(found.baseline.rate, base, tolerances)
    assert [o.treatment for o in found.outcomes] == list(fit.treatments)
    for index, outcome in enumerate(found.outcomes):
        if outcome.treatment == "placebo":
            assert outcome.rate == found.baseline.rate
            assert msgspec.structs.astuple(outcome.difference) == (0, 0, 0)
            continue
        agree(outcome.rate, rates[:, index], tolerances)
        agree(outcome.difference, rates[:, index] - base, tolerances)


def test_the_rates_of_the_lead_treatment(fitted, opened):
    """``simulated`` with 1,000,000 draws gave these numbers of 100; 0.12 of a standard deviation is 4 errors of a limit
    from 8192 draws.
    """
    found = absolute_outcomes(*fitted["monotherapy"], opened[1])
    lead = next(o for o in found.outcomes if o.treatment == "rocatinlimab 300 mg q4w")
    for interval, expected in ((lead.rate, (37.55, 29.81, 45.79)), (lead.difference, (24.44, 17.06, 32.29))):
        shown = [100 * x for x in msgspec.structs.astuple(interval)]
        assert shown == pytest.approx(expected, abs=0.12 * (expected[2] - expected[1]) / (2 * 1.959964))


# --- where the baseline comes from


def test_a_pooled_baseline_says_what_it_rests_on(fitted, opened):
    fit, selection = fitted["monotherapy"]
    found = absolute_outcomes(fit, selection, opened[1])
    placebo = [a for a in selection.arms if a.treatment == "placebo"]
    assert found.baseline.n_arms == len(placebo)
    assert found.baseline.n_patients == sum(a.n for a in placebo)
    assert found.baseline.facts == tuple(a.fact for a in placebo)
    assert f"over {len(placebo)} placebo arms" in found.baseline.method
    assert [c.code for c in found.caveats] == ["baseline_independent"]


def test_the_baseline_of_a_named_trial_is_its_arm_alone(fitted, opened, tolerances):
    """ROCKET-HORIZON, placebo: 25 of 183 have EASI-75 at week 24."""
    fit, selection = fitted["monotherapy"]
    question = msgspec.structs.replace(opened[1], baseline="ROCKET-HORIZON")
    found = absolute_outcomes(fit, selection, question)
    assert (found.baseline.n_arms, found.baseline.n_patients, len(found.baseline.facts)) == (1, 183, 1)
    assert found.baseline.method == "the placebo arm of ROCKET-HORIZON"
    logit = np.random.default_rng(3).normal(math.log(25 / 158), math.sqrt(1 / 25 + 1 / 158), N_HERE)
    agree(found.baseline.rate, expit(logit), tolerances)
    assert [c.code for c in found.caveats] == ["baseline_independent"]


def test_a_trial_that_is_elsewhere_leaves_the_baseline_pooled_and_says_so(fitted, opened):
    fit, selection = fitted["monotherapy"]
    pooled = absolute_outcomes(fit, selection, opened[1])
    question = msgspec.structs.replace(opened[1], baseline="ROCKET-SHUTTLE")
    found = absolute_outcomes(fit, selection, question)
    assert found.baseline == pooled.baseline
    assert found.outcomes == pooled.outcomes
    caveat = next(c for c in found.caveats if c.code == "baseline_elsewhere")
    for words in ("ROCKET-SHUTTLE", "EASI-75", "monotherapy", "pooled"):
        assert words in caveat.text
    assert caveat.facts == found.baseline.facts
    assert found.id != pooled.id  # another request


def test_a_trial_without_a_reference_arm_leaves_the_baseline_pooled_and_says_so(fitted, opened):
    _, selection = fitted["monotherapy"]
    arms = tuple(a for a in selection.arms if (a.study, a.treatment) != ("JADE MONO-1", "placebo"))
    smaller = dataclasses.replace(selection, arms=arms)
    question = msgspec.structs.replace(opened[1], baseline="JADE MONO-1")
    found = absolute_outcomes(nma(arms, reference="placebo"), smaller, question)
    assert "baseline_elsewhere" in [c.code for c in found.caveats]
    assert found.baseline.n_arms > 1


def test_what_has_no_absolute_outcome_is_refused(fitted, opened):
    _, selection = fitted["monotherapy"]
    with pytest.raises(ArgumentError, match="odds ratios"):
        absolute_outcomes(nma(selection.arms, measure="RR", reference="placebo"), selection, opened[1])
    fit = nma(selection.arms, measure="OR", reference="placebo")
    silent = [a if a.treatment != "placebo" else msgspec.structs.replace(a, events=None) for a in selection.arms]
    empty = dataclasses.replace(selection, arms=tuple(silent))
    with pytest.raises(FitError, match="no placebo arm has a count"):
        absolute_outcomes(fit, empty, opened[1])
