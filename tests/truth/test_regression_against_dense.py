"""Network meta-regression against generalised least squares with every matrix written out, multi-arm trials included.

The covariate is made up: what is tested is the algebra, on real counts (smokingcessation of netmeta).
"""

import numpy as np
import pytest

from topline.synthesis import nma

METHODS = ["reml", "ml", "dl"]
CLASSES = {"B": "counselling", "C": "counselling", "D": "group"}


def covariate(study):
    """Numbers without a pattern, different in every study."""
    return 20 + (37 * int(study)) % 24 + 0.1 * int(study)


@pytest.fixture
def rows(stored):
    data = stored("netmeta_smoking_or")["data"]
    return [row | {"age": covariate(row["study"])} for row in data]


def columns(fit, dense, x, groups):
    """Contrast rows with the treatments (reference dropped) and, for each group, treatments times the covariate."""
    arrays = fit.network.arrays
    y, design, v, sigma = dense.contrasts(arrays)
    studies = np.repeat(np.arange(arrays.n_studies), np.bincount(arrays.study) - 1)
    z = x[studies]
    ground = fit.network.index(fit.spec.reference)
    interactions = [
        z * design[:, [fit.network.index(t) for t in treatments]].sum(axis=1) for treatments in groups.values()
    ]
    return y, np.column_stack([np.delete(design, ground, axis=1), *interactions]), v, sigma


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("interaction", ["shared", "independent", "classes"])
def test_coefficients_effects_and_tau2(rows, dense, tolerances, method, interaction):
    fit = nma(rows, measure="OR", reference="A", engine=method, covariates=["age"])
    groups = {
        "shared": {"all treatments": "BCD"},
        "independent": {t: t for t in "BCD"},
        "classes": {"counselling": "BC", "group": "D"},
    }[interaction]
    found = fit.regression("age", interaction=CLASSES if interaction == "classes" else interaction)
    x = np.array([covariate(s) for s in fit.network.studies])
    middle = x.mean()
    y, design, v, sigma = columns(fit, dense, x - middle, groups)
    if method == "dl":
        tau2 = dense.moments_tau2(y, design, v, sigma)
        assert found.tau2 == pytest.approx(tau2, rel=tolerances.SAME_FORMULA)
    else:
        tau2 = dense.golden_section(lambda t: dense.log_likelihood(y, design, v, sigma, t, method == "reml"), 0.0, 5.0)
        # a maximum is found to the square root of the precision of the likelihood
        assert found.tau2 == pytest.approx(tau2, abs=2e-6)
    b, covariance, _ = dense.gls(y, design, np.linalg.inv(v + found.tau2 * sigma))
    for k, row in enumerate(found.coefficients()):
        assert row["treatment"] == list(groups)[k]
        assert row["estimate"] == pytest.approx(b[3 + k], rel=1e-7, abs=1e-12)
        assert row["se"] == pytest.approx(covariance[3 + k, 3 + k] ** 0.5, rel=1e-7)
    for at in (middle, 31.0):
        for k, row in enumerate(found.effects(at)):
            weights = np.zeros(len(b))
            weights[k] = 1
            weights[3 + next(i for i, own in enumerate(groups.values()) if row["treatment"] in own)] = at - middle
            assert row["estimate"] == pytest.approx(weights @ b, rel=1e-7, abs=1e-12)
            assert row["se"] == pytest.approx((weights @ covariance @ weights) ** 0.5, rel=1e-7)
    interactions = b[3:]
    statistic = interactions @ np.linalg.inv(covariance[3:, 3:]) @ interactions
    row = found.heterogeneity()[0]
    assert row["statistic"] == pytest.approx(statistic, rel=1e-7)
    assert row["test_df"] == len(interactions)
    _, _, q = dense.gls(y, design, np.linalg.inv(v))
    assert row["q"] == pytest.approx(q, rel=tolerances.SAME_FORMULA)
    assert row["df"] == len(y) - len(b)
    assert row["tau2_without"] == pytest.approx(fit.result.tau2)


def test_knapp_hartung_in_a_network(rows, dense):
    """The covariance is multiplied by y'Py/df at the estimated tau2 (Knapp and Hartung 2003), df from the design."""
    fit = nma(rows, measure="OR", reference="A", covariates=["age"], ci="hksj")
    found = fit.regression("age", interaction="independent")
    x = np.array([covariate(s) for s in fit.network.studies])
    y, design, v, sigma = columns(fit, dense, x - x.mean(), {t: t for t in "BCD"})
    b, covariance, q = dense.gls(y, design, np.linalg.inv(v + found.tau2 * sigma))
    factor = q / (len(y) - len(b))
    for k, row in enumerate(found.coefficients()):
        assert row["se"] == pytest.approx((factor * covariance[3 + k, 3 + k]) ** 0.5, rel=1e-7)


