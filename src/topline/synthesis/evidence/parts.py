"""What a table or a list of arms brings to a network, before it is joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from topline.records import Caveat, StudyArm
from topline.synthesis.evidence.network import ArmLevel


@dataclass(frozen=True)
class Evidence:
    """The arms of some studies on one measure.

    ``levels`` are the arms that enter, ``arms`` the same as they were given. ``unit`` is the outcome's own scale where
    it is known. ``inputs`` identify the data. ``covariates`` maps a covariate's name to its value in each study.
    ``given`` are all arms of the input, those that stayed out too.
    """

    levels: tuple[ArmLevel, ...]
    arms: tuple[StudyArm, ...]
    unit: float | None
    caveats: tuple[Caveat, ...]
    inputs: tuple[str, ...]
    facts: tuple[str, ...] = ()
    covariates: Mapping[str, Mapping[str, float | str | None]] = field(default_factory=dict)
    given: tuple[StudyArm, ...] = ()

    @property
    def studies(self) -> set[str]:
        """The studies that enter."""
        return {level.study for level in self.levels}
