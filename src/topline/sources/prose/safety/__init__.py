"""What a document says of safety: adverse events with their rates, and safety as a whole."""

from topline.sources.prose.safety.reader import read_safety

__all__ = ["read_safety"]
