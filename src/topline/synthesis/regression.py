"""Network meta-regression of study-level covariates: from a fit and a request to a :class:`RegressionFit`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.records import Caveat
from topline.synthesis.arrays.linear_model import is_estimable
from topline.synthesis.arrays.meta_regression import fit_regression
from topline.synthesis.covariates import names_of, read_covariate, restricted, without_values
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.network import Network
from topline.synthesis.regression_fit import Interactions, RegressionFit
from topline.synthesis.spec import ModelSpec

ENGINES = ("reml", "dl", "ml")
SHARED, INDEPENDENT = "shared", "independent"
# Cochrane Handbook, section 10.11.4: ten studies for each characteristic, as a rule
STUDIES_A_COEFFICIENT = 10


def regression(
    fitted: Estimate,
    covariate: str | Sequence[str],
    interaction: str | Mapping[str, str],
    centre: object,
    reference: str | None,
) -> RegressionFit:
    """Fit the meta-regression by the engine of ``fitted``: reml, dl or ml.

    Raises ``ArgumentError`` (``UnknownNameError``), ``DataError`` for a covariate that does not vary, and
    ``NetworkError`` (``DisconnectedError``) when the studies that have the covariates are no one network.
    """
    names = names_of(fitted.network, covariate)
    missing = without_values(fitted.network, names)
    spec = _request(fitted.spec, reference, {s for studies in missing.values() for s in studies})
    network = spec.network
    interactions = Interactions(
        network=network,
        reference=spec.reference,
        covariates=tuple(read_covariate(network, name, _centre_of(centre, name, len(names))) for name in names),
        groups=_groups(network, spec.reference, interaction),
    )
    method = "common" if spec.model == "common" else spec.engine
    linear = fit_regression(network.arrays, interactions.design(), method)
    made = RegressionFit(spec, interactions, linear, estimate(spec), ())
    gone = sorted(set(fitted.network.treatments) - set(network.treatments))
    return replace(made, caveats=(*_left_out(missing, gone), *_model(made, interaction), *_estimability(made)))


def _request(spec: ModelSpec, reference: str | None, out: set[str]) -> ModelSpec:
    """The fit's request for the studies that are not ``out``, with the reference asked for."""
    if spec.engine not in ENGINES:
        raise ArgumentError(
            "meta-regression is made by the engines reml, dl and ml",
            found=f"engine {spec.engine!r}",
            repair="fit with engine='reml' (or ml, dl) first",
        )
    if reference is not None and reference not in spec.network.treatments:
        raise UnknownNameError.among("treatment", str(reference), spec.network.treatments)
    kept = [s for s in spec.network.studies if s not in out]
    if not kept:
        raise DataError(
            "no study has a value of every covariate", repair="check the columns, or take the covariates one by one"
        )
    network = restricted(spec.network, kept)
    ground = reference or spec.reference
    if ground not in network.treatments:
        raise ArgumentError(
            f"no study with the covariates has the reference {ground}",
            found="the treatments " + ", ".join(network.treatments),
            repair="name another reference",
        )
    return replace(spec, network=network, reference=ground)


def _centre_of(centre: object, name: str, several: int) -> object:
    if isinstance(centre, Mapping):
        return centre.get(name, True)
    if several > 1 and not isinstance(centre, bool):
        raise ArgumentError(
            "several covariates need their centres by name", found=repr(centre), expected=f"centre={{{name!r}: ...}}"
        )
    return centre


def _groups(network: Network, ground: str, interaction: str | Mapping[str, str]) -> tuple[str | None, ...]:
    """The coefficient that each treatment uses."""
    others = [t for t in network.treatments if t != ground]
    if isinstance(interaction, Mapping):
        for name in interaction:
            if name not in others:
                raise UnknownNameError.among("treatment with an interaction", str(name), others)
        own = {t: str(interaction.get(t, t)) for t in others}
    elif interaction == SHARED:
        own = dict.fromkeys(others, others[0] if len(others) == 1 else "all treatments")
    elif interaction == INDEPENDENT:
        own = {t: t for t in others}
    else:
        known = (SHARED, INDEPENDENT)
        repair = "or give a mapping from treatment to class, one coefficient a class"
        raise UnknownNameError.among("interaction", str(interaction), known, repair=repair)
    return tuple(own.get(t) for t in network.treatments)


def _left_out(missing: Mapping[str, tuple[str, ...]], gone: Sequence[str]) -> Iterator[Caveat]:
    for name, studies in missing.items():
        if studies:
            text = f"Studies without a value of {name} are left out: {', '.join(studies)}."
            yield Caveat(code="covariate_missing", text=text)
    if gone:
        text = f"Only studies without the covariates had {', '.join(gone)}, of which the regression says nothing."
        yield Caveat(code="covariate_treatments_gone", text=text)


def _model(made: RegressionFit, interaction: str | Mapping[str, str]) -> Iterator[Caveat]:
    text = (
        "The relation with the covariates is one between trials: other differences between the trials may lie behind "
        "it, and it need not hold for the patients within a trial."
    )
    yield Caveat(code="ecological", text=text, severity="serious")
    centres = [f"{c.name} {c.centre}" if c.levels else f"{c.name} {float(c.centre):.4g}" for c in made.covariates]
    yield Caveat(code="centred", text=f"Effects are those at {', '.join(centres)} unless asked for elsewhere.",
                 severity="minor")  # fmt: skip
    if interaction == SHARED and len(made.network.treatments) > 2:
        text = (
            f"Every treatment's effect versus {made.reference} changes by the same amount with the covariates, so that "
            "effects of treatments other than the reference on one another do not change; another reference would make "
            "another model."
        )
        yield Caveat(code="shared_interaction", text=text)
    coefficients, studies = len(made.interactions.coefficient_rows()[1]), len(made.network.studies)
    if studies < STUDIES_A_COEFFICIENT * coefficients:
        many = "1 interaction" if coefficients == 1 else f"{coefficients} interactions"
        text = (
            f"There are {studies} studies for {many}; with fewer than {STUDIES_A_COEFFICIENT} for each, an association "
            "is easily one of chance."
        )
        yield Caveat(code="few_studies", text=text)
    if made.tau2 is None:
        text = (
            "The covariates leave no degrees of freedom, so that the data say nothing about heterogeneity between "
            "trials; the intervals take it to be 0 and are too narrow if there is any."
        )
        yield Caveat(code="tau2_not_estimable", text=text, severity="serious")


def _estimability(made: RegressionFit) -> Iterator[Caveat]:
    rows, labels = made.interactions.coefficient_rows()
    unknown = [
        f"{covariate.name}{'' if level is None else f' {level}'} ({group} versus {made.reference})"
        for (group, covariate, level), known in zip(labels, is_estimable(made.linear, rows), strict=True)
        if not known
    ]
    if unknown:
        text = (
            f"The studies do not determine the interactions of {', '.join(unknown)}: too few values of the covariate "
            "where the comparison is made. Nothing is stated for them."
        )
        yield Caveat(code="interaction_not_estimable", text=text)
    place = [c.centre for c in made.covariates]
    others = [t for t in made.network.treatments if t != made.reference]
    effects = np.array([made.interactions.effect_row(t, place) for t in others])
    lost = [t for t, known in zip(others, is_estimable(made.linear, effects), strict=True) if not known]
    if lost:
        text = f"Nor do they determine the effects of {', '.join(lost)} versus {made.reference} at these values."
        yield Caveat(code="effect_not_estimable", text=text)
