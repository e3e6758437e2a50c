"""Lists of adverse events as reports give them: ``The most common adverse events were A (12%), B and C``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HARMFUL = (
    r"(?:adverse|AEs?|TEAEs?|TRAEs?|SAEs?|side[- ]effects?|reactions?|toxicit(?:y|ies)|events|reactogenicity|symptoms)"
)
_GRADE = re.compile(r"[Gg]rades? ?(?:≥ ?)?\d(?: ?[-/] ?\d| or (?:higher|greater|above)|\+)?")
_MOST = r"(?P<most>(?:[Mm]ost|[Mm]ore) (?:common(?:ly)?|frequent(?:ly)?|prevalent)|[Cc]ommonest)"
_VERB = r"(?:were|was|included?|includes|including|being|are|is|consisted of|comprised)"
_FORWARD = re.compile(
    rf"\b{_MOST}\b(?P<what>[^.;]{{0,220}}?)\b{_VERB}:? (?P<list>[^;]{{3,900}})"
    rf"|\b(?P<common>[Cc]ommon"
    rf"|[Ff]requent)(?P<what2> [^.;]{{0,60}}?{_HARMFUL}[^.;]{{0,120}}?) {_VERB}:? (?P<list2>[^;]{{3,900}})"
    rf"|\b(?P<what3>(?:[Aa]dverse (?:events?|reactions?|effects?)|AEs|TEAEs|TRAEs|SAEs|[Ss]ide[- ]effects"
    rf"|toxicities)\b[^.;]{{0,160}}?) (?:included?|includes|including|such as|consisted of"
    rf"|comprised):? (?P<list3>[^;]{{3,900}})"
    rf"|\b(?P<what4>(?:[Aa]dverse (?:events?|reactions?|effects?)|AEs|TEAEs|TRAEs|SAEs"
    rf"|[Ss]ide[- ]effects)(?: \([^)]*\))?,? (?:[^.;,]{{0,80}} )?(?:≥|>|at least|more than|in over"
    rf"|greater than)[^.;]{{0,140}}?) (?:were|was|are):? (?P<list4>[^;]{{3,900}})"
)
_BACKWARD = re.compile(
    (
        r"^(?P<list>[^;:]{3,400}?),? (?:were|was|are) (?:among "
        r"|reported as )?(?:the )?(?P<most>most (?:common(?:ly)?|frequent(?:ly)?)|commonest)\b(?P<what>[^.;]{0,80})"
    ),
)
_AGAIN = re.compile(
    r"^,? ?(?:and|while|whereas|but),? (?:during|in|for|with|among|on) [^.;]{3,140}? (?:were|was|included) "
)
_PART = re.compile(r"(?:,|;)? (?:and|or|as well as|followed by|plus|along with) |, ?(?:and |or )?")
_ENDS = re.compile(
    r"\b(?:were|was|is|are|mostly|most|all|which|that|resolved|generally|reported|observed|consistent|had|with no"
    r"|no|none|occurring|occurred|these|have|has|during|primarily|majority|each|both|the|compared|versus|while|for"
    r"|among|by)\b|[:]"
)
_TAIL = re.compile(
    r"(?: (?:in|with|for|among|on|at|during|across|of|compared|versus|vs\.?|occurring|reported|observed|experienced"
    r"|seen|that|which|who|the majority)\b(?! extremit| injection| the injection| appetite| consciousness| taste"
    r"| smell| breath| hair| tast| balance| libido).*)$"
)


@dataclass(frozen=True)
class Item:
    """An entry of a list at ``start:end`` of the sentence: its name, and the rates behind it."""

    name: str
    start: int
    end: int
    rates: str


@dataclass(frozen=True)
class Listing:
    """A list of harms; ``common`` says whether they are the most common, ``grade`` of which grade."""

    items: tuple[Item, ...]
    common: str | None
    grade: str | None
    what: str
    start: int


def listings(text: str, in_safety: bool) -> Iterator[Listing]:
    """The lists of harms in a sentence; ``in_safety`` says that the sentences around it speak of safety."""
    for match in _FORWARD.finditer(text):
        which = next(g for g in ("list", "list2", "list3", "list4") if match[g])
        what = match["what" + which[4:]] or ""
        if match["most"] and not re.search(_HARMFUL, what + text[: match.start()]) and not in_safety:
            continue
        common = "most common" if match["most"] or match["common"] else None
        if (
            re.search(r"\bincluded?\b|\bincluding\b", text[match.end("what" + which[4:]) : match.start(which)])
            and common
        ):
            common = "among most common"
        grade = _GRADE.search(what)
        start = match.start(which)
        while True:
            items = tuple(_items(text, start, match.end(which)))
            if items:
                yield Listing(items, common, grade.group() if grade else None, what, match.start())
            after = items[-1].end if items else start
            again = _AGAIN.match(text[after:])
            if again is None or not items:
                break
            start = after + again.end()
    back = _BACKWARD.match(text)
    if (
        back is not None
        and (in_safety or re.search(_HARMFUL, back["what"]))
        and not re.search(r"[Mm]ost", back["list"])
    ):
        opening = re.match(r"(?:.*\b(?:events|reactions),? )?(?:with |[Tt]he )?", back["list"])
        begin = opening.end() if opening else 0
        items = tuple(_items(text, begin, back.end("list")))
        if items:
            yield Listing(items, "most common", None, back["what"], back.start())


def _items(text: str, start: int, end: int) -> Iterator[Item]:
    at = start
    for first, last in _pieces(text, start, end):
        piece = text[first:last]
        bracket = re.search(r" ?\(([^()]{1,120})\)|:? (\d{1,3}(?:\.\d+)? ?%.*)$", piece)
        name = piece[: bracket.start()] if bracket else piece
        rates = (bracket[1] or bracket[2]) if bracket else ""
        closed = _TAIL.search(name)
        name = _TAIL.sub("", name).strip(" .,*\"'")
        lead = len(piece) - len(piece.lstrip(" *\"'"))
        if not _is_name(name):
            return
        name = re.sub(r"^(?:mild|transient|mild-to-moderate|mild to moderate|local) (?=\w)", "", name)
        at = first + lead
        yield Item(name, at, last if not closed else first + lead + len(name), rates)
        if closed or piece.rstrip().endswith("."):
            return


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a list, cut at commas and ``and`` outside brackets."""
    depth = 0
    opened = [0] * (end - start + 1)
    for i in range(start, end):
        depth += (text[i] == "(") - (text[i] == ")")
        opened[i - start] = depth
    cuts = [m.span() for m in _PART.finditer(text, start, end) if opened[m.start() - start] <= 0]
    edge = start
    for first, last in [*cuts, (end, end)]:
        if first > edge:
            yield edge, first
        edge = last


_NO_HARM = re.compile(
    r"^(?:mild|moderate|low|transient|gastrointestinal|h[a]?ematologic(?:al)?|dermatologic(?:al)?|similar"
    r"|comparable|expected|manageable|generally)\b(?! \w)"
)


def _is_name(name: str) -> bool:
    return (
        _NO_HARM.search(name) is None
        and 2 < len(name) <= 60
        and name.count(" ") <= 5
        and not _ENDS.search(name)
        and not name[0].isdigit()
        and re.fullmatch(r"[\w /'’.+≥-]+", name) is not None
    )
