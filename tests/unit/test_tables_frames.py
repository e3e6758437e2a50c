"""The kind of frame that came in goes out."""

import subprocess
import sys

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topline.errors import ArgumentError
from topline.tables import frame, read_rows, read_table

ROWS = [
    {"treatment": "x", "estimate": 1, "lower": None, "count": 3, "probabilities": (0.25, 0.75), "empty": None},
    {"treatment": "y", "estimate": 0.5, "lower": 0.1, "count": 4, "probabilities": (0.5, 0.5), "empty": None},
]


def test_records_are_the_rows_themselves():
    assert frame(ROWS, "records") is ROWS


def test_pandas_frame():
    made = frame(ROWS, "pandas")
    assert isinstance(made, pd.DataFrame)
    assert list(made.columns) == list(ROWS[0])
    assert made["estimate"].tolist() == [1.0, 0.5]
    assert made["lower"].isna().tolist() == [True, False]
    assert (made["count"].dtype.kind, made["empty"].dtype.kind) == ("i", "f")
    assert made["probabilities"].tolist() == [[0.25, 0.75], [0.5, 0.5]]


def test_polars_frame():
    made = frame(ROWS, "polars")
    assert isinstance(made, pl.DataFrame)
    assert made.columns == list(ROWS[0])
    assert made["lower"].to_list() == [None, 0.1]
    assert (made["count"].dtype, made["empty"].dtype) == (pl.Int64, pl.Float64)
    assert made["probabilities"].to_list() == [[0.25, 0.75], [0.5, 0.5]]


@pytest.mark.parametrize(("kind", "type_"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame)])
def test_no_rows_and_missing_keys(kind, type_):
    assert isinstance(frame([], kind), type_)
    assert list(frame([{"a": 1}, {"b": 2}], kind).columns) == ["a", "b"]


def test_another_kind_is_refused():
    with pytest.raises(ArgumentError, match="unknown kind of frame 'arrow'"):
        frame(ROWS, "arrow")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "study": st.text("ab01 ", min_size=1).filter(str.strip),
                "estimate": st.none() | st.floats(-1e6, 1e6),
                "n": st.integers(0, 10**9),
            }
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["records", "pandas", "polars"]),
)
def test_what_goes_out_comes_back(rows, kind):
    raw = read_rows(frame(rows, kind))
    assert raw.kind == kind
    assert [dict(zip(raw.header, row, strict=True)) for row in raw.rows] == rows


@pytest.mark.parametrize("kind", ["records", "pandas", "polars"])
def test_read_table_says_the_kind_and_reads_the_same(kind):
    rows = [{"study": "01", "trt": "x", "r": 1, "n": 10}, {"study": "01", "trt": "y", "r": None, "n": 10}]
    table = read_table(frame(rows, kind))
    assert table.kind == kind
    assert table.columns["events"] == [1.0, None]
    assert table.columns["study"] == ["01", "01"]


def test_frames_are_not_needed_for_lists_of_dicts():
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pandas", "polars", "narwhals", "python_calamine"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse())
from topline.tables import frame, read_table
table = read_table([{"study": "a", "treatment": "x", "events": 1, "n": 2}])
assert frame([{"n": table.n_rows}], table.kind) == [{"n": 1}]
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_frame_without_rows_has_the_columns_that_are_named(kind):
    made = frame([], kind, columns=("treatment", "estimate"))
    assert list(made.columns) == ["treatment", "estimate"]
    assert len(made) == 0
    assert list(frame([{"a": 1}], kind, columns=("treatment",)).columns) == ["a"]
    assert frame([], "records", columns=("treatment",)) == []
