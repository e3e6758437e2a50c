"""A new case: a folder to fill in, valid from the first moment."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from topline.errors import ArgumentError
from topline.facts.case_folder import REQUIRED_COLUMNS
from topline.facts.case_toml import FILE

_TEMPLATE = resources.files("topline").joinpath("facts", "template")
_NO_NAME = re.compile(r"[^a-z0-9]+")


def new_case(folder: str | Path) -> tuple[Path, ...]:
    """Make a case folder to fill in: ``case.toml`` with examples, every table with its header, and a README.

    The case is named after the folder. Returns the files written. Raises ``ArgumentError`` when there is something at
    ``folder`` already (an empty folder may be there), or when it can't be written.
    """
    target = Path(folder)
    _check_room(target)
    name = _NO_NAME.sub("-", target.resolve().name.lower()).strip("-") or "my-case"
    files = {file: _template(file).replace("@CASE@", name) for file in (FILE, "README.md")}
    for file, columns in REQUIRED_COLUMNS.items():
        files[file] = ",".join(columns) + "\n"
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            # "x": never write over a file that came in between.
            with (target / file).open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except OSError as error:
        raise ArgumentError(
            f"{target} can't be written", found=error.strerror or str(error), expected="a folder of yours",
            repair="name a folder where you may write",
        ) from None  # fmt: skip
    return tuple(target / file for file in files)


def _template(file: str) -> str:
    return _TEMPLATE.joinpath(file).read_text(encoding="utf-8")


def _check_room(target: Path) -> None:
    """Refuse a path where something stands already."""
    repair = "name a folder that is not there yet, or an empty one"
    if target.is_symlink() and not target.exists():
        raise ArgumentError(f"{target} is a link that leads nowhere", expected="an empty folder", repair=repair)
    if target.exists() and not target.is_dir():
        raise ArgumentError(f"{target} is a file", found="a file", expected="an empty folder", repair=repair)
    try:
        there = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
    except OSError as error:
        raise ArgumentError(f"{target} can't be looked into", found=error.strerror, repair=repair) from None
    if there:
        found = ", ".join(there[:5]) + (", …" if len(there) > 5 else "")
        raise ArgumentError(f"the folder {target} is not empty", found=found, expected="an empty folder", repair=repair)
