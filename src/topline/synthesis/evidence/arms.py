"""From arms to evidence: what enters, what is corrected, and what stays out and why."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from topline.errors import DataError
from topline.records import Caveat, StudyArm, identify
from topline.synthesis.evidence.continuity import Continuity, correction_caveat, corrections
from topline.synthesis.evidence.measures import Measure, find_measure, is_complete, is_empty, is_full, levels, pooled_sd
from topline.synthesis.evidence.network import ArmLevel
from topline.synthesis.evidence.origin import Origin
from topline.synthesis.evidence.parts import Evidence
from topline.synthesis.evidence.standardised import standardised_levels
from topline.synthesis.sparse.engines import fit_sparse


@dataclass(frozen=True)
class _Usable:
    """Arms that can enter, by study, with the caveats about those that can't."""

    studies: dict[str, list[StudyArm]]
    caveats: tuple[Caveat, ...]


def evidence_from_arms(
    arms: Sequence[StudyArm], measure: Measure, continuity: Continuity, smd_correction: str, origin: Origin
) -> Evidence:
    """The evidence in ``arms``. Raises ``DataError`` for a measure that arms can't make and for impossible numbers,
    ``ArgumentError`` for a study that needs a continuity correction which is 0.
    """
    if not measure.arm_columns:
        raise DataError(
            f"{measure.name} can't be made from arms",
            found="one row an arm",
            expected="one row a contrast: study, treatment1, treatment2, estimate, se",
            repair="give contrasts, or choose a measure that arms determine (OR, RR, RD, AS, IRR, IRD, MD, SMD, ROM)",
        )
    check_arms(arms, measure, origin)
    usable = _usable(arms, measure)
    corrected, added = corrections(usable.studies, measure, continuity)
    entered = _sorted([a for own in usable.studies.values() for a in own])
    by_arm = {
        (arm.study, arm.treatment): amount
        for study, own in usable.studies.items()
        for arm, amount in zip(own, added[study], strict=True)
    }
    more = _two_errors(entered) if measure.continuous else ()
    if measure.name == "SMD":
        arm_levels, inexact = _standardised(entered, smd_correction, arms, origin)
        more += inexact
    else:
        y, v = levels(entered, measure, np.array([by_arm[a.study, a.treatment] for a in entered]))
        arm_levels = [
            ArmLevel(a.study, a.treatment, *values) for a, *values in zip(entered, y.tolist(), v.tolist(), strict=True)
        ]
    unit = pooled_sd(entered) if measure.name == "MD" else None if measure.tau_scale is None else 1.0
    return Evidence(
        levels=tuple(arm_levels),
        arms=entered,
        unit=unit,
        caveats=(
            *usable.caveats,
            *correction_caveat(corrected, entered, len(usable.studies), continuity, measure),
            *more,
        ),
        inputs=identify_arms(entered),
        facts=tuple(sorted({a.fact for a in entered if a.fact})),
        given=_sorted(arms),
    )


def evidence_from_counts(arms: Sequence[StudyArm], engine: str, continuity: float) -> Evidence:
    """The evidence that an engine for sparse counts (``mh``, ``nch``, ``penalised``) can use.

    The levels are log odds with 0.5 added where there is a zero, for its shape and for pictures only. Raises what
    :func:`topline.synthesis.sparse.engines.fit_sparse` raises.
    """
    odds = find_measure("OR")
    sparse = fit_sparse(arms, engine, continuity)
    entered = _sorted(sparse.arms)
    y, v = levels(entered, odds, np.array([0.5 if is_empty(a) or is_full(a, odds) else 0.0 for a in entered]))
    return Evidence(
        levels=tuple(ArmLevel(a.study, a.treatment, *x) for a, *x in zip(entered, y.tolist(), v.tolist(), strict=True)),
        arms=entered,
        unit=1.0,
        caveats=sparse.caveats,
        inputs=identify_arms(entered),
        facts=tuple(sorted({a.fact for a in entered if a.fact})),
        given=_sorted(arms),
    )


def _sorted(arms: Sequence[StudyArm]) -> tuple[StudyArm, ...]:
    return tuple(sorted(arms, key=lambda a: (a.study, a.treatment)))


def _two_errors(arms: Sequence[StudyArm]) -> tuple[Caveat, ...]:
    """A caveat where a standard error is given beside an sd and n that say something else."""
    differ = [
        f"{a.study} ({a.treatment})"
        for a in arms
        if a.se is not None and a.sd is not None and a.n is not None and abs(a.se * math.sqrt(a.n) / a.sd - 1) > 0.05
    ]
    if not differ:
        return ()
    text = (
        "Standard errors are used where they are given, although sd and n say something else (sd over the root of n): "
        f"{', '.join(differ)}."
    )
    return (Caveat(code="standard_errors_differ", text=text),)


