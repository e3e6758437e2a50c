"""What the reader must know about a fit before believing its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from topline.records import Caveat, NodeSplit, worst_first
from topline.synthesis.consistency.inconsistency import q_statistics
from topline.synthesis.engines import Estimate
from topline.synthesis.flow.contributions import only_reference

# the customary level for tests of heterogeneity and inconsistency, which have little power
DESIGNS_DIFFER = 0.1
# below this factor few trials happen to agree, which says little about how precise they are
MUCH_NARROWER = 0.25
# what two algorithms may differ by, in standard errors, before the numbers are in doubt
SOLVERS_DIFFER = 1e-8


def fit_caveats(estimate: Estimate, splits: tuple[NodeSplit, ...]) -> tuple[Caveat, ...]:
    """The caveats of the data, then those of the model; the serious ones first."""
    return tuple(worst_first((*estimate.network.caveats, *_model(estimate), *_evidence(estimate, splits))))


def _model(estimate: Estimate) -> Iterator[Caveat]:
    spec, degrees = estimate.spec, estimate.network.arrays.degrees
    if "reference" in spec.chosen:
        text = f"No reference was named; {spec.reference} was chosen."
        yield Caveat(code="reference_chosen", text=text, severity="minor")
    if "prior" in spec.chosen and spec.prior is not None:
        text = f"No prior was given; tau has the default {spec.prior.tau}, in the units of the estimates."
        yield Caveat(code="default_prior", text=text, severity="minor")
    if spec.better is None:
        text = "Treatments are not ranked, because nothing says whether higher or lower is better."
        yield Caveat(code="no_direction", text=text, severity="minor")
    if not estimate.has_tau2:
        text = (
            "No comparison is repeated, so that the data say nothing about heterogeneity between trials; the intervals "
            "take it to be 0 and are too narrow if there is any."
        )
        yield Caveat(code="tau2_not_estimable", text=text, severity="serious")
    if estimate.has_tau2 and estimate.tau2 == 0 and spec.model == "random" and spec.engine != "bayes":
        text = (
            "The estimate of heterogeneity between trials is 0, the edge of what it can be. That does not prove that "
            "there is none, and the intervals are too narrow if there is some."
        )
        more = estimate.q_parts.total > estimate.q_parts.df
        yield Caveat(code="tau2_at_zero", text=text, severity="serious" if more else "moderate")
    if spec.model == "common":
        text = "The model takes the effect to be the same in all trials, so there is no prediction interval."
        yield Caveat(code="common_effect", text=text, severity="moderate")
    elif spec.engine != "bayes" and degrees < 2:
        text = f"There is no prediction interval: it needs 2 degrees of freedom, and there are {degrees}."
        yield Caveat(code="no_prediction_interval", text=text, severity="minor")
    if estimate.t_degrees is not None and estimate.variance_factor < 1:
        text = (
            "Knapp-Hartung intervals use a variance that is smaller here than the model's own (factor "
            f"{estimate.variance_factor:.2f}); ci='hksj-floor' does not let it fall below."
        )
        severe = estimate.variance_factor < MUCH_NARROWER
        yield Caveat(code="hksj_narrower", text=text, severity="serious" if severe else "minor")
    if spec.ci != "wald" and estimate.t_degrees is None:
        text = "There are no degrees of freedom for Knapp-Hartung intervals; the intervals are the usual ones."
        yield Caveat(code="no_degrees_for_hksj", text=text)
    if estimate.certificate is not None and not estimate.certificate.discrepancy <= SOLVERS_DIFFER:
        text = (
            f"A second algorithm ({estimate.certificate.method}) differs by "
            f"{estimate.certificate.discrepancy:.1g} standard errors: the data are numerically difficult. Look for "
            "standard errors of wildly different size."
        )
        yield Caveat(code="solvers_differ", text=text, severity="serious")
    if spec.engine == "bayes":
        text = "The Bayesian engine has no Q and no I2 from Q; the normal approximation to the likelihood is used."
        yield Caveat(code="no_q", text=text, severity="minor")


def _evidence(estimate: Estimate, splits: tuple[NodeSplit, ...]) -> Iterator[Caveat]:
    spec = estimate.spec
    if not estimate.weighted:
        has = {"mh": "Q compares designs only", "nch": "Q is a likelihood ratio"}.get(spec.engine, "there is no Q")
        text = (
            f"The engine {spec.engine} has no study weights, so that there are no node-splits and no contributions; "
            f"{has}."
        )
        yield Caveat(code="no_weights", text=text, severity="minor")
    elif not splits:
        text = (
            "No comparison has both direct and independent indirect evidence, so whether they agree can't be tested: "
            "there are no node-splits, and inconsistency is not known."
        )
        yield Caveat(code="no_closed_loop", text=text)
    q = q_statistics(estimate)
    if q is not None and q.between is not None and q.p_between is not None and q.p_between < DESIGNS_DIFFER:
        shown = "p < 0.001" if q.p_between < 0.001 else f"p = {q.p_between:.2g}"
        text = (
            f"Trials of different designs disagree (Q between designs {q.between:.1f}, df {q.df_between}, {shown}), if "
            "trials of one design are taken to have one effect. Heterogeneity among them would explain some of it."
        )
        yield Caveat(code="designs_differ", text=text)
    if not estimate.weighted:
        return
    if spec.engine == "bayes" and spec.model == "random":
        text = "Direct and indirect evidence, and the contributions, are worked out at the posterior mean of tau2."
        yield Caveat(code="plug_in_tau2", text=text, severity="minor")
    if only_reference(estimate):
        text = f"The network is large: contributions are listed for comparisons with {spec.reference} only."
        yield Caveat(code="contributions_reference_only", text=text, severity="minor")
