"""A release says the same in its headline, its bullets and its body: one readout of it is kept, the body's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from topline.records import Readout
from topline.sources.text.folding import fold

_NEGATIVE = frozenset({"not met", "not significant", "futility", "inferior"})


@dataclass(frozen=True)
class Told:
    """A readout with the role of its sentence: ``body``, ``speech``, ``summary``, ``headline``."""

    readout: Readout
    role: str


_RANK = {"body": 0, "table": 0, "speech": 1, "summary": 2, "headline": 3}


def without_repeats(told: Sequence[Told]) -> list[Readout]:
    """The readouts in the order of the text, each statement once."""
    kept: list[Told] = []
    order = sorted(
        range(len(told)),
        key=lambda i: (_RANK[told[i].role], -len(told[i].readout.values), not told[i].readout.effect, i),
    )
    for i in order:
        new = told[i]
        if not any(_repeats(new, old) for old in kept):
            kept.append(new)
    return [t.readout for t in sorted(kept, key=lambda t: t.readout.start or 0)]


def _repeats(new: Told, old: Told) -> bool:
    """Whether a readout says nothing that another one has not said."""
    a, b = new.readout, old.readout
    if a.values:
        if new.role != "body" and new.role != "table":
            return bool(_numbers(a) & _numbers(b)) or (
                bool(b.values) and not any(c.isdigit() for c in a.values[0].value)
            )
        return (
            bool(b.values)
            and _numbers(a) <= _numbers(b)
            and (len(a.values) > 1 or _same_endpoint(a, b))
            and _arms(a) <= _arms(b)
        )
    if a.endpoint == "enrolment":
        return (b.endpoint == "enrolment" and a.n == b.n) or (new.role != "body" and b.n == a.n)
    if new.role in {"headline", "summary"}:
        return _same_sort(a, b) or not _names_endpoint(a)
    if a.effect and b.effect != a.effect:
        return False
    if b.values and _general(a):
        return True
    if _told_again(a, b):
        return True
    if new.role == "body" and (a.endpoint is None) != (b.endpoint is None):
        return False
    return not b.values and _same_sort(a, b) and _same_endpoint(a, b) and (a.trial == b.trial or new.role == "speech")


def _told_again(a: Readout, b: Readout) -> bool:
    """Whether an outcome without numbers stands in another that says more: an effect, or more goals by name."""
    if b.values or a.effect or a.outcome is None or b.outcome is None or not _same_sort(a, b):
        return False
    if not _same_trial(a, b) or a.endpoint is None or b.endpoint is None:
        return False
    if b.effect:
        return a.endpoint == b.endpoint
    one, other = (set(re.findall(r"[a-z]+", e.lower())) for e in (a.endpoint, b.endpoint))
    return _GOALS.search(a.endpoint) is not None and _GOALS.search(b.endpoint) is not None and one <= other


_GOALS = re.compile(r"(?:endpoint|goal|objective|outcome|measure)s?$")


def _same_trial(a: Readout, b: Readout) -> bool:
    if a.trial is None or b.trial is None:
        return True
    return bool(set(a.trial.split("; ")) & set(b.trial.split("; ")))


def _general(readout: Readout) -> bool:
    """Whether it only says that something improved significantly, and names no endpoint as met."""
    words = fold(readout.quote or "").text
    return (
        readout.outcome == "met"
        and not readout.effect
        and re.search(r"end ?-?point|goal|objective|inferior", words, re.IGNORECASE) is None
    )


def _numbers(readout: Readout) -> set[tuple[str, str]]:
    return {(re.sub(r"[^\w.]", "", v.value.lower()), v.unit[:1]) for v in readout.values}


def _arms(readout: Readout) -> set[str]:
    return {v.arm.lower().split(" vs ")[0].split(" ")[0] for v in readout.values}


_SMALL = frozenset({"of", "in", "on", "with", "the", "a", "and", "or", "to", "co", "no", "at", "least"})


def _same_endpoint(a: Readout, b: Readout) -> bool:
    if a.endpoint is None or b.endpoint is None:
        return True
    one, other = (set(re.findall(r"\w+", e.lower())) - _SMALL for e in (a.endpoint, b.endpoint))
    return bool(one & other)


def _same_sort(a: Readout, b: Readout) -> bool:
    if a.outcome is None or b.outcome is None:
        return a.outcome == b.outcome
    return (a.outcome in _NEGATIVE) == (b.outcome in _NEGATIVE)


def _names_endpoint(readout: Readout) -> bool:
    return readout.endpoint is not None and readout.outcome is not None
