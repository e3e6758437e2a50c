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
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    for effect in fit.result.effects:
        row = found[effect.treatment]
        mean = (weights / weights.sum()) @ moved(base, effect.estimate + effect.se * nodes)
        assert math.isclose(row["outcome"], mean, rel_tol=2e-4)
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


@pytest.mark.parametrize("baseline", [20, -0.1, 0.0, "0.2", (0.2, 0.3, 0.4), (0.2, 0.1), True, float("nan")])
def test_a_baseline_that_can_not_be(baseline):
    with pytest.raises(ArgumentError):
        rows("OR", baseline)


def test_a_measure_without_an_absolute_scale():
    with pytest.raises(ArgumentError, match="no absolute scale"):
        rows("SMD", 0.2)
