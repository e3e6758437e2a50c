"""A component network meta-analysis: which part of a combination does what.

The effect of a combination is the sum of the effects of its components, and of interactions that are asked for. Source:
see :mod:`topline.synthesis.arrays.components`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from topline.errors import ArgumentError, NetworkError
from topline.estimators import chi_square_p, normal_probability
from topline.exhibits import Figure
from topline.exhibits.text import listed
from topline.records import Caveat, LeagueCell, number_or_none
from topline.synthesis.arrays.components import ComponentSolution, joined, q_difference, solve_components
from topline.synthesis.arrays.side import count_direct
from topline.synthesis.components.caveats import component_caveats
from topline.synthesis.components.composition import Composition, Interaction, compose, interaction_name
from topline.synthesis.components.forest import component_forest
from topline.synthesis.components.rows import (
    CombinationEffect,
    ComponentEffect,
    Inference,
    InteractionCandidate,
    InteractionEffect,
    ModelComparison,
    NetworkEffect,
    TreatmentScore,
    as_rows,
    inference_of,
    measure,
    predict,
)
from topline.synthesis.evidence.network import Network
from topline.synthesis.evidence.network import components as pieces_of
from topline.synthesis.spec import ModelSpec
from topline.tables import frame

METHODS = ("reml", "dl", "ml")
NOTHING = "nothing"


def component_fit(
    spec: ModelSpec, *, inactive: str | None = None, separator: str = "+", interactions: Iterable[Interaction] = ()
) -> ComponentFit:
    """Fit the component model to the network of ``spec``, with its engine, level and reference.

    Raises what :func:`topline.synthesis.components.composition.compose` raises for names; ``ArgumentError`` for an
    engine other than reml, dl and ml; ``NetworkError`` when neither trials nor components join all treatments;
    ``FitError`` when it does not converge.
    """
    check_engine(spec.engine)
    composition = compose(spec.network.treatments, inactive=inactive, separator=separator, interactions=interactions)
    solution = _solve(spec, composition)
    _refuse_apart(composition, solution)
    return ComponentFit(spec, composition, solution)


def check_engine(engine: str) -> None:
    """Refuse an engine that the component model does not have, with ``ArgumentError``."""
    if engine.lower() not in METHODS:
        raise ArgumentError(
            f"the component model has no engine {engine!r}",
            found=repr(engine),
            expected=listed(METHODS, "or"),
            repair="fit the network with engine='reml'",
        )


@dataclass(frozen=True)
class ComponentFit:
    """A fitted component model. Tables come back as the kind of frame that came in.

    On the scale of the network, which is the log scale for ratios, components add up: what they do to a ratio
    multiplies.
    """

    spec: ModelSpec
    composition: Composition
    solution: ComponentSolution

    def __repr__(self) -> str:
        n, c = self.network, self.composition
        k = len(c.interactions)
        more = f", {k} interaction{'s' if k > 1 else ''}" if k else ""
        inactive = f", {c.inactive} inactive" if c.inactive is not None else ""
        return (
            f"<ComponentFit: {n.measure}, {len(n.studies)} studies, {len(n.treatments)} treatments of "
            f"{len(c.components)} components{more}{inactive}, {self.spec.model} effects, {self.spec.engine}>"
        )

    def __str__(self) -> str:
        lines = [repr(self), "", self.forest().to_text().rstrip()]
        lines += [f"caveat ({c.severity}): {c.text}" for c in self.caveats]
        return "\n".join(lines)

    @property
    def network(self) -> Network:
        """The evidence."""
        return self.spec.network

    @property
    def tau2(self) -> float | None:
        """The variance of true effects between trials, estimated under this model; None where nothing tells it."""
        return self.solution.tau2 if self.solution.has_tau2 else None

    @property
    def tau(self) -> float | None:
        """The square root of ``tau2``."""
        return None if self.tau2 is None else float(np.sqrt(self.tau2))

    @property
    def i2(self) -> float | None:
        """max(0, (Q - df)/Q) of this model, as a fraction; None at 0 degrees of freedom."""
        return _i2(self.solution)

    @cached_property
    def caveats(self) -> tuple[Caveat, ...]:
        """What must be known before the numbers are believed."""
        test = self._difference("this", self.solution, "standard", self.standard)
        return component_caveats(self.spec, self.composition, self.solution, self.pieces, test, self._rule)

    @cached_property
    def pieces(self) -> list[list[str]]:
        """The sets of treatments that trials join: one in a connected network."""
        return pieces_of((arm.study, arm.treatment) for arm in self.network.arms)

    @cached_property
    def standard(self) -> ComponentSolution:
        """The standard model, in which every treatment has an effect of its own; C is the identity."""
        return _fit(self.spec, np.eye(len(self.network.treatments)))

    @cached_property
    def additive(self) -> ComponentSolution:
        """The model without interactions."""
        return _solve(self.spec, self.composition.with_interactions(())) if self._extended else self.solution

    @property
    def _extended(self) -> bool:
        return bool(self.composition.interactions)

    @cached_property
    def component_effects(self) -> tuple[ComponentEffect, ...]:
        """The rows of :meth:`components`."""
        names = self.composition.components
        effects = measure(self.solution, np.eye(len(self.composition.columns))[: len(names)], self._rule)
        against = NOTHING if self.composition.inactive is None else self.composition.inactive
        return tuple(
            ComponentEffect(component=name, reference=against, effect=effect)
            for name, effect in zip(names, effects, strict=True)
        )

    @cached_property
    def interaction_effects(self) -> tuple[InteractionEffect, ...]:
        """The rows of :meth:`interactions`."""
        names = self.composition.interactions
        rows = np.eye(len(self.composition.columns))[len(self.composition.components) :]
        return tuple(
            InteractionEffect(interaction=interaction_name(own), effect=effect)
            for own, effect in zip(names, measure(self.solution, rows, self._rule), strict=True)
        )

    def components(self) -> Any:
        """What each component adds: ``component`` versus ``reference`` (the inactive component, or ``nothing``).

        With an interaction in the model, it is the effect where the other component of the interaction is absent.
        """
        return self._frame(self.component_effects)

    def interactions(self) -> Any:
        """What components together do beyond the sum of what each does; no rows without interactions."""
        return self._frame(self.interaction_effects)

    def combinations(self, treatments: Iterable[str] | None = None, *, versus: str | None = None) -> Any:
        """Treatments versus the reference under the component model; by default every one that was studied.

        ``treatments`` may be combinations that no trial had, made of components that trials had. ``versus`` is any
        treatment or combination, such as the inactive component; by default the reference of the fit.

        Raises ``UnknownNameError`` for a component that is not there, ``DataError`` for a component that is empty or
        repeated, ``ArgumentError`` for what is no list of names.
        """
        against, held_there = self.composition.read(self.spec.reference if versus is None else versus)
        other = self.composition.row(held_there)
        if treatments is None:
            treatments = [name for name in self.network.treatments if name != against]
        if isinstance(treatments, str) or not isinstance(treatments, Iterable):
            raise ArgumentError("treatments is not a list", found=repr(treatments), expected="such as ['A+B']")
        read = [self.composition.read(name) for name in treatments]
        rows = np.array([self.composition.row(held) for _, held in read]).reshape(len(read), len(other))
        effects = measure(self.solution, rows - other, self._rule)
        result = []
        for (name, held), effect in zip(read, effects, strict=True):
            known = self.spec.model == "common" or held == held_there
            limits = (None, None) if known else predict(effect, self.solution, self.spec.level)
            result.append(
                CombinationEffect(
                    treatment=name,
                    reference=against,
                    studied=name in self.network.treatments,
                    effect=effect,
                    pi_lower=limits[0],
                    pi_upper=limits[1],
                )
            )
        return self._frame(result)

    def league(self) -> Any:
        """Every treatment versus every other under the component model; the two cells of a pair mirror each other."""
        names, matrix = self.network.treatments, self.composition.matrix
        first, second = np.triu_indices(len(names), 1)
        effects = measure(self.solution, matrix[first] - matrix[second], self._rule)
        direct = count_direct(self.network.arrays)
        cells = {}
        for a, b, e in zip(first.tolist(), second.tolist(), effects, strict=True):
            turned = (_negative(e.estimate), _negative(e.upper), _negative(e.lower))
            for i, j, (middle, low, high) in ((a, b, (e.estimate, e.lower, e.upper)), (b, a, turned)):
                cells[i, j] = LeagueCell(
                    treatment=names[i],
                    reference=names[j],
                    estimate=middle,
                    se=e.se,
                    lower=low,
                    upper=high,
                    n_direct=int(direct[a, b]),
                )
        return self._frame([cells[key] for key in sorted(cells)])

    def network_effects(self) -> Any:
        """Every treatment versus the reference under the component model and under the standard one, side by side.

        Where the two differ by much, the components of that treatment do not add up.
        """
        ground = self.network.index(self.spec.reference)
        identity = np.eye(len(self.network.treatments))
        models = ((self.solution, self.composition.matrix), (self.standard, identity))
        (ours, se), (full, se_full) = (
            (mean, np.sqrt(inference_of(self.spec, model).factor) * plain)
            for model, rows in models
            for mean, plain in [model.moments(rows - rows[ground])]
        )
        return self._frame(
            [
                NetworkEffect(
                    treatment=name,
                    reference=self.spec.reference,
                    component_model=float(ours[k]),
                    se_component_model=float(se[k]),
                    standard_model=number_or_none(full[k]),
                    se_standard_model=number_or_none(se_full[k]),
                    difference=number_or_none(ours[k] - full[k]),
                )
                for k, name in enumerate(self.network.treatments)
                if k != ground
            ]
        )

    def comparison(self) -> Any:
        """Q, tau2 and I2 of the additive model, of that with interactions and of the standard one; then differences.

        Q is at tau2 = 0: chi-square if the model and a common effect hold. "additive minus standard" is the test of
        additivity: ``q`` supposes a common effect, as netmeta does, and finds too much where trials differ;
        ``q_random`` is at the tau2 of the larger model. In a disconnected network the Q of the standard model is the
        sum over the pieces.
        """
        models = [("additive", self.additive)]
        if self._extended:
            models.append(("with " + ", ".join(map(interaction_name, self.composition.interactions)), self.solution))
        models.append(("standard", self.standard))
        rows = [self._model(name, solution) for name, solution in models]
        rows += [self._difference(*smaller, *larger) for k, smaller in enumerate(models) for larger in models[k + 1 :]]
        return self._frame(rows)

    def interaction_candidates(self) -> Any:
        """Each interaction of two components that the data determine, added to the model on its own; least p first.

        A list to choose from, not a test: the more candidates, the smaller the least p by chance.
        """
        own = self.composition
        rows = []
        for pair in own.pairs():
            if pair in own.interactions:
                continue
            larger = own.with_interactions((*own.interactions, pair))
            solution = _solve(self.spec, larger)
            column = np.eye(len(larger.columns))[[larger.columns.index(interaction_name(pair))]]
            (effect,) = measure(solution, column, inference_of(self.spec, solution))
            if effect.estimate is None:
                continue
            fall = self._difference("", self.solution, "", solution)
            rows.append(
                InteractionCandidate(
                    interaction=interaction_name(pair),
                    effect=effect,
                    q_difference=fall.q,
                    p_q_difference=fall.p,
                    tau2=solution.tau2 if solution.has_tau2 else None,
                    n_studies=self._holding(pair),
                )
            )
        return self._frame(sorted(rows, key=lambda row: (row.effect.p or 0.0, row.interaction)))

    def ranks(self) -> Any:
        """P-scores of the treatments under the component model, best first; no rows where ``better`` was not given.

        Two treatments that the model takes to be equal beat each other with probability one half.
        """
        if self.spec.better is None:
            return self._frame([])
        names, matrix = self.network.treatments, self.composition.matrix
        n, sign = len(names), 1 if self.spec.better == "higher" else -1
        first, second = np.triu_indices(n, 1)
        estimate, se = self.solution.moments(matrix[first] - matrix[second])
        se = np.sqrt(self._rule.factor) * se
        z = np.divide(sign * estimate, se, out=np.zeros_like(se), where=se > 0)
        beats = np.zeros((n, n))
        beats[first, second], beats[second, first] = normal_probability(z), normal_probability(-z)
        scores = (beats.sum(axis=1) / (n - 1)).tolist()
        rows = [
            TreatmentScore(treatment=name, p_score=score, mean_rank=n - score * (n - 1))
            for name, score in zip(names, scores, strict=True)
        ]
        return self._frame(sorted(rows, key=lambda row: (-row.p_score, row.treatment)))

    def matrix(self) -> Any:
        """Which treatment holds which component, as it was read from the names: a row a treatment, 1 or 0."""
        values = self.composition.matrix.astype(int).tolist()
        rows = zip(self.network.treatments, values, strict=True)
        return frame(
            [{"treatment": t, **dict(zip(self.composition.columns, row, strict=True))} for t, row in rows],
            self.network.kind,
        )

    def forest(self) -> Figure:
        """The forest plot of the components, and of the interactions below them."""
        return component_forest(self.spec, self.component_effects, self.interaction_effects, self.tau, self.i2)

    @cached_property
    def _rule(self) -> Inference:
        return inference_of(self.spec, self.solution)

    def _model(self, name: str, solution: ComponentSolution) -> ModelComparison:
        tau2 = solution.tau2 if solution.has_tau2 else None
        return ModelComparison(
            model=name,
            q=solution.q,
            df=solution.degrees,
            p=chi_square_p(solution.q, solution.degrees),
            tau2=tau2,
            tau=None if tau2 is None else float(np.sqrt(tau2)),
            i2=_i2(solution),
        )

    def _difference(
        self, name: str, smaller: ComponentSolution, larger_name: str, larger: ComponentSolution
    ) -> ModelComparison:
        df = smaller.degrees - larger.degrees
        q = max(smaller.q - larger.q, 0.0) if df else 0.0
        q_random = None
        if self.spec.model == "random" and df and larger.has_tau2:
            q_random = q_difference(self.network.arrays, smaller.matrix, larger)
        return ModelComparison(
            model=f"{name} minus {larger_name}",
            q=q,
            df=df,
            p=chi_square_p(q, df),
            q_random=q_random,
            p_random=None if q_random is None else chi_square_p(q_random, df),
        )

    def _holding(self, pair: Interaction) -> int:
        """The number of studies with an arm that holds both components."""
        holds = {t for t, held in zip(self.network.treatments, self.composition.parts, strict=True) if held >= {*pair}}
        return len({arm.study for arm in self.network.arms if arm.treatment in holds})

    def _frame(self, rows: Sequence[Any]) -> Any:
        return frame(as_rows(rows), self.network.kind)


def _solve(spec: ModelSpec, composition: Composition) -> ComponentSolution:
    return _fit(spec, composition.matrix)


def _fit(spec: ModelSpec, matrix: Any) -> ComponentSolution:
    return solve_components(spec.network.arrays, matrix, None if spec.model == "common" else spec.engine)


def _refuse_apart(composition: Composition, solution: ComponentSolution) -> None:
    """Refuse treatments that neither trials nor components join."""
    numbers = joined(solution).tolist()
    groups = [[t for t, n in zip(composition.treatments, numbers, strict=True) if n == k] for k in sorted(set(numbers))]
    if len(groups) == 1:
        return
    numbered = "; ".join(f"{k}: {', '.join(group)}" for k, group in enumerate(groups, 1))
    pair = f"{groups[1][0]} versus {groups[0][0]}"
    name = "" if composition.inactive is not None else "name the inactive component if there is one, "
    fewer = "ask for fewer interactions, " if composition.interactions else ""
    raise NetworkError(
        f"neither trials nor components join all treatments: {len(groups)} groups stay apart",
        found=f"{numbered}; what is not estimable is every effect across groups, such as {pair}",
        expected="components that trials of one group share with those of another",
        repair=f"{name}{fewer}or analyse each group on its own",
    )


def _i2(solution: ComponentSolution) -> float | None:
    if solution.degrees == 0:
        return None
    return max(0.0, (solution.q - solution.degrees) / solution.q) if solution.q > 0 else 0.0


def _negative(value: float | None) -> float | None:
    return None if value is None else -value
