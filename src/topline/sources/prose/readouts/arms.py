"""The arms that a sentence names: a drug with its dose, a dose, placebo and other comparators, named groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from topline.sources.mentions.mention import Mention
from topline.sources.page import Page
from topline.sources.prose.readouts.masks import DOSE

_COMPARATOR = re.compile(
    r"\b(?P<name>(?:dummy|sugar) (?:drug|pill|treatment|injection)s?|placebo(?: (?:plus|and"
    r"|\+) (?!the\b|\d)[\w-]+(?: and (?!\d)[\w-]+)?)?|(?:competitor|rival)(?= |,|\.)|sham|vehicle"
    r"|(?:active )?comparators?"
    r"|(?:the )?(?:active )?(?-i:control|Control(?= arm| group))(?=(?: (?:arm|group|patients"
    r"|subjects))?\b)(?! of| over| rate)"
    r"|standard[- ]of[- ]care(?: alone)?|(?:the )?standard (?:dosing(?: regimen)?|therapy"
    r"|treatment|care|regimen|dose)|usual care|best supportive care|background therapy alone"
    r"|(?:[a-z]+-based )?chemotherapy(?: alone)?|investigators?'?s?'? choice"
    r"|physicians?'?s?'? choice(?: of [\w ]{3,25})?|endocrine therapy|endocrine monotherapy"
    r"|(?:basal )?insulin(?: [a-z]+)?|natural history|untreated (?:patients|controls)"
    r"|external controls?"
    r"|unvaccinated|radiotherapy alone|observation(?= (?:arm|alone|group))|surgery alone"
    r"|no treatment|fixed-dose [\w-]+|warfarin|aspirin|metformin|monotherapy(?= (?:arm|group)))",
    re.IGNORECASE,
)
_DOSES = re.compile(
    rf"(?<![\w.])(?P<dose>{DOSE})(?P<tail>(?: (?:QD|BID|Q\d+W|once[- ](?:daily|weekly|monthly)"
    rf"|twice[- ](?:daily|weekly)|(?:every|each) \w+ \w+|weekly|daily|monthly))?)"
)
_LEVELS = re.compile(
    r"\b(?P<name>(?:high|low|medium|mid|middle|highest|lowest|higher|lower|top|maximum|two highest"
    r"|two higher)(?:er|est)?[- ]doses?(?: (?:group|arm|cohort))?|(?:all|both|either|each"
    r"|any) (?:dose|arm|group|treatment arm|dose group)s?)\b"
)
_LEVEL = re.compile(r"\b(?:low|middle|medium|mid|intermediate|high)(?:er|est)?\b")
_LEVEL_LIST = re.compile(rf"(?P<names>{_LEVEL.pattern}(?:, {_LEVEL.pattern})*,? and {_LEVEL.pattern})[- ]doses?\b")
_NAMED = re.compile(
    r"\b(?:the|an?|in|on|with|and|for|both) (?P<name>(?!(?:treatment|study|trial|phase|age|same"
    r"|other|each|two|three|high|pivotal|patient|overall|sub)\b)[\w/-]+(?:[ -][\w-]+){0,2}?) (?:arm"
    r"|group|cohort|recipients|regimen)s?\b"
)
_ACRONYMS = re.compile(
    r"\b(?:with|on|for|to|in|receiving|taking|the) (?P<name>[A-Z]{2,5}(?:/[A-Z]{2,5})+)\b(?! ?(?:ratio|trial|study))"
)
_PLAIN = re.compile(
    r"(?<=[\d%]) (?:[a-z]+ )?(?:for|with|on) (?P<name>(?!(?:patients|people|participants|treatment|therapy"
    r"|those|adults"
    r"|women|men|children|both|each|baseline|disease|them|average|drug|vaccine|dose|active|standard|subjects|average"
    r"|least|either|other|these|respect|which|about|more|less|fewer|combination|monotherapy"
    r"|respectively)\b)[a-z][a-z-]{5,})"
    r"(?= (?:and|versus|vs\.?|compared (?:with|to)|against) [^.;,]{0,12}?[-+]?\d[\d.]*(?: ?%| \w+)? (?:for"
    r"|with|on|in) )"
)
_GIVEN = re.compile(
    r"\b(?:receiving|received|treated with|taking|took|given|assigned to|randomi[sz]ed to|on"
    r"|switched to|vaccinated with|continuing|dosed with)"
    r" (?P<name>(?:the |an? )?(?!(?:combination|the|an?|all|average|day|week|month|its|this|these"
    r"|their|both|either|top|track|study|treatment|data|measures?|results?|least|one|two|three|at"
    r"|scales?|prior|previous|first|background|stable|clinical|functional|secondary|key|imaging"
    r"|MRI|PET|overall|news|announcement|average|day|Friday|Monday|Tuesday|Wednesday|Thursday"
    r"|Sunday|Saturday|dosing)\b)[A-Za-z][\w-]*(?: (?!(?:at|in|by|for|on|and|or|to|who|with|from|after"
    r"|versus|vs|compared|had|have|were|was|did|achieved|reached|showed|of|over|as|the|during|that"
    r"|which|than|against)\b)[\w-]+){0,3})(?!['\w-])"
)
_SINGLE = re.compile(
    r"(?P<name>[Tt]reat(?:ment|ed)|[Vv]accine(?:d)?|[Aa]ctive|[Dd]rug|[Cc]ombination"
    r"|[Ii]nvestigational)(?: (?:arm|group|patients|recipients)|-treated)"
)
_SCHEDULE = re.compile(r" every (?:\w+ )?(?:weeks?|months?|days?)(?![\w-])")
_TAIL = re.compile(r"(?:®|™)?(?:-treated| (?:alone|monotherapy))?")
_JOIN = re.compile(
    r"^(?:®|™)?,? ?(?:\([^)]{1,40}\))?,? ?(?:plus|\+|/|in combination with|combined with|added to"
    r"|with or without|given with|together with),? ?(?:the )?(?:®|™)?$"
)
_COMBINED = re.compile(r"\bcombination (?:of|with)(?: the)? $")
WEAK = re.compile(
    r"placebo|sham|control|vehicle|standard|usual|supportive|comparator|choice|chemo|untreated"
    r"|unvaccinated|natural history|alone|no treatment",
    re.I,
)


@dataclass(frozen=True)
class Arm:
    """An arm's name and place. ``comparator``: it is one that a drug is compared with; ``drug``: whose usual name."""

    start: int
    end: int
    name: str
    comparator: bool = False
    drug: str | None = None


