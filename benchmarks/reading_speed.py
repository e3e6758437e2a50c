"""How long a page takes to read, after a warm-up, beside what can't be avoided: decoding it and folding its text once.

    python benchmarks/reading_speed.py [FOLDER]

FOLDER holds texts (default: the project's own labelled documents). Times are medians of the process's own CPU seconds.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from topline.sources import open_document, read_document
from topline.sources.text.folding import fold

OWN = Path(__file__).resolve().parents[1] / "tests" / "truth" / "data" / "reading" / "own"


def milliseconds(work: Callable[[], object], times: int = 3) -> float:
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - start))
    return statistics.median(spent)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else OWN
    files = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.txt"))]
    start = time.process_time()
    read_document(open_document(files[0][1], name=files[0][0]))
    print(f"first page, word lists and all: {1000 * (time.process_time() - start):.0f} ms")
    rows = []
    for name, data in files:
        opened = open_document(data, name=name)
        rows.append(
            (
                len(data),
                milliseconds(lambda data=data: fold(data.decode("utf-8"))),
                milliseconds(lambda data=data, name=name: open_document(data, name=name)),
                milliseconds(lambda opened=opened: read_document(opened)),
            )
        )
    size, floor, opening, reading = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} pages, median of {size:.0f} bytes")
    print(f"decode and fold, the floor  {floor:7.1f} ms")
    print(f"open                        {opening:7.1f} ms")
    print(f"read                        {reading:7.1f} ms   {reading / floor:.0f} times the floor")
    print(f"slowest page, all           {max(o + r for _, _, o, r in rows):7.1f} ms")


if __name__ == "__main__":
    main()
