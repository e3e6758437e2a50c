"""Bytes to text: a guess at the encoding is told, and what can't be read is refused."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from topline.errors import DataError
from topline.records import Caveat

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 200_000
# Bytes of UTF-8 that were once read as Windows-1252 and saved so: "â€™" for "’", "Ã©" for "é".
_MOJIBAKE = re.compile(r"â€[\u0080-\u00bf\u2018-\u203a\u0152-\u02dc™œž]|Ã[\u0080-\u00bf©¨¤¶¼±]|Â[\u00a0-\u00bf]")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Encodings in which documents are still met, for the last guess.
_KNOWN = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "euc_jp", "gb18030", "big5",
    "euc_kr", "koi8_r", "mac_roman",
]  # fmt: skip


@dataclass(frozen=True)
class Decoded:
    """A text, the encoding that it was in, and what must be known of it."""

    text: str
    encoding: str
    caveats: tuple[Caveat, ...] = ()


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The text of a file, newlines as they are; a byte order mark is no part of it.

    In this order: a byte order mark, UTF-8, UTF-16 without a mark, the encoding that the file or its server declares,
    a guess, which a caveat tells. A few broken bytes in UTF-8 become U+FFFD, with a caveat.

    Raises ``DataError`` for what is no text in any of them.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, name)
    declared = _codec(declared)
    if declared is not None and declared.startswith("iso2022"):  # written with ASCII bytes only
        return _strict(data, declared, name)
    try:
        return _checked(data.decode("utf-8"), "utf-8", name)
    except UnicodeDecodeError:
        pass
    if declared is not None and not declared.startswith("utf"):
        try:
            return _checked(data.decode(declared), declared, name)
        except UnicodeDecodeError:
            pass
    return _damaged(data, name) or _guessed(data, name)


def _strict(data: bytes, encoding: str, name: str) -> Decoded:
    try:
        return _checked(data.decode(encoding), encoding, name)
    except UnicodeDecodeError as wrong:
        raise DataError(
            f"the file says that it is {encoding} and is not",
            file=name,
            found=f"{wrong.reason} at byte {wrong.start:,}",
            repair="save it again as UTF-8",
        ) from None


def _checked(text: str, encoding: str, name: str) -> Decoded:
    """The text with its caveats. Raises ``DataError`` for what decodes but is no text."""
    sample = text[:_SAMPLE]
    strange = len(_BINARY.findall(sample))
    if "\x00" in sample and encoding == "utf-8":
        for order in ("utf-16-le", "utf-16-be"):
            wide = sample.encode().decode(order, "replace")
            if sum(c.isascii() and c.isprintable() for c in wide) > 0.6 * len(wide):
                return _strict(text.encode(), order, name)
    if strange > max(2, len(sample) // 200) or "\x00" in text:
        raise _no_text(name, f"{strange} control characters")
    broken = len(_MOJIBAKE.findall(text))
    caveats: tuple[Caveat, ...] = ()
    if broken > 2:
        said = f"{name} holds {broken} signs such as {_shown(text)!r}: it was saved from a wrongly decoded copy"
        caveats = (Caveat(code="mojibake", text=said, severity="moderate"),)
    return Decoded(text, encoding, caveats)


def _shown(text: str) -> str:
    found = _MOJIBAKE.search(text)
    return found.group() if found else ""


def _damaged(data: bytes, name: str) -> Decoded | None:
    """UTF-8 with a few broken bytes; None where it is rather another encoding."""
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    whole = sum(1 for c in text[:_SAMPLE] if not c.isascii() and c != "\ufffd")
    if lost > 5 or whole < 3 * lost:
        return None
    said = f"{name} is UTF-8 with {lost} broken {'place' if lost == 1 else 'places'}, shown as \ufffd"
    checked = _checked(text, "utf-8", name)
    return Decoded(text, "utf-8", (*checked.caveats, Caveat(code="broken-bytes", text=said, severity="moderate")))


def _guessed(data: bytes, name: str) -> Decoded:
    """The text in the encoding that suits it best: Windows-1252 unless the file is full of other letters."""
    for order in ("utf-16-le", "utf-16-be"):
        if (
            len(data) % 2 == 0
            and data[: _SAMPLE : 2 if order == "utf-16-be" else 1].count(0) > len(data[:_SAMPLE]) // 5
        ):
            return _strict(data, order, name)
    sample = data[:_SAMPLE]
    high = sum(byte > 127 for byte in sample)
    encoding = "cp1252"
    if high > len(sample) // 12 or not _decodes(data, encoding):
        encoding = _best_guess(sample, data) or ""
    if not encoding:
        raise _no_text(name, "bytes that fit no known encoding")
    checked = _checked(data.decode(encoding), encoding, name)
    said = (
        f"{name} is not UTF-8 and names no encoding; it was read as {encoding}: check names and signs in its"
        " quotations, or save it as UTF-8"
    )
    return Decoded(
        checked.text, encoding, (*checked.caveats, Caveat(code="encoding-guessed", text=said, severity="moderate"))
    )


def _best_guess(sample: bytes, data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    for match in from_bytes(sample, cp_isolation=_KNOWN, enable_fallback=False):
        if match.chaos < 0.1 and _decodes(data, match.encoding):
            return str(match.encoding)
    return None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _codec(declared: str | None) -> str | None:
    """Python's name for a declared encoding, read as browsers do: Latin-1 and ASCII mean Windows-1252."""
    if not declared:
        return None
    try:
        found = codecs.lookup(declared.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True):
        return None
    name = found.name.replace("-", "_")
    return "cp1252" if name in {"iso8859_1", "ascii", "latin_1"} else name.replace("iso2022_", "iso2022_")


def _no_text(name: str, found: str) -> DataError:
    return DataError(
        "this is not a text that can be read",
        file=name,
        found=found,
        expected="text in UTF-8, HTML, PDF, a registry record as JSON, or a table",
        repair="save it as UTF-8 text, or as PDF",
    )
