"""The database's own refusal to change or delete a row: triggers on every table, in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

_SQLITE = """CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the store is append-only: {table} refuses {verb}'); END"""

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION topline_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'the store is append-only: % refuses %', TG_TABLE_NAME, TG_OP; END $$ LANGUAGE plpgsql"""

_POSTGRESQL = """CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION topline_append_only()"""


def statements(table: str, dialect: str) -> Iterator[str]:
    """The statements that make ``table`` refuse every change, in the words of ``sqlite`` or ``postgresql``."""
    if dialect == "postgresql":
        yield _POSTGRESQL_FUNCTION
        yield _POSTGRESQL.format(table=table)
    else:
        yield from (_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE"))


def refuse_changes(metadata: sa.MetaData) -> None:
    """Have every table of the metadata made with its triggers."""

    def add(table: sa.Table, connection: sa.Connection, **_: object) -> None:
        for statement in statements(table.name, connection.dialect.name):
            connection.execute(sa.text(statement))

    for table in metadata.tables.values():
        sa.event.listen(table, "after_create", add)
