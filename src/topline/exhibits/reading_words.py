"""A proposed fact in words: one line that says it, and the details that stand below it."""

from __future__ import annotations

from topline.exhibits.text import date
from topline.records import ArmValue, OpinionStatement, ReadEvent, ReadFact, Readout, SafetyStatement

KINDS = {"event": "Event", "readout": "Readout", "safety": "Safety", "opinion": "Opinion"}
"""The kinds of facts, with the word that a page shows."""
_HOLDERS = frozenset({"company executive", "trial investigator", "outside expert"})


def kind_of(fact: ReadFact) -> str:
    """``event``, ``readout``, ``safety`` or ``opinion``."""
    if isinstance(fact, ReadEvent):
        return "event"
    if isinstance(fact, Readout):
        return "readout"
    return "safety" if isinstance(fact, SafetyStatement) else "opinion"


def say(fact: ReadFact) -> str:
    """The fact in one line: what, who or which drug, how much, when."""
    if isinstance(fact, ReadEvent):
        return _event(fact)
    if isinstance(fact, Readout):
        return _readout(fact)
    if isinstance(fact, SafetyStatement):
        return _safety(fact)
    assert isinstance(fact, OpinionStatement)
    return f"{fact.who}: {fact.stance}{_about(fact.about)}"


def in_quotes(quote: str) -> str:
    """A quotation on one line in quotation marks; one that brings its own keeps them."""
    line = " ".join(quote.split())
    own = line.startswith(("“", '"')) and line.endswith(("”", '"'))
    return line if own else f"“{line}”"


def details(fact: ReadFact) -> list[tuple[str, str]]:
    """What else the fact holds, as pairs of a label and words; empty fields are left out."""
    if isinstance(fact, ReadEvent):
        found = [
            ("who", "; ".join(f"{p.name} ({p.role})" for p in fact.parties)),
            ("indication", fact.indication),
            ("target", fact.target),
            ("phase", fact.phase),
            ("trial", fact.trial),
            ("amount", "; ".join(f"{a.text}{f' ({a.purpose})' if a.purpose else ''}" for a in fact.amounts)),
            ("stated reason", fact.reason),
        ]
    elif isinstance(fact, Readout):
        found = [
            ("versus", fact.comparator),
            ("at", fact.timepoint),
            ("interval", fact.ci),
            ("p", fact.p),
            ("n", fact.n),
            ("population", fact.population),
            ("trial", fact.trial),
            ("phase", fact.phase),
        ]
    elif isinstance(fact, SafetyStatement):
        found = [("drug", fact.drug)]
    else:
        found = []
    return [(label, words) for label, words in found if words]


def _about(about: str | None) -> str:
    """What is judged; a text that only tells the holder's part is no object."""
    if not about:
        return ""
    return f" ({about})" if about in _HOLDERS else f" on {about}"


def _event(event: ReadEvent) -> str:
    what = (event.detail if event.type == "other" and event.detail else event.type.replace("_", " ")).strip()
    when = date(event.date) if event.date else "no date"
    told = event.status == "happened" or event.status in what.split()  # "trial started, planned" says it itself
    parts = [what, event.drug or "", when, "" if told else event.status]
    return " · ".join(part for part in parts if part)


def _readout(readout: Readout) -> str:
    parts = [readout.drug or "", readout.endpoint or "result", _values(readout.values), _effect(readout.effect)]
    if readout.outcome:
        parts.append(readout.outcome)
    return " · ".join(part for part in parts if part)


def _effect(effect: dict[str, str]) -> str:
    if "value" not in effect:
        return ""
    unit = effect.get("unit", "")
    limits = f" ({effect['lower']} to {effect['upper']})" if "lower" in effect and "upper" in effect else ""
    versus = f" versus {effect['versus']}" if effect.get("versus") else ""
    return f"{effect.get('measure', 'effect')} {effect['value']}{_unit(unit)}{limits}{versus}"


def _safety(safety: SafetyStatement) -> str:
    parts = [safety.event, _values(safety.arms), safety.direction or ""]
    return " · ".join(part for part in parts if part)


def _values(values: tuple[ArmValue, ...]) -> str:
    return ", ".join(f"{v.arm} {v.value}{_unit(v.unit)}{f' (n={v.n})' if v.n else ''}".strip() for v in values)


def _unit(unit: str) -> str:
    return unit if unit.startswith("%") or not unit else f" {unit}"
