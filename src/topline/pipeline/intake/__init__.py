"""From a reading to proposed rows of a case: by the rules that the case states, each shown, nothing invented."""

from topline.pipeline.intake.drafts import MappedRow, Mapping
from topline.pipeline.intake.mapping import map_reading

__all__ = ["MappedRow", "Mapping", "map_reading"]
