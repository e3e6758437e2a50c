"""The rules of a case applied to the texts of a document: which endpoint, which drug and regimen, which programme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from topline.pipeline.intake.patterns import fits
from topline.pipeline.intake.weeks import only_a_week
from topline.records import ArmMapping, Endpoint, OutcomeMapping, Question

_SPACES = re.compile(r"\s+")
_DASHES = re.compile(r"[‐-―−]")
_SECOND = re.compile(r"\bthen\b|\bfollowed by\b|\bplus\b|\band\b|\bto\b|/|\+|→|->", re.IGNORECASE)
# What a group named by its drug alone must not say: that it changed, holds several groups, or is a part of one.
_NO_ARM = re.compile(
    r"\bthen\b|\bfollowed by\b|\bswitch|\bcross(?:ed)?[- ]?over|\bre-?randomi[sz]|→|->|\bplacebo ?/"
    r"|\bplacebo\b.*(?:\bto\b|\bopen[- ]label)|\bextension|\bpooled?\b|\bcombined\b(?! with\b)|\btotal\b|\ball\b"
    r"|\bany\b|\boverall\b|\bformer|\bprevious|\bdelayed|\bwithdraw|\bresponders?\b|^(?:non|no|not)\b|[- ]naive\b"
    r"|\bsub-?(?:group|set|population)|\bmaintenance",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?=[^\w\s])")
LONGEST = 4000
"""Patterns look at no more of a text than this."""


def plain(text: str | None) -> str:
    """A text as patterns see it: one kind of dash and of space, and no backslash before a sign as registries write."""
    found = _ESCAPE.sub("", (text or "")[:LONGEST])
    return _SPACES.sub(" ", _DASHES.sub("-", found)).strip()


@dataclass(frozen=True)
class Found:
    """A rule that fits, by its name in ``case.toml``; or why none does."""

    endpoint: Endpoint | None = None
    rule: OutcomeMapping | None = None
    name: str = ""
    reason: str = ""


def _numbered(question: Question) -> Iterator[tuple[str, OutcomeMapping]]:
    for i, rule in enumerate(question.mappings, 1):
        yield f"mappings[{i}]", rule


def _choose(question: Question, fitting: list[tuple[str, OutcomeMapping]], nothing: str) -> Found:
    """The one endpoint of the rules that fit; several endpoints are a doubt, not a choice."""
    endpoints = list(dict.fromkeys(rule.endpoint for _, rule in fitting))
    if len(endpoints) > 1:
        return Found(reason=f"it fits the rules of several endpoints: {', '.join(endpoints)}")
    if not fitting:
        return Found(reason=nothing)
    name, rule = fitting[0]
    return Found(endpoint=question.endpoint(rule.endpoint), rule=rule, name=name)


def _title_fits(rule: OutcomeMapping, text: str) -> bool:
    return fits(rule.title, text) and not fits(rule.not_title, text)


def find_measure(question: Question, title: str | None, rows: tuple[str | None, ...]) -> Found:
    """The rule for a measure by its title and, where it is split, by the row (class and category).

    A row that says no more than the week splits nothing. Any other must fit the rule's ``row``, or must itself fit a
    rule's title.
    """
    whole = plain(title)
    row = " ".join(plain(text) for text in rows if text and not only_a_week(text))
    rules = [(name, rule) for name, rule in _numbered(question) if rule.title]
    if not row:
        fitting = [(name, rule) for name, rule in rules if _title_fits(rule, whole) and rule.row is None]
        return _choose(question, fitting, "no rule fits the title")
    named = [(name, r) for name, r in rules if r.row and _title_fits(r, whole) and fits((r.row,), row)]
    if not named:
        named = [(name, r) for name, r in rules if r.row is None and _title_fits(r, row)]
    if not named and any(_title_fits(rule, whole) for _, rule in rules):
        return Found(reason=f"the measure is split, and no rule says what its row {row[:60]!r} is")
    return _choose(question, named, "no rule fits the title")


def find_term(question: Question, term: str) -> Found:
    """The rule for an adverse event by its term."""
    fitting = [(name, rule) for name, rule in _numbered(question) if fits(rule.terms, plain(term))]
    return _choose(question, fitting, "no rule fits the term")


def find_total(question: Question, total: str) -> Found:
    """The rule for patients with any event of a table."""
    fitting = [(name, rule) for name, rule in _numbered(question) if rule.total == total]
    return _choose(question, fitting, f"no rule takes the total of {total} events")


def find_reason(question: Question, reason: str) -> Found:
    """The rule for patients who left for a reason."""
    fitting = [(name, rule) for name, rule in _numbered(question) if fits(rule.reasons, plain(reason))]
    return _choose(question, fitting, "no rule takes this reason for leaving")


def find_by_name(question: Question, text: str, role: str | None = None) -> Found:
    """The endpoint that a text names by its id or label, as whole words; ``role`` limits the choice."""
    wanted = plain(text).lower()
    named = []
    for endpoint in question.endpoints:
        if role is not None and endpoint.role != role:
            continue
        names = {endpoint.id.replace("_", " ").lower(), plain(endpoint.label).lower()}
        if any(has_words(wanted, name) for name in names):
            named.append(endpoint)
    if len(named) == 1:
        return Found(endpoint=named[0], name="the endpoint's name")
    if named:
        return Found(reason=f"it names several endpoints: {', '.join(e.id for e in named)}")
    return Found(reason="no rule fits, and no endpoint's name stands in it")


def has_words(text: str, words: str) -> bool:
    """Whether the words stand in the text, not as a part of longer ones."""
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


@dataclass(frozen=True)
class ArmFound:
    """A drug, with its regimen if a rule states one; or why the group is no arm of the question."""

    drug: str = ""
    regimen: str = ""
    background: str = ""
    name: str = ""
    reason: str = ""


def find_arm(question: Question, title: str, description: str | None, trials: Iterable[str]) -> ArmFound:
    """The first arm rule that fits the group; without one, the one drug of the question that the title names."""
    text, more, names = plain(title), plain(description), set(trials)
    for i, rule in enumerate(question.arm_mappings, 1):
        if _arm_fits(rule, text, more, names):
            return ArmFound(rule.treatment, rule.dose_regimen or "", rule.background or "", f"arm_mappings[{i}]")
    drugs = drugs_in(question, title)
    reference = question.reference_drug()
    if text.lower().startswith(reference) and not _SECOND.search(text):
        drugs = [reference]  # "placebo for newdrug" is placebo
    part = _NO_ARM.search(text)
    if len(drugs) == 1 and part is not None:
        reason = f"no arm rule fits, and {part.group().strip()!r} says that the group is more or less than one arm"
        return ArmFound(reason=reason)
    if len(drugs) == 1:
        return ArmFound(drug=drugs[0], name="the drug's name")
    if drugs:
        return ArmFound(reason=f"the group names several drugs of the question: {', '.join(drugs)}")
    return ArmFound(reason="no arm rule fits, and no drug of the question is named")


def _arm_fits(rule: ArmMapping, title: str, description: str, trials: set[str]) -> bool:
    if rule.trials and not trials & set(rule.trials):
        return False
    if rule.description is not None and not fits((rule.description,), f"{title} {description}"):
        return False
    return fits(rule.title, title) and not fits(rule.not_title, title)


def drugs_in(question: Question, text: str | None) -> list[str]:
    """The drugs of the question that a text names, by themselves or by a programme's alias."""
    wanted = plain(text).lower()
    names: dict[str, set[str]] = {}
    for treatment in question.treatments:
        names.setdefault(treatment.drug, set()).add(treatment.drug.lower())
    for programme in question.programmes:
        aliases = {programme.name.lower(), *(a.lower() for a in programme.aliases)}
        names.setdefault(programme.drug, set()).update(aliases)
    return [drug for drug, known in names.items() if any(has_words(wanted, name) for name in known)]


def programme_of(question: Question, *texts: str | None) -> str:
    """The programme's drug that the texts name, if it is one; the first text that names any decides."""
    known = {p.drug: p.name for p in question.programmes}
    for text in texts:
        named = [known[drug] for drug in drugs_in(question, text) if drug in known]
        if len(named) == 1:
            return named[0]
        if named:
            return ""
    return ""
