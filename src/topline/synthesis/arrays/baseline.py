"""The baseline model: the pooled level of the reference arms.

DerSimonian R, Laird N. Meta-analysis in clinical trials. Controlled Clinical Trials 1986;7:177–188, on the level
(logit, log rate, mean) of each arm; Dias S et al., NICE DSU Technical Support Document 5 (2011), for a baseline model
of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PooledLevel:
    """The mean level over arms, its standard error, and the between-arm variance; all scalars."""

    mean: float
    se: float
    tau2: float


def pooled_logit(r: NDArray[np.float64], n: NDArray[np.float64]) -> PooledLevel:
    """The random-effects mean of logit(r/n) over arms; shapes (k,).

    An arm with no event or only events gets 0.5 added to both counts. With one arm the variance is the arm's own.
    """
    edge = (r == 0) | (r == n)
    a = r + 0.5 * edge
    b = n - r + 0.5 * edge
    return pooled_level(np.log(a / b), 1 / a + 1 / b)


def pooled_level(y: NDArray[np.float64], v: NDArray[np.float64]) -> PooledLevel:
    """The random-effects mean (DerSimonian-Laird) of levels ``y`` with variances ``v``; shapes (k,)."""
    w = 1 / v
    mu = float((w * y).sum() / w.sum())
    tau2 = 0.0
    if len(y) > 1:
        q = float((w * (y - mu) ** 2).sum())
        c = float(w.sum() - (w**2).sum() / w.sum())
        tau2 = max(0.0, (q - (len(y) - 1)) / c)
    w = 1 / (v + tau2)
    return PooledLevel(mean=float((w * y).sum() / w.sum()), se=float(1 / np.sqrt(w.sum())), tau2=tau2)
