"""topline: from topline results to a decision, every number traceable, as of any date.

The names of the public face load on first use, so that ``import topline`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from topline.errors import (
        ArgumentError,
        CaseError,
        DataError,
        DateError,
        DisconnectedError,
        FetchError,
        FitError,
        NetworkError,
        StoreError,
        ToplineError,
        UnknownNameError,
    )
    from topline.pipeline import (
        Case,
        ComponentFit,
        HalfNormal,
        ModelSpec,
        NmaFit,
        PartialOrder,
        Prior,
        Uniform,
        component_nma,
        nma,
        open_case,
        partial_order,
        programmes,
        read,
        trace,
    )

_HOME = {
    "Case": "topline.pipeline",
    "ComponentFit": "topline.pipeline",
    "HalfNormal": "topline.pipeline",
    "ModelSpec": "topline.pipeline",
    "NmaFit": "topline.pipeline",
    "PartialOrder": "topline.pipeline",
    "Prior": "topline.pipeline",
    "Uniform": "topline.pipeline",
    "component_nma": "topline.pipeline",
    "nma": "topline.pipeline",
    "open_case": "topline.pipeline",
    "partial_order": "topline.pipeline",
    "programmes": "topline.pipeline",
    "read": "topline.pipeline",
    "trace": "topline.pipeline",
    "ArgumentError": "topline.errors",
    "CaseError": "topline.errors",
    "DataError": "topline.errors",
    "DateError": "topline.errors",
    "DisconnectedError": "topline.errors",
    "FetchError": "topline.errors",
    "FitError": "topline.errors",
    "NetworkError": "topline.errors",
    "StoreError": "topline.errors",
    "ToplineError": "topline.errors",
    "UnknownNameError": "topline.errors",
}

__all__ = [
    "ArgumentError", "Case", "CaseError", "ComponentFit", "DataError", "DateError", "DisconnectedError", "FetchError",
    "FitError", "HalfNormal", "ModelSpec", "NetworkError", "NmaFit", "PartialOrder", "Prior", "StoreError",
    "ToplineError", "Uniform", "UnknownNameError", "__version__", "component_nma", "nma", "open_case", "partial_order",
    "programmes", "read", "trace",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'topline' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
