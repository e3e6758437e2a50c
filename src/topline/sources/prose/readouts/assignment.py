"""Which number belongs to which arm: by lists in one order, the words between two numbers, the arm before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from topline.sources.prose.readouts.arms import Arm
from topline.sources.prose.readouts.quantities import Quantity

VERSUS = re.compile(
    r"\b(?:versus|vs\.?|v\.?|(?:as |when )?compared (?:with|to)|in comparison (?:with|to)|against"
    r"|as opposed to|relative to|over|than(?: (?:with|for|in))?|from)(?= )"
)
_SPLIT = (
    re.compile(
        r"\b(?:versus|vs\.?|v\.?|(?:as |when )?compared (?:with|to)|in comparison (?:with|to)"
        r"|against|as opposed to|relative to)(?= )"
    ),
    re.compile(r";"),
    re.compile(r"\b(?:while|whereas|but)\b"),
    re.compile(r",? and\b|,? or\b"),
    re.compile(r","),
)
_LIST_GAP = re.compile(
    r"(?: ?%)?(?:,? (?:and|or|versus|vs\.?|to|compared (?:with|to)|&) (?:by )?(?:-)?"
    r"|, ?(?:and )?(?:by )?|/| ?\| ?|; )$|^ \((?:p|P)[^)]*\)(?:,| and|, and) $"
)
_ARM_GAP = re.compile(
    r"^(?:®|™)?(?:,? (?:and|or|versus|vs\.?|compared (?:with|to)|&) |, ?(?:and |or )?|/)(?:the "
    r"|those on |for |in |with |on )?$"
)


_SHARED = re.compile(VERSUS.pattern + r"|\brespectively\b")
_FROM = re.compile(r"\bfrom (?:a (?:mean|median) of )?$")
_TO = re.compile(r" to (?:approximately |about |just |only )?$")


_BEFORE_CHANGE = re.compile(r" (?:in|during|on|before|with) (?:the |a )?(?P<name>[a-z][\w-]+(?: [a-z-]+){0,2}?) to ")


def assign(text: str, start: int, end: int, values: Sequence[Quantity], arms: Sequence[Arm]) -> list[Arm | None]:
    """The arm of each value, None where the words do not say; ``start:end`` is the sentence."""
    chosen: list[Arm | None] = [None] * len(values)
    if len(values) >= 2 and _FROM.search(text[start : values[0].start]) and _TO.search(text[start : values[1].start]):
        before = [a for a in arms if values[0].stop <= a.start and a.end <= values[1].start]
        place = _BEFORE_CHANGE.match(text, values[0].stop, values[1].start)
        if not before and place and place.end("name") < values[1].start:
            before = [Arm(*place.span("name"), place["name"], True)]
        if before:
            after = [a for a in arms if a.start >= values[1].stop and _linked(text[values[1].stop : a.start])]
            return [before[0], after[0] if after else None, *[None] * (len(values) - 2)]
    single = {a.name for a in arms}
    if len(single) == 1 and not arms[0].comparator and len(values) > 1 and not _SHARED.search(text, start, end):
        return [arms[0]] * len(values)
    fixed = _lists(text, values, arms, chosen)
    free_arms = [a for a in arms if a not in fixed]
    open_values = [i for i in range(len(values)) if chosen[i] is None]
    if not open_values:
        return chosen
    right, left, versus = _sides(text, start, end, values, free_arms)
    for i in open_values:
        near = [a for a in right[i] if _linked(text[values[i].stop : a.start])]
        if near:
            chosen[i] = near[0]
        elif left[i] and not (right[i] and VERSUS.search(text, left[i][-1].end, values[i].start)):
            chosen[i] = left[i][-1]
        elif right[i]:
            chosen[i] = right[i][0]
    _spread(text, chosen, values, versus)
    return chosen


def _runs(text: str, spans: Sequence[tuple[int, int]], gap: re.Pattern[str]) -> list[list[int]]:
    """Indexes of spans that stand in one list."""
    runs: list[list[int]] = []
    for i, (first, _) in enumerate(spans):
        if runs and gap.search(text[spans[i - 1][1] : first]) and len(text[spans[i - 1][1] : first]) < 30:
            runs[-1].append(i)
        else:
            runs.append([i])
    return [run for run in runs if len(run) > 1]


def _lists(text: str, values: Sequence[Quantity], arms: Sequence[Arm], chosen: list[Arm | None]) -> set[Arm]:
    """Give a list of numbers the list of as many arms that stands nearest; the arms that were so used."""
    used: set[Arm] = set()
    value_runs = _runs(text, [(v.start, v.stop) for v in values], re.compile(r"^ ?" + _LIST_GAP.pattern))
    arm_runs = _runs(text, [(a.start, a.end) for a in arms], _ARM_GAP)
    for run in value_runs:
        at = values[run[0]].start
        fitting = [r for r in arm_runs if len(r) == len(run) and not used & {arms[i] for i in r}]
        if not fitting and len(run) > 2:
            fitting = [r[-len(run) :] for r in arm_runs if len(r) > len(run)]
        if not fitting:
            continue
        best = min(fitting, key=lambda r: abs(arms[r[0]].start - at))
        if best and any(values[run[0]].start < arms[i].start < values[run[-1]].start for i in best):
            continue
        for i, k in zip(run, best, strict=True):
            chosen[i] = arms[k]
            used.add(arms[k])
    return used


def _sides(
    text: str, start: int, end: int, values: Sequence[Quantity], arms: Sequence[Arm]
) -> tuple[list[list[Arm]], list[list[Arm]], list[bool]]:
    """For each value the arms after it and before it that are its own; and whether ``versus`` precedes it."""
    right: list[list[Arm]] = [[] for _ in values]
    left: list[list[Arm]] = [[] for _ in values]
    versus = [False] * len(values)
    first, last = values[0].start, values[-1].stop
    left[0] = [a for a in arms if a.end <= first]
    cut = VERSUS.search(text, last, end)
    right[-1] = [a for a in arms if a.start >= last and (cut is None or a.start < cut.start())]
    for i in range(len(values) - 1):
        stop, begin = values[i].stop, values[i + 1].start
        between = [a for a in arms if stop <= a.start and a.end <= begin]
        between = [a for a in between if not _only_compared(text, stop, a, begin)]
        place = _border(text, stop, begin, between)
        right[i] = [a for a in between if a.start < place]
        left[i + 1] = [a for a in between if a.start >= place]
        versus[i + 1] = VERSUS.search(text, stop, begin) is not None and not any(
            _only_compared(text, stop, a, begin) for a in arms if stop <= a.start and a.end <= begin
        )
    return right, left, versus


_AND_NEXT = re.compile(r" and (?:by |of |a |an )?(?:approximately |about )?$")


def _only_compared(text: str, stop: int, arm: Arm, begin: int) -> bool:
    """Whether an arm between two numbers is what the first is compared with, as in ``by 7 over placebo and by 2``."""
    ahead = VERSUS.search(text, max(stop, arm.start - 12), arm.start)
    return ahead is not None and arm.start - ahead.end() < 6 and _AND_NEXT.search(text[arm.end : begin]) is not None


def _border(text: str, stop: int, begin: int, arms: Sequence[Arm]) -> int:
    """Where the words on one value end and those on the next begin."""
    for pattern in _SPLIT:
        places = [
            m.start() for m in pattern.finditer(text, stop, begin) if not any(a.start < m.start() < a.end for a in arms)
        ]
        if places:
            return places[-1] if len(places) > 1 and not any(a.start >= places[0] for a in arms) else places[0]
    return begin if arms and _linked(text[stop : arms[0].start]) else stop


_LINK = re.compile(
    r"^[^.;|]{0,60}?\b(?:on|with|for|in|receiving|received|treated with|taking|given|among|of"
    r"|who received|assigned to|randomi[sz]ed to)(?: (?:the|an?|those|patients|people|participants"
    r"|on|in|with|receiving|treated|who|were|given)){0,4} $|^ ?[(\[]?$|^ (?:the )?$|^ [\w-]+ $"
)


_BRACKETS = re.compile(r" ?\([^()]{0,80}\)")


def _linked(words: str) -> bool:
    return _LINK.match(_BRACKETS.sub("", words)) is not None


def _spread(text: str, chosen: list[Arm | None], values: Sequence[Quantity], versus: Sequence[bool]) -> None:
    """A value with no arm of its own takes the one before, unless the two are compared or a semicolon parts them.

    After a semicolon as many values without arms as there were arms before it take those in their order.
    """
    known = list(dict.fromkeys(a for a in chosen if a is not None))
    bare = [i for i, arm in enumerate(chosen) if arm is None]
    parted = bool(bare) and bare[0] > 0 and ";" in text[values[bare[0] - 1].stop : values[bare[0]].start]
    if parted and len(bare) == len(known) > 1 and bare[-1] == len(chosen) - 1:
        for i, arm in zip(bare, known, strict=True):
            chosen[i] = arm
        return
    for i in range(1, len(chosen)):
        if chosen[i] is None and not versus[i] and ";" not in text[values[i - 1].stop : values[i].start]:
            chosen[i] = chosen[i - 1]
