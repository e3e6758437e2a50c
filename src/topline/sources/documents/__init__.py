"""Files of every kind, opened as documents: what kind they are, their text, and which part of it is the article."""

from topline.sources.documents.article import article_span, readable_spans
from topline.sources.documents.boilerplate import Section, boilerplate_spans, sections
from topline.sources.documents.opening import open_document, open_documents

__all__ = [
    "Section", "article_span", "boilerplate_spans", "open_document", "open_documents", "readable_spans",
    "sections",
]  # fmt: skip
