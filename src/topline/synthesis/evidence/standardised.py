"""Standardised mean differences as levels of arms.

The arms of a study share one standard deviation, pooled over all of them, and one small-sample factor J, so that the
differences of a study with several arms agree with each other. The variance of arm i versus arm j is 1/n_i + 1/n_j +
(g_i - g_j)^2/(2N) with N the patients of the whole study, which makes two differences that share arm i covary by
1/n_i + (g_i - g_j)(g_i - g_k)/(2N) (Gleser and Olkin 2009, in The Handbook of Research Synthesis, equations 19.26 and
19.27).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.errors import UnknownNameError
from topline.records import StudyArm

Array = NDArray[np.float64]

CORRECTIONS = ("exact", "approximate", "none")


def check_correction(name: str) -> None:
    """Raise ``UnknownNameError`` for a correction that is not there."""
    if name not in CORRECTIONS:
        raise UnknownNameError.among("small-sample correction", name, CORRECTIONS)


def small_sample_factor(degrees: float, correction: str) -> float:
    """Hedges' J: ``exact`` by gamma functions, ``approximate`` 1 - 3/(4 df - 1), ``none`` 1 (Cohen's d).

    Source: Hedges 1981, J Educ Stat 6:107, equations 6e and 6.
    """
    if correction == "none":
        return 1.0
    if correction == "approximate":
        return 1 - 3 / (4 * degrees - 1)
    half = degrees / 2
    return float(np.exp(special.gammaln(half) - special.gammaln(half - 0.5)) / np.sqrt(half))


def standardised_levels(arms: Sequence[StudyArm], correction: str) -> tuple[Array, Array, bool]:
    """Levels and variances (m,) of the complete arms of one study, and whether the variances are exact.

    Var(i - j) = v_i + v_j holds exactly for two and three arms. For more, the v_i are the least-squares fit to the
    variances of all pairs, which the term (g_i - g_j)^2/(2N), mostly small, keeps from being such sums.
    """
    n = np.array([a.n for a in arms], dtype=float)
    mean = np.array([a.mean for a in arms], dtype=float)
    variance = np.array([a.sd**2 if a.sd is not None else (a.se or 0.0) ** 2 * (a.n or 0.0) for a in arms])
    degrees = float(n.sum()) - len(arms)
    sd = float(np.sqrt(((n - 1) * variance).sum() / degrees))
    y = small_sample_factor(degrees, correction) * mean / sd
    pairs = 1 / n[:, None] + 1 / n[None, :] + (y[:, None] - y[None, :]) ** 2 / (2 * n.sum())
    np.fill_diagonal(pairs, 0.0)
    m = len(arms)
    if m == 2:
        return y, 1 / n + (y[0] - y[1]) ** 2 / (4 * n.sum()), True
    row = pairs.sum(axis=1)
    v = (row - row.sum() / (2 * m - 2)) / (m - 2)
    off = np.abs(v[:, None] + v[None, :] - pairs)[~np.eye(m, dtype=bool)].max()
    return y, v, bool(off < 1e-12 * pairs.max())
