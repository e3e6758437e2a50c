"""Absolute effects at a baseline that is given or pooled."""

import math

import numpy as np
import pytest
from scipy.special import expit, logit

from topline.errors import ArgumentError
from topline.synthesis import nma

COUNTS = [
    {"study": s, "treatment": t, "events": r, "n": n, "exposure": 2.0 * n, "mean": 10.0 + r / n, "sd": 2.0}
    for s, t, r, n in [("1", "A", 20, 100), ("1", "B", 30, 100), ("2", "A", 25, 110), ("2", "C", 40, 115),
                       ("3", "B", 18, 70), ("3", "C", 22, 70), ("4", "A", 15, 90), ("4", "B", 24, 95)]
]  # fmt: skip


def rows(measure, baseline=None, data=COUNTS):
    fit = nma(data, measure=measure, reference="A", engine="reml")
    return fit, {row["treatment"]: row for row in fit.absolute(baseline)}


@pytest.mark.parametrize(
    ("measure", "base", "moved"),
    [
        ("OR", 0.2, lambda p, d: expit(logit(p) + d)), ("RR", 0.2, lambda p, d: p * np.exp(d)),
        ("RD", 0.2, lambda p, d: p + d), ("IRR", 0.3, lambda x, d: x * np.exp(d)), ("IRD", 0.3, lambda x, d: x + d),
        ("MD", 12.0, lambda x, d: x + d), ("ROM", 12.0, lambda x, d: x * np.exp(d)),
        ("AS", 0.2, lambda p, d: np.sin(np.arcsin(np.sqrt(p)) + d) ** 2),
    ],
)  # fmt: skip
def test_a_fixed_baseline_moves_along_the_measures_scale(measure, base, moved):
    """With a certain baseline the outcome is a monotone function of the effect, and so are its limits."""
    fit, found = rows(measure, base)
    assert math.isclose(found["A"]["outcome"], base, rel_tol=1e-12)
    assert abs(found["A"]["difference"]) < 1e-15
    for effect in fit.result.effects:
        row = found[effect.treatment]
        assert math.isclose(row["outcome"], moved(base, effect.estimate), rel_tol=1e-12)
        assert math.isclose(row["lower"], moved(base, effect.lower), rel_tol=2e-3)
        assert math.isclose(row["upper"], moved(base, effect.upper), rel_tol=2e-3)
        assert math.isclose(row["difference"], row["outcome"] - base, rel_tol=1e-9, abs_tol=1e-12)
        assert row["reference"] == "A"


def test_a_hazard_ratio_moves_the_proportion_without_the_event():
    data = [{"study": "1", "treatment1": "B", "treatment2": "A", "estimate": math.log(0.5), "se": 1e-6}]
    fit = nma(data, measure="HR", reference="A")
    (_, b) = fit.absolute(0.36)
    assert math.isclose(b["outcome"], 1 - 0.64**0.5, rel_tol=1e-5)
    with pytest.raises(ArgumentError, match="no A arm"):
        fit.absolute()


def test_knapp_hartung_limits_are_those_of_t():
    """The difference of means is the effect itself, whatever the baseline."""
    fit = nma(COUNTS, measure="MD", reference="A", ci="hksj")
    found = {row["treatment"]: row for row in fit.absolute(10.0)}
    for effect in fit.result.effects:
        row = found[effect.treatment]
        assert math.isclose(row["difference"], effect.estimate, rel_tol=1e-9)
        width = effect.upper - effect.lower
        assert abs(row["difference_lower"] - effect.lower) < 0.02 * width
        assert abs(row["difference_upper"] - effect.upper) < 0.02 * width


def test_the_outcome_agrees_in_direction_with_the_effect():
    """A rate ratio below 1 never raises the rate, however uncertain it is."""
    data = [{"study": "1", "treatment": t, "events": r, "exposure": 100.0} for t, r in (("A", 3), ("B", 2))]
    (_, b) = nma(data, measure="IRR", reference="A").absolute(0.03)
    assert math.isclose(b["outcome"], 0.02, rel_tol=1e-9)
    assert b["difference"] < 0


def test_rates_and_risks_stay_possible():
    data = [
        {"study": s, "treatment": t, "events": r, "exposure": 100.0}
        for s, t, r in (("1", "A", 10), ("1", "B", 2), ("2", "A", 12), ("2", "B", 1))
    ]
    (_, b) = nma(data, measure="IRD", reference="A").absolute(0.05)
    assert (b["outcome"], b["lower"]) == (0, 0)


def test_an_uncertain_baseline_widens_the_outcome_but_its_own_row_keeps_its_limits():
    _, sure = rows("OR", 0.2)
    _, unsure = rows("OR", (0.2, 0.12, 0.31))
    assert math.isclose(unsure["A"]["lower"], expit(logit(0.2) - (logit(0.31) - logit(0.12)) / 2), rel_tol=2e-3)
    assert unsure["B"]["upper"] - unsure["B"]["lower"] > sure["B"]["upper"] - sure["B"]["lower"]
    assert unsure["A"]["baseline"] == "given: risk 0.2 (0.12 to 0.31)"


def test_the_pooled_baseline_is_the_reference_arms():
    _, found = rows("OR")
    assert "random-effects mean over 3 A arms" in found["B"]["baseline"]
    assert 0.15 < found["A"]["outcome"] < 0.25
    assert 9.9 < rows("MD")[1]["A"]["outcome"] < 10.4
    assert 0.05 < rows("IRR")[1]["A"]["outcome"] < 0.15


def test_numbers_of_numpy_are_numbers():
    assert rows("OR", np.array([0.2, 0.1, 0.3]))[1]["B"] == rows("OR", (0.2, 0.1, 0.3))[1]["B"]
    assert rows("OR", np.float32(0.25))[1]["A"]["outcome"] == 0.25


@pytest.mark.parametrize("baseline", [20, -0.1, 0.0, "0.2", (0.2, 0.3, 0.4), (0.2, 0.1), True, float("nan")])
def test_a_baseline_that_can_not_be(baseline):
    with pytest.raises(ArgumentError):
        rows("OR", baseline)


def test_a_measure_without_an_absolute_scale():
    with pytest.raises(ArgumentError, match="no absolute scale"):
        rows("SMD", 0.2)
