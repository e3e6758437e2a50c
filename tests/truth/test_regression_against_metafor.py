"""Meta-regression of two treatments against metafor 5.0-1 (data/metafor_bcg_regression.json)."""

import pytest

from topline.synthesis import nma

ENGINES = {"FE": {"model": "common"}, "DL": {"engine": "dl"}, "REML": {"engine": "reml"}, "ML": {"engine": "ml"}}
INTERVALS = {"z": "wald", "knha": "hksj"}


def arms(truth):
    for row in truth["data"]:
        common = {name: row[name] for name in ("study", "ablat", "alloc", "year")}
        yield common | {"treatment": "vaccine", "events": row["tpos"], "n": row["tpos"] + row["tneg"]}
        yield common | {"treatment": "control", "events": row["cpos"], "n": row["cpos"] + row["cneg"]}


@pytest.fixture
def truth(stored):
    return stored("metafor_bcg_regression")


def fitted(truth, engine, interval, covariate, centre):
    fit = nma(
        list(arms(truth)), measure="RR", reference="control", covariates=["ablat", "alloc"], ci=INTERVALS[interval],
        **ENGINES[engine],
    )  # fmt: skip
    return fit.regression(covariate, centre=centre)


def compare(row, expected, position, tolerances, tolerance):
    se = expected["se"][position]
    for name, wanted in (
        ("estimate", list(expected["beta"].values())[position]), ("se", se), ("lower", expected["ci_lb"][position]),
        ("upper", expected["ci_ub"][position]), ("p", expected["pval"][position]),
    ):  # fmt: skip
        assert tolerances.close(row[name], wanted, tolerance, 0.0 if name == "p" else se), (name, row)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("engine", ENGINES)
def test_latitude(truth, engine, interval, tolerances):
    expected = truth["metareg"]["ablat"][engine][interval]
    tolerance = tolerances.ITERATED if engine in ("REML", "ML") else tolerances.CLOSED_FORM
    regression = fitted(truth, engine, interval, "ablat", False)
    compare(regression.effects()[0], expected, 0, tolerances, tolerance)
    compare(regression.coefficients()[0], expected, 1, tolerances, tolerance)
    check_heterogeneity(regression, expected, interval, engine, tolerances, tolerance)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("engine", ENGINES)
def test_latitude_and_allocation(truth, engine, interval, tolerances):
    expected = truth["metareg"]["ablat_alloc"][engine][interval]
    tolerance = tolerances.ITERATED if engine in ("REML", "ML") else tolerances.CLOSED_FORM
    centre = {"ablat": 0, "alloc": "alternate"}
    regression = fitted(truth, engine, interval, ["ablat", "alloc"], centre)
    compare(regression.effects()[0], expected, 0, tolerances, tolerance)
    rows = regression.coefficients()
    assert [(r["covariate"], r["level"], r["compared_with"]) for r in rows] == [
        ("ablat", None, None), ("alloc", "random", "alternate"), ("alloc", "systematic", "alternate"),
    ]  # fmt: skip
    for position, row in enumerate(rows, 1):
        compare(row, expected, position, tolerances, tolerance)
    check_heterogeneity(regression, expected, interval, engine, tolerances, tolerance)


def check_heterogeneity(regression, expected, interval, engine, tolerances, tolerance):
    """metafor's R2 of FE compares Q, which is another quantity; ours is None where no tau2 is estimated."""
    row = regression.heterogeneity()[0]
    assert tolerances.close(row["tau2"], expected["tau2"], tolerance)
    assert tolerances.close(row["q"], expected["QE"], tolerances.CLOSED_FORM)
    assert tolerances.close(row["p"], expected["QEp"], tolerances.CLOSED_FORM)
    assert tolerances.close(row["test_p"], expected["QMp"], tolerance)
    assert row["test"] == ("F" if interval == "knha" else "chi-square")
    assert tolerances.close(row["statistic"], expected["QM"], tolerance)
    assert [row["test_df"], row["test_df2"]] == expected["QMdf"]
    if engine == "FE":
        assert row["r2"] is None
    else:
        assert tolerances.close(100 * row["r2"], expected["R2"], tolerance)


def test_the_numbers_that_are_printed_everywhere(truth):
    """REML, log risk ratio on latitude: -0.0291 (0.0072), residual tau2 0.0763 (metafor's documentation of dat.bcg)."""
    regression = fitted(truth, "REML", "z", "ablat", True)
    slope = regression.coefficients()[0]
    assert (round(slope["estimate"], 4), round(slope["se"], 4), round(regression.tau2, 4)) == (-0.0291, 0.0072, 0.0763)
