"""From a sentence to its readouts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from topline.records import ArmValue, Readout
from topline.sources.page import Page, Sentence
from topline.sources.prose.readouts import evidence
from topline.sources.prose.readouts.about import Memory, subject_of, trial_of, wording
from topline.sources.prose.readouts.arms import Arm, find_arms
from topline.sources.prose.readouts.assignment import VERSUS, assign
from topline.sources.prose.readouts.effects import fields_of
from topline.sources.prose.readouts.endpoints import endpoint_of, endpoint_of_outcome, primary_of
from topline.sources.prose.readouts.masks import masks
from topline.sources.prose.readouts.outcomes import Outcome, find_outcomes
from topline.sources.prose.readouts.quantities import Quantity, find_quantities
from topline.sources.prose.readouts.relative import beside_rates, pair_of, unit_of
from topline.sources.prose.readouts.sizes import enrolled_in, size_in
from topline.sources.prose.readouts.statistics import Statistic, find_statistics
from topline.sources.prose.readouts.timepoints import timepoint_of
from topline.sources.prose.readouts.values import choose

_ELLIPTIC = re.compile(r"\b(?:respectively)\b")


_FIGURES = re.compile(
    r"\d|\b(?:half|third|quarter|fifth|none|no one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|twenty)\b|thirds|quarters|fifths",
    re.IGNORECASE,
)


def read_statement(
    page: Page, sentence: Sentence, memory: Memory, only_outcomes: bool = False, only_sizes: bool = False
) -> list[Readout]:
    """The readouts of one sentence: with numbers, with an outcome only, or with a size only."""
    text = page.folded.text
    start, end = sentence.start, sentence.end
    figures = _FIGURES.search(text, start, end) is not None
    subject = subject_of(page, sentence)
    statistics = find_statistics(text, start, end) if figures else []
    outcomes = [] if only_sizes else find_outcomes(text, start, end)
    memory.primary = primary_of(page, start, end) or memory.primary
    trial = trial_of(page, sentence, memory)
    if not figures and not outcomes:
        return []
    quantities: list[Quantity] = []
    if not only_outcomes and not only_sizes:
        spans = [*masks(page, start, end), *((s.start, s.end) for s in statistics)]
        quantities = find_quantities(text, start, end, spans)
    arms = find_arms(page, start, end, subject) if quantities or outcomes or statistics else []
    values: list[Quantity] = []
    if quantities:
        values = choose(text, start, end, quantities, arms, page.within("endpoint", start, end))
    base = _Base(page, sentence, subject, trial, statistics, outcomes, arms, memory)
    if values:
        return _with_values(base, values)
    return _without_values(base, only_outcomes)


@dataclass(frozen=True)
class _Base:
    page: Page
    sentence: Sentence
    subject: str | None
    trial: str | None
    statistics: list[Statistic]
    outcomes: list[Outcome]
    arms: list[Arm]
    memory: Memory
    relative: Quantity | None = None
    taken: tuple[tuple[int, int], ...] = ()

    def source(self, span: tuple[int, int]) -> str:
        return self.page.folded.quote(*span)


def _with_values(base: _Base, values: list[Quantity]) -> list[Readout]:
    text, memory = base.page.folded.text, base.memory
    start, end = base.sentence.start, base.sentence.end
    assigned = assign(text, start, end, values, base.arms)
    names = _names(base, values, assigned)
    relative = beside_rates(text, base.sentence, values, names)
    if relative is not None:
        at = values.index(relative)
        values, names, assigned = (
            values[:at] + values[at + 1 :],
            names[:at] + names[at + 1 :],
            assigned[:at] + assigned[at + 1 :],
        )
        base = replace(base, relative=relative)
    groups = _groups(text, values, names)
    base = replace(base, taken=tuple((v.start, v.stop) for v in values))
    found = []
    for k, group in enumerate(groups):
        first = values[group[0]].start
        until = values[groups[k + 1][0]].start if k + 1 < len(groups) else end
        since = start if k == 0 else values[groups[k - 1][-1]].stop
        if k and len(group) == 1:
            names[group[0]] = pair_of(text, values[group[0]], [names[i] for i in groups[k - 1]]) or names[group[0]]
        found.append(
            _readout(base, [values[i] for i in group], [names[i] for i in group], (since, first, until), len(groups))
        )
    told = [name for name in names if name]
    if len(dict.fromkeys(told)) > 1:
        memory.arms = list(dict.fromkeys(told))
        comparators = [a.name for a in assigned if a is not None and a.comparator]
        memory.comparator = comparators[-1] if comparators else memory.comparator
    return found


def _names(base: _Base, values: Sequence[Quantity], assigned: Sequence[Arm | None]) -> list[str]:
    """The arm of each value by name: as the sentence has it, else as the sentence before had it."""
    text, memory, end = base.page.folded.text, base.memory, base.sentence.end
    subject = wording(base.page, base.subject or base.page.subject.drug, end) or "treatment"
    pair = _ELLIPTIC.search(base.sentence.text) or (
        len(values) == 2 and VERSUS.search(text, values[0].stop, values[1].start)
    )
    if (
        pair
        and len({a.name for a in assigned if a is not None}) < (2 if len(values) > 2 else 1)
        and len(values) == len(memory.arms)
        and len(values) > 1
    ):
        return list(memory.arms)
    names: list[str] = []
    for i, arm in enumerate(assigned):
        if arm is not None:
            names.append(arm.name)
        elif (
            i
            and VERSUS.search(text, values[i - 1].stop, values[i].start)
            and values[i].unit == values[i - 1].unit
            and not any(values[i - 1].stop <= a.start < values[i].start and a.comparator for a in base.arms)
        ):
            others = [a for a in memory.arms if a != names[-1]]
            names.append(memory.comparator or (others[-1] if others else "comparator"))
        else:
            names.append(subject)
    for i, arm in enumerate(assigned[:-1]):
        # "versus placebo, but not on deaths (19.6% vs 19.4%)": of two rates without names the drug's is the first.
        if (
            arm is not None
            and arm.comparator
            and arm.end <= values[i].start
            and assigned[i + 1] is None
            and VERSUS.search(text, values[i].stop, values[i + 1].start)
        ):
            names[i : i + 2] = [subject, arm.name]
    half = len(values) // 2
    if (
        len(values) == 2 * half > 2
        and all(a is None for a in assigned[half:])
        and len(set(names[:half])) == half
        and _ELLIPTIC.search(text, values[-1].stop, min(base.sentence.end, values[-1].stop + 45))
    ):
        names[half:] = names[:half]
    return names


def _groups(text: str, values: Sequence[Quantity], names: Sequence[str]) -> list[list[int]]:
    """Indexes of the values of one endpoint each: another unit, or an arm again, begins another."""
    groups: list[list[int]] = []
    for i, value in enumerate(values):
        if groups:
            last = groups[-1]
            same_unit = values[last[-1]].unit.split(" per ")[0] == value.unit.split(" per ")[0] or (
                values[last[-1]].share and value.share
            )
            if (
                same_unit
                and names[i] not in {names[k] for k in last}
                and "; " not in text[values[last[-1]].stop : value.start]
            ):
                last.append(i)
                continue
        groups.append([i])
    return groups


def _readout(base: _Base, values: list[Quantity], names: list[str], spans: tuple[int, int, int], many: int) -> Readout:
    text, sentence, memory = base.page.folded.text, base.sentence, base.memory
    since, first, until = spans
    last = values[-1].stop
    shares = any(v.share or v.word or (v.unit == "%" and _PEOPLE_DID.match(text, v.stop)) for v in values)
    begin = since if many > 1 else sentence.start
    endpoint = endpoint_of(
        base.page, begin, until, first, last, shares, memory.primary, [(a.start, a.end) for a in base.arms]
    )
    if memory.endpoint and (
        (endpoint is None and (since > sentence.start or _refers_back(text, begin, first, last)))
        or (endpoint and memory.endpoint.startswith(f"{endpoint} "))
    ):
        endpoint = memory.endpoint
    memory.endpoint = endpoint or memory.endpoint
    near = [s for s in base.statistics if since <= s.start < until] if many > 1 else base.statistics
    fields, effect = _fields(base, near)
    comparator = _comparator(base, names)
    sizes = _arm_sizes(base)
    told = []
    for value, name in zip(values, names, strict=True):
        unit, between = unit_of(text, sentence, value, len(set(names)) > 1)
        arm = f"{name} vs {comparator}" if between and comparator and comparator not in name else name
        told.append(ArmValue(arm=arm, value=base.source((value.start, value.end)), unit=unit, n=sizes.get(arm)))
    if len({t.unit for t in told}) > 1 and all(t.unit.startswith("%") for t in told):
        told = [msgspec.structs.replace(t, unit="%") for t in told]
    n = None if fields.get("n") in sizes.values() else fields.get("n")
    outcome = _outcome(base, since, until, many)
    quote, begin, stop = base.page.place(sentence.start, sentence.end)
    return Readout(
        id="", quote=quote, start=begin, end=stop, drug=base.subject, comparator=comparator, endpoint=endpoint,
        timepoint=_time(base, since if many > 1 else sentence.start, until, first, last),
        values=tuple(told), effect=effect, outcome=outcome, phase=_phase(base),
        trial=_trial_before(base, since, first) if many > 1 else base.trial,
        p=fields.get("p"), ci=fields.get("ci"), n=n or _size(base),
        population=_population(base),
    )  # fmt: skip


def _arm_sizes(base: _Base) -> dict[str, str]:
    """The size that stands in brackets behind an arm, ``placebo (n=150)``, by the arm's name; none that differ."""
    text = base.page.folded.text
    found: dict[str, set[str]] = {}
    for size in base.statistics:
        before = [arm for arm in base.arms if arm.end <= size.start]
        if size.kind != "n" or not before or "/" in text[size.start : size.end]:
            continue
        if _BEHIND_AN_ARM.fullmatch(text, before[-1].end, size.start) and text[size.end : size.end + 1] in {
            ")",
            ";",
            ",",
        }:
            found.setdefault(before[-1].name, set()).add(base.source(size.parts["n"]))
    return {name: next(iter(sizes)) for name, sizes in found.items() if len(sizes) == 1}