def _standardised(
    entered: Sequence[StudyArm], correction: str, arms: Sequence[StudyArm], origin: Origin
) -> tuple[list[ArmLevel], tuple[Caveat, ...]]:
    """Levels study by study. Raises ``DataError`` where effects are so large that an arm is left no variance."""
    studies: dict[str, list[StudyArm]] = {}
    for arm in entered:
        studies.setdefault(arm.study, []).append(arm)
    result: list[ArmLevel] = []
    inexact = []
    for study, own in studies.items():
        y, v, exact = standardised_levels(own, correction)
        if not (np.isfinite(y).all() and (v > 0).all()):
            index = arms.index(own[int(np.argmin(v))])
            raise origin.error(
                index,
                "mean",
                f"the means of study {study} lie too far apart for its standard deviations",
                found=f"standardised means {', '.join(f'{x:.3g}' for x in y)}",
                expected="differences of a few standard deviations, and at least two patients an arm",
                repair="check that sd holds standard deviations, not standard errors, or use measure='MD'",
            )
        inexact += [] if exact else [study]
        result += [
            ArmLevel(study, a.treatment, *values) for a, *values in zip(own, y.tolist(), v.tolist(), strict=True)
        ]
    caveats: tuple[Caveat, ...] = ()
    if inexact:
        text = (
            "The covariances of standardised mean differences in studies of four arms or more are those of the nearest "
            f"model with independent arms: {', '.join(inexact)}."
        )
        caveats = (Caveat(code="smd_covariance", severity="minor", text=text),)
    return result, caveats


def check_arms(arms: Sequence[StudyArm], measure: Measure, origin: Origin) -> None:
    """Refuse a treatment twice in a study, and numbers that can't be."""
    seen: dict[tuple[str, str], int] = {}
    for index, arm in enumerate(arms):
        key = (arm.study, arm.treatment)
        if key in seen:
            raise origin.error(
                index,
                "treatment",
                f"study {arm.study} has the treatment {arm.treatment} twice",
                found=f"{origin.place(seen[key])} and {origin.place(index)}",
                expected="each treatment of a study once",
                repair="merge the two arms, or give their treatments different names",
            )
        seen[key] = index
        for column in (*measure.arm_columns, *(("se",) if measure.continuous else ()), "missing"):
            value = getattr(arm, column)
            least = 0.0 if column in ("events", "missing") else None
            if value is None or (column == "mean" and measure.name != "ROM"):
                continue
            if not math.isfinite(value) or (value < 0 if least is not None else value <= 0):
                expected = "a number from 0" if least is not None else "a number above 0"
                raise origin.error(index, column, f"{column} is not possible", found=f"{value:g}", expected=expected)
        if "n" in measure.arm_columns and arm.events is not None and arm.n is not None and arm.events > arm.n:
            raise origin.error(
                index,
                "events",
                "more events than patients",
                found=f"{arm.events:g} of {arm.n:g}",
                expected="events up to n",
                repair="check that events and n are not swapped",
            )


def _usable(arms: Sequence[StudyArm], measure: Measure) -> _Usable:
    """Group complete arms by study; leave out incomplete arms, single arms, and studies without information."""
    incomplete = [a for a in arms if not is_complete(a, measure)]
    studies: dict[str, list[StudyArm]] = {}
    for arm in arms:
        if is_complete(arm, measure):
            studies.setdefault(arm.study, []).append(arm)
    single = [own for own in studies.values() if len(own) < 2]
    left = {s: own for s, own in studies.items() if len(own) > 1}
    # a ratio is not determined when no arm, or every arm, has all there can be; a risk difference of 0 is
    silent = [
        own
        for own in left.values()
        if measure.scale == "log" and (all(map(is_empty, own)) or all(is_full(a, measure) for a in own))
    ]
    names = {own[0].study for own in silent}
    caveats = [
        _left_out("incomplete_arms", "arms without the numbers that the measure needs are left out", incomplete),
        _left_out("single_arm", "studies with one usable arm compare nothing and are left out", _flat(single)),
        _left_out(
            "no_information",
            f"studies with no events in any arm, or with events in all patients, say nothing about the {measure.name} "
            "and are left out",
            _flat(silent),
        ),
    ]
    return _Usable({s: own for s, own in left.items() if s not in names}, tuple(c for c in caveats if c is not None))


def _flat(groups: Sequence[Sequence[StudyArm]]) -> list[StudyArm]:
    return [a for group in groups for a in group]


def _left_out(code: str, what: str, arms: Sequence[StudyArm]) -> Caveat | None:
    if not arms:
        return None
    named = sorted({f"{a.study} ({a.treatment})" if code == "incomplete_arms" else a.study for a in arms})
    text = f"{what[0].upper()}{what[1:]}: {', '.join(named)}."
    return Caveat(code=code, text=text, facts=tuple(a.fact for a in arms if a.fact))


def identify_arms(arms: Sequence[StudyArm]) -> tuple[str, ...]:
    """What identifies the data: each arm's place and fact, or a hash of all numbers where an arm has no fact."""
    if all(a.fact for a in arms):
        return tuple(f"{a.study}|{a.treatment}|{a.fact}" for a in arms)
    return (identify("data", "arms", [_filled(a) for a in arms]),)


def _filled(arm: StudyArm) -> dict[str, Any]:
    """The filled fields of an arm; a whole number is the same number without its decimal point."""
    filled = {name: value for name in arm.__struct_fields__ if (value := getattr(arm, name)) is not None}
    return {name: float(value) if isinstance(value, int) else value for name, value in filled.items()}
