"""Connections to a store: one way to read, which can't write, and one way to write, all or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from topline.errors import StoreError
from topline.facts.store_url import StoreUrl, parse_url

_WRITERS_QUEUE = 0x746F706C  # one number for all: the advisory lock that writers of one database queue at


def reading_engine(address: StoreUrl) -> sa.Engine:
    """An engine whose every write fails, and whose transactions see one state of the store from begin to end."""
    path = address.path
    if path is None or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return _reading_engine(address)
    # SQLite keeps an index of its log beside the file. Where it can't, a file without a log can be taken as it stands.
    query = {"uri": "true", "mode": "ro", "timeout": str(address.wait)}
    if not path.with_name(f"{path.name}-wal").exists():
        query["immutable"] = "1"
    url = sa.URL.create("sqlite", database=f"file:{quote(str(path.resolve()))}", query=query)
    return _reading_engine(replace(address, url=url))


# Statements are compiled once an engine; without a pool an engine holds no connection.
@lru_cache(maxsize=32)
def _reading_engine(address: StoreUrl) -> sa.Engine:
    if address.path is None:
        engine = sa.create_engine(address.url, poolclass=NullPool, isolation_level="REPEATABLE READ")
        return engine.execution_options(postgresql_readonly=True)
    engine = sa.create_engine(address.url, poolclass=NullPool)
    sa.event.listen(engine, "connect", on_connect("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF"))
    sa.event.listen(engine, "begin", on_begin("BEGIN"))
    return engine


@lru_cache(maxsize=32)
def writing_engine(address: StoreUrl) -> sa.Engine:
    """An engine whose transactions queue behind each other."""
    if address.path is None:
        engine = sa.create_engine(address.url, poolclass=NullPool)
        wait = f"SET LOCAL lock_timeout = {max(1, round(address.wait * 1000))}"
        sa.event.listen(engine, "begin", on_begin(wait, f"SELECT pg_advisory_xact_lock({_WRITERS_QUEUE})"))
        return engine
    engine = sa.create_engine(address.url, poolclass=NullPool)
    sa.event.listen(
        engine,
        "connect",
        on_connect("PRAGMA foreign_keys = ON", "PRAGMA synchronous = FULL", "PRAGMA trusted_schema = OFF"),
    )
    sa.event.listen(engine, "begin", on_begin("BEGIN IMMEDIATE"))
    return engine


def on_connect(*statements: str) -> Callable[[Any, Any], None]:
    """What a new SQLite connection does: leave transactions to the engine, and say these statements."""

    def listener(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for statement in statements:
            connection.execute(statement)

    return listener


def on_begin(*statements: str) -> Callable[[sa.Connection], None]:
    """What a transaction begins with."""

    def listener(connection: sa.Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    return listener


@contextmanager
def writing(url: str) -> Iterator[sa.Connection]:
    """A connection in one transaction: all of it is written, or nothing. Two writers go one after the other.

    Raises ``StoreError`` when the database refuses, or another writer took longer than the URL's ``timeout``.
    """
    address = parse_url(url)
    engine = writing_engine(address)
    try:
        with engine.begin() as connection:
            yield connection
    except (sa.exc.DBAPIError, OverflowError) as error:
        raise refusal("written", address, error) from error


def refusal(verb: str, address: StoreUrl, error: Exception) -> StoreError:
    """The error for a database that refused: ``verb`` is ``written`` or ``read``."""
    found = _words(error)
    if "locked" in found or "lock timeout" in found:
        repair = f"try again in a moment: another program holds it, for more than {address.wait:g} seconds now"
    elif any(words in found for words in ("full", "disk I/O", "No space")):
        repair = "make room on the disk, and do it again: the store is as it was before"
    else:
        repair = "check that it may be written, and that no other program holds it"
        if verb == "read":
            repair = "check that it may be read, and that no other program holds it"
    if address.path is None:
        repair = repair.replace("check that", "check that the server runs, that")
    return StoreError(f"the store can't be {verb}", file=address.name, found=found, repair=repair)


def _words(error: Exception) -> str:
    """What the database said, without the statement."""
    original = getattr(error, "orig", None) or error
    first = original.args[0] if original.args else str(original)
    return str(first.get("M", first)) if isinstance(first, dict) else str(original)
