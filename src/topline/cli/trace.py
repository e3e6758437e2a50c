"""``topline trace``: from a number to its source."""

from __future__ import annotations

import click

from topline.cli.options import HELP, json_option, write_json
from topline.cli.screen import say
from topline.records import Trace, TraceStep


@click.command("trace", context_settings=HELP)
@click.argument("item", metavar="ID")
@click.option("--run", "run", metavar="FILE", default=None, help="A run.json.  [default: the newest under out/]")
@click.option(
    "--all", "everything", is_flag=True, help="Show every fact behind a network, not the first twelve a step."
)
@json_option
def command(item: str, run: str | None, everything: bool, json_target: str | None) -> None:
    """Walk a number of a brief back to its source: each step, its facts, and the documents that they stand in.

    ID ends the note that the page shows when you hover over a number; in the page's source it is data-id. Its start
    will do.

    \b
    Examples:
      topline trace n-3f29c01d77ab
      topline trace n-3f29 --run out/rocatinlimab/run.json --json -
    """
    from topline.pipeline import trace

    chain = trace(item, run)
    if json_target is not None:
        write_json(chain, json_target)
    if json_target != "-":
        _show(chain, everything)


def _show(chain: Trace, everything: bool) -> None:
    say(f"{chain.id} in {chain.run}")
    shown = 0
    hidden = 0
    for step in chain.steps:
        if step.kind in ("fact", "event"):
            shown += 1
            if shown > 12 and not everything:
                hidden += 1
                continue
        if step.kind == "source" and hidden:
            continue
        _show_step(step)
    if hidden:
        say(f"… and {hidden} more facts behind it; --all shows them")


def _show_step(step: TraceStep) -> None:
    indent = "  " * step.depth
    say(f"{indent}{step.kind} {step.id}: {step.text}")
    for name in ("how", "known_from", "locator"):
        if step.detail.get(name):
            say(f"{indent}  {name.replace('_', ' ')}: {step.detail[name]}")
