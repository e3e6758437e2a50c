"""Trials by name, by number and by registry id; phases; sizes."""

from __future__ import annotations

import re

from topline.sources.mentions.mention import Mention

_REGISTRY = re.compile(r"\b(?:NCT\d{8}|EUCTR\d{4}-\d{6}-\d{2}|ISRCTN\d{8}|jRCT\d{10}|ChiCTR\d{8,10})\b")
_PHASE = re.compile(
    r"\b(?:[Pp]hase|PHASE|[Pp]h\.?) ?(?P<first>[1-4]|I{1,3}V?|IV)(?P<letter>[abc]|[ABC](?![A-Za-z]))?(?:"
    r" ?(?:/|-|and) ?(?P<second>[1-4]|I{1,3}|IV)(?P<letter2>[abc])?)?(?![\w.]\d)"
)
_LATE = re.compile(r"\b(?:late-stage|pivotal|registrational)\b", re.IGNORECASE)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "IIII": "4"}
# A name in capitals or with an inner capital, perhaps with a number, next to a word for a trial.
_CORE = (
    r"(?:[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:-[A-Za-z0-9]+)*|[A-Z][a-z]*(?:-[A-Z][A-Z0-9a-z]*)+"
    r"|[A-Z]{3,}(?:-[A-Za-z0-9]+)*|[A-Z][A-Za-z]+-\d{1,4}[A-Z]?)"
)
_NUMBER = (
    r"(?: (?:\d{1,4}|I{1,3}V?|[A-Z]{2,3}\d{1,2}|[A-Z])(?![\w%.]\d|%| ?(?:weeks?|months?|patients|mg|of|days|years)\b))?"
)
_NAME = re.compile(
    rf"(?<![\w$®-])(?P<name>{_CORE}{_NUMBER})(?: ?\([^()]{{3,120}}\))?(?:,? (?:a |an |the )?(?:(?:global"
    rf"|pivotal|randomi[sz]ed|ongoing|open-label|long-term|extension|registrational|clinical|confirmatory"
    rf"|multicent\w+|international|double-blind,?|placebo-controlled,?|proof-of-concept|\d+-(?:patient"
    rf"|week|month)),? ?)*(?:[Pp]hase ?[\dIV/abAB]+ ?)?(?:clinical )?)?(?:studies|study|trials?|programme?"
    rf"|cohort|extension)\b"
)
_LIST = re.compile(
    rf"(?<![\w$®-])(?P<names>{_CORE}{_NUMBER}(?:(?:, | and |, and | & |/){_CORE}{_NUMBER})+) (?:clinical"
    rf" )?(?:[Pp]hase ?[\dIV]+ )?(?:studies|trials|programme?s?)\b"
)
_AFTER = re.compile(
    rf"\b(?:studies|study|trials?|programme?)(?: of \w+)?(?:,| called| named| known as| dubbed|:)?"
    rf" \(?\"?(?P<name>{_CORE}{_NUMBER})"
)
_WORD_NAMES = (
    re.compile(
        r"\b(?:results|data|findings) from (?:the )?(?P<name>[A-Z][a-z]{4,}(?:-\d)?)(?:,? (?:the|a|an) [^.;]{0,60})?"
        r" (?:trials?|study|studies)\b"
    ),
    re.compile(
        r"\b(?:trial|study),? (?:called |named |dubbed |known as )?(?P<name>[A-Z][a-z]{4,}(?:-\d)?)(?=,| did\b| met\b)"
    ),
    re.compile(r"\b(?:[Ii]n|the|The|from) (?:the )?(?P<name>[A-Z][a-z]{4,}-\d) (?:trial|study)\b"),
)
_NOT_A_TRIAL = re.compile(
    r"^(?:FDA|EMA|CHMP|U\.?S\.?|EU|UK|II|III|IV|AE|SAE|TEAE|PK|PD|IND|NDA|BLA|MAA|COVID-19|HIV|RSV|CNS"
    r"|ITT|DMC|IDMC|DSMB|MD|PhD|CEO|RA|AD|MS|ALS|NSCLC|SCLC|COPD|IBD|PsA|SLE|"
    r"GLP-1|IL-\d+\w*|PD-\(?L?\)?1|PD-L1|CD\d+|CAR-T|DNA|RNA|mRNA|siRNA|AAV|GLOBE|NEWSWIRE|PRNewswire"
    r"|Phase|The|A|OLE|LTE|Inc|plc|ADT|BRCA|EGFR|KRAS|HER2|ASCO|ESMO|ASH|AACR|EADV|AAD|EASL|"
    r"MDD|PTSD|ADHD|NASH|MASH|CKD|HAE|DMD|SMA|BioNTech|AbbVie|AstraZeneca|GlaxoSmithKline|BeiGene"
    r"|BioSpace|MedImmune|PharmaMar|UCB|GSK|BMS|MSD|JAK\d?|TYK2|BTK|CDK\d.*|LDL-C|FEV1|ACR\d+|EASI.*"
    r"|PASI.*|HbA1c|PFS|OS|ORR|DOR|OX40|TNF|VEGF|PARP)$"
)


def find_trials(text: str) -> list[Mention]:
    """The trials that a folded text names: every place of a name that stands beside ``trial`` or ``study`` once."""
    names: set[str] = set()
    for match in _NAME.finditer(text):
        names.add(match.group("name"))
    for match in _AFTER.finditer(text):
        names.add(match.group("name"))
    for pattern in _WORD_NAMES:
        names.update(match.group("name") for match in pattern.finditer(text))
    for match in _LIST.finditer(text):
        names.update(re.split(r", and | and |, | & |/", match.group("names")))
    names = {n for n in names if not _NOT_A_TRIAL.match(n) and len(n) >= 3}
    names |= _siblings(text, names)
    found = [Mention("trial", m.start(), m.end(), m.group(), m.group()) for m in _REGISTRY.finditer(text)]
    if names:
        pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) + r")(?![\w-])"
        )
        found += [Mention("trial", m.start(), m.end(), m.group(), m.group()) for m in pattern.finditer(text)]
    return sorted(found, key=lambda m: m.start)


def _siblings(text: str, names: set[str]) -> set[str]:
    """Names that differ from a found one in their number only: ``BRAVE-I`` beside ``BRAVE-II``."""
    stems = {
        m.group(1)
        for n in names
        if (m := re.fullmatch(r"(.{3,}?[- ]?)(?:\d{1,4}|I{1,3}V?)", n)) and m.group(1)[-1] in "- "
    }
    stems |= {f"{n}{mark}" for n in names if n[-1].isalpha() and len(n) > 3 for mark in "- "}
    return {
        m.group()
        for stem in stems
        for m in re.finditer(rf"(?<![\w-]){re.escape(stem)}(?:\d{{1,4}}|I{{1,3}}V?|X)(?![\w%-])", text)
    }


def find_phases(text: str) -> list[Mention]:
    """The phases that a folded text names, as ``1``, ``1/2``, ``2b``, ``3``."""
    found = []
    for match in _PHASE.finditer(text):
        first, second = (_ROMAN.get(g, g) if g else None for g in (match["first"], match["second"]))
        name = f"{first}{(match['letter'] or '').lower()}" + (f"/{second}{match['letter2'] or ''}" if second else "")
        found.append(Mention("phase", match.start(), match.end(), match.group(), name))
    return found
