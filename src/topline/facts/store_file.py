"""Making, checking and upgrading a store: an SQLite file or a PostgreSQL database."""

from __future__ import annotations

import os
import secrets
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import schema
from topline.facts.append_only import statements
from topline.facts.connecting import reading_engine, refusal, writing_engine
from topline.facts.store_url import StoreUrl, parse_url

if TYPE_CHECKING:
    from collections.abc import Collection

_LEFT_BEHIND_SECONDS = 3600.0


def check_store(url: str) -> None:
    """Refuse, with a ``StoreError``, whatever this version can't read as it stands."""
    address = parse_url(url)
    found = _revision(address)
    if found != schema.REVISIONS[-1]:
        raise StoreError(
            "the store is older than this topline",
            file=address.name,
            found=f"schema {found}",
            expected=f"schema {schema.REVISIONS[-1]}",
            repair=f'upgrade it: python -c "{_upgrading(address.shown)}"',
        )


def store_exists(url: str) -> bool:
    """Whether anything stands at the URL, be it a store or not."""
    address = parse_url(url)
    return bool(_tables(address)) if address.path is None else address.path.exists()


def _revision(address: StoreUrl) -> str:
    """The schema revision of a store, one of ``schema.REVISIONS``.

    Refuses a missing store, a file or database of something else, and a store of a newer version.
    """
    tables = _tables(address)
    if tables is None:
        raise StoreError(
            "there is no such store",
            file=address.name,
            found=address.shown,
            repair=f"check the path, or {_making(address.shown)}",
        )
    revision = _stamp(address) if {"alembic_version", schema.cases.name} <= set(tables) else None
    if revision is not None and revision.isdecimal() and int(revision) > int(schema.REVISIONS[-1]):
        raise StoreError(
            "the store is newer than this topline",
            file=address.name,
            found=f"schema {revision}",
            expected=f"schema {schema.REVISIONS[-1]} or older",
            repair="open it with the topline that made it: pip install --upgrade topline",
        )
    if revision is None or revision not in schema.REVISIONS:
        raise StoreError(
            "not a topline store",
            file=address.name,
            found=address.shown,
            expected="an SQLite file or a PostgreSQL database that topline made",
            repair=f"choose another one, or {_making('sqlite:///NEW.sqlite')}",
        )
    foreign = _foreign(address)
    if foreign:
        raise StoreError(
            "the store holds what topline did not put there",
            file=address.name,
            found=", ".join(foreign[:5]),
            expected="tables, and the triggers that refuse changes",
            repair="open only stores of people whom you trust; export a sound one with topline facts export",
        )
    return revision


def _foreign(address: StoreUrl) -> list[str]:
    """The views, virtual tables and triggers of an SQLite file that are none of topline's: they would run when read."""
    if address.path is None:
        return []
    made = {sql for table in schema.metadata.tables for sql in statements(table, "sqlite")}
    asked = sa.text("SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') OR rootpage = 0")
    engine = reading_engine(address)
    try:
        with engine.connect() as connection:
            return [f"{kind} {name}"[:80] for kind, name, sql in connection.execute(asked) if sql not in made]
    except sa.exc.DBAPIError as error:
        raise refusal("read", address, error) from error


def _tables(address: StoreUrl) -> Collection[str] | None:
    """The names of the tables there; None when nothing stands there, empty for a file that is no database.

    Raises ``StoreError`` when it can't be read now, for example because another program holds it.
    """
    if address.path is not None and not address.path.is_file():
        return None
    engine = reading_engine(address)
    try:
        with engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            return names or (None if address.path is None else [])
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        raise refusal("read", address, error) from error
    except sa.exc.DatabaseError as error:
        if address.path is None:
            raise refusal("read", address, error) from error
        return []


def _stamp(address: StoreUrl) -> str | None:
    """What Alembic wrote into the store."""
    engine = reading_engine(address)
    try:
        with engine.connect() as connection:
            stamp = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return None if stamp is None else str(stamp)
    except sa.exc.DBAPIError as error:
        raise refusal("read", address, error) from error


def _upgrading(url: str) -> str:
    return f"from topline.facts import upgrade_store; upgrade_store('{url}')"


def _making(url: str) -> str:
    return f"make a store of a case folder: topline facts import FOLDER --case {shlex.quote(url)}"


def create_store(url: str, *, exist_ok: bool = False) -> None:
    """Make an empty store, through the migrations.

    A file is made beside and put in its place when it is whole, so that one finds a store there or nothing. Raises
    ``StoreError`` when something stands there already (unless ``exist_ok`` and another process was faster), or the
    folder is not there.
    """
    address = parse_url(url)
    if store_exists(url):
        repair = "choose another one, or open the one that is there"
        what = "a file" if address.path is not None else "a table"
        raise StoreError(f"{what} stands there already", file=address.name, found=address.shown, repair=repair)
    if address.path is None:
        _migrate(address)
        return
    if not address.path.parent.is_dir():
        raise StoreError("there is no such folder", found=str(address.path.parent), repair="create the folder first")
    _remove_left_behind(address.path)
    beside = address.path.with_name(f".{address.path.name}.{secrets.token_hex(6)}.new")
    try:
        _migrate(StoreUrl(url, address.url.set(database=str(beside)), address.wait))
        _put(beside, address.path)
    except FileExistsError:
        if not exist_ok:
            raise StoreError("a file stands there already", file=address.name, found=address.shown) from None
    except OSError as error:
        found = error.strerror or str(error)
        raise StoreError("the store can't be made", file=address.name, found=found) from error
    finally:
        for name in (beside.name, f"{beside.name}-wal", f"{beside.name}-shm", f"{beside.name}-journal"):
            beside.with_name(name).unlink(missing_ok=True)


def _put(beside: Path, path: Path) -> None:
    """Give the file its name, unless another file has it: a link refuses, where a rename would overwrite."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(path) from None
        beside.rename(path)


def _remove_left_behind(path: Path) -> None:
    """Remove what a killed process left of a store that it was about to make."""
    for old in path.parent.glob(f".{path.name}.*.new*"):
        if time.time() - old.stat().st_mtime > _LEFT_BEHIND_SECONDS:
            old.unlink(missing_ok=True)


def upgrade_store(url: str) -> None:
    """Bring an older store up to this version's schema; one that is there already stays as it is.

    Raises ``StoreError`` for a missing store, a file of something else, and a store of a newer version.
    """
    address = parse_url(url)
    if _revision(address) != schema.REVISIONS[-1]:
        _migrate(address)


def _migrate(address: StoreUrl) -> None:
    """Run the migrations in one transaction; an SQLite file is set to a write-ahead log first."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    if address.path is not None:
        _write_ahead(address)
    engine = writing_engine(address)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.DBAPIError as error:
        raise refusal("written", address, error) from error


def _write_ahead(address: StoreUrl) -> None:
    """Have readers and a writer not wait for each other (it stays so in the file)."""
    engine = sa.create_engine(address.url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    except sa.exc.DBAPIError as error:
        raise refusal("written", address, error) from error
    finally:
        engine.dispose()