@pytest.mark.parametrize("reference", ["B", "C", "D"])
def test_independent_interactions_do_not_depend_on_the_reference(rows, reference):
    """b of C versus B is b of C versus A less b of B versus A, and effects map alike at any value."""
    base = nma(rows, measure="OR", reference="A", covariates=["age"]).regression("age", interaction="independent")
    other = nma(rows, measure="OR", reference=reference, covariates=["age"]).regression(
        "age", interaction="independent"
    )
    assert other.tau2 == pytest.approx(base.tau2, rel=1e-8)
    slopes = {row["treatment"]: row["estimate"] for row in base.coefficients()} | {"A": 0.0}
    for row in other.coefficients():
        wanted = slopes[row["treatment"]] - slopes[reference]
        assert row["estimate"] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    levels = {row["treatment"]: row["estimate"] for row in base.effects(25.0)} | {"A": 0.0}
    for row in other.effects(25.0):
        assert row["estimate"] == pytest.approx(levels[row["treatment"]] - levels[reference], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("interaction", ["shared", "independent"])
@pytest.mark.parametrize(("factor", "shift"), [(1000.0, 0.0), (1.0, -2000.0), (1e-6, 5.0)])
def test_units_and_shifts_of_the_covariate(rows, interaction, factor, shift):
    changed = [row | {"age": factor * row["age"] + shift} for row in rows]
    base = nma(rows, measure="OR", reference="A", covariates=["age"]).regression("age", interaction=interaction)
    other = nma(changed, measure="OR", reference="A", covariates=["age"]).regression("age", interaction=interaction)
    assert other.tau2 == pytest.approx(base.tau2, rel=1e-8)
    for one, two in zip(base.coefficients(), other.coefficients(), strict=True):
        assert factor * two["estimate"] == pytest.approx(one["estimate"], rel=1e-7)
        assert factor * two["se"] == pytest.approx(one["se"], rel=1e-7)
    for one, two in zip(base.effects(30.0), other.effects(factor * 30.0 + shift), strict=True):
        assert two["estimate"] == pytest.approx(one["estimate"], rel=1e-6, abs=1e-9)
        assert two["se"] == pytest.approx(one["se"], rel=1e-7)


def test_two_levels_of_text_are_an_indicator(rows):
    """A covariate of text with two levels is the covariate 0 and 1, uncentred."""
    text = [row | {"old": "yes" if row["age"] > 32 else "no"} for row in rows]
    numbers = [row | {"old": 1 if row["age"] > 32 else 0} for row in rows]
    one = nma(text, measure="OR", reference="A", covariates=["old"]).regression("old", centre="no")
    two = nma(numbers, measure="OR", reference="A", covariates=["old"]).regression("old", centre=False)
    assert one.coefficients()[0]["estimate"] == pytest.approx(two.coefficients()[0]["estimate"], rel=1e-7)
    for first, second in zip(one.effects("yes"), two.effects(1), strict=True):
        assert first["estimate"] == pytest.approx(second["estimate"], rel=1e-7)
        assert first["se"] == pytest.approx(second["se"], rel=1e-7)


def residual_squares(y, design, weights):
    """The weighted sum of squares that a design of any rank leaves, and its rank, from whitened rows."""
    root = np.linalg.cholesky(weights).T
    b, _, rank, _ = np.linalg.lstsq(root @ design, root @ y, rcond=None)
    left = root @ (y - design @ b)
    return left @ left, rank


@pytest.mark.parametrize("interaction", ["shared", "independent"])
@pytest.mark.parametrize("ci", ["wald", "hksj"])
def test_the_joint_test_counts_what_collinear_covariates_determine_together(rows, dense, interaction, ci):
    """At a given tau2 the Wald statistic is the drop of the generalised sum of squares (Searle 1971, section 3.6).

    ``other`` is ``age`` turned round and says nothing new; ``half`` is new. The test of all three is that of two.
    """
    data = [row | {"other": 90 - row["age"], "half": int(row["study"]) % 2} for row in rows]
    fit = nma(data, measure="OR", reference="A", covariates=["age", "other", "half"], ci=ci)
    found = fit.regression(["age", "other", "half"], interaction=interaction)
    row = found.heterogeneity()[0]
    two = fit.regression(["age", "half"], interaction=interaction).heterogeneity()[0]
    assert (row["test_df"], row["test_df2"]) == (two["test_df"], two["test_df2"])
    assert (row["statistic"], row["test_p"]) == pytest.approx((two["statistic"], two["test_p"]), rel=1e-6)
    groups = {"shared": {"all": "BCD"}, "independent": {t: t for t in "BCD"}}[interaction]
    studies = fit.network.studies
    blocks = []
    for values in (
        [covariate(s) for s in studies],
        [90 - covariate(s) for s in studies],
        [int(s) % 2 for s in studies],
    ):
        y, block, v, sigma = columns(fit, dense, np.array(values, dtype=float), groups)
        blocks.append(block)
    weights = np.linalg.inv(v + found.tau2 * sigma)
    treatments = blocks[0][:, :3]
    without, fewer = residual_squares(y, treatments, weights)
    left, rank = residual_squares(y, np.hstack([treatments, *(b[:, 3:] for b in blocks)]), weights)
    assert row["test_df"] == rank - fewer
    factor = 1.0 if ci == "wald" else (rank - fewer) * left / (len(y) - rank)
    assert row["statistic"] == pytest.approx((without - left) / factor, rel=1e-6)
