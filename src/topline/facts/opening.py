"""From a name, a folder or a URL to an open store."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from topline.errors import CaseError, Problem, UnknownNameError
from topline.facts.case_folder import CaseData, Folder, read_case
from topline.facts.case_toml import FILE
from topline.facts.store import Store
from topline.facts.store_file import check_store, create_store, store_exists
from topline.facts.stored_case import checked_case, stored_rows
from topline.facts.typed_rows import earlier_versions
from topline.facts.writing import replace_case
from topline.records import Question

_CASES = resources.files("topline").joinpath("cases")


def shipped_cases() -> tuple[str, ...]:
    """The names of the cases that come with topline, with hyphens."""
    folders = (f for f in _CASES.iterdir() if f.is_dir() and f.joinpath(FILE).is_file())
    return tuple(sorted(f.name.replace("_", "-") for f in folders))


def case_folder(name_or_path: str | Path) -> Folder:
    """The folder of a shipped case, by its name with hyphens or underscores, or the folder at a path.

    Raises ``UnknownNameError`` when there is neither.
    """
    shipped = shipped_cases()
    name = str(name_or_path)
    if isinstance(name_or_path, str) and name.replace("_", "-") in shipped:
        return _CASES.joinpath(name.replace("-", "_"))
    if Path(name).is_dir():
        return Path(name)
    repair = "name a shipped case, a case folder that is there, or a store as sqlite:///FILE"
    raise UnknownNameError.among("case", name, shipped, repair=repair)


def open_case_store(case: str | Path) -> tuple[Store, Question]:
    """The store of a case, and the question that the case asks.

    ``case`` is the name of a shipped case, a case folder, or the URL of a store. A folder is read whole into
    memory. Raises ``UnknownNameError`` when there is no such case, ``CaseError`` when its folder holds a mistake, and
    ``StoreError`` when the store can't be opened.
    """
    if isinstance(case, str) and "://" in case:
        store = Store.open(case)
        return store, store.question()
    data = read_case(case_folder(case))
    return Store.open_memory(data), data.question


def open_case_data(case: str | Path) -> CaseData:
    """All that a case holds now: a shipped case by its name, a folder, or a store by its URL.

    Raises as ``open_case_store`` does.
    """
    if isinstance(case, str) and "://" in case:
        with Store.open(case) as store, store.reading() as connection:
            problems: list[Problem] = []
            data = checked_case(stored_rows(connection), problems)
        if data is None:
            raise CaseError("the store holds a case that is not sound", problems=problems)
        return data
    return read_case(case_folder(case))


def import_case(case: str | Path, url: str, *, reviewer: str = "") -> Question:
    """Write a case (a shipped one by name, or a folder) into the store at a URL, made if it is not there.

    The case is read and checked first and written in one transaction, so that a mistake leaves the store as it was.
    Nothing is deleted: a row that changed supersedes the earlier one, a row that vanished is retracted by a decision of
    ``reviewer``, and a second import of the same case changes nothing. Returns the question. Raises as
    ``open_case_store`` does; a store holds one case, and refuses another.
    """
    return import_counted(case, url, reviewer=reviewer)[0]


def import_counted(case: str | Path, url: str, *, reviewer: str = "") -> tuple[Question, dict[str, int]]:
    """The same, with how many rows were ``added``, ``superseded``, ``retracted`` and left ``unchanged``."""
    data = read_case(case_folder(case))
    earlier_versions(data.review.history)  # which complains of what is wrong in them before there is a store
    ready_store(url)
    return data.question, replace_case(url, data, reviewer=reviewer)


def ready_store(url: str) -> None:
    """Check the store at a URL, or make an empty one if nothing is there."""
    if not store_exists(url):
        create_store(url, exist_ok=True)
    check_store(url)
