"""Write a corpus to begin with: the documents and tables of the tests, each after the byte that picks its name.

python fuzz/seeds.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests"
ENDINGS = (".txt", ".html", ".json", ".csv", ".tsv", ".rm5", ".gemtc", ".pdf", ".xlsx")
"""In the order of the names in ``documents.py``; anything else comes under the name that says nothing."""
LARGEST = 60_000
FOLDERS = ("truth/data/reading/own", "truth/data/ctgov", "unit/data/documents", "unit/data/tables")


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    files = [path for name in FOLDERS for path in sorted((TESTS / name).rglob("*")) if path.is_file()]
    for number, path in enumerate(path for path in files if path.stat().st_size <= LARGEST):
        index = ENDINGS.index(path.suffix) if path.suffix in ENDINGS else len(ENDINGS)
        folder.joinpath(f"{number:04d}").write_bytes(bytes([index]) + path.read_bytes())


if __name__ == "__main__":
    main()
