"""Data frames through narwhals: pandas in, pandas out; polars in, polars out; neither needed for lists of dicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from topline.errors import ArgumentError, DataError

Kind = Literal["records", "pandas", "polars"]


def frame(rows: list[dict[str, Any]], kind: str, columns: Sequence[str] = ()) -> Any:
    """The rows as a frame of ``kind``: ``pandas``, ``polars``, or ``records`` (the list of dicts itself).

    Columns stand in the order in which the rows bring them; a key that a row lacks is missing there. A column of
    whole and other numbers becomes one of floats, and so does one without any value.
    Raises ``ArgumentError`` for another kind.
    """
    if kind == "records":
        return rows
    if kind not in ("pandas", "polars"):
        raise ArgumentError(f"unknown kind of frame {kind!r}", found=repr(kind), expected="records, pandas or polars")
    import narwhals as nw

    backend: Any = nw.Implementation.PANDAS if kind == "pandas" else nw.Implementation.POLARS
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(columns)
    if not names:
        return nw.from_dict({}, {}, backend=backend).to_native()
    return nw.from_dict({name: _series(name, [row.get(name) for row in rows], backend) for name in names}).to_native()


def _series(name: str, values: list[Any], backend: Any) -> Any:
    import narwhals as nw

    seen = {type(value) for value in values} - {type(None)}
    if seen <= {int, float} and seen != {int}:
        values = [None if value is None else float(value) for value in values]
        return nw.new_series(name, values, nw.Float64(), backend=backend)
    values = [list(value) if isinstance(value, tuple) else value for value in values]
    return nw.new_series(name, values, backend=backend)


def read_frame(data: Any) -> tuple[list[Any], list[list[Any]], Kind] | None:
    """Header, rows and kind of a pandas or polars frame (missing cells None); None for anything that is no frame.

    Raises ``DataError`` for a lazy frame, a frame of another library, and repeated column names.
    """
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    try:
        native = nw.from_native(data, pass_through=True)
        if isinstance(native, nw.LazyFrame):
            raise DataError(
                "this is a lazy frame", found=type(data).__name__, expected="a frame", repair="call .collect() on it"
            )
        if not isinstance(native, nw.DataFrame):
            return None
        header = list(native.columns)
    except DuplicateError:
        names = [str(name) for name in data.columns]
        twice = ", ".join(sorted({name for name in names if names.count(name) > 1}))
        raise DataError("a column name is repeated", found=twice, expected="each name once") from None
    kind = native.implementation.value
    if kind not in ("pandas", "polars"):
        raise DataError("this kind of frame can't be read", found=kind, expected="a pandas or polars frame")
    columns = []
    for name in header:
        series = native.get_column(name)
        missing = series.is_null().to_list()
        columns.append([None if m else v for v, m in zip(series.to_list(), missing, strict=True)])
    return header, [list(row) for row in zip(*columns, strict=True)], kind
