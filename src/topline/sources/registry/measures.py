"""Measures of results and of baseline: every number as given, with its denominator if the record has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from topline.records import MEASURE_TYPES, ArmValue, Readout
from topline.sources.registry.groups import Groups
from topline.sources.registry.walk import Walk

RANKS = {
    "PRIMARY": "primary",
    "SECONDARY": "secondary",
    "POST_HOC": "post-hoc",
    "OTHER_PRE_SPECIFIED": "other",
}
PATIENTS = "participants"


@dataclass(frozen=True)
class Study:
    """What every readout of a trial repeats."""

    trial: str
    drug: str | None
    phase: str | None
    controls: frozenset[str]


@dataclass(frozen=True)
class Denominators:
    """The denominators of a measure or of one class of it, and those of ``unit`` by group title."""

    listed: tuple[ArmValue, ...]
    of_arm: dict[str, str]


def read_denominators(walk: Walk, groups: Groups, parent: dict[str, Any], path: str, unit: str) -> Denominators:
    """Every denominator under ``denoms``; a value is divided by the one that counts ``unit`` (case is ignored).

    Where a single unit is counted, that is it. A group without one has none: none is ever worked out.
    """
    listed: list[ArmValue] = []
    by_unit: dict[str, dict[str, str]] = {}
    for row, place in walk.rows(parent, "denoms", path):
        units = walk.text(row, "units", place) or ""
        counts = by_unit.setdefault(units.casefold(), {})
        for count, at in walk.rows(row, "counts", place):
            value = walk.text(count, "value", at)
            if value is None:
                continue
            arm = groups.title(count, at)
            listed.append(ArmValue(arm=arm, value=value, unit=units, path=f"{at}.value"))
            counts.setdefault(arm, value)
    only = next(iter(by_unit.values())) if len(by_unit) == 1 else {}
    return Denominators(tuple(listed), by_unit.get(unit.casefold(), only))


def read_measure(
    walk: Walk, study: Study, groups: Groups, row: dict[str, Any], path: str, whole: Denominators | None = None
) -> Iterator[Readout]:
    """One readout for each class and category of the measure, or one without values where nothing was posted.

    ``whole`` are the denominators of the table that the measure stands in, for a measure that has none of its own.
    """
    title = walk.text(row, "title", path)
    if title is None:
        walk.note("registry-no-title", f"{path} has no title.")
    unit = walk.text(row, "unitOfMeasure", path) or ""
    counted = walk.text(row, "typeUnitsAnalyzed", path) or walk.text(row, "denomUnitsSelected", path) or PATIENTS
    mine = read_denominators(walk, groups, row, path, counted)
    if not mine.listed and whole is not None:
        mine = whole
    common = Readout(
        id="", quote=None, start=None, end=None, path=path,
        drug=study.drug, trial=study.trial, phase=study.phase,
        endpoint=title,
        timepoint=walk.text(row, "timeFrame", path),
        population=walk.text(row, "populationDescription", path),
        rank=_rank(walk, row, path),
        description=walk.text(row, "description", path),
        measure_type=_measure_type(walk, row, path),
        dispersion=walk.text(row, "dispersionType", path),
    )  # fmt: skip
    cells = list(_cells(walk, row, path))
    if not any(measurements for _, _, _, measurements, _ in cells):
        walk.note("registry-not-posted", f"{path} ({(title or 'no title')[:80]}) has no values.", "minor")
        yield _with(common, denominators=mine.listed)
        return
    for class_row, class_path, category, measurements, place in cells:
        own = read_denominators(walk, groups, class_row, class_path, counted)
        of_arm = mine.of_arm | own.of_arm
        values = tuple(_values(walk, groups, of_arm, unit, measurements))
        lacking = sorted({v.arm for v in values if v.n is None and v.value != "NA"})
        if lacking:
            walk.note(
                "registry-no-denominator",
                f"{path} ({(title or 'no title')[:80]}) has no denominator for {', '.join(lacking)[:200]}.",
                "moderate",
            )
        yield _with(
            common,
            path=place,
            class_title=walk.text(class_row, "title", class_path),
            category=category,
            values=values,
            denominators=(*mine.listed, *own.listed),
        )


def _with(common: Readout, **changes: Any) -> Readout:
    fields = {name: getattr(common, name) for name in common.__struct_fields__}
    return Readout(**(fields | changes))


def _rank(walk: Walk, row: dict[str, Any], path: str) -> str | None:
    given = walk.text(row, "type", path)
    return None if given is None else RANKS.get(given, given)


def _measure_type(walk: Walk, row: dict[str, Any], path: str) -> str | None:
    given = walk.text(row, "paramType", path)
    if given is None:
        return None
    if given.upper().replace(" ", "_") not in MEASURE_TYPES:
        walk.note("registry-measure-type", f"{path} is of an unknown type, {given[:60]!r}; its values stand as given.")
    return given


Cell = tuple[dict[str, Any], str, str | None, list[tuple[dict[str, Any], str]], str]


def _cells(walk: Walk, row: dict[str, Any], path: str) -> Iterator[Cell]:
    """Class, its path, the category's title, its measurements with their paths, and the category's path."""
    for class_row, class_path in walk.rows(row, "classes", path):
        for category, place in walk.rows(class_row, "categories", class_path):
            title = walk.text(category, "title", place)
            yield class_row, class_path, title, list(walk.rows(category, "measurements", place)), place


def _values(
    walk: Walk, groups: Groups, of_arm: dict[str, str], unit: str, measurements: list[tuple[dict[str, Any], str]]
) -> Iterator[ArmValue]:
    for row, place in measurements:
        value = walk.text(row, "value", place)
        if value is None:
            walk.note("registry-no-value", f"{place} has no value.", "minor")
            continue
        arm = groups.title(row, place)
        yield ArmValue(
            arm=arm,
            value=value,
            unit=unit,
            n=of_arm.get(arm),
            spread=walk.text(row, "spread", place),
            lower=walk.text(row, "lowerLimit", place),
            upper=walk.text(row, "upperLimit", place),
            comment=walk.text(row, "comment", place),
            path=place,
        )
