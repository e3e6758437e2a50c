"""What the model is told: one fixed text, one fixed schema, and the document as data between two fences.

The fence is made from the document's own hash, so that the same document is asked for in the same words; a document
can't hold its own fence. What could be taken for a tag or a control word of a chat format is shown with another
bracket, one for one, so that offsets in what the model reads are offsets in the document.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from topline.records import (
    EVENT_TYPES,
    READ_STATUSES,
    STANCES,
    OpinionStatement,
    ReadEvent,
    ReadFact,
    Readout,
    SafetyStatement,
    json_schema,
)
from topline.sources.language_model.json_text import encoded

KINDS: dict[str, type[ReadFact]] = {
    "events": ReadEvent,
    "readouts": Readout,
    "safety": SafetyStatement,
    "opinions": OpinionStatement,
}
"""The lists of an answer and what they hold."""

OUTCOMES = ("met", "not met", "not significant", "futility", "inferior")
"""How a trial can come out."""

EFFECT_FIELDS = ("measure", "value", "unit", "lower", "upper", "level", "versus")
"""What an effect may say."""

_HERE = Path(__file__).parent
_PLACES = {"id", "start", "end", "path"}  # the gate finds the place, whatever a model says of it
_REGISTRY_ONLY = {
    "Readout": {
        "rank", "description", "measure_type", "dispersion", "class_title", "category", "denominators", "groups",
        "hypothesis", "method", "notes",
    },
    "ArmValue": {"n", "spread", "lower", "upper", "events", "comment", "path"},
    "SafetyStatement": {
        "trial", "timepoint", "seriousness", "total", "organ_system", "vocabulary", "assessment", "threshold", "notes",
    },
}  # fmt: skip
"""Fields that only a registry record fills: a model is not asked for them."""
_CLOSED: dict[tuple[str, str], tuple[str, ...]] = {
    ("ReadEvent", "type"): EVENT_TYPES,
    ("ReadEvent", "status"): READ_STATUSES,
    ("Readout", "outcome"): OUTCOMES,
    ("OpinionStatement", "stance"): STANCES,
}
# Tags, control words of chat formats ("<|im_start|>", "[INST]"): any "<" that no number follows, and so on.
_BRACKETS = re.compile(r"<(?![\s\d.=≤])|(?<=\|)>|\[(?=/?(?:INST|SYS|TOOL|AVAILABLE)\w*\])")
_LOOK_ALIKE = {"<": "‹", ">": "›", "[": "⁅"}
# Control characters, half surrogates, and letters that no screen shows but a model reads.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\U000e0000-\U000e01ef]")


def shown(text: str) -> str:
    """The text as the model sees it: as long as it was, without tags, control words and characters that none sees."""
    return _BRACKETS.sub(lambda m: _LOOK_ALIKE[m.group()], _UNSEEN.sub(" ", text))


def messages(text: str, *, date: str | None, part: int, parts: int) -> list[dict[str, str]]:
    """The two messages for one part of a document (``part`` counts from 1); ``text`` as :func:`shown` gives it."""
    filled = Template(_file("question.md")).substitute(
        fence=_fence(text), date=date or "not known", part=part, parts=parts, text=text
    )
    return [{"role": "system", "content": _instructions()}, {"role": "user", "content": filled}]


@cache
def prompt_sha256() -> str:
    """The hash of all that the model is told but the document: both texts and the schema."""
    whole = [_file("instructions.md"), _file("question.md"), answer_schema()]
    return hashlib.sha256(encoded(whole)).hexdigest()


@cache
def answer_schema() -> dict[str, Any]:
    """The JSON Schema of an answer, made from the records: every field but the place, closed lists as ``enum``."""
    lists = {name: {"type": "array", "items": _proposal(kind)} for name, kind in KINDS.items()}
    return _object(lists)


def _proposal(kind: type[ReadFact]) -> dict[str, Any]:
    definitions = json_schema(kind)["$defs"]
    fields = {
        name: _inlined(field, definitions, (kind.__name__, name))
        for name, field in definitions[kind.__name__]["properties"].items()
        if name not in _PLACES and name not in _REGISTRY_ONLY.get(kind.__name__, ())
    }
    fields["quote"] = {"type": "string"}
    if "effect" in fields:
        fields["effect"] = _object({name: _or_null({"type": "string"}) for name in EFFECT_FIELDS})
    if "amounts" in fields:  # the figure and the currency are read from the text by rule
        fields["amounts"]["items"] = _object(
            {name: fields["amounts"]["items"]["properties"][name] for name in ("text", "purpose")}
        )
    return _object(fields)


def _inlined(field: dict[str, Any], definitions: dict[str, Any], place: tuple[str, str]) -> dict[str, Any]:
    """A field's schema with references resolved and only what strict services take."""
    if place in _CLOSED:
        closed = {"type": "string", "enum": list(_CLOSED[place])}
        return _or_null(closed) if "anyOf" in field else closed
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        inside = definitions[name]["properties"]
        left_out = _REGISTRY_ONLY.get(name, set())
        return _object(
            {key: _inlined(value, definitions, (name, key)) for key, value in inside.items() if key not in left_out}
        )
    if field.get("type") == "array":
        return {"type": "array", "items": _inlined(field["items"], definitions, place)}
    if "anyOf" in field:
        return {"anyOf": [_inlined(choice, definitions, place) for choice in field["anyOf"]]}
    return {"type": field["type"]}


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [field, {"type": "null"}]}


@cache
def _file(name: str) -> str:
    return _HERE.joinpath(name).read_text(encoding="utf-8")


@cache
def _instructions() -> str:
    return Template(_file("instructions.md")).substitute(schema=encoded(answer_schema()).decode())


def _fence(text: str) -> str:
    """A line made from the hash of the text, which no text can hold of itself."""
    digest = hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:32]
    return f"==== document {digest} ===="
