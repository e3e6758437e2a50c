"""A fitted network meta-regression: the place to ask it questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from topline.estimators import chi_square_p, critical_value, t_critical_value
from topline.exhibits import Figure
from topline.exhibits.effects import MEASURES
from topline.exhibits.text import significant
from topline.records import Caveat, number_or_none
from topline.synthesis.arrays import meta_regression as arrays_of
from topline.synthesis.arrays.laplacian import Array, Index
from topline.synthesis.arrays.linear_model import LinearFit
from topline.synthesis.effects import display
from topline.synthesis.engines import Estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.models import regression_picture
from topline.synthesis.models.covariates import Covariate, Value, at_values
from topline.synthesis.spec import ModelSpec
from topline.tables import frame


@dataclass(frozen=True)
class Interactions:
    """Which coefficients the treatments of a network use: ``groups`` names each treatment's, None for the reference."""

    network: Network
    reference: str
    covariates: tuple[Covariate, ...]
    groups: tuple[str | None, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The groups, in the order of their coefficients."""
        return tuple(dict.fromkeys(group for group in self.groups if group is not None))

    @cached_property
    def index(self) -> Index:
        """The number of each treatment's group (T,), -1 for the reference."""
        return np.array([-1 if g is None else self.names.index(g) for g in self.groups], dtype=np.intp)

    def design(self) -> Array:
        """The columns of the model, a row an arm."""
        z = np.array([self._coded([c.values[s] for c in self.covariates]) for s in range(len(self.network.studies))])
        return arrays_of.design(self.network.arrays, self.network.index(self.reference), self.index, z)

    def effect_row(self, treatment: str, place: Sequence[Value]) -> Array:
        """The combination that is the effect of ``treatment`` versus the reference at one value a covariate."""
        ground = self.network.index(self.reference)
        return arrays_of.combination(self.index, ground, self.network.index(treatment), self._coded(place))

    def coefficient_rows(self) -> tuple[Array, list[tuple[str, Covariate, str | None]]]:
        """The interactions on the covariates' own scales, with group, covariate and level."""
        labels = [(group, c, level) for group in self.names for c in self.covariates for level in c.columns]
        others = np.zeros((len(labels), len(self.network.treatments) - 1))
        return np.hstack([others, np.diag([1 / c.scale()[1] for _, c, _ in labels])]), labels

    def _coded(self, place: Sequence[Value]) -> Array:
        return np.concatenate([c.coded(value) for c, value in zip(self.covariates, place, strict=True)])


@dataclass(frozen=True)
class RegressionFit:
    """A network meta-regression: effects versus ``reference`` that depend on covariates of the studies.

    ``spec`` holds the studies that have all covariates; ``without`` is the fit of the same studies without covariates.
    Tables come back as the kind of frame that came in.
    """

    spec: ModelSpec
    interactions: Interactions
    linear: LinearFit
    without: Estimate
    caveats: tuple[Caveat, ...]

    def __repr__(self) -> str:
        names = ", ".join(c.name for c in self.covariates)
        return f"<RegressionFit: {self.network.measure} on {names}, {len(self.network.studies)} studies>"

    def __str__(self) -> str:
        rows, labels = self.interactions.coefficient_rows()
        scale = ("log " if self.network.scale == "log" else "") + MEASURES[self.network.measure]
        lines = [repr(self), "", f"Change of the {scale} versus {self.reference}, a unit of the covariate:"]
        for (group, covariate, level), row in zip(labels, self._estimates(rows), strict=True):
            what = covariate.name if level is None else f"{covariate.name} {level} versus {covariate.levels[0]}"
            values = (row["estimate"], row["lower"], row["upper"])
            estimate, lower, upper = (significant(value, 3) for value in values)
            known = row["estimate"] is not None
            lines.append(f"  {group}, {what}: " + (f"{estimate} ({lower} to {upper})" if known else "not estimable"))
        lines += [f"caveat ({c.severity}): {c.text}" for c in self.caveats]
        return "\n".join(lines)

    @property
    def network(self) -> Network:
        """The evidence that has all covariates."""
        return self.spec.network

    @property
    def reference(self) -> str:
        """The treatment whose interactions are 0."""
        return self.interactions.reference

    @property
    def covariates(self) -> tuple[Covariate, ...]:
        """The covariates."""
        return self.interactions.covariates

    @property
    def tau2(self) -> float | None:
        """Heterogeneity that the covariates leave; None where the data hold nothing about it."""
        return self.linear.tau2 if self.spec.model == "common" or self.linear.degrees > 0 else None

    def coefficients(self) -> Any:
        """The interactions: how an effect versus ``reference`` changes for one more unit of the covariate.

        For a covariate of levels: by how much the effect at ``level`` differs from that at ``compared_with``. Where a
        coefficient belongs to several treatments, ``treatment`` names their group. ``display_*`` is on the natural
        scale: for ratios, the factor by which the ratio changes.
        """
        rows, labels = self.interactions.coefficient_rows()
        return self._frame(
            [
                {
                    "covariate": covariate.name,
                    "level": level,
                    "compared_with": None if level is None else covariate.levels[0],
                    "treatment": group,
                    "reference": self.reference,
                    **values,
                }
                for (group, covariate, level), values in zip(labels, self._estimates(rows), strict=True)
            ]
        )

    def effects(self, at: object = None) -> Any:
        """Every treatment versus ``reference`` at covariate values ``at``, the centres unless given.

        ``at``: a value of the only covariate, a mapping by name (what it leaves out is at its centre), or a list, an
        array or a column of either. The values stand in columns that begin with ``at_``; ``extrapolated`` says that one
        lies outside those of the studies that have the treatment. ``display_*`` is on the natural scale.

        Raises ``ArgumentError`` (``UnknownNameError``) for a value that can't be understood.
        """
        places = at_values(self.covariates, at)
        labels = [(place, t) for place in places for t in self.network.treatments if t != self.reference]
        return self._frame(
            [
                {
                    **{f"at_{c.name}": value for c, value in zip(self.covariates, place, strict=True)},
                    "treatment": treatment,
                    "reference": self.reference,
                    **self.effect(treatment, place),
                    "extrapolated": self._extrapolated(treatment, place),
                }
                for place, treatment in labels
            ]
        )

    def effect(self, treatment: str, place: Sequence[Value]) -> dict[str, float | None]:
        """The effect of ``treatment`` versus ``reference`` at one value a covariate, with its intervals."""
        return self._estimates(self.interactions.effect_row(treatment, place)[None], predict=True)[0]

    def heterogeneity(self) -> Any:
        """What the covariates explain, in one row.

        ``tau2_without`` and ``tau2`` are those of the same studies without and with the covariates; ``r2`` = max(0, 1 -
        tau2/tau2_without) (Raudenbush 2009), None where there was nothing to explain. ``q``, ``df``, ``p``: residual
        heterogeneity at tau2 = 0. ``test`` and what follows: whether all that the data determine of the interactions is
        0, combinations of collinear covariates too.
        """
        factor, below = self._spread()
        wald = arrays_of.wald_test(self.linear, len(self.network.treatments) - 1, factor, below)
        at_zero = arrays_of.fit_regression(self.network.arrays, self.interactions.design(), "common")
        before, after = self.without.tau2 if self.without.has_tau2 else None, self.tau2
        row = {
            "tau2_without": before,
            "tau2": after,
            "tau": None if after is None else after**0.5,
            "r2": None if after is None or not before else max(0.0, 1 - after / before),
            "q": at_zero.q if at_zero.degrees > 0 else None,
            "df": at_zero.degrees,
            "p": chi_square_p(at_zero.q, at_zero.degrees),
            "test": "chi-square" if below is None else "F",
            "statistic": wald.statistic if wald.degrees else None,
            "test_df": wald.degrees,
            "test_df2": wald.degrees_below,
            "test_p": wald.p,
            "n_studies": len(self.network.studies),
        }
        return self._frame([row])

    def bubble_plot(self, treatment: str | None = None, covariate: str | None = None) -> Figure:
        """Effects of ``treatment`` versus ``reference`` in the studies that compare the two, with the fitted line.

        The treatment with most such studies, and the first covariate of numbers, unless named. The line is drawn with
        the other covariates at their centres, which its caption names. Raises ``ArgumentError`` when no study compares
        the two, or for a covariate of levels.
        """
        return regression_picture.bubble_plot(self, treatment, covariate)

    def _spread(self) -> tuple[float, int | None]:
        """What multiplies the covariance, and the degrees of t; 1 and None for the normal distribution."""
        return spread(self.spec, self.linear)

    def _estimates(self, rows: Array, predict: bool = False) -> list[dict[str, float | None]]:
        factor, below = self._spread()
        found = arrays_of.combine(self.linear, rows, factor)
        critical = critical_value(self.spec.level) if below is None else t_critical_value(self.spec.level, below)
        lower, upper = found.estimate - critical * found.se, found.estimate + critical * found.se
        columns = {"estimate": found.estimate, "se": found.se, "lower": lower, "upper": upper}
        columns["p"] = arrays_of.two_sided_probability(found.estimate / found.se, below)
        if predict:
            half = self._prediction(found.se)
            columns |= {"pi_lower": found.estimate - half, "pi_upper": found.estimate + half}
        shown = [self._display(*values) for values in zip(found.estimate, lower, upper, strict=True)]
        return [
            {**{name: number_or_none(values[k]) for name, values in columns.items()}, **shown[k]}
            for k in range(len(rows))
        ]

    def _prediction(self, se: Array) -> Array:
        """Half the width (k,) of the interval for a new trial, as in :func:`effects.prediction_interval`; or NaN."""
        if self.spec.model == "common" or self.linear.degrees < 2:
            return np.full(len(se), np.nan)
        return np.asarray(t_critical_value(self.spec.level, self.linear.degrees) * np.sqrt(se**2 + self.linear.tau2))

    def _display(self, estimate: float, lower: float, upper: float) -> dict[str, float | None]:
        if not np.isfinite(estimate):
            return dict.fromkeys(("display_estimate", "display_lower", "display_upper"))
        shown = display(self.network.scale, float(estimate), float(lower), float(upper))
        return {f"display_{name}": getattr(shown, name) for name in ("estimate", "lower", "upper")}

    def _extrapolated(self, treatment: str, place: Sequence[Value]) -> bool:
        """Whether a value lies outside those of the studies that have the treatment."""
        arrays = self.network.arrays
        own = arrays.study[arrays.treatment == self.network.index(treatment)].tolist()
        for covariate, value in zip(self.covariates, place, strict=True):
            seen = [covariate.values[s] for s in own]
            if value not in seen if covariate.levels else not min(seen) <= value <= max(seen):
                return True
        return False

    def _frame(self, rows: list[dict[str, Any]]) -> Any:
        return frame(rows, self.network.kind)


def spread(spec: ModelSpec, linear: LinearFit) -> tuple[float, int | None]:
    """What multiplies the covariance, and the degrees of t: 1 and None for ``wald``.

    For ``hksj`` the factor is y'Py/df, for ``hksj-floor`` at least 1 (Knapp and Hartung 2003, Stat Med 22:2693);
    without degrees of freedom there is none, as in the fit itself.
    """
    if spec.ci == "wald" or linear.degrees < 1:
        return 1.0, None
    factor = linear.q / linear.degrees
    return max(1.0, factor) if spec.ci == "hksj-floor" else factor, linear.degrees
