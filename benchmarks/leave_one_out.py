"""All leave-one-study-out fits by REML, tau2 anew each time: this package, and a full refit of a sample of the studies.

    python benchmarks/leave_one_out.py [--sample N]

``refit`` is this package's own fit to the data without the study (tau2, then effects and their covariance), the best of
two; its time for all studies is that of the sample times studies over sample. ``off`` is the largest difference in the
sample, of tau2 relative to tau2 plus the typical variance, and of effects and standard errors in standard errors. The
networks are the responders of 59 trials of antidepressants (Linde et al. 2015) and the simulated ones of
``network_meta_analysis.py``. Set OMP_NUM_THREADS=1 for one thread.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from network_meta_analysis import simulate

from topline.synthesis import nma
from topline.synthesis.arrays.heterogeneity import tau2_likelihood
from topline.synthesis.arrays.laplacian import ArmArrays, Solution, solve
from topline.synthesis.arrays.leave_out import leave_out, without_study

DEPRESSION = Path(__file__).resolve().parents[1] / "docs" / "gallery" / "data" / "depression.csv"


def refit(rest: ArmArrays, ground: int) -> tuple[float, Solution]:
    """tau2 and the fit of what is left."""
    tau2 = tau2_likelihood(rest)
    return tau2, solve(rest, tau2, ground=ground)


def measure(name: str, arms: ArmArrays, ground: int, sample: int) -> str:
    """One line of the table."""
    full = tau2_likelihood(arms)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        out = leave_out(arms, "reml", full, ground)
        times.append(time.perf_counter() - start)
    chosen = np.unique(np.linspace(0, arms.n_studies - 1, sample).astype(int))
    slow, off = 0.0, 0.0
    for study in chosen.tolist():
        rest, kept = without_study(arms, study, ground)
        own = int(np.flatnonzero(kept == ground)[0])
        spent = []
        for _ in range(2):
            start = time.perf_counter()
            tau2, again = refit(rest, own)
            spent.append(time.perf_counter() - start)
        slow += min(spent)
        se = np.sqrt(np.diag(again.covariance))
        scale = np.where(se > 0, se, 1.0)
        off = max(
            off,
            abs(out.tau2[study] - tau2) / (tau2 + np.exp(np.log(rest.v).mean())),
            float(np.abs((out.effects[study, kept] - again.effects) / scale).max()),
            float(np.abs((out.se[study, kept] - se) / scale).max()),
        )
    slow *= arms.n_studies / len(chosen)
    mine = min(times)
    return f"{name:>16} {arms.n_studies:>8} {mine:>10.3f} {slow:>12.2f} {slow / mine:>8.1f} {off:>9.1e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=12, help="studies that are refitted")
    sample = parser.parse_args().sample
    print(f"{'network':>16} {'studies':>8} {'topline, s':>10} {'refits, s':>12} {'ratio':>8} {'off':>9}")
    network = nma(DEPRESSION, measure="OR").network
    print(measure("antidepressants", network.arrays, network.index("Placebo"), sample))
    for n_treatments, n_studies in ((10, 26), (100, 1000), (300, 5000)):
        print(measure(f"{n_treatments} x {n_studies}", simulate(n_treatments, n_studies), 0, sample))


if __name__ == "__main__":
    main()
