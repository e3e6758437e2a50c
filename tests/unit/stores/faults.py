"""Processes that are killed, that write at once, or that run out of disk; each tells as JSON what became of the store.

A script of its own, because it forks: ``python faults.py VERB SEED ARGUMENTS``. What a fork does before it is killed is
the real thing; the hooks only count the moments at which a kill may come.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alembic.command  # imported before the forks, so that each need not
import sqlalchemy as sa

from topline.errors import ToplineError
from topline.facts import Store, accept, changing, import_case, now, open_case_store, propose_into, schema, snapshot
from topline.pipeline import as_of_date
from topline.records import Candidate, DocumentInfo, Passage, StoredDocument

assert alembic.command.upgrade
_DAY = as_of_date("2024-01-01")


def state(case: str | Path) -> dict[str, Any]:
    """What a store or folder holds: the snapshot's id, and how many rows each table has."""
    store, _ = open_case_store(case)
    with store, store.reading() as connection:
        counts = {
            t.name: connection.scalar(sa.select(sa.func.count()).select_from(t)) for t in schema.metadata.sorted_tables
        }
        return {"id": snapshot(store, as_of=_DAY).id, "rows": counts}


def killed(act: Callable[[], None], chosen: random.Random, moments: int, *, writing: bool = False) -> bool:
    """Whether a fork that acts was killed: at one of its moments (from its first file on), or after a random time."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(ToplineError):
            if writing:
                _die_while_writing(chosen.randrange(moments))
            elif chosen.random() < 0.5:
                _die_at(chosen.randrange(moments))
            else:
                signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
                signal.setitimer(signal.ITIMER_REAL, chosen.uniform(0.0005, 0.06))
            act()
        os._exit(0)
    chosen.random()
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def _die_at(moment: int) -> None:
    """Kill this process at a statement, or when a file is opened, renamed or removed."""
    left = moment

    def step(*_: Any, **__: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", step)
    sa.event.listen(sa.Engine, "commit", step)
    files = {"open", "os.rename", "os.remove", "os.link", "shutil.rmtree", "os.mkdir"}
    sys.addaudithook(lambda event, _: step() if event in files else None)


def _die_while_writing(moment: int) -> None:
    """Kill this process at a step on files, counted from the first file that it opens to write."""
    left, begun = moment, False

    def step(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left, begun
        begun = begun or (event == "open" and str(arguments[1]).startswith("w"))
        if begun and event in {"open", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree", "os.mkdir"}:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)


def kill_imports(seed: int, wanted: int, old: str, new: str, base: str, where: str) -> dict[str, Any]:
    """Kill imports until ``wanted`` were killed: every fourth into a new store, the others over an older state."""
    folder = Path(where)
    found: dict[str, Any] = {"killed": 0, "finished": 0, "wrong": []}
    expected = _expected(old, new, folder)
    tries = 0
    while found["killed"] < wanted and tries < 4 * wanted:
        tries += 1
        fresh = tries % 4 == 0
        path = folder / "store.sqlite"
        for left in folder.glob("*store.sqlite*"):
            left.unlink()
        if not fresh:
            shutil.copyfile(base, path)
        url = f"sqlite:///{path}"
        act = functools.partial(import_into, url, new)
        died = killed(act, random.Random(f"{seed}-{tries}"), 150 if fresh else 90)
        found["killed" if died else "finished"] += 1
        before = [None, expected["new alone"]] if fresh else [expected["old"], expected["new"]]
        _judge(url, path, before, expected["new alone" if fresh else "new"], new, found)
    return found


def import_into(url: str, folder: str) -> None:
    """Import, as a user does."""
    import_case(folder, url)


def _expected(old: str, new: str, folder: Path) -> dict[str, Any]:
    url = f"sqlite:///{folder / 'expected.sqlite'}"
    import_case(old, url)
    states = {"old": state(url)}
    import_case(new, url)
    states["new"] = state(url)
    alone = f"sqlite:///{folder / 'alone.sqlite'}"
    import_case(new, alone)
    return {**states, "new alone": state(alone)}


def _judge(url: str, path: Path, allowed: list[Any], after: Any, new: str, found: dict[str, Any]) -> None:
    """The store opens at one of the states, its file is sound, and a rerun completes it without a row too many."""
    here = None
    if path.exists():
        with Store.open(url) as store, store.reading() as connection:
            sound = connection.scalar(sa.text("PRAGMA integrity_check"))
            empty = connection.scalar(sa.select(sa.func.count()).select_from(schema.cases)) == 0
        here = None if empty else state(url)
        if sound != "ok":
            found["wrong"].append(f"integrity: {sound}")
    if here not in allowed:
        found["wrong"].append(f"half written: {here}")
    import_case(new, url)
    if state(url) != after:
        found["wrong"].append(f"after the rerun: {state(url)}")


def kill_server_imports(seed: int, wanted: int, old: str, new: str, url: str) -> dict[str, Any]:
    """Kill imports into a server's store, which goes back and forth between two states."""
    found: dict[str, Any] = {"killed": 0, "finished": 0, "wrong": []}
    ids = {}
    for folder in (new, old):
        import_case(folder, url)
        ids[folder] = state(url)["id"]
    tries = 0
    while found["killed"] < wanted and tries < 4 * wanted:
        tries += 1
        died = killed(functools.partial(import_into, url, new), random.Random(f"{seed}-{tries}"), 90)
        found["killed" if died else "finished"] += 1
        seen = [state(url)["id"]]
        for folder in (new, old):
            import_case(folder, url)
            seen.append(state(url)["id"])
        if seen[0] not in ids.values() or seen[1:] != [ids[new], ids[old]]:
            found["wrong"].append(f"{seen} of {ids}")
    return found


