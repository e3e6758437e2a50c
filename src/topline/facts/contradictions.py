"""Values of one outcome of one arm at one week that can't all be true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from topline.facts.dates import source_last_day
from topline.facts.numbers_agree import same_number, shown_value
from topline.facts.versions import key_of
from topline.records import CandidateRow, ContradictingValue, Contradiction, Question, Support, identify

_FILE = "outcomes.csv"
_Said = tuple[Mapping[str, str], ContradictingValue]


def contradictions(
    accepted: Iterable[Mapping[str, str]],
    candidates: Iterable[CandidateRow],
    question: Question,
    *,
    day: str | None = None,
) -> tuple[Contradiction, ...]:
    """What contradicts what among the rows of ``outcomes.csv`` and the candidates that wait, beyond rounding.

    With a ``day``, only candidates count that could be known on it, and documents of a later day are not named.
    """
    said: dict[str, list[_Said]] = {}
    for cells in accepted:
        value = ContradictingValue(
            id=cells.get("id", ""), value=shown_value(cells), state="accepted", source=cells["source_id"],
            known_from=cells["known_from"],
        )  # fmt: skip
        said.setdefault(key_of(_FILE, cells), []).append((cells, value))
    for candidate in candidates:
        cells = candidate.fields
        waits = candidate.kind == "outcome" and candidate.state == "proposed"
        placed = all(cells.get(name) for name in ("trial", "arm", "outcome", "week")) and cells["week"].isdecimal()
        if waits and placed and shown_value(cells) and (day is None or _known(candidate.known_from, day)):
            said.setdefault(key_of(_FILE, cells), []).append((cells, _proposed(candidate, day)))
    found = (_contradiction(values, question) for _, values in sorted(said.items()) if len(values) > 1)
    return tuple(contradiction for contradiction in found if contradiction is not None)


def _known(known_from: str, day: str) -> bool:
    try:
        last = source_last_day(known_from)
    except ValueError:
        return False
    return last is not None and last.isoformat() <= day


def _proposed(candidate: CandidateRow, day: str | None) -> ContradictingValue:
    support = candidate.supports[0]
    told = day is None or (support.date is not None and _known(support.date, day))
    return ContradictingValue(
        id=candidate.id,
        value=shown_value(candidate.fields),
        state="proposed",
        source=_named(support) if told else "a document of a later day",
        known_from=candidate.known_from,
        quote=support.passage.quote if told else None,
    )


def _named(support: Support) -> str:
    return support.title or support.publisher or f"document {support.passage.document[:12]}"


def _contradiction(values: list[_Said], question: Question) -> Contradiction | None:
    """All the values, where two of them differ; values that agree with one another stay beside each other."""
    pairs = ((a, b) for i, (a, _) in enumerate(values) for b, _ in values[i + 1 :])
    if all(same_number(a, b, question) is not False for a, b in pairs):
        return None
    cells = values[0][0]
    place = (cells["trial"], cells["arm"], cells["outcome"], int(cells["week"]))
    return Contradiction(
        id=identify("contradiction", place, [(v.id, v.value, v.state) for _, v in values]),
        trial=place[0],
        arm=place[1],
        outcome=place[2],
        week=place[3],
        values=tuple(value for _, value in values),
    )
