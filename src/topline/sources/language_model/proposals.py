"""What a model proposed as records: item by item, so that a bad one costs itself alone.

Keys that no record has are passed over, among them any id, offset or path that a model may claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from topline.records import ReadFact, Rejected
from topline.sources.language_model.amounts import amount_of
from topline.sources.language_model.json_text import as_line
from topline.sources.language_model.prompt import EFFECT_FIELDS, KINDS

LONGEST_QUOTE = 600
LONGEST_FIELD = 300
MOST_ITEMS = 300
"""Characters of a quote and of any other string; items of one kind in one answer."""

_LISTS = {"parties": ("name", "role"), "values": ("arm", "value", "unit"), "arms": ("arm", "value", "unit")}


class _WrongError(Exception):
    """What is wrong with an item, in words for the reader of the rejections."""


def decoded(proposals: dict[str, Any]) -> Iterator[ReadFact | Rejected]:
    """The facts of an answer, and in place of each item that is none the reason why."""
    for name, kind in KINDS.items():
        items = proposals.get(name)
        if items is None:
            continue
        if not isinstance(items, list):
            yield Rejected(quote="", reason=f"{name} is not a list")
            continue
        for item in items[:MOST_ITEMS]:
            yield _decoded(item, kind)
        if len(items) > MOST_ITEMS:
            yield Rejected(quote="", reason=f"{name} has {len(items)} items; those after {MOST_ITEMS} were not read")


def _decoded(item: Any, kind: type[ReadFact]) -> ReadFact | Rejected:
    quote = item.get("quote") if isinstance(item, dict) else None
    try:
        if not isinstance(item, dict):
            raise _WrongError(f"{as_line(repr(item), 60)} is not a fact")
        if not isinstance(quote, str) or not quote.strip():
            raise _WrongError("there is no quote")
        if len(quote) > LONGEST_QUOTE:
            raise _WrongError(f"the quote is longer than {LONGEST_QUOTE} characters")
        fields = {name: _field(name, item[name]) for name in _names(kind) if item.get(name) not in (None, "", [], {})}
        return msgspec.convert({**fields, "id": "", "quote": quote, "start": None, "end": None}, kind)
    except msgspec.ValidationError as error:
        reason = as_line(str(error))
    except _WrongError as wrong:
        reason = str(wrong)
    return Rejected(quote=as_line(quote) if isinstance(quote, str) else "", reason=reason)


def _names(kind: type[ReadFact]) -> list[str]:
    return [name for name in kind.__struct_fields__ if name not in {"id", "quote", "start", "end", "path"}]


def _field(name: str, value: Any) -> Any:
    if name in _LISTS:
        return [_entry(name, entry, _LISTS[name]) for entry in _list(name, value)]
    if name == "amounts":
        return [_amount(entry) for entry in _list(name, value)]
    if name == "effect":
        if not isinstance(value, dict):
            raise _WrongError("the effect is not an object")
        return {key: _string(f"effect.{key}", value[key]) for key in EFFECT_FIELDS if value.get(key) not in (None, "")}
    return _string(name, value)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise _WrongError(f"{name} is not a list that can be read")
    return value


def _entry(name: str, entry: Any, keys: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(entry, dict):
        raise _WrongError(f"{name} holds {as_line(repr(entry), 60)}")
    return {key: _string(f"{name}.{key}", entry[key]) for key in keys if entry.get(key) is not None}


def _amount(entry: Any) -> dict[str, Any]:
    strings = _entry("amounts", entry, ("text", "purpose"))
    amount = amount_of(strings.get("text", ""), strings.get("purpose"))
    if amount is None:
        raise _WrongError(f"{strings.get('text', '')!r} is not one sum of money")
    return msgspec.structs.asdict(amount)


def _string(name: str, value: Any) -> str:
    """A string on one line; a number that should have been one is taken as written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        raise _WrongError(f"{name} is not text")
    if len(value) > LONGEST_FIELD:
        raise _WrongError(f"{name} is longer than {LONGEST_FIELD} characters")
    return as_line(value, LONGEST_FIELD)
