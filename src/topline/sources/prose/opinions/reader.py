"""The reader of opinions: what those who speak in a document think of its drug, its data or the news."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from topline.records import OpinionStatement
from topline.sources.page import Page, Sentence
from topline.sources.prose.opinions.judging import JUDGED_THING, feels, judges
from topline.sources.prose.opinions.speech import Utterance, utterances
from topline.sources.prose.opinions.stance import Stance, stance_of
from topline.sources.prose.opinions.voices import CALLED, JUDGED, SAID, Voice, voices

_MARKET = re.compile(
    r"\d ?% (?:chance|probability|likelihood|odds)|\b(?:price target|target price|peak sales|consensus|upgrad\w+"
    r"|downgrad\w+|(?:buy|sell|hold|neutral|outperform|overweight|underperform|underweight|equal[- ]weight) rating"
    r"|(?:cut|raised|lowered|trimmed|hiked|lifted|slashed|reduced) (?:its|their|his|her"
    r"|the) (?:\w+ ){0,3}(?:targets?|estimates?|forecasts?)|shares (?:fell|rose|dropped|sank|jumped|slid|were)"
    r"|stock (?:fell|rose|dropped|sank|jumped))\b"
)
_RATING = re.compile(
    r"\b(?:[Oo]utperform|[Oo]verweight|[Uu]nderperform|[Uu]nderweight|[Mm]arket [Pp]erform|[Ee]qual[- ][Ww]eight"
    r"|[Ss]trong [Bb]uy|(?:neutral|hold|buy|sell) rating)\b"
)
_REPORTER = re.compile(
    r"^By [A-Z]|\| By [A-Z]|\b\d+ min read|\bmin(?:ute)? read\b|\btold (?:reporters|investors|analysts"
    r"|[A-Z]\w+)|\bin an interview\b"
    r"|\b(?:declined to|did not (?:immediately )?(?:respond|reply)|could not be reached)\b"
    r"|\bnot (?:been )?involved in the\b"
    r"|\bshares (?:fell|rose|dropped|sank|jumped|slid|were)\b",
    re.MULTILINE,
)
_HEDGED = re.compile(r"\b(?:could|may|might)\b(?! not\b| hardly\b)")
_ATTITUDE = re.compile(
    r"\b(?:confiden(?:t|ce)|encouraged|disappoint\w+|pleased with|excited about|optimis\w+|believ\w+|convinced"
    r"|stands? by|disagree\w*|regret\w*|underwhelm\w*|surprised|skeptical|sceptical|promising|impressed|cautious)\b"
)
_ACCORDING = re.compile(rf"\b[Aa]ccording to (?:the )?$|[,\"] ?(?:{SAID}) (?:the )?$")
_SPEAKS = re.compile(rf"(?:'s)?(?:,? (?:Inc|Ltd|Corp|Co|plc|AG|SE)\b\.?)?[^.;:\"]{{0,60}}?\b(?:{SAID}|{JUDGED})\b")
_ABOUT = (
    ("termination", r"\b(?:terminat\w+|exit|decision to|walk(?:ed|s)? away|move|ended|ending|discontinu\w+)\b"),
    ("safety profile", r"\b(?:safety|tolerab\w+|side effects?|adverse|death|toxicit\w+)\b"),
    ("data", r"\b(?:data|results?|readout|findings?|outcomes?|trial|study|efficacy)\b"),
    ("approval", r"\b(?:approv\w+|vote|panel|label|complete response)\b"),
)
_PARTS = {"executive": "company executive", "investigator": "trial investigator", "expert": "outside expert"}


def read_opinions(page: Page) -> list[OpinionStatement]:
    """The opinions of a page, in its order: those in direct speech and those that are reported."""
    said = utterances(page)
    found = [*_spoken(page, said), *_reported(page, said)]
    return sorted(found, key=lambda o: (o.start or 0, o.end or 0))


def _spoken(page: Page, said: list[Utterance]) -> Iterator[OpinionStatement]:
    persons: list[Utterance] = []
    for one in said:
        if one.voice.part == "analyst" or (one.inside and one.voice.part == "company"):
            yield from _of_house(page, one)
        else:
            persons.append(one)
    yield from _of_release(page, persons) if _is_release(page, said) else _of_persons(page, persons)


def _is_release(page: Page, said: list[Utterance]) -> bool:
    """Whether a company speaks in the document, and not a reporter, who has houses or others to ask."""
    if any(one.voice.part == "analyst" for one in said) or not page.sentences:
        return False
    return _REPORTER.search(page.folded.text, page.sentences[0].start, page.sentences[-1].end) is None


def _of_release(page: Page, said: list[Utterance]) -> Iterator[OpinionStatement]:
    """The view of a release, told by the first who judges, or else by the first who begins with a feeling.

    A company chose all who speak in it, so that they hold one view together.
    """
    for read in (_judgement, _feeling):
        for one in said:
            found = read(page, one)
            if found is not None:
                yield found
                return


def _of_persons(page: Page, said: list[Utterance]) -> Iterator[OpinionStatement]:
    """The views in a story: one of each person, a judgement before a feeling."""
    for who in dict.fromkeys(one.voice.who for one in said):
        yield from _of_release(page, [one for one in said if one.voice.who == who])


def _judgement(page: Page, one: Utterance) -> OpinionStatement | None:
    """The first sentence of a piece of speech that judges the drug or the data; one with ``could`` only if no other."""
    text = page.folded.text
    hedged: OpinionStatement | None = None
    free = one.voice.part != "executive" or (one.inside and text[one.start + 1].islower())
    for start, end in _parts(page, one):
        words = text[start:end]
        if _MARKET.search(words):
            continue
        stance = judges(page, start, end, _without_names(page, words, start, end), free)
        if stance is not None:
            found = _opinion(page, one.voice, stance, start, end)
            if _HEDGED.search(words) is None:
                return found
            hedged = hedged or found
    return hedged


def _feeling(page: Page, one: Utterance) -> OpinionStatement | None:
    """A feeling that a piece of speech begins with; behind thanks, promises or plans it is courtesy."""
    for start, end in _parts(page, one):
        words = page.folded.text[start:end]
        stance = feels(page, start, end, _without_names(page, words, start, end))
        return _opinion(page, one.voice, stance, start, end) if stance is not None else None
    return None


def _parts(page: Page, one: Utterance) -> Iterator[tuple[int, int]]:
    """The sentences of a piece of speech, without what stands around it."""
    at = max(0, bisect_right(page.sentences, one.start, key=lambda s: s.start) - 1)
    for sentence in page.sentences[at:]:
        if sentence.start >= one.end:
            break
        start, end = max(sentence.start, one.start), min(sentence.end, one.end)
        if end - start > 3:
            yield start, end


def _without_names(page: Page, words: str, start: int, end: int) -> str:
    for kind in ("company", "broker", "trial"):
        for m in page.within(kind, start, end):
            words = words.replace(m.text, " " * len(m.text))
    return _RATING.sub(" ", words)


def _of_house(page: Page, one: Utterance) -> Iterator[OpinionStatement]:
    """The opinion in what a house says: its words, with the clause that they stand in."""
    text = page.folded.text
    start = one.voice.start if one.inside and one.voice.start < one.start else one.start
    if _MARKET.search(text[start : one.start]):  # the rating that a house keeps is not its view of the drug
        start = one.start
    parts = (
        [(a, b) for a, b in _parts(page, one) if not _MARKET.search(text[a:b])]
        if not one.inside
        else [(start, one.end)]
    )
    judged = [(a, b, s) for a, b in parts if (s := stance_of(_without_names(page, text[a:b], a, b))) is not None]
    if one.voice.part == "company" and not (judged and judged[0][2].strong):
        return
    if not judged:
        judged = [(a, b, Stance("neutral", False)) for a, b in parts if text.count(" ", a, b) >= 3]
    for a, b, stance in judged[:1]:
        if not _MARKET.search(text[a:b]):
            yield _opinion(page, one.voice, stance, a, b)


def _reported(page: Page, said: list[Utterance]) -> Iterator[OpinionStatement]:
    """Opinions told in other words: ``the bank called the data modest``, ``the company said it remains confident``."""
    for sentence in page.sentences:
        if sentence.role != "body" or sentence.speech or len(sentence.text) > 2500:
            continue
        if stance_of(sentence.text) is None:
            continue
        spoken = {one.voice.who for one in said if one.inside and sentence.start <= one.start < sentence.end}
        spoken |= {one.voice.who for one in said if sentence.start <= one.voice.start < sentence.end}
        known = voices(page, sentence.start, sentence.end)
        for i, voice in enumerate(known):
            if voice.who in spoken or page.in_speech(voice.start):
                continue
            if (
                page.folded.text[voice.start : voice.end].lower() == "they"
            ):  # whoever was named before, not only a house
                continue
            start, end = _clause(page, sentence, known, i)
            stance = _of_clause(page, voice, start, end)
            if stance is not None:
                spoken.add(voice.who)
                yield _opinion(page, voice, stance, start, end)


def _clause(page: Page, sentence: Sentence, known: list[Voice], i: int) -> tuple[int, int]:
    """From a voice to the next one that speaks for itself, or to the end of the sentence."""
    text = page.folded.text
    voice = known[i]
    end = sentence.end
    if _ACCORDING.search(text[max(sentence.start, voice.start - 20) : voice.start]):
        return sentence.start, end
    for other in known[i + 1 :]:
        joint = re.search(r"(?:,|;) (?:while|whereas|but|and|with) [^,;]{0,20}$", text[voice.end : other.start])
        if joint is not None and re.match(rf"[^.,;\"]{{0,40}}?\b(?:{SAID}|{JUDGED})\b", text[other.end : sentence.end]):
            end = voice.end + joint.start()
            break
    return voice.start, end


def _of_clause(page: Page, voice: Voice, start: int, end: int) -> Stance | None:
    text = page.folded.text
    words = text[voice.end : end]
    told = start < voice.start or _SPEAKS.match(words) is not None
    if start < voice.start:
        words = text[start:end]
    if not told or (_MARKET.search(words) and '"' not in words):
        return None
    stance = stance_of(_without_names(page, words, voice.end, end))
    if stance is None or not stance.strong:
        return None
    if voice.part in _PARTS:
        return stance if re.search(rf"\b(?:{CALLED})\b", words) and _about_medicine(page, words, start, end) else None
    if voice.part == "company":
        attitude = _ATTITUDE.search(words)
        return (
            stance
            if attitude is not None and attitude.start() < 110 and _about_medicine(page, words, start, end)
            else None
        )
    return stance


def _about_medicine(page: Page, words: str, start: int, end: int) -> bool:
    return bool(page.within("drug", start, end)) or JUDGED_THING.search(words) is not None


def _opinion(page: Page, voice: Voice, stance: Stance, start: int, end: int) -> OpinionStatement:
    quote, first, last = page.place(start, end)
    about = _PARTS.get(voice.part) or _about(page, start, end)
    if voice.part == "company":
        about = f"{about} (company, not analyst)"
    return OpinionStatement(id="", quote=quote, start=first, end=last, who=voice.who, stance=stance.stance, about=about)


_COMPARED_WITH = re.compile(
    r"\b(?:in line with|(?:similar|comparable|compared) (?:to|with)|than|versus|vs\.?|like|behind) $"
)
"""What stands before a drug that another is measured against: it is not what is judged."""


def _about(page: Page, start: int, end: int) -> str:
    """What a house judges: the first of a few things that its words name, or the drug."""
    words = page.folded.text[start:end]
    for thing, pattern in _ABOUT:
        if re.search(pattern, words, re.IGNORECASE):
            return thing
    text = page.folded.text
    drugs = [
        d for d in page.within("drug", start, end) if not _COMPARED_WITH.search(text, max(start, d.start - 30), d.start)
    ]
    return drugs[0].name if drugs else page.subject.drug or "the news"
