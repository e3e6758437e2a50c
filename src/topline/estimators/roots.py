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
    tolerance: float = 1e-12,
    max_steps: int = 200,
) -> float:
    """The point where an increasing ``function`` crosses 0 between ``lower`` and ``upper``.

    Secant steps, kept inside the bracket by bisection; every third step that has not halved the bracket bisects, so
    that convergence is never slower than bisection's by more than a factor of 3. The value at ``lower`` is taken to be
    negative and the value at ``upper`` positive; neither is evaluated. ``tolerance`` is absolute. Raises ``FitError``
    when ``max_steps`` evaluations do not suffice.
    """
    x = 0.5 * (lower + upper) if start is None or not lower < start < upper else start
    previous: tuple[float, float] | None = None
    width = upper - lower
    for step in range(max_steps):
        y = function(x)
        if y == 0:
            return x
        lower, upper = (x, upper) if y < 0 else (lower, x)
        if upper - lower <= tolerance:
            return 0.5 * (lower + upper)
        new = x
        if previous is not None and y != previous[1]:
            new = x - y * (x - previous[0]) / (y - previous[1])
            if abs(new - x) <= tolerance and lower <= new <= upper:
                return new
        previous = (x, y)
        if step % 3 == 2:
            slow, width = upper - lower > 0.5 * width, upper - lower
            new = x if slow else new
        x = new if lower < new < upper and new != x else 0.5 * (lower + upper)
    raise FitError(
        "a root search did not converge",
        found=f"bracket {lower:.6g} to {upper:.6g} after {max_steps} steps",
        expected=f"a bracket within {tolerance:.1e}",
        repair="check the data for values of wildly different size",
    )
