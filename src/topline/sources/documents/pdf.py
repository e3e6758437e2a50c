"""The text of a PDF, inside limits of pages, characters and time."""

from __future__ import annotations

import io
import logging
import re
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from topline.errors import DataError
from topline.records import Caveat

MAX_PDF_BYTES = 100_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 5_000_000
MAX_SECONDS = 60.0
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)|untitled|\.(?:docx?|pdf|indd|qxd|pptx?|rtf|html?)\b|^document\d*$", re.IGNORECASE
)


@dataclass(frozen=True)
class PdfText:
    """The text of a PDF; ``title`` and ``created`` are what its metadata say, where that is believable."""

    text: str
    title: str | None
    created: str | None
    caveats: tuple[Caveat, ...]


def read_pdf(data: bytes, name: str) -> PdfText:
    """The text of a PDF, its pages one after the other.

    Pages beyond ``MAX_PAGES``, characters beyond ``MAX_CHARACTERS`` and what can't be read within ``MAX_SECONDS`` are
    left out, with a caveat. Raises ``DataError`` for a file that is damaged, locked by a password, or holds no text.
    """
    if len(data) > MAX_PDF_BYTES:
        raise DataError(
            "the PDF is too large", file=name, found=f"{len(data):,} bytes", expected=f"up to {MAX_PDF_BYTES:,} bytes"
        )
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a damaged file is told in our words
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not _opened(reader):
            raise DataError(
                "the PDF is locked by a password",
                file=name,
                repair="save a copy without a password, or print it to PDF",
            )
        count = len(reader.pages)
        if count == 0:
            raise _damaged(name, "no pages")
        pages, caveats = _pages(reader, count, name)
        title, created = _metadata(reader)
    except (DataError, MemoryError):
        raise
    except Exception as wrong:  # pypdf raises whatever a damaged file leads it to
        raise _damaged(name, f"{type(wrong).__name__}: {wrong}"[:200]) from None
    text = "\n".join(pages)
    if not text.strip():
        raise DataError(
            "the PDF holds no text",
            file=name,
            found=f"{count} {'page' if count == 1 else 'pages'} of pictures, such as scans",
            expected="a PDF whose text can be marked and copied",
            repair="run a text recognition (OCR) over it and give the result, or give the page as HTML or text",
        )
    return PdfText(text, title, created, caveats)


def _opened(reader: Any) -> bool:
    """Whether the file opens with an empty password, as files do that only forbid printing."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # pypdf wants another package for some ciphers
        return False


def _pages(reader: Any, count: int, name: str) -> tuple[list[str], tuple[Caveat, ...]]:
    """The text of each page, and caveats on what is missing. A page that can't be read is told, not passed over."""
    pages: list[str] = []
    empty = 0
    length = 0
    broken: list[int] = []
    wrong = ""
    begun = time.monotonic()
    why = ""
    for number in range(count):
        if number == MAX_PAGES or length > MAX_CHARACTERS or time.monotonic() - begun > MAX_SECONDS:
            why = f"only the first {number} of {count} pages of {name} were read"
            break
        try:
            text = reader.pages[number].extract_text() or ""
        except MemoryError:
            raise
        except Exception as failed:  # pypdf raises whatever a damaged page leads it to
            broken.append(number + 1)
            wrong = wrong or f"{type(failed).__name__}: {failed}"[:160]
            continue
        text = re.sub(r"[\ud800-\udfff\x00]", "\ufffd", text)[: MAX_CHARACTERS + 1 - length]
        empty += not text.strip()
        length += len(text)
        pages.append(text)
    if broken and not any(page.strip() for page in pages):
        raise _damaged(name, f"no page can be read; page {broken[0]}: {wrong}")
    notes = [why] if why else []
    if broken:
        notes.append(f"page {', '.join(map(str, broken[:10]))} of {name} can't be read")
    if empty and empty < len(pages):
        notes.append(f"{empty} of {len(pages)} pages of {name} hold no text, such as scans")
    return pages, tuple(Caveat(code="pages-missing", text=note, severity="moderate") for note in notes)


def _metadata(reader: Any) -> tuple[str | None, str | None]:
    """Title and day of making as the file says, unless they can't be meant."""
    try:
        said = reader.metadata
        title = " ".join(str(said.title or "").split()) if said else ""
        made = said.creation_date if said else None
    except Exception:  # metadata are no reason to lose the text
        return None, None
    good = 15 <= len(title) <= 300 and " " in title and not _NO_TITLE.search(title)
    created = made.date() if made is not None else None
    sane = created is not None and date(1993, 1, 1) <= created <= date.today()
    return (title if good else None), (created.isoformat() if created is not None and sane else None)


def _damaged(name: str, found: str) -> DataError:
    return DataError(
        "the PDF is damaged",
        file=name,
        found=found,
        expected="a whole PDF file",
        repair="get it again, or print it to PDF",
    )
