"""The lock files follow pyproject.toml, pin by hash and name neither a machine nor an index. Repair: make lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
RUNTIME = PROJECT["project"]["dependencies"]
WANTED = {
    "uv.txt": GROUPS["bootstrap"],
    "core.txt": [*RUNTIME, *GROUPS["build"]],
    "test.txt": [*RUNTIME, *GROUPS["build"], *GROUPS["test"]],
    "lowest.txt": [*RUNTIME, *GROUPS["build"], *GROUPS["test"]],
}


def pins(name: str) -> dict[str, set[Version]]:
    """The pinned versions of each package; there are several where the Python version decides."""
    found: dict[str, set[Version]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.]+)", (LOCKS / name).read_text(encoding="utf-8"), re.M):
        found.setdefault(canonicalize_name(package), set()).add(Version(version))
    return found


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_lock_pins_what_the_project_asks_for(name: str) -> None:
    pinned = pins(name)
    for line in WANTED[name]:
        wanted = Requirement(line)
        versions = pinned.get(canonicalize_name(wanted.name))
        assert versions, f"{name} lacks {wanted.name}: make lock"
        assert all(version in wanted.specifier for version in versions), f"{name}: {line} against {versions}: make lock"


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_lock_pins_by_hash_and_names_no_address(name: str) -> None:
    text = (LOCKS / name).read_text(encoding="utf-8")
    assert text.splitlines()[1] == "#    make lock"
    assert "://" not in text
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_environments_of_users_and_developers_agree() -> None:
    core, test = pins("core.txt"), pins("test.txt")
    assert {name: test.get(name) for name in core} == core


def test_the_lowest_lock_is_at_the_lower_bounds() -> None:
    lowest = pins("lowest.txt")
    for line in RUNTIME:
        wanted = Requirement(line)
        (bound,) = wanted.specifier
        assert bound.operator == ">="
        (pinned,) = lowest[canonicalize_name(wanted.name)]
        assert pinned.release[:2] == Version(bound.version).release[:2], line
