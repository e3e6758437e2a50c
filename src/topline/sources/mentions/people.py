"""People who are quoted: a name beside ``said``, with what they are."""

from __future__ import annotations

import re

from topline.sources.mentions.mention import Mention

_TITLES = r"(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir)\.? "
_NAME = rf"(?:{_TITLES})?[A-Z][\w'’.-]+(?: (?:[A-Z]\.|[A-Z][\w'’-]+|de|van|von|der|den|del|la|el|bin|al)){{1,4}}"
_DEGREES = (
    r"(?:, (?:M\.?D|Ph\.?D|M\.?P\.?H|M\.?B\.?A|J\.?D|Pharm\.?D|D\.?O|MBBS|FRCP|FACP|M\.?S|M\.?Sc|D\.?Phil"
    r"|Dr\.? ?med|R\.?N|B\.?S|FAAD|M\.?R\.?C\.?P)\.?)*"
)
_ROLE = r"(?:,(?P<role> [^\"\n]{0,260}?))?"
_SAID = r"(?:said|says|added|commented|stated|noted|explained|continued|concluded|remarked|wrote|told)"
_AFTER = re.compile(rf"\b{_SAID} (?P<name>{_NAME}){_DEGREES}{_ROLE}(?=[.\n]\s|[.\n]$|$|\"|,\" )")
_BEFORE = re.compile(rf"(?<![\w-])(?P<name>{_NAME}){_DEGREES}{_ROLE},? {_SAID}\b")
_NOT_PEOPLE = re.compile(
    r"\b(?:Inc|Ltd|plc|AG|Pharma\w*|Therapeutics|Biosciences|Securities|Partners|Capital|Research"
    r"|University|FDA|Company|Phase|Analysts?)\b"
)


def find_people(text: str) -> list[Mention]:
    """The people that a folded text quotes; ``name`` is the name, ``text`` the name with the person's position."""
    found: dict[int, Mention] = {}
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(text):
            name = re.sub(rf"^{_TITLES}", "", match.group("name"))
            if _NOT_PEOPLE.search(name):
                continue
            role = (match.group("role") or "").strip(" ,")
            start = match.start("name")
            found.setdefault(
                start, Mention("person", start, match.end("name"), f"{name}, {role}" if role else name, name)
            )
    return sorted(found.values(), key=lambda m: m.start)
