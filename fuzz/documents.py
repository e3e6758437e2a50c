"""Any bytes, under any name, end in a sound document and quotes that hold, or in an error in words. Guided by coverage.

    python fuzz/documents.py -max_total_time=60 [CORPUS]

The first byte picks the name that the bytes come under; the rest is the file.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["topline.sources", "topline.tables"]):
    from topline.errors import ToplineError
    from topline.sources import open_documents, read_document

NAMES = (
    "story.txt",
    "page.html",
    "record.json",
    "arms.csv",
    "arms.tsv",
    "review.rm5",
    "net.gemtc",
    "paper.pdf",
    "arms.xlsx",
    "-",
)
"""Names of every kind of file that a reader takes, and one that says nothing."""


def one_input(data: bytes) -> None:
    """Read the bytes; anything but an error in words, or a fact whose quote is not there, is a finding."""
    if not data:
        return
    try:
        documents = open_documents(data[1:], name=NAMES[data[0] % len(NAMES)])
        readings = [read_document(document) for document in documents]
    except ToplineError:
        return
    for document, reading in zip(documents, readings, strict=True):
        for fact in reading.candidates:
            if fact.quote is not None and document.text[fact.start : fact.end] != fact.quote:
                raise AssertionError(f"{fact.quote!r} does not stand at {fact.start}:{fact.end}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
