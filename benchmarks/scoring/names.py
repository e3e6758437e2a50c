"""Lenient comparison of names, numbers, units and adverse events."""

from __future__ import annotations

import re

from scoring.places import MARKS

_FILLER = frozenset(
    {
        "and", "plus", "with", "the", "for", "from", "mg", "mcg", "kg", "ug", "dose", "doses", "week",
        "weeks", "arm", "arms", "group", "high", "low", "combination", "therapy", "treatment", "versus",
        "vs", "cohort", "cohorts", "all", "both", "once", "daily", "injection", "patients", "company",
        "inc", "dr", "mr", "prof", "md", "phd", "analyst", "analysts", "executive", "investigator",
        "unnamed", "senior", "chief", "officer", "president",
    }
)  # fmt: skip


def parts(name: str) -> set[str]:
    """The word-like parts of a name: "ustekinumab-aekn (SELARSDI)" has ustekinumabaekn, ustekinumab, selarsdi."""
    found: set[str] = set()
    for token in re.findall(r"[^\W_]+(?:-[^\W_]+)*", name.translate(MARKS).casefold()):
        pieces = token.split("-")
        found.add("".join(pieces))
        found.update(p for p in pieces if len(p) > 4 and p.isalpha())
    words = {w for w in found if len(w) > 1 and w not in _FILLER and not w.isdigit()}
    return words or {w for w in found if w.isdigit()} or found


def same_name(label: str | None, read: str | None) -> bool:
    """Whether two names share a part; a label without a name matches any."""
    return label is None or (read is not None and bool(parts(label) & parts(read)))


def same_arm(label: str, read: str) -> bool:
    """Whether two arms share a part of their names, and a number (of a dose, a week) if both have one."""
    one, other = (set(re.findall(r"(?<![\w-])\d+(?:\.\d+)?", name)) for name in (label, read))
    return same_name(label, read) and (not one or not other or bool(one & other))


_COUNTED = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_WORDS = {word: float(i) for i, word in enumerate(_COUNTED, 1)}
_WORDS |= {"none": 0.0, "no": 0.0, "zero": 0.0}
_HEDGES = re.compile(
    r"\b(approximately|about|around|roughly|nearly|almost|some|more than|less than|fewer than|over|under|"
    r"up to|at least|at most|as many as|as much as|a|an|of|the)\b"
)


def numbers(value: str) -> list[float | str]:
    """The numbers of a value without sign or comma, or what is left of its words ("more than half": half)."""
    plain = value.translate(MARKS).casefold()
    figures = re.findall(r"\d+(?:\.\d+)?|\.\d+", re.sub(r"(?<=\d)[,\s](?=\d{3}(?!\d))", "", plain).replace("·", "."))
    if figures:
        return [float(f) for f in figures]
    words = " ".join(_HEDGES.sub(" ", plain).replace("-", " ").split())
    return [_WORDS.get(words, words)]


def same_unit(label: str, read: str) -> bool:
    """Whether one unit starts with the other; a label without a unit matches any."""
    one, other = _unit(label), _unit(read)
    return not one or (bool(other) and (one.startswith(other) or other.startswith(one)))


def _unit(unit: str) -> str:
    plain = re.sub(r"\s+", " ", unit.translate(MARKS).casefold().replace("percent", "%", 1) if unit else "")
    plain = plain.replace("per cent", "%").replace("%age point", "percentage point")
    return re.sub(
        r"\bof (the )?(patients|people|participants|subjects|adults|women|men|children|infants)\b", "", plain
    ).strip()


_SPELLINGS = (
    ("haem", "hem"), ("anaem", "anem"), ("oedema", "edema"), ("diarrhoea", "diarrhea"), ("oes", "es"),
    ("teae", "ae"), ("adverse event", "ae"), ("adverse reaction", "ae"), ("side effect", "ae"), ("sae", "serious ae"),
    ("dropout", "discontinuation"), ("withdrawal", "discontinuation"), ("died", "death"), ("fatal", "death"),
)  # fmt: skip
_GENERAL = frozenset(
    {
        "safety",
        "tolerability",
        "tolerated",
        "tolerable",
        "profile",
        "finding",
        "overall",
        "general",
        "well",
        "generally",
    }
)


def event_words(event: str) -> set[str]:
    """The words of an adverse event without what stands in brackets, in one spelling and number."""
    plain = re.sub(r"\([^)]*\)", " ", event.casefold()) if re.sub(r"\([^)]*\)", "", event).strip() else event.casefold()
    plain = re.sub(r"(?<=[a-z]{3})s\b(?<!ss)(?<!us)(?<!is)", "", re.sub(r"\b(te|s)?aes\b", r"\1ae", plain))
    for spelling, kept in _SPELLINGS:
        plain = plain.replace(spelling, kept)
    words = set(re.findall(r"[a-z0-9]+", plain)) - {"of", "to", "due", "the", "and", "in", "new", "any", "treatment"}
    return {"safety"} if words and words <= _GENERAL else words


def same_event(label: str, read: str) -> float:
    """1 for the same words, less if one holds the other, 0 if neither."""
    one, other = event_words(label), event_words(read)
    if not one or not other:
        return 0.0
    return len(one & other) / len(one | other) if one <= other or other <= one else 0.0
