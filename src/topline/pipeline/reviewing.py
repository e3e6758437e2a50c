"""The review of a case: what waits, what is decided of it, and the case as a folder and back."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path

from topline.errors import UnknownNameError
from topline.facts import (
    accept,
    candidate_list,
    candidate_rows,
    changing,
    export_workbook,
    find_candidate,
    import_counted,
    now,
    open_case_data,
    open_case_store,
    reject,
    supports_of,
)
from topline.facts import export_case as write_export
from topline.pipeline.intake.counts import counts_of
from topline.records import ArmValue, CandidateList, CandidateRow, Change, Endpoint, Support


def login_name() -> str:
    """The name that the user is logged in with: who answers for a decision unless another name is given."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return "unknown"


def list_candidates(case: str | Path, *, state: str | None = "proposed") -> CandidateList:
    """The candidates of a case in a state (None: all), each beside its quotations, and what contradicts what.

    Raises ``UnknownNameError`` for a case or a state that there is not, ``CaseError`` and ``StoreError`` as opening the
    case does.
    """
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        return candidate_list(connection, state=state)


def show_candidate(case: str | Path, candidate: str) -> CandidateRow:
    """One candidate whole, by its id or a start of it that fits no other.

    Raises ``UnknownNameError`` with the near ids when there is none.
    """
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        (row,) = candidate_rows(connection, find_candidate(connection, candidate))
        return row


def is_candidate(case: str | Path, asked: str) -> bool:
    """Whether an id, or a start of one, is that of a candidate of the case."""
    try:
        show_candidate(case, asked)
    except UnknownNameError:
        return False
    return True


def quotations(case: str | Path, fact: str) -> tuple[Support, ...]:
    """The quotations behind a fact of a case, by the fact's whole id; empty where nobody read it from a document."""
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        return supports_of(connection, fact)


def accept_candidates(
    case: str | Path,
    candidates: Sequence[str],
    *,
    fields: Mapping[str, str] | None = None,
    reviewer: str | None = None,
    correct: bool = False,
) -> list[Change]:
    """Make rows of a case out of candidates, in the order given: all of them, or none.

    ``fields`` are columns in place of the candidates' own; with the ``n`` of an outcome that was told in percent comes
    its count, marked as derived, as a registry's percentages get it. ``case`` is a folder or a store's URL, and
    ``reviewer`` the login name unless given. With ``correct`` a row takes the place of what the case says there. Raises
    ``UnknownNameError``, ``CaseError`` and ``DataError`` as ``topline.facts.accept`` does, and ``StoreError`` when the
    case can't be written.
    """
    name = reviewer or login_name()
    given = dict(fields or {})
    endpoints = {e.id: e for e in open_case_data(case).question.endpoints} if given.get("n") else {}
    changes = []
    with changing(case) as connection:
        for candidate in candidates:
            found = find_candidate(connection, candidate)
            (row,) = candidate_rows(connection, found)
            told = given | _count(row, given, endpoints)
            entry = accept(connection, found, reviewer=name, at=now(), fields=told, correct=correct)
            (row,) = candidate_rows(connection, found)
            changes.append(Change(case=_name(case), done=row.state, reviewer=name, candidate=row, rows=(entry,)))
    return changes


def _count(row: CandidateRow, given: Mapping[str, str], endpoints: Mapping[str, Endpoint]) -> dict[str, str]:
    """The count of an outcome that has a percentage, once the reviewer has said of how many; else nothing."""
    cells = {**row.fields, **given}
    endpoint = endpoints.get(cells.get("outcome", ""))
    if (
        row.kind != "outcome"
        or endpoint is None
        or not cells.get("percent")
        or "events" in given
        or cells.get("events")
    ):
        return {}
    value = ArmValue(arm=cells.get("arm", ""), value=cells["percent"], unit="%", n=cells["n"])
    counts = counts_of(value, None, endpoint, None)
    if not counts.events:
        return {}
    note = "; ".join(text for text in (cells.get("note", ""), counts.note) if text)
    return {"events": counts.events, "events_status": counts.events_status} | ({"note": note} if counts.note else {})


def reject_candidate(case: str | Path, candidate: str, *, reason: str, reviewer: str | None = None) -> Change:
    """Decide against a candidate, with the reason; a row that was made of it is retracted.

    Raises ``ArgumentError`` without a reason, and otherwise as ``accept_candidates`` does.
    """
    name = reviewer or login_name()
    with changing(case) as connection:
        found = find_candidate(connection, candidate)
        reject(connection, found, reviewer=name, reason=reason, at=now())
        (row,) = candidate_rows(connection, found)
    return Change(case=_name(case), done="rejected", reviewer=name, candidate=row)


def export_case(case: str | Path, target: str | Path) -> Change:
    """Write a case (a shipped one by name, a folder, or a store's URL) into a folder; ``import_case`` takes it back.

    A target that ends in ``.xlsx`` becomes a workbook of the case's tables, to be read. Raises as opening the case
    does; ``StoreError`` when the target can't be written or is a folder that holds another case; for a workbook also
    ``ArgumentError`` without the extra ``office`` and ``DataError`` for what Excel can't hold.
    """
    if Path(target).suffix.lower() == ".xlsx":
        return Change(case=_name(case), done="exported", counts={"sheets_written": export_workbook(case, target)})
    written = write_export(case, target)
    return Change(case=_name(target), done="exported", counts={"files_written": written})


def import_case(folder: str | Path, url: str, *, reviewer: str | None = None) -> Change:
    """Bring the store at a URL, made if it is not there, to the state of a case (a folder, or a shipped case).

    Nothing is deleted: changed rows supersede the earlier ones, vanished ones are retracted in the reviewer's name.
    Raises ``CaseError`` with every mistake of the folder, and ``StoreError`` when the store can't be written or holds
    another case.
    """
    name = reviewer or login_name()
    question, counts = import_counted(folder, url, reviewer=name)
    return Change(case=question.case, done="imported", reviewer=name, counts=counts)


def _name(case: str | Path) -> str:
    store, question = open_case_store(case)
    store.close()
    return question.case
