"""What the reader must know about a meta-regression before believing its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from topline.records import Caveat, worst_first
from topline.synthesis.arrays.linear_model import fit_linear, is_estimable
from topline.synthesis.models.covariates import Covariate
from topline.synthesis.models.regression_fit import RegressionFit, spread

# Cochrane Handbook, section 10.11.4: ten studies for each characteristic, as a rule
STUDIES_A_COEFFICIENT = 10


def regression_caveats(
    made: RegressionFit, missing: Mapping[str, tuple[str, ...]], gone: Sequence[str]
) -> tuple[Caveat, ...]:
    """The caveats of the fit, the serious ones first.

    ``missing`` are the studies without a value of each covariate, ``gone`` the treatments that went with them.
    """
    found = (*_left_out(missing, gone), *_model(made), *_heterogeneity(made), *_estimability(made))
    return tuple(worst_first(found))


def _left_out(missing: Mapping[str, tuple[str, ...]], gone: Sequence[str]) -> Iterator[Caveat]:
    for name, studies in missing.items():
        if studies:
            text = f"Studies without a value of {name} are left out: {', '.join(studies)}."
            yield Caveat(code="covariate_missing", text=text)
    if gone:
        text = f"Only studies without the covariates had {', '.join(gone)}, of which the regression says nothing."
        yield Caveat(code="covariate_treatments_gone", text=text)


def _model(made: RegressionFit) -> Iterator[Caveat]:
    text = (
        "The relation with the covariates is one between trials: other differences between the trials may lie behind "
        "it, and it need not hold for the patients within a trial."
    )
    yield Caveat(code="ecological", text=text, severity="serious")
    centres = [f"{c.name} {c.words(c.centre)}" for c in made.covariates]
    yield Caveat(code="centred", text=f"Effects are those at {', '.join(centres)} unless asked for elsewhere.",
                 severity="minor")  # fmt: skip
    yield from _shared(made)
    coefficients, studies = len(made.interactions.coefficient_rows()[1]), len(made.network.studies)
    if studies < STUDIES_A_COEFFICIENT * coefficients:
        many = "1 interaction" if coefficients == 1 else f"{coefficients} interactions"
        text = (
            f"There are {studies} studies for {many}; with fewer than {STUDIES_A_COEFFICIENT} for each, an association "
            "is easily one of chance."
        )
        yield Caveat(code="few_studies", text=text)


def _shared(made: RegressionFit) -> Iterator[Caveat]:
    """Say what follows where several treatments have one coefficient, however that was asked for."""
    pairs = [(t, g) for t, g in zip(made.network.treatments, made.interactions.groups, strict=True) if g is not None]
    groups = {name: [t for t, g in pairs if g == name] for name in made.interactions.names}
    several = {name: own for name, own in groups.items() if len(own) > 1}
    if not several:
        return
    if len(groups) == 1:
        text = (
            f"Every treatment's effect versus {made.reference} changes by the same amount with the covariates, so that "
            "effects of treatments other than the reference on one another do not change; another reference would make "
            "another model."
        )
    else:
        listed = "; ".join(f"{name}: {', '.join(own)}" for name, own in several.items())
        text = (
            f"Effects versus {made.reference} of the treatments of one class change by the same amount with the "
            f"covariates ({listed}), so that their effects on one another do not change; another reference would make "
            "another model."
        )
    yield Caveat(code="shared_interaction", text=text)


def _heterogeneity(made: RegressionFit) -> Iterator[Caveat]:
    """What the intervals rest on, in the words and with the severities of the fit itself."""
    spec, linear = made.spec, made.linear
    if made.tau2 is None:
        text = (
            "The covariates leave no degrees of freedom, so that the data say nothing about heterogeneity between "
            "trials; the intervals take it to be 0 and are too narrow if there is any."
        )
        yield Caveat(code="tau2_not_estimable", text=text, severity="serious")
    elif made.tau2 == 0 and spec.model == "random":
        text = (
            "The estimate of the heterogeneity that the covariates leave is 0, the edge of what it can be. That does "
            "not prove that there is none, and the intervals are too narrow if there is some."
        )
        more = linear.q > linear.degrees
        yield Caveat(code="tau2_at_zero", text=text, severity="serious" if more else "moderate")
    factor, below = spread(spec, linear)
    if below is not None and factor < 1:
        text = (
            f"Knapp-Hartung intervals use a variance that is smaller here than the model's own (factor {factor:.2f}); "
            "ci='hksj-floor' does not let it fall below."
        )
        yield Caveat(code="hksj_narrower", text=text, severity="minor")
    if spec.ci != "wald" and below is None:
        text = "There are no degrees of freedom for Knapp-Hartung intervals; the intervals are the usual ones."
        yield Caveat(code="no_degrees_for_hksj", text=text)


def _estimability(made: RegressionFit) -> Iterator[Caveat]:
    rows, labels = made.interactions.coefficient_rows()
    found = zip(labels, is_estimable(made.linear, rows), strict=True)
    unknown = [label for label, known in found if not known]
    alone = {c: _known_alone(made, c) for c in {covariate for _, covariate, _ in unknown}}
    collinear = [label for label in unknown if (label[0], label[2]) in alone[label[1]]]
    few = [label for label in unknown if label not in collinear]
    if few:
        text = (
            f"The studies do not determine the interactions of {_named(made, few)}: too few values of the covariate "
            "where the comparison is made. Nothing is stated for them."
        )
        yield Caveat(code="interaction_not_estimable", text=text)
    if collinear:
        text = (
            f"The studies do not determine the interactions of {_named(made, collinear)} one by one: the covariates "
            "are collinear where the comparison is made, so that only a combination of them is known, which the test "
            "that all are 0 counts. Leave one of these covariates out."
        )
        yield Caveat(code="covariates_collinear", text=text)
    place = [c.centre for c in made.covariates]
    others = [t for t in made.network.treatments if t != made.reference]
    effects = np.array([made.interactions.effect_row(t, place) for t in others])
    lost = [t for t, known in zip(others, is_estimable(made.linear, effects), strict=True) if not known]
    if lost:
        text = f"Nor do they determine the effects of {', '.join(lost)} versus {made.reference} at these values."
        yield Caveat(code="effect_not_estimable", text=text)


def _known_alone(made: RegressionFit, covariate: Covariate) -> set[tuple[str, str | None]]:
    """The group and level of the interactions that are determined in a model with this covariate alone."""
    alone = replace(made.interactions, covariates=(covariate,))
    rows, labels = alone.coefficient_rows()
    known = is_estimable(fit_linear(made.network.arrays, alone.design(), 0.0), rows)
    return {(group, level) for (group, _, level), one in zip(labels, known, strict=True) if one}


def _named(made: RegressionFit, labels: Sequence[tuple[str, Covariate, str | None]]) -> str:
    return ", ".join(
        f"{covariate.name}{'' if level is None else f' {level}'} ({group} versus {made.reference})"
        for group, covariate, level in labels
    )
