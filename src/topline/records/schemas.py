"""The records whose JSON is a contract, by the name of their schema."""

from __future__ import annotations

from typing import Any

from topline.records.base import json_schema
from topline.records.effects import NmaResult
from topline.records.facts import FactList, FactSnapshot
from topline.records.outcomes import AbsoluteOutcomes
from topline.records.reading import Reading
from topline.records.review import CandidateList, Change
from topline.records.run import ProgrammeList, Run, Trace
from topline.records.safety import SafetyProfile

CONTRACTS: dict[str, type[Any]] = {
    "candidates": CandidateList,
    "change": Change,
    "facts": FactList,
    "nma": NmaResult,
    "outcomes": AbsoluteOutcomes,
    "programmes": ProgrammeList,
    "reading": Reading,
    "run": Run,
    "safety": SafetyProfile,
    "snapshot": FactSnapshot,
    "trace": Trace,
}


def contract_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every contract."""
    return {name: json_schema(kind) for name, kind in CONTRACTS.items()}
