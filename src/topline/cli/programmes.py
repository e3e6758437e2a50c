"""``topline programmes``: what there is to write a brief on."""

from __future__ import annotations

import click

from topline.cli.options import HELP, case_option, date_options, json_option, write_json
from topline.cli.screen import say, show_table


@click.command("programmes", context_settings=HELP)
@case_option
@date_options
@json_option
def command(case_name: str, as_of: str | None, strict_dates: bool, json_target: str | None) -> None:
    """List the programmes of a case: a programme is a drug in an indication.

    \b
    Examples:
      topline programmes
      topline programmes --as-of 2024-12-31 --json -
    """
    from topline.pipeline import open_case

    listed = open_case(case_name).programmes(as_of=as_of, strict_dates=strict_dates)
    if json_target is not None:
        write_json(listed, json_target)
    if json_target == "-":
        return
    show_table(
        ("programme", "lead treatment", "target", "trials", "facts", "events", "latest"),
        [
            (p.name, p.treatment, p.target, str(p.n_trials), str(p.n_facts), str(p.n_events), p.latest or "–")
            for p in listed.programmes
        ],
        right=(3, 4, 5),
    )
    say(f"as of {listed.as_of}; topline brief PROGRAMME writes the brief")
