"""Numbers, dates and money in print: a table of truth for the edges where formats usually lie."""

import math
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from topline.errors import DateError
from topline.exhibits import text


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.995, 2, "1.0"),
        (0.9949, 2, "0.99"),
        (9.96, 2, "10"),
        (9.94, 2, "9.9"),
        (0.0004, 2, "0.00040"),
        (0, 2, "0"),
        (-0.0, 2, "0"),
        (0.125, 2, "0.13"),
        (2.675, 3, "2.68"),
        (123.4, 2, "123"),
        (1234.5, 2, "1,235"),
        (1e6, 2, "1,000,000"),
        (-1.25, 2, "−1.3"),
        (4.0, 2, "4.0"),
        (99.96, 3, "100"),
        (0.09996, 3, "0.100"),
        (None, 2, "–"),
        (math.nan, 2, "–"),
        (math.inf, 2, "–"),
    ],
)
def test_significant(value: float | None, digits: int, shown: str) -> None:
    assert text.significant(value, digits) == shown


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(-0.04, 1, "0.0"), (-0.05, 1, "−0.1"), (2.5, 0, "3"), (0.5, 0, "1"), (-1234.56, 1, "−1,234.6"), (None, 1, "–")],
)
def test_fixed(value: float | None, decimals: int, shown: str) -> None:
    assert text.fixed(value, decimals) == shown


def test_a_sign_is_shown_on_request_but_never_on_zero() -> None:
    assert text.fixed(3.2, 1, sign=True) == "+3.2"
    assert text.fixed(0.04, 1, sign=True) == "0.0"
    assert text.fixed(-3.2, 1, sign=True) == "−3.2"


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((4.0, 2.4, 6.5), "4.0 (2.4 to 6.5)"),
        ((1.234, 1.20, 1.27), "1.23 (1.20 to 1.27)"),
        ((0.995, 0.5, 2.0), "1.0 (0.50 to 2.0)"),
        ((25.04, 3.2, 196.4), "25 (3.2 to 196)"),
        ((5000.0, 0.0001, 1e9), ">1,000 (<0.001 to >1,000)"),
        ((0.87, 0.75, 1.013), "0.87 (0.75 to 1.01)"),
        ((1.7, 0.995, 2.9), "1.7 (0.995 to 2.9)"),
        ((1.7, 1.004, 2.7), "1.7 (1.004 to 2.7)"),
        ((1.04, 1.0002, 1.3), "1.04 (1.0002 to 1.3)"),
        ((1.002, 1.001, 1.003), "1.002 (1.001 to 1.003)"),
        ((1.3, 1.0, 1.7), "1.3 (1.0 to 1.7)"),
        ((1.3, 1.0 + 1e-13, 1.7), "1.3 (1.0 to 1.7)"),
        ((None, None, None), "– (– to –)"),
    ],
)
def test_ratio_with_interval(numbers: tuple[float | None, ...], shown: str) -> None:
    assert text.ratio_with_interval(*numbers) == shown


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ((-1.2, -1.6, -0.81), "−1.20 (−1.60 to −0.81)"),
        ((-0.0278, -0.0517, -0.00395), "−0.028 (−0.052 to −0.004)"),
        ((0.51, -0.004, 1.02), "0.51 (−0.004 to 1.02)"),
        ((0.02, 0.000013, 0.9), "0.02 (0.00001 to 0.90)"),
        ((1.2e-4, 0.8e-4, 1.6e-4), "0.000120 (0.000080 to 0.000160)"),
        ((-115984.64, -140112.5, -91856.78), "−115,985 (−140,113 to −91,857)"),
        ((7.25, 3.5, 11.0), "7.3 (3.5 to 11.0)"),
        ((1e6, 1e6 - 1e-9, 1e6 + 1e-9), "1,000,000.00000 (1,000,000.00000 to 1,000,000.00000)"),
        ((3e29, 2e29, 4e29), f"{3 * 10**29:,} ({2 * 10**29:,} to {4 * 10**29:,})"),
        ((0.3, None, None), "0.30 (– to –)"),
        ((0.3, 0.0, 0.6), "0.30 (0.00 to 0.60)"),
        ((None, None, None), "– (– to –)"),
    ],
)
def test_difference_with_interval(numbers: tuple[float | None, ...], shown: str) -> None:
    assert text.difference_with_interval(*numbers) == shown
    assert text.effect_with_interval(*numbers, "identity") == shown


@given(st.floats(-8, 8), st.floats(1e-6, 3), st.sampled_from(["log", "identity"]))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_printed_limit_lies_on_or_across_no_effect(estimate: float, half: float, scale: str) -> None:
    values = [estimate, estimate - half, estimate + half]
    null = 1.0 if scale == "log" else 0.0
    numbers = [math.exp(v) for v in values] if scale == "log" else values
    assume(all(abs(v) > 1e-4 * half for v in values))
    shown = text.effect_with_interval(*numbers, scale)
    printed = re.findall(r"[<>]?−?[\d.,]+", shown)
    assert len(printed) == 3
    for limit, words in zip(numbers[1:], printed[1:], strict=True):
        value = float(words.lstrip("<>").replace(",", "").replace("−", "-"))
        assert (value > null) == (limit > null)
        assert value != null


