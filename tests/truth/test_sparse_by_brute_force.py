"""The likelihoods and the Mantel-Haenszel covariance written out: enumeration, dense matrices, a general optimiser."""

import itertools
from math import comb

import numpy as np
import pytest
from scipy.optimize import minimize

from topline.records import StudyArm
from topline.synthesis.api import nma
from topline.synthesis.arrays.counts import count_arrays
from topline.synthesis.arrays.hypergeometric import (
    fit_hypergeometric,
    log_likelihood_at,
    reachable,
    saturated_log_likelihood,
)
from topline.synthesis.arrays.mantel_haenszel import estimate_design
from topline.synthesis.arrays.penalised_logistic import fit_penalised
from topline.synthesis.arrays.profile_limits import profile_limits
from topline.synthesis.sparse.engines import fit_sparse
from topline.synthesis.sparse.profile_intervals import profile_intervals

# a general optimiser stops where the gradient is lost in rounding; in units of a standard error
OPTIMISED = 1e-5

# (study, treatment, events, n): zero cells, a full arm, a study of four arms and a study without events
SPARSE = [
    (0, 0, 0, 12), (0, 1, 3, 10), (1, 0, 2, 15), (1, 2, 0, 14), (2, 0, 1, 13), (2, 1, 1, 9), (2, 2, 4, 11),
    (2, 3, 2, 8), (3, 2, 2, 2), (3, 3, 1, 6), (4, 0, 0, 5), (4, 3, 0, 7), (5, 0, 1, 20), (5, 1, 0, 21), (5, 3, 2, 19),
]  # fmt: skip


def arrays(rows, n_treatments=None):
    study, treatment, events, n = (np.array(column) for column in zip(*rows, strict=True))
    return count_arrays(study, treatment, events, n, n_treatments or int(treatment.max()) + 1)


def informative(rows):
    """Without the studies that have no events."""
    return [r for r in rows if sum(x[2] for x in rows if x[0] == r[0])]


def enumerated(rows, theta):
    """Log likelihood, gradient and information of the conditional likelihood, over every allocation."""
    value, gradient, information = 0.0, np.zeros(len(theta)), np.zeros((len(theta),) * 2)
    for study in sorted({r[0] for r in rows}):
        own = [r for r in rows if r[0] == study]
        t, x, n = ([r[k] for r in own] for k in (1, 2, 3))
        allocations = np.array([a for a in itertools.product(*(range(m + 1) for m in n)) if sum(a) == sum(x)])
        ways = [float(np.prod([comb(m, k) for m, k in zip(n, a, strict=True)])) for a in allocations.tolist()]
        weight = np.array(ways) * np.exp(allocations @ theta[t])
        p = weight / weight.sum()
        value += float(np.log(p[(allocations == x).all(axis=1)][0]))
        mean = p @ allocations
        np.add.at(gradient, t, np.array(x) - mean)
        information[np.ix_(t, t)] += (allocations.T * p) @ allocations - np.outer(mean, mean)
    return value, gradient, information


def penalised(rows, beta, n_treatments):
    """The penalised log likelihood with every matrix written out; beta holds the studies' levels, then the effects."""
    studies = sorted({r[0] for r in rows})
    x = np.zeros((len(rows), len(studies) + n_treatments - 1))
    for k, (study, treatment, _, _) in enumerate(rows):
        x[k, studies.index(study)] = 1
        if treatment:
            x[k, len(studies) + treatment - 1] = 1
    events, n = (np.array([r[k] for r in rows], dtype=float) for k in (2, 3))
    eta = x @ beta
    p = 1 / (1 + np.exp(-eta))
    information = (x.T * (n * p * (1 - p))) @ x
    value = float(events @ eta - n @ np.logaddexp(0, eta)) + 0.5 * np.linalg.slogdet(information)[1]
    return value, information


def maximised(function, start):
    return minimize(lambda b: -function(b), start, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000})


def test_conditional_likelihood_by_enumeration(tolerances):
    rows = informative(SPARSE)
    fit = fit_hypergeometric(arrays(rows))
    value, gradient, information = enumerated(rows, fit.effects)
    assert tolerances.close(fit.log_likelihood, value, tolerances.SAME_FORMULA)
    covariance = np.linalg.inv(information[1:, 1:])
    assert fit.covariance[1:, 1:] == pytest.approx(covariance, rel=tolerances.SAME_FORMULA)
    # the Newton step that is left, in standard errors
    assert np.abs(covariance @ gradient[1:] / np.sqrt(np.diag(covariance))).max() < tolerances.SAME_FORMULA


