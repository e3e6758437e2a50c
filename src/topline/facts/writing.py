"""A case into the tables of a store: what is new is added, what changed supersedes, what vanished is retracted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import schema
from topline.facts.case_folder import CaseData
from topline.facts.connecting import writing
from topline.facts.dates import last_day
from topline.facts.identities import decision_id
from topline.facts.review_files import Review, Row
from topline.facts.typed_rows import earlier_versions, versions_of
from topline.facts.versions import TABLES, Tip, Version, current, encode_cells, filled, retracted, tips

_DATED = {"outcomes.csv", "events.csv", "assumptions.csv"}
VANISHED = "the row is not in the folder any more"


def now() -> str:
    """The present moment in UTC, as the store writes it."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def replace_case(url: str, case: CaseData, *, reviewer: str = "") -> dict[str, int]:
    """Bring the store at ``url`` to the state of the case, in one transaction; nothing in it is deleted or overwritten.

    Returns how many rows were ``added``, ``superseded``, ``retracted`` and left ``unchanged``. Raises ``StoreError``
    when the store holds another case, or can't be written.
    """
    with writing(url) as connection:
        return write_case(connection, case, at=now(), reviewer=reviewer)


@dataclass(frozen=True)
class Stamp:
    """What every row of one change says of it: when, by whom, and why a row is retracted if one is.

    ``days`` says for a file and a key from which day the changed row takes the old one's place, where the rule for
    folders (``supersedes_day``) does not decide it. ``fresh`` are the files that the store had no row of.
    """

    at: str
    reviewer: str = ""
    reason: str = VANISHED
    days: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()


def write_case(connection: sa.Connection, case: CaseData, *, at: str, reviewer: str = "") -> dict[str, int]:
    """The same on an open connection; ``at`` is when, empty where nobody recorded it."""
    there = connection.scalar(sa.select(schema.cases.c.case_name).where(current(schema.cases)))
    name = case.question.case
    if there not in {None, name}:
        repair = "choose another file: a store holds one case"
        expected = f"an empty store, or one of {name}"
        raise StoreError("the store holds another case", found=there, expected=expected, repair=repair)
    fresh = frozenset(
        file for file, table in TABLES.items() if connection.scalar(sa.select(table.c.entry).limit(1)) is None
    )
    _write_history(connection, case.review)
    write_review(connection, case.review)
    return write_rows(connection, case, Stamp(at, reviewer, fresh=fresh))


def write_rows(connection: sa.Connection, case: CaseData, stamp: Stamp) -> dict[str, int]:
    """Bring every row of the case's tables up to date; the review is left alone."""
    lines = {line["entry"]: line for line in case.review.history if not line["cells"]}
    counts = dict.fromkeys(("added", "superseded", "retracted", "unchanged"), 0)
    rows: dict[str, list[Version]] = {file: [] for file in TABLES}
    for version in versions_of(case):
        rows[version.file].append(version)
    for file, versions in rows.items():
        _write_file(connection, file, versions, lines, stamp, counts)
    return counts


def _write_history(connection: sa.Connection, review: Review) -> None:
    """Add the earlier versions that a folder brings along, each after the one that it supersedes."""
    pending = earlier_versions(review.history)
    for table in TABLES.values():
        there = set(connection.scalars(sa.select(table.c.entry)))
        mine = [(entry, v) for entry, v in pending if TABLES[v.file] is table and entry not in there]
        while mine:
            ready = [(entry, v) for entry, v in mine if v.supersedes is None or v.supersedes in there]
            if not ready:
                found = ", ".join(str(v.supersedes) for _, v in mine[:3])
                raise StoreError("the history has a gap", found=found, expected="every version that another supersedes")
            insert(connection, [v for _, v in ready])
            there |= {entry for entry, _ in ready}
            mine = [(entry, v) for entry, v in mine if entry not in there]


def _write_file(
    connection: sa.Connection,
    file: str,
    versions: list[Version],
    lines: Mapping[str, Row],
    stamp: Stamp,
    counts: dict[str, int],
) -> None:
    """Bring one file's rows up to date; ``lines`` tell when a row that stands was recorded, and by whom."""
    known = tips(connection, file)
    last = max((tip.row for tip in known.values()), default=0)
    fresh: list[Version] = []
    for version in versions:
        tip = known.get(version.key)
        if tip is not None and tip.stands and filled(tip.cells) == filled(version.cells):
            counts["unchanged"] += 1
            continue
        counts["superseded" if tip is not None and tip.stands else "added"] += 1
        row = version.row
        if file not in stamp.fresh:  # a changed row keeps its place among the others, a new one comes after them
            last += tip is None
            row = last if tip is None else tip.row
        fresh.append(_stamped(version, tip, row, lines, stamp))
    insert(connection, fresh)
    gone = {key for key, tip in known.items() if tip.stands} - {version.key for version in versions}
    for key in sorted(gone):
        retract(connection, file, key, stamp)
    counts["retracted"] += len(gone)


