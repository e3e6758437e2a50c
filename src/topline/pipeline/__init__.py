"""The only room that knows all stages.

It runs them, and re-exports the verbs that the public face and the command line call.
"""

from topline.pipeline.briefing import Brief, make_brief, software_versions
from topline.pipeline.case import DEFAULT_CASE, Case, open_case, programmes
from topline.pipeline.dates import as_of_date
from topline.pipeline.progress import Progress
from topline.pipeline.tracing import newest_run, read_run, trace
from topline.synthesis import HalfNormal, ModelSpec, NmaFit, Prior, Uniform, nma, parse_prior

__all__ = [
    "DEFAULT_CASE",
    "Brief",
    "Case",
    "HalfNormal",
    "ModelSpec",
    "NmaFit",
    "Prior",
    "Progress",
    "Uniform",
    "as_of_date",
    "make_brief",
    "newest_run",
    "nma",
    "open_case",
    "parse_prior",
    "programmes",
    "read_run",
    "software_versions",
    "trace",
]
