"""The comparison-adjusted funnel plot: its points by hand, its tests with every matrix written out."""

import itertools

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.arrays.funnel import egger, within_comparisons

ORDER = ["D", "B", "C", "A"]


@pytest.fixture
def fit(stored):
    return nma(stored("netmeta_smoking_or")["data"], measure="OR", engine="dl", reference="A")


def test_points(fit, stored):
    """Log odds ratios of all pairs in all trials, less netmeta's direct random-effects estimates (netsplit)."""
    truth = stored("netmeta_smoking_or")["models"]["DL"]["netsplit"]
    direct = {}
    for name, estimate in zip(truth["comparison"], truth["direct"]["TE"], strict=True):
        one, two = name.split(":")
        direct[f"{one} versus {two}"], direct[f"{two} versus {one}"] = estimate, -estimate
    trials = {}
    for r in stored("netmeta_smoking_or")["data"]:
        trials.setdefault(r["study"], {})[r["treatment"]] = (r["events"], r["n"] - r["events"])
    expected = {}
    for study, arms in trials.items():
        add = 0.5 if any(0 in cells for cells in arms.values()) else 0.0
        for a, b in itertools.combinations(sorted(arms, key=ORDER.index), 2):
            cells = np.array([*arms[a], *arms[b]]) + add
            estimate = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
            expected[study, f"{a} versus {b}"] = estimate - direct[f"{a} versus {b}"], np.sqrt((1 / cells).sum())
    table = fit.funnel(ORDER).table
    assert len(table.rows) == len(expected) == 28
    for row in table.rows:
        study, comparison, _, _, difference, se = row.cells
        wanted = expected.pop((study, comparison))
        # to half a unit of the last digit that is printed, and at least two digits of the standard error are
        for printed, value in zip((difference, se), wanted, strict=True):
            decimals = len(printed.partition(".")[2])
            assert float(printed.replace("−", "-")) == pytest.approx(value, abs=0.5001 * 10**-decimals)
            assert 10**-decimals <= 0.1 * wanted[1]


def test_egger_is_a_weighted_regression():
    """The slope of y on se with weights 1/se^2, by the normal equations (Egger et al. 1997, BMJ 315:629)."""
    g = np.random.default_rng(4)
    se = g.uniform(0.1, 1, 20)
    y = 0.3 + 0.8 * se + se * g.normal(size=20)
    x, w = np.stack([np.ones(20), se], axis=1), np.diag(se**-2)
    b = np.linalg.solve(x.T @ w @ x, x.T @ w @ y)
    dispersion = (y - x @ b) @ w @ (y - x @ b) / 18
    found = egger(y, se)
    assert found.slope == pytest.approx(b[1])
    assert found.se == pytest.approx(np.sqrt(dispersion * np.linalg.inv(x.T @ w @ x)[1, 1]))
    assert found.degrees == 18


def test_within_comparisons_with_dense_matrices(fit):
    """A column a comparison beside se, V with the shared last arm, generalised least squares with a dispersion."""
    arms = fit.network.arrays
    place = np.array([ORDER.index(t) for t in fit.treatments])
    contrasts, blocks = [], []
    for s in range(arms.n_studies):
        own = sorted(np.flatnonzero(arms.study == s), key=lambda k: place[arms.treatment[k]])
        last = own[-1]
        v = np.diag(arms.v[own[:-1]]) + arms.v[last]
        blocks.append(v)
        for k, variance in zip(own[:-1], np.diag(v), strict=True):
            contrasts.append(((arms.treatment[k], arms.treatment[last]), arms.y[k] - arms.y[last], np.sqrt(variance)))
    pairs = sorted({c[0] for c in contrasts})
    x = np.array([[c[2], *(float(c[0] == pair) for pair in pairs)] for c in contrasts])
    y, v, at = np.array([c[1] for c in contrasts]), np.zeros((len(x), len(x))), 0
    for block in blocks:
        v[at : at + len(block), at : at + len(block)] = block
        at += len(block)
    w = np.linalg.inv(v)
    covariance = np.linalg.inv(x.T @ w @ x)
    b = covariance @ x.T @ w @ y
    degrees = len(y) - x.shape[1]
    se = np.sqrt((y - x @ b) @ w @ (y - x @ b) / degrees * covariance[0, 0])
    found = within_comparisons(arms, place)
    assert found.degrees == degrees
    assert found.slope == pytest.approx(b[0], rel=1e-9)
    assert found.se == pytest.approx(se, rel=1e-9)
    row = fit.funnel_test(ORDER)[1]
    assert (row["n_contrasts"], row["n_comparisons"]) == (len(y), len(pairs))


def test_a_planted_effect_of_small_studies_is_found():
    """600 trials whose estimates shift by 1.5 standard errors towards the newer treatment; and as many without.

    A slope of 1.5 is many standard errors away; without a shift t stays below 4, which chance exceeds once in 16,000.
    """
    g = np.random.default_rng(9)
    effects = {"old": 0.0, "mid": 0.4, "new": 0.7}
    order = ["new", "mid", "old"]
    for shift in (0.0, 1.5):
        rows = []
        for s in range(600):
            a, b = sorted(g.choice(3, 2, replace=False))
            se = float(g.uniform(0.1, 0.8))
            estimate = effects[order[a]] - effects[order[b]] + se * (shift + g.normal())
            rows.append({"study": s, "treat1": order[a], "treat2": order[b], "TE": estimate, "seTE": se})
        for row in nma(rows, measure="generic").funnel_test(order):
            assert abs(row["intercept"] - shift) < 4 * row["se"]
            assert (abs(row["t"]) > 6) == (shift > 0)
