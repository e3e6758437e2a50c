"""Documents in, proposed facts out: each beside the passage that it came from, none past the gate without one.

A document is opened (:mod:`topline.sources.documents`) or fetched (:mod:`topline.sources.fetch`), then read by the
rules for prose, the reader of registry records, the reader of tables, or a language model. A fact of prose passes the
gate (:mod:`topline.sources.gate`), whoever proposed it.
"""

from topline.sources.document import Document
from topline.sources.documents import open_document, open_documents
from topline.sources.fetch import fetch, fetch_study
from topline.sources.language_model import Endpoint, endpoint_from
from topline.sources.reading import read_document

__all__ = [
    "Document", "Endpoint", "endpoint_from", "fetch", "fetch_study", "open_document", "open_documents", "read_document",
]  # fmt: skip