def find_arms(page: Page, start: int, end: int, subject: str | None) -> list[Arm]:
    """The arms named in ``start:end`` of the folded text; longer ones win."""
    text = page.folded.text
    found = [*_drug_arms(page, text, start, end, subject)]
    for match in _COMPARATOR.finditer(text, start, end):
        if re.match(r"[- ](?:controlled|adjusted|corrected|subtracted|like)", text[match.end() : match.end() + 12]):
            continue
        found.append(Arm(*match.span("name"), _comparator_name(match["name"]), True))
    for pattern in (_LEVELS, _NAMED, _GIVEN, _SINGLE, _ACRONYMS, _PLAIN):
        for match in pattern.finditer(text, start, end):
            name = re.sub(r"^(?:the|an?) ", "", match["name"])
            if pattern is _SINGLE or pattern is _LEVELS:
                label = f"{subject} {name}" if subject and pattern is _LEVELS else (subject or name)
                found.append(Arm(*match.span("name"), label, False, subject))
            elif not re.search(r"\d%|^\d+$|patients|people|participants", name) and (
                not match.group().startswith("on ") or _on_an_arm(text, match, start)
            ):
                found.append(Arm(*match.span("name"), name, WEAK.search(name) is not None))
    for match in _LEVEL_LIST.finditer(text, start, end):
        for level in _LEVEL.finditer(match["names"]):
            at = match.start("names") + level.start()
            name = f"{level.group()} dose"
            found.append(Arm(at, at + len(level.group()), f"{subject} {name}" if subject else name, False, subject))
    for match in _DOSES.finditer(text, start, end):
        found += _doses(match, subject)
    return _longest(found)


def _comparator_name(words: str) -> str:
    return "placebo" if words.lower().startswith(("dummy", "sugar")) else re.sub(r"^[Tt]he ", "", words)


