"""From a table, or from arms, to a network: what enters, what is corrected, and what stays out and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from topline.errors import ArgumentError, DataError
from topline.records import Caveat, StudyArm, identify
from topline.synthesis.contrasts import Contrast, study_levels
from topline.synthesis.measures import Measure, find_measure, is_complete, is_empty, is_full, levels, pooled_sd
from topline.synthesis.network import ArmLevel, Network, connect
from topline.synthesis.origin import ArmList, Origin
from topline.tables import Table, read_table

# from this share of corrected studies on, the correction itself moves the results
MANY_CORRECTED = 0.25


@dataclass(frozen=True)
class _Usable:
    """Arms that can enter, by study, with the caveats about those that can't."""

    studies: dict[str, list[StudyArm]]
    caveats: tuple[Caveat, ...]


# What a column of ratios, not of their logs, is called.
RATIO_NAMES = ("OR", "RR", "HR", "IRR", "RATIO", "ODDS RATIO", "RISK RATIO", "HAZARD RATIO", "RATE RATIO")


def read_network(
    data: Any, *, measure: str, columns: Mapping[str, str] | None = None, continuity: float = 0.5
) -> Network:
    """The network in ``data``: a ``Table``, a sequence of ``StudyArm``, or anything that ``read_table`` takes.

    ``continuity`` is added to every arm of a study that has an arm without events, or with events in all patients.

    Raises ``DataError`` for arms or contrasts that contradict themselves, ``NetworkError`` and ``DisconnectedError``
    when there is nothing to compare or no one network, ``UnknownNameError`` for the measure.
    """
    kind = find_measure(measure)
    if not (math.isfinite(continuity) and continuity >= 0):
        raise ArgumentError("the continuity correction is a number from 0", found=str(continuity), expected="0.5")
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)) and _all_arms(data):
        return _from_arms(data, kind, continuity, ArmList(data), "records")
    table = data if isinstance(data, Table) else read_table(data, columns=columns, measure=kind.name)
    if table.layout == "contrast":
        return _from_contrasts(table, kind, continuity)
    arms = [
        StudyArm(**{name: values[i] for name, values in table.columns.items() if name in StudyArm.__struct_fields__})
        for i in range(table.n_rows)
    ]
    return _from_arms(arms, kind, continuity, table, table.kind)


def _all_arms(data: Sequence[Any]) -> bool:
    return len(data) > 0 and all(isinstance(row, StudyArm) for row in data)


def _from_arms(arms: Sequence[StudyArm], measure: Measure, continuity: float, origin: Origin, kind: str) -> Network:
    if not measure.arm_columns:
        raise DataError(
            f"{measure.name} can't be made from arms",
            found="one row an arm",
            expected="one row a contrast: study, treatment1, treatment2, estimate, se",
            repair="give contrasts, or choose a measure that arms determine (OR, RR, RD, IRR, MD)",
        )
    _check_arms(arms, measure, origin)
    usable = _usable(arms, measure)
    corrected = [s for s, own in usable.studies.items() if any(is_empty(a) or is_full(a, measure) for a in own)]
    corrected = [] if measure.name == "MD" else corrected
    if corrected and continuity == 0:
        raise ArgumentError(
            "studies with an arm without events, or with events in all patients, need a continuity correction",
            found="continuity 0; " + ", ".join(corrected),
            expected="a number above 0",
            repair="use continuity=0.5, or leave these studies out",
        )
    entered = sorted((a for own in usable.studies.values() for a in own), key=lambda a: (a.study, a.treatment))
    added = np.array([continuity if a.study in set(corrected) else 0.0 for a in entered])
    y, v = levels(entered, measure, added)
    treatments, studies, arrays = connect(
        [ArmLevel(a.study, a.treatment, *values) for a, *values in zip(entered, y.tolist(), v.tolist(), strict=True)]
    )
    return Network(
        measure=measure.name,
        scale=measure.scale,
        treatments=treatments,
        studies=studies,
        arrays=arrays,
        arms=tuple(entered),
        unit=pooled_sd(entered) if measure.name == "MD" else 1.0,
        continuity=continuity,
        caveats=(*usable.caveats, *_correction_caveat(corrected, entered, len(studies), continuity, measure)),
        inputs=_inputs(entered),
        facts=tuple(sorted({a.fact for a in entered if a.fact})),
        kind=kind,
    )


def _check_arms(arms: Sequence[StudyArm], measure: Measure, origin: Origin) -> None:
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
        for column in (*measure.arm_columns, *(("se",) if measure.name == "MD" else ())):
            value = getattr(arm, column)
            least = 0.0 if column == "events" else None
            if value is None or column == "mean":
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


