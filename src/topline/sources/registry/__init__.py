"""From a ClinicalTrials.gov study record to facts with JSON paths."""

from topline.sources.registry.reading import PROPOSED_BY, RegistryReading, read_registry

__all__ = ["PROPOSED_BY", "RegistryReading", "read_registry"]
