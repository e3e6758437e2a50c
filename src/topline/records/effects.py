"""Relative effects: what a network meta-analysis leaves for the next stage. This is the JSON of ``topline nma``."""

from __future__ import annotations

from typing import Any

import msgspec

from topline.records.base import Record


class Display(msgspec.Struct, frozen=True, kw_only=True):
    """An estimate with its interval on the natural scale: a ratio for OR, RR, HR and IRR."""

    estimate: float | None
    lower: float | None
    upper: float | None


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """``treatment`` versus ``reference`` on the scale that the result names; ``pi_*`` is the prediction interval."""

    treatment: str
    reference: str
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    pi_lower: float | None
    pi_upper: float | None
    display: Display
    median: float | None = None


class LeagueCell(msgspec.Struct, frozen=True, kw_only=True):
    """``treatment`` versus ``reference``, for every ordered pair; ``n_direct`` trials compare the two head to head."""

    treatment: str
    reference: str
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    n_direct: int = 0


class Rank(msgspec.Struct, frozen=True, kw_only=True):
    """``probabilities[k]`` is the probability of rank k + 1, 1 the best; ``rank_lower``–``rank_upper`` hold 95%."""

    treatment: str
    p_score: float | None
    sucra: float | None
    mean_rank: float | None
    probabilities: tuple[float, ...]
    median_rank: int | None = None
    rank_lower: int | None = None
    rank_upper: int | None = None


class NodeSplit(msgspec.Struct, frozen=True, kw_only=True):
    """Direct against indirect evidence for one comparison."""

    treatment: str
    reference: str
    direct: float | None
    se_direct: float | None
    indirect: float | None
    se_indirect: float | None
    difference: float | None
    se_difference: float | None
    p: float | None
    direct_proportion: float | None
    method: str
    tau2: float | None = None


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """The share of ``study`` in the estimate of ``treatment`` versus ``reference``; the shares of a pair sum to 1."""

    treatment: str
    reference: str
    study: str
    proportion: float
    method: str


class QStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """Cochran's Q at tau2 = 0: total = within designs + between designs."""

    total: float | None
    df: int
    p: float | None
    within: float | None
    df_within: int
    p_within: float | None
    between: float | None
    df_between: int
    p_between: float | None


class Inconsistency(msgspec.Struct, frozen=True, kw_only=True):
    """A global test of whether paths of evidence agree. ``method`` says which."""

    q: float
    df: int
    p: float
    method: str


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The same fit by a second, independent algorithm, at the same tau2.

    ``discrepancy`` is the largest difference in an effect or a standard error, in standard errors of that effect.
    """

    method: str
    discrepancy: float


class TauPosterior(msgspec.Struct, frozen=True, kw_only=True):
    """The posterior of tau."""

    mean: float
    sd: float
    median: float
    lower: float
    upper: float


class StudyArm(msgspec.Struct, frozen=True, kw_only=True):
    """An arm as it entered, so that a result says what it was made from.

    ``n`` counts the patients whose outcome is known, ``missing`` those whose outcome is not, where that is given.
    """

    study: str
    treatment: str
    events: float | None = None
    n: float | None = None
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    exposure: float | None = None
    fact: str | None = None
    missing: float | None = None


class NmaResult(Record, frozen=True, kw_only=True):
    """A fitted network meta-analysis. Every effect is ``treatment`` versus ``reference``: treatment minus reference.

    ``inconsistency`` is None where no loop that different trials close could show any; ``q.between`` also compares
    designs that share treatments without closing a loop.
    """

    schema: str = "nma/1"
    measure: str
    scale: str
    model: str
    engine: str
    reference: str
    better: str | None
    level: float
    n_studies: int
    n_arms: int
    n_treatments: int
    treatments: tuple[str, ...]
    studies: tuple[str, ...]
    tau2: float | None
    tau: float | None
    i2: float | None
    i2_tau2: float | None
    q: QStatistics | None
    effects: tuple[Effect, ...]
    league: tuple[LeagueCell, ...]
    ranks: tuple[Rank, ...]
    node_split: tuple[NodeSplit, ...]
    contributions: tuple[Contribution, ...]
    arms: tuple[StudyArm, ...]
    tau_posterior: TauPosterior | None = None
    inconsistency: Inconsistency | None = None
    certificate: Certificate | None = None
    spec: dict[str, Any]
    version: str
