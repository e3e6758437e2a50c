"""Axes: readable ticks for any range, places that keep the order."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError
from topline.exhibits.scales import Scale, limits_for, linear_ticks, log_ticks, tick_label


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(4, 12))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_linear_ticks_are_few_inside_ordered_and_told_apart(low: float, width: float, most: int) -> None:
    high = low + width
    ticks = linear_ticks(low, high, most)
    _check(ticks, low, high, most)


@given(st.floats(-14, 14), st.floats(1e-3, 20), st.integers(4, 12))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_log_ticks_are_few_inside_ordered_and_told_apart(low: float, width: float, most: int) -> None:
    first, last = math.exp(low), math.exp(low + width)
    _check(log_ticks(first, last, most), first, last, most)


def _check(ticks: tuple[float, ...], low: float, high: float, most: int) -> None:
    slack = 1e-6 * (high - low) + 1e-9 * max(abs(low), abs(high))
    assert 2 <= len(ticks) <= most
    assert all(a < b for a, b in pairwise(ticks))
    assert low - slack <= ticks[0]
    assert ticks[-1] <= high + slack
    labels = [tick_label(t) for t in ticks]
    assert len(set(labels)) == len(labels)


def test_ticks_that_a_reader_expects() -> None:
    assert log_ticks(0.4, 25) == (0.5, 1, 2, 5, 10, 20)
    assert log_ticks(0.9, 35, 4) == (1, 3, 10, 30)
    assert linear_ticks(-23, 41) == (-20, -10, 0, 10, 20, 30, 40)
    assert linear_ticks(550001, 640000, 4) == (560000, 600000, 640000)
    assert linear_ticks(0, 1, 6) == (0, 0.2, 0.4, 0.6, 0.8, 1)
    assert [tick_label(t) for t in (0.5, 2.0, 1950.0, -0.25)] == ["0.5", "2", "1950", "−0.25"]
    assert [tick_label(t) for t in (9999.5, 10_000.0, -20_000.0)] == ["9999.5", "10,000", "−20,000"]


def test_a_log_scale_puts_reciprocals_at_equal_distances() -> None:
    scale = Scale("log", 0.1, 10, 0, 100)
    assert scale(1) == pytest.approx(50)
    assert scale(2) - 50 == pytest.approx(50 - scale(0.5))
    assert scale(1e9) == 100
    assert scale(1e-9) == 0


@pytest.mark.parametrize(("kind", "low", "high"), [("log", 0, 1), ("natural", 1, 1), ("natural", 0, math.inf)])
def test_impossible_axes_are_refused(kind: str, low: float, high: float) -> None:
    with pytest.raises(ArgumentError):
        Scale(kind, low, high, 0, 100)  # type: ignore[arg-type]


def test_one_imprecise_trial_does_not_flatten_the_others() -> None:
    precise = [(1.5, 1.2, 1.9), (2.0, 1.6, 2.5)]
    _, usual = limits_for("log", precise, null=1.0)
    low, high = limits_for("log", [*precise, (1.8, 0.001, 3000.0)], null=1.0)
    assert usual < high < 10
    assert 0.2 < low < 1
    assert limits_for("natural", [(0.0, 0.0, 0.0)], null=0.0) == pytest.approx((-0.54, 0.54))


def test_limits_hold_every_estimate_and_the_null() -> None:
    low, high = limits_for("natural", [(-30.0, -35.0, -25.0), (-5.0, -6.0, -4.0)], null=0.0)
    assert low < -35
    assert high > 0
