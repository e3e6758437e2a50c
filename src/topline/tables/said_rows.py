"""The arms and contrasts of a table as its cells say them: for a reader that proposes facts, not for arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from topline.tables.analyses import Analysis, AnalysisRow
from topline.tables.cells import CellError, SpoiledCell, is_missing, read_name
from topline.tables.entries import NAMES
from topline.tables.layouts import Plan
from topline.tables.limits import find_limits
from topline.tables.raw import RawTable
from topline.tables.roles import group_names, match_columns
from topline.tables.table import read_entries

_ENDPOINT = ("outcome", "endpoint", "outcomename")
_TIMEPOINT = ("timepoint", "week", "weeks", "followup")


@dataclass(frozen=True)
class SaidRow:
    """One arm (``treatment``) or one contrast (``treatment`` versus ``versus``) of a table.

    ``numbers`` maps what was measured (events, n, mean, sd, se, exposure, estimate, ...) to the text of its cell.
    ``place`` is where it stands: a row with its columns, or a path in the XML with its attributes. ``effect`` names
    what an ``estimate`` is of. ``totals`` are the patients of the two groups where a contrast comes with them.
    """

    study: str | None
    treatment: str | None
    numbers: Mapping[str, str]
    place: str
    versus: str | None = None
    effect: str | None = None
    endpoint: str | None = None
    timepoint: str | None = None
    subgroup: str | None = None
    totals: Mapping[str, str] = field(default_factory=dict)


def said_rows(raw: RawTable) -> list[SaidRow]:
    """Every arm or contrast with a number, in the order of the table; of a table that holds both, the arms.

    The table is checked as for an analysis. Raises what :func:`topline.tables.table.read_table` raises.
    """
    limits = _limits(raw)
    if limits is not None:
        return [said for i in range(len(raw.rows)) for said in _of_estimate(raw, limits, i)]
    plan, _ = read_entries(raw, {}, None, to_quote=True)
    if raw.analysis is not None:
        return [said for row in raw.analysis.rows for said in _of_analysis(raw, raw.analysis, row)]
    baselines = _baselines(raw, plan) if plan.form == "baseline" else {}
    return [said for i in range(len(raw.rows)) for said in _of_row(raw, plan, i, baselines)]


def cell_text(cell: object) -> str:
    """A cell as text: numbers of a workbook without a point that they don't need, empty where missing."""
    if isinstance(cell, SpoiledCell):
        return cell.found
    try:
        return "" if cell is None else read_name(cell) or str(cell).strip()
    except CellError:
        return str(cell)


def _of_analysis(raw: RawTable, analysis: Analysis, row: AnalysisRow) -> Iterator[SaidRow]:
    said = dict(row.said)
    cells = dict(zip(raw.roles, row.cells, strict=True))
    if analysis.outcome != "contrasts":
        for i in (1, 2):
            names = {"events": f"EVENTS_{i}", "mean": f"MEAN_{i}", "sd": f"SD_{i}", "n": f"TOTAL_{i}"}
            numbers = {ours: said[theirs] for ours, theirs in names.items() if theirs in said}
            columns = [raw.roles[f"{ours}{i}"] for ours in numbers]
            yield SaidRow(
                treatment=cells[f"treatment{i}"],
                numbers=numbers,
                place=_place(raw, row.place, columns),
                study=row.cells[0],
                endpoint=analysis.name or None,
                subgroup=row.subgroup,
            )
        return
    if "O_E" in said:
        numbers, effect = {"estimate": said["O_E"], "variance": said["VAR"]}, "O-E"
    else:
        names = {"estimate": "ESTIMATE", "se": "SE", "effect": "EFFECT_SIZE", "lower": "CI_START", "upper": "CI_END"}
        numbers = {ours: said[theirs] for ours, theirs in names.items() if theirs in said}
        effect = f"log {analysis.measure}" if analysis.is_ratio else analysis.measure or "estimate"
    yield SaidRow(
        treatment=cells["treatment1"],
        versus=cells["treatment2"],
        numbers=numbers,
        effect=effect,
        totals={f"{cells[f'treatment{i}']}": said[f"TOTAL_{i}"] for i in (1, 2) if said.get(f"TOTAL_{i}", "0") != "0"},
        place=_place(raw, row.place, []),
        study=row.cells[0],
        endpoint=analysis.name or None,
        subgroup=row.subgroup,
    )


