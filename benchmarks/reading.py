"""How well the reader of documents reads: precision and recall by kind of fact against documents labelled by hand.

    python benchmarks/reading.py [FOLDER] [--show events|readouts|safety|opinions|traps]... [--json FILE]

FOLDER (default: the project's own labelled documents) holds pairs NNN.txt and NNN.json. What counts as found:

- A label's place is every place where its quote stands in the text, blanks, quotation marks and dashes folded. Facts
  are paired one to one, as many pairs as can be, then by overlap of the places.
- An event matches on type and drug, and its quote overlaps. ``deal_terms``, ``payment``, ``forecast`` and
  ``publication`` count as ``other``, ``safety_readout`` as ``readout``; a label may allow a second type under ``also``.
  An unlabelled event is an error only if it is said to have happened or to be planned, and an ``opinion`` on top of a
  labelled opinion is none.
- A label with a note "background" (an older event told in passing) or "repeat" (a fact told again) is neither to be
  found nor an error.
- A value of a readout matches on drug or arm, number and unit. "83.1; 83.3" are two numbers; a sign, a comma and a
  word ("approximately") don't matter; units match if one starts with the other. A second line asks for the arm too.
- Readouts without values (endpoint met or missed) match on the quote alone and have a line of their own. One that lies
  on a labelled readout with values is not an error.
- A safety fact matches on the event, leniently, and its quote overlaps; an opinion on the holder, and its quote
  overlaps.
- Names match if they share a part that looks like a word; a label without a drug matches any.
- A trap is fallen into if the quote of a readout, a safety fact, an opinion, or an event that happened or is planned,
  covers more than half of it, and no label of that kind (for an event: of that type) overlaps the same quote.

A date of an event and a stance of an opinion are compared for what was found, where the label has one, and never decide
whether it was. ``quotes hold`` is the share of documents in which ``text[start:end] == quote`` for every proposed fact.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scoring.names import numbers, same_arm, same_event, same_name, same_unit
from scoring.places import Span, Text, fold, holds, overlap

from topline.records.reading import ReadFact, Reading

OWN = Path(__file__).resolve().parents[1] / "tests" / "truth" / "data" / "reading" / "own"
KINDS = ("events", "values", "arms", "bare", "safety", "opinions")
TITLES = {
    "events": "events",
    "values": "readout values",
    "arms": "readout values, arm right",
    "bare": "readouts without values",
    "safety": "safety",
    "opinions": "opinions",
}
SHOWN = {"readouts": ("values", "bare")}
AS = {
    "deal_terms": "other", "payment": "other", "forecast": "other", "publication": "other", "safety_readout": "readout",
}  # fmt: skip

Label = dict[str, Any]


# ---- pairing


@dataclass
class Tally:
    """What was found, missed and made up, of one kind; of what was found, whose date or stance agrees or differs."""

    found: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    agrees: int = 0
    differs: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.found += other.found
        self.missed += other.missed
        self.wrong += other.wrong
        self.agrees += other.agrees
        self.differs += other.differs

    @property
    def precision(self) -> float | None:
        return _ratio(self.found, self.found + len(self.wrong))

    @property
    def recall(self) -> float | None:
        return _ratio(self.found, self.found + len(self.missed))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def pair(n: int, m: int, weight: Callable[[int, int], float]) -> dict[int, int]:
    """The pairs (label to proposal, one to one) with the largest sum of weights; 0 is no pair."""
    weights = np.array([[weight(i, j) for j in range(m)] for i in range(n)], dtype=float).reshape(n, m)
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if weights[i, j] > 0}


def _score(closeness: float, matched: bool = True, spare: bool = False) -> float:
    """A weight by which the number of pairs comes first, then how close they lie; a label to spare comes last."""
    return (0.0 if spare else 1000.0) + closeness if matched and closeness > 0 else 0.0


def optional(label: Label) -> bool:
    """Whether a label is neither to be found nor an error."""
    return any(word in str(label.get("note") or "") for word in ("background", "repeat"))


def _tally(
    pairs: dict[int, int],
    labels: Sequence[str],
    spare: Sequence[bool],
    reads: Sequence[str],
    excused: Callable[[int], bool] = lambda _: False,
) -> Tally:
    taken = set(pairs.values())
    return Tally(
        sum(not spare[i] for i in pairs),
        [show for i, show in enumerate(labels) if i not in pairs and not spare[i]],
        [show for j, show in enumerate(reads) if j not in taken and not excused(j)],
    )


# ---- kinds


def score_events(text: Text, labels: Label, reading: Reading) -> Tally:
    """Events: type, drug, overlap."""
    golds, reads = labels["events"], reading.events
    places, spans = [text.find(g["quote"]) for g in golds], [text.place(r) for r in reads]
    spare = [optional(g) for g in golds]
    said = [text.find(o["quote"]) for o in labels["opinions"]]

    def weight(i: int, j: int) -> float:
        same = _type(reads[j].type) in _types(golds[i]) and same_name(golds[i].get("drug"), reads[j].drug)
        return _score(overlap(places[i], spans[j]), same, spare[i])

    def excused(j: int) -> bool:
        if reads[j].status not in ("happened", "planned"):
            return True
        return reads[j].type == "opinion" and any(overlap(place, spans[j]) for place in said)

    shown = [f"{g['type']} [{g.get('drug')}] {g['quote']}" for g in golds]
    made = [f"{r.type} ({r.status}) [{r.drug}] {r.quote}" for r in reads]
    pairs = pair(len(golds), len(reads), weight)
    tally = _tally(pairs, shown, spare, made, excused)
    _compare(tally, [(golds[i].get("date"), reads[j].date, made[j]) for i, j in pairs.items() if not spare[i]])
    return tally


def _compare(tally: Tally, facts: list[tuple[str | None, str | None, str]]) -> None:
    """Count in how many facts a field is as labelled; a label without it asks nothing."""
    for label, read, show in facts:
        if label is not None and label == read:
            tally.agrees += 1
        elif label is not None:
            tally.differs.append(f"{read} for {label} | {show}")


def _type(name: str) -> str:
    return AS.get(name, name)


def _types(label: Label) -> set[str]:
    return {_type(str(label["type"])), _type(str(label.get("also", label["type"])))}


@dataclass(frozen=True)
class Value:
    """One number of one arm of one readout."""

    drug: str | None
    arm: str
    number: float | str
    unit: str
    places: tuple[Span, ...]
    show: str
    spare: bool = False


def label_values(text: Text, labels: Label) -> list[Value]:
    """The labelled values, number by number."""
    return [
        Value(
            r.get("drug"), v["arm"], number, v["unit"], places,
            f"[{r.get('drug')}] {v['arm']}: {v['value']} {v['unit']} | {r['quote']}", optional(r),
        )
        for r in labels["readouts"]
        for places in [text.find(r["quote"])]
        for v in r["values"]
        for number in numbers(v["value"])
    ]  # fmt: skip


def read_values(text: Text, reading: Reading) -> list[Value]:
    """The proposed values, number by number."""
    return [
        Value(r.drug, v.arm, number, v.unit, text.place(r), f"[{r.drug}] {v.arm}: {v.value} {v.unit} | {r.quote}")
        for r in reading.readouts
        for v in r.values
        for number in numbers(v.value)
    ]


def score_values(text: Text, labels: Label, reading: Reading, strict: bool) -> Tally:
    """Values of readouts: number, unit, and drug or arm (``strict``: the arm)."""
    golds, reads = label_values(text, labels), read_values(text, reading)
    spare = [g.spare for g in golds]

    def weight(i: int, j: int) -> float:
        gold, read = golds[i], reads[j]
        if gold.number != read.number or not same_unit(gold.unit, read.unit):
            return 0.0
        arm = (same_arm if strict else same_name)(gold.arm, read.arm)
        named = arm or (not strict and same_name(gold.drug, read.drug))
        return _score(1 + overlap(gold.places, read.places) + arm, named, spare[i])

    return _tally(pair(len(golds), len(reads), weight), [g.show for g in golds], spare, [r.show for r in reads])


def score_bare(text: Text, labels: Label, reading: Reading) -> Tally:
    """Readouts without values: the quote overlaps."""
    golds, reads = [r for r in labels["readouts"] if not r["values"]], reading.readouts
    places, spans = [text.find(g["quote"]) for g in golds], [text.place(r) for r in reads]
    valued = [text.find(r["quote"]) for r in labels["readouts"] if r["values"]]
    spare = [optional(g) for g in golds]

    def weight(i: int, j: int) -> float:
        shared = overlap(places[i], spans[j])
        return _score(shared + (not reads[j].values), shared > 0, spare[i])

    def excused(j: int) -> bool:
        return bool(reads[j].values) or any(overlap(place, spans[j]) for place in valued)

    shown = [f"{g['endpoint']} | {g['quote']}" for g in golds]
    made = [f"{r.outcome} | {r.quote}" for r in reads]
    return _tally(pair(len(golds), len(reads), weight), shown, spare, made, excused)


def score_safety(text: Text, labels: Label, reading: Reading) -> Tally:
    """Safety facts: event, overlap."""
    golds, reads = labels["safety"], reading.safety
    places, spans = [text.find(g["quote"]) for g in golds], [text.place(r) for r in reads]
    spare = [optional(g) for g in golds]

    def weight(i: int, j: int) -> float:
        likeness = same_event(golds[i]["event"], reads[j].event)
        shared = overlap(places[i], spans[j])
        return _score(shared + likeness, shared > 0 and likeness > 0, spare[i])

    shown = [f"{g['event']} | {g['quote']}" for g in golds]
    return _tally(pair(len(golds), len(reads), weight), shown, spare, [f"{r.event} | {r.quote}" for r in reads])


def score_opinions(text: Text, labels: Label, reading: Reading) -> Tally:
    """Opinions: holder, overlap."""
    golds, reads = labels["opinions"], reading.opinions
    places, spans = [text.find(g["quote"]) for g in golds], [text.place(r) for r in reads]
    spare = [optional(g) for g in golds]

    def weight(i: int, j: int) -> float:
        return _score(overlap(places[i], spans[j]), same_name(golds[i]["who"], reads[j].who), spare[i])

    shown = [f"{g['who']} | {g['quote']}" for g in golds]
    made = [f"{r.who} | {r.quote}" for r in reads]
    pairs = pair(len(golds), len(reads), weight)
    tally = _tally(pairs, shown, spare, made)
    _compare(tally, [(golds[i].get("stance"), reads[j].stance, made[j]) for i, j in pairs.items() if not spare[i]])
    return tally


# ---- traps


def fallen_into(text: Text, labels: Label, reading: Reading) -> list[str]:
    """The traps that a proposed fact covers, one line each."""
    hits = []
    for trap in labels["traps"]:
        places = text.find(trap)
        for kind, fact in _claims(reading):
            spans = text.place(fact)
            if _covered(places, spans) <= 0.5:
                continue
            rivals = [x for x in labels[kind] if kind != "events" or _type(str(getattr(fact, "type", ""))) in _types(x)]
            if not any(overlap(text.find(x["quote"]), spans) for x in rivals):
                hits.append(f"{trap} <- {kind} {getattr(fact, 'type', '')}: {fact.quote}")
                break
    return hits


def _claims(reading: Reading) -> list[tuple[str, ReadFact]]:
    claims: list[tuple[str, ReadFact]] = [("events", e) for e in reading.events if e.status in ("happened", "planned")]
    for kind in ("readouts", "safety", "opinions"):
        claims += [(kind, fact) for fact in getattr(reading, kind)]
    return claims


def _covered(trap: Sequence[Span], spans: Sequence[Span]) -> float:
    """The share of a trap that lies in a place."""
    shares = [(min(b, d) - max(a, c)) / (b - a) for a, b in trap for c, d in spans]
    return max(shares, default=0.0)


# ---- documents


@dataclass
class Score:
    """The scores of one document or of several."""

    kinds: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    traps: int = 0
    hits: list[str] = field(default_factory=list)
    documents: int = 0
    quotes_hold: int = 0

    def add(self, other: Score) -> None:
        for kind, tally in other.kinds.items():
            self.kinds[kind].add(tally)
        self.traps += other.traps
        self.hits += other.hits
        self.documents += other.documents
        self.quotes_hold += other.quotes_hold

    def as_json(self) -> dict[str, Any]:
        kinds = {k: {**asdict(t), "precision": t.precision, "recall": t.recall} for k, t in self.kinds.items()}
        return {
            "kinds": kinds, "traps": self.traps, "traps_fallen_into": self.hits,
            "documents": self.documents, "quotes_hold": self.quotes_hold,
        }  # fmt: skip


def score(raw: str, labels: Label, reading: Reading) -> Score:
    """The score of one document: its text, its labels and what was read from it."""
    text = fold(raw)
    kinds = {
        "events": score_events(text, labels, reading),
        "values": score_values(text, labels, reading, strict=False),
        "arms": score_values(text, labels, reading, strict=True),
        "bare": score_bare(text, labels, reading),
        "safety": score_safety(text, labels, reading),
        "opinions": score_opinions(text, labels, reading),
    }
    exact = all(holds(raw, fact) for fact in reading.candidates)
    return Score(kinds, len(labels["traps"]), fallen_into(text, labels, reading), 1, int(exact))


def score_folder(folder: Path, read: Callable[[Path], Reading]) -> dict[str, Score]:
    """The score of each document of a folder, by its number."""
    scores = {}
    for path in sorted(folder.glob("*.json")):
        document = path.with_suffix(".txt")
        labels = json.loads(path.read_text(encoding="utf-8"))
        scores[path.stem] = score(document.read_bytes().decode("utf-8"), labels, read(document))
    return scores


# ---- the page


def table(scores: dict[str, Score]) -> str:
    """One line a document: found, missed and wrong of each kind, and the traps."""
    heads = "".join(f"{kind:>14}" for kind in KINDS)
    lines = [f"{'':8}{heads}{'traps':>8}  quotes", f"{'':8}" + f"{'hit miss wrong':>14}" * len(KINDS)]
    for name, one in scores.items():
        cells = "".join(f"{t.found:>4} {len(t.missed):>4} {len(t.wrong):>4}" for t in one.kinds.values())
        held = "hold" if one.quotes_hold == one.documents else "BROKEN"
        lines.append(f"{name:8}{cells}{len(one.hits):>4}/{one.traps:<3}  {held}")
    return "\n".join(lines)


def totals(total: Score) -> str:
    """Precision and recall of each kind over all documents."""
    lines = [f"{'':28}precision  recall   found  missed  wrong"]
    for kind, t in total.kinds.items():
        shown = [f"{x:.2f}" if x is not None else "-" for x in (t.precision, t.recall)]
        lines.append(f"{TITLES[kind]:28}{shown[0]:>9}{shown[1]:>8}{t.found:>8}{len(t.missed):>8}{len(t.wrong):>7}")
    for kind, what in (("events", "dates of found events"), ("opinions", "stances of found opinions")):
        tally = total.kinds[kind]
        lines.append(f"{what} as labelled: {tally.agrees} of {tally.agrees + len(tally.differs)}")
    lines.append(f"traps fallen into: {len(total.hits)} of {total.traps}")
    lines.append(f"documents whose every quote holds: {total.quotes_hold} of {total.documents}")
    return "\n".join(lines)


def details(scores: dict[str, Score], kinds: Sequence[str]) -> str:
    """The missing and the wrong facts of some kinds, by document."""
    lines = []
    for name, one in scores.items():
        for shown in kinds:
            if shown == "traps":
                lines += [f"{name} trap    {hit}" for hit in one.hits]
                continue
            for kind in SHOWN.get(shown, (shown,)):
                lines += [f"{name} missed  {kind}: {line}" for line in one.kinds[kind].missed]
                lines += [f"{name} wrong   {kind}: {line}" for line in one.kinds[kind].wrong]
                lines += [f"{name} differs {kind}: {line}" for line in one.kinds[kind].differs]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=OWN)
    parser.add_argument(
        "--show", action="append", default=[], choices=("events", "readouts", "safety", "opinions", "traps")
    )
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    import topline

    scores = score_folder(chosen.folder, topline.read)
    total = Score()
    for one in scores.values():
        total.add(one)
    print(table(scores), totals(total), sep="\n\n")
    if chosen.show:
        print("\n" + details(scores, chosen.show))
    if chosen.json:
        whole = {"total": total.as_json(), "documents": {name: one.as_json() for name, one in scores.items()}}
        chosen.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
