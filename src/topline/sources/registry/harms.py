"""Adverse events of a record: every term of both tables, deaths, and the patients with any event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from topline.records import ArmValue, SafetyStatement
from topline.sources.registry.groups import Groups
from topline.sources.registry.measures import Study
from topline.sources.registry.walk import Walk

UNIT = "participants affected"
TABLES = (("seriousEvents", "serious"), ("otherEvents", "other"))
TOTALS = (
    ("deaths", "deaths", "deathsNumAffected", "deathsNumAtRisk"),
    ("serious", "any serious adverse event", "seriousNumAffected", "seriousNumAtRisk"),
    ("other", "any other adverse event", "otherNumAffected", "otherNumAtRisk"),
)


def read_harms(
    walk: Walk, study: Study, groups: Groups, module: dict[str, Any], path: str
) -> Iterator[SafetyStatement]:
    """The totals of each kind first, then each term, in the order of the record."""
    timepoint = walk.text(module, "timeFrame", path)
    threshold = walk.text(module, "frequencyThreshold", path)
    rows = list(walk.rows(module, "eventGroups", path))
    for seriousness, event, affected, at_risk in TOTALS:
        values = tuple(_totals(walk, groups, rows, affected, at_risk))
        if values:
            _tell_of_lacking(walk, values, f"{path}.eventGroups", event)
            yield _statement(
                study, event, f"{path}.eventGroups", values, timepoint=timepoint, seriousness=seriousness, total=True,
                threshold=threshold if seriousness == "other" else None,
            )  # fmt: skip
    for key, seriousness in TABLES:
        for row, place in walk.rows(module, key, path):
            term = walk.text(row, "term", place)
            if term is None:
                walk.note("registry-no-title", f"{place} has no term.")
            event = term or "unnamed adverse event"
            values = tuple(_stats(walk, groups, row, place))
            _tell_of_lacking(walk, values, place, event)
            yield _statement(
                study, event, place, values, timepoint=timepoint, seriousness=seriousness,
                threshold=threshold if seriousness == "other" else None,
                organ_system=walk.text(row, "organSystem", place),
                vocabulary=walk.text(row, "sourceVocabulary", place),
                assessment=walk.text(row, "assessmentType", place),
                notes=walk.text(row, "notes", place),
            )  # fmt: skip


def _statement(study: Study, event: str, path: str, arms: tuple[ArmValue, ...], **more: Any) -> SafetyStatement:
    return SafetyStatement(
        id="", quote=None, start=None, end=None, path=path, event=event, arms=arms, drug=study.drug, trial=study.trial,
        **more,
    )  # fmt: skip


def _totals(
    walk: Walk, groups: Groups, rows: list[tuple[dict[str, Any], str]], affected: str, at_risk: str
) -> Iterator[ArmValue]:
    for row, place in rows:
        value = walk.text(row, affected, place)
        n = walk.text(row, at_risk, place)
        if value is None and n is None:
            continue
        group = walk.text(row, "id", place)
        if value is None or group is None:
            walk.note("registry-no-value", f"{place} has no {affected} or no id.")
            continue
        yield ArmValue(arm=groups.named(group), value=value, unit=UNIT, n=n, path=f"{place}.{affected}")


def _stats(walk: Walk, groups: Groups, row: dict[str, Any], path: str) -> Iterator[ArmValue]:
    for stat, place in walk.rows(row, "stats", path):
        value = walk.text(stat, "numAffected", place)
        events = walk.text(stat, "numEvents", place)
        if value is None and events is None:
            walk.note("registry-no-value", f"{place} counts no patients.", "minor")
            continue
        if value is None:
            walk.note("registry-no-value", f"{place} counts events but no patients.")
        yield ArmValue(
            arm=groups.title(stat, place),
            value=value or "",
            unit=UNIT,
            n=walk.text(stat, "numAtRisk", place),
            events=events,
            path=place,
        )


def _tell_of_lacking(walk: Walk, values: tuple[ArmValue, ...], path: str, event: str) -> None:
    lacking = sorted({v.arm for v in values if v.n is None})
    if lacking:
        text = f"{path} ({event[:80]}) has no number at risk for {', '.join(lacking)[:200]}."
        walk.note("registry-no-denominator", text)
