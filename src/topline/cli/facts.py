"""``topline facts``: the evidence, every fact with its source and date, and the review of what readers propose."""

from __future__ import annotations

import click

from topline.cli.options import HELP, case_option, date_options, json_option, write_json
from topline.cli.review import show_candidate, show_candidates, show_change, show_supports
from topline.cli.screen import say, show_table
from topline.errors import ArgumentError
from topline.records import CANDIDATE_STATES, FactList, FactRow


@click.group("facts", context_settings=HELP)
def command() -> None:
    """Show the evidence, every fact with its source and date, and review what readers propose.

    \b
    Examples:
      topline facts list --trial ROCKET-HORIZON
      topline facts list --candidates --case my-case
      topline facts accept candidate-1a2b3c4d5e6f --case my-case
    """


@command.command("list", context_settings=HELP)
@case_option
@click.option("--trial", metavar="NAME", help="Only this trial.")
@click.option("--outcome", metavar="CODE", help="Only this outcome, such as easi75.")
@click.option("--treatment", metavar="NAME", help="Only this drug, or this treatment with its dose.")
@click.option("--status", metavar="STATUS", help="Only facts with this status: verified or derived.")
@click.option("--known-after", metavar="DATE", help="Only facts known on or after this day.")
@click.option("--known-before", metavar="DATE", help="Only facts known on or before this day.")
@click.option(
    "--candidates", is_flag=True, help="List what readers propose in place of facts, each beside its quotation."
)
@click.option(
    "--state",
    type=click.Choice([*CANDIDATE_STATES, "all"]),
    default="proposed",
    show_default=True,
    help="With --candidates: only those that wait, or were decided so.",
)
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
    candidates: bool,
    state: str,
    as_of: str | None,
    strict_dates: bool,
    json_target: str | None,
) -> None:
    """List facts, or with --candidates what waits for review.

    A fact is a trial, arm, outcome, week and count, with the day from which it is known and its source.

    \b
    Examples:
      topline facts list --treatment rocatinlimab --outcome easi75
      topline facts list --trial ROCKET-HORIZON --as-of 2024-12-31 --json -
      topline facts list --candidates --case my-case
    """
    from topline.pipeline import list_candidates, open_case

    if candidates:
        if any((trial, outcome, treatment, status, known_after, known_before, as_of, strict_dates)):
            repair = "leave the other filters out, or --candidates"
            raise ArgumentError("candidates are filtered by --state only", found="another filter", repair=repair)
        found = list_candidates(case_name, state=None if state == "all" else state)
        if json_target is not None:
            write_json(found, json_target)
        if json_target != "-":
            show_candidates(found)
        return
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
    say(f"{facts.n_facts} facts of {facts.case}, as of {facts.as_of}")
    for caveat in facts.caveats:
        say(f"caveat ({caveat.severity}): {caveat.text}")


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
    """Show one fact or one candidate whole.

    Its values, where it stands in its source, since when it is known, and what was decided.

    \b
    Examples:
      topline facts show fact-1a2b3c4d5e6f
      topline facts show candidate-1a2b3c4d5e6f --case my-case
    """
    from topline.pipeline import is_candidate, open_case, quotations
    from topline.pipeline import show_candidate as find_candidate

    if not fact_id.startswith("fact-") and is_candidate(case_name, fact_id):
        candidate = find_candidate(case_name, fact_id)
        if json_target is not None:
            write_json(candidate, json_target)
        if json_target != "-":
            show_candidate(candidate)
        return
    f = open_case(case_name).fact(fact_id, as_of=as_of, strict_dates=strict_dates)
    if json_target is not None:
        write_json(f, json_target)
    if json_target != "-":
        _show_whole(f)
        show_supports(quotations(case_name, f.id))


def _show_whole(f: FactRow) -> None:
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
        say(f"{name:<11}{value}")


