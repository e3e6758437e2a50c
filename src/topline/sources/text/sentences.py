"""Where sentences begin and end in a folded text: rules for releases and news, written for offsets, not for prose.

Line feeds, bullets and table rows end a sentence. A full stop does not where it belongs to an abbreviation (``Inc.``,
``U.S.``, ``Mass.``, an initial), to a number, or where a lower-case word follows.
"""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:Inc|Corp|Ltd|Co|Cos|Dr|Drs|Mr|Mrs|Ms|Prof|St|Sr|Jr|vs|v|No|Nos|Fig|al|approx|cf|e\.g|i\.e|U\.S|U\.K|E\.U|a\.m|p\.m"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Mass|Calif|Conn|Pa|Md|Va|Tex|Wash|Ill|Minn|Mich|Colo|Fla|Ariz|Ore"
    r"|Ont|Que|Ga|Tenn|Wis|Mo|Del|N\.J|N\.Y|N\.C|S\.C|D\.C|R\.I|N\.H|Ph\.D|Ph|M\.D|B\.S|M\.S|M\.P\.H|M\.B\.A|Pharm\.D|J\.D|D\.O|S\.A"
    r"|N\.V|A\.G|B\.V|L\.L\.C|H\.C|J\.P|B\.Riley|p\.o|s\.c|i\.v|b\.i\.d|q\.d|Bros|Intl|Univ|Gen|Sen|Rep|Gov|Lt|Est|est|ca|incl)"
    r"|(?:(?<=\s)|(?<=^)|(?<=\())[A-Z])\.$"
)
_END = re.compile(r"[.!?][\"')\]]*(?:\d{1,2}(?:[-,]\d{1,2})*)?(?=\s|$|[A-Z*])|\n")
_BULLET = re.compile(
    r"\s(?:[*•●▪◦·]|-)\s+(?=[A-Z*\d\"'])|\s\*(?=[A-Z])|\*\s*(?=\*)|\*{2,}|(?<=[a-z\d.])\*(?=\s)|\s\|\s(?=\S[^|]*\|)"
)
_NEXT_STARTS = re.compile(r"\s*[\"'(\[\])*]*\s?(?:[A-Z0-9•*]|[a-z]{1,3}[A-Z])")
"""A capital, or a name that only begins small: ``vIGA-AD``, ``mRNA``, ``ppFEV1``."""
LONGEST = 4000
"""A sentence longer than so many characters is cut: no writer meant it, and rules need an end."""
DATELINE = re.compile(
    r"\b[A-Z][A-Z.'& -]{2,40}(?:(?:, ?| and | ?/ ?|, and )(?:[A-Z][A-Za-z.]+|[A-Z][A-Z. ]+)){0,4}(?: ?,| ?[-—]| ?/)? ?"
    r"(?:(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?) {0,2}\d{1,2},? ?\d{4}"
    r"|\d{1,2} [A-Z][a-z]+ \d{4})[^\n]{0,45}?(?:--+|—|- | /)"
    r"|(?:(?<=\n)|^|(?<=[.*] ))[A-Z][a-z]+(?: [A-Z][a-z]+){0,2}(?:, [A-Z][A-Za-z. ]{1,20}){0,2}, "
    r"(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2},) \d{4} ?(?:--+|—|-) "
)
"""The place, date and dash that open a release: ``SAN DIEGO, Dec. 11, 2024 (GLOBE NEWSWIRE) --``."""
_LEGAL_TAIL = re.compile(
    r"\b(?:Inc|Corp|Ltd|Co|Cos|S\.A|N\.V|A\.G|L\.L\.C|U\.S|U\.K|E\.U|a\.m|p\.m|D\.C|N\.J|N\.Y|M\.D|Ph\.D)\.$"
)
_NEW_SENTENCE_WORD = re.compile(
    r"\s+[\"']?(?:The|This|These|Those|In|On|At|It|A|An|We|Our|As|For|With|Based|However|Additionally|Patients|Under|After|Results|Data"
    r"|Treatment|Among|There|By|If|Both|All|No|While|When|Following|To|Although|Shares|Analysts|But|And|Its|They|He|She)\b"
)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The spans of the sentences of ``text[start:end]``, without the blanks around them; none is empty."""
    stop = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    for first, last in _pieces(text, start, stop):
        spans.extend(_sentences(text, first, last))
    return spans


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Lines, bullets and asterisk runs: what ends a sentence without a full stop."""
    cuts = [start]
    for match in _BULLET.finditer(text, start, end):
        if "|" in match.group():
            continue
        cuts.append(match.start() + (0 if match.group()[0] == "*" else 1))
    cuts.extend(match.start() for match in re.compile("\n").finditer(text, start, end))
    for match in DATELINE.finditer(text, start, end):
        cuts.extend((match.start(), match.end()))
    cuts = sorted(set(cuts))
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    first = start
    for match in _END.finditer(text, start, end):
        if match.start() < first or not _ends_here(text, match, first, end):
            continue
        _add(spans, text, first, match.end())
        first = match.end()
    _add(spans, text, first, end)
    return spans


def _ends_here(text: str, match: re.Match[str], first: int, end: int) -> bool:
    if match.group()[0] != ".":
        return match.group() == "\n" or bool(_NEXT_STARTS.match(text, match.end(), end)) or match.end() >= end
    before = text[max(first, match.start() - 14) : match.start() + 1]
    if match.end() >= end:
        return True
    if _ABBREVIATION.search(before):
        # An abbreviation that may end a sentence does where a word follows that begins one.
        return bool(_LEGAL_TAIL.search(before)) and bool(_NEW_SENTENCE_WORD.match(text, match.end(), end))
    if text[match.start() - 1 : match.start()].isdigit() and text[match.start() + 1 : match.start() + 2].isdigit():
        return False
    following = text[match.end() : match.end() + 1]
    if not following.isspace():
        # No blank after the full stop: only a word of two letters or more before and a capital after it end a sentence.
        return bool(re.search(r"[a-z)%]{2}\.[\"')\]]*\d*$", text[first : match.end()])) and following.isupper()
    return bool(_NEXT_STARTS.match(text, match.end(), end))


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and (text[start].isspace() or text[start] in "*•●▪◦"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] == "*"):
        end -= 1
    while end - start > LONGEST:
        blank = text.find(" ", start + LONGEST, end)
        if blank < 0:
            break
        spans.append((start, blank))
        start = blank + 1
    if end - start > 1 and text[start:end].strip("-–— |·"):
        spans.append((start, end))
