"""The only room that knows all stages.

It runs them, and re-exports the verbs that the public face and the command line call.
"""

from topline.pipeline.briefing import Brief, make_brief, software_versions
from topline.pipeline.case import DEFAULT_CASE, Case, open_case, programmes
from topline.pipeline.dates import as_of_date
from topline.pipeline.progress import Progress
from topline.pipeline.reviewing import (
    accept_candidate,
    export_case,
    import_case,
    is_candidate,
    list_candidates,
    login_name,
    quotations,
    reject_candidate,
    show_candidate,
)
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
    "ModelSpec",
    "NmaFit",
    "PartialOrder",
    "Prior",
    "Progress",
    "Uniform",
    "accept_candidate",
    "as_of_date",
    "component_nma",
    "export_case",
    "import_case",
    "is_candidate",
    "list_candidates",
    "login_name",
    "make_brief",
    "newest_run",
    "nma",
    "open_case",
    "parse_prior",
    "partial_order",
    "programmes",
    "quotations",
    "read_run",
    "reject_candidate",
    "show_candidate",
    "software_versions",
    "trace",
]
