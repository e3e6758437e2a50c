"""Which arms with few events enter a fit of odds ratios, which stay out, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from topline.errors import DataError
from topline.records import Caveat, StudyArm
from topline.synthesis.arrays.laplacian import Array
from topline.synthesis.arrays.mantel_haenszel import is_defined

Studies = dict[str, list[StudyArm]]


@dataclass(frozen=True)
class SparseEvidence:
    """The arms that enter, sorted, by study; what is ``added`` to the cells of which studies; what stayed out."""

    studies: Studies
    added: Mapping[str, float]
    caveats: tuple[Caveat, ...]


def usable_evidence(arms: Sequence[StudyArm], *, keep_silent: bool) -> SparseEvidence:
    """Complete arms of studies that compare something.

    Studies without events, or with events in all patients, stay only with ``keep_silent``. Raises ``DataError`` for a
    treatment twice in a study and for counts that can't be.
    """
    incomplete: Studies = {}
    studies: Studies = {}
    for arm in sorted(arms, key=lambda a: (a.study, a.treatment)):
        whole = arm.events is not None and arm.n is not None
        (studies if whole else incomplete).setdefault(arm.study, []).append(arm)
    _check_arms(studies)
    single = {s: own for s, own in studies.items() if len(own) < 2}
    studies = {s: own for s, own in studies.items() if len(own) > 1}
    silent = {s: own for s, own in studies.items() if _is_silent(own)}
    caveats = [
        _caveat("incomplete_arms", "Arms without events or n are left out", incomplete),
        _caveat("single_arm", "Studies with one usable arm compare nothing and are left out", single),
    ]
    nothing = "studies with no events in any arm, or with events in all patients,"
    if keep_silent:
        caveats.append(_caveat("penalty_only", f"In {nothing} only the penalty speaks", silent, "minor"))
    else:
        text = f"{nothing.capitalize()} say nothing about the odds ratio and are left out"
        caveats.append(_caveat("no_information", text, silent))
        studies = {s: own for s, own in studies.items() if s not in silent}
    return SparseEvidence(studies, {}, tuple(c for c in caveats if c is not None))


def cells(arm: StudyArm) -> tuple[float, float]:
    """Events and n of a complete arm."""
    assert arm.events is not None
    assert arm.n is not None
    return float(arm.events), float(arm.n)


def _check_arms(studies: Studies) -> None:
    """Refuse a treatment twice in a study, and counts that can't be."""
    for study, own in studies.items():
        names = [a.treatment for a in own]
        for arm in own:
            events, n = cells(arm)
            if names.count(arm.treatment) > 1:
                raise DataError(
                    f"study {study} has the treatment {arm.treatment} twice",
                    expected="each treatment of a study once",
                    repair="merge the two arms, or give their treatments different names",
                )
            if not (math.isfinite(n) and n > 0 and 0 <= events <= n):
                raise DataError(
                    f"study {study}, treatment {arm.treatment}: counts that can't be",
                    found=f"{events:g} of {n:g}",
                    expected="n above 0, and events from 0 to n",
                )


def _is_silent(arms: Sequence[StudyArm]) -> bool:
    """Whether no patient of these arms had the event, or every one had."""
    counts = [cells(a) for a in arms]
    return all(events == 0 for events, _ in counts) or all(events == n for events, n in counts)


def designs(studies: Studies) -> dict[tuple[str, ...], list[list[StudyArm]]]:
    """The studies of each set of treatments, all sorted."""
    found: dict[tuple[str, ...], list[list[StudyArm]]] = {}
    for study in sorted(studies):
        found.setdefault(tuple(a.treatment for a in studies[study]), []).append(studies[study])
    return dict(sorted(found.items()))