@given(st.floats(-8, 8), st.floats(0.01, 3), st.sampled_from([1e-6, 1e-3, 1.0, 1e5]))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_differences_say_as_much_in_any_unit(estimate: float, half: float, unit: float) -> None:
    """The half-width is told to at least two digits, whatever the unit: the width read back is within some percent."""
    shown = text.difference_with_interval(estimate * unit, (estimate - half) * unit, (estimate + half) * unit)
    _, low, high = (float(x.replace(",", "").replace("−", "-")) for x in re.findall(r"−?[\d.,]+", shown))
    assert (high - low) / 2 == pytest.approx(half * unit, rel=0.06)


@pytest.mark.parametrize(
    ("proportion", "shown"),
    [
        (0.328, "33"),
        (0.0, "0"),
        (1.0, "100"),
        (0.995, "99.5"),
        (0.9999, ">99.9"),
        (0.0004, "<0.1"),
        (0.004, "0.4"),
        (0.0099, "1"),
        (0.01, "1"),
        (0.285, "29"),
        (0.99, "99"),
        (0.991, "99.1"),
        (None, "–"),
    ],
)
def test_of_100(proportion: float | None, shown: str) -> None:
    assert text.of_100(proportion) == shown
    assert text.percent(proportion) == (shown if proportion is None else f"{shown}%")


@pytest.mark.parametrize(
    ("difference", "shown"),
    [(0.191, "+19"), (-0.03, "−3.0"), (0.004, "+0.4"), (0.0, "0.0"), (0.0996, "+10"), (-0.5, "−50"), (None, "–")],
)
def test_per_100(difference: float | None, shown: str) -> None:
    assert text.per_100(difference) == shown


def test_a_difference_and_its_limits_share_their_last_place() -> None:
    assert text.per_100_with_interval(0.09, 0.0512, 0.1288) == "+9 (+5 to +13)"
    assert text.per_100_with_interval(0.05, 0.019, 0.081) == "+5.0 (+1.9 to +8.1)"
    assert text.per_100_with_interval(0.05, None, 0.081) == "+5.0 (– to +8.1)"
    assert text.per_100_interval(-0.024, 0.065, sign=False) == "−2.4 to 6.5"
    assert text.of_100_interval(0.283, 0.379) == "28 to 38"
    assert text.interval(-2.44, 6.5) == "−2.4 to 6.5"


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.0004, "<0.001"),
        (0.001, "0.001"),
        (0.0042, "0.004"),
        (0.0123, "0.012"),
        (0.0499, "0.0499"),
        (0.04999, "0.04999"),
        (0.05, "0.050"),
        (0.0501, "0.0501"),
        (0.2345, "0.23"),
        (0.995, ">0.99"),
        (1.0, ">0.99"),
        (0.0, "<0.001"),
        (None, "–"),
    ],
)
def test_p_value(p: float | None, shown: str) -> None:
    assert text.p_value(p) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2025-03-08", "8 Mar 2025"),
        ("2024-09", "Sep 2024"),
        ("2024", "2024"),
        ("2026-H1", "first half of 2026"),
        ("2026-H2", "second half of 2026"),
        ("2025-Q3", "third quarter of 2025"),
        ("2024-02-29", "29 Feb 2024"),
        (None, "–"),
    ],
)
def test_date(given: str | None, shown: str) -> None:
    assert text.date(given) == shown


@pytest.mark.parametrize(
    "wrong", ["", "2025-13", "2025-00", "2025-02-29", "2025-H3", "08.03.2025", "2025-03-00", "0000"]
)
def test_what_is_not_a_date_is_refused(wrong: str) -> None:
    with pytest.raises(DateError) as caught:
        text.date(wrong)
    assert "YYYY-MM-DD" in (caught.value.problem.expected or "")


def test_money_has_its_currency_and_year() -> None:
    assert text.money(400, year=2021) == "USD 400 million (2021)"
    assert text.money(1234, "EUR") == "EUR 1.2 billion"
    assert text.money(999.6) == "USD 1.0 billion"
    assert text.money(999.4) == "USD 999 million"
    assert text.money(-50) == "−USD 50 million"
    assert text.money(None) == "–"


def test_lists_and_counts() -> None:
    assert text.listed(["a", "b", "c"]) == "a, b and c"
    assert text.listed(["a", "b"], "or") == "a or b"
    assert text.listed(["a"]) == "a"
    assert text.listed([]) == ""
    assert text.count(1234) == "1,234"
    assert text.count(None) == "–"


def test_limits_of_100_are_never_rounded_onto_no_difference() -> None:
    assert text.per_100_with_interval(0.03, 0.0003, 0.06) == "+3.0 (+0.03 to +6.0)"
    assert text.per_100_with_interval(0.15, 0.003, 0.3) == "+15 (+0.3 to +30)"
    assert text.per_100_interval(-0.06, -0.0003) == "−6.0 to −0.03"
    assert text.per_100_with_interval(0.03, 0.0, 0.06) == "+3.0 (0.0 to +6.0)"
