"""The level of a request reaches every interval and every word about it."""

import math
import re

import pytest

import topline as tl
from topline.exhibits import plain
from topline.synthesis.reporting import pictures

COUNTS = [
    ("s1", "A", 9, 140), ("s1", "C", 23, 140), ("s1", "D", 10, 138), ("s2", "B", 11, 78), ("s2", "C", 12, 85),
    ("s3", "A", 75, 731), ("s3", "C", 363, 714), ("s4", "A", 2, 106), ("s4", "C", 9, 205), ("s5", "B", 20, 49),
    ("s5", "D", 32, 127), ("s6", "A", 64, 642), ("s6", "B", 107, 761), ("s7", "C", 12, 76), ("s7", "D", 20, 74),
]  # fmt: skip
ROWS = [dict(zip(("study", "treatment", "events", "n"), row, strict=True)) for row in COUNTS]

# Quantiles of t with 15 arms - 7 studies - 3 = 5 degrees of freedom and of the normal: R 4.3, qt(c(.9, .95, .975), 5)
# and qnorm(c(.9, .95, .975)); to 3 decimals in any printed table
T5 = {0.8: 1.475884, 0.9: 2.015048, 0.95: 2.570582}
NORMAL = {0.8: 1.281552, 0.9: 1.644854, 0.95: 1.959964}


@pytest.fixture(scope="module")
def fit():
    return tl.nma(ROWS, reference="A", better="higher", level=0.8)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_prediction_interval_is_that_of_the_level(level):
    """Half-width t sqrt(se^2 + tau2), df = sum(arms - 1) - (treatments - 1)."""
    result = tl.nma(ROWS, reference="A", level=level).result
    assert result.tau2 > 0.1
    for e in result.effects:
        half = T5[level] * math.sqrt(e.se**2 + result.tau2)
        assert (e.pi_lower, e.pi_upper) == pytest.approx((e.estimate - half, e.estimate + half), rel=2e-6)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_interval_is_that_of_the_level(level):
    result = tl.nma(ROWS, reference="A", level=level).result
    for e in (*result.effects, *result.league):
        half = NORMAL[level] * e.se
        assert (e.lower, e.upper) == pytest.approx((e.estimate - half, e.estimate + half), rel=2e-6, abs=2e-6)


def test_posterior_intervals_are_those_of_the_level():
    """A lower level lies inside a higher one, interval and prediction interval alike."""
    narrow, wide = (
        tl.nma(ROWS, reference="A", engine="bayes", prior="halfnormal(0.5)", level=level).result.effects
        for level in (0.8, 0.95)
    )
    for a, b in zip(narrow, wide, strict=True):
        assert b.pi_lower < a.pi_lower < a.lower < a.estimate < a.upper < a.pi_upper < b.pi_upper
        assert b.lower < a.lower < a.upper < b.upper


def one_line(html):
    """Without styles, and with the lines of a drawing's header joined."""
    return re.sub(r"</text>\s*<text[^>]*>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def levels(text):
    """The percentages that the text calls an interval, a prediction interval or a range."""
    text = one_line(text)
    return set(re.findall(r"(\d+)% (?:interval|prediction interval)", text)), set(re.findall(r"(\d+)% range", text))


def test_the_forest_plot_says_the_level(fit):
    html = fit.forest().to_html() + fit.forest().to_svg()
    assert levels(html) == ({"80"}, set())
    assert "95%" not in html


def test_the_league_table_says_the_level(fit):
    table = pictures.league_table(fit.result)
    assert "(80% interval)" in plain(table.caption)
    assert "95%" not in str(table.to_html())


def test_the_report_says_the_level(fit, tmp_path):
    page = fit.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert levels(page) == ({"80"}, set())
    assert "95%" not in one_line(page)
    assert re.search(r"<dt>level</dt>\s*<dd>0\.8</dd>", page)


def test_at_the_default_level_all_say_95(tmp_path):
    page = tl.nma(ROWS, reference="A", better="higher").report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert levels(page) == ({"95"}, set())
