"""The standing parts of a company's release: about the company, forward-looking statements, safety information.

They are found by their headings, on a line of their own, in marks of emphasis or at the start of a sentence in running
text, and some by their first sentence. The rules name no company and no document.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from topline.sources.documents import phrases
from topline.sources.documents.phrases import any_of
from topline.sources.documents.units import Unit, units


@dataclass(frozen=True)
class Section:
    """A standing part: ``text[start:end]`` with its heading.

    ``kind`` is ``about``, ``study`` (about a trial: what it says is no boilerplate), ``forward-looking``, ``safety``,
    ``contact``, ``legal``, ``notes`` or ``notice`` (one sentence or line).
    """

    kind: str
    start: int
    end: int
    heading: str


# Each heading is matched from the beginning of a line. What stands after it decides whether it is one: see _heading.
_HEADINGS = {kind: any_of(patterns) for kind, patterns in phrases.HEADINGS.items()}
_WORDY_FURNITURE = any_of(phrases.WORDY_FURNITURE)
_LABEL = any_of(phrases.LABEL)
_LABEL_REACH = 4_000
_FORWARD_SENTENCE = any_of(phrases.FORWARD)
_RISK = any_of(phrases.RISK)
_NOTICE = any_of(phrases.NOTICES)
_STUDY_HEADING = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|phase\s+(?:[1-4]|I{1,3}V?)|NCT\d{8}|clinical\s+program(?:me)?"
    r"|program(?:me)?|design|extension)\b",
    re.IGNORECASE,
)
_STUDY_TEXT = re.compile(
    r"\b(?:is|was|are|were)\s+(?:an?|the|two|three|four|\w+)\s+(?:(?!(?:in|being|for|of|that|to"
    r"|by)\b)[\w,/()≥-]+\s+){0,14}(?:trials?|study|studies)\b|NCT\d{8}",
    re.IGNORECASE,
)
_NUMBERS = r"(?:half|one|two|three|four|five|six|seven|eight|nine|ten|most|twice)\b"
# "About" with a name behind it; "About half of the patients" and "About 200 patients" are sentences.
_ABOUT = re.compile(
    rf"(?:About|ABOUT)\s+(?!(?i:{_NUMBERS}))"
    r"(?:(?:the|our|an?)\s+)?(?:[A-Z][\w®™’'.&/()+:,-]*|[a-z]?[A-Z]{2,}[\w-]*|mRNA|\d[\w-]*[A-Z][\w-]*)"
)
# A drug's name in small letters, on a line of its own.
_ABOUT_SMALL = re.compile(rf"About\s+(?!(?i:{_NUMBERS})|(?:an?|the)\b)[a-z][\w-]{{3,}}(?:\s+[\w®™()/-]+){{0,4}}")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.{3,140}?)(?<=\S)\1")
_INLINE = re.compile(
    r"(?:(?<=[.!?;:)\]”\"*’'] )|(?<=[.!?;:)\]”\"*’'][ \u00a0]{2}))(?:"
    rf"(?P<about>About\s+(?!(?i:{_NUMBERS}))(?=[A-Za-z]))|"
    + "|".join(f"(?P<{kind.replace('-', '_')}>{any_of(patterns).pattern})" for kind, patterns in phrases.INLINE.items())
    + ")"
)
_RUN_IN = re.compile(r"\s*(?::|\s[-–—]\s|[-–—]{2})\s*")
_LONGEST_HEADING = 140
# A line that is long or ends as a sentence does is a heading only if a colon closes the heading on it.
_TITLED = re.compile(r"[a-z]{4,}\s+[a-z]{4,}\s+[a-z]{4,}\s+[a-z]{4,}\s+[a-z]{4,}")


def sections(text: str) -> list[Section]:
    """The standing parts of a text in their order; they do not overlap.

    A part with a heading goes to the next heading of this kind or to the end of the text; in running text likewise. A
    paragraph that is forward-looking by its first sentence goes on while the paragraphs after it speak of risk.
    """
    pieces = units(text)
    at: dict[int, tuple[str, str]] = {}
    for place, kind, heading in _starts(pieces):
        at.setdefault(place, (kind, heading))
    safety = sorted(place for place, (kind, _) in at.items() if kind == "safety")
    for piece in pieces if safety else ():
        i = bisect.bisect_left(safety, piece.start)
        if i < len(safety) and safety[i] - piece.end < _LABEL_REACH and _LABEL.fullmatch(piece.plain):
            at.setdefault(piece.start, ("safety", piece.plain))
    starts = _outermost(at)
    found: list[Section] = []
    for i, (start, kind, heading) in enumerate(starts):
        if found and start < found[-1].end:
            continue
        end = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        end = _extent(pieces, kind, start, end)
        if kind == "about":
            kind = _about_kind(heading, text[start : min(end, start + 600)])
        found.append(Section("notice" if kind == "_notice" else kind.lstrip("_"), start, end, heading))
    return found


def _outermost(at: dict[int, tuple[str, str]]) -> list[tuple[int, str, str]]:
    """The places in order, without those that no heading opens inside of a part that a heading opened.

    A part about a trial is not a standing one: a notice inside of it is told.
    """
    kept: list[tuple[int, str, str]] = []
    opened = False
    for place in sorted(at):
        kind, heading = at[place]
        if not kind.startswith("_"):
            opened = not (kind == "about" and _STUDY_HEADING.search(heading))
        elif opened:
            continue
        kept.append((place, kind, heading))
    return kept


def boilerplate_spans(text: str) -> list[tuple[int, int]]:
    """The spans of a text that say nothing new: its standing parts, except for those about a trial.

    They are in order, do not overlap, and count code points of ``text``.
    """
    spans: list[tuple[int, int]] = []
    for section in sections(text):
        if section.kind == "study":
            continue
        if spans and not text[spans[-1][1] : section.start].strip():
            spans[-1] = (spans[-1][0], section.end)
        else:
            spans.append((section.start, section.end))
    return spans


def is_standing(unit: Unit) -> bool:
    """Whether a line is the heading of a standing part, or a notice by itself."""
    return _heading(unit) is not None or _NOTICE.match(unit.plain) is not None


def _starts(pieces: list[Unit]) -> Iterator[tuple[int, str, str]]:
    """Where a standing part begins: place, kind (with ``_`` before it where no heading says so), heading."""
    told = False  # a menu above the article has such words too
    for piece in pieces:
        named = _heading(piece)
        if named is not None and told:
            yield piece.start, named[0], named[1]
        elif _NOTICE.match(piece.text.lstrip("*_ ")) and len(piece.text) < 700:
            yield piece.start, "_notice", ""
        yield from _emphasised(piece)
        for match in _INLINE.finditer(piece.text):
            if match["about"] and not _repeats(piece.text[match.end() : match.end() + 160]):
                continue
            yield piece.start + match.start(), str(match.lastgroup).replace("_", "-"), _shown(piece.text, match.start())
        yield from _forward(piece)
        told = told or (piece.prose and not _WORDY_FURNITURE.search(piece.text[:400]))


def _heading(piece: Unit) -> tuple[str, str] | None:
    """Kind and words of the heading that a piece is or begins with; None where it is none."""
    line = piece.plain
    if not line or line[0] in "“\"'‘":
        return None
    short = len(line) <= _LONGEST_HEADING and not (
        piece.ends_sentence and not line.endswith(("Inc.", "Ltd.", "Co.", "?"))
    )
    about = _ABOUT.match(line)
    if about is not None:
        if short and not _TITLED.search(line) and piece.words <= 16:
            return "about", line
        head, colon, _ = line.partition(":")
        return ("about", head) if colon and len(head) < _LONGEST_HEADING else None
    if _ABOUT_SMALL.fullmatch(line):
        return "about", line
    for kind, pattern in _HEADINGS.items():
        match = pattern.match(line)
        if match is None:
            continue
        after = line[match.end() :]
        if not after.strip() or _RUN_IN.match(after):
            return kind, match.group()
        # "Contact us to learn how" or "Warnings mount over …" is a sentence or a headline, not a heading.
        if short and kind in {"forward-looking", "contact"} and len(after.split()) <= 6 and len(match.group()) > 10:
            return kind, line
        if (
            short
            and kind in {"safety", "legal", "notes"}
            and len(after.split()) <= 10
            and match.group().lower().endswith(("information", "summary"))
        ):
            return kind, line
    return None


def _emphasised(piece: Unit) -> Iterator[tuple[int, str, str]]:
    """Headings in marks of emphasis inside running text."""
    for match in _EMPHASIS.finditer(piece.text):
        named = _heading(Unit(0, 0, match[2]))
        if named is not None:
            yield piece.start + match.start(), named[0], named[1]


def _forward(piece: Unit) -> Iterator[tuple[int, str, str]]:
    """Where a sentence says that statements are forward-looking: the beginning of that sentence."""
    match = _FORWARD_SENTENCE.search(piece.text)
    if match is None:
        return
    before = [m.end() for m in re.finditer(r"[.!?][\"”’')\]*]*\s+(?=[A-Z“\"*(])", piece.text[: match.start() + 1])]
    yield piece.start + (before[-1] if before else 0), "_forward-looking", ""


def _extent(pieces: list[Unit], kind: str, start: int, end: int) -> int:
    """Where a part ends that would go to ``end`` if a heading opened it."""
    if not kind.startswith("_"):
        return end
    first = bisect.bisect_right(pieces, start, key=lambda piece: piece.start) - 1
    last = pieces[first].end
    for piece in pieces[first + 1 :] if kind == "_forward-looking" else ():
        if piece.start >= end or not _RISK.search(piece.text):
            break
        last = piece.end
    return min(last, end)


def _repeats(after: str) -> bool:
    """Whether a name is followed by a sentence that begins with it, as where a heading has run into its text.

    "About Corvane Corvane is a company" does; "About Corvane's plan to file, he said" does not.
    """
    words = after.split()
    first = 1 if words and words[0].lower() == "the" else 0
    if first >= len(words):
        return False
    if words[first].endswith(":"):
        return True
    name = re.sub(r"\W", "", words[first].lower().removesuffix("'s").removesuffix("’s"))
    return any(
        re.sub(r"\W", "", word.lower().removesuffix("'s").removesuffix("’s")) == name and word[:1].isupper()
        for word in words[first + 1 : first + 9]
    )


def _about_kind(heading: str, beginning: str) -> str:
    """Whether a part is about a trial, whose design and size are facts, or about a company, a drug or a disease."""
    if _STUDY_HEADING.search(heading[:_LONGEST_HEADING]) and len(heading) <= _LONGEST_HEADING:
        return "study"
    body = beginning[len(heading) :] if beginning.startswith(heading) else beginning
    first = re.split(r"(?<=[.!?])\s", body.strip("*_ \n\r:"), maxsplit=1)[0]
    return "study" if _STUDY_TEXT.search(first) else "about"


def _shown(text: str, start: int) -> str:
    """The first words of a heading in running text."""
    return " ".join(text[start : start + 60].split()[:4])
