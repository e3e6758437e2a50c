"""What people reached: ``no decline on CDR-SB``, ``at least 20% improvement``, ``an IGA score of 0 or 1``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from topline.sources.mentions.mention import Mention
from topline.sources.page import Page
from topline.sources.prose.readouts.phrases import sound, trimmed
from topline.sources.vocabulary import rows

_TAKEN = (
    r"achiev(?:ed|es|ing)|reach(?:ed|es|ing)|hit|had|have|having|experienc(?:ed|ing)|attain(?:ed|ing)"
    r"|show(?:ed|ing|n)|met"
    r"|meeting|saw|seeing|demonstrat(?:ed|ing)|report(?:ed|ing)|developed|(?:were|was|are|being) in|entered|with"
)
_KEPT = (
    r"maintained|completed|remained|were|was|became|responded|progressed|died|relapsed|survived|gained|lost|fell"
    r"|returned|stopped|quit|walked|slept|required|needed|lived|recovered|improved|worsened|discontinued|cleared"
)
_DID = re.compile(rf"(?<!who )(?<!that )(?<!which )\b(?:(?P<taken>{_TAKEN})|(?P<kept>{_KEPT}))\b(?P<what>(?: [^;|]+)?)")
_PASSIVE = re.compile(
    r"(?P<name>[A-Z0-9a-z≥][^;:|]{2,130}?) (?:was|were|has been|had been) (?:also )?(?:achieved|reached"
    r"|seen|observed|reported|met"
    r"|attained|experienced|noted|recorded|maintained|found|documented) (?:by|in|for|among|with)\b[^;:]{0,60}$"
)
_SHARE_OF = re.compile(
    r"\b(?:proportions?|percentages?|rates?|shares?|numbers?) of (?:patients|participants|people|adults"
    r"|subjects|those|children|women|men)"
    r"[^,;.]{0,40}? (?:who (?:were |had )?|with |that )?(?P<name>(?:achiev|reach|attain|hav|experienc|show"
    r"|with|in|remain|free)\w* [^;|]{4,120}"
    r"|(?<=with )[^;|]{4,120})"
)
_BY_SHARE = re.compile(
    r"(?P<name>\b(?:at least |≥ ?|an? )?(?:\d{1,3}[ -]?(?:%|percent|points?)[^,;.:]{3,60}?|[a-z-]+ (?:of"
    r"|by) \d[^,;:]{3,60}?)) (?:in|among|for|by)"
    r" (?:approximately |about |roughly |only |just )?$"
)
_GRADED = {"EASI": "EASI-", "PASI": "PASI ", "ACR": "ACR", "SALT": "SALT"}
_PERCENT = re.compile(r"\b(?P<figure>50|75|90|100|20|70)[ -]?(?:%|percent)")
_INTRO = re.compile(
    r"^(?:[-•*–]\s*)?(?:(?:At|In|By|After|Among|For|Over|Through|On|During|Across)\b[^,]{2,110}, |[A-Z][a-z]+, )"
)


def criterion_of(
    page: Page, start: int, end: int, first: int, last: int, arms: Sequence[tuple[int, int]] = ()
) -> str | None:
    """What the people counted at ``first:last`` in the words ``start:end`` reached; None where the words do not say.

    ``arms`` are the spans of the names of arms, which are no part of it.
    """
    known = page.within("endpoint", start, end)
    whole = [m for m in known if _complete(page, m)]
    for at, words in _candidates(page.folded.text, start, end, first, last):
        cut = min((a for a, _ in arms if at < a < at + len(words)), default=at + len(words))
        name = trimmed(words[: cut - at])
        inside = [m for m in known if at <= m.start < at + len(words) and m.text in name]
        if not inside and whole:
            continue
        rest = _without(name, inside)
        if inside and (not rest or (len(rest) < 4 and _complete(page, inside[0]))):
            return None  # the word list has a name for it
        if not sound(name, page, at):
            continue
        return _graded(_shortened(name, inside), [*inside, *known])
    return None


def _candidates(text: str, start: int, end: int, first: int, last: int) -> Iterator[tuple[int, str]]:
    """The words that may say it with their place, the likeliest first."""
    before = text[start:first]
    passive = _PASSIVE.search(_INTRO.sub(lambda m: " " * len(m.group()), before))
    for match in (passive, None if passive else _BY_SHARE.search(before)):
        if match:
            name = match["name"]
            yield start + match.start("name") + len(name) - len(name.lstrip()), name.strip()
    for match in _DID.finditer(text, min(last, first + 1), end):
        what = (match["what"] or "").strip()
        if match["taken"] == "with":
            continue
        if match["kept"]:
            yield match.start("kept"), (what if match["kept"] in {"were", "was"} else f"{match['kept']} {what}").strip()
        elif what:
            yield match.start("what") + 1, what
    share = _SHARE_OF.search(before)
    if share:
        yield (
            start + share.start("name"),
            re.sub(r"^(?:achiev|reach|attain|hav|experienc|show|with|in)\w* ", "", share["name"]),
        )
    with_ = re.search(r" with (?P<name>(?:an? |at least |no |≥ ?)[^;|,]{4,100})", text[last:end])
    if with_ and with_.start() < 40:
        yield last + with_.start("name"), with_["name"]


def _complete(page: Page, mention: Mention) -> bool:
    """Whether an endpoint of the word list is a share of people by itself, as EASI-75 or a response rate is."""
    if endpoint_types().get(mention.name) in {"binary", "rate", "time-to-event"}:
        return True
    after = page.folded.text[mention.end : mention.end + 5]
    return mention.name.isupper() and re.match(r"[ -]\d{2,3}\b(?!%)", after) is not None


@cache
def endpoint_types() -> dict[str, str]:
    """The type of each endpoint of the word list (score, binary, rate, …) by its abbreviation."""
    return {row["abbreviation"]: row["type"] for row in rows("endpoints")}


def _without(name: str, inside: list[Mention]) -> list[str]:
    """The words of a name besides the endpoints of the word list in it and words such as ``response``."""
    for mention in inside:
        name = name.replace(mention.text, "")
    return re.findall(r"[\w-]+", re.sub(r"\b(?:responses?|scores?|status|rates?|endpoint|of|an?|the)\b", "", name))


def _shortened(name: str, inside: list[Mention]) -> str:
    """The name with the endpoints of the word list by their abbreviations."""
    for mention in inside:
        if len(mention.text) > len(mention.name):
            name = name.replace(mention.text, mention.name)
            name = name.replace(f"{mention.name} ({mention.name})", mention.name)
    return name


def _graded(name: str, known: list[Mention]) -> str:
    """``EASI-75`` for a share of improvement on a score that has a name for it."""
    figure = _PERCENT.search(name)
    for mention in known:
        if figure and mention.name in _GRADED:
            return f"{_GRADED[mention.name]}{figure['figure']}"
    return name
