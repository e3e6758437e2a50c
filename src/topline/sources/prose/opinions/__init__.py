"""What analysts, companies, executives and physicians think of a drug or of its data."""

from topline.sources.prose.opinions.reader import read_opinions

__all__ = ["read_opinions"]
