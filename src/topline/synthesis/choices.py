"""An argument that names one of a few possibilities."""

from __future__ import annotations

from collections.abc import Sequence

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
