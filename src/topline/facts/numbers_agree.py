"""When two values of one outcome are the same number, and when they contradict each other."""

from __future__ import annotations

from collections.abc import Mapping

from topline.facts.case_outcomes import PERCENT_GAP
from topline.records import Question


def value_of(cells: Mapping[str, str]) -> float | None:
    """The value that an outcome's row gives, on the scale of ``percent``; from the counts where it has no percent."""
    try:
        if cells.get("percent"):
            return float(cells["percent"])
        if cells.get("events") and cells.get("n"):
            return 100.0 * float(cells["events"]) / float(cells["n"])
    except (ValueError, ZeroDivisionError):
        return None
    return None


def same_number(one: Mapping[str, str], other: Mapping[str, str], question: Question) -> bool | None:
    """Whether two rows of one outcome agree within rounding; None where one of them gives no value.

    Percents agree within ``PERCENT_GAP`` points, as a second source of the case must. Means agree when the one with
    more decimals rounds to the other, as nearly as a half of its last digit. The same percent of other patients, or
    another count where both were reported, is another number.
    """
    a, b = value_of(one), value_of(other)
    if a is None or b is None:
        return None
    if not all(_equal(one, other, name) for name in _counted(one, other)):
        return False
    endpoint = question.endpoint(one.get("outcome", ""))
    if endpoint is None or endpoint.kind == "proportion":
        return abs(a - b) <= PERCENT_GAP + 1e-9
    decimals = min(_decimals(one.get("percent", "")), _decimals(other.get("percent", "")))
    return abs(a - b) <= 0.5 * 10.0**-decimals + 1e-9


def _counted(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    """The cells that must be equal where both have them: a count worked out from a percent may be a patient off."""
    derived = "derived from percent" in {one.get("events_status"), other.get("events_status")}
    return ("n",) if derived else ("n", "events")


def _equal(one: Mapping[str, str], other: Mapping[str, str], name: str) -> bool:
    try:
        return not (one.get(name) and other.get(name)) or float(one[name]) == float(other[name])
    except ValueError:
        return True  # no number: the checks of the row say so


def has_counts(cells: Mapping[str, str]) -> bool:
    """Whether a row says of how many patients it is, and how many had the event."""
    return bool(cells.get("n") and cells.get("events"))


def _decimals(text: str) -> int:
    return len(text.partition(".")[2]) if "e" not in text.lower() else 0


def shown_value(cells: Mapping[str, str]) -> str:
    """The value in words: ``45 of 100 (45%)``, ``40.7%``; a mean stands as it is written."""
    counts = f"{cells['events']} of {cells['n']}" if cells.get("events") and cells.get("n") else ""
    percent = cells.get("percent", "")
    return f"{counts} ({percent})" if counts and percent else counts or percent
