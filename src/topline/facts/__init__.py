"""The evidence store: a case in, a cut of it by date out, and the review of what readers propose for it.

A case is a folder (``case.toml`` and its tables), read whole or not at all. A store holds one case in SQL, in memory,
in an SQLite file or in PostgreSQL; nothing in it is deleted or overwritten. A candidate waits beside its quotations
until a reviewer accepts, mends or rejects it. A snapshot is what the world could know on a day.
"""

from topline.facts.candidate_list import candidate_list, candidate_rows, supports_of
from topline.facts.case_export import export_case
from topline.facts.case_folder import CaseData, read_case
from topline.facts.case_workbook import export_workbook
from topline.facts.changing import changing
from topline.facts.listing import fact_list
from topline.facts.new_case import new_case
from topline.facts.opening import import_case, import_counted, open_case_data, open_case_store, shipped_cases
from topline.facts.proposing import propose_into
from topline.facts.review import accept, find_candidate, reject
from topline.facts.snapshot import snapshot
from topline.facts.snapshot_caveats import caveats_for
from topline.facts.store import Store
from topline.facts.store_file import upgrade_store
from topline.facts.writing import now

__all__ = [
    "CaseData", "Store", "accept", "candidate_list", "candidate_rows", "caveats_for", "changing", "export_case",
    "export_workbook", "fact_list", "find_candidate", "import_case", "import_counted", "new_case", "now",
    "open_case_data", "open_case_store", "propose_into", "read_case", "reject", "shipped_cases", "snapshot",
    "supports_of", "upgrade_store",
]  # fmt: skip