@command.command("accept", context_settings=HELP)
@click.argument("candidate_ids", metavar="CANDIDATE_ID...", nargs=-1, required=True)
@case_option
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Write this in a column in place of what was read; give it as often as needed.",
)
@click.option("--correct", is_flag=True, help="Take the place of what the case says, where it says something else.")
@click.option("--reviewer", metavar="NAME", help="Who decides.  [default: the login name]")
@json_option
def accept(
    candidate_ids: tuple[str, ...],
    case_name: str,
    settings: tuple[str, ...],
    correct: bool,
    reviewer: str | None,
    json_target: str | None,
) -> None:
    """Make candidates rows of the case, as read or mended (--set).

    All that are named become rows, or none does. The start of an id will do. A trial comes before its arms, and these
    before their outcomes: facts list --candidates shows them in that order.

    \b
    Examples:
      topline facts accept candidate-1a2b3c4d5e6f --case my-case
      topline facts accept candidate-1a2b --set arm=placebo --set n=412 --reviewer Ada --case my-case
    """
    from topline.pipeline import accept_candidates

    fields = dict(_setting(text) for text in settings)
    changes = accept_candidates(case_name, candidate_ids, fields=fields, reviewer=reviewer, correct=correct)
    if json_target is not None:
        write_json(changes[0] if len(changes) == 1 else changes, json_target)
    if json_target != "-":
        for change in changes:
            show_change(change, case_name)


def _setting(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals or not column.strip():
        repair = "--set arm=placebo; --set n= leaves a column empty"
        raise ArgumentError("not a column and its value", found=repr(text), expected="COLUMN=VALUE", repair=repair)
    return column.strip(), value


@command.command("reject", context_settings=HELP)
@click.argument("candidate_id")
@case_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it is no fact; it stays beside the candidate.")
@click.option("--reviewer", metavar="NAME", help="Who decides.  [default: the login name]")
@json_option
def reject(candidate_id: str, case_name: str, reason: str, reviewer: str | None, json_target: str | None) -> None:
    """Decide against a candidate, with the reason.

    If it had been accepted, its row is retracted, and what that row had replaced stands again.

    \b
    Example:
      topline facts reject candidate-1a2b3c4d5e6f --reason "a price target, not a result" --case my-case
    """
    from topline.pipeline import reject_candidate

    change = reject_candidate(case_name, candidate_id, reason=reason, reviewer=reviewer)
    if json_target is not None:
        write_json(change, json_target)
    if json_target != "-":
        show_change(change, case_name)


@command.command("export", context_settings=HELP)
@click.argument("target", metavar="FOLDER|FILE.xlsx", type=click.Path())
@case_option
@json_option
def export(target: str, case_name: str, json_target: str | None) -> None:
    """Write a case into a folder of CSV and TOML, or its tables into an Excel workbook.

    Its candidates, decisions and history go with it. A shipped case becomes a folder of yours in this way, to be
    changed. A workbook is to be read: no command takes it back.

    \b
    Examples:
      topline facts export my-case --case sqlite:///evidence.sqlite
      topline facts export my-case
      topline facts export my-case.xlsx --case my-case
    """
    from topline.pipeline import export_case

    change = export_case(case_name, target)
    if json_target is not None:
        write_json(change, json_target)
    if json_target != "-":
        ((unit, count),) = change.counts.items()
        say(f"wrote {count} {unit.removesuffix('_written')} of {change.case} to {target}")


@command.command("import", context_settings=HELP)
@click.argument("folder")
@click.option("--case", "case_name", required=True, metavar="URL", help="The store (sqlite:///FILE, postgresql://…).")
@click.option("--reviewer", metavar="NAME", help="Who answers for rows that vanished.  [default: the login name]")
@json_option
def import_(folder: str, case_name: str, reviewer: str | None, json_target: str | None) -> None:
    """Bring a store to the state of a case folder.

    The store is made if it is not there. Nothing is deleted: what changed supersedes what was there.

    \b
    Examples:
      topline facts import my-case --case sqlite:///evidence.sqlite
      topline facts import my-case --case postgresql://ada@server/evidence
    """
    from topline.pipeline import import_case

    if "://" not in case_name:
        raise ArgumentError("not a store", found=repr(case_name), expected="sqlite:///FILE", repair="name a URL")
    change = import_case(folder, case_name, reviewer=reviewer)
    if json_target is not None:
        write_json(change, json_target)
    if json_target != "-":
        told = ", ".join(f"{count} {name}" for name, count in change.counts.items())
        say(f"{change.case}: {told} (reviewer: {change.reviewer})")
