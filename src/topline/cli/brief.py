"""``topline brief``: the decision page on a programme."""

from __future__ import annotations

from pathlib import Path

import click

from topline.cli.options import HELP, case_option, date_options
from topline.cli.screen import drawn_progress, say


@click.command("brief", context_settings=HELP)
@click.argument("programme")
@case_option
@date_options
@click.option(
    "--out",
    "out",
    default=None,
    metavar="DIR",
    help="Folder to write to, or the page's own name ending in .html.  [default: out/PROGRAMME]",
    type=click.Path(),
)
def command(programme: str, case_name: str, as_of: str | None, strict_dates: bool, out: str | None) -> None:
    """Write the brief on PROGRAMME: brief.html, one page that needs no network, and run.json, the same as data.

    \b
    Examples:
      topline brief rocatinlimab
      topline brief rocatinlimab --as-of 2026-02-02
      topline brief dupilumab --strict-dates --out dupilumab-strict
    """
    from topline.pipeline import open_case

    case = open_case(case_name)
    chosen = case.programme(programme)
    with drawn_progress() as progress:
        brief = case.brief(chosen.name, as_of=as_of, strict_dates=strict_dates, progress=progress)
    target = Path(out) if out is not None else Path("out") / chosen.name
    page, run = brief.save(target if target.suffix == ".html" else target / "brief.html")
    say(f"{chosen.name}, as of {brief.run.as_of}" + (" (strict dates)" if strict_dates else ""))
    for sentence in brief.finding:
        say(f"  {sentence}")
    say(f"wrote {page}")
    say(f"wrote {run}")
