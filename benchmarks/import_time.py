"""What it costs to start: `import topline` beside numpy and pandas, and `topline --help` beside an empty Python.

Every figure is the median over fresh processes. Targets: less than 0.15 s of CPU above `import numpy`, and below 0.4 s
for the help. Run as `python benchmarks/import_time.py`.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 9
CPU_TARGET = 0.15
HELP_TARGET = 0.4


def cpu_of_children() -> float:
    """CPU seconds that finished child processes have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds(*command: str) -> tuple[float, float] | None:
    """Median CPU and wall seconds of a command; None if it can't run here."""
    cpu, wall = [], []
    for _ in range(RUNS):
        before, start = cpu_of_children(), time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        after, end = cpu_of_children(), time.perf_counter()
        if done.returncode:
            return None
        cpu.append(after - before)
        wall.append(end - start)
    return statistics.median(cpu), statistics.median(wall)


def verdict(measured: float, target: float) -> str:
    """The figure beside its target, in words."""
    return f"{measured:.3f} s; target: below {target} s, {'met' if measured < target else 'missed'}"


def main() -> None:
    """Print the table, and whether the targets were met."""
    python = sys.executable
    rows = {
        "python -c pass": seconds(python, "-c", "pass"),
        "import topline": seconds(python, "-c", "import topline"),
        "import numpy": seconds(python, "-c", "import numpy"),
        "import topline, numpy": seconds(python, "-c", "import topline, numpy"),
        "import pandas": seconds(python, "-c", "import pandas"),
        "topline --help": seconds(str(Path(python).with_name("topline")), "--help"),
    }
    print(f"{'median of ' + str(RUNS) + ' runs, seconds':32}{'CPU':>8}{'wall':>8}")
    for name, measured in rows.items():
        print(f"{name:32}" + ("    not installed" if measured is None else f"{measured[0]:8.3f}{measured[1]:8.3f}"))
    numpy_only, both, screen = rows["import numpy"], rows["import topline, numpy"], rows["topline --help"]
    if numpy_only is None or both is None or screen is None:
        sys.exit("topline is not installed here: make setup")
    print(f"CPU of topline above numpy: {verdict(both[0] - numpy_only[0], CPU_TARGET)}")
    print(f"wall of topline --help: {verdict(screen[1], HELP_TARGET)}")


if __name__ == "__main__":
    main()
