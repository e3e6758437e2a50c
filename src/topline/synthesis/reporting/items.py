"""What a report must say about a network meta-analysis: its methods in words, and the items of PRISMA-NMA.

Source: Hutton et al. 2015, Ann Intern Med 162:777, the PRISMA extension statement for network meta-analyses (items S1
to S5 are its own). Items that no analysis can fill, such as the search, are listed for the authors.
"""

from __future__ import annotations

import msgspec

from topline import __version__
from topline.exhibits.effects import MEASURES
from topline.exhibits.text import significant
from topline.records import NmaResult
from topline.synthesis.arrays.geometry import geometry as geometry_of
from topline.synthesis.engines import Estimate
from topline.synthesis.reporting.report_data import where_data_are


class ReportingItem(msgspec.Struct, frozen=True, kw_only=True):
    """``item`` of PRISMA-NMA: what it asks for, and what this analysis answers; "for the authors" where it can't."""

    item: str
    topic: str
    answer: str


_ENGINES = {
    "reml": "restricted maximum likelihood",
    "ml": "maximum likelihood",
    "dl": "the generalised DerSimonian-Laird moment estimator (Jackson, White and Riley 2012)",
}
_SPARSE = {
    "mh": "the Mantel-Haenszel method for networks (Efthimiou et al. 2019)",
    "nch": "the exact conditional likelihood, the noncentral hypergeometric distribution (Stijnen et al. 2010)",
    "penalised": "logistic regression with Firth's penalty (Evrenoglou et al. 2022)",
}


def methods_text(estimate: Estimate, result: NmaResult) -> tuple[str, ...]:
    """The paragraphs of a methods section, in words, from the request and the data."""
    paragraphs = [_model(estimate), _data(estimate), _results(estimate, result)]
    software = f"topline {__version__}"
    if result.certificate is not None:
        off = f"{max(result.certificate.discrepancy, 1e-15):.0e} standard errors"
        software += (
            f"; one step of iterative refinement would change no estimate by more than {off}"
            if result.certificate.method.startswith("residual")
            else f"; a second algorithm ({result.certificate.method}) gave the same estimates to within {off}"
        )
    return (*paragraphs, f"Computed with {software}.")


def _model(estimate: Estimate) -> str:
    spec = estimate.spec
    measure = MEASURES[estimate.network.measure]
    if spec.engine in _SPARSE:
        return (
            f"Odds ratios were estimated by {_SPARSE[spec.engine]}, with the effect of each treatment taken to be the "
            "same in all studies."
        )
    kind = "random-effects" if spec.model == "random" else "common-effect"
    scale = f"log {measure}" if estimate.network.scale == "log" else measure
    text = (
        f"A {kind} network meta-analysis of the {scale} was fitted, which takes direct and indirect evidence to agree. "
        "Contrasts of a study with several arms enter with their covariance."
    )
    if spec.model == "random":
        text += " Heterogeneity (tau2) is the same for all comparisons, with a correlation of one half within a study"
        if spec.engine == "bayes":
            text += f"; tau has the prior {spec.prior.tau if spec.prior else ''}, and its posterior was integrated."
        else:
            text += f", and was estimated by {_ENGINES[spec.engine]}."
    return text


def _data(estimate: Estimate) -> str:
    network = estimate.network
    text = f"The reference treatment is {estimate.spec.reference}."
    if network.measure == "SMD":
        factor = {"exact": "Hedges' exact factor", "approximate": "Hedges' approximate factor", "none": "no correction"}
        text += f" Standardised mean differences have {factor[network.smd_correction]} for small samples."
    told = ("continuity", "missing_outcomes", "multi_arm_rounded", "no_information")
    return " ".join([text, *(c.text for c in network.caveats if c.code in told)])


def _results(estimate: Estimate, result: NmaResult) -> str:
    spec = estimate.spec
    percent = f"{100 * spec.level:g}%"
    intervals = str(result.spec["interval"])
    text = f"{percent} intervals are {intervals}."
    if estimate.t_degrees is not None:
        text += " The tests of direct against indirect evidence are normal."
    if any(e.pi_lower is not None for e in result.effects):
        text += f" Prediction intervals: {result.spec['prediction_interval']}."
    if spec.better is not None:
        text += (
            f" Treatments were ranked by P-scores (Rücker and Schwarzer 2015), {spec.better} values being better; rank "
            f"probabilities rest on {spec.rank_draws:,} quasi-random draws."
        )
    if spec.engine not in ("bayes", *_SPARSE):
        text += (
            " Inconsistency was looked for by Q between designs (Krahn, Binder and König 2013; Higgins et al. 2012) "
            "and by separating indirect from direct evidence (König, Krahn and Binder 2013)."
        )
    return text


