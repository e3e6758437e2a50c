"""Numbers, dates and money as a reader wants to see them: no false digits, a true minus sign, natural frequencies.

Rounding is half up on the shortest decimal that names the float, so that 0.125 and 2.675 round as on paper.
A missing value (None, NaN, infinite) prints as an en dash. The limit of an interval is never rounded onto or across no
effect: what a reader concludes from the print is what the numbers say.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TypeGuard

from topline.errors import DateError

MISSING = "–"
MINUS = "\u2212"
# How many digits a limit may get beyond the others of its row before it is taken to lie on no effect itself.
MOST_EXTRA = 6

_DATE = re.compile(r"(\d{4})(?:-(?:H([12])|Q([1-4])|(\d{2})(?:-(\d{2}))?))?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUARTERS = ("first", "second", "third", "fourth")
# Wide enough for every float: the largest with 12 decimals, or the smallest.
_WIDE = Context(prec=700)


def fixed(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """The value with so many decimals and thousands separated; never a negative zero. ``sign`` shows a plus."""
    if not _known(value):
        return MISSING
    rounded = _round(value, decimals)
    prefix = MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{prefix}{abs(rounded):,.{max(decimals, 0)}f}"


def significant(value: float | None, digits: int = 2, *, sign: bool = False) -> str:
    """The value to so many significant digits, never in powers of ten.

    Whole digits are never turned into zeros: 1234.5 is ``1,235``, not ``1,200``.
    """
    if not _known(value):
        return MISSING
    return fixed(value, decimals_for(value, digits), sign=sign)


def decimals_for(value: float, digits: int = 2) -> int:
    """How many decimals show ``digits`` significant digits of the value, after rounding (0.995 needs 1, not 2)."""
    if value == 0 or not math.isfinite(value):
        return 0
    decimals = max(digits - 1 - Decimal(repr(abs(value))).adjusted(), 0)
    rounded = abs(_round(value, decimals))
    return max(digits - 1 - rounded.adjusted(), 0) if rounded else decimals


def digits_allowed(value: float | None, lower: float | None, upper: float | None) -> int:
    """Two significant digits, and more where the interval is so narrow that they still say something.

    A third where the interval's half-width is under 5% of the value, a fourth under 0.5%, and so on, up to eight.
    """
    if not (_known(value) and _known(lower) and _known(upper)) or value == 0 or lower >= upper:
        return 2
    share = (upper - lower) / 2 / abs(value)
    return next((digits for digits in range(2, 8) if share >= 0.05 / 10 ** (digits - 2)), 8)


def ratio(value: float | None, digits: int = 2) -> str:
    """A ratio on its natural scale; beyond 1,000 or below 0.001 only that it is so."""
    if not _known(value):
        return MISSING
    if value >= 1000:
        return ">1,000"
    if 0 < value < 0.001:
        return "<0.001"
    return significant(value, digits)


def ratio_interval(lower: float | None, upper: float | None, digits: int = 2) -> str:
    """The limits of a ratio: ``2.4 to 6.5``; a limit has the digits that show on which side of 1 it lies: ``1.004``."""
    return f"{_ratio_apart(lower, digits)} to {_ratio_apart(upper, digits)}"


def ratio_with_interval(value: float | None, lower: float | None, upper: float | None, digits: int = 2) -> str:
    """A ratio and its limits: ``4.0 (2.4 to 6.5)``; at least so many digits, and as many as the spread allows."""
    digits = max(digits, digits_allowed(value, lower, upper))
    shown = _ratio_apart(value, digits) if _on_one_side(lower, upper, 1) else ratio(value, digits)
    return f"{shown} ({ratio_interval(lower, upper, digits)})"


def decimals_allowed(value: float | None, lower: float | None, upper: float | None, digits: int = 2) -> int:
    """The decimals of a difference: those that show ``digits`` significant digits of its interval's half-width.

    Without an interval those of the value; no more than floating point can tell.
    """
    if not (_known(lower) and _known(upper)) or lower >= upper:
        return decimals_for(value, digits) if _known(value) else 0
    largest = max(abs(v) for v in (value, lower, upper) if _known(v))
    return min(decimals_for((upper - lower) / 2, digits), max(11 - Decimal(repr(largest)).adjusted(), 0))


def difference_interval(lower: float | None, upper: float | None, decimals: int | None = None) -> str:
    """The limits of a difference, to one place: ``−2.4 to 6.5``; a limit gets more where it would round to 0."""
    decimals = decimals_allowed(None, lower, upper) if decimals is None else decimals
    return f"{_apart(lower, decimals, 0)} to {_apart(upper, decimals, 0)}"


def difference_with_interval(value: float | None, lower: float | None, upper: float | None, digits: int = 2) -> str:
    """A difference and its limits, all to one place, which follows from the width: ``−1.20 (−1.60 to −0.81)``."""
    decimals = decimals_allowed(value, lower, upper, digits)
    shown = _apart(value, decimals, 0) if _on_one_side(lower, upper, 0) else fixed(value, decimals)
    return f"{shown} ({difference_interval(lower, upper, decimals)})"


def effect_with_interval(
    value: float | None, lower: float | None, upper: float | None, scale: str, digits: int = 2
) -> str:
    """An effect on its natural scale with its limits: a ratio where ``scale`` is ``log``, else a difference."""
    printed = ratio_with_interval if scale == "log" else difference_with_interval
    return printed(value, lower, upper, digits)


def interval(lower: float | None, upper: float | None, decimals: int = 1, *, sign: bool = False) -> str:
    """Limits with the same number of decimals: ``−2.4 to 6.5``."""
    return f"{fixed(lower, decimals, sign=sign)} to {fixed(upper, decimals, sign=sign)}"


def of_100(proportion: float | None) -> str:
    """A proportion (0 to 1) as how many of 100: ``33``.

    Below 1 and above 99 it keeps a decimal, and only a true 0 or 1 prints as ``0`` or ``100``.
    """
    if not _known(proportion):
        return MISSING
    value = Decimal(repr(float(proportion))) * 100
    if value in (0, 100) or 1 <= value <= 99:
        return fixed(float(value))
    if 0 < value < Decimal("0.05"):
        return "<0.1"
    if Decimal("99.95") <= value < 100:
        return ">99.9"
    return fixed(float(value), 1).removesuffix(".0")


def percent(proportion: float | None) -> str:
    """A proportion (0 to 1) as a percentage: ``33%``."""
    shown = of_100(proportion)
    return shown if shown == MISSING else f"{shown}%"


def of_100_interval(lower: float | None, upper: float | None) -> str:
    """The limits of a proportion (0 to 1) as of 100: ``28 to 38``."""
    return f"{of_100(lower)} to {of_100(upper)}"


def per_100(difference: float | None, *, sign: bool = True) -> str:
    """A difference of proportions (−1 to 1) per 100 patients: ``+19``, ``−3``; under 10 with a decimal, ``+0.4``."""
    if not _known(difference):
        return MISSING
    value = float(Decimal(repr(float(difference))) * 100)
    return fixed(value, 1 if abs(_round(value, 1)) < 10 else 0, sign=sign)


def per_100_interval(lower: float | None, upper: float | None, *, sign: bool = True) -> str:
    """The limits of a difference of proportions per 100 patients, with the same number of decimals."""
    if not (_known(lower) and _known(upper)):
        return f"{per_100(lower, sign=sign)} to {per_100(upper, sign=sign)}"
    low, high = (float(Decimal(repr(float(limit))) * 100) for limit in (lower, upper))
    decimals = 1 if max(abs(_round(low, 1)), abs(_round(high, 1))) < 10 else 0
    return f"{_apart(low, decimals, 0, sign=sign)} to {_apart(high, decimals, 0, sign=sign)}"


def per_100_with_interval(difference: float | None, lower: float | None, upper: float | None) -> str:
    """A difference of proportions per 100 patients with its limits, to one place: ``+9 (+5 to +13)``.

    A limit gets more digits where it would round to 0.
    """
    known = [float(Decimal(repr(float(v))) * 100) for v in (difference, lower, upper) if _known(v)]
    decimals = 1 if all(abs(_round(v, 1)) < 10 for v in known) else 0
    shown = fixed(float(Decimal(repr(float(difference))) * 100), decimals, sign=True) if _known(difference) else MISSING
    low, high = (
        _apart(float(Decimal(repr(float(v))) * 100), decimals, 0, sign=True) if _known(v) else MISSING
        for v in (lower, upper)
    )
    return f"{shown} ({low} to {high})"


def p_value(p: float | None) -> str:
    """A p value to two significant digits; never rounded across 0.05; ``<0.001`` and ``>0.99`` at the ends."""
    if not _known(p):
        return MISSING
    if p < 0.001:
        return "<0.001"
    if p > 0.99:
        return ">0.99"
    decimals = 2 if p >= 0.1 else min(decimals_for(p), 3)
    while p != 0.05 and decimals < 12 and _crosses(p, _round(p, decimals), Decimal("0.05")):
        decimals += 1
    return fixed(p, decimals)


def count(value: int | None) -> str:
    """A whole number with its thousands separated: ``1,234``."""
    return MISSING if value is None else fixed(value)


def date(text: str | None) -> str:
    """A date in words, as precise as it is: ``8 Mar 2025``, ``Sep 2024``, ``2024``, ``first half of 2026``.

    Takes ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYY-Hn`` and ``YYYY-Qn``; raises ``DateError`` for anything else.
    """
    if text is None:
        return MISSING
    year, half, quarter, month, day = date_fields(text)
    if half:
        return f"{_QUARTERS[half - 1]} half of {year}"
    if quarter:
        return f"{_QUARTERS[quarter - 1]} quarter of {year}"
    if not month:
        return str(year)
    name = f"{_MONTHS[month - 1]} {year}"
    return f"{day} {name}" if day else name


def date_fields(text: str) -> tuple[int, int, int, int, int]:
    """Year, half, quarter, month and day of a date; 0 for a part that it does not have. Raises ``DateError``."""
    match = _DATE.fullmatch(text)
    year, half, quarter, month, day = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0, 0)
    has_month, has_day = (bool(match and match.group(i)) for i in (4, 5))
    if (
        not match
        or year == 0
        or (has_month and not 1 <= month <= 12)
        or (has_day and not 1 <= day <= calendar.monthrange(year, month)[1])
    ):
        raise DateError(
            f"{text!r} is not a date",
            found=repr(text),
            expected="YYYY, YYYY-MM, YYYY-MM-DD, YYYY-H1, YYYY-H2 or YYYY-Q1 to YYYY-Q4",
        )
    return year, half, quarter, month, day


def money(millions: float | None, currency: str = "USD", year: int | None = None) -> str:
    """An amount in millions with its currency and, where known, the year of the money: ``USD 1.2 billion (2025)``."""
    if not _known(millions):
        return MISSING
    size = abs(millions)
    amount = f"{significant(size / 1000, 2)} billion" if size >= 999.5 else f"{significant(size, 2)} million"
    prefix = MINUS if millions < 0 else ""
    return f"{prefix}{currency} {amount}" + (f" ({year})" if year is not None else "")


def capitalised(words: str) -> str:
    """The words as a sentence begins: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names in a sentence: ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}" if names else ""


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _round(value: float, decimals: int) -> Decimal:
    # Twelve digits: two ways to compute one number must not print as two.
    exact = Decimal(f"{float(value):.12g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_WIDE)


def _crosses(value: float, shown: Decimal, edge: Decimal) -> bool:
    """Whether the rounded value lies on the edge, or on its other side."""
    return shown == edge or (Decimal(repr(float(value))) < edge) != (shown < edge)


def _apart(value: float | None, decimals: int, null: int, *, sign: bool = False) -> str:
    """The value with so many decimals, and more where it would be rounded onto or across no effect."""
    if not _known(value):
        return MISSING
    edge = Decimal(null)
    enough = (d for d in range(decimals, decimals + MOST_EXTRA + 1) if not _crosses(value, _round(value, d), edge))
    return fixed(value, next(enough, decimals), sign=sign)


def _ratio_apart(value: float | None, digits: int) -> str:
    """A ratio to so many significant digits, and more where it would be rounded onto or across 1."""
    if not _known(value) or value >= 1000 or value < 0.001:
        return ratio(value, digits)
    return _apart(value, decimals_for(value, digits), 1)


def _on_one_side(lower: float | None, upper: float | None, null: int) -> bool:
    """Whether both limits are known and leave out no effect."""
    return _known(lower) and _known(upper) and (lower > null or upper < null)
