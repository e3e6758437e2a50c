"""Continuity corrections: what is added to the cells of studies with a zero cell, and by which rule.

Rules, as metafor names them: ``only0`` corrects the studies that have an arm without events or with events in all
patients; ``if0all`` corrects every study as soon as one needs it; ``all`` always corrects every study; ``tacc``
corrects the studies of ``only0``, each arm in proportion to its size, so that the correction itself shows no effect
(the treatment-arm continuity correction of Sweeting, Sutton and Lambert 2004, Stat Med 23:1351).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topline.errors import ArgumentError, UnknownNameError
from topline.records import Caveat, StudyArm
from topline.synthesis.evidence.measures import Measure, is_empty, is_full

RULES = ("only0", "if0all", "all", "tacc")

# from this share of corrected studies on, the correction itself moves the results
MANY_CORRECTED = 0.25


@dataclass(frozen=True)
class Continuity:
    """``amount`` is added to each cell of the studies that ``rule`` picks; with ``tacc`` it is the arms' mean.

    Raises ``ArgumentError`` for an amount below 0, ``UnknownNameError`` for an unknown rule.
    """

    amount: float = 0.5
    rule: str = "only0"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount) and self.amount >= 0):
            raise ArgumentError("the continuity correction is a number from 0", found=str(self.amount), expected="0.5")
        if self.rule not in RULES:
            raise UnknownNameError.among("continuity rule", self.rule, RULES)


def corrections(
    studies: Mapping[str, Sequence[StudyArm]], measure: Measure, continuity: Continuity
) -> tuple[list[str], dict[str, list[float]]]:
    """The corrected studies in order, and what is added to the cells of each arm of every study.

    Raises ``ArgumentError`` when a study needs a correction and the amount is 0.
    """
    if not measure.zero_cells:
        return [], {study: [0.0] * len(arms) for study, arms in studies.items()}
    needy = [s for s, arms in studies.items() if any(is_empty(a) or is_full(a, measure) for a in arms)]
    if needy and continuity.amount == 0:
        raise ArgumentError(
            "studies with an arm without events, or with events in all patients, need a continuity correction",
            found="continuity 0; " + ", ".join(needy),
            expected="a number above 0",
            repair="use continuity=0.5, an engine for sparse data (mh, nch, penalised), or leave these studies out",
        )
    everyone = continuity.rule == "all" or (continuity.rule == "if0all" and needy)
    corrected = [] if continuity.amount == 0 else list(studies) if everyone else needy
    chosen = set(corrected)
    added = {s: _of(arms, continuity, measure) if s in chosen else [0.0] * len(arms) for s, arms in studies.items()}
    return sorted(corrected), added


def _of(arms: Sequence[StudyArm], continuity: Continuity, measure: Measure) -> list[float]:
    if continuity.rule != "tacc":
        return [continuity.amount] * len(arms)
    sizes: NDArray[np.float64] = np.array([a.exposure if measure.rate else a.n for a in arms], dtype=float)
    shares: list[float] = (continuity.amount * len(arms) * sizes / sizes.sum()).tolist()
    return shares


def correction_caveat(
    corrected: Sequence[str], arms: Sequence[StudyArm], n_studies: int, continuity: Continuity, measure: Measure
) -> tuple[Caveat, ...]:
    """What was added to how many studies, by which rule; none when nothing was."""
    if not corrected:
        return ()
    where = ", in the variance only," if measure.name in ("RD", "IRD") else ""
    many = len(corrected) >= MANY_CORRECTED * n_studies
    amount, rule = continuity.amount, continuity.rule
    how = {
        "only0": f"{amount:g} was added to the cells{where} of {len(corrected)} of {n_studies} studies in which an arm "
        "had no events or only events",
        "tacc": f"On average {amount:g}, in proportion to the arm's size, was added to the cells{where} of "
        f"{len(corrected)} of {n_studies} studies in which an arm had no events or only events",
        "if0all": f"{amount:g} was added to the cells{where} of all {n_studies} studies, since in some an arm had no "
        "events or only events",
        "all": f"{amount:g} was added to the cells{where} of all {n_studies} studies",
    }[rule]
    names = f": {', '.join(corrected)}" if rule in ("only0", "tacc") else ""
    text = f"{how} (continuity rule {rule}){names}."
    if many:
        text += " With so many, the correction moves the results"
        text += "; engine='nch' needs none." if measure.name == "OR" else "."
    facts = tuple(a.fact for a in arms if a.fact and a.study in set(corrected))
    return (Caveat(code="continuity", text=text, severity="serious" if many else "moderate", facts=facts),)
