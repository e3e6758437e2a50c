"""The component model against generalised least squares with every matrix written out, connected and not.

The matrix of components is written by a plain loop here, not read from the fit. Data: Baker2009 and Linde2016 of
netmeta 3.3-1.
"""

import numpy as np
import pytest

from topline.synthesis import nma
from topline.synthesis.components.api import component_nma


def columns_of(treatments, inactive, interactions=()):
    """(names, C): components sorted, the inactive one left out, then the interactions."""
    parts = [[p.strip() for p in t.split("+")] for t in treatments]
    names = sorted({p for own in parts for p in own} - {inactive})
    c = np.zeros((len(treatments), len(names) + len(interactions)))
    for i, own in enumerate(parts):
        for j, name in enumerate(names):
            c[i, j] = name in own
        for j, pair in enumerate(interactions):
            c[i, len(names) + j] = pair[0] in own and pair[1] in own
    return [*names, *("*".join(sorted(pair)) for pair in interactions)], c


class Dense:
    """The same model, dense; all columns are determined."""

    def __init__(self, dense, network, c, engine):
        self.y, x, self.v, self.sigma = dense.contrasts(network.arrays)
        self.x = x @ c
        self.tau2 = self.estimate_tau2(dense, engine)
        w = np.linalg.inv(self.v + self.tau2 * self.sigma)
        self.b, self.covariance, _ = dense.gls(self.y, self.x, w)
        self.q = dense.gls(self.y, self.x, np.linalg.inv(self.v))[2]

    def estimate_tau2(self, dense, engine):
        if engine == "dl":
            return dense.moments_tau2(self.y, self.x, self.v, self.sigma)

        def value(tau2):
            return dense.log_likelihood(self.y, self.x, self.v, self.sigma, tau2, engine == "reml")

        # as the derivative is 0 at the top, only half of the digits are found there
        return max(dense.golden_section(value, 0.0, 0.5), 0.0)


def linde(stored):
    return stored("linde2016")["data"]


def baker(stored):
    return stored("netcomb_baker2009")["data"]


def baker_in_two_pieces(stored):
    """Placebo, fluticasone and salmeterol; and, no trial between, their combination, tiotropium and formoterol."""
    wanted = [
        {"Placebo", "Salmeterol"}, {"Fluticasone", "Placebo"}, {"Fluticasone+Salmeterol", "Tiotropium"},
        {"Formoterol", "Tiotropium"},
    ]  # fmt: skip
    rows = baker(stored)
    held = {}
    for row in rows:
        held.setdefault(row["study"], set()).add(row["treatment"])
    return [row for row in rows if held[row["study"]] in wanted]


CASES = {
    "baker": (baker, ()),
    "baker with an interaction": (baker, (("Salmeterol", "Fluticasone"),)),
    "baker in two pieces": (baker_in_two_pieces, ()),
    "linde": (linde, ()),
    "linde with an interaction": (linde, (("SSRI", "Face-to-face CBT"),)),
}


@pytest.mark.parametrize("engine", ["dl", "reml", "ml"])
@pytest.mark.parametrize("name", CASES)
def test_components_and_treatments(name, engine, stored, dense, tolerances):
    read, interactions = CASES[name]
    fit = component_nma(read(stored), engine=engine, inactive="Placebo", interactions=interactions)
    names, c = columns_of(fit.network.treatments, "Placebo", interactions)
    truth = Dense(dense, fit.network, c, engine)
    # golden section finds half of the digits; at the boundary ours is exactly 0
    assert fit.tau2 == pytest.approx(truth.tau2, abs=2e-6 if engine != "dl" else 1e-10)
    rows = [*fit.components(), *fit.interactions()]
    assert [row.get("component") or row["interaction"] for row in rows] == names
    tolerance = tolerances.SAME_FORMULA if engine == "dl" else 1e-4
    for k, row in enumerate(rows):
        se = truth.covariance[k, k] ** 0.5
        assert tolerances.close(row["estimate"], truth.b[k], tolerance, se)
        assert tolerances.close(row["se"], se, tolerance)
    for cell in fit.league():
        i, j = (fit.network.index(cell[k]) for k in ("treatment", "reference"))
        d = c[i] - c[j]
        assert tolerances.close(cell["estimate"], d @ truth.b, tolerance, cell["se"])
        assert tolerances.close(cell["se"], (d @ truth.covariance @ d) ** 0.5, tolerance)


@pytest.mark.parametrize("name", CASES)
def test_q_of_every_model(name, stored, dense, tolerances):
    """The standard model's Q is that of each piece on its own, added up."""
    read, interactions = CASES[name]
    rows = read(stored)
    fit = component_nma(rows, engine="dl", inactive="Placebo", interactions=interactions)
    q = {row["model"]: row for row in fit.comparison()}
    y, x, v, sigma = dense.contrasts(fit.network.arrays)
    w = np.linalg.inv(v)
    for label, own in (
        ("additive", ()),
        ("with " + "*".join(sorted(interactions[0])) if interactions else "", interactions),
    ):
        if label:
            c = columns_of(fit.network.treatments, "Placebo", own)[1]
            assert tolerances.close(q[label]["q"], dense.gls(y, x @ c, w)[2], tolerances.SAME_FORMULA)
            assert q[label]["df"] == len(y) - c.shape[1]
            assert q[label]["tau2"] == pytest.approx(dense.moments_tau2(y, x @ c, v, sigma), abs=1e-10)
    total, df = 0.0, 0
    for piece in fit.pieces:
        inside = [row for row in rows if row.get("treatment", row.get("treat1")) in piece]
        own = nma(inside, engine="dl").result.q
        total, df = total + own.total, df + own.df
    assert tolerances.close(q["standard"]["q"], total, tolerances.SAME_FORMULA)
    assert q["standard"]["df"] == df
    assert q["additive minus standard"]["q"] == pytest.approx(q["additive"]["q"] - total, rel=1e-6)


