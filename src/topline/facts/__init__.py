"""The evidence store: a case in, a cut of it by date out.

A case is a folder (``case.toml`` and its tables), read whole or not at all. A store holds one case in SQL, in memory
or in an SQLite file. A snapshot is what the world could know on a day.
"""

from topline.facts.case_folder import CaseData, read_case
from topline.facts.listing import fact_list
from topline.facts.new_case import new_case
from topline.facts.opening import import_case, open_case_store, shipped_cases
from topline.facts.snapshot import snapshot
from topline.facts.snapshot_caveats import caveats_for
from topline.facts.store import Store
from topline.facts.store_file import upgrade_store

__all__ = [
    "CaseData", "Store", "caveats_for", "fact_list", "import_case", "new_case", "open_case_store", "read_case",
    "shipped_cases", "snapshot", "upgrade_store",
]  # fmt: skip
