"""Harms that no list has, where the grammar of a sentence on safety tells that they are harms."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RATE = r"(?:[<≤~] ?)?\d{1,3}(?:\.\d+)? ?(?:%|percent|per cent)"
_PEOPLE = (
    r"(?:patients?|participants?|subjects?|people|persons?|adults?|child(?:ren)?|women|woman|men|man|infants?"
    r"|recipients?|volunteers?|individuals?)"
)
_COUNT = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,3}|a single|a)"
_NOT = (
    r"(?!(?:the|these|those|this|that|it|they|no|none|all|most|each|which|who|patients?|participants?|data|results"
    r"|more|fewer|less|other|any|such|both|similar|higher|lower|there|we|an?|and|or|in|of|with|at|to|by|for|from"
    r"|was|were|had|has|have|been|also|than|rates?|cases?|events?|same|whom|treatment|study|trial|death|deaths"
    r"|adverse|serious|severe|grade|evidence|reported|observed|seen|on|during|after|related|considered|deemed|did"
    r"|not|as|because|while|but|due)\b)"
)
_WORD = rf"{_NOT}[A-Za-z][\w'’-]*"
_NAME = rf"(?P<name>{_WORD}(?: (?:of (?:the )?)?{_WORD}){{0,4}})"
_SEEN = r"(?:reported|observed|seen|noted|recorded|experienced|detected|confirmed|identified)"
_NAMED = (
    re.compile(
        rf"\b(?:[Cc]ases?|[Ee]pisodes?|[Ii]nstances?|(?:adverse |serious |fatal )events?) of (?:[Gg]rade \S+ )?{_NAME}"
        rf"|\b(?:[Rr]ates?|[Ii]ncidences?|[Ff]requency) of (?P<name2>{_WORD}(?: {_WORD}){{0,3}}) (?:was|were)\b"
    ),
    re.compile(rf"(?:^|[;,] ){_NAME} (?:was|were) (?:also )?(?:more|less) (?:frequent|common)\b"),
    re.compile(
        rf"(?:^|[;,] (?:and |while |whereas |but )?| (?:and|while|whereas) ){_NAME}(?: of (?:any|all|low"
        rf"|high) grades?)? (?:(?:was|were) (?:\w+ )?{_SEEN}"
        rf"|occurred|developed) (?:in|by|among|for) (?:(?:about|only|approximately|nearly|up to) )?"
        rf"(?:{_RATE}|{_COUNT} (?:\([^()]*\) )?(?:of |out of )?(?:the )?(?:\w+ ){{0,3}}?(?:{_PEOPLE}|\d))"
    ),
    re.compile(
        rf"\b{_PEOPLE} (?:[^.;,]{{0,50}} )?(?:(?:was|were|has been|have been) diagnosed with|developed|suffered"
        rf"|had a (?:fatal|serious|severe)) (?:an? |the )?{_NAME}"
    ),
)
_NO_HARM = re.compile(
    r"\b(?:respon[sd]\w*|improve\w*|remissions?|progression|benefit|clearance|endpoints?|efficacy|survival|reduction"
    r"|relief|resolution|recovery|healing|cure|antibod\w+|titers?|titres?|disease|events?|discontinu\w+|dropout"
    r"|withdrawals?|compliance|adherence|completion|results?|outcomes?|relapses?|exacerbations?|flares?|attacks?"
    r"|seizures?|symptoms?|dose|doses|success|transfusions?|sustained|complete|partial|side|toxicit\w+|reactions"
    r"|immunity|protection|seroconversion|infection in|screening|visits?|care)\b",
    re.IGNORECASE,
)


def guessed(text: str) -> Iterator[tuple[int, int]]:
    """Where a sentence names something as one names a harm: ``X was reported in 3% of patients``, ``one case of X``."""
    for pattern in _NAMED:
        for match in pattern.finditer(text):
            group = "name2" if match.groupdict().get("name2") else "name"
            if len(match[group]) > 3 and not _NO_HARM.search(match[group]):
                yield match.span(group)
