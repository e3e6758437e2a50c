"""The questions to a fit that other models of the same evidence answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from topline.exhibits import Figure
from topline.synthesis.components.composition import Interaction
from topline.synthesis.components.fit import ComponentFit, component_fit
from topline.synthesis.engines import estimate
from topline.synthesis.fitted import Fitted
from topline.synthesis.models import missing_outcomes as missing_outcomes_of
from topline.synthesis.models import missing_scenarios as missing_scenarios_of
from topline.synthesis.models import tau_interval as tau_interval_of
from topline.synthesis.models.regression import SHARED, regression
from topline.synthesis.models.regression_fit import RegressionFit
from topline.tables import frame


class ModelQuestions(Fitted):
    """What a fit answers by another model of the same evidence."""

    def components(
        self, inactive: str | None = None, separator: str = "+", interactions: Iterable[Interaction] = ()
    ) -> ComponentFit:
        """The component model of the same evidence, with the same engine: what each part of a combination does.

        ``inactive`` is the component that has no effect, usually placebo; ``separator`` stands between the components
        in a treatment's name; ``interactions`` are tuples of components that may not add up, ``[("A", "B")]``.

        Raises ``ArgumentError`` (``UnknownNameError``), ``DataError`` for names that can't be read so, ``FitError``.
        """
        return component_fit(self.spec, inactive=inactive, separator=separator, interactions=interactions)

    def regression(
        self,
        covariate: str | Sequence[str],
        *,
        interaction: str | Mapping[str, str] = SHARED,
        centre: object = True,
        reference: str | None = None,
    ) -> RegressionFit:
        """A network meta-regression: how effects change with study-level covariates that ``nma`` was told to keep.

        ``interaction``: ``shared``, one coefficient for all treatments versus the reference; ``independent``, one a
        treatment; or a mapping from treatment to class, one a class. ``centre``: True, effects are stated at the mean
        over studies (at the commonest level of a covariate of text); False, at 0; or a value, by name if several.

        Raises ``ArgumentError`` (``UnknownNameError``), ``DataError`` for a covariate that does not vary,
        ``NetworkError`` when the studies that have the covariates are no one network.
        """
        return regression(self.estimate, covariate, interaction, centre, reference)

    def tau2_interval(self, method: str = "q-profile", *, level: float | None = None) -> Any:
        """An interval for tau2, in one row: ``q-profile`` (generalised Q), or ``profile`` (of the likelihood).

        ``lower`` is 0 at the boundary; limits are None where nothing bounds tau2, ``note`` says why. Raises
        ``ArgumentError`` (``UnknownNameError``) for a fit that has no such interval.
        """
        return frame([tau_interval_of.tau2_interval(self.estimate, method, level)], self.network.kind)

    def tau2_profile(self, *, level: float | None = None) -> Figure:
        """The profile of the (restricted) likelihood over tau2, with the interval that it gives."""
        return tau_interval_of.tau2_profile(self.estimate, level)

    def missing_outcomes(
        self,
        *,
        model: str | None = None,
        mean: float | Mapping[str, float] = 0.0,
        sd: float | Mapping[str, float] = 0.0,
        scenario: str | None = None,
        treatments: str | Sequence[str] | None = None,
    ) -> Self:
        """The same fit for all patients, under an assumption about those whose outcome is missing.

        ``model``: ``imor`` for events, ``imdom`` for mean differences, found from the measure. ``mean`` and ``sd``, one
        number or one a treatment, are of the log odds ratio (of the difference of means) between missing and observed
        patients; independent between arms. ``scenario`` instead: ``no_events``, ``all_events``, ``best`` or ``worst``
        (the missing of ``treatments``, all but the reference unless given, fared well or badly, the others not), with
        which studies without information of their own may enter. A second assumption takes the place of the first.

        Raises ``DataError`` when no arm says how many are missing, ``ArgumentError`` (``UnknownNameError``).
        """
        return type(self)(estimate(missing_outcomes_of.request(self.spec, model, mean, sd, scenario, treatments)))

    def missing_scenarios(
        self, *, sd: float = 1.0, size: float | None = None, treatments: str | Sequence[str] | None = None
    ) -> Any:
        """Every treatment versus the reference under each assumption about missing outcomes, the available cases first.

        ``sd`` belongs to the uncertain scenario, ``size`` (log 2, or half a pooled standard deviation) to those with
        missing patients better or worse off. The best and worst case need ``better``. Raises as ``missing_outcomes``.
        """
        return frame(missing_scenarios_of.scenarios(self.estimate, sd, size, treatments), self.network.kind)
