"""One self-contained page about a fit: pictures, tables, methods, reporting items, data, and the script for R."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup

from topline.errors import ArgumentError, NetworkError
from topline.exhibits import Column, Figure, Row, Table
from topline.exhibits.effects import MEASURES
from topline.exhibits.text import capitalised, count, fixed
from topline.records import StudyArm
from topline.synthesis import pictures
from topline.synthesis.r_script import r_script
from topline.synthesis.reporting import methods_text, reporting_items

if TYPE_CHECKING:
    from topline.synthesis.fit import NmaFit

# pictures with a cell or a panel for each two treatments or each study are left out of a page beyond these
MOST_TREATMENTS = 40
MOST_CELLS = 6000
# a data table longer than this would be most of the page
MOST_ARMS = 400

_COLUMNS = {
    "events": "Events", "n": "Patients", "mean": "Mean", "sd": "Standard deviation", "se": "Standard error",
    "exposure": "Exposure", "missing": "Outcome missing",
}  # fmt: skip


def report_page(fit: NmaFit, title: str) -> str:
    """The page as HTML. Pictures that the fit has no answer for, or that would be too large, are left out."""
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
            _answered(small and bool(result.node_split), fit.comparison_forest, fit.net_heat_plot),
        ),
        ("contributions", "Contributions", _answered(_mappable(fit), fit.contribution_map)),
    ]
    shown = [(key, heading, pictures_) for key, heading, pictures_ in parts if pictures_]
    sections = [(key, heading) for key, heading, _ in shown]
    sections += [("caveats", "Caveats"), ("methods", "Methods"), ("reporting", "PRISMA-NMA"), ("data", "Data")]
    sections += [("request", "How it was made")]
    return render_page(
        "network_meta_analysis.html",
        title=title,
        sections=sections,
        result=result,
        measure=capitalised(MEASURES[result.measure]),
        parts=shown,
        methods=methods_text(fit.estimate, result),
        items=_items(fit),
        data=_data(result.arms),
        script=None if result.engine == "bayes" else r_script(fit.spec, result),
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


def _data(arms: tuple[StudyArm, ...]) -> Table | Markup:
    """The arms as they entered; how many there are, when they would be most of the page."""
    if len(arms) > MOST_ARMS:
        return Markup("<p>{} arms entered; the JSON of the result lists them.</p>").format(count(len(arms)))
    filled = [name for name in _COLUMNS if any(getattr(a, name) is not None for a in arms)]
    rows = tuple(
        Row((a.study, a.treatment, *(_cell(name, getattr(a, name)) for name in filled)))
        for a in sorted(arms, key=lambda arm: (arm.study, arm.treatment))
    )
    columns = (Column("Study", "left"), Column("Treatment", "left"), *(Column(_COLUMNS[name]) for name in filled))
    notes = () if filled else ("The data came as contrasts; the script for R below has them.",)
    return Table("data-table", "The arms that entered.", columns, rows, notes=notes)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in ("events", "n", "missing") and float(value).is_integer():
        return count(int(value))
    return fixed(value, 2) if name in ("mean", "sd", "se") else f"{value:,.6g}"
