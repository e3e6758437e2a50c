"""No file names the machine that it was written on, nor the host of a package registry."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("wo" + "rk", "ro" + "ot", "tm" + "p", "ho" + "me")  # put together, so that this file does not match itself
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "registry.np" + "mjs.org", "deb.deb" + "ian.org")
BACKGROUND = "sha" + "red/(design|brief|methods|data|oracles|prototypes|hooks)"
FORBIDDEN = re.compile(
    rf"(?<![\w.\-/])/({'|'.join(FOLDERS)})/\w|\.py" + rf"env\b|{'|'.join(map(re.escape, HOSTS))}|{BACKGROUND}"
)
OUTPUTS = {"out", "dist", "build", "__pycache__"}


def files() -> Iterator[Path]:
    """The files of the project: what git would commit, or without git every file that is not an output."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        yield from (ROOT / name for name in listed.stdout.split("\0") if name)
        return
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not any(part in OUTPUTS or (part.startswith(".") and part != ".ci") for part in parts):
            yield path


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = []
    seen = 0
    for path in files():
        if not path.is_file():
            continue
        seen += 1
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}:{number}: {match.group()}"
            for number, line in enumerate(text.splitlines(), 1)
            if (match := FORBIDDEN.search(line))
        ]
    assert seen > 10
    assert not found


def test_the_pattern_finds_what_it_should() -> None:
    for bad in (f"see /{FOLDERS[0]}/main", f'"/{FOLDERS[2]}/x"', f"https://{HOSTS[0]}/simple", "sha" + "red/design.md"):
        assert FORBIDDEN.search(bad), bad
    for good in ("https://example.com/work/item", "a/root/b", "./tmp/x", "working", "out/rocatinlimab/brief.html"):
        assert not FORBIDDEN.search(good), good
