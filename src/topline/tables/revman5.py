"""RevMan 5 reviews (``.rm5``): every analysis of a Cochrane review, from its XML.

``ANALYSES_AND_DATA`` holds ``COMPARISON``s, each with outcomes: ``DICH_OUTCOME`` (events of totals), ``CONT_OUTCOME``
(means), ``IV_OUTCOME`` (estimates with standard errors; of ratios their logarithms) and ``IPD_OUTCOME`` (observed minus
expected events, and their variance). Their rows (``DICH_DATA``, ...) stand in them or in subgroups (``DICH_SUBGROUP``,
...) and name a study of ``STUDIES_AND_REFERENCES`` by its id. Names are elements of their own (``NAME``,
``GROUP_LABEL_1``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from topline.errors import DataError
from topline.tables.analyses import Analysis, AnalysisRow, Outcome, with_study_names
from topline.tables.revman_rows import Cells, RowReader, effect_measure
from topline.tables.xml_tree import parse_xml

_KINDS: dict[str, Outcome] = {"DICH": "counts", "CONT": "means", "IV": "contrasts", "IPD": "contrasts"}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "DICH": ("study", "treatment1", "EVENTS_1", "TOTAL_1", "treatment2", "EVENTS_2", "TOTAL_2"),
    "CONT": ("study", "treatment1", "MEAN_1", "SD_1", "TOTAL_1", "treatment2", "MEAN_2", "SD_2", "TOTAL_2"),
    "IV": ("study", "treatment1", "treatment2", "ESTIMATE", "SE"),
    "IPD": ("study", "treatment1", "treatment2", "estimate", "se"),
}
DEFAULT_LABELS = ("Experimental", "Control")  # what RevMan shows where a group has no label


@dataclass(frozen=True)
class _Studies:
    """The names of the studies by their ids, and the ids of those that the review excludes."""

    names: dict[str, str]
    excluded: frozenset[str]


def read_revman5(data: bytes, file: str) -> list[Analysis]:
    """The analyses of a ``.rm5`` file in their order; outcomes of text (``OTHER_OUTCOME``) hold no numbers.

    Rows that RevMan calls not estimable for want of patients, and rows of excluded studies, are left out and named in
    the analysis' notes. Where events are swapped (``SWAP_EVENTS``), events are totals less the events of the file.
    Raises ``DataError`` for what is no such file or holds no analyses.
    """
    return revman5_analyses(parse_xml(data, file), file)


def revman5_analyses(root: Element, file: str) -> list[Analysis]:
    """What :func:`read_revman5` gives, from the parsed file."""
    if root.tag != "COCHRANE_REVIEW":
        raise DataError("this is not a RevMan review", file=file, found=f"<{root.tag}>", expected="<COCHRANE_REVIEW>")
    comparisons = root.findall("ANALYSES_AND_DATA/COMPARISON")
    if not comparisons:
        kind = root.get("TYPE")
        raise DataError(
            "the review holds no comparisons",
            file=file,
            found=f"a review of type {kind}" if kind else "no COMPARISON in ANALYSES_AND_DATA",
            expected="a review of interventions with data",
        )
    studies = _studies(root)
    return [
        _analysis(outcome, f"COMPARISON[{c}]/{outcome.tag}[{o}]", comparison, f"{number}.{own}", studies)
        for number, c, comparison in _numbered(comparisons)
        for own, o, outcome in _numbered(list(comparison))
        if outcome.tag.removesuffix("_OUTCOME") in _KINDS and outcome.tag.endswith("_OUTCOME")
    ]


def _numbered(elements: list[Element]) -> Iterator[tuple[str, int, Element]]:
    """Each with its number (``NO``, else its place) and its place among those of its kind."""
    seen: dict[str, int] = {}
    for element in elements:
        seen[element.tag] = seen.get(element.tag, 0) + 1
        yield element.get("NO") or str(seen[element.tag]), seen[element.tag], element


def _studies(root: Element) -> _Studies:
    names = {}
    excluded = set()
    for study in root.iterfind("STUDIES_AND_REFERENCES/STUDIES/*/STUDY"):
        identity = study.get("ID", "")
        names[identity] = " ".join((study.get("NAME") or "").split()) or _plain(identity)
    for study in root.iterfind("STUDIES_AND_REFERENCES/STUDIES/EXCLUDED_STUDIES/STUDY"):
        excluded.add(study.get("ID", ""))
    return _Studies(names, frozenset(excluded))


def _plain(identity: str) -> str:
    """A name from an id such as ``STD-ISIS_x002d_2``: RevMan writes other signs than letters by their code points."""
    text = re.sub(r"_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), identity)
    return text.removeprefix("STD-").replace("-", " ").strip() if text.startswith("STD-") else text


def _text(element: Element, tag: str) -> str:
    return " ".join("".join(found.itertext()).split()) if (found := element.find(tag)) is not None else ""


def _analysis(outcome: Element, place: str, comparison: Element, number: str, studies: _Studies) -> Analysis:
    prefix = outcome.tag.removesuffix("_OUTCOME")
    labels = (_text(outcome, "GROUP_LABEL_1"), _text(outcome, "GROUP_LABEL_2"))
    if not all(labels) or labels[0].casefold() == labels[1].casefold():
        labels = DEFAULT_LABELS
    measure = effect_measure(outcome.get("EFFECT_MEASURE") or _text(outcome, "EFFECT_MEASURE"))
    reader = RowReader(prefix, labels, swapped=outcome.get("SWAP_EVENTS") == "YES", measure=measure)
    rows: list[AnalysisRow] = []
    left_out: dict[str, list[str]] = {}
    for data, where, subgroup, subgroup_number in _data(outcome, prefix):
        identity = data.get("STUDY_ID", "")
        study = studies.names.get(identity) or _plain(identity)
        cells: Cells | str = "an excluded study" if identity in studies.excluded else reader.read(data.attrib)
        if isinstance(cells, str):
            left_out.setdefault(cells, []).append(study)
            continue
        numbers = {name: value for name, value in data.attrib.items() if name in reader.said and value.strip()}
        rows.append(AnalysisRow((study, *cells), f"{place}/{where}", numbers, None, subgroup, subgroup_number))
    named, repeated = with_study_names(rows)
    notes = [f"Left out as {why}: {', '.join(names)}." for why, names in left_out.items()]
    notes += [repeated] if repeated else []
    if reader.swapped and prefix == "DICH":
        notes.append("The review swaps events and non-events: events are totals less the events of the file.")
    return Analysis(
        number, _text(outcome, "NAME"), _text(comparison, "NAME"), _KINDS[prefix], measure, _COLUMNS[prefix], named,
        tuple(notes),
    )  # fmt: skip


def _data(outcome: Element, prefix: str) -> Iterator[tuple[Element, str, str | None, str | None]]:
    """Each row with its place in the outcome, and the name and number of its subgroup."""
    for i, data in enumerate(outcome.findall(f"{prefix}_DATA"), 1):
        yield data, f"{prefix}_DATA[{i}]", None, None
    for number, s, subgroup in _numbered(outcome.findall(f"{prefix}_SUBGROUP")):
        name = _text(subgroup, "NAME") or f"subgroup {number}"
        for i, data in enumerate(subgroup.findall(f"{prefix}_DATA"), 1):
            yield data, f"{prefix}_SUBGROUP[{s}]/{prefix}_DATA[{i}]", name, number
