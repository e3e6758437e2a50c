"""From a document to a reading: the readers propose, the gate admits."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from topline.records import Caveat, MadeBy, Reading, Rejected, identify, made_by
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.language_model import Endpoint, read_with_model
from topline.sources.mentions.dictionaries import installed
from topline.sources.page import make_page
from topline.sources.prose.events import house_opinions, read_events, told_by_results
from topline.sources.prose.labels import labelled
from topline.sources.prose.opinions import read_opinions
from topline.sources.prose.readouts import read_readouts
from topline.sources.prose.safety import read_safety
from topline.sources.registry import read_registry
from topline.sources.sheets import read_table_document
from topline.sources.text.language import in_english

TABLES = "tables/1"
RULES = "rules/1"
"""The reader of prose by rules; the number grows when its rules do."""
LONGEST_PROSE = 1_000_000
"""Characters of prose that the rules read, some 300 pages: more take minutes, and no release or article has them."""


def read_document(
    document: Document,
    *,
    endpoint: Endpoint | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Reading:
    """What a document states: a registry record by its fields, a table by its rows, prose by rules or by a model.

    Raises what :func:`topline.sources.language_model.read_with_model` raises where a model is asked.
    """
    if document.kind == "registry":
        return read_registry(document.content, document.info).reading(document.info)
    if document.kind == "table":
        readouts, caveats = read_table_document(document.data, document.content)
        caveats = [*document.caveats, *caveats]
        return _reading(document, made_by({"reader": TABLES}), readouts=tuple(readouts), caveats=tuple(caveats))
    if endpoint is not None:
        read = read_with_model(document, endpoint, progress=progress)
        return _reading(document, read.made_by, **_facts(read), caveats=(*document.caveats, *read.caveats))
    return _read_prose(document)


def _facts(read: object) -> dict[str, tuple[object, ...]]:
    return {name: getattr(read, name) for name in ("events", "readouts", "safety", "opinions", "rejected")}


def _reading(document: Document, made: MadeBy, **parts: object) -> Reading:
    """The record of a reading; its id is that of the document and of the request."""
    key = identify("reading", "reading/1", made.spec, document.info.sha256)
    return Reading(id=key, made_by=made, document=document.info, **parts)  # type: ignore[arg-type]


def _read_prose(document: Document) -> Reading:
    document, long = _cut(document)
    page = make_page(document)
    refused: list[Rejected] = []
    opinions, wrong = admit(page.folded, read_opinions(page))
    refused += wrong
    readouts, wrong = admit(page.folded, labelled(page, read_readouts(page)))
    refused += wrong
    told = labelled(page, [*read_events(page), *house_opinions(page, opinions)])
    events, wrong = admit(page.folded, [*told, *told_by_results(page, told, readouts)])
    refused += wrong
    safety, wrong = admit(page.folded, labelled(page, read_safety(page)))
    refused += wrong
    dictionaries = installed()
    spec = {"reader": RULES, **({"dictionaries": dictionaries} if dictionaries else {})}
    return _reading(
        document,
        made_by(spec),
        events=tuple(events),
        readouts=tuple(readouts),
        safety=tuple(safety),
        opinions=tuple(opinions),
        rejected=tuple(refused),
        caveats=(*document.caveats, *long, *_language(document)),
    )


def _cut(document: Document) -> tuple[Document, tuple[Caveat, ...]]:
    """The document with as much of its body as the rules read, and the caveat that says what they left."""
    start, end = document.body
    if end - start <= LONGEST_PROSE:
        return document, ()
    text = (
        f"The document has {end - start:,} characters of prose; the rules read the first {LONGEST_PROSE:,}. "
        "Give the part that tells the facts as a file of its own."
    )
    return (
        dataclasses.replace(document, body=(start, start + LONGEST_PROSE)),
        (Caveat(code="long-text", text=text, severity="serious"),),
    )


def _language(document: Document) -> tuple[Caveat, ...]:
    if in_english(document.text[slice(*document.body)]):
        return ()
    text = "The document seems not to be in English, which is what the rules read: facts of it may be missing."
    return (
        Caveat(
            code="not-english", text=f"{text} Give a translation, or ask a model: --reader llm.", severity="serious"
        ),
    )