_BEHIND_AN_ARM = re.compile(r"(?: (?:group|arm|cohort|patients|recipients))? \(")
_PEOPLE_DID = re.compile(
    r"\)?(?: (?:of|on|with|in|for|receiving|given|taking) [^,;.%]{2,50}?)? (?:had|achieved|reached|showed"
    r"|were|hit|attained|experienced"
    r"|met|maintained|remained|responded|completed|did|survived|relapsed|died|progressed|developed|lost at least)\b"
)
_BACK = re.compile(
    r"\b(?:gains?|reductions?|differences?|changes?|rates?|improvements?|figures?|numbers?|mark|effect"
    r"|benefit|results?"
    r"|respectively|decreases?|increases?|decline|did|separation|advantage|declines)\b",
    re.IGNORECASE,
)


def _refers_back(text: str, start: int, first: int, last: int) -> bool:
    """Whether words without an endpoint of their own speak of the one before: ``the difference was 2 points``."""
    return _BACK.search(text, start, last + 30) is not None or not re.search(r"[a-z]{4}", text[start:first])


def _trial_before(base: _Base, since: int, first: int) -> str | None:
    """Of the trials that a sentence names, the one named just before the numbers."""
    named = base.page.within("trial", since, first)
    return named[-1].name if named else base.trial


