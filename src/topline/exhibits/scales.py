"""Axes: from a value to a place, and the ticks that a reader can read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from topline.errors import ArgumentError

Kind = Literal["log", "natural"]


@dataclass(frozen=True)
class Scale:
    """Maps values in ``low``–``high`` to places in ``start``–``end`` (pixels), linearly or on a log axis."""

    kind: Kind
    low: float
    high: float
    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise ArgumentError("an axis needs two limits, the lower first", found=f"{self.low} to {self.high}")
        if self.kind == "log" and self.low <= 0:
            raise ArgumentError("a log axis starts above 0", found=f"{self.low}")

    def __call__(self, value: float) -> float:
        """The place of a value; values outside the limits are put at the nearer limit."""
        value = min(max(value, self.low), self.high)
        if self.kind == "log":
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 10) -> tuple[float, ...]:
        """Readable values inside the limits, at most ``most`` and at least 2."""
        return log_ticks(self.low, self.high, most) if self.kind == "log" else linear_ticks(self.low, self.high, most)


def linear_ticks(low: float, high: float, most: int = 8) -> tuple[float, ...]:
    """Multiples of 1, 2 or 5 times a power of ten within ``low``–``high``: at most ``most`` (4 or more), at least 2.

    Where one step gives too many and the next a single one, every second or third of the first step's.
    """
    power = math.floor(math.log10((high - low) / most))
    many: tuple[float, ...] = ()
    for exponent in range(power, power + 3):
        for step in (1, 2, 5):
            size = step * 10.0**exponent
            first, last = math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9)
            ticks = tuple(_tidy(i, step, exponent) for i in range(first, last + 1))
            if 2 <= len(ticks) <= most:
                return ticks
            if len(ticks) < 2 and many:
                return many[:: math.ceil(len(many) / most)]
            many = ticks
    return (low, high)


def _tidy(index: int, step: int, exponent: int) -> float:
    """``index * step * 10**exponent`` without the noise of binary fractions (0.3, not 0.30000000000000004)."""
    units = index * step
    return float(units * 10**exponent) if exponent >= 0 else units / 10**-exponent


def log_ticks(low: float, high: float, most: int = 10) -> tuple[float, ...]:
    """Values such as 0.5, 1, 2, 5, 10, 20 within ``low``–``high`` (both above 0): at most ``most``, at least 2.

    Over a wide range whole powers of ten, or every second one and so on; over a narrow one the ticks of a linear axis.
    """
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        inside = _within((_tidy(1, s, k) for k in powers for s in steps), low, high)
        if len(inside) <= most:
            return inside if len(inside) >= 3 else linear_ticks(low, high, max(4, most - 2))
    for every in range(2, len(powers)):
        inside = _within((_tidy(1, 1, k) for k in powers if k % every == 0), low, high)
        if 2 <= len(inside) <= most:
            return inside
    return (low, high)


def _within(values: Iterable[float], low: float, high: float) -> tuple[float, ...]:
    return tuple(v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9))


def tick_label(value: float) -> str:
    """The shortest text of a tick: ``0.5``, ``1950``, ``20,000``, with a true minus sign.

    Below 10,000 no comma stands in it, so that a year is a year.
    """
    comma = "," if abs(value) >= 10_000 else ""
    large_or_small = abs(value) >= 1e12 or 0 < abs(value) < 1e-6
    shown = f"{value:.10g}" if large_or_small else f"{value:{comma}.10f}".rstrip("0").rstrip(".")
    return shown.replace("-", "\u2212")


def limits_for(
    kind: Kind,
    intervals: Sequence[tuple[float, float, float]],
    *,
    null: float | None,
    reach: float = 1.0,
) -> tuple[float, float]:
    """Axis limits for (estimate, lower, upper) triples, with the line of no effect inside and a little air.

    An interval may widen the axis beyond the estimates by ``reach`` times their spread (at least a factor of 4 on a
    log axis) and no more: one imprecise trial must not flatten all others. What leaves the axis gets an arrow.
    """
    inner = [e for e, _, _ in intervals] + ([] if null is None else [null])
    if kind == "log":
        inner, outer = (
            [math.log(v) for v in inner if v > 0],
            [math.log(v) for _, lo, hi in intervals for v in (lo, hi) if v > 0 and math.isfinite(v)],
        )
    else:
        outer = [v for _, lo, hi in intervals for v in (lo, hi) if math.isfinite(v)]
    low, high = (min(inner), max(inner)) if inner else (0.0, 1.0)
    spread = max((high - low) * reach, math.log(4) if kind == "log" else 0.0)
    if spread == 0:
        spread = max((abs(v - low) for v in outer), default=1.0) or 1.0
    low, high = min([low, *(max(v, low - spread) for v in outer)]), max([high, *(min(v, high + spread) for v in outer)])
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    air = 0.04 * (high - low)
    return (math.exp(low - air), math.exp(high + air)) if kind == "log" else (low - air, high + air)
