"""``topline facts``: the evidence, every fact with its source and date."""

from __future__ import annotations

import click

from topline.cli.options import HELP, case_option, date_options, json_option, write_json
from topline.cli.screen import show_table
from topline.records import FactList, FactRow


@click.group("facts", context_settings=HELP)
def command() -> None:
    """Show the evidence: every fact with its source and date.

    \b
    Examples:
      topline facts list --trial ROCKET-HORIZON
      topline facts show fact-1a2b3c4d5e6f
    """


@command.command("list", context_settings=HELP)
@case_option
@click.option("--trial", metavar="NAME", help="Only this trial.")
@click.option("--outcome", metavar="CODE", help="Only this outcome, such as easi75.")
@click.option("--treatment", metavar="NAME", help="Only this drug, or this treatment with its dose.")
@click.option("--status", metavar="STATUS", help="Only facts with this status: verified or derived.")
@click.option("--known-after", metavar="DATE", help="Only facts known on or after this day.")
@click.option("--known-before", metavar="DATE", help="Only facts known on or before this day.")
@date_options
@json_option
def list_facts(
    case_name: str,
    trial: str | None,
    outcome: str | None,
    treatment: str | None,
    status: str | None,
    known_after: str | None,
    known_before: str | None,
    as_of: str | None,
    strict_dates: bool,
    json_target: str | None,
) -> None:
    """List facts: trial, arm, outcome, week, count, since when it is known, and its source.

    \b
    Examples:
      topline facts list --treatment rocatinlimab --outcome easi75
      topline facts list --trial ROCKET-HORIZON --as-of 2024-12-31 --json -
    """
    from topline.pipeline import open_case

    facts = open_case(case_name).facts(
        trial=trial,
        outcome=outcome,
        treatment=treatment,
        status=status,
        known_after=known_after,
        known_before=known_before,
        as_of=as_of,
        strict_dates=strict_dates,
    )
    if json_target is not None:
        write_json(facts, json_target)
    if json_target != "-":
        _show(facts)


def _show(facts: FactList) -> None:
    headers = ("id", "trial", "arm", "outcome", "week", "events/n", "%", "known from", "status", "source")
    show_table(headers, [_row(r) for r in facts.facts], right=(4, 5, 6))
    click.echo(f"{facts.n_facts} facts of {facts.case}, as of {facts.as_of}")
    for caveat in facts.caveats:
        click.echo(f"caveat ({caveat.severity}): {caveat.text}")


def _row(f: FactRow) -> tuple[str, ...]:
    events = "?" if f.events is None else str(f.events)
    n = "?" if f.n is None else str(f.n)
    percent = "" if f.percent is None else f"{f.percent:g}"
    return (f.id, f.trial, f.arm, f.outcome, str(f.week), f"{events}/{n}", percent, f.known_from, f.status, f.source_id)


@command.command("show", context_settings=HELP)
@click.argument("fact_id")
@case_option
@date_options
@json_option
def show_fact(fact_id: str, case_name: str, as_of: str | None, strict_dates: bool, json_target: str | None) -> None:
    """Show one fact whole: its values, where it stands in its source, and since when it is known.

    \b
    Example:
      topline facts show fact-1a2b3c4d5e6f
    """
    from topline.pipeline import open_case

    f = open_case(case_name).fact(fact_id, as_of=as_of, strict_dates=strict_dates)
    if json_target is not None:
        write_json(f, json_target)
    if json_target == "-":
        return
    s = f.source
    lines = [
        ("fact", f.id),
        ("trial", f.trial),
        ("arm", f"{f.arm} ({f.dose_regimen})"),
        ("treatment", f.node or "not one of the question's treatments"),
        ("outcome", f"{f.outcome} at week {f.week}"),
        ("count", f"{'?' if f.events is None else f.events} of {'?' if f.n is None else f.n}"),
        ("percent", "not given" if f.percent is None else f"{f.percent:g}"),
        ("status", f"{f.status}; count {f.events_status or 'not given'}"),
        ("known from", f"{f.known_from} ({f.known_from_basis}); certain from {f.certain_from}"),
        ("locator", f.locator),
        ("source", f"{s.title}. {s.publisher}, {s.date}"),
        ("address", s.address),
        ("held in", f"{f.file}, row {f.row}"),
    ]
    for name, value in lines:
        click.echo(f"{name:<11}{value}")
