"""Workbooks are zip archives: what one unpacks to is measured before anything reads it.

A few kilobytes can unpack to gigabytes (a zip bomb), and a directory can say less than a part really holds. So every
part is unpacked here in small pieces that are thrown away, up to what it declares and not a byte further.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from itertools import pairwise

from topline.errors import DataError

LARGEST_PART = 1 << 28  # bytes, unpacked: a few million cells
LARGEST = 1 << 29  # bytes of all parts
MOST_PARTS = 10_000
# Sheets of numbers pack 5 to 30 times smaller, sheets of one repeated cell 200 times; small parts don't matter.
MOST_RATIO, SMALL = 400, 1 << 24
_PIECE = 1 << 16
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_REPAIR = "save the sheet that is needed as CSV"


class _SuspectError(Exception):
    """What is wrong with an archive, in words: the finding and what was expected."""


def is_archive(data: bytes) -> bool:
    """Whether a program may take the data for a zip archive; an old Excel workbook may hold one and is none."""
    return not data.startswith(b"\xd0\xcf\x11\xe0") and zipfile.is_zipfile(BytesIO(data))


def check_archive(data: bytes, file: str) -> None:
    """Refuse an archive that unpacks to more than it may or more than it says; other data pass.

    Raises ``DataError``: too many parts, parts or a whole that are too large, a part packed more than ``MOST_RATIO``
    times, one that is larger than it declares, parts that overlap, an unknown or encrypted packing.
    """
    if not is_archive(data):
        return
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            # Two programs may see two archives in a file with more around one, and only one of them was checked.
            if archive.comment or not data.startswith(b"PK\x03\x04"):
                raise ValueError("more than the archive is in the file")
            parts = archive.infolist()
            _check_directory(parts, len(data))
            for part in parts:
                _check_part(part, data)
    except _SuspectError as suspect:
        found, expected = suspect.args
        raise DataError(
            "the workbook unpacks to more than it should", file=file, found=found, expected=expected, repair=_REPAIR
        ) from None
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError) as wrong:
        raise DataError(
            "the workbook is damaged",
            file=file,
            found=str(wrong) or None,
            expected="a whole archive",
            repair="open it in a spreadsheet program and save it again",
        ) from None


def _check_directory(parts: list[zipfile.ZipInfo], size: int) -> None:
    """What the archive says of itself, before a byte is unpacked."""
    if len(parts) > MOST_PARTS:
        raise _SuspectError(f"{len(parts)} parts", f"at most {MOST_PARTS}")
    total = sum(part.file_size for part in parts)
    if total > LARGEST:
        raise _SuspectError(f"{size / 1e6:.1f} MB that unpack to {total / 1e6:,.0f} MB", f"at most {LARGEST >> 20} MB")
    for part in parts:
        if part.file_size > LARGEST_PART:
            raise _SuspectError(
                f"{part.filename} of {part.file_size / 1e6:,.0f} MB", f"at most {LARGEST_PART >> 20} MB a part"
            )
        if part.file_size > SMALL and part.file_size > MOST_RATIO * part.compress_size:
            ratio = part.file_size / max(part.compress_size, 1)
            raise _SuspectError(f"{part.filename}, packed {ratio:,.0f} times", f"at most {MOST_RATIO} times")
    ordered = sorted(parts, key=lambda part: part.header_offset)
    for part, following in pairwise(ordered):
        if part.header_offset + _LOCAL_HEADER.size + part.compress_size > following.header_offset:
            raise _SuspectError(f"{part.filename} and {following.filename} overlap", "parts one after the other")


def _check_part(part: zipfile.ZipInfo, data: bytes) -> None:
    """Unpack the part to nowhere; it must end where it says that it does."""
    if part.flag_bits & 1:
        raise ValueError(f"{part.filename} is encrypted")
    mark, name_length, extra_length = _LOCAL_HEADER.unpack_from(data, part.header_offset)
    start = part.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    if mark != b"PK\x03\x04" or start + part.compress_size > len(data):
        raise ValueError(f"{part.filename} is not where the directory says")
    if part.compress_type == zipfile.ZIP_STORED:
        size = part.compress_size
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        size = _inflated_size(memoryview(data)[start : start + part.compress_size], part.file_size)
    else:
        raise ValueError(f"{part.filename} is packed by method {part.compress_type}")
    if size > part.file_size:
        declared = f"declares {part.file_size} bytes and holds more"
        raise _SuspectError(f"{part.filename} {declared}", "the size that the archive's directory says")


def _inflated_size(packed: memoryview, declared: int) -> int:
    """The unpacked size, counted no further than just above the declared one."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    size = 0
    for begin in range(0, len(packed), _PIECE):
        piece: bytes | memoryview = packed[begin : begin + _PIECE]
        while piece and size <= declared:
            size += len(inflate.decompress(piece, _PIECE))
            piece = inflate.unconsumed_tail
        if size > declared or inflate.eof:
            break
    while size <= declared and (more := inflate.decompress(b"", _PIECE)):
        size += len(more)
    return size
