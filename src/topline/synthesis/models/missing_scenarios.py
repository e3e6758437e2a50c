"""The fit under several assumptions about the missing outcomes, side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from topline.errors import ArgumentError
from topline.synthesis.arrays.missing_outcomes import LINKS
from topline.synthesis.choices import is_number
from topline.synthesis.effects import effects
from topline.synthesis.engines import Estimate, estimate
from topline.synthesis.evidence.network import Network
from topline.synthesis.models.missing_outcomes import (
    LEVEL_ENGINES,
    Assumption,
    as_names,
    assume,
    available,
    check_measure,
    countable,
)
from topline.synthesis.spec import ModelSpec


def scenarios(
    fitted: Estimate, sd: float, size: float | None, treatments: str | Sequence[str] | None
) -> list[dict[str, Any]]:
    """Rows for every scenario and treatment, the available cases first; ``change`` is versus these.

    A fit under an assumption is taken back to the patients with a known outcome. ``change`` is None for a treatment
    that enters by its missing patients alone.

    ``size`` is how far from 0 the log IMOR (or the difference of means) is taken; log 2 (half a pooled standard
    deviation) unless given. An engine that reads counts has the extremes only. Raises as
    :func:`topline.synthesis.models.missing_outcomes.assume`.
    """
    for name, value in (("sd", sd), ("size", size)):
        number = is_number(value) and math.isfinite(value) and value >= 0  # type: ignore[arg-type, operator]
        if not number and not (name == "size" and value is None):
            raise ArgumentError(f"{name} is a number from 0", found=repr(value), expected="such as 1")
    spec = available(fitted.spec)
    check_measure(spec.network)
    countable(spec.network)
    named = as_names(treatments)
    if named is not None and not _has_cases(spec):
        raise ArgumentError(
            "treatments= belongs to the best and the worst case",
            found="better=None" if spec.network.measure in LINKS else spec.network.measure,
            expected="events, and a direction",
            repair="fit with better='higher' or better='lower', or leave treatments out",
        )
    rows = []
    start = fitted if spec is fitted.spec else estimate(spec)
    known = {e.treatment: e.estimate for e in effects(start)}
    reads_counts = spec.engine not in LEVEL_ENGINES
    for name, words, assumption in _scenarios(spec, float(sd), size, named):
        if reads_counts and assumption is not None and assumption.extreme is None:
            continue
        made = start if assumption is None else estimate(assume(spec, assumption))
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
                "change": _change(e.estimate, known.get(e.treatment)),
                "tau2": made.tau2 if made.has_tau2 else None,
                "display_estimate": e.display.estimate,
                "display_lower": e.display.lower,
                "display_upper": e.display.upper,
            }
            for e in effects(made)
        ]
    return rows


def _has_cases(spec: ModelSpec) -> bool:
    """Whether there are a best and a worst case."""
    return spec.network.measure in LINKS and spec.better is not None


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
    if _has_cases(spec):
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
