"""One self-contained page about a fit: pictures, tables, methods, reporting items, data, and the script for R."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from topline.errors import ArgumentError, NetworkError
from topline.exhibits import Column, Figure, Row, Table
from topline.exhibits.effects import MEASURES
from topline.exhibits.text import capitalised
from topline.synthesis.consistency.comparisons import comparisons
from topline.synthesis.reporting import pictures
from topline.synthesis.reporting.items import methods_text, reporting_items
from topline.synthesis.reporting.r_script import r_script
from topline.synthesis.reporting.report_data import MOST_OPEN, data_tables, where_data_are

if TYPE_CHECKING:
    from topline.synthesis.fit import NmaFit

# pictures with a cell or a panel for each two treatments or each study are left out of a page beyond these
MOST_TREATMENTS = 40
MOST_CELLS = 6000
# as many comparisons can be read on one printed page
MOST_COMPARISONS = 12


def report_page(fit: NmaFit, title: str) -> str:
    """The page as HTML. Pictures that the fit has no answer for, or that would be too large, are left out.

    Raises ``ArgumentError`` for a title that is no text.
    """
    if not isinstance(title, str) or not title.strip():
        raise ArgumentError("the title is not text", found=repr(title)[:80], expected="a headline for the page")
    from topline.exhibits.pages import render_page

    result = fit.result
    small = result.n_treatments <= MOST_TREATMENTS
    parts = [
        ("effects", "Effects", [fit.forest()]),
        ("network-graph", "Network", [fit.network_graph()]),
        ("ranking", "Ranks", _answered(small and bool(result.ranks), fit.score_plot, fit.rankogram)),
        ("league-table", "League table", [pictures.league_table(result)]),
        (
            "agreement",
            "Direct and indirect evidence",
            [*(_comparisons(fit) if small else ()), *_answered(small and bool(result.node_split), fit.net_heat_plot)],
        ),
        ("contributions", "Contributions", _answered(_mappable(fit), fit.contribution_map)),
    ]
    shown = [(key, heading, pictures_) for key, heading, pictures_ in parts if pictures_]
    sections = [("caveats", "Caveats"), *((key, heading) for key, heading, _ in shown)]
    sections += [("methods", "Methods"), ("reporting", "PRISMA-NMA"), ("data", "Data"), ("request", "How it was made")]
    script = None if result.engine == "bayes" else r_script(fit.spec, result)
    tables = data_tables(fit.network, fit.spec.reference)
    return render_page(
        "network_meta_analysis.html",
        title=title,
        sections=sections,
        result=result,
        measure=capitalised(MEASURES[result.measure]),
        parts=shown,
        methods=methods_text(fit.estimate, result),
        items=_items(fit),
        data=tables,
        folded=sum(len(table.rows) for table in tables) > MOST_OPEN,
        elsewhere=where_data_are(fit.network, has_script=script is not None),
        request=request_words(result.spec),
        script=script,
    )


def _answered(wanted: bool, *asked: Callable[[], Figure]) -> list[Figure]:
    """The figures that the fit has an answer for; none unless ``wanted``."""
    found = []
    for question in asked if wanted else ():
        try:
            found.append(question())
        except (ArgumentError, NetworkError):
            continue  # this engine or network has no such picture, and the caveats say why
    return found


def _mappable(fit: NmaFit) -> bool:
    result = fit.result
    return fit.estimate.weighted and 0 < (result.n_treatments - 1) * result.n_studies <= MOST_CELLS


def _items(fit: NmaFit) -> Table:
    return Table(
        "prisma-nma",
        "PRISMA-NMA: the items that an analysis can answer. Hutton et al. 2015, Ann Intern Med 162:777.",
        (Column("Item", "left"), Column("Topic", "left"), Column("This analysis", "left")),
        tuple(Row((row.item, row.topic, row.answer)) for row in reporting_items(fit.estimate, fit.result)),
    )


def _comparisons(fit: NmaFit) -> list[Figure]:
    """Direct against indirect evidence, as few comparisons a figure as a printed page holds; none without any."""
    if not fit.result.node_split:
        return []
    rows = [row for row in comparisons(fit.estimate, fit.result.league) if row.indirect is not None]
    parts = math.ceil(len(rows) / MOST_COMPARISONS)
    each = math.ceil(len(rows) / max(parts, 1))
    return [
        pictures.comparison_forest(fit.result, rows[k * each : (k + 1) * each], part=k + 1, parts=parts)
        for k in range(parts)
    ]


def request_words(spec: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A request as words: what is not set or empty is left out, lists have commas, True and False are yes and no."""
    return [(name.replace("_", " "), words) for name, value in spec.items() if (words := _in_words(value)) != ""]


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {words}" for name, words in request_words(value))
    if isinstance(value, list | tuple):
        return ", ".join(words for item in value if (words := _in_words(item)))
    return f"{value:,}" if isinstance(value, int) else str(value)
