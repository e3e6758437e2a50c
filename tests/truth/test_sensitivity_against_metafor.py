"""A network of two treatments is a pairwise meta-analysis: leave1out, influence, cumul and regtest of metafor 5.0-1."""

import pytest

from topline.synthesis import nma


@pytest.fixture
def fit(stored):
    """REML on the 13 BCG trials, vaccinated versus not."""
    rows = []
    for r in stored("metafor_bcg_or")["data"]:
        rows.append({"study": r["study"], "treatment": "vaccine", "events": r["events1"], "n": r["n1"]})
        rows.append({"study": r["study"], "treatment": "none", "events": r["events2"], "n": r["n2"]})
    return nma(rows, measure="OR", reference="none")


@pytest.fixture
def order(stored):
    """The trials as metafor has them, the oldest first."""
    return [r["study"] for r in stored("metafor_bcg_or")["data"]]


def test_leave_one_out(fit, order, stored, tolerances):
    truth = stored("metafor_bcg_sensitivity")["leave1out_REML"]
    rows = {r["left_out"]: r for r in fit.leave_one_out()}
    influence = {r["study"]: r for r in fit.influence()}
    for k, study in enumerate(order):
        row = rows[study]
        assert tolerances.close(row["estimate"], truth["estimate"][k], tolerances.ITERATED, truth["se"][k])
        assert tolerances.close(row["se"], truth["se"][k], tolerances.ITERATED)
        assert tolerances.close(row["tau2"], truth["tau2"][k], tolerances.ITERATED)
        assert tolerances.close(influence[study]["q"], truth["Q"][k], tolerances.CLOSED_FORM)
        assert row["change"] == pytest.approx(row["estimate"] - fit.result.effects[0].estimate)


def test_influence(fit, order, stored, tolerances):
    """residual_q is the square of rstudent, the deleted residual over its standard error; leverage is the hat value."""
    truth = stored("metafor_bcg_sensitivity")["influence_REML"]
    influence = {r["study"]: r for r in fit.influence()}
    for k, study in enumerate(order):
        row = influence[study]
        assert tolerances.close(row["residual_q"], truth["rstudent"][k] ** 2, tolerances.ITERATED, 1.0)
        assert row["residual_df"] == 1
        assert tolerances.close(row["leverage"], truth["hat"][k], tolerances.ITERATED)
    assert sum(r["leverage"] for r in influence.values()) == pytest.approx(1)


def test_cumulative(fit, order, stored, tolerances):
    truth = stored("metafor_bcg_sensitivity")["cumul_REML"]
    rows = fit.cumulative(order)
    assert [r["n_studies"] for r in rows] == truth["k"]
    for k, row in enumerate(rows):
        assert row["added"] == order[k]
        assert tolerances.close(row["estimate"], truth["estimate"][k], tolerances.ITERATED, truth["se"][k])
        assert tolerances.close(row["se"], truth["se"][k], tolerances.ITERATED)
        # one trial alone says nothing about tau2
        assert (row["tau2"] is None) == (k == 0)
        if k:
            assert abs(row["tau2"] - truth["tau2"][k]) <= tolerances.ITERATED * truth["tau2"][k] + 1e-8
            assert row["change"] == pytest.approx(row["estimate"] - rows[k - 1]["estimate"])


def test_egger(fit, stored, tolerances):
    """With one comparison both tests are regtest(model="lm"); the other order turns the sign."""
    truth = stored("metafor_bcg_sensitivity")["regtest_lm"]
    for order, sign in ((["vaccine", "none"], 1), (["none", "vaccine"], -1)):
        for row in fit.funnel_test(order):
            assert tolerances.close(row["t"], sign * truth["stat"], tolerances.CLOSED_FORM)
            assert row["df"] == truth["dfs"]
            assert tolerances.close(row["p"], truth["pval"], tolerances.CLOSED_FORM)
