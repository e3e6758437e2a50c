"""A reviewer's decisions: a candidate becomes a row of the case, mended or as it was read, or is rejected."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from topline.errors import ArgumentError, CaseError, DataError, Problem, UnknownNameError
from topline.facts import schema
from topline.facts.case_folder import REQUIRED_COLUMNS
from topline.facts.dates import last_day
from topline.facts.identities import SOURCE_COLUMNS, candidate_identity
from topline.facts.numbers_agree import has_counts, same_number, shown_value
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
from topline.facts.versions import KEYS, TABLES, decode_cells, filled, key_of, retracted, tips
from topline.facts.writing import Stamp, decide, write_rows

_NUMBERED = "outcomes.csv"
_ALTERNATES = "outcomes_alternates.csv"


@dataclass(frozen=True)
class _Candidate:
    """A candidate as it waits: its columns by the support that told it first, and the last decision on it."""

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
    if key:
        _check_named(connection, rows, chosen, cells)
    stamp = Stamp(at, reviewer, f"candidate {chosen.id} was mended")
    entry = _place(connection, rows, chosen, cells, key, stamp, correct)
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
    told = connection.execute(
        sa.select(supports).where(supports.c.candidate == candidate).order_by(supports.c.position)
    ).all()
    first = min(told, key=lambda support: _day_or_last(support.known_from))
    last = connection.execute(
        sa.select(decisions).where(decisions.c.candidate == candidate).order_by(decisions.c.position.desc())
    ).first()
    fields = json.loads(row.fields)
    if first.known_from != row.known_from:
        said = {name: cell for name, cell in fields.items() if name not in SOURCE_COLUMNS[row.kind]}
        fields = {**said, **json.loads(first.source_columns or "{}")}
    return _Candidate(
        row.id, row.kind, fields, tuple(json.loads(row.missing)), first.known_from, first.document,
        None if last is None else last.decision, None if last is None else last.entry,
    )  # fmt: skip


def _day_or_last(text: str) -> str:
    """The last day of a date; a text that is none comes after every date."""
    try:
        return last_day(text).isoformat()
    except ValueError:
        return "~"


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
    connection: sa.Connection,
    rows: Rows,
    chosen: _Candidate,
    cells: dict[str, str],
    key: str,
    stamp: Stamp,
    correct: bool,
) -> str:
    """Put the row among the others and write it; returns the version that came of it."""
    mine = _own_key(connection, chosen)
    if mine is not None and mine != key:
        remove_row(rows, chosen.file, mine)
    there = row_at(rows, chosen.file, key) if key else None
    if there is None:
        add_row(rows, chosen.file, cells)
        return _write(connection, rows, chosen, key, stamp)
    if mine == key and filled(there) == filled({**there, **cells}):
        return str(chosen.entry)
    if mine == key:
        if not _says_the_same(chosen, there, cells):
            _forget_alternates(rows, chosen.file, there)
        change_row(rows, chosen.file, key, cells)
        return _write(connection, rows, chosen, key, stamp, schema.ALWAYS)
    if chosen.file == _NUMBERED and same_number(there, cells, question_of(rows)):
        return _place_again(connection, rows, chosen, there, cells, key, stamp)
    if _says_the_same(chosen, there, cells):
        return _write(connection, rows, chosen, key, stamp)
    if not correct:
        raise _contradiction(chosen, there, cells)
    _forget_alternates(rows, chosen.file, there)
    change_row(rows, chosen.file, key, cells)
    return _write(connection, rows, chosen, key, stamp, _later_day(there, cells) or schema.ALWAYS)


def _place_again(
    connection: sa.Connection,
    rows: Rows,
    chosen: _Candidate,
    there: dict[str, str],
    cells: dict[str, str],
    key: str,
    stamp: Stamp,
) -> str:
    """Put a number that the case has already beside it: one more source, the first to tell it, or its counts."""
    before = dict(there)
    if chosen.decision in {"accepted", "mended"} and chosen.entry in _stood(connection, chosen.file, key, cells):
        return str(chosen.entry)
    if has_counts(cells) and not has_counts(before):
        change_row(rows, chosen.file, key, cells)
        add_alternate(rows, cells, before, before["source_id"])
        return _write(connection, rows, chosen, key, stamp, _later_day(before, cells) or schema.ALWAYS)
    day = _later_day(cells, before)
    if day is None:
        add_alternate(rows, before, cells, cells["source_id"])
        return _write(connection, rows, chosen, key, stamp)
    change_row(rows, chosen.file, key, cells)
    entry = _write(connection, rows, chosen, key, stamp, schema.ALWAYS)
    change_row(rows, chosen.file, key, before)
    add_alternate(rows, before, cells, cells["source_id"])
    _write(connection, rows, chosen, key, stamp, day)
    return entry


def _stood(connection: sa.Connection, file: str, key: str, cells: Mapping[str, str]) -> set[str]:
    """The versions of a key that say just this and that nobody took back."""
    table = TABLES[file]
    rows = connection.execute(sa.select(table.c.entry, table.c.cells).where(table.c.key == key, ~retracted(table)))
    return {row.entry for row in rows if filled(decode_cells(row.cells)) == filled(cells)}


def _own_key(connection: sa.Connection, chosen: _Candidate) -> str | None:
    """The key of the row that an earlier acceptance of this candidate made; None where it made none that stands."""
    if chosen.entry is None or chosen.decision == "rejected":
        return None
    table, decisions = TABLES[chosen.file], schema.decisions
    made = connection.execute(
        sa.select(table.c.key, table.c.cells)
        .select_from(table)
        .join(decisions, decisions.c.entry == table.c.entry)
        .where(table.c.entry == chosen.entry, decisions.c.candidate == chosen.id, decisions.c.at == table.c.recorded_at)
    ).first()
    if made is None:
        return None
    tip = tips(connection, chosen.file).get(made.key)
    return (
        made.key if tip is not None and tip.stands and filled(tip.cells) == filled(decode_cells(made.cells)) else None
    )


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


def _later_day(one: Mapping[str, str], other: Mapping[str, str]) -> str | None:
    """The day from which ``other`` can be known, where that is after the one of ``one``."""
    try:
        before, after = last_day(one["known_from"]), last_day(other["known_from"])
    except (KeyError, ValueError):
        return None
    return after.isoformat() if after > before else None


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


def _write(
    connection: sa.Connection, rows: Rows, chosen: _Candidate, key: str, stamp: Stamp, day: str | None = None
) -> str:
    """Check the case with the row in it and write what changed; returns the version that stands at the key.

    ``day`` is when it supersedes the one that was in its place.
    """
    problems: list[Problem] = []
    case = checked_case(rows, problems)
    if case is None or problems:
        shown = [dataclasses.replace(p, row=None) for p in problems]
        raise CaseError(f"{chosen.id} makes no valid row of {chosen.file}", problems=shown)
    days = {} if day is None else {(chosen.file, key): day}
    write_rows(connection, case, dataclasses.replace(stamp, days=days))
    return tips(connection, chosen.file)[key].entry


def reject(connection: sa.Connection, candidate: str, *, reviewer: str, reason: str, at: str) -> None:
    """Decide against a candidate. A row that was made of it is retracted; a number that got a source of it loses that.

    What the row had taken the place of stands again, and so does a further source of its number.

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
    """Take out what an acceptance made: what it had taken the place of stands again, as far as nobody rejected it."""
    rows = stored_rows(connection)
    mine = _own_key(connection, chosen)
    days: dict[tuple[str, str], str] = {}
    others: list[str] = []
    if mine is not None:
        fact = row_at(rows, chosen.file, mine)
        if fact is not None:
            _forget_alternates(rows, chosen.file, fact)
        others = _second_sources(connection, chosen, mine)
        earlier = _earlier(connection, chosen, mine)
        if earlier is None:
            remove_row(rows, chosen.file, mine)
        else:
            rows[chosen.file] = [(n, earlier if key_of(chosen.file, c) == mine else c) for n, c in rows[chosen.file]]
            days[chosen.file, mine] = schema.ALWAYS
    elif chosen.file == _NUMBERED:
        _remove_alternate(connection, rows, chosen)
    problems: list[Problem] = []
    case = checked_case(rows, problems)
    if case is None or problems:
        repair = "reject first what was made of it, or correct that"
        shown = [dataclasses.replace(p, row=None, repair=repair) for p in problems]
        raise CaseError(f"the case needs what was made of {chosen.id}", problems=shown)
    write_rows(connection, case, dataclasses.replace(stamp, days=days))
    for entry in _shown_before(connection, chosen):
        decide(connection, "retracted", stamp, entry=entry)
    for other in others:
        _accept_again(connection, other, stamp)


