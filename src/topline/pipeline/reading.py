"""Read documents: a file, an address or a number of the registry in; what a reader proposes out, beside its text."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from topline.errors import ArgumentError
from topline.pipeline.missing import missing_source
from topline.pipeline.progress import Progress
from topline.records import Reading
from topline.sources import Document, fetch, fetch_study, open_documents, read_document
from topline.sources.language_model import endpoint_from

READERS = ("rules", "llm")
_REGISTRY_NUMBER = re.compile(r"NCT\d{8}", re.IGNORECASE)


@dataclass(frozen=True)
class ReadDocument:
    """A document and what was read from it. ``document.text`` is the text in which the facts' offsets count."""

    document: Document
    reading: Reading


def read(
    source: str | Path,
    *,
    reader: str = "rules",
    llm: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Reading:
    """The facts that a document states, each with the passage that it came from.

    ``source`` is a file (plain text, HTML, PDF, a study record of ClinicalTrials.gov, a table), an address, or an NCT
    number, which is fetched from the registry. ``reader`` is ``rules``, which needs no network, or ``llm``: any
    OpenAI-compatible model, named by ``llm`` (``llm_url``, ``llm_model``, ...) or by environment variables.

    Raises ``ArgumentError`` for a source that is not there, ``DataError`` for a file that can't be read or that holds
    several studies, and ``FetchError`` where the network is refused or fails.
    """
    found = read_documents(source, reader=reader, llm=llm, progress=progress)
    if len(found) != 1:
        raise ArgumentError(
            f"{source} holds several documents",
            found=f"{len(found):,} study records",
            expected="one",
            repair="topline read gives one reading for each, or read_documents() of topline.pipeline",
        )
    return found[0].reading


def read_documents(
    source: str | Path,
    *,
    reader: str = "rules",
    llm: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> list[ReadDocument]:
    """The documents of one source, each with what was read from it. Arguments and errors are those of ``read``."""
    if reader not in READERS:
        raise ArgumentError(f"unknown reader {reader!r}", found=repr(reader), expected=" or ".join(READERS))
    endpoint = endpoint_from(llm or {}, os.environ) if reader == "llm" else None
    return [ReadDocument(d, read_document(d, endpoint=endpoint, progress=progress)) for d in _open(source)]


def _open(source: str | Path) -> Sequence[Document]:
    name = str(source)
    if isinstance(source, str) and _REGISTRY_NUMBER.fullmatch(source.strip()) and not Path(source).exists():
        fetched = fetch_study(source.strip().upper())
        return open_documents(fetched.data, name=source, address=fetched.address, media_type=fetched.media_type)
    if isinstance(source, str) and "://" in source:
        fetched = fetch(source)
        return open_documents(fetched.data, name=source, address=fetched.address, media_type=fetched.media_type)
    if name == "-":
        return open_documents(sys.stdin.buffer.read(), name="standard input")
    return open_documents(_bytes_of(Path(source)), name=Path(source).name)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise missing_source(path, error) from None
