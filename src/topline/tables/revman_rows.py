"""A row of a RevMan analysis: what was measured, as cells of a table."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TypeAlias

from topline.tables.analyses import RATIOS

Cells: TypeAlias = tuple[str | None, ...]

_MEASURES = {
    "or": "OR", "odds ratio": "OR", "peto_or": "OR", "peto odds ratio": "OR", "rr": "RR", "risk ratio": "RR",
    "relative risk": "RR", "rd": "RD", "risk difference": "RD", "md": "MD", "wmd": "MD", "mean difference": "MD",
    "smd": "SMD", "std. mean difference": "SMD", "standardised mean difference": "SMD",
    "standardized mean difference": "SMD", "hr": "HR", "hazard ratio": "HR", "irr": "IRR", "rate ratio": "IRR",
    "incidence rate ratio": "IRR",
}  # fmt: skip
_SAID = {
    "DICH": ("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2"),
    "CONT": ("MEAN_1", "SD_1", "TOTAL_1", "MEAN_2", "SD_2", "TOTAL_2"),
    "IV": ("ESTIMATE", "SE", "EFFECT_SIZE", "CI_START", "CI_END", "TOTAL_1", "TOTAL_2"),
    "IPD": ("O_E", "VAR", "EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2"),
}


def effect_measure(name: str) -> str | None:
    """RevMan's name of a measure as topline's (OR, RR, RD, MD, SMD, HR, IRR); its own words for others, None for none.

    A logarithm in the name (``log(Hazard Ratio)``) is the scale, not another measure.
    """
    words = " ".join(name.split())
    inner = re.fullmatch(r"(?:log|ln)\s*[\[(](.*)[\])]", words, re.IGNORECASE)
    return _MEASURES.get((inner[1] if inner else words).casefold(), words) or None


class RowReader:
    """Reads the attributes of one outcome's rows: ``prefix`` is DICH, CONT, IV or IPD.

    ``labels`` are the groups' names; ``said`` the attributes that hold what was measured.
    """

    def __init__(self, prefix: str, labels: tuple[str, str], *, swapped: bool, measure: str | None) -> None:
        self.prefix = prefix
        self.labels = labels
        self.swapped = swapped
        self.measure = measure
        self.said = _SAID[prefix]

    def read(self, given: Mapping[str, str]) -> Cells | str:
        """The cells after the study's name; in words why the row holds no result, where it holds none.

        RevMan writes 0 where nothing was entered: a group of no patients has no result.
        """
        if self.prefix in ("DICH", "CONT"):
            if any(_is_zero(given.get(f"TOTAL_{i}")) for i in (1, 2)):
                return "not estimable (a group without patients)"
            if self.prefix == "DICH":
                return self._counts(given)
            if given.get("ESTIMABLE") == "NO" and any(_is_zero(given.get(f"SD_{i}")) for i in (1, 2)):
                return "not estimable (a standard deviation of 0)"
            parts = [(given.get(f"MEAN_{i}"), given.get(f"SD_{i}"), given.get(f"TOTAL_{i}")) for i in (1, 2)]
            return (self.labels[0], *parts[0], self.labels[1], *parts[1])
        if self.prefix == "IV":
            if _is_zero(given.get("SE")) or not given.get("SE"):
                return "not estimable (no standard error)"
            return (*self.labels, self._estimate(given), given.get("SE"))
        return self._observed_less_expected(given)

    def _counts(self, given: Mapping[str, str]) -> Cells:
        parts = []
        for i in (1, 2):
            events, total = given.get(f"EVENTS_{i}"), given.get(f"TOTAL_{i}")
            parts.append((self.labels[i - 1], _less(total, events) if self.swapped else events, total))
        return (*parts[0], *parts[1])

    def _estimate(self, given: Mapping[str, str]) -> str | None:
        """The estimate on the scale that its standard error is on: of a ratio the logarithm."""
        if given.get("ESTIMATE"):
            return given["ESTIMATE"]
        shown = _number(given.get("EFFECT_SIZE"))
        if shown is None or self.measure not in RATIOS:
            return given.get("EFFECT_SIZE")
        return repr(math.log(shown)) if shown > 0 else None

    def _observed_less_expected(self, given: Mapping[str, str]) -> Cells | str:
        """Peto's estimate: the logarithm is (O - E) / V, with standard error 1 / sqrt(V) (Yusuf et al. 1985)."""
        difference, variance = _number(given.get("O_E")), _number(given.get("VAR"))
        if difference is None or variance is None or variance <= 0:
            return "not estimable (no variance)"
        return (*self.labels, repr(difference / variance), repr(1 / math.sqrt(variance)))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_zero(text: str | None) -> bool:
    return _number(text) == 0


def _less(total: str | None, events: str | None) -> str | None:
    """The difference of two counts; whatever is no number stays for the checks to name."""
    whole, part = _number(total), _number(events)
    return events if whole is None or part is None else f"{whole - part:.15g}"
