"""The as-of date of a run."""

from datetime import date

import pytest

from topline.errors import DateError
from topline.pipeline import as_of_date

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("given", ["2026-02-02", " 2026-02-02 ", date(2026, 2, 2)])
def test_a_day_is_taken_as_text_or_date(given):
    assert as_of_date(given, today=TODAY) == date(2026, 2, 2)


def test_the_default_is_today():
    assert as_of_date(None, today=TODAY) == TODAY
    assert as_of_date(None) == date.today()


def test_today_itself_is_not_the_future():
    assert as_of_date("2026-11-24", today=TODAY) == TODAY


def test_tomorrow_is():
    with pytest.raises(DateError, match="lies in the future") as caught:
        as_of_date("2026-11-25", today=TODAY)
    assert caught.value.problem.found == "2026-11-25"
    assert "2026-11-24" in (caught.value.problem.expected or "")


@pytest.mark.parametrize("given", ["", "soon", "2026-02", "2026", "2026-02-30", "02.02.2026", "2026-02-02T10:00"])
def test_what_is_no_day_is_refused(given):
    with pytest.raises(DateError, match="not a date") as caught:
        as_of_date(given, today=TODAY)
    assert caught.value.problem.found == repr(given)
    assert caught.value.problem.repair
