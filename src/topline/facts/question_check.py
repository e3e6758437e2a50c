"""Whether a question fits the tables of its case: every name it uses must be there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from topline.errors import Problem
from topline.facts import vocabulary
from topline.facts.checker import Checker
from topline.facts.dates import fits_precision
from topline.facts.mapping_check import check_mappings
from topline.records import SEVERITIES, Question

_TO_COME = "correct the name; if its arms are still to come, name it in an [[arm_mappings]] rule"
_PRIOR = re.compile(r"[a-z]+\(\s*\d+(\.\d+)?\s*(,\s*\d+(\.\d+)?\s*)*\)")


@dataclass(frozen=True)
class TableNames:
    """What the tables of a case hold, for the question to refer to."""

    trials: frozenset[str]
    regimens: Mapping[str, frozenset[str]]
    backgrounds: frozenset[str]
    sources: frozenset[str]
    weeks: Mapping[str, frozenset[int]]


def check_question(question: Question, names: TableNames, problems: list[Problem]) -> None:
    """Write down every name of the question that the case does not know."""
    check = Checker(problems)
    nodes = [t.name for t in question.treatments]
    check.distinct(nodes, "treatments", "name")
    check.distinct([p.name for p in question.programmes], "programmes", "name")
    check.distinct([e.id for e in question.endpoints], "endpoints", "id")
    check.distinct([n.id for n in question.networks], "networks", "id")
    check.distinct([s.id for s in question.sensitivities], "sensitivities", "id")
    check.among("treatment", question.reference, nodes, "reference")
    if question.baseline != "pooled":
        check.among("trial", question.baseline, names.trials, "baseline")
    _check_weeks(question.weeks, "weeks", names, check)
    _check_programmes(question, check)
    _check_treatments(question, names, check)
    _check_endpoints(question, check)
    _check_networks(question, names, check)
    for i, _ in enumerate(question.sensitivities, 1):
        _check_sensitivity(question, i, names, check)
    for i, _ in enumerate(question.caveats, 1):
        _check_caveat(question, i, names, check)
    check_mappings(question, check)


def _check_weeks(weeks: Mapping[str, int], key: str, names: TableNames, check: Checker) -> None:
    for trial, week in weeks.items():
        check.among("trial", trial, names.trials, f"{key}.{trial}")
        known = names.weeks.get(trial, frozenset())
        if trial in names.trials and week not in known:
            expected = "one of " + ", ".join(str(w) for w in sorted(known)) if known else "a trial with outcomes"
            repair = "name a week at which outcomes.csv reads this trial"
            check.wrong("no outcome at this week", f"{key}.{trial}", str(week), expected, repair)


def _check_programmes(question: Question, check: Checker) -> None:
    drug_of = {t.name: t.drug for t in question.treatments}
    for i, programme in enumerate(question.programmes, 1):
        key = f"programmes[{i}]"
        check.among("drug", programme.drug, set(drug_of.values()), f"{key}.drug")
        check.among("treatment", programme.treatment, drug_of, f"{key}.treatment")
        drug = drug_of.get(programme.treatment)
        if drug is not None and drug != programme.drug:
            repair = "name a treatment of the programme's own drug"
            check.wrong("a treatment of another drug", f"{key}.treatment", repr(drug), repr(programme.drug), repair)


def _check_treatments(question: Question, names: TableNames, check: Checker) -> None:
    """Hold treatments against the arms, once there are any.

    A case grows arm by arm: a drug of a programme, the reference, and what a rule for arms names may still wait for its
    arms. Named twice in case.toml, it is no slip of the pen.
    """
    taken: dict[tuple[str, str], str] = {}
    to_come = {p.drug for p in question.programmes} | {rule.treatment for rule in question.arm_mappings}
    to_come |= {t.drug for t in question.treatments if t.name == question.reference}
    for i, treatment in enumerate(question.treatments, 1):
        if names.regimens and treatment.drug not in to_come:
            check.among("drug", treatment.drug, names.regimens, f"treatments[{i}].drug", repair=_TO_COME)
        mapped = {r.dose_regimen for r in question.arm_mappings if r.treatment == treatment.drug}
        for j, regimen in enumerate(treatment.regimens, 1):
            key = f"treatments[{i}].regimens[{j}]"
            if treatment.drug in names.regimens and regimen not in mapped:
                check.among("dose_regimen", regimen, names.regimens[treatment.drug], key, repair=_TO_COME)
            other = taken.setdefault((treatment.drug, regimen), treatment.name)
            if other != treatment.name:
                expected = "each regimen in one treatment"
                check.wrong(
                    f"regimen taken by {other!r}", key, repr(regimen), expected, "delete it from one of the two"
                )
        if not treatment.regimens:
            repair = "list the dose_regimen texts of arms.csv that belong to it"
            check.wrong("no regimen", f"treatments[{i}].regimens", "an empty list", "at least one regimen", repair)


def _check_endpoints(question: Question, check: Checker) -> None:
    for i, endpoint in enumerate(question.endpoints, 1):
        key = f"endpoints[{i}]"
        check.among("direction", endpoint.direction, vocabulary.DIRECTIONS, f"{key}.direction")
        check.among("role", endpoint.role, vocabulary.ROLES, f"{key}.role")
        check.among("kind", endpoint.kind, vocabulary.KINDS, f"{key}.kind")
        check.among("measure", endpoint.measure, vocabulary.MEASURES, f"{key}.measure")
        if endpoint.headline and endpoint.role == "benefit" and endpoint.measure in set(vocabulary.MEASURES) - {"OR"}:
            check.wrong(
                "a headline benefit is compared by odds ratios",
                f"{key}.measure",
                found=repr(endpoint.measure),
                expected="'OR', from which patients of 100 are worked out",
                repair="leave measure out, or headline",
            )
    # A headline with a misspelt role has been told already.
    if not any(e.headline and e.role != "harm" and e.kind == "proportion" for e in question.endpoints):
        check.wrong(
            "no benefit is a headline, so a brief would have nothing to compare",
            "endpoints",
            found='no endpoint with role = "benefit" and headline = true',
            expected="at least one proportion",
            repair="add headline = true to the benefit that matters most",
        )


def _check_networks(question: Question, names: TableNames, check: Checker) -> None:
    mapped = {rule.background for rule in question.arm_mappings}
    for i, network in enumerate(question.networks, 1):
        for j, background in enumerate(network.backgrounds, 1):
            key = f"networks[{i}].backgrounds[{j}]"
            if names.trials and background not in mapped:
                check.among("background", background, names.backgrounds, key, repair=_TO_COME)
        for j, exclusion in enumerate(network.exclude, 1):
            check.among("trial", exclusion.trial, names.trials, f"networks[{i}].exclude[{j}].trial")


def _check_sensitivity(question: Question, i: int, names: TableNames, check: Checker) -> None:
    sensitivity = question.sensitivities[i - 1]
    key = f"sensitivities[{i}]"
    check.among("network", sensitivity.network, [n.id for n in question.networks], f"{key}.network")
    for field, trials in (("include", sensitivity.include), ("exclude", sensitivity.exclude)):
        for j, trial in enumerate(trials, 1):
            check.among("trial", trial, names.trials, f"{key}.{field}[{j}]")
    for j, node in enumerate(sensitivity.treatments, 1):
        check.among("treatment", node, [t.name for t in question.treatments], f"{key}.treatments[{j}]")
    _check_weeks(sensitivity.weeks, f"{key}.weeks", names, check)
    for j, drug in enumerate(sensitivity.drugs, 1):
        check.among("drug", drug, {t.drug for t in question.treatments}, f"{key}.drugs[{j}]")
    for field, value, known in (
        ("model", sensitivity.model, vocabulary.MODELS),
        ("engine", sensitivity.engine, vocabulary.ENGINES),
    ):
        if value is not None:
            check.among(field, value, known, f"{key}.{field}")
    prior = sensitivity.prior_tau
    if prior is not None and not _PRIOR.fullmatch(prior):
        check.wrong("not a prior", f"{key}.prior_tau", repr(prior), "a prior such as 'halfnormal(0.5)'", "correct it")


def _check_caveat(question: Question, i: int, names: TableNames, check: Checker) -> None:
    caveat = question.caveats[i - 1]
    key = f"caveats[{i}]"
    check.among("severity", caveat.severity, SEVERITIES, f"{key}.severity")
    if not fits_precision(caveat.known_from, "day"):
        repair = "write the day from which the caveat could be known"
        check.wrong("not a day", f"{key}.known_from", repr(caveat.known_from), "a day as YYYY-MM-DD", repair)
    for field, kind, used, known in (
        ("trials", "trial", caveat.trials, names.trials),
        ("outcomes", "outcome", caveat.outcomes, frozenset(e.id for e in question.endpoints)),
        ("sources", "source", caveat.sources, names.sources),
        ("drugs", "drug", caveat.drugs, frozenset(t.drug for t in question.treatments)),
    ):
        for j, name in enumerate(used, 1):
            check.among(kind, name, known, f"{key}.{field}[{j}]")
