"""Intervals for tau2: boundaries, empty sets, refusals, the picture."""

import random
import xml.etree.ElementTree as ET

import numpy as np
import polars as pl
import pytest

from topline.errors import ArgumentError, UnknownNameError
from topline.exhibits import ProfilePoint, profile_chart
from topline.synthesis import nma

LEVELS = ("lower", "upper", "tau_lower", "tau_upper", "i2_lower", "i2_upper")


def pairwise(effects, se=0.2):
    return [
        {"study": f"s{k}", "treatment1": "B", "treatment2": "A", "estimate": e, "se": se} for k, e in enumerate(effects)
    ]


def fitted(effects, **options):
    return nma(pairwise(effects), measure="MD", reference="A", **options)


VARIED = [0.1, 0.9, -0.4, 1.3, 0.2]
ALIKE = [0.50, 0.51, 0.49, 0.50, 0.52, 0.48]
SIMILAR = [0.35, 0.7, 0.4, 0.65, 0.5]


@pytest.mark.parametrize("method", ["q-profile", "profile"])
def test_an_interval_away_from_zero(method):
    (row,) = fitted(VARIED).tau2_interval(method)
    assert 0 < row["lower"] < row["tau2"] < row["upper"]
    assert row["tau_upper"] == pytest.approx(row["upper"] ** 0.5)
    # two-arm studies of one size: the typical variance is that of a study, 0.04
    assert row["i2_upper"] == pytest.approx(row["upper"] / (row["upper"] + 0.04))
    assert row["note"] is None


@pytest.mark.parametrize("method", ["q-profile", "profile"])
def test_at_the_boundary_the_lower_limit_is_exactly_zero(method):
    (row,) = fitted(SIMILAR).tau2_interval(method)
    assert row["tau2"] == row["lower"] == row["tau_lower"] == row["i2_lower"] == 0.0
    assert row["upper"] > 0


def test_trials_more_alike_than_chance_leave_no_value():
    (row,) = fitted(ALIKE).tau2_interval()
    assert all(row[name] is None for name in LEVELS)
    assert "more alike than chance" in row["note"]
    (profile,) = fitted(ALIKE).tau2_interval("profile")
    assert profile["lower"] == 0.0
    assert profile["upper"] > 0


def test_without_degrees_nothing_is_known():
    (row,) = fitted([0.4]).tau2_interval()
    assert all(row[name] is None for name in ("tau2", "i2", *LEVELS))
    assert "say nothing about tau2" in row["note"]
    with pytest.raises(ArgumentError, match="say nothing about heterogeneity"):
        fitted([0.4]).tau2_profile()


def test_one_degree_of_freedom():
    """Q = 2 (0.5 - mean)^2/(0.08 + 2 tau2) ... falls like 1/tau2: the limits follow from the quantiles."""
    (row,) = fitted([0.0, 2.0]).tau2_interval(level=0.9)
    # variances 0.04 + tau2 each: Q = 2/(0.04 + tau2); chi-square(1) has its 0.95 quantile at 3.841459
    assert row["lower"] == pytest.approx(2 / 3.841458820694124 - 0.04, rel=1e-9)


def test_a_higher_level_is_wider():
    fit = fitted(VARIED)
    for method in ("q-profile", "profile"):
        (narrow,), (wide,) = fit.tau2_interval(method, level=0.8), fit.tau2_interval(method, level=0.99)
        assert wide["lower"] < narrow["lower"]
        assert narrow["upper"] < wide["upper"]
        assert narrow["level"] == 0.8


def test_an_estimate_outside_its_interval_is_explained():
    """Lengths of stay of Normand 1999 (metadat), precise ones near 0: DerSimonian-Laird lies below."""
    effects = [-20.0, -2.0, -55.0, -71.0, -4.0, 1.0, 11.0, -10.0, 7.0]
    variances = [40.5, 2.1, 15.7, 150.2, 17.3, 1.2, 94.6, 6.3, 19.8]
    rows = [
        {"study": f"s{k}", "treatment1": "B", "treatment2": "A", "estimate": e, "se": v**0.5}
        for k, (e, v) in enumerate(zip(effects, variances, strict=True))
    ]
    (row,) = nma(rows, measure="MD", reference="A", engine="dl").tau2_interval()
    assert row["tau2"] < row["lower"]
    assert "lies outside" in row["note"]
    assert nma(rows, measure="MD", reference="A").tau2_interval()[0]["note"] is None


