"""The fit under several assumptions about the missing outcomes, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from topline.errors import ArgumentError
from topline.synthesis.arrays.missing_outcomes import LINKS
from topline.synthesis.effects import effects
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.missing_outcomes import LEVEL_ENGINES, Assumption, as_names, assume
from topline.synthesis.network import Network
from topline.synthesis.spec import ModelSpec


def scenarios(
    fitted: Estimate, sd: float, size: float | None, treatments: str | Sequence[str] | None
) -> list[dict[str, Any]]:
    """Rows for every scenario and treatment, the available cases first; ``change`` is versus these.

    ``size`` is how far from 0 the log IMOR (or the difference of means) is taken; log 2 (half a pooled standard
    deviation) unless given. An engine that reads counts has the extremes only. Raises as
    :func:`topline.synthesis.missing_outcomes.assume`.
    """
    for name, value in (("sd", sd), ("size", size)):
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
        if not number and not (name == "size" and value is None):
            raise ArgumentError(f"{name} is a number from 0", found=repr(value), expected="such as 1")
    spec = fitted.spec
    rows = []
    available = {e.treatment: e.estimate for e in effects(fitted)}
    reads_counts = spec.engine not in LEVEL_ENGINES
    for name, words, assumption in _scenarios(spec, sd, size, as_names(treatments)):
        if reads_counts and assumption is not None and assumption.extreme is None:
            continue
        made = fitted if assumption is None else estimate(assume(spec, assumption))
        rows += [
            {
                "scenario": name,
                "assumption": words,
                "treatment": e.treatment,
                "reference": e.reference,
                "estimate": e.estimate,
                "se": e.se,
                "lower": e.lower,
                "upper": e.upper,
                "change": _change(e.estimate, available[e.treatment]),
                "tau2": made.tau2 if made.has_tau2 else None,
                "display_estimate": e.display.estimate,
                "display_lower": e.display.lower,
                "display_upper": e.display.upper,
            }
            for e in effects(made)
        ]
    return rows


def _change(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _scenarios(
    spec: ModelSpec, sd: float, size: float | None, named: tuple[str, ...] | None
) -> list[tuple[str, str, Assumption | None]]:
    network, reference = spec.network, spec.reference
    binary = network.measure in LINKS
    far = _size(network, size)
    word = "log IMOR" if binary else "IMDOM"
    opposite = dict.fromkeys(network.treatments, far) | {reference: -far}
    reverse = {t: -value for t, value in opposite.items()}
    found: list[tuple[str, str, Assumption | None]] = [
        ("available", "patients with a known outcome alone", None),
        ("uncertain", f"{word} 0, standard deviation {sd:g}, in every arm", Assumption(0.0, sd)),
        ("lower", f"{word} {-far:.3g} in every arm", Assumption(-far)),
        ("higher", f"{word} {far:.3g} in every arm", Assumption(far)),
        ("higher versus reference", f"{word} {far:.3g}, but {-far:.3g} with {reference}", Assumption(opposite)),
        ("lower versus reference", f"{word} {-far:.3g}, but {far:.3g} with {reference}", Assumption(reverse)),
    ]
    if not binary:
        return found
    found += [
        ("no_events", "no missing patient had the event", Assumption(extreme="no_events")),
        ("all_events", "every missing patient had the event", Assumption(extreme="all_events")),
    ]
    if spec.better is not None:
        who = f"treatments other than {reference}" if named is None else ", ".join(named)
        for extreme in ("best", "worst"):
            words = f"the {extreme} case for {who}: their missing patients fared {_fared(extreme)}, all others' not"
            found.append((extreme, words, Assumption(extreme=extreme, treatments=named)))
    return found


def _fared(extreme: str) -> str:
    return "well" if extreme == "best" else "badly"


def _size(network: Network, size: float | None) -> float:
    if size is not None:
        return float(size)
    if network.measure in LINKS:
        return math.log(2)
    if network.unit is None:
        raise ArgumentError(
            "the scenarios need a difference of means between missing and observed patients",
            found="no pooled standard deviation to take half of",
            repair="give size=, in the units of the outcome",
        )
    return 0.5 * network.unit
