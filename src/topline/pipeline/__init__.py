"""The only room that knows all stages.

It runs them, and re-exports the verbs that the public face and the command line call. A name loads on first use, so
that reading a document does not wait for the numerics of a network.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from topline.facts.new_case import new_case
    from topline.pipeline.briefing import Brief, make_brief, software_versions
    from topline.pipeline.case import DEFAULT_CASE, Case, open_case, programmes
    from topline.pipeline.dates import as_of_date
    from topline.pipeline.intake import MappedRow, Mapping, map_reading
    from topline.pipeline.progress import Progress
    from topline.pipeline.proposing import Proposed, propose
    from topline.pipeline.reading import ReadDocument, read, read_documents
    from topline.pipeline.reviewing import (
        accept_candidates,
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

_HOME = {
    "Brief": "topline.pipeline.briefing",
    "Case": "topline.pipeline.case",
    "ComponentFit": "topline.synthesis",
    "DEFAULT_CASE": "topline.pipeline.case",
    "HalfNormal": "topline.synthesis",
    "MappedRow": "topline.pipeline.intake",
    "Mapping": "topline.pipeline.intake",
    "ModelSpec": "topline.synthesis",
    "NmaFit": "topline.synthesis",
    "PartialOrder": "topline.synthesis",
    "Prior": "topline.synthesis",
    "Progress": "topline.pipeline.progress",
    "Proposed": "topline.pipeline.proposing",
    "ReadDocument": "topline.pipeline.reading",
    "Uniform": "topline.synthesis",
    "accept_candidates": "topline.pipeline.reviewing",
    "as_of_date": "topline.pipeline.dates",
    "component_nma": "topline.synthesis",
    "export_case": "topline.pipeline.reviewing",
    "import_case": "topline.pipeline.reviewing",
    "is_candidate": "topline.pipeline.reviewing",
    "list_candidates": "topline.pipeline.reviewing",
    "login_name": "topline.pipeline.reviewing",
    "make_brief": "topline.pipeline.briefing",
    "map_reading": "topline.pipeline.intake",
    "new_case": "topline.facts.new_case",
    "newest_run": "topline.pipeline.tracing",
    "nma": "topline.synthesis",
    "open_case": "topline.pipeline.case",
    "parse_prior": "topline.synthesis",
    "partial_order": "topline.synthesis",
    "programmes": "topline.pipeline.case",
    "propose": "topline.pipeline.proposing",
    "quotations": "topline.pipeline.reviewing",
    "read": "topline.pipeline.reading",
    "read_documents": "topline.pipeline.reading",
    "read_run": "topline.pipeline.tracing",
    "reject_candidate": "topline.pipeline.reviewing",
    "show_candidate": "topline.pipeline.reviewing",
    "software_versions": "topline.pipeline.briefing",
    "trace": "topline.pipeline.tracing",
}

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
    "Proposed",
    "ReadDocument",
    "Uniform",
    "accept_candidates",
    "as_of_date",
    "component_nma",
    "export_case",
    "import_case",
    "is_candidate",
    "list_candidates",
    "login_name",
    "make_brief",
    "map_reading",
    "new_case",
    "newest_run",
    "nma",
    "open_case",
    "parse_prior",
    "partial_order",
    "programmes",
    "propose",
    "quotations",
    "read",
    "read_documents",
    "read_run",
    "reject_candidate",
    "show_candidate",
    "software_versions",
    "trace",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'topline.pipeline' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
