"""Arguments that name one of a few possibilities, or several things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real

from topline.errors import ArgumentError, UnknownNameError


def one_of(kind: str, value: object, choices: Sequence[str]) -> str:
    """``value`` in lower case, where it is one of ``choices``; ``kind`` is the word for it in the message.

    Raises ``ArgumentError`` for what is no text, ``UnknownNameError`` for another word.
    """
    if not isinstance(value, str):
        raise ArgumentError(f"the {kind} is not text", found=repr(value), expected=" or ".join(choices))
    if value.lower() not in choices:
        raise UnknownNameError.among(kind, value, choices)
    return value.lower()


def names_of(what: str, value: object) -> tuple[str, ...]:
    """One name, or several in any iterable but a mapping. Raises ``ArgumentError`` for what is neither."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Iterable) and not isinstance(value, bytes | Mapping):
        names = tuple(value)
        if names and all(isinstance(name, str) for name in names):
            return names
    raise ArgumentError(f"{what} is not a name, nor a list of names", found=repr(value)[:80], expected="text")


def as_list(value: object) -> object:
    """An array or a column of a frame as a list or, where it has an index of its own, as a mapping; else as it is."""
    if isinstance(value, str | bytes | dict | list | tuple):
        return value
    if hasattr(value, "to_dict") and hasattr(value, "index"):
        return dict(value.to_dict())
    for name in ("tolist", "to_list"):  # numpy, pandas; polars
        if hasattr(value, name):
            return getattr(value, name)()
    return value


def is_number(value: object) -> bool:
    """Whether it is a real number, of numpy's too; True and False are none."""
    return not isinstance(value, bool) and isinstance(value, Real)


def is_whole(value: object) -> bool:
    """Whether it is a whole number, of numpy's too; True and False are none."""
    return not isinstance(value, bool) and isinstance(value, Integral)
