"""The URL of a store: an SQLite file, or a PostgreSQL database of a team."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

from topline.errors import StoreError

EXPECTED_URL = (
    "sqlite:///FILE, with a fourth slash before an absolute path, or postgresql://USER:PASSWORD@HOST/DATABASE"
)
WAIT_SECONDS = 30.0
"""How long a writer waits for another one, unless the URL says ``?timeout=SECONDS``."""


@dataclass(frozen=True)
class StoreUrl:
    """A store's address as SQLAlchemy takes it; ``given`` is what the user wrote, ``wait`` counts seconds."""

    given: str
    url: sa.URL
    wait: float

    @property
    def path(self) -> Path | None:
        """The file of an SQLite store; None for a server."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @property
    def name(self) -> str:
        """The file's name, or the database's: what an error may show, without a password."""
        return self.path.name if self.path is not None else str(self.url.database)

    @property
    def shown(self) -> str:
        """The URL without its password."""
        return self.given if self.url.password is None else self.url.render_as_string(hide_password=True)


def parse_url(url: str) -> StoreUrl:
    """The address that a URL means.

    A PostgreSQL URL may leave the driver out; ``?host=/folder`` names a socket's folder, as libpq has it. Raises
    ``StoreError`` for another database, a URL that can't be read or names no file, and a driver that is missing.
    """
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError("not a database URL", found=repr(url), expected=EXPECTED_URL) from None
    wait = _seconds(parsed)
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database and parsed.database != ":memory:":
        return StoreUrl(url, parsed.update_query_dict({"timeout": str(wait)}), wait)
    if parsed.drivername in {"postgresql", "postgres", "postgresql+pg8000"} and parsed.database:
        if find_spec("pg8000") is None:
            raise StoreError(
                "the driver for PostgreSQL is not installed",
                found="no pg8000",
                expected="the extra postgres",
                repair="pip install 'topline[postgres]'",
            )
        return StoreUrl(url, _postgresql(parsed), wait)
    found = repr(parsed.render_as_string(hide_password=True))
    raise StoreError("not a store that topline can open", found=found, expected=EXPECTED_URL)


def _seconds(parsed: sa.URL) -> float:
    text = parsed.query.get("timeout", str(WAIT_SECONDS))
    try:
        return float(str(text))
    except ValueError:
        raise StoreError("not a number of seconds", found=f"timeout={text}", expected="?timeout=30") from None


def _postgresql(parsed: sa.URL) -> sa.URL:
    query = {name: value for name, value in parsed.query.items() if name not in {"timeout", "host"}}
    host = str(parsed.query.get("host", ""))
    if host.startswith("/"):
        query["unix_sock"] = f"{host}/.s.PGSQL.{parsed.port or 5432}"
    return parsed.set(
        drivername="postgresql+pg8000",
        username=parsed.username or getpass.getuser(),
        host=parsed.host or (None if host.startswith("/") else host or None),
        query=query,
    )
