"""From the bytes of a file, whatever it is, to a document."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from urllib.parse import urlsplit

from topline.errors import DataError
from topline.records import Caveat, DocumentInfo
from topline.sources.document import Document
from topline.sources.documents import sniffing
from topline.sources.documents.article import article_span, headline, readable_spans
from topline.sources.documents.dates import iso_date, own_date
from topline.sources.documents.decoding import decode
from topline.sources.documents.header import read_header
from topline.sources.documents.page import read_page
from topline.sources.documents.pdf import read_pdf
from topline.sources.documents.registry_json import describe_study, parse_study, split_studies
from topline.sources.sheets import ENDINGS, table_text

MAX_TEXT_BYTES = 10_000_000
MAX_TABLE_BYTES = 100_000_000


def open_document(data: bytes, *, name: str, address: str | None = None, media_type: str | None = None) -> Document:
    """The document in a file.

    The kind is told by what the bytes hold, then by ``name``, then by ``media_type`` (a Content-Type, whose charset
    counts too). ``address`` is where the file came from; without it, what the file says of itself.

    Raises ``DataError`` for a file that can't be read, is too large, or holds several studies.
    """
    kind = sniffing.sniff(data, name, media_type)
    if kind == sniffing.JSON:
        studies = split_studies(data, name)
        if len(studies) > 1:
            raise DataError(
                "the file holds several studies",
                file=name,
                found=f"{len(studies):,} studies",
                expected="one",
                repair="open it with open_documents(), which gives one document a study",
            )
        return _study(studies[0], name, address)
    if kind == sniffing.HTML:
        return _page(data, name, address, media_type)
    if kind == sniffing.PDF:
        return _pdf(data, name, address)
    if kind in sniffing.TABLES:
        return _table(data, name, address, kind)
    return _prose(data, name, address, media_type)


def open_documents(
    data: bytes, *, name: str, address: str | None = None, media_type: str | None = None
) -> list[Document]:
    """The documents in a file: one for each study of a registry file, else one. Raises as ``open_document`` does."""
    if sniffing.sniff(data, name, media_type) != sniffing.JSON:
        return [open_document(data, name=name, address=address, media_type=media_type)]
    studies = split_studies(data, name)
    if len(studies) == 1:
        return [_study(studies[0], name, address)]
    return [_study(study, f"{name}, study {i}", None) for i, study in enumerate(studies, 1)]


def _document(
    data: bytes, text: str, body: tuple[int, int], media_type: str, caveats: tuple[Caveat, ...] = (), **info: str | None
) -> Document:
    address = info.get("address")
    said = DocumentInfo(
        title=info.get("title") or None,
        date=info.get("date"),
        publisher=info.get("publisher") or host_of(address),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        address=address,
    )
    return Document(said, data, text, body, boilerplate=_skipped(text, body, media_type), caveats=caveats)


def _skipped(text: str, body: tuple[int, int], media_type: str) -> tuple[tuple[int, int], ...]:
    """The parts of an article that no fact is taken from: what lies between those that are to be read."""
    if media_type not in {sniffing.TEXT, sniffing.HTML, sniffing.PDF}:
        return ()
    spans = [(body[0], body[0]), *readable_spans(text, body), (body[1], body[1])]
    return tuple((before[1], after[0]) for before, after in pairwise(spans) if before[1] < after[0])


def host_of(address: str | None) -> str | None:
    """The host of an address without ``www.``, which is all that it tells of the publisher."""
    if not address:
        return None
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _prose(data: bytes, name: str, address: str | None, media_type: str | None) -> Document:
    _check_size(data, name, MAX_TEXT_BYTES, "give the part that is needed")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", media_type or "", re.IGNORECASE)
    decoded = decode(data, name, charset[1] if charset else None)
    text = decoded.text
    header = read_header(text)
    rest = text[header.end :]
    if not rest.strip():
        raise DataError("the file holds no text", file=name, found="a header" if header.end else "blanks")
    title = header.get("title") or headline(rest)
    start, end = article_span(rest, title)
    said = header.get("address") or ""
    return _document(
        data,
        text,
        (header.end + start, header.end + end),
        sniffing.TEXT,
        decoded.caveats,
        title=title,
        date=iso_date(header.get("date") or "") or own_date(rest),
        publisher=header.get("publisher"),
        address=address or (said if re.match(r"https?://\S+$", said) else None),
    )


def _page(data: bytes, name: str, address: str | None, media_type: str | None) -> Document:
    page = read_page(data, name, media_type)
    body = article_span(page.text, page.title)
    return _document(
        data,
        page.text,
        body,
        sniffing.HTML,
        page.caveats,
        title=page.title or headline(page.text),
        date=page.date,
        publisher=page.publisher,
        address=address or page.address,
    )


def _pdf(data: bytes, name: str, address: str | None) -> Document:
    read = read_pdf(data, name)
    title = headline(read.text) or read.title
    printed = own_date(read.text)
    caveats = read.caveats
    if printed is None and read.created is not None:
        note = f"{name} prints no date; {read.created} is the day on which the file was made"
        caveats = (*caveats, Caveat(code="date-from-file", text=note, severity="moderate"))
    return _document(
        data,
        read.text,
        article_span(read.text, title),
        sniffing.PDF,
        caveats,
        title=read.title or title,
        date=printed or read.created,
        address=address,
    )


def _study(data: bytes, name: str, address: str | None) -> Document:
    study = parse_study(data, name)
    text = decode(data, name).text
    title, date, number = describe_study(study)
    document = _document(
        data,
        text,
        (0, len(text)),
        sniffing.JSON,
        title=title,
        date=iso_date(date or ""),
        publisher="ClinicalTrials.gov",
        address=address or f"https://clinicaltrials.gov/study/{number}",
    )
    return Document(document.info, data, text, document.body, kind="registry", content=study)


def _table(data: bytes, name: str, address: str | None, kind: str) -> Document:
    """A table: its text has one line a row; ``content`` is the name under which the reader of tables takes it."""
    _check_size(data, name, MAX_TABLE_BYTES, "give the rows that are needed")
    file = name if name.lower().endswith(tuple(ENDINGS)) else f"{name}{_ENDING_OF[kind]}"
    text = table_text(data, file)
    document = _document(data, text, (0, len(text)), kind, title=name, address=address)
    return Document(document.info, data, text, document.body, kind="table", content=file)


_ENDING_OF = {
    sniffing.CSV: ".csv",
    sniffing.TSV: ".tsv",
    sniffing.XLSX: ".xlsx",
    sniffing.XLS: ".xls",
    sniffing.ODS: ".ods",
    sniffing.REVMAN: ".rm5",
    sniffing.GEMTC: ".gemtc",
}


def _check_size(data: bytes, name: str, most: int, repair: str) -> None:
    if len(data) > most:
        raise DataError(
            "the file is too large",
            file=name,
            found=f"{len(data):,} bytes",
            expected=f"up to {most:,} bytes",
            repair=repair,
        )
