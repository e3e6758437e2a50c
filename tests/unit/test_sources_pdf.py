"""The text of PDFs made here, and what is said of those without text, with damage or with a lock."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pypdf
import pytest

from topline.errors import DataError
from topline.sources.documents import open_document, pdf

RELEASE = (Path(__file__).parent / "data" / "documents" / "wrapped_release.txt").read_text(encoding="utf-8")


def page(text: str) -> bytes:
    """The content of a page that shows the lines of a text."""
    lines = (line.replace("(", r"\(").replace(")", r"\)").encode("latin-1") for line in text.splitlines())
    return b"BT /F1 11 Tf 14 TL 72 720 Td " + b" ".join(b"(" + line + b") Tj T*" for line in lines) + b" ET"


def make(*pages: bytes, info: str = "<< >>") -> bytes:
    """A PDF with these pages."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, content in enumerate(pages):
        packed = zlib.compress(content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (5 + 2 * i)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream")
    objects.append(info.encode())
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return data + head + table + tail + b"startxref\n%d\n%%%%EOF\n" % len(data)


def locked(data: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(DataError) as caught:
        open_document(data, name="release.pdf")
    assert caught.value.problem.file == "release.pdf"
    return str(caught.value)


def test_the_text_of_a_pdf() -> None:
    document = open_document(make(page(RELEASE)), name="x")
    assert document.info.media_type == "application/pdf"
    assert document.info.title == "Talvene reduces relapses by half in multiple sclerosis"
    assert document.info.date == "2025-05-14"
    assert document.kind == "prose"
    got = document.text[slice(*document.body)]
    assert got.startswith("Rheinau Pharma today announced")
    assert got.endswith("authorities in Europe and the US.")
    assert not document.caveats


def test_what_the_file_says_of_itself_where_that_can_be_meant() -> None:
    said = "<< /Title (Talvenib halves relapses in CLEARPATH) /CreationDate (D:20250513120000Z) >>"
    document = open_document(make(page(RELEASE), info=said), name="x")
    assert document.info.title == "Talvenib halves relapses in CLEARPATH"
    assert document.info.date == "2025-05-14"  # as printed, not as made
    undated = RELEASE.replace("14 May 2025", "today")
    document = open_document(make(page(undated), info=said), name="x")
    assert document.info.date == "2025-05-13"
    assert [caveat.code for caveat in document.caveats] == ["date-from-file"]
    odd = "<< /Title (Microsoft Word - release final 2.docx) /CreationDate (D:20990101120000Z) >>"
    document = open_document(make(page(undated), info=odd), name="x")
    assert document.info.title == "Talvene reduces relapses by half in multiple sclerosis"
    assert document.info.date is None


def test_a_pdf_of_pictures_says_so() -> None:
    said = refused(make(b"q Q", b"q Q"))
    assert "holds no text" in said
    assert "2 pages of pictures" in said
    assert "OCR" in said
    half = open_document(make(page(RELEASE), b"q Q"), name="x")
    assert "1 of 2 pages" in half.caveats[0].text


def test_a_locked_pdf() -> None:
    assert "locked by a password" in refused(locked(make(page(RELEASE)), "secret"))
    assert "Rheinau" in open_document(locked(make(page(RELEASE)), ""), name="x").text


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4 nothing",
        make(page(RELEASE))[:700],
        make(page(RELEASE)).replace(b"startxref", b"startnothing"),
        make(page(RELEASE)).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"),
        b"%PDF-1.7\n1 0 obj << /A 1 0 R >> endobj trailer << /Root 1 0 R >> startxref 9 %%EOF",
        make(),
    ],
)
def test_a_damaged_pdf(data: bytes) -> None:
    assert "the PDF is damaged" in refused(data)


def test_a_page_that_unpacks_without_end_is_cut_off() -> None:
    bomb = b"BT /F1 11 Tf (" + b"a" * 90_000_000 + b") Tj ET"
    try:
        text = open_document(make(bomb), name="release.pdf").text
    except DataError as wrong:
        text = wrong.args[0]
    assert text == "the PDF is damaged" or len(text) <= pdf.MAX_CHARACTERS + 1  # by the version of pypdf


def test_pages_and_characters_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    document = open_document(make(*[page(RELEASE)] * 3), name="x")
    assert [caveat.code for caveat in document.caveats] == ["pages-missing"]
    assert "first 2 of 3 pages" in document.caveats[0].text
    monkeypatch.setattr(pdf, "MAX_CHARACTERS", 100)
    assert len(open_document(make(page(RELEASE)), name="x").text) <= 101
    monkeypatch.setattr(pdf, "MAX_PDF_BYTES", 100)
    assert "too large" in refused(make(page(RELEASE)))
