"""The data of a fit as tables for its report: the arms as they entered, and the contrasts of studies without arms."""

from __future__ import annotations

from topline.exhibits import Column, Row, Table
from topline.exhibits.effects import MEASURES
from topline.exhibits.text import count, decimals_for, fixed
from topline.records import StudyArm
from topline.synthesis.evidence.network import Network

# tables longer than this would be most of a page
MOST_ARMS = 400
# tables longer than this are folded
MOST_OPEN = 150

_COLUMNS = {
    "events": "Events", "n": "Patients", "mean": "Mean", "sd": "Standard deviation", "se": "Standard error",
    "exposure": "Exposure", "missing": "Outcome missing",
}  # fmt: skip


def data_tables(network: Network, reference: str) -> tuple[Table, ...]:
    """The arms that have numbers of their own, then the contrasts of the other studies; none beyond ``MOST_ARMS``."""
    if len(network.arms) > MOST_ARMS:
        return ()
    arms = [arm for arm in network.arms if _filled((arm,))]
    tables = [_arm_table(arms)] if arms else []
    if _without_arms(network):
        tables.append(_contrast_table(network, reference))
    return tuple(tables)


def where_data_are(network: Network, *, has_script: bool) -> str:
    """Where a reader of the report finds the data, in words; ``has_script`` says that it holds a script for R."""
    if len(network.arms) <= MOST_ARMS:
        return "the data table"
    if not _without_arms(network):
        return "the JSON of the result lists them"
    return (
        "the script for R lists their contrasts"
        if has_script
        else "the data came as contrasts and stand in the file that was read"
    )


def _filled(arms: tuple[StudyArm, ...]) -> list[str]:
    """The columns that an arm has a number in."""
    return [name for name in _COLUMNS if any(getattr(a, name) is not None for a in arms)]


def _without_arms(network: Network) -> set[str]:
    """The studies whose data came as contrasts."""
    return {a.study for a in network.arms} - {a.study for a in network.arms if _filled((a,))}


def _arm_table(arms: list[StudyArm]) -> Table:
    filled = _filled(tuple(arms))
    rows = tuple(
        Row((a.study, a.treatment, *(_cell(name, getattr(a, name)) for name in filled)))
        for a in sorted(arms, key=lambda arm: (arm.study, arm.treatment))
    )
    columns = (Column("Study", "left"), Column("Treatment", "left"), *(Column(_COLUMNS[name]) for name in filled))
    return Table("data-table", "The arms that entered.", columns, rows)


def _contrast_table(network: Network, reference: str) -> Table:
    """Each contrast of a study with its standard error, on the scale of the analysis; the reference second."""
    arrays, names, wanted = network.arrays, network.treatments, _without_arms(network)
    found = []
    for i, j in zip(arrays.pair_i.tolist(), arrays.pair_j.tolist(), strict=True):
        study = network.studies[arrays.study[i]]
        one, two = names[arrays.treatment[i]], names[arrays.treatment[j]]
        estimate, se = float(arrays.y[i] - arrays.y[j]), float((arrays.v[i] + arrays.v[j]) ** 0.5)
        if one == reference:
            one, two, estimate = two, one, -estimate
        if study in wanted:
            found.append((study, one, two, estimate, se))
    rows = tuple(
        Row((study, f"{one} versus {two}", *(fixed(value, decimals_for(se, 3)) for value in (estimate, se))))
        for study, one, two, estimate, se in sorted(found)
    )
    measure = f"{'Log ' if network.scale == 'log' else ''}{MEASURES[network.measure]}"
    columns = (
        Column("Study", "left"),
        Column("Contrast", "left"),
        Column(measure[:1].upper() + measure[1:]),
        Column("Standard error"),
    )
    return Table("contrast-table", "The data came as contrasts.", columns, rows)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name in ("events", "n", "missing") and float(value).is_integer():
        return count(int(value))
    return fixed(value, max(2, decimals_for(value, 3))) if name in ("mean", "sd", "se") else f"{value:,.6g}"
