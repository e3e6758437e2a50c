"""How fast registry records are read, beside json.loads alone as the floor.

`python benchmarks/registry_reading.py [FOLDER]` reads 1,000 records, those of the folder over and over. The target is
1,000 records in 20 s on 2 cores.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from topline.records import DocumentInfo
from topline.sources.registry import read_registry

FOLDER = Path(__file__).parents[1] / "tests" / "truth" / "data" / "ctgov"
RECORDS = 1000
TARGET = 20.0
INFO = DocumentInfo(title=None, date=None, publisher=None, sha256="", media_type="application/json", text_sha256="")


def seconds(texts: list[bytes], work: Callable[[bytes], object]) -> float:
    """Wall seconds for all texts."""
    start = time.perf_counter()
    for text in texts:
        work(text)
    return time.perf_counter() - start


def main() -> None:
    """Print records a second with and without the reader, and whether the target was met."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    files = [path.read_bytes() for path in sorted(folder.glob("*.json"))]
    texts = [files[i % len(files)] for i in range(RECORDS)]
    floor = seconds(texts, json.loads)
    reader = seconds(texts, lambda text: read_registry(json.loads(text), INFO))
    size = sum(map(len, texts)) / 1e6
    print(f"{RECORDS} records, {size:.0f} MB")
    print(f"json.loads alone: {floor:.2f} s, {RECORDS / floor:.0f} records/s")
    verdict = "met" if reader < TARGET else "missed"
    print(f"read_registry:    {reader:.2f} s, {RECORDS / reader:.0f} records/s; target {TARGET:.0f} s, {verdict}")


if __name__ == "__main__":
    main()
