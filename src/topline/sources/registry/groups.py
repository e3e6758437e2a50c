"""The groups of a results table: their ids tie the numbers to titles, and hold within one table only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from topline.records import ArmValue, ReportingGroup
from topline.sources.registry.walk import Walk


@dataclass
class Groups:
    """The groups of one table, by id. An id that the table does not list stands for itself, with a caveat."""

    walk: Walk
    path: str
    titles: dict[str, str] = field(default_factory=dict)
    listed: list[ReportingGroup] = field(default_factory=list)

    def title(self, row: dict[str, Any], path: str) -> str:
        """The title of the group that ``row`` names under ``groupId``."""
        group = self.walk.text(row, "groupId", path)
        if group is None:
            self.walk.note("registry-no-group", f"{path} has a number but names no group.", "serious")
            return ""
        return self.named(group)

    def named(self, group: str) -> str:
        """The title of the group with this id."""
        if group not in self.titles:
            text = f"{self.path} has numbers of a group {group[:60]!r} that it does not list."
            self.walk.note("registry-no-group", text, "serious")
            self.titles[group] = group
        return self.titles[group]


def read_groups(walk: Walk, parent: dict[str, Any], key: str, path: str) -> Groups:
    """The groups that ``parent`` lists under ``key``."""
    groups = Groups(walk, path)
    for row, place in walk.rows(parent, key, path):
        group = walk.text(row, "id", place)
        title = walk.text(row, "title", place) or group
        if group is None or title is None:
            walk.odd(place, row, "a group with an id and a title")
            continue
        if group in groups.titles:
            walk.note("registry-same-group", f"{path} lists the group {group[:60]!r} twice; the first counts.")
            continue
        if title in groups.titles.values():
            walk.note("registry-same-title", f"{path} has two groups with the title {title[:80]!r}.", "serious")
        groups.titles[group] = title
        groups.listed.append(ReportingGroup(title=title, description=walk.text(row, "description", place), path=place))
    return groups


def distinct(groups: Iterable[ReportingGroup]) -> Iterator[ReportingGroup]:
    """Each title with each of its descriptions once, at the first place."""
    seen: set[tuple[str, str | None]] = set()
    for group in groups:
        if (group.title, group.description) not in seen:
            seen.add((group.title, group.description))
            yield group


def subject_counts(walk: Walk, groups: Groups, parent: dict[str, Any], key: str, path: str) -> tuple[ArmValue, ...]:
    """Numbers of patients by group, as participant flow gives them."""
    values = []
    for row, place in walk.rows(parent, key, path):
        value = walk.text(row, "numSubjects", place)
        if value is None:
            walk.note("registry-no-value", f"{place} has no number of patients.", "minor")
            continue
        values.append(
            ArmValue(
                arm=groups.title(row, place),
                value=value,
                unit="Participants",
                comment=walk.text(row, "comment", place),
                path=f"{place}.numSubjects",
            )
        )
    return tuple(values)