def _stamped(version: Version, tip: Tip | None, row: int, lines: Mapping[str, Row], stamp: Stamp) -> Version:
    """The version as it is written: after the one before it, and as the folder's history tells of it if it does."""
    if tip is None:
        after, day = replace(version, row=row), None
    else:
        after = replace(version, row=row, supersedes=tip.entry)
        rule = supersedes_day(version.file, tip.cells, version.cells) if tip.stands else schema.ALWAYS
        day = stamp.days.get((version.file, version.key), rule)
    line = lines.get(after.entry)
    if line is None:
        return replace(after, recorded_at=stamp.at, reviewer=stamp.reviewer, supersedes_day=day)
    return replace(
        after, recorded_at=line["recorded_at"], reviewer=line["reviewer"], supersedes_day=line["supersedes_day"]
    )


def supersedes_day(file: str, old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """From which day a changed row takes the old one's place.

    A row that names another source with a later day is what the world learnt on that day: before it, the old row was
    what one could know. Any other change mends the record, and the old row is not to be seen on any day.
    """
    if file in _DATED and new.get("source_id") != old.get("source_id"):
        before, after = last_day(old["known_from"]), last_day(new["known_from"])
        if after > before:
            return after.isoformat()
    return schema.ALWAYS


def insert(connection: sa.Connection, versions: Iterable[Version]) -> None:
    """Add versions to their tables."""
    by_file: dict[str, list[dict[str, Any]]] = {}
    for v in versions:
        row = {
            "entry": v.entry, "key": v.key, "cells": encode_cells(v.cells), "row": v.row,
            "recorded_at": v.recorded_at or "", "reviewer": v.reviewer, "supersedes": v.supersedes,
            "supersedes_day": v.supersedes_day, **v.typed,
        }  # fmt: skip
        by_file.setdefault(v.file, []).append(row)
    for file, rows in by_file.items():
        connection.execute(TABLES[file].insert(), rows)


def retract(connection: sa.Connection, file: str, key: str, stamp: Stamp) -> None:
    """Decide that a row should not stand, nor any version of it that an earlier day would still show."""
    table = TABLES[file]
    standing = connection.scalars(sa.select(table.c.entry).where(table.c.key == key, ~retracted(table)))
    for entry in sorted(standing):
        decide(connection, "retracted", stamp, entry=entry)


def decide(
    connection: sa.Connection,
    decision: str,
    stamp: Stamp,
    *,
    candidate: str | None = None,
    entry: str | None = None,
    mended: str = "{}",
) -> None:
    """Add a decision. Only a rejection and a retraction have a reason."""
    row: Row = {
        "candidate": candidate, "entry": entry, "decision": decision, "reviewer": stamp.reviewer, "at": stamp.at,
        "reason": stamp.reason if decision in {"rejected", "retracted"} else "", "mended": mended,
    }  # fmt: skip
    add_rows(connection, schema.decisions, "id", [{"id": decision_id(row), **row}])


def write_review(connection: sa.Connection, review: Review) -> None:
    """Add what the store lacks of a review: documents, candidates, supports, decisions."""
    add_rows(connection, schema.documents, "sha256", review.documents)
    add_rows(connection, schema.candidates, "id", review.candidates)
    add_rows(connection, schema.supports, "id", review.supports)
    add_rows(connection, schema.decisions, "id", review.decisions)


def add_rows(connection: sa.Connection, table: sa.Table, name: str, rows: Iterable[Row]) -> int:
    """Add the rows whose id the table lacks, after those that it has; returns how many."""
    there = set(connection.scalars(sa.select(table.c[name])))
    fresh = {row[name]: row for row in rows if row[name] not in there}
    if not fresh:
        return 0
    added = list(fresh.values())
    if "position" in table.c:
        last = connection.scalar(sa.select(sa.func.max(table.c.position))) or 0
        added = [{**row, "position": last + i} for i, row in enumerate(added, 1)]
    connection.execute(table.insert(), added)
    return len(added)
