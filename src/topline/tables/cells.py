"""One cell: text that names something, or a number."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[+-]?([0-9]+,[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([,.' \u00a0\u202f][0-9]{3})+")
_NO_NUMBER = {"", "na", "n/a", "nan", "null", "none", "."}
_NO_NAME = {"", "na", "n/a", "nan"}


class CellError(ValueError):
    """A cell that can't be read; ``expected`` and ``repair`` go into the error for the user."""

    def __init__(self, message: str, expected: str, repair: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.repair = repair


@dataclass(frozen=True)
class SpoiledCell:
    """A cell of a workbook that should hold a value and holds none: what stands there instead, and the repair.

    It is refused as soon as its value is asked for; a column that is not used may hold such cells.
    """

    message: str
    found: str
    repair: str

    def __repr__(self) -> str:
        return self.found


def is_blank(value: Any) -> bool:
    """True for None, NaN and text of nothing but spaces."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (isinstance(value, numbers.Real) and math.isnan(value))


def is_missing(value: Any) -> bool:
    """True for a blank cell and for the marks NA, N/A and NaN."""
    return is_blank(value) or (isinstance(value, str) and value.strip().lower() in _NO_NAME)


def read_name(value: Any) -> str | None:
    """The text that a cell names something with, trimmed; None where missing.

    Text stays as it is ("01" keeps its zero); whole numbers lose the decimal point that a spreadsheet gave them.
    Raises ``CellError`` for dates, which is what spreadsheets make of names such as "3-1", and for spoiled cells.
    """
    if is_missing(value):
        return None
    if isinstance(value, SpoiledCell):
        raise CellError(value.message, "text", value.repair)
    if isinstance(value, (dt.date, dt.time, dt.timedelta)):
        raise CellError(
            "a date stands where a name was expected",
            "text",
            "format the column as text in the spreadsheet, and type the name again",
        )
    if isinstance(value, numbers.Real) and not isinstance(value, (bool, numbers.Integral)):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    return str(value).strip()


def read_number(value: Any, *, decimal_comma: bool = False) -> float | None:
    """The number in a cell; None where missing. With ``decimal_comma``, "0,5" is one half and "0.5" is refused.

    Raises ``CellError`` for text that is no plain number, for infinity, and for spoiled cells.
    """
    if type(value) is float and math.isfinite(value):
        return value
    if is_blank(value):
        return None
    if isinstance(value, SpoiledCell):
        raise CellError(value.message, "a number", value.repair)
    if isinstance(value, str):
        return _parse(value.strip().replace("\u2212", "-"), decimal_comma)
    if isinstance(value, bool) or not isinstance(value, (numbers.Real, Decimal)):
        raise CellError("this is not a number", "a number")
    number = float(value)
    if math.isinf(number):
        raise CellError("this number is not finite", "a finite number", "leave the cell empty if it is not known")
    return None if math.isnan(number) else number


def looks_numeric(text: str) -> bool:
    """True for text that is a plain number or missing."""
    return is_missing(text) or _NUMBER.fullmatch(text.strip()) is not None


def has_decimal_comma(value: Any) -> bool:
    """True for text such as "0,5"."""
    return isinstance(value, str) and _COMMA_NUMBER.fullmatch(value.strip().replace("\u2212", "-")) is not None


def _parse(text: str, decimal_comma: bool) -> float | None:
    if text.lower() in _NO_NUMBER:
        return None
    if decimal_comma and "." in text:
        raise CellError(
            "a point stands in a number, and elsewhere this file uses decimal commas",
            "one decimal mark in the whole file",
            "replace decimal points by commas; leave thousands separators out",
        )
    if decimal_comma and has_decimal_comma(text):
        text = text.replace(",", ".")
    if _NUMBER.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise CellError("this number is not finite", "a finite number")
        return number
    raise _complaint(text)


def _complaint(text: str) -> CellError:
    """Why the text is no number, as far as its look tells."""
    plain = "a plain number"
    if text.endswith("%"):
        return CellError(
            "a percentage stands where a number was expected", plain, "give the count, not the percentage; drop the %"
        )
    if _THOUSANDS.fullmatch(text):
        digits = re.sub(r"[^0-9+-]", "", text)
        return CellError(
            "this number has a thousands separator or a decimal comma",
            plain,
            f"write {digits} if it is a thousands separator, or use a decimal point",
        )
    if has_decimal_comma(text):
        repair = f"write {text.replace(',', '.')}; decimal commas are read only in files separated by semicolons"
        return CellError("this number has a decimal comma", "a decimal point", repair)
    if text[:1] in "<>≤≥~":
        return CellError("a bound stands where a number was expected", plain, "leave the cell empty if it is not known")
    if re.fullmatch(r"[0-9.]+\s*(/|\(|±|\+/-).*", text):
        return CellError("this cell holds more than one number", "one number", "put each number in a column of its own")
    return CellError("this is not a number", "a number, or an empty cell or NA where it is missing")
