"""Diseases, endpoints, adverse events and targets, from the word lists."""

from __future__ import annotations

import re
from functools import cache

from topline.sources.mentions.dictionaries import disease_names
from topline.sources.mentions.lexicon import Lexicon
from topline.sources.mentions.mention import Mention
from topline.sources.vocabulary import listed, rows

_POPULATION = re.compile(
    r"\b(?:(?:patients|people|adults|participants|women|men|children|adolescents|subjects|infants"
    r"|individuals|those)(?: \d+[^.,;()]{0,20})? (?:living )?with"
    r"|(?:for|in|of) the (?:treatment|prevention|reduction) of|treatment (?:of|for)|treat|prevention of"
    r"|development program for|in) (?P<name>[a-zA-Z][^.,;()\n\"]{3,90})"
)
_CUT = re.compile(
    r"\s(?:who|that|whose|which|where|after|following|in (?:the|a|an|adults|patients|combination)|based"
    r"|compared|versus|receiving|treated|at|on|for|by|when"
    r"|not|with(?= (?:an? )?(?:inadequate|prior|confirmed|disease|at least|or without|background))|is|was"
    r"|were|are|has|have|had|and (?:is|was|has|are)|to|from|as|trial|study)\b.*"
)
_TARGET = re.compile(
    r"\b(?:anti-(?P<anti>[A-Z][\w-]*[A-Z0-9]\w*)|(?P<before>[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*(?:[αβγδ]"
    r"|R)?)(?: receptor)? (?:inhibitor|antagonist|agonist|antibody|blocker|degrader|modulator|bispecific"
    r"|antisense|activator)"
    r"|(?:targeting|targets|binds (?:to )?(?:the |soluble )?|inhibits|blocks) (?:the"
    r" )?(?P<after>[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)*[αβγδ]?))"
)


@cache
def _indications() -> Lexicon:
    lexicon = Lexicon("indication")
    for row in rows("indications"):
        for term in (row["name"], *listed(row["synonyms"])):
            lexicon.add(term, row["name"])
    return lexicon


@cache
def _dictionary() -> Lexicon:
    lexicon = Lexicon("indication")
    for term, name in disease_names().items():
        lexicon.add(term, name)
    return lexicon


@cache
def _endpoints() -> Lexicon:
    lexicon = Lexicon("endpoint")
    for row in rows("endpoints"):
        short = row["abbreviation"]
        lexicon.add(short, short)
        if re.search(r"-\d", short):
            lexicon.add(short.replace("-", " "), short)
        if len(row["name"]) > 5:
            lexicon.add(row["name"], short)
    return lexicon


@cache
def _adverse_events() -> Lexicon:
    lexicon = Lexicon("adverse event")
    for row in rows("adverse_events"):
        for term in (row["term"], *listed(row["synonyms"])):
            lexicon.add(term, row["term"].lower())
    return lexicon


def find_indications(text: str) -> list[Mention]:
    """The diseases that a folded text names: those of the word list, else those of the dictionary, if it is there."""
    return list(_indications().find(text)) or list(_dictionary().find(text))


def find_endpoints(text: str) -> list[Mention]:
    """The endpoints of the word list that a folded text names; ``name`` is the usual abbreviation."""
    return list(_endpoints().find(text))


def find_adverse_events(text: str) -> list[Mention]:
    """The adverse events of the word list that a folded text names; ``name`` is the usual term."""
    return list(_adverse_events().find(text))


def find_targets(text: str) -> list[Mention]:
    """The molecular targets that a folded text names: ``anti-OX40``, ``JAK inhibitor``, ``binds soluble IL-13``."""
    found = []
    for match in _TARGET.finditer(text):
        group = next(g for g in ("anti", "before", "after") if match[g])
        found.append(Mention("target", match.start(group), match.end(group), match[group], match[group]))
    return found


def described_population(text: str) -> list[tuple[int, int]]:
    """Where a folded text says what is treated, as in ``patients with ...`` or ``for the treatment of ...``."""
    spans = []
    for match in _POPULATION.finditer(text):
        phrase = _CUT.sub("", match.group("name")).rstrip(" -")
        if len(phrase) > 3:
            spans.append((match.start("name"), match.start("name") + len(phrase)))
    return spans
