"""Priors as frozen values that print and parse: ``halfnormal(0.5)``, ``uniform(0, 2)``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from topline.errors import ArgumentError
from topline.synthesis.choices import is_number


def _is_finite(value: float) -> bool:
    return is_number(value) and math.isfinite(value)


@dataclass(frozen=True)
class HalfNormal:
    """tau ~ |N(0, scale^2)|. Raises ``ArgumentError`` unless ``scale`` is above 0."""

    scale: float

    def __post_init__(self) -> None:
        if not (_is_finite(self.scale) and self.scale > 0):
            raise ArgumentError("a half-normal prior needs a scale above 0", found=f"halfnormal({self.scale})")

    def log_density(self, tau: float) -> float:
        """The log density at ``tau``, up to a constant."""
        return -0.5 * (tau / self.scale) ** 2

    @property
    def support(self) -> tuple[float, float]:
        """Where the density is above 0."""
        return 0.0, math.inf

    @property
    def size(self) -> float:
        """A value of tau that is large under the prior (two scales), in the units of the outcome."""
        return 2 * self.scale

    def __str__(self) -> str:
        return f"halfnormal({self.scale!r})"


@dataclass(frozen=True)
class Uniform:
    """tau ~ uniform between ``lower`` and ``upper``. Raises ``ArgumentError`` unless 0 <= lower < upper."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not (_is_finite(self.lower) and _is_finite(self.upper) and 0 <= self.lower < self.upper):
            raise ArgumentError(
                "a uniform prior for tau needs 0 <= lower < upper",
                found=f"uniform({self.lower}, {self.upper})",
                expected="such as uniform(0, 2)",
            )

    def log_density(self, tau: float) -> float:
        """The log density at ``tau``, up to a constant; the support is kept by the caller."""
        return 0.0

    @property
    def support(self) -> tuple[float, float]:
        """Where the density is above 0."""
        return self.lower, self.upper

    @property
    def size(self) -> float:
        """A value of tau that is large under the prior, in the units of the outcome."""
        return self.upper

    def __str__(self) -> str:
        return f"uniform({self.lower!r}, {self.upper!r})"


@dataclass(frozen=True)
class Prior:
    """What is believed before the data: a distribution for tau, and d ~ N(0, ``effect_sd``^2) for each effect.

    ``effect_sd`` None means 100 times the unit of the outcome: 1 for ratios, risks and standardised differences, the
    pooled standard deviation for mean differences, and where that is unknown a large tau under its own prior.
    """

    tau: HalfNormal | Uniform
    effect_sd: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.tau, (HalfNormal, Uniform)):
            raise ArgumentError(
                "the prior for tau is not a distribution",
                found=repr(self.tau),
                expected="HalfNormal(0.5) or Uniform(0, 2)",
            )
        if self.effect_sd is not None and not (math.isfinite(self.effect_sd) and self.effect_sd > 0):
            raise ArgumentError("the prior standard deviation of effects is above 0", found=str(self.effect_sd))


def as_prior(prior: Prior | HalfNormal | Uniform | str) -> Prior:
    """A prior given whole, as the distribution of tau alone, or as text. Raises ``ArgumentError`` for anything else."""
    if isinstance(prior, Prior):
        return prior
    if isinstance(prior, str):
        return parse_prior(prior)
    return Prior(prior)


def parse_prior(text: str) -> Prior:
    """The prior for tau that ``text`` names, such as ``halfnormal(0.5)`` or ``uniform(0, 2)``.

    Raises ``ArgumentError`` for anything else.
    """
    match = re.fullmatch(r"\s*(half[-_ ]?normal|uniform)\s*\(([^()]*)\)\s*", text.lower())
    try:
        numbers = [float(part) for part in match.group(2).split(",")] if match else []
    except ValueError:
        numbers = []
    if match and match.group(1) == "uniform" and len(numbers) == 2:
        return Prior(Uniform(*numbers))
    if match and match.group(1) != "uniform" and len(numbers) == 1:
        return Prior(HalfNormal(*numbers))
    raise ArgumentError(
        "the prior for tau can't be understood",
        found=repr(text),
        expected="halfnormal(SCALE) or uniform(LOWER, UPPER)",
        repair="such as halfnormal(0.5) or uniform(0, 2)",
    )
