"""Tables as documents: each arm or contrast of a table becomes a readout, anchored by its place in the file.

A table has no sentence to quote, so ``path`` says where a readout stands: ``row 7, columns events, n``; ``sheet 'Data',
row 7, columns events, n``; or a path in the XML of a review, ``COMPARISON[1]/DICH_OUTCOME[2]/DICH_DATA[3], attributes
EVENTS_1, TOTAL_1``. Numbers are strings as the file has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from topline.errors import DataError
from topline.records import ArmValue, Caveat, Readout, identify
from topline.tables.files import TEXT, WORKBOOKS, XML, read_tables
from topline.tables.raw import RawTable
from topline.tables.said_rows import SaidRow, cell_text, said_rows

ENDINGS = frozenset(WORKBOOKS | XML | TEXT)
"""The endings of the names of files that are tables."""

_ARM_UNITS = ("events", "nonevents", "mean", "sd", "se", "exposure", "missing")


def read_table_document(data: bytes, name: str) -> tuple[list[Readout], list[Caveat]]:
    """The readouts of every table in a document, and what to know of them.

    ``name`` is the file's name; its ending says what the bytes are: delimited text, a workbook (each visible sheet), a
    RevMan review (each analysis), a GeMTC network. An arm gives ``values`` (the unit says what each is: events, mean,
    sd, ...) and ``n``; a contrast gives ``effect``: ``measure`` (the review's, or the name of the column), ``value``,
    and where given ``se``, ``variance``, ``lower``, ``upper`` and ``versus``. A sheet or analysis that can't be
    understood is a caveat if another one can.

    Raises ``DataError`` when no table can be read, with the columns that were found and what would be understood.
    """
    return _readouts(read_tables(data, name), name)


def table_text(data: bytes, name: str) -> str:
    """The text of a table document: its cells with tabs between, and line i is row i of the file.

    Where a file holds several tables, each begins with a line that names it. Raises ``DataError`` as
    :func:`read_table_document` does for a file that can't be opened.
    """
    tables = read_tables(data, name)
    if len(tables) == 1 and tables[0].analysis is None:
        return "".join(f"{line}\n" for line in _lines(tables[0]))
    parts = ["".join(f"{line}\n" for line in (f"[{_title(table)}]", *filter(None, _lines(table)))) for table in tables]
    return "\n".join(parts)


def _readouts(tables: list[RawTable], name: str) -> tuple[list[Readout], list[Caveat]]:
    found: dict[str, Readout] = {}
    caveats: list[Caveat] = []
    wrong: list[tuple[RawTable, DataError]] = []
    for table in tables:
        try:
            readouts = [readout for row in said_rows(table) for readout in _readout(row)]
        except DataError as error:
            wrong.append((table, error))
            continue
        found |= {readout.id: readout for readout in readouts}
        if table.analysis is not None:
            caveats += [Caveat(code="table_rows", text=f"{_title(table)}: {n}") for n in table.analysis.notes]
    if wrong and not found:
        raise _for_readers(wrong[0][1])
    if not found:
        raise DataError("the table holds no numbers", file=name, expected="an arm or a contrast with its result")
    caveats += [Caveat(code="table_not_read", text=_not_read(table, error)) for table, error in wrong]
    return list(found.values()), caveats


def _for_readers(error: DataError) -> DataError:
    """The error without the options of an analysis, which a reader has not: the header is what can be mended."""
    repair = "give the columns of the file these names"
    mended = [replace(p, repair=repair) if p.repair and "--columns" in p.repair else p for p in error.problems]
    return DataError(error.problem.message, problems=mended)


def _not_read(table: RawTable, error: DataError) -> str:
    problem = error.problem
    place = f" (row {problem.row})" if problem.row is not None else ""
    found = f": {problem.found}" if problem.found else ""
    return f"{_title(table)} was not read: {problem.message}{place}{found}."


def _title(table: RawTable) -> str:
    if table.analysis is not None:
        return f"outcome {table.analysis.listed}"
    return f"sheet {table.sheet!r}" if table.sheet else table.title or "table"


def _readout(row: SaidRow) -> Iterator[Readout]:
    """The readout of one row; none for an arm or contrast without a number."""
    if row.effect is None:
        values = tuple(
            ArmValue(arm=row.treatment or "", value=row.numbers[role], unit=role)
            for role in _ARM_UNITS
            if role in row.numbers
        )
        effect: Mapping[str, str] = {}
    else:
        values = tuple(ArmValue(arm=arm, value=n, unit="patients") for arm, n in row.totals.items())
        effect = _effect(row)
    if not values and not effect:
        return
    contrast = row.effect is not None
    content = Readout(
        id="",
        quote=None,
        start=None,
        end=None,
        path=row.place,
        drug=row.treatment if contrast else None,
        comparator=row.versus,
        endpoint=row.endpoint,
        timepoint=row.timepoint or row.numbers.get("time"),
        values=values,
        effect=dict(effect),
        n=row.numbers.get("n"),
        trial=row.study,
        population=row.subgroup,
    )
    yield msgspec.structs.replace(content, id=identify("read", "Readout", msgspec.structs.asdict(content)))


def _effect(row: SaidRow) -> dict[str, str]:
    numbers = row.numbers
    effect = {"measure": row.effect or "", "value": numbers.get("estimate") or numbers.get("effect", "")}
    effect |= {name: numbers[name] for name in ("se", "variance", "lower", "upper") if name in numbers}
    if "se_contrast" in numbers:
        effect["se"] = numbers["se_contrast"]
    return effect | ({"versus": row.versus} if row.versus else {})


def _lines(table: RawTable) -> list[str]:
    """The rows of the file as text, blank ones and those above the header included."""
    lines = [""] * (table.header_row - 1) + [_line(table.header)]
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        if table.analysis is None:
            lines += [""] * (number - 1 - len(lines))
        lines.append(_line(row))
    return lines


def _line(cells: object) -> str:
    assert isinstance(cells, (list, tuple))
    return "\t".join(" ".join(cell_text(cell).split()) for cell in cells)
