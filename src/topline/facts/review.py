"""A reviewer's decisions: a candidate becomes a row of the case, mended or as it was read, or is rejected."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from topline.errors import ArgumentError, CaseError, DataError, Problem, UnknownNameError
from topline.facts import schema
from topline.facts.case_folder import REQUIRED_COLUMNS
from topline.facts.dates import last_day
from topline.facts.identities import candidate_identity
from topline.facts.numbers_agree import same_number, shown_value
from topline.facts.proposing import FILE_OF, check_columns
from topline.facts.second_sources import add_alternate, document_row, ensure_source
from topline.facts.stored_case import (
    Rows,
    add_row,
    change_row,
    checked_case,
    question_of,
    remove_row,
    row_at,
    stored_rows,
)
from topline.facts.versions import KEYS, TABLES, key_of, tips
from topline.facts.writing import Stamp, decide, write_rows

_NUMBERED = "outcomes.csv"
_ALTERNATES = "outcomes_alternates.csv"


@dataclass(frozen=True)
class _Candidate:
    """A candidate as it waits: its columns, its first support, and the last decision on it."""

    id: str
    kind: str
    fields: dict[str, str]
    missing: tuple[str, ...]
    known_from: str
    document: str
    decision: str | None
    entry: str | None

    @property
    def file(self) -> str:
        return FILE_OF[self.kind]


def find_candidate(connection: sa.Connection, asked: str) -> str:
    """The id of a candidate, by itself or by a start that fits no other.

    Raises ``UnknownNameError`` when none fits, or more than one.
    """
    ids = list(connection.scalars(sa.select(schema.candidates.c.id)))
    fits = [asked] if asked in ids else [i for i in ids if asked and i.startswith(asked)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UnknownNameError(f"the id {asked!r} fits {len(fits)} candidates", found=repr(asked), expected="one")
    raise UnknownNameError.among(
        "candidate", asked, ids, repair="topline facts list --candidates shows the ids, with the same --case"
    )


def accept(
    connection: sa.Connection,
    candidate: str,
    *,
    reviewer: str,
    at: str,
    fields: Mapping[str, str] | None = None,
    correct: bool = False,
) -> str:
    """Make a row of the case out of a candidate; returns the version of the row that came of it.

    ``fields`` are columns in place of the candidate's own: what differs is kept as the mend, beside the original. The
    row is checked as one of the case's folder is. A document that the case has no source for becomes one. A number that
    is in the case already gets one more source. A row that says something else is superseded if ``correct``: from the
    day at which the correction could be known, where that is later. Accepting the same again changes nothing.

    Raises ``UnknownNameError`` for a candidate or a column that is not there, ``CaseError`` with every problem of the
    row, and ``DataError`` when the case says something else and ``correct`` is not given.
    """
    chosen = _read(connection, candidate)
    given = {name: text.strip() for name, text in (fields or {}).items()}
    check_columns(chosen.kind, given)
    _check_filled(chosen, given)
    rows = stored_rows(connection)
    cells = _cells(chosen, given)
    own_source = "source_id" not in given
    if "source_id" in REQUIRED_COLUMNS[chosen.file] and chosen.kind != "source" and own_source:
        cells["source_id"] = ensure_source(rows, cells["source_id"], document_row(connection, chosen.document))
    key = key_of(chosen.file, cells) if cells[KEYS[chosen.file][-1]] else ""
    days = _place(connection, rows, chosen, cells, key, correct)
    if key:
        _check_named(connection, rows, chosen, cells)
    entry = _write(connection, rows, chosen, key, Stamp(at, reviewer, f"candidate {chosen.id} was mended", days))
    changed = {name: text for name, text in given.items() if text != chosen.fields.get(name, "")}
    replaced = any(chosen.fields.get(name) for name in changed)
    if not (entry == chosen.entry and chosen.decision in {"accepted", "mended"}):
        decision = "mended" if replaced else "accepted"
        mended = json.dumps(changed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        decide(connection, decision, Stamp(at, reviewer), candidate=chosen.id, entry=entry, mended=mended)
    return entry


def _read(connection: sa.Connection, asked: str) -> _Candidate:
    candidate = find_candidate(connection, asked)
    table, supports, decisions = schema.candidates, schema.supports, schema.decisions
    row = connection.execute(sa.select(table).where(table.c.id == candidate)).one()
    document = connection.scalars(
        sa.select(supports.c.document).where(supports.c.candidate == candidate).order_by(supports.c.position)
    ).first()
    last = connection.execute(
        sa.select(decisions).where(decisions.c.candidate == candidate).order_by(decisions.c.position.desc())
    ).first()
    return _Candidate(
        row.id, row.kind, json.loads(row.fields), tuple(json.loads(row.missing)), row.known_from, str(document),
        None if last is None else last.decision, None if last is None else last.entry,
    )  # fmt: skip


def _check_filled(chosen: _Candidate, given: Mapping[str, str]) -> None:
    """Refuse a candidate with columns that only the reviewer can fill in; ``--set column=`` leaves one empty."""
    problems = [
        Problem(
            "a column is missing", chosen.file, column=name, found="nothing in the document",
            expected="the reviewer's word", repair=f"--set {name}=VALUE",
        )
        for name in chosen.missing
        if name not in given and not chosen.fields.get(name, "").strip()
    ]  # fmt: skip
    if problems:
        raise CaseError(f"{chosen.id} can't be accepted yet", problems=problems)


def _check_named(connection: sa.Connection, rows: Rows, chosen: _Candidate, cells: Mapping[str, str]) -> None:
    """Refuse a row of a trial or an arm that the case has not yet while the candidate for it waits: it comes first."""
    wanted = {"arm": ("trial",), "outcome": ("trial", "arm")}.get(chosen.kind, ())
    table, decided = schema.candidates, sa.select(schema.decisions.c.candidate)
    problems = []
    for kind in wanted:
        place = {name: cells[name] for name in KEYS[FILE_OF[kind]]}
        if any(all(row.get(name) == text for name, text in place.items()) for _, row in rows[FILE_OF[kind]]):
            continue
        waiting = connection.execute(
            sa.select(table.c.id, table.c.fields).where(table.c.kind == kind, table.c.id.not_in(decided))
        )
        for row in waiting:
            said = json.loads(row.fields)
            if all(said.get(name) == text for name, text in place.items()):
                repair = f"topline facts accept {row.id}, with the same --case"
                found = ", ".join(place.values())
                problems.append(
                    Problem(
                        f"the case has not this {kind} yet; its candidate waits",
                        chosen.file,
                        column=kind,
                        found=repr(found),
                        expected="accepted before",
                        repair=repair,
                    )
                )
                break
    if problems:
        raise CaseError(f"{chosen.id} can't be accepted yet", problems=problems)


def _cells(chosen: _Candidate, given: Mapping[str, str]) -> dict[str, str]:
    """The columns of the row: the reviewer's, the candidate's, and what follows from them."""
    said = {**{name: text.strip() for name, text in chosen.fields.items()}, **given}
    if chosen.kind in {"outcome", "event"}:
        said["known_from"] = said.get("known_from") or chosen.known_from
    if chosen.kind == "outcome":
        said["certain_from"] = said.get("certain_from") or said["known_from"]
        said["known_from_basis"] = said.get("known_from_basis") or "date of the document"
        said["status"] = said.get("status") or "verified"
        if not said.get("events_status"):
            said["events_status"] = "reported" if said.get("events") else ""
    if chosen.kind == "event":
        said["event_id"] = said.get("event_id") or chosen.id
    return {name: said.get(name, "") for name in REQUIRED_COLUMNS[chosen.file]}


def _place(
    connection: sa.Connection, rows: Rows, chosen: _Candidate, cells: dict[str, str], key: str, correct: bool
) -> dict[tuple[str, str], str]:
    """Put the row among the others; returns from which day it supersedes the one that was in its place."""
    mine = _own_key(connection, chosen)
    if mine is not None and mine != key:
        remove_row(rows, chosen.file, mine)
    there = row_at(rows, chosen.file, key) if key else None
    if there is None:
        add_row(rows, chosen.file, cells)
        return {}
    if mine == key:
        if not _says_the_same(chosen, there, cells):
            _forget_alternates(rows, chosen.file, there)
        change_row(rows, chosen.file, key, cells)
        return {(chosen.file, key): schema.ALWAYS}
    if chosen.file == _NUMBERED and same_number(there, cells, question_of(rows)):
        add_alternate(rows, there, cells, cells["source_id"])
        return {}
    if _says_the_same(chosen, there, cells):
        return {}
    if not correct:
        raise _contradiction(chosen, there, cells)
    _forget_alternates(rows, chosen.file, there)
    change_row(rows, chosen.file, key, cells)
    return {(chosen.file, key): _correction_day(there, cells)}


def _own_key(connection: sa.Connection, chosen: _Candidate) -> str | None:
    """The key of the row that an earlier acceptance of this candidate made; None where it made none that stands."""
    if chosen.entry is None or chosen.decision == "rejected":
        return None
    table, decisions = TABLES[chosen.file], schema.decisions
    made = connection.execute(
        sa.select(table.c.key)
        .select_from(table)
        .join(decisions, decisions.c.entry == table.c.entry)
        .where(table.c.entry == chosen.entry, decisions.c.candidate == chosen.id, decisions.c.at == table.c.recorded_at)
    ).first()
    if made is None:
        return None
    tip = tips(connection, chosen.file).get(made.key)
    return made.key if tip is not None and tip.stands and tip.entry == chosen.entry else None


def _says_the_same(chosen: _Candidate, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two rows of a file say the same, whatever their sources."""
    names = REQUIRED_COLUMNS[chosen.file]
    a, b = ({name: cells.get(name, "") for name in names} for cells in (one, other))
    return candidate_identity("", chosen.kind, a) == candidate_identity("", chosen.kind, b)