def test_saturated_likelihood_of_several_arms(tolerances):
    """A study of four arms, one of them without events: the bound is approached as that arm's effect falls."""
    rows = [(0, 0, 0, 9), (0, 1, 2, 8), (0, 2, 3, 7), (0, 3, 1, 6)]
    between = fit_hypergeometric(arrays([(0, t - 1, x, n) for _, t, x, n in rows[1:]]))
    near = enumerated(rows, np.array([-40.0, *between.effects]))[0]
    assert tolerances.close(saturated_log_likelihood(arrays(rows)), near, tolerances.SAME_FORMULA)
    further = [enumerated(rows, np.array([a, *between.effects]))[0] for a in (-2.0, -4.0, -8.0)]
    assert further == sorted(further)
    assert further[-1] < near


def random_rows(seed):
    """Seven studies of two or three of four treatments, with up to 11 patients an arm, that say something."""
    random = np.random.default_rng(seed)
    rows = []
    for study in range(7):
        for t in random.choice(4, size=random.integers(2, 4), replace=False):
            n = int(random.integers(1, 12))
            rows.append((study, int(t), int(random.binomial(n, 0.3)), n))
    totals = {s: [sum(r[k] for r in rows if r[0] == s) for k in (2, 3)] for s in range(7)}
    return [r for r in rows if 0 < totals[r[0]][0] < totals[r[0]][1]]


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6, 7])
def test_conditional_likelihood_of_random_networks(seed, tolerances):
    rows = random_rows(seed)
    counts = arrays(rows, 4)
    assert reachable(counts).all()
    fit = fit_hypergeometric(counts)
    _, gradient, information = enumerated(rows, fit.effects)
    step = np.linalg.solve(information[1:, 1:], gradient[1:])
    assert np.abs(step / np.sqrt(np.diag(fit.covariance)[1:])).max() < tolerances.SAME_FORMULA

    def held(b):
        return enumerated(rows, np.array([0.0, 0.7, *b]))[0]

    assert log_likelihood_at(counts, 1, 0, 0.7, np.zeros(4)) == pytest.approx(
        -maximised(held, np.zeros(2)).fun, abs=1e-7
    )


def test_conditional_likelihood_without_a_maximum():
    """Where events can't move from every treatment to every other, the likelihood grows without end in a direction."""
    rows = random_rows(5)
    reach = reachable(arrays(rows, 4))
    assert not reach.all()
    best = max(enumerated(rows, 6.0 * np.array(d))[0] for d in itertools.product((-1, 0, 1), repeat=4))
    further = max(enumerated(rows, 12.0 * np.array(d))[0] for d in itertools.product((-1, 0, 1), repeat=4))
    assert further > best
    # along the direction that the arrows leave open it never falls
    away = np.where(reach[int(np.argmin(reach.sum(axis=1)))], -1.0, 0.0)
    values = [enumerated(rows, size * away)[0] for size in (0.0, 1.0, 2.0, 4.0, 8.0)]
    assert values == sorted(values)
    assert values[-1] > values[0]


def test_conditional_likelihood_of_large_counts(tolerances):
    """Thousands of events, far from the rare: the exact log probability by whole numbers of Python."""
    rows = [(0, 0, 900, 3000), (0, 1, 1500, 3100), (0, 2, 200, 900)]
    fit = fit_hypergeometric(arrays(rows))
    # one study determines its own effects: the exact mean equals the counts
    total = 2600
    scale = [np.exp(fit.effects[t]) for t in range(3)]
    logs = {}
    for x0 in range(650, 1150):
        for x2 in range(110, 300):
            x1 = total - x0 - x2
            logs[x0, x1, x2] = x0 * np.log(scale[0]) + x1 * np.log(scale[1]) + x2 * np.log(scale[2])
    choose = [log_choose(n) for n in (3000, 3100, 900)]
    keys = np.array(list(logs))
    weight = np.array(list(logs.values())) + sum(choose[k][keys[:, k]] for k in range(3))
    weight = np.exp(weight - weight.max())
    mean = weight @ keys / weight.sum()
    assert mean == pytest.approx([900, 1500, 200], rel=tolerances.SAME_FORMULA)


def log_choose(n):
    """log C(n, k) for every k, by the recurrence."""
    k = np.arange(1, n + 1)
    return np.concatenate([[0.0], np.cumsum(np.log((n - k + 1) / k))])


