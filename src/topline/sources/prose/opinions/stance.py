"""Which way a piece of text judges: positive, negative, mixed or neutral, from a list of words and what turns them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from topline.sources.vocabulary import rows

_TURNED = re.compile(
    r"(?:\b(?:not|no|never|hardly|without|nor|neither|barely|scarcely|cannot|lack of|lacks|lacked|lacking|far from"
    r"|unlikely to|failed to|fails to|fail to|rather than"
    r"|less|little|few|overcome[sd]?|allay(?:s|ed)?|eas(?:es|ed)|addresse[sd]|removes?|removed|clears?"
    r"|cleared|despite)|n't)(?: \w+){0,2} $",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-zA-Z]+(?:['-][a-zA-Z]+)*")
_OTHER = {"positive": "negative", "negative": "positive"}
_ALWAYS = frozenset(["hard to see", "difficult to see"])


@dataclass(frozen=True)
class Stance:
    """What a piece of text thinks; ``strong`` says that it judges, and does not merely report an effect."""

    stance: str
    strong: bool


@cache
def _words() -> dict[str, list[tuple[tuple[str, ...], str, bool]]]:
    """The judging phrases by their first word, the longest first."""
    known: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
    for row in rows("stance_words"):
        words = tuple(_WORD.findall(row["phrase"].lower()))
        known.setdefault(words[0], []).append((words, row["stance"], row["strength"] == "strong"))
    for phrases in known.values():
        phrases.sort(key=lambda entry: -len(entry[0]))
    return known


def _judging(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """Where a judging phrase begins, the phrase, what it thinks, and whether it judges strongly."""
    found = [(m.start(), m.group()) for m in _WORD.finditer(text.lower())]
    tokens = tuple(word for _, word in found)
    known = _words()
    i = 0
    while i < len(found):
        step = 1
        for words, stance, strong in known.get(tokens[i], ()):
            if tokens[i : i + len(words)] == words:
                yield found[i][0], " ".join(words), stance, strong
                step = len(words)
                break
        i += step


def stance_of(text: str) -> Stance | None:
    """The stance of a piece of folded text; None where no word of it judges.

    A negation within three words before a judging word turns it round; one that judges nothing either way
    (``surprise``) stays neutral. Words that merely report an effect count where no stronger one stands.
    """
    signs: dict[bool, set[str]] = {True: set(), False: set()}
    for start, phrase, stance, strong in _judging(text):
        if stance in _OTHER and phrase not in _ALWAYS and _TURNED.search(text[max(0, start - 40) : start]):
            stance = _OTHER[stance]
        signs[strong].add(stance)
    for strong in (True, False):
        found = signs[strong]
        if not found:
            continue
        if "mixed" in found or {"positive", "negative"} <= found:
            return Stance("mixed", strong)
        decided = found - {"neutral"}
        return Stance(decided.pop() if decided else "neutral", strong)
    return None