_NEXT_PART = re.compile(r" and | while | whereas | but |; ")


def _time(base: _Base, since: int, until: int, first: int, last: int) -> str | None:
    """The time beside the numbers, else the one that the sentence begins with."""
    text, start = base.page.folded.text, base.sentence.start
    borders = list(_NEXT_PART.finditer(text, since, first)) if since > start else []
    near = timepoint_of(text, borders[-1].end() if borders else since, until, first, last, base.taken)
    return near or timepoint_of(text, start, min(start + 40, since), first, last, base.taken, adjectives=False)


def _fields(base: _Base, statistics: Sequence[Statistic]) -> tuple[dict[str, str], dict[str, str]]:
    fields, effect = fields_of(base.source, statistics)
    if not effect and base.relative is not None:
        value = base.source((base.relative.start, base.relative.end))
        effect = {"measure": "relative reduction", "value": value, "unit": "%"}
    return fields, effect


def _comparator(base: _Base, names: Sequence[str]) -> str | None:
    """The other arm: among the values, else after a word of comparison."""
    weak = [a for a in base.arms if a.comparator]
    for arm in weak:
        if arm.name in names and len(set(names)) > 1:
            return arm.name
    text = base.page.folded.text
    for arm in base.arms:
        if arm.name not in names and VERSUS.search(text, max(base.sentence.start, arm.start - 25), arm.start):
            return arm.name
    others = [n for n in names if n != (base.subject or "") and n != names[0]]
    if weak and weak[0].name not in names:
        return weak[0].name
    return others[-1] if others and base.memory.comparator == others[-1] else None