def reporting_items(estimate: Estimate, result: NmaResult) -> tuple[ReportingItem, ...]:
    """The items of PRISMA-NMA that concern an analysis, each with what this one answers."""
    answers = {
        "13": ("Summary measures", _summary_measures(estimate)),
        "14": ("Planned methods of analysis", " ".join(methods_text(estimate, result)[:2])),
        "S1": ("Geometry of the network: methods", _geometry_methods(estimate)),
        "S2": ("Assessment of inconsistency", _inconsistency_methods(estimate)),
        "15": ("Risk of bias across studies", "For the authors; a comparison-adjusted funnel plot is at hand."),
        "16": ("Additional analyses: methods", "For the authors: name those that were planned."),
        "S3": ("Presentation of network structure", "The network graph of this report."),
        "S4": ("Summary of network geometry", _geometry(estimate)),
        "20": ("Results of individual studies", _individual(estimate, result)),
        "21": ("Synthesis of results", _synthesis(result)),
        "S5": ("Exploration for inconsistency", _inconsistency(result)),
        "22": ("Risk of bias across studies: results", "For the authors."),
        "23": ("Results of additional analyses", "For the authors."),
    }
    return tuple(ReportingItem(item=k, topic=topic, answer=text) for k, (topic, text) in answers.items())


def _summary_measures(estimate: Estimate) -> str:
    measure = MEASURES[estimate.network.measure]
    ranks = (
        "P-scores, SUCRA and rank probabilities" if estimate.spec.better else "no ranking, since no direction is set"
    )
    return f"{measure.capitalize()} with {100 * estimate.spec.level:g}% intervals; {ranks}."


def _geometry_methods(estimate: Estimate) -> str:
    size = "patients" if any(arm.n is not None for arm in estimate.network.arms) else "studies"
    return (
        f"Treatments are nodes, joined where a study compares them; a node's area goes with its {size}, a line's "
        "width with its studies. Treatments are as the data name them: how they were lumped is for the authors."
    )


def _inconsistency_methods(estimate: Estimate) -> str:
    if not estimate.weighted or estimate.spec.engine == "bayes":
        return "Direct against indirect evidence, where the engine has both; for the authors otherwise."
    return (
        "Globally, Q between designs; locally, direct against indirect estimates of every comparison that has both. "
        "For inconsistency that is found, what was done about it is for the authors."
    )


def _geometry(estimate: Estimate) -> str:
    network = estimate.network
    found = geometry_of(network.arrays)
    n = len(network.treatments)
    return (
        f"{n} treatments, {len(network.studies)} studies ({found.n_multi_arm} with more than two arms); "
        f"{len(found.first)} of {n * (n - 1) // 2} comparisons are direct, {int((found.n_direct == 1).sum())} of them "
        f"in one study only; {int(found.on_loop.sum())} lie on a loop that different studies close."
    )


def _individual(estimate: Estimate, result: NmaResult) -> str:
    text = f"{result.n_studies} studies, {result.n_arms} arms: "
    return text + where_data_are(estimate.network, has_script=result.engine != "bayes") + "."


def _synthesis(result: NmaResult) -> str:
    tau = "tau was not estimable" if result.tau is None else f"tau {significant(result.tau, 3)}"
    i2 = "" if result.i2 is None else f", I2 {100 * result.i2:.0f}%"
    return f"The forest plot and the league table of this report; {tau}{i2}."


def _inconsistency(result: NmaResult) -> str:
    if not result.node_split:
        return "No comparison has both direct and independent indirect evidence, or the engine has no split."
    tested = [s for s in result.node_split if s.p is not None]
    least = min(tested, key=lambda s: s.p or 0.0) if tested else None
    text = "" if least is None else (
        f"{len(tested)} comparisons were split; the smallest p is {least.p:.2g}, {least.treatment} versus "
        f"{least.reference}."
    )  # fmt: skip
    if result.q is not None and result.q.p_between is not None:
        text += f" Q between designs {result.q.between:.2f}, df {result.q.df_between}, p = {result.q.p_between:.2g}."
    return text.strip()
