r"""The component model of a network: the effect of a treatment is the sum of the effects of its components.

With X (arms by treatments) and C (treatments by components, and interactions), y = level(study) + X C b + error: the
design X C in :mod:`topline.synthesis.arrays.linear_model`. tau2 is estimated under this model. The network need not be
connected, since components join what trials do not; the standard model has C = I, and its Q adds up over the pieces.

Source: Welton, Caldwell, Adamopoulos and Vedhara 2009, Am J Epidemiol 169:1158; Rücker, Petropoulou and Schwarzer 2020,
Biom J 62:808 (Q statistics); Rücker, Schmitz and Schwarzer 2021, Biom J 63:447 (disconnected networks).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from topline.estimators import two_sided_p
from topline.synthesis.arrays.heterogeneity import uneven_variances
from topline.synthesis.arrays.laplacian import ArmArrays, Array, Index
from topline.synthesis.arrays.linear_model import LinearFit, fit_linear, is_estimable, tau2_linear, treatment_columns


@dataclass(frozen=True)
class ComponentSolution:
    """The model with C (T, p) = ``matrix``: ``linear`` at the tau2 that was estimated.

    ``q`` with ``degrees`` of freedom is at tau2 = 0. ``has_tau2`` is False where the data hold nothing about tau2.
    """

    matrix: Array
    linear: LinearFit
    q: float
    degrees: int
    has_tau2: bool

    @property
    def tau2(self) -> float:
        """The tau2 of the fit."""
        return self.linear.tau2

    def moments(self, combinations: Array) -> tuple[Array, Array]:
        """Estimate (k,) and standard error (k,) of each row of ``combinations`` (k, p) of the coefficients.

        NaN where the data do not determine it; exactly 0 for a row of zeros.
        """
        known = is_estimable(self.linear, combinations)
        variance = np.einsum("ij,jk,ik->i", combinations, self.linear.covariance, combinations)
        estimate = combinations @ self.linear.coefficients
        return np.where(known, estimate, np.nan), np.where(known, np.sqrt(np.clip(variance, 0, None)), np.nan)

    def estimable(self) -> NDArray[np.bool_]:
        """Whether the data determine each coefficient (p,)."""
        return is_estimable(self.linear, np.eye(self.matrix.shape[1]))


def solve_components(arms: ArmArrays, matrix: Array, method: str | None) -> ComponentSolution:
    """Fit the model with C = ``matrix`` (T, p); ``method`` estimates tau2: ``dl``, ``reml``, ``ml``, or None for 0.

    Raises ``FitError`` when it does not converge, or when variances are so different that numbers can't hold them.
    """
    design = treatment_columns(arms) @ matrix
    at_zero = fit_linear(arms, design, 0.0)
    has_tau2 = method is None or at_zero.degrees > 0
    tau2 = tau2_linear(arms, design, method) if method is not None and has_tau2 else 0.0
    linear = fit_linear(arms, design, tau2) if tau2 > 0 else at_zero
    rank = _rank(arms, design)
    if {at_zero.rank, linear.rank} != {rank}:
        raise uneven_variances(arms.v)
    return ComponentSolution(matrix, linear, at_zero.q, at_zero.degrees, has_tau2)


def _rank(arms: ArmArrays, design: Array) -> int:
    """What the trials' designs determine, whatever their weights: the rank of ``design`` centred within studies."""
    sums = np.zeros((arms.n_studies, design.shape[1]))
    np.add.at(sums, arms.study, design)
    centred = design - (sums / np.bincount(arms.study)[:, None])[arms.study]
    return int(np.linalg.matrix_rank(centred))


def q_difference(arms: ArmArrays, smaller: Array, larger: ComponentSolution) -> float:
    """By how much y'Py falls from the nested model with C = ``smaller`` to the ``larger`` one, at the latter's tau2.

    Chi-square if the smaller model and that tau2 hold; at tau2 = 0 it is the difference of the two Q.
    """
    design = treatment_columns(arms) @ smaller
    return max(fit_linear(arms, design, larger.tau2).q - larger.linear.q, 0.0)


def two_sided(z: float, degrees: int | None) -> float:
    """The two-sided p value of a statistic: standard normal, or Student's t with ``degrees``."""
    return float(two_sided_p(z)) if degrees is None else float(2 * special.stdtr(degrees, -abs(z)))


def joined(solution: ComponentSolution) -> Index:
    """A number (T,) for each treatment, equal for those whose effects versus each other the data determine."""
    matrix = solution.matrix
    group = np.full(len(matrix), -1, dtype=np.intp)
    for k in range(len(matrix)):
        if group[k] < 0:
            same = is_estimable(solution.linear, matrix - matrix[k])
            group[same & (group < 0)] = k
    return group