def _made_by(connection: sa.Connection, file: str, candidates: sa.ColumnElement[bool]) -> list[sa.Row[Any]]:
    """The versions that acceptances made: ``candidates`` says of a decision whether it is one of theirs."""
    table, decisions = TABLES[file], schema.decisions
    made = sa.and_(decisions.c.entry == table.c.entry, decisions.c.at == table.c.recorded_at)
    query = sa.select(table.c.entry, table.c.cells).select_from(table).join(decisions, made)
    return list(connection.execute(query.where(decisions.c.decision.in_(("accepted", "mended")), candidates)))


def _earlier(connection: sa.Connection, chosen: _Candidate, key: str) -> dict[str, str] | None:
    """The cells of the last version before the candidate's that no rejected candidate made, if there is one."""
    rejected = {chosen.id, *(row.candidate for row in _last_decisions(connection) if row.decision == "rejected")}
    wrong = _made_by(connection, chosen.file, schema.decisions.c.candidate.in_(sorted(rejected)))
    said = [filled(decode_cells(row.cells)) for row in wrong]
    table = TABLES[chosen.file]
    columns = (table.c.entry, table.c.cells, table.c.supersedes, retracted(table).label("gone"))
    of = {row.entry: row for row in connection.execute(sa.select(*columns).where(table.c.key == key))}
    entry: str | None = tips(connection, chosen.file)[key].entry
    while entry is not None:
        cells = decode_cells(of[entry].cells)
        if not of[entry].gone and filled(cells) not in said:
            return cells
        entry = of[entry].supersedes
    return None


