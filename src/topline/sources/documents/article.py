"""Where the article stands in a text: after menus, headline and byline, before the author's note and other stories.

The rules look at the shape of lines and at the words that pages of any publisher put around an article; they name no
publisher. Parts of a company's release that say nothing new are cut off at the end (see ``boilerplate``).
"""

from __future__ import annotations

import re

from topline.sources.documents import phrases
from topline.sources.documents.boilerplate import boilerplate_spans, is_standing
from topline.sources.documents.dates import find_dates, is_dateline, iso_date
from topline.sources.documents.phrases import any_of
from topline.sources.documents.units import Unit, units

_TOP = 60  # how many lines the furniture above an article may have
_RUN = 2  # so many lines of running text on end are an article that goes on

_FURNITURE = any_of(phrases.FURNITURE)
_WORDY_FURNITURE = any_of(phrases.WORDY_FURNITURE)
_CLOSE = any_of(phrases.CLOSE)
_ASIDE = any_of(phrases.ASIDE)
_BIO = any_of(phrases.BIO, re.DOTALL)
_REACH = any_of(phrases.REACH)
_CARD = re.compile(r"\s*\d+\s*min(?:ute)?s?\s+read\s*", re.IGNORECASE)
_LINE_ASIDE = re.compile(r"advertisement$|\[|[^:|>»]{3,30}[:|>»]\s*\S", re.IGNORECASE)
_AFTER_HEADLINE = re.compile(r"(?:[\s|·•*:_-]|\d+ min(?:ute)?s? read\b)*", re.IGNORECASE)


def article_span(text: str, title: str | None = None) -> tuple[int, int]:
    """The span of the article: code points of ``text``, without its headline where that can be told.

    ``title`` is the headline if it is known. A text without running prose is an article as a whole.
    """
    pieces = units(text)
    if not pieces:
        return 0, len(text)
    first, start = _begin(pieces, title or headline(text), given=bool(title))
    last = _finish(pieces, first)
    end = pieces[last].end
    end = _without_tail(text, start, end)
    return (start, end) if start < end else (pieces[0].start, pieces[-1].end)


def headline(text: str) -> str | None:
    """The first line near the top that looks like a headline; None where there is none."""
    pieces = units(text, 0, min(len(text), 6_000))
    for i, piece in enumerate(pieces[:15]):
        if _furniture(piece) or _dated(piece) or is_standing(piece):
            continue
        if piece.prose and not piece.text.endswith("?"):
            return None
        line = " ".join(piece.plain.split())
        if 4 <= piece.words <= 40 and len(line) <= 300 and not piece.bullet:
            return line
        if (
            i == 0
            and 2 <= piece.words < 4
            and 10 <= len(line) <= 100
            and not piece.ends_sentence
            and not line.isupper()
        ):
            return line
        if piece.words < 4 and len(line) >= 8 and not line.isascii() and not line[-1].isascii():
            return line  # a script that sets no blanks
    return None


def asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans inside an article that are none of it: bylines, captions, links to other stories, advertisements."""
    pieces = units(text, start, end)
    found: list[tuple[int, int]] = []
    i = 0
    while i < len(pieces):
        after = _resumes(pieces, i) if _interrupts(pieces[i]) else None
        if after is None and (_furniture(pieces[i]) or _dated(pieces[i])):
            after = i + 1
        if after is None:
            i += 1
            continue
        if found and not text[found[-1][1] : pieces[i].start].strip():
            found[-1] = (found[-1][0], pieces[after - 1].end)
        else:
            found.append((pieces[i].start, pieces[after - 1].end))
        i = after
    return found


def readable_spans(text: str, body: tuple[int, int]) -> list[tuple[int, int]]:
    """What of an article a reader of facts should read: ``body`` without standing parts and asides, in order."""
    start, end = body
    article = text[start:end]
    out = sorted((*boilerplate_spans(article), *asides(article, 0, len(article))))
    spans: list[tuple[int, int]] = []
    place = 0
    for first, last in (*out, (len(article), len(article))):
        if article[place:first].strip():
            spans.append((start + place, start + first))
        place = max(place, last)
    return spans


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _begin(pieces: list[Unit], title: str | None, *, given: bool) -> tuple[int, int]:
    """The piece in which the article begins, and its place there.

    Where the title is ``given`` and does not stand in the text, the text may begin under it, with its points.
    """
    top = pieces[:_TOP]
    after = 0
    if title:
        wanted, bare = _key(title), _key(re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", title))
        for i, piece in enumerate(top):
            key = _key(piece.text)
            if after and (i > after + 5 or piece.prose):
                break
            if wanted and key == wanted:
                after = i + 1  # a page may give it twice on end: in its head and above the article
            elif after == 0:
                for start in (wanted, bare):
                    if len(start) > 15 and key.startswith(start):
                        return i, piece.start + _past(piece.text, start)
    if 0 < after < len(pieces) and _deck(pieces[after]):
        return after, pieces[after].start
    for i in range(after, min(len(pieces), after + _TOP)):
        piece = pieces[i]
        if _furniture(piece):
            continue
        point = (piece.bullet and piece.words >= 5) or (given and not after and _deck(piece))
        if piece.prose or ((after or given) and point):
            return i, piece.start + _run_in(piece.text)
    i = after if after < len(pieces) else 0
    return i, pieces[i].start


def _run_in(text: str) -> int:
    """The place behind a headline that has run into its article, and behind the date after it; 0 where none has.

    What tells it is a row of stars behind the date, or a dateline with the same date soon after.
    """
    dates = find_dates(text[:1_500])
    if not dates or dates[0][0] > 320 or dates[0][0] < 20 or is_dateline(text, *dates[0]):
        return 0
    start, end = dates[0]
    stars = re.compile(r"\s*(?:\*\s*){3,}").match(text, end)
    if stars is not None:
        return stars.end()
    value = iso_date(text[start:end])
    again = any(is_dateline(text, *span) and iso_date(text[slice(*span)]) == value for span in dates[1:])
    return _AFTER_HEADLINE.match(text, end).end() if again else 0  # type: ignore[union-attr]


def _past(text: str, key: str) -> int:
    """The place behind a headline, a date and stars with which a text begins."""
    count = place = 0
    while count < len(key) and place < len(text):
        count += len(_key(text[place]))
        place += 1
    place += len(_AFTER_HEADLINE.match(text, place).group())  # type: ignore[union-attr]
    while True:
        near = [(s, e) for s, e in find_dates(text[place : place + 60]) if s == 0]
        if not near:
            return place
        behind = _AFTER_HEADLINE.match(text, place + near[0][1])
        assert behind is not None
        place = behind.end()


def _deck(piece: Unit) -> bool:
    """Whether the line under a headline says more of the story."""
    return piece.words >= 6 and not _furniture(piece) and not _dated(piece)


def _dated(piece: Unit) -> bool:
    """Whether a line holds a date and little else."""
    spans = find_dates(piece.text)
    return bool(spans) and len(piece.text) - sum(e - s for s, e in spans) < 60 and not piece.prose


def _furniture(piece: Unit) -> bool:
    """Whether a line belongs to the page around an article."""
    if _WORDY_FURNITURE.search(piece.text) and len(piece.text) < 400:
        return True
    if len(piece.text) > 300:
        return False
    found = _FURNITURE.fullmatch(piece.plain or piece.text)
    return found is not None and (not piece.prose or piece.text.lower().startswith(_CAPTIONS))


_CAPTIONS = ("pictured", "photo", "image", "illustration", "credit", "caption", "courtesy", "getty", "by ")


def _finish(pieces: list[Unit], first: int) -> int:
    """The last piece of the article that begins with piece ``first``."""
    told = 0
    stop = len(pieces)
    i = first
    while i < len(pieces):
        piece = pieces[i]
        if told >= 1 and _closes(piece, told) and (not piece.prose or not _goes_on(pieces, i)):
            stop = i
            break
        if told >= 2 and _interrupts(piece):
            after = _resumes(pieces, i)
            if after is None:
                stop = i
                break
            i = after
            continue
        told += piece.prose
        i += 1
    last = stop - 1
    if told:  # other headlines, tags and names below the last sentence
        while last > first and not _belongs(pieces[last], cut=stop < len(pieces)):
            last -= 1
    return last


def _closes(piece: Unit, told: int) -> bool:
    """Whether the article is over before this piece, ``told`` pieces of running text after it began."""
    if _CLOSE.fullmatch(piece.plain) or (piece.text.startswith("#") and _CLOSE.fullmatch(piece.text)):
        return True
    if told < 2 or len(piece.text) > 600:
        return False
    return _BIO.match(piece.text) is not None or (_REACH.search(piece.text) is not None and "“" not in piece.text)


def _interrupts(piece: Unit) -> bool:
    """Whether a piece leads away from the article: to other stories, or to nothing."""
    return _CARD.fullmatch(piece.plain) is not None or (not piece.prose and _ASIDE.fullmatch(piece.plain) is not None)


def _goes_on(pieces: list[Unit], i: int) -> bool:
    """Whether three sentences or more follow on end: what looked like a note on the author was none."""
    run = 0
    for piece in pieces[i + 1 : i + 25]:
        run = run + 1 if piece.prose and not _closes(piece, 2) else 0
        if run == 3:
            return True
    return False


def _resumes(pieces: list[Unit], i: int) -> int | None:
    """The piece with which running text goes on after an interruption at ``i``; None where it does not.

    After a single line (an advertisement, "Related: …") one sentence is enough; a list of other stories may hold
    sentences too.
    """
    line = _LINE_ASIDE.match(pieces[i].plain) is not None
    run = 0
    first = None
    for j in range(i + 1, min(len(pieces), i + 25)):
        piece = pieces[j]
        if _closes(piece, 2):
            return None
        if _interrupts(piece) or _furniture(piece):
            line = line and _LINE_ASIDE.match(piece.plain) is not None
            continue
        if not piece.prose:
            line, run, first = False, 0, None
            continue
        first = j if first is None else first
        run += 1
        if line or run == _RUN:
            return first
    return None


def _belongs(piece: Unit, *, cut: bool) -> bool:
    """Whether a piece near the end is part of the article: a sentence, an item, a row of figures.

    Where other stories were cut off below, a headline of theirs may still stand here; elsewhere a line of words may
    be the article's own last one.
    """
    if piece.prose or piece.bullet or "|" in piece.text or "\t" in piece.text:
        return True
    if piece.ends_sentence and piece.words >= 4:
        return True
    if re.search(r"\d(?:\.\d+)?\s?%|\bp\s?[<=]", piece.text):
        return True
    return not cut and piece.words >= 8 and not _furniture(piece)


def _without_tail(text: str, start: int, end: int) -> int:
    """The end without the standing parts that fill the text from some place on."""
    for first, last in reversed(boilerplate_spans(text)):
        if first >= end:
            continue
        if text[last:end].strip("*_#- \t\r\n\u00a0|"):
            break
        if first <= start:
            break
        end = first
    return start + len(text[start:end].rstrip())
