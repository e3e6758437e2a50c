"""Participant flow: who started, completed and left, by period and group, and why patients left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from topline.records import ArmValue, Readout
from topline.sources.registry.groups import Groups, subject_counts
from topline.sources.registry.measures import Study
from topline.sources.registry.walk import Walk

LEFT = "left the study"


def read_flow(walk: Walk, study: Study, groups: Groups, module: dict[str, Any], path: str) -> Iterator[Readout]:
    """One readout for each milestone of each period, and one for each reason for leaving it.

    ``endpoint`` is the milestone's type as given (``STARTED``, ``COMPLETED``, ...), or ``left the study`` with the
    reason as ``category``; ``class_title`` is the period.
    """
    for period, place in walk.rows(module, "periods", path):
        title = walk.text(period, "title", place)
        for row, at in walk.rows(period, "milestones", place):
            values = subject_counts(walk, groups, row, "achievements", at)
            yield _readout(study, at, title, walk.text(row, "type", at) or "milestone", None, values)
        for row, at in walk.rows(period, "dropWithdraws", place):
            values = subject_counts(walk, groups, row, "reasons", at)
            yield _readout(study, at, title, LEFT, walk.text(row, "type", at) or "no reason given", values)


def _readout(
    study: Study, path: str, period: str | None, endpoint: str, reason: str | None, values: tuple[ArmValue, ...]
) -> Readout:
    return Readout(
        id="", quote=None, start=None, end=None, path=path, drug=study.drug, trial=study.trial, phase=study.phase,
        endpoint=endpoint, class_title=period, category=reason, values=values,
    )  # fmt: skip
