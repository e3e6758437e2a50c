"""The same fit as a script for R's netmeta, so that anyone can check it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np

from topline import __version__
from topline.errors import ArgumentError
from topline.records import NmaResult, StudyArm
from topline.synthesis.evidence.arms import evidence_from_arms
from topline.synthesis.evidence.continuity import Continuity
from topline.synthesis.evidence.measures import find_measure
from topline.synthesis.evidence.network import Network
from topline.synthesis.evidence.origin import ArmList
from topline.synthesis.sparse.engines import SPARSE_ENGINES
from topline.synthesis.spec import ModelSpec

# What pairwise() of netmeta makes from arms in the way that this package does: measure -> (arguments, columns)
_FROM_ARMS = {
    **dict.fromkeys(("OR", "RR", "RD", "AS"), ("event = events, n = n", ("events", "n"))),
    "MD": ("mean = mean, sd = sd, n = n", ("mean", "sd", "n")),
    "ROM": ("mean = mean, sd = sd, n = n", ("mean", "sd", "n")),
    **dict.fromkeys(("IRR", "IRD"), ("event = events, time = exposure", ("events", "exposure"))),
}
_R_NAMES = {"AS": "ASD"}
_METHODS = {"mh": "MH", "nch": "NCH", "penalised": "LRP"}
# the rules that pairwise() has too, under the argument method.incr
_RULES = ("only0", "if0all", "all")


def r_script(spec: ModelSpec, result: NmaResult) -> str:
    """R code that rebuilds the data, fits them with netmeta, and prints what to compare; our numbers as comments.

    Arms are handed to ``pairwise()`` where it makes of them what this package does; otherwise the contrasts with which
    this package worked are. Raises ``ArgumentError`` for the Bayesian engine, which netmeta does not have.
    """
    if spec.engine == "bayes":
        raise ArgumentError(
            "netmeta has no Bayesian model",
            found="engine 'bayes'",
            expected="reml, dl, ml, mh, nch or penalised",
            repair="fit the network with one of these engines",
        )
    lines = [
        f"# Made by topline {__version__}: repeats this network meta-analysis with R's netmeta.",
        f"# {result.measure}, {spec.model} effects, engine {spec.engine}; {result.n_studies} studies.",
        *_notes(spec),
        "library(netmeta)",
        "",
        *_data(spec),
        "",
        *_fit(spec),
        "summary(fit)",
    ]
    if spec.better is not None:
        lines.append("netrank(fit)")
    if spec.engine not in SPARSE_ENGINES:
        lines += ["netleague(fit)", "decomp.design(fit)", "netsplit(fit)"]
    return "\n".join([*lines, "", *_ours(result)]) + "\n"


def _notes(spec: ModelSpec) -> Iterable[str]:
    if spec.ci != "wald":
        yield f"# netmeta has no {spec.ci} intervals: compare estimates and tau2, not intervals."
    likelihood = spec.engine in ("reml", "ml") and spec.model == "random"
    diagonal = _handed_over(spec) is None or find_measure(spec.network.measure).rate
    if likelihood and diagonal and _multi_arm(spec.network):
        yield "# From contrasts and for rates, netmeta's REML and ML leave out that contrasts of one study share an"
        yield "# arm; topline's tau2 counts it. With method.tau = 'DL' both agree."
    if spec.engine == "nch":
        yield "# netmetabin's NCH is an approximation for rare events, and topline's likelihood is exact: they differ."
    if spec.engine == "penalised":
        yield "# netmetabin has method LRP in its newer versions only."
    if any(c.code == "missing_outcomes" for c in spec.network.caveats):
        yield "# The contrasts hold an assumption about patients without an outcome; netmeta has no such model."


def _multi_arm(network: Network) -> bool:
    return len(network.arrays.y) > 2 * network.arrays.n_studies


def _handed_over(spec: ModelSpec) -> Sequence[StudyArm] | None:
    """The arms, when ``pairwise()`` makes of them the levels that were analysed; else None: contrasts go over."""
    network = spec.network
    if network.measure not in _FROM_ARMS or network.continuity_rule not in _RULES:
        return None
    if network.measure == "ROM" and spec.engine in ("reml", "ml"):
        return None  # netmeta's likelihood has no covariance for ratios of means from arms
    columns = _FROM_ARMS[network.measure][1]
    if any(getattr(arm, column) is None for arm in network.arms for column in columns):
        return None
    return network.arms if spec.engine in SPARSE_ENGINES or _same_levels(network) else None


def _same_levels(network: Network) -> bool:
    """Whether the arms by themselves, means with their sd, have the levels and variances that were analysed."""
    arms = [msgspec.structs.replace(arm, se=None) for arm in network.arms]
    rule = Continuity(network.continuity, network.continuity_rule)
    found = evidence_from_arms(arms, find_measure(network.measure), rule, network.smd_correction, ArmList(arms))
    if len(found.levels) != len(network.arrays.y):
        return False
    y, v = np.array([level.y for level in found.levels]), np.array([level.v for level in found.levels])
    return bool(np.allclose(y, network.arrays.y, rtol=1e-9) and np.allclose(v, network.arrays.v, rtol=1e-9))


def _data(spec: ModelSpec) -> list[str]:
    network = spec.network
    arms = _handed_over(spec)
    if arms is None:
        return _contrasts(network)
    arguments, columns = _FROM_ARMS[network.measure]
    fields = [("study", [_text(a.study) for a in arms]), ("treatment", [_text(a.treatment) for a in arms])]
    fields += [(column, [_number(getattr(a, column)) for a in arms]) for column in columns]
    measure = _text(_R_NAMES.get(network.measure, network.measure))
    amount = 0.5 if spec.engine in SPARSE_ENGINES else network.continuity
    return [
        *_frame("arms", fields),
        f"p <- pairwise(treat = treatment, {arguments}, studlab = study, data = arms, sm = {measure},",
        f"  incr = {_number(amount)}, method.incr = {_text(network.continuity_rule)}, allstudies = TRUE)",
    ]


def _contrasts(network: Network) -> list[str]:
    arrays = network.arrays
    i, j = arrays.pair_i, arrays.pair_j
    estimate, se = arrays.y[i] - arrays.y[j], (arrays.v[i] + arrays.v[j]) ** 0.5
    names = network.treatments
    return _frame(
        "p",
        [
            ("studlab", [_text(network.studies[s]) for s in arrays.study[i]]),
            ("treat1", [_text(names[t]) for t in arrays.treatment[i]]),
            ("treat2", [_text(names[t]) for t in arrays.treatment[j]]),
            ("TE", [_number(x) for x in estimate.tolist()]),
            ("seTE", [_number(x) for x in se.tolist()]),
        ],
    )


def _frame(name: str, fields: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    columns = []
    for k, (field, values) in enumerate(fields):
        rows = [", ".join(values[at : at + 8]) for at in range(0, len(values), 8)]
        last = "" if k == len(fields) - 1 else ","
        columns.append(f"  {field} = c(" + ",\n    ".join(rows) + ")" + last)
    return [f"{name} <- data.frame(", *columns, ")"]


def _fit(spec: ModelSpec) -> list[str]:
    network = spec.network
    level = _number(spec.level)
    shared = [f"reference.group = {_text(spec.reference)}"]
    shared.append(f"level = {level}, level.ma = {level}, level.predict = {level}")
    if spec.better is not None:
        shared.append(f'small.values = "{"undesirable" if spec.better == "higher" else "desirable"}"')
    if spec.engine in SPARSE_ENGINES:
        method = _METHODS[spec.engine]
        pooled = f"cc.pooled = TRUE, incr = {_number(network.continuity)}, " if network.continuity else ""
        return [f'fit <- netmetabin(p, sm = "OR", method = "{method}",', f"  {pooled}{', '.join(shared)})"]
    tau = "DL" if spec.model == "common" else spec.engine.upper()
    arms = _handed_over(spec)
    source = "p" if arms is not None else "TE, seTE, treat1, treat2, studlab, data = p"
    measure = _R_NAMES.get(network.measure, network.measure)
    sm = "" if arms is not None else f' sm = "{"" if measure == "generic" else measure}",'
    common = "TRUE" if spec.model == "common" else "FALSE"
    other = "FALSE" if spec.model == "common" else "TRUE"
    return [
        f"fit <- netmeta({source},{sm}",
        f'  common = {common}, random = {other}, method.tau = "{tau}",',
        f"  prediction = {other}, {', '.join(shared)})",
    ]


def _ours(result: NmaResult) -> list[str]:
    lines = [f"# topline: tau2 = {_digits(result.tau2)}"] if result.tau2 is not None else []
    if result.q is not None and result.q.total is not None:
        lines.append(f"# topline: Q = {_digits(result.q.total)} with {result.q.df} degrees of freedom")
    lines += [
        f"# topline: {e.treatment} versus {e.reference}: {_digits(e.estimate)}, standard error {_digits(e.se)}"
        for e in result.effects
    ]
    return [line.replace("\n", " ") for line in lines]


def _digits(value: float | None) -> str:
    return "not estimable" if value is None else f"{value:.8g}"


def _text(value: str) -> str:
    """An R string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _number(value: float | None) -> str:
    return "NA" if value is None else f"{value:.15g}"
