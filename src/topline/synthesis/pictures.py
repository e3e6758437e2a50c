"""A fit as pictures, tables and one page."""

from __future__ import annotations

from topline.exhibits import Figure, Table
from topline.exhibits.effects import MEASURES, PlainEffectWords, forest_of, league_of, network_of, ranks_of
from topline.exhibits.text import capitalised
from topline.records import NmaResult


def forest(result: NmaResult) -> Figure:
    """The forest plot of every treatment versus the reference, the best first."""
    title = f"{_measure(result)} versus {result.reference}"
    return forest_of(result, PlainEffectWords(result), figure_id="forest", title=title)


def network_graph(result: NmaResult) -> Figure:
    """The network of trials."""
    title = f"{result.n_studies} studies join {result.n_treatments} treatments"
    return network_of(result, PlainEffectWords(result), figure_id="network", title=title)


def league_table(result: NmaResult) -> Table:
    """Every treatment versus every other."""
    return league_of(result, PlainEffectWords(result), table_id="league", caption="League table.")


def rank_chart(result: NmaResult) -> Figure | None:
    """The distribution of ranks; None when nothing says which direction is better."""
    if not result.ranks:
        return None
    return ranks_of(result, PlainEffectWords(result), figure_id="ranks", title="How probable each rank is")


def report(result: NmaResult, title: str) -> str:
    """One self-contained page: forest, network, ranks, league, caveats, and the request."""
    from topline.exhibits.pages import render_page

    sections = [("effects", "Effects"), ("network-graph", "Network")]
    sections += [("ranking", "Ranks")] if result.ranks else []
    return render_page(
        "network_meta_analysis.html",
        title=title,
        sections=[*sections, ("league-table", "League table"), ("caveats", "Caveats"), ("request", "How it was made")],
        result=result,
        measure=_measure(result),
        forest=forest(result),
        network=network_graph(result),
        ranks=rank_chart(result),
        league=league_table(result),
    )


def _measure(result: NmaResult) -> str:
    return capitalised(MEASURES[result.measure])
