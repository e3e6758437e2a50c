"""Intervals for tau2 against metafor 5.0-1 (data/metafor_tau_intervals.json) and against the written-out likelihood."""

import numpy as np
import pytest

from topline.synthesis import nma

SETS = [
    "bcg__OR", "bcg__RD", "bcg__RR", "hine1989__RD", "nielweise2007__OR", "nielweise2008__IRR", "normand1999__MD",
    "normand1999__SMD", "raudenbush1985__SMD_given_yi_vi",
]  # fmt: skip
CHI_SQUARE_95 = 3.841458820694124  # the 0.95 quantile of chi-square with 1 degree of freedom
METAFOR_PROFILE = 1e-4  # absolute: metafor searches the limits of tau2 of this interval to eps^0.25


def pairwise(case, **options):
    rows = [
        {"study": f"{k:03d}", "treatment1": "B", "treatment2": "A", "estimate": y, "se": v**0.5}
        for k, (y, v) in enumerate(zip(case["yi"], case["vi"], strict=True))
        if y is not None
    ]
    return nma(rows, measure="generic", reference="A", **options)


@pytest.fixture(params=SETS)
def case(request, stored):
    return stored("metafor_tau_intervals")["sets"][request.param]


@pytest.mark.parametrize("engine", ["dl", "reml", "ml"])
def test_q_profile(case, engine, tolerances):
    """The interval is the same whatever the estimate, which may lie outside it (DL does for bcg__RD)."""
    row = pairwise(case, engine=engine).tau2_interval()[0]
    expected = case["q_profile"]
    assert tolerances.close(row["tau2"], case["tau2"][engine.upper()], tolerances.ITERATED)
    for name, wanted in zip(("lower", "upper"), expected["tau2"], strict=True):
        assert tolerances.close(row[name], wanted, tolerances.CLOSED_FORM) or row[name] == wanted == 0
        assert row[f"tau_{name}"] == pytest.approx(row[name] ** 0.5)
    for name, wanted in zip(("i2_lower", "i2_upper"), expected["i2"], strict=True):
        assert tolerances.close(100 * row[name], wanted, tolerances.CLOSED_FORM) or row[name] == wanted == 0


def test_profile(case):
    row = pairwise(case).tau2_interval("profile")[0]
    scale = max(METAFOR_PROFILE, 1e-5 * case["profile"][1])
    assert abs(row["lower"] - case["profile"][0]) < scale
    assert abs(row["upper"] - case["profile"][1]) < scale


def test_collins_pre_eclampsia(stored):
    """Viechtbauer 2007, Stat Med 26:37: Q-profile interval 0.07 to 2.20; metafor prints 0.0723 to 2.2027."""
    case = stored("metafor_tau_intervals")["collins1985b"]
    data = [
        {"study": f"{k} {author}", "treatment": t, "events": events, "n": n}
        for k, (author, xt, nt, xc, nc) in enumerate(case["rows"])
        for t, events, n in (("diuretic", xt, nt), ("control", xc, nc))
    ]
    row = nma(data, measure="OR", reference="control").tau2_interval()[0]
    assert [round(row["lower"], 4), round(row["upper"], 4)] == case["q_profile"]


@pytest.mark.parametrize("name", ["netmeta_senn2013", "netmeta_smoking_or"])
@pytest.mark.parametrize("engine", ["reml", "ml"])
def test_profile_of_a_network_by_the_dense_likelihood(name, engine, stored, dense, tolerances):
    """At each limit the written-out likelihood lies 3.84/2 below its maximum; at 0, where a limit is 0, less."""
    truth = stored(name)
    fit = nma(truth["data"], measure=truth["measure"], engine=engine)
    row = fit.tau2_interval("profile")[0]
    y, x, v, sigma = dense.contrasts(fit.network.arrays)
    x = x[:, 1:]

    def likelihood(tau2):
        return dense.log_likelihood(y, x, v, sigma, tau2, engine == "reml")

    drops = [2 * (likelihood(row["tau2"]) - likelihood(row[side])) for side in ("lower", "upper")]
    assert drops[1] == pytest.approx(CHI_SQUARE_95, abs=tolerances.SAME_FORMULA)
    assert drops[0] == pytest.approx(CHI_SQUARE_95, abs=tolerances.SAME_FORMULA) if row["lower"] else drops[0] < 3.85
    assert row["lower"] <= row["tau2"] <= row["upper"]


@pytest.mark.parametrize("name", ["netmeta_senn2013", "netmeta_smoking_or"])
def test_q_profile_of_a_network_by_dense_weights(name, stored, dense):
    """Q(tau2) of generalised least squares at the limits is the 0.975 and the 0.025 quantile of chi-square.

    Quantiles for 18 and 23 degrees of freedom: 31.5264, 8.2307 and 38.0756, 11.6886 (any table of chi-square).
    """
    quantiles = {"netmeta_senn2013": (18, 31.5264, 8.2307), "netmeta_smoking_or": (23, 38.0756, 11.6886)}[name]
    truth = stored(name)
    fit = nma(truth["data"], measure=truth["measure"])
    assert fit.network.arrays.degrees == quantiles[0]
    row = fit.tau2_interval()[0]
    y, x, v, sigma = dense.contrasts(fit.network.arrays)
    for side, wanted in zip(("lower", "upper"), quantiles[1:], strict=True):
        _, _, q = dense.gls(y, x[:, 1:], np.linalg.inv(v + row[side] * sigma))
        assert q == pytest.approx(wanted, abs=6e-5)
