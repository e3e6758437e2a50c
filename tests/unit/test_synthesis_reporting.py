"""What a report says: the script for R, the methods in words, and the items of PRISMA-NMA."""

import math
import re

import pytest

from topline.errors import ArgumentError
from topline.synthesis import nma

COUNTS = [
    {"study": s, "treatment": t, "events": r, "n": n}
    for s, t, r, n in [("1", "A", 9, 140), ("1", 'B "new"', 23, 140), ("1", "C", 10, 138), ("2", 'B "new"', 11, 78),
                       ("2", "C", 12, 85), ("3", "A", 75, 731), ("3", "C", 0, 714), ("4", "A", 20, 50),
                       ("4", 'B "new"', 25, 55)]
]  # fmt: skip
CONTRASTS = [
    {"study": s, "treatment1": a, "treatment2": b, "estimate": d, "se": se}
    for s, a, b, d, se in [("1", "A", "B", -0.2, 0.2), ("1", "A", "C", -0.5, 0.25), ("1", "B", "C", -0.3, 0.22),
                           ("2", "A", "B", -0.4, 0.3), ("3", "B", "C", 0.1, 0.3)]
]  # fmt: skip


def column(script, name):
    """The values of one column of the script's data frame."""
    inside = re.search(rf"^  {name} = c\((.*?)\)(?:,$|$)", script, re.MULTILINE | re.DOTALL).group(1)
    return re.findall(r'"(?:[^"\\]|\\.)*"|[-0-9.eE+]+', inside)


def test_the_script_holds_the_arms_as_they_entered():
    fit = nma(COUNTS, measure="OR", engine="reml", reference="A", better="lower")
    script = fit.to_r()
    assert [int(x) for x in column(script, "events")] == [int(a.events) for a in fit.network.arms]
    assert [int(x) for x in column(script, "n")] == [int(a.n) for a in fit.network.arms]
    assert '"B \\"new\\""' in column(script, "treatment")
    assert 'pairwise(treat = treatment, event = events, n = n, studlab = study, data = arms, sm = "OR"' in script
    assert 'method.tau = "REML"' in script
    assert 'reference.group = "A"' in script
    assert 'small.values = "desirable"' in script
    assert 'incr = 0.5, method.incr = "only0"' in script
    assert f"# topline: tau2 = {fit.result.tau2:.8g}" in script
    for effect in fit.result.effects:
        assert f"# topline: {effect.treatment} versus A: {effect.estimate:.8g}" in script


def test_the_script_holds_contrasts_where_r_would_make_others_from_the_arms():
    fit = nma(CONTRASTS, measure="HR", engine="reml", reference="A")
    script = fit.to_r()
    assert column(script, "studlab") == ['"1"', '"1"', '"1"', '"2"', '"3"']
    for name, key in (("TE", "estimate"), ("seTE", "se")):
        for found, row in zip(column(script, name), CONTRASTS, strict=True):
            assert math.isclose(float(found), row[key], rel_tol=1e-12)
    assert "leave out that contrasts of one study share an\n# arm" in script
    assert 'sm = "HR"' in script
    assert "pairwise" not in script
    by_size = nma(COUNTS, measure="OR", continuity_rule="tacc").to_r()
    assert "pairwise" not in by_size
    assert "netrank" not in by_size
    assert "leave out" not in nma(CONTRASTS, measure="HR", engine="dl").to_r()


@pytest.mark.parametrize(("engine", "method"), [("mh", "MH"), ("nch", "NCH"), ("penalised", "LRP")])
def test_the_script_for_sparse_counts(engine, method):
    data = [r for r in COUNTS if r["events"] > 0]
    script = nma(data, measure="OR", model="common", engine=engine, reference="A").to_r()
    assert f'netmetabin(p, sm = "OR", method = "{method}"' in script
    assert "decomp.design" not in script


def test_a_common_effect_and_other_intervals_are_told():
    assert "common = TRUE, random = FALSE" in nma(COUNTS, measure="RR", model="common").to_r()
    assert "no hksj intervals" in nma(COUNTS, measure="OR", ci="hksj").to_r()


