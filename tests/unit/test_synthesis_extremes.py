"""Numbers at the edge of what a computer holds: an answer that is finite, or a kind refusal."""

import math
from dataclasses import dataclass

import msgspec
import pytest

from topline.errors import FitError
from topline.synthesis import nma

ENGINES = [(e, m) for e in ("reml", "ml", "dl") for m in ("random", "common")]


@dataclass(frozen=True)
class Loop:
    """Standard errors of B minus A, C minus B and C minus A."""

    ba: float
    cb: float
    ca: float

    def rows(self):
        pairs = (("1", "B", "A", self.ba), ("2", "C", "B", self.cb), ("3", "C", "A", self.ca))
        return [{"study": s, "treatment1": t, "treatment2": r, "estimate": 1.0, "se": se} for s, t, r, se in pairs]


def finite(result):
    """Whether all that is not None is finite."""
    numbers = [x for e in (*result.effects, *result.league) for x in (e.estimate, e.se, e.lower, e.upper)]
    numbers += [x for c in result.contributions for x in (c.proportion,)]
    numbers += [x for s in result.node_split for x in msgspec.structs.astuple(s) if isinstance(x, float)]
    numbers += [result.tau2, result.i2, result.i2_tau2]
    return all(math.isfinite(x) for x in numbers if x is not None)


@pytest.mark.parametrize(("engine", "model"), ENGINES)
def test_standard_errors_twelve_decades_apart_give_a_kind_error_or_numbers(engine, model):
    rows = Loop(1e-6, 1e6, 1.0).rows()
    try:
        result = nma(rows, measure="MD", engine=engine, model=model).result
    except FitError as error:
        assert error.problem.repair  # noqa: PT017
        return
    assert finite(result)


@pytest.mark.parametrize("decades", range(1, 9))
@pytest.mark.parametrize(("engine", "model"), ENGINES)
def test_what_is_not_refused_is_right(engine, model, decades):
    """Two trials in a row have the sum of their variances; with the direct one beside them, precisions add.

    The three trials agree to within a standard error of 1, so tau2 is 0 but for rounding.
    """
    small, large = 10.0**-decades, 10.0**decades
    rows = Loop(small, large, 1.0).rows()
    try:
        result = nma(rows, measure="MD", engine=engine, model=model, reference="A").result
    except FitError:
        assert decades > 3  # eight decades and more between standard errors
        return
    assert finite(result)
    assert result.tau2 == pytest.approx(0, abs=1e-6)
    effect = next(e for e in result.effects if e.treatment == "C")
    assert effect.se == pytest.approx((1 + 1 / (small**2 + large**2)) ** -0.5, rel=1e-6)
