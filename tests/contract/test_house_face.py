"""The public face, and what the distribution says of itself."""

from __future__ import annotations

import importlib
import pkgutil
import re
from importlib import metadata
from pathlib import Path

import pytest

import topline

ROOT = Path(__file__).resolve().parents[2]
PERMISSIVE = re.compile(
    r"\b(MIT|0?BSD|BSD-[23]-Clause|Apache|MPL|Mozilla Public License|PSF|Python Software Foundation|ISC|Zlib"
    r"|CC0|Unlicense|CNRI-Python)\b"
)


def test_every_name_of_the_public_face_is_there() -> None:
    assert len(topline.__all__) == len(set(topline.__all__))
    assert [name for name in topline.__all__ if getattr(topline, name, None) is None] == []
    assert dir(topline) == sorted(topline.__all__)


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = topline.nothing


def test_every_room_has_the_names_that_it_offers() -> None:
    missing = []
    for found in pkgutil.walk_packages(topline.__path__, "topline."):
        if not found.ispkg or "migrations" in found.name:
            continue
        room = importlib.import_module(found.name)
        missing += [f"{found.name}.{name}" for name in getattr(room, "__all__", ()) if not hasattr(room, name)]
    assert not missing


def test_the_version_is_said_once_and_the_changelog_knows_it() -> None:
    assert metadata.version("topline") == topline.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[?{re.escape(topline.__version__)}\b", changelog, re.MULTILINE)


def test_the_package_is_typed_and_licensed() -> None:
    assert (Path(topline.__file__).parent / "py.typed").is_file()
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert (ROOT / "NOTICE").read_text(encoding="utf-8").startswith("topline\n")


def locked_for_users() -> list[str]:
    """What ``make setup`` pins and this environment has (an older build backend needs fewer parts)."""
    text = (ROOT / "requirements" / "core.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==", text, re.MULTILINE))
    installed = {re.sub(r"[-_.]+", "-", found.name).lower() for found in metadata.distributions()}
    return sorted(pinned & installed)


def licence_of(distribution: str) -> str:
    """What a distribution says of its licence: the expression, else the classifiers and the first line of the text."""
    about = metadata.metadata(distribution)
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
    return " ".join([*classifiers, (about.get("License") or "").split("\n")[0]])


def is_permissive(licence: str) -> bool:
    """Every part that is joined by AND is permissive; of parts joined by OR, one is."""
    parts = re.split(r"\s+AND\s+", licence)
    return all(
        any(PERMISSIVE.search(choice) and "GPL" not in choice for choice in re.split(r"\s+OR\s+", part))
        for part in parts
    )


@pytest.mark.parametrize("distribution", locked_for_users())
def test_what_is_installed_for_a_user_is_permissively_licensed(distribution: str) -> None:
    licence = licence_of(distribution)
    assert is_permissive(licence), f"{distribution}: {licence}"


@pytest.mark.parametrize(
    ("licence", "verdict"),
    [("MIT", True), ("GPL-3.0-only", False), ("MIT AND LGPL-3.0", False), ("GPL-2.0 OR MPL-1.1", True), ("", False)],
)
def test_the_check_of_licences_tells_them_apart(licence: str, verdict: bool) -> None:
    assert is_permissive(licence) is verdict
