"""A table from a file: delimited text, a workbook, a review of RevMan, a network of GeMTC."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from topline.errors import ArgumentError, DataError, near_names
from topline.tables.analyses import Analysis, choose_analysis
from topline.tables.gemtc import GemtcNetwork, gemtc_network
from topline.tables.raw import RawTable, from_analysis, from_grid
from topline.tables.revman5 import revman5_analyses
from topline.tables.revman_web import is_revman_web, revman_web_analyses
from topline.tables.roles import roles_named
from topline.tables.text import decode, sniff, split
from topline.tables.workbook import Sheet, read_sheets, read_workbook
from topline.tables.xml_tree import parse_xml

WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
XML = {".rm5", ".gemtc", ".xml"}
TEXT = {".csv", ".tsv", ".tab"}
LARGEST = 1 << 27  # bytes of a file: about six million rows of text
_FOREIGN = {".parquet", ".feather", ".arrow", ".json", ".rds", ".rda", ".rdata", ".sav", ".dta", ".sas7bdat", ".pdf"}


def read_path(name: str | bytes, sheet: str | None, outcome: str | None) -> RawTable:
    """The table in a file; ``sheet`` names one of a workbook, ``outcome`` one of a review.

    Raises what :func:`topline.tables.reading.read_rows` raises.
    """
    path = Path(os.fsdecode(name))
    _check_path(path)
    if path.suffix.lower() in _FOREIGN:
        repair = "save it as CSV or .xlsx, or read it into a pandas or polars frame and give that"
        found = f"a {path.suffix.lower()} file"
        raise DataError("files of this kind are not read", file=str(path), found=found, repair=repair)
    try:
        _check_size(path.stat().st_size, str(path))
        data = path.read_bytes()
    except OSError as wrong:
        raise DataError("the file can't be read", file=str(path), found=wrong.strerror or str(wrong)) from None
    return read_data(data, str(path), sheet, outcome)


def read_data(data: bytes, file: str, sheet: str | None = None, outcome: str | None = None) -> RawTable:
    """The table in the bytes of ``file``, whose ending says what it is; see :func:`read_path`."""
    suffix = PurePath(file).suffix.lower()
    if sheet is not None and suffix not in WORKBOOKS:
        raise ArgumentError("only a workbook has sheets", found=f"sheet={sheet!r} for {PurePath(file).name}")
    if suffix in WORKBOOKS:
        read = read_workbook(data, file, sheet)
        advice = _other_sheets(read.others) if sheet is None else None
        raw = _of_sheet(read, file, advice)
        analyses = _analyses_of(raw)
    elif suffix in XML:
        content = _read_xml(data, file)
        if isinstance(content, GemtcNetwork):
            raw, analyses = _of_gemtc(content, file), []
        else:
            return from_analysis(choose_analysis(content, outcome, file), file)
    else:
        raw = _read_text(data, file)
        analyses = _analyses_of(raw)
    if analyses:
        return from_analysis(choose_analysis(analyses, outcome, raw.file or file), raw.file or file)
    if outcome is not None:
        raise no_outcomes(outcome, PurePath(file).name)
    return raw


def read_tables(data: bytes, file: str) -> list[RawTable]:
    """Every table in the bytes of ``file``: each analysis of a review, each visible sheet with data, else the one.

    Raises ``DataError`` as :func:`read_path` does, for a file that is too large or holds no table.
    """
    _check_size(len(data), file)
    suffix = PurePath(file).suffix.lower()
    if suffix in XML:
        content = _read_xml(data, file)
        if isinstance(content, GemtcNetwork):
            return [_of_gemtc(content, file)]
        return [from_analysis(analysis, file) for analysis in content if analysis.rows]
    if suffix in WORKBOOKS:
        sheets = list(read_sheets(data, file)[1]) or [read_workbook(data, file)]
        found = [_of_sheet(sheet, file) for sheet in sheets]
    else:
        found = [_read_text(data, file)]
    tables = []
    for raw in found:
        analyses = [from_analysis(a, raw.file or file) for a in _analyses_of(raw) if a.rows]
        tables += [replace(analysis, sheet=raw.sheet) for analysis in analyses] or [raw]
    return tables


def no_outcomes(outcome: str, what: str) -> ArgumentError:
    """The error for an ``outcome`` of something that holds one table."""
    return ArgumentError(
        "only a review has outcomes to choose from",
        found=f"outcome={outcome!r} for {what}",
        expected="a RevMan review (.rm5), or RevMan Web's data rows",
        repair="leave outcome out, or keep the rows of one outcome in the table",
    )


def _of_sheet(sheet: Sheet, file: str, advice: str | None = None) -> RawTable:
    raw = from_grid(sheet.rows, f"{file}, sheet {sheet.name!r}", decimal_comma=False, advice=advice)
    return replace(raw, sheet=sheet.name)


def _analyses_of(raw: RawTable) -> list[Analysis]:
    if not is_revman_web(raw.header):
        return []
    return revman_web_analyses(raw.header, raw.rows, raw.row_numbers)


def _read_xml(data: bytes, file: str) -> list[Analysis] | GemtcNetwork:
    root = parse_xml(data, file)
    if root.tag == "COCHRANE_REVIEW":
        return revman5_analyses(root, file)
    if root.tag == "network":
        return gemtc_network(root, file)
    raise DataError(
        "this XML is of a kind that is not read",
        file=file,
        found=f"<{root.tag}>",
        expected="<COCHRANE_REVIEW> (RevMan 5) or <network> (GeMTC)",
    )


def _of_gemtc(network: GemtcNetwork, file: str) -> RawTable:
    if not network.rows:
        raise DataError("the network has no arms", file=file, expected="studies with measurements")
    numbers = tuple(range(2, len(network.rows) + 2))
    return RawTable(
        ("study", "treatment", *network.measured.values()),
        [list(row) for row in network.rows],
        numbers,
        "records",
        file,
        places=tuple(network.places),
        title=network.description,
        roles=network.measured,
    )


def _read_text(data: bytes, file: str) -> RawTable:
    text = decode(data, file, DataError)
    _refuse_spaces(text, file)
    delimiter = sniff(text)
    return from_grid(split(text, delimiter, file, DataError), file, decimal_comma=delimiter == ";")


def _check_size(size: int, file: str) -> None:
    if size > LARGEST:
        raise DataError(
            "the file is too large",
            file=file,
            found=f"{size / (1 << 20):,.0f} MB",
            expected=f"at most {LARGEST >> 20} MB",
            repair="keep the rows and columns that are needed, or read it with pandas or polars and give the frame",
        )


def _refuse_spaces(text: str, file: str) -> None:
    """Refuse text whose cells stand apart by spaces, as write.table of R leaves them."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    words = first.replace('"', "").split()
    if not re.search(r"[,;\t|]", first) and len(words) > 2 and len(roles_named(words)) > 1:
        repair = "write it anew with commas (write.csv in R), or give pandas.read_csv(path, sep=r'\\s+')"
        raise DataError(
            "spaces stand between the cells",
            file=file,
            row=1,
            found=first[:80],
            expected="commas, semicolons, tabs or vertical bars",
            repair=repair,
        )