def kill_folder_writes(seed: int, wanted: int, base: str, where: str) -> dict[str, Any]:
    """Kill proposals into a folder: it is read as it was or as it was to be, and a rerun completes it."""
    found: dict[str, Any] = {"killed": 0, "finished": 0, "wrong": []}
    folder = Path(where) / "case"
    shutil.copytree(base, folder)
    old = state(folder)
    propose(folder, "new")
    new = state(folder)
    tries = 0
    while found["killed"] < wanted and tries < 4 * wanted:
        tries += 1
        shutil.rmtree(folder)
        shutil.copytree(base, folder)
        chosen = random.Random(f"{seed}-{tries}")
        died = killed(lambda: propose(folder, "new"), chosen, 30, writing=tries % 4 > 0)
        found["killed" if died else "finished"] += 1
        here = state(folder)
        if here not in (old, new):
            found["wrong"].append(f"half written: {here}")
        propose(folder, "new")
        if state(folder) != new or any(p.name.startswith(".topline") for p in folder.iterdir()):
            found["wrong"].append(f"after the rerun: {state(folder)}")
    return found


def propose(case: str | Path, name: str, week: int = 16) -> str:
    """Propose one outcome of its own week, and return the candidate's id."""
    import hashlib

    text = f"{name}: 40 of 80 at week {week}"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    info = DocumentInfo(
        title=name, date="2023-06-01", publisher="p", sha256=sha256, media_type="text/plain", text_sha256=sha256
    )
    place = {"trial": "SECOND", "arm": "high", "outcome": "cure", "week": str(week), "n": "80", "events": "40"}
    candidate = Candidate(
        id=f"candidate-{name}", kind="outcome", fields=place, proposed_by="rules/1", known_from="2023-06-01",
        passages=(Passage(document=sha256, quote=text, start=0, end=len(text)),),
    )  # fmt: skip
    propose_into(case, [candidate], [StoredDocument(info=info, text=text, data=text.encode())])
    return candidate.id


def write_at_once(case: str, writers: int, each: int) -> dict[str, Any]:
    """Processes that propose and accept into one case at the same time."""
    target: str | Path = case if "://" in case else Path(case)
    start = time.time() + 0.5
    pids = []
    for writer in range(writers):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                time.sleep(max(0.0, start - time.time()))
                for i in range(each):
                    candidate = propose(target, f"{writer}-{i}", 100 + writer * each + i)
                    with changing(target) as connection:
                        accept(connection, candidate, reviewer=f"writer {writer}", at=now())
                code = 0
            finally:
                os._exit(code)
        pids.append(pid)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    return {"codes": codes, **state(target)}


def fill_the_disk(limit: int, new: str, case: str) -> dict[str, Any]:
    """An import, or a proposal into a folder, in a process that may write files of ``limit`` bytes only."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        if "://" in case:
            import_case(new, case)
        else:
            propose(Path(case), "new")
    except ToplineError as error:
        return error.to_dict()
    return {}


def read_as_nobody(url: str, folder: str) -> dict[str, Any]:
    """What an account without rights on the file can do with a store."""
    with (
        tempfile.TemporaryDirectory() as scratch
    ):  # imports all modules, which the other account may not be able to read
        import_into(f"sqlite:///{scratch}/store.sqlite", folder)
        state(url)
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    read = state(url)
    try:
        import_case(folder, url)
    except ToplineError as error:
        return {**read, **error.to_dict()}
    return read


if __name__ == "__main__":
    verb, *given = sys.argv[1:]
    arguments = [int(a) if a.isdecimal() else a for a in given]
    print(json.dumps(globals()[verb](*arguments)))
