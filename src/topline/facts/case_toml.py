"""``case.toml``: the question of a case, with the place of everything that is wrong in it."""

from __future__ import annotations

import tomllib
import types
import typing
from collections.abc import Iterable
from typing import Any

import msgspec

from topline.errors import Problem, near_names
from topline.records import Question

FILE = "case.toml"
SCHEMA = "case/1"
_WORDS: dict[type, str] = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
_LARGEST = 10**15
_MAY_BE_EMPTY = {"responder", "target", "mechanism"}


def parse_question(text: str, problems: list[Problem]) -> Question | None:
    """The question that ``text`` states, or None with what is wrong written down.

    Structure only: every key known, none missing, each of its type. ``check_question`` looks at the meaning.
    """
    try:
        body = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also for numbers and lists without end
        repair = "correct the line; texts stand in double quotes, lists in square brackets"
        problems.append(Problem("this is not TOML", FILE, found=str(error), expected="TOML 1.0", repair=repair))
        return None
    schema = body.pop("schema", None)
    if schema != SCHEMA:
        repair = f'write schema = "{SCHEMA}" on the first line'
        problems.append(key_problem("not this format", "schema", _shown(schema), repr(SCHEMA), repair))
        return None
    before = len(problems)
    _check_table(body, Question, "", problems)
    return msgspec.convert(body, Question) if len(problems) == before else None


def key_problem(message: str, key: str, found: str, expected: str, repair: str) -> Problem:
    """A problem at a key path of ``case.toml``, such as ``treatments[3].drug``."""
    return Problem(message, FILE, column=key, found=found, expected=expected, repair=repair)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)


def _check_table(body: dict[str, Any], kind: type[msgspec.Struct], path: str, problems: list[Problem]) -> None:
    """Every key of ``body`` against the fields of ``kind``: unknown, missing, of a wrong type."""
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    problems.extend(_unknown_key(key, fields, path) for key in body if key not in fields)
    for name, field in fields.items():
        place = f"{path}.{name}" if path else name
        if name in body:
            _check_value(body[name], hints[name], place, problems)
            if body[name] == "" and name not in _MAY_BE_EMPTY:
                problems.append(key_problem("empty text", place, "''", "a text", f"fill in {name}"))
        elif field.required:
            problems.append(key_problem("missing key", place, "nothing", _expected(hints[name]), f"add {name}"))


def _unknown_key(key: str, known: Iterable[str], path: str) -> Problem:
    near = near_names(key, known)
    expected = "did you mean " + " or ".join(near) + "?" if near else "one of " + ", ".join(known)
    return key_problem("unknown key", f"{path}.{key}" if path else key, key, expected, "rename or delete the key")


def _expected(hint: Any) -> str:
    if hint in _WORDS:
        return _WORDS[hint]
    if typing.get_origin(hint) is types.UnionType:
        return _expected(typing.get_args(hint)[0])
    if typing.get_origin(hint) is dict:
        return "a table of trial = week"
    inner = typing.get_args(hint)[0]
    return "a list of tables" if inner not in _WORDS else f"a list, each {_WORDS[inner]}"


def _check_value(value: Any, hint: Any, place: str, problems: list[Problem]) -> None:
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        _check_value(value, typing.get_args(hint)[0], place, problems)
    elif origin is tuple and isinstance(value, list):
        inner = typing.get_args(hint)[0]
        for i, item in enumerate(value, 1):
            _check_value(item, inner, f"{place}[{i}]", problems)
    elif origin is dict and isinstance(value, dict):
        for key, item in value.items():
            _check_value(item, typing.get_args(hint)[1], f"{place}.{key}", problems)
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct) and isinstance(value, dict):
        _check_table(value, hint, place, problems)
    elif type(value) is not hint or (hint is int and abs(value) > _LARGEST):
        expected = "a table of keys" if isinstance(hint, type) and hint not in _WORDS else _expected(hint)
        problems.append(key_problem("wrong type", place, _shown(value), expected, "correct the value"))