def _last_decisions(connection: sa.Connection) -> list[sa.Row[Any]]:
    """The last decision on each candidate."""
    table = schema.decisions
    last = sa.select(sa.func.max(table.c.position)).where(table.c.candidate.is_not(None)).group_by(table.c.candidate)
    return list(connection.execute(sa.select(table).where(table.c.position.in_(last)).order_by(table.c.position)))


def _shown_before(connection: sa.Connection, chosen: _Candidate) -> list[str]:
    """The candidate's own versions that an earlier day would still show, though another has taken their place."""
    made = sorted({row.entry for row in _made_by(connection, chosen.file, schema.decisions.c.candidate == chosen.id)})
    table = TABLES[chosen.file]
    newer = table.alias("newer")
    later = sa.exists().where(newer.c.supersedes == table.c.entry, newer.c.supersedes_day > schema.ALWAYS)
    return list(
        connection.scalars(
            sa.select(table.c.entry).where(table.c.entry.in_(made), later, ~retracted(table)).order_by(table.c.entry)
        )
    )


def _second_sources(connection: sa.Connection, chosen: _Candidate, key: str) -> list[str]:
    """The other accepted candidates that the row with this key stands for: a second source is one."""
    table = TABLES[chosen.file]
    entries = set(connection.scalars(sa.select(table.c.entry).where(table.c.key == key)))
    return [
        str(row.candidate)
        for row in _last_decisions(connection)
        if row.entry in entries and row.candidate != chosen.id and row.decision in {"accepted", "mended"}
    ]


def _accept_again(connection: sa.Connection, candidate: str, stamp: Stamp) -> None:
    """Let a candidate stand for itself, whose number stood in the row of one that is rejected now."""
    last = next(row for row in _last_decisions(connection) if row.candidate == candidate)
    with contextlib.suppress(DataError):  # the case says something else again, as it did before this was accepted
        accept(connection, candidate, reviewer=last.reviewer, at=stamp.at, fields=json.loads(last.mended or "{}"))


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
