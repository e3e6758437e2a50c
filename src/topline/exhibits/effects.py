"""A network meta-analysis as pictures and tables: record in, exhibit out.

What is printed comes from an ``EffectWords``: plain text, or numbers with ids where every number must be traceable.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Protocol

from topline.exhibits.figure import Figure
from topline.exhibits.forest import ForestRow, forest
from topline.exhibits.league import LeagueEntry, league_table
from topline.exhibits.league_heat import HeatEntry, league_heat
from topline.exhibits.network_graph import EdgeWidth, MultiArm, NetworkEdge, NetworkNode, NodeSize, network_graph
from topline.exhibits.palette import Role
from topline.exhibits.ranks import RankRow, rank_chart
from topline.exhibits.table import Table
from topline.exhibits.text import (
    MISSING,
    count,
    decimals_allowed,
    difference_interval,
    effect_with_interval,
    fixed,
    percent,
    ratio_interval,
    significant,
)
from topline.exhibits.words import Words
from topline.records import LeagueCell, NmaResult

MEASURES = {
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
    "MD": "mean difference",
    "IRR": "incidence rate ratio",
    "HR": "hazard ratio",
    "SMD": "standardised mean difference",
    "ROM": "ratio of means",
    "IRD": "incidence rate difference",
    "AS": "arcsine difference",
    "generic": "effect",
}


class EffectWords(Protocol):
    """The words for each quantity of a result."""

    def effect(self, treatment: str) -> Words: ...

    def prediction(self, treatment: str) -> Words: ...

    def pair(self, treatment: str, reference: str) -> Words: ...

    def trials(self, treatment: str) -> Words: ...

    def patients(self, treatment: str) -> Words: ...

    def median_rank(self, treatment: str) -> Words: ...

    def rank_range(self, treatment: str) -> Words: ...

    def mean_rank(self, treatment: str) -> Words: ...

    def rank_probability(self, treatment: str, rank: int) -> Words: ...

    def edge(self, first: str, second: str) -> Words: ...

    def heterogeneity(self) -> Words: ...


class PlainEffectWords:
    """The words of a result as plain text."""

    def __init__(self, result: NmaResult) -> None:
        self.result = result
        self._effects = {e.treatment: e for e in result.effects}
        self._league = {(c.treatment, c.reference): c for c in result.league}
        self._ranks = {r.treatment: r for r in result.ranks}

    def measured(self, estimate: float | None, lower: float | None, upper: float | None) -> str:
        """An estimate with its limits, all on the natural scale."""
        return effect_with_interval(estimate, lower, upper, self.result.scale)

    def effect(self, treatment: str) -> str:
        """The effect versus the reference with its interval."""
        d = self._effects[treatment].display
        return self.measured(d.estimate, d.lower, d.upper)

    def prediction(self, treatment: str) -> str:
        """The prediction interval versus the reference; a difference to the place of the effect."""
        e = self._effects[treatment]
        low, high = (natural(x, self.result.scale) for x in (e.pi_lower, e.pi_upper))
        if low is None or high is None:
            return MISSING
        if self.result.scale == "log":
            return ratio_interval(low, high)
        return difference_interval(low, high, decimals_allowed(e.display.estimate, e.display.lower, e.display.upper))

    def pair(self, treatment: str, reference: str) -> str:
        """The effect of one treatment versus another with its interval."""
        c = self._league[treatment, reference]
        estimate, lower, upper = (natural(x, self.result.scale) for x in (c.estimate, c.lower, c.upper))
        return self.measured(estimate, lower, upper)

    def trials(self, treatment: str) -> str:
        """How many trials hold the treatment."""
        return str(trials_of(self.result, treatment))

    def patients(self, treatment: str) -> str:
        """How many patients were on the treatment."""
        return count(patients_of(self.result, treatment))

    def median_rank(self, treatment: str) -> str:
        """The median rank, 1 is best."""
        return str(self._ranks[treatment].median_rank)

    def rank_range(self, treatment: str) -> str:
        """The ranks that hold 95% of the probability."""
        r = self._ranks[treatment]
        return f"{r.rank_lower} to {r.rank_upper}"

    def mean_rank(self, treatment: str) -> str:
        """The mean rank."""
        return fixed(self._ranks[treatment].mean_rank, 1)

    def rank_probability(self, treatment: str, rank: int) -> str:
        """The probability of a rank (1 is best)."""
        return percent(self._ranks[treatment].probabilities[rank - 1])

    def edge(self, first: str, second: str) -> str:
        """How many trials compare the two head to head."""
        return str(self._league[first, second].n_direct)

    def heterogeneity(self) -> str:
        """Between-trial heterogeneity in one line."""
        return heterogeneity_words(self.result)


def heterogeneity_words(result: NmaResult) -> str:
    """Tau on the analysis's scale, and I² where it can be computed."""
    if result.model == "common":
        return "common-effect model: heterogeneity is taken as none"
    if result.tau is None:
        return "Between-trial heterogeneity: not estimable"
    scale = f" on the log {MEASURES[result.measure]}" if result.scale == "log" else ""
    i2 = "" if result.i2 is None else f"; I² {fixed(100 * result.i2)}%"
    return f"Between-trial heterogeneity: tau {significant(result.tau)}{scale}{i2}"


