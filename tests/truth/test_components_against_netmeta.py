"""Component network meta-analysis against netmeta 3.3-1 (netcomb and discomb) and the published worked example.

File netcomb_baker2009.json; calls inside. Published: Balduzzi, Rücker, Nikolakopoulou, Papakonstantinou, Salanti,
Efthimiou and Schwarzer 2023, J Stat Softw 106(2), section on component network meta-analysis (COPD, Baker et al. 2009).
"""

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.components.api import component_nma

MODELS = {"netcomb, inactive": "Placebo", "netcomb": None, "discomb, inactive": "Placebo"}


def fitted(truth, name, model="random"):
    request = {"measure": "OR", "engine": "dl", "model": model, "reference": "Placebo", "better": "lower"}
    if name.startswith("discomb"):
        return component_nma(truth["data"], inactive=MODELS[name], **request)
    return nma(truth["data"], **request).components(inactive=MODELS[name])


@pytest.fixture(params=MODELS)
def case(request, stored):
    truth = stored("netcomb_baker2009")
    return request.param, truth, truth["models"][request.param]


@pytest.mark.parametrize("model", ["random", "common"])
def test_components(case, model, tolerances):
    name, truth, theirs = case
    expected = theirs["Comp"][model]
    rows = fitted(truth, name, model).components()
    assert [row["component"] for row in rows] == theirs["components"]
    assert {row["reference"] for row in rows} == {MODELS[name] or "nothing"}
    for row in rows:
        te, se = (expected[k][row["component"]] for k in ("est", "se"))
        assert tolerances.close(row["estimate"], te, tolerances.CLOSED_FORM, se)
        assert tolerances.close(row["se"], se, tolerances.CLOSED_FORM)
        assert tolerances.close(row["lower"], expected["lower"][row["component"]], tolerances.CLOSED_FORM, se)
        assert tolerances.close(row["upper"], expected["upper"][row["component"]], tolerances.CLOSED_FORM, se)
        # p values of 1e-10 magnify the last digits of z
        assert row["p"] == pytest.approx(expected["p"][row["component"]], rel=1e-5)
        assert row["display_estimate"] == pytest.approx(np.exp(te), rel=1e-6)


@pytest.mark.parametrize("model", ["random", "common"])
def test_sums_of_components(case, model, tolerances):
    """netmeta's Comb is versus nothing: with an inactive component that is versus placebo."""
    name, truth, theirs = case
    fit = fitted(truth, name, model)
    sums = zip(*fit.solution.moments(fit.composition.matrix), strict=True)
    for treatment, (estimate, error) in zip(fit.network.treatments, sums, strict=True):
        te, se = (theirs["Comb"][model][k][treatment] for k in ("est", "se"))
        assert abs(estimate - te) <= tolerances.CLOSED_FORM * max(se, 1e-3)
        assert abs(error - se) <= tolerances.CLOSED_FORM
    if MODELS[name]:
        for row in fit.combinations():
            assert row["reference"] == "Placebo"
            assert row["estimate"] == pytest.approx(theirs["Comb"][model]["est"][row["treatment"]], abs=1e-7)


def test_league(case, tolerances):
    name, truth, theirs = case
    cells = fitted(truth, name).league()
    te, se = (theirs["league"][k] for k in ("TE_random", "seTE_random"))
    assert len(cells) == len(te["rows"]) * (len(te["rows"]) - 1)
    for cell in cells:
        i, j = te["rows"].index(cell["treatment"]), te["cols"].index(cell["reference"])
        assert tolerances.close(cell["estimate"], te["values"][i][j], tolerances.CLOSED_FORM, se["values"][i][j])
        assert tolerances.close(cell["se"], se["values"][i][j], tolerances.CLOSED_FORM)


def test_q_and_heterogeneity(case, tolerances):
    name, truth, theirs = case
    fit = fitted(truth, name)
    additive, standard, difference = fit.comparison()
    assert tolerances.close(fit.tau2, theirs["tau2"], tolerances.CLOSED_FORM)
    assert tolerances.close(fit.tau, theirs["tau"], tolerances.CLOSED_FORM)
    assert tolerances.close(fit.i2, theirs["I2"], tolerances.CLOSED_FORM)
    for row, part in ((additive, "Q_additive"), (standard, "Q_standard"), (difference, "Q_diff")):
        assert tolerances.close(row["q"], theirs[part], tolerances.CLOSED_FORM)
        assert row["df"] == theirs[f"df_{part}"]
        assert tolerances.close(row["p"], theirs[f"pval_{part}"], tolerances.CLOSED_FORM)
    assert (additive["tau2"], additive["i2"]) == (fit.tau2, fit.i2)
    assert [row["model"] for row in (additive, standard, difference)] == [
        "additive", "standard", "additive minus standard",
    ]  # fmt: skip


def test_published_numbers(stored):
    """Balduzzi et al. 2023: to the digits that are printed there."""
    fit = fitted(stored("netcomb_baker2009"), "netcomb, inactive")
    shown = {row["component"]: round(row["display_estimate"], 2) for row in fit.components()}
    assert shown == {
        "Budesonide": 0.73, "Fluticasone": 0.90, "Formoterol": 0.94, "Salmeterol": 0.82, "Tiotropium": 0.69,
    }  # fmt: skip
    additive, standard, difference = fit.comparison()
    assert (round(additive["q"], 2), additive["df"], round(fit.tau2, 4)) == (62.74, 48, 0.0101)
    assert (round(standard["q"], 2), standard["df"]) == (60.86, 46)
    assert (round(difference["q"], 2), difference["df"]) == (1.88, 2)