def _correction_caveat(
    corrected: Sequence[str], arms: Sequence[StudyArm], n_studies: int, continuity: float, measure: Measure
) -> tuple[Caveat, ...]:
    if not corrected:
        return ()
    where = ", in the variance only," if measure.name == "RD" else ""
    many = len(corrected) >= MANY_CORRECTED * n_studies
    text = (
        f"{continuity:g} was added to the cells{where} of {len(corrected)} of {n_studies} studies in which an arm had "
        f"no events or only events: {', '.join(sorted(corrected))}."
    )
    if many:
        text += " With so many, the correction moves the results; an exact likelihood would be better."
    facts = tuple(a.fact for a in arms if a.fact and a.study in set(corrected))
    return (Caveat(code="continuity", text=text, severity="serious" if many else "moderate", facts=facts),)


def _inputs(arms: Sequence[StudyArm]) -> tuple[str, ...]:
    """What identifies the data: each arm's place and fact, or a hash of all numbers where an arm has no fact."""
    if all(a.fact for a in arms):
        return tuple(f"{a.study}|{a.treatment}|{a.fact}" for a in arms)
    return (identify("data", "arms", [_filled(a) for a in arms]),)


def _filled(arm: StudyArm) -> dict[str, Any]:
    """The filled fields of an arm."""
    return {name: value for name in arm.__struct_fields__ if (value := getattr(arm, name)) is not None}


def _refuse_ratios(table: Table, measure: Measure) -> None:
    """Refuse a column of estimates that is called like the ratio itself: estimates of ratios are logs."""
    for i in range(table.n_rows):
        name = table.sources[i].get("estimate", "") if table.sources else ""
        if name.strip().upper() in RATIO_NAMES:
            raise table.error(
                i,
                "estimate",
                f"the column {name!r} looks like the ratio itself, and estimates of a {measure.name} are logs",
                expected=f"the natural logarithm of the {measure.name}, and the standard error of that logarithm",
                repair=f"add a column with ln({name}); from a 95% interval, se = (ln(upper) - ln(lower)) / 3.92",
            )


def _from_contrasts(table: Table, measure: Measure, continuity: float) -> Network:
    columns = table.columns
    if measure.scale == "log":
        _refuse_ratios(table, measure)
    groups: dict[str, list[Contrast]] = {}
    missing = []
    for i in range(table.n_rows):
        study, one, two = (str(columns[name][i]) for name in ("study", "treatment1", "treatment2"))
        estimate, se = columns["estimate"][i], columns["se"][i]
        if estimate is None or se is None:
            missing.append(f"{study} ({one} versus {two})")
            continue
        groups.setdefault(study, []).append(Contrast(i, study, one, two, float(estimate), float(se)))
    fitted = [study_levels(study, _in_order(rows), table) for study, rows in sorted(groups.items())]
    treatments, studies, arrays = connect(
        [ArmLevel(s.study, *values) for s in fitted for values in zip(s.treatments, s.y, s.v, strict=True)]
    )
    rounded = [s.study for s in fitted if s.rounded]
    caveats = []
    estimates = [c.estimate for own in groups.values() for c in own]
    if measure.scale == "log" and len(estimates) > 2 and min(estimates) > 0:
        text = (
            f"Every estimate is above 0. They are taken as logs of the {measure.name}, as they must be; ratios that "
            "were not logged would look like this."
        )
        caveats.append(Caveat(code="estimates_all_positive", text=text))
    if missing:
        text = f"Contrasts without an estimate or a standard error are left out: {', '.join(missing)}."
        caveats.append(Caveat(code="incomplete_contrasts", text=text))
    if rounded:
        text = (
            f"Contrasts of a study with several arms disagree within rounding and were averaged: {', '.join(rounded)}."
        )
        caveats.append(Caveat(code="multi_arm_rounded", severity="minor", text=text))
    rows = sorted([r.study, r.treatment1, r.treatment2, r.estimate, r.se] for own in groups.values() for r in own)
    return Network(
        measure=measure.name,
        scale=measure.scale,
        treatments=treatments,
        studies=studies,
        arrays=arrays,
        arms=tuple(StudyArm(study=s.study, treatment=t) for s in fitted for t in s.treatments),
        unit=None if measure.name in ("MD", "generic") else 1.0,
        continuity=continuity,
        caveats=tuple(caveats),
        inputs=(identify("data", "contrasts", rows),),
        facts=(),
        kind=table.kind,
    )


def _in_order(rows: Sequence[Contrast]) -> list[Contrast]:
    """In the order of their treatments, so that the order of the table changes no digit."""
    return sorted(rows, key=lambda row: (row.treatment1, row.treatment2, row.index))