def _on_an_arm(text: str, match: re.Match[str], start: int) -> bool:
    """Whether ``on NAME`` says what people were given: after people or a number, or before a word for a treatment."""
    before = text[max(start, match.start() - 20) : match.start()]
    return bool(
        re.search(r"(?:patients|people|participants|those|adults|children|women|men|subjects|[%\d]) $", before)
    ) or bool(
        re.search(
            r"titration|dos(?:e|ing)|regimen|therapy|treatment|inhibitor|antibody|drug|pill|vaccine|injection",
            match["name"],
        )
    )


def _doses(match: re.Match[str], subject: str | None) -> Iterator[Arm]:
    """One arm for each dose of ``15, 30 and 60 mg``."""
    unit = re.search(r"[^\d.,\s/-][^\s]*$", match["dose"])
    figures = list(re.finditer(r"\d[\d,]*(?:\.\d+)?(?<!,)", match["dose"]))
    for figure in figures:
        start = match.start("dose") + figure.start()
        last = figure is figures[-1]
        name = f"{figure.group()} {unit.group() if unit else 'mg'}{match['tail'] if last else ''}"
        yield Arm(
            start,
            match.end() if last else match.start("dose") + figure.end(),
            f"{subject} {name}" if subject else name,
            False,
            subject,
        )


def _drug_arms(page: Page, text: str, start: int, end: int, subject: str | None) -> list[Arm]:
    """Drugs; ``A plus B`` is one arm; a dose before or after a drug is part of it."""
    groups: list[list[Mention]] = []
    for mention in page.within("drug", start, end):
        if groups:
            between = text[groups[-1][-1].end : mention.start]
            ahead = text[max(start, groups[-1][0].start - 30) : groups[-1][0].start]
            if _JOIN.match(between) or (between.strip(" ®™") == "and" and _COMBINED.search(ahead)):
                groups[-1].append(mention)
                continue
            if re.fullmatch(r" ?(?:®|™)? ?\(", between):  # BRAND (name)
                groups[-1].append(mention)
                continue
        groups.append([mention])
    found: list[Arm] = []
    for group in groups:
        first, last = group[0], group[-1].end
        known = next((m.name for m in group if m.name == subject), first.name)
        label = " + ".join(dict.fromkeys(m.text for m in group)) if len(group) > 1 else first.text
        if len(group) == 2 and group[0].name == group[1].name:
            label = first.text
        start_at = first.start
        form = re.search(
            r"(?P<form>[\w-]+ (?:titration|dosing|regimen|dose|formulation|version|schedule)) of (?:the )?$",
            text[max(start, first.start - 45) : first.start],
        )
        if form:
            label, start_at = f"{form['form']} of {label}", max(start, first.start - 45) + form.start()
        tail = _TAIL.match(text, last)
        stop = tail.end() if tail else last
        if tail and tail.group().strip() in {"alone", "monotherapy"}:
            label += " " + tail.group().strip()
        after = re.compile(rf",? ?\(?(?P<dose>{DOSE})\)?").match(text, stop, end)
        before = re.search(
            rf"(?P<dose>(?<![\w.]){DOSE})(?: dose)?(?: of|-)? ?$", text[max(start, first.start - 25) : first.start]
        )
        schedule = _SCHEDULE.match(text, stop, end)
        if schedule and not after:
            label, stop = f"{label}{schedule.group()}", schedule.end()
        if after and not re.search(r"[,/] ?\d| and | or ", after["dose"]):
            label, stop = f"{label} {after['dose']}", after.end()
        elif after:
            found += [
                Arm(a.start, a.end, f"{label} {a.name}", False, known)
                for d in [_DOSES.search(text, after.start("dose"), after.end())]
                if d
                for a in _doses(d, None)
            ]
            continue
        elif before and not re.search(r"[,/] ?\d| and | or ", before["dose"]):
            label = f"{label} {before['dose']}"
            start_at = max(start, first.start - 25) + before.start()
        found.append(Arm(start_at, stop, label, subject is not None and known != subject, known))
    return found


def _longest(arms: list[Arm]) -> list[Arm]:
    taken: list[Arm] = []
    for arm in sorted(arms, key=lambda a: (a.drug is None and not a.comparator, a.start - a.end)):
        if all(arm.end <= t.start or t.end <= arm.start for t in taken):
            taken.append(arm)
    return sorted(taken, key=lambda a: a.start)
