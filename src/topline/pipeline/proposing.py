"""What was read, into a case: mapped onto its tables, and waiting there for a reviewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from topline.facts import open_case_data, propose_into
from topline.pipeline.intake import MappedRow, map_reading
from topline.pipeline.reading import ReadDocument
from topline.records import Caveat, StoredDocument


@dataclass(frozen=True)
class Proposed:
    """What became of a document's facts in a case.

    ``shown`` says of every fact what it was mapped onto, or why it was not. ``counts`` are the candidates that are
    ``new``, ``supported`` by a further passage, and ``known`` as they stand.
    """

    document: str
    shown: tuple[MappedRow, ...]
    counts: dict[str, int]
    caveats: tuple[Caveat, ...]


def propose(found: Sequence[ReadDocument], case: str | Path) -> list[Proposed]:
    """Propose the facts of documents to a case: a folder, or a store by its URL.

    A document is proposed whole or not at all; proposing it again changes nothing. Raises as opening the case does,
    and ``StoreError`` for a shipped case, which can't be changed.
    """
    proposed = []
    for one in found:
        data = open_case_data(case)
        mapping = map_reading(one.reading, data.question, trials=data.trials, arms=data.arms, proposed_by=_reader(one))
        document = StoredDocument(
            info=one.document.info, text=one.document.text, data=one.document.data, retrieved_at=_now()
        )
        counts = propose_into(case, mapping.candidates, [document])
        proposed.append(Proposed(one.reading.document.title or "", mapping.shown, counts, mapping.caveats))
    return proposed


def _reader(one: ReadDocument) -> str | None:
    """The mark of a language model's candidates; the other readers' marks go with what they read."""
    spec = one.reading.made_by.spec
    if spec.get("reader") != "llm":
        return None
    return f"llm:{spec['model']}@{str(spec['prompt_sha256'])[:12]}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
