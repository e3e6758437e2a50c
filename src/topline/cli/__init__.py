"""The command line: one file a verb, loaded when it is called, so that ``topline --help`` answers at once."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from topline import __version__
from topline.cli.options import HELP
from topline.cli.screen import escaped_json, say
from topline.errors import ArgumentError, ToplineError

# One line a verb, here so that the help needs no import of the verb.
VERBS = {
    "brief": "Write the brief on a programme: brief.html and run.json.",
    "facts": "Show the evidence; review what readers propose.",
    "new": "Make a case to fill in: a folder with every table.",
    "nma": "Network meta-analysis of any table.",
    "programmes": "List what there is to write a brief on.",
    "read": "Read documents: facts, each beside the quote that it came from.",
    "trace": "Walk a number of a brief back to its source.",
}


class LazyVerbs(click.Group):
    """A group whose commands are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in alphabetical order."""
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, imported now; None for an unknown verb."""
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"topline.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, VERBS[verb]) for verb in self.list_commands(ctx)])


@click.group(cls=LazyVerbs, context_settings=HELP)
@click.version_option(__version__, prog_name="topline")
def topline() -> None:
    """From topline results to a decision: every number traceable to its source, as of any date.

    \b
    Examples:
      topline brief rocatinlimab
      topline brief rocatinlimab --as-of 2026-02-02
      topline nma trials.csv --measure OR --better higher
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point. Exit status 0: done; 1: a finding that was asked about; 2: bad input or arguments."""
    # The matrices are small: more threads only wait for each other. Before numpy is loaded, and only if unset.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; errors are written to standard error."""
    as_json = any(a == "--json" or a.startswith("--json=") for a in arguments)
    try:
        result = topline.main(args=list(arguments), prog_name="topline", standalone_mode=False)
    except ToplineError as error:
        _show_error(error, as_json=as_json)
        return 2
    except click.ClickException as error:
        if as_json:
            _show_error(ArgumentError(error.format_message()), as_json=True)
        else:
            error.show()
        return 2
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        say("stopped", err=True)
        return 130
    except SystemExit:
        # Click ends the process when the reader of a pipe (head, less) has gone: nothing is wrong.
        return 0
    return result if isinstance(result, int) else 0


def _show_error(error: ToplineError, *, as_json: bool) -> None:
    if as_json:
        import json

        click.echo(escaped_json(json.dumps(error.to_dict(), ensure_ascii=False)), err=True)
    else:
        say(f"topline: {error}", err=True)
