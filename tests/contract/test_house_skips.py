"""The rule against skipped tests holds when it is broken: a small test file is run with the house's conftest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
PASSES = "def test_runs():\n    assert True\n"
SKIPS = "import pytest\n\ndef test_runs():\n    assert True\n\ndef test_waits():\n    pytest.skip('later')\n"
XFAILS = "import pytest\n\n@pytest.mark.xfail\ndef test_breaks():\n    assert False\n"


def run_pytest(folder: Path, code: str, *, ci: bool, workers: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(CONFTEST, folder / "conftest.py")
    (folder / "test_small.py").write_text(code, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "CI", "COV"))}
    if ci:
        environment["CI"] = "true"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", workers, f"--rootdir={folder}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("code", "workers"), [(SKIPS, "1"), (XFAILS, "0")], ids=["skip", "xfail"])
def test_a_skip_or_an_expected_failure_fails_ci(tmp_path: Path, code: str, workers: str) -> None:
    done = run_pytest(tmp_path, code, ci=True, workers=workers)
    assert done.returncode == 1, done.stdout
    assert "CI admits neither" in done.stdout


@pytest.mark.parametrize(("code", "ci"), [(PASSES, True), (SKIPS, False)], ids=["all ran", "not in CI"])
def test_otherwise_the_run_passes(tmp_path: Path, code: str, ci: bool) -> None:
    done = run_pytest(tmp_path, code, ci=ci, workers="0")
    assert done.returncode == 0, done.stdout
