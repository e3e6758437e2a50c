"""Any table in, the caller's kind of frame out: CSV, Excel, pandas, polars; columns by alias, never by position.

``read_table`` gives the canonical columns of an arm-level or contrast-level table, checked. ``read_rows`` is the step
below it: cells as they stand. ``read_csv`` reads the strict tables of a case folder, and ``write_csv`` writes them;
``workbook_bytes`` makes an Excel workbook of them. ``frame`` turns rows into the kind of frame that came in.
"""

from topline.tables.case_csv import CsvTable, parse_csv, read_csv, write_csv
from topline.tables.frames import frame
from topline.tables.reading import RawTable, read_rows
from topline.tables.table import Table, read_table
from topline.tables.workbook_writing import workbook_bytes

__all__ = [
    "CsvTable",
    "RawTable",
    "Table",
    "frame",
    "parse_csv",
    "read_csv",
    "read_rows",
    "read_table",
    "workbook_bytes",
    "write_csv",
]