def _outcome(base: _Base, since: int, until: int, many: int) -> str | None:
    outcomes = (
        base.outcomes if many == 1 else [o for o in base.outcomes if since <= o.start < until] or base.outcomes[:1]
    )
    worst = {o.outcome for o in outcomes}
    for outcome in ("futility", "not met", "inferior", "not significant", "met"):
        if outcome in worst:
            return outcome
    return None


def _phase(base: _Base) -> str | None:
    named = base.page.of("phase", base.sentence)
    return named[0].name if named else base.page.subject.phase


def _size(base: _Base) -> str | None:
    span = size_in(base.page.folded.text, base.sentence.start, base.sentence.end)
    return base.source(span) if span else None


_POPULATION = re.compile(
    r"\b(?:[Aa]mong|[Ii]n|[Ff]or|[Aa]cross) (?:the )?(?P<who>(?:subgroup of )?(?:patients|people"
    r"|participants|adults|those|women|men|children|subjects|carriers)(?: (?:with|who|aged|whose"
    r"|without) [^,.;()]{3,80}))[,(. ]"
)


def _population(base: _Base) -> str | None:
    match = _POPULATION.search(base.page.folded.text, base.sentence.start, base.sentence.end)
    if match is None or re.search(r"\b(?:received|receiving|treated|given|taking|on)\b", match["who"]):
        return None
    return match["who"].strip()


def _without_values(base: _Base, only_outcomes: bool) -> list[Readout]:
    """A readout for an effect or an outcome without arm values, or for a size."""
    page, sentence, text = base.page, base.sentence, base.page.folded.text
    fields, effect = _fields(base, base.statistics)
    quote, begin, stop = page.place(sentence.start, sentence.end)
    wished = evidence.not_yet(sentence.text) or evidence.about_money(sentence.text)
    if not base.outcomes and (not effect or only_outcomes or wished):
        span = None if only_outcomes else enrolled_in(text, sentence.start, sentence.end)
        if span is None:
            return []
        return [
            Readout(
                id="", quote=quote, start=begin, end=stop, drug=base.subject, endpoint="enrolment",
                n=base.source(span), trial=base.trial, phase=_phase(base),
            )
        ]  # fmt: skip
    found: list[Readout] = []
    told: set[str] = set()
    for outcome in base.outcomes or [Outcome("", sentence.start, sentence.start)]:
        if _sort(outcome.outcome) in told:
            continue
        told.add(_sort(outcome.outcome))
        endpoint = endpoint_of_outcome(
            page, sentence.start, sentence.end, outcome.start, outcome.end, base.memory.primary
        )
        if endpoint is None and _refers_back(text, sentence.start, outcome.start, outcome.end):
            endpoint = base.memory.endpoint
        base.memory.endpoint = endpoint or base.memory.endpoint
        comparator = _comparator(base, ())
        values: tuple[ArmValue, ...] = ()
        if effect.get("measure") == "difference" and not wished:
            drug = base.subject or "treatment"
            values = (
                ArmValue(
                    arm=f"{drug} vs {comparator}" if comparator else drug,
                    value=effect["value"],
                    unit=effect.get("unit", ""),
                ),
            )
        found.append(
            Readout(
                id="", quote=quote, start=begin, end=stop, drug=base.subject, comparator=comparator, values=values,
                endpoint=endpoint, effect=effect, p=fields.get("p"), ci=fields.get("ci"),
                n=fields.get("n") or _size(base),
                timepoint=timepoint_of(text, sentence.start, sentence.end, outcome.start, outcome.end, ()),
                trial=base.trial, phase=_phase(base), outcome=outcome.outcome or None, population=_population(base),
            )
        )  # fmt: skip
    return found


def _sort(outcome: str) -> str:
    return "met" if outcome == "met" else "not met"
