"""The only room that knows all stages.

It runs them, and re-exports the verbs that the public face and the command line call.
"""

from topline.facts import new_case
from topline.pipeline.briefing import Brief, make_brief, software_versions
from topline.pipeline.case import DEFAULT_CASE, Case, open_case, programmes
from topline.pipeline.dates import as_of_date
from topline.pipeline.intake import MappedRow, Mapping, map_reading
from topline.pipeline.progress import Progress
from topline.pipeline.reading import ReadDocument, read, read_documents
from topline.pipeline.tracing import newest_run, read_run, trace
from topline.synthesis import (
    ComponentFit,
    HalfNormal,
    ModelSpec,
    NmaFit,
    PartialOrder,
    Prior,
    Uniform,
    component_nma,
    nma,
    parse_prior,
    partial_order,
)

__all__ = [
    "DEFAULT_CASE",
    "Brief",
    "Case",
    "ComponentFit",
    "HalfNormal",
    "MappedRow",
    "Mapping",
    "ModelSpec",
    "NmaFit",
    "PartialOrder",
    "Prior",
    "Progress",
    "ReadDocument",
    "Uniform",
    "as_of_date",
    "component_nma",
    "make_brief",
    "map_reading",
    "new_case",
    "newest_run",
    "nma",
    "open_case",
    "parse_prior",
    "partial_order",
    "programmes",
    "read",
    "read_documents",
    "read_run",
    "software_versions",
    "trace",
]
