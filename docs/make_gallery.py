"""Run the documentation: its Python blocks, and the ``topline`` commands that show what they print.

``python docs/make_gallery.py`` says which pages are out of date; with ``--write`` it writes what the blocks print into
the ``text`` blocks below them, and the pictures into ``docs/gallery/images``. The tests run the same functions.

A page's blocks run in order and share their names. They run in an empty folder that holds a copy of the ``data``
folder beside the page, and an empty folder ``images``. A ``text`` block right below a ``python`` or ``sh`` block is its
output. A ``sh`` block without one is not run, unless ``<!-- run -->`` stands on the line above it: then each of its
commands must end well, and what they print (the time of day, a long list) is not shown.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from topline.cli import run as run_command

DOCS = Path(__file__).resolve().parent
README = DOCS.parent / "README.md"
IMAGES = DOCS / "gallery" / "images"
# The README speaks of the reader's own files; these stand in for them.
STAND_INS = {
    README: {
        "smoking.csv": DOCS / "gallery" / "data" / "smoking.csv",
        "release.txt": DOCS / "tutorials" / "data" / "larch-1-release.txt",
    }
}

_FENCE = re.compile(r"^(?P<run><!-- run -->\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: ``start`` and ``end`` are the offsets of its body, ``line`` is the line that the body begins on.

    ``output`` is the text block below it, or None; ``unseen`` says that the block runs without one.
    """

    language: str
    body: str
    start: int
    end: int
    line: int
    output: Block | None = None
    unseen: bool = False


def pages() -> list[Path]:
    """Every page of the documentation that is written by hand."""
    return [README, *sorted(p for p in DOCS.rglob("*.md") if DOCS / "reference" not in p.parents)]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page in order, outputs joined to what printed them."""
    found: list[Block] = []
    for match in _FENCE.finditer(text):
        start, end = match.span("body")
        line, unseen = text.count("\n", 0, start) + 1, match["run"] is not None
        found.append(Block(match["language"], match["body"], start, end, line, unseen=unseen))
    for block, below in itertools.pairwise(found):
        between = text[block.end + len("```\n") : below.start - len("```text\n")]
        if block.language in ("python", "sh") and below.language == "text" and not between.strip():
            found[found.index(block)] = replace(block, output=below)
    return found


def commands(block: Block) -> list[list[str]]:
    """The ``topline`` commands of a ``sh`` block as words, comments and continued lines resolved."""
    lines = block.body.replace("\\\n", " ").splitlines()
    words = [shlex.split(line, comments=True) for line in lines]
    return [w for w in words if w and w[0] == "topline"]


def run_page(page: Path, folder: Path) -> Iterator[tuple[Block, str]]:
    """Run a page's blocks in ``folder``; yield each one that was run, with what it printed."""
    _prepare(page, folder)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(page.read_text(encoding="utf-8")):
        runs_commands = block.language == "sh" and (block.output is not None or block.unseen)
        if block.language != "python" and not runs_commands:
            continue
        printed = io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            if runs_commands:
                for words in commands(block):
                    status = run_command(words[1:])
                    if block.unseen and status:
                        raise RuntimeError(f"{page.name}, line {block.line}: {shlex.join(words)}: {printed.getvalue()}")
            else:
                # blank lines above, so that a traceback counts the lines of the page
                exec(compile("\n" * (block.line - 1) + block.body, str(page), "exec"), names)
        yield block, tidy(printed.getvalue())


def _prepare(page: Path, folder: Path) -> None:
    data = page.parent / "data"
    if data.is_dir() and page != README:
        shutil.copytree(data, folder / "data")
    for name, source in STAND_INS.get(page, {}).items():
        shutil.copy(source, folder / name)
    (folder / "images").mkdir()


def tidy(text: str) -> str:
    """Text without spaces at the ends of lines and without empty lines around it."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def refreshed(text: str, printed: list[tuple[Block, str]]) -> str:
    """The page with every output as it was printed."""
    for block, output in reversed(printed):
        if block.output is not None:
            text = text[: block.output.start] + output + "\n" + text[block.output.end :]
    return text


def main(write: bool) -> int:
    """Run every page; write what changed, or say so and return 1."""
    stale = []
    for page in pages():
        with tempfile.TemporaryDirectory() as name:
            text = page.read_text(encoding="utf-8")
            new = {page: refreshed(text, list(run_page(page, Path(name)))).encode()}
            new |= {IMAGES / p.name: p.read_bytes() for p in sorted((Path(name) / "images").iterdir())}
        for path, content in new.items():
            if path.is_file() and path.read_bytes() == content:
                continue
            stale.append(path)
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    for path in stale:
        print(f"{'wrote' if write else 'out of date:'} {path.relative_to(DOCS.parent)}")
    return 0 if write or not stale else 1


if __name__ == "__main__":
    sys.exit(main(write="--write" in sys.argv[1:]))
