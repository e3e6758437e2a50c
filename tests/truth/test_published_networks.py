"""Networks in print, and netmeta 3.3-1 on the same data (netmeta_more.json).

Senn et al. 2013, Stat Methods Med Res 22:169 (Q by published course notes that run netmeta). Balduzzi, Rücker,
Nikolakopoulou, Papakonstantinou, Salanti, Efthimiou and Schwarzer 2023, J Stat Softw 106(2) for Stowe2010, Baker2009
and Dogliotti2014.
"""

import math

import pytest

from topline.synthesis import nma

MEASURES = {"Stowe2010": "MD", "Linde2015": "OR", "Baker2009": "OR", "Dogliotti2014": "OR", "Woods2010": "OR"}


@pytest.mark.parametrize("engine", ["dl", "reml", "ml", "common"])
@pytest.mark.parametrize("name", MEASURES)
def test_effects_and_heterogeneity(name, engine, stored, tolerances):
    """netmeta's REML fails on Baker2009 (Fisher scoring); ours is then only checked to have a root of its score."""
    truth = stored("netmeta_more")[name]
    common = engine == "common"
    model = truth["models"].get("DL" if common else engine.upper())
    request = {"model": "common"} if common else {"engine": engine}
    result = nma(truth["data"], measure=MEASURES[name], reference=truth["models"]["DL"]["reference"], **request).result
    assert result.n_studies == truth["models"]["DL"]["k_studies"]
    if model is None:
        assert (name, engine) == ("Baker2009", "reml")
        assert 0 < result.tau2 < 0.1
        return
    tolerance = tolerances.CLOSED_FORM if engine in ("dl", "common") else tolerances.ITERATED
    heterogeneity = model["heterogeneity"]
    if not common:
        tau2 = heterogeneity["tau2"]
        assert abs(result.tau2 - tau2) <= tolerance * tau2 + tolerances.BOUNDARY_TAU2
    for found, key in (
        (result.q.total, "Q"), (result.q.within, "Q_heterogeneity"), (result.q.between, "Q_inconsistency"),
    ):  # fmt: skip
        if found is not None and heterogeneity[key] is not None:
            assert abs(found - heterogeneity[key]) <= tolerances.CLOSED_FORM * max(1.0, heterogeneity["Q"])
    assert (result.q.df, result.q.df_between) == (heterogeneity["df_Q"], heterogeneity["df_Q_inconsistency"])
    rows = model["vs_reference"]["common" if common else "random"]
    expected = {t: (te, se) for t, te, se in zip(rows["treatment"], rows["TE"], rows["seTE"], strict=True)}
    for effect in result.effects:
        te, se = expected[effect.treatment]
        assert tolerances.close(effect.estimate, te, tolerance, se), effect
        assert tolerances.close(effect.se, se, tolerance), effect


def test_senn_2013(stored):
    """Q 96.99 (18) = 74.46 (11) + 22.53 (7), p 0.0021; versus placebo rosiglitazone -1.2018 common, -1.2335 random."""
    data = stored("netmeta_senn2013")["data"]
    common = nma(data, measure="MD", model="common", reference="plac").result
    q = common.q
    assert (round(q.total, 2), q.df) == (96.99, 18)
    assert (round(q.within, 2), q.df_within) == (74.46, 11)
    assert (round(q.between, 2), q.df_between, round(q.p_between, 4)) == (22.53, 7, 0.0021)
    fixed = {e.treatment: round(e.estimate, 4) for e in common.effects}
    assert (fixed["rosi"], fixed["metf"], fixed["sulf"]) == (-1.2018, -1.1141, -0.4395)
    random = nma(data, measure="MD", engine="dl", reference="plac").result
    assert round(random.tau2, 4) == 0.1087
    effects = {e.treatment: round(e.estimate, 4) for e in random.effects}
    assert (effects["rosi"], effects["metf"]) == (-1.2335, -1.1268)


