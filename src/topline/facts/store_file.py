"""Stores in SQLite files: their URLs, the revision of their schema, and bringing it up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from topline.errors import StoreError
from topline.facts import schema

EXPECTED_URL = "sqlite:///FILE, with a fourth slash before an absolute path"


def sqlite_path(url: str) -> Path:
    """The file that an SQLite URL names.

    Raises ``StoreError`` for another database, or a URL that can't be read or names no file.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError("not a database URL", found=repr(url), expected=EXPECTED_URL) from None
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        raise StoreError("not a store that topline can open", found=repr(url), expected=EXPECTED_URL)
    return Path(parsed.database)


def check_store(url: str) -> None:
    """Refuse, with a ``StoreError``, whatever this version can't read as it stands."""
    found = _revision(url)
    if found != schema.REVISIONS[-1]:
        raise StoreError(
            "the store is older than this topline",
            file=sqlite_path(url).name,
            found=f"schema {found}",
            expected=f"schema {schema.REVISIONS[-1]}",
            repair=f"upgrade it: python -c \"from topline.facts import upgrade_store; upgrade_store('{url}')\"",
        )


def _revision(url: str) -> str:
    """The schema revision of the store at ``url``, one of ``schema.REVISIONS``.

    Refuses a missing file, a file of something else, and a store of a newer version.
    """
    path = sqlite_path(url)
    if not path.is_file():
        raise StoreError(
            "there is no such store", file=path.name, found=url, repair=f"check the path, or {_making(url)}"
        )
    revision = _stamp(url)
    if revision is not None and revision.isdecimal() and int(revision) > int(schema.REVISIONS[-1]):
        raise StoreError(
            "the store is newer than this topline",
            file=path.name,
            found=f"schema {revision}",
            expected=f"schema {schema.REVISIONS[-1]} or older",
            repair="open it with the topline that made it: pip install --upgrade topline",
        )
    if revision not in schema.REVISIONS:
        raise StoreError(
            "not a topline store",
            file=path.name,
            found=url,
            expected="an SQLite file that topline made",
            repair=f"choose another file, or {_making('sqlite:///NEW.sqlite')}",
        )
    assert revision is not None
    return revision


def _stamp(url: str) -> str | None:
    """What Alembic wrote into the file; None when it is no database, or one without topline's tables.

    Raises ``StoreError`` when the file can't be read now, for example because another program holds it.
    """
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            tables = set(sa.inspect(connection).get_table_names())
            if not {"alembic_version", schema.cases.name} <= tables:
                return None
            stamp = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return None if stamp is None else str(stamp)
    except sa.exc.OperationalError as error:
        name = sqlite_path(url).name
        repair = "check that the file may be read, and that no other program holds it"
        raise StoreError("the store can't be read", file=name, found=str(error.orig), repair=repair) from error
    except sa.exc.DatabaseError:
        return None
    finally:
        engine.dispose()


def _making(url: str) -> str:
    code = f"from topline.facts import import_case; import_case('atopic-dermatitis', '{url}')"
    return f'make a store: python -c "{code}"'


def create_store(url: str) -> None:
    """Make an empty store at an SQLite URL, through the migrations.

    Raises ``StoreError`` when a file stands there already, or the folder is not there.
    """
    path = sqlite_path(url)
    if path.exists():
        repair = "choose another file, or open the one that is there"
        raise StoreError("a file stands there already", file=path.name, found=url, repair=repair)
    if not path.parent.is_dir():
        raise StoreError("there is no such folder", found=str(path.parent), repair="create the folder first")
    _migrate(url)


def upgrade_store(url: str) -> None:
    """Bring an older store up to this version's schema; one that is there already stays as it is.

    Raises ``StoreError`` for a missing file, a file of something else, and a store of a newer version.
    """
    if _revision(url) != schema.REVISIONS[-1]:
        _migrate(url)


def _migrate(url: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with writing(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(url: str) -> Iterator[sa.Connection]:
    """A connection in one transaction: all of it is written, or nothing.

    Raises ``StoreError`` when the database refuses.
    """
    engine = sa.create_engine(url)
    sa.event.listen(engine, "connect", enforce_references)
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.DatabaseError as error:
        name = sqlite_path(url).name
        repair = "check that the file and its folder may be written, and that no other program holds the file"
        raise StoreError("the store can't be written", file=name, found=str(error.orig), repair=repair) from error
    finally:
        engine.dispose()


def enforce_references(connection: Any, _record: Any) -> None:
    """Have SQLite refuse a row that refers to nothing; it does not unless asked."""
    connection.execute("PRAGMA foreign_keys = ON")


def refuse_writes(connection: Any, _record: Any) -> None:
    """Have SQLite refuse every write on this connection."""
    connection.execute("PRAGMA query_only = ON")
