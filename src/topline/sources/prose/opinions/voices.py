"""Who speaks: research houses and their analysts, companies, executives, investigators, other physicians."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from topline.sources.page import Page

SAID = (
    r"(?:said|says|say|saying|added|adds|adding|commented|comments|stated|states|noted|notes|noting|explained"
    r"|continued|concluded|remarked|wrote|writes|write|writing"
    r"|told|tells|tell|telling|argued|argues|arguing|opined|observed|cautioned|warned|reiterated|emphasized|emphasised"
    r"|acknowledged|pointed out)"
)
CALLED = (
    r"called|calls|calling|described|describes|describing|views|viewed|considers|considered|characteri[sz]ed|deemed"
    r"|labell?ed|dubbed|praised|criticized|criticised"
)
JUDGED = (
    rf"(?:{CALLED}|views?|viewed|viewing|sees?|saw|seeing|believes?|believed|thinks?|thought|considers?|expressed"
    rf"|remains?|remained"
    r"|maintains?|maintained|finds?|found|expects?|flagged|highlighted|highlights|questioned|is|are|was|were)"
)
_TITLE = r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame)\.? )"
_POSITION = (
    r"(?:Inc|Ltd|plc|AG|Pharma\w*|Therapeutics|Biosciences|Securities|Partners|Capital|Research|University|FDA"
    r"|Company|Phase|Analysts?|Hospital|Institute|Cent(?:er|re)|School"
    r"|College|Clinic|Committee|Society|Congress|Association|Chief|Officer|President|Executive|Vice|Senior|Head"
    r"|Director|Chair\w*|Founder|Co-\w+|C[EMSFOT]O|EVP|SVP|VP|Monday|Tuesday|Wednesday|Thursday|Friday"
    r"|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October|November|December|The"
    r"|This|These|In|On|At|But|And|For|With|While|However|Commenting|Despite|Still"
    r"|Trial|Study|Drug|Agency|Ministry|Health|Medical|Medicine|Scientific|Global|Development|Operating|Commercial"
    r"|Street|Writing|Wall|Analysts|According)\b"
)
_WORD = rf"(?!{_POSITION})[A-ZÀ-ÖØ-Þ][\w'’-]+"
NAME = (
    rf"(?:{_TITLE}{{1,2}})?{_WORD}(?: [A-Z]\.| [A-Z](?= ))?(?: (?:de|van|von|der|den|del|la|le|el|bin|al|di"
    rf"|da))?(?: {_WORD}){{1,3}}"
)
_DEGREES = (
    r"(?:, (?:M\.?D|Ph\.?D|M\.?P\.?H|M\.?B\.?A|J\.?D|Pharm\.?D|D\.?O|MBBS|MBChB|FRCP|FACP|FACC|M\.?S|M\.?Sc"
    r"|D\.?Phil|Sc\.?D|DrPH|R\.?N|B\.?S|FAAD|MRCP|BSc|FAHA|FASCO|F\.?A\.?A\.?D)\b\.?)*"
)
_PERSON = re.compile(rf"(?<!\w)(?P<name>{NAME}){_DEGREES}")
_ANALYST_BEHIND = re.compile(rf"(?:'s)? (?:(?:biotech |senior |lead |equity )*analysts?,? )?(?P<name>{NAME})")
_ANALYST_AFTER = re.compile(rf",? (?P<name>{NAME})")
_ANALYST_BEFORE = re.compile(
    rf"(?<!\w)(?P<name>{NAME}),? (?:(?:an? |the |senior |lead )*analysts? )?(?:at|of|from|with) $"
)
_SPOKESPERSON = re.compile(r"(?:'s)? spokes(?:person|man|woman)\b")
_HOUSE = r"(?:[A-Z][\w&'-]+(?: (?:&|[A-Z][\w&'-]+)){0,3})"
_UNLISTED = re.compile(
    rf"(?<!\w)(?:(?P<before>{NAME}),? (?:an? |the )?(?:[a-z-]+ ){{0,2}})?[Aa]nalysts? (?:at|from"
    rf"|with) (?P<house>{_HOUSE})"
    rf"|(?<!\w)(?P<of>{_HOUSE}) analyst,? (?P<name>{NAME})"
    r"|(?<!\w)(?P<form>(?:[A-Z][\w&'-]+ ){1,3}(?:Securities|Capital Markets|Equity Research|Investment Bank))(?!\w)"
)
_PEER = re.compile(rf"(?:,|;) (?:while|whereas|but|and) (?P<house>{_HOUSE}) (?:{SAID}|{CALLED})\b")
"""A house that no list has, beside one that a list has."""
_HOUSE_AGAIN = re.compile(
    r"\b(?:[Tt]he|[Tt]hese|[Tt]hose|its|their)? ?(?P<word>(?:analysts?(?! day)|firm|bank|broker(?:age)?|house"
    r"|investment bank|research note))\b(?! at\b| from\b| with\b| to\b)|\b[Tt]hey\b(?P<they>)"
)
_COMPANY_AGAIN = re.compile(
    r"\b[Tt]he (?:company|drugmaker|biotech|pharma|firm|group|sponsor|manufacturer|(?:[A-Z][\w-]+ )(?:company"
    r"|drugmaker|biotech|firm))\b"
)
_INVESTIGATOR = re.compile(
    r"\b(?:investigator|study chair|trial chair|study author|lead author|principal author|trialist)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r" (?:Institute|Universit\w+|Hospital|Clinic|Cent(?:er|re)|College|School|Foundation|Laborator\w+)\b"
)
_EXPERT = re.compile(
    r"\b(?:professor|university|hospital|institute|school of|clinic|cent(?:er|re)|physician|cardiologist|oncologist"
    r"|neurologist|dermatologist|rheumatologist"
    r"|psychiatrist|gastroenterologist|hepatologist|pulmonologist|nephrologist|h[a]?ematologist|endocrinologist"
    r"|ophthalmologist|surgeon|foundation|society)\b",
    re.IGNORECASE,
)
_OFFICER = re.compile(
    (
        r"\b(?:chief|CEO|CMO|COO|CSO|CFO|president|executive|vice[- ]president|head of|global head|founder"
        r"|chair(?:man|woman|person)?|officer|general manager|R&D|senior director)\b"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Voice:
    """Somebody who speaks. ``part``: ``analyst``, ``company``, ``executive``, ``investigator`` or ``expert``."""

    who: str
    part: str
    start: int
    end: int


def voices(page: Page, start: int, end: int) -> list[Voice]:
    """Those who are named in ``start:end`` of the folded text, in order; a house and its analyst are one."""
    found: list[Voice] = []
    for voice in (*_houses(page, start, end), *_people(page, start, end), *_companies(page, start, end)):
        if all(voice.end <= other.start or other.end <= voice.start for other in found):
            found.append(voice)
    return sorted(found, key=lambda v: v.start)


def _houses(page: Page, start: int, end: int) -> Iterator[Voice]:
    text = page.folded.text
    for m in page.within("broker", start, end):
        at = text[max(start, m.start - 3) : m.start].lower() == "at "
        after = (_ANALYST_AFTER if at else _ANALYST_BEHIND).match(text, m.end, end)
        before = _ANALYST_BEFORE.search(text[max(start, m.start - 90) : m.start])
        if after is not None:
            yield Voice(f"{_bare(after['name'])} ({m.name})", "analyst", m.start, after.end())
        elif before is not None:
            first = max(start, m.start - 90) + before.start()
            yield Voice(f"{_bare(before['name'])} ({m.name})", "analyst", first, m.end)
        else:
            lead = re.search(
                r"(?:[Aa]nalysts?|[Tt]eam) (?:at|from|with|of) $", text[max(start, m.start - 20) : m.start]
            )
            yield Voice(m.name, "analyst", m.start - (len(lead.group()) if lead else 0), m.end)
    for unlisted in _UNLISTED.finditer(text, start, end):
        house, name = unlisted["house"] or unlisted["of"] or unlisted["form"], unlisted["name"] or unlisted["before"]
        yield Voice(f"{_bare(name)} ({house})" if name else house, "analyst", unlisted.start(), unlisted.end())
    for peer in _PEER.finditer(text, start, end) if page.within("broker", start, end) else ():
        first, final = peer.span("house")
        if not any(page.within(kind, first, final) for kind in ("company", "broker", "regulator", "drug", "trial")):
            yield Voice(peer["house"], "analyst", first, final)
    for again in _HOUSE_AGAIN.finditer(text, start, end):
        last = page.before("broker", again.start())
        if (
            last is None
            or again.start() - last.end > 900
            or (
                again["word"] is None
                and page.before("company", again.start())
                and _nearer_company(page, again.start(), last.start)
            )
        ):
            continue
        yield Voice(last.name, "analyst", again.start(), again.end())


def _nearer_company(page: Page, place: int, house: int) -> bool:
    company = page.before("company", place)
    return company is not None and company.start > house and "\n" not in page.folded.text[house:place]


def _people(page: Page, start: int, end: int) -> Iterator[Voice]:
    text = page.folded.text
    named = {m.text for kind in ("drug", "trial", "company", "broker") for m in page.within(kind, start, end)}
    for match in _PERSON.finditer(text, start, end):
        name = match["name"]
        if any(word in name or name in word for word in named) or _PLACE.match(text, match.end()):
            continue
        first = match.start()
        around = f"{_role_before(text, start, first)} {_role_after(text, match.end(), end)}"
        part = _part(page, around)
        if part is None:
            continue
        yield Voice(f"{_bare(name)} ({_belongs(page, around, part)})", part, first, match.end())


def _role_before(text: str, start: int, place: int) -> str:
    return re.split(r"[\"\n.]", text[max(start, place - 70) : place])[-1]


def _role_after(text: str, place: int, end: int) -> str:
    role = re.match(
        r"(?:,| of| at| from| \()[^\"\n;]{0,260}?(?=\.\s|\.$|\"|\n|$|, (?:said|says|added|told|wrote|was|is)\b)",
        text[place : min(end, place + 300)],
    )
    return role.group() if role is not None else ""


def _part(page: Page, around: str) -> str | None:
    """The part of a person in the story, from the words about the person's position."""
    if _INVESTIGATOR.search(around) and not (_OFFICER.search(around) and _company_in(page, around)):
        return "investigator"
    if _OFFICER.search(around) and (_company_in(page, around) or not _EXPERT.search(around)):
        return "executive"
    return "expert" if _EXPERT.search(around) else None


def _company_in(page: Page, words: str) -> str | None:
    return next((m.name for m in page.mentions.get("company", ()) if m.text in words), None)


def _belongs(page: Page, around: str, part: str) -> str:
    """What stands in brackets behind a person's name: the company, or the part in the story."""
    if part != "executive":
        return part
    return _company_in(page, around) or page.subject.company or part


def _companies(page: Page, start: int, end: int) -> Iterator[Voice]:
    text = page.folded.text
    for m in page.within("company", start, end):
        spokes = _SPOKESPERSON.match(text, m.end, end)
        yield Voice(m.name, "company", m.start, spokes.end() if spokes else m.end)
    for again in _COMPANY_AGAIN.finditer(text, start, end):
        last = page.before("company", again.start())
        if last is not None:
            yield Voice(last.name, "company", again.start(), again.end())


def _bare(name: str) -> str:
    return re.sub(rf"^(?:{_TITLE})+", "", name).removesuffix("'s")
