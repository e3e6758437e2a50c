"""The wheel, as a user gets it: it carries its data, and it writes the brief from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import topline

ROOT = Path(__file__).resolve().parents[2]
DATA = (".csv", ".toml", ".md", ".html", ".css", ".svg", ".jinja", ".j2", ".mako", ".ini", ".typed")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command without the caller's Python settings, and show what it printed if it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def uv() -> Path:
    """The uv of the project's environment, or of this interpreter's."""
    found = [p for p in (Path(sys.executable).with_name("uv"), ROOT / ".venv" / "bin" / "uv") if p.is_file()]
    assert found, "uv is missing: make setup"
    return found[0]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is made from, without any leftovers."""
    folder = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the pinned backend."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("build", "--quiet", "--wheel", "--no-build-isolation", "--offline", "--python", sys.executable)
    run(uv(), *build, "--out-dir", folder, source, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_everything_that_the_source_has(source: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = {p.relative_to(source / "src").as_posix() for p in (source / "src" / "topline").rglob("*") if p.is_file()}
    assert {name for name in inside if name.startswith("topline/")} == wanted
    assert {"topline/py.typed", "topline/cases/atopic_dermatitis/outcomes.csv"} <= inside
    assert {Path(name).suffix for name in wanted} <= {".py", *DATA}
    licences = f"topline-{topline.__version__}.dist-info/licenses"
    assert {f"{licences}/LICENSE", f"{licences}/NOTICE"} <= inside


def test_the_installed_wheel_writes_the_brief(wheel: Path, tmp_path: Path) -> None:
    environment, folder = tmp_path / "environment", tmp_path / "empty"
    folder.mkdir()
    run(uv(), "venv", "--quiet", "--python", sys.executable, environment, cwd=ROOT)
    install = (uv(), "pip", "install", "--quiet", "--python", environment)
    run(*install, "--require-hashes", "--requirements", ROOT / "requirements" / "core.txt", cwd=ROOT)
    run(*install, "--no-deps", wheel, cwd=ROOT)
    command = environment / "bin" / "topline"
    run(command, "brief", "rocatinlimab", "--as-of", "2026-02-02", "--out", folder / "brief", cwd=folder)
    assert "<html" in (folder / "brief" / "brief.html").read_text(encoding="utf-8")
    run_json = json.loads((folder / "brief" / "run.json").read_text(encoding="utf-8"))
    assert run_json["schema"].startswith("run/")
