"""``topline read``: facts with their quotes from documents."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topline.cli.mapped import show_proposed
from topline.cli.options import HELP, json_option, write_json, write_text
from topline.cli.screen import drawn_progress, say
from topline.errors import ArgumentError, DataError, ToplineError
from topline.exhibits.files import page_path

if TYPE_CHECKING:
    from topline.pipeline import ReadDocument
    from topline.records import Reading

_MOST_DOCUMENTS = 10
_MOST_FACTS = 100
"""So much is shown on the screen; files hold everything."""


@click.command("read", context_settings=HELP)
@click.argument("sources", metavar="FILE|URL|NCT...", nargs=-1, required=True)
@click.option(
    "--text",
    "text_target",
    metavar="FILE",
    help="Write the text as it was read: the offsets of facts count its characters.",
)
@click.option("--html", "html_target", metavar="FILE", help="Write a page: each fact beside its passage.")
@click.option(
    "--into", "case_name", metavar="CASE", help="Propose the facts to a case of yours: a folder or a store's URL."
)
@click.option(
    "--reader",
    type=click.Choice(["rules", "llm"]),
    default="rules",
    show_default=True,
    help="rules: offline, by vocabularies; llm: a language model, whose proposals pass the same checks.",
)
@click.option("--llm-url", metavar="URL", help="For llm: the base address of an OpenAI-compatible service.")
@click.option("--llm-model", metavar="NAME", help="For llm: the model.")
@json_option
def command(
    sources: tuple[str, ...],
    text_target: str | None,
    html_target: str | None,
    case_name: str | None,
    reader: str,
    llm_url: str | None,
    llm_model: str | None,
    json_target: str | None,
) -> None:
    """Read documents: text, web pages, PDF, study records of ClinicalTrials.gov, tables; - is standard input.

    Prints events, readouts, safety facts and opinions, each with the exact quote that it came from. They are proposals:
    --into puts them before the reviewer of a case. Nothing leaves this machine but for an address or an NCT number that
    you name, and for the reader llm.

    \b
    Examples:
      topline read release.html
      topline read story.txt --json facts.json --text story.body.txt --html story.facts.html
      topline read NCT05651711 --into my-case
      topline read release.pdf --reader llm --llm-url http://127.0.0.1:11434/v1 --llm-model qwen3
    """
    for option, target in (("--text", text_target), ("--html", html_target)):
        if target is not None and len(sources) > 1:
            raise ArgumentError(f"{option} takes one document", found=f"{len(sources)} documents", expected="one")
    if html_target is not None:
        page_path(html_target)
    found, wrong = _read_all(sources, reader, {"llm_url": llm_url, "llm_model": llm_model})
    for option, target in (("--text", text_target), ("--html", html_target)):
        if target is not None and len(found) > 1:
            holds = f"{len(found):,} study records in {sources[0]}"
            raise ArgumentError(f"{option} takes one document", found=holds, expected="one")
    _write(found, text_target, html_target, json_target, several=len(sources) > 1)
    if json_target != "-" and case_name is None:
        _show_all([one.reading for one in found], sources)
    if case_name is not None:
        _propose(found, case_name, quiet=json_target == "-")
    if wrong:
        problems = [problem for error in wrong for problem in error.problems]
        raise DataError(f"{len(wrong)} of {len(sources)} documents could not be read", problems=problems)


def _read_all(
    sources: tuple[str, ...], reader: str, llm: dict[str, object]
) -> tuple[list[ReadDocument], list[ToplineError]]:
    """What could be read, and the errors of what could not: one bad document does not lose the others."""
    from topline.pipeline import read_documents

    found: list[ReadDocument] = []
    wrong: list[ToplineError] = []
    with drawn_progress() as progress:
        for done, source in enumerate(sources):
            if progress is not None:
                progress(source, done, len(sources))
            try:
                found += read_documents(source, reader=reader, llm={k: v for k, v in llm.items() if v is not None})
            except ToplineError as error:
                if len(sources) == 1:
                    raise
                wrong.append(error)
    return found, wrong


def _write(
    found: list[ReadDocument],
    text_target: str | None,
    html_target: str | None,
    json_target: str | None,
    *,
    several: bool,
) -> None:
    if found and text_target is not None:
        write_text(Path(text_target), found[0].document.text)
        say(f"wrote {text_target}", err=True)
    if found and html_target is not None:
        from topline.exhibits.reading_page import reading_page

        write_text(Path(html_target), reading_page(found[0].reading, found[0].document.text))
        say(f"wrote {html_target}", err=True)
    if json_target is not None:
        readings = [one.reading for one in found]
        write_json(readings if several or len(readings) != 1 else readings[0], json_target)


def _show_all(readings: list[Reading], sources: tuple[str, ...]) -> None:
    """Each reading whole, or a line for each where they are many; then what can be done with them."""
    if len(readings) > _MOST_DOCUMENTS:
        for reading in readings:
            info = reading.document
            say(f"{len(reading.candidates):>6} facts  {info.title or '(no title)'} · {info.date or 'no date'}")
        say(f"{len(readings)} documents; --json FILE holds every fact, and so does each document read alone")
    else:
        for reading in readings:
            _show(reading)
    if any(reading.candidates for reading in readings):
        one = shlex.quote(sources[0]) if len(sources) == 1 else "FILE"
        say(f"next: topline read {one} --into CASE proposes them to a case; --html page.html shows them in place")


def _show(reading: Reading) -> None:
    from topline.exhibits import reading_words as words

    info = reading.document
    say((info.title or "(no title)") + (f" · {info.date}" if info.date else ""), bold=True)
    facts = reading.candidates
    for number, fact in enumerate(facts[:_MOST_FACTS], 1):
        say(f"\n{number:>3}  {words.KINDS[words.kind_of(fact)]}: {words.say(fact)}")
        more = "; ".join(f"{label} {said}" for label, said in words.details(fact))
        if more:
            say(f"     {more}", dim=True)
        place = fact.path if fact.quote is None else words.in_quotes(fact.quote)
        say(f"     {place}  [{fact.id}]", dim=True)
    if len(facts) > _MOST_FACTS:
        say(f"\n… and {len(facts) - _MOST_FACTS} more: --json FILE or --html FILE holds them all")
    say(f"\n{len(facts)} facts proposed, none reviewed; {len(reading.rejected)} refused")
    for caveat in reading.caveats:
        say(f"caveat ({caveat.severity}): {caveat.text}")


def _propose(found: list[ReadDocument], case_name: str, *, quiet: bool) -> None:
    """Propose to the case, and show what each fact was mapped onto, by which rule, or why not."""
    from topline.pipeline import propose

    for proposed in propose(found, case_name):
        if not quiet:
            show_proposed(proposed, case_name)