def test_penalised_likelihood_by_a_general_optimiser(tolerances):
    rows = sorted(SPARSE)
    fit = fit_penalised(arrays(rows))
    best = maximised(lambda b: penalised(rows, b, 4)[0], np.full(9, -0.5))
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-9)
    se = np.sqrt(np.diag(fit.covariance)[1:])
    assert np.abs((fit.effects[1:] - best.x[6:]) / se).max() < OPTIMISED
    _, information = penalised(rows, best.x, 4)
    assert fit.covariance[1:, 1:] == pytest.approx(np.linalg.inv(information)[6:, 6:], rel=10 * OPTIMISED)


def test_penalised_profile_by_a_general_optimiser():
    rows = sorted(SPARSE)
    fit = fit_sparse([StudyArm(study=str(s), treatment=str(t), events=x, n=n) for s, t, x, n in rows], "penalised")
    interval = profile_intervals(fit)[1]
    for limit in (interval.lower, interval.upper):

        def held(b, limit=limit):
            return penalised(rows, np.array([*b[:6], b[6], limit, b[7]]), 4)[0]

        best = maximised(held, np.full(8, -0.5))
        assert 2 * (fit.log_likelihood + best.fun) == pytest.approx(3.841458820694124, abs=1e-5)


def test_penalised_star_adds_a_half_to_each_cell(tolerances):
    """Each treatment in one study of its own: as many parameters as arms, so that Jeffreys' prior adds 1/2 to cells."""
    rows = [(0, 0, 0, 30), (0, 1, 4, 25)]
    fit = fit_penalised(arrays(rows))
    assert tolerances.close(float(fit.effects[1]), np.log(4.5 / 21.5) - np.log(0.5 / 30.5), tolerances.SAME_FORMULA)


def test_large_counts_are_all_alike(tolerances):
    """With hundreds of thousands of patients all engines come to the inverse-variance estimates."""
    rows = []
    effect, level = {"a": 0.0, "b": 0.4, "c": -0.7}, {"s1": -3.0, "s2": -1.0, "s3": -2.0, "s4": 0.3}
    for study, names in {"s1": "ab", "s2": "bc", "s3": "abc", "s4": "ac"}.items():
        for t in names:
            n = 300_000
            rows.append(
                StudyArm(study=study, treatment=t, n=n, events=round(n / (1 + np.exp(-level[study] - effect[t]))))
            )
    inverse = nma(rows, measure="OR", model="common", reference="a")
    for engine in ("mh", "nch", "penalised"):
        fit = fit_sparse(rows, engine)
        assert fit.effects == pytest.approx(inverse.mean, abs=1e-4)
        assert fit.covariance == pytest.approx(inverse.covariance, rel=1e-3)


def dense_mantel_haenszel(x, n):
    """Means of the log odds ratios and their covariance, pair by pair and study by study."""
    k, m = x.shape
    y, total = n - x, n.sum(axis=1)
    r = np.array([[sum(x[s, i] * y[s, j] / total[s] for s in range(k)) for j in range(m)] for i in range(m)])
    pairs = [(i, j) for i in range(m) for j in range(m) if i != j]
    covariance = np.zeros((len(pairs),) * 2)
    for a, (i, j) in enumerate(pairs):
        for b, (g, h) in enumerate(pairs):
            if {i, j} == {g, h}:
                value = rbg(x, y, total, i, j) if i == g else -rbg(x, y, total, i, j)
            elif i == g:
                value = shared_arm(x, y, total, r, i, j, h)
            elif j == h:
                value = shared_arm(x, y, total, r, j, i, g)
            elif i == h:
                value = -shared_arm(x, y, total, r, i, j, g)
            elif j == g:
                value = -shared_arm(x, y, total, r, j, i, h)
            else:
                value = 0.0
            covariance[a, b] = value
    average = np.array([[(i == g) / m for g, _ in pairs] for i in range(m)])
    logs = np.array([np.log(r[i, j] / r[j, i]) for i, j in pairs])
    return average @ logs, average @ covariance @ average.T


def rbg(x, y, total, i, j):
    """Robins, Breslow and Greenland 1986, equation for the variance of the log odds ratio."""
    forth, back = x[:, i] * y[:, j] / total, y[:, i] * x[:, j] / total
    p, q = (x[:, i] + y[:, j]) / total, (y[:, i] + x[:, j]) / total
    r, s = forth.sum(), back.sum()
    return (p * forth).sum() / (2 * r * r) + (p * back + q * forth).sum() / (2 * r * s) + (q * back).sum() / (2 * s * s)


