"""What kind of file some bytes are: by what they hold first, then by their name."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from topline.errors import DataError
from topline.sources.documents.xml import root_name

HTML = "text/html"
PDF = "application/pdf"
JSON = "application/json"
TEXT = "text/plain"
CSV = "text/csv"
TSV = "text/tab-separated-values"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS = "application/vnd.ms-excel"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
REVMAN = "application/x-revman+xml"
GEMTC = "application/x-gemtc+xml"
TABLES = frozenset({CSV, TSV, XLSX, XLS, ODS, REVMAN, GEMTC})

_BY_NAME = {
    ".htm": HTML, ".html": HTML, ".xhtml": HTML, ".csv": CSV, ".tsv": TSV, ".tab": TSV, ".txt": TEXT, ".md": TEXT,
    ".text": TEXT,
}  # fmt: skip
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|article|div|p|h[1-6]|table|span|section|main)\b",
    re.IGNORECASE,
)
_BLANK = b" \t\r\n\x0b\x0c"


def sniff(data: bytes, name: str, media_type: str | None = None) -> str:
    """The media type of a file.

    Raises ``DataError`` for an empty file and for kinds that are not read, with what to do instead.
    """
    start = data[:4_096].removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    if not start:
        repair = "save the document again, and look into the file: it holds nothing"
        raise DataError(
            "the file is empty", file=name, found=f"{len(data):,} bytes", expected="a document", repair=repair
        )
    binary = _by_magic(data, start, name)
    if binary is not None:
        return binary
    if start[:1] == b"<" or start[:4] in (b"\xff\xfe<\x00", b"\xfe\xff\x00<"):
        return _markup(data, start, name)
    if start[:1] in b"{[" and _is_json(start, name, media_type):
        return JSON
    suffix = PurePath(name.partition("?")[0]).suffix.lower()
    said = (media_type or "").partition(";")[0].strip().lower()
    if suffix in {".csv", ".tsv", ".tab"} or said in {CSV, TSV}:
        return TSV if suffix in {".tsv", ".tab"} or said == TSV else CSV
    if len(_MARKUP.findall(data[:20_000])) >= 3 or (_MARKUP.search(start) and HTML in (said, _BY_NAME.get(suffix))):
        return HTML
    return _columns(data) or TEXT


def _by_magic(data: bytes, start: bytes, name: str) -> str | None:
    """The kind by the first bytes; None where they are text."""
    if b"%PDF-" in data[:1_024]:
        return PDF
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(data, name)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if PurePath(name).suffix.lower() == ".xls" or b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k" in data[:2_000_000]:
            return XLS
        raise _not_read(name, "an old Office file that is no workbook", "save it as PDF or as text")
    for magic, what, repair in (
        (b"{\\rtf", "RTF", "save it as PDF or as text"),
        (b"\x1f\x8b", "a gzip archive", "unpack it and give the file inside"),
        (b"BZh", "a bzip2 archive", "unpack it and give the file inside"),
        (b"7z\xbc\xaf", "a 7z archive", "unpack it and give the file inside"),
        (b"\x89PNG", "a picture", "give the page or a PDF that holds text"),
        (b"\xff\xd8\xff", "a picture", "give the page or a PDF that holds text"),
        (b"GIF8", "a picture", "give the page or a PDF that holds text"),
        (b"SQLite format 3", "a database", "export a table from it as CSV"),
        (b"PAR1", "Parquet", "save it as CSV"),
    ):
        if start.startswith(magic):
            raise _not_read(name, what, repair)
    return None


def _archive(data: bytes, name: str) -> str:
    """The kind of a zip archive, by the names in it; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename for info in archive.infolist()[:5_000]}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as wrong:
        raise DataError(
            "the file is a damaged archive or workbook", file=name, found=str(wrong)[:200], repair="get it again whole"
        ) from None
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return XLSX
    if "content.xml" in names and "word/document.xml" not in names:
        if PurePath(name).suffix.lower() in {".odt", ".odp"}:
            raise _not_read(name, "an OpenDocument text", "save it as PDF or as text")
        return ODS
    if "word/document.xml" in names:
        raise _not_read(name, "a Word document", "save it as PDF or as text")
    raise _not_read(name, "an archive", "unpack it and give the files inside")


def _markup(data: bytes, start: bytes, name: str) -> str:
    """HTML, or one of the kinds of XML that are read."""
    root = (root_name(data) or "").lower()
    if root == "cochrane_review":
        return REVMAN
    suffix = PurePath(name).suffix.lower()
    if suffix == ".gemtc" or (root == "network" and b"drugis.org" in data[:4_000]):
        return GEMTC
    if suffix == ".rm5":
        return REVMAN
    if not start.startswith(b"<?xml") or root == "html":
        return HTML
    raise _not_read(name, f"XML with the root element {root or 'of no name'}", "save it as HTML, PDF or text")


def _is_json(start: bytes, name: str, media_type: str | None) -> bool:
    said = (media_type or "").partition(";")[0].strip().lower()
    if said == JSON or PurePath(name).suffix.lower() in {".json", ".jsonl", ".ndjson"}:
        return True
    return re.match(rb"\{\s*[\"}]|\[\s*[\[{]\s*[\"\[{]", start) is not None


def _columns(data: bytes) -> str | None:
    """Whether the first lines have the same number of cells, as a table does and prose does not."""
    lines = [line for line in data[:8_000].splitlines()[:12] if line.strip()]
    if len(data) > 8_000:
        lines = lines[:-1]
    if len(lines) < 3:
        return None
    for separator, kind, least in ((b"\t", TSV, 1), (b";", CSV, 2), (b",", CSV, 2)):
        counts = {_outside_quotes(line).count(separator) for line in lines}
        cells = [cell for line in lines for cell in _outside_quotes(line).split(separator)]
        short = sum(len(cell) < 40 for cell in cells) > 0.9 * len(cells)
        if len(counts) == 1 and counts.pop() >= least and short:
            return kind
    return None


def _outside_quotes(line: bytes) -> bytes:
    return re.sub(rb'"(?:[^"]|"")*"', b"", line)


def _not_read(name: str, found: str, repair: str) -> DataError:
    return DataError(
        "files of this kind are not read",
        file=name,
        found=found,
        expected="text, HTML, PDF, a registry record as JSON, or a table",
        repair=repair,
    )