def _other_sheets(names: Sequence[str]) -> str | None:
    if not names:
        return None
    shown = ", ".join(map(repr, names[:8])) + (", …" if len(names) > 8 else "")
    return f"if the table is on another sheet ({shown}), name it, such as sheet={names[0]!r} (command line: --sheet)"


def _check_path(path: Path) -> None:
    if address := re.match(r"(https?|ftp|s3|gs|file):/+", str(path), re.IGNORECASE):
        raise DataError(
            "addresses are not fetched",
            found=f"{address[1]}://{str(path)[address.end() :]}"[:200],
            expected="the path of a CSV file or a workbook",
            repair="download the file, or give pandas.read_csv(address)",
        )
    try:
        if path.is_dir():
            inside = sorted(p.name for p in path.iterdir() if p.suffix.lower() in WORKBOOKS | {".csv", ".tsv"})[:6]
            repair = "name one of its files: " + ", ".join(inside) if inside else None
            raise DataError("this is a folder", file=str(path), found="a folder", expected="one file", repair=repair)
        if path.is_file():
            return
        beside = [p.name for p in path.parent.iterdir() if p.is_file()] if path.parent.is_dir() else []
    except (OSError, ValueError):
        beside = []
    near = near_names(path.name, beside)
    shown = str(path) if len(str(path)) <= 200 else str(path)[:200] + "…"
    raise DataError(
        "there is no such file",
        file=shown,
        expected="did you mean " + " or ".join(near) + "?" if near else "the path of a CSV file or a workbook",
        repair=None if near or path.parent.exists() else f"check the folder: there is no {path.parent}",
    )