def _forget_alternates(rows: Rows, file: str, fact: Mapping[str, str]) -> None:
    """Take the second sources of a number out that is not the number any more."""
    if file == _NUMBERED:
        place = key_of(file, fact)
        rows[_ALTERNATES] = [(n, cells) for n, cells in rows[_ALTERNATES] if key_of(file, cells) != place]


def _correction_day(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    try:
        before, after = last_day(old["known_from"]), last_day(new["known_from"])
    except (KeyError, ValueError):
        return schema.ALWAYS
    return after.isoformat() if after > before else schema.ALWAYS


def _contradiction(chosen: _Candidate, there: Mapping[str, str], cells: Mapping[str, str]) -> DataError:
    if chosen.file == _NUMBERED:
        found, expected = shown_value(cells), f"{shown_value(there)}, as the case has it from {there['source_id']}"
    else:
        differ = [name for name in REQUIRED_COLUMNS[chosen.file] if cells[name] != there.get(name, "")]
        found = ", ".join(f"{name} {cells[name]!r}" for name in differ)
        expected = ", ".join(f"{name} {there.get(name, '')!r}" for name in differ)
    return DataError(
        "the case says something else here",
        file=chosen.file,
        found=found,
        expected=expected,
        repair="reject the candidate, or accept it with --correct: it then takes the place of what the case says",
    )


def _write(connection: sa.Connection, rows: Rows, chosen: _Candidate, key: str, stamp: Stamp) -> str:
    """Check the case with the row in it and write what changed; returns the version that stands at the key."""
    problems: list[Problem] = []
    case = checked_case(rows, problems)
    if case is None or problems:
        shown = [dataclasses.replace(p, row=None) for p in problems]
        raise CaseError(f"{chosen.id} makes no valid row of {chosen.file}", problems=shown)
    write_rows(connection, case, stamp)
    return tips(connection, chosen.file)[key].entry


def reject(connection: sa.Connection, candidate: str, *, reviewer: str, reason: str, at: str) -> None:
    """Decide against a candidate. A row that was made of it is retracted; a number that got a source of it loses that.

    Rejecting again changes nothing. Raises ``ArgumentError`` without a reason, ``UnknownNameError`` for a candidate
    that is not there, and ``CaseError`` when the case is none without the row.
    """
    if not reason.strip():
        raise ArgumentError("a rejection needs a reason", expected="why it is no fact", repair="--reason TEXT")
    chosen = _read(connection, candidate)
    if chosen.decision == "rejected":
        return
    stamp = Stamp(at, reviewer, reason.strip())
    if chosen.entry is not None:
        _take_back(connection, chosen, stamp)
    decide(connection, "rejected", stamp, candidate=chosen.id)


def _take_back(connection: sa.Connection, chosen: _Candidate, stamp: Stamp) -> None:
    rows = stored_rows(connection)
    mine = _own_key(connection, chosen)
    if mine is not None:
        fact = row_at(rows, chosen.file, mine)
        if fact is not None:
            _forget_alternates(rows, chosen.file, fact)
        remove_row(rows, chosen.file, mine)
    elif chosen.file == _NUMBERED:
        _remove_alternate(connection, rows, chosen)
    problems: list[Problem] = []
    case = checked_case(rows, problems)
    if case is None or problems:
        repair = "reject first what was made of it, or correct that"
        shown = [dataclasses.replace(p, row=None, repair=repair) for p in problems]
        raise CaseError(f"the case needs what was made of {chosen.id}", problems=shown)
    write_rows(connection, case, stamp)


def _remove_alternate(connection: sa.Connection, rows: Rows, chosen: _Candidate) -> None:
    """Take the second source out that the candidate's acceptance gave to a number of the case."""
    decided = connection.execute(
        sa.select(schema.decisions.c.at, schema.facts.c.key)
        .select_from(schema.decisions)
        .join(schema.facts, schema.facts.c.entry == schema.decisions.c.entry)
        .where(schema.decisions.c.candidate == chosen.id)
        .order_by(schema.decisions.c.position.desc())
    ).first()
    if decided is None:
        return
    table = schema.fact_alternates
    made = set(connection.scalars(sa.select(table.c.key).where(table.c.recorded_at == decided.at)))
    rows[_ALTERNATES] = [
        (n, cells)
        for n, cells in rows[_ALTERNATES]
        if not (key_of(_NUMBERED, cells) == decided.key and key_of(_ALTERNATES, cells) in made)
    ]
