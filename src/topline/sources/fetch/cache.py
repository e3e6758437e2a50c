"""Answers kept on disk, by address, with the moment at which they were retrieved."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DAY = 24 * 3600.0


@dataclass(frozen=True)
class Cached:
    """A kept answer. ``retrieved`` is an ISO date and time in UTC."""

    data: bytes
    media_type: str | None
    address: str
    retrieved: str

    def age(self, now: datetime | None = None) -> float:
        """Seconds since it was retrieved."""
        return ((now or datetime.now(UTC)) - datetime.fromisoformat(self.retrieved)).total_seconds()


@dataclass(frozen=True)
class Cache:
    """A folder of kept answers, one file each: a line of JSON, then the bytes.

    A file is written whole under another name and then put in place, so that a reader never sees half of one. A file
    that does not match its own hash counts as absent. ``max_age`` is in seconds.
    """

    folder: Path
    max_age: float = DAY

    def fresh(self, url: str) -> Cached | None:
        """The kept answer of an address if it is no older than ``max_age``."""
        kept = self.find(url)
        return kept if kept is not None and 0 <= kept.age() <= self.max_age else None

    def find(self, url: str) -> Cached | None:
        """The kept answer of an address, however old."""
        try:
            head, _, data = self._path(url).read_bytes().partition(b"\n")
            said = json.loads(head)
            kept = Cached(data, said["media_type"], said["address"], said["retrieved"])
            whole = said["url"] == url and said["sha256"] == hashlib.sha256(data).hexdigest()
            kept.age()
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return kept if whole else None

    def keep(self, url: str, data: bytes, media_type: str | None, address: str, retrieved: str) -> bool:
        """Keep an answer; False where the disk does not take it, which is no reason to lose the answer itself."""
        said = {
            "url": url,
            "address": address,
            "media_type": media_type,
            "retrieved": retrieved,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        written: str | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, written = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(said).encode() + b"\n" + data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(written, self._path(url))
        except OSError:
            if written is not None:
                with contextlib.suppress(OSError):
                    os.unlink(written)
            return False
        return True

    def _path(self, url: str) -> Path:
        return self.folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.kept"


def default_cache() -> Path:
    """The user's cache folder: ``$XDG_CACHE_HOME/topline``, else ``~/.cache/topline``."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "topline"