def natural(x: float | None, scale: str) -> float | None:
    """A value on the natural scale."""
    return None if x is None else math.exp(x) if scale == "log" else x


def excludes_null(cell: LeagueCell) -> bool:
    """Whether the interval of a cell leaves out no difference."""
    return cell.lower is not None and cell.upper is not None and (cell.lower > 0 or cell.upper < 0)


def trials_of(result: NmaResult, treatment: str) -> int:
    """The number of studies with an arm of ``treatment``."""
    return len({a.study for a in result.arms if a.treatment == treatment})


def patients_of(result: NmaResult, treatment: str) -> int | None:
    """The number of patients on ``treatment``; None where no arm says."""
    sizes = [a.n for a in result.arms if a.treatment == treatment and a.n is not None]
    return int(sum(sizes)) if sizes else None


def role_of(treatment: str, result: NmaResult, highlight: Sequence[str]) -> Role:
    """The part that a treatment plays: the programme's, the reference, or a rival."""
    if treatment in highlight:
        return "programme"
    return "reference" if treatment == result.reference else "rival"


def by_effect(result: NmaResult) -> list[str]:
    """The treatments from the best to the worst where ``better`` is known, else from the highest to the lowest."""
    estimates = {e.treatment: e.estimate or 0.0 for e in result.effects}
    estimates.setdefault(result.reference, 0.0)
    sign = 1.0 if result.better == "lower" else -1.0
    return sorted(result.treatments, key=lambda t: (sign * estimates[t], t))


def forest_of(
    result: NmaResult,
    words: EffectWords,
    *,
    figure_id: str,
    title: Words,
    highlight: Sequence[str] = (),
    extra: Sequence[tuple[str, dict[str, Words]]] = (),
    caption: Words = "",
) -> Figure:
    """The forest plot of every treatment versus the reference.

    ``extra`` are further columns: a header, and the words by treatment.
    """
    direct = {c.treatment: c.n_direct > 0 for c in result.league if c.reference == result.reference}
    sized = any(a.n is not None for a in result.arms)
    rows = []
    for treatment in by_effect(result):
        if treatment == result.reference:
            continue
        e = next(x for x in result.effects if x.treatment == treatment)
        columns: list[Words] = [words.effect(treatment), words.prediction(treatment), words.trials(treatment)]
        if sized:
            columns.append(words.patients(treatment))
        rows.append(
            ForestRow(
                label=treatment,
                estimate=e.display.estimate,
                lower=e.display.lower,
                upper=e.display.upper,
                prediction_lower=natural(e.pi_lower, result.scale),
                prediction_upper=natural(e.pi_upper, result.scale),
                weight=None if not e.se else 1 / e.se**2,
                role=role_of(treatment, result, highlight),
                direct=direct.get(treatment),
                columns=(*(by[treatment] for _, by in extra), *columns),
            )
        )
    measure = MEASURES[result.measure]
    worse, better = result.reference, "treatment"
    sides = None if result.better is None else (better, worse) if result.better == "lower" else (worse, better)
    level = level_words(result.level)
    headers = [f"{measure[:1].upper()}{measure[1:]} ({level} interval)", f"{level} prediction interval", "Trials"]
    return forest(
        figure_id,
        title,
        rows,
        axis_label=f"{measure} versus {result.reference}",
        columns=(*(header for header, _ in extra), *headers, *(["Patients"] if sized else [])),
        scale="log" if result.scale == "log" else "natural",
        favours=sides,
        heterogeneity=words.heterogeneity(),
        order="given",
        caption=caption,
        level=level,
    )


def level_words(level: float) -> str:
    """A level in words: 0.95 is ``95%``."""
    return f"{100 * level:g}%"


