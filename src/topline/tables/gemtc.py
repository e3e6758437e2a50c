"""GeMTC files: the XML of a network, as GeMTC and ADDIS wrote it and as R's gemtc reads it.

``network`` has ``treatments`` (``treatment id``, the name as its text) and ``studies`` (``study id`` with one
``measurement treatment`` an arm). Its ``type`` is ``rate`` (``responders``, ``sample``), ``continuous`` (``mean``,
``standardDeviation``, ``sample``) or ``none`` (schema: network.xsd of github.com/gertvv/gemtc).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from topline.errors import DataError, Problem
from topline.tables.xml_tree import parse_xml

_MEASURED = {
    "rate": {"events": "responders", "n": "sample"},
    "continuous": {"mean": "mean", "sd": "standardDeviation", "n": "sample"},
}


@dataclass(frozen=True)
class GemtcNetwork:
    """The arms of a network: study, treatment and the numbers of each, with its place.

    ``description`` is what the network is of. ``measured`` maps what the numbers are (events, n, ...) to the file's
    names for them, in the order in which they stand.
    """

    description: str | None
    rows: list[list[str | None]]
    places: list[str]
    measured: dict[str, str]


def read_gemtc(data: bytes, file: str) -> GemtcNetwork:
    """The arms of a ``.gemtc`` file, treatments by their names where each has one of its own, else by their ids.

    Raises ``DataError`` for what is no such file, for a network without outcomes, and with every treatment that is not
    in the list of treatments.
    """
    return gemtc_network(parse_xml(data, file), file)


def gemtc_network(root: Element, file: str) -> GemtcNetwork:
    """What :func:`read_gemtc` gives, from the parsed file."""
    if root.tag != "network":
        raise DataError("this is not a GeMTC file", file=file, found=f"<{root.tag}>", expected="<network>")
    kind = root.get("type", "rate")
    if kind not in _MEASURED:
        raise DataError(
            "the network has no outcomes",
            file=file,
            found=f"type={kind!r}",
            expected="type 'rate' (responders, sample) or 'continuous' (mean, standardDeviation, sample)",
            repair="export the data with their outcomes",
        )
    measured = _MEASURED[kind]
    names = _names(root)
    rows: list[list[str | None]] = []
    places: list[str] = []
    problems = []
    for s, study in enumerate(root.findall("studies/study"), 1):
        for m, arm in enumerate(study.findall("measurement"), 1):
            treatment = arm.get("treatment", "")
            if treatment not in names:
                problems.append(_unknown(treatment, study.get("id", ""), list(names), len(rows) + 2, file))
            rows.append([study.get("id"), names.get(treatment), *(arm.get(a) for a in measured.values())])
            places.append(f"studies/study[{s}]/measurement[{m}]")
    if problems:
        raise DataError(problems[0].message, problems=problems)
    return GemtcNetwork(root.get("description") or None, rows, places, measured)


def _names(root: Element) -> dict[str, str]:
    listed = {t.get("id", ""): " ".join((t.text or "").split()) for t in root.findall("treatments/treatment")}
    count = Counter(name.casefold() for name in listed.values())
    own = all(name and count[name.casefold()] == 1 for name in listed.values())
    return listed if own else {identity: identity for identity in listed}


def _unknown(treatment: str, study: str, known: list[str], row: int, file: str) -> Problem:
    expected = "one of " + ", ".join(known) if known else "a list of treatments"
    found = f"{treatment!r} in study {study!r}"
    return Problem("a treatment is not in the list of treatments", file, row, "treatment", found, expected)
