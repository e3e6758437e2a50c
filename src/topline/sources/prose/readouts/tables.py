"""Tables in a text: cells between bars, in one line or in several, with arms above the columns or before the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from topline.records import ArmValue, Readout
from topline.sources.page import Page
from topline.sources.prose.readouts.quantities import UNITS, usual_unit
from topline.sources.prose.readouts.statistics import NUMBER

_BARS = re.compile(r"[|\n]")
_VALUE = re.compile(
    rf"^(?:[~≈*†‡§]"
    rf"|approximately"
    rf" )?\s?(?P<value>[-+]?(?:{NUMBER}))(?:\s?/\s?\d+)?\s?(?P<unit>{UNITS})?(?:\s?\((?P<inner>[^)]*)\))?(?:[;,]"
    rf" ?[-+]?(?:{NUMBER})\s?(?:{UNITS})?)*[\s*†‡§a-d#^]*$"
)
_P = re.compile(r"^[Pp]?\s?(?P<p>[<>=≤≥]\s?0?\.\d+|0?\.\d{2,})")
_ARM = re.compile(
    r"placebo|sham|control|vehicle|chemotherapy|comparator|standard|\bmg\b|\bmcg\b|µg|arm\b|group\b|dose\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\(?\b[Nn] ?= ?(?P<n>\d[\d,]*)\)?")
_TIME = re.compile(r"\b(?:[Ww]eek|[Mm]onth|[Dd]ay|[Yy]ear) \d+\b|\b\d+[ -](?:weeks?|months?|days?|years?)\b")
_OTHER = re.compile(
    r"^(?:p[- ]?values?|p$|difference|hazard ratio|HR\b|odds|95%|CI\b|n$|no\.|risk ratio|treatment difference|delta)",
    re.IGNORECASE,
)
_HARM = re.compile(r"adverse|\bAEs?\b|TEAE|\bSAE|discontinu|serious|nausea|vomit|diarrh|headache|death", re.IGNORECASE)


@dataclass(frozen=True)
class _Cell:
    start: int
    end: int
    text: str

    @property
    def value(self) -> re.Match[str] | None:
        if re.match(r"^\d[\d.,]* ?(?:mg|mcg|µg|mL/kg)\b", self.text):
            return None
        return _VALUE.match(self.text)


def table_spans(page: Page) -> list[tuple[int, int]]:
    """The spans of the folded text, inside the body, that are tables: four bars or more, close together."""
    text = page.folded.text
    if not page.sentences:
        return []
    start, end = page.sentences[0].start, page.sentences[-1].end
    bars = [m.start() for m in re.finditer(r"\|", text[start:end])]
    spans: list[tuple[int, int]] = []
    run: list[int] = []
    for bar in [*bars, end + 10_000]:
        if run and bar - run[-1] > 150:
            if len(run) >= 4:
                spans.append(_grown(text, start + run[0], start + run[-1] + 1, start, end))
            run = []
        run.append(bar)
    return spans


def _grown(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """With the cell before the first bar and the one after the last."""
    before = text[max(start, first - 120) : first]
    cut = max(before.rfind("\n"), before.rfind(". ") + 1, before.rfind(": ") + 1)
    tail = re.match(r"[^|\n]{0,120}?(?=\n|\. |\.$|$)", text[last : min(end, last + 121)])
    return max(start, first - 120) + cut + 1 if cut > 0 else max(start, first - len(before)), last + (
        tail.end() if tail else 0
    )


def read_tables(page: Page, spans: Sequence[tuple[int, int]]) -> Iterator[Readout]:
    """The readouts of the tables of a page: one for each row, with a value for each arm."""
    for start, end in spans:
        yield from _table(page, start, end)


def _cells(text: str, start: int, end: int) -> list[_Cell]:
    cells: list[_Cell] = []
    first = start
    for bar in [*(m.start() for m in _BARS.finditer(text, start, end)), end]:
        a, b = first, bar
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if b > a and not re.fullmatch(r"[-: ]+", text[a:b]):
            cells.append(_Cell(a, b, text[a:b]))
        first = bar + 1
    return cells


def _table(page: Page, start: int, end: int) -> Iterator[Readout]:
    cells = _cells(page.folded.text, start, end)
    rows = _rows(cells)
    if not rows:
        return
    width = max(len(values) for _, values in rows)
    head = cells[: cells.index(rows[0][0])]
    columns = head[-width:] if len(head) >= width else head
    if len(columns) != width:
        return
    above = head[: len(head) - width]
    if sum(_is_arm(page, c) for c in columns) >= max(1, width - 2) and width >= 2:
        yield from _by_rows(page, rows, columns, above, start, end)
    elif all(_is_arm(page, label) for label, _ in rows) and len(rows) > 1:
        yield from _by_columns(page, rows, columns, above, start)


def _rows(cells: Sequence[_Cell]) -> list[tuple[_Cell, list[_Cell]]]:
    """A label with the values that follow it."""
    rows: list[tuple[_Cell, list[_Cell]]] = []
    label: _Cell | None = None
    for cell in cells:
        if (
            cell.value is not None
            or (_P.match(cell.text) and len(cell.text) < 12)
            or cell.text in {"-", "NA", "N/A", "—", "NR"}
        ):
            if label is not None:
                if not rows or rows[-1][0] is not label:
                    rows.append((label, []))
                rows[-1][1].append(cell)
        else:
            label = cell
    return [(name, values) for name, values in rows if len(values) > 1]


def _is_arm(page: Page, cell: _Cell) -> bool:
    return bool(page.within("drug", cell.start, cell.end)) or _ARM.search(cell.text) is not None


def _name(page: Page, cell: _Cell) -> str:
    name = re.sub(r"\s{2,}", " ", _SIZE.sub("", cell.text)).strip(" ,()")
    if re.match(r"^\d[\d.,]* ?(?:mg|mcg|µg)", name) and page.subject.drug:
        return f"{page.subject.drug} {name}"
    return name


def _by_rows(
    page: Page,
    rows: Sequence[tuple[_Cell, list[_Cell]]],
    columns: Sequence[_Cell],
    above: Sequence[_Cell],
    start: int,
    end: int,
) -> Iterator[Readout]:
    arms = [_name(page, c) for c in columns]
    times = [m.group() for c in above for m in _TIME.finditer(c.text)]
    periods = _periods(arms)
    note = re.search(r"\b[Pp] ?(?P<p>[<=>≤] ?0?\.\d+)(?= (?:for|vs|versus))", page.folded.text[start:end])
    for label, values in rows:
        if _HARM.search(label.text) or (
            page.within("adverse event", label.start, label.end) and not page.within("endpoint", label.start, label.end)
        ):
            continue
        told, p = [], None
        for arm, period, column, cell in zip(arms, periods, columns, values, strict=False):
            if _OTHER.match(column.text):
                found = _P.match(cell.text)
                p = found["p"] if found and column.text.lower().startswith("p") else p
                continue
            match = cell.value
            if match is None:
                continue
            time = times[period] if len(times) > max(periods) > 0 else ""
            told.append(_arm_value(page, f"{arm} {time}".strip(), cell, match, label.text))
        if told:
            last = values[-1].end
            if p is None and note is not None:
                p, last = note["p"], max(last, start + note.end())
            yield _row(
                page,
                label,
                tuple(told),
                (start, last),
                " and ".join(dict.fromkeys(times)) if len(times) == 1 else None,
                p,
            )


def _periods(arms: Sequence[str]) -> list[int]:
    """0 for the first time that columns are for, 1 once an arm comes again."""
    seen: set[str] = set()
    period = 0
    periods = []
    for arm in arms:
        if arm in seen:
            period += 1
            seen = set()
        seen.add(arm)
        periods.append(period)
    return periods


def _by_columns(
    page: Page, rows: Sequence[tuple[_Cell, list[_Cell]]], columns: Sequence[_Cell], above: Sequence[_Cell], start: int
) -> Iterator[Readout]:
    times = [m.group() for c in above for m in _TIME.finditer(c.text)]
    for k, column in enumerate(columns):
        if _OTHER.match(column.text) or _HARM.search(column.text):
            continue
        told = []
        for label, values in rows:
            match = values[k].value if k < len(values) else None
            if match is not None:
                told.append(_arm_value(page, _name(page, label), values[k], match, column.text))
        if told:
            yield _row(
                page, column, tuple(told), (start, rows[-1][1][-1].end), times[0] if len(times) == 1 else None, None
            )


def _arm_value(page: Page, arm: str, cell: _Cell, match: re.Match[str], label: str) -> ArmValue:
    inner = re.match(rf"^\s?({NUMBER})\s?%", match["inner"] or "")
    if inner and not match["unit"]:  # 115 (52.5%)
        at = cell.start + match.start("inner") + inner.start(1)
        return ArmValue(arm=arm, value=page.folded.quote(at, at + len(inner.group(1))), unit="%")
    unit = usual_unit(match["unit"] or "")
    whole = re.match(rf"^\W*(?P<all>[-+]?(?:{NUMBER})(?:\s?%)?(?:[;] ?[-+]?(?:{NUMBER}))+)", cell.text)
    a, b = (match.span("value")) if whole is None else whole.span("all")
    if not unit:
        named = re.search(rf"[(,] ?(?:mean )?(?:change )?(?P<unit>%|months?|points?|{UNITS})[^)]*\)?$", label)
        unit = usual_unit(named["unit"]) if named else ""
    return ArmValue(arm=arm, value=page.folded.quote(cell.start + a, cell.start + b), unit=unit)


def _row(
    page: Page, label: _Cell, values: tuple[ArmValue, ...], span: tuple[int, int], timepoint: str | None, p: str | None
) -> Readout:
    known = page.within("endpoint", label.start, label.end)
    endpoint = known[0].name if known and len(known[0].text) > 0.6 * len(label.text) else label.text.strip(" *†‡§")
    quote, begin, stop = page.place(*span)
    comparators = [
        _TIME.sub("", v.arm).strip()
        for v in values
        if re.search(r"placebo|sham|control|vehicle|chemotherapy|comparator|standard", v.arm, re.I)
    ]
    return Readout(
        id="", quote=quote, start=begin, end=stop, drug=page.subject.drug, endpoint=endpoint, values=values,
        comparator=comparators[0] if comparators else None, timepoint=timepoint, p=p.replace(" ", "") if p else None,
        trial=page.subject.trial, phase=page.subject.phase,
    )  # fmt: skip
