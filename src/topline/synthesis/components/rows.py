"""Rows of a component network meta-analysis: what they hold, and how an estimate becomes one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from topline.estimators import critical_value, t_critical_value
from topline.synthesis.arrays.components import ComponentSolution, two_sided
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.effects import display
from topline.synthesis.spec import ModelSpec


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate with what is printed beside it; every field is None where the data do not determine it.

    ``estimate``, ``se`` and the limits are on the network's scale, ``display_*`` on the natural one. ``z`` and ``p``
    are None for an effect that the model takes to be 0, which has no standard error.
    """

    estimate: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    z: float | None = None
    p: float | None = None
    display_estimate: float | None = None
    display_lower: float | None = None
    display_upper: float | None = None


class ComponentEffect(msgspec.Struct, frozen=True, kw_only=True):
    """``component`` versus ``reference``: the inactive component, or ``nothing`` where there is none.

    The model takes it to be the effect of adding the component to any treatment, versus not adding it.
    """

    component: str
    reference: str
    effect: Measured


class InteractionEffect(msgspec.Struct, frozen=True, kw_only=True):
    """What components together do beyond the sum of what each does: 0 on the network's scale where effects add up.

    For a ratio the displayed value is a ratio of ratios, 1 where effects multiply.
    """

    interaction: str
    effect: Measured


class CombinationEffect(msgspec.Struct, frozen=True, kw_only=True):
    """``treatment`` versus ``reference`` under the component model; ``pi_*`` is the prediction interval.

    ``studied`` says whether a study has an arm of the treatment; if not, the estimate rests on the model alone.
    """

    treatment: str
    reference: str
    studied: bool
    effect: Measured
    pi_lower: float | None
    pi_upper: float | None


class ModelComparison(msgspec.Struct, frozen=True, kw_only=True):
    """Q of a model at tau2 = 0, with the tau2 estimated under the model; or the difference in Q of two nested ones.

    ``q_random`` and ``p_random`` are the difference at the tau2 of the larger model, which allows for heterogeneity
    between trials as ``q`` does not; None for a common effect.
    """

    model: str
    q: float
    df: int
    p: float | None
    tau2: float | None = None
    tau: float | None = None
    i2: float | None = None
    q_random: float | None = None
    p_random: float | None = None


class InteractionCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """One interaction more than the model has.

    ``q_difference`` is by how much Q at tau2 = 0 falls with it, at 1 degree of freedom; ``tau2`` is estimated with it.
    ``n_studies`` have an arm that holds both components.
    """

    interaction: str
    effect: Measured
    q_difference: float
    p_q_difference: float | None
    tau2: float | None
    n_studies: int


class NetworkEffect(msgspec.Struct, frozen=True, kw_only=True):
    """``treatment`` versus ``reference`` under the component model and under the standard model.

    The standard model gives every combination an effect of its own; None where no trials join the two treatments.
    ``difference`` is component minus standard.
    """

    treatment: str
    reference: str
    component_model: float
    se_component_model: float
    standard_model: float | None
    se_standard_model: float | None
    difference: float | None


class TreatmentScore(msgspec.Struct, frozen=True, kw_only=True):
    """The P-score of a treatment under the component model, and the mean rank that it implies (1 is best)."""

    treatment: str
    p_score: float
    mean_rank: float


@dataclass(frozen=True)
class Inference:
    """How limits and p values follow from a fit: ``degrees`` is None for the normal distribution, else Student's t.

    Variances are multiplied by ``factor``, which is 1 but for Knapp-Hartung intervals.
    """

    level: float
    scale: str
    factor: float
    degrees: int | None

    @property
    def critical(self) -> float:
        """The two-sided critical value."""
        return critical_value(self.level) if self.degrees is None else t_critical_value(self.level, self.degrees)


def inference_of(spec: ModelSpec, solution: ComponentSolution) -> Inference:
    """What the spec asks for. Knapp-Hartung: Q at tau2 over the model's degrees of freedom (Jackson and Riley 2014)."""
    degrees = solution.degrees if spec.ci != "wald" and solution.degrees > 0 else None
    factor = 1.0 if degrees is None else solution.linear.q / degrees
    factor = max(factor, 1.0) if spec.ci == "hksj-floor" else factor
    return Inference(spec.level, spec.network.scale, factor, degrees)


def measure(solution: ComponentSolution, combinations: Array, rule: Inference) -> list[Measured]:
    """Each row of ``combinations`` (k, p) of the coefficients, with its limits."""
    critical, root = rule.critical, math.sqrt(rule.factor)
    rows = []
    for estimate, plain_se in zip(*(values.tolist() for values in solution.moments(combinations)), strict=True):
        if not math.isfinite(estimate):
            rows.append(Measured())
            continue
        se = root * plain_se
        lower, upper = estimate - critical * se, estimate + critical * se
        z = estimate / se if se > 0 else None
        shown = display(rule.scale, estimate, lower, upper)
        rows.append(
            Measured(
                estimate=estimate,
                se=se,
                lower=lower,
                upper=upper,
                z=z,
                p=None if z is None else two_sided(z, rule.degrees),
                display_estimate=shown.estimate,
                display_lower=shown.lower,
                display_upper=shown.upper,
            )
        )
    return rows


def predict(effect: Measured, solution: ComponentSolution, level: float) -> tuple[float | None, float | None]:
    """Limits for the effect in a new trial: t with the model's degrees of freedom, half-width t sqrt(se^2 + tau2).

    None below 2 degrees of freedom. Source: as :func:`topline.synthesis.effects.prediction_interval`.
    """
    if solution.degrees < 2 or effect.estimate is None or effect.se is None:
        return None, None
    half = t_critical_value(level, solution.degrees) * math.sqrt(effect.se**2 + solution.tau2)
    return effect.estimate - half, effect.estimate + half


def as_rows(structs: Sequence[msgspec.Struct]) -> list[dict[str, object]]:
    """The structs as rows of a table: an effect becomes columns of its own."""
    rows = []
    for struct in structs:
        row: dict[str, object] = {}
        for name in struct.__struct_fields__:
            value = getattr(struct, name)
            row |= msgspec.structs.asdict(value) if isinstance(value, Measured) else {name: value}
        rows.append(row)
    return rows
