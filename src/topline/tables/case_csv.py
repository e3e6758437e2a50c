"""The tables of a case folder, read strictly and written plainly: named columns, text cells, row numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topline.errors import CaseError, Problem, near_names
from topline.tables.formula_cells import escape_formula, unescape_formula
from topline.tables.text import decode, ragged, split

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path


@dataclass(frozen=True)
class CsvTable:
    """A table of text: ``rows[i]`` maps column to cell (trimmed, empty if missing); its row is ``row_numbers[i]``.

    ``file`` is the file's name without its folder.
    """

    file: str
    header: tuple[str, ...]
    rows: list[dict[str, str]]
    row_numbers: list[int]


_NEEDS_QUOTES = re.compile(r'[,"\r\n]')


def read_csv(
    path: Path | Traversable, *, required: Sequence[str], optional: Sequence[str] = (), exact: bool = False
) -> CsvTable:
    """Read comma-separated UTF-8 text with a header in its first filled row.

    Columns of ``optional`` that are absent come back as empty cells; further columns are kept. Blank rows are skipped.
    Cells are trimmed, unless they must come back ``exact``; the apostrophe that ``write_csv`` sets before text that a
    spreadsheet would run is taken off.
    Raises ``CaseError``, carrying every problem found, for a missing file, other text than UTF-8, a missing, repeated
    or unnamed column, and rows of another length than the header.
    """
    file = path.name
    return parse_csv(_read_bytes(path), file, required=required, optional=optional, exact=exact)


def parse_csv(
    data: bytes, file: str, *, required: Sequence[str], optional: Sequence[str] = (), exact: bool = False
) -> CsvTable:
    """The same of the bytes of a file called ``file``."""
    records = split(decode(data, file, CaseError), ",", file, CaseError)
    start = next((i for i, record in enumerate(records) if any(cell.strip() for cell in record)), None)
    if start is None:
        raise CaseError("the file is empty", file=file, expected="a header: " + ", ".join(required))
    header = tuple(unescape_formula(cell.strip()) for cell in records[start])
    problems = _header_problems(header, required, file, start + 1) + ragged(records, start, len(header), file)
    if problems:
        raise CaseError(problems[0].message, problems=problems)
    absent = {name: "" for name in optional if name not in header}
    filled = [(i, r) for i, r in enumerate(records) if i > start and any(cell.strip() for cell in r)]
    rows = [
        {**dict(zip(header, (unescape_formula(cell if exact else cell.strip()) for cell in r), strict=True)), **absent}
        for _, r in filled
    ]
    return CsvTable(file, header, rows, [i + 1 for i, _ in filled])


def write_csv(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """The table as ``read_csv`` takes it, alike on every machine: UTF-8, line feeds, quotes only where they are needed.

    A cell that a row lacks is empty. Text that a spreadsheet would run as a formula, in the header too, gets an
    apostrophe before it.
    """
    cells = [header, *([row.get(name, "") for name in header] for row in rows)]
    lines = [[escape_formula(cell) for cell in line] for line in cells]
    return "".join(",".join(map(_quoted, line)) + "\n" for line in lines).encode()


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def _read_bytes(path: Path | Traversable) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CaseError("there is no such file", file=path.name, repair=f"add {path.name}, or check its name") from None
    except OSError as wrong:
        raise CaseError("the file can't be read", file=path.name, found=wrong.strerror or str(wrong)) from None


def _header_problems(header: tuple[str, ...], required: Sequence[str], file: str, row: int) -> list[Problem]:
    problems = []
    there = ", ".join(name or "(no name)" for name in header)
    for name in required:
        if name not in header:
            near = near_names(name, [h for h in header if h and h not in required])
            repair = f"rename {near[0]!r} to {name!r} if that is what it holds" if near else f"add the column {name!r}"
            if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
                repair = "separate the cells by commas"
            problems.append(
                Problem("a column is missing", file, row, name, f"the columns {there}", f"a column {name!r}", repair)
            )
    for name in dict.fromkeys(header):
        if header.count(name) > 1 and name:
            found = f"{header.count(name)} columns named {name!r}"
            problems.append(Problem("a column name is repeated", file, row, name, found, "each name once"))
    if "" in header:
        place = f"cell {header.index('') + 1} of the header is empty"
        problems.append(Problem("a column has no name", file, row, None, place, "a name for each column"))
    return problems
