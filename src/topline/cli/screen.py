"""What goes to the screen: every line, and tables, drawn by rich on a terminal, plain aligned text elsewhere.

What is shown may come from a document or a case of a stranger, who must not steer the user's terminal.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import click

# Control characters but tab and line feed, what turns the direction of a line, line separators, half surrogate pairs.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with what could steer a terminal or turn a line round written out, ``\\x1b`` for an escape."""
    return _UNSAFE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)


def escaped_json(text: str) -> str:
    """JSON that means the same, with the same characters as escapes."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def say(text: str = "", *, err: bool = False, bold: bool = False, dim: bool = False) -> None:
    """Print a line, on standard error if ``err``; the only way in which words come to the screen."""
    line = visible(text)
    click.echo(click.style(line, bold=bold or None, dim=dim or None) if bold or dim else line, err=err)


class Progress(Protocol):
    """Called before each step with its name, the steps done and the steps in all."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


@contextmanager
def drawn_progress() -> Iterator[Progress | None]:
    """A progress bar on standard error while the work lasts; None where that is not a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        BarColumn(), TextColumn("{task.description}", markup=False), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(task, description=visible(step), completed=done, total=total)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print a table; columns whose index is in ``right`` are right-aligned."""
    rows = [[visible(str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _show_rich(headers, rows, right)
        return
    widths = [max(len(r[i]) for r in (headers, *rows)) for i in range(len(headers))]
    for row in (headers, *rows):
        cells = [c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))]
        click.echo("  ".join(cells).rstrip())


def _show_rich(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for i, header in enumerate(headers):
        table.add_column(header, justify="right" if i in right else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    Console(highlight=False).print(table)