def shared_arm(x, y, total, r, i, j, k):
    """Greenland 1989: the six terms of the covariance of log odds ratios i versus j and i versus k."""

    def of(a, b, c):
        return float((a * b * c / total**2).sum())

    x_part = of(x[:, i], y[:, j], y[:, k]) / (r[i, j] * r[i, k])
    x_part += of(y[:, i], x[:, j], y[:, k]) / (r[j, i] * r[i, k]) + of(y[:, i], y[:, j], x[:, k]) / (r[i, j] * r[k, i])
    y_part = of(y[:, i], x[:, j], x[:, k]) / (r[j, i] * r[k, i])
    y_part += of(x[:, i], y[:, j], x[:, k]) / (r[i, j] * r[k, i]) + of(x[:, i], x[:, j], y[:, k]) / (r[j, i] * r[i, k])
    return (x_part + y_part) / 3


@pytest.mark.parametrize("m", [2, 3, 4])
def test_mantel_haenszel_covariance_term_by_term(m, tolerances):
    random = np.random.default_rng(m)
    n = random.integers(20, 60, size=(5, m)).astype(float)
    x = random.binomial(n.astype(int), 0.15).astype(float)
    levels, covariance = dense_mantel_haenszel(x, n)
    found = estimate_design(np.arange(m), x, n)
    assert found.levels == pytest.approx(levels, rel=tolerances.SAME_FORMULA)
    assert found.covariance == pytest.approx(covariance, rel=tolerances.SAME_FORMULA, abs=1e-12)
    assert np.abs(found.covariance.sum(axis=0)).max() < 1e-12


def test_mantel_haenszel_of_one_study_is_its_logits(tolerances):
    """One study of three arms: log odds, with variance 1/x + 1/(n - x) each."""
    x, n = np.array([[4.0, 9.0, 2.0]]), np.array([[60.0, 55.0, 71.0]])
    found = estimate_design(np.arange(3), x, n)
    c = np.array([[-1, 1, 0], [-1, 0, 1]])
    logit, v = np.log(x[0] / (n - x)[0]), np.diag(1 / x[0] + 1 / (n - x)[0])
    assert c @ found.levels == pytest.approx(c @ logit, rel=tolerances.SAME_FORMULA)
    assert c @ found.covariance @ c.T == pytest.approx(c @ v @ c.T, rel=tolerances.SAME_FORMULA)


def test_mantel_haenszel_standard_errors_by_simulation(tolerances):
    """120 studies of three arms with few events: the spread of the estimate is what its standard error says."""
    random = np.random.default_rng(20260101)
    n = np.full((120, 3), 25)
    odds = np.exp(random.normal(-3.2, 0.5, size=(120, 1)) + np.array([0.0, 0.5, -0.3]))
    p = odds / (1 + odds)
    runs = 1500
    contrast = np.array([[-1, 1, 0], [-1, 0, 1]])
    estimates, reported = np.zeros((runs, 2)), np.zeros((2, 2))
    for k in range(runs):
        x = random.binomial(n, p).astype(float)
        found = estimate_design(np.arange(3), x, n.astype(float))
        estimates[k] = contrast @ found.levels
        reported += contrast @ found.covariance @ contrast.T / runs
    spread = np.cov(estimates.T)
    # the standard error of a variance or covariance over runs
    error = np.sqrt((spread**2 + np.outer(np.diag(spread), np.diag(spread))) / runs)
    assert (np.abs(spread - reported) < tolerances.MONTE_CARLO_SE * error).all()


def test_profile_limits_of_a_parabola():
    """A normal likelihood has the Wald interval; one that levels off has an infinite limit."""
    lower, upper = profile_limits(lambda x: -0.5 * ((x - 2) / 0.3) ** 2, 2.0, 0.3, 0.0, 0.95)
    assert (lower, upper) == pytest.approx((2 - 1.959963984540054 * 0.3, 2 + 1.959963984540054 * 0.3), abs=1e-7)
    lower, upper = profile_limits(lambda x: -3.0 * min(x, 0.0) ** 2, 0.0, 1.0, 0.0, 0.95)
    assert upper == np.inf
    assert lower == pytest.approx(-np.sqrt(1.920729410347062 / 3), abs=1e-6)
