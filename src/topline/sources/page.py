"""A document made ready for the readers of prose: sentences, names, direct speech, and what the whole is about."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from topline.sources.document import Document
from topline.sources.mentions.dates import find_dates
from topline.sources.mentions.drugs import find_drugs
from topline.sources.mentions.mention import Mention, longest_first
from topline.sources.mentions.organisations import find_brokers, find_companies, find_regulators
from topline.sources.mentions.people import find_people
from topline.sources.mentions.terms import (
    find_adverse_events,
    find_endpoints,
    find_indications,
    find_targets,
)
from topline.sources.mentions.trials import find_phases, find_trials
from topline.sources.text.folding import Folded, fold
from topline.sources.text.sentences import DATELINE, sentence_spans
from topline.sources.text.spacing import lost_blanks
from topline.sources.text.wrapping import unwrapped


@dataclass(frozen=True)
class Sentence:
    """A sentence of the body; ``start:end`` in the folded text.

    ``role`` is ``headline``, ``summary``, ``body`` or ``boilerplate``: ``summary`` is what stands between the headline
    and the dateline of a release and says in short what the body says again. ``speech`` says whether the sentence lies
    in direct speech, wholly or for the most part.
    """

    index: int
    start: int
    end: int
    text: str
    role: str = "body"
    speech: bool = False


@dataclass(frozen=True)
class Subject:
    """What a document is about as a whole: the names met most, or first."""

    drug: str | None
    company: str | None
    trial: str | None
    phase: str | None
    indication: str | None
    target: str | None


@dataclass(frozen=True)
class Page:
    """All that a reader of one kind of fact needs to know of a document."""

    document: Document
    folded: Folded
    sentences: tuple[Sentence, ...]
    mentions: dict[str, tuple[Mention, ...]]
    speech: tuple[tuple[int, int], ...]
    subject: Subject

    def within(self, kind: str, start: int, end: int) -> list[Mention]:
        """The mentions of a kind that begin in ``start:end`` of the folded text."""
        known = self.mentions.get(kind, ())
        first = bisect_left(known, start, key=lambda m: m.start)
        last = bisect_left(known, end, key=lambda m: m.start)
        return list(known[first:last])

    def of(self, kind: str, sentence: Sentence) -> list[Mention]:
        """The mentions of a kind in a sentence."""
        return self.within(kind, sentence.start, sentence.end)

    def before(self, kind: str, place: int) -> Mention | None:
        """The last mention of a kind before a place of the folded text."""
        known = self.mentions.get(kind, ())
        last = bisect_left(known, place, key=lambda m: m.start)
        return known[last - 1] if last else None

    def in_speech(self, place: int) -> bool:
        """Whether a place of the folded text lies in direct speech."""
        at = bisect_right(self.speech, place, key=lambda span: span[0])
        return at > 0 and place < self.speech[at - 1][1]

    def place(self, start: int, end: int) -> tuple[str, int, int]:
        """The quote under ``start:end`` of the folded text, and its span in the document's text."""
        first, last = self.folded.span(start, end)
        return self.folded.source[first:last], first, last


def make_page(document: Document) -> Page:
    """Read a prose document once for all: names, sentences, subject."""
    folded = unwrapped(fold(document.text)).with_spaces(lost_blanks)
    start, end = _folded_span(folded, document.body)
    title = _without_endless_words(fold(document.info.title or "").text)
    text = folded.text[:start].translate(_BLANKS) + folded.text[start:end] + folded.text[end:].translate(_BLANKS)
    text = _without_endless_words(text)
    mentions = _all_mentions(text, title, document.info.date)
    speech = tuple(_speech(text, start, end))
    sentences = tuple(_sentences(text, start, end, title, speech, _folded_spans(folded, document.boilerplate)))
    return Page(document, folded, sentences, mentions, speech, _subject(text, mentions, sentences, title))


# No name is as long or has as many hyphens, but addresses have. Patterns of names take powers of a word's length.
_ENDLESS_WORD = re.compile(r"[!-\u036f]{100,}|(?<![\w-])(?:\w++-++){8,}+\w*")


def _without_endless_words(text: str) -> str:
    """The text with blanks in the place of words that do not end."""
    return _ENDLESS_WORD.sub(lambda found: " " * len(found.group()), text)


class _Everything(dict[int, str]):
    def __missing__(self, key: int) -> str:
        return " "


_BLANKS = _Everything()


def _folded_span(folded: Folded, span: tuple[int, int]) -> tuple[int, int]:
    return bisect_left(folded.starts, span[0]), bisect_left(folded.starts, span[1])


