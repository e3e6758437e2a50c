"""``topline new``: a case to fill in."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from topline.cli.options import HELP


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
    click.echo(f"made {folder}: case.toml, README.md and {tables} tables with headers")
    click.echo("next:")
    click.echo(f"  1. state the question in {folder / 'case.toml'}: drugs, treatments, endpoints")
    click.echo(f"  2. topline read NCT02210780 --into {case}  a registry record, by the mapping rules of case.toml;")
    click.echo("     or fill in sources.csv, then trials.csv, arms.csv and outcomes.csv by hand")
    click.echo(f"  3. topline facts list --case {case}     checks every table and prints each fact")
    click.echo(f"  4. topline brief newdrug --case {case}  with the programme that you named in case.toml")
