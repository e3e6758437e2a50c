"""Records of ClinicalTrials.gov (API version 2) in a JSON file: one, a list, or a page of studies."""

from __future__ import annotations

from typing import Any

import msgspec

from topline.errors import DataError

MAX_JSON_BYTES = 200_000_000
_FIRST_VERSION = ("FullStudiesResponse", "FullStudy", "StudyFieldsResponse")


def split_studies(data: bytes, name: str) -> list[bytes]:
    """The bytes of each study record of a file, as they stand in it.

    A file holds one record, a list of them, ``{"studies": [...]}``, or one record a line.

    Raises ``DataError`` for JSON that is broken or holds no study.
    """
    if len(data) > MAX_JSON_BYTES:
        raise DataError(
            "the file is too large", file=name, found=f"{len(data):,} bytes", expected=f"up to {MAX_JSON_BYTES:,} bytes"
        )
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        whole = msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        lines = [line for line in data.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.startswith(b"{") and line.rstrip().endswith(b"}") for line in lines):
            return lines
        raise _broken(name, wrong) from None
    first = bytes(whole).lstrip()[:1]
    try:
        if first == b"[":
            studies = msgspec.json.decode(data, type=list[msgspec.Raw])
        else:
            keys = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
            if "studies" not in keys:
                return [data]
            studies = msgspec.json.decode(keys["studies"], type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise _broken(name, wrong) from None
    if not studies:
        raise DataError("the file holds no study", file=name, found="an empty list", expected="at least one record")
    return [bytes(study) for study in studies]


def parse_study(data: bytes, name: str) -> dict[str, Any]:
    """A study record as plain data.

    Raises ``DataError`` for what is no record of the API's version 2.
    """
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise _broken(name, wrong) from None
    if isinstance(found, dict):
        section = found.get("protocolSection")
        module = section.get("identificationModule") if isinstance(section, dict) else None
        if isinstance(module, dict) and isinstance(module.get("nctId"), str):
            return found
    old = isinstance(found, dict) and any(key in found for key in _FIRST_VERSION)
    raise DataError(
        "this JSON is no record of ClinicalTrials.gov",
        file=name,
        found="a record of the API's first version" if old else _keys(found),
        expected="protocolSection.identificationModule.nctId, as the API's version 2 gives it",
        repair="fetch it by its number, such as topline read NCT05651711, or download it as JSON from the study's page",
    )


def describe_study(study: dict[str, Any]) -> tuple[str | None, str | None, str]:
    """Title, date of the last update that was posted, and number of a study."""
    section = study["protocolSection"]
    module = section["identificationModule"]
    title = module.get("briefTitle") or module.get("officialTitle")
    status = section.get("statusModule")
    posted = status.get("lastUpdatePostDateStruct") if isinstance(status, dict) else None
    date = posted.get("date") if isinstance(posted, dict) else None
    return (title if isinstance(title, str) else None, date if isinstance(date, str) else None, str(module["nctId"]))


def _keys(found: object) -> str:
    if isinstance(found, dict):
        return "an object with " + (", ".join(map(repr, list(found)[:6])) or "no keys")
    return f"a JSON {type(found).__name__}"


def _broken(name: str, wrong: Exception) -> DataError:
    return DataError(
        "this is not JSON that can be read", file=name, found=str(wrong)[:200], repair="download the record again"
    )
