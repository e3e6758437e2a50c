"""The evidence store: a case in SQL, in memory, in an SQLite file or in PostgreSQL. Once open, a store is only read.

A store holds one case. The tables in memory come from the metadata, because Alembic takes a second to import; a file
or a database is made and upgraded by Alembic.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from topline.errors import DataError, StoreError
from topline.facts import schema
from topline.facts.case_folder import CaseData
from topline.facts.connecting import on_connect, reading_engine
from topline.facts.store_file import check_store, create_store
from topline.facts.store_url import parse_url
from topline.facts.versions import current
from topline.facts.writing import write_case
from topline.records import Question, from_json


def memory_engine() -> sa.Engine:
    """An engine on one database in memory, with the tables of a store in it and nothing else."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    sa.event.listen(engine, "connect", on_connect("PRAGMA foreign_keys = ON"))
    sa.event.listen(engine, "begin", _begin_once)
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
    return engine


def _begin_once(connection: sa.Connection) -> None:
    """Begin, unless a caller of the caller has: a database in memory has one connection only."""
    if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN")


class Store:
    """An open evidence store. Make one with ``Store.open_memory``, ``Store.create`` or ``Store.open``."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self.name = name
        weakref.finalize(self, engine.dispose)

    @classmethod
    def open_memory(cls, case: CaseData) -> Store:
        """A store in memory that holds the case."""
        engine = memory_engine()
        with engine.begin() as connection:
            write_case(connection, case, at="")
        return cls.of_memory(engine, case.question.case)

    @classmethod
    def of_memory(cls, engine: sa.Engine, name: str) -> Store:
        """The store of an engine of ``memory_engine`` that is filled; nothing can be written from now on."""
        with engine.connect() as connection:
            connection.execute(sa.text("PRAGMA query_only = ON"))
        return cls(engine, name)

    @classmethod
    def create(cls, url: str) -> Store:
        """A new store without a case at a URL (SQLite or PostgreSQL); ``import_case`` fills it.

        Raises ``StoreError`` when something stands there already.
        """
        create_store(url)
        return cls.open(url)

    @classmethod
    def open(cls, url: str) -> Store:
        """The store at a URL (SQLite or PostgreSQL).

        Raises ``StoreError`` when there is none, or when its schema is older or newer than this version's.
        """
        check_store(url)
        address = parse_url(url)
        return cls(reading_engine(address), address.shown)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection on which every write fails."""
        with self._engine.connect() as connection:
            yield connection

    def question(self) -> Question:
        """The question that the case in the store asks.

        Raises ``StoreError`` when the store holds no case, or its question can't be read.
        """
        with self.reading() as connection:
            text = connection.scalar(sa.select(schema.cases.c.question).where(current(schema.cases)))
        if text is None:
            repair = "write a case into it with topline.facts.import_case"
            raise StoreError("the store holds no case", found=self.name, expected="one case", repair=repair)
        try:
            return from_json(text, Question)
        except DataError as error:
            found = error.problem.found
            repair = "write the case into it again with topline.facts.import_case"
            raise StoreError("the question in the store can't be read", found=found, repair=repair) from None

    def close(self) -> None:
        """Close the store's connections."""
        self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
