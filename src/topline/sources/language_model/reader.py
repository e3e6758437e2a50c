"""Facts of a document as a language model proposes them: past the checks and the gate, or dropped with a reason."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from topline.errors import ArgumentError, FetchError
from topline.records import (
    Caveat,
    MadeBy,
    OpinionStatement,
    ReadEvent,
    ReadFact,
    Readout,
    Rejected,
    SafetyStatement,
    made_by,
)
from topline.sources.document import Document
from topline.sources.gate import admit
from topline.sources.language_model.checks import revised
from topline.sources.language_model.conversation import Conversation, CutShortError
from topline.sources.language_model.endpoint import Endpoint
from topline.sources.language_model.exchange import Line
from topline.sources.language_model.parts import MOST_PARTS, PART, halves, parts_of
from topline.sources.language_model.prompt import messages, prompt_sha256, shown
from topline.sources.language_model.proposals import decoded
from topline.sources.language_model.said import Said
from topline.sources.text.folding import Folded, find_quote, fold

MOST_REJECTED = 500
SMALLEST_PART = 1_500
"""Characters of a part that is not halved again when its answer was cut short."""

F = TypeVar("F", bound=ReadFact)
Span = tuple[int, int]


@dataclass(frozen=True)
class ModelReading:
    """What a model's reading left, in the order of the document.

    ``proposed_by`` is ``llm:MODEL@HASH``, the first 12 digits of the prompt's hash; ``made_by.spec`` has the rest.
    """

    events: tuple[ReadEvent, ...]
    readouts: tuple[Readout, ...]
    safety: tuple[SafetyStatement, ...]
    opinions: tuple[OpinionStatement, ...]
    rejected: tuple[Rejected, ...]
    caveats: tuple[Caveat, ...]
    made_by: MadeBy
    proposed_by: str


def read_with_model(
    document: Document,
    endpoint: Endpoint,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    environ: Mapping[str, str] | None = None,
) -> ModelReading:
    """Ask the model for the facts of the document's body, and keep those that stand in the document.

    ``progress`` is called before each part with its name, the parts done and the parts in all; ``environ`` (the
    process's by default) holds the key. Raises ``ArgumentError`` for a document that is no prose or too long, and
    where httpx is missing; ``FetchError`` where the endpoint gives no usable answer: then no part counts.
    """
    if document.kind != "prose":
        raise ArgumentError(
            "the language-model reader reads prose", found=f"a {document.kind}", repair="read it with the rules"
        )
    text = shown(document.text)
    spans = parts_of(text, *document.body)
    if len(spans) > MOST_PARTS:
        raise ArgumentError(
            "the document is too long for the language-model reader",
            found=f"{document.body[1] - document.body[0]} characters",
            expected=f"about {MOST_PARTS * PART} at most",
            repair="read it with the rules, or read the pages that matter",
        )
    answers: list[tuple[Span, dict[str, Any]]] = []
    with Line(endpoint, endpoint.key(os.environ if environ is None else environ)) as line:
        conversation = Conversation(line)
        for number, span in enumerate(spans, 1):
            if progress is not None:
                progress(f"part {number} of {len(spans)}", number - 1, len(spans))
            answers += _asked(conversation, document, text, span, (number, len(spans)))
    return _reading(document, text, answers, conversation)


def _asked(
    conversation: Conversation, document: Document, text: str, span: Span, count: tuple[int, int]
) -> list[tuple[Span, dict[str, Any]]]:
    """The answers for a part: one, or those of its halves where one had no room."""
    part, parts = count
    question = messages(text[span[0] : span[1]], date=document.info.date, part=part, parts=parts)
    try:
        return [(span, conversation.ask(question))]
    except CutShortError:
        if span[1] - span[0] <= SMALLEST_PART:
            endpoint = conversation.line.endpoint
            raise FetchError(
                f"the answer of the language model at {endpoint.host} was cut short",
                found=f"{endpoint.max_output_tokens} output tokens were not enough for {span[1] - span[0]} characters",
                repair="take another model, or allow more output tokens",
            ) from None
    return [a for half in halves(text, span) for a in _asked(conversation, document, text, half, count)]


def _reading(
    document: Document, text: str, answers: list[tuple[Span, dict[str, Any]]], conversation: Conversation
) -> ModelReading:
    said = Said.of(document.text)
    placed: list[ReadFact] = []
    refused: list[Rejected] = []
    for span, proposals in answers:
        folded = fold(text[span[0] : span[1]])
        earlier = [fact for fact in placed if (fact.end or 0) > span[0]]
        new: list[ReadFact] = []
        for item in decoded(proposals):
            fact = item if isinstance(item, Rejected) else _placed(item, folded, span[0], document, said)
            if isinstance(fact, Rejected):
                refused.append(fact)
            elif not any(_is_same(fact, other) for other in earlier):
                new.append(fact)
        placed += new
    whole = fold(document.text)

    def kept(kind: type[F]) -> tuple[F, ...]:
        passed, dropped = admit(whole, [fact for fact in placed if isinstance(fact, kind)])
        refused.extend(dropped)
        return tuple(sorted(passed, key=lambda fact: (fact.start or 0, fact.end or 0)))

    events, readouts = kept(ReadEvent), kept(Readout)
    safety, opinions = kept(SafetyStatement), kept(OpinionStatement)
    endpoint = conversation.line.endpoint
    spec = _spec(endpoint, conversation, len(answers))
    return ModelReading(
        events=events,
        readouts=readouts,
        safety=safety,
        opinions=opinions,
        rejected=_bounded(list(dict.fromkeys(refused))),
        caveats=(_caveat(endpoint),),
        made_by=made_by(spec, endpoint.seed if "seed" in spec else None),
        proposed_by=f"llm:{endpoint.model}@{prompt_sha256()[:12]}",
    )


def _placed(fact: ReadFact, folded: Folded, offset: int, document: Document, said: Said) -> ReadFact | Rejected:
    """The fact with the document's own words for its quote, if they stand in the part that the model was shown."""
    assert fact.quote is not None
    found = find_quote(folded, shown(fact.quote))
    if found is None:
        return Rejected(quote=fact.quote[:300], reason="the quote does not stand in the document")
    start, end = found[0] + offset, found[1] + offset
    quote = document.text[start:end]
    result = revised(fact, (start, end), document.text, said, document.info.date)
    if isinstance(result, str):
        return Rejected(quote=quote[:300], reason=result)
    return msgspec.structs.replace(result, quote=quote, start=start, end=end)


def _is_same(fact: ReadFact, other: ReadFact) -> bool:
    """Whether a fact of a later part is one of an earlier part, read again where they overlap."""
    places = (fact.start, fact.end, other.start, other.end)
    start, end, other_start, other_end = (place or 0 for place in places)
    return type(fact) is type(other) and start < other_end and other_start < end and _core(fact) == _core(other)


def _core(fact: ReadFact) -> tuple[Any, ...]:
    if isinstance(fact, ReadEvent):
        return fact.type, (fact.drug or "").casefold()
    if isinstance(fact, Readout):
        numbers = sorted(value.value for value in fact.values)
        return (fact.drug or "").casefold(), numbers, sorted(fact.effect.values()), fact.p, fact.outcome
    if isinstance(fact, SafetyStatement):
        return fact.event.casefold(), sorted(value.value for value in fact.arms)
    assert isinstance(fact, OpinionStatement)
    return (fact.who.casefold(),)


def _spec(endpoint: Endpoint, conversation: Conversation, answers: int) -> dict[str, Any]:
    spec = {
        "reader": "llm",
        "model": endpoint.model,
        "prompt_sha256": prompt_sha256(),
        "endpoint": endpoint.host,
        "answers": answers,
        **conversation.sent(),
    }
    if conversation.said_model:
        spec["model_answered"] = conversation.said_model
    return spec


def _caveat(endpoint: Endpoint) -> Caveat:
    return Caveat(
        code="language_model_reader",
        text=f"The language model {endpoint.model} proposed these facts. Each quote, number, name and date was found "
        "in the document; whether the model understood the quote was not checked.",
    )


def _bounded(refused: list[Rejected]) -> tuple[Rejected, ...]:
    if len(refused) <= MOST_REJECTED:
        return tuple(refused)
    more = Rejected(quote="", reason=f"{len(refused) - MOST_REJECTED} more proposals were refused")
    return (*refused[:MOST_REJECTED], more)