def network_of(
    result: NmaResult,
    words: EffectWords,
    *,
    figure_id: str,
    title: Words,
    highlight: Sequence[str] = (),
    caption: Words = "",
    multi_arm: Sequence[MultiArm] = (),
    size: NodeSize = "patients",
    width: EdgeWidth = "trials",
    precisions: Mapping[tuple[str, str], float] | None = None,
) -> Figure:
    """The network graph: discs by ``size``, lines by ``width``, whose ``precisions`` are keyed by sorted pairs."""
    pairs: Counter[tuple[str, str]] = Counter()
    for treatments in arms_of(result).values():
        pairs.update(combinations(treatments, 2))
    nodes = [
        NetworkNode(
            t, patients_of(result, t), role_of(t, result, highlight), words.patients(t), trials_of(result, t)
        )
        for t in sorted(result.treatments)
    ]  # fmt: skip
    edges = [
        NetworkEdge(a, b, k, words.edge(a, b), (precisions or {}).get((a, b))) for (a, b), k in sorted(pairs.items())
    ]
    return network_graph(figure_id, title, nodes, edges, multi_arm=multi_arm, size=size, width=width, caption=caption)


def arms_of(result: NmaResult) -> dict[str, tuple[str, ...]]:
    """The treatments of each study, sorted."""
    found: dict[str, set[str]] = {study: set() for study in result.studies}
    for arm in result.arms:
        if arm.study in found:
            found[arm.study].add(arm.treatment)
    return {study: tuple(sorted(treatments)) for study, treatments in found.items()}


def multi_arm_designs(result: NmaResult) -> tuple[MultiArm, ...]:
    """Each set of three treatments or more that studies compare, with how many do; the most frequent first."""
    designs = Counter(treatments for treatments in arms_of(result).values() if len(treatments) > 2)
    return tuple(MultiArm(t, k) for t, k in sorted(designs.items(), key=lambda item: (-item[1], item[0])))


def league_of(
    result: NmaResult,
    words: EffectWords,
    *,
    table_id: str,
    caption: Words,
    highlight: Sequence[str] = (),
    notes: tuple[Words, ...] = (),
    half: bool = False,
) -> Table:
    """The league table: every treatment versus every other, the best first; ``half`` shows each pair once."""
    order = {t: i for i, t in enumerate(by_effect(result))}
    entries = [
        LeagueEntry(
            c.treatment,
            c.reference,
            words.pair(c.treatment, c.reference),
            excludes_null=excludes_null(c),
        )
        for c in result.league
        if not half or order[c.treatment] < order[c.reference]
    ]
    return league_table(
        table_id,
        caption,
        by_effect(result),
        entries,
        measure=MEASURES[result.measure],
        highlight=highlight,
        notes=notes,
        level=level_words(result.level),
        half=half,
    )


def heat_of(
    result: NmaResult, *, figure_id: str, title: Words, highlight: Sequence[str] = (), caption: Words = ""
) -> Figure:
    """The league table as a drawing, shaded by how sure each difference is; sorted by rank, or by name without one."""
    words = PlainEffectWords(result)
    entries = []
    for cell in result.league:
        estimate, _, rest = words.pair(cell.treatment, cell.reference).partition(" (")
        z = cell.estimate / cell.se if cell.estimate is not None and cell.se else None
        interval = rest.removesuffix(")")
        entries.append(HeatEntry(cell.treatment, cell.reference, estimate, interval, z, excludes_null(cell)))
    return league_heat(
        figure_id,
        title,
        [r.treatment for r in result.ranks] or sorted(result.treatments),
        entries,
        measure=MEASURES[result.measure],
        better=result.better,
        level=level_words(result.level),
        highlight=highlight,
        caption=caption,
    )


def ranks_of(
    result: NmaResult,
    words: EffectWords,
    *,
    figure_id: str,
    title: Words,
    highlight: Sequence[str] = (),
    caption: Words = "",
) -> Figure:
    """The distribution of each treatment's rank."""
    rows = [
        RankRow(
            r.treatment,
            r.probabilities,
            words.median_rank(r.treatment),
            words.rank_range(r.treatment),
            role_of(r.treatment, result, highlight),
            words.mean_rank(r.treatment),
            words.rank_probability(r.treatment, 1),
            words.rank_probability(r.treatment, len(r.probabilities)),
        )
        for r in result.ranks
    ]
    return rank_chart(figure_id, title, rows, caption=caption)
