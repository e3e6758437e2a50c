"""The pictures of a fit: comparisons, shaded league, network; whatever the order of the rows."""

import math
import random

import numpy as np
import pytest

from topline.errors import ArgumentError
from topline.exhibits.effects import arms_of, multi_arm_designs
from topline.exhibits.league_heat import mark, step
from topline.synthesis import HalfNormal, Prior, nma
from topline.synthesis.consistency.comparisons import comparisons, precisions

COUNTS = [
    ("s1", "A", 9, 140), ("s1", "C", 23, 140), ("s1", "D", 10, 138), ("s2", "B", 11, 78), ("s2", "C", 12, 85),
    ("s3", "A", 75, 731), ("s3", "C", 363, 714), ("s4", "A", 2, 106), ("s4", "C", 9, 205), ("s5", "B", 20, 49),
    ("s5", "D", 32, 127), ("s6", "A", 64, 642), ("s6", "B", 107, 761), ("s7", "C", 12, 76), ("s7", "D", 20, 74),
    ("s8", "A", 5, 60), ("s8", "E", 9, 61),
]  # fmt: skip


def rows(table=COUNTS):
    return [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in table]


def fitted(table=COUNTS, **how):
    return nma(rows(table), **({"measure": "OR", "reference": "A", "better": "higher"} | how))


BAYES = {"engine": "bayes", "prior": Prior(HalfNormal(0.5))}


@pytest.mark.parametrize("how", [{}, {"model": "common"}, {"engine": "dl", "level": 0.9}, BAYES], ids=str)
def test_comparisons_are_those_of_the_node_split_and_the_league(how):
    fit = fitted(**how)
    found = comparisons(fit.estimate, fit.result.league)
    splits = {(s.treatment, s.reference): s for s in fit.result.node_split}
    league = {(c.treatment, c.reference): c for c in fit.result.league}
    assert {(r.treatment, r.reference) for r in found} == set(splits)
    for r in found:
        s, c = splits[r.treatment, r.reference], league[r.treatment, r.reference]
        assert math.log(r.direct.estimate) == pytest.approx(s.direct, abs=1e-12)
        half = math.log(r.direct.upper / r.direct.lower) / 2
        assert half / s.se_direct == pytest.approx(1.6448536269514722 if how.get("level") else 1.959963984540054)
        assert (r.indirect is None) == (s.indirect is None)
        if r.indirect:
            assert math.log(r.indirect.estimate) == pytest.approx(s.indirect, abs=1e-12)
            assert math.log(r.indirect.upper / r.indirect.lower) / 2 == pytest.approx(
                half / s.se_direct * s.se_indirect
            )
        assert r.p == s.p
        assert r.share == s.direct_proportion
        assert r.trials == c.n_direct
        assert [math.log(v) for v in (r.network.estimate, r.network.lower, r.network.upper)] == pytest.approx(
            [c.estimate, c.lower, c.upper]
        )


def test_the_reference_comes_first_and_is_the_reference_of_its_rows():
    found = comparisons(fitted(reference="C").estimate, fitted(reference="C").result.league)
    assert [r.reference for r in found][:3] == ["C", "C", "C"]
    assert "C" not in [r.treatment for r in found]


def test_a_network_without_a_loop_has_direct_evidence_only():
    star = [r for r in COUNTS if r[0] in ("s3", "s4", "s6", "s8")]
    fit = fitted(star)
    assert fit.result.node_split == ()
    found = comparisons(fit.estimate, fit.result.league)
    assert [(r.name, r.trials, r.indirect, r.share, r.p) for r in found] == [
        ("B versus A", 1, None, 1.0, None), ("C versus A", 2, None, 1.0, None), ("E versus A", 1, None, 1.0, None),
    ]  # fmt: skip
    for r in found:
        assert r.network.estimate == pytest.approx(r.direct.estimate)
        assert r.network.upper == pytest.approx(r.direct.upper)
    assert "indirect" not in fit.comparison_forest().to_svg().split("</desc>")[1].split("■")[0]
    with pytest.raises(ArgumentError, match="direct and indirect evidence"):
        fit.comparison_forest(show="both")


def test_one_study_of_two_arms_can_be_drawn():
    fit = fitted(COUNTS[3:5], reference="B")
    assert "C versus B" in fit.comparison_forest().to_text()
    assert fit.league_heat().table.to_grid()[0][1:] in (["B", "C"], ["C", "B"])
    assert "area" not in fit.network_graph().to_svg()


def test_only_those_with_both_kinds_when_asked():
    fit = fitted()
    everything, both = (fit.comparison_forest(show=show).table.to_grid()[1:] for show in ("direct", "both"))
    assert len(everything) == 7
    assert [row for row in everything if row[3] != "–"] == both
    assert len(both) == 6
    for bad in ("all", None, np.array(["direct"])):
        with pytest.raises(ArgumentError, match="choice of comparisons"):
            fit.comparison_forest(show=bad)