def _folded_spans(folded: Folded, spans: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    return [_folded_span(folded, span) for span in spans]


def _all_mentions(text: str, title: str, date: str | None) -> dict[str, tuple[Mention, ...]]:
    """The mentions of each kind, in order. The title helps to learn names that the body only uses."""
    ahead = len(title) + 1
    drugs = [_moved(m, -ahead) for m in find_drugs(f"{title}\n{text}") if m.start >= ahead]
    companies = [_moved(m, -ahead) for m in find_companies(f"{title}\n{text}") if m.start >= ahead]
    companies = _clear_of(companies, drugs)
    brokers = find_brokers(text)
    companies = _clear_of(companies, brokers)
    names = {m.name for m in companies} | {m.text for m in companies}
    people = [m for m in find_people(text) if m.name not in names]
    studied = {m.text for m in drugs if m.name == m.text and _named_as_trial(text, m, drugs)}
    codes = [Mention("trial", m.start, m.end, m.text, m.text) for m in drugs if m.text in studied]
    drugs = [m for m in drugs if m.text not in studied]
    drug_names = {m.text for m in drugs}
    trials = [
        m for m in find_trials(text) if m.text not in names and m.text not in drug_names and not _in_a_pair(text, m)
    ] + codes
    found = {
        "drug": drugs,
        "company": companies,
        "broker": brokers,
        "regulator": find_regulators(text),
        "person": people,
        "trial": trials,
        "phase": find_phases(text),
        "indication": find_indications(text),
        "endpoint": find_endpoints(text),
        "adverse event": find_adverse_events(text),
        "target": find_targets(text),
        "date": find_dates(text, date),
    }
    return {kind: tuple(longest_first(mentions)) for kind, mentions in found.items()}


def _in_a_pair(text: str, mention: Mention) -> bool:
    """Whether a name stands on one side of a stroke: ``ZEL`` of ``ZEL/DOC`` is a drug in short."""
    return text[mention.end : mention.end + 1] == "/" or text[max(0, mention.start - 1) : mention.start] == "/"


_AS_TRIAL = re.compile(r" (?:trials?|study|studies) (?:of|evaluating|testing|investigating|assessing|with)\b")
_OF_A_PHASE = re.compile(r"[Pp]hase (?:[1-4]|I{1,3}|IV)[ab]?(?:/[1-4I]+[ab]?)? $")


def _named_as_trial(text: str, mention: Mention, drugs: list[Mention]) -> bool:
    """Whether a code is a trial's by the words around it: ``the Phase 3 XYZ-112 trial evaluating zelutinib``."""
    return (
        _OF_A_PHASE.search(text[max(0, mention.start - 14) : mention.start]) is not None
        and _AS_TRIAL.match(text, mention.end) is not None
        and any(0 < d.start - mention.end < 70 and d.text != mention.text for d in drugs)
    )


def _moved(mention: Mention, step: int) -> Mention:
    return Mention(mention.kind, mention.start + step, mention.end + step, mention.text, mention.name)


def _clear_of(mentions: list[Mention], others: list[Mention]) -> list[Mention]:
    spans = [(m.start, m.end) for m in others]
    return [m for m in mentions if all(m.end <= start or end <= m.start for start, end in spans)]


_QUOTED = re.compile(r"(?:(?<=\s)|(?<=[-—\[])|^)\"(?=\S)[^\"\n]{25,1500}(?:\"|(?=\n)|$)")


def _speech(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Direct speech: what stands between quotation marks and is longer than a phrase."""
    for match in _QUOTED.finditer(text, start, end):
        inside = match.group()
        if " " in inside and not inside.startswith('" '):
            yield match.start(), match.end()


def _sentences(
    text: str,
    start: int,
    end: int,
    title: str,
    speech: tuple[tuple[int, int], ...],
    boilerplate: list[tuple[int, int]],
) -> Iterator[Sentence]:
    dateline = DATELINE.search(text, start, min(end, start + 6000))
    wanted = _letters(title)
    for index, (first, last) in enumerate(sentence_spans(text, start, end)):
        words = text[first:last]
        role = "body"
        if any(a <= first < b for a, b in boilerplate):
            role = "boilerplate"
        elif dateline is not None and first < dateline.start():
            role = "summary"
        if role != "boilerplate" and wanted and first < start + 1500 and _same_line(_letters(words), wanted):
            role = "headline"
        said = sum(max(0, min(last, b) - max(first, a)) for a, b in speech)
        yield Sentence(index, first, last, words, role, said > 0.6 * (last - first))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _same_line(words: str, title: str) -> bool:
    return len(words) > 15 and (words in title or title in words[: len(title) + 30] or words[:60] == title[:60])


_PARTNER = re.compile(
    r"\b(?:in combination with|combined with|combination of [\w -]{2,30} (?:and|with)|plus|added to|co-?formulated with"
    r"|on top of|with or without|versus|against|compared (?:with|to)|and|of (?:placebo and|placebo plus))"
    r" (?:the )?(?:anti-[\w-]+ (?:therapy|antibody),? )?$|\+ ?$"
)


def _subject(
    text: str, mentions: dict[str, tuple[Mention, ...]], sentences: tuple[Sentence, ...], title: str
) -> Subject:
    lead = sentences[min(len(sentences) - 1, 8)].end if sentences else 0

    def most(kind: str) -> str | None:
        """The name met most; a mention near the top or in the title counts for more, a partner of another for less."""
        counts: Counter[str] = Counter()
        for m in mentions[kind]:
            partner = kind == "drug" and _PARTNER.search(text[max(0, m.start - 50) : m.start]) is not None
            counts[m.name] += 1 if partner or m.start >= lead else 3
            if m.text.lower() in title.lower():
                counts[m.name] += 1 if partner else 4
        return counts.most_common(1)[0][0] if counts else None

    return Subject(most("drug"), most("company"), most("trial"), most("phase"), most("indication"), most("target"))
