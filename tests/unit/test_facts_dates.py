"""Partial dates count from their last day."""

import datetime as dt

import pytest

from topline.facts.dates import fits_precision, last_day, source_last_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016", dt.date(2016, 12, 31)),
        ("2016-06", dt.date(2016, 6, 30)),
        ("2024-02", dt.date(2024, 2, 29)),
        ("2023-02", dt.date(2023, 2, 28)),
        ("2026-02-02", dt.date(2026, 2, 2)),
    ],
)
def test_a_partial_date_counts_from_its_last_day(text, day):
    assert last_day(text) == day


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "2026-13", "2026-00", "26-01-01", "2026-1-1", "2026/01/01", "n.d."]
)
def test_other_text_is_no_date(text):
    with pytest.raises(ValueError):  # noqa: PT011 - every such message is worded by the caller
        last_day(text)


def test_a_source_may_bear_a_range_of_years_or_no_date():
    assert source_last_day("2021/2024") == source_last_day("2021-2024") == dt.date(2024, 12, 31)
    assert source_last_day("n.d.") is None
    with pytest.raises(ValueError, match="ends before it begins"):
        source_last_day("2024/2021")


@pytest.mark.parametrize(
    ("text", "precision", "fits"),
    [
        ("2026-01-30", "day", True),
        ("2026-02-30", "day", False),
        ("2024-09", "month", True),
        ("2024-09-01", "month", False),
        ("2026-H1", "half", True),
        ("2026-H3", "half", False),
        ("2026-Q4", "quarter", True),
        ("2026", "year", True),
        ("", "", True),
        ("", "day", False),
        ("2026", "", False),
    ],
)
def test_an_event_date_is_written_as_its_precision_says(text, precision, fits):
    assert fits_precision(text, precision) is fits
