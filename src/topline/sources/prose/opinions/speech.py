"""Who said a piece of direct speech: from the words behind it, before it, or from the speech it goes on with."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from topline.sources.page import Page, Sentence
from topline.sources.prose.opinions.voices import JUDGED, SAID, Voice, voices

_VERB_BEHIND = re.compile(rf",? ?(?:{SAID})\b")
_NAME_BEHIND = re.compile(
    rf"^,? ?(?P<who>(?!while\b|but\b|and\b|whereas\b|although\b|given\b|with\b|as\b|which\b"
    rf"|that\b)[^\"\n]{{2,150}}?),? {SAID}\b"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the words of\b")
_VERB = re.compile(rf"\b(?:{SAID}|{JUDGED})\b")
_SURNAME = re.compile(
    rf",? ?(?:{SAID} (?:Dr\.? |Prof\w*\.? )?(?P<after>[A-Z][\w'-]+)|(?:Dr\.? "
    rf"|Prof\w*\.? )?(?P<before>[A-Z][\w'-]+) {SAID})\b"
)
_REACH = 420
_LOOK_BACK = 2500


@dataclass(frozen=True)
class Utterance:
    """Direct speech at ``start:end`` of the folded text and who said it; ``inside`` a sentence of somebody else's."""

    start: int
    end: int
    voice: Voice
    inside: bool


def utterances(page: Page) -> list[Utterance]:
    """The direct speech of a page whose speaker is known."""
    found: list[Utterance] = []
    last: Utterance | None = None
    for start, end in page.speech:
        sentence = _sentence_at(page, start)
        if sentence is None or sentence.role != "body":
            continue
        opening = _opening(page, sentence, start)
        voice = _before(page, opening, start) if start - opening > 6 else None
        inside = voice is not None
        if voice is None:
            voice = _behind(page, end)
        if voice is None and last is not None and _goes_on(page, last, start) and not _has_own(page, end):
            voice = last.voice
        last = Utterance(start, end, voice, inside) if voice is not None else None
        if last is not None:
            found.append(last)
    return found


def _sentence_at(page: Page, place: int) -> Sentence | None:
    at = bisect_right(page.sentences, place, key=lambda s: s.start) - 1
    return page.sentences[at] if at >= 0 else None


def _opening(page: Page, sentence: Sentence, start: int) -> int:
    """Where the words before the speech begin: with its sentence, or behind the speech before it."""
    at = bisect_left(page.speech, start, key=lambda span: span[0])
    return max(sentence.start, page.speech[at - 1][1] if at else 0)


def _behind(page: Page, end: int) -> Voice | None:
    text = page.folded.text
    ahead = text[end : end + _REACH].split("\n")[0]
    if text[end : end + 1] == "\n" and not ahead:
        return None
    verb = _VERB_BEHIND.match(ahead)
    if verb is not None:
        stop = _stop(page, end, ahead)
        known = voices(page, end + verb.end(), stop)
        return _speaker(known) or _by_surname(page, end)
    if text[end - 2 : end - 1] not in ",?!—-":
        return None
    named = _NAME_BEHIND.match(ahead)
    if named is not None:
        known = voices(page, end, end + named.end())
        return known[0] if known else _by_surname(page, end)
    told = _ACCORDING.match(ahead.lstrip(" ,"))
    return _speaker(voices(page, end, _stop(page, end, ahead))) if told is not None else None


def _by_surname(page: Page, end: int) -> Voice | None:
    """Somebody named in full before, who is called by the surname behind a piece of speech: ``Horne added``."""
    match = _SURNAME.match(page.folded.text, end)
    if match is None:
        return None
    name = match["after"] or match["before"]
    earlier = voices(page, max(0, end - _LOOK_BACK), end)
    return next((v for v in reversed(earlier) if v.who.split(" (")[0].split()[-1] == name), None)


def _stop(page: Page, end: int, ahead: str) -> int:
    """Where the words that name the speaker end: with the sentence, or with the next speech or a ``while``."""
    sentence = _sentence_at(page, end + 1)
    last = sentence.end if sentence is not None and sentence.end > end + 3 else end + len(ahead)
    cut = re.search(r" \"|, (?:while|whereas|but)\b", ahead)
    return min(last, end + (cut.start() if cut else len(ahead)))


def _speaker(known: list[Voice]) -> Voice | None:
    """The first of those named behind ``said``; a person before the company that the person is of."""
    if not known:
        return None
    first = known[0]
    if first.part == "company":
        return next((v for v in known if v.part in {"executive", "investigator", "expert", "analyst"}), first)
    return first


def _before(page: Page, opening: int, start: int) -> Voice | None:
    text = page.folded.text
    words = text[opening:start]
    known = voices(page, opening, start)
    if not known:
        return None
    told = _ACCORDING.search(words)
    if told is not None:
        return next((v for v in known if v.start >= opening + told.start()), None)
    if words.rstrip().endswith(":") and not _VERB.search(words):
        return known[0]
    speaking = [v for v in known if _VERB.search(text[v.end : start])]
    if not speaking:
        return None
    persons = [v for v in speaking if v.part in {"executive", "investigator", "expert"}]
    last = speaking[-1]
    if last.part == "company" and persons and not re.search(rf"\b{SAID}\b", text[persons[-1].end : last.start]):
        return persons[-1]
    return last


def _has_own(page: Page, end: int) -> bool:
    """Whether a speaker is named behind a piece of speech, known or not."""
    return _VERB_BEHIND.match(page.folded.text, end) is not None


def _goes_on(page: Page, last: Utterance, start: int) -> bool:
    """Whether nothing but the naming of the speaker stands between two pieces of speech."""
    between = page.folded.text[last.end : start]
    return (
        len(between) < _REACH
        and '"' not in between
        and between.count("\n") <= 2
        and len(re.findall(r"[a-z)]\. +[A-Z]", between)) == 0
    )
