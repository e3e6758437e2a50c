"""Network meta-regression of study-level covariates: from a fit and a request to a :class:`RegressionFit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from topline.errors import ArgumentError, DataError, UnknownNameError
from topline.synthesis.arrays.meta_regression import fit_regression
from topline.synthesis.choices import as_list, is_number, one_of
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.models.covariates import covariates_of, read_covariate, restricted, without_values
from topline.synthesis.models.regression_caveats import regression_caveats
from topline.synthesis.models.regression_fit import Interactions, RegressionFit
from topline.synthesis.spec import ModelSpec

ENGINES = ("reml", "dl", "ml")
SHARED, INDEPENDENT = "shared", "independent"


def regression(
    fitted: Estimate,
    covariate: str | Sequence[str],
    interaction: object,
    centre: object,
    reference: str | None,
) -> RegressionFit:
    """Fit the meta-regression by the engine of ``fitted``: reml, dl or ml.

    Raises ``ArgumentError`` (``UnknownNameError``), ``DataError`` for a covariate that does not vary, and
    ``NetworkError`` (``DisconnectedError``) when the studies that have the covariates are no one network.
    """
    names = covariates_of(fitted.network, covariate)
    interaction, centre = as_list(interaction), as_list(centre)
    _check_centres(centre, names)
    missing = without_values(fitted.network, names)
    spec = _request(fitted.spec, reference, {s for studies in missing.values() for s in studies})
    network = spec.network
    interactions = Interactions(
        network=network,
        reference=spec.reference,
        covariates=tuple(read_covariate(network, name, _centre_of(centre, name)) for name in names),
        groups=_groups(network, spec.reference, interaction),
    )
    method = "common" if spec.model == "common" else spec.engine
    linear = fit_regression(network.arrays, interactions.design(), method)
    made = RegressionFit(spec, interactions, linear, estimate(spec), ())
    gone = sorted(set(fitted.network.treatments) - set(network.treatments))
    return replace(made, caveats=regression_caveats(made, missing, gone))


def _request(spec: ModelSpec, reference: str | None, out: set[str]) -> ModelSpec:
    """The fit's request for the studies that are not ``out``, with the reference asked for."""
    if spec.engine not in ENGINES:
        raise ArgumentError(
            "meta-regression is made by the engines reml, dl and ml",
            found=f"engine {spec.engine!r}",
            repair="fit with engine='reml' (or ml, dl) first",
        )
    if reference is not None and (not isinstance(reference, str) or reference not in spec.network.treatments):
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


def _check_centres(centre: object, names: Sequence[str]) -> None:
    """Refuse centres of covariates that are not in the model, and one centre for several covariates."""
    if isinstance(centre, Mapping):
        for name in centre:
            if name not in names:
                raise UnknownNameError.among("covariate of the regression", str(name), names)
    elif len(names) > 1 and not isinstance(centre, bool):
        raise ArgumentError(
            "several covariates need their centres by name",
            found=repr(centre)[:80],
            expected=f"centre={{{names[0]!r}: ...}}",
        )


def _centre_of(centre: object, name: str) -> object:
    return centre.get(name, True) if isinstance(centre, Mapping) else centre


def _groups(network: Network, ground: str, interaction: object) -> tuple[str | None, ...]:
    """The coefficient that each treatment uses."""
    others = [t for t in network.treatments if t != ground]
    if isinstance(interaction, Mapping):
        if not interaction:
            raise ArgumentError(
                "the mapping names no treatment",
                found="interaction={}",
                expected="a class for some of the treatments",
                repair=f"use interaction={INDEPENDENT!r} for one coefficient a treatment, {SHARED!r} for one in all",
            )
        for name in interaction:
            if name not in others:
                raise UnknownNameError.among("treatment with an interaction", str(name), others)
            if not isinstance(interaction[name], str) and not is_number(interaction[name]):
                raise ArgumentError(
                    f"the class of {name} is not a name", found=repr(interaction[name])[:80], expected="text"
                )
        own = {t: str(interaction.get(t, t)) for t in others}
    elif one_of("interaction", interaction, (SHARED, INDEPENDENT)) == SHARED:
        own = dict.fromkeys(others, others[0] if len(others) == 1 else "all treatments")
    else:
        own = {t: t for t in others}
    return tuple(own.get(t) for t in network.treatments)
