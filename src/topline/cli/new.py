"""``topline new``: a case to fill in."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from topline.cli.options import HELP
from topline.cli.screen import say


@click.command("new", context_settings=HELP)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a case to fill in.

    DIR, which must be empty or not there yet, gets case.toml, commented and valid, and every table with its header. A
    copy of a shipped case comes from topline facts export.

    \b
    Example:
      topline new my-case
    """
    from topline.pipeline import new_case

    files = new_case(folder)
    case = shlex.quote(str(folder))
    tables = sum(path.suffix == ".csv" for path in files)
    say(f"made {folder}: case.toml, README.md and {tables} tables with headers")
    say("next:")
    say(f"  1. state the question in {folder / 'case.toml'}: drugs, treatments, endpoints")
    say(f"  2. topline read NCT02210780 --into {case}  a registry record, by the mapping rules of case.toml;")
    say("     or fill in sources.csv, then trials.csv, arms.csv and outcomes.csv by hand")
    say(f"  3. topline facts list --case {case}     checks every table and prints each fact")
    say(f"  4. topline brief newdrug --case {case}  with the programme that you named in case.toml")
