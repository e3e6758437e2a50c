"""The closed vocabularies of a case folder."""

from __future__ import annotations

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

CANDIDATE_KINDS = ("outcome", "event", "trial", "arm", "source")
