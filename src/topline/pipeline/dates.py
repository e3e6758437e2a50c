"""The as-of date of a run."""

from __future__ import annotations

import re
from datetime import date, datetime

from topline.errors import DateError


def as_of_date(given: str | date | None, *, today: date | None = None) -> date:
    """The as-of date: what was given, or today.

    ``today`` is for tests; the machine's date otherwise. Raises ``DateError`` for a date that is not one (it must be
    ``YYYY-MM-DD``) or that lies in the future.
    """
    now = today or date.today()
    if given is None:
        return now
    if isinstance(given, datetime):
        day = given.date()
    elif isinstance(given, date):
        day = given
    else:
        day = _parsed(given)
    if day > now:
        raise DateError(
            "the as-of date lies in the future",
            found=day.isoformat(),
            expected=f"a day up to today, {now.isoformat()}",
            repair="leave --as-of out for today",
        )
    return day


def _parsed(given: object) -> date:
    text = given.strip() if isinstance(given, str) else ""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise DateError(
            "the as-of date is not a date",
            found=repr(given),
            expected="YYYY-MM-DD, such as 2026-02-02",
            repair="--as-of 2026-02-02",
        ) from None