def _limits(raw: RawTable) -> dict[str, str] | None:
    """The columns of a table of estimates with limits in place of standard errors, which serve to be quoted."""
    found = match_columns(raw.header, {}, raw.file)
    names = find_limits(raw.header, found)
    if names is None or "study" not in found or {"se", "se_contrast", "variance", "events", "mean"} & found.keys():
        return None
    roles = {role: found[role].columns[0] for role in NAMES if role in found and len(found[role].columns) == 1}
    return {**roles, **dict(zip(("estimate", "lower", "upper"), names, strict=True))}


def _of_estimate(raw: RawTable, columns: Mapping[str, str], index: int) -> Iterator[SaidRow]:
    cells = _cells(raw, index)
    numbers = {role: cells[columns[role]] for role in ("estimate", "lower", "upper") if columns[role] in cells}
    if "estimate" in numbers:
        yield SaidRow(
            study=cells.get(columns.get("study", "")),
            treatment=cells.get(columns.get("treatment1", columns.get("treatment", ""))),
            versus=cells.get(columns.get("treatment2", "")),
            numbers=numbers,
            effect=columns["estimate"],
            place=_place(raw, f"row {raw.row_numbers[index]}", [columns[role] for role in numbers]),
            endpoint=_beside(cells, _ENDPOINT),
            timepoint=_beside(cells, _TIMEPOINT),
        )


def _cells(raw: RawTable, index: int) -> dict[str, str]:
    """The filled cells of a row by their columns."""
    row = zip(raw.header, raw.rows[index], strict=True)
    return {name: cell_text(cell) for name, cell in row if not is_missing(cell)}


def _baselines(raw: RawTable, plan: Plan) -> dict[str, str | None]:
    """The baseline arm of each study: the one without a difference."""
    (group,) = plan.groups
    rows = [_cells(raw, i) for i in range(len(raw.rows))]
    return {row.get(group["study"], ""): row.get(group["treatment"]) for row in rows if group["estimate"] not in row}


def _of_row(raw: RawTable, plan: Plan, index: int, baselines: Mapping[str, str | None]) -> Iterator[SaidRow]:
    cells = _cells(raw, index)
    place = raw.places[index] if raw.places else f"row {raw.row_numbers[index]}"
    names = group_names([[c for role, c in group.items() if role != "study"] for group in plan.groups])
    for number, group in enumerate(plan.groups):
        numbers = {role: cells[column] for role, column in group.items() if role not in NAMES and column in cells}
        if not numbers or (plan.form in ("pairs", "baseline", "unlabelled") and "estimate" not in numbers):
            continue
        contrast = plan.form in ("pairs", "baseline", "unlabelled")
        named = [column for role, column in group.items() if role in numbers]
        treatment = cells.get(group.get("treatment1" if plan.form == "pairs" else "treatment", ""))
        if plan.form == "wide" and "treatment" not in group:
            treatment = names[number]
        yield SaidRow(
            study=cells.get(group["study"]),
            treatment=treatment,
            versus=cells.get(group.get("treatment2", "")) or baselines.get(cells.get(group["study"], "")),
            numbers=numbers,
            effect=group["estimate"] if contrast else None,
            place=_place(raw, place, named),
            endpoint=_beside(cells, _ENDPOINT) or raw.title,
            timepoint=_beside(cells, _TIMEPOINT),
        )


def _beside(cells: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The cell of a column that says what or when was measured."""
    folded = {"".join(filter(str.isalnum, name.casefold())): text for name, text in cells.items()}
    return next((folded[name] for name in names if name in folded), None)


def _place(raw: RawTable, place: str, columns: list[str]) -> str:
    kind = "attributes" if "/" in place else "columns"
    sheet = f"sheet {raw.sheet!r}, " if raw.sheet else ""
    return f"{sheet}{place}" + (f", {kind} {', '.join(columns)}" if columns else "")
