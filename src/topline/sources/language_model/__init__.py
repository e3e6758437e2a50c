"""A reader that asks a language model, behind the same gate as every other reader.

The model proposes; the document decides. A proposal counts only where its quote, its numbers, its names and its dates
stand in the document, and nothing that a document or a model says changes what is asked, of whom, or how often.
"""

from topline.sources.language_model.endpoint import Endpoint, endpoint_from
from topline.sources.language_model.reader import ModelReading, read_with_model

__all__ = ["Endpoint", "ModelReading", "endpoint_from", "read_with_model"]
