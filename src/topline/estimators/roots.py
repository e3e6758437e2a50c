"""Roots of a function of one number, inside a bracket that only shrinks."""

from __future__ import annotations

from collections.abc import Callable

from topline.errors import FitError


def find_root(
    function: Callable[[float], float],
    lower: float,
    upper: float,
    *,
    start: float | None = None,
    before: tuple[float, float] | None = None,
    tolerance: float = 1e-12,
    max_steps: int = 200,
) -> float:
    """The point where an increasing ``function`` crosses 0 between ``lower`` and ``upper``.

    Secant steps, kept inside the bracket; a step that is not half as long as the last but one bisects instead (as in
    Brent 1973, Algorithms for Minimization without Derivatives, chapter 4). The value at ``lower`` is taken to be
    negative and the value at ``upper`` positive; neither is evaluated. ``before``, a point and its value that are
    known already, makes the second point a secant step. ``tolerance`` is absolute. Raises ``FitError`` when
    ``max_steps`` evaluations do not suffice.
    """
    x = 0.5 * (lower + upper) if start is None or not lower < start < upper else start
    previous = before
    last = last_but_one = upper - lower
    for _ in range(max_steps):
        y = function(x)
        if y == 0:
            return x
        lower, upper = (x, upper) if y < 0 else (lower, x)
        if upper - lower <= tolerance:
            return 0.5 * (lower + upper)
        new = 0.5 * (lower + upper)
        if previous is not None and y != previous[1]:
            secant = x - y * (x - previous[0]) / (y - previous[1])
            if abs(secant - x) <= tolerance and lower <= secant <= upper:
                return secant
            if lower < secant < upper and secant != x and abs(secant - x) < 0.5 * last_but_one:
                new = secant
        previous = (x, y)
        last, last_but_one = abs(new - x), last
        x = new
    raise FitError(
        "a root search did not converge",
        found=f"bracket {lower:.6g} to {upper:.6g} after {max_steps} steps",
        expected=f"a bracket within {tolerance:.1e}",
        repair="check the data for values of wildly different size",
    )
