"""A source that can't be opened: what was meant, perhaps, and what to write in its place."""

from __future__ import annotations

import os
import re
from pathlib import Path

from topline.errors import ArgumentError, near_names

_ADDRESS = re.compile(r"(?:www\.[\w.-]+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|eu|co|io|jp|ch|de|uk))(?:/\S*)?")
_NUMBER = re.compile(r"NCT[\s-]?\d*", re.IGNORECASE)
_ANY = "name a file that is there, an http or https address, or a registry number such as NCT05651711"


def missing_source(path: Path, error: OSError) -> ArgumentError:
    """The error for a file that can't be read: a folder, an address without its scheme, a number cut short, a typo."""
    name = str(path)
    if path.is_dir():
        return _error(name, "a folder", "a document", f"name the files in it: {path / '*'}")
    if isinstance(error, FileNotFoundError):
        if _NUMBER.fullmatch(name):
            digits = sum(sign.isdigit() for sign in name)
            return _error(
                name, f"NCT and {digits} digits", "NCT and eight digits", "look the number up: NCT05651711 is one"
            )
        if _ADDRESS.fullmatch(name):
            return _error(name, "no file of that name", "a document", f"if it is an address, write https://{name}")
        near = near_names(path.name, _beside(path))
        if near:
            expected = "did you mean " + " or ".join(repr(str(path.with_name(n))) for n in near) + "?"
            return _error(name, "no file of that name", expected, _ANY)
    return _error(name, error.strerror or str(error), "a document", _ANY)


def _error(name: str, found: str, expected: str, repair: str) -> ArgumentError:
    return ArgumentError(f"{name} can't be read", found=found, expected=expected, repair=repair)


def _beside(path: Path) -> list[str]:
    """The files of the folder in which the file was looked for."""
    try:
        with os.scandir(path.parent) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")][:1000]
    except OSError:
        return []
