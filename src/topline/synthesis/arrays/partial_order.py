"""The partial order of treatments that are ranked by several outcomes.

Treatment a is above b when no outcome puts it lower and one puts it higher. The cover relation keeps the pairs with
nothing between, which is what a Hasse diagram draws (Carlsen and Bruggemann 2014, J Chemom 28:226; for networks of
treatments Rücker and Schwarzer 2017, Res Synth Methods 8:526).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.synthesis.arrays.laplacian import Array, Index

# scores that differ in later decimals differ by rounding only, and count as equal
DECIMALS = 10
Relation = NDArray[np.bool_]


@dataclass(frozen=True)
class Poset:
    """``above`` (T, T): row is above column. ``covers``: with nothing between. ``equal``: another with the same scores.

    ``level`` (T,) is 0 for what nothing is above, else one more than the deepest level above.
    """

    above: Relation
    covers: Relation
    equal: Relation
    level: Index

    @property
    def incomparable(self) -> Relation:
        """Neither above the other nor equal (T, T)."""
        return np.asarray(~(self.above | self.above.T | self.equal | np.eye(len(self.above), dtype=bool)))


def partial_order(scores: Array) -> Poset:
    """The order of ``scores`` (T, K), a row a treatment and a column an outcome, higher being better."""
    rounded = np.round(scores, DECIMALS)
    at_least: Relation = np.asarray((rounded[:, None] >= rounded).all(axis=2))
    equal = at_least & at_least.T
    above = at_least & ~equal
    between = (above.astype(float) @ above.astype(float)) > 0
    level = np.zeros(len(scores), dtype=np.intp)
    # from the top down: whoever is above has fewer above itself
    for k in np.argsort(above.sum(axis=0), kind="stable"):
        level[k] = max((int(level[other]) + 1 for other in np.flatnonzero(above[:, k])), default=0)
    np.fill_diagonal(equal, False)
    return Poset(above, above & ~between, equal, level)
