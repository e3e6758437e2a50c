"""Writing the files of a folder all at once: after a kill, the old state is there or the new one.

A new folder is written beside and renamed. For one that is there, the files that change are written into a hidden
folder inside it, which one rename makes final; then each is put in its place. Whoever reads the folder next finishes
what a kill has cut short. Files that nobody asked to change are not touched, and nothing outside of the folder is: a
folder may come from a stranger, with links in it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import threading
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from topline.errors import StoreError

_PREPARED = ".topline-new-"
_FINAL = ".topline-final"
_GONE = ".topline-gone"


def write_folder(folder: Path, files: Mapping[str, bytes | None]) -> int:
    """Write ``files`` (path in the folder with slashes → bytes), leaving alone those that hold the same already.

    None removes a file. Returns how many were written or removed.

    Raises ``StoreError`` when they can't be, or one would lie outside of the folder; the folder is then as it was.
    """
    folder = folder.resolve()
    for name in files:
        _check_inside(folder, name)
    try:
        if not folder.exists():
            return _new_folder(folder, files)
        with holding(folder):
            changed = {name: data for name, data in files.items() if _content(folder / name) != data}
            if changed:
                _prepare(folder, changed)
                _finish(folder)
            return len(changed)
    except OSError as error:
        raise _refusal(folder, error) from error


def _refusal(folder: Path, error: OSError) -> StoreError:
    return StoreError(
        "the folder can't be written",
        file=folder.name,
        found=error.strerror or str(error),
        expected="a folder of yours, with room on its disk",
        repair="make room or name another folder, and do it again: the folder is as it was before",
    )


def _check_inside(folder: Path, name: str) -> None:
    """Refuse the name of a file that leads out of the folder, by itself or by a link on the way."""
    parts = PurePosixPath(name).parts
    linked = any(folder.joinpath(*parts[:i]).is_symlink() for i in range(1, len(parts)))
    if linked or not parts or ".." in parts or parts[0].startswith("/") or "\\" in name or ":" in name:
        raise StoreError(
            "a file would be written outside of its folder",
            file=folder.name,
            found=f"a link on the way to {name}" if linked else repr(name),
            expected="a folder without links to other folders",
            repair="take only cases from people whom you trust; remove the link if it is yours",
        )


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _new_folder(folder: Path, files: Mapping[str, bytes | None]) -> int:
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(6)}.new")
    try:
        wanted = {name: data for name, data in files.items() if data is not None}
        _fill(beside, wanted)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return len(wanted)


def _prepare(folder: Path, files: Mapping[str, bytes | None]) -> None:
    for left in folder.glob(f"{_PREPARED}*"):  # of a process that was killed: this one holds the folder
        shutil.rmtree(left, ignore_errors=True)
    beside = folder / f"{_PREPARED}{secrets.token_hex(6)}"
    try:
        _fill(beside, {f"{name}{'' if data is not None else _GONE}": data or b"" for name, data in files.items()})
        beside.rename(folder / _FINAL)
        _sync(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    _sync(folder)


def _sync(folder: Path) -> None:
    """Have the names of a folder on the disk too, where the system can do that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _finish(folder: Path) -> None:
    """Put in place what a killed writer had made final."""
    final = folder / _FINAL
    if not final.is_dir():
        return
    _check_inside(folder, f"{_FINAL}/*")
    try:
        for path in sorted(p for p in final.rglob("*") if p.is_file()):
            _check_inside(folder, path.relative_to(final).as_posix())
            target = folder / path.relative_to(final)
            if target.name.endswith(_GONE):
                target.with_name(target.name.removesuffix(_GONE)).unlink(missing_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        shutil.rmtree(final)
    except OSError as error:
        raise StoreError(
            "a write that was cut short can't be finished",
            file=folder.name,
            found=error.strerror or str(error),
            repair="make the folder writable and try again",
        ) from error


_held = threading.local()


@contextlib.contextmanager
def holding(folder: Path | Traversable, *, shared: bool = False) -> Iterator[None]:
    """Keep writers out of a folder, and other readers too unless ``shared``; first finish what a kill has cut short.

    Within itself it does nothing; on a system that can't lock folders it only finishes.
    """
    mine: set[str] = _held.__dict__.setdefault("folders", set())
    name = str(folder.resolve()) if isinstance(folder, Path) else ""
    if not isinstance(folder, Path) or not folder.is_dir() or name in mine:
        yield
        return
    mine.add(name)
    try:
        with _locked(folder, shared=shared):
            _finish(folder)
            yield
    finally:
        mine.discard(name)


@contextlib.contextmanager
def _locked(folder: Path, *, shared: bool) -> Iterator[None]:
    if os.name != "posix":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system that knows no locks
            fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
            if shared and (folder / _FINAL).is_dir():  # there is something to finish, which only one may do
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
