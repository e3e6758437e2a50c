"""What the brief is composed from: records only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from topline.records import (
    AbsoluteOutcomes,
    Caveat,
    Endpoint,
    FactSnapshot,
    LeftOut,
    NetworkQuestion,
    NmaResult,
    Programme,
    Question,
    SafetyProfile,
    Sensitivity,
)


@dataclass(frozen=True)
class Analysis:
    """One main analysis: a network for an endpoint, relative and absolute; ``weeks`` says when each trial is read."""

    network: NetworkQuestion
    endpoint: Endpoint
    result: NmaResult
    absolute: AbsoluteOutcomes
    weeks: dict[str, int]
    caveats: tuple[Caveat, ...]

    @property
    def label(self) -> str:
        """Endpoint and network in words."""
        return f"{self.endpoint.label}, {self.network.label}"


@dataclass(frozen=True)
class SensitivityAnalysis:
    """The same endpoint asked in another way."""

    sensitivity: Sensitivity
    endpoint: str
    result: NmaResult


@dataclass(frozen=True)
class BriefInputs:
    """All that a brief is made from.

    ``used`` are the ids of the facts that it rests on; ``snapshot_caveats`` what must be known of their dates, counts
    and sources; ``versions`` names the software that made it.
    """

    question: Question
    programme: Programme
    snapshot: FactSnapshot
    as_of: date
    analyses: tuple[Analysis, ...]
    sensitivity: tuple[SensitivityAnalysis, ...]
    safety: SafetyProfile
    left_out: tuple[LeftOut, ...]
    used: frozenset[str]
    snapshot_caveats: tuple[Caveat, ...]
    versions: dict[str, str]

    def analysis(self, endpoint: str, network: str) -> Analysis | None:
        """The main analysis of this endpoint in this network, or None."""
        return next((a for a in self.analyses if a.endpoint.id == endpoint and a.network.id == network), None)

    @property
    def lead(self) -> Analysis | None:
        """The analysis that the first screen speaks of: the first one that holds the programme's lead treatment."""
        return next((a for a in self.analyses if self.programme.treatment in a.result.treatments), None)
