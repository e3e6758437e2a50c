"""What the reader must know about a component model before believing its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from topline.records import Caveat
from topline.synthesis.arrays.components import ComponentSolution
from topline.synthesis.components.composition import Composition
from topline.synthesis.components.rows import Inference, ModelComparison
from topline.synthesis.spec import ModelSpec

# the customary level for tests that have little power
NOT_ADDITIVE = 0.1


def component_caveats(
    spec: ModelSpec,
    composition: Composition,
    solution: ComponentSolution,
    pieces: Sequence[Sequence[str]],
    test: ModelComparison,
    rule: Inference,
) -> tuple[Caveat, ...]:
    """The caveats of the data, then those of the model.

    ``pieces`` are the sets of treatments that trials join, ``test`` is the difference in Q from the standard model,
    ``rule`` how limits follow.
    """
    model = (*_assumption(spec, composition, pieces, test), *_identified(composition, solution), *_names(composition))
    return (*spec.network.caveats, *model, *_heterogeneity(spec, solution), *_limits(spec, rule), *_request(spec))


def _assumption(
    spec: ModelSpec, composition: Composition, pieces: Sequence[Sequence[str]], test: ModelComparison
) -> Iterator[Caveat]:
    beside = " and of the interactions in the model" if composition.interactions else ""
    where = ", on the log scale" if spec.network.scale == "log" else ""
    text = f"The effect of a combination is taken to be the sum of the effects of its components{beside}{where}."
    yield Caveat(code="components_add_up", text=text, severity="minor")
    if composition.inactive is not None:
        text = f"{composition.inactive} is taken to have no effect, alone or within a combination."
        yield Caveat(code="inactive_component", text=text, severity="minor")
    else:
        text = (
            "No component was named inactive, so that each one, placebo and usual care included, has an effect versus "
            "nothing; inactive= names the one whose effect is 0."
        )
        yield Caveat(code="no_inactive_component", text=text, severity="minor")
    p = test.p if test.p_random is None else test.p_random
    if p is not None and p < NOT_ADDITIVE:
        q = test.q if test.q_random is None else test.q_random
        text = (
            "Combinations differ from the sum of their components more than chance explains well: Q difference from "
            f"the standard model {q:.1f}, df {test.df}, p = {p:.2g}. Look at interaction_candidates()."
        )
        yield Caveat(code="not_additive", text=text, severity="serious")
    if test.df == 0:
        text = (
            "The components have as many free effects as the trials can tell, so that nothing tests whether "
            "components add up."
        )
        yield Caveat(code="additivity_not_testable", text=text)
    if len(pieces) > 1:
        listed = "; ".join(f"{k}: {', '.join(piece)}" for k, piece in enumerate(pieces, 1))
        text = (
            f"No trial joins the {len(pieces)} pieces of the network ({listed}). Effects across pieces rest on the "
            "components adding up, which can be tested within pieces only."
        )
        yield Caveat(code="joined_by_components", text=text, severity="serious")


def _identified(composition: Composition, solution: ComponentSolution) -> Iterator[Caveat]:
    names = [n for n, known in zip(composition.columns, solution.estimable().tolist(), strict=True) if not known]
    if names:
        text = (
            f"The data do not determine on their own: {', '.join(names)}. No trial has them apart in "
            "its arms, or other components always come with them. Effects of treatments versus each other are known."
        )
        yield Caveat(code="components_unidentifiable", text=text)


def _names(composition: Composition) -> Iterator[Caveat]:
    """Names that may not be meant as they were read."""
    alike: dict[str, list[str]] = {}
    for name in sorted(set().union(*composition.parts)):
        alike.setdefault("".join(name.split()).casefold(), []).append(name)
    doubtful = [" and ".join(map(repr, names)) for names in alike.values() if len(names) > 1]
    if doubtful:
        text = f"Components that differ only in capitals or spaces are taken as different: {'; '.join(doubtful)}."
        yield Caveat(code="components_alike", text=text)
    equal: dict[frozenset[str], list[str]] = {}
    for name, held in zip(composition.treatments, composition.parts, strict=True):
        equal.setdefault(held - {composition.inactive or ""}, []).append(name)
    same = [" and ".join(names) for names in equal.values() if len(names) > 1]
    if same:
        text = f"With {composition.inactive} inactive, the model takes as equal: {'; '.join(same)}."
        yield Caveat(code="treatments_equal", text=text, severity="minor")


def _heterogeneity(spec: ModelSpec, solution: ComponentSolution) -> Iterator[Caveat]:
    if not solution.has_tau2:
        text = (
            "The data say nothing about heterogeneity between trials under this model; the intervals take it to be 0 "
            "and are too narrow if there is any."
        )
        yield Caveat(code="tau2_not_estimable", text=text, severity="serious")
    elif spec.model == "common":
        text = "The model takes the effect to be the same in all trials, so there is no prediction interval."
        yield Caveat(code="common_effect", text=text)
    elif solution.tau2 == 0:
        text = (
            "The estimate of heterogeneity between trials is 0, the edge of what it can be; the intervals are too "
            "narrow if there is some."
        )
        severity = "serious" if solution.q > solution.degrees else "moderate"
        yield Caveat(code="tau2_at_zero", text=text, severity=severity)


def _limits(spec: ModelSpec, rule: Inference) -> Iterator[Caveat]:
    if rule.degrees is not None and rule.factor < 1:
        text = (
            "Knapp-Hartung intervals use a variance that is smaller here than the model's own (factor "
            f"{rule.factor:.2f}); ci='hksj-floor' does not let it fall below."
        )
        yield Caveat(code="hksj_narrower", text=text, severity="minor")
    if spec.ci != "wald" and rule.degrees is None:
        text = "There are no degrees of freedom for Knapp-Hartung intervals; the intervals are the usual ones."
        yield Caveat(code="no_degrees_for_hksj", text=text)


def _request(spec: ModelSpec) -> Iterator[Caveat]:
    if "reference" in spec.chosen:
        text = f"No reference was named; {spec.reference} was chosen."
        yield Caveat(code="reference_chosen", text=text, severity="minor")
    if spec.better is None:
        text = "Treatments are not ranked, because nothing says whether higher or lower is better."
        yield Caveat(code="no_direction", text=text, severity="minor")
