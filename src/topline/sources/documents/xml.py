"""What kind of XML a file holds, told from its beginning."""

from __future__ import annotations

import re


def root_name(data: bytes) -> str | None:
    """The name of the first element of what may be XML, without its prefix; None where there is none near the top.

    It reads the beginning only and decides nothing but which reader a file is for.
    """
    start = data[:4_000]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = start.decode("utf-16", "replace")
    else:
        text = start.decode("utf-8-sig", "replace")
    text = re.sub(r"<\?.*?\?>|<!--.*?-->", "", text, flags=re.DOTALL).lstrip()
    if text.startswith("<!DOCTYPE"):
        declared = re.match(r"<!DOCTYPE\s+([\w.:-]+)", text)
        return declared[1].rpartition(":")[2] if declared else None
    first = re.match(r"<(?:[\w.-]+:)?([\w.-]+)", text)
    return first[1] if first else None
