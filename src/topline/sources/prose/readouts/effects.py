"""From the statistics beside some numbers to the fields of a readout: p, interval, size, effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from topline.sources.prose.readouts.quantities import usual_unit
from topline.sources.prose.readouts.statistics import Statistic

_SHORT = {
    "hr": "hazard ratio", "ahr": "hazard ratio", "or": "odds ratio", "aor": "odds ratio", "rr": "risk ratio",
    "irr": "rate ratio", "relative risk": "risk ratio",
}  # fmt: skip


def fields_of(
    source: Callable[[tuple[int, int]], str], statistics: Sequence[Statistic]
) -> tuple[dict[str, str], dict[str, str]]:
    """``p``, ``ci`` and ``n`` where given, and the effect (empty if there is none), in the words of the source."""
    fields: dict[str, str] = {}
    effect: dict[str, str] = {}
    for statistic in statistics:
        parts = {name: source(span) for name, span in statistic.parts.items()}
        if statistic.kind == "p" and "p" in parts:
            signed = parts["p"][0] in "<>=≤≥"
            fields.setdefault("p", re.sub(r"\s+", "", parts["p"]) if signed else parts["p"])
        elif statistic.kind == "ci" and "ci" not in fields:
            fields["ci"] = source((statistic.parts["low"][0], statistic.parts["high"][1]))
            effect.update({"lower": parts["low"], "upper": parts["high"]})
            if "level" in parts:
                effect["level"] = parts["level"]
        elif statistic.kind == "n":
            fields.setdefault("n", parts["n"])
        elif statistic.kind in {"ratio", "difference"} and "value" not in effect:
            effect.update({"measure": _measure(statistic.measure), "value": parts["value"]})
            if "unit" in parts:
                effect["unit"] = usual_unit(parts["unit"])
    return fields, effect if "value" in effect else {}


def _measure(words: str) -> str:
    plain = words.lower()
    return "difference" if "difference" in plain else _SHORT.get(plain, plain)
