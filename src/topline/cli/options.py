"""Options that several verbs share, and the one way that a verb writes its JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from topline.cli.screen import escaped_json, say
from topline.errors import ArgumentError
from topline.records import to_json

# Every command says it itself, so that it answers alike however it is reached.
HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

F = TypeVar("F", bound=Callable[..., Any])


def case_option(function: F) -> F:
    """``--case``: which case."""
    return click.option(
        "--case",
        "case_name",
        default="atopic-dermatitis",
        show_default=True,
        metavar="NAME|DIR|URL",
        help="A shipped case, a case folder, or the URL of an evidence store (sqlite:///FILE, postgresql://…).",
    )(function)


def date_options(function: F) -> F:
    """``--as-of`` and ``--strict-dates``: which facts may be seen."""
    function = click.option(
        "--strict-dates",
        is_flag=True,
        help="Cut by the date from which a fact was certainly known, not by the earliest that it may have been.",
    )(function)
    return click.option(
        "--as-of",
        "as_of",
        default=None,
        metavar="DATE",
        help="See only what the world could know on this day (YYYY-MM-DD).  [default: today]",
    )(function)


def json_option(function: F) -> F:
    """``--json``: where the JSON goes."""
    return click.option(
        "--json", "json_target", default=None, metavar="FILE|-", help="Write JSON to FILE, or to standard output (-)."
    )(function)


def write_json(value: Any, target: str) -> None:
    """Write ``value`` as one JSON document to the file, or to standard output for ``-``.

    Raises ``ArgumentError`` when the file can't be written.
    """
    body = to_json(value).decode()
    if target == "-":
        click.echo(escaped_json(body))
        return
    write_text(Path(target), body + "\n")
    say(f"wrote {target}", err=True)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, making its folder.

    Raises ``ArgumentError`` when it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ArgumentError(
            f"{path} can't be written", found=error.strerror or str(error), repair="name a file in a folder of yours"
        ) from None