def test_the_difference_that_allows_for_heterogeneity(stored, dense, tolerances):
    """At the tau2 of the larger model, dense; with one more column it is the square of that column's z."""
    fit = component_nma(linde(stored), engine="reml", inactive="Placebo", interactions=[("SSRI", "Face-to-face CBT")])
    q = {row["model"]: row for row in fit.comparison()}
    y, x, v, sigma = dense.contrasts(fit.network.arrays)
    row = q["additive minus standard"]
    w = np.linalg.inv(v + q["standard"]["tau2"] * sigma)
    c = columns_of(fit.network.treatments, "Placebo")[1]
    expected = dense.gls(y, x @ c, w)[2] - dense.gls(y, x[:, 1:], w)[2]
    assert tolerances.close(row["q_random"], expected, 1e-7)
    (interaction,) = fit.interactions()
    assert q["additive minus with Face-to-face CBT*SSRI"]["q_random"] == pytest.approx(interaction["z"] ** 2, rel=1e-8)


@pytest.mark.parametrize("ci", ["wald", "hksj", "hksj-floor"])
def test_as_many_effects_as_treatments_is_the_standard_model(ci, stored):
    """Five components and two interactions for seven effects: every treatment has an effect of its own."""
    both = [("Salmeterol", "Fluticasone"), ("Budesonide", "Formoterol")]
    for engine in ("dl", "reml", "ml"):
        fit = nma(baker(stored), engine=engine, ci=ci, reference="Placebo")
        components = fit.components(inactive="Placebo", interactions=both)
        assert components.tau2 == pytest.approx(fit.result.tau2, rel=1e-7)
        for ours, theirs in zip(components.combinations(), fit.result.effects, strict=True):
            assert (ours["treatment"], ours["reference"]) == (theirs.treatment, theirs.reference)
            for name in ("estimate", "se", "lower", "upper", "pi_lower", "pi_upper"):
                assert ours[name] == pytest.approx(getattr(theirs, name), rel=1e-7, abs=1e-8)
        last = components.comparison()[-1]
        assert (last["q"], last["df"], last["p"]) == (0.0, 0, None)
        assert all(row["difference"] == pytest.approx(0, abs=1e-8) for row in components.network_effects())


def test_the_standard_model_beside_it_is_that_of_the_network(stored):
    fit = nma(baker(stored), engine="reml", reference="Salmeterol")
    components = fit.components(inactive="Placebo")
    for ours, theirs in zip(components.network_effects(), fit.result.effects, strict=True):
        assert ours["standard_model"] == pytest.approx(theirs.estimate, rel=1e-7, abs=1e-9)
        assert ours["se_standard_model"] == pytest.approx(theirs.se, rel=1e-7)
    additive, standard, _ = components.comparison()
    assert standard["tau2"] == pytest.approx(fit.result.tau2, rel=1e-7)
    assert standard["q"] == pytest.approx(fit.result.q.total, rel=1e-9)
    assert additive["q"] > standard["q"]


def test_candidates_count_the_studies_that_hold_both(stored):
    """By hand in Baker2009: two with budesonide and formoterol, nine with fluticasone and salmeterol.

    One of the nine, DalNegro 2003, has an event in every patient and says nothing.
    """
    rows = nma(baker(stored)).components(inactive="Placebo").interaction_candidates()
    assert {row["interaction"]: row["n_studies"] for row in rows} == {
        "Budesonide*Formoterol": 2, "Fluticasone*Salmeterol": 8,
    }  # fmt: skip


def test_candidates_are_the_models_with_one_interaction_more(stored):
    fit = nma(linde(stored), engine="dl", reference="Placebo").components(inactive="Placebo")
    candidates = fit.interaction_candidates()
    assert [row["interaction"] for row in candidates] == [
        "Face-to-face CBT*SSRI", "Face-to-face PST*SSRI", "Face-to-face interpsy*SSRI",
    ]  # fmt: skip
    for row in candidates:
        assert row["n_studies"] == 1
        own = component_nma(
            linde(stored), engine="dl", inactive="Placebo", interactions=[row["interaction"].split("*")]
        )
        (interaction,) = own.interactions()
        assert {k: row[k] for k in interaction} == pytest.approx(interaction)
        fall = next(r for r in own.comparison() if r["model"] == f"additive minus with {row['interaction']}")
        assert (row["q_difference"], row["p_q_difference"]) == pytest.approx((fall["q"], fall["p"]))
        assert row["tau2"] == pytest.approx(own.tau2)
