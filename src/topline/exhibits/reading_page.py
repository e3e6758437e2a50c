"""A reading as a page: the document's text, and beside each passage the facts that were taken from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from topline.exhibits.pages import render_page
from topline.exhibits.reading_words import KINDS, details, kind_of, say
from topline.exhibits.text import date
from topline.records import ArmValue, ReadFact, Reading, Readout, SafetyStatement

LONGEST_PLAIN = 1200
"""Between two facts the page shows at most so many characters of the document; the middle of more is folded."""

LONGEST_SCRAP = 240
"""Of a sentence that is quoted in part, at most so many characters stand before and behind the quotation."""
_SHORT = ("Dr", "Mr", "Ms", "Prof", "vs", "Inc", "Ltd", "Corp", "Jan", "Feb", "Aug", "Sept", "Oct", "Nov", "Dec")
_NO_END = "".join(rf"(?<!\b{word})" for word in _SHORT)
_SENTENCE_END = re.compile(rf"{_NO_END}[.!?][\"'”’)\]]*(?=\s|$)|\n")


@dataclass(frozen=True)
class Card:
    """A fact as the page shows it."""

    id: str
    number: int
    kind: str
    label: str
    said: str
    status: str
    details: list[tuple[str, str]]
    place: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the document: with facts it is a passage that they quote, without it is what stands between."""

    text: Markup
    cards: tuple[Card, ...]
    folded: Markup | None = None


def reading_page(reading: Reading, text: str) -> str:
    """The page of one reading. ``text`` is the document's text, in which the facts' offsets count."""
    facts = list(reading.candidates)
    cards = {fact.id: _card(fact, number) for number, fact in enumerate(facts, 1)}
    placed = [fact for fact in facts if fact.start is not None]
    return render_page(
        "reading.html",
        title=reading.document.title or "A document without a title",
        reading=reading,
        published=date(reading.document.date) if reading.document.date else "no date",
        counts=_counts(facts),
        pieces=list(_pieces(text, placed, cards)) if placed else [],
        loose=[cards[fact.id] for fact in facts if fact.start is None],
    )


def _counts(facts: Sequence[ReadFact]) -> str:
    kinds = [kind_of(fact) for fact in facts]
    words = {"event": "event", "readout": "readout", "safety": "safety fact", "opinion": "opinion"}
    said = [f"{n} {words[kind]}{'s' if n != 1 else ''}" for kind in KINDS if (n := kinds.count(kind))]
    return ", ".join(said) or "no facts"


def _card(fact: ReadFact, number: int) -> Card:
    status = getattr(fact, "status", "") or getattr(fact, "stance", "")
    kind = kind_of(fact)
    place = f"characters {fact.start} to {fact.end}" if fact.start is not None else (fact.path or "")
    return Card(fact.id, number, kind, KINDS[kind], say(fact), status, details(fact), place)


def _pieces(text: str, facts: Sequence[ReadFact], cards: dict[str, Card]) -> Iterator[Piece]:
    end = 0
    passages = list(_passages(facts))
    for i, (start, stop, group) in enumerate(passages):
        following = passages[i + 1][0] if i + 1 < len(passages) else len(text)
        first, last = _sentence(text, end, start, stop, following)
        yield from _between(text[end:first])
        shown = escape(text[first:start]) + _marked(text[start:stop], group) + escape(text[stop:last])
        yield Piece(shown, tuple(cards[fact.id] for fact in group))
        end = last
    yield from _between(text[end:])


def _sentence(text: str, begin: int, start: int, stop: int, end: int) -> tuple[int, int]:
    """The span of a passage with what belongs to its sentence before and after it, so that no scrap stands alone."""
    first = max((m.end() for m in _SENTENCE_END.finditer(text, begin, start)), default=begin)
    first = first if start - first <= LONGEST_SCRAP else start
    if _SENTENCE_END.search(text[start:stop][-4:]):
        return first, stop
    ends = _SENTENCE_END.search(text, stop, end)
    last = ends.end() if ends else end
    return first, last if last - stop <= LONGEST_SCRAP else stop


def _passages(facts: Sequence[ReadFact]) -> Iterator[tuple[int, int, list[ReadFact]]]:
    """The facts by the stretches of text that their quotes cover together."""
    start = stop = -1
    group: list[ReadFact] = []
    for fact in sorted(facts, key=lambda f: (f.start or 0, f.end or 0)):
        assert fact.start is not None
        assert fact.end is not None
        if group and fact.start < stop:
            stop = max(stop, fact.end)
            group.append(fact)
            continue
        if group:
            yield start, stop, group
        start, stop, group = fact.start, fact.end, [fact]
    if group:
        yield start, stop, group


def _between(text: str) -> Iterator[Piece]:
    words = text.strip()
    if not words:
        return
    if len(words) <= LONGEST_PLAIN:
        yield Piece(_paragraphs(words), ())
        return
    cut = words.find(" ", LONGEST_PLAIN // 2)
    cut = len(words) if cut < 0 else cut
    yield Piece(_paragraphs(words[:cut]), (), _paragraphs(words[cut:]))


def _paragraphs(text: str) -> Markup:
    lines = [line.strip() for line in re.split(r"\n\s*\n|\n", text) if line.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)


def _marked(text: str, facts: Sequence[ReadFact]) -> Markup:
    """A passage with the numbers of its facts in bold type."""
    values = {value.value for fact in facts for value in _values(fact) if value.value}
    if not values:
        return Markup("<mark>{}</mark>").format(text)
    words = "|".join(re.escape(v) for v in sorted(values, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])(?:{words})(?![\w])")
    parts: list[Markup] = []
    end = 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), Markup("<b>{}</b>").format(match.group())]
        end = match.end()
    parts.append(escape(text[end:]))
    return Markup("<mark>{}</mark>").format(Markup("").join(parts))


def _values(fact: ReadFact) -> tuple[ArmValue, ...]:
    if isinstance(fact, Readout):
        return fact.values
    return fact.arms if isinstance(fact, SafetyStatement) else ()
