"""RevMan Web's data rows (``…-data-rows.csv`` of a review's data package): one row a study of an analysis.

Columns: Analysis group, Analysis number, Analysis name, Subgroup, Study, Study year, Experimental cases, Experimental
N, Experimental mean, Experimental SD, the same of Control, O-E, Variance, GIV Mean, GIV SE, and the displayed effect
with its interval (Cochrane's data package specification; R's meta reads them as ``read.cdir``). The groups' labels and
the measure stand in another file of the package, so the arms are ``experimental`` and ``control``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from topline.tables.analyses import Analysis, AnalysisRow, Outcome, with_study_names
from topline.tables.cells import CellError, is_missing, read_name
from topline.tables.revman_rows import RowReader

LABELS = ("experimental", "control")
_NEEDED = ("analysisgroup", "analysisnumber", "study")
# What each kind of row measures: RevMan 5's name for it, and the column of RevMan Web.
_MEASURED: dict[str, dict[str, str]] = {
    "DICH": {
        "EVENTS_1": "experimentalcases", "TOTAL_1": "experimentaln",
        "EVENTS_2": "controlcases", "TOTAL_2": "controln",
    },
    "CONT": {
        "MEAN_1": "experimentalmean", "SD_1": "experimentalsd", "TOTAL_1": "experimentaln",
        "MEAN_2": "controlmean", "SD_2": "controlsd", "TOTAL_2": "controln",
    },
    "IV": {"ESTIMATE": "givmean", "SE": "givse"},
    "IPD": {"O_E": "oe", "VAR": "variance"},
}  # fmt: skip
_TELLING = {"DICH": ("EVENTS_1", "EVENTS_2"), "CONT": ("MEAN_1", "MEAN_2"), "IV": ("SE",), "IPD": ("VAR",)}
_KINDS: dict[str, Outcome] = {"DICH": "counts", "CONT": "means", "IV": "contrasts", "IPD": "contrasts"}


def is_revman_web(header: Sequence[str]) -> bool:
    """Whether these are the columns of RevMan Web's data rows."""
    folded = {_fold(name) for name in header}
    return folded.issuperset(_NEEDED) and any(folded.issuperset(columns.values()) for columns in _MEASURED.values())


def revman_web_analyses(header: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int]) -> list[Analysis]:
    """The analyses of the data rows in their order; ``numbers`` are the rows of the file.

    What an analysis holds is told by its filled columns: of a kind whose cells are all empty or 0 there is nothing.
    """
    columns = {_fold(name): (i, name) for i, name in reversed(list(enumerate(header)))}
    groups: dict[str, list[tuple[dict[str, str], int]]] = {}
    for row, number in zip(rows, numbers, strict=True):
        cells = {key: text for key, (i, _) in columns.items() if (text := _cell(row[i])) is not None}
        analysis = f"{cells.get('analysisgroup', '?')}.{cells.get('analysisnumber', '?')}"
        groups.setdefault(analysis, []).append((cells, number))
    names = {key: name for key, (_, name) in columns.items()}
    return [_analysis(number, found, names) for number, found in groups.items()]


def _analysis(number: str, found: Sequence[tuple[Mapping[str, str], int]], names: Mapping[str, str]) -> Analysis:
    prefix = _kind([cells for cells, _ in found], names)
    measured = _MEASURED[prefix]
    reader = RowReader(prefix, LABELS, swapped=False, measure=None)
    rows: list[AnalysisRow] = []
    left_out: dict[str, list[str]] = {}
    for cells, row in found:
        read = reader.read({ours: cells[theirs] for ours, theirs in measured.items() if theirs in cells})
        study = cells.get("study")
        if isinstance(read, str):
            left_out.setdefault(read, []).append(study or f"row {row}")
            continue
        said = {ours: cells[theirs] for ours, theirs in measured.items() if theirs in cells}
        more = {"TOTAL_1": "experimentaln", "TOTAL_2": "controln", "CI_START": "cistart", "CI_END": "ciend"}
        said |= {ours: cells[theirs] for ours, theirs in more.items() if theirs in cells and prefix in ("IV", "IPD")}
        subgroup = (cells.get("subgroup"), cells.get("subgroupnumber"))
        rows.append(AnalysisRow((study, *read), f"row {row}", said, row, *subgroup))
    named, repeated = with_study_names(rows)
    notes = [f"Left out as {why}: {', '.join(studies)}." for why, studies in left_out.items()]
    first = found[0][0]
    return Analysis(
        number=number,
        name=first.get("analysisname", f"Analysis {number}"),
        comparison=first.get("analysisgroupname", ""),
        outcome=_KINDS[prefix],
        measure=None,
        columns=_columns(prefix, names),
        rows=named,
        notes=(*notes, *([repeated] if repeated else [])),
    )


def _kind(rows: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> str:
    """What the rows measure: the first kind of which a telling cell is filled, with another number than 0."""
    order = ("IPD", "IV", "CONT", "DICH")
    for prefix in order:
        telling = [_MEASURED[prefix][name] for name in _TELLING[prefix]]
        if any(key in cells and _is_filled(cells[key]) for cells in rows for key in telling):
            return prefix
    there = [p for p in order if all(column in names for column in _MEASURED[p].values())]
    return there[-1]


def _is_filled(text: str) -> bool:
    try:
        return float(text) != 0
    except ValueError:
        return True


def _columns(prefix: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The file's names of the columns, in the order of the cells."""
    measured = [names.get(theirs, ours) for ours, theirs in _MEASURED[prefix].items()]
    if _KINDS[prefix] == "contrasts":
        own = measured if prefix == "IV" else ["estimate", "se"]
        return (names["study"], "treatment1", "treatment2", *own)
    half = len(measured) // 2
    return (names["study"], "treatment1", *measured[:half], "treatment2", *measured[half:])


def _cell(cell: Any) -> str | None:
    """The cell as text, numbers of a workbook as they are written; None where missing."""
    try:
        return None if is_missing(cell) or str(cell).strip() == "#N/A" else read_name(cell)
    except CellError:
        return str(cell)


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
