"""How long the brief of the shipped case takes once topline is set up, beside an empty Python start.

`python benchmarks/brief_time.py` runs the command in fresh processes. The target is a median below 5 s on 2 cores.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
TARGET = 5.0


def seconds(*command: str) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the first, median and longest run, and whether the target was met."""
    command = str(Path(sys.executable).with_name("topline"))
    with tempfile.TemporaryDirectory() as folder:
        brief = [seconds(command, "brief", "rocatinlimab", "--out", folder) for _ in range(RUNS)]
    floor = statistics.median(seconds(sys.executable, "-c", "import numpy, scipy.linalg") for _ in range(RUNS))
    middle = statistics.median(brief)
    verdict = "met" if middle < TARGET else "missed"
    print(f"topline brief rocatinlimab: first {brief[0]:.2f} s, median {middle:.2f} s, longest {max(brief):.2f} s")
    print(f"floor (numpy and scipy.linalg imported): {floor:.2f} s; target: below {TARGET:.0f} s, {verdict}")


if __name__ == "__main__":
    main()