def test_levels_that_do_not_follow_from_the_arms_go_over_as_contrasts():
    """Assumed outcomes of missing patients, and standard errors beside sd and n: R must get what was analysed."""
    missing = nma([{**r, "missing": 5} for r in COUNTS], measure="OR", engine="dl", reference="A")
    script = missing.missing_outcomes(mean=1.0, sd=0.5).to_r()
    assert "pairwise" not in script
    assert "an assumption about patients without an outcome" in script
    assert "pairwise" in missing.to_r()
    means = [
        {"study": s, "treatment": t, "mean": m, "sd": 1.0, "n": 100, "se": 0.5}
        for s, t, m in (("1", "A", 0.0), ("1", "B", 1.0), ("2", "A", 0.1), ("2", "B", 0.8))
    ]
    script = nma(means, measure="MD", engine="dl", reference="A").to_r()
    assert "pairwise" not in script
    assert all(math.isclose(float(x), math.sqrt(0.5)) for x in column(script, "seTE"))


def test_the_level_is_that_of_the_network():
    """netmeta's level is that of single comparisons; level.ma and level.predict are the network's."""
    script = nma(COUNTS, measure="OR", level=0.9).to_r()
    assert "level = 0.9, level.ma = 0.9, level.predict = 0.9" in script


def test_there_is_no_bayesian_script():
    with pytest.raises(ArgumentError, match="no Bayesian"):
        nma(COUNTS, measure="OR", engine="bayes").to_r()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"engine": "reml"}, ["random-effects", "restricted maximum likelihood", "log odds ratio", "0.5 was added"]),
        ({"engine": "dl", "ci": "hksj"}, ["DerSimonian-Laird", "Knapp-Hartung"]),
        ({"model": "common"}, ["common-effect"]),
        ({"model": "common", "engine": "mh"}, ["Mantel-Haenszel", "the same in all studies"]),
        ({"engine": "bayes"}, ["prior halfnormal(0.5)", "posterior"]),
        ({"engine": "reml", "better": "lower"}, ["P-scores", "lower values being better"]),
        ({"measure": "RD"}, ["of the risk difference"]),
    ],
)
def test_the_methods_say_what_was_done(request_, words):
    text = nma(COUNTS, reference="A", **{"measure": "OR", **request_}).methods()
    for word in words:
        assert word in text, text
    assert "The reference treatment is A." in text


def test_the_methods_say_nothing_that_is_not_so():
    no_degrees = nma(COUNTS[:3], measure="OR", ci="hksj", reference="A").methods()
    assert "t quantiles" not in no_degrees
    assert "Prediction intervals" not in no_degrees
    corrected = nma(COUNTS, measure="OR", engine="mh", model="common", continuity=0.5).methods()
    assert "all cells of" in corrected or "was added" not in corrected
    missing = nma([{**r, "missing": 5} for r in COUNTS], measure="OR", reference="A").missing_outcomes(mean=1.0)
    assert "informative missingness odds ratio" in missing.methods()
    assert "goes with its studies" in str(nma(CONTRASTS, measure="HR").reporting_items())


def test_the_items_of_prisma_nma_are_answered_from_the_analysis():
    """Items 13 to 23 and S1 to S5 of Hutton et al. 2015, table 1."""
    fit = nma(COUNTS, measure="OR", better="lower", reference="A")
    items = {row["item"]: row for row in fit.reporting_items()}
    assert list(items) == ["13", "14", "S1", "S2", "15", "16", "S3", "S4", "20", "21", "S5", "22", "23"]
    assert "3 treatments, 4 studies (1 with more than two arms); 3 of 3 comparisons are direct" in items["S4"]["answer"]
    assert "For the authors" in items["23"]["answer"]
    assert "4 studies, 9 arms" in items["20"]["answer"]
    star = nma([r for r in COUNTS if r["study"] in ("3", "4")], measure="OR", reference="A")
    assert "No comparison has both" in {r["item"]: r for r in star.reporting_items()}["S5"]["answer"]
    bayes = {r["item"]: r for r in nma(COUNTS, measure="OR", engine="bayes").reporting_items()}
    assert "for the authors" in bayes["S2"]["answer"]
