"""The analyses of a brief: planning is pure, running is dull."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from topline.brief import Analysis, SensitivityAnalysis
from topline.errors import DisconnectedError
from topline.records import Caveat, FactSnapshot, LeftOut, Programme, Question, Sensitivity
from topline.synthesis import (
    NmaFit,
    Selection,
    absolute_outcomes,
    nma,
    parse_prior,
    select_evidence,
)

# Called with the name of a step and the steps done before it.
Step = Callable[[str, int], None]


@dataclass(frozen=True)
class AnalysisPlan:
    """One network meta-analysis to run: which evidence, and how. ``sensitivity`` is None for a main analysis."""

    network: str
    endpoint: str
    sensitivity: Sensitivity | None = None

    @property
    def label(self) -> str:
        """What this is, for the progress line."""
        extra = f", {self.sensitivity.label}" if self.sensitivity else ""
        return f"{self.endpoint} in {self.network}{extra}"


@dataclass(frozen=True)
class AnalysesRun:
    """What the plans gave: main analyses, sensitivity analyses, and the evidence that could not enter."""

    main: tuple[Analysis, ...]
    sensitivity: tuple[SensitivityAnalysis, ...]
    left_out: tuple[LeftOut, ...]


def plan_analyses(question: Question, programme: Programme, trials: Collection[str]) -> tuple[AnalysisPlan, ...]:
    """Every headline benefit in every network, then the sensitivity analyses of the first headline benefit.

    A sensitivity analysis that names a trial not among ``trials``, those visible on the day, is not for that day.
    """
    endpoints = [e.id for e in question.endpoints if e.role == "benefit" and e.kind == "proportion" and e.headline]
    main = [AnalysisPlan(n.id, e) for n in question.networks for e in endpoints]
    others = [
        AnalysisPlan(s.network, endpoints[0], s)
        for s in question.sensitivities
        if endpoints
        and (not s.drugs or programme.drug in s.drugs)
        and all(trial in trials for trial in (*s.include, *s.exclude, *s.weeks))
    ]
    return (*main, *others)


def run_analyses(
    plans: Sequence[AnalysisPlan],
    snapshot: FactSnapshot,
    question: Question,
    programme: Programme,
    *,
    progress: Step | None = None,
) -> AnalysesRun:
    """Run every plan whose network holds an arm of the programme's drug; the rest only reports what it left out."""
    main: list[Analysis] = []
    sensitivity: list[SensitivityAnalysis] = []
    left_out: list[LeftOut] = []
    for done, plan in enumerate(plans):
        if progress is not None:
            progress(plan.label, done)
        selection = _select(plan, snapshot, question)
        if plan.sensitivity is not None and not _as_asked(plan, selection, snapshot, question):
            continue
        fit, selection = _fit(plan, selection, question, programme)
        if plan.sensitivity is None:
            left_out += selection.left_out
        if fit is None:
            continue
        if plan.sensitivity is None:
            main.append(_analysis(plan, fit, selection, question))
        else:
            sensitivity.append(
                SensitivityAnalysis(sensitivity=plan.sensitivity, endpoint=plan.endpoint, result=fit.result)
            )
    return AnalysesRun(tuple(main), tuple(sensitivity), tuple(left_out))


def _as_asked(plan: AnalysisPlan, selection: Selection, snapshot: FactSnapshot, question: Question) -> bool:
    """Whether the evidence of the day allows what a sensitivity analysis asks for.

    The trials that it brings back or reads at another week must be in it so, and those that it leaves out must be in
    the main analysis; else it would show another change than the one that it names.
    """
    s = plan.sensitivity
    assert s is not None
    read_so = all(selection.weeks.get(trial) == week for trial, week in s.weeks.items())
    brought = all(trial in selection.weeks for trial in s.include)
    if not s.exclude:
        return read_so and brought
    main = _select(AnalysisPlan(plan.network, plan.endpoint), snapshot, question)
    return read_so and brought and all(trial in main.weeks for trial in s.exclude)


def _select(plan: AnalysisPlan, snapshot: FactSnapshot, question: Question) -> Selection:
    s = plan.sensitivity
    return select_evidence(
        snapshot,
        question,
        plan.network,
        plan.endpoint,
        include=s.include if s else (),
        exclude=s.exclude if s else (),
        treatments=s.treatments if s else (),
        weeks=s.weeks if s else {},
    )


def _fit(
    plan: AnalysisPlan, selection: Selection, question: Question, programme: Programme
) -> tuple[NmaFit | None, Selection]:
    """The fit, on the reference's piece of the network when it falls into several; None when the drug is not in it."""
    if not _holds(selection, programme, question):
        return None, selection
    s = plan.sensitivity
    endpoint = selection.endpoint

    def fit(chosen: Selection) -> NmaFit:
        return nma(
            chosen.arms,
            measure=endpoint.measure,
            model=(s.model if s and s.model else "random"),
            engine=(s.engine if s and s.engine else "reml"),
            reference=question.reference,
            better=endpoint.direction,
            prior=parse_prior(s.prior_tau) if s and s.prior_tau else None,
        )

    try:
        return fit(selection), selection
    except DisconnectedError as error:
        piece = next((c for c in error.components if question.reference in c), ())
        smaller = _restrict(selection, set(piece))
        return (fit(smaller) if _holds(smaller, programme, question) else None), smaller


def _holds(selection: Selection, programme: Programme, question: Question) -> bool:
    nodes = {t.name for t in question.treatments if t.drug == programme.drug}
    present = {a.treatment for a in selection.arms}
    return bool(nodes & present) and question.reference in present


def _restrict(selection: Selection, treatments: set[str]) -> Selection:
    """The selection without the trials outside the piece, each listed with its reason."""
    inside = [a.treatment in treatments for a in selection.arms]
    outside = [f for f, keep in zip(selection.facts, inside, strict=True) if not keep]
    reason = "no chain of trials joins it to the reference treatment"
    return replace(
        selection,
        arms=tuple(a for a, keep in zip(selection.arms, inside, strict=True) if keep),
        facts=tuple(f for f, keep in zip(selection.facts, inside, strict=True) if keep),
        left_out=(
            *selection.left_out,
            *(
                LeftOut(
                    network=selection.network.id,
                    endpoint=selection.endpoint.id,
                    trial=f.trial,
                    arm=f.arm,
                    reason=reason,
                    fact=f.id,
                )
                for f in outside
            ),
        ),
        caveats=(
            *selection.caveats,
            Caveat(
                code="disconnected",
                severity="serious",
                text=f"{selection.endpoint.label}: the network falls into pieces; "
                f"{', '.join(sorted({f.trial for f in outside}))} can't be compared and stay out.",
                facts=tuple(f.id for f in outside),
            ),
        ),
    )


def _analysis(plan: AnalysisPlan, fit: NmaFit, selection: Selection, question: Question) -> Analysis:
    return Analysis(
        network=selection.network,
        endpoint=selection.endpoint,
        result=fit.result,
        absolute=absolute_outcomes(fit, selection, question),
        weeks=selection.weeks,
        caveats=selection.caveats,
    )
