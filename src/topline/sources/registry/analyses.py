"""Statistical analyses of outcome measures: p-value with its sign, estimate, interval, and what was tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from topline.records import Readout
from topline.sources.registry.groups import Groups
from topline.sources.registry.measures import Study
from topline.sources.registry.walk import Walk

HYPOTHESES = {
    "SUPERIORITY": "superiority",
    "NON_INFERIORITY": "non-inferiority",
    "EQUIVALENCE": "equivalence",
    "NON_INFERIORITY_OR_EQUIVALENCE": "non-inferiority or equivalence",
    "SUPERIORITY_OR_OTHER": "superiority or other",
    "SUPERIORITY_OR_OTHER_LEGACY": "superiority or other",
    "NON_INFERIORITY_OR_EQUIVALENCE_LEGACY": "non-inferiority or equivalence",
    "OTHER": "other",
}
EFFECT = {
    "paramType": "measure",
    "paramValue": "value",
    "ciPctValue": "level",
    "ciLowerLimit": "lower",
    "ciUpperLimit": "upper",
    "dispersionType": "dispersion",
    "dispersionValue": "spread",
    "ciLowerLimitComment": "lower_comment",
    "ciUpperLimitComment": "upper_comment",
    "estimateComment": "comment",
}
SIDES = {"TWO_SIDED": "two-sided", "ONE_SIDED": "one-sided"}
NOTES = ("groupDescription", "nonInferiorityComment", "pValueComment", "statisticalComment",
         "otherAnalysisDescription")  # fmt: skip


def read_analyses(walk: Walk, study: Study, groups: Groups, measure: dict[str, Any], path: str) -> Iterator[Readout]:
    """One readout for each analysis of the measure, under the measure's title, time frame and population."""
    for row, place in walk.rows(measure, "analyses", path):
        effect = {ours: text for key, ours in EFFECT.items() if (text := walk.text(row, key, place)) is not None}
        sides = walk.text(row, "ciNumSides", place)
        if sides is not None:
            effect["sides"] = SIDES.get(sides, sides)
        compared = tuple(groups.named(g) for g in walk.texts(row, "groupIds", place))
        if not compared:
            walk.note("registry-no-group", f"{place} does not say which groups it compares.")
        comparator = _comparator(compared, study.controls)
        if comparator is not None and effect:
            effect["versus"] = comparator
        yield Readout(
            id="", quote=None, start=None, end=None, path=place,
            drug=study.drug, comparator=comparator, trial=study.trial, phase=study.phase,
            endpoint=walk.text(measure, "title", path),
            timepoint=walk.text(measure, "timeFrame", path),
            population=walk.text(measure, "populationDescription", path),
            effect=effect,
            p=walk.text(row, "pValue", place),
            ci=_interval(effect),
            groups=compared,
            hypothesis=_hypothesis(walk, row, place),
            method=walk.text(row, "statisticalMethod", place),
            notes={key: text for key in NOTES if (text := walk.text(row, key, place)) is not None},
        )  # fmt: skip


def _hypothesis(walk: Walk, row: dict[str, Any], place: str) -> str | None:
    given = walk.text(row, "nonInferiorityType", place)
    return None if given is None else HYPOTHESES.get(given, given)


def _interval(effect: dict[str, str]) -> str | None:
    """The interval in one text, ``23.38 to 44.66``, with an open end where one side is not given."""
    lower, upper = effect.get("lower"), effect.get("upper")
    if lower is None and upper is None:
        return None
    return f"{lower or '…'} to {upper or '…'}"


def _comparator(compared: tuple[str, ...], controls: frozenset[str]) -> str | None:
    """The group of a pair that is the control, if exactly one is: the registry does not say which way round it goes."""
    found = [group for group in compared if group in controls]
    return found[0] if len(compared) == 2 and len(found) == 1 else None
