"""Random-effects network meta-analysis by REML: this package, the same likelihood with dense matrices, and the floor.

    python benchmarks/network_meta_analysis.py [--dense-limit N]

``dense`` is generalised least squares as written in textbooks: one covariance matrix of all contrasts, Cholesky, and
Fisher scoring. ``floor`` is LAPACK's factorisation and solution of one treatments-by-treatments system, which no method
can avoid. Times are the best of several runs in one process. Set OMP_NUM_THREADS=1 on a busy machine.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_factor, cho_solve, lapack

from topline.synthesis.arrays.heterogeneity import tau2_likelihood
from topline.synthesis.arrays.laplacian import ArmArrays, arm_arrays, conductances, laplacian, solve

SIZES = ((10, 26), (100, 1000), (300, 5000), (1000, 50000))


def simulate(n_treatments: int, n_studies: int, seed: int = 1) -> ArmArrays:
    """Two-arm trials with one three-arm trial in ten; tau 0.2; a chain keeps the network connected."""
    g = np.random.default_rng(seed)
    truth = g.normal(size=n_treatments)
    study, treatment = [], []
    for s in range(n_studies):
        chain = np.array([s, s + 1]) if s < n_treatments - 1 else None
        chosen = g.choice(n_treatments, 3 if s % 10 == 0 else 2, replace=False) if chain is None else chain
        study += [s] * len(chosen)
        treatment += chosen.tolist()
    t = np.array(treatment)
    v = g.uniform(0.01, 0.1, len(t))
    y = truth[t] + g.normal(size=len(t)) * np.sqrt(v + 0.02)
    return arm_arrays(np.array(study), t, y, v, n_treatments)


def dense_reml(arms: ArmArrays, steps: int = 50) -> float:
    """tau2 by Fisher scoring on the dense covariance of all contrasts."""
    first = np.concatenate([[True], np.diff(arms.study) > 0])
    base = np.flatnonzero(first)[arms.study]
    rows = np.flatnonzero(~first)
    x = np.zeros((len(rows), arms.n_treatments))
    x[np.arange(len(rows)), arms.treatment[rows]] = 1
    x[np.arange(len(rows)), arms.treatment[base[rows]]] -= 1
    x = x[:, 1:]
    y = arms.y[rows] - arms.y[base[rows]]
    same = arms.study[rows][:, None] == arms.study[rows][None, :]
    v = same * arms.v[base[rows]][:, None] + np.diag(arms.v[rows])
    sigma = (same + np.eye(len(rows))) / 2
    tau2 = 0.0
    for _ in range(steps):
        factor = cho_factor(v + tau2 * sigma, lower=True)
        wx, wy = cho_solve(factor, x), cho_solve(factor, y)
        p = cho_solve(factor, np.eye(len(rows))) - wx @ np.linalg.solve(x.T @ wx, wx.T)
        py = wy - wx @ np.linalg.solve(x.T @ wx, x.T @ wy)
        ps = p @ sigma
        score = py @ sigma @ py - np.trace(ps)
        step = score / float((ps * ps.T).sum())
        tau2 = max(0.0, tau2 + step)
        if abs(step) < 1e-10 * (tau2 + 1e-3):
            break
    return tau2


def floor(arms: ArmArrays) -> Callable[[], object]:
    """Factor and solve of one Laplacian, made beforehand."""
    matrix = laplacian(arms, conductances(arms, 0.1)[2])[1:, 1:]
    right = np.ones(len(matrix))

    def run() -> object:
        lower, _ = lapack.dpotrf(matrix, lower=1)
        return lapack.dpotrs(lower, right, lower=1)

    return run


def best(function: Callable[[], object], seconds: float = 1.0) -> tuple[float, object]:
    """The best time in milliseconds within ``seconds`` of runs, and the value."""
    times: list[float] = []
    value = None
    until = time.perf_counter() + seconds
    while not times or (time.perf_counter() < until and len(times) < 200):
        start = time.perf_counter()
        value = function()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times), value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dense-limit", type=int, default=1500, help="leave dense out above this many contrasts")
    limit = parser.parse_args().dense_limit
    print(f"{'network':>12} {'topline':>10} {'dense':>12} {'floor':>10} {'dense/topline':>14} {'topline/floor':>14}")
    for n_treatments, n_studies in SIZES:
        arms = simulate(n_treatments, n_studies)

        def ours(arms: ArmArrays = arms) -> float:
            tau2 = tau2_likelihood(arms)
            solve(arms, tau2)
            return tau2

        mine, tau2 = best(ours)
        least, _ = best(floor(arms), 0.3)
        dense_text = ratio_text = "left out"
        if len(arms.y) - arms.n_studies <= limit:
            slow, other = best(lambda arms=arms: dense_reml(arms))
            if abs(float(tau2) - float(other)) > 1e-6:  # type: ignore[arg-type]
                raise SystemExit(f"the two disagree: tau2 {tau2} and {other}")
            dense_text, ratio_text = f"{slow:.2f} ms", f"{slow / mine:.0f}"
        name = f"{n_treatments} x {n_studies}"
        print(f"{name:>12} {mine:>7.2f} ms {dense_text:>12} {least:>7.3f} ms {ratio_text:>14} {mine / least:>14.0f}")
    print(f"most memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
