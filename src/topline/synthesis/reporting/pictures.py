"""A fit as pictures, tables and one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from topline.errors import ArgumentError
from topline.exhibits import Figure, Table
from topline.exhibits.comparison_forest import HOW, ComparisonRow
from topline.exhibits.comparison_forest import comparison_forest as draw_comparisons
from topline.exhibits.effects import (
    MEASURES,
    PlainEffectWords,
    forest_of,
    heat_of,
    heterogeneity_words,
    league_of,
    level_words,
    multi_arm_designs,
    network_of,
)
from topline.exhibits.text import capitalised
from topline.records import NmaResult
from topline.synthesis.choices import one_of

SIZES = ("patients", "trials")
WIDTHS = ("trials", "precision")


def forest(result: NmaResult) -> Figure:
    """The forest plot of every treatment versus the reference, the best first."""
    title = f"{_measure(result)} versus {result.reference}"
    return forest_of(result, PlainEffectWords(result), figure_id="forest", title=title)


def network_graph(
    result: NmaResult,
    *,
    size: str | None = None,
    width: str = "trials",
    precisions: Mapping[tuple[str, str], float] | None = None,
) -> Figure:
    """The network of trials; those of three arms or more as shaded areas.

    ``size`` of the discs: ``patients`` or ``trials``; by default patients where they are known. ``width`` of the lines:
    ``trials`` or ``precision``. Raises ``ArgumentError`` for another word, and for patients that are not known.
    """
    sized = any(a.n is not None for a in result.arms)
    size = None if size is None else one_of("size of discs", size, SIZES)
    width = one_of("width of lines", width, WIDTHS)
    if size == "patients" and not sized:
        raise ArgumentError("no arm says how many patients it has", repair='ask for size="trials"')
    return network_of(
        result,
        PlainEffectWords(result),
        figure_id="network",
        title=f"{result.n_studies} studies join {result.n_treatments} treatments",
        multi_arm=multi_arm_designs(result),
        size="patients" if size == "patients" or (size is None and sized) else "trials",
        width="trials" if width == "trials" else "precision",
        precisions=precisions,
    )


def comparison_forest(result: NmaResult, rows: Sequence[ComparisonRow], *, part: int = 1, parts: int = 1) -> Figure:
    """Direct, indirect and network estimates of each comparison; the caption says whose limits are not normal.

    Where the comparisons are spread over several ``parts``, the headline says which one this is.
    """
    note = ""
    if result.engine == "bayes":
        note = "Direct and indirect limits are normal, at the posterior mean of tau2; the network's are posterior."
    elif result.spec.get("ci", "wald") != "wald":
        note = "Direct and indirect limits are normal; the network's are those of Student's t (Knapp-Hartung)."
    many = "1 comparison" if len(rows) == 1 else f"{len(rows)} comparisons"
    which = f" ({part} of {parts})" if parts > 1 else ""
    return draw_comparisons(
        "comparisons" if part == 1 else f"comparisons-{part}",
        f"Direct, indirect and network estimates of {many}{which}",
        rows,
        measure=MEASURES[result.measure],
        heterogeneity=heterogeneity_words(result),
        scale="log" if result.scale == "log" else "natural",
        level=level_words(result.level),
        caption=f"{HOW} {note}".rstrip(),
        note=note,
    )


def league_heat(result: NmaResult) -> Figure:
    """Every treatment versus every other, shaded by how sure the difference is."""
    return heat_of(result, figure_id="league-heat", title="Every treatment versus every other")


def league_table(result: NmaResult) -> Table:
    """Every treatment versus every other."""
    return league_of(result, PlainEffectWords(result), table_id="league", caption="League table.")


def _measure(result: NmaResult) -> str:
    return capitalised(MEASURES[result.measure])
