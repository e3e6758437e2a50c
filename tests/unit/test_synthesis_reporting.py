"""What a report says: the script for R, the methods in words, and the items of PRISMA-NMA."""

import math
import re

import pytest

from topline.errors import ArgumentError
from topline.exhibits.text import ratio_with_interval, significant
from topline.synthesis import nma
from topline.synthesis.reporting.report import request_words

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


def page_of(fit, tmp_path, **how):
    return fit.report(tmp_path / "report.html", **how).read_text(encoding="utf-8")


def many(k, contrasts=False):
    """``k`` studies, of which every two treatments next to each other in a ring of 20 have one or more."""
    names = [f"T{i:02d}" for i in range(20)]
    pairs = [(names[i % 20], names[(i + 1 + i // 20 % 2) % 20]) for i in range(k)]
    if contrasts:
        return [
            {"study": f"s{i}", "treatment1": a, "treatment2": b, "estimate": 0.1 * (i % 3), "se": 0.2}
            for i, (a, b) in enumerate(pairs)
        ]
    return [
        {"study": f"s{i}", "treatment": t, "events": 10 + i % 5 + j, "n": 50}
        for i, pair in enumerate(pairs)
        for j, t in enumerate(pair)
    ]


def test_the_caveats_come_first_and_the_request_is_in_words(tmp_path):
    page = page_of(nma(COUNTS, measure="OR", engine="bayes", reference="A"), tmp_path)
    assert re.findall(r'<section id="([a-z-]+)"', page)[:2] == ["caveats", "effects"]
    assert re.findall(r'<a href="#([a-z-]+)">', page)[0] == "caveats"
    request = page.partition('id="request"')[2]
    assert "<dt>better</dt>" not in request
    assert "<dt>chosen</dt><dd>prior</dd>" in request
    for python in ("None", "[", "{", "True", "False"):
        assert python not in request.partition("</dl>")[0]


def test_a_request_is_told_in_words():
    spec = {
        "model": "random", "better": None, "chosen": [], "named": ["a", "b"], "floor": True, "raw": False, "level": 0.9,
        "prior": {"tau": "uniform(0, 2)", "effect_sd": None}, "rank_draws": 16381, "none": 0,
    }  # fmt: skip
    assert request_words(spec) == [
        ("model", "random"), ("named", "a, b"), ("floor", "yes"), ("raw", "no"), ("level", "0.9"),
        ("prior", "tau uniform(0, 2)"), ("rank draws", "16,381"), ("none", "0"),
    ]  # fmt: skip


@pytest.mark.parametrize("engine", ["reml", "bayes"])
def test_contrasts_are_shown_as_the_data(engine, tmp_path):
    fit = nma(CONTRASTS, measure="HR", engine=engine, reference="A")
    page = page_of(fit, tmp_path)
    table = page.partition('id="contrast-table"')[2].partition("</table>")[0]
    cells = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    assert cells[0] == ["1", "B versus A", "0.200", "0.200"]
    assert cells[2] == ["1", "B versus C", "0.300", "0.220"] or cells[1] == ["1", "B versus C", "−0.300", "0.220"]
    assert len(cells) == 5
    assert "Log hazard ratio" in table
    assert "script for R below has them" not in page
    assert "data-table" not in page
    assert "the data table" in {r["item"]: r for r in fit.reporting_items()}["20"]["answer"]


def test_arms_and_contrasts_in_one_network_are_both_shown(tmp_path):
    more = [{"study": "9", "treatment1": "C", "treatment2": "A", "estimate": -0.2, "se": 0.4}]
    page = page_of(nma(COUNTS, contrasts=more, measure="OR", reference="A"), tmp_path)
    assert page.count('id="data-table"') == page.count('id="contrast-table"') == 1
    assert page.partition('id="contrast-table"')[2].partition("</table>")[0].count('scope="row"') == 1


def test_data_are_open_on_the_page_until_they_are_most_of_it(tmp_path):
    """150 rows; 400 arms."""
    few, some = (page_of(nma(many(k), measure="OR", reference="T00"), tmp_path) for k in (60, 80))
    for page, folded in ((few, False), (some, True)):
        before = page.partition('id="data-table"')[0].rpartition("<section")[2]
        assert ("<details>" in before) == folded
    for contrasts, where in ((False, "the JSON of the result lists them"), (True, "the script for R lists")):
        fit = nma(many(220, contrasts), measure="OR", reference="T00")
        page = page_of(fit, tmp_path)
        assert 'id="data-table"' not in page
        assert 'id="contrast-table"' not in page
        assert f"440 arms are too many for a page: {where}" in page
        assert where in {r["item"]: r for r in fit.reporting_items()}["20"]["answer"]


def test_comparisons_are_spread_over_figures_that_fit_a_page(tmp_path):
    page = page_of(nma(many(60), measure="OR", reference="T00"), tmp_path)
    parts = re.findall(r"estimates of (\d+) comparisons \((\d) of (\d)\)</figcaption>", page)
    assert [int(k) for _, k, _ in parts] == list(range(1, len(parts) + 1))
    assert len(parts) == 4
    assert sum(int(n) for n, _, _ in parts) == 40
    assert all(int(n) <= 12 for n, _, _ in parts)
    names = re.findall(r'<figure class="figure" id="(comparisons[^"]*)"', page)
    assert names == ["comparisons", "comparisons-2", "comparisons-3", "comparisons-4"]
    small = page_of(nma(COUNTS, measure="OR", reference="A"), tmp_path)
    assert "(1 of" not in small


@pytest.mark.parametrize("path", ["report.pdf", "report", "", None, 2.5, [], b"x.html"])
def test_a_report_is_a_page(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ArgumentError, match=r"a report is a page|not a path"):
        nma(COUNTS, measure="OR", reference="A").report(path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("title", [None, 3, "", " "])
def test_a_report_has_a_headline(title, tmp_path):
    with pytest.raises(ArgumentError, match="the title is not text"):
        page_of(nma(COUNTS, measure="OR", reference="A"), tmp_path, title=title)
    assert nma(COUNTS, measure="OR").report(tmp_path / "a.HTM").exists()


def test_the_league_is_a_table_to_paste():
    table = nma(COUNTS, measure="OR", reference="A", better="lower").league_table()
    grid = table.to_grid()
    names = grid[0][1:]
    assert sorted(names) == ["A", 'B "new"', "C"]
    league = {(c.treatment, c.reference): c for c in nma(COUNTS, measure="OR", reference="A").result.league}
    for row in grid[1:]:
        for column, cell in zip(names, row[1:], strict=True):
            if row[0] == column:
                assert cell == column
                continue
            c = league[row[0], column]
            shown = ratio_with_interval(math.exp(c.estimate), math.exp(c.lower), math.exp(c.upper))
            assert cell.lstrip("*") == shown
            assert cell.startswith("*") == (c.lower > 0 or c.upper < 0)
    assert table.to_csv().count("\n") == 4
    assert "| Row versus column |" in table.to_markdown()


@pytest.mark.parametrize("unit", [1e-5, 1.0, 1e5])
def test_every_printed_number_has_the_digits_of_its_unit(unit):
    """An effect of five standard errors must be seen as one in any unit, in each picture and table."""
    data = [
        {"study": s, "treatment1": a, "treatment2": "A", "estimate": d * unit, "se": 0.1 * unit}
        for s, a, d in (("1", "B", 0.52), ("2", "B", 0.74), ("3", "C", 0.31), ("4", "C", 0.02))
    ]
    fit = nma(data, measure="MD", reference="A", better="higher")
    pooled, single = {1e-5: ("0.0000063", "0.0000052"), 1.0: ("0.63", "0.52"), 1e5: ("63,000", "52,000")}[unit]
    for table in (fit.forest().table, fit.league_table(), fit.comparison_forest().table):
        assert pooled in table.to_text()
    assert single in fit.threshold_plot().to_text()
    assert f"tau {significant(fit.tau)}" in fit.forest().to_svg()
    assert significant(fit.tau) != "0"
    assert f"tau {significant(fit.tau, 3)}" in {r["item"]: r for r in fit.reporting_items()}["21"]["answer"]
    assert all(set(row[2]) & set("123456789") for row in fit.funnel(["B", "C", "A"]).table.to_grid()[1:])


def test_a_tau_that_is_not_estimable_is_not_a_dash():
    figure = nma(COUNTS[3:5], measure="OR", reference="C").forest()
    assert "heterogeneity: not estimable" in figure.to_svg()
    assert "tau –" not in figure.to_svg()