def test_stowe_2010(stored):
    """Off-time in Parkinson's disease, DL: JSS 106(2), section 5; tau2 0.1518; Q 48.15 (27) = 46.91 (25) + 1.24 (2)."""
    data = stored("netmeta_more")["Stowe2010"]["data"]
    fit = nma(data, measure="MD", engine="dl", reference="Placebo", better="lower")
    result = fit.result
    shown = {e.treatment: tuple(round(x, 2) for x in (e.estimate, e.lower, e.upper)) for e in result.effects}
    assert shown == {
        "COMTI": (-0.95, -1.27, -0.63), "Dopamine Agonist": (-1.49, -1.86, -1.12), "MAOBI": (-1.03, -1.56, -0.50)
    }  # fmt: skip
    assert round(result.tau2, 4) == 0.1518
    q = result.q
    assert tuple(round(x, 2) for x in (q.total, q.within, q.between)) == (48.15, 46.91, 1.24)
    assert (q.df, q.df_within, q.df_between) == (27, 25, 2)
    design = fit.design_by_treatment()[0]
    assert (round(design["q"], 2), design["df"], round(design["tau2_within"], 4)) == (0.45, 2, 0.2067)


def test_stowe_2010_node_splits(stored):
    """SIDE, JSS 106(2): COMTI:placebo proportion 0.98, direct -0.93, indirect -1.65, difference 0.72, p 0.5071."""
    data = stored("netmeta_more")["Stowe2010"]["data"]
    result = nma(data, measure="MD", engine="dl", reference="Placebo", better="lower").result
    splits = {frozenset({s.treatment, s.reference}): s for s in result.node_split}
    comti = splits[frozenset({"COMTI", "Placebo"})]
    assert (comti.treatment, comti.reference) == ("COMTI", "Placebo")
    assert round(comti.direct_proportion, 2) == 0.98
    assert tuple(round(x, 2) for x in (comti.direct, comti.indirect, comti.difference)) == (-0.93, -1.65, 0.72)
    assert round(comti.difference / comti.se_difference, 2) == 0.66
    assert round(comti.p, 4) == 0.5071
    assert round(splits[frozenset({"COMTI", "MAOBI"})].p, 4) == 0.7450
    assert round(splits[frozenset({"MAOBI", "Placebo"})].p, 4) == 0.9544


def test_baker_2009(stored):
    """COPD, JSS 106(2): tiotropium versus placebo OR 0.69 [0.61, 0.77], Q 60.86 (46), tau2 0.0111, P-score 0.8719."""
    data = stored("netmeta_more")["Baker2009"]["data"]
    result = nma(data, measure="OR", engine="dl", reference="Placebo", better="lower").result
    tiotropium = next(e for e in result.effects if e.treatment == "Tiotropium")
    shown = tiotropium.display
    assert tuple(round(x, 2) for x in (shown.estimate, shown.lower, shown.upper)) == (0.69, 0.61, 0.77)
    assert (round(result.q.total, 2), result.q.df, round(result.tau2, 4)) == (60.86, 46, 0.0111)
    scores = {r.treatment: r.p_score for r in result.ranks}
    assert round(scores["Tiotropium"], 4) == 0.8719


@pytest.mark.parametrize(
    ("engine", "printed"),
    [("reml", [0.33, 0.78, 0.58, 0.38, 0.27, 0.32, 0.41]), ("mh", [0.33, 0.77, 0.57, 0.38, 0.26, 0.32, 0.41])],
)
def test_dogliotti_2014(engine, printed, stored):
    """Stroke, common effect, JSS 106(2), figure 9: inverse variance and Mantel-Haenszel odds ratios versus placebo."""
    data = stored("netmeta_more")["Dogliotti2014"]["data"]
    result = nma(data, measure="OR", model="common", engine=engine, reference="Placebo/Control").result
    order = [
        "Apixaban",
        "Aspirin",
        "Aspirin+Clopidogtrel",
        "Dabigatran 110mg",
        "Dabigatran 150mg",
        "Rivaroxaban",
        "VKAs",
    ]
    ratios = {e.treatment: math.exp(e.estimate) for e in result.effects}
    for treatment, value in zip(order, printed, strict=True):
        assert abs(ratios[treatment] - value) <= 0.00501, treatment
