"""Who may import whom, and what may be imported at all."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "topline"
ROOMS = (
    "cli", "pipeline", "sources", "facts", "synthesis", "safety", "brief",
    "exhibits", "records", "tables", "estimators", "errors",
)  # fmt: skip
LAYERED = {"topline.cli", "topline.web", "topline.sweep", "topline.pipeline", "topline.cases"}  # or data, not a room
MAY_IMPORT = {  # itself, what lies above it (the layers see to that), and what it is admitted below
    "front": {"topline.records", "topline.exhibits", "topline.errors"},
    "exhibits": {"topline.exhibits", "topline.records", "topline.draws", "topline.errors"},
    "records": {"topline.exhibits", "topline.records", "topline.tables", "topline.draws", "topline.errors"},
    "tables": {"topline.exhibits", "topline.tables", "topline.errors"},
    "numerics": {"topline.estimators", "topline.errors"},
}
NETWORK = (
    "socket", "socketserver", "ssl", "http", "urllib.request", "urllib3", "httpx", "httpcore", "requests", "aiohttp",
    "asyncio", "ftplib", "smtplib", "imaplib", "poplib", "xmlrpc", "webbrowser", "multiprocessing",
)  # fmt: skip
BANNED = ("scipy.stats", "pandas", "polars")  # slow to import; a frame library is the caller's choice (narwhals)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the ``topline`` that it finds in the folder first."""
    linter = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [str(linter), "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house with the same rooms, all of them empty, under the same contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "topline"
    for room in (*ROOMS, "synthesis/arrays"):
        (package / room).mkdir(parents=True, exist_ok=True)
        (package / room / "__init__.py").write_text("", encoding="utf-8")
    face = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from topline.pipeline import nma\n"
    (package / "__init__.py").write_text(face, encoding="utf-8")
    return tmp_path


def write(house: Path, module: str, line: str) -> None:
    (house / "topline" / f"{module}.py").write_text(line + "\n", encoding="utf-8")


def test_the_contracts_are_kept() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("errors/tree", "import difflib"),
        ("facts/store", "from topline import __version__"),
        ("synthesis/arrays/reml", "import numpy\nimport scipy.linalg\nimport topline.estimators"),
        ("cli/brief", "from topline.pipeline import brief"),
        ("safety/signals", "import topline.exhibits, topline.tables, topline.records, topline.estimators"),
    ],
)
def test_what_is_allowed_passes(house: Path, module: str, line: str) -> None:
    write(house, module, line)
    done = lint_imports(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("safety/signals", "from topline.synthesis import nma"),
        ("facts/store", "import topline.brief"),
        ("exhibits/forest", "import topline.synthesis"),
        ("exhibits/forest", "import topline.estimators"),
        ("cli/brief", "from topline.synthesis import nma"),
        ("cli/brief", "import topline.estimators"),
        ("records/effects", "import topline.estimators"),
        ("records/effects", "import topline.tables"),
        ("tables/read", "import topline.estimators"),
        ("tables/read", "def late():\n    import topline.records"),
        ("estimators/roots", "import topline.records"),
        ("estimators/roots", "import msgspec"),
        ("synthesis/arrays/reml", "import topline.records"),
        ("synthesis/arrays/reml", "import narwhals"),
        ("errors/tree", "import topline.records"),
        ("pipeline/case", "import topline.cli"),
        ("helpers", ""),
    ],
)
def test_a_violation_is_found(house: Path, module: str, line: str) -> None:
    write(house, module, line)
    done = lint_imports(house)
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout or "helpers" in done.stdout


def forbidden_by(contract: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {c["id"]: c for c in project["tool"]["importlinter"]["contracts"]}
    return set(contracts[contract]["forbidden_modules"])


def test_the_contract_of_numerics_names_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = {line.split(">")[0].replace("-", "_") for line in project["project"]["dependencies"]}
    assert declared - {"numpy", "scipy"} <= forbidden_by("numerics")


@pytest.mark.parametrize("contract", sorted(MAY_IMPORT))
def test_a_contract_decides_on_every_room_that_the_layers_leave_open(contract: str) -> None:
    built = {f"topline.{path.parent.name}" for path in SOURCE.glob("*/__init__.py")} - LAYERED
    shelf = {f"topline.{name}" for name in ("exhibits", "records", "tables", "draws", "estimators")}
    left_open = built if contract == "front" else built & shelf
    assert left_open - MAY_IMPORT[contract] <= forbidden_by(contract)


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


def test_slow_and_foreign_packages_are_nowhere() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(SOURCE.rglob("*.py"))
        for name in imports_of(path)
        if any(within(name, banned) for banned in BANNED)
    ]
    assert not found


def test_numerics_import_nothing_but_numpy_scipy_and_errors() -> None:
    common = {"numpy", "scipy", "topline.errors", "topline.estimators"}
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        folders = path.relative_to(SOURCE).parts[:-1]
        if "estimators" not in folders and "arrays" not in folders:
            continue
        own = ".".join(("topline", *folders))
        for name in imports_of(path):
            standard = name.split(".")[0] in sys.stdlib_module_names
            if not standard and not any(within(name, module) for module in {*common, own}):
                found.append(f"{path.relative_to(ROOT)}: {name}")
    assert not found


def test_only_the_fetcher_and_the_line_to_a_model_reach_the_network() -> None:
    may = {"sources/fetch": {"socket", "ssl", "http"}, "sources/language_model/exchange.py": {"httpx"}}
    found = [
        f"{path.relative_to(SOURCE)}: {name}"
        for path in sorted(SOURCE.rglob("*.py"))
        for name in imports_of(path)
        if any(within(name, module) for module in NETWORK)
        and not any(
            path.relative_to(SOURCE).is_relative_to(place) and within(name, module)
            for place, modules in may.items()
            for module in modules
        )
    ]
    assert not found


def test_no_library_is_asked_to_fetch() -> None:
    calls = re.compile(
        r"\b(?:fetch_url|fetch_response|urlopen|urlretrieve|create_connection|read_html)\b|no_network=False"
    )
    found = [
        f"{path.relative_to(SOURCE)}: {match.group()}"
        for path in sorted(SOURCE.rglob("*.py"))
        for match in calls.finditer(path.read_text(encoding="utf-8"))
        if not path.is_relative_to(SOURCE / "sources" / "fetch")
    ]
    assert not found


def test_importing_topline_loads_the_standard_library_only() -> None:
    code = "import sys; before = set(sys.modules); import topline; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) == {"topline"}


def test_no_room_but_the_fetcher_can_exempt_a_place_from_its_checks() -> None:
    """The allow-list is for a server of the tests: nothing that a command calls passes one on."""
    calls = [
        (path.relative_to(SOURCE).as_posix(), [word.arg for word in node.keywords], len(node.args))
        for path in SOURCE.rglob("*.py")
        if path.parent != SOURCE / "sources" / "fetch"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"fetch", "fetch_study"}
    ]
    assert {path for path, _, _ in calls} == {"pipeline/reading.py"}
    exempting = {None, "allow", "base", "resolver", "connector", "tls"}
    assert [call for call in calls if exempting & set(call[1]) or call[2] > 1] == []
