"""The closed vocabularies of a case folder."""

from __future__ import annotations

EVENT_TYPES = (
    "approval", "deal_signed", "deal_terminated", "deal_terms", "filing_planned", "filing_submitted", "financing",
    "forecast", "layoff", "opinion", "other", "payment", "publication", "readout", "rejection", "rights_returned",
    "safety_readout", "safety_signal", "trial_started", "trial_stopped",
)  # fmt: skip

FACT_STATUSES = ("verified", "derived")
EVENTS_STATUSES = ("reported", "derived from percent", "")
ARM_SIZE_STATUSES = ("verified", "derived", "unknown", "not seen")
EVENT_STATUSES = ("verified", "secondary")
ASSUMPTION_STATUSES = ("verified", "secondary", "not disclosed", "judgement")

DIRECTIONS = ("higher", "lower")
ROLES = ("benefit", "harm")
KINDS = ("proportion", "mean")
MEASURES = ("OR", "RR", "RD", "MD", "SMD", "HR", "IRR")
MODELS = ("random", "common")
ENGINES = ("reml", "dl", "ml", "bayes")
