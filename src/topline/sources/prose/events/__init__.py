"""Events: what happened to a programme, and what is planned, expected, possible or denied."""

from topline.sources.prose.events.reading import house_opinions, read_events

__all__ = ["house_opinions", "read_events"]
