"""What must not change, and what must change in a known way, on random networks (hypothesis).

Most wrong numbers in this field come from labels, order and units.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.synthesis import nma

NAMES = ("A", "B", "C", "D", "E")
few = settings(max_examples=12, deadline=None)


@st.composite
def counts(draw):
    """Arms with events and n of a connected network: a chain of studies, and more of two to four arms."""
    g = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sets = [(k, k + 1) for k in range(4)]
    sets += [tuple(g.choice(5, g.integers(2, 5), replace=False)) for _ in range(draw(st.integers(1, 8)))]
    rows = []
    for s, chosen in enumerate(sets):
        for t in chosen:
            n = int(g.integers(30, 300))
            p = 1 / (1 + np.exp(1 + 0.3 * g.normal() - 0.2 * t))
            rows.append({"study": f"s{s}", "treatment": NAMES[t], "events": int(np.clip(g.binomial(n, p), 1, n - 1)),
                         "n": n, "mean": 10 + t + g.normal(), "sd": float(g.uniform(1, 4))})  # fmt: skip
    return rows


def league(result, rename=lambda name: name):
    return {
        (rename(c.treatment), rename(c.reference)): (c.estimate, c.se, c.lower, c.upper, c.n_direct)
        for c in result.league
    }


def splits(result, rename=lambda name: name):
    """Splits by unordered pair: difference by size, since a split's direction follows its orientation."""
    return {
        frozenset({rename(s.treatment), rename(s.reference)}): (
            s.se_direct, s.direct_proportion, s.p if s.p is not None else -1.0
        )
        for s in result.node_split
    }  # fmt: skip


def same(one, other, tolerance=1e-8):
    assert one.keys() == other.keys()
    for key, values in one.items():
        assert np.allclose(values, other[key], rtol=tolerance, atol=tolerance), key


def check_same(one, other, rename=lambda name: name):
    """Estimates, intervals, splits, ranks, Q and heterogeneity of two fits of the same evidence."""
    same(league(one), league(other, rename))
    same(splits(one), splits(other, rename))
    assert np.isclose(one.tau2, other.tau2, rtol=1e-7, atol=1e-12)
    assert np.isclose(one.q.total, other.q.total, rtol=1e-8, atol=1e-10)
    assert np.isclose(one.q.within or 0, other.q.within or 0, rtol=1e-8, atol=1e-10)
    scores = {r.treatment: r.p_score for r in one.ranks}
    for rank in other.ranks:
        assert np.isclose(scores[rename(rank.treatment)], rank.p_score, atol=1e-8)


@given(data=counts(), reference=st.sampled_from(NAMES), ci=st.sampled_from(["wald", "hksj"]))
@few
def test_another_reference(data, reference, ci):
    one = nma(data, measure="OR", reference="A", better="higher", ci=ci).result
    check_same(one, nma(data, measure="OR", reference=reference, better="higher", ci=ci).result)


@given(data=counts(), names=st.permutations(["x", "Placebo", "10", "2", "é"]), suffix=st.sampled_from(["", " trial"]))
@few
def test_other_labels(data, names, suffix):
    new = dict(zip(NAMES, names, strict=True))
    old = {v: k for k, v in new.items()}
    renamed = [{**r, "treatment": new[r["treatment"]], "study": r["study"][::-1] + suffix} for r in data]
    one = nma(data, measure="RR", engine="dl", reference="A", better="lower").result
    other = nma(renamed, measure="RR", engine="dl", reference=new["A"], better="lower").result
    check_same(one, other, old.__getitem__)


@given(data=counts(), seed=st.integers(0, 1000))
@few
def test_another_order_of_rows_and_arms(data, seed):
    shuffled = [data[i] for i in np.random.default_rng(seed).permutation(len(data))]
    one, other = (nma(d, measure="MD", better="lower").result for d in (data, shuffled))
    assert league(one) == league(other)
    assert one.id == other.id


@given(data=counts(), engine=st.sampled_from(["reml", "dl", "ml"]))
@few
def test_units_times_1000(data, engine):
    large = [{**r, "mean": 1000 * r["mean"], "sd": 1000 * r["sd"]} for r in data]
    one, other = (nma(d, measure="MD", engine=engine, better="lower").result for d in (data, large))
    scaled = {k: (*(x / 1000 for x in v[:4]), v[4]) for k, v in league(other).items()}
    same(league(one), scaled)
    assert np.isclose(one.tau2, other.tau2 / 1e6, rtol=1e-7, atol=1e-12)
    assert np.isclose(one.q.total, other.q.total, rtol=1e-8)
    for a, b in zip(one.contributions, other.contributions, strict=True):
        assert np.isclose(a.proportion, b.proportion, atol=1e-9)


@pytest.mark.parametrize("measure", ["OR", "RD", "AS", "RR"])
@given(data=counts())
@few
def test_events_and_non_events_exchanged(measure, data):
    """The sign flips for the odds ratio, the risk difference and the arcsine difference; not for the risk ratio."""
    turned = [{**r, "events": r["n"] - r["events"]} for r in data]
    one, other = (nma(d, measure=measure, reference="A").result for d in (data, turned))
    flipped = all(
        np.isclose(a.estimate, -b.estimate, rtol=1e-7, atol=1e-9)
        for a, b in zip(one.effects, other.effects, strict=True)
    )
    assert flipped is (measure != "RR")
    if flipped:
        assert np.isclose(one.tau2, other.tau2, rtol=1e-6, atol=1e-10)


@given(data=counts())
@few
def test_every_study_twice_is_half_the_variance(data):
    """Common effect: the same estimates, standard errors divided by the root of 2, and Q doubled."""
    twice = data + [{**r, "study": r["study"] + " again"} for r in data]
    one, other = (nma(d, measure="OR", model="common", reference="A").result for d in (data, twice))
    half = nma(
        [{**r, "n": 2 * r["n"], "events": 2 * r["events"]} for r in data], measure="OR", model="common", reference="A"
    ).result
    for a, b, c in zip(one.effects, other.effects, half.effects, strict=True):
        assert np.isclose(a.estimate, b.estimate, rtol=1e-9, atol=1e-10)
        assert np.isclose(a.se / np.sqrt(2), b.se, rtol=1e-9)
        assert np.isclose(b.estimate, c.estimate, rtol=1e-9, atol=1e-10)
        assert np.isclose(b.se, c.se, rtol=1e-9)
    assert np.isclose(2 * one.q.total, other.q.total, rtol=1e-8)
    assert np.isclose(half.q.total, other.q.total, rtol=1e-8)


@given(data=counts())
@few
def test_ratios_and_their_inverses(data):
    """The log odds ratio of A versus B is minus that of B versus A, cell by cell, and the limits change places."""
    cells = league(nma(data, measure="OR", reference="C").result)
    for (a, b), (estimate, se, lower, upper, n) in cells.items():
        assert cells[b, a] == (-estimate, se, -upper, -lower, n)
