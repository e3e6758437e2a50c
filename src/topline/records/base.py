"""What every record carries, and the one way in and out of JSON."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from topline import __version__
from topline.errors import DataError


class Caveat(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the reader must know before believing a number.

    ``severity`` orders caveats in the brief: ``serious`` (may turn the finding), ``moderate`` (may move a number),
    ``minor`` (a convention worth stating). ``facts`` are the ids of the facts concerned.
    """

    code: str
    text: str
    severity: str = "moderate"
    facts: tuple[str, ...] = ()


SEVERITIES = ("serious", "moderate", "minor")


def worst_first(caveats: Iterable[Caveat]) -> list[Caveat]:
    """The serious ones, then the moderate, then the minor; those of one severity in the order given."""
    return sorted(caveats, key=lambda caveat: SEVERITIES.index(caveat.severity))


class MadeBy(msgspec.Struct, frozen=True, kw_only=True):
    """What made a record: the version of topline, the whole request, and the seed where there was one."""

    version: str
    spec: dict[str, Any] = {}
    seed: int | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of the records that pass between rooms."""

    id: str
    schema: str
    made_from: tuple[str, ...] = ()
    made_by: MadeBy
    caveats: tuple[Caveat, ...] = ()


R = TypeVar("R")


def identify(prefix: str, *parts: Any) -> str:
    """An id such as ``nma-3f29c01d77ab``: the hash of schema, spec, seed and input ids.

    Never give it computed floats: their last bits differ between machines.
    """
    body = msgspec.json.encode(parts, order="deterministic", enc_hook=_encode_numpy)
    return f"{prefix}-{hashlib.sha256(body).hexdigest()[:12]}"


def _encode_numpy(value: Any) -> Any:
    """Numpy scalars and arrays as plain Python, through ``tolist``, without importing numpy here."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def to_json(value: Any, *, indent: int | None = 2) -> bytes:
    """JSON of a record or of plain data; numbers that can't be computed (NaN, infinity) become null."""
    raw = msgspec.json.encode(value, enc_hook=_encode_numpy)
    return raw if indent is None else msgspec.json.format(raw, indent=indent)


def from_json(data: bytes | str, kind: type[R]) -> R:
    """Read a record back; unknown keys are ignored, so that older readers take newer files.

    Raises ``DataError`` when the text is not JSON or not of this kind.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise DataError(f"this is not {kind.__name__} JSON", found=str(error)) from None


def json_schema(kind: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a record type."""
    return msgspec.json.schema(kind)


def number_or_none(value: float | None) -> float | None:
    """The value as a float, or None where it is missing, NaN or infinite."""
    if value is None:
        return None
    value = float(value)
    return value if math.isfinite(value) else None


def made_by(spec: dict[str, Any] | None = None, seed: int | None = None) -> MadeBy:
    """A ``MadeBy`` of this version of topline."""
    return MadeBy(version=__version__, spec=spec or {}, seed=seed)