def design_table(design: Sequence[Sequence[StudyArm]], added: Mapping[str, float]) -> tuple[Array, Array]:
    """Events and n (K, J) of the studies of a design, corrected."""
    table = np.array([[cells(a) for a in own] for own in design])
    more = np.array([[added.get(own[0].study, 0.0)] for own in design])
    return table[..., 0] + more, table[..., 1] + 2 * more


def mantel_haenszel_evidence(evidence: SparseEvidence, continuity: float) -> SparseEvidence:
    """What the Mantel-Haenszel odds ratio is defined for.

    A treatment without events, or with nothing else, in all studies of a design leaves it, and what remains joins the
    design of the remaining treatments. With ``continuity`` above 0 nothing leaves: that is added to all cells of the
    design's studies. Source: Efthimiou et al. 2019, Stat Med 38:2992.
    """
    kept, lost = (dict(evidence.studies), Studies()) if continuity > 0 else _without_empty(evidence.studies)
    undefined = [
        own for design in designs(kept).values() if not is_defined(*design_table(design, {})) for own in design
    ]
    added = {own[0].study: continuity for own in undefined} if continuity > 0 else {}
    if not added:
        # each treatment has events, but never in a study where another has patients without: 0 or infinity again
        lost |= {own[0].study: evidence.studies[own[0].study] for own in undefined}
        kept = {s: own for s, own in kept.items() if own not in undefined}
    text = (
        "The Mantel-Haenszel odds ratio is undefined where in all studies of the same treatments one has no events, or "
        "only events, or has them only where another has no patient without; these arms are left out"
    )
    caveats = [_caveat("mh_undefined", text, lost), _corrected(added, len(kept))]
    return SparseEvidence(kept, added, (*evidence.caveats, *(c for c in caveats if c is not None)))


def _without_empty(studies: Studies) -> tuple[Studies, Studies]:
    """Studies without the treatments that are silent in their whole design, and the arms that this costs."""
    kept, lost = Studies(), Studies()
    for names, design in designs(studies).items():
        silent = {t for t, column in zip(names, zip(*design, strict=True), strict=True) if _is_silent(column)}
        for own in design:
            rest = [a for a in own if a.treatment not in silent]
            rest = [] if len(rest) < 2 or _is_silent(rest) else rest
            if rest:
                kept[own[0].study] = rest
            if len(rest) < len(own):
                lost[own[0].study] = [a for a in own if a not in rest]
    return kept, lost


def _corrected(added: Mapping[str, float], n_studies: int) -> Caveat | None:
    """What was added to how many studies; None when nothing was."""
    if not added:
        return None
    text = (
        f"{next(iter(added.values())):g} was added to all cells of {len(added)} of {n_studies} studies, in whose "
        f"design the Mantel-Haenszel odds ratio is undefined: {', '.join(sorted(added))}."
    )
    return Caveat(code="continuity", text=text)


def lost_treatments(arms: Sequence[StudyArm], studies: Studies) -> tuple[Caveat, ...]:
    """Say which treatments have no estimate, because nothing that can be used is left of them."""
    gone = sorted({a.treatment for a in arms} - {a.treatment for own in studies.values() for a in own})
    if not gone:
        return ()
    text = f"Nothing that can be used is left of {', '.join(gone)}: there is no estimate."
    facts = tuple(sorted({a.fact for a in arms if a.fact and a.treatment in gone}))
    return (Caveat(code="treatment_left_out", text=text, severity="serious", facts=facts),)


def _caveat(code: str, what: str, studies: Studies, severity: str = "moderate") -> Caveat | None:
    """The caveat that names the studies concerned, and the arms where they need not be the whole study."""
    if not studies:
        return None
    by_arm = code in ("incomplete_arms", "mh_undefined")
    named = [f"{s} ({', '.join(a.treatment for a in own)})" if by_arm else s for s, own in sorted(studies.items())]
    facts = tuple(sorted({a.fact for own in studies.values() for a in own if a.fact}))
    return Caveat(code=code, text=f"{what}: {', '.join(named)}.", severity=severity, facts=facts)