def test_units_scale_with_the_square():
    small, large = fitted(VARIED), nma(
        [r | {"estimate": 1000 * r["estimate"], "se": 1000 * r["se"]} for r in pairwise(VARIED)],
        measure="MD", reference="A",
    )  # fmt: skip
    for method in ("q-profile", "profile"):
        (one,), (two,) = small.tau2_interval(method), large.tau2_interval(method)
        for name in ("lower", "upper"):
            assert two[name] == pytest.approx(1e6 * one[name], rel=1e-8)


def test_order_and_reference_change_nothing():
    rows = pairwise(VARIED)
    random.Random(3).shuffle(rows)
    (one,), (two,) = fitted(VARIED).tau2_interval(), nma(rows, measure="MD", reference="B").tau2_interval()
    assert one["upper"] == pytest.approx(two["upper"], rel=1e-9)
    assert one["lower"] == pytest.approx(two["lower"], rel=1e-9)


def test_a_frame_comes_back():
    fit = nma(pl.DataFrame(pairwise(VARIED)), measure="MD", reference="A")
    assert isinstance(fit.tau2_interval(), pl.DataFrame)


@pytest.mark.parametrize(
    ("options", "arguments", "words"),
    [
        ({}, {"method": "wald"}, "unknown interval for tau2"),
        ({}, {"level": 95}, "between 0 and 1"),
        ({}, {"level": "0.9"}, "between 0 and 1"),
        ({"engine": "dl"}, {"method": "profile"}, "maximises"),
        ({"model": "common"}, {}, "takes tau2 to be 0"),
    ],
)
def test_refusals(options, arguments, words):
    with pytest.raises(ArgumentError, match=words):
        fitted(VARIED, **options).tau2_interval(**arguments)


def test_a_posterior_has_its_own():
    fit = nma(
        [{"study": f"s{k}", "treatment": t, "events": 5 + k + 4 * (t == "B"), "n": 50} for k in range(3) for t in "AB"],
        measure="OR", engine="bayes",
    )  # fmt: skip
    with pytest.raises(ArgumentError, match="its own interval"):
        fit.tau2_interval()


def test_an_unknown_method_offers_the_known():
    with pytest.raises(UnknownNameError) as error:
        fitted(VARIED).tau2_interval("qprofile")
    assert "did you mean 'q-profile'" in str(error.value)


@pytest.mark.parametrize("engine", ["reml", "ml"])
def test_the_picture_says_what_the_table_says(engine):
    fit = fitted(VARIED, engine=engine)
    figure = fit.tau2_profile()
    ET.fromstring(figure.to_svg())
    (row,) = fit.tau2_interval("profile")
    assert f"{row['upper']:.2f}" in figure.description
    assert ("restricted" in figure.title) == (engine == "reml")
    assert 10 < len(figure.table.rows) < 60
    assert max(float(r.cells[1].replace("\u2212", "-")) for r in figure.table.rows) <= 0


def test_a_profile_at_the_boundary_can_be_drawn():
    assert "tau2 0;" in fitted(SIMILAR).tau2_profile().description


def test_a_profile_needs_points():
    with pytest.raises(ArgumentError, match="needs points"):
        profile_chart("p", "Profile", [ProfilePoint(0.0, 0.0)], estimate=0.0, limits=(0.0, 1.0), cut=-1.92)


@pytest.mark.parametrize("bad", [None, 3, np.array([1.0, 2.0]), ["profile"]], ids=repr)
def test_a_method_is_a_word(bad):
    with pytest.raises(ArgumentError, match="interval for tau2 is not text"):
        fitted(VARIED).tau2_interval(bad)
    for question in (fitted(VARIED).tau2_interval, fitted(VARIED).tau2_profile):
        with pytest.raises(ArgumentError, match="between 0 and 1"):
            question(level=np.array([0.9, 0.95]))


def test_a_level_of_numpy_is_a_level():
    fit = fitted(VARIED)
    assert fit.tau2_interval(level=np.float64(0.9)) == fit.tau2_interval(level=0.9)
    assert fit.tau2_interval(level=np.float32(0.5)) == fit.tau2_interval(level=0.5)