def test_the_caption_says_whose_limits_are_not_normal():
    assert "normal" not in fitted().comparison_forest().caption
    assert "posterior" in fitted(**BAYES).comparison_forest().caption
    for how, word in ((BAYES, "posterior"), ({"ci": "hksj"}, "Student's t")):
        assert word in fitted(**how).comparison_forest().to_text()
    assert "normal" not in fitted().comparison_forest().to_text()


@pytest.mark.parametrize("better", ["higher", "lower", None])
def test_the_league_is_shaded_by_estimate_over_error_in_the_order_of_ranks(better):
    fit = fitted(better=better)
    grid = fit.league_heat().table.to_grid()
    order = [r.treatment for r in fit.result.ranks] or sorted(fit.treatments)
    assert grid[0][1:] == order
    sign = -1 if better == "lower" else 1
    for cell in fit.result.league:
        words = grid[1 + order.index(cell.treatment)][1 + order.index(cell.reference)]
        shade = sign * step(cell.estimate / cell.se, cell.lower > 0 or cell.upper < 0)
        assert (words.split(" ")[1] == mark(shade)) if shade else (words.split(" ")[1].startswith("("))


def test_no_interval_that_holds_no_difference_is_shaded_as_sure():
    """Under Knapp-Hartung with few studies z may be large while the interval of Student's t holds no difference."""
    pair = [
        {"study": s, "treatment1": "B", "treatment2": "A", "estimate": d, "se": 0.1}
        for s, d in (("1", 0.2), ("2", 0.6))
    ]
    fit = nma(pair, measure="MD", ci="hksj", reference="A", better="higher")
    (cell,) = (c for c in fit.result.league if c.treatment == "B")
    assert cell.estimate / cell.se > 1.96
    assert cell.lower < 0
    words = fit.league_heat().table.to_grid()
    row = next(r for r in words[1:] if r[0] == "B")
    assert [w.split(" ")[1] for w in row[1:] if " + " in w or "++" in w] == ["+"]
    assert "the 95% interval leaves out no difference" in fit.league_heat().to_svg()


def test_multi_arm_designs_are_counted_once_each():
    table = [*COUNTS, ("s9", "C", 3, 50), ("s9", "A", 4, 51), ("s9", "D", 4, 52), ("s9", "B", 4, 52)]
    table += [("t1", "D", 7, 30), ("t1", "C", 6, 30), ("t1", "A", 5, 30)]
    result = fitted(table).result
    assert arms_of(result)["s9"] == ("A", "B", "C", "D")
    assert [(d.treatments, d.trials) for d in multi_arm_designs(result)] == [
        (("A", "C", "D"), 2), (("A", "B", "C", "D"), 1),
    ]  # fmt: skip
    graph = fitted(table).network_graph()
    assert graph.to_svg().count("<polygon") == 2
    assert "A, C and D" in graph.to_text()


def test_the_graph_by_size_and_width():
    fit = fitted()
    direct = precisions(fit.estimate)
    by = {(s.treatment, s.reference): s.se_direct for s in fit.result.node_split}
    assert direct["A", "C"] == pytest.approx(1 / by["C", "A"] ** 2)
    assert set(direct) == {tuple(sorted(pair)) for pair in by}
    assert "inverse variance" in fit.network_graph(width="precision").caption
    assert "disc goes with its patients" in fit.network_graph().caption
    assert "disc goes with its trials" in fit.network_graph(size="trials").caption
    with pytest.raises(ArgumentError, match="size of discs"):
        fit.network_graph(size="studies")
    with pytest.raises(ArgumentError, match="width of lines"):
        fit.network_graph(width="se")
    for how in ({"size": np.ones(3)}, {"width": np.ones(3)}, {"size": 2}, {"width": None}):
        with pytest.raises(ArgumentError, match="is not text"):
            fit.network_graph(**how)


def test_without_patients_discs_go_with_trials():
    contrasts = [
        {"study": "1", "treatment1": "B", "treatment2": "A", "estimate": 0.3, "se": 0.2},
        {"study": "2", "treatment1": "C", "treatment2": "A", "estimate": 0.1, "se": 0.3},
    ]
    fit = nma(contrasts, measure="MD", reference="A")
    assert "disc goes with its trials" in fit.network_graph().caption
    with pytest.raises(ArgumentError, match="how many patients"):
        fit.network_graph(size="patients")


def test_rows_in_another_order_draw_the_same():
    mixed = random.Random(7).sample(COUNTS, len(COUNTS))
    for one, other in ((fitted(), fitted(mixed)), (fitted(better=None), fitted(mixed, better=None))):
        assert one.comparison_forest() == other.comparison_forest()
        assert one.league_heat() == other.league_heat()
        assert one.network_graph(width="precision") == other.network_graph(width="precision")
