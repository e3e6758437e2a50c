"""Events: what happened to a programme, and what is planned, expected, possible or denied."""

from topline.sources.prose.events.from_readouts import told_by_results
from topline.sources.prose.events.houses import house_opinions
from topline.sources.prose.events.reading import read_events

__all__ = ["house_opinions", "read_events", "told_by_results"]
