"""Advice for estimates that come with confidence limits in place of a standard error.

The limits are not turned into a standard error unasked: whether they are logarithms, and of which level, is for the
user to say. For 95% limits, se = (upper - lower) / (2 × 1.959964), of a ratio by the logarithms (Cochrane Handbook for
Systematic Reviews of Interventions, version 6, sections 6.3.1 and 6.3.2).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from topline.tables.cells import CellError, read_number
from topline.tables.reading import RawTable
from topline.tables.roles import Candidates

_LIMITS = [
    ("lower", "upper"), ("low", "high"), ("lo", "hi"), ("ll", "ul"), ("lcl", "ucl"), ("lci", "uci"), ("cil", "ciu"),
    ("cilb", "ciub"), ("cilow", "cihigh"), ("cilo", "cihi"), ("cilower", "ciupper"), ("lowerci", "upperci"),
    ("conflow", "confhigh"), ("lowerlimit", "upperlimit"), ("lowercl", "uppercl"), ("l", "u"),
]  # fmt: skip
_RATIO_NAMES = {"hr", "or", "rr", "irr", "rom", "hazardratio", "oddsratio", "riskratio", "rateratio", "relativerisk"}
_RATIOS = {"HR", "OR", "RR", "IRR", "ROM"}


def limits_advice(raw: RawTable, found: Mapping[str, Candidates], measure: str | None) -> str | None:
    """The line that makes estimate and standard error from the limits; None where there is no such pair of columns."""
    limits = find_limits(raw.header, found)
    if limits is None or {"se", "se_contrast", "variance"} & found.keys():
        return None
    estimate, lower, upper = limits
    ratio = _ratio(raw.header)
    logs = estimate == ratio or (measure in _RATIOS and _looks_like_ratios(raw, estimate, lower, upper))
    difference = f'data["{upper}"] - data["{lower}"]'
    lines = [f'data["se"] = ({difference}) / 3.919928']
    if logs:
        role = estimate if "estimate" in found else "estimate"
        lines = [
            f'data["{role}"] = np.log(data["{estimate}"])',
            f'data["se"] = np.log(data["{upper}"] / data["{lower}"]) / 3.919928',
        ]
    scale = ", on the scale of logarithms" if logs else ""
    return f"make the standard error from the limits, here of 95%{scale} (pandas, numpy as np): {'; '.join(lines)}"


def find_limits(header: Sequence[str], found: Mapping[str, Candidates]) -> tuple[str, str, str] | None:
    """The columns of an estimate or ratio and of its lower and upper limit; None where one of them is not there."""
    names = _plain(header)
    pair = next(((names[low], names[high]) for low, high in _LIMITS if low in names and high in names), None)
    estimate = found["estimate"].columns[0] if "estimate" in found else _ratio(header)
    return None if pair is None or estimate is None else (estimate, *pair)


def _plain(header: Sequence[str]) -> dict[str, str]:
    return {re.sub(r"[\W_]+|95(pct|percent)?", "", name.casefold()): name for name in reversed(header)}


def _ratio(header: Sequence[str]) -> str | None:
    names = _plain(header)
    return next((names[name] for name in names if name in _RATIO_NAMES), None)


def _looks_like_ratios(raw: RawTable, *names: str) -> bool:
    """Whether all are above 0, and the estimates nearer to the geometric mean of their limits than to the middle."""
    try:
        rows = [[read_number(cell) for cell in row] for row in zip(*map(raw.column, names), strict=True)]
    except CellError:
        return False
    full = [[value for value in row if value is not None] for row in rows if None not in row]
    if any(value <= 0 for row in full for value in row):
        return False
    off_ratio = sum(abs(estimate - math.sqrt(lower * upper)) for estimate, lower, upper in full)
    return off_ratio < sum(abs(estimate - (lower + upper) / 2) for estimate, lower, upper in full)
