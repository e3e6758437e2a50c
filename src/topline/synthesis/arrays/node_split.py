r"""Node-split models: the network with one comparison's direct evidence on a parameter of its own.

For treatments a and b, the model gains a column z: in trials that contain both, 1/2 on the arm of a and -1/2 on that of
b. Its coefficient omega is direct minus indirect, whichever of the two comes first: the symmetrical parameterisation.
Where no trial with a and b has a third arm, its place does not matter; where one has, the third arm stands in the
middle between a and b rather than on either side. tau2 is estimated anew in each model.

The column borders the Laplacian. With h = L^-1 X'R z, k = h_a - h_b and s = z'Pz:

    omega = z'Py / s,  indirect = (d_a - d_b) - k omega,  direct = indirect + omega,
    Q = y'Py - (z'Py)^2 / s,  log det N = log det L + log s,  tr P - |Pz|^2 / s,

and k is the weight of the direct estimate in the network's at that tau2.

Source: White 2015, Stata J 15:951; White, Barrett, Jackson and Higgins 2012, Res Synth Methods 3:111. A comparison is
split where trials without it still join the two: van Valkenhoef et al. 2016, Res Synth Methods 7:80.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from topline.synthesis.arrays.heterogeneity import by_moments, maximise, one_by_one
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index, Solution, solve, trace_p, trace_r
from topline.synthesis.arrays.side import count_direct, joined_otherwise

# fits of the network at one tau2 are kept for the models that ask for the same; a search's grid has about 20
KEPT_FITS = 64


@dataclass(frozen=True)
class SplitModels:
    """One model a comparison; ``first`` < ``second`` (k,), effects are first minus second.

    ``difference`` is direct minus indirect. ``direct_proportion`` (k,) is the weight of the direct estimate in the
    network's. ``tau2`` (k,) was taken as 0 where ``degrees``, the same for every model, is 0.
    """

    first: Index
    second: Index
    direct: Array
    se_direct: Array
    indirect: Array
    se_indirect: Array
    difference: Array
    se_difference: Array
    direct_proportion: Array
    tau2: Array
    degrees: int


_COLUMNS = (
    "direct", "se_direct", "indirect", "se_indirect", "difference", "se_difference", "direct_proportion", "tau2",
)  # fmt: skip


@dataclass(frozen=True)
class _Border:
    """What the column z adds to a fit: h (T,), Pz (A,), s = z'Pz and z'Py."""

    h: Array
    pz: Array
    s: float
    zpy: float


def split_column(arms: ArmArrays, first: int, second: int) -> Array:
    """The column z (A,): 1/2 on the arm of ``first`` and -1/2 on that of ``second`` in the trials with both."""
    rows = (arms.treatment[arms.pair_i] == first) & (arms.treatment[arms.pair_j] == second)
    z = np.zeros(len(arms.y))
    z[arms.pair_i[rows]], z[arms.pair_j[rows]] = 0.5, -0.5
    return z


def splittable(arms: ArmArrays) -> tuple[Index, Index]:
    """The pairs (k,), (k,) with direct evidence and with independent indirect evidence; the first is the smaller."""
    first, second = np.nonzero(np.triu(count_direct(arms)))
    kept = joined_otherwise(arms, first, second)
    return first[kept], second[kept]


def split_models(arms: ArmArrays, method: str | None) -> SplitModels:
    """Fit a model for every pair that can be split, tau2 by ``dl``, ``reml`` or ``ml``; None: tau2 = 0.

    Raises ``FitError`` when a fit does not converge.
    """
    first, second = splittable(arms)
    base = lru_cache(maxsize=KEPT_FITS)(lambda tau2: solve(arms, tau2))
    degrees = arms.degrees - 1
    found = np.zeros((len(first), len(_COLUMNS)))
    for row, a, b in zip(found, first.tolist(), second.tolist(), strict=True):
        z = split_column(arms, a, b)
        tau2 = 0.0 if method is None or degrees < 1 else _tau2(arms, z, method, base)
        row[:] = *_effects(base(tau2), _border(arms, base(tau2), z), a, b), tau2
    columns = dict(zip(_COLUMNS, found.T, strict=True))
    return SplitModels(first=first, second=second, degrees=degrees, **columns)


def _effects(solution: Solution, border: _Border, a: int, b: int) -> tuple[float, ...]:
    """Direct, indirect and difference, each with its standard error, and the direct proportion."""
    g, d = solution.covariance, solution.effects
    k = float(border.h[a] - border.h[b])
    omega, variance = border.zpy / border.s, float(g[a, a] + g[b, b] - 2 * g[a, b])
    indirect = float(d[a] - d[b]) - k * omega
    return (
        indirect + omega,
        float(np.sqrt(variance + (1 - k) ** 2 / border.s)),
        indirect,
        float(np.sqrt(variance + k**2 / border.s)),
        omega,
        float(np.sqrt(1 / border.s)),
        k,
    )


def _border(arms: ArmArrays, solution: Solution, z: Array) -> _Border:
    s, t, w = arms.study, arms.treatment, solution.w
    total = np.bincount(s, w)
    centred = z - (np.bincount(s, w * z) / total)[s]
    h = solution.covariance @ np.bincount(t, w * centred, arms.n_treatments)
    fitted = h[t]
    left = centred - fitted + (np.bincount(s, w * fitted) / total)[s]
    pz = w * left
    # s as a sum of squares: z'Rz - h'X'Rz would lose its digits where little indirect evidence is left
    return _Border(h, pz, float(pz @ left), float(z @ solution.residual))


def _tau2(arms: ArmArrays, z: Array, method: str, base: Callable[[float], Solution]) -> float:
    restricted = method == "reml"

    def parts(tau2: float) -> tuple[Solution, _Border, float]:
        """The fit without z, what z adds, and tr(P) of both."""
        solution = base(tau2)
        border = _border(arms, solution, z)
        return solution, border, trace_p(arms, solution) - float(border.pz @ border.pz) / border.s

    def deviance(tau2: float) -> float:
        solution, border, _ = parts(tau2)
        gained = border.zpy**2 / border.s
        if restricted:
            return solution.restricted_deviance - gained + float(np.log(border.s))
        return solution.deviance - gained

    def score(tau2: float) -> float:
        solution, border, trace = parts(tau2)
        residual = solution.residual - border.pz * (border.zpy / border.s)
        return 0.5 * ((trace if restricted else trace_r(solution)) - float(residual @ residual))

    if method == "dl":
        solution, border, trace = parts(0.0)
        return by_moments(solution.q - border.zpy**2 / border.s, arms.degrees - 1, trace, arms.v)
    return maximise(one_by_one(deviance), score, arms.v)
